//! The hot loop: parameters and states of many resonators as dense arrays, advanced stage by stage.
//!
//! ```text
//! table of what every slot shows ── rows: Σⱼ wᵢⱼ shownⱼ ── slopes ── scheme ── next table
//! ```
//!
//! A *slot* is a resonator's place in the arrays. Slots of one population and model are a
//! [`Segment`]; a segment is cut into blocks of at most [`BLOCK`] slots, the unit of work. Every
//! slot's numbers depend only on the table and on its own parameters, and means over populations
//! are exact sums, so the result is the same for any split of the blocks among threads or machines.
//!
//! The cost of a stage is one sine and cosine a phase, and one random access and two fused
//! multiply–adds a directed edge: sin(θⱼ − θᵢ) = sin θⱼ cos θᵢ − cos θⱼ sin θᵢ.

pub mod lane;
pub mod shown;
mod weights;
pub mod rows;
pub mod segment;
pub mod slopes;
pub mod scheme;
pub mod noise;
pub mod plant;
pub mod adaptive;
mod access;
mod advance;
mod fused;
mod phases;
mod tally;
mod work;
mod parts;
mod scratch;
mod show;
#[cfg(test)]
mod tests;

pub use lane::Lane;
pub use noise::NoiseStream;
pub use plant::DensePlant;
pub use rows::Rows;
pub use scheme::{Scheme, StageClock};
pub use segment::{Acting, Kind, NoiseKind, OwnPart, Segment};
pub use shown::{Pair, Shown};
pub use work::MeanSum;

/// The most slots of a block: their row sums stay in the first-level cache.
pub const BLOCK: usize = 512;
/// Slots whose numbers are worked on between two row sums.
const CHUNK: usize = 64;
