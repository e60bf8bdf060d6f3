//! Integrated information of binary networks, version 3.0 (Oizumi, Albantakis & Tononi, PLoS
//! Comput. Biol. 10, 2014), as computed by PyPhi 1.2 with its default settings (Mayner et al., PLoS
//! Comput. Biol. 14, 2018).
//!
//! State tables of n ≤ [`UNITS_MAX`] units → big Φ of every subset, its concepts and the major
//! complex. Conventions: state indices are little-endian (unit 0 is the lowest bit); `tpm[s][j]` is
//! the probability that unit j is on after state s; `cm[i][j]` says that i acts on j. Units outside
//! a candidate system are held at their current states. Distances are rounded to 6 decimals where
//! PyPhi rounds them, since ties are broken on rounded values; its own solver of the earth mover's
//! distance is exact to about 1e-6 only, the one here to rounding.
//!
//! With the earth mover's distance D: small φ = min over cuts of D(repertoire, cut repertoire), of
//! cause and effect the lesser; big Φ = min over unidirectional bipartitions of the distance of the
//! constellations of concepts, Σ φ · D(concept, its new place).
//!
//! Not covered: macro systems, other measures than the earth mover's distance, other partitions
//! than bipartitions.

pub mod error;
pub mod network;
pub mod transport;
pub mod repertoire;
pub mod concept;
pub mod constellation;
pub mod cut;
pub(crate) mod tied_points;
pub mod ties;
pub mod big_phi;
pub mod case;
pub mod words;

pub use big_phi::{Irreducibility, irreducibility};
pub use cut::SystemCut;
pub use error::Iit3Error;
pub use network::{Network, UNITS_MAX};
