//! The resonators: `Drive` and field → motion of every vertex.
//!
//! Five models and those of one's own on one weighted graph. With wᵢⱼ the weight of the edge from j
//! to i, κ and K the coupling along edges and to population means, and fᵢ the commanded force plus
//! the felt field:
//!
//! - Kuramoto–Sakaguchi phase (Kuramoto 1975; Sakaguchi & Kuramoto 1986):
//!   θᵢ′ = ωᵢ + κ Σⱼ wᵢⱼ sin(θⱼ − θᵢ − α) + K r sin(ψ − θᵢ − α) − fᵢ sin θᵢ
//! - phase with inertia m (Ermentrout 1991): m vᵢ′ = −vᵢ + the same, θᵢ′ = vᵢ
//! - damped driven harmonic oscillator:
//!   xᵢ″ = −γ xᵢ′ − ωᵢ² xᵢ + κ Σⱼ wᵢⱼ (xⱼ − xᵢ) + K (x̄ − xᵢ) + F cos Ωt + fᵢ
//! - Van der Pol oscillator (1926): γ = −μ (1 − xᵢ²), without F
//! - Stuart–Landau oscillator (Kuramoto 1984, ch. 2):
//!   zᵢ′ = (μ + iωᵢ) zᵢ − (1 + ic₂) |zᵢ|² zᵢ + κ Σⱼ wᵢⱼ (zⱼ − zᵢ) + K (z̄ − zᵢ) + fᵢ
//! - a model of one's own ([`OwnModel`](crate::dynamics::own_model::OwnModel)):
//!   (xᵢ′, yᵢ′) of (xᵢ, yᵢ) and the pull κ Σⱼ wᵢⱼ (xⱼ − xᵢ) + K (x̄ − xᵢ) + fᵢ
//!
//! Noise acts on θ of plain phases, on v where there is one (not divided by m), on both parts of z,
//! and on x of a model of one's own. The deterministic integrators add σ√h ξ after each step of
//! length h (splitting; Euler–Maruyama's strong order for additive noise). Components are the
//! truth; the [`Plant`] is a dense cache of them that the hot loop of `dynamics::dense` runs on.

pub mod components;
pub mod integrator;
pub mod distribution;
pub mod model;
pub mod places;
pub mod model_spec;
pub mod model_files;
pub mod setup;
pub mod spec;
pub mod dynamics_spec;
pub mod durable;
pub mod image;
pub mod delay_line;
pub mod plant;
pub mod parameters;
pub mod plasticity;
pub mod quarantine;
pub mod rates;
mod plant_rates;
pub mod states;
pub mod systems;
pub mod observe;
pub mod observe_streams;
pub mod readings;
pub mod forces;
pub mod drive;
pub mod plugin;

pub use components::{
    Amplitude, ForeignWrites, Harmonic, Inertial, Kuramoto, MaskFactor, MeanField, Member, Motion,
    Own, Phase, Planar, PlantParameters, Population, Position, Rotor, StuartLandau, VanDerPol,
};
pub use delay_line::{DelayLine, DelayRule};
pub use image::{VertexImage, VertexView};
pub use integrator::Integrator;
pub use model::{ModelImage, Shows};
pub use plant::Plant;
pub use plasticity::{Plasticity, PlasticityRules};
pub use plugin::ResonatorPlugin;
