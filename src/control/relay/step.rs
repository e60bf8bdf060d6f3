//! The experiment sample by sample, and the law that follows it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::num;
use crate::control::pid::{PidSpec, PidState, PidStep};

use super::periods::{Period, Sums, summarise};
use super::spec::{PERIODS, RelaySpec};
use super::tuning::RelayTuning;

/// Samples that a period has at least.
const SAMPLES_MIN: u32 = 8;

/// The noise of the third harmonic at which the experiment ends at once.
const THIRD_ERROR: f64 = 0.02;
/// How many times the wanted periods it waits for that.
const PATIENCE: u32 = 3;

/// What the experiment and the law after it remember. The default is the state before the first
/// sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RelayState {
    /// How far it is.
    pub phase: RelayPhase,
    /// Whether the relay stands at bias + d; none before the first sample.
    pub high: Option<bool>,
    /// Time since the first sample, s; also that of samples that were held.
    pub time_s: f64,
    /// Periods since the first switch from high to low.
    pub periods: u32,
    /// State of the law that follows.
    pub pid: PidState,
    /// ω Ts of the limit cycle, as the period before had it.
    step_rad: f64,
    sums: Sums,
    kept: [Period; PERIODS],
}

/// How far an experiment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum RelayPhase {
    /// The limit cycle comes about.
    #[default]
    Settling,
    /// Its periods are measured.
    Measuring,
    /// Done: the law with the found gains acts.
    Tuned(RelayTuning),
    /// Given up: the law with its own gains acts.
    Aborted(RelayAbort),
}

/// Why an experiment was given up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum RelayAbort {
    /// The measure was farther from the setpoint than `deviation_max`, by this distance.
    Deviation(f64),
    /// The time limit was reached after this many periods.
    Time {
        /// Periods so far.
        periods: u32,
    },
    /// A period had this many samples, too few to measure it.
    TooFast {
        /// Samples of a period.
        samples: u32,
    },
    /// The rule gives no gains for what was found.
    NoGains,
}

impl fmt::Display for RelayAbort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deviation(distance) => {
                write!(
                    f,
                    "the measure was {distance} from the setpoint, expected at most deviation_max"
                )
            }
            Self::Time { periods } => write!(
                f,
                "the time limit was reached after {periods} periods, expected a steady limit cycle \
                 before: is the amplitude large enough for the hysteresis, the bias near what \
                 holds the setpoint, and spread_max above what noise makes of a period?"
            ),
            Self::TooFast { samples } => write!(
                f,
                "a period has {samples} samples, expected at least {SAMPLES_MIN}: sample faster, \
                 or give a hysteresis"
            ),
            Self::NoGains => f.write_str("the rule gives no gains for what was found"),
        }
    }
}

/// One sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RelayStep {
    /// The output.
    pub output: f64,
    /// How far the experiment is after this sample.
    pub phase: RelayPhase,
    /// Whether the experiment ended with this sample.
    pub ended: bool,
    /// What the law did, when it acts already.
    pub pid: Option<PidStep>,
    /// Whether a number was not finite, so that the output was held.
    pub held: bool,
}

impl RelaySpec {
    /// The relay alone: whether it stands high after a sample with the deviation `error` = r − y,
    /// when it stood so before. Before the first sample it stands high.
    #[must_use]
    pub fn switch(&self, was_high: Option<bool>, error: f64) -> bool {
        match was_high {
            None => true,
            Some(true) => error >= -self.hysteresis,
            Some(false) => error > self.hysteresis,
        }
    }

    fn output(&self, high: bool) -> f64 {
        match high {
            true => self.bias + self.amplitude,
            false => self.bias - self.amplitude,
        }
    }

    /// The law that acts after the experiment. One without integral keeps the mean output of the
    /// experiment, or its bias, as a constant.
    #[must_use]
    pub fn law(&self, phase: &RelayPhase) -> PidSpec {
        let (mut law, rest) = match phase {
            RelayPhase::Tuned(found) => (found.gains.law(&self.pid), found.mean_output),
            _ => (self.pid.clone(), self.bias),
        };
        if law.ki == 0.0 {
            law.feed_forward += rest;
        }
        law
    }

