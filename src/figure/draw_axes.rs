//! Axes → lines, ticks and letters.

use super::axis::Axis;
use super::chart::Panel;
use super::colour::INK;
use super::drawing::{Anchor, Drawing, Paint, Text};
use super::font::{self, Weight};
use super::frame::Frame;
use super::look::Look;
use super::mark::Mark;
use super::ticks::Ticks;

/// Length of a tick, points on paper.
const TICK: f64 = 3.0;
/// Between tick and number.
const GAP: f64 = 2.0;
/// The slope of names that do not fit beside each other, degrees.
const SLOPE_DEG: f64 = 35.0;
/// The most room that names of categories take, in sizes of letters.
const NAME_ROOM: f64 = 14.0;

/// The ticks of a panel's axes, and whether the names of x are written at a slope.
#[derive(Clone, Debug, Default)]
pub struct Ticking {
    /// Of the horizontal axis.
    pub x: Ticks,
    /// Of the vertical axis.
    pub y: Ticks,
    /// Names of x are written at a slope, since they are too long to stand side by side.
    pub sloped: bool,
}

/// The ticks of a panel in a frame.
#[must_use]
pub fn ticking(panel: &Panel, frame: &Frame, look: &Look) -> Ticking {
    let x = ticks(&panel.x, frame, look, true);
    let names = panel.x.names.len();
    let widest = x.major.iter();
    let widest = widest.map(|(_, text)| font::width(text, look.small, Weight::Regular));
    let each = frame.size[0] / names.max(1) as f64;
    Ticking {
        sloped: names > 0 && widest.fold(0.0, f64::max) + 0.5 * look.small > each,
        x,
        y: ticks(&panel.y, frame, look, false),
    }
}

fn ticks(axis: &Axis, frame: &Frame, look: &Look, along: bool) -> Ticks {
    let track = if along { frame.x } else { frame.y };
    if axis.hidden {
        return Ticks::default();
    }
    if axis.names.is_empty() {
        return track.ticks(look.small, along);
    }
    let room = NAME_ROOM * look.small;
    let short = |name: &String| font::shortened(name, room, look.small, Weight::Regular);
    let seen = axis.names.iter().filter(|(at, _)| track.contains(*at));
    Ticks {
        major: seen.map(|(at, name)| (*at, short(name))).collect(),
        ..Ticks::default()
    }
}

fn widest(ticks: &Ticks, look: &Look) -> f64 {
    let widths = ticks.major.iter();
    let widths = widths.map(|(_, text)| font::width(text, look.small, Weight::Regular));
    widths.fold(0.0, f64::max)
}

/// The room to the left of a frame that its axes take.
#[must_use]
pub fn left_room(panel: &Panel, ticking: &Ticking, frame: &Frame, look: &Look) -> f64 {
    let names = ticking.x.major.iter().map(|(value, text)| {
        let width = font::width(text, look.small, Weight::Regular);
        let share = if ticking.sloped { 0.82 } else { 0.5 };
        share * width - (frame.x.place(*value) - frame.left())
    });
    names.fold(beside_room(panel, ticking, frame, look), f64::max)
}

/// The room to the left of a frame that the vertical axis takes.
fn beside_room(panel: &Panel, ticking: &Ticking, frame: &Frame, look: &Look) -> f64 {
    if panel.y.hidden {
        return 0.0;
    }
    let title = match upright(panel, ticking, frame, look).len() {
        0 => 0.0,
        lines => (0.25 + 1.2 * lines as f64) * look.label,
    };
    (TICK + GAP) * look.scale + widest(&ticking.y, look) + title
}

/// The title of the vertical axis in one or two lines; the unit stays whole.
fn upright(panel: &Panel, ticking: &Ticking, frame: &Frame, look: &Look) -> Vec<String> {
    // It may be a little longer than its axis.
    let (room, size) = (frame.size[1] + 1.5 * look.label, look.label);
    let whole = panel.y.title(ticking.y.power);
    let lines = font::wrapped(&whole, room, size, Weight::Regular, 2);
    if lines.iter().any(|line| line.ends_with('…')) && !panel.y.label.is_empty() {
        let label = font::shortened(&panel.y.label, room, size, Weight::Regular);
        let nameless = Axis::new("", panel.y.unit.as_str()).title(ticking.y.power);
        let unit = font::shortened(&format!("({nameless})"), room, size, Weight::Regular);
        return if nameless.is_empty() {
            lines
        } else {
            vec![label, unit]
        };
    }
    lines
}

