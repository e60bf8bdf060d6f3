//! The structure of a figure: each distinction a row, with what it specifies as dots.

use super::plot_parts::{FigureDistinction, PhiFigure, ink};
use super::plot_svg::{Anchor, Svg};

/// The most distinctions that are drawn; of more, the largest.
const ROWS_MAX: usize = 28;
const ROW: f64 = 17.0;
const HEAD: f64 = 46.0;
/// Width of the arcs between related distinctions.
const ARCS: f64 = 54.0;
/// Least length of the bars.
const BARS: f64 = 110.0;

/// Pixels that the structure takes downwards.
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

/// Draws the structure: cause, mechanism and effect as dots by unit, φ_d as a bar, and at the left
/// arcs between distinctions whose purviews share a unit in the same state.
pub fn structure(svg: &mut Svg, at: [f64; 2], width: f64, of: &PhiFigure) {
    let mut rows: Vec<&FigureDistinction> = of.distinctions.iter().collect();
    rows.sort_by(|a, b| b.phi.total_cmp(&a.phi).then(a.mechanism.cmp(&b.mechanism)));
    rows.truncate(ROWS_MAX);
    let n = of.units.len().max(1);
    let step = ((width - ARCS - BARS - 40.0) / (3 * n) as f64).clamp(3.0, 15.0);
    let block = step * n as f64 + 14.0;
    let left = at[0] + ARCS;
    let bars = left + 3.0 * block + 6.0;
    head(svg, at, left, block, bars, of);

    let longest = rows
        .iter()
        .map(|d| d.phi)
        .filter(|phi| phi.is_finite())
        .fold(0.0, f64::max);
    let room = at[0] + width - bars - 52.0;
    for (k, row) in rows.iter().enumerate() {
        let y = at[1] + HEAD + ROW * (k as f64 + 0.5);
        let dot = (0.36 * step).min(5.0);
        let mut place = |column: usize, unit: usize, filled: bool, colour: &str| {
            if unit >= n {
                return;
            }
            let x = left + block * column as f64 + step * (unit as f64 + 0.5);
            let fill = if filled { colour } else { "#ffffff" };
            let style = format!(r#"fill="{fill}" stroke="{colour}" stroke-width="1.3""#);
            svg.circle([x, y], dot, &style);
        };
        let state = |list: &[u8], k: usize| list.get(k).is_some_and(|bit| *bit == 1);
        for (k, unit) in row.cause.0.iter().enumerate() {
            place(0, *unit, state(&row.cause.1, k), ink::BLUE);
        }
        for unit in &row.mechanism {
            let on = of
                .states
                .as_deref()
                .is_none_or(|states| state(states, *unit));
            place(1, *unit, on, ink::DARK);
        }
        for (k, unit) in row.effect.0.iter().enumerate() {
            place(2, *unit, state(&row.effect.1, k), ink::RED);
        }
        if row.phi.is_finite() && longest > 0.0 {
            let length = room * row.phi.max(0.0) / longest;
            let style = format!(r#"class="bar" fill="{}""#, ink::QUIET);
            svg.rectangle([bars, y - 5.0], [length, 10.0], &style);
            let style = format!(r#"fill="{}" font-size="11""#, ink::DARK);
            let text = format!("{:.4}", row.phi);
            svg.text([bars + length + 5.0, y + 4.0], &text, Anchor::Start, &style);
        }
    }
    arcs(svg, [left - 4.0, at[1] + HEAD], &rows);
    let hidden = of.distinctions.len() - rows.len();
    if hidden > 0 {
        let y = at[1] + HEAD + ROW * (rows.len() as f64 + 0.7);
        let text = format!("and {hidden} smaller distinctions");
        let style = format!(r#"fill="{}" font-size="12""#, ink::QUIET);
        svg.text([left, y], &text, Anchor::Start, &style);
    }
}

fn head(svg: &mut Svg, at: [f64; 2], left: f64, block: f64, bars: f64, of: &PhiFigure) {
    let title = format!(r#"fill="{}" font-size="15" font-weight="600""#, ink::DARK);
    let count = of.distinctions.len();
    svg.text(
        [at[0], at[1] + 6.0],
        &format!("{count} distinctions"),
        Anchor::Start,
        &title,
    );
    let names = [
        ("cause", ink::BLUE),
        ("mechanism", ink::DARK),
        ("effect", ink::RED),
    ];
    for (column, (name, colour)) in names.iter().enumerate() {
        let x = left + block * column as f64 + 2.0;
        let style = format!(r#"fill="{colour}" font-size="12""#);
        svg.text([x, at[1] + 34.0], name, Anchor::Start, &style);
    }
    let style = format!(r#"fill="{}" font-size="12""#, ink::QUIET);
    svg.text([bars, at[1] + 34.0], "φ_d, bits", Anchor::Start, &style);
    svg.text(
        [at[0] + 130.0, at[1] + 6.0],
        "arcs: purviews share a unit in the same state",
        Anchor::Start,
        &style,
    );
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

fn arcs(svg: &mut Svg, at: [f64; 2], rows: &[&FigureDistinction]) {
    let most = rows.len().max(2) as f64 - 1.0;
    for (j, lower) in rows.iter().enumerate() {
        for (i, upper) in rows[..j].iter().enumerate() {
            let common = shared(upper, lower);
            if common == 0 {
                continue;
            }
            let y = |k: usize| at[1] + ROW * (k as f64 + 0.5);
            let depth = 8.0 + (2.0 * ARCS - 30.0) * (j - i) as f64 / most;
            let opacity =
                (0.12 + 0.6 * common as f64 / 6.0).min(0.6) / (1.0 + 0.05 * rows.len() as f64);
            let [x, from, to] = [at[0], y(i), y(j)];
            let (out, middle) = (x - depth, 0.5 * (from + to));
            let path = format!("M{x:.1},{from:.1} Q{out:.1},{middle:.1} {x:.1},{to:.1}");
            let stroke = format!(r#"stroke="{}" stroke-width="1.2""#, ink::DARK);
            svg.shape(
                "path",
                &format!(r#"d="{path}" fill="none" {stroke} opacity="{opacity:.2}""#),
            );
        }
    }
}
