//! Roots of unity.

use crate::base::num;

/// e^(−2πi k/n) as (cos, −sin), for k < n. The angle is folded into an eighth of a turn first, so
/// that its rounding error is at most that of the result.
pub fn root(k: usize, n: usize) -> (f64, f64) {
    // Eighths of a turn, without overflow for any length that memory can hold.
    let eighth = |turns: f64| num::sin_cos(num::TAU * turns);
    let (k, n) = (k as u64, n as u64);
    let octant = 8 * k / n;
    let share = |part: u64| part as f64 / n as f64;
    let (cos, sin) = match octant {
        0 => swap(eighth(share(k))),
        1 | 2 => {
            let (s, c) = around(k, n, 1, eighth);
            (-s, c)
        }
        3 | 4 => {
            let (s, c) = around(k, n, 2, eighth);
            (-c, -s)
        }
        5 | 6 => {
            let (s, c) = around(k, n, 3, eighth);
            (s, -c)
        }
        _ => {
            let (s, c) = eighth(share(n - k));
            (c, -s)
        }
    };
    (cos, -sin)
}

fn swap((sin, cos): (f64, f64)) -> (f64, f64) {
    (cos, sin)
}

/// Sine and cosine of the angle from `quarters` quarters of a turn to k/n of one.
fn around(k: u64, n: u64, quarters: u64, of: impl Fn(f64) -> (f64, f64)) -> (f64, f64) {
    let (at, quarter) = (4 * k, quarters * n);
    if at >= quarter {
        of((at - quarter) as f64 / (4 * n) as f64)
    } else {
        let (s, c) = of((quarter - at) as f64 / (4 * n) as f64);
        (-s, c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_those_of_the_library_and_exact_on_the_axes() {
        for n in [1usize, 2, 3, 4, 5, 7, 8, 12, 16, 63, 100, 1 << 20] {
            for k in (0..n).step_by((n / 97).max(1)) {
                let angle = num::TAU * k as f64 / n as f64;
                let (re, im) = root(k, n);
                let off = (re - num::cos(angle))
                    .abs()
                    .max((im + num::sin(angle)).abs());
                assert!(off < 1.3e-15, "{k}/{n}: {off:e}");
                assert!((re * re + im * im - 1.0).abs() < 4e-16);
            }
        }
        assert_eq!(
            [0, 1, 2, 3]
                .map(|k| root(k, 4))
                .map(|(re, im)| (re + 0.0, im + 0.0)),
            [(1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0)]
        );
    }
}
