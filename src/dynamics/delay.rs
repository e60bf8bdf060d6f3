//! Delay equations with one constant delay, by the method of steps.
//!
//! The step divides the delay, so the slope at a node needs the past at a node of the ring, and
//! the slope at half a step needs it half-way between two nodes, where the cubic Hermite
//! polynomial through states and slopes gives it to fourth order. With classic Runge–Kutta the
//! whole is of fourth order. Source: Bellen & Zennaro (2003), ch. 3–6.

use super::error::DynamicsError;
use super::model::{Statistics, Trajectory};
use super::runge_kutta::{NODES, rk4_end, rk4_slopes};

/// Largest number of steps of one integration, and of nodes in the history ring.
const STEPS_MAX: f64 = 50_000_000.0;
const RING_MAX: f64 = 10_000_000.0;

/// A delay differential equation y′(t) = f(t, y(t), y(t − τ)).
pub trait DelayModel {
    /// Number of variables.
    fn dimension(&self) -> usize;

    /// The delay τ > 0, s.
    fn delay(&self) -> f64;

    /// Writes the slope from the present state and the state a delay ago.
    fn rhs(&self, t: f64, y: &[f64], past: &[f64], dy: &mut [f64]);

    /// Name of variable number `index` in messages.
    fn variable(&self, index: usize) -> String {
        format!("y[{index}]")
    }
}

/// States and slopes at the last m + 1 nodes, oldest overwritten first.
struct HistoryRing {
    states: Vec<Vec<f64>>,
    slopes: Vec<Vec<f64>>,
}

impl HistoryRing {
    fn slot(&self, node: u64) -> usize {
        (node % self.states.len() as u64) as usize
    }

    fn set(&mut self, node: u64, state: &[f64], slope: &[f64]) {
        let slot = self.slot(node);
        self.states[slot].copy_from_slice(state);
        self.slopes[slot].copy_from_slice(slope);
    }

    /// The state half-way between `node` and the next one.
    fn midpoint(&self, node: u64, h: f64, out: &mut [f64]) {
        let (a, b) = (self.slot(node), self.slot(node + 1));
        for (i, out) in out.iter_mut().enumerate() {
            let mean = 0.5 * (self.states[a][i] + self.states[b][i]);
            *out = mean + h / 8.0 * (self.slopes[a][i] - self.slopes[b][i]);
        }
    }
}

/// Integrates from t = 0 with steps of at most `dt`, given the past on [−τ, 0].
///
/// `history(t, y, dy)` writes state and slope at t ≤ 0. States are given at the nodes next to
/// `times_s` (ascending, ≥ 0) carried to the exact time along the slope, an error O(dt²) that
/// vanishes when the times are multiples of the step τ/⌈τ/dt⌉.
///
/// # Errors
/// [`DynamicsError::Invalid`] for a delay or step that is not positive or too small to store,
/// [`DynamicsError::TooManySteps`], [`DynamicsError::NonFinite`].
pub fn integrate(
    model: &dyn DelayModel,
    history: &dyn Fn(f64, &mut [f64], &mut [f64]),
    times_s: &[f64],
    dt: f64,
) -> Result<Trajectory, DynamicsError> {
    let tau = model.delay();
    for (path, value) in [("params.tau", tau), ("options.dt", dt)] {
        if !(value.is_finite() && value > 0.0) {
            return Err(DynamicsError::invalid(
                path,
                value,
                "a positive number of seconds",
            ));
        }
    }
    let nodes = (tau / dt - 1e-9).ceil().max(1.0);
    if nodes > RING_MAX {
        let expected = format!("at least tau / {RING_MAX}");
        return Err(DynamicsError::invalid("options.dt", dt, expected));
    }
    let h = tau / nodes;
    let end = times_s.last().copied().unwrap_or(0.0);
    if end / h > STEPS_MAX {
        return Err(DynamicsError::TooManySteps {
            limit: STEPS_MAX as u64,
            t: 0.0,
        });
    }
    let mut walk = Walk::new(model, history, nodes as u64, h);
    let mut states = Vec::with_capacity(times_s.len());
    for &target in times_s {
        while target - walk.t() > 0.5 * h {
            walk.step()?;
        }
        let gap = target - walk.t();
        states.push(
            walk.y
                .iter()
                .zip(&walk.k[0])
                .map(|(y, k)| y + gap * k)
                .collect(),
        );
    }
    let steps = walk.node;
    let statistics = Statistics {
        steps,
        rejected: 0,
        evaluations: 4 * steps + 1,
    };
    Ok(Trajectory { states, statistics })
}

