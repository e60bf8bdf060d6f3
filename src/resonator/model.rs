//! `ModelImage`: the models as data, and what the plant makes of their parameters.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{RecordHasher, num};
use crate::dynamics::dense::Kind;

use super::components::{
    Amplitude, Harmonic, Inertial, Kuramoto, Motion, Own, Phase, Planar, Rotor, State,
    StuartLandau, VanDerPol,
};

/// Model and state of a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum ModelImage {
    /// A phase oscillator.
    Kuramoto(Kuramoto, Phase),
    /// A harmonic oscillator.
    Harmonic(Harmonic, Motion),
    /// A phase oscillator with inertia.
    Inertial(Inertial, Rotor),
    /// A Van der Pol oscillator.
    VanDerPol(VanDerPol, Motion),
    /// A Stuart–Landau oscillator.
    StuartLandau(StuartLandau, Amplitude),
    /// A model of one's own.
    Own(Own, Planar),
}

/// Model and state of a vertex where they stand: in an image, or in the components of an entity.
#[derive(Clone, Copy, Debug)]
pub enum ModelRef<'a> {
    /// A phase oscillator.
    Kuramoto(&'a Kuramoto, &'a Phase),
    /// A harmonic oscillator.
    Harmonic(&'a Harmonic, &'a Motion),
    /// A phase oscillator with inertia.
    Inertial(&'a Inertial, &'a Rotor),
    /// A Van der Pol oscillator.
    VanDerPol(&'a VanDerPol, &'a Motion),
    /// A Stuart–Landau oscillator.
    StuartLandau(&'a StuartLandau, &'a Amplitude),
    /// A model of one's own.
    Own(&'a Own, &'a Planar),
}

impl<'a> ModelRef<'a> {
    /// Model and state of an entity; `None` when it has neither.
    #[must_use]
    pub fn of(entity: EntityRef<'a>) -> Option<Self> {
        if let Some(p) = entity.get() {
            return Some(Self::Kuramoto(p, entity.get()?));
        }
        if let Some(p) = entity.get() {
            return Some(Self::Harmonic(p, entity.get()?));
        }
        if let Some(p) = entity.get() {
            return Some(Self::Inertial(p, entity.get()?));
        }
        if let Some(p) = entity.get() {
            return Some(Self::VanDerPol(p, entity.get()?));
        }
        if let Some(p) = entity.get() {
            return Some(Self::StuartLandau(p, entity.get()?));
        }
        Some(Self::Own(entity.get()?, entity.get()?))
    }

    /// A copy of them.
    #[must_use]
    pub fn image(self) -> ModelImage {
        match self {
            Self::Kuramoto(p, state) => ModelImage::Kuramoto(*p, *state),
            Self::Harmonic(p, state) => ModelImage::Harmonic(*p, *state),
            Self::Inertial(p, state) => ModelImage::Inertial(*p, *state),
            Self::VanDerPol(p, state) => ModelImage::VanDerPol(*p, *state),
            Self::StuartLandau(p, state) => ModelImage::StuartLandau(*p, *state),
            Self::Own(p, state) => ModelImage::Own(*p, *state),
        }
    }
}

/// What resonators show to each other. Edges join those that show the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// A phase.
    Phase,
    /// A displacement.
    Displacement,
    /// A complex amplitude.
    Amplitude,
}

impl Shows {
    /// The word for them in messages.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Phase => "phases",
            Self::Displacement => "displacements",
            Self::Amplitude => "complex amplitudes",
        }
    }
}

/// The numbers of a model's parameters, by the names of a segment's lanes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Numbers {
    pub(super) omega: f64,
    pub(super) rate: f64,
    pub(super) twist: f64,
    pub(super) twist_cos: f64,
    pub(super) swing: f64,
    pub(super) swing_omega: f64,
}

impl ModelImage {
    /// Reads model and state of an entity; `None` when it has neither.
    #[must_use]
    pub fn of(entity: EntityRef) -> Option<Self> {
        ModelRef::of(entity).map(ModelRef::image)
    }

