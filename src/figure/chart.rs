//! Figures as data: panels with axes and marks on a page of a given size.

use super::axis::{Axis, Scale};
use super::colour::ColourMap;
use super::mark::Mark;

/// How large a figure is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Size {
    /// One column of a journal: 85 mm wide, as high as its panels need.
    Column,
    /// Two columns of a journal: 178 mm wide, as high as its panels need.
    #[default]
    TwoColumns,
    /// A slide of 16:9, 254 by 143 mm, with larger letters.
    Slide,
    /// A width and a height in millimetres.
    Custom {
        /// Width, mm.
        width_mm: f64,
        /// Height, mm.
        height_mm: f64,
    },
}

/// Where a panel tells what is what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Legend {
    /// Above the panel, beside or below its title.
    #[default]
    Above,
    /// In the corner with the least in it.
    Inside,
    /// Nowhere.
    None,
}

/// What the colours of a panel stand for.
#[derive(Clone, Debug, PartialEq)]
pub struct ColourBar {
    /// What is measured.
    pub label: String,
    /// Its unit, empty without one.
    pub unit: String,
    /// Which colours.
    pub map: ColourMap,
    /// Values of the first and last colour.
    pub range: [f64; 2],
    /// How values lie along it.
    pub scale: Scale,
}

/// One pair of axes and what is drawn in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// What it shows; empty for none.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// Drawn in order; spans stand behind and labels before all others.
    pub marks: Vec<Mark>,
    /// Where names are told.
    pub legend: Legend,
    /// Equal differences are equally long both ways.
    pub equal_aspect: bool,
    /// What colours stand for.
    pub colour_bar: Option<ColourBar>,
}

impl Panel {
    /// A panel of two axes without marks.
    #[must_use]
    pub fn new(title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self {
            title: title.into(),
            x,
            y,
            ..Self::default()
        }
    }

    /// The same with one mark more.
    #[must_use]
    pub fn with(mut self, mark: Mark) -> Self {
        self.marks.push(mark);
        self
    }
}

/// A figure: panels on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it shows; empty for none.
    pub title: String,
    /// Row after row.
    pub panels: Vec<Panel>,
    /// Panels in a row, at least 1.
    pub columns: usize,
    /// Panels of a column have one range of x, and only the lowest writes it.
    pub shared_x: bool,
    /// Where the numbers come from, below the panels: one line each, wrapped.
    pub caption: Vec<String>,
    /// How large it is.
    pub size: Size,
}

impl Figure {
    /// Panels one below the other.
    #[must_use]
    pub fn new(title: impl Into<String>, panels: Vec<Panel>, size: Size) -> Self {
        Self {
            title: title.into(),
            panels,
            columns: 1,
            shared_x: false,
            caption: Vec::new(),
            size,
        }
    }
}
