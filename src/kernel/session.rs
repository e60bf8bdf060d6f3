//! A session: a scene that was opened, run to a tick under the eyes of observers.
//!
//! `run`, `verify`, `replay`, `lyapunov` and the window all drive their runs through one.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::base::{Cancel, Tick};
use crate::phi::PhiReport;
use crate::record::systems::RunCounts;
use crate::record::{Batch, Ending, RunSink, StepWarning};
use crate::safety::Severity;
use crate::scenario::{LoadedScene, Parts};

use super::options::SimOptions;
use super::simulation::{SimError, Simulation};
use super::state::KernelState;
use super::statistics::{Statistics, Verdict};

/// Ticks done between two looks at the clock are as many as fit in this.
const DRAIN: Duration = Duration::from_millis(50);
/// The longest sleep of a live run before it looks whether it is to stop.
const NAP: Duration = Duration::from_millis(50);

/// Who follows a run while it goes on, some twenty times a second.
pub trait Observer {
    /// Looks at the run after each tick. It may not change anything.
    fn stepped(&mut self, _simulation: &mut Simulation) {}

    /// Takes what was recorded since the last time: rows, events, commands and inputs.
    ///
    /// # Errors
    /// When it cannot be kept; the run ends then.
    fn records(&mut self, _batch: &Batch) -> io::Result<()> {
        Ok(())
    }

    /// Hears how far the run is, after the records up to there.
    fn reached(&mut self, _tick: Tick, _statistics: &Statistics) {}
}

/// Every sink of records observes a run.
impl<S: RunSink> Observer for S {
    fn records(&mut self, batch: &Batch) -> io::Result<()> {
        self.append(batch)
    }
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
    /// Populations for which the step was too long, in the order of the scene, with the tick in
    /// which it was told first and the worst that was told.
    pub long_steps: Vec<(String, Tick, StepWarning)>,
    /// The alert for which a safety rule stopped it, in words.
    pub stopped_by: Option<String>,
    /// The last report of Φ in a sentence.
    pub phi: Option<String>,
    /// Why the last measurement of Φ gave no report, if it gave none.
    pub phi_refusal: Option<String>,
    /// Wall time of the ticks.
    pub wall: Duration,
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
    Folder(#[from] io::Error),
}

/// A run with streaming statistics of what it records.
///
/// ```
/// use phantomos::prelude::*;
///
/// let changes = [("record.plant".to_owned(), "true".to_owned())];
/// let mut session = Session::load("scenes/hello.ron", &changes, &Parts::default())?;
/// session.run_to(50)?;
/// let order = session.statistics().of("cluster", &"order".into(), Statistic::Mean);
/// assert!(order.is_some_and(|order| (0.0..=1.0).contains(&order)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Session {
    /// The run.
    pub simulation: Simulation,
    statistics: Statistics,
    stopped_by: Option<String>,
}

impl Session {
    /// Reads a scene with changes of the form (path, value as RON text), and opens it on one
    /// thread.
    ///
    /// # Errors
    /// With all problems of the scene.
    pub fn load(
        path: impl AsRef<Path>,
        changes: &[(String, String)],
        parts: &Parts,
    ) -> Result<Self, SimError> {
        let loaded = parts.load(path.as_ref(), changes)?;
        Self::open(loaded, SimOptions::default())
    }

    /// Opens a scene.
    ///
    /// # Errors
    /// With the problems that only show now, or when a device cannot be opened.
    pub fn open(loaded: LoadedScene, options: SimOptions) -> Result<Self, SimError> {
        Simulation::open(loaded, options).map(Self::of)
    }

    /// Of a simulation that is at its start.
    #[must_use]
    pub fn of(simulation: Simulation) -> Self {
        let metrics = simulation.metrics().clone();
        Self {
            statistics: Statistics::new(simulation.scene().clone(), metrics),
            stopped_by: None,
            simulation,
        }
    }

