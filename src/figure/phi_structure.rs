//! The structure of a picture of Φ: each distinction a row, with what it specifies as dots.

use super::colour::PAPER;
use super::drawing::{Anchor, Drawing, Paint, Text};
use super::font::CAP_HEIGHT;
use super::path::Path;
use super::phi_parts::{FigureDistinction, PhiFigure, SMALL, ink};

/// The most distinctions that are drawn; of more, the largest.
const ROWS_MAX: usize = 28;
const ROW: f64 = 10.5;
const HEAD: f64 = 34.0;
/// Width of the arcs between related distinctions.
const ARCS: f64 = 27.0;
/// Least length of the bars.
const BARS: f64 = 40.0;
/// Room of the number behind a bar.
const NUMBER: f64 = 28.0;

/// Points that the structure takes downwards.
#[must_use]
pub fn structure_height(of: &PhiFigure) -> f64 {
    let rows = of.distinctions.len().min(ROWS_MAX);
    let more = if of.distinctions.len() > ROWS_MAX {
        ROW
    } else {
        0.0
    };
    HEAD + ROW * rows as f64 + more
}

/// Where the columns of a structure stand.
struct Columns {
    left: f64,
    /// Width of a unit within a column, and of a column.
    step: f64,
    block: f64,
    bars: f64,
}

/// Draws the structure: cause, mechanism and effect as dots by unit, φ_d as a bar, and at the left
/// arcs between distinctions whose purviews share a unit in the same state.
pub fn structure(drawing: &mut Drawing, at: [f64; 2], width: f64, of: &PhiFigure) {
    let mut rows: Vec<&FigureDistinction> = of.distinctions.iter().collect();
    rows.sort_by(|a, b| b.phi.total_cmp(&a.phi).then(a.mechanism.cmp(&b.mechanism)));
    rows.truncate(ROWS_MAX);
    let n = of.units.len().max(1);
    let step = ((width - ARCS - BARS - NUMBER - 24.0) / (3 * n) as f64).clamp(1.5, 9.0);
    // The head of a column is a word.
    let block = (step * n as f64 + 8.0).max(6.2 * SMALL);
    let left = at[0] + ARCS;
    let columns = Columns {
        left,
        step,
        block,
        bars: left + 3.0 * block + 4.0,
    };
    head(drawing, at, &columns, of);

    let finite = rows.iter().map(|d| d.phi).filter(|phi| phi.is_finite());
    let longest = finite.fold(0.0, f64::max);
    let room = (at[0] + width - columns.bars - NUMBER).max(8.0);
    for (k, row) in rows.iter().enumerate() {
        let y = at[1] + HEAD + ROW * (k as f64 + 0.5);
        dots(drawing, y, &columns, row, of);
        if row.phi.is_finite() && longest > 0.0 {
            let length = room * row.phi.max(0.0) / longest;
            let paint = Paint::fill(ink::QUIET).of("bar");
            drawing.rectangle([columns.bars, y - 3.0], [length, 6.0], paint);
            let at = [columns.bars + length + 3.0, y + 0.5 * CAP_HEIGHT * SMALL];
            let text = format!("{:.4}", row.phi);
            drawing.text(Text::new(at, text, SMALL, Anchor::Start));
        }
    }
    arcs(drawing, [left - 3.0, at[1] + HEAD], &rows);
    let hidden = of.distinctions.len() - rows.len();
    if hidden > 0 {
        let y = at[1] + HEAD + ROW * (rows.len() as f64 + 0.8);
        let text = format!("and {hidden} smaller distinctions");
        let text = Text::new([left, y], text, SMALL, Anchor::Start);
        drawing.text(text.coloured(ink::QUIET));
    }
}

/// The dots of a row: filled where the unit's state is on.
fn dots(drawing: &mut Drawing, y: f64, to: &Columns, row: &FigureDistinction, of: &PhiFigure) {
    let mut place = |column: usize, unit: usize, filled: bool, colour: [u8; 3]| {
        if unit >= of.units.len() {
            return;
        }
        let x = to.left + to.block * column as f64 + to.step * (unit as f64 + 0.5);
        let fill = if filled { colour } else { PAPER };
        let radius = (0.36 * to.step).min(3.0);
        drawing.circle([x, y], radius, Paint::fill(fill).ringed(colour, 0.75));
    };
    let state = |list: &[u8], k: usize| list.get(k).is_some_and(|bit| *bit == 1);
    for (k, unit) in row.cause.0.iter().enumerate() {
        place(0, *unit, state(&row.cause.1, k), ink::BLUE);
    }
    for unit in &row.mechanism {
        let on = of.states.as_deref();
        place(
            1,
            *unit,
            on.is_none_or(|states| state(states, *unit)),
            ink::DARK,
        );
    }
    for (k, unit) in row.effect.0.iter().enumerate() {
        place(2, *unit, state(&row.effect.1, k), ink::RED);
    }
}

fn head(drawing: &mut Drawing, at: [f64; 2], to: &Columns, of: &PhiFigure) {
    let count = of.distinctions.len();
    let title = Text::new(
        [at[0], at[1] + 7.0],
        format!("{count} distinctions"),
        9.0,
        Anchor::Start,
    );
    drawing.text(title.bold());
    let note = "arcs: purviews share a unit in the same state";
    let note = Text::new([at[0], at[1] + 17.5], note, SMALL, Anchor::Start);
    drawing.text(note.coloured(ink::QUIET));
    let names = [
        ("cause", ink::BLUE),
        ("mechanism", ink::DARK),
        ("effect", ink::RED),
    ];
    let y = at[1] + 29.5;
    for (column, (name, colour)) in names.iter().enumerate() {
        let x = to.left + to.block * column as f64;
        drawing.text(Text::new([x, y], *name, SMALL, Anchor::Start).coloured(*colour));
    }
    let text = Text::new([to.bars, y], "φ_d (bits)", SMALL, Anchor::Start);
    drawing.text(text.coloured(ink::QUIET));
}

/// Unit states that both distinctions specify, over causes and effects.
fn shared(a: &FigureDistinction, b: &FigureDistinction) -> usize {
    let states = |d: &FigureDistinction| {
        let both = [&d.cause, &d.effect];
        let mut list: Vec<(usize, u8)> = both
            .into_iter()
            .flat_map(|(units, states)| units.iter().copied().zip(states.iter().copied()))
            .collect();
        list.sort_unstable();
        list.dedup();
        list
    };
    let (a, b) = (states(a), states(b));
    a.iter().filter(|state| b.contains(state)).count()
}

fn arcs(drawing: &mut Drawing, at: [f64; 2], rows: &[&FigureDistinction]) {
    let most = rows.len().max(2) as f64 - 1.0;
    for (j, lower) in rows.iter().enumerate() {
        for (i, upper) in rows[..j].iter().enumerate() {
            let common = shared(upper, lower);
            if common == 0 {
                continue;
            }
            let y = |k: usize| at[1] + ROW * (k as f64 + 0.5);
            let depth = 4.0 + (2.0 * ARCS - 14.0) * (j - i) as f64 / most;
            let opacity =
                (0.12 + 0.6 * common as f64 / 6.0).min(0.6) / (1.0 + 0.05 * rows.len() as f64);
            let (from, to) = ([at[0], y(i)], [at[0], y(j)]);
            let mut path = Path::default();
            path.move_to(from);
            path.quad_to(from, [at[0] - depth, 0.5 * (from[1] + to[1])], to);
            drawing.path(path, Paint::line(ink::DARK, 0.75).faded(opacity));
        }
    }
}
