//! Graphs as files have them: vertices by name or number, edges in the order of the file, and the
//! data of edges by name or column. What these data mean is chosen in `graph`.
//!
//! One file of this folder reads one format; [`GraphFormat`] lists them.

pub mod format;
pub mod edge_data;
pub mod data;
pub mod brackets;
mod names;
mod labels;
mod folders;
mod ways;
mod gather;
mod sizes;
mod xml_element;
mod xml;
mod graphml_keys;
pub mod ends;
mod konect;
mod not_read;
mod relations;
pub mod edge_list;
pub mod matrix;
pub mod list_or_matrix;
pub mod packed;
pub mod graphml;
mod gml_tokens;
pub mod gml;
pub mod gexf;
mod pajek_sections;
pub mod pajek;
pub mod metis;
pub mod matrix_market;
pub mod reader;

pub use data::{Direction, GraphFile, Names};
pub use edge_data::{EdgeColumn, EdgeData};
pub use format::{GraphFormat, GraphQuestion};
pub use reader::read;
