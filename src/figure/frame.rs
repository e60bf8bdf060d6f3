//! The inner rectangle of a panel: values → places on the page.

use super::axis::Track;
use super::path::Place;

/// Where a panel's values lie on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The upper left corner.
    pub corner: Place,
    /// Width and height, points.
    pub size: [f64; 2],
    /// Values of x, to the right.
    pub x: Track,
    /// Values of y, upwards.
    pub y: Track,
}

impl Frame {
    /// Where a pair of values lies; NaN where it has no place.
    #[must_use]
    pub fn place(&self, [x, y]: [f64; 2]) -> Place {
        [self.x.place(x), self.y.place(y)]
    }

    /// Its left border.
    #[must_use]
    pub fn left(&self) -> f64 {
        self.corner[0]
    }

    /// Its upper border.
    #[must_use]
    pub fn top(&self) -> f64 {
        self.corner[1]
    }

    /// Its right border.
    #[must_use]
    pub fn right(&self) -> f64 {
        self.corner[0] + self.size[0]
    }

    /// Its lower border.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.corner[1] + self.size[1]
    }

    /// Makes equal differences equally long by taking from the longer side, around the middle.
    #[must_use]
    pub fn with_equal_aspect(mut self) -> Self {
        let spans = [self.x.high - self.x.low, self.y.high - self.y.low];
        let each = (self.size[0] / spans[0]).min(self.size[1] / spans[1]);
        if !(each.is_finite() && each > 0.0) {
            return self;
        }
        let [w, h] = [each * spans[0], each * spans[1]];
        self.corner[0] += 0.5 * (self.size[0] - w);
        self.corner[1] += 0.5 * (self.size[1] - h);
        self.size = [w, h];
        (self.x.start, self.x.end) = (self.corner[0], self.corner[0] + w);
        (self.y.start, self.y.end) = (self.corner[1] + h, self.corner[1]);
        self
    }
}
