//! Places at which the field is looked at: points and boxes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Problems, num};

use super::grid::Domain;
use super::modes::{Basis, FieldState};

/// A point of the field, or a box over which its mean is taken. All numbers are shares of the
/// sides of the domain, 0 … 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldPlace {
    /// Where it is along the first side; of a box, where it begins.
    pub x: f64,
    /// The same along the second side of a plate.
    #[serde(default)]
    pub y: f64,
    /// How far a box reaches along the first side.
    #[serde(default)]
    pub width: f64,
    /// How far a box reaches along the second side.
    #[serde(default)]
    pub height: f64,
}

impl FieldPlace {
    /// A point.
    #[must_use]
    pub fn point(x: f64, y: f64) -> Self {
        let (width, height) = (0.0, 0.0);
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// u there; its mean over a box, which on a grid is that of the cells, each by its part within.
    #[must_use]
    pub fn sense(&self, field: &FieldState) -> f64 {
        if self.width == 0.0 && self.height == 0.0 {
            return field.at([self.x, self.y]);
        }
        match &field.grid {
            Some(grid) => self.mean_of_cells(&grid.domain, &grid.u),
            None if self.width == 0.0 => field.at([self.x, self.y]),
            None => self.mean_of_modes(field.basis, &field.amplitudes),
        }
    }

    fn mean_of_cells(&self, domain: &Domain, u: &[f64]) -> f64 {
        let columns = parts(self.x, self.width, domain.nx());
        let rows = match domain.y() {
            Some(_) => parts(self.y, self.height, domain.ny()),
            None => vec![(0, 1.0)],
        };
        let (mut sum, mut weights) = (0.0, 0.0);
        for (row, of_y) in rows {
            for (column, of_x) in &columns {
                let value = u.get(row * domain.nx() + column).copied();
                sum += of_y * of_x * value.unwrap_or(f64::NAN);
                weights += of_y * of_x;
            }
        }
        sum / weights
    }

    /// Σ qₖ times the mean of φₖ from a to b, which for sin kwx is (cos kwa − cos kwb)/(kw(b − a)).
    fn mean_of_modes(&self, basis: Basis, amplitudes: &[f64]) -> f64 {
        let (a, b) = (self.x, self.x + self.width);
        let w = basis.wave_number();
        let mut sum = 0.0;
        for (k, amplitude) in amplitudes.iter().enumerate() {
            let mean = match (basis, k) {
                (Basis::OneTurn, 1) => (num::sin(w * b) - num::sin(w * a)) / (w * self.width),
                _ => {
                    let kw = w * (k + 1) as f64;
                    (num::cos(kw * a) - num::cos(kw * b)) / (kw * self.width)
                }
            };
            sum += amplitude * mean;
        }
        sum
    }

    /// Collects what is wrong with it at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let sides = [
            ("x", self.x, "width", self.width),
            ("y", self.y, "height", self.height),
        ];
        for (start, from, extent, reach) in sides {
            problems.range(&format!("{path}.{start}"), from, 0.0, 1.0, "");
            problems.range(&format!("{path}.{extent}"), reach, 0.0, 1.0, "");
            if (0.0..=1.0).contains(&from) && (0.0..=1.0).contains(&reach) && from + reach > 1.0 {
                problems.add(
                    format!("{path}.{extent}"),
                    format!("it reaches to {}, expected 1 at most", from + reach),
                );
            }
        }
    }

    /// How channels are called: `0.5`, `0.2..0.4`, `0.5,0.25`.
    #[must_use]
    pub fn label(&self) -> String {
        let side = |from: f64, reach: f64| match reach == 0.0 {
            true => from.to_string(),
            // Two decimals more than a person writes hide the rounding of the sum.
            false => format!("{from}..{}", ((from + reach) * 1e9).round() / 1e9),
        };
        match self.y == 0.0 && self.height == 0.0 {
            true => side(self.x, self.width),
            false => format!("{},{}", side(self.x, self.width), side(self.y, self.height)),
        }
    }
}

