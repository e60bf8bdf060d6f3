//! One command and all bounds on it: fall-back → barriers → clamp → energy → power → slew.
//!
//! Each bound acts on what the one before let pass, and the energy bounds, which reject or clamp,
//! come before the slew limit, so that what passes lies between the last command and a value that
//! every other bound allows.

use serde::{Deserialize, Serialize};

use super::gate::{GateVerdict, OnExcess, gate};

/// The bound that acted on a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Acted {
    /// None: it passed as it was asked for.
    #[default]
    Nothing,
    /// Its magnitude exceeded `safety.max_energy`.
    Energy,
    /// It changed faster than `safety.max_slew_per_s`.
    Slew,
    /// The loop had used up its energy per time.
    Power,
    /// A barrier moved it.
    Barrier,
    /// A rule clamped it.
    Clamp,
    /// It was that of the fall-back: by a rule, or because no command keeps all barriers.
    FallBack,
    /// It was no finite number, and refused.
    NonFinite,
}

impl Acted {
    /// Its number among the terms of a loop.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Energy => 1,
            Self::Slew => 2,
            Self::Power => 3,
            Self::Barrier => 4,
            Self::Clamp => 5,
            Self::FallBack => 6,
            Self::NonFinite => 7,
        }
    }
}

/// The bounds on the commands of a loop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommandBounds {
    /// Greatest magnitude.
    pub max_energy: f64,
    /// What becomes of more.
    pub on_excess: OnExcess,
    /// Greatest change per second.
    pub max_slew_per_s: Option<f64>,
    /// Greatest mean magnitude over the window, and the window, s.
    pub max_power: Option<(f64, f64)>,
    /// Greatest magnitude that rules leave.
    pub clamp: Option<f64>,
    /// Time between two commands, s.
    pub sample_s: f64,
    /// How many commands ago the one was that the last step of a measure answers, 1 or 2.
    pub lag: u8,
}

/// What the gate remembers of a loop's commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    /// The command that passed last.
    pub last: f64,
    /// The one before.
    pub before: f64,
    /// Energy used of what may be saved up: magnitude × s.
    pub energy_s: f64,
}

impl Spent {
    /// Takes in a command that passes.
    pub fn pass(&mut self, u: f64) {
        (self.before, self.last) = (self.last, u);
    }

    /// The command that so many commands ago passed, 1 or 2.
    #[must_use]
    pub fn acted(&self, lag: u8) -> f64 {
        if lag > 1 { self.before } else { self.last }
    }
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// What passes, if anything.
    pub passed: Option<f64>,
    /// The bound that decided.
    pub acted: Acted,
    /// The bound's limit for the value that it met.
    pub limit: f64,
}

impl CommandBounds {
    /// Judges a value that barriers and fall-backs are done with; `acted` is what they did.
    #[must_use]
    pub fn judge(&self, spent: &mut Spent, value: f64, acted: Acted) -> Judged {
        let refused = |acted, limit| Judged {
            passed: None,
            acted,
            limit,
        };
        let mut own = Judged {
            passed: Some(value),
            acted,
            limit: self.max_energy,
        };
        let mut u = value;
        if let Some(limit) = self.clamp
            && u.abs() > limit
        {
            u = limit.copysign(u);
            (own.acted, own.limit) = (Acted::Clamp, limit);
        }
        match gate(u, self.max_energy, self.on_excess) {
            GateVerdict::Pass(_) => {}
            GateVerdict::Clamped(limited, _) => {
                u = limited;
                (own.acted, own.limit) = (Acted::Energy, self.max_energy);
            }
            GateVerdict::Rejected(_) if u.is_finite() => {
                return refused(Acted::Energy, self.max_energy);
            }
            GateVerdict::Rejected(_) => return refused(Acted::NonFinite, self.max_energy),
        }
        if let Some((power, window_s)) = self.max_power {
            let left = (power * window_s - spent.energy_s).max(0.0) + power * self.sample_s;
            let limit = left / self.sample_s;
            if u.abs() > limit {
                if self.on_excess == OnExcess::Reject {
                    self.spend(spent, 0.0);
                    return refused(Acted::Power, limit);
                }
                u = limit.copysign(u);
                (own.acted, own.limit) = (Acted::Power, limit);
            }
        }
        if let Some(slew) = self.max_slew_per_s {
            let reach = slew * self.sample_s;
            let slow = u.max(spent.last - reach).min(spent.last + reach);
            if slow != u {
                u = slow;
                (own.acted, own.limit) = (Acted::Slew, reach);
            }
        }
        self.spend(spent, u);
        spent.pass(u);
        own.passed = Some(u);
        own
    }

    /// Books the energy of a command, and what its time gives back.
    fn spend(&self, spent: &mut Spent, u: f64) {
        if let Some((power, _)) = self.max_power {
            let used = spent.energy_s + (u.abs() - power) * self.sample_s;
            spent.energy_s = used.max(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds() -> CommandBounds {
        CommandBounds {
            max_energy: 10.0,
            on_excess: OnExcess::Clamp,
            max_slew_per_s: None,
            max_power: None,
            clamp: None,
            sample_s: 0.1,
            lag: 1,
        }
    }

    fn run(own: &CommandBounds, values: &[f64]) -> Vec<(Option<f64>, Acted)> {
        let mut spent = Spent::default();
        let judged = values
            .iter()
            .map(|value| own.judge(&mut spent, *value, Acted::Nothing));
        judged.map(|own| (own.passed, own.acted)).collect()
    }

    #[test]
    fn each_bound_acts_and_says_so() {
        let own = bounds();
        assert_eq!(
            run(&own, &[10.0, 10.1, f64::NAN, -20.0]),
            [
                (Some(10.0), Acted::Nothing),
                (Some(10.0), Acted::Energy),
                (None, Acted::NonFinite),
                (Some(-10.0), Acted::Energy)
            ]
        );
        let slow = CommandBounds {
            max_slew_per_s: Some(10.0),
            ..own
        };
        assert_eq!(
            run(&slow, &[0.5, 5.0, 5.0, 1.9]),
            [
                (Some(0.5), Acted::Nothing),
                (Some(1.5), Acted::Slew),
                (Some(2.5), Acted::Slew),
                (Some(1.9), Acted::Nothing)
            ]
        );
        let clamped = CommandBounds {
            clamp: Some(1.0),
            ..own
        };
        assert_eq!(run(&clamped, &[-3.0]), [(Some(-1.0), Acted::Clamp)]);
    }

    #[test]
    fn mean_power_stays_below_its_limit_over_any_run() {
        let own = CommandBounds {
            max_power: Some((2.0, 1.0)),
            ..bounds()
        };
        let passed = run(&own, &[10.0; 200]);
        let energy: f64 = passed.iter().filter_map(|(own, _)| *own).sum::<f64>() * 0.1;
        // What was saved up at the start may be spent once.
        assert!(energy <= 2.0 * 20.0 + 2.0 + 1e-9, "{energy}");
        assert_eq!(passed[0], (Some(10.0), Acted::Nothing));
        assert_eq!(passed[199], (Some(2.0), Acted::Power));
        let refusing = CommandBounds {
            on_excess: OnExcess::Reject,
            ..own
        };
        let refused = run(&refusing, &[10.0; 200]);
        let energy: f64 = refused.iter().filter_map(|(own, _)| *own).sum::<f64>() * 0.1;
        assert!(energy <= 2.0 * 20.0 + 2.0 + 1e-9, "{energy}");
        assert!(refused.iter().any(|(own, _)| own.is_none()));
    }
}