/// The room below a frame that the horizontal axis takes; `written` says whether it has numbers
/// there.
#[must_use]
pub fn bottom_room(panel: &Panel, ticking: &Ticking, look: &Look, written: bool) -> f64 {
    if panel.x.hidden {
        return 0.0;
    }
    if !written {
        return TICK * look.scale;
    }
    let (sin, _) = crate::base::num::sin_cos(SLOPE_DEG.to_radians());
    let numbers = if ticking.sloped {
        sin * widest(&ticking.x, look) + look.small
    } else {
        1.1 * look.small
    };
    let title = if panel.x.title(ticking.x.power).is_empty() {
        0.0
    } else {
        1.35 * look.label
    };
    (TICK + GAP) * look.scale + numbers + title
}

/// The room to the right of a frame that the last number of x takes.
#[must_use]
pub fn right_room(ticking: &Ticking, frame: &Frame, look: &Look) -> f64 {
    let Some((value, text)) = ticking.x.major.last() else {
        return 0.0;
    };
    if ticking.sloped {
        return 0.0;
    }
    let half = 0.5 * font::width(text, look.small, Weight::Regular);
    (frame.x.place(*value) + half - frame.right()).max(0.0)
}

/// Draws both axes of a panel. A panel of curves has an axis left and below; one of cells or of a
/// plane has a closed frame.
pub fn axes(
    drawing: &mut Drawing,
    panel: &Panel,
    frame: &Frame,
    ticking: &Ticking,
    look: &Look,
    written: bool,
) {
    let line = Paint::line(INK, look.thin);
    let cells = panel.marks.iter().any(|mark| matches!(mark, Mark::Heat(_)));
    let (low, high) = ([frame.left(), frame.bottom()], [frame.right(), frame.top()]);
    if (panel.equal_aspect || cells) && !panel.x.hidden && !panel.y.hidden {
        drawing.rectangle(frame.corner, frame.size, line.of("frame"));
    } else {
        if !panel.y.hidden {
            drawing.line(low, [low[0], high[1]], line.of("axis"));
        }
        if !panel.x.hidden {
            drawing.line(low, [high[0], low[1]], line.of("axis"));
        }
    }
    if !panel.x.hidden {
        horizontal(drawing, panel, frame, ticking, look, written);
    }
    if !panel.y.hidden {
        vertical(drawing, panel, frame, ticking, look);
    }
}

fn horizontal(
    drawing: &mut Drawing,
    panel: &Panel,
    frame: &Frame,
    ticking: &Ticking,
    look: &Look,
    written: bool,
) {
    let line = Paint::line(INK, look.thin);
    let tick = TICK * look.scale;
    let bottom = frame.bottom();
    for value in &ticking.x.minor {
        let x = frame.x.place(*value);
        drawing.line([x, bottom], [x, bottom + 0.6 * tick], line);
    }
    for (value, text) in &ticking.x.major {
        let x = frame.x.place(*value);
        drawing.line([x, bottom], [x, bottom + tick], line.of("tick"));
        if !written {
            continue;
        }
        let top = bottom + tick + GAP * look.scale;
        let base = top + 0.8 * look.small;
        let mut number = Text::new([x, base], text.as_str(), look.small, Anchor::Middle);
        if ticking.sloped {
            number.anchor = Anchor::End;
            number.at = [x + 0.35 * look.small, top + 0.55 * look.small];
            number.turn_deg = -SLOPE_DEG;
        }
        drawing.text(number);
    }
    let title = panel.x.title(ticking.x.power);
    if written && !title.is_empty() {
        let room = frame.size[0] + 4.0 * look.label;
        let title = panel.x.short_title(ticking.x.power, room, look.label);
        let down = bottom_room(panel, ticking, look, true) - 0.25 * look.label;
        let at = [frame.left() + 0.5 * frame.size[0], bottom + down];
        drawing.text(Text::new(at, title, look.label, Anchor::Middle));
    }
}

fn vertical(drawing: &mut Drawing, panel: &Panel, frame: &Frame, ticking: &Ticking, look: &Look) {
    let line = Paint::line(INK, look.thin);
    let tick = TICK * look.scale;
    let left = frame.left();
    for value in &ticking.y.minor {
        let y = frame.y.place(*value);
        drawing.line([left, y], [left - 0.6 * tick, y], line);
    }
    for (value, text) in &ticking.y.major {
        let y = frame.y.place(*value);
        drawing.line([left, y], [left - tick, y], line.of("tick"));
        let base = y + 0.5 * font::CAP_HEIGHT * look.small;
        let at = [left - tick - GAP * look.scale, base];
        drawing.text(Text::new(at, text.as_str(), look.small, Anchor::End));
    }
    let lines = upright(panel, ticking, frame, look);
    let x = left - beside_room(panel, ticking, frame, look) + 0.85 * look.label;
    let y = frame.top() + 0.5 * frame.size[1];
    for (k, line) in lines.iter().enumerate() {
        let at = [x + 1.2 * look.label * k as f64, y];
        let mut text = Text::new(at, line.as_str(), look.label, Anchor::Middle);
        text.turn_deg = -90.0;
        drawing.text(text);
    }
}
