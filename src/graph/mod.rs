//! The entity graph: scene → weighted directed edges, one row per target vertex.
//!
//! petgraph builds and analyses; the Laplacian is sparse (CSR) and its spectrum, with the algebraic
//! connectivity λ₂, comes from Lanczos iterations or, for small graphs, a dense eigensolver. The
//! graph knows nothing of what moves on it.

pub mod row;
pub mod words;
pub mod entity_graph;
pub mod file_spec;
pub mod kind;
pub mod generators;
pub mod choose_data;
pub mod number_vertices;
mod sift;
pub mod from_file;
pub mod export;
pub mod pg1;
pub mod rcm;
pub mod laplacian;
pub mod spectra;
pub mod components;
pub mod spec;

pub use components::{Delays, Vertex};
pub use entity_graph::{EntityGraph, GraphError};
pub use file_spec::FileGraph;
pub use from_file::FileEdges;
pub use kind::GraphKind;
pub use row::{Row, RowEntry};
pub use spec::{DelaySpec, GraphSpec};
