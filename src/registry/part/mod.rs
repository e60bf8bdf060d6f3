//! Parts: sensors, laws, policies and actuators that a scene names, of the program or of a user's
//! crate.
//!
//! ```text
//! Part::about ─► lists, the schema, checks of scenes      Catalog: name → About + how it is opened
//! Part::open  ◄─ Opening: the parameters that the scene gives, and where the part is opened
//! ```
//!
//! A part has a name and parameters; what it does, the trait of its kind says. Nothing here knows a
//! kind.

mod about;
mod catalog;
mod guard;
mod memory;
mod value;

pub use about::{About, ParameterInfo};
pub use catalog::{Catalog, CustomSpec, Opening, Part, PartRandom};
pub use guard::{PartError, PartResult, guarded, is_plain_name};
pub use memory::{Memory, Remembered};
pub use value::{Value, distinct};
