//! What the colours, lines and points of a panel mean: entries in lines above it or in a corner.

use super::colour::{PAPER, QUIET, Rgb, tinted};
use super::draw_marks::{SPAN_TINT, marker, marker_paint};
use super::drawing::{Anchor, Dash, Drawing, Paint, Stroke, Text};
use super::font::{self, Weight};
use super::frame::Frame;
use super::look::Look;
use super::mark::{Mark, Marker};
use super::path::{Place, finite};

/// The sample before a name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sample {
    Line(Rgb, f64, Dash),
    Point(Marker, f64, Rgb, bool),
    Patch(Rgb, f64),
    Moment(Rgb, Dash, Option<Marker>),
    Disc(Rgb, Rgb),
}

/// A sample and its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    sample: Sample,
    name: String,
}

/// Width of a line before a name and of any other sample, in sizes of letters.
const LINE: f64 = 1.9;
const SPOT: f64 = 1.0;
/// Between sample and name.
const NEAR: f64 = 0.4;
/// Between entries.
const APART: f64 = 1.3;
/// The most lines of a legend above a panel.
const LINES_MAX: usize = 4;

/// The entries of marks that have a name, each name once.
#[must_use]
pub fn entries(marks: &[Mark]) -> Vec<Entry> {
    let mut out: Vec<Entry> = Vec::new();
    for mark in marks {
        let (sample, name) = match mark {
            Mark::Line(m) => (Sample::Line(m.colour, m.width, m.dash), &m.name),
            Mark::Points(m) => (Sample::Point(m.shape, m.size, m.colour, m.hollow), &m.name),
            Mark::Bars(m) => (Sample::Patch(m.colour, 1.0), &m.name),
            Mark::Band(m) => (Sample::Patch(m.colour, m.opacity), &m.name),
            Mark::Span(m) => (Sample::Patch(tinted(m.colour, SPAN_TINT), 1.0), &m.name),
            Mark::Events(m) => (Sample::Moment(m.colour, m.dash, m.tip), &m.name),
            Mark::Level(m) => (Sample::Line(m.colour, 1.0, m.dash), &m.name),
            Mark::Segments(m) => (Sample::Line(m.colour, m.width, Dash::Solid), &m.name),
            Mark::Arrows(m) => (Sample::Line(m.colour, m.width, Dash::Solid), &m.name),
            Mark::Discs(m) => (Sample::Disc(m.colour, m.ring), &m.name),
            Mark::Heat(_) | Mark::Labels(_) => continue,
        };
        if !name.is_empty() && out.iter().all(|entry| entry.name != *name) {
            out.push(Entry {
                sample,
                name: name.clone(),
            });
        }
    }
    out
}

fn sample_width(entry: &Entry, look: &Look) -> f64 {
    let sizes = match entry.sample {
        Sample::Line(..) => LINE,
        _ => SPOT,
    };
    sizes * look.small
}

fn name_width(name: &str, look: &Look) -> f64 {
    font::width(name, look.small, Weight::Regular)
}

fn entry_width(entry: &Entry, look: &Look) -> f64 {
    sample_width(entry, look) + NEAR * look.small + name_width(&entry.name, look)
}

/// Width of entries in one line.
#[must_use]
pub fn one_line(entries: &[Entry], look: &Look) -> f64 {
    let widths = entries.iter().map(|entry| entry_width(entry, look));
    widths.sum::<f64>() + APART * look.small * entries.len().saturating_sub(1) as f64
}

