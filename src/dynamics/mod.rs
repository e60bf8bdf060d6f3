//! Dynamics: networks of coupled oscillators solved as mathematics, apart from the machine.
//!
//! A case (JSON, schema `phantom-ref-1`) → its answers: states at times, steady states, stability,
//! limit cycles, field modes, ensemble moments, orders of convergence. [`answer()`] is the door.
//!
//! y′ = f(t, y), dy = f dt + b dW, or y′ = f(t, y, y(t − τ)), on a network whose row i lists the
//! edges that enter vertex i.
//!
//! The models are, with weights w, coupling K and phase lag α (`phase`, `model`, `amplitude`):
//!
//! - Kuramoto–Sakaguchi: θᵢ′ = ωᵢ + K Σⱼ wᵢⱼ sin(θⱼ − θᵢ − α); with inertia m vᵢ′ = −vᵢ + the same;
//! - harmonic: xᵢ″ = −γᵢ xᵢ′ − ωᵢ² xᵢ + K Σⱼ wᵢⱼ (xⱼ − xᵢ) + F cos Ωt;
//! - Van der Pol: the same with γᵢ = −μ (1 − xᵢ²) and without F;
//! - Stuart–Landau: zᵢ′ = (μ + iωᵢ) zᵢ − (1 + ic₂) |zᵢ|² zᵢ + K Σⱼ wᵢⱼ (zⱼ − zᵢ).
//!
//! | file | what |
//! |---|---|
//! | `network` | weighted edges in compressed rows, validated |
//! | `model` | right-hand sides; harmonic and Van der Pol oscillators |
//! | `own_model` | models of one's own for the resonators of scenes |
//! | `phase`, `amplitude` | Kuramoto in all its forms; Stuart–Landau |
//! | `fixed`, `runge_kutta`, `dopri5`, `tableau`, `step_control` | integrators, fixed and adaptive |
//! | `sde`, `delay` | stochastic and delay equations |
//! | `modes`, `moments`, `quantities` | closed forms and exact linear solutions |
//! | `cycle`, `ensemble`, `orders` | limit cycles, large populations, measured orders |
//! | `observables` | order parameter, amplitude, energy |
//! | `case`, `solve`, `answer` | the border to JSON, the options, the engine |
//! | `dense`, `benchmark` | the same models as arrays for millions of vertices; problems K1–K4 |
//! | `trajectory`, `statics`, `field`, `population` | which mathematics answers which family |
//!
//! What it does not do: stiff problems (every integrator is explicit), several or varying delays,
//! correlated noise, wave equations other than by their modes. Transcendental functions come from
//! `base::num`, noise from `base::random`; all sums run in a fixed order, so the same case and seed
//! give the same bits.

pub mod error;
pub mod network;
pub mod modes;
pub mod model;
pub mod own_model;
pub mod amplitude;
pub mod delay;
pub mod phase;
pub mod tableau;
pub mod step_control;
pub mod dopri5;
pub mod fixed;
pub mod runge_kutta;
pub mod observables;
pub mod cycle;
pub mod sde;
pub mod moments;
pub mod ensemble;
pub mod orders;
pub mod case;
pub mod quantities;
pub mod solve;
pub mod trajectory;
pub mod statics;
pub mod field;
pub mod population;
pub mod answer;
pub mod dense;
pub mod benchmark;

pub use answer::answer;
pub use error::DynamicsError;
pub use solve::{Integrator, Options};
