//! Figures that leave the program: drawings of shapes and letters, charts laid out for a page, and
//! the three formats they are written in.
pub mod colour;
pub mod path;
pub mod font;
pub mod drawing;
pub mod picture;
pub mod svg;
pub mod pdf_font;
pub mod pdf;
pub mod file;

pub use drawing::{Anchor, Dash, Drawing, Paint, Raster, Shape, Stroke, Text};
pub use file::{Format, write};
pub use path::{Path, Place};

/// What wrote the files, as they tell.
pub const SOFTWARE: &str = concat!("PhantomOS ", env!("CARGO_PKG_VERSION"));