struct Walk<'m> {
    model: &'m dyn DelayModel,
    h: f64,
    /// Nodes per delay; node number k of the walk stands in the ring as k + m.
    m: u64,
    node: u64,
    ring: HistoryRing,
    /// The slope just after t = 0, which need not be that of the history.
    start_slope: Vec<f64>,
    y: Vec<f64>,
    /// `k[0]` is the slope at the present node.
    k: [Vec<f64>; 4],
    stage: Vec<f64>,
    past: Vec<f64>,
}

impl<'m> Walk<'m> {
    fn new(
        model: &'m dyn DelayModel,
        history: &dyn Fn(f64, &mut [f64], &mut [f64]),
        m: u64,
        h: f64,
    ) -> Self {
        let zeros = vec![0.0; model.dimension()];
        let size = m as usize + 1;
        let ring = HistoryRing {
            states: vec![zeros.clone(); size],
            slopes: vec![zeros.clone(); size],
        };
        let k = [zeros.clone(), zeros.clone(), zeros.clone(), zeros.clone()];
        let start_slope = zeros.clone();
        let (y, stage, past) = (zeros.clone(), zeros.clone(), zeros);
        let mut walk = Self {
            model,
            h,
            m,
            node: 0,
            ring,
            start_slope,
            y,
            k,
            stage,
            past,
        };
        for back in (0..=m).rev() {
            history(-(back as f64) * h, &mut walk.y, &mut walk.k[0]);
            walk.ring.set(m - back, &walk.y, &walk.k[0]);
        }
        walk.past.copy_from_slice(&walk.ring.states[0]);
        model.rhs(0.0, &walk.y, &walk.past, &mut walk.k[0]);
        walk.start_slope.copy_from_slice(&walk.k[0]);
        walk
    }

    fn t(&self) -> f64 {
        self.node as f64 * self.h
    }

    fn step(&mut self) -> Result<(), DynamicsError> {
        let (t, h) = (self.t(), self.h);
        // Ring number of the node a delay before the present one.
        let behind = self.node;
        if behind == self.m {
            // From here on the past begins at t = 0, where the slope may jump.
            let slot = self.ring.slot(behind);
            self.ring.slopes[slot].copy_from_slice(&self.start_slope);
        }
        self.ring.midpoint(behind, h, &mut self.past);
        let ahead = self.ring.slot(behind + 1);
        let (model, middle, end) = (self.model, &self.past, &self.ring.states[ahead]);
        rk4_slopes(
            &self.y,
            h,
            &mut self.k,
            &mut self.stage,
            |number, y, into| {
                let past = if number == 3 { end } else { middle };
                model.rhs(t + NODES[number] * h, y, past, into);
            },
        );
        for (i, y) in self.y.iter_mut().enumerate() {
            *y = rk4_end(*y, h, &self.k, i);
            if !y.is_finite() {
                return Err(DynamicsError::NonFinite {
                    variable: self.model.variable(i),
                    t: t + h,
                });
            }
        }
        let first = &mut self.k[0];
        self.model
            .rhs(t + h, &self.y, &self.ring.states[ahead], first);
        self.node += 1;
        self.ring.set(self.node + self.m, &self.y, first);
        Ok(())
    }
}

/// Common frequency of two phase oscillators in phase with a delay, nearest to ω, rad/s.
///
/// The root of Ω = ω − K sin(Ω τ) with the smallest |Ω − ω|; all roots lie in [ω − |K|, ω + |K|].
/// Source: Schuster & Wagner (1989).
///
/// # Errors
/// [`DynamicsError::NotConverged`] when K τ is so large that the roots cannot be told apart.
pub fn in_phase_frequency(omega: f64, coupling: f64, tau: f64) -> Result<f64, DynamicsError> {
    let residual = |w: f64| w - omega + coupling * crate::base::num::sin(w * tau);
    let reach = coupling.abs();
    // Sixty-four cells per turn of the sine, outward from ω on both sides at once.
    let cells = (64.0 * (1.0 + reach * tau.abs())).ceil();
    if !cells.is_finite() || cells > 1e8 {
        return Err(DynamicsError::NotConverged {
            what: "the in-phase frequency".to_owned(),
            detail: format!("K tau = {}", reach * tau),
        });
    }
    let width = reach / cells;
    let bracket = |from: f64, to: f64| {
        (residual(from) <= 0.0) != (residual(to) <= 0.0) || residual(to) == 0.0
    };
    for k in 0..=cells as u64 {
        let (near, far) = (k as f64 * width, (k + 1) as f64 * width);
        let sides = [(omega + near, omega + far), (omega - near, omega - far)];
        let mut best: Option<f64> = None;
        for (a, b) in sides.into_iter().filter(|&(a, b)| bracket(a, b)) {
            let root = bisect(&residual, a, b);
            if best.is_none_or(|w| (root - omega).abs() < (w - omega).abs()) {
                best = Some(root);
            }
        }
        if let Some(root) = best {
            return Ok(root);
        }
    }
    Ok(omega)
}

