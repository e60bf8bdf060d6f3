//! `Drive`: everything about the plant that a command can move, one per population.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::num;

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
    /// A force that oscillates.
    pub tone: Tone,
}

/// A force a sin φ with φ′ = 2π f. In a tick it has its mean over the tick, as external forces do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tone {
    /// Amplitude a.
    pub amplitude: f64,
    /// Frequency f, Hz.
    pub frequency_hz: f64,
    /// φ as the next tick begins, in turns, 0 … 1.
    pub phase_turns: f64,
    /// Its mean over this tick.
    pub force: f64,
}

impl Tone {
    /// Lets a tick of `tick_s` go by: forms the force and moves the phase.
    pub fn advance(&mut self, tick_s: f64) {
        let turns = self.frequency_hz * tick_s;
        let half = 0.5 * num::TAU * turns;
        let share = match half == 0.0 {
            true => 1.0,
            false => num::sin(half) / half,
        };
        let middle = num::TAU * (self.phase_turns + 0.5 * turns);
        self.force = self.amplitude * num::sin(middle) * share;
        let next = self.phase_turns + turns;
        self.phase_turns = next - next.floor();
    }
}

impl Drive {
    /// The force in this tick.
    #[must_use]
    pub fn force_now(&self) -> f64 {
        self.force + self.tone.force
    }

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
            tone: Tone {
                amplitude: self.tone.amplitude + other.tone.amplitude,
                frequency_hz: self.tone.frequency_hz + other.tone.frequency_hz,
                phase_turns: self.tone.phase_turns,
                force: self.tone.force + other.tone.force,
            },
        }
    }
}
