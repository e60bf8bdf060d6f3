//! The headless runner: ticks until the end, with a run folder, progress and assertions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::base::Tick;
use crate::record::systems::RunCounts;
use crate::record::{Ending, EventRecord, MetricRow, RunFolder};
use crate::scenario::Scene;

use super::simulation::{SimError, Simulation};
use super::state::KernelState;

/// When to stop before the scene's ticks are done.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Ticks.
    pub ticks: Tick,
    /// Wall time.
    pub time: Option<Duration>,
    /// Set by Ctrl-C.
    pub interrupted: Arc<AtomicBool>,
}

/// What is told while a run goes on.
pub enum Progress<'a> {
    /// Ticks done, and the cluster's coherence when there is one.
    Tick(Tick, Option<f64>),
    /// An event.
    Event(&'a EventRecord),
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// `ok`, `assertion_failed`, `safe_stopped`, `time_limit` or `interrupted`.
    pub status: &'static str,
    /// The process's exit code for it.
    pub exit_code: u8,
    /// Ticks completed.
    pub ticks: Tick,
    /// Digest of the run.
    pub digest: String,
    /// Counts.
    pub counts: RunCounts,
    /// Assertions that failed, in words.
    pub failures: Vec<String>,
    /// The last row of each scope.
    pub last_rows: BTreeMap<String, MetricRow>,
    /// Wall time of the ticks.
    pub wall: Duration,
}

/// Values that assertions ask for, gathered while the run goes on.
struct Witness {
    values: Vec<Vec<f64>>,
}

impl Witness {
    fn see(&mut self, scene: &Scene, row: &MetricRow) {
        for (values, assertion) in self.values.iter_mut().zip(&scene.assertions) {
            let in_span =
                row.t_s >= assertion.from_s && assertion.to_s.is_none_or(|end| row.t_s <= end);
            if in_span && row.scope == assertion.scope {
                values.extend(row.value(&assertion.metric));
            }
        }
    }

    fn failures(&self, scene: &Scene) -> Vec<String> {
        let judged = scene.assertions.iter().zip(&self.values);
        judged.filter_map(|(a, values)| a.judge(values)).collect()
    }
}

/// Runs a simulation to its end.
///
/// # Errors
/// When a system fails or the run folder cannot be written.
pub fn run(
    simulation: &mut Simulation,
    limits: &Limits,
    mut folder: Option<&mut RunFolder>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Outcome, RunError> {
    let begun = Instant::now();
    let scene = simulation.scene().clone();
    let mut witness = Witness {
        values: vec![Vec::new(); scene.assertions.len()],
    };
    let mut last_rows = BTreeMap::new();
    let mut drained = Instant::now();
    let mut status = ("ok", 0);
    while simulation.clock().tick < limits.ticks {
        if simulation.reads_outside() {
            // What is read is of the present, so plant time keeps to wall time.
            let due = Duration::from_secs_f64(simulation.clock().time_s());
            std::thread::sleep(due.saturating_sub(begun.elapsed()));
        }
        simulation.step()?;
        let stopped = simulation.state() == KernelState::SafeStopped;
        let tick = simulation.clock().tick;
        let last = tick == limits.ticks || stopped;
        if last || drained.elapsed() > Duration::from_millis(50) {
            drained = Instant::now();
            drain(
                simulation,
                folder.as_deref_mut(),
                &mut |row| {
                    witness.see(&scene, row);
                    last_rows.insert(row.scope.clone(), row.clone());
                },
                tell,
            )?;
            let coherence = last_rows
                .get("cluster")
                .and_then(|row| row.value("coherence"));
            tell(Progress::Tick(tick, coherence));
        }
        if stopped {
            status = ("safe_stopped", 5);
            break;
        }
        if limits.interrupted.load(Ordering::Relaxed) {
            status = ("interrupted", 130);
            break;
        }
        if limits.time.is_some_and(|limit| begun.elapsed() > limit) {
            status = ("time_limit", 124);
            break;
        }
    }
    drain(
        simulation,
        folder,
        &mut |row| {
            witness.see(&scene, row);
            last_rows.insert(row.scope.clone(), row.clone());
        },
        tell,
    )?;
    let failures = if status.0 == "ok" {
        witness.failures(&scene)
    } else {
        Vec::new()
    };
    if !failures.is_empty() {
        status = ("assertion_failed", 4);
    }
    if simulation.state() != KernelState::SafeStopped {
        simulation.set_state(KernelState::Stopped);
    }
    Ok(Outcome {
        status: status.0,
        exit_code: status.1,
        ticks: simulation.clock().tick,
        digest: simulation.digest().to_string(),
        counts: simulation.records_mut().counts,
        failures,
        last_rows,
        wall: begun.elapsed(),
    })
}

/// Takes what was recorded, shows it to `see`, and writes it down.
///
/// # Errors
/// When the run folder cannot be written.
pub fn drain(
    simulation: &mut Simulation,
    folder: Option<&mut RunFolder>,
    see: &mut dyn FnMut(&MetricRow),
    tell: &mut dyn FnMut(Progress),
) -> std::io::Result<()> {
    let inputs = simulation.take_new_inputs();
    let mut records = simulation.records_mut();
    let rows = std::mem::take(&mut records.rows);
    let events = std::mem::take(&mut records.events);
    let commands = std::mem::take(&mut records.commands);
    rows.iter().for_each(see);
    events.iter().for_each(|event| tell(Progress::Event(event)));
    match folder {
        Some(folder) => folder.append(&rows, &events, &commands, &inputs),
        None => Ok(()),
    }
}

impl Outcome {
    /// How the run folder's manifest tells it.
    #[must_use]
    pub fn ending(&self) -> Ending {
        Ending {
            status: self.status.to_owned(),
            ticks: self.ticks,
            digest: self.digest.clone(),
        }
    }
}

/// Why a run broke off.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Inside the simulation.
    #[error(transparent)]
    Simulation(#[from] SimError),
    /// In the run folder.
    #[error("run folder: {0}")]
    Folder(#[from] std::io::Error),
}
