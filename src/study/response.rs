//! Figures of a sweep: how a statistic answers to the parameters.
//!
//! One parameter gives a curve of means with the band from the least to the greatest seed; two on a
//! grid give a heat map of means; others become a curve each. Where points are drawn, they are shown
//! as points.

use crate::figure::colour::{INK, category};
use crate::figure::{
    Axis, Band, ColourBar, ColourMap, Dash, Figure, Heat, Line, Mark, Panel, Points, Scale, Size,
};
use crate::registry::Metrics;
use crate::scenario::{Column, Statistic};

use super::design::Design;
use super::groups::{Group, groups, is_numeric, levels};
use super::table::Table;

/// Curves of one figure at most.
const CURVES_MAX: usize = 7;
/// Values of an axis that have their names on it at most.
const NAMES_MAX: usize = 12;

/// Which parameters lie on the axes; the usual ones when absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Across<'a> {
    /// The path on the horizontal axis.
    pub x: Option<&'a str>,
    /// The path on the vertical axis of a heat map.
    pub y: Option<&'a str>,
}

/// A heat map of means: its levels and values by rows from below.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Paths of the two axes.
    pub paths: [String; 2],
    /// The values of the horizontal axis.
    pub x: Vec<String>,
    /// The values of the vertical axis.
    pub y: Vec<String>,
    /// Means by rows from below; NaN where there is none.
    pub values: Vec<f64>,
}

/// What there is to draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// A heat map.
    Map(Map),
    /// Curves over one axis, each with its name.
    Curves(usize, Vec<(String, Vec<Group>)>),
    /// Points over one axis.
    Scatter(usize, Vec<Group>),
}

fn chosen(table: &Table, path: Option<&str>) -> Result<Option<usize>, String> {
    let Some(path) = path else {
        return Ok(None);
    };
    let told = || {
        format!(
            "{path} is not varied, expected one of {}",
            table.axes.join(", ")
        )
    };
    table.axis(path).map(Some).ok_or_else(told)
}

/// What a statistic's figure shows.
///
/// # Errors
/// When a path is not varied, or there are more curves than a figure holds.
pub fn picture(
    table: &Table,
    design: &Design,
    column: usize,
    across: Across,
) -> Result<Picture, String> {
    let groups = groups(table, column);
    let varied: Vec<usize> = (0..table.axes.len())
        .filter(|axis| levels(&groups, *axis).len() > 1)
        .collect();
    let (x, y) = (chosen(table, across.x)?, chosen(table, across.y)?);
    let first = varied
        .iter()
        .copied()
        .find(|axis| is_numeric(&groups, *axis));
    let x = x
        .or_else(|| first.filter(|axis| Some(*axis) != y))
        .or(varied.first().copied());
    let Some(x) = x.or((!table.axes.is_empty()).then_some(0)) else {
        return Ok(Picture::Curves(0, vec![(String::new(), groups)]));
    };
    if matches!(
        design,
        Design::Lhs { .. } | Design::Random { .. } | Design::Search { .. }
    ) {
        return Ok(Picture::Scatter(x, groups));
    }
    let others: Vec<usize> = varied.iter().copied().filter(|axis| *axis != x).collect();
    let y = y.or(match &others[..] {
        [only] if is_numeric(&groups, *only) && levels(&groups, *only).len() > 2 => Some(*only),
        _ => None,
    });
    if let Some(y) = y {
        return map(table, &groups, x, y).map(Picture::Map);
    }
    let mut curves: Vec<(String, Vec<Group>)> = Vec::new();
    for group in groups {
        let name: Vec<String> = others
            .iter()
            .map(|axis| format!("{} = {}", short(&table.axes[*axis]), group.values[*axis]))
            .collect();
        let name = name.join(", ");
        match curves.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => own.push(group),
            None => curves.push((name, vec![group])),
        }
    }
    if curves.len() > CURVES_MAX {
        let paths: Vec<&str> = others
            .iter()
            .map(|axis| table.axes[*axis].as_str())
            .collect();
        return Err(format!(
            "{} would be {} curves, expected at most {CURVES_MAX}: choose a second axis of a heat \
             map by --y, one of {}",
            paths.join(" and "),
            curves.len(),
            paths.join(", ")
        ));
    }
    Ok(Picture::Curves(x, curves))
}

fn map(table: &Table, groups: &[Group], x: usize, y: usize) -> Result<Map, String> {
    if x == y {
        return Err(format!("{} lies on both axes, expected two", table.axes[x]));
    }
    let (across, up) = (levels(groups, x), levels(groups, y));
    let mut sums = vec![(0.0, 0_u32); across.len() * up.len()];
    for group in groups.iter().filter(|own| own.count > 0) {
        let place = |levels: &[String], axis: usize| {
            levels.iter().position(|own| *own == group.values[axis])
        };
        if let (Some(column), Some(row)) = (place(&across, x), place(&up, y)) {
            let own = &mut sums[row * across.len() + column];
            *own = (own.0 + group.mean, own.1 + 1);
        }
    }
    Ok(Map {
        paths: [table.axes[x].clone(), table.axes[y].clone()],
        x: across,
        y: up,
        values: sums
            .into_iter()
            .map(|(sum, count)| sum / f64::from(count))
            .collect(),
    })
}

