//! How fast a plant moves by its own parameters, and which step follows that.
//!
//! Of each cause, the greatest rate of a population in 1/s: coupling κ Σⱼ|wᵢⱼ| along edges (the
//! greatest weighted degree), Σ|K| to means, damping, growth of amplitudes, inertia 1/m, and the
//! angular frequencies that an oscillator turns with. Times the step, a rate is a number that the
//! integrator bears up to a limit: where it decays, the integrator's bound of stability; where it
//! swings, the step at which the error of a step reaches
//! [`TOLERANCE`](super::integrator::TOLERANCE).
//!
//! Plain phases turn at a common rate without error, however fast, so of their frequencies only
//! what lies between the quartiles of a population counts, and the median where a force or a field
//! acts: a few that are far too fast for any step turn past the others and hardly feel them. The
//! greatest eigenvalue of a network lies above its greatest weighted degree, up to twice as high; a
//! rate of coupling beyond the bound of stability is therefore certainly too fast once neighbours
//! keep time, and one below half of it is certainly followed. Delays are whole steps, so no step is
//! too long for them. Weights that adapt do so once a tick: their rate counts against the tick.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::integrator::Integrator;

/// What makes a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepCause {
    /// Coupling along edges.
    Coupling,
    /// Coupling to means over populations.
    MeanField,
    /// Natural frequencies, with what is added to them.
    Frequency,
    /// Damping.
    Damping,
    /// Growth and decay of an amplitude: μ of Van der Pol and Stuart–Landau.
    Growth,
    /// The inertia of phases.
    Inertia,
    /// A force.
    Force,
    /// Weights that adapt.
    Plasticity,
    /// A model of one's own.
    Model,
}

impl fmt::Display for StepCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Coupling => "coupling along edges",
            Self::MeanField => "mean field",
            Self::Frequency => "frequencies",
            Self::Damping => "damping",
            Self::Growth => "growth of amplitudes",
            Self::Inertia => "inertia",
            Self::Force => "force",
            Self::Plasticity => "weights that adapt",
            Self::Model => "model",
        })
    }
}

/// What a rate does to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It brings the state to rest, or away from it.
    Decay,
    /// It turns the state.
    Swing,
    /// It acts once a tick.
    Tick,
}

/// The greatest rate of a cause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// What makes it.
    pub cause: StepCause,
    /// What it does.
    pub nature: Nature,
    /// The rate, 1/s.
    pub per_s: f64,
}

/// What acts on a population besides the parameters of its vertices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Acts {
    /// κ.
    pub coupling: f64,
    /// Σ|K| over the means that it feels.
    pub mean: f64,
    /// Added damping, 1/s.
    pub damping: f64,
    /// Added to the natural frequency, rad/s.
    pub shift: f64,
    /// A force.
    pub force: f64,
    /// Whether a force or a field may act that has no fixed number.
    pub is_pushed: bool,
}

impl Acts {
    /// A rate that grows with each of them, 1/s; `weight` is the greatest weighted degree.
    #[must_use]
    pub fn live_rate(&self, weight: f64) -> f64 {
        let own = self.coupling.abs() * weight + self.mean;
        own + self.damping.abs() + self.shift.abs() + self.force.abs()
    }
}

/// The rates of a population.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    rates: Vec<Rate>,
    /// The greatest weighted degree Σⱼ|wᵢⱼ|.
    pub weight: f64,
    /// Frequencies of phases, rad/s, in no order.
    pub(super) turns: Vec<f64>,
}

/// Up to where an integrator bears a rate times its step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    decay: Option<f64>,
    swing: f64,
    tick: f64,
}

impl Limits {
    /// Of an integrator of fixed step; `None` when its steps are adaptive, since these follow their
    /// own error.
    #[must_use]
    pub fn of(integrator: Integrator) -> Option<Self> {
        (!integrator.is_adaptive()).then(|| Self {
            decay: integrator.decay_bound(),
            swing: integrator.resolved_bound(),
            tick: Integrator::SymplecticEuler.resolved_bound(),
        })
    }

    /// The least of them.
    #[must_use]
    pub fn least(&self) -> f64 {
        self.swing.min(self.decay.unwrap_or(self.swing))
    }

    /// The limit of a rate; infinite where the integrator is exact.
    #[must_use]
    pub fn limit(&self, nature: Nature) -> f64 {
        match nature {
            Nature::Decay => self.decay.unwrap_or(f64::INFINITY),
            Nature::Swing => self.swing,
            Nature::Tick => self.tick,
        }
    }
}

/// A rate held against a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strain {
    /// The rate.
    pub rate: Rate,
    /// Times the step, or the tick where it acts once a tick.
    pub rate_dt: f64,
    /// What the integrator bears of it.
    pub limit: f64,
}

