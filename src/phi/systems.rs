//! Measuring beside the loop.

use std::time::Duration;

use bevy::prelude::*;
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use serde::{Deserialize, Serialize};

use crate::base::{Cancel, CancelCause, Tick};
use crate::registry::{Class, DurableApp, OfComponent};
use crate::resonator::Population;
use crate::sensors::Channel;
use crate::sensors::channel::MergedSamples;
use crate::signal::FrameWindow;
use crate::tick::NodeContext;

use super::error::PhiError;
use super::measure::{PhiInput, measure};
use super::report::PhiReport;
use super::settings::PhiSource;
use super::spec::PhiSpec;

/// A measurement under way: what it is of and when it applies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhiJob {
    /// What is measured.
    pub input: PhiInput,
    /// The tick at which the window was taken.
    pub taken_at: Tick,
    /// The tick at which the report applies.
    pub due: Tick,
}

/// The report that holds now, and the tick at which its window was taken.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LatestPhi {
    /// The report; `None` until the first is due.
    pub report: Option<PhiReport>,
    /// When its window was taken.
    pub taken_at: Tick,
    /// Reports so far.
    pub count: u64,
    /// Why the last measurement gave none.
    pub refusal: Option<String>,
    /// Whether it came in this tick.
    pub fresh: bool,
    /// Whether a refusal came in this tick that differs from what was said before.
    pub refused: bool,
}

/// Window, settings and pending measurement; on the home node of the cluster.
#[derive(Component)]
pub struct PhiObserver {
    /// Samples of the units.
    pub window: FrameWindow,
    /// How to measure.
    pub settings: PhiSpec,
    /// The pending measurement.
    pub job: Option<PhiJob>,
    /// Whether measurements run beside the loop.
    beside: bool,
    running: Option<Running>,
}

/// A measurement on a thread of its own, which ends soon after this is dropped.
struct Running {
    results: Receiver<Result<PhiReport, PhiError>>,
    over: Cancel,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.over.request(CancelCause::Interrupted);
    }
}

/// How often a tick that waits for a measurement looks whether the run is to stop.
const LOOK: Duration = Duration::from_millis(10);

impl PhiObserver {
    /// An observer of `units` units.
    #[must_use]
    pub fn new(units: usize, settings: PhiSpec) -> Self {
        Self {
            window: FrameWindow::new(units, settings.samples_kept()),
            settings,
            job: None,
            beside: false,
            running: None,
        }
    }

    /// Continues from a saved window and pending measurement.
    pub fn resume(&mut self, window: FrameWindow, job: Option<PhiJob>) {
        self.window = window;
        self.job = job;
        self.running = None;
    }

    /// Whether a picture of the plant is wanted in this tick.
    #[must_use]
    pub fn wants_picture(&self) -> bool {
        self.job
            .as_ref()
            .is_some_and(|job| job.input == PhiInput::Awaited)
    }

    /// Whether a measurement begins in a tick: it is due, none is pending beyond the tick, and
    /// there is something to measure. While one is pending none begins, so with a latency above the
    /// period a report comes every ⌈latency / period⌉ periods.
    #[must_use]
    pub fn begins_at(&self, tick: Tick) -> bool {
        let due = tick > 0 && tick.is_multiple_of(self.settings.period_ticks);
        let free = self.job.as_ref().is_none_or(|job| job.due <= tick);
        due && free
            && (self.settings.source != PhiSource::Window
                || self.window.len() >= self.settings.window)
    }

    /// Whether a picture of the plant will be wanted in a tick that has not begun.
    #[must_use]
    pub fn will_want_picture(&self, tick: Tick) -> bool {
        self.settings.source != PhiSource::Window && self.begins_at(tick)
    }

    /// Gives the picture that was wanted, and begins the measurement, which ends early when
    /// `cancel` is set.
    pub fn show(&mut self, input: PhiInput, cancel: &Cancel) {
        if let Some(job) = &mut self.job {
            job.input = input;
        }
        self.run(cancel);
    }

