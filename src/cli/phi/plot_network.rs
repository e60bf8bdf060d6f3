//! The network of a figure: units on a circle, connections, the cut, complexes as hulls.

use std::collections::BTreeSet;

use crate::base::num;

use super::plot_parts::{PhiFigure, ink};
use super::plot_svg::{Anchor, Svg};

/// Width and height of the network, pixels.
pub const NETWORK_SIZE: f64 = 520.0;
/// The most connections that are drawn; of more, the strongest.
const EDGES_MAX: usize = 600;
/// Weight, relative to the largest, below which a connection is not drawn.
const FAINTEST: f64 = 0.02;

struct Circle {
    centre: [f64; 2],
    radius: f64,
    units: usize,
    /// Radius of a unit.
    dot: f64,
}

impl Circle {
    fn angle(&self, unit: usize) -> f64 {
        num::TAU * unit as f64 / self.units.max(1) as f64 - 0.5 * num::PI
    }

    fn at(&self, unit: usize, radius: f64) -> [f64; 2] {
        let (sin, cos) = num::sin_cos(self.angle(unit));
        let [x, y] = self.centre;
        [x + radius * cos, y + radius * sin]
    }
}

/// Draws the network into a square whose upper left corner is given.
pub fn network(svg: &mut Svg, at: [f64; 2], of: &PhiFigure) {
    let n = of.units.len();
    let half = 0.5 * NETWORK_SIZE;
    let radius = if n < 2 { 0.0 } else { half - 60.0 };
    let circle = Circle {
        centre: [at[0] + half, at[1] + half],
        radius,
        units: n,
        dot: (0.36 * num::TAU * radius.max(60.0) / n.max(1) as f64).clamp(2.5, 22.0),
    };
    for (k, (units, _)) in of.complexes.iter().enumerate() {
        complex(svg, &circle, k, units);
    }
    let left_out = connections(svg, &circle, of);
    for unit in 0..n {
        draw_unit(svg, &circle, of, unit);
    }
    for (units, phi) in &of.complexes {
        complex_value(svg, &circle, units, *phi);
    }
    legend(svg, [at[0], at[1] + NETWORK_SIZE], of, left_out);
}

fn complex(svg: &mut Svg, circle: &Circle, k: usize, units: &[usize]) {
    let colour = ink::COMPLEXES[k % ink::COMPLEXES.len()];
    let width = 2.0 * circle.dot + 26.0;
    let mut units: Vec<usize> = units
        .iter()
        .copied()
        .filter(|u| *u < circle.units)
        .collect();
    units.sort_unstable();
    let points: Vec<String> = units
        .iter()
        .map(|unit| circle.at(*unit, circle.radius))
        .map(|[x, y]| format!("{x:.1},{y:.1}"))
        .collect();
    let Some(first) = points.first() else {
        return;
    };
    // A fat round stroke around the polygon is its hull with a margin.
    let place = if points.len() == 1 {
        format!("M{first} l0.1,0")
    } else {
        format!("M{} Z", points.join(" L"))
    };
    svg.shape(
        "path",
        &format!(
            "class=\"complex\" d=\"{place}\" fill=\"{colour}\" stroke=\"{colour}\" \
             stroke-width=\"{width:.1}\" stroke-linejoin=\"round\" stroke-linecap=\"round\" \
             opacity=\"0.22\""
        ),
    );
}

/// The value of a complex: at its middle, but within the circle of units.
fn complex_value(svg: &mut Svg, circle: &Circle, units: &[usize], phi: f64) {
    let units: Vec<usize> = units
        .iter()
        .copied()
        .filter(|u| *u < circle.units)
        .collect();
    if units.is_empty() || !phi.is_finite() {
        return;
    }
    let [mut dx, mut dy] = [0.0, 0.0];
    for unit in &units {
        let [x, y] = circle.at(*unit, circle.radius);
        dx += (x - circle.centre[0]) / units.len() as f64;
        dy += (y - circle.centre[1]) / units.len() as f64;
    }
    let most = (circle.radius - circle.dot - 28.0).max(0.0);
    let shrink = (most / num::hypot(dx, dy).max(1e-9)).min(1.0);
    let at = [
        circle.centre[0] + shrink * dx,
        circle.centre[1] + shrink * dy + 4.0,
    ];
    // A white rim keeps the number legible on lines.
    let rim = r#"paint-order="stroke" stroke="white" stroke-width="4""#;
    let style = format!(r#"fill="{}" font-size="12" {rim}"#, ink::DARK);
    svg.text(at, &format!("{phi:.4}"), Anchor::Middle, &style);
}

/// Draws connections; gives how many were too many.
fn connections(svg: &mut Svg, circle: &Circle, of: &PhiFigure) -> usize {
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
        let line = Line {
            from: *from,
            to: *to,
            strength: weight.abs() / largest,
            inhibits: *weight < 0.0,
            cut: crosses(*from, *to),
            bend: if back && !both { 0.14 } else { 0.0 },
            arrow: !both,
        };
        connection(svg, circle, &line);
    }
    left_out
}

struct Line {
    from: usize,
    to: usize,
    strength: f64,
    inhibits: bool,
    cut: bool,
    bend: f64,
    arrow: bool,
}

