//! Two runs again, tick by tick, until they have parted in everything that is compared.

use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::base::Tick;
use crate::cli::replay::Repeat;
use crate::kernel::{KernelState, SimError, Simulation};
use crate::record::lines::RunSink;
use crate::record::{Comparison, MetricRow, SavedError};
use crate::registry::metric::{Metric, Need};

use super::state::{Parting, compare};

/// Why two runs could not be compared to their ends.
#[derive(Debug, thiserror::Error)]
pub enum LockstepError {
    /// A tick failed, in the run of this name.
    #[error("{0}: {1}")]
    Run(&'static str, SimError),
    /// A folder cannot be read.
    #[error(transparent)]
    Folder(#[from] SavedError),
    /// A file of a folder cannot be read.
    #[error("{0}")]
    Read(#[from] std::io::Error),
}

/// A value of the rows that differs first.
#[derive(Clone, Debug, PartialEq)]
pub struct RowsParting {
    /// Ticks completed.
    pub completed: Tick,
    /// The scope.
    pub scope: String,
    /// The metric.
    pub metric: String,
    /// Its values.
    pub values: [f64; 2],
}

/// What the runs gave.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Where the states part.
    pub state: Option<Parting>,
    /// Where the motion parts, when the states part in something else before.
    pub motion: Option<Parting>,
    /// Where the rows part that both record.
    pub rows: Option<RowsParting>,
    /// Metrics that had a value in the rows of one run alone, with the name of the run.
    pub alone: Vec<(String, &'static str)>,
    /// Ticks of each run.
    pub ends: [Tick; 2],
    /// Ticks that were compared.
    pub compared: Tick,
    /// The first difference between what a folder holds and what its run gives again.
    pub unrepeated: [Option<String>; 2],
}

impl Found {
    /// Whether both runs are one.
    #[must_use]
    pub fn is_identical(&self) -> bool {
        self.state.is_none()
            && self.rows.is_none()
            && self.ends[0] == self.ends[1]
            && self.unrepeated.iter().all(Option::is_none)
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let rows = self.rows.as_ref().map(|own| {
            json!({
                "tick": own.completed - 1, "completed": own.completed, "scope": own.scope,
                "metric": own.metric, "a": own.values[0], "b": own.values[1],
            })
        });
        let alone = self.alone.iter();
        let alone: Vec<Value> = alone
            .map(|(metric, run)| json!({"metric": metric, "in": run}))
            .collect();
        json!({
            "ticks": self.ends,
            "ticks_compared": self.compared,
            "state": self.state.as_ref().map(Parting::json),
            "motion": self.motion.as_ref().map(Parting::json),
            "rows": rows,
            "recorded_in_one": alone,
            "not_reproduced": self.unrepeated,
        })
    }
}

/// One of the two runs.
struct Side<'a> {
    name: &'static str,
    run: &'a mut Repeat,
    comparison: Comparison,
    over: bool,
}

impl<'a> Side<'a> {
    fn new(name: &'static str, run: &'a mut Repeat) -> Result<Self, SavedError> {
        let comparison = run.comparison()?;
        Ok(Self {
            name,
            over: run.end == 0,
            run,
            comparison,
        })
    }

    fn simulation(&mut self) -> &mut Simulation {
        &mut self.run.session.simulation
    }

    /// Runs a tick; gives the rows of it.
    fn step(&mut self) -> Result<Vec<MetricRow>, LockstepError> {
        let name = self.name;
        let stepped = self.simulation().step();
        stepped.map_err(|error| LockstepError::Run(name, error))?;
        let batch = self.simulation().take_records();
        self.comparison.append(&batch)?;
        let end = self.run.end;
        let simulation = self.simulation();
        let stopped = simulation.state() == KernelState::SafeStopped;
        self.over = stopped || simulation.clock().tick >= end;
        Ok(batch.rows)
    }
}

/// Runs two runs again side by side; of what differs at most so many vertices and records are kept.
///
/// # Errors
/// When a tick fails, the process is to stop, or a file of a folder cannot be read.
pub fn run(runs: [&mut Repeat; 2], most: usize, bar: &ProgressBar) -> Result<Found, LockstepError> {
    let [a, b] = runs;
    let ends = [a.end, b.end];
    let (mut a, mut b) = (Side::new("A", a)?, Side::new("B", b)?);
    let failed = |error| LockstepError::Run("A or B", error);
    let mut found = Found {
        ends,
        ..Found::default()
    };
    let at_start = compare([a.simulation(), b.simulation()], most).map_err(failed)?;
    let moves = at_start.vertices_count > 0;
    found.state = Some(at_start).filter(Parting::is_any);
    let mut moved = found.state.is_some() && moves;
    while !a.over && !b.over {
        let rows = [a.step()?, b.step()?];
        found.compared += 1;
        bar.set_position(found.compared);
        look_at_rows(&rows, &mut found);
        if found.state.is_none() && a.simulation().digest() != b.simulation().digest() {
            let parting = compare([a.simulation(), b.simulation()], most).map_err(failed)?;
            moved = parting.vertices_count > 0;
            found.state = Some(parting);
        } else if found.state.is_some() && !moved && have_moved([a.simulation(), b.simulation()]) {
            found.motion = Some(compare([a.simulation(), b.simulation()], most).map_err(failed)?);
            moved = true;
        }
        if found.rows.is_some() && moved {
            break;
        }
    }
    // A run that safety stops ends there, whatever its folder says.
    for (k, side) in [&mut a, &mut b].into_iter().enumerate() {
        if side.over {
            found.ends[k] = side.simulation().clock().tick;
        }
    }
    let (own, others) = (a.comparison, b.comparison);
    for (k, (comparison, over)) in [(own, a.over), (others, b.over)].into_iter().enumerate() {
        let end = ends[k];
        found.unrepeated[k] = match over {
            true => comparison.finish(end)?,
            false => comparison.difference().map(str::to_owned),
        };
    }
    Ok(found)
}

/// Whether a state of a vertex differs.
fn have_moved(runs: [&mut Simulation; 2]) -> bool {
    let [a, b] = runs.map(|own| own.vertex_states());
    let bits = |own: &[[f64; 2]]| -> Vec<[u64; 2]> {
        own.iter().map(|state| state.map(f64::to_bits)).collect()
    };
    bits(&a) != bits(&b)
}

/// Compares the rows of a tick, scope by scope.
fn look_at_rows([a, b]: &[Vec<MetricRow>; 2], found: &mut Found) {
    for one in a {
        let Some(other) = b
            .iter()
            .find(|own| own.scope == one.scope && own.tick == one.tick)
        else {
            continue;
        };
        // What tells of nodes depends on how vertices are placed, by design.
        let of_state = |own: &&Metric| own.needs != Need::Placement;
        for metric in one.metrics.list().iter().filter(of_state) {
            let id = &metric.id;
            let alone = match (one.get(id), other.get(id)) {
                (Some(x), Some(y)) => {
                    if x.to_bits() != y.to_bits() && found.rows.is_none() {
                        found.rows = Some(RowsParting {
                            completed: one.tick,
                            scope: one.scope.clone(),
                            metric: id.as_str().to_owned(),
                            values: [x, y],
                        });
                    }
                    continue;
                }
                (Some(_), None) => "A",
                (None, Some(_)) => "B",
                (None, None) => continue,
            };
            let own = (id.as_str().to_owned(), alone);
            if !found.alone.contains(&own) {
                found.alone.push(own);
            }
        }
    }
}