fn bisect(f: &dyn Fn(f64) -> f64, mut a: f64, mut b: f64) -> f64 {
    let below = f(a) <= 0.0;
    for _ in 0..200 {
        let middle = 0.5 * (a + b);
        if (f(middle) <= 0.0) == below {
            a = middle;
        } else {
            b = middle;
        }
    }
    0.5 * (a + b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num::{cos, ln, sin};

    /// y' = -y(t - 1), y = 1 before 0: polynomials between whole times.
    struct Linear;

    impl DelayModel for Linear {
        fn dimension(&self) -> usize {
            1
        }
        fn delay(&self) -> f64 {
            1.0
        }
        fn rhs(&self, _t: f64, _y: &[f64], past: &[f64], dy: &mut [f64]) {
            dy[0] = -past[0];
        }
    }

    #[test]
    fn the_method_of_steps_is_exact_for_low_polynomials() {
        let history = |_: f64, y: &mut [f64], dy: &mut [f64]| {
            y[0] = 1.0;
            dy[0] = 0.0;
        };
        let run = integrate(&Linear, &history, &[0.5, 1.0, 2.0, 3.0], 0.1).unwrap();
        let exact = [0.5, 0.0, -0.5, 1.0 / 2.0 * 4.0 - 2.0 - 1.0 / 6.0];
        for (state, exact) in run.states.iter().zip(exact) {
            assert!((state[0] - exact).abs() < 1e-12, "{} {exact}", state[0]);
        }
    }

    /// y' = -(pi/2) y(t - 1) turns as cos(pi t / 2).
    struct Turning;

    impl DelayModel for Turning {
        fn dimension(&self) -> usize {
            1
        }
        fn delay(&self) -> f64 {
            1.0
        }
        fn rhs(&self, _t: f64, _y: &[f64], past: &[f64], dy: &mut [f64]) {
            dy[0] = -0.5 * crate::base::num::PI * past[0];
        }
    }

    #[test]
    fn the_method_of_steps_is_of_fourth_order() {
        let rate = 0.5 * crate::base::num::PI;
        let history = |t: f64, y: &mut [f64], dy: &mut [f64]| {
            y[0] = cos(rate * t);
            dy[0] = -rate * sin(rate * t);
        };
        let error = |dt| {
            let run = integrate(&Turning, &history, &[7.0], dt).unwrap();
            (run.states[0][0] - cos(rate * 7.0)).abs()
        };
        let observed = ln(error(0.1) / error(0.05)) / ln(2.0);
        assert!((observed - 4.0).abs() < 0.2, "{observed}");
    }

    #[test]
    fn the_nearest_root_is_found() {
        assert_eq!(in_phase_frequency(1.0, 0.0, 1.0).unwrap(), 1.0);
        for (omega, k, tau) in [(1.0, 0.5, 1.0), (1.0, 0.3, 2.0), (2.0, 3.0, 4.0)] {
            let residual = |w: f64| w - omega + k * sin(w * tau);
            let root = in_phase_frequency(omega, k, tau).unwrap();
            assert!((root - omega + k * sin(root * tau)).abs() < 1e-12);
            // No sign changes nearer to omega, on either side.
            for step in (1..999).map(|i| f64::from(i) / 1000.0 * (root - omega)) {
                let sides = [residual(omega + step), residual(omega - step)];
                assert!(sides[0] * residual(omega) > 0.0 && sides[1] * residual(omega) > 0.0);
            }
        }
    }
}