/// The cells of a side that a span of it meets, with the part of each that is within; of a span
/// without length, the cell that it is in.
fn parts(from: f64, reach: f64, cells: usize) -> Vec<(usize, f64)> {
    let n = cells as f64;
    let last = cells.saturating_sub(1);
    let first = ((from * n).floor().max(0.0) as usize).min(last);
    if reach == 0.0 {
        return vec![(first, 1.0)];
    }
    let end = (from + reach) * n;
    let parts = (first..cells).map_while(|cell| {
        let (low, high) = (cell as f64, (cell + 1) as f64);
        (low < end).then(|| (cell, (high.min(end) - low.max(from * n)).max(0.0)))
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::super::grid::{Axis, Boundary};
    use super::super::modes::GridState;
    use super::*;

    fn span(x: f64, width: f64) -> FieldPlace {
        FieldPlace {
            width,
            ..FieldPlace::point(x, 0.0)
        }
    }

    #[test]
    fn the_mean_of_modes_is_that_of_many_points() {
        for basis in [Basis::WholeWaves, Basis::HalfWaves, Basis::OneTurn] {
            let modes = if basis == Basis::OneTurn { 2 } else { 5 };
            let mut field = FieldState::at_rest(basis, modes);
            for (k, q) in field.amplitudes.iter_mut().enumerate() {
                *q = 0.7 - 0.3 * k as f64;
            }
            let place = span(0.15, 0.4);
            let points = (0..20_000).map(|i| 0.15 + 0.4 * (f64::from(i) + 0.5) / 20_000.0);
            let mean = points.map(|x| field.at([x, 0.0])).sum::<f64>() / 20_000.0;
            assert!((place.sense(&field) - mean).abs() < 1e-8, "{basis:?}");
            let narrow = span(0.3, 1e-6).sense(&field);
            assert!((narrow - field.at([0.3, 0.0])).abs() < 1e-4);
        }
    }

    fn plate() -> FieldState {
        let axis = |length, cells| Axis::new(length, cells, Boundary::Neumann);
        let domain = Domain::plate(axis(2.0, 4), axis(1.0, 2)).unwrap();
        FieldState {
            grid: Some(GridState {
                domain,
                u: vec![1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0],
                energy: 0.0,
                rms: 0.0,
            }),
            ..FieldState::default()
        }
    }

    #[test]
    fn the_mean_over_a_box_weighs_cells_by_their_part_within() {
        let field = plate();
        let whole = FieldPlace {
            x: 0.0,
            y: 0.0,
            width: 1.0,
            height: 1.0,
        };
        assert_eq!(whole.sense(&field), 110.0 / 8.0);
        let half = FieldPlace {
            x: 0.125,
            y: 0.0,
            width: 0.25,
            height: 0.5,
        };
        assert_eq!(half.sense(&field), 1.5);
        // A line along the second row.
        let line = FieldPlace {
            x: 0.5,
            y: 0.75,
            width: 0.5,
            height: 0.0,
        };
        assert_eq!(line.sense(&field), 35.0);
        let point = FieldPlace::point(0.375, 0.25);
        assert_eq!(point.sense(&field), field.at([0.375, 0.25]));
    }

    #[test]
    fn places_name_themselves_and_keep_to_the_domain() {
        assert_eq!(span(0.1, 0.2).label(), "0.1..0.3");
        assert_eq!(FieldPlace::point(0.5, 0.25).label(), "0.5,0.25");
        let mut problems = Problems::default();
        span(0.9, 0.2).validate(&mut problems, "at[0]");
        span(0.8, 0.2).validate(&mut problems, "at[1]");
        FieldPlace::point(f64::NAN, 0.0).validate(&mut problems, "at[2]");
        let paths: Vec<_> = problems
            .list()
            .iter()
            .map(|own| own.path.as_str())
            .collect();
        assert_eq!(paths, ["at[0].width", "at[2].x"]);
    }
}
