//! Orders of convergence, measured: of the fixed-step methods on a damped oscillator, and of the
//! stochastic methods on processes whose paths are known.
//!
//! Strong errors compare paths driven by the same Brownian increments: the coarse step takes the
//! sum of the fine ones. Source: Kloeden & Platen (1992), §9.3, §9.7.

use super::error::DynamicsError;
use super::fixed::{self, Scheme};
use super::model::Harmonic;
use super::modes::damped_motion;
use super::network::Network;
use super::sde::{
    Additive, Diffusion, LinearDrift, Multiplicative, SdePath, SdeScheme, fill_normals,
};
use crate::base::num::{exp, exp_m1, hypot, ln};

/// Errors of a method at several steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Convergence {
    /// Steps, s, from coarse to fine.
    pub dt: Vec<f64>,
    /// Error at each step.
    pub error: Vec<f64>,
}

impl Convergence {
    /// Orders between neighbouring steps, ln(e₁/e₂) / ln(h₁/h₂).
    #[must_use]
    pub fn observed(&self) -> Vec<f64> {
        let pairs = self.dt.windows(2).zip(self.error.windows(2));
        pairs
            .map(|(h, e)| ln(e[0] / e[1]) / ln(h[0] / h[1]))
            .collect()
    }

    /// Slope of the straight line through all (ln h, ln e).
    #[must_use]
    pub fn slope(&self) -> f64 {
        let count = self.dt.len() as f64;
        let (mut sh, mut se, mut shh, mut she) = (0.0, 0.0, 0.0, 0.0);
        for (h, e) in self.dt.iter().zip(&self.error) {
            let (h, e) = (ln(*h), ln(*e));
            sh += h;
            se += e;
            shh += h * h;
            she += h * e;
        }
        (count * she - sh * se) / (count * shh - sh * sh)
    }
}

/// Distance of a scheme from x″ = −2ζω x′ − ω² x at time `t`, hypot(Δx, Δv), for every step.
///
/// # Errors
/// As [`fixed::integrate`].
pub fn oscillator_convergence(
    scheme: Scheme,
    omega: f64,
    zeta: f64,
    start: (f64, f64),
    t: f64,
    steps: &[f64],
) -> Result<Convergence, DynamicsError> {
    let gamma = 2.0 * zeta * omega;
    let model = Harmonic::new(vec![omega], vec![gamma], 0.0, Network::isolated(1))?;
    let exact = damped_motion(omega, gamma, start, t);
    let mut error = Vec::with_capacity(steps.len());
    for &dt in steps {
        let run = fixed::integrate(&model, scheme, &[start.0, start.1], &[t], dt)?;
        let state = &run.states[0];
        error.push(hypot(state[0] - exact.0, state[1] - exact.1));
    }
    Ok(Convergence {
        dt: steps.to_vec(),
        error,
    })
}

/// Number of fine steps on [0, 1]; the coarse levels take 1, 2, 4 … of them at once.
const FINE: usize = 512;
const LEVELS: usize = 5;
/// Paths per block, and blocks.
const PATHS: usize = 512;
const BLOCKS: u64 = 16;
/// Start, drift and noise of the processes.
const START: f64 = 1.0;

/// A process on [0, 1] with a known path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Process {
    /// dX = a X dt + σ dW, X = X₀ e^{aT} + σ ∫ e^{a(T−s)} dW.
    OrnsteinUhlenbeck {
        /// Drift a, 1/s.
        rate: f64,
        /// Noise σ.
        sigma: f64,
    },
    /// dX = a X dt + σ X dW (Itô), X = X₀ e^{(a−σ²/2)T + σW}.
    GeometricIto {
        /// Drift a, 1/s.
        rate: f64,
        /// Noise σ.
        sigma: f64,
    },
    /// dX = a X dt + σ X ∘ dW (Stratonovich), X = X₀ e^{aT + σW}.
    GeometricStratonovich {
        /// Drift a, 1/s.
        rate: f64,
        /// Noise σ.
        sigma: f64,
    },
}

impl Process {
    fn parts(self) -> (f64, f64, Box<dyn Diffusion>) {
        match self {
            Self::OrnsteinUhlenbeck { rate, sigma } => (rate, sigma, Box::new(Additive(sigma))),
            Self::GeometricIto { rate, sigma } | Self::GeometricStratonovich { rate, sigma } => {
                (rate, sigma, Box::new(Multiplicative(sigma)))
            }
        }
    }
}

/// Brownian increments of a block of paths, and ∫ e^{a(h−s)} dW over each fine step.
struct Increments {
    dw: Vec<Vec<f64>>,
    convolved: Vec<Vec<f64>>,
}

