//! The field as mathematics: u on a line [0, L] or a plate [0, Lx] × [0, Ly].
//!
//! The law is the damped wave equation u_tt = c² Δu − γ u_t + f or diffusion u_t = D Δu − λ u + f
//! ([`Law`]). [`SpectralField`] solves it exactly per mode, [`FiniteField`] by finite differences
//! on the same cell-centred grid ([`Domain`]). A [`Probe`] carries sources to the grid and the
//! field back. Per tick: `clear_source`, deposit all, `step(h)`, sense all.

pub mod error;
pub mod axis;
pub mod domain;
pub mod law;
pub mod axis_transform;
pub mod transform;
pub mod propagator;
pub mod spectrum;
pub mod spectral;
pub mod laplacian;
pub mod finite;
pub mod probe;
pub mod deposits;

pub use axis::{Axis, Boundary};
pub use deposits::DepositSum;
pub use domain::Domain;
pub use error::FieldError;
pub use finite::FiniteField;
pub use law::{Energy, Law};
pub use probe::Probe;
pub use spectral::SpectralField;
pub use spectrum::SpatialMode;
pub use transform::Transform;
