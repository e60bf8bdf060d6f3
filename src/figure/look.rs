//! Sizes of letters and widths of lines, for paper and for slides.

use super::chart::Size;

/// Sizes of letters and lines of a figure, points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Width and height of the page; no height where panels decide it.
    pub page: (f64, Option<f64>),
    /// Numbers at ticks, legends and words among the marks.
    pub small: f64,
    /// Names of axes.
    pub label: f64,
    /// Titles of panels.
    pub title: f64,
    /// The title of the figure.
    pub heading: f64,
    /// Lines below the panels.
    pub caption: f64,
    /// Axes and ticks.
    pub thin: f64,
    /// By how much lines and points of marks are larger than they say.
    pub scale: f64,
}

/// Points in a millimetre.
pub const MM: f64 = 72.0 / 25.4;

impl Look {
    /// The look of a figure of a size.
    #[must_use]
    pub fn of(size: Size) -> Self {
        match size {
            Size::Column => Self::scaled((85.0 * MM, None), 1.0),
            Size::TwoColumns => Self::scaled((178.0 * MM, None), 1.0),
            Size::Slide => Self::scaled((254.0 * MM, Some(143.0 * MM)), 1.5),
            Size::Custom {
                width_mm,
                height_mm,
            } => {
                let fine = |mm: f64| {
                    if mm.is_finite() {
                        mm.clamp(20.0, 1500.0)
                    } else {
                        100.0
                    }
                };
                Self::scaled((fine(width_mm) * MM, Some(fine(height_mm) * MM)), 1.0)
            }
        }
    }

    fn scaled(page: (f64, Option<f64>), scale: f64) -> Self {
        Self {
            page,
            small: 8.0 * scale,
            label: 8.5 * scale,
            title: 9.0 * scale,
            heading: 10.5 * scale,
            caption: 7.5 * scale,
            thin: 0.75 * scale,
            scale,
        }
    }

    /// The margin of the page.
    #[must_use]
    pub fn margin(&self) -> f64 {
        5.0 * self.scale
    }
}
