//! Integrated information of Gaussian systems: covariances of past and present → measures across
//! partitions, minimum information bipartitions, complexes, and how far estimates can be trusted.
//!
//! Past X = x(t − τ) and present Y = x(t) of n units have the covariances Cov_X = E[X Xᵀ],
//! Cov_XY = E[X Yᵀ] and Cov_Y. For groups M₁ … M_K of units, in nats:
//!
//! | measure | formula |
//! |---|---|
//! | MI1 | Σᵢ H(X_{Mᵢ}) − H(X) |
//! | MI | the same for past and present together |
//! | SI | Σᵢ H(Y_{Mᵢ} \| X_{Mᵢ}) − H(Y \| X) |
//! | Φ* | I(X;Y) − max_β I*(β), what decoding by the groups alone loses |
//! | Φ_G | min over disconnected dynamics A' of ½ ln (det E' / det E) |
//!
//! Systems come from covariances ([`GaussianSystem`]), from linear dynamics ([`lyapunov`]) or from
//! a recording ([`recording`]). The minimum bipartition ([`minimum`]) is found exactly by trying
//! all, or for MI1 and MI by Queyranne's algorithm; other searches are heuristics and say so.
//! Complexes come from all subsets ([`complexes`]) or from a hierarchy of bipartitions
//! ([`mod@hierarchy`]). Work is counted in operations ([`Budget`]), so that a search that is cut
//! short ends at the same place on every machine, and what it returns is marked as a bound.
//! Estimates are tested against surrogates and given intervals ([`significance`]). [`case`] answers
//! requests of files.
//!
//! Units count from 0 (in files from 1). All sums run in a fixed order on one thread. What it does
//! not do: other distributions than Gaussian, and more than one lag at once.
//!
//! References: Oizumi et al., PLoS Comput. Biol. 12 (2016) (Φ*); Oizumi, Tsuchiya & Amari, PNAS 113
//! (2016) (Φ_G); Kitazono, Kanai & Oizumi, Entropy 20 (2018) and 22 (2020) (searches, complexes).

pub mod error;
pub(crate) mod linear;
pub(crate) mod draws;
pub mod partition;
pub mod system;
pub mod lyapunov;
pub mod sample;
pub(crate) mod log_det;
pub mod star;
pub mod geometric;
pub(crate) mod newton;
pub mod measure;
pub(crate) mod least;
pub(crate) mod exhaustive;
pub(crate) mod schur;
pub(crate) mod queyranne;
pub(crate) mod spectral;
pub mod exchange;
pub mod minimum;
pub(crate) mod minors;
pub mod complexes;
pub mod hierarchy;
pub mod shrinkage;
pub mod recording;
pub mod dependence;
pub mod significance;
pub mod case;

pub use super::work::Budget;
pub use complexes::{Complex, Complexes, all_complexes};
pub use error::GaussError;
pub use hierarchy::{Hierarchy, hierarchy};
pub use measure::{Detail, Evaluator, Measure, MeasureSettings, MeasureValue, measure};
pub use minimum::{MinimumPartition, MinimumSettings, Search, Standing, minimum_partition};
pub use partition::Partition;
pub use recording::{Estimate, estimate, estimate_instantaneous};
pub use shrinkage::Shrinkage;
pub use system::GaussianSystem;
