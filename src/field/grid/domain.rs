//! `Domain`: where the field lives, a line or a plate, and how its cells and modes are numbered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::error::FieldError;

/// The domain of a field: a line or a plate.
///
/// Grid values are stored by rows of constant y, index iy · nx + ix; modes by rows of constant x
/// slot, index sx · ny + sy (that spares a transposition in each transform). A line has ny = 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Domain {
    x: Axis,
    y: Option<Axis>,
}

impl Domain {
    /// The line [0, L].
    pub fn line(x: Axis) -> Result<Self, FieldError> {
        Ok(Self {
            x: x.checked()?,
            y: None,
        })
    }

    /// The plate [0, Lx] × [0, Ly].
    pub fn plate(x: Axis, y: Axis) -> Result<Self, FieldError> {
        Ok(Self {
            x: x.checked()?,
            y: Some(y.checked()?),
        })
    }

    /// The first axis.
    #[must_use]
    pub fn x(&self) -> &Axis {
        &self.x
    }

    /// The second axis; a line has none.
    #[must_use]
    pub fn y(&self) -> Option<&Axis> {
        self.y.as_ref()
    }

    /// Cells along x.
    #[must_use]
    pub fn nx(&self) -> usize {
        self.x.cells
    }

    /// Cells along y; 1 for a line.
    #[must_use]
    pub fn ny(&self) -> usize {
        self.y.map_or(1, |y| y.cells)
    }

    /// The number of cells, which is the number of modes.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.nx() * self.ny()
    }

    /// The length or area of a cell.
    #[must_use]
    pub fn cell_measure(&self) -> f64 {
        self.x.spacing() * self.y.map_or(1.0, |y| y.spacing())
    }

    /// The length or area of the domain.
    #[must_use]
    pub fn measure(&self) -> f64 {
        self.x.length * self.y.map_or(1.0, |y| y.length)
    }

    /// Σ 1/Δ² over the axes, of which the stability bounds of finite differences are made.
    #[must_use]
    pub fn inverse_spacings_squared(&self) -> f64 {
        let inverse = |axis: &Axis| 1.0 / (axis.spacing() * axis.spacing());
        inverse(&self.x) + self.y.as_ref().map_or(0.0, inverse)
    }

    /// The centre (x, y) of a cell; y is 0 on a line.
    #[must_use]
    pub fn centre(&self, cell: usize) -> [f64; 2] {
        let (ix, iy) = (cell % self.nx(), cell / self.nx());
        [self.x.centre(ix), self.y.map_or(0.0, |y| y.centre(iy))]
    }

    /// The slots (sx, sy) of a mode.
    #[must_use]
    pub fn slots(&self, mode: usize) -> (usize, usize) {
        (mode / self.ny(), mode % self.ny())
    }

    /// The index of the mode in slots (sx, sy).
    #[must_use]
    pub fn mode(&self, sx: usize, sy: usize) -> usize {
        sx * self.ny() + sy
    }

    /// κ² of every mode in order: the exact eigenvalues of −Δ.
    #[must_use]
    pub fn eigenvalues(&self) -> Vec<f64> {
        let square = |axis: &Axis, slot| axis.wave_number(slot) * axis.wave_number(slot);
        let of_y: Vec<f64> = match &self.y {
            Some(y) => (0..y.cells).map(|slot| square(y, slot)).collect(),
            None => vec![0.0],
        };
        let of_x = (0..self.nx()).map(|slot| square(&self.x, slot));
        of_x.flat_map(|kx| of_y.iter().map(move |ky| kx + ky))
            .collect()
    }

    /// The greatest magnitude of a mode's shape.
    #[must_use]
    pub fn mode_height(&self, mode: usize) -> f64 {
        let (sx, sy) = self.slots(mode);
        self.x.mode_height(sx) * self.y.map_or(1.0, |y| y.mode_height(sy))
    }

    /// φ(x, y) of a mode; a line ignores y.
    #[must_use]
    pub fn mode_shape(&self, mode: usize, position: [f64; 2]) -> f64 {
        let (sx, sy) = self.slots(mode);
        let of_y = self.y.map_or(1.0, |y| y.mode_shape(sy, position[1]));
        self.x.mode_shape(sx, position[0]) * of_y
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::grid::axis::Boundary;

    #[test]
    fn modes_and_cells_are_numbered_by_rows() {
        let x = Axis::new(2.0, 4, Boundary::Dirichlet);
        let plate = Domain::plate(x, Axis::new(1.0, 3, Boundary::Neumann)).unwrap();
        assert_eq!(
            (plate.cells(), plate.mode(3, 1), plate.slots(10)),
            (12, 10, (3, 1))
        );
        assert_eq!(plate.centre(5), [0.75, 0.5]);
        let squares = [x.wave_number(3), plate.y().unwrap().wave_number(1)].map(|k| k * k);
        assert_eq!(plate.eigenvalues()[10], squares[0] + squares[1]);
        assert!((plate.cell_measure() * 12.0 - plate.measure()).abs() < 1e-15);
        assert_eq!(plate.inverse_spacings_squared(), 4.0 + 9.0);
        let line = Domain::line(x).unwrap();
        assert_eq!((line.ny(), line.mode(2, 0), line.slots(2)), (1, 2, (2, 0)));
        assert_eq!((line.centre(1), line.measure()), ([0.75, 0.0], 2.0));
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        let axis = |length, cells| Axis::new(length, cells, Boundary::Neumann);
        assert_eq!(Domain::line(axis(0.0, 8)), Err(FieldError::Length(0.0)));
        assert!(Domain::line(axis(f64::NAN, 8)).is_err());
        assert_eq!(
            Domain::plate(axis(1.0, 8), axis(1.0, 1)),
            Err(FieldError::Cells(1))
        );
    }
}
