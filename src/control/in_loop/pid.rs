//! The PID law in a loop.

use crate::base::Problems;

use crate::control::kind::{LawKind, LawNumber};
use crate::control::law::Sample;
use crate::control::pid::{Mode, PidSpec, PidState};

use super::flag;

impl LawKind for PidSpec {
    type Memory = PidState;

    const TERMS: &'static [&'static str] = &[
        "p",
        "i",
        "d",
        "feed_forward",
        "unlimited",
        "saturated",
        "limited_by",
        "held",
    ];

    fn step(&self, memory: &mut PidState, sample: &Sample, terms: &mut [f64]) -> f64 {
        let step = self.step(memory, sample.setpoint, sample.first(), sample.sample_s);
        let all = [
            step.proportional,
            step.integral,
            step.derivative,
            step.feed_forward,
            step.unlimited,
            flag(step.saturated),
            f64::from(step.bound as u8),
            flag(step.held),
        ];
        terms[..all.len()].copy_from_slice(&all);
        step.output
    }

    fn track(&self, memory: &mut PidState, sample: &Sample, output: f64) {
        let (setpoint, measured) = (sample.setpoint, sample.first());
        let mode = Mode::Manual(output);
        self.step_in(mode, memory, setpoint, measured, sample.sample_s);
    }

    fn retune(&self, before: &Self, memory: &mut PidState, setpoint: f64, measured: f64) {
        self.retune(before, memory, setpoint, measured);
    }

    fn numbers(&mut self) -> Vec<LawNumber<'_>> {
        let number = |name, unit, help, place| LawNumber {
            name,
            unit,
            help,
            slider: 5.0,
            place,
        };
        vec![
            number(
                "kp",
                "",
                "Proportional gain: output for each unit of deviation. Raise it for a faster \
                 answer; too high, the loop swings.",
                &mut self.kp,
            ),
            number(
                "ki",
                "1/s",
                "Integral gain: output for each unit of deviation that lasts 1 s. Raise it when \
                 the measure stays beside its setpoint; too high, it overshoots.",
                &mut self.ki,
            ),
            number(
                "kd",
                "s",
                "Derivative gain: output for each unit by which the measure falls in 1 s. Raise \
                 it to damp swings; it amplifies noise.",
                &mut self.kd,
            ),
        ]
    }

    fn reach(&self) -> [Option<f64>; 2] {
        [self.output_min, self.output_max]
    }

    fn validate(&self, problems: &mut Problems, path: &str) {
        self.validate(problems, path);
    }
}
