//! The figures of a sweep as text, for a terminal.

use super::groups::{Group, Map};
use super::response::{Picture, short};
use super::table::Table;

/// Shades from the least to the greatest value.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
/// Letters of a bar.
const BAR: usize = 40;
/// Rows and columns of a map at most.
const SIDE: usize = 60;

/// Four digits that mean something.
fn shown(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if !value.is_finite() => "–".to_owned(),
        s if s != 0.0 && !(1e-3..1e5).contains(&s) => format!("{value:.3e}"),
        s if s >= 100.0 => format!("{value:.1}"),
        _ => format!("{value:.4}"),
    }
}

/// The lines of a picture of a statistic.
#[must_use]
pub fn lines(picture: &Picture, table: &Table, name: &str) -> Vec<String> {
    match picture {
        Picture::Map(map) => heat(map, name),
        Picture::Curves(x, curves) => {
            let path = table.axes.get(*x).map_or("", |path| short(path));
            let all: Vec<&Group> = curves.iter().flat_map(|own| &own.1).collect();
            let mut lines = vec![format!("{name} over {path}")];
            for (label, groups) in curves {
                if !label.is_empty() {
                    lines.push(format!("{label}:"));
                }
                lines.extend(bars(groups, *x, &all));
            }
            lines
        }
        Picture::Scatter(x, groups) => {
            let with = groups.iter().filter(|own| own.count > 0);
            let best = with.clone().max_by(|a, b| a.mean.total_cmp(&b.mean));
            let least = with.min_by(|a, b| a.mean.total_cmp(&b.mean));
            let path = table.axes.get(*x).map_or("", |path| short(path));
            let mut lines = vec![format!("{name} over {path}: {} points", groups.len())];
            for (word, own) in [("greatest", best), ("least", least)] {
                lines.extend(own.map(|own| {
                    let at = own.values.iter().zip(&table.axes);
                    let at: Vec<String> = at
                        .map(|(value, path)| format!("{} = {value}", short(path)))
                        .collect();
                    format!("  {word} {} at {}", shown(own.mean), at.join(", "))
                }));
            }
            lines
        }
    }
}

fn bars(groups: &[Group], x: usize, all: &[&Group]) -> Vec<String> {
    let means = all
        .iter()
        .map(|own| own.mean)
        .filter(|mean| mean.is_finite());
    let low = means.clone().fold(0.0, f64::min);
    let high = means.fold(0.0, f64::max);
    let width = groups
        .iter()
        .map(|own| label(own, x).chars().count())
        .max()
        .unwrap_or(0);
    groups
        .iter()
        .map(|own| {
            let share = (own.mean - low) / (high - low);
            let length = if share.is_finite() {
                (share * BAR as f64).round() as usize
            } else {
                0
            };
            let spread = match own.count {
                0 => "  no value".to_owned(),
                1 => format!("  {}", shown(own.mean)),
                _ => {
                    let [mean, least, most] = [own.mean, own.least, own.greatest].map(shown);
                    format!("  {mean} ({least} … {most})")
                }
            };
            format!(
                "  {:>width$} │{}{spread}",
                label(own, x),
                "█".repeat(length.min(BAR))
            )
        })
        .collect()
}

fn label(group: &Group, x: usize) -> &str {
    group.values.get(x).map_or("", String::as_str)
}

fn heat(map: &Map, name: &str) -> Vec<String> {
    let [across, up] = [&map.paths[0], &map.paths[1]].map(|path| short(path));
    let mut lines = vec![format!("mean of {name}: {across} →, {up} ↑")];
    if map.x.len() > SIDE || map.y.len() > SIDE {
        lines.push(format!(
            "  {} × {} values; see the figure",
            map.x.len(),
            map.y.len()
        ));
        return lines;
    }
    let finite = map.values.iter().copied().filter(|value| value.is_finite());
    let low = finite.clone().fold(f64::INFINITY, f64::min);
    let high = finite.fold(f64::NEG_INFINITY, f64::max);
    let width = map
        .y
        .iter()
        .map(|own| own.chars().count())
        .max()
        .unwrap_or(0);
    for (row, level) in map.y.iter().enumerate().rev() {
        let values = &map.values[row * map.x.len()..(row + 1) * map.x.len()];
        let shades = values.iter().map(|value| {
            let share = if high > low {
                (value - low) / (high - low)
            } else {
                1.0
            };
            let at = (share * SHADES.len() as f64) as usize;
            let shade = if value.is_finite() {
                SHADES[at.min(SHADES.len() - 1)]
            } else {
                '·'
            };
            [shade; 2].iter().collect::<String>()
        });
        let shades: String = shades.collect();
        lines.push(format!("  {level:>width$} │{shades}│"));
    }
    let (first, last) = (map.x.first(), map.x.last());
    let ends = [first, last].map(|own| own.map_or("", String::as_str));
    lines.push(format!("  {:>width$}  {} … {}", "", ends[0], ends[1]));
    let legend: Vec<String> = SHADES.iter().map(|own| format!("{own}{own}")).collect();
    lines.push(format!(
        "  {} {} {}   ·· no value",
        shown(low),
        legend.join(""),
        shown(high)
    ));
    lines
}

#[cfg(test)]
mod tests {
    use super::super::response::{Across, picture};
    use super::super::sample::table;
    use super::*;
    use crate::study::design::Design;

    #[test]
    fn curves_are_bars_and_maps_are_shades() {
        let table = table(&[
            (0, "1", 1, Some(0.5)),
            (0, "1", 2, Some(1.5)),
            (1, "20", 1, Some(2.0)),
        ]);
        let own = picture(&table, &Design::Grid, 0, Across::default()).unwrap();
        let text = lines(&own, &table, "x:mean");
        assert_eq!(text[0], "x:mean over a");
        assert_eq!(
            text[1],
            format!("   1 │{}  1.0000 (0.5000 … 1.5000)", "█".repeat(20))
        );
        assert_eq!(text[2], format!("  20 │{}  2.0000", "█".repeat(40)));
        let map = Map {
            paths: ["p.a", "b"].map(str::to_owned),
            x: ["0", "1"].map(str::to_owned).to_vec(),
            y: ["0", "5"].map(str::to_owned).to_vec(),
            values: vec![0.0, 1.0, f64::NAN, 0.5],
        };
        let text = heat(&map, "x:mean");
        assert_eq!(
            text[..4],
            [
                "mean of x:mean: a →, b ↑",
                "  5 │··▒▒│",
                "  0 │  ██│",
                "     0 … 1"
            ]
        );
    }
}