    fn begin(&mut self, tick: Tick, beside: bool, cancel: &Cancel) {
        self.beside = beside;
        let window = self.settings.source == PhiSource::Window;
        self.job = Some(PhiJob {
            input: if window {
                PhiInput::Window(self.samples())
            } else {
                PhiInput::Awaited
            },
            taken_at: tick,
            due: tick + self.settings.latency_ticks,
        });
        if window {
            self.run(cancel);
        }
    }

    /// One series for each unit.
    fn samples(&self) -> Vec<Vec<f64>> {
        (0..self.window.channel_count())
            .map(|unit| {
                let mut series = Vec::new();
                self.window.channel(unit, &mut series);
                series
            })
            .collect()
    }

    fn run(&mut self, cancel: &Cancel) {
        let Some(job) = self.job.as_ref().filter(|_| self.beside) else {
            return;
        };
        let (input, settings) = (job.input.clone(), self.settings.clone());
        let (sender, results) = bounded(1);
        let (cancel, over) = (cancel.clone(), Cancel::default());
        self.running = Some(Running {
            results,
            over: over.clone(),
        });
        std::thread::spawn(move || {
            let stop = || over.is_requested() || cancel.is_requested();
            // Nobody waits for the result when the run is over.
            let _ = sender.send(measure(&input, &settings, &stop));
        });
    }

    /// The result of the pending measurement, waited for if need be, but not once the run is to
    /// stop.
    fn finish(&mut self, job: &PhiJob, cancel: &Cancel) -> Result<PhiReport, PhiError> {
        if let Some(running) = self.running.take() {
            loop {
                match running.results.recv_timeout(LOOK) {
                    Ok(result) => return result,
                    Err(_) if cancel.is_requested() => return Err(PhiError::Stopped),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        }
        // A thread that died, or a job restored from a snapshot: measure here.
        measure(&job.input, &self.settings, &|| cancel.is_requested())
    }
}

/// Collects samples, starts measurements and applies their reports at their ticks.
pub fn measure_phi(
    at: Res<NodeContext>,
    merged: Res<MergedSamples>,
    channels: Query<&Channel>,
    mut observers: Query<(&mut PhiObserver, &mut LatestPhi)>,
) -> Result {
    for (mut observer, mut latest) in &mut observers {
        let mut values = vec![f64::NAN; observer.window.channel_count()];
        let mut any = false;
        for channel in &channels {
            let Some(unit) = channel.phi_unit else {
                continue;
            };
            if let Some(value) = merged.value(channel.index) {
                values[unit as usize] = value;
                any = true;
            }
        }
        if any {
            observer.window.push(&values)?;
        }
        // Written to only when it changes, so that its hash stands.
        if latest.fresh || latest.refused {
            (latest.fresh, latest.refused) = (false, false);
        }
        let tick = at.clock.tick;
        if observer.job.as_ref().is_some_and(|job| job.due <= tick)
            && let Some(job) = observer.job.take()
        {
            let finished = observer.finish(&job, &at.cancel);
            if finished == Err(PhiError::Stopped) {
                // This tick does not count, and the measurement is still to be done.
                observer.job = Some(job);
                return Ok(());
            }
            latest.taken_at = job.taken_at;
            match finished {
                Ok(mut report) => {
                    report.tick = job.taken_at;
                    latest.report = Some(report);
                    latest.refusal = None;
                    latest.count += 1;
                    latest.fresh = true;
                }
                Err(error) => {
                    let refusal = Some(error.to_string());
                    latest.refused = latest.refusal != refusal;
                    latest.refusal = refusal;
                }
            }
        }
        if observer.begins_at(tick) {
            observer.begin(tick, at.workers > 1, &at.cancel);
        }
    }
    Ok(())
}

/// Measurement of Φ.
pub struct PhiPlugin;

impl Plugin for PhiPlugin {
    fn build(&self, app: &mut App) {
        app.durable(
            OfComponent::<Population, PhiObserver, (FrameWindow, Option<PhiJob>)>::part(
                "phi.observer",
                Class::State,
                |own| (own.window.clone(), own.job.clone()),
                |own, (window, job)| own.resume(window, job),
            )
            .rarely(),
        )
        .durable(OfComponent::<Population, LatestPhi, _>::whole(
            "phi.latest",
            Class::State,
        ));
    }
}