impl Strain {
    /// 1 at the limit.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.rate_dt / self.limit
    }

    /// The share of the step at which the rate keeps within its limit; a decay, within half of it,
    /// since the greatest eigenvalue of a network lies up to twice above its greatest weighted
    /// degree.
    #[must_use]
    pub fn shorter(&self) -> f64 {
        let room = match self.rate.nature {
            Nature::Decay => 0.5,
            Nature::Swing | Nature::Tick => 1.0,
        };
        (room / self.ratio()).min(1.0)
    }
}

/// A number with two digits, rounded by `how`.
#[must_use]
pub fn rounded(number: f64, how: fn(f64) -> f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return number;
    }
    // The text of a number is exact in its digits, a power of ten is not.
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: f64 = digits.parse().unwrap_or(number);
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let short = format!("{}e{}", how(10.0 * digits), exponent - 1);
    short.parse().unwrap_or(number)
}

impl Pace {
    pub(super) fn raise(&mut self, cause: StepCause, nature: Nature, per_s: f64) {
        let same = |own: &&mut Rate| own.cause == cause && own.nature == nature;
        match self.rates.iter_mut().find(same) {
            Some(own) => own.per_s = own.per_s.max(per_s),
            None if per_s > 0.0 => self.rates.push(Rate {
                cause,
                nature,
                per_s,
            }),
            None => {}
        }
    }

    /// Adds what follows from the vertices of all nodes together.
    pub fn settle(&mut self, acts: &Acts) {
        let mut turns = std::mem::take(&mut self.turns);
        if turns.is_empty() {
            return;
        }
        let is_coupled = acts.coupling * self.weight != 0.0 || acts.mean != 0.0;
        if is_coupled {
            let range = at_share(&mut turns, 0.75) - at_share(&mut turns, 0.25);
            self.raise(StepCause::Frequency, Nature::Swing, range);
        }
        if acts.force != 0.0 || acts.is_pushed {
            turns
                .iter_mut()
                .for_each(|own| *own = (*own + acts.shift).abs());
            self.raise(
                StepCause::Frequency,
                Nature::Swing,
                at_share(&mut turns, 0.5),
            );
        }
    }

    /// The rate that strains the integrator most; `None` when nothing moves.
    #[must_use]
    pub fn worst(&self, limits: &Limits, (dt_s, tick_s): (f64, f64)) -> Option<Strain> {
        let strains = self.rates.iter().map(|rate| Strain {
            rate: *rate,
            rate_dt: rate.per_s
                * if rate.nature == Nature::Tick {
                    tick_s
                } else {
                    dt_s
                },
            limit: limits.limit(rate.nature),
        });
        strains.max_by(|a, b| a.ratio().total_cmp(&b.ratio()))
    }
}

/// The value below which a share of some values lies; there must be one.
fn at_share(values: &mut [f64], share: f64) -> f64 {
    let place = (share * (values.len() - 1) as f64).round() as usize;
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::super::integrator::TOLERANCE;
    use super::*;

    #[test]
    fn the_limits_are_those_at_which_a_step_errs_by_the_tolerance() {
        let bounds = [
            (Integrator::Rk4, 1.037),
            (Integrator::StochasticHeun, 0.391),
            (Integrator::EulerMaruyama, 0.141),
        ];
        for (integrator, expected) in bounds {
            let x = integrator.resolved_bound();
            assert!((x - expected).abs() < 1e-3, "{integrator:?}: {x}");
            // The first term that the method leaves out of e^x.
            let order = integrator.order() as i32;
            let factorial: f64 = (1..=order + 1).map(f64::from).product();
            assert!((x.powi(order + 1) / factorial - TOLERANCE).abs() < 1e-12);
        }
        assert_eq!(Limits::of(Integrator::DormandPrince), None);
    }

    #[test]
    fn numbers_keep_two_digits() {
        assert_eq!(rounded(0.0031957, f64::floor), 0.0031);
        assert_eq!(rounded(9.96, f64::round), 10.0);
        assert_eq!(rounded(-1234.0, f64::round), -1200.0);
        assert_eq!(rounded(0.3, f64::floor), 0.3);
        assert!(rounded(f64::INFINITY, f64::round).is_infinite());
    }

    #[test]
    fn phases_that_turn_alike_have_no_rate_of_their_own() {
        let limits = Limits::of(Integrator::Rk4).unwrap();
        let strain = |acts: Acts| {
            let mut pace = Pace {
                // One of them is far too fast for the step.
                turns: vec![1e6, 100.0, 100.0, 101.0, 101.0],
                weight: 4.0,
                ..Pace::default()
            };
            pace.settle(&acts);
            pace.worst(&limits, (0.02, 0.02))
        };
        let mut acts = Acts::default();
        assert_eq!(strain(acts), None);
        acts.coupling = 1.0;
        let coupled = strain(acts).unwrap();
        assert_eq!(
            (coupled.rate.cause, coupled.rate_dt),
            (StepCause::Frequency, 0.02)
        );
        acts.is_pushed = true;
        assert_eq!(strain(acts).unwrap().rate_dt, 2.02);
    }
}
