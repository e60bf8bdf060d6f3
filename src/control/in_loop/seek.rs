//! Extremum seeking in a loop.

use crate::base::Problems;
use crate::control::kind::{LawKind, LawNumber};
use crate::control::law::Sample;
use crate::control::seek::{SeekSpec, SeekState};

use super::flag;

impl LawKind for SeekSpec {
    type Memory = SeekState;

    const TERMS: &'static [&'static str] = &["theta", "slope", "probe", "held"];

    fn step(&self, memory: &mut SeekState, sample: &Sample, terms: &mut [f64]) -> f64 {
        let step = self.step(memory, sample.first(), sample.sample_s);
        let probe = step.output - step.theta;
        let all = [step.theta, step.slope, probe, flag(step.held)];
        terms[..all.len()].copy_from_slice(&all);
        step.output
    }

    fn track(&self, memory: &mut SeekState, _sample: &Sample, output: f64) {
        // It seeks on from where the output is; what it learnt of the slope is of another place.
        if output.is_finite() {
            *memory = SeekState {
                theta: Some(output),
                ..SeekState::default()
            };
        }
    }

    fn numbers(&mut self) -> Vec<LawNumber<'_>> {
        vec![
            LawNumber {
                name: "gain",
                unit: "",
                help: "How fast it follows the slope of its measure. Raise it to seek faster; too \
                       high, it overruns the optimum.",
                slider: 5.0,
                place: &mut self.gain,
            },
            LawNumber {
                name: "amplitude",
                unit: "",
                help: "Amplitude of the perturbation by which it feels the slope. Raise it to see \
                       over noise; it stays as an oscillation of the output.",
                slider: 1.0,
                place: &mut self.amplitude,
            },
        ]
    }

    fn reach(&self) -> [Option<f64>; 2] {
        let a = self.amplitude;
        [
            self.theta_min.map(|least| least - a),
            self.theta_max.map(|most| most + a),
        ]
    }

    fn validate(&self, problems: &mut Problems, path: &str) {
        self.validate(problems, path);
    }
}
