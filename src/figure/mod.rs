//! Figures that leave the program: drawings of shapes and letters, charts laid out for a page, and
//! the three formats they are written in.
//!
//! A [`Figure`] is data: panels with axes and marks. [`Figure::drawing`] lays it out as a
//! [`Drawing`], and [`write`](fn@write) writes that as SVG, PDF or PNG by the ending of the name.
//! All three show the same lines and letters at the same places, and the same drawing gives the
//! same bytes.

pub mod colour;
pub mod number;
pub mod path;
pub mod font;
pub mod drawing;
pub mod picture;
pub mod svg;
pub mod pdf_font;
pub mod pdf;
pub mod file;
pub mod ticks;
pub mod axis;
pub mod mark;
pub mod chart;
pub mod look;
pub mod frame;
pub mod extent;
pub mod thin;
pub mod draw_heat;
pub mod draw_marks;
pub mod draw_axes;
pub mod legend;
pub mod layout;
pub mod phi_parts;
pub mod phi_lines;
pub mod phi_network;
pub mod phi_structure;
pub mod phi_picture;

pub use axis::{Axis, Scale};
pub use chart::{ColourBar, Figure, Legend, Panel, Size};
pub use colour::{ColourMap, Rgb};
pub use drawing::{Anchor, Dash, Drawing, Paint, Raster, Shape, Stroke, Text};
pub use file::{Format, write};
pub use mark::{
    Arrows, Band, Bars, Discs, Events, Heat, Labels, Level, Line, Mark, Marker, Points, Segments,
    Span,
};
pub use path::{Path, Place};
pub use phi_parts::{FigureDistinction, PhiFigure};
pub use phi_picture::phi_drawing;

/// What wrote the files, as they tell.
pub const SOFTWARE: &str = concat!("PhantomOS ", env!("CARGO_PKG_VERSION"));