impl Increments {
    fn draw(seed: u64, block: u64, rate: f64) -> Self {
        let h = 1.0 / FINE as f64;
        // The integral given ΔW is normal: its covariance with ΔW is (e^{ah} − 1)/a, its variance
        // (e^{2ah} − 1)/(2a).
        let covariance = if rate == 0.0 {
            h
        } else {
            exp_m1(rate * h) / rate
        };
        let variance = if rate == 0.0 {
            h
        } else {
            exp_m1(2.0 * rate * h) / (2.0 * rate)
        };
        let share = covariance / h;
        let rest = (variance - covariance * share).max(0.0).sqrt();
        let mut normals = vec![0.0; 2 * PATHS];
        let mut out = Self {
            dw: Vec::new(),
            convolved: Vec::new(),
        };
        for step in 0..FINE {
            fill_normals(seed, block * FINE as u64 + step as u64, &mut normals);
            let (first, second) = normals.split_at(PATHS);
            let dw: Vec<f64> = first.iter().map(|g| g * h.sqrt()).collect();
            out.convolved.push(
                dw.iter()
                    .zip(second)
                    .map(|(w, g)| share * w + rest * g)
                    .collect(),
            );
            out.dw.push(dw);
        }
        out
    }

    fn exact(&self, process: Process) -> Vec<f64> {
        let (rate, sigma, _) = process.parts();
        let total = |p: usize| self.dw.iter().map(|dw| dw[p]).sum::<f64>();
        let end = |p: usize| match process {
            Process::OrnsteinUhlenbeck { .. } => {
                let decay = exp(rate / FINE as f64);
                self.convolved
                    .iter()
                    .fold(START, |x, step| decay * x + sigma * step[p])
            }
            Process::GeometricIto { .. } => {
                START * exp(rate - 0.5 * sigma * sigma + sigma * total(p))
            }
            Process::GeometricStratonovich { .. } => START * exp(rate + sigma * total(p)),
        };
        (0..PATHS).map(end).collect()
    }
}

/// Strong errors E|X_h(1) − X(1)| of a scheme on a process, by simulation of 8192 paths.
///
/// # Errors
/// [`DynamicsError::NonFinite`] when a path is lost.
pub fn strong_convergence(
    scheme: SdeScheme,
    process: Process,
    seed: u64,
) -> Result<Convergence, DynamicsError> {
    let (rate, _, diffusion) = process.parts();
    let model = LinearDrift { rate, count: PATHS };
    let strides: Vec<usize> = (0..LEVELS).rev().map(|level| 1 << level).collect();
    let mut error = vec![0.0; LEVELS];
    for block in 0..BLOCKS {
        let increments = Increments::draw(seed, block, rate);
        let exact = increments.exact(process);
        for (error, &stride) in error.iter_mut().zip(&strides) {
            let h = stride as f64 / FINE as f64;
            let mut path = SdePath::new(&model, diffusion.as_ref(), scheme, &[START; PATHS]);
            for fine in increments.dw.chunks(stride) {
                let sum = |p: usize| fine.iter().map(|dw| dw[p]).sum::<f64>();
                let dw: Vec<f64> = (0..PATHS).map(sum).collect();
                path.step_with(h, &dw)?;
            }
            for (y, x) in path.y().iter().zip(&exact) {
                *error += (y - x).abs() / (BLOCKS as f64 * PATHS as f64);
            }
        }
    }
    let dt = strides.iter().map(|&s| s as f64 / FINE as f64).collect();
    Ok(Convergence { dt, error })
}

/// Weak error |E X_h(1) − E X(1)| of Euler–Maruyama on geometric Brownian motion, exactly.
///
/// The mean of the scheme obeys m ← (1 + a h) m, so no sampling is needed; E X(1) = X₀ eᵃ.
#[must_use]
pub fn euler_weak_convergence(rate: f64) -> Convergence {
    let dt: Vec<f64> = (0..LEVELS)
        .rev()
        .map(|level| (1 << level) as f64 / FINE as f64)
        .collect();
    let mean = |h: f64| (0..(1.0 / h).round() as u32).fold(START, |m, _| m + h * rate * m);
    let error = dt
        .iter()
        .map(|&h| (mean(h) - START * exp(rate)).abs())
        .collect();
    Convergence { dt, error }
}

/// Error of stochastic Heun on x′ = a x without noise.
///
/// # Errors
/// [`DynamicsError::NonFinite`] when the path is lost.
pub fn heun_deterministic_convergence(rate: f64) -> Result<Convergence, DynamicsError> {
    let model = LinearDrift { rate, count: 1 };
    let noise = Additive(0.0);
    let dt: Vec<f64> = (0..LEVELS)
        .rev()
        .map(|level| (1 << level) as f64 / FINE as f64)
        .collect();
    let mut error = Vec::with_capacity(LEVELS);
    for &h in &dt {
        let mut path = SdePath::new(&model, &noise, SdeScheme::Heun, &[START]);
        for _ in 0..(1.0 / h).round() as u32 {
            path.step_with(h, &[0.0])?;
        }
        error.push((path.y()[0] - START * exp(rate)).abs());
    }
    Ok(Convergence { dt, error })
}
