//! Designs: which combinations of values are run.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::base::random::{KeyedRng, Purpose};

use super::axis::{Axis, Values};

/// Points of a design at most.
pub const POINTS_MAX: usize = 10_000_000;

/// The values of the axes in one point, as RON text; an empty one leaves the scene's.
pub type Point = Vec<String>;

/// How points are chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// Every combination; the last axis changes fastest.
    Grid,
    /// The first values of all axes, then the second ones, and so on.
    Zip,
    /// A Latin hypercube (McKay, Beckman & Conover 1979): each axis is cut into as many equal
    /// parts as there are points, and each part is met once.
    Lhs {
        /// Number of points.
        samples: usize,
    },
    /// Independent draws.
    Random {
        /// Number of points.
        samples: usize,
    },
    /// The rows of a table.
    Table {
        /// The file.
        file: String,
    },
    /// Points that a search chose; see `search`.
    Search {
        /// What it is called.
        method: String,
    },
}

impl Design {
    /// The points of axes, drawn with a seed where they are drawn.
    ///
    /// # Errors
    /// Where the axes do not fit the design, with what would.
    pub fn points(&self, axes: &[Axis], seed: u64) -> Result<Vec<Point>, String> {
        if axes.is_empty() && !matches!(self, Self::Search { .. } | Self::Table { .. }) {
            return Ok(vec![Vec::new()]);
        }
        match self {
            Self::Grid => grid(axes),
            Self::Zip => zip(axes),
            Self::Lhs { samples } => Ok(drawn(axes, *samples, seed, true)),
            Self::Random { samples } => Ok(drawn(axes, *samples, seed, false)),
            Self::Table { .. } | Self::Search { .. } => Ok(Vec::new()),
        }
    }

    /// What it is, in words.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Grid => "grid".to_owned(),
            Self::Zip => "zip".to_owned(),
            Self::Lhs { samples } => format!("Latin hypercube of {samples}"),
            Self::Random { samples } => format!("{samples} random points"),
            Self::Table { file } => format!("rows of {file}"),
            Self::Search { method } => format!("search by {method}"),
        }
    }
}

fn list(axis: &Axis) -> Result<&[String], String> {
    match &axis.values {
        Values::List(list) => Ok(list),
        Values::Range { low, high, .. } => Err(format!(
            "{axis}: this design needs single values, expected a step as {}={low}:{high}:STEP, a \
             list, or --design lhs or random",
            axis.path
        )),
    }
}

fn grid(axes: &[Axis]) -> Result<Vec<Point>, String> {
    let lists: Vec<&[String]> = axes.iter().map(list).collect::<Result<_, _>>()?;
    let count = lists
        .iter()
        .try_fold(1_usize, |all, own| all.checked_mul(own.len()));
    let count = count.filter(|count| *count <= POINTS_MAX);
    let count = count.ok_or_else(|| format!("more than {POINTS_MAX} combinations"))?;
    let point = |k: usize| {
        let mut left = k;
        let mut point: Point = lists
            .iter()
            .rev()
            .map(|own| {
                let value = own[left % own.len()].clone();
                left /= own.len();
                value
            })
            .collect();
        point.reverse();
        point
    };
    Ok((0..count).map(point).collect())
}

fn zip(axes: &[Axis]) -> Result<Vec<Point>, String> {
    let lists: Vec<&[String]> = axes.iter().map(list).collect::<Result<_, _>>()?;
    let count = lists[0].len();
    if let Some((axis, own)) = axes.iter().zip(&lists).find(|(_, own)| own.len() != count) {
        return Err(format!(
            "{} has {} values and {} has {count}, expected equally many for --design zip",
            axis.path,
            own.len(),
            axes[0].path
        ));
    }
    let point = |k: usize| lists.iter().map(|own| own[k].clone()).collect();
    Ok((0..count).map(point).collect())
}

/// Points whose axes are drawn from streams of their own, so that one more axis changes no other.
fn drawn(axes: &[Axis], samples: usize, seed: u64, spread: bool) -> Vec<Point> {
    let columns: Vec<Vec<String>> = axes
        .iter()
        .zip(0..)
        .map(|(axis, number)| {
            let mut rng = KeyedRng::new(seed, Purpose::Design, number, 0);
            let order = shuffled(samples, &mut rng);
            let shares = order.into_iter().map(|part| match spread {
                true => (part as f64 + rng.uniform()) / samples as f64,
                false => rng.uniform(),
            });
            shares.map(|share| axis.at(share)).collect()
        })
        .collect();
    let point = |k: usize| columns.iter().map(|own| own[k].clone()).collect();
    (0..samples).map(point).collect()
}

/// The numbers below `count` in an order of chance (Fisher & Yates).
fn shuffled(count: usize, rng: &mut KeyedRng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        let other = (rng.uniform() * (last + 1) as f64) as usize;
        order.swap(last, other.min(last));
    }
    order
}

