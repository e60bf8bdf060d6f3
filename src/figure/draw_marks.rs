//! Marks → shapes.

use crate::base::num;

use super::colour::{Rgb, tinted};
use super::draw_heat::heat;
use super::drawing::{Dash, Drawing, Paint, Stroke, Text};
use super::font;
use super::frame::Frame;
use super::look::Look;
use super::mark::{
    Arrows, Band, Bars, Discs, Events, Labels, Line, Mark, Marker, Points, Segments,
};
use super::path::{Path, Place, finite};
use super::thin::{distinct, thinned};

/// How much of a span's colour is seen.
pub const SPAN_TINT: f64 = 0.18;

/// Draws the marks of a panel; where it is told, what is beyond its frame is cut off.
pub fn draw(drawing: &mut Drawing, marks: &[Mark], frame: &Frame, look: &Look, cut: bool) {
    let before = drawing.shapes.len();
    for mark in marks {
        if let Mark::Span(span) = mark {
            let (a, b) = (frame.x.place(span.from), frame.x.place(span.to));
            let (from, to) = (a.min(b).max(frame.left()), a.max(b).min(frame.right()));
            // A span of no length is seen too.
            let width = (to - from).max(0.5 * look.thin);
            if from.is_finite() && to.is_finite() && from <= frame.right() && to >= frame.left() {
                let paint = Paint::fill(tinted(span.colour, SPAN_TINT)).of("span");
                drawing.rectangle([from, frame.top()], [width, frame.size[1]], paint);
            }
        }
    }
    for mark in marks {
        match mark {
            Mark::Line(line) => curve(drawing, line, frame, look),
            Mark::Points(points) => scatter(drawing, points, frame, look),
            Mark::Bars(bars) => columns(drawing, bars, frame),
            Mark::Band(band) => area(drawing, band, frame),
            Mark::Events(events) => moments(drawing, events, frame, look),
            Mark::Level(level) => {
                let y = frame.y.place(level.at);
                if y.is_finite() {
                    let stroke = dashed(level.colour, 1.0 * look.scale, level.dash);
                    let ends = ([frame.left(), y], [frame.right(), y]);
                    drawing.line(ends.0, ends.1, Paint::stroke(stroke).of("level"));
                }
            }
            Mark::Heat(cells) => heat(drawing, cells, frame),
            Mark::Segments(segments) => edges(drawing, segments, frame, look),
            Mark::Discs(list) => discs(drawing, list, frame, look),
            Mark::Arrows(list) => arrows(drawing, list, frame, look),
            Mark::Span(_) | Mark::Labels(_) => {}
        }
    }
    if cut {
        // Lines along the border keep their width.
        let rim = look.thin;
        let corner = frame.corner.map(|x| x - rim);
        drawing.clip_since(before, corner, frame.size.map(|x| x + 2.0 * rim));
    }
    // What tells something is not cut at the border: half a word is none.
    for mark in marks {
        match mark {
            Mark::Events(events) => tips(drawing, events, frame, look),
            Mark::Labels(labels) => words(drawing, labels, frame, look),
            _ => {}
        }
    }
}

fn dashed(colour: Rgb, width: f64, dash: Dash) -> Stroke {
    Stroke {
        colour,
        width,
        dash,
    }
}

fn curve(drawing: &mut Drawing, line: &Line, frame: &Frame, look: &Look) {
    let mut places: Vec<Place> = Vec::with_capacity(line.points.len());
    for point in &line.points {
        let place = frame.place(*point);
        if line.step
            && let Some(before) = places.last().copied()
            && finite(before)
            && finite(place)
        {
            places.push([place[0], before[1]]);
        }
        places.push(place);
    }
    let places = thinned(places);
    let stroke = dashed(line.colour, line.width * look.scale, line.dash);
    // Points between two gaps would be nothing as a line.
    let lone = |k: usize| {
        let beside = |at: Option<&Place>| at.is_some_and(|p| finite(*p));
        let before = k.checked_sub(1).and_then(|k| places.get(k));
        finite(places[k]) && !beside(before) && !beside(places.get(k + 1))
    };
    for k in (0..places.len()).filter(|k| lone(*k)) {
        drawing.circle(places[k], 0.75 * stroke.width, Paint::fill(line.colour));
    }
    drawing.path(Path::lines(places), Paint::stroke(stroke).of("line"));
}

