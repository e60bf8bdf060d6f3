//! Stochastic equations dy = f(t, y) dt + b(t, y) dW with one Wiener process per variable.
//!
//! Noise is a function of (seed, vertex, step), so a path does not depend on the order in which
//! vertices are visited. Euler–Maruyama solves the Itô equation: strong order ½, 1 for additive
//! noise, weak order 1. Stochastic Heun solves the Stratonovich equation: strong order 1 for
//! additive and for scalar noise, order 2 without noise. For additive noise the two equations are
//! the same. Source: Kloeden & Platen (1992), §10.2 and §15.1; Rümelin (1982) for Heun.

use super::error::DynamicsError;
use super::model::{Model, check_finite};
use crate::base::random::{KeyedRng, Purpose};

/// Amplitude of the noise of every variable.
pub trait Diffusion {
    /// Writes bᵢ(t, y), in the unit of yᵢ per √s.
    fn amplitude(&self, t: f64, y: &[f64], b: &mut [f64]);
}

/// Noise that does not know the state: bᵢ = σ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Additive(pub f64);

impl Diffusion for Additive {
    fn amplitude(&self, _t: f64, _y: &[f64], b: &mut [f64]) {
        b.fill(self.0);
    }
}

/// Noise in proportion to the state: bᵢ = σ yᵢ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Multiplicative(pub f64);

impl Diffusion for Multiplicative {
    fn amplitude(&self, _t: f64, y: &[f64], b: &mut [f64]) {
        for (b, y) in b.iter_mut().zip(y) {
            *b = self.0 * y;
        }
    }
}

/// Independent copies of y′ = a y, the drift of the processes with closed forms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearDrift {
    /// The rate a, 1/s.
    pub rate: f64,
    /// Number of copies.
    pub count: usize,
}

impl Model for LinearDrift {
    fn name(&self) -> &'static str {
        "linear_drift"
    }

    fn dimension(&self) -> usize {
        self.count
    }

    fn rhs(&self, _t: f64, y: &[f64], dy: &mut [f64]) {
        for (dy, y) in dy.iter_mut().zip(y) {
            *dy = self.rate * y;
        }
    }
}

/// A method for stochastic equations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SdeScheme {
    /// y ← y + h f + b ΔW (Itô).
    EulerMaruyama,
    /// p = y + h f + b ΔW, then y ← y + h (f + f(p))/2 + (b + b(p)) ΔW / 2 (Stratonovich).
    Heun,
}

impl SdeScheme {
    /// Name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EulerMaruyama => "euler_maruyama",
            Self::Heun => "stochastic_heun",
        }
    }
}

/// Fills `out` with standard normal numbers, one per vertex, for one step.
///
/// Vertices 2k and 2k + 1 share the stream named (seed, noise, k, step).
pub fn fill_normals(seed: u64, step: u64, out: &mut [f64]) {
    for (pair, slots) in out.chunks_mut(2).enumerate() {
        let mut rng = KeyedRng::new(seed, Purpose::Noise, pair as u64, step);
        let (first, second) = rng.normal_pair();
        slots[0] = first;
        if let Some(slot) = slots.get_mut(1) {
            *slot = second;
        }
    }
}

/// A path (or, with independent variables, many paths) of a stochastic equation.
pub struct SdePath<'m> {
    model: &'m dyn Model,
    diffusion: &'m dyn Diffusion,
    scheme: SdeScheme,
    t: f64,
    y: Vec<f64>,
    stage: Vec<f64>,
    slopes: [Vec<f64>; 2],
    noise: [Vec<f64>; 2],
    dw: Vec<f64>,
    steps: u64,
}

impl<'m> SdePath<'m> {
    /// A path that starts at t = 0 in `start`.
    #[must_use]
    pub fn new(
        model: &'m dyn Model,
        diffusion: &'m dyn Diffusion,
        scheme: SdeScheme,
        start: &[f64],
    ) -> Self {
        let zeros = vec![0.0; start.len()];
        Self {
            model,
            diffusion,
            scheme,
            t: 0.0,
            y: start.to_vec(),
            stage: zeros.clone(),
            slopes: [zeros.clone(), zeros.clone()],
            noise: [zeros.clone(), zeros.clone()],
            dw: zeros,
            steps: 0,
        }
    }

