//! The resonators: `Drive` and field → motion of every vertex.
//!
//! Two models, on the same weighted graph with row sums over the sources j of vertex i:
//!
//! - Kuramoto–Sakaguchi phase (Kuramoto 1975; Sakaguchi & Kuramoto 1986):
//!   θᵢ′ = ωᵢ + κ Σⱼ wᵢⱼ sin(θⱼ − θᵢ − α) − fᵢ sin θᵢ
//! - damped driven harmonic oscillator:
//!   xᵢ″ = −γ xᵢ′ − ωᵢ² xᵢ + κ Σⱼ wᵢⱼ (xⱼ − xᵢ) + F cos Ωt + fᵢ
//!
//! fᵢ is the commanded force plus the felt field. Noise adds σ√h ξ to θ (or v) after each step of
//! length h (splitting; Euler–Maruyama strong order for additive noise). Components are the truth;
//! the [`Plant`] is a dense, id-sorted cache of them that the hot loop runs on.

pub mod components;
pub mod integrator;
pub mod plant;
pub mod evolve;
pub mod image;
pub mod distribution;
pub mod spec;
pub mod systems;
pub mod plugin;

pub use components::{
    ForeignWrites, Harmonic, Kuramoto, MaskFactor, Member, Motion, Phase, PlantParameters,
    Population, Position,
};
pub use image::{ModelImage, VertexImage};
pub use integrator::Integrator;
pub use plant::Plant;
pub use plugin::ResonatorPlugin;
