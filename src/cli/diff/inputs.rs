//! What differs between the inputs of two runs.

use serde_json::{Value, json};

use crate::base::{InputLog, InputRecord, Tick};

/// The inputs of two runs, side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct InputsFound {
    /// How many each has.
    pub counts: [usize; 2],
    /// How many at the beginning are the same.
    pub alike: usize,
    /// The first that differ; `None` where a run has no more.
    pub first: Option<[Option<InputRecord>; 2]>,
}

impl InputsFound {
    /// Compares two logs.
    #[must_use]
    pub fn of(logs: [&InputLog; 2]) -> Self {
        let [a, b] = logs.map(InputLog::records);
        let alike = a
            .iter()
            .zip(b)
            .take_while(|(a, b)| line(a) == line(b))
            .count();
        let first = [a.get(alike).cloned(), b.get(alike).cloned()];
        Self {
            counts: [a.len(), b.len()],
            alike,
            first: first.iter().any(Option::is_some).then_some(first),
        }
    }

    /// The tick of the first that differ.
    #[must_use]
    pub fn tick(&self) -> Option<Tick> {
        let first = self.first.iter().flatten().flatten();
        first.map(|record| record.tick).min()
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let first = self.first.as_ref();
        json!({
            "counts": self.counts,
            "alike": self.alike,
            "first_different":
                first.map(|[a, b]| json!({"number": self.alike + 1, "a": a, "b": b})),
        })
    }

    /// In words.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let [a, b] = self.counts;
        let Some(first) = &self.first else {
            return vec![match a {
                0 => "inputs: none in both".to_owned(),
                count => format!("inputs: the same {count}"),
            }];
        };
        let mut lines = vec![format!(
            "inputs: {a} in A and {b} in B; number {} is the first that differs",
            self.alike + 1
        )];
        for (name, own) in ["A", "B"].iter().zip(first) {
            lines.push(match own {
                Some(own) => format!("  {name}  tick {}: {}", own.tick, told(own)),
                None => format!("  {name}  no more"),
            });
        }
        lines
    }
}

/// An input in words.
fn told(record: &InputRecord) -> String {
    format!("{} {}", record.input.about(), record.input.action())
}

/// What tells inputs apart, those that are not numbers too.
fn line(record: &InputRecord) -> Option<String> {
    serde_json::to_string(record).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Input, VertexId};

    #[test]
    fn the_first_input_that_differs_is_told() {
        let kick = |tick, first| InputRecord {
            tick,
            input: Input::Kick {
                vertex: VertexId(3),
                first,
                second: 0.0,
            },
        };
        let one = InputLog::from_records(vec![kick(5, f64::NAN), kick(7, 1.0)]);
        let same = InputsFound::of([&one, &one]);
        assert_eq!((same.tick(), same.alike), (None, 2));
        assert_eq!(same.lines(), ["inputs: the same 2"]);
        let other = InputLog::from_records(vec![kick(5, f64::NAN), kick(6, 2.0), kick(7, 1.0)]);
        let found = InputsFound::of([&one, &other]);
        assert_eq!(
            (found.tick(), found.alike, found.counts),
            (Some(6), 1, [2, 3])
        );
        assert!(found.lines()[2].contains("tick 6: vertex v3 kicked by (2, 0)"));
    }
}