    /// One sample: the output for `setpoint` and `measured`, `sample_s` > 0 seconds after the last.
    /// What is not finite is held, and its time counts.
    pub fn step(
        &self,
        state: &mut RelayState,
        setpoint: f64,
        measured: f64,
        sample_s: f64,
    ) -> RelayStep {
        let phase = state.phase;
        if matches!(phase, RelayPhase::Tuned(_) | RelayPhase::Aborted(_)) {
            let law = self.law(&phase);
            let step = law.step(&mut state.pid, setpoint, measured, sample_s);
            return RelayStep {
                output: step.output,
                phase,
                ended: false,
                pid: Some(step),
                held: step.held,
            };
        }
        let error = setpoint - measured;
        let is_sound = sample_s > 0.0 && sample_s.is_finite();
        if is_sound {
            state.time_s += sample_s;
        }
        if !is_sound || !error.is_finite() {
            let output = state.high.map_or(self.bias, |high| self.output(high));
            return self.unless_late(state, (setpoint, measured, sample_s), output, true);
        }
        let distance = error.abs();
        if self.deviation_max.is_some_and(|most| distance > most) {
            let phase = RelayPhase::Aborted(RelayAbort::Deviation(distance));
            return self.end(state, phase, (setpoint, measured, sample_s));
        }
        let high = self.switch(state.high, error);
        let falls = state.high == Some(true) && !high;
        state.high = Some(high);
        if falls && let Some(phase) = self.close_period(state, sample_s) {
            return self.end(state, phase, (setpoint, measured, sample_s));
        }
        let output = self.output(high);
        // Before the first fall there is no period.
        if falls || state.periods > 0 || state.sums.samples > 0 {
            state.sums.add(-error, output, state.step_rad);
        }
        self.unless_late(state, (setpoint, measured, sample_s), output, false)
    }

    fn unless_late(
        &self,
        state: &mut RelayState,
        at: (f64, f64, f64),
        output: f64,
        held: bool,
    ) -> RelayStep {
        if state.time_s > self.time_limit_s {
            let periods = state.periods;
            return self.end(state, RelayPhase::Aborted(RelayAbort::Time { periods }), at);
        }
        RelayStep {
            output,
            phase: state.phase,
            ended: false,
            pid: None,
            held,
        }
    }

    /// Ends a period with the sample in which the relay falls; gives the phase when the experiment
    /// ends with it.
    fn close_period(&self, state: &mut RelayState, sample_s: f64) -> Option<RelayPhase> {
        let sums = std::mem::take(&mut state.sums);
        if sums.samples == 0 {
            return None;
        }
        state.periods = state.periods.saturating_add(1);
        let step_rad = std::mem::replace(&mut state.step_rad, num::TAU / f64::from(sums.samples));
        if state.periods <= self.settle_periods.max(2) {
            return None;
        }
        state.phase = RelayPhase::Measuring;
        if sums.samples < SAMPLES_MIN {
            let samples = sums.samples;
            return Some(RelayPhase::Aborted(RelayAbort::TooFast { samples }));
        }
        state.kept.rotate_right(1);
        state.kept[0] = sums.close(step_rad);
        let measured = state.periods - self.settle_periods.max(2);
        let wanted = self.measure_periods.clamp(2, PERIODS as u32);
        if measured < wanted {
            return None;
        }
        let found = summarise(&state.kept[..wanted as usize], sample_s);
        // While the limit cycle still comes about, its third harmonic is the last to stand still.
        let may_wait = measured < PATIENCE.saturating_mul(wanted);
        let spread = found.period_spread.max(found.amplitude_spread);
        if spread > self.spread_max || (may_wait && found.third_error > THIRD_ERROR) {
            return None;
        }
        let tuning = found.tuning(self).map(RelayPhase::Tuned);
        Some(tuning.unwrap_or(RelayPhase::Aborted(RelayAbort::NoGains)))
    }

    /// Ends the experiment: the law begins where the output was on the mean.
    fn end(&self, state: &mut RelayState, phase: RelayPhase, at: (f64, f64, f64)) -> RelayStep {
        let (setpoint, measured, sample_s) = at;
        state.phase = phase;
        let law = self.law(&phase);
        let rest = match &phase {
            RelayPhase::Tuned(found) => found.mean_output,
            _ => self.bias,
        };
        state.pid = PidState::default();
        law.track(&mut state.pid, setpoint, measured, rest, sample_s);
        let step = law.step(&mut state.pid, setpoint, measured, sample_s);
        RelayStep {
            output: step.output,
            phase,
            ended: true,
            pid: Some(step),
            held: step.held,
        }
    }
}
