//! Exact integrated information of small discrete systems (IIT 4.0): a transition probability
//! matrix and a state → φ_s of candidate systems, complexes, cause–effect structures.
//!
//! **Conventions.** n binary units; a state is a mask whose bit i is unit i, so unit 0 toggles
//! fastest (little-endian: units (1, 0, 1) are state 5). The transition matrix is state-by-node:
//! `T[x][j]` = P(unit j is on at t + 1 | state x at t). A connection matrix has sources as rows.
//! Information is in bits. Within a candidate system units are numbered anew, ascending; reports
//! name units of the network.
//!
//! **Measure.** φ_s = min(φ_c, φ_e) at the directed set partition that minimises the same divided
//! by the number of cut pairs; φ_d likewise over disintegrating partitions of a mechanism and its
//! purview; relations in closed form; Φ = Σφ_d + Σφ_r. Minima are found exactly by fractional
//! programming over subset dynamic programmes, never by listing partitions. Equal values within a
//! relative 1e-11 are ties, and all ties are kept and reported.
//!
//! **What it does not do.** No sampling, no macro units, no units with more than two states.
//! Work grows as 4ⁿ for φ_s, 5ⁿ for complexes, and with Bell numbers for structures, which are
//! limited to systems of ten units.
//!
//! Reference: Albantakis et al. (2023), PLoS Comput Biol 19(10): e1011465.

pub mod numeric;
pub mod error;
pub mod tpm;
pub mod network;
pub mod candidate;
pub mod specified;
pub mod cut;
pub mod loss;
pub mod subset_dp;
pub mod effort;
pub mod search;
pub mod tied;
pub mod reason;
pub mod report;
pub mod state_pairs;
pub mod system;
pub(crate) mod unsearched;
pub mod marginal;
pub mod set_partitions;
pub mod mechanism;
pub mod mechanism_mip;
pub mod distinction;
pub mod relations;
pub mod resolutions;
pub mod structure;
pub mod complexes;
pub mod case;

pub use case::{CaseRequest, CaseResult, analyse};
pub use complexes::{Complex, Complexes, complexes, work_of};
pub use effort::Effort;
pub use error::Iit4Error;
pub use network::{Limits, Network};
pub use reason::Reason;
pub use report::{Bound, SystemPhi};
pub use structure::{Structure, structure, structure_of, structure_work};
pub use system::system_phi;
pub use tpm::Tpm;
