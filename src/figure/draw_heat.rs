//! Heat maps and colour bars → shapes.

use super::axis::{Axis, Scale, Track};
use super::chart::ColourBar;
use super::colour::{GAP, INK, Rgb};
use super::drawing::{Anchor, Drawing, Paint, Raster, Text};
use super::font::{self, Weight};
use super::frame::Frame;
use super::look::Look;
use super::mark::Heat;

/// The most cells that are drawn in each inch.
const CELLS_PER_INCH: f64 = 300.0;
/// Width of a colour bar, points on paper.
const BAR: f64 = 7.0;
/// Between the frame and the colour bar.
const BESIDE: f64 = 7.0;
/// Length of its ticks.
const TICK: f64 = 2.5;

/// Draws a matrix. Cells without a value are grey.
pub fn heat(drawing: &mut Drawing, heat: &Heat, frame: &Frame) {
    let rows = heat.values.len().checked_div(heat.columns).unwrap_or(0);
    let [left, right] = heat.x.map(|x| frame.x.place(x));
    let [low, high] = heat.y.map(|y| frame.y.place(y));
    if rows == 0 || ![left, right, low, high].iter().all(|x| x.is_finite()) {
        return;
    }
    let size = [(right - left).abs(), (low - high).abs()];
    let most = size.map(|points| ((points / 72.0 * CELLS_PER_INCH) as usize).max(1));
    let (columns, values) = averaged(heat.columns, &heat.values, most);
    let [first, last] = heat.range;
    let one = |value: &f64| {
        let share = (value - first) / (last - first);
        if value.is_finite() && share.is_finite() {
            heat.map.at(share)
        } else {
            GAP
        }
    };
    // The lowest row comes first in the matrix and last on the page.
    let mut cells: Vec<Rgb> = Vec::with_capacity(values.len());
    let flipped = high > low;
    let all: Vec<&[f64]> = values.chunks_exact(columns).collect();
    for k in 0..all.len() {
        let row = all[if flipped { k } else { all.len() - 1 - k }];
        if left <= right {
            cells.extend(row.iter().map(one));
        } else {
            cells.extend(row.iter().rev().map(one));
        }
    }
    drawing.raster(Raster {
        at: [left.min(right), low.min(high)],
        size,
        columns,
        cells,
    });
}

/// The means of blocks of cells, so that there are at most so many each way; those that are not
/// finite do not count. Gives cells in a row, and rows.
fn averaged(columns: usize, values: &[f64], most: [usize; 2]) -> (usize, Vec<f64>) {
    let rows = values.len() / columns;
    let (wide, high) = (columns.div_ceil(most[0]), rows.div_ceil(most[1]));
    if wide == 1 && high == 1 {
        return (columns, values[..rows * columns].to_vec());
    }
    let mut out = Vec::new();
    for top in (0..rows).step_by(high) {
        for left in (0..columns).step_by(wide) {
            let (mut sum, mut count) = (0.0, 0_u32);
            for row in top..(top + high).min(rows) {
                let line = &values[row * columns..(row + 1) * columns];
                for value in &line[left..(left + wide).min(columns)] {
                    if value.is_finite() {
                        sum += value;
                        count += 1;
                    }
                }
            }
            out.push(sum / f64::from(count));
        }
    }
    (columns.div_ceil(wide), out)
}

fn track(bar: &ColourBar, top: f64, bottom: f64) -> Track {
    Track {
        scale: bar.scale,
        low: bar.range[0],
        high: bar.range[1],
        start: bottom,
        end: top,
    }
}

/// The room to the right of a frame that a colour bar takes.
#[must_use]
pub fn bar_width(bar: &ColourBar, height: f64, look: &Look) -> f64 {
    let ticks = track(bar, 0.0, height).ticks(look.small, false);
    let widths = ticks.major.iter();
    let widest = widths.map(|(_, text)| font::width(text, look.small, Weight::Regular));
    let numbers = widest.fold(0.0, f64::max) + (TICK + 2.0) * look.scale;
    let label = if bar.label.is_empty() && bar.unit.is_empty() {
        0.0
    } else {
        1.5 * look.label
    };
    (BESIDE + BAR) * look.scale + numbers + label
}

/// Draws a colour bar to the right of a frame.
pub fn colour_bar(drawing: &mut Drawing, bar: &ColourBar, frame: &Frame, look: &Look) {
    const STEPS: usize = 128;
    let left = frame.right() + BESIDE * look.scale;
    let width = BAR * look.scale;
    let shade = |k: usize| bar.map.at(1.0 - (k as f64 + 0.5) / STEPS as f64);
    drawing.raster(Raster {
        at: [left, frame.top()],
        size: [width, frame.size[1]],
        columns: 1,
        cells: (0..STEPS).map(shade).collect(),
    });
    let line = Paint::line(INK, look.thin);
    let size = [width, frame.size[1]];
    drawing.rectangle([left, frame.top()], size, line);
    let track = track(bar, frame.top(), frame.bottom());
    let ticks = track.ticks(look.small, false);
    let right = left + width;
    let mut widest: f64 = 0.0;
    for (value, text) in &ticks.major {
        let y = track.place(*value);
        let end = right + TICK * look.scale;
        drawing.line([right, y], [end, y], line);
        let base = y + 0.5 * font::CAP_HEIGHT * look.small;
        let at = [end + 2.0 * look.scale, base];
        drawing.text(Text::new(at, text.as_str(), look.small, Anchor::Start));
        widest = widest.max(font::width(text, look.small, Weight::Regular));
    }
    let axis = Axis::new(bar.label.as_str(), bar.unit.as_str());
    let title = axis.title(ticks.power);
    if !title.is_empty() {
        let room = frame.size[1] + 2.0 * look.label;
        let title = axis.short_title(ticks.power, room, look.label);
        let x = right + (TICK + 2.0) * look.scale + widest + 1.2 * look.label;
        let y = frame.top() + 0.5 * frame.size[1];
        let mut text = Text::new([x, y], title, look.label, Anchor::Middle);
        text.turn_deg = -90.0;
        drawing.text(text);
    }
}

/// Whether values of a colour bar are all above zero, as a logarithmic one needs.
#[must_use]
pub fn is_drawable(bar: &ColourBar) -> bool {
    let [low, high] = bar.range;
    low.is_finite() && high.is_finite() && low < high && (bar.scale == Scale::Linear || low > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_averaged_without_gaps() {
        let nan = f64::NAN;
        let (columns, cells) = averaged(3, &[1.0, 3.0, 5.0, 1.0, nan, 7.0], [2, 9]);
        assert_eq!((columns, cells), (2, vec![2.0, 5.0, 1.0, 7.0]));
        let (_, cells) = averaged(2, &[nan, nan], [1, 1]);
        assert!(cells[0].is_nan());
    }
}
