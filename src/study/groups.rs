//! The cells of a point taken together: a statistic over the seeds.

use super::table::Table;

/// A statistic of the cells of one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The values of the axes, as text.
    pub values: Vec<String>,
    /// The same as numbers, where they are some.
    pub numbers: Vec<Option<f64>>,
    /// Cells that have a value.
    pub count: usize,
    /// Their mean; NaN of none.
    pub mean: f64,
    /// The least of them.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
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

impl Group {
    fn of(values: &[String], found: &[f64]) -> Self {
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        Self {
            values: values.to_vec(),
            numbers: values.iter().map(|text| text.parse().ok()).collect(),
            count: found.len(),
            mean,
            least: found.iter().copied().reduce(f64::min).unwrap_or(f64::NAN),
            greatest: found.iter().copied().reduce(f64::max).unwrap_or(f64::NAN),
        }
    }
}

/// The points of a table with the statistic at a place, in the order of their numbers. Cells that
/// came to no value leave their point without one.
#[must_use]
pub fn groups(table: &Table, column: usize) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut at = 0;
    while let Some(first) = table.rows.get(at) {
        let of_point = table.rows[at..]
            .iter()
            .take_while(|row| row.point == first.point);
        let values: Vec<Option<f64>> = of_point
            .map(|row| row.statistics.get(column).copied().flatten())
            .collect();
        at += values.len();
        let found: Vec<f64> = values
            .into_iter()
            .flatten()
            .filter(|value| value.is_finite())
            .collect();
        groups.push(Group::of(&first.values, &found));
    }
    groups
}

/// The different values of an axis, numbers in their order, texts in that of the points.
#[must_use]
pub fn levels(groups: &[Group], axis: usize) -> Vec<String> {
    let mut levels: Vec<String> = Vec::new();
    for group in groups {
        if let Some(value) = group.values.get(axis)
            && !levels.contains(value)
        {
            levels.push(value.clone());
        }
    }
    let numbers: Option<Vec<f64>> = levels.iter().map(|text| text.parse().ok()).collect();
    if let Some(numbers) = numbers {
        let mut both: Vec<(f64, String)> = numbers.into_iter().zip(levels).collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0));
        levels = both.into_iter().map(|own| own.1).collect();
    }
    levels
}

/// Whether all values of an axis are numbers.
#[must_use]
pub fn is_numeric(groups: &[Group], axis: usize) -> bool {
    !groups.is_empty()
        && groups
            .iter()
            .all(|own| own.numbers.get(axis).is_some_and(Option::is_some))
}

#[cfg(test)]
mod tests {
    use super::super::sample::table;
    use super::*;

    #[test]
    fn a_point_is_the_mean_of_its_seeds_within_their_band() {
        let table = table(&[
            (0, "10", 1, Some(1.0)),
            (0, "10", 2, Some(3.0)),
            (1, "9", 1, None),
            (1, "9", 2, Some(5.0)),
            (2, "x", 1, None),
        ]);
        let groups = groups(&table, 0);
        let found: Vec<_> = groups
            .iter()
            .map(|own| (own.count, own.least, own.greatest))
            .collect();
        assert_eq!(found[..2], [(2, 1.0, 3.0), (1, 5.0, 5.0)]);
        assert_eq!(groups[0].mean, 2.0);
        assert!(groups[2].mean.is_nan() && groups[2].count == 0);
        assert_eq!(levels(&groups[..2], 0), ["9", "10"]);
        assert_eq!(levels(&groups, 0), ["10", "9", "x"]);
        assert!(is_numeric(&groups[..2], 0) && !is_numeric(&groups, 0));
    }
}
