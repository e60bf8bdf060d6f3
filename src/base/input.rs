//! The input log: everything that enters a run from outside, with the tick at which it acts.
//!
//! A run is a function of (scene, seed, input log). Device samples, operator edits and foreign
//! writes to components all pass through here, so a live run replays to the same digest.

use serde::{Deserialize, Serialize};

use super::clock::Tick;
use super::ids::{NodeId, VertexId};
use super::order::Order;
use super::subject::Subject;

/// One thing that entered from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// A live parameter set to a value, named by its path in the scene.
    Set {
        /// Path as in the scene, for example `control.loops[0].setpoint`.
        path: String,
        /// The new value, in the parameter's unit.
        #[serde(with = "exact_f64")]
        value: f64,
    },
    /// A sample read from a device that the simulation does not own.
    Sample {
        /// The channel, counted over all devices in scene order.
        channel: u32,
        /// The reading; NaN when the device had none.
        #[serde(with = "exact_f64")]
        value: f64,
        /// How long after it was due it came, s of wall time; NaN when that is not known. Only the
        /// differences between samples of a channel tell something.
        #[serde(with = "exact_f64", default = "unknown")]
        late_s: f64,
    },
    /// The state of a vertex overwritten: (θ, dθ/dt) or (x, v).
    Write {
        /// The vertex written to.
        vertex: VertexId,
        /// First state variable: phase in rad, or displacement.
        #[serde(with = "exact_f64")]
        first: f64,
        /// Second state variable: velocity.
        #[serde(with = "exact_f64")]
        second: f64,
    },
    /// A push: added to the state of a vertex, (Δθ, 0) or (Δx, Δv).
    Kick {
        /// The vertex pushed.
        vertex: VertexId,
        /// Added to the phase in rad, or to the displacement.
        #[serde(with = "exact_f64")]
        first: f64,
        /// Added to the velocity; without effect on phases.
        #[serde(with = "exact_f64")]
        second: f64,
    },
    /// The weight of one directed edge; 0 cuts it, another weight adds or changes it.
    Edge {
        /// Where the edge comes from.
        source: VertexId,
        /// The vertex that feels it.
        target: VertexId,
        /// Its weight.
        #[serde(with = "exact_f64")]
        weight: f64,
    },
    /// Weights of edges (source, target, weight) that raise Φ; they are found by the run itself.
    Tune {
        /// The edges.
        edges: Vec<(VertexId, VertexId, f64)>,
        /// Φ of the linearised dynamics before, nats.
        #[serde(with = "exact_f64")]
        before: f64,
        /// And after.
        #[serde(with = "exact_f64")]
        after: f64,
    },
    /// A vertex sent to another node World. It moves nothing but the placement.
    Move {
        /// The vertex.
        vertex: VertexId,
        /// Where it goes; counted around when there are fewer nodes.
        to: NodeId,
    },
    /// An intervention held back. What the safety kernel would do about the subject is not done,
    /// from this tick on until the breach is over (displacements of resonators: in this tick
    /// alone); a migration of the subject is not made. States that are not finite are never spared.
    Spare {
        /// The subject of the event.
        subject: Subject,
    },
    /// What a rule of safety orders of loops.
    Regulate {
        /// The rule.
        rule: String,
        /// Names of the loops; all when there is none.
        loops: Vec<String>,
        /// What they do.
        order: Order,
    },
    /// An alarm that is latched is acknowledged: it ends when its rule holds.
    Acknowledge {
        /// The rule.
        rule: String,
    },
    /// A request to stop safely, made by an operator.
    Stop,
    /// What a device that the simulation does not own has to say: of a line that could not be read,
    /// or of the end of its readings. It is told, and does nothing.
    Remark {
        /// The first channel of the device.
        channel: u32,
        /// What it says, in one line.
        text: String,
    },
}

fn unknown() -> f64 {
    f64::NAN
}

/// An input with the tick at which it acts (it is applied in that tick's Ingest).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputRecord {
    /// The tick at which the input acts.
    pub tick: Tick,
    /// What entered.
    #[serde(flatten)]
    pub input: Input,
}

