//! The rates of a plant's slots.

use crate::dynamics::dense::{Kind, Segment};

use super::plant::Plant;
use super::plasticity::PlasticityRules;
use super::rates::{Acts, Nature, Pace, StepCause};

/// A slot with what its rates are made of.
struct Slot<'a> {
    segment: &'a Segment,
    index: usize,
    state: [f64; 2],
    /// Σⱼ|wᵢⱼ|.
    weight: f64,
    acts: &'a Acts,
}

impl Slot<'_> {
    fn raise(&self, pace: &mut Pace) {
        use Nature::{Decay, Swing};
        use StepCause as C;
        let (own, at, acts) = (self.segment, self.index, self.acts);
        let (omega, rate) = (own.omega.get(at), own.rate.get(at));
        let pull = acts.coupling.abs() * self.weight;
        let force = acts.force.abs();
        match own.kind {
            Kind::Phase => {
                pace.raise(C::Coupling, Decay, pull);
                pace.raise(C::MeanField, Decay, acts.mean);
                pace.raise(C::Force, Decay, force);
            }
            Kind::InertialPhase => {
                // m θ″ = pull: it swings with the root.
                pace.raise(C::Coupling, Swing, (pull / rate).sqrt());
                pace.raise(C::MeanField, Swing, (acts.mean / rate).sqrt());
                pace.raise(C::Force, Swing, (force / rate).sqrt());
                pace.raise(C::Inertia, Decay, 1.0 / rate);
                pace.raise(C::Damping, Decay, acts.damping.abs());
            }
            Kind::Harmonic | Kind::VanDerPol => {
                let turn = (omega + acts.shift).abs();
                let square = turn * turn + pull + acts.mean;
                let cause = match () {
                    () if pull > turn * turn && pull >= acts.mean => C::Coupling,
                    () if acts.mean > turn * turn => C::MeanField,
                    () => C::Frequency,
                };
                pace.raise(cause, Swing, square.sqrt());
                let swing = own.swing.get(at) != 0.0;
                let drive = if swing {
                    own.swing_omega.get(at).abs()
                } else {
                    0.0
                };
                pace.raise(C::Force, Swing, drive);
                if own.kind == Kind::Harmonic {
                    pace.raise(C::Damping, Decay, (rate + acts.damping).abs());
                } else {
                    // Where its limit cycle turns, |x| is 2.
                    let square = (self.state[0] * self.state[0]).max(4.0);
                    let damping = acts.damping - rate * (1.0 - square);
                    pace.raise(C::Growth, Decay, damping.abs());
                }
            }
            Kind::StuartLandau => {
                let [x, y] = self.state;
                // On its limit cycle, or beyond.
                let square = (x * x + y * y).max(rate);
                let turn = omega + acts.shift - own.twist.get(at) * square;
                pace.raise(C::Frequency, Swing, turn.abs());
                let growth = (rate - acts.damping).abs();
                let growth = growth.max((3.0 * square - rate + acts.damping).abs());
                pace.raise(C::Growth, Decay, growth);
                pace.raise(C::Coupling, Decay, pull);
                pace.raise(C::MeanField, Decay, acts.mean);
            }
            Kind::Own => {
                let held = pull + acts.mean;
                let [decay, swing] = own.own.as_ref().map_or([0.0; 2], |o| o.rates(at, held));
                pace.raise(C::Model, Decay, decay.abs());
                pace.raise(C::Model, Swing, swing.abs());
            }
        }
    }
}

impl Plant {
    /// Adds the rates of the slots here to those of their populations, both by number. Amplitudes
    /// count as they are, or as on their limit cycles.
    pub fn add_rates(&self, acts: &[Acts], rules: &PlasticityRules, paces: &mut [Pace]) {
        for segment in self.dense.segments() {
            let number = segment.population;
            let (Some(acts), Some(pace)) = (acts.get(number), paces.get_mut(number)) else {
                continue;
            };
            let slots = segment.slots.clone();
            let mut weights = vec![0.0f64; slots.len()];
            self.dense.visit_rows(slots.clone(), |slot, _, own| {
                weights[slot - slots.start] = own.iter().map(|weight| weight.abs()).sum();
            });
            if let Some(rule) = rules.of(number) {
                pace.raise(StepCause::Plasticity, Nature::Tick, rule.rate);
            }
            for (index, weight) in weights.into_iter().enumerate() {
                pace.weight = pace.weight.max(weight);
                if segment.kind.is_phase() {
                    pace.turns.push(segment.omega.get(index));
                }
                let slot = Slot {
                    segment,
                    index,
                    state: self.state(segment.slots.start + index),
                    weight,
                    acts,
                };
                slot.raise(pace);
            }
        }
    }
}
