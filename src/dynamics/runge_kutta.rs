//! The classic method of Runge and Kutta, order 4, over whole states.

/// Where in a step the slopes are taken: at its start, twice in its middle, and at its end.
pub const NODES: [f64; 4] = [0.0, 0.5, 0.5, 1.0];

/// `out` = y + h k.
pub fn offset(out: &mut [f64], y: &[f64], h: f64, k: &[f64]) {
    for (out, (y, k)) in out.iter_mut().zip(y.iter().zip(k)) {
        *out = y + h * k;
    }
}

/// Takes the slopes of a step of `h` from the state `y`, the first of which stands in `k[0]`
/// already: `slope(number, state, into)` gives those numbered 1, 2 and 3, at [`NODES`] of the step.
/// `stage` is room for a state.
pub fn rk4_slopes(
    y: &[f64],
    h: f64,
    k: &mut [Vec<f64>; 4],
    stage: &mut [f64],
    mut slope: impl FnMut(usize, &[f64], &mut [f64]),
) {
    for number in 1..4 {
        let [before, now] = &mut k[number - 1..=number] else {
            return;
        };
        offset(stage, y, h * NODES[number], before);
        slope(number, stage, now);
    }
}

/// Where component `i` is after a step of `h` with these slopes.
#[must_use]
pub fn rk4_end(y: f64, h: f64, k: &[Vec<f64>; 4], i: usize) -> f64 {
    let [k1, k2, k3, k4] = k;
    y + h / 6.0 * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_is_followed_exactly() {
        // y' = 3t², so y = t³ without error.
        let (h, mut stage) = (0.5, [0.0]);
        let mut k = [0; 4].map(|_| vec![0.0]);
        rk4_slopes(&[0.0], h, &mut k, &mut stage, |number, _, into| {
            let t = h * NODES[number];
            into[0] = 3.0 * t * t;
        });
        assert_eq!(rk4_end(0.0, h, &k, 0), 0.125);
    }
}