    /// Goes to a snapshot of such a run; the statistics begin anew.
    ///
    /// # Errors
    /// When the bytes are no such snapshot.
    pub fn restore(&mut self, snapshot: &[u8]) -> Result<(), SimError> {
        self.simulation.restore(snapshot)?;
        let metrics = self.simulation.metrics().clone();
        self.stopped_by = None;
        self.statistics = Statistics::new(self.simulation.scene().clone(), metrics);
        Ok(())
    }

    /// Statistics of the rows that were drained.
    #[must_use]
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// Takes what was recorded since the last time into the statistics and to the observers.
    ///
    /// # Errors
    /// When an observer cannot keep it.
    pub fn drain(&mut self, observers: &mut [&mut dyn Observer]) -> io::Result<()> {
        let batch = self.simulation.take_records();
        batch.rows.iter().for_each(|row| self.statistics.see(row));
        let mut events = batch.events.iter();
        let stop = events.find(|event| event.data.severity() == Some(Severity::Stop));
        if self.stopped_by.is_none()
            && let Some(stop) = stop
        {
            let text = format!("{} at tick {}: {}", stop.about, stop.tick, stop.cause);
            self.stopped_by = Some(text);
        }
        observers
            .iter_mut()
            .try_for_each(|own| own.records(&batch))?;
        let tick = self.simulation.clock().tick;
        for own in observers {
            own.reached(tick, &self.statistics);
        }
        Ok(())
    }

    /// Runs to a tick, or to where the run ends before it.
    ///
    /// # Errors
    /// When a system fails.
    pub fn run_to(&mut self, until: Tick) -> Result<Outcome, RunError> {
        self.run_observed(until, &mut [])
    }

    /// Runs to a tick, or to where the run ends before it, under the eyes of observers.
    ///
    /// Who wants it to stop before sets the [`Cancel`] of its options; a tick that is cut short by
    /// it does not count. What was recorded up to the last whole tick goes to the observers, also
    /// when a tick fails.
    ///
    /// # Errors
    /// When a system fails or an observer cannot keep what was recorded.
    pub fn run_observed(
        &mut self,
        until: Tick,
        observers: &mut [&mut dyn Observer],
    ) -> Result<Outcome, RunError> {
        let begun = Instant::now();
        let start_s = self.simulation.clock().time_s();
        let mut drained = Instant::now();
        let (mut cut, mut failure) = (None, None);
        while self.simulation.clock().tick < until {
            if self.simulation.reads_outside() {
                // What is read is of the present, so plant time keeps to wall time.
                let due = self.simulation.clock().time_s() - start_s;
                sleep_until(begun, due, self.simulation.cancel());
            }
            match self.simulation.step() {
                Ok(()) => {
                    for own in observers.iter_mut() {
                        own.stepped(&mut self.simulation);
                    }
                }
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
                self.drain(observers)?;
            }
            if self.simulation.state() == KernelState::SafeStopped {
                break;
            }
        }
        self.drain(observers)?;
        if let Some(error) = failure {
            return Err(error.into());
        }
        let ticks = self.simulation.clock().tick;
        let state = self.simulation.state();
        let verdict = self.statistics.verdict(state, ticks, cut);
        if state != KernelState::SafeStopped {
            self.simulation.set_state(KernelState::Stopped);
        }
        Ok(Outcome {
            verdict,
            ticks,
            digest: self.simulation.digest().to_string(),
            counts: self.simulation.records_mut().counts,
            stopped_by: self.stopped_by.clone(),
            phi: self
                .simulation
                .cluster()
                .phi
                .report
                .as_ref()
                .map(PhiReport::summary),
            long_steps: self.simulation.long_steps(),
            phi_refusal: self.simulation.cluster().phi.refusal.clone(),
            wall: begun.elapsed(),
        })
    }

    /// How the run folder's manifest tells that the run broke off.
    #[must_use]
    pub fn broken(&self, error: &RunError) -> Ending {
        let digest = self.simulation.digest().to_string();
        Ending::failed(error, self.simulation.clock().tick, digest)
    }
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
