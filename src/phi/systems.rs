//! Measuring beside the loop.

use std::thread::JoinHandle;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::Tick;
use crate::sensors::Channel;
use crate::sensors::channel::MergedSamples;
use crate::signal::FrameWindow;
use crate::tick::{Before, NodeContext, TickSystems};

use super::error::PhiError;
use super::measure::{PhiInput, measure};
use super::report::PhiReport;
use super::settings::{PhiSettings, PhiSource};

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
}

/// Window, settings and pending measurement; on the home node of the cluster.
#[derive(Component)]
pub struct PhiObserver {
    /// Samples of the units.
    pub window: FrameWindow,
    /// How to measure.
    pub settings: PhiSettings,
    /// Ticks between measurements.
    pub period_ticks: u64,
    /// Ticks from window to report.
    pub latency_ticks: u64,
    /// The pending measurement.
    pub job: Option<PhiJob>,
    /// Whether measurements run beside the loop.
    beside: bool,
    running: Option<JoinHandle<Result<PhiReport, PhiError>>>,
}

impl PhiObserver {
    /// An observer of `units` units over `window` samples.
    #[must_use]
    pub fn new(
        units: usize,
        window: usize,
        settings: PhiSettings,
        period_ticks: u64,
        latency_ticks: u64,
    ) -> Self {
        Self {
            window: FrameWindow::new(units, window),
            settings,
            period_ticks,
            latency_ticks,
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

    /// Gives the picture that was wanted, and begins the measurement.
    pub fn show(&mut self, input: PhiInput) {
        if let Some(job) = &mut self.job {
            job.input = input;
        }
        self.run();
    }

    fn begin(&mut self, tick: Tick, beside: bool) {
        self.beside = beside;
        let window = self.settings.source == PhiSource::Window;
        self.job = Some(PhiJob {
            input: if window {
                PhiInput::Window(self.samples())
            } else {
                PhiInput::Awaited
            },
            taken_at: tick,
            due: tick + self.latency_ticks,
        });
        if window {
            self.run();
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

    fn run(&mut self) {
        let Some(job) = self.job.as_ref().filter(|_| self.beside) else {
            return;
        };
        let (input, settings) = (job.input.clone(), self.settings.clone());
        self.running = Some(std::thread::spawn(move || measure(&input, &settings)));
    }

    /// The result of the pending measurement, waited for if need be.
    fn finish(&mut self, job: &PhiJob) -> Result<PhiReport, PhiError> {
        match self.running.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            // A thread that died, or a job restored from a snapshot: measure here.
            _ => measure(&job.input, &self.settings),
        }
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
            if let Ok(found) = merged.0.binary_search_by_key(&channel.index, |(c, _)| *c) {
                values[unit as usize] = merged.0[found].1;
                any = true;
            }
        }
        if any {
            observer.window.push(&values)?;
        }
        latest.fresh = false;
        let tick = at.clock.tick;
        if observer.job.as_ref().is_some_and(|job| job.due <= tick)
            && let Some(job) = observer.job.take()
        {
            latest.taken_at = job.taken_at;
            match observer.finish(&job) {
                Ok(mut report) => {
                    report.tick = job.taken_at;
                    latest.report = Some(report);
                    latest.refusal = None;
                    latest.count += 1;
                    latest.fresh = true;
                }
                Err(error) => latest.refusal = Some(error.to_string()),
            }
        }
        let due = tick > 0 && tick.is_multiple_of(observer.period_ticks);
        let ready = observer.settings.source != PhiSource::Window || observer.window.is_full();
        if due && ready && observer.job.is_none() {
            observer.begin(tick, at.workers > 1);
        }
    }
    Ok(())
}

/// Measurement of Φ.
pub struct PhiPlugin;

impl Plugin for PhiPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Before, measure_phi.in_set(TickSystems::MeasurePhi));
    }
}