impl Input {
    /// Whether a person made it, and not a device or a system.
    #[must_use]
    pub fn is_edit(&self) -> bool {
        !matches!(
            self,
            Self::Sample { .. } | Self::Write { .. } | Self::Remark { .. }
        )
    }

    /// Whether it is an event of the run: what a person did, and what a device says.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.is_edit() || matches!(self, Self::Remark { .. })
    }

    /// What it is about.
    #[must_use]
    pub fn about(&self) -> Subject {
        match self {
            Self::Set { path, .. } => Subject::Parameter(path.clone()),
            Self::Sample { channel, .. } | Self::Remark { channel, .. } => {
                Subject::Channel(*channel)
            }
            Self::Write { vertex, .. } | Self::Kick { vertex, .. } | Self::Move { vertex, .. } => {
                Subject::Vertex(*vertex)
            }
            Self::Edge { target, .. } => Subject::Vertex(*target),
            Self::Tune { .. } => Subject::Weights,
            Self::Spare { subject } => subject.clone(),
            Self::Regulate { rule, .. } | Self::Acknowledge { rule } => Subject::Rule(rule.clone()),
            Self::Stop => Subject::Operator,
        }
    }

    /// What it does, for the list of events.
    #[must_use]
    pub fn action(&self) -> String {
        match self {
            Self::Set { value, .. } => format!("set to {value}"),
            Self::Sample { value, .. } => value.to_string(),
            Self::Write { first, second, .. } => format!("state ({first}, {second})"),
            Self::Kick { first, second, .. } => format!("kicked by ({first}, {second})"),
            Self::Tune {
                edges,
                before,
                after,
            } => format!(
                "{} weights moved: Φ of the linearised dynamics {before:.6} to {after:.6} nats",
                edges.len()
            ),
            Self::Edge { source, weight, .. } if *weight == 0.0 => {
                format!("edge from {source} cut")
            }
            Self::Edge { source, weight, .. } => format!("edge from {source} of weight {weight}"),
            Self::Move { to, .. } => format!("sent to {to}"),
            Self::Spare { .. } => "spared by the safety kernel".to_owned(),
            Self::Regulate { loops, order, .. } => {
                let who = match loops.is_empty() {
                    true => "all loops".to_owned(),
                    false => format!("loop {}", loops.join(" and ")),
                };
                match order {
                    Order::FallBack(true) => format!("{who} fall back"),
                    Order::FallBack(false) => format!("{who} back to the law"),
                    Order::Clamp(Some(limit)) => format!("{who} clamped to {limit}"),
                    Order::Clamp(None) => format!("{who} clamped no more"),
                }
            }
            Self::Acknowledge { .. } => "acknowledged".to_owned(),
            Self::Stop => "safe stop".to_owned(),
            Self::Remark { text, .. } => text.clone(),
        }
    }
}

/// The inputs of a run in the order of their ticks; inputs of one tick keep their order of arrival.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InputLog {
    records: Vec<InputRecord>,
}

impl InputLog {
    /// A log of records, brought into the order of their ticks.
    #[must_use]
    pub fn from_records(mut records: Vec<InputRecord>) -> Self {
        records.sort_by_key(|record| record.tick);
        Self { records }
    }

    /// Adds an input behind all others of its tick.
    pub fn push(&mut self, record: InputRecord) {
        let at = self
            .records
            .partition_point(|other| other.tick <= record.tick);
        self.records.insert(at, record);
    }

    /// The inputs that act at `tick`.
    #[must_use]
    pub fn at(&self, tick: Tick) -> &[InputRecord] {
        let start = self.records.partition_point(|record| record.tick < tick);
        let end = self.records.partition_point(|record| record.tick <= tick);
        &self.records[start..end]
    }

    /// Takes out the first input of a tick that equals `input`; tells whether there was one.
    pub fn remove(&mut self, tick: Tick, input: &Input) -> bool {
        let same = |record: &InputRecord| record.tick == tick && record.input == *input;
        let found = self.records.iter().position(same);
        found.map(|at| self.records.remove(at)).is_some()
    }

