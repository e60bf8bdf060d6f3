//! Components of vertices and populations.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, VertexId};

/// The population that a vertex belongs to.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member(pub PopulationId);

/// Place of a vertex in the field, 0 … 1.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Position(pub f64);

/// State of a phase oscillator: θ in rad, not wrapped.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Phase(pub f64);

/// State of a harmonic oscillator.
#[derive(Component, Reflect, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[reflect(Component)]
pub struct Motion {
    /// Displacement.
    pub x: f64,
    /// Velocity, 1/s.
    pub v: f64,
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

/// Slot of the vertex in this node's [`Plant`](super::Plant). Never leaves the World.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalSlot(pub u32);