    /// The same where it stands.
    #[must_use]
    pub fn as_ref(&self) -> ModelRef<'_> {
        match self {
            Self::Kuramoto(p, state) => ModelRef::Kuramoto(p, state),
            Self::Harmonic(p, state) => ModelRef::Harmonic(p, state),
            Self::Inertial(p, state) => ModelRef::Inertial(p, state),
            Self::VanDerPol(p, state) => ModelRef::VanDerPol(p, state),
            Self::StuartLandau(p, state) => ModelRef::StuartLandau(p, state),
            Self::Own(p, state) => ModelRef::Own(p, state),
        }
    }

    /// The plant's name for the model.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Kuramoto(..) => Kind::Phase,
            Self::Harmonic(..) => Kind::Harmonic,
            Self::Inertial(..) => Kind::InertialPhase,
            Self::VanDerPol(..) => Kind::VanDerPol,
            Self::StuartLandau(..) => Kind::StuartLandau,
            Self::Own(..) => Kind::Own,
        }
    }

    /// What it shows.
    #[must_use]
    pub fn shows(&self) -> Shows {
        match self {
            Self::Kuramoto(..) | Self::Inertial(..) => Shows::Phase,
            Self::Harmonic(..) | Self::VanDerPol(..) | Self::Own(..) => Shows::Displacement,
            Self::StuartLandau(..) => Shows::Amplitude,
        }
    }

    /// Natural frequency ω, rad/s.
    #[must_use]
    pub fn omega(&self) -> f64 {
        self.numbers().omega
    }

    /// Its state: (θ, 0), (θ, θ′), (x, v) or (x, y).
    #[must_use]
    pub fn state(&self) -> [f64; 2] {
        match self {
            Self::Kuramoto(_, state) => state.numbers(),
            Self::Harmonic(_, state) | Self::VanDerPol(_, state) => state.numbers(),
            Self::Inertial(_, state) => state.numbers(),
            Self::StuartLandau(_, state) => state.numbers(),
            Self::Own(_, state) => state.numbers(),
        }
    }

    /// Sets its state.
    pub fn set_state(&mut self, numbers: [f64; 2]) {
        match self {
            Self::Kuramoto(_, state) => *state = State::from_numbers(numbers),
            Self::Harmonic(_, state) | Self::VanDerPol(_, state) => {
                *state = State::from_numbers(numbers);
            }
            Self::Inertial(_, state) => *state = State::from_numbers(numbers),
            Self::StuartLandau(_, state) => *state = State::from_numbers(numbers),
            Self::Own(_, state) => *state = State::from_numbers(numbers),
        }
    }

    pub(super) fn numbers(&self) -> Numbers {
        let plain = Numbers {
            twist_cos: 1.0,
            ..Numbers::default()
        };
        match self {
            Self::Kuramoto(p, _) => {
                let (twist, twist_cos) = num::sin_cos(p.alpha);
                Numbers {
                    omega: p.omega,
                    twist,
                    twist_cos,
                    ..plain
                }
            }
            Self::Inertial(p, _) => {
                let (twist, twist_cos) = num::sin_cos(p.alpha);
                Numbers {
                    omega: p.omega,
                    rate: p.inertia,
                    twist,
                    twist_cos,
                    ..plain
                }
            }
            Self::Harmonic(p, _) => Numbers {
                omega: p.omega,
                rate: p.gamma,
                swing: p.force,
                swing_omega: p.force_omega,
                ..plain
            },
            Self::VanDerPol(p, _) => Numbers {
                omega: p.omega,
                rate: p.mu,
                ..plain
            },
            Self::StuartLandau(p, _) => Numbers {
                omega: p.omega,
                rate: p.mu,
                twist: p.c2,
                ..plain
            },
            Self::Own(..) => plain,
        }
    }

    /// Adds model and parameters, but not the state, to a record.
    pub(super) fn hash_into(&self, hasher: &mut RecordHasher) {
        let (tag, numbers): (u64, [f64; 4]) = match self {
            Self::Kuramoto(p, _) => (0, [p.omega, p.alpha, 0.0, 0.0]),
            Self::Harmonic(p, _) => (1, [p.omega, p.gamma, p.force, p.force_omega]),
            Self::Inertial(p, _) => (2, [p.omega, p.alpha, p.inertia, 0.0]),
            Self::VanDerPol(p, _) => (3, [p.omega, p.mu, 0.0, 0.0]),
            Self::StuartLandau(p, _) => (4, [p.omega, p.mu, p.c2, 0.0]),
            Self::Own(p, _) => return hash_own(p, hasher),
        };
        hasher.word(tag);
        numbers.iter().for_each(|number| {
            hasher.float(*number);
        });
    }
}

fn hash_own(own: &Own, hasher: &mut RecordHasher) {
    hasher.word(5);
    for byte in own.model.name().bytes() {
        hasher.word(u64::from(byte));
    }
    for number in own.parameters() {
        hasher.float(*number);
    }
}
