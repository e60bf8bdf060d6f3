//! What panels show: plain data with how they look. Values that are not finite are gaps.

use super::colour::{ColourMap, INK, Rgb};
use super::drawing::{Anchor, Dash};

/// The shape of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marker {
    /// A disc.
    #[default]
    Circle,
    /// A square.
    Square,
    /// A triangle that points upwards.
    Up,
    /// A triangle that points downwards.
    Down,
    /// A square on its corner.
    Diamond,
    /// A saltire.
    Cross,
    /// A plus sign.
    Plus,
}

/// One layer of a panel.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A curve.
    Line(Line),
    /// Separate points.
    Points(Points),
    /// Bars from a base.
    Bars(Bars),
    /// An area between two curves.
    Band(Band),
    /// A range of x over the whole height.
    Span(Span),
    /// Vertical lines at moments.
    Events(Events),
    /// A horizontal line at a value.
    Level(Level),
    /// Cells of colour.
    Heat(Heat),
    /// Separate straight lines, as the edges of a graph.
    Segments(Segments),
    /// Discs of a size on paper, as the vertices of a graph.
    Discs(Discs),
    /// Lines with a head at their end.
    Arrows(Arrows),
    /// Words at places.
    Labels(Labels),
}

/// A curve through points in order. Long ones whose x grows are thinned to the first, least,
/// greatest and last value in each quarter of a point of page, so that no extreme is lost; others
/// leave out points that lie within a tenth of a point of the one before.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// x and y of each point; one that is not finite interrupts the curve.
    pub points: Vec<[f64; 2]>,
    /// Its colour.
    pub colour: Rgb,
    /// Width, points.
    pub width: f64,
    /// How it is broken.
    pub dash: Dash,
    /// Each value holds until the next point, as of what is set and kept.
    pub step: bool,
    /// Its name in the legend; empty for none.
    pub name: String,
}

impl Line {
    /// A solid line of one point.
    #[must_use]
    pub fn new(name: impl Into<String>, points: Vec<[f64; 2]>, colour: Rgb) -> Self {
        Self {
            points,
            colour,
            width: 1.0,
            dash: Dash::Solid,
            step: false,
            name: name.into(),
        }
    }
}

/// Separate points. Of many that fall within a quarter of a point of page with one colour, one is
/// drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// x and y of each.
    pub at: Vec<[f64; 2]>,
    /// Their shape.
    pub shape: Marker,
    /// Width of a point, points.
    pub size: f64,
    /// Their colour.
    pub colour: Rgb,
    /// A colour for each instead; those without one have the common colour.
    pub colours: Vec<Rgb>,
    /// Only the outline.
    pub hollow: bool,
    /// Share of the ground that each hides, 0 to 1.
    pub opacity: f64,
    /// Their name in the legend; empty for none.
    pub name: String,
}

impl Points {
    /// Full discs of three points.
    #[must_use]
    pub fn new(name: impl Into<String>, at: Vec<[f64; 2]>, colour: Rgb) -> Self {
        Self {
            at,
            shape: Marker::Circle,
            size: 3.0,
            colour,
            colours: Vec::new(),
            hollow: false,
            opacity: 1.0,
            name: name.into(),
        }
    }
}

/// Bars from a base to values.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// Middle and value of each.
    pub at: Vec<[f64; 2]>,
    /// Width, in values of x.
    pub width: f64,
    /// Where bars begin.
    pub base: f64,
    /// Their colour.
    pub colour: Rgb,
    /// A colour for each instead; those without one have the common colour.
    pub colours: Vec<Rgb>,
    /// Their name in the legend; empty for none.
    pub name: String,
}

impl Bars {
    /// Bars from zero, 0.7 wide.
    #[must_use]
    pub fn new(name: impl Into<String>, at: Vec<[f64; 2]>, colour: Rgb) -> Self {
        Self {
            at,
            width: 0.7,
            base: 0.0,
            colour,
            colours: Vec::new(),
            name: name.into(),
        }
    }
}

/// The area between a lower and an upper curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// x, lower and upper value of each place.
    pub points: Vec<[f64; 3]>,
    /// Its colour.
    pub colour: Rgb,
    /// Share of the ground that it hides, 0 to 1.
    pub opacity: f64,
    /// Its name in the legend; empty for none.
    pub name: String,
}

/// A range of x over the whole height, behind all else.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Its colour at full strength; it is drawn as a tint.
    pub colour: Rgb,
    /// Its name in the legend; empty for none. Spans of one name have one entry.
    pub name: String,
}

/// Moments of one kind, as vertical lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    /// Where they are.
    pub at: Vec<f64>,
    /// Their colour.
    pub colour: Rgb,
    /// How lines are broken.
    pub dash: Dash,
    /// The shape at the upper end of each, which tells kinds apart without colours.
    pub tip: Option<Marker>,
    /// Their name in the legend; empty for none.
    pub name: String,
}

/// A horizontal line at a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value.
    pub at: f64,
    /// Its colour.
    pub colour: Rgb,
    /// How it is broken.
    pub dash: Dash,
    /// Its name in the legend; empty for none.
    pub name: String,
}

/// A matrix of values as cells of colour. More cells than the page resolves are averaged, without
/// those that are not finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// x of the left and right border.
    pub x: [f64; 2],
    /// y of the lower and upper border.
    pub y: [f64; 2],
    /// Cells in a row.
    pub columns: usize,
    /// Row after row, the lowest first.
    pub values: Vec<f64>,
    /// Which colours stand for values.
    pub map: ColourMap,
    /// Values of the first and last colour.
    pub range: [f64; 2],
}

/// Separate straight lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Segments {
    /// Beginning and end of each.
    pub ends: Vec<[[f64; 2]; 2]>,
    /// Width, points.
    pub width: f64,
    /// Their colour.
    pub colour: Rgb,
    /// A colour for each instead; those without one have the common colour.
    pub colours: Vec<Rgb>,
    /// Share of the ground that each hides, 0 to 1.
    pub opacity: f64,
    /// Their name in the legend; empty for none.
    pub name: String,
}

/// Discs of a size on paper.
#[derive(Clone, Debug, PartialEq)]
pub struct Discs {
    /// The middle of each.
    pub at: Vec<[f64; 2]>,
    /// Radius, points.
    pub radius: f64,
    /// The colour within, common to all.
    pub colour: Rgb,
    /// A colour for each instead; those without one have the common colour.
    pub colours: Vec<Rgb>,
    /// Colour of the line around each.
    pub ring: Rgb,
    /// Their name in the legend; empty for none.
    pub name: String,
}

/// Lines with a head at their end.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrows {
    /// Beginning and end of each.
    pub ends: Vec<[[f64; 2]; 2]>,
    /// Width, points.
    pub width: f64,
    /// Their colour.
    pub colour: Rgb,
    /// How much of the end is left free, points, as for the disc that it points to.
    pub gap: f64,
    /// Their name in the legend; empty for none.
    pub name: String,
}

/// Words at places.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    /// Places and words.
    pub at: Vec<([f64; 2], String)>,
    /// How they lie along their places.
    pub anchor: Anchor,
    /// How far from their places they stand, points to the right and downwards.
    pub offset: [f64; 2],
    /// Their colour.
    pub colour: Rgb,
}

impl Labels {
    /// Words in the middle of places.
    #[must_use]
    pub fn new(at: Vec<([f64; 2], String)>) -> Self {
        Self {
            at,
            anchor: Anchor::Middle,
            offset: [0.0; 2],
            colour: INK,
        }
    }
}
