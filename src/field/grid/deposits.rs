//! `DepositSum`: deposits on a grid whose sum does not depend on order or on who adds them up.
//!
//! A deposit is shared out among cells in whole units, which are so small that its strength is a
//! whole number of them. Strengths of all sizes would need integers of 2,000 bits; instead each
//! band of 2⁴⁰ in size has a plane of 128-bit integers with a unit of its own. Which plane a
//! deposit goes to depends on its strength alone, and a run whose strengths are of like size has
//! one plane, or two.

use serde::{Deserialize, Serialize};

use super::domain::Domain;
use super::error::FieldError;
use super::probe::Probe;
use crate::base::ExactSum;

/// Binary orders of magnitude of a band.
const BAND: i32 = 40;
/// Exponent with which band 0 begins; strengths of 2⁻²⁸ … 2¹² share a band.
const FIRST: i32 = -1108;
/// Bits of a double below its exponent.
const FRACTION_BITS: i32 = 52;
/// Exponent of the least double.
const LEAST: i32 = -1074;
/// Bits of the lower half of units: upper half and lower half each fit 64 bits.
const HALF_BITS: u32 = 40;
const HALF: f64 = (1u64 << HALF_BITS) as f64;

/// Sums of deposits in every cell of a grid.
///
/// Every deposit is shared out once, to 2⁻⁵² of its strength or better, and what its cells receive
/// sums to it exactly (with [`Probe::grounded`], to its strength times the share). All finite
/// strengths fit, and 2³⁵ deposits of the largest in a cell. A deposit that is no finite number
/// marks the sum, which then reads NaN in every cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepositSum {
    cells: usize,
    marked: bool,
    /// Units in every cell, ascending by band; a band without deposits has none.
    planes: Vec<(u8, Vec<i128>)>,
}

impl DepositSum {
    /// No deposits yet on a grid of `cells` cells.
    #[must_use]
    pub fn new(cells: usize) -> Self {
        Self {
            cells,
            ..Self::default()
        }
    }

    /// Adds a strength at the place of a probe.
    pub fn add(&mut self, probe: &Probe, strength: f64) {
        if strength == 0.0 {
            return;
        }
        if !strength.is_finite() {
            self.marked = true;
            return;
        }
        let band = band_of(strength);
        let scaled = scale(strength, -unit_of(band));
        let mut rest = whole(scaled * probe.share());
        let plane = self.plane(band);
        let mut heaviest = (0, -1.0);
        for (cell, weight) in probe.parts() {
            let units = whole(scaled * weight);
            plane[cell] = plane[cell].wrapping_add(units);
            rest -= units;
            if weight.abs() > heaviest.1 {
                heaviest = (cell, weight.abs());
            }
        }
        let cell = heaviest.0;
        plane[cell] = plane[cell].wrapping_add(rest);
    }

    /// Adds every deposit of another sum over the same grid.
    ///
    /// # Errors
    /// [`FieldError::Size`] when the other grid has another number of cells.
    pub fn merge(&mut self, other: &Self) -> Result<(), FieldError> {
        if self.cells != other.cells {
            return Err(FieldError::Size {
                needed: self.cells,
                given: other.cells,
            });
        }
        self.marked |= other.marked;
        for (band, more) in &other.planes {
            for (own, more) in self.plane(*band).iter_mut().zip(more) {
                *own = own.wrapping_add(*more);
            }
        }
        Ok(())
    }

    /// Whether every deposit was a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        !self.marked
    }

    /// The strength that a cell received, exactly; 0 for a cell that the grid does not have.
    #[must_use]
    pub fn cell(&self, cell: usize) -> ExactSum {
        let mut sum = ExactSum::default();
        for (band, plane) in &self.planes {
            let units = plane.get(cell).copied().unwrap_or(0);
            sum.add_scaled(units, unit_of(*band));
        }
        if self.marked {
            sum.add(f64::NAN);
        }
        sum
    }

    /// Writes the source density f, each rounded from the exact sum: NaN everywhere when a deposit
    /// was no finite number, ±∞ where the density is too large for a double.
    pub fn write(&self, domain: &Domain, source: &mut [f64]) {
        let density = 1.0 / domain.cell_measure();
        if self.marked {
            source.fill(f64::NAN);
            return;
        }
        for (cell, f) in source.iter_mut().enumerate() {
            let mut held = self.planes.iter().filter_map(|(band, plane)| {
                let units = plane.get(cell).copied().filter(|units| *units != 0)?;
                Some((*band, units))
            });
            let strength = match (held.next(), held.next()) {
                (None, _) => 0.0,
                (Some((band, units)), None) => scale(units as f64, unit_of(band)),
                _ => self.cell(cell).value(),
            };
            *f = strength * density;
        }
    }

    fn plane(&mut self, band: u8) -> &mut [i128] {
        let at = self.planes.partition_point(|(own, _)| *own < band);
        if self.planes.get(at).is_none_or(|(own, _)| *own != band) {
            self.planes.insert(at, (band, vec![0; self.cells]));
        }
        &mut self.planes[at].1
    }
}

/// The band of a strength that is finite and not 0.
fn band_of(strength: f64) -> u8 {
    let bits = strength.abs().to_bits();
    let exponent = match (bits >> FRACTION_BITS) as i32 {
        0 => LEAST + bits.ilog2() as i32,
        biased => biased - 1023,
    };
    ((exponent - FIRST) / BAND) as u8
}

/// Exponent of a band's unit: that of the last bit of its least strength.
fn unit_of(band: u8) -> i32 {
    (FIRST + BAND * i32::from(band) - FRACTION_BITS).max(LEAST)
}

/// x · 2ᵏ for |k| ≤ 2,000, by two factors, as one might not be a double.
fn scale(x: f64, k: i32) -> f64 {
    let power = |k: i32| f64::from_bits(((k + 1023) as u64) << FRACTION_BITS);
    x * power(k / 2) * power(k - k / 2)
}

/// The whole part of a number below 2¹⁰².
fn whole(x: f64) -> i128 {
    let upper = (x / HALF) as i64;
    let lower = (x - upper as f64 * HALF) as i64;
    (i128::from(upper) << HALF_BITS) + i128::from(lower)
}