    /// Takes out an input of a tick, and of a live parameter every edit of that tick, as one
    /// gesture makes them; tells whether there was any.
    pub fn remove_gesture(&mut self, tick: Tick, input: &Input) -> bool {
        let Input::Set { path, .. } = input else {
            return self.remove(tick, input);
        };
        let before = self.records.len();
        self.records.retain(|own| {
            let same = matches!(&own.input, Input::Set { path: other, .. } if other == path);
            own.tick != tick || !same
        });
        self.records.len() < before
    }

    /// Takes out every input that `keep` does not want.
    pub fn retain(&mut self, keep: impl FnMut(&InputRecord) -> bool) {
        self.records.retain(keep);
    }

    /// All records.
    #[must_use]
    pub fn records(&self) -> &[InputRecord] {
        &self.records
    }
}

/// Floats that survive JSON exactly: finite ones as numbers, the others as `"NaN"`, `"inf"`,
/// `"-inf"`.
pub mod exact_f64 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Number(f64),
        Name(String),
    }

    /// Writes a float; formats that are not for people get its bits unchanged.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        if value.is_finite() || !serializer.is_human_readable() {
            serializer.serialize_f64(*value)
        } else if value.is_nan() {
            serializer.serialize_str("NaN")
        } else {
            serializer.serialize_str(if *value > 0.0 { "inf" } else { "-inf" })
        }
    }

    /// Reads a float written by [`serialize`].
    ///
    /// # Errors
    /// When the text is neither a number nor one of the three names.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        if !deserializer.is_human_readable() {
            return f64::deserialize(deserializer);
        }
        match Form::deserialize(deserializer)? {
            Form::Number(value) => Ok(value),
            Form::Name(name) => match name.as_str() {
                "NaN" => Ok(f64::NAN),
                "inf" => Ok(f64::INFINITY),
                "-inf" => Ok(f64::NEG_INFINITY),
                other => Err(D::Error::custom(format!(
                    "expected a number, NaN, inf or -inf: {other}"
                ))),
            },
        }
    }
}

/// Inputs as lines of `inputs.jsonl`, for formats that do not write the names of fields and so
/// cannot read a flattened record again.
pub mod as_lines {
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::InputRecord;

    /// Writes a list of lines.
    ///
    /// # Errors
    /// Those of the format.
    pub fn serialize<S: Serializer>(
        records: &[InputRecord],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let lines: Result<Vec<String>, _> = records.iter().map(serde_json::to_string).collect();
        lines.map_err(S::Error::custom)?.serialize(serializer)
    }

    /// Reads a list of lines.
    ///
    /// # Errors
    /// Those of the format, and when a line is no input.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<InputRecord>, D::Error> {
        let lines = Vec::<String>::deserialize(deserializer)?;
        let records = lines.iter().map(|line| serde_json::from_str(line));
        records.collect::<Result<_, _>>().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_survive_json_lines_bit_for_bit() {
        for value in [0.1 + 0.2, f64::INFINITY, f64::NEG_INFINITY, 5e-324, -0.0] {
            let input = Input::Sample {
                channel: 3,
                value,
                late_s: -value,
            };
            let record = InputRecord { tick: 9, input };
            let line = serde_json::to_string(&record).unwrap();
            let back: InputRecord = serde_json::from_str(&line).unwrap();
            assert_eq!(record, back, "{line}");
        }
        let line = r#"{"tick":1,"sample":{"channel":0,"value":"NaN"}}"#;
        let back: InputRecord = serde_json::from_str(line).unwrap();
        // Logs of before samples had times are read, too.
        let unknown = match back.input {
            Input::Sample { value, late_s, .. } => value.is_nan() && late_s.is_nan(),
            _ => false,
        };
        assert!(unknown, "{back:?}");
    }

    #[test]
    fn records_of_one_tick_keep_their_order() {
        let set = |tick, value| InputRecord {
            tick,
            input: Input::Set {
                path: "a".into(),
                value,
            },
        };
        let mut log = InputLog::from_records(vec![set(5, 1.0), set(2, 2.0)]);
        log.push(set(5, 3.0));
        log.push(set(4, 4.0));
        let at_five: Vec<_> = log.at(5).iter().map(|r| r.input.clone()).collect();
        assert_eq!(at_five, vec![set(5, 1.0).input, set(5, 3.0).input]);
        assert_eq!(log.at(3), &[]);
    }
}
