//! Run-time assurance: a switch between an advanced controller that is not trusted and a baseline
//! controller that is.
//!
//! The advanced command passes only while the state that it leads to in one step is still one that
//! the baseline can keep safe. The predicate must be sound for that: then the plant is safe
//! whatever the advanced controller asks for. Seto, Krogh, Sha & Chutinan (1998), the simplex
//! architecture.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// Parameters of the switch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SimplexSpec {
    /// Samples for which the baseline keeps control at least, once it has it; 0 gives it back as
    /// soon as the advanced command is recoverable. The way to the baseline is never delayed.
    pub dwell: u32,
}

/// Who is in control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Controller {
    /// The advanced controller.
    #[default]
    Advanced,
    /// The baseline.
    Baseline,
}

/// What the switch remembers. The default is the advanced controller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimplexState {
    /// Who was in control in the sample before.
    pub controller: Controller,
    /// Samples for which it was.
    pub samples: u32,
}

/// One decision.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimplexStep<C> {
    /// The command that passes.
    pub command: C,
    /// Whose it is.
    pub controller: Controller,
    /// Whether that is somebody else than in the sample before.
    pub switched: bool,
}

impl SimplexSpec {
    /// Decides between the advanced command and the baseline's. `is_recoverable` says whether the
    /// state after one step with a command can still be kept safe; it is asked of the advanced
    /// command only, and must answer no when it does not know, as for what is not finite.
    pub fn step<C>(
        &self,
        state: &mut SimplexState,
        advanced: C,
        baseline: impl FnOnce() -> C,
        is_recoverable: impl FnOnce(&C) -> bool,
    ) -> SimplexStep<C> {
        let waits = state.controller == Controller::Baseline && state.samples < self.dwell;
        let controller = match !waits && is_recoverable(&advanced) {
            true => Controller::Advanced,
            false => Controller::Baseline,
        };
        let switched = controller != state.controller;
        *state = SimplexState {
            controller,
            samples: if switched {
                1
            } else {
                state.samples.saturating_add(1)
            },
        };
        let command = match controller {
            Controller::Advanced => advanced,
            Controller::Baseline => baseline(),
        };
        SimplexStep {
            command,
            controller,
            switched,
        }
    }

    /// Collects what is wrong with these parameters at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let most = u64::from(u32::MAX);
        let dwell = u64::from(self.dwell);
        problems.count(&format!("{path}.dwell"), dwell, 0, most);
    }
}

/// A mass on a line with a limit ahead: x' = v, v' = u, |u| ≤ `brake`, x ≤ `limit`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoubleIntegrator {
    /// The greatest position that is safe.
    pub limit: f64,
    /// The greatest acceleration either way, > 0.
    pub brake: f64,
}

impl DoubleIntegrator {
    /// Position and velocity after `sample_s` seconds of the acceleration `u`, exactly.
    #[must_use]
    pub fn advance(&self, [x, v]: [f64; 2], u: f64, sample_s: f64) -> [f64; 2] {
        [
            x + v * sample_s + u * sample_s * sample_s / 2.0,
            v + u * sample_s,
        ]
    }

    /// Whether braking at once still ends within the limit: x + max(0, v)²/(2 brake) ≤ limit. What
    /// is not a number does not.
    #[must_use]
    pub fn is_recoverable(&self, [x, v]: [f64; 2]) -> bool {
        let ahead = v.max(0.0);
        v.is_finite() && x + ahead * ahead / (2.0 * self.brake) <= self.limit
    }

    /// The baseline: brakes while it moves towards the limit, at most to a halt within the sample.
    #[must_use]
    pub fn braking(&self, v: f64, sample_s: f64) -> f64 {
        if v > 0.0 {
            -self.brake.min(v / sample_s)
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANT: DoubleIntegrator = DoubleIntegrator {
        limit: 10.0,
        brake: 2.0,
    };

    /// The farthest place, and the number of switches, under a reckless controller.
    fn drive(spec: SimplexSpec, reckless: impl Fn(usize) -> f64) -> (f64, usize) {
        let (mut state, mut at, ts) = (SimplexState::default(), [0.0, 0.0], 0.02);
        let (mut farthest, mut switches) = (0.0f64, 0);
        for k in 0..3000 {
            let ask = reckless(k);
            let ask = if ask.is_finite() {
                ask.clamp(-2.0, 2.0)
            } else {
                ask
            };
            let step = spec.step(
                &mut state,
                ask,
                || PLANT.braking(at[1], ts),
                |u| PLANT.is_recoverable(PLANT.advance(at, *u, ts)),
            );
            at = PLANT.advance(at, step.command, ts);
            farthest = farthest.max(at[0]);
            switches += usize::from(step.switched);
        }
        (farthest, switches)
    }

    #[test]
    fn the_limit_holds_whatever_the_advanced_controller_asks_for() {
        let spec = SimplexSpec::default();
        let asks: [fn(usize) -> f64; 4] = [
            |_| 9.0,
            |k| if k % 7 < 5 { 2.0 } else { -2.0 },
            |k| if k % 50 == 0 { f64::NAN } else { 1.0 },
            |k| if k > 100 { f64::INFINITY } else { 2.0 },
        ];
        for ask in asks {
            let (farthest, switches) = drive(spec, ask);
            assert!(farthest <= 10.0, "{farthest}");
            assert!(switches >= 1);
        }
    }

    #[test]
    fn the_baseline_keeps_control_for_its_dwell() {
        for dwell in [0, 1, 5] {
            let (spec, mut state) = (SimplexSpec { dwell }, SimplexState::default());
            let decide = |state: &mut SimplexState, holds: bool| {
                spec.step(state, 1, || 0, |_| holds).controller == Controller::Advanced
            };
            assert!(decide(&mut state, true) && !decide(&mut state, false));
            let waited = (0..20).take_while(|_| !decide(&mut state, true)).count();
            assert_eq!(waited + 1, (dwell as usize).max(1), "{dwell}");
        }
    }
}
