//! The second-order Laplacian on the cell-centred grid, three points on a line and five on a plate.
//!
//! A wall lies on a cell face, half-way between the last cell and its mirrored ghost: the ghost is
//! −u for Dirichlet, u for Neumann, the cell at the other end for periodic.

use super::axis::{Axis, Boundary};
use super::domain::Domain;

/// Δu of every cell.
pub fn laplacian(domain: &Domain, u: &[f64], out: &mut [f64]) {
    let nx = domain.nx();
    let x = domain.x();
    let inverse_x = 1.0 / (x.spacing() * x.spacing());
    for (row, out) in u.chunks_exact(nx).zip(out.chunks_exact_mut(nx)) {
        let (before, after) = ghosts(x.boundary, row[0], row[nx - 1]);
        out[0] = (before - 2.0 * row[0] + row[1]) * inverse_x;
        for (o, w) in out[1..].iter_mut().zip(row.windows(3)) {
            *o = (w[0] - 2.0 * w[1] + w[2]) * inverse_x;
        }
        out[nx - 1] = (row[nx - 2] - 2.0 * row[nx - 1] + after) * inverse_x;
    }
    let Some(y) = domain.y() else { return };
    let inverse_y = 1.0 / (y.spacing() * y.spacing());
    let row = |iy: usize| &u[iy * nx..(iy + 1) * nx];
    let last = y.cells - 1;
    for (iy, out) in out.chunks_exact_mut(nx).enumerate() {
        let (below, sign_below) = if iy > 0 {
            (row(iy - 1), 1.0)
        } else {
            ghost_row(y, &row, 0, last)
        };
        let (above, sign_above) = if iy < last {
            (row(iy + 1), 1.0)
        } else {
            ghost_row(y, &row, last, 0)
        };
        let values = row(iy).iter().zip(below.iter().zip(above));
        for (o, (u, (b, a))) in out.iter_mut().zip(values) {
            *o += (sign_below * b - 2.0 * u + sign_above * a) * inverse_y;
        }
    }
}

fn ghosts(boundary: Boundary, first: f64, last: f64) -> (f64, f64) {
    match boundary {
        Boundary::Dirichlet => (-first, -last),
        Boundary::Neumann => (first, last),
        Boundary::Periodic => (last, first),
    }
}

fn ghost_row<'a>(
    axis: &Axis,
    row: &impl Fn(usize) -> &'a [f64],
    own: usize,
    other: usize,
) -> (&'a [f64], f64) {
    match axis.boundary {
        Boundary::Dirichlet => (row(own), -1.0),
        Boundary::Neumann => (row(own), 1.0),
        Boundary::Periodic => (row(other), 1.0),
    }
}

/// −∫ u Δu on the grid, as a sum of squared differences over the cell faces, ∫ |∇u|²: never
/// negative.
#[must_use]
pub fn gradient_squared(domain: &Domain, u: &[f64]) -> f64 {
    let (nx, ny) = (domain.nx(), domain.ny());
    let along_x = |iy: usize| faces(domain.x(), |i| u[iy * nx + i]);
    let mut sum: f64 = (0..ny).map(along_x).sum();
    if let Some(y) = domain.y() {
        sum += (0..nx).map(|ix| faces(y, |i| u[i * nx + ix])).sum::<f64>();
    }
    sum * domain.cell_measure()
}

/// Σ (difference / Δ)² over the faces across an axis. A Dirichlet wall has half a cell of gradient.
fn faces(axis: &Axis, u: impl Fn(usize) -> f64) -> f64 {
    let last = axis.cells - 1;
    let square = |x: f64| x * x;
    let inner: f64 = (0..last).map(|i| square(u(i + 1) - u(i))).sum();
    let walls = match axis.boundary {
        Boundary::Dirichlet => 2.0 * (square(u(0)) + square(u(last))),
        Boundary::Neumann => 0.0,
        Boundary::Periodic => square(u(0) - u(last)),
    };
    (inner + walls) / (axis.spacing() * axis.spacing())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

    const KINDS: [Boundary; 3] = [Boundary::Dirichlet, Boundary::Neumann, Boundary::Periodic];

    #[test]
    fn the_modes_are_its_eigenvectors() {
        for (bx, by) in KINDS.into_iter().flat_map(|x| KINDS.map(|y| (x, y))) {
            let (x, y) = (Axis::new(1.2, 6, bx), Axis::new(0.8, 5, by));
            let domain = Domain::plate(x, y).unwrap();
            let mut out = vec![0.0; domain.cells()];
            for mode in 0..domain.cells() {
                let shape = |cell| domain.mode_shape(mode, domain.centre(cell));
                let u: Vec<f64> = (0..domain.cells()).map(shape).collect();
                laplacian(&domain, &u, &mut out);
                let (sx, sy) = domain.slots(mode);
                let eigenvalue = x.grid_eigenvalue(sx) + y.grid_eigenvalue(sy);
                for (o, u) in out.iter().zip(&u) {
                    assert!((o + eigenvalue * u).abs() < 1e-11, "{bx:?} {by:?} {mode}");
                }
                assert!((gradient_squared(&domain, &u) - eigenvalue).abs() < 1e-11);
            }
        }
    }

    #[test]
    fn the_sum_over_faces_is_the_integral_against_the_laplacian() {
        for boundary in KINDS {
            for cells in [2, 9] {
                let domain = Domain::line(Axis::new(3.0, cells, boundary)).unwrap();
                let u: Vec<f64> = (0..cells)
                    .map(|i| num::sin(2.0 * (i * i) as f64 + 0.5))
                    .collect();
                let mut out = vec![0.0; cells];
                laplacian(&domain, &u, &mut out);
                let against: f64 = u.iter().zip(&out).map(|(u, o)| -u * o).sum();
                let expected = against * domain.cell_measure();
                assert!(
                    (gradient_squared(&domain, &u) - expected).abs() < 1e-12 * (1.0 + expected)
                );
            }
        }
    }
}
