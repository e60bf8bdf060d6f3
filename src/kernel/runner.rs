//! The headless runner: ticks until the end, with a run folder, progress and assertions.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::base::{Cancel, CancelCause, RunStatus, Tick};
use crate::record::systems::RunCounts;
use crate::record::{Batch, Ending, EventRecord, MetricRow, RunSink};
use crate::scenario::Scene;
use crate::scenario::assertion::Tally;

use crate::signal::readings::COHERENCE;

use super::simulation::{SimError, Simulation};
use super::state::KernelState;

/// Ticks done between two looks at the clock are as many as fit in this.
const DRAIN: Duration = Duration::from_millis(50);
/// The longest sleep of a live run before it looks whether it is to stop.
const NAP: Duration = Duration::from_millis(50);

/// What is told while a run goes on.
pub enum Progress<'a> {
    /// Ticks done, and the cluster's coherence when there is one.
    Tick(Tick, Option<f64>),
    /// An event.
    Event(&'a EventRecord),
}

/// Whether a run did what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it ended.
    pub status: RunStatus,
    /// Assertions that failed, in words.
    pub failures: Vec<String>,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether it did what it should.
    pub verdict: Verdict,
    /// Ticks completed.
    pub ticks: Tick,
    /// Digest of the run.
    pub digest: String,
    /// Counts.
    pub counts: RunCounts,
    /// Why the last measurement of Φ gave no report, if it gave none.
    pub phi_refusal: Option<String>,
    /// The last row of each scope.
    pub last_rows: BTreeMap<String, MetricRow>,
    /// Wall time of the ticks.
    pub wall: Duration,
}

/// What is kept of the rows while the run goes on: statistics for the assertions, and the last rows.
pub struct Witness {
    scene: Scene,
    tallies: Vec<Tally>,
    last_rows: BTreeMap<String, MetricRow>,
}

impl Witness {
    /// Of a run that is at its start.
    #[must_use]
    pub fn new(scene: Scene) -> Self {
        Self {
            tallies: vec![Tally::default(); scene.assertions.len()],
            scene,
            last_rows: BTreeMap::new(),
        }
    }

    /// Takes the next row.
    pub fn see(&mut self, row: &MetricRow) {
        for (tally, assertion) in self.tallies.iter_mut().zip(&self.scene.assertions) {
            if assertion.spans(row.t_s) && row.scope == assertion.scope {
                row.get(&assertion.metric)
                    .into_iter()
                    .for_each(|value| tally.push(value));
            }
        }
        match self.last_rows.get_mut(&row.scope) {
            Some(last) => last.clone_from(row),
            None => {
                self.last_rows.insert(row.scope.clone(), row.clone());
            }
        }
    }

    /// The verdict on a run that is in this state after `ticks`, or was cut short. What must hold at
    /// the end of a run is not judged before it.
    #[must_use]
    pub fn verdict(&self, state: KernelState, ticks: Tick, cut: Option<CancelCause>) -> Verdict {
        let mut failures = Vec::new();
        let status = match (cut, state) {
            (Some(CancelCause::Interrupted), _) => RunStatus::Interrupted,
            (Some(CancelCause::TimeLimit), _) => RunStatus::TimeLimit,
            (None, KernelState::SafeStopped) => RunStatus::SafeStopped,
            (None, _) => {
                if ticks >= self.scene.ticks {
                    let judged = self.scene.assertions.iter().zip(&self.tallies);
                    failures.extend(judged.filter_map(|(own, tally)| own.judge(tally)));
                }
                match failures.is_empty() {
                    true => RunStatus::Ok,
                    false => RunStatus::AssertionFailed,
                }
            }
        };
        Verdict { status, failures }
    }

    fn coherence(&self) -> Option<f64> {
        self.last_rows.get("cluster")?.get(&COHERENCE)
    }
}

/// Runs a simulation to its end.
///
/// Who wants it to stop before tick `until` sets the [`Cancel`] of its options; a tick that is cut
/// short by it does not count. What was recorded up to the last whole tick goes to the sink, also when
/// a tick fails.
///
/// # Errors
/// When a system fails or the sink refuses.
pub fn run(
    simulation: &mut Simulation,
    until: Tick,
    mut sink: Option<&mut dyn RunSink>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Outcome, RunError> {
    let begun = Instant::now();
    let mut witness = Witness::new(simulation.scene().clone());
    let mut drained = Instant::now();
    let (mut cut, mut failure) = (None, None);
    while simulation.clock().tick < until {
        if simulation.reads_outside() {
            // What is read is of the present, so plant time keeps to wall time.
            let due = simulation.clock().time_s();
            sleep_until(begun, due, simulation.cancel());
        }
        match simulation.step() {
            Ok(()) => {}
            Err(SimError::Cancelled { cause, .. }) => {
                cut = Some(cause);
                break;
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
        if drained.elapsed() > DRAIN {
            drained = Instant::now();
            drain(simulation, &mut sink, &mut |row| witness.see(row), tell)?;
            let tick = simulation.clock().tick;
            tell(Progress::Tick(tick, witness.coherence()));
        }
        if simulation.state() == KernelState::SafeStopped {
            break;
        }
    }
    drain(simulation, &mut sink, &mut |row| witness.see(row), tell)?;
    let tick = simulation.clock().tick;
    tell(Progress::Tick(tick, witness.coherence()));
    if let Some(error) = failure {
        return Err(error.into());
    }
    let verdict = witness.verdict(simulation.state(), tick, cut);
    if simulation.state() != KernelState::SafeStopped {
        simulation.set_state(KernelState::Stopped);
    }
    Ok(Outcome {
        verdict,
        ticks: tick,
        digest: simulation.digest().to_string(),
        counts: simulation.records_mut().counts,
        phi_refusal: simulation.cluster().phi.refusal.clone(),
        last_rows: witness.last_rows,
        wall: begun.elapsed(),
    })
}

/// Sleeps until `due_s` after `begun`, or until the run is to stop.
fn sleep_until(begun: Instant, due_s: f64, cancel: &Cancel) {
    // A time beyond what the clock can tell never comes.
    let due = Duration::try_from_secs_f64(due_s).unwrap_or(Duration::MAX);
    loop {
        let left = due.saturating_sub(begun.elapsed());
        if left.is_zero() || cancel.is_requested() {
            return;
        }
        std::thread::sleep(left.min(NAP));
    }
}

/// Takes what was recorded, shows it to `see`, and hands it to the sink.
///
/// # Errors
/// When the sink refuses.
pub fn drain(
    simulation: &mut Simulation,
    sink: &mut Option<&mut dyn RunSink>,
    see: &mut dyn FnMut(&MetricRow),
    tell: &mut dyn FnMut(Progress),
) -> std::io::Result<()> {
    let batch: Batch = simulation.take_records();
    batch.rows.iter().for_each(see);
    let events = batch.events.iter();
    events.for_each(|event| tell(Progress::Event(event)));
    match sink {
        Some(sink) => sink.append(&batch),
        None => Ok(()),
    }
}

impl Outcome {
    /// How the run folder's manifest tells it.
    #[must_use]
    pub fn ending(&self) -> Ending {
        Ending {
            status: self.verdict.status,
            error: None,
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
    /// In what takes the records.
    #[error("run folder: {0}")]
    Folder(#[from] std::io::Error),
}
