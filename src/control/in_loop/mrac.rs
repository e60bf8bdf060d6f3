//! Adaptive control by a reference model in a loop.

use crate::base::Problems;
use crate::control::kind::{LawKind, LawNumber};
use crate::control::law::Sample;
use crate::control::mrac::{MracSpec, MracState};

use super::flag;

impl LawKind for MracSpec {
    type Memory = MracState;

    const TERMS: &'static [&'static str] =
        &["model", "theta1", "theta2", "error", "saturated", "held"];

    fn step(&self, memory: &mut MracState, sample: &Sample, terms: &mut [f64]) -> f64 {
        let (setpoint, measured) = (sample.setpoint, sample.first());
        let step = self.step(memory, setpoint, measured, sample.sample_s);
        let all = [
            step.model,
            step.theta1,
            step.theta2,
            step.error,
            flag(step.saturated),
            flag(step.held),
        ];
        terms[..all.len()].copy_from_slice(&all);
        step.output
    }

    fn numbers(&mut self) -> Vec<LawNumber<'_>> {
        vec![
            LawNumber {
                name: "gamma",
                unit: "1/s",
                help: "How fast it adapts. Raise it to follow the model sooner; too high, its \
                       parameters swing.",
                slider: 5.0,
                place: &mut self.gamma,
            },
            LawNumber {
                name: "sigma_per_s",
                unit: "1/s",
                help: "Leak of its parameters. Raise it where noise makes them drift; it leaves a \
                       rest of error.",
                slider: 1.0,
                place: &mut self.sigma_per_s,
            },
        ]
    }

    fn reach(&self) -> [Option<f64>; 2] {
        [self.output_min, self.output_max]
    }

    fn validate(&self, problems: &mut Problems, path: &str) {
        self.validate(problems, path);
    }
}