    /// The state.
    #[must_use]
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// Steps taken.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// One step of `h` s with the increments ΔW = √h·N(0, 1) drawn for (seed, vertex, step).
    ///
    /// # Errors
    /// [`DynamicsError::NonFinite`] naming the variable.
    pub fn step(&mut self, h: f64, seed: u64) -> Result<(), DynamicsError> {
        let mut dw = std::mem::take(&mut self.dw);
        fill_normals(seed, self.steps, &mut dw);
        let root = h.sqrt();
        dw.iter_mut().for_each(|w| *w *= root);
        let done = self.step_with(h, &dw);
        self.dw = dw;
        done
    }

    /// One step of `h` s with given increments ΔW, one per variable, in √s.
    ///
    /// # Errors
    /// [`DynamicsError::NonFinite`] naming the variable.
    pub fn step_with(&mut self, h: f64, dw: &[f64]) -> Result<(), DynamicsError> {
        let [f, f_ahead] = &mut self.slopes;
        let [b, b_ahead] = &mut self.noise;
        self.model.rhs(self.t, &self.y, f);
        self.diffusion.amplitude(self.t, &self.y, b);
        for (i, stage) in self.stage.iter_mut().enumerate() {
            *stage = self.y[i] + h * f[i] + b[i] * dw[i];
        }
        match self.scheme {
            SdeScheme::EulerMaruyama => self.y.copy_from_slice(&self.stage),
            SdeScheme::Heun => {
                self.model.rhs(self.t + h, &self.stage, f_ahead);
                self.diffusion.amplitude(self.t + h, &self.stage, b_ahead);
                for (i, y) in self.y.iter_mut().enumerate() {
                    let drift = 0.5 * h * (f[i] + f_ahead[i]);
                    *y += drift + 0.5 * (b[i] + b_ahead[i]) * dw[i];
                }
            }
        }
        self.steps += 1;
        self.t += h;
        check_finite(self.model, self.t, &self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Harmonic;
    use super::super::moments;
    use super::super::network::Network;
    use super::*;

    fn variance(values: &[f64]) -> f64 {
        values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64
    }

    #[test]
    fn paths_show_the_variance_of_their_scheme() {
        let (theta, sigma, dt, count) = (1.0, 0.5, 0.2, 40_000);
        let model = LinearDrift {
            rate: -theta,
            count,
        };
        let noise = Additive(sigma);
        for scheme in [SdeScheme::EulerMaruyama, SdeScheme::Heun] {
            let mut path = SdePath::new(&model, &noise, scheme, &vec![0.0; count]);
            (0..60).for_each(|_| path.step(dt, 11).unwrap());
            let expected = moments::ou_stationary(scheme, theta, sigma, dt);
            let ratio = variance(path.y()) / expected;
            assert!(
                (ratio - 1.0).abs() < 4.0 * (2.0 / count as f64).sqrt(),
                "{scheme:?} {ratio}"
            );
        }
    }

    #[test]
    fn langevin_paths_show_the_moments_of_symplectic_euler() {
        let (gamma, omega, sigma, dt, count) = (0.5, 2.0, 1.0, 0.05, 20_000_usize);
        let network = Network::isolated(count);
        let model = Harmonic::new(vec![omega; count], vec![gamma; count], 0.0, network).unwrap();
        let mut state = vec![0.0; 2 * count];
        let (mut slope, mut dw) = (state.clone(), vec![0.0; count]);
        for step in 0..800 {
            fill_normals(5, step, &mut dw);
            model.rhs(0.0, &state, &mut slope);
            for i in 0..count {
                state[count + i] += dt * slope[count + i] + sigma * dt.sqrt() * dw[i];
                state[i] += dt * state[count + i];
            }
        }
        let exact = moments::langevin_symplectic(gamma, omega, sigma, dt).unwrap();
        let bound = 4.0 * (2.0 / count as f64).sqrt();
        assert!((variance(&state[..count]) / exact.var_x - 1.0).abs() < bound);
        assert!((variance(&state[count..]) / exact.var_v - 1.0).abs() < bound);
    }

    #[test]
    fn noise_is_keyed_by_seed_vertex_and_step() {
        let draw = |seed, step, n: usize| {
            let mut out = vec![0.0; n];
            fill_normals(seed, step, &mut out);
            out
        };
        // A vertex draws the same whatever the number of vertices.
        assert_eq!(draw(1, 2, 9)[..5], draw(1, 2, 5)[..]);
        assert_ne!(draw(1, 2, 4), draw(1, 3, 4));
        assert_ne!(draw(1, 2, 4), draw(2, 2, 4));
    }
}
