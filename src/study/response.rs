//! Figures of a sweep: how a statistic answers to the parameters.
//!
//! One parameter gives a curve of means with the band from the least to the greatest seed; two on a
//! grid give a heat map of means; others become a curve each. Where points are drawn, they are
//! shown as points.

use crate::figure::{Figure, Size};
use crate::registry::Metrics;
use crate::scenario::{Column, Statistic};

use super::design::Design;
use super::groups::{Group, Map, groups, is_numeric, levels};
use super::response_panels::{heat, lines, scatter};
use super::table::Table;

/// Curves of one figure at most.
const CURVES_MAX: usize = 7;

/// Which parameters lie on the axes; the usual ones when absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Across<'a> {
    /// The path on the horizontal axis.
    pub x: Option<&'a str>,
    /// The path on the vertical axis of a heat map.
    pub y: Option<&'a str>,
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

#[cfg(test)]
mod tests {
    use super::super::sample::table;
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
    }
}
