//! The panels of a sweep's figures.

use crate::figure::colour::{INK, category};
use crate::figure::{
    Axis, Band, ColourBar, ColourMap, Dash, Heat, Line, Mark, Panel, Points, Scale,
};

use super::groups::{Group, Map, is_numeric, levels};
use super::table::Table;

/// Values of an axis that have their names on it at most.
const NAMES_MAX: usize = 12;

/// Where levels lie on an axis, and the axis: numbers at even distances by their values, others by
/// their order with their names.
fn scale(path: &str, levels: &[String]) -> (Axis, [f64; 2]) {
    let numbers: Option<Vec<f64>> = levels.iter().map(|text| text.parse().ok()).collect();
    if let Some(numbers) = numbers.filter(|own| own.len() > 1) {
        let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
        let step = (last - first) / (numbers.len() - 1) as f64;
        let even = numbers
            .iter()
            .enumerate()
            .all(|(k, value)| (value - first - k as f64 * step).abs() <= 1e-6 * step.abs());
        if even {
            let ends = [first - step / 2.0, last + step / 2.0];
            return (Axis::new(path, "").within(ends[0], ends[1]), ends);
        }
    }
    let names: Vec<&str> = levels.iter().map(String::as_str).collect();
    let every = levels.len().div_ceil(NAMES_MAX);
    let mut axis = Axis::new(path, "").of_categories(&names);
    axis.names
        .retain(|(at, _)| (*at as usize).is_multiple_of(every));
    (axis, [-0.5, levels.len() as f64 - 0.5])
}

/// A heat map with its colour bar.
pub(super) fn heat(map: &Map, name: &str, unit: &str) -> Panel {
    let (x, across) = scale(&map.paths[0], &map.x);
    let (y, up) = scale(&map.paths[1], &map.y);
    let finite = map.values.iter().copied().filter(|value| value.is_finite());
    let low = finite.clone().fold(f64::INFINITY, f64::min);
    let high = finite.fold(f64::NEG_INFINITY, f64::max);
    let range = if low < high {
        [low, high]
    } else {
        [low - 0.5, low + 0.5]
    };
    let mut panel = Panel::new("", x, y).with(Mark::Heat(Heat {
        x: across,
        y: up,
        columns: map.x.len(),
        values: map.values.clone(),
        map: ColourMap::Viridis,
        range,
    }));
    panel.colour_bar = Some(ColourBar {
        label: name.to_owned(),
        unit: unit.to_owned(),
        map: ColourMap::Viridis,
        range,
        scale: Scale::Linear,
    });
    panel
}

/// Curves of means, with bands from the least to the greatest seed.
pub(super) fn lines(
    table: &Table,
    x: usize,
    curves: &[(String, Vec<Group>)],
    (name, unit): (&str, &str),
    seeds: usize,
) -> Panel {
    let all: Vec<Group> = curves.iter().flat_map(|own| own.1.clone()).collect();
    let path = table.axes.get(x).map_or("", String::as_str);
    let numeric = is_numeric(&all, x);
    let texts = levels(&all, x);
    let axis = match numeric {
        true => Axis::new(path, ""),
        false => scale(path, &texts).0,
    };
    let mut panel = Panel::new("", axis, Axis::new(name, unit));
    for (k, (label, groups)) in curves.iter().enumerate() {
        let at = |group: &Group| match numeric {
            true => group.numbers[x].unwrap_or(f64::NAN),
            false => {
                let place = texts
                    .iter()
                    .position(|own| group.values.get(x) == Some(own));
                place.map_or(0.0, |place| place as f64)
            }
        };
        let mut sorted: Vec<&Group> = groups.iter().collect();
        sorted.sort_by(|a, b| at(a).total_cmp(&at(b)));
        let colour = category(k);
        if seeds > 1 {
            let points = sorted
                .iter()
                .map(|own| [at(own), own.least, own.greatest])
                .collect();
            panel.marks.push(Mark::Band(Band {
                points,
                colour,
                opacity: 0.25,
                name: match k {
                    0 => format!("least … greatest of {seeds} seeds"),
                    _ => String::new(),
                },
            }));
        }
        let points: Vec<[f64; 2]> = sorted.iter().map(|own| [at(own), own.mean]).collect();
        let told = match (label.as_str(), seeds) {
            ("", 0 | 1) => String::new(),
            ("", _) => "mean".to_owned(),
            (label, _) => label.to_owned(),
        };
        let mut line = Line::new(told, points.clone(), colour);
        line.dash = Dash::Solid;
        panel.marks.push(Mark::Line(line));
        panel
            .marks
            .push(Mark::Points(Points::new("", points, colour)));
    }
    panel
}

/// The means of points.
pub(super) fn scatter(
    table: &Table,
    x: usize,
    groups: &[Group],
    (name, unit): (&str, &str),
) -> Panel {
    let texts = levels(groups, x);
    let numeric = is_numeric(groups, x);
    let axis = match numeric {
        true => Axis::new(table.axes[x].as_str(), ""),
        false => scale(&table.axes[x], &texts).0,
    };
    let at = groups.iter().filter(|own| own.count > 0).map(|own| {
        let place = || {
            texts
                .iter()
                .position(|text| *text == own.values[x])
                .unwrap_or(0) as f64
        };
        [
            own.numbers[x].filter(|_| numeric).unwrap_or_else(place),
            own.mean,
        ]
    });
    let points = Points::new("", at.collect(), INK);
    Panel::new("", axis, Axis::new(name, unit)).with(Mark::Points(points))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_numbers_lie_by_their_values_and_others_by_their_order() {
        let texts = |list: &[&str]| list.iter().map(|own| (*own).to_owned()).collect::<Vec<_>>();
        assert_eq!(scale("a", &texts(&["0", "0.5", "1"])).1, [-0.25, 1.25]);
        let (axis, ends) = scale("a", &texts(&["1", "10", "100"]));
        assert_eq!((ends, axis.names.len()), ([-0.5, 2.5], 3));
    }
}
