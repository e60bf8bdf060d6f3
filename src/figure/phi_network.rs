//! The network of a picture of Φ: units on a circle, connections, the cut, complexes as hulls.

use crate::base::num;

use super::colour::PAPER;
use super::drawing::{Anchor, Drawing, Paint, Text};
use super::font::{self, CAP_HEIGHT, Weight};
use super::path::padded_hull;
use super::phi_lines::{Circle, EDGES_MAX, connections};
use super::phi_parts::{PhiFigure, SMALL, ink};

/// Width and height of the network, points.
pub const NETWORK_SIZE: f64 = 236.0;
/// Between the circle of units and the border of the network, where names are short.
const RIM: f64 = 30.0;
/// The most room that a name outside takes.
const NAME: f64 = 52.0;
/// From the circle of a unit to that of a complex around it.
const HULL: f64 = 6.0;

/// Draws the network into a square whose upper left corner is given, and its legend below.
pub fn network(drawing: &mut Drawing, at: [f64; 2], of: &PhiFigure) {
    let n = of.units.len();
    let half = 0.5 * NETWORK_SIZE;
    let widths = of
        .units
        .iter()
        .map(|name| font::width(name, SMALL, Weight::Regular));
    let widest = widths.fold(0.0, f64::max);
    let rim = if widest > 1.6 * SMALL {
        RIM.max(widest.min(NAME) + 15.0)
    } else {
        RIM
    };
    let radius = if n < 2 { 0.0 } else { half - rim };
    let circle = Circle {
        centre: [at[0] + half, at[1] + half],
        radius,
        units: n,
        dot: (0.36 * num::TAU * radius.max(RIM) / n.max(1) as f64).clamp(1.2, 10.0),
    };
    for (k, (units, _)) in of.complexes.iter().enumerate() {
        complex(drawing, &circle, k, units);
    }
    let left_out = connections(drawing, &circle, of);
    for unit in 0..n {
        draw_unit(drawing, &circle, of, unit);
    }
    for (units, phi) in &of.complexes {
        complex_value(drawing, &circle, units, *phi);
    }
    legend(drawing, [at[0], at[1] + NETWORK_SIZE + 4.0], of, left_out);
}

fn known(circle: &Circle, units: &[usize]) -> Vec<usize> {
    let known = units.iter().copied().filter(|u| *u < circle.units);
    let mut known: Vec<usize> = known.collect();
    known.sort_unstable();
    known.dedup();
    known
}

fn complex(drawing: &mut Drawing, circle: &Circle, k: usize, units: &[usize]) {
    let units = known(circle, units);
    if units.is_empty() {
        return;
    }
    let corners: Vec<[f64; 2]> = units
        .iter()
        .map(|unit| circle.at(*unit, circle.radius))
        .collect();
    let colour = ink::COMPLEXES[k % ink::COMPLEXES.len()];
    let paint = Paint::fill(colour).faded(0.25).of("complex");
    drawing.path(padded_hull(&corners, circle.dot + HULL), paint);
}

/// The value of a complex: at its middle, but within the circle of units.
fn complex_value(drawing: &mut Drawing, circle: &Circle, units: &[usize], phi: f64) {
    let units = known(circle, units);
    if units.is_empty() || !phi.is_finite() {
        return;
    }
    let [mut dx, mut dy] = [0.0, 0.0];
    for unit in &units {
        let [x, y] = circle.at(*unit, circle.radius);
        dx += (x - circle.centre[0]) / units.len() as f64;
        dy += (y - circle.centre[1]) / units.len() as f64;
    }
    let most = (circle.radius - circle.dot - 16.0).max(0.0);
    let shrink = (most / num::hypot(dx, dy).max(1e-9)).min(1.0);
    let at = [
        circle.centre[0] + shrink * dx,
        circle.centre[1] + shrink * dy + 0.5 * CAP_HEIGHT * SMALL,
    ];
    let mut text = Text::new(at, format!("{phi:.4}"), SMALL, Anchor::Middle);
    // A white rim keeps the number legible on lines.
    text.rim = Some((PAPER, 1.2));
    drawing.text(text);
}

fn draw_unit(drawing: &mut Drawing, circle: &Circle, of: &PhiFigure, unit: usize) {
    let at = circle.at(unit, circle.radius);
    let state = of.states.as_ref().and_then(|states| states.get(unit));
    let second = of.sides.as_ref().is_some_and(|(_, b)| b.contains(&unit));
    let (fill, letters) = match (state, second) {
        (Some(1), _) => (ink::DARK, PAPER),
        (Some(_), _) => (PAPER, ink::DARK),
        (None, true) => (ink::RED, PAPER),
        (None, false) => (ink::BLUE, PAPER),
    };
    let paint = Paint::fill(fill).ringed(ink::DARK, 0.75).of("unit");
    if second {
        let corner = [at[0] - 0.9 * circle.dot, at[1] - 0.9 * circle.dot];
        drawing.rectangle(corner, [1.8 * circle.dot; 2], paint);
    } else {
        drawing.circle(at, circle.dot, paint);
    }
    if circle.dot < 3.8 {
        return;
    }
    let name = &of.units[unit];
    let down = 0.5 * CAP_HEIGHT * SMALL;
    if font::width(name, SMALL, Weight::Bold) <= 1.7 * circle.dot {
        let text = Text::new([at[0], at[1] + down], name.as_str(), SMALL, Anchor::Middle);
        drawing.text(text.bold().coloured(letters));
        return;
    }
    let outside = circle.at(unit, circle.radius + circle.dot + 4.0);
    let (anchor, room) = match outside[0] - circle.centre[0] {
        x if x > 9.0 => (Anchor::Start, 0.5 * NETWORK_SIZE - x),
        x if x < -9.0 => (Anchor::End, 0.5 * NETWORK_SIZE + x),
        _ => (Anchor::Middle, 2.0 * NAME),
    };
    let name = font::shortened(name, room, SMALL, Weight::Regular);
    drawing.text(Text::new(
        [outside[0], outside[1] + down],
        name,
        SMALL,
        anchor,
    ));
}

fn legend(drawing: &mut Drawing, at: [f64; 2], of: &PhiFigure, left_out: usize) {
    let mut words = Vec::new();
    match (&of.states, &of.sides) {
        (Some(_), _) => words.push("filled: on".to_owned()),
        (None, Some(_)) => words.push("circles and squares: the two sides".to_owned()),
        (None, None) => {}
    }
    if !of.cut.is_empty() || of.sides.is_some() {
        words.push("dashed: cut".to_owned());
    }
    if of.edges.iter().any(|edge| edge.2 < 0.0) {
        words.push("blue: negative".to_owned());
    }
    if !of.complexes.is_empty() {
        words.push("shaded: complexes".to_owned());
    }
    if left_out > 0 {
        words.push(format!(
            "only the {EDGES_MAX} strongest lines, {left_out} left out"
        ));
    }
    let words = words.join(" · ");
    let lines = font::wrapped(&words, NETWORK_SIZE, SMALL, Weight::Regular, LEGEND_LINES);
    for (k, line) in lines.iter().enumerate() {
        let y = at[1] + 1.3 * SMALL * k as f64;
        let text = Text::new([at[0], y], line.as_str(), SMALL, Anchor::Start);
        drawing.text(text.coloured(ink::QUIET));
    }
}

/// The most lines of the legend below the network.
pub const LEGEND_LINES: usize = 2;
