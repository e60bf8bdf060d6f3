//! Outlines: straight lines and Bézier curves, in points of 1/72 inch with y downwards.

use crate::base::num;

/// A place on the page, in points from its upper left corner.
pub type Place = [f64; 2];

/// One step of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Begins a part of the outline there.
    Move(Place),
    /// A straight line to there.
    Line(Place),
    /// A cubic Bézier curve: two control points and its end.
    Cubic(Place, Place, Place),
    /// Back to where the part began.
    Close,
}

/// An outline of one or more parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// Its steps in order; each part begins with [`Step::Move`].
    pub steps: Vec<Step>,
}

impl Path {
    /// Straight lines through places. A place that is not finite ends a part, and the next begins a
    /// new one.
    #[must_use]
    pub fn lines(places: impl IntoIterator<Item = Place>) -> Self {
        let mut path = Self::default();
        let mut drawing = false;
        for place in places {
            if !finite(place) {
                drawing = false;
                continue;
            }
            path.steps.push(if drawing {
                Step::Line(place)
            } else {
                Step::Move(place)
            });
            drawing = true;
        }
        path
    }

    /// A closed polygon.
    #[must_use]
    pub fn polygon(places: impl IntoIterator<Item = Place>) -> Self {
        let mut path = Self::lines(places);
        path.close();
        path
    }

    /// A part that begins there.
    pub fn move_to(&mut self, to: Place) {
        self.steps.push(Step::Move(to));
    }

    /// A straight line to there.
    pub fn line_to(&mut self, to: Place) {
        self.steps.push(Step::Line(to));
    }

    /// A cubic Bézier curve.
    pub fn cubic_to(&mut self, first: Place, second: Place, to: Place) {
        self.steps.push(Step::Cubic(first, second, to));
    }

    /// A quadratic Bézier curve from a given place, as the cubic that is the same.
    pub fn quad_to(&mut self, from: Place, control: Place, to: Place) {
        let toward = |end: Place| {
            [
                end[0] + (control[0] - end[0]) * 2.0 / 3.0,
                end[1] + (control[1] - end[1]) * 2.0 / 3.0,
            ]
        };
        self.cubic_to(toward(from), toward(to), to);
    }

    /// Back to where the part began.
    pub fn close(&mut self) {
        if !self.steps.is_empty() {
            self.steps.push(Step::Close);
        }
    }

    /// An arc of a circle that goes on from where the path stands: from an angle to another, rad,
    /// clockwise on the page for growing angles. A straight line leads to its beginning.
    pub fn arc(&mut self, centre: Place, radius: f64, from_rad: f64, to_rad: f64) {
        let parts = ((to_rad - from_rad).abs() / (0.5 * num::PI))
            .ceil()
            .max(1.0);
        let step = (to_rad - from_rad) / parts;
        // The control points of a circle's arc (Goldapp 1991, to 2.7e-4 of the radius at a
        // quarter).
        let (s, c) = num::sin_cos(0.25 * step);
        let reach = 4.0 / 3.0 * s / c.max(1e-9) * radius;
        let on = |angle: f64| {
            let (s, c) = num::sin_cos(angle);
            ([centre[0] + radius * c, centre[1] + radius * s], [-s, c])
        };
        let (start, _) = on(from_rad);
        match self.steps.last() {
            None | Some(Step::Close) => self.move_to(start),
            Some(_) => self.line_to(start),
        }
        for k in 0..parts as usize {
            let (a, da) = on(from_rad + step * k as f64);
            let (b, db) = on(from_rad + step * (k + 1) as f64);
            self.cubic_to(
                [a[0] + reach * da[0], a[1] + reach * da[1]],
                [b[0] - reach * db[0], b[1] - reach * db[1]],
                b,
            );
        }
    }

    /// A circle.
    #[must_use]
    pub fn circle(centre: Place, radius: f64) -> Self {
        let mut path = Self::default();
        path.arc(centre, radius, 0.0, num::TAU);
        path.close();
        path
    }

    /// A rectangle from its upper left corner, width and height.
    #[must_use]
    pub fn rectangle(corner: Place, size: [f64; 2]) -> Self {
        let ([x, y], [w, h]) = (corner, size);
        Self::polygon([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])
    }

    /// The outline with each place changed.
    #[must_use]
    pub fn mapped(&self, change: impl Fn(Place) -> Place) -> Self {
        let one = |step: &Step| match *step {
            Step::Move(a) => Step::Move(change(a)),
            Step::Line(a) => Step::Line(change(a)),
            Step::Cubic(a, b, c) => Step::Cubic(change(a), change(b), change(c)),
            Step::Close => Step::Close,
        };
        Self {
            steps: self.steps.iter().map(one).collect(),
        }
    }

    /// Whether every number in it is finite.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.steps.iter().all(|step| match *step {
            Step::Move(a) | Step::Line(a) => finite(a),
            Step::Cubic(a, b, c) => finite(a) && finite(b) && finite(c),
            Step::Close => true,
        })
    }
}

/// Whether both numbers are finite.
#[must_use]
pub fn finite(place: Place) -> bool {
    place[0].is_finite() && place[1].is_finite()
}

/// The hull of a convex polygon with a margin around it: all places at most so far from it. The
/// corners must go clockwise on the page; one and two corners make a disc and a rod.
#[must_use]
pub fn padded_hull(corners: &[Place], margin: f64) -> Path {
    let n = corners.len();
    if n < 2 {
        return corners
            .first()
            .map_or_else(Path::default, |at| Path::circle(*at, margin));
    }
    let mut path = Path::default();
    for k in 0..n {
        let (before, after) = (corners[(k + n - 1) % n], corners[(k + 1) % n]);
        let at = corners[k];
        // Outward is to the left of a way that goes clockwise on the page.
        let out = |a: Place, b: Place| num::atan2(a[0] - b[0], b[1] - a[1]);
        let from = out(before, at);
        let turn = num::wrap_angle(out(at, after) - from);
        path.arc(at, margin, from, from + turn);
    }
    path.close();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_begin_a_new_part() {
        let nan = [f64::NAN, 0.0];
        let path = Path::lines([
            nan,
            [0.0, 0.0],
            [1.0, 0.0],
            nan,
            nan,
            [2.0, 0.0],
            [3.0, 1.0],
        ]);
        let moves = path.steps.iter().filter(|s| matches!(s, Step::Move(_)));
        assert_eq!((moves.count(), path.steps.len()), (2, 4));
        assert!(path.is_finite());
    }

    #[test]
    fn a_circle_is_round() {
        let ends = Path::circle([5.0, 5.0], 2.0);
        assert_eq!(ends.steps.len(), 6);
        for step in &ends.steps {
            if let Step::Cubic(_, _, end) = step {
                let r = num::hypot(end[0] - 5.0, end[1] - 5.0);
                assert!((r - 2.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_padded_hull_lies_outside_its_corners() {
        let square = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];
        let hull = padded_hull(&square, 1.0);
        let mut extremes = [f64::INFINITY, f64::NEG_INFINITY];
        for step in &hull.steps {
            if let Step::Move([x, _]) | Step::Line([x, _]) | Step::Cubic(_, _, [x, _]) = step {
                extremes = [extremes[0].min(*x), extremes[1].max(*x)];
            }
        }
        assert!((extremes[0] + 1.0).abs() < 1e-9 && (extremes[1] - 11.0).abs() < 1e-9);
        assert!(padded_hull(&[[0.0, 0.0], [1.0, 0.0]], 1.0).is_finite());
        assert!(padded_hull(&[], 1.0).steps.is_empty());
    }
}
