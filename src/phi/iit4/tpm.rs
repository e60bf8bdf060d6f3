//! The transition probability matrix, state-by-node and little-endian.

use super::error::Iit4Error;

/// The most units a matrix may have, whatever memory is granted: masks and tables are indexed by
/// 32 bits and 20 units already mean 2²⁰ states.
pub const UNITS_MAX: usize = 20;

/// Difference of probability above which a unit counts as depending on another.
pub const DEPENDENCE: f64 = 1e-12;

/// Probabilities of n units to be on, given each of 2ⁿ states of the step before. Units are
/// conditionally independent.
///
/// Shape: n columns of 2ⁿ values, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Tpm {
    units: usize,
    columns: Vec<f64>,
}

impl Tpm {
    /// From 2ⁿ rows of n values: `rows[x][j]` = P(unit j on | state x).
    ///
    /// # Errors
    /// When the shape is wrong, a value is no probability, or there are more than [`UNITS_MAX`]
    /// units.
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self, Iit4Error> {
        let units = rows.first().map_or(0, |row| row.as_ref().len());
        check_units(units)?;
        let expected = 1usize << units;
        if rows.len() != expected {
            return Err(Iit4Error::Rows {
                units,
                found: rows.len(),
                expected,
            });
        }
        let mut columns = vec![0.0; units * expected];
        for (row, values) in rows.iter().enumerate() {
            let values = values.as_ref();
            if values.len() != units {
                return Err(Iit4Error::RowLength {
                    row,
                    found: values.len(),
                    expected: units,
                });
            }
            for (unit, value) in values.iter().enumerate() {
                check_probability(row, unit, *value)?;
                columns[unit * expected + row] = *value;
            }
        }
        Ok(Self { units, columns })
    }

    /// From a function of state and unit, called in that order of nesting.
    ///
    /// # Errors
    /// When a value is no probability, or there are none or more than [`UNITS_MAX`] units.
    pub fn from_fn(units: usize, mut p: impl FnMut(u32, usize) -> f64) -> Result<Self, Iit4Error> {
        check_units(units)?;
        let states = 1usize << units;
        let mut columns = vec![0.0; units * states];
        for row in 0..states {
            for unit in 0..units {
                let value = p(row as u32, unit);
                check_probability(row, unit, value)?;
                columns[unit * states + row] = value;
            }
        }
        Ok(Self { units, columns })
    }

    /// Number of units n.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units
    }

    /// Number of states 2ⁿ.
    #[must_use]
    pub fn states(&self) -> usize {
        1 << self.units
    }

    /// P(unit on | state) for all states, by state.
    #[must_use]
    pub fn column(&self, unit: usize) -> &[f64] {
        let states = self.states();
        &self.columns[unit * states..(unit + 1) * states]
    }

    /// The greatest change of the probability of `to` when `from` flips.
    #[must_use]
    pub fn dependence(&self, from: usize, to: usize) -> f64 {
        let column = self.column(to);
        let half = 1usize << from;
        let mut greatest = 0.0f64;
        for pair in column.chunks_exact(2 * half) {
            let (off, on) = pair.split_at(half);
            for (a, b) in off.iter().zip(on) {
                greatest = greatest.max((a - b).abs());
            }
        }
        greatest
    }
}

fn check_units(units: usize) -> Result<(), Iit4Error> {
    match units {
        0 => Err(Iit4Error::NoUnits),
        found if found > UNITS_MAX => Err(Iit4Error::TooManyUnits {
            found,
            limit: UNITS_MAX,
        }),
        _ => Ok(()),
    }
}

fn check_probability(row: usize, unit: usize, value: f64) -> Result<(), Iit4Error> {
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(Iit4Error::NotAProbability { row, unit, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_states_and_unit_zero_toggles_fastest() {
        let tpm = Tpm::from_rows(&[[0.0, 0.1], [0.2, 0.3], [0.4, 0.5], [0.6, 0.7]]).unwrap();
        assert_eq!(tpm.column(1), [0.1, 0.3, 0.5, 0.7]);
        assert!((tpm.dependence(0, 0) - 0.2).abs() < 1e-15);
        assert!((tpm.dependence(1, 0) - 0.4).abs() < 1e-15);
    }

    #[test]
    fn what_is_no_matrix_is_refused() {
        let none: [[f64; 0]; 0] = [];
        assert_eq!(Tpm::from_rows(&none), Err(Iit4Error::NoUnits));
        let short = Tpm::from_rows(&[[0.0, 0.0]; 3]).unwrap_err();
        assert!(short.to_string().contains("found 3 rows"));
        let ragged = [vec![0.0, 0.0], vec![0.0], vec![0.0; 2], vec![0.0; 2]];
        assert!(matches!(
            Tpm::from_rows(&ragged),
            Err(Iit4Error::RowLength { row: 1, .. })
        ));
        for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(Tpm::from_rows(&[[0.0], [bad]]).is_err());
        }
        assert!(Tpm::from_fn(21, |_, _| 0.0).is_err());
    }
}
