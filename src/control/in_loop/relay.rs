//! The relay experiment, and the PID law that it tunes, in a loop.

use crate::base::Problems;
use crate::control::kind::LawKind;
use crate::control::law::Sample;
use crate::control::pid::Mode;
use crate::control::relay::{RelayPhase, RelaySpec, RelayState};

use super::flag;

impl LawKind for RelaySpec {
    type Memory = Box<RelayState>;

    const TERMS: &'static [&'static str] = &[
        "phase", "periods", "ku", "tu_s", "error", "kp", "ki", "kd", "i", "held",
    ];

    fn step(&self, memory: &mut Box<RelayState>, sample: &Sample, terms: &mut [f64]) -> f64 {
        let (setpoint, measured) = (sample.setpoint, sample.first());
        let step = self.step(memory, setpoint, measured, sample.sample_s);
        let phase = match step.phase {
            RelayPhase::Settling => 0.0,
            RelayPhase::Measuring => 1.0,
            RelayPhase::Tuned(_) => 2.0,
            RelayPhase::Aborted(_) => 3.0,
        };
        let none = f64::NAN;
        let [ku, tu_s, error] = match step.phase {
            RelayPhase::Tuned(own) => [own.ultimate.gain, own.ultimate.period_s, own.error],
            _ => [none; 3],
        };
        let [kp, ki, kd] = match step.pid {
            Some(_) => {
                let law = self.law(&step.phase);
                [law.kp, law.ki, law.kd]
            }
            None => [none; 3],
        };
        let i = step.pid.map_or(none, |own| own.integral);
        let periods = f64::from(memory.periods);
        let held = flag(step.held);
        let all = [phase, periods, ku, tu_s, error, kp, ki, kd, i, held];
        terms[..all.len()].copy_from_slice(&all);
        step.output
    }

    fn track(&self, memory: &mut Box<RelayState>, sample: &Sample, output: f64) {
        // An experiment whose output is not its own has to begin anew.
        if matches!(memory.phase, RelayPhase::Settling | RelayPhase::Measuring) {
            **memory = RelayState::default();
            return;
        }
        let law = self.law(&memory.phase);
        let (setpoint, measured) = (sample.setpoint, sample.first());
        let mode = Mode::Manual(output);
        law.step_in(mode, &mut memory.pid, setpoint, measured, sample.sample_s);
    }

    fn validate(&self, problems: &mut Problems, path: &str) {
        self.validate(problems, path);
    }
}
