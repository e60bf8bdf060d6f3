//! The connections of a network of Φ: straight or bent lines with heads, dashed where they are cut.

use std::collections::BTreeSet;

use crate::base::num;

use super::drawing::{Dash, Drawing, Paint, Stroke};
use super::path::Path;
use super::phi_parts::{PhiFigure, ink};

/// The most connections that are drawn; of more, the strongest.
pub const EDGES_MAX: usize = 600;
/// Weight, relative to the largest, below which a connection is not drawn.
const FAINTEST: f64 = 0.02;

/// The circle that units stand on, points.
#[derive(Clone, Copy, Debug)]
pub struct Circle {
    /// Its middle.
    pub centre: [f64; 2],
    /// Its radius.
    pub radius: f64,
    /// How many units there are.
    pub units: usize,
    /// Radius of a unit.
    pub dot: f64,
}

impl Circle {
    /// The place of a unit, at a distance from the middle.
    #[must_use]
    pub fn at(&self, unit: usize, radius: f64) -> [f64; 2] {
        let angle = num::TAU * unit as f64 / self.units.max(1) as f64 - 0.5 * num::PI;
        let (sin, cos) = num::sin_cos(angle);
        let [x, y] = self.centre;
        [x + radius * cos, y + radius * sin]
    }
}

struct Connection {
    from: usize,
    to: usize,
    /// Weight without its sign, relative to the largest.
    strength: f64,
    negative: bool,
    cut: bool,
    /// How far it is bent, in its length.
    bend: f64,
    head: bool,
}

/// Draws connections; gives how many were too many.
pub fn connections(drawing: &mut Drawing, circle: &Circle, of: &PhiFigure) -> usize {
    let n = circle.units;
    let cut: BTreeSet<(usize, usize)> = of.cut.iter().map(|[from, to]| (*from, *to)).collect();
    let side_a: Option<BTreeSet<usize>> =
        of.sides.as_ref().map(|(a, _)| a.iter().copied().collect());
    let crosses = |from: usize, to: usize| {
        let sides = side_a.as_ref();
        cut.contains(&(from, to))
            || sides.is_some_and(|side| side.contains(&from) != side.contains(&to))
    };
    let drawable = |(from, to, weight): &&(usize, usize, f64)| {
        *from < n && *to < n && weight.is_finite() && *weight != 0.0
    };
    let mut edges: Vec<(usize, usize, f64)> = of.edges.iter().filter(drawable).copied().collect();
    let largest = edges.iter().fold(0.0, |most: f64, e| most.max(e.2.abs()));
    edges.retain(|(_, _, weight)| weight.abs() >= FAINTEST * largest);
    edges.sort_by(|a, b| {
        b.2.abs()
            .total_cmp(&a.2.abs())
            .then((a.0, a.1).cmp(&(b.0, b.1)))
    });
    let left_out = edges.len().saturating_sub(EDGES_MAX);
    edges.truncate(EDGES_MAX);
    let pairs: BTreeSet<(usize, usize, u64)> = edges
        .iter()
        .map(|(from, to, w)| (*from, *to, w.to_bits()))
        .collect();
    for (from, to, weight) in edges.iter().rev() {
        let both = of.states.is_none() && pairs.contains(&(*to, *from, weight.to_bits()));
        if both && from > to {
            continue;
        }
        let back = edges.iter().any(|(a, b, _)| (a, b) == (to, from));
        let line = Connection {
            from: *from,
            to: *to,
            strength: weight.abs() / largest,
            negative: *weight < 0.0,
            cut: crosses(*from, *to),
            bend: if back && !both { 0.14 } else { 0.0 },
            head: !both,
        };
        connection(drawing, circle, &line);
    }
    left_out
}

fn towards(from: [f64; 2], to: [f64; 2], by: f64) -> [f64; 2] {
    let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    let length = num::hypot(dx, dy).max(1e-9);
    [from[0] + by * dx / length, from[1] + by * dy / length]
}

fn connection(drawing: &mut Drawing, circle: &Circle, line: &Connection) {
    let (class, colour) = match (line.cut, line.negative) {
        (true, _) => ("cut", ink::RED),
        (false, true) => ("edge", ink::BLUE),
        (false, false) => ("edge", ink::DARK),
    };
    let opacity = if line.cut {
        0.95
    } else {
        0.2 + 0.6 * line.strength
    };
    let stroke = Stroke {
        colour,
        width: 0.75 + 0.4 * line.strength,
        dash: if line.cut { Dash::Dashed } else { Dash::Solid },
    };
    let paint = Paint::stroke(stroke).faded(opacity).of(class);
    if line.from == line.to {
        let radius = 0.75 * circle.dot;
        let at = circle.at(line.from, circle.radius + circle.dot + 0.55 * radius);
        drawing.circle(at, radius, paint);
        return;
    }
    let (a, b) = (
        circle.at(line.from, circle.radius),
        circle.at(line.to, circle.radius),
    );
    let [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    let length = num::hypot(dx, dy).max(1e-9);
    // The control point to the right of the way, so that both directions keep apart.
    let bend = line.bend * length;
    let control = [
        0.5 * (a[0] + b[0]) - bend * dy / length,
        0.5 * (a[1] + b[1]) + bend * dx / length,
    ];
    let start = towards(a, control, circle.dot + 1.0);
    let tip = towards(b, control, circle.dot + 1.5);
    let head = (0.5 * circle.dot).clamp(2.5, 4.5);
    let end = if line.head {
        towards(tip, control, 0.8 * head)
    } else {
        tip
    };
    let mut path = Path::default();
    path.move_to(start);
    path.quad_to(start, control, end);
    drawing.path(path, paint);
    if line.head {
        let base = towards(tip, control, head);
        let [ux, uy] = [(tip[0] - base[0]) / head, (tip[1] - base[1]) / head];
        let wing = 0.45 * head;
        let corners = [
            tip,
            [base[0] - wing * uy, base[1] + wing * ux],
            [base[0] + wing * uy, base[1] - wing * ux],
        ];
        drawing.path(Path::polygon(corners), Paint::fill(colour).faded(opacity));
    }
}
