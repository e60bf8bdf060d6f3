//! Integrated information: windows of declared units → `PhiReport`.
//!
//! Measured here is the mutual information across the minimum information bipartition of a
//! Gaussian system (the multi-information of its weakest cut, in nats), with the partition found
//! exactly by Queyranne's algorithm. Units are channels: vertices or population means. The window
//! is taken at a declared tick and the report applies `latency_ticks` later; in between the search
//! runs beside the loop. What the numbers are of, and whether a budget cut them short, stands in
//! the report.

pub mod covariance;
pub mod multi_information;
pub mod queyranne;
pub mod complexes;
pub mod report;
pub mod spec;
pub mod systems;

pub use report::{PhiBound, PhiReport, PhiSettings};
pub use spec::PhiSpec;
pub use systems::{PhiJob, PhiObserver, PhiPlugin};