/// A statistic as a person reads it: `mean of coherence`, `last of order of left`.
fn named(column: &Column, label: &str) -> String {
    let take = match column.take {
        Statistic::TimeAbove(level) => format!("time above {level}"),
        Statistic::TimeBelow(level) => format!("time below {level}"),
        plain => plain.to_string(),
    };
    match column.scope.as_str() {
        "cluster" => format!("{take} of {label}"),
        scope => format!("{take} of {label}, {scope}"),
    }
}

/// The last names of a path, which tell it to a person.
#[must_use]
pub fn short(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}

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

/// The figure of a statistic.
///
/// # Errors
/// As [`picture`], and when no cell has a value.
pub fn figure(
    table: &Table,
    design: &Design,
    column: usize,
    across: Across,
    (scene, metrics): (&str, &Metrics),
) -> Result<Figure, String> {
    let own = table
        .columns
        .get(column)
        .ok_or("there is no such statistic")?;
    let (name, unit) = match metrics.find(&own.metric) {
        Some(metric) => (named(own, &metric.label), own.take.unit(metric.unit)),
        None => (own.to_string(), ""),
    };
    let seeds = table
        .rows
        .iter()
        .take_while(|row| row.point == table.rows[0].point)
        .count();
    if table
        .rows
        .iter()
        .all(|row| row.statistics.get(column).copied().flatten().is_none())
    {
        return Err(format!("{name} has no value in any cell"));
    }
    let panel = match picture(table, design, column, across)? {
        Picture::Map(map) => heat(&map, &name, unit),
        Picture::Curves(x, curves) => lines(table, x, &curves, (&name, unit), seeds),
        Picture::Scatter(x, groups) => scatter(table, x, &groups, (&name, unit)),
    };
    let cells = table.rows.len();
    let told = match seeds {
        0 | 1 => format!("scene {scene} · {cells} cells"),
        seeds => format!("scene {scene} · {cells} cells · {seeds} seeds a point"),
    };
    Ok(Figure {
        caption: vec![format!("{told} · {}", design.told())],
        ..Figure::new(name, vec![panel], Size::TwoColumns)
    })
}

fn heat(map: &Map, name: &str, unit: &str) -> Panel {
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

fn lines(
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

fn scatter(table: &Table, x: usize, groups: &[Group], (name, unit): (&str, &str)) -> Panel {
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
    use super::super::groups::tests::table;
    use super::*;

    #[test]
    fn one_axis_is_a_curve_and_drawn_points_are_points() {
        let table = table(&[
            (0, "2", 1, Some(1.0)),
            (0, "2", 2, Some(3.0)),
            (1, "1", 1, Some(0.0)),
            (1, "1", 2, Some(1.0)),
        ]);
        let picture = |design| picture(&table, &design, 0, Across::default()).unwrap();
        assert!(matches!(picture(Design::Grid), Picture::Curves(0, curves) if curves.len() == 1));
        assert!(matches!(
            picture(Design::Lhs { samples: 2 }),
            Picture::Scatter(0, _)
        ));
        let metrics = Metrics::default();
        let made = figure(&table, &Design::Grid, 0, Across::default(), ("s", &metrics)).unwrap();
        // The band, the line and its points.
        assert_eq!(made.panels[0].marks.len(), 3);
        let unknown = Across {
            x: Some("b"),
            y: None,
        };
        let told = super::picture(&table, &Design::Grid, 0, unknown).unwrap_err();
        assert!(
            told.contains("b is not varied, expected one of a"),
            "{told}"
        );
    }

    #[test]
    fn two_axes_of_numbers_are_a_map_of_means() {
        let mut two = table(&[]);
        two.axes.push("b".to_owned());
        for point in 0..9_usize {
            let mut one = table(&[(point, "0", 1, Some(point as f64))]).rows;
            one[0].values = vec![(point / 3).to_string(), (point % 3).to_string()];
            two.rows.append(&mut one);
        }
        let Picture::Map(map) = picture(&two, &Design::Grid, 0, Across::default()).unwrap() else {
            panic!("no map");
        };
        assert_eq!((map.x.len(), map.y.len()), (3, 3));
        assert_eq!(map.values[..4], [0.0, 3.0, 6.0, 1.0]);
        assert_eq!(scale("a", &map.x).1, [-0.5, 2.5]);
        let uneven = ["1", "10", "100"].map(str::to_owned);
        assert_eq!(scale("a", &uneven).1, [-0.5, 2.5]);
    }
}