/// Axes and points of a table: a CSV file whose head names paths; an empty cell leaves what the
/// scene has.
///
/// # Errors
/// When it cannot be read, has no rows or names a path twice.
pub fn read_table(path: &Path) -> Result<(Vec<Axis>, Vec<Point>), String> {
    let about = |message: String| format!("{}: {message}", path.display());
    let reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path);
    let mut reader = reader.map_err(|error| about(error.to_string()))?;
    let head = reader.headers().map_err(|error| about(error.to_string()))?;
    let names: Vec<String> = head.iter().map(str::to_owned).collect();
    for (k, name) in names.iter().enumerate() {
        if name.is_empty() {
            return Err(about(format!(
                "column {} has no name, expected the path of a value",
                k + 1
            )));
        }
        if names[..k].contains(name) {
            return Err(about(format!("two columns are named {name}")));
        }
    }
    let mut points: Vec<Point> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| about(error.to_string()))?;
        points.push(record.iter().map(str::to_owned).collect());
        if points.len() > POINTS_MAX {
            return Err(about(format!("more than {POINTS_MAX} rows")));
        }
    }
    if points.is_empty() {
        return Err(about(
            "expected a head of paths and rows of values".to_owned(),
        ));
    }
    let axes = names.into_iter().enumerate().map(|(k, path)| {
        let mut values: Vec<String> = Vec::new();
        for point in &points {
            if !point[k].is_empty() && !values.contains(&point[k]) && values.len() < 1000 {
                values.push(point[k].clone());
            }
        }
        Axis {
            path,
            values: Values::List(values),
        }
    });
    Ok((axes.collect(), points))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(texts: &[&str]) -> Vec<Axis> {
        texts
            .iter()
            .map(|text| Axis::parse(text).unwrap())
            .collect()
    }

    #[test]
    fn grids_have_every_combination_and_zips_the_pairs() {
        let two = axes(&["a=0:2:1", "b=x,y"]);
        let points = Design::Grid.points(&two, 1).unwrap();
        assert_eq!(points.len(), 6);
        assert_eq!(points[..3], [["0", "x"], ["0", "y"], ["1", "x"]]);
        let told = Design::Zip.points(&two, 1).unwrap_err();
        assert!(told.contains("b has 2 values and a has 3"), "{told}");
        let points = Design::Zip.points(&axes(&["a=0,1", "b=x,y"]), 1).unwrap();
        assert_eq!(points, [["0", "x"], ["1", "y"]]);
        let told = Design::Grid.points(&axes(&["a=0:2"]), 1).unwrap_err();
        assert!(told.contains("--design lhs"), "{told}");
        assert_eq!(Design::Grid.points(&[], 1).unwrap(), [Point::new()]);
    }

    #[test]
    fn a_latin_hypercube_meets_each_part_of_each_axis_once() {
        let two = axes(&["a=0:1", "b=10:20"]);
        let points = Design::Lhs { samples: 40 }.points(&two, 7).unwrap();
        for (axis, [low, high]) in [[0.0, 1.0], [10.0, 20.0]].into_iter().enumerate() {
            let part = |point: &Point| {
                let value: f64 = point[axis].parse().unwrap();
                ((value - low) / (high - low) * 40.0) as usize
            };
            let mut parts: Vec<usize> = points.iter().map(part).collect();
            parts.sort_unstable();
            assert_eq!(parts, (0..40).collect::<Vec<_>>());
        }
        assert_eq!(points, Design::Lhs { samples: 40 }.points(&two, 7).unwrap());
        assert_ne!(points, Design::Lhs { samples: 40 }.points(&two, 8).unwrap());
        // One more axis changes no other.
        let three = axes(&["a=0:1", "b=10:20", "c=0:1"]);
        let more = Design::Random { samples: 5 }.points(&three, 7).unwrap();
        let less = Design::Random { samples: 5 }.points(&two, 7).unwrap();
        assert!(more.iter().zip(&less).all(|(a, b)| a[..2] == b[..]));
    }

    #[test]
    fn tables_are_designs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("design.csv");
        std::fs::write(&path, "a, b.c\n1,\"Pid(kp: 1, ki: 0)\"\n2,\n").unwrap();
        let (axes, points) = read_table(&path).unwrap();
        assert_eq!(axes[1].path, "b.c");
        assert_eq!(points, [["1", "Pid(kp: 1, ki: 0)"], ["2", ""]]);
        for (text, expected) in [
            ("a,a\n1,2\n", "two columns"),
            ("a\n", "rows"),
            ("a,\n1,2\n", "no name"),
        ] {
            std::fs::write(&path, text).unwrap();
            let told = read_table(&path).unwrap_err();
            assert!(told.contains(expected), "{told}");
        }
    }
}