/// The outline of a point and whether it has an inside.
#[must_use]
pub fn marker(shape: Marker, [x, y]: Place, size: f64) -> (Path, bool) {
    let r = 0.5 * size;
    match shape {
        Marker::Circle => (Path::circle([x, y], r), true),
        Marker::Square => {
            // As large in area as the disc.
            let r = 0.886 * r;
            (Path::rectangle([x - r, y - r], [2.0 * r; 2]), true)
        }
        Marker::Up | Marker::Down => {
            let up = if shape == Marker::Up { 1.0 } else { -1.0 };
            let (wide, high, low) = (1.1 * r, 1.2 * r * up, 0.75 * r * up);
            let corners = [[x, y - high], [x + wide, y + low], [x - wide, y + low]];
            (Path::polygon(corners), true)
        }
        Marker::Diamond => {
            let r = 1.2 * r;
            (
                Path::polygon([[x, y - r], [x + r, y], [x, y + r], [x - r, y]]),
                true,
            )
        }
        Marker::Cross => {
            let r = 0.85 * r;
            let nan = [f64::NAN; 2];
            let ends = [
                [x - r, y - r],
                [x + r, y + r],
                nan,
                [x - r, y + r],
                [x + r, y - r],
            ];
            (Path::lines(ends), false)
        }
        Marker::Plus => {
            let nan = [f64::NAN; 2];
            (
                Path::lines([[x - r, y], [x + r, y], nan, [x, y - r], [x, y + r]]),
                false,
            )
        }
    }
}

/// How points of a colour are painted.
#[must_use]
pub fn marker_paint(inside: bool, hollow: bool, colour: Rgb, look: &Look) -> Paint {
    if inside && !hollow {
        Paint::fill(colour)
    } else {
        Paint::line(colour, look.thin)
    }
}

fn scatter(drawing: &mut Drawing, points: &Points, frame: &Frame, look: &Look) {
    let places: Vec<Place> = points.at.iter().map(|p| frame.place(*p)).collect();
    let colour = |k: usize| points.colours.get(k).copied().unwrap_or(points.colour);
    let size = points.size * look.scale;
    for k in distinct(&places, colour) {
        let (path, inside) = marker(points.shape, places[k], size);
        let paint = marker_paint(inside, points.hollow, colour(k), look);
        drawing.path(path, paint.faded(points.opacity).of("point"));
    }
}

fn columns(drawing: &mut Drawing, bars: &Bars, frame: &Frame) {
    let half = 0.5 * bars.width;
    let floor = |value: f64| {
        let y = frame.y.place(value);
        if y.is_finite() { y } else { frame.bottom() }
    };
    for (k, [at, value]) in bars.at.iter().enumerate() {
        let (left, right) = (frame.x.place(at - half), frame.x.place(at + half));
        let (base, top) = (floor(bars.base), frame.y.place(*value));
        let colour = bars.colours.get(k).copied().unwrap_or(bars.colour);
        if [left, right, top].iter().all(|x| x.is_finite()) {
            let corner = [left.min(right), base.min(top)];
            let size = [(right - left).abs(), (base - top).abs()];
            drawing.rectangle(corner, size, Paint::fill(colour).of("bar"));
        }
    }
}

fn area(drawing: &mut Drawing, band: &Band, frame: &Frame) {
    let paint = Paint::fill(band.colour).faded(band.opacity).of("band");
    let fine =
        |p: &[f64; 3]| finite(frame.place([p[0], p[1]])) && finite(frame.place([p[0], p[2]]));
    for run in band.points.chunk_by(|a, b| fine(a) == fine(b)) {
        if !run.first().is_some_and(fine) {
            continue;
        }
        let upper = thinned(run.iter().map(|p| frame.place([p[0], p[2]])).collect());
        let mut lower = thinned(run.iter().map(|p| frame.place([p[0], p[1]])).collect());
        lower.reverse();
        drawing.path(Path::polygon(upper.into_iter().chain(lower)), paint);
    }
}

fn moments(drawing: &mut Drawing, events: &Events, frame: &Frame, look: &Look) {
    let stroke = dashed(events.colour, look.thin, events.dash);
    for x in seen_moments(events, frame) {
        let (top, bottom) = ([x, frame.top()], [x, frame.bottom()]);
        drawing.line(top, bottom, Paint::stroke(stroke).of("event"));
    }
}

