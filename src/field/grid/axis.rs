//! `Axis`: one dimension of the domain, its grid and its modes.
//!
//! The grid is cell-centred, xᵢ = (i + ½) Δx with Δx = L / n, for every boundary: the walls lie on
//! cell faces, the cells fill the domain exactly (so a sum times Δx is the integral over it), and
//! the eigenfunctions of the Laplacian are those of the DST-II, the DCT-II and the real DFT. They
//! are eigenvectors of the five-point Laplacian with mirrored ghost cells as well, so that the
//! spectral and the finite-difference field share grid, modes and probes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::num;

use super::error::FieldError;

/// What holds at both ends of an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Boundary {
    /// u = 0: fixed ends.
    #[default]
    Dirichlet,
    /// ∂u/∂n = 0: no flux, free ends.
    Neumann,
    /// The ends are one point: a ring.
    Periodic,
}

/// One axis of the domain, [0, length] cut into equal cells.
///
/// Its modes are numbered by *slot* 0 … cells − 1 in ascending wave number, and normalised on the
/// grid: Σᵢ φₖ(xᵢ) φₗ(xᵢ) Δx = δₖₗ.
///
/// | boundary | modes by slot | numbers |
/// |---|---|---|
/// | Dirichlet | sin kπx/L | 1 … n |
/// | Neumann | cos kπx/L | 0 … n − 1 |
/// | periodic | 1, cos 2πx/L, sin 2πx/L, cos 4πx/L, … | 0, 1, −1, 2, … : sines are negative |
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Axis {
    /// Length L.
    pub length: f64,
    /// Number of cells n, at least 2.
    pub cells: usize,
    /// Boundary at both ends.
    pub boundary: Boundary,
}

impl Axis {
    /// An axis of `length` with `cells` cells.
    #[must_use]
    pub fn new(length: f64, cells: usize, boundary: Boundary) -> Self {
        Self {
            length,
            cells,
            boundary,
        }
    }

    /// The axis, if it is one.
    pub fn checked(self) -> Result<Self, FieldError> {
        if !(self.length > 0.0 && self.length.is_finite()) {
            return Err(FieldError::Length(self.length));
        }
        if self.cells < 2 {
            return Err(FieldError::Cells(self.cells));
        }
        Ok(self)
    }

    /// Δx = L / n.
    #[must_use]
    pub fn spacing(&self) -> f64 {
        self.length / self.cells as f64
    }

    /// The centre of cell i.
    #[must_use]
    pub fn centre(&self, i: usize) -> f64 {
        (i as f64 + 0.5) * self.spacing()
    }

    /// The number of the mode in a slot: half waves (whole waves on a ring, negative for sines).
    #[must_use]
    pub fn mode_number(&self, slot: usize) -> i32 {
        let slot = slot as i32;
        match self.boundary {
            Boundary::Dirichlet => slot + 1,
            Boundary::Neumann => slot,
            Boundary::Periodic if self.is_sine(slot as usize) => -((slot + 1) / 2),
            Boundary::Periodic => (slot + 1) / 2,
        }
    }

    // Even slots are sines; the last of an even number is the sine (−1)ⁱ, whose cosine is 0.
    fn is_sine(&self, slot: usize) -> bool {
        slot > 0 && (slot.is_multiple_of(2) || slot + 1 == self.cells)
    }

    /// The wave number κ of the mode in a slot, rad per unit length: −d²φ/dx² = κ² φ.
    #[must_use]
    pub fn wave_number(&self, slot: usize) -> f64 {
        let number = f64::from(self.mode_number(slot).abs());
        let turn = if self.boundary == Boundary::Periodic {
            num::TAU
        } else {
            num::PI
        };
        turn * number / self.length
    }

    /// The eigenvalue of the three-point −d²/dx² on the grid, (4/Δx²) sin²(κ Δx/2).
    #[must_use]
    pub fn grid_eigenvalue(&self, slot: usize) -> f64 {
        let dx = self.spacing();
        let s = 2.0 * num::sin(0.5 * self.wave_number(slot) * dx) / dx;
        s * s
    }

    /// The greatest magnitude of the mode in a slot: √(2/L), or √(1/L) for the constant one and for
    /// the one that alternates from cell to cell.
    #[must_use]
    pub fn mode_height(&self, slot: usize) -> f64 {
        let last = slot + 1 == self.cells;
        let alone = match self.boundary {
            Boundary::Dirichlet => last,
            Boundary::Neumann => slot == 0,
            Boundary::Periodic => slot == 0 || (last && self.cells.is_multiple_of(2)),
        };
        (if alone { 1.0 } else { 2.0 } / self.length).sqrt()
    }

    /// φ(x) of the mode in a slot.
    #[must_use]
    pub fn mode_shape(&self, slot: usize, x: f64) -> f64 {
        let angle = self.wave_number(slot) * x;
        let wave = match self.boundary {
            Boundary::Dirichlet => num::sin(angle),
            Boundary::Periodic if self.is_sine(slot) => num::sin(angle),
            Boundary::Neumann | Boundary::Periodic => num::cos(angle),
        };
        self.mode_height(slot) * wave
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_orthonormal_on_the_grid() {
        for boundary in [Boundary::Dirichlet, Boundary::Neumann, Boundary::Periodic] {
            for cells in [2, 3, 8, 9] {
                let axis = Axis::new(2.5, cells, boundary);
                for k in 0..cells {
                    for l in 0..cells {
                        let product = |i| {
                            let x = axis.centre(i);
                            axis.mode_shape(k, x) * axis.mode_shape(l, x) * axis.spacing()
                        };
                        let sum: f64 = (0..cells).map(product).sum();
                        let expected = if k == l { 1.0 } else { 0.0 };
                        assert!(
                            (sum - expected).abs() < 1e-14,
                            "{boundary:?} {cells} {k} {l}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn numbers_and_wave_numbers_ascend() {
        let ring = Axis::new(1.0, 6, Boundary::Periodic);
        let numbers: Vec<i32> = (0..6).map(|slot| ring.mode_number(slot)).collect();
        assert_eq!(numbers, [0, 1, -1, 2, -2, -3]);
        let string = Axis::new(2.0, 4, Boundary::Dirichlet);
        assert_eq!(string.mode_number(3), 4);
        assert!((string.wave_number(1) - num::PI).abs() < 1e-15);
    }
}
