//! Components of vertices and populations.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, VertexId};
use crate::dynamics::own_model::{PARAMETERS_MAX, Registered};

/// The population that a vertex belongs to.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member(pub PopulationId);

/// Place of a vertex in the field, in shares of its sides.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Position {
    /// Along x, 0 … 1.
    pub x: f64,
    /// Along y, 0 … 1; a line ignores it.
    pub y: f64,
}

/// State of a phase oscillator: θ in rad, not wrapped.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Phase(pub f64);

/// State of an oscillator with a displacement.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Motion {
    /// Displacement.
    pub x: f64,
    /// Velocity, 1/s.
    pub v: f64,
}

/// State of a phase oscillator with inertia.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Rotor {
    /// Phase θ, rad, not wrapped.
    pub theta: f64,
    /// Its rate, rad/s.
    pub v: f64,
}

/// State of a Stuart–Landau oscillator, z = x + iy.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Amplitude {
    /// Re z.
    pub x: f64,
    /// Im z.
    pub y: f64,
}

/// State of a model of one's own.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Planar {
    /// What others see.
    pub x: f64,
    /// What they do not.
    pub y: f64,
}

/// A state of at most two numbers, as the plant keeps it.
pub trait State: Component<Mutability = bevy::ecs::component::Mutable> + Copy {
    /// The two numbers; the second is 0 where there is none.
    fn numbers(&self) -> [f64; 2];
    /// From the two numbers.
    fn from_numbers(numbers: [f64; 2]) -> Self;
}

impl State for Phase {
    fn numbers(&self) -> [f64; 2] {
        [self.0, 0.0]
    }

    fn from_numbers([theta, _]: [f64; 2]) -> Self {
        Self(theta)
    }
}

impl State for Motion {
    fn numbers(&self) -> [f64; 2] {
        [self.x, self.v]
    }

    fn from_numbers([x, v]: [f64; 2]) -> Self {
        Self { x, v }
    }
}

impl State for Rotor {
    fn numbers(&self) -> [f64; 2] {
        [self.theta, self.v]
    }

    fn from_numbers([theta, v]: [f64; 2]) -> Self {
        Self { theta, v }
    }
}

impl State for Planar {
    fn numbers(&self) -> [f64; 2] {
        [self.x, self.y]
    }

    fn from_numbers([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

impl State for Amplitude {
    fn numbers(&self) -> [f64; 2] {
        [self.x, self.y]
    }

    fn from_numbers([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

/// Parameters of a Kuramoto–Sakaguchi phase oscillator.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Kuramoto {
    /// Natural frequency ω, rad/s.
    pub omega: f64,
    /// Phase lag α, rad.
    pub alpha: f64,
}

/// Parameters of a phase oscillator with inertia.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Inertial {
    /// Natural frequency ω, rad/s.
    pub omega: f64,
    /// Phase lag α, rad.
    pub alpha: f64,
    /// Inertia m > 0, s.
    pub inertia: f64,
}

/// Parameters of a damped driven harmonic oscillator.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Harmonic {
    /// Natural frequency ω, rad/s.
    pub omega: f64,
    /// Damping rate γ = 2ζω, 1/s.
    pub gamma: f64,
    /// Amplitude F of its own periodic force.
    pub force: f64,
    /// Angular frequency Ω of that force, rad/s.
    pub force_omega: f64,
}

/// Parameters of a Van der Pol oscillator.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct VanDerPol {
    /// Natural frequency ω, rad/s.
    pub omega: f64,
    /// Nonlinear damping μ, 1/s.
    pub mu: f64,
}

/// Parameters of a Stuart–Landau oscillator.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct StuartLandau {
    /// Natural frequency ω, rad/s.
    pub omega: f64,
    /// Growth rate μ, 1/s; |z|² → μ alone.
    pub mu: f64,
    /// Nonlinear frequency shift c₂.
    pub c2: f64,
}

/// A model of one's own, and its parameters.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(from_reflect = false)]
pub struct Own {
    /// The model.
    #[reflect(ignore)]
    pub model: Registered,
    /// Its parameters, in its order; those beyond are 0.
    pub parameters: [f64; PARAMETERS_MAX],
}

impl Own {
    /// The parameters that the model has.
    #[must_use]
    pub fn parameters(&self) -> &[f64] {
        &self.parameters[..self.model.parameters().len()]
    }
}

/// The means over populations that a population's vertices feel.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeanField {
    /// Strength K, which multiplies all shares.
    pub strength: f64,
    /// Populations and their shares in the strength.
    pub shares: Vec<(PopulationId, f64)>,
}

impl MeanField {
    /// Of populations with their strengths. The whole strength is their sum, or 1 when they cancel.
    #[must_use]
    pub fn new(strengths: Vec<(PopulationId, f64)>) -> Self {
        let sum: f64 = strengths.iter().map(|(_, strength)| strength).sum();
        let strength = if sum == 0.0 { 1.0 } else { sum };
        let shares = strengths.into_iter().map(|(of, own)| (of, own / strength));
        Self {
            strength,
            shares: shares.collect(),
        }
    }

    /// Populations with their strengths.
    pub fn strengths(&self) -> impl Iterator<Item = (PopulationId, f64)> + '_ {
        self.shares
            .iter()
            .map(|(of, share)| (*of, self.strength * share))
    }
}

/// A vertex's factor in the global mask, by which commands act on it.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct MaskFactor(pub f64);

/// A population's replica on a node. Population 0 stands for the whole cluster.
#[derive(Component, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// Its number.
    pub id: PopulationId,
    /// Its name in the scene.
    pub name: String,
}

/// Live parameters of a population's vertices, before any drive is added.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlantParameters {
    /// Coupling strength κ.
    pub coupling: f64,
    /// Noise intensity σ, rad/√s for phases and 1/s^1.5 for velocities.
    pub noise: f64,
}

/// The gain with which vertices feel the field, before any drive is added.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FeltGain(pub f64);

/// States written from outside since the last tick: (vertex, first, second variable). They hold
/// from this tick on and belong in the input log.
#[derive(Resource, Clone, Debug, Default)]
pub struct ForeignWrites(pub Vec<(VertexId, f64, f64)>);

/// Slot of the vertex in this node's [`Plant`](super::Plant), given as it is gathered. Never leaves
/// the World.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalSlot(pub u32);
