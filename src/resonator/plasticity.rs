//! Plastic rows: weights that follow what their ends show.
//!
//! wᵢⱼ′ = ε (a Re(zⱼ z̄ᵢ e^{iβ}) − wᵢⱼ), with z = e^{iθ}, x or x + iy: for phases
//! ε (a cos(θⱼ − θᵢ + β) − wᵢⱼ), the adaptive Kuramoto network of Aoki & Aoyagi (2009). β = 0 is
//! Hebbian, π anti-Hebbian, −π/2 causal. Within a tick the ends count as they began it, so that the
//! rule is solved exactly: a splitting of first order in the tick.

use std::ops::Range;

use bevy::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::num::{self, PI};
use crate::base::{Problems, RecordHasher};
use crate::dynamics::dense::Lane;
use crate::graph::Row;

use super::components::{LocalSlot, Member};
use super::plant::Plant;

/// How the incoming edges of a population adapt.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plasticity {
    /// Rate ε > 0 at which weights adapt, 1/s: w′ = ε (a cos(θⱼ − θᵢ + β) − w).
    pub rate: f64,
    /// Weight a that phases in step strive for.
    #[serde(default = "one")]
    pub gain: f64,
    /// Phase β between the two for which that is so, rad.
    #[serde(default)]
    pub shift: f64,
}

fn one() -> f64 {
    1.0
}

impl Plasticity {
    /// Collects what is wrong with the rule at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        problems.positive(&format!("{path}.rate"), self.rate, " 1/s");
        problems.range(&format!("{path}.gain"), self.gain, -1e6, 1e6, "");
        problems.range(&format!("{path}.shift"), self.shift, -PI, PI, " rad");
    }
}

/// The rule of every population, by number; none of the whole cluster.
#[derive(Resource, Clone, Debug, Default)]
pub struct PlasticityRules(pub Vec<Option<Plasticity>>);

impl PlasticityRules {
    /// The rule of a population.
    #[must_use]
    pub fn of(&self, population: usize) -> Option<Plasticity> {
        self.0.get(population).copied().flatten()
    }

    /// Whether any population's edges adapt.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.0.iter().any(Option::is_some)
    }
}

impl Plant {
    /// Moves the weights of plastic rows on by a tick. What the halo shows must be up to date.
    pub fn adapt(&mut self, rules: &PlasticityRules, tick_s: f64) {
        for segment in 0..self.dense.segments().len() {
            let own = &self.dense.segments()[segment];
            let Some(rule) = rules.of(own.population) else {
                continue;
            };
            let keep = num::exp(-rule.rate * tick_s);
            let (shift_sin, shift_cos) = num::sin_cos(rule.shift);
            let (twist, straight) = (rule.gain * shift_sin, rule.gain * shift_cos);
            let (is_phase, slots) = (own.kind.is_phase(), own.slots.clone());
            self.dense
                .change_weights(slots.clone(), |own, source, weight| {
                    // The imaginary part changes its sign with the order in a pair: (sin, cos), (x,
                    // y).
                    let across = own[1] * source[0] - own[0] * source[1];
                    let across = if is_phase { across } else { -across };
                    let along = own[0] * source[0] + own[1] * source[1];
                    let target = straight * along - twist * across;
                    target + keep * (weight - target)
                });
            if !is_phase {
                let mut sums = vec![0.0; slots.len()];
                self.dense.visit_rows(slots.clone(), |slot, _, weights| {
                    sums[slot - slots.start] = weights.iter().sum();
                });
                self.dense.set_row_weight(segment, Lane::of(sums));
            }
        }
    }

    /// Hash of the weights of some slots' rows; it adds up over slots.
    pub(super) fn weight_hash(&self, slots: Range<usize>) -> u64 {
        let mut sum = 0u64;
        self.dense.visit_rows(slots, |slot, _, weights| {
            let mut hasher = RecordHasher::default();
            hasher.start(self.ids()[slot].0);
            for weight in weights {
                hasher.float(*weight);
            }
            sum = sum.wrapping_add(hasher.finish());
        });
        sum
    }
}

/// Writes the weights of plastic rows to their components. These changes are the plant's own and
/// do not count as changes of the row.
pub fn scatter_rows(
    plant: Res<Plant>,
    rules: Res<PlasticityRules>,
    mut rows: Query<(&LocalSlot, &Member, &mut Row)>,
) {
    if !rules.is_any() {
        return;
    }
    for (slot, member, mut row) in &mut rows {
        if rules.of(member.0.index()).is_none() {
            continue;
        }
        let row = row.bypass_change_detection();
        row.set_weights(plant.row(slot.0 as usize).map(|(_, weight)| weight));
    }
}
