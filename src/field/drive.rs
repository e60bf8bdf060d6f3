//! `Drive`: everything about the plant that a command can move, one per population.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

/// The input port of the plant for the vertices of one population. All entries are added to the
/// scene's own values; zero means undriven. Only `actuation` writes it.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drive {
    /// Added force f: x″ gains f; a phase, seen as cos θ, gains −f sin θ.
    pub force: f64,
    /// Added to the natural frequency, rad/s.
    pub frequency_shift: f64,
    /// Added to the population's coupling strength.
    pub coupling: f64,
    /// Added to the damping rate γ, 1/s. Phases have none.
    pub damping: f64,
    /// Added to the gain with which the field is felt.
    pub field_gain: f64,
    /// Added to the noise intensity σ.
    pub noise: f64,
}

impl Drive {
    /// The sum of two drives: a vertex feels its population's and the cluster's.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            force: self.force + other.force,
            frequency_shift: self.frequency_shift + other.frequency_shift,
            coupling: self.coupling + other.coupling,
            damping: self.damping + other.damping,
            field_gain: self.field_gain + other.field_gain,
            noise: self.noise + other.noise,
        }
    }

    /// The drive weighted by a vertex's factor in the global mask.
    #[must_use]
    pub fn masked(&self, factor: f64) -> Self {
        Self {
            force: self.force * factor,
            frequency_shift: self.frequency_shift * factor,
            coupling: self.coupling * factor,
            damping: self.damping * factor,
            field_gain: self.field_gain * factor,
            noise: self.noise * factor,
        }
    }
}
