//! What a picture is made of, before any file format: shapes in order, in points of 1/72 inch.

use super::colour::{INK, Rgb};
use super::font::Weight;
use super::path::{Path, Place};

/// How a stroke is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dash {
    /// Not at all.
    #[default]
    Solid,
    /// Dashes of four widths with gaps of two and a half.
    Dashed,
    /// Dots a width long with gaps of one and a half.
    Dotted,
    /// A dash and a dot in turn.
    DashDot,
}

impl Dash {
    /// Lengths of strokes and gaps in turn, in widths of the stroke; empty when solid.
    #[must_use]
    pub fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[4.0, 2.5],
            Self::Dotted => &[1.0, 1.5],
            Self::DashDot => &[4.0, 2.0, 1.0, 2.0],
        }
    }
}

/// A line along an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Rgb,
    /// Width, points.
    pub width: f64,
    /// How it is broken.
    pub dash: Dash,
}

impl Stroke {
    /// A solid line.
    #[must_use]
    pub fn new(colour: Rgb, width: f64) -> Self {
        Self {
            colour,
            width,
            dash: Dash::Solid,
        }
    }
}

/// How an outline is painted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paint {
    /// The colour within, if any.
    pub fill: Option<Rgb>,
    /// The line along it, if any.
    pub stroke: Option<Stroke>,
    /// Share of the ground that is hidden, 0 to 1. Fill and stroke have it each on its own.
    pub opacity: f64,
    /// What it stands for: `class` of an SVG element, and nothing elsewhere.
    pub class: &'static str,
}

impl Paint {
    /// A full colour within.
    #[must_use]
    pub fn fill(colour: Rgb) -> Self {
        Self {
            fill: Some(colour),
            stroke: None,
            opacity: 1.0,
            class: "",
        }
    }

    /// A solid line along it.
    #[must_use]
    pub fn line(colour: Rgb, width: f64) -> Self {
        Self::stroke(Stroke::new(colour, width))
    }

    /// A line along it.
    #[must_use]
    pub fn stroke(stroke: Stroke) -> Self {
        Self {
            fill: None,
            stroke: Some(stroke),
            opacity: 1.0,
            class: "",
        }
    }

    /// The same with a line along it.
    #[must_use]
    pub fn ringed(mut self, colour: Rgb, width: f64) -> Self {
        self.stroke = Some(Stroke::new(colour, width));
        self
    }

    /// The same with an opacity.
    #[must_use]
    pub fn faded(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }

    /// The same with a class.
    #[must_use]
    pub fn of(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }
}

/// How a text lies along its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    #[default]
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A line of letters.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where its base line has its anchor.
    pub at: Place,
    /// What it says. Control characters are written as spaces.
    pub text: String,
    /// Size of the letters, points.
    pub size: f64,
    /// How heavy they are.
    pub weight: Weight,
    /// How it lies along its place.
    pub anchor: Anchor,
    /// Clockwise turn about its place, degrees.
    pub turn_deg: f64,
    /// Its colour.
    pub colour: Rgb,
    /// A rim of this colour around the letters, so many points wide, that keeps them legible on
    /// lines.
    pub rim: Option<(Rgb, f64)>,
}

impl Text {
    /// A text of regular weight in the ink of axes.
    #[must_use]
    pub fn new(at: Place, text: impl Into<String>, size: f64, anchor: Anchor) -> Self {
        Self {
            at,
            text: text.into(),
            size,
            weight: Weight::Regular,
            anchor,
            turn_deg: 0.0,
            colour: INK,
            rim: None,
        }
    }

    /// The same in another colour.
    #[must_use]
    pub fn coloured(mut self, colour: Rgb) -> Self {
        self.colour = colour;
        self
    }

    /// The same, bold.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.weight = Weight::Bold;
        self
    }
}

/// Cells of colour in a rectangle, drawn without smoothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    /// The upper left corner.
    pub at: Place,
    /// Width and height, points.
    pub size: [f64; 2],
    /// Cells in a row.
    pub columns: usize,
    /// Row after row from above; what is beyond the last full row is not drawn.
    pub cells: Vec<Rgb>,
}

impl Raster {
    /// Full rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.cells.len().checked_div(self.columns).unwrap_or(0)
    }
}

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// An outline.
    Path(Path, Paint),
    /// A rectangle: upper left corner, width and height.
    Rectangle(Place, [f64; 2], Paint),
    /// A circle: centre and radius.
    Circle(Place, f64, Paint),
    /// A line of letters.
    Text(Text),
    /// Cells of colour.
    Raster(Raster),
    /// Shapes of which only what lies in a rectangle (corner and size) is seen.
    Clipped(Place, [f64; 2], Vec<Shape>),
}

/// A picture on a page of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Width and height, points.
    pub size: [f64; 2],
    /// What it is called: title of the file, read out by readers of screens.
    pub title: String,
    /// What else the file says of itself: where the numbers come from.
    pub comment: String,
    /// Drawn in order, later ones above.
    pub shapes: Vec<Shape>,
}

impl Drawing {
    /// An empty page of a width and height in points.
    #[must_use]
    pub fn new(size: [f64; 2], title: impl Into<String>) -> Self {
        Self {
            size,
            title: title.into(),
            ..Self::default()
        }
    }

    /// Adds an outline.
    pub fn path(&mut self, path: Path, paint: Paint) {
        self.shapes.push(Shape::Path(path, paint));
    }

    /// Adds a straight line.
    pub fn line(&mut self, from: Place, to: Place, paint: Paint) {
        self.path(Path::lines([from, to]), paint);
    }

    /// Adds a rectangle from its upper left corner.
    pub fn rectangle(&mut self, corner: Place, size: [f64; 2], paint: Paint) {
        self.shapes.push(Shape::Rectangle(corner, size, paint));
    }

    /// Adds a circle.
    pub fn circle(&mut self, centre: Place, radius: f64, paint: Paint) {
        self.shapes.push(Shape::Circle(centre, radius, paint));
    }

    /// Adds a line of letters.
    pub fn text(&mut self, text: Text) {
        self.shapes.push(Shape::Text(text));
    }

    /// Adds cells of colour.
    pub fn raster(&mut self, raster: Raster) {
        self.shapes.push(Shape::Raster(raster));
    }

    /// Puts what was added since there were `count` shapes behind a rectangle that hides the rest.
    pub fn clip_since(&mut self, count: usize, corner: Place, size: [f64; 2]) {
        let inner = self.shapes.split_off(count.min(self.shapes.len()));
        if !inner.is_empty() {
            self.shapes.push(Shape::Clipped(corner, size, inner));
        }
    }

    /// Every text in drawing order, those within clips too.
    #[must_use]
    pub fn texts(&self) -> Vec<&Text> {
        fn gather<'a>(shapes: &'a [Shape], found: &mut Vec<&'a Text>) {
            for shape in shapes {
                match shape {
                    Shape::Text(text) => found.push(text),
                    Shape::Clipped(_, _, inner) => gather(inner, found),
                    _ => {}
                }
            }
        }
        let mut found = Vec::new();
        gather(&self.shapes, &mut found);
        found
    }
}