/// Entries in lines that are at most so wide; names that are wider than a line are shortened. Of
/// too many, the last line tells how many are not listed.
#[must_use]
pub fn lines(entries: &[Entry], room: f64, look: &Look) -> Vec<Vec<Entry>> {
    let mut out: Vec<Vec<Entry>> = Vec::new();
    let name_room = room - (LINE + NEAR) * look.small;
    for entry in entries {
        let mut entry = entry.clone();
        entry.name = font::shortened(&entry.name, name_room, look.small, Weight::Regular);
        match out.last_mut() {
            Some(line) => {
                line.push(entry);
                if one_line(line, look) > room
                    && let Some(entry) = line.pop()
                {
                    out.push(vec![entry]);
                }
            }
            None => out.push(vec![entry]),
        }
    }
    if out.len() > LINES_MAX {
        let hidden: usize = out.drain(LINES_MAX..).map(|line| line.len()).sum();
        if let Some(line) = out.last_mut() {
            let more = |hidden: usize| Entry {
                sample: Sample::Patch(PAPER, 0.0),
                name: format!("and {hidden} more"),
            };
            line.push(more(hidden));
            let mut hidden = hidden;
            while line.len() > 1 && one_line(line, look) > room {
                line.remove(line.len() - 2);
                hidden += 1;
                line.pop();
                line.push(more(hidden));
            }
        }
    }
    out
}

/// Height of a line of a legend, points.
#[must_use]
pub fn line_height(look: &Look) -> f64 {
    1.4 * look.small
}

/// Draws entries in a line whose base line begins at a place.
pub fn draw_line(drawing: &mut Drawing, entries: &[Entry], at: Place, look: &Look) {
    let [mut x, y] = at;
    for entry in entries {
        draw_entry(drawing, entry, [x, y], look);
        x += entry_width(entry, look) + APART * look.small;
    }
}

fn draw_entry(drawing: &mut Drawing, entry: &Entry, [x, y]: Place, look: &Look) {
    let size = look.small;
    let (width, middle) = (sample_width(entry, look), y - 0.5 * font::CAP_HEIGHT * size);
    let half = x + 0.5 * width;
    match entry.sample {
        Sample::Line(colour, wide, dash) => {
            let stroke = Stroke {
                colour,
                width: wide.clamp(0.75, 3.0) * look.scale,
                dash,
            };
            drawing.line([x, middle], [x + width, middle], Paint::stroke(stroke));
        }
        Sample::Point(shape, wide, colour, hollow) => {
            let wide = wide.clamp(2.5, 7.0) * look.scale;
            let (path, inside) = marker(shape, [half, middle], wide);
            drawing.path(path, marker_paint(inside, hollow, colour, look));
        }
        Sample::Patch(colour, opacity) => {
            if opacity > 0.0 {
                let corner = [x, middle - 0.4 * size];
                let paint = Paint::fill(colour).faded(opacity);
                drawing.rectangle(corner, [width, 0.8 * size], paint);
            }
        }
        Sample::Moment(colour, dash, tip) => {
            let stroke = Stroke {
                colour,
                width: look.thin,
                dash,
            };
            let (top, bottom) = ([half, middle - 0.5 * size], [half, middle + 0.5 * size]);
            drawing.line(top, bottom, Paint::stroke(stroke));
            if let Some(shape) = tip {
                let (path, inside) = marker(shape, [half, middle], 5.0 * look.scale);
                drawing.path(path, marker_paint(inside, false, colour, look));
            }
        }
        Sample::Disc(colour, ring) => {
            let paint = Paint::fill(colour).ringed(ring, look.thin);
            drawing.circle([half, middle], 0.35 * size, paint);
        }
    }
    if matches!(entry.sample, Sample::Patch(_, opacity) if opacity <= 0.0) {
        let text = Text::new([x, y], entry.name.as_str(), size, Anchor::Start);
        drawing.text(text.coloured(QUIET));
    } else {
        let at = [x + width + NEAR * size, y];
        drawing.text(Text::new(at, entry.name.as_str(), size, Anchor::Start));
    }
}

