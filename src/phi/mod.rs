//! Integrated information: windows of declared units, or the model itself → `PhiReport`.
//!
//! For groups M₁ … M_K of units, MI1 is Σᵢ H(X_Mᵢ) − H(X) of the entropies of a Gaussian, at the
//! bipartition where it is least; φ_s is min(φ_c, φ_e) at the directed partition θ where
//! φ(θ) = π Σⱼ log₂ (pⱼ / pⱼ(θ)) is least for each cut pair. The formulas of the other measures
//! stand at the heads of `gauss`, `iit4` and `iit3`.
//!
//! Units are channels: vertices or population means. Three engines measure them: `gauss` (MI1, MI,
//! stochastic interaction, Φ*, Φ_G of Gaussian systems, in nats), `iit4` (φ_s and cause–effect
//! structures of binary units, exactly, in bits) and `iit3` (the older formalism, for files). They
//! are pure mathematics; `measure` feeds them from a window of samples, from the linearised
//! dynamics or from the perturbed model. What is measured is taken at a declared tick and the
//! report applies `latency_ticks` later; in between the search runs beside the loop. What a number
//! is of, and whether a budget cut it short, stands in the report.

pub mod work;
pub mod gauss;
pub mod iit4;
pub mod iit3;
pub mod covariance;
pub mod binarise;
pub mod chance;
pub mod picture;
pub mod perturb;
pub mod linearise;
pub mod report;
pub mod error;
pub mod settings;
pub mod setup;
pub mod spec;
pub mod lesion;
pub mod measure_iit4;
mod measure_gauss;
mod measure_window;
pub mod measure;
pub mod maximise;
pub mod readings;
pub mod systems;

pub use error::PhiError;
pub use measure::PhiInput;
pub use report::{PhiBound, PhiReport};
pub use spec::PhiSpec;
pub use systems::{PhiJob, PhiObserver, PhiPlugin};
