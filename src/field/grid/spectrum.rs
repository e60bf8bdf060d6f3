//! Which modes a field is made of.

use std::cmp::Ordering;

use crate::base::num;

use super::axis::Axis;
use super::domain::Domain;
use super::law::Law;

/// One mode of a field: u = … + amplitude · cos(phase) · shape, with a shape of height 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpatialMode {
    /// Number along x ([`super::Axis::mode_number`]): half waves, or whole waves on a ring, where
    /// cosines are positive and sines negative.
    pub kx: i32,
    /// Number along y; 0 on a line.
    pub ky: i32,
    /// Height of the oscillation, √(q² + (v/ω)²) in units of u: constant in an undamped wave. Where
    /// nothing oscillates (diffusion, ω = 0) it is |q|.
    pub amplitude: f64,
    /// Phase of the oscillation, q ∝ cos phase, v ∝ −ω sin phase, in (−π, π] rad.
    pub phase_rad: f64,
}

/// The `bound` strongest modes of the amplitudes q and velocities v (empty for diffusion), in
/// descending order of amplitude, then ascending order of index. A NaN counts as the strongest.
#[must_use]
pub fn spatial_modes(
    domain: &Domain,
    law: &Law,
    q: &[f64],
    v: &[f64],
    bound: usize,
) -> Vec<SpatialMode> {
    if bound == 0 {
        return Vec::new();
    }
    let mut ranked = squared_heights(domain, law, q, v);
    if bound < ranked.len() {
        ranked.select_nth_unstable_by(bound - 1, stronger);
        ranked.truncate(bound);
    }
    ranked.sort_unstable_by(stronger);
    let describe = |(square, mode): (f64, usize)| {
        let (sx, sy) = domain.slots(mode);
        let (x, y) = (domain.x(), domain.y());
        let [kappa_x, kappa_y] = [x.wave_number(sx), y.map_or(0.0, |y| y.wave_number(sy))];
        let swing = match *law {
            Law::Wave { speed, .. } if kappa_x > 0.0 || kappa_y > 0.0 => {
                v[mode] / (speed * num::hypot(kappa_x, kappa_y))
            }
            _ => 0.0,
        };
        SpatialMode {
            kx: x.mode_number(sx),
            ky: y.map_or(0, |y| y.mode_number(sy)),
            amplitude: square.sqrt(),
            // + 0 turns −0 into 0, so that what rests has phase 0 or π and never −π.
            phase_rad: num::atan2(-swing + 0.0, q[mode] + 0.0),
        }
    };
    ranked.into_iter().map(describe).collect()
}

fn stronger(a: &(f64, usize), b: &(f64, usize)) -> Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

/// height² (q² + v²/ω²) of every mode, with its index.
fn squared_heights(domain: &Domain, law: &Law, q: &[f64], v: &[f64]) -> Vec<(f64, usize)> {
    let tables = |axis: &Axis| -> Vec<(f64, f64)> {
        let row = |slot| {
            let (height, kappa) = (axis.mode_height(slot), axis.wave_number(slot));
            (height * height, kappa * kappa)
        };
        (0..axis.cells).map(row).collect()
    };
    let of_x = tables(domain.x());
    let of_y = domain.y().map_or_else(|| vec![(1.0, 0.0)], tables);
    let modes = of_x
        .iter()
        .flat_map(|x| of_y.iter().map(move |y| (x.0 * y.0, x.1 + y.1)));
    let square = |(mode, (q, (height, kappa))): (usize, (&f64, (f64, f64)))| {
        let swing = match *law {
            Law::Wave { speed, .. } if kappa > 0.0 => v[mode] * v[mode] / (speed * speed * kappa),
            _ => 0.0,
        };
        // The sign of a NaN would decide its place.
        ((height * (q * q + swing)).abs(), mode)
    };
    q.iter().zip(modes).enumerate().map(square).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::grid::axis::Boundary;

    #[test]
    fn modes_come_by_amplitude_then_index() {
        let string = Domain::line(Axis::new(2.0, 8, Boundary::Dirichlet)).unwrap();
        let law = Law::Wave {
            speed: 3.0,
            damping: 0.0,
        };
        let mut q = [0.0; 8];
        let mut v = [0.0; 8];
        (q[1], q[4], q[6]) = (1.0, -2.0, -1.0);
        v[2] = 2.0 * 3.0 * 1.5 * num::PI;
        let modes = spatial_modes(&string, &law, &q, &v, 4);
        let numbers: Vec<i32> = modes.iter().map(|mode| mode.kx).collect();
        assert_eq!(numbers, [3, 5, 2, 7]);
        let phases: Vec<f64> = modes.iter().map(|mode| mode.phase_rad).collect();
        assert!((phases[0] + 0.5 * num::PI).abs() < 1e-15);
        assert!((phases[1].abs() - num::PI).abs() < 1e-15 && phases[2] == 0.0);
        assert!((modes[0].amplitude - 2.0).abs() < 1e-14);
        assert_eq!(spatial_modes(&string, &law, &q, &v, 100).len(), 8);
        assert!(spatial_modes(&string, &law, &q, &v, 0).is_empty());
    }
}