/// Draws entries one below the other in the corner of a frame that has the least in it.
pub fn draw_inside(
    drawing: &mut Drawing,
    entries: &[Entry],
    marks: &[Mark],
    frame: &Frame,
    look: &Look,
) {
    if entries.is_empty() {
        return;
    }
    let pad = 0.5 * look.small;
    let room = (frame.size[0] - 4.0 * pad - (LINE + NEAR) * look.small).max(2.0 * look.small);
    let fits = ((frame.size[1] - 4.0 * pad) / line_height(look)).max(1.0) as usize;
    let short = |entry: &Entry| Entry {
        name: font::shortened(&entry.name, room, look.small, Weight::Regular),
        sample: entry.sample,
    };
    let mut shown: Vec<Entry> = entries.iter().take(fits).map(short).collect();
    if entries.len() > fits
        && let Some(last) = shown.last_mut()
    {
        last.sample = Sample::Patch(PAPER, 0.0);
        last.name = format!("and {} more", entries.len() - fits + 1);
    }
    let widths = shown.iter().map(|entry| entry_width(entry, look));
    let width = widths.fold(0.0, f64::max) + 2.0 * pad;
    let height = shown.len() as f64 * line_height(look) + 1.2 * pad;
    let (left, right) = (frame.left() + pad, frame.right() - pad - width);
    let (top, bottom) = (frame.top() + pad, frame.bottom() - pad - height);
    let corners = [[right, top], [left, top], [right, bottom], [left, bottom]];
    let seen = sampled(marks, frame);
    let hidden = |corner: &[f64; 2]| {
        let within = |p: &&Place| {
            p[0] >= corner[0] - pad
                && p[0] <= corner[0] + width + pad
                && p[1] >= corner[1] - pad
                && p[1] <= corner[1] + height + pad
        };
        seen.iter().filter(within).count()
    };
    let corner = corners
        .into_iter()
        .min_by_key(hidden)
        .unwrap_or([left, top]);
    let paint = Paint::fill(PAPER).faded(0.85);
    drawing.rectangle(corner, [width, height], paint);
    for (k, entry) in shown.iter().enumerate() {
        let y = corner[1] + 0.6 * pad + (k as f64 + 0.78) * line_height(look);
        draw_entry(drawing, entry, [corner[0] + pad, y], look);
    }
}

/// Places of marks on the page, at most some thousand each, of curves also between their points.
fn sampled(marks: &[Mark], frame: &Frame) -> Vec<Place> {
    const MOST: usize = 4_000;
    let mut out = Vec::new();
    for mark in marks {
        let points: Vec<[f64; 2]> = match mark {
            Mark::Line(m) => m.points.clone(),
            Mark::Points(m) => m.at.clone(),
            Mark::Bars(m) => m.at.clone(),
            Mark::Band(m) => m.points.iter().map(|p| [p[0], p[2]]).collect(),
            Mark::Discs(m) => m.at.clone(),
            Mark::Segments(m) => m.ends.iter().flatten().copied().collect(),
            _ => Vec::new(),
        };
        let step = points.len().div_ceil(MOST).max(1);
        let few: Vec<Place> = points
            .iter()
            .step_by(step)
            .map(|p| frame.place(*p))
            .collect();
        for (k, place) in few.iter().enumerate() {
            out.push(*place);
            let next = few.get(k + 1).copied().filter(|next| finite(*next));
            if let (Mark::Line(_), Some(next)) = (mark, next) {
                for share in [0.25, 0.5, 0.75] {
                    let between = |way: usize| place[way] + share * (next[way] - place[way]);
                    out.push([between(0), between(1)]);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::chart::Size;
    use super::super::mark::Line;
    use super::*;

    fn some(count: usize) -> Vec<Entry> {
        let one = |k| Mark::Line(Line::new(format!("curve {k}"), vec![], [0; 3]));
        entries(&(0..count).map(one).collect::<Vec<_>>())
    }

    #[test]
    fn each_name_is_told_once() {
        let line = |name: &str| Mark::Line(Line::new(name, vec![], [0; 3]));
        let found = entries(&[line("a"), line(""), line("a"), line("b")]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn lines_hold_what_fits_and_say_what_does_not() {
        let look = Look::of(Size::Column);
        for count in [1, 7, 40] {
            let lines = lines(&some(count), 200.0, &look);
            assert!(lines.len() <= LINES_MAX);
            let listed: usize = lines.iter().map(Vec::len).sum();
            for line in &lines {
                assert!(one_line(line, &look) <= 200.0);
            }
            if count == 40 {
                let last = &lines[LINES_MAX - 1].last().unwrap().name;
                assert_eq!(*last, format!("and {} more", count - (listed - 1)));
            }
        }
    }
}
