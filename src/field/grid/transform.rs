//! `Transform`: between grid values and the orthonormal eigenbasis, on a line or a plate.

use super::axis_transform::AxisTransform;
use super::domain::Domain;

/// Rows and columns of a tile of the transposition: one cache line of values.
const TILE: usize = 8;

/// The transform of a domain: separable, axis by axis. Allocates nothing after planning.
///
/// qₖ = Σ φₖ(xᵢ) uᵢ ΔV, uᵢ = Σ φₖ(xᵢ) qₖ: the modes are orthonormal with respect to the integral
/// over the domain, hence ∫ u² = Σ qₖ² (Parseval) and amplitudes do not depend on the grid.
#[derive(Clone, Debug)]
pub struct Transform {
    nx: usize,
    ny: usize,
    along_x: AxisTransform,
    along_y: Option<AxisTransform>,
    work: Vec<f64>,
}

impl Transform {
    /// Plans the transform of a domain.
    #[must_use]
    pub fn new(domain: &Domain) -> Self {
        Self {
            nx: domain.nx(),
            ny: domain.ny(),
            along_x: AxisTransform::new(domain.x()),
            along_y: domain.y().map(AxisTransform::new),
            work: vec![0.0; domain.y().map_or(0, |_| domain.cells())],
        }
    }

    /// Grid values (index iy · nx + ix) to modes (index sx · ny + sy). Both have the domain's size.
    pub fn forward(&mut self, grid: &[f64], modes: &mut [f64]) {
        match &mut self.along_y {
            None => {
                modes.copy_from_slice(grid);
                self.along_x.forward(modes);
            }
            Some(along_y) => {
                self.work.copy_from_slice(grid);
                self.along_x.forward(&mut self.work);
                transpose(&self.work, modes, self.nx, self.ny);
                along_y.forward(modes);
            }
        }
    }

    /// Modes (index sx · ny + sy) to grid values (index iy · nx + ix). Both have the domain's size.
    pub fn inverse(&mut self, modes: &[f64], grid: &mut [f64]) {
        match &mut self.along_y {
            None => {
                grid.copy_from_slice(modes);
                self.along_x.inverse(grid);
            }
            Some(along_y) => {
                self.work.copy_from_slice(modes);
                along_y.inverse(&mut self.work);
                transpose(&self.work, grid, self.ny, self.nx);
                self.along_x.inverse(grid);
            }
        }
    }
}

/// `to[c · rows + r] = from[r · columns + c]`, in tiles that stay in the cache.
fn transpose(from: &[f64], to: &mut [f64], columns: usize, rows: usize) {
    for row_tile in (0..rows).step_by(TILE) {
        let row_end = (row_tile + TILE).min(rows);
        for column_tile in (0..columns).step_by(TILE) {
            for c in column_tile..(column_tile + TILE).min(columns) {
                let target = &mut to[c * rows + row_tile..c * rows + row_end];
                for (r, value) in (row_tile..row_end).zip(target) {
                    *value = from[r * columns + c];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;
    use crate::field::grid::axis::{Axis, Boundary};

    fn domains() -> Vec<Domain> {
        let kinds = [Boundary::Dirichlet, Boundary::Neumann, Boundary::Periodic];
        let mut domains = Vec::new();
        for bx in kinds {
            domains.push(Domain::line(Axis::new(1.3, 15, bx)).unwrap());
            for by in kinds {
                let axes = (Axis::new(1.3, 10, bx), Axis::new(0.7, 13, by));
                domains.push(Domain::plate(axes.0, axes.1).unwrap());
            }
        }
        domains
    }

    #[test]
    fn modes_agree_with_direct_sums() {
        for domain in domains() {
            let value = |i: usize| num::cos(0.9 * (i * i) as f64 + 0.4);
            let grid: Vec<f64> = (0..domain.cells()).map(value).collect();
            let mut modes = vec![0.0; domain.cells()];
            Transform::new(&domain).forward(&grid, &mut modes);
            for (mode, q) in modes.iter().enumerate() {
                let term = |(cell, u)| domain.mode_shape(mode, domain.centre(cell)) * u;
                let direct: f64 = grid.iter().enumerate().map(term).sum();
                assert!(
                    (q - direct * domain.cell_measure()).abs() < 1e-13,
                    "{domain:?} {mode}"
                );
            }
        }
    }

    #[test]
    fn a_round_trip_returns_the_grid_and_keeps_the_integral_of_squares() {
        let large = [Boundary::Dirichlet, Boundary::Neumann, Boundary::Periodic].map(|boundary| {
            let axes = (Axis::new(2.0, 96, boundary), Axis::new(1.0, 65, boundary));
            Domain::plate(axes.0, axes.1).unwrap()
        });
        for domain in domains().into_iter().chain(large) {
            let value = |i: usize| num::sin(1.7 * (i * i) as f64);
            let grid: Vec<f64> = (0..domain.cells()).map(value).collect();
            let (mut modes, mut back) = (vec![0.0; grid.len()], vec![0.0; grid.len()]);
            let mut transform = Transform::new(&domain);
            transform.forward(&grid, &mut modes);
            transform.inverse(&modes, &mut back);
            for (b, u) in back.iter().zip(&grid) {
                assert!((b - u).abs() < 1e-13);
            }
            let on_grid: f64 = grid.iter().map(|u| u * u).sum::<f64>() * domain.cell_measure();
            let in_modes: f64 = modes.iter().map(|q| q * q).sum();
            assert!((on_grid - in_modes).abs() < 1e-12 * on_grid);
        }
    }
}