fn connection(svg: &mut Svg, circle: &Circle, line: &Line) {
    let (class, colour) = match (line.cut, line.inhibits) {
        (true, _) => ("cut", ink::RED),
        (false, true) => ("edge", ink::BLUE),
        (false, false) => ("edge", ink::DARK),
    };
    let opacity = if line.cut {
        0.95
    } else {
        0.18 + 0.6 * line.strength
    };
    let width = 0.8 + 1.4 * line.strength;
    let dash = if line.cut {
        r#" stroke-dasharray="6 5""#
    } else {
        ""
    };
    let stroke = format!(r#"stroke="{colour}" stroke-width="{width:.1}"{dash}"#);
    let style = format!(r#"class="{class}" fill="none" {stroke} opacity="{opacity:.2}""#);
    if line.from == line.to {
        let loop_radius = 0.75 * circle.dot;
        let at = circle.at(line.from, circle.radius + circle.dot + 0.55 * loop_radius);
        svg.circle(at, loop_radius, &style);
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
    let towards = |from: [f64; 2], to: [f64; 2], by: f64| {
        let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
        let length = num::hypot(dx, dy).max(1e-9);
        [from[0] + by * dx / length, from[1] + by * dy / length]
    };
    let start = towards(a, control, circle.dot + 2.0);
    let tip = towards(b, control, circle.dot + 3.0);
    let head = (0.45 * circle.dot).clamp(3.0, 8.0);
    let end = if line.arrow {
        towards(tip, control, 0.8 * head)
    } else {
        tip
    };
    svg.shape(
        "path",
        &format!(
            r#"d="M{:.1},{:.1} Q{:.1},{:.1} {:.1},{:.1}" {style}"#,
            start[0], start[1], control[0], control[1], end[0], end[1]
        ),
    );
    if line.arrow {
        let base = towards(tip, control, head);
        let [ux, uy] = [(tip[0] - base[0]) / head, (tip[1] - base[1]) / head];
        let wing = 0.5 * head;
        svg.shape(
            "path",
            &format!(
                r#"d="M{:.1},{:.1} L{:.1},{:.1} L{:.1},{:.1} Z" fill="{colour}" opacity="{opacity:.2}""#,
                tip[0],
                tip[1],
                base[0] - wing * uy,
                base[1] + wing * ux,
                base[0] + wing * uy,
                base[1] - wing * ux
            ),
        );
    }
}

fn draw_unit(svg: &mut Svg, circle: &Circle, of: &PhiFigure, unit: usize) {
    let at = circle.at(unit, circle.radius);
    let state = of.states.as_ref().and_then(|states| states.get(unit));
    let second = of.sides.as_ref().is_some_and(|(_, b)| b.contains(&unit));
    let (fill, letters) = match (state, second) {
        (Some(1), _) => (ink::DARK, "#ffffff"),
        (Some(_), _) => ("#ffffff", ink::DARK),
        (None, true) => (ink::RED, "#ffffff"),
        (None, false) => (ink::BLUE, "#ffffff"),
    };
    let style = format!(
        r#"class="unit" fill="{fill}" stroke="{}" stroke-width="1.6""#,
        ink::DARK
    );
    if second {
        let corner = [at[0] - 0.9 * circle.dot, at[1] - 0.9 * circle.dot];
        svg.rectangle(corner, [1.8 * circle.dot; 2], &style);
    } else {
        svg.circle(at, circle.dot, &style);
    }
    if circle.dot < 8.0 {
        return;
    }
    let name = &of.units[unit];
    if name.chars().count() <= 3 {
        let style = format!(r#"fill="{letters}" font-weight="600""#);
        svg.text([at[0], at[1] + 4.5], name, Anchor::Middle, &style);
    } else {
        let outside = circle.at(unit, circle.radius + circle.dot + 8.0);
        let anchor = match outside[0] - circle.centre[0] {
            x if x > 20.0 => Anchor::Start,
            x if x < -20.0 => Anchor::End,
            _ => Anchor::Middle,
        };
        let style = format!(r#"fill="{}" font-size="12""#, ink::DARK);
        svg.text([outside[0], outside[1] + 4.0], name, anchor, &style);
    }
}

fn legend(svg: &mut Svg, at: [f64; 2], of: &PhiFigure, left_out: usize) {
    let mut words = Vec::new();
    match (&of.states, &of.sides) {
        (Some(_), _) => words.push("filled: on"),
        (None, Some(_)) => words.push("circles and squares: the two sides"),
        (None, None) => {}
    }
    if !of.cut.is_empty() || of.sides.is_some() {
        words.push("dashed: cut");
    }
    if of.edges.iter().any(|edge| edge.2 < 0.0) {
        words.push("blue: negative");
    }
    if !of.complexes.is_empty() {
        words.push("shaded: complexes");
    }
    let strongest = format!("only the {EDGES_MAX} strongest lines, {left_out} left out");
    if left_out > 0 {
        words.push(&strongest);
    }
    let style = format!(r#"fill="{}" font-size="12""#, ink::QUIET);
    svg.text(
        [at[0], at[1] + 4.0],
        &words.join(" · "),
        Anchor::Start,
        &style,
    );
}
