//! `Probe`: a position seen from the grid, to deposit a source and to sense the field.
//!
//! Both use the same linear (cloud-in-cell) weights, so that the work a resonator gives the field
//! is the work the field feels: Σᵢ sᵢ u(xᵢ) = Σ f u ΔV (Birdsall & Langdon, 1985, "Plasma physics
//! via computer simulation", ch. 2). Between the last centre and a wall the weight of the ghost
//! cell goes to where the ghost's value comes from:
//!
//! - periodic: the cell at the other end;
//! - Neumann: the last cell itself, u(x) = u₀;
//! - Dirichlet, [`Probe::new`]: the last cell too. The whole strength reaches the field, and within
//!   half a cell of the wall u is taken as level instead of falling to 0;
//! - Dirichlet, [`Probe::grounded`]: the ghost is −u₀, so the last cell keeps 2x/Δx and the wall,
//!   where u = 0, takes the rest: who stands at the wall neither moves nor feels the field. The same
//!   as a source's image with opposite sign, and accurate to second order up to the wall.

use super::axis::{Axis, Boundary};
use super::domain::Domain;
use super::error::FieldError;

/// Cells and weights of one position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    cells: [u32; 4],
    weights: [f64; 4],
    count: u8,
    /// 1 / ΔV: from strength to source density.
    density: f64,
    share: f64,
}

impl Probe {
    /// The probe at (x, y), whose weights sum to 1; a line ignores y. Rings wrap; positions outside
    /// walls are refused.
    pub fn new(domain: &Domain, position: [f64; 2]) -> Result<Self, FieldError> {
        Self::with(domain, position, false)
    }

    /// The probe at (x, y) whose weights vanish at Dirichlet walls; else as [`Self::new`].
    pub fn grounded(domain: &Domain, position: [f64; 2]) -> Result<Self, FieldError> {
        Self::with(domain, position, true)
    }

    fn with(domain: &Domain, position: [f64; 2], grounded: bool) -> Result<Self, FieldError> {
        let [x, y] = position;
        let along_x = linear(domain.x(), x, grounded)?;
        let along_y = match domain.y() {
            Some(axis) => Some(linear(axis, y, grounded)?),
            None => None,
        };
        let mut probe = Self {
            cells: [0; 4],
            weights: [0.0; 4],
            count: if along_y.is_some() { 4 } else { 2 },
            density: 1.0 / domain.cell_measure(),
            share: 0.0,
        };
        let rows = along_y.unwrap_or([(0, 1.0), (0, 0.0)]);
        for (i, (row, of_y)) in rows.into_iter().enumerate() {
            for (j, (column, of_x)) in along_x.into_iter().enumerate() {
                probe.cells[2 * i + j] = (row * domain.nx() + column) as u32;
                probe.weights[2 * i + j] = of_x * of_y;
            }
        }
        let sum: f64 = probe.weights.iter().sum();
        probe.share = if (sum - 1.0).abs() < 1e-12 { 1.0 } else { sum };
        Ok(probe)
    }

    /// Pairs of a cell and its weight; a cell can occur twice.
    pub fn parts(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let pairs = self.cells.iter().zip(&self.weights);
        pairs
            .take(usize::from(self.count))
            .map(|(cell, weight)| (*cell as usize, *weight))
    }

    /// The part of a strength that reaches the field: 1, less what a wall takes when grounded.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.share
    }

    /// Adds a strength s to the source density f of a grid: ∫ f grows by s times the share.
    pub fn deposit(&self, strength: f64, source: &mut [f64]) {
        let density = strength * self.density;
        for (cell, weight) in self.parts() {
            source[cell] += density * weight;
        }
    }

    /// u at the position: Σ weight · u.
    #[must_use]
    pub fn sense(&self, u: &[f64]) -> f64 {
        self.parts()
            .fold(0.0, |sum, (cell, weight)| sum + weight * u[cell])
    }
}

/// The two cells and weights along one axis.
fn linear(axis: &Axis, x: f64, grounded: bool) -> Result<[(usize, f64); 2], FieldError> {
    let length = axis.length;
    let refuse = Err(FieldError::Outside {
        coordinate: x,
        length,
    });
    let x = match axis.boundary {
        Boundary::Periodic if x.is_finite() => x - length * (x / length).floor(),
        Boundary::Dirichlet | Boundary::Neumann if (0.0..=length).contains(&x) => x,
        _ => return refuse,
    };
    let n = axis.cells;
    // Cells are counted from the ghost before the first, so that nothing is negative.
    let place = (x / axis.spacing() + 0.5).clamp(0.0, n as f64 + 0.5);
    let (before, part) = (place as usize, place.fract());
    let (mut left, mut right) = ((before, 1.0 - part), (before + 1, part));
    let mirrored = if grounded && axis.boundary == Boundary::Dirichlet {
        -1.0
    } else {
        1.0
    };
    if axis.boundary == Boundary::Periodic {
        left.0 = (left.0 + n - 1) % n;
        right.0 = (right.0 + n - 1) % n;
    } else if before == 0 {
        left = (0, mirrored * left.1);
        right.0 = 0;
    } else if before == n {
        left.0 = n - 1;
        right = (n - 1, mirrored * right.1);
    } else {
        left.0 -= 1;
        right.0 -= 1;
    }
    Ok([left, right])
}
