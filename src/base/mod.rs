//! What every room stands on and what knows no room: ids, integer time, keyed randomness, numbers,
//! exact sums, the digest, the input log and the snapshot codec.
//!
//! Nothing here imports Bevy. Nothing here reads a wall clock or an operating system's random
//! source.

pub mod ids;
pub mod clock;
pub mod cancel;
pub mod num;
pub mod exact_sum;
pub mod pages;
pub mod isa;
pub mod vector;
pub mod fft;
pub mod random;
pub mod digest;
pub mod order;
pub mod input;
pub mod json;
pub mod snapshot;
pub mod problem;
pub mod subject;
pub mod status;

pub use cancel::{Cancel, CancelCause};
pub use clock::{Tick, TickClock};
pub use digest::{Digest, RecordHasher};
pub use exact_sum::ExactSum;
pub use ids::{NodeId, PopulationId, VertexId};
pub use input::{Input, InputLog, InputRecord};
pub use problem::Problems;
pub use status::RunStatus;
pub use subject::Subject;
