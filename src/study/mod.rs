//! From one run to many: designs of parameters, the cells of a sweep, searches, and what is made of
//! them.
//!
//! ```text
//! axes (PATH=values) ─ design ─► points ─ seeds ─► cells ─► a run folder each ─► table ─► figures
//!                        ▲                                      │
//!                        └────────── search (fit) ◄─────────────┘
//! ```
//!
//! What a sweep knows stands in the folders of its cells; tables and figures are derived from them
//! and can be made again at any time.

pub mod axis;
pub mod design;
pub mod plan;
pub mod cell;
pub mod rows;
pub mod table;
mod table_parquet;
pub mod groups;
#[cfg(test)]
mod sample;
mod response_panels;
pub mod response;
pub mod text_figure;
pub mod cma_es;
pub mod simplex_search;
pub mod search;
pub mod features;
pub mod goal;

pub use axis::{Axis, Values};
pub use cell::{Cell, CellNote};
pub use design::{Design, Point};
pub use plan::Plan;
pub use table::Table;