/// The shapes at the upper ends of moments.
fn tips(drawing: &mut Drawing, events: &Events, frame: &Frame, look: &Look) {
    let size = 5.0 * look.scale;
    for x in seen_moments(events, frame) {
        if let Some(shape) = events.tip {
            let (path, inside) = marker(shape, [x, frame.top() + 0.6 * size], size);
            drawing.path(path, marker_paint(inside, false, events.colour, look));
        }
    }
}

/// Where moments in range lie on the page; of those that cannot be told apart, one.
fn seen_moments(events: &Events, frame: &Frame) -> Vec<f64> {
    let inside = events.at.iter().filter(|at| frame.x.contains(**at));
    let mut places: Vec<f64> = inside.map(|at| frame.x.place(*at)).collect();
    places.sort_by(f64::total_cmp);
    places.dedup_by(|a, b| (*a - *b).abs() < 0.24);
    places
}

fn edges(drawing: &mut Drawing, segments: &Segments, frame: &Frame, look: &Look) {
    let width = segments.width * look.scale;
    // Neighbours of one colour are one outline.
    let colour = |k: usize| segments.colours.get(k).copied().unwrap_or(segments.colour);
    let numbers: Vec<usize> = (0..segments.ends.len()).collect();
    for same in numbers.chunk_by(|a, b| colour(*a) == colour(*b) && segments.opacity >= 1.0) {
        let ends = same.iter().flat_map(|k| {
            let [a, b] = segments.ends[*k].map(|end| frame.place(end));
            [a, b, [f64::NAN; 2]]
        });
        let paint = Paint::line(colour(same[0]), width).faded(segments.opacity);
        drawing.path(whole_segments(ends.collect()), paint.of("edge"));
    }
}

/// Lines between pairs of places that are both finite.
fn whole_segments(places: Vec<Place>) -> Path {
    let pairs = places
        .chunks_exact(3)
        .filter(|p| finite(p[0]) && finite(p[1]));
    Path::lines(pairs.flatten().copied())
}

fn discs(drawing: &mut Drawing, discs: &Discs, frame: &Frame, look: &Look) {
    for (k, at) in discs.at.iter().enumerate() {
        let at = frame.place(*at);
        if finite(at) {
            let colour = discs.colours.get(k).copied().unwrap_or(discs.colour);
            let paint = Paint::fill(colour).ringed(discs.ring, look.thin).of("disc");
            drawing.circle(at, discs.radius * look.scale, paint);
        }
    }
}

fn arrows(drawing: &mut Drawing, arrows: &Arrows, frame: &Frame, look: &Look) {
    let width = arrows.width * look.scale;
    for ends in &arrows.ends {
        let [from, to] = ends.map(|end| frame.place(end));
        if finite(from) && finite(to) {
            arrow(
                drawing,
                [from, to],
                arrows.gap * look.scale,
                width,
                arrows.colour,
            );
        }
    }
}

/// A line with a full head at its end, which stands so far before the second place.
pub fn arrow(drawing: &mut Drawing, [from, to]: [Place; 2], gap: f64, width: f64, colour: Rgb) {
    let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    let length = num::hypot(dx, dy);
    if length <= gap + 0.1 {
        return;
    }
    let [ux, uy] = [dx / length, dy / length];
    let head = (3.0 + 2.2 * width).min(0.7 * (length - gap));
    let at = |back: f64, aside: f64| {
        [
            to[0] - ux * (gap + back) - uy * aside,
            to[1] - uy * (gap + back) + ux * aside,
        ]
    };
    drawing.line(
        from,
        at(0.8 * head, 0.0),
        Paint::line(colour, width).of("arrow"),
    );
    let corners = [at(0.0, 0.0), at(head, 0.42 * head), at(head, -0.42 * head)];
    drawing.path(Path::polygon(corners), Paint::fill(colour));
}

fn words(drawing: &mut Drawing, labels: &Labels, frame: &Frame, look: &Look) {
    for (at, word) in &labels.at {
        let [x, y] = frame.place(*at);
        let inside = frame.x.contains(at[0]) && frame.y.contains(at[1]);
        if inside && x.is_finite() && y.is_finite() {
            let [right, down] = labels.offset.map(|points| points * look.scale);
            let base = y + down + 0.5 * font::CAP_HEIGHT * look.small;
            let mut text = Text::new([x + right, base], word.as_str(), look.small, labels.anchor);
            text.colour = labels.colour;
            drawing.text(text);
        }
    }
}
