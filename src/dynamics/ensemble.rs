//! Large populations: the mean-field Kuramoto model with Lorentzian frequencies, and with noise.
//!
//! Both are simulated. The Lorentzian population is stepped by splitting: each oscillator turns
//! exactly by ωᵢ h, and is kicked exactly by a frozen mean field, which moves the unit circle by a
//! Möbius map. No sine is computed and the far tail of the frequencies needs no smaller step.
//! Sources: Kuramoto (1984); Strogatz (2000); Watanabe & Strogatz (1994) for the Möbius maps.

use super::error::DynamicsError;
use super::observables::order_parameter;
use super::phase::MeanField;
use super::sde::{Additive, SdePath, SdeScheme};
use crate::base::num::{PI, TAU, exp, exp_m1, hypot, sin_cos};
use crate::base::random::{KeyedRng, Purpose};

/// How a population is simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Number of oscillators.
    pub count: usize,
    /// Step, s.
    pub dt: f64,
    /// Time before the mean begins, s.
    pub settle_s: f64,
    /// Time over which the mean is taken, s.
    pub measure_s: f64,
    /// Seed of starts and noise.
    pub seed: u64,
}

/// A time mean of the order parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanOrder {
    /// Mean of r over the measured time.
    pub r: f64,
    /// Standard deviation of r within it.
    pub deviation: f64,
    /// Steps taken.
    pub steps: u64,
}

/// A complex number as (real, imaginary).
type Complex = (f64, f64);

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// Oscillators as points on the unit circle.
struct Circle {
    points: Vec<Complex>,
    /// e^{iωh/2} of each.
    half_turns: Vec<Complex>,
}

impl Circle {
    fn mean(points: &[Complex]) -> Complex {
        let (mut re, mut im) = (0.0, 0.0);
        for p in points {
            re += p.0;
            im += p.1;
        }
        (re / points.len() as f64, im / points.len() as f64)
    }

    fn turn(&mut self) {
        for (p, turn) in self.points.iter_mut().zip(&self.half_turns) {
            let (re, im) = times(*p, *turn);
            // One Newton step of 1/|p| keeps rounding from leaving the circle.
            let scale = 1.5 - 0.5 * (re * re + im * im);
            *p = (re * scale, im * scale);
        }
    }

    fn step(&mut self, coupling: f64, h: f64, scratch: &mut Vec<Complex>) {
        self.turn();
        // The mean field in the middle of the kick makes the step of second order.
        let kick = Kick::new(Self::mean(&self.points), coupling, 0.5 * h);
        scratch.clear();
        scratch.extend(self.points.iter().map(|&p| kick.apply(p)));
        let kick = Kick::new(Self::mean(scratch), coupling, h);
        self.points.iter_mut().for_each(|p| *p = kick.apply(*p));
        self.turn();
    }
}

/// The flow of θ′ = K r sin(ψ − θ) over h with r, ψ fixed: u ← (u + T e)/(1 + T ē u), e = e^{iψ},
/// T = tanh(K r h / 2).
struct Kick {
    pull: Complex,
}

impl Kick {
    fn new(field: Complex, coupling: f64, h: f64) -> Self {
        let r = hypot(field.0, field.1);
        if r == 0.0 {
            return Self { pull: (0.0, 0.0) };
        }
        let grown = exp_m1(coupling * r * h);
        let tanh = grown / (grown + 2.0);
        Self {
            pull: (tanh * field.0 / r, tanh * field.1 / r),
        }
    }

    fn apply(&self, u: Complex) -> Complex {
        let top = (u.0 + self.pull.0, u.1 + self.pull.1);
        let turned = times((self.pull.0, -self.pull.1), u);
        let bottom = (1.0 + turned.0, turned.1);
        let square = bottom.0 * bottom.0 + bottom.1 * bottom.1;
        let (re, im) = times(top, (bottom.0, -bottom.1));
        (re / square, im / square)
    }
}

/// Lorentzian frequencies ωᵢ = γ tan(π((i + ½)/N − ½)), i in 0..N, rad/s.
#[must_use]
pub fn lorentzian_frequencies(gamma: f64, count: usize) -> Vec<f64> {
    (0..count)
        .map(|i| {
            let (s, c) = sin_cos(PI * ((i as f64 + 0.5) / count as f64 - 0.5));
            gamma * s / c
        })
        .collect()
}

/// Mean of r of Kuramoto oscillators in their mean field, from uniformly random phases.
///
/// θᵢ′ = ωᵢ + (K/N) Σⱼ sin(θⱼ − θᵢ). Units: ω in rad/s, K in 1/s. Deterministic in the seed.
#[must_use]
pub fn mean_field_order(omega: &[f64], coupling: f64, sampling: &Sampling) -> MeanOrder {
    let start = |i: usize| {
        let mut rng = KeyedRng::new(sampling.seed, Purpose::Initial, i as u64, 0);
        let (s, c) = sin_cos(TAU * rng.uniform());
        (c, s)
    };
    let half_turn = |w: &f64| {
        let (s, c) = sin_cos(0.5 * w * sampling.dt);
        (c, s)
    };
    let mut circle = Circle {
        points: (0..omega.len()).map(start).collect(),
        half_turns: omega.iter().map(half_turn).collect(),
    };
    let mut scratch = Vec::with_capacity(omega.len());
    let mut record = Record::new(sampling);
    for step in 0..record.steps {
        circle.step(coupling, sampling.dt, &mut scratch);
        let field = Circle::mean(&circle.points);
        record.add(step, hypot(field.0, field.1));
    }
    record.mean()
}

/// Mean of r of identical Kuramoto oscillators with noise, from equal phases.
///
/// dθᵢ = K r sin(ψ − θᵢ) dt + √(2D) dWᵢ by stochastic Heun. Units: K, D in 1/s.
///
/// # Errors
/// [`DynamicsError::NonFinite`] when the step is so large that a phase is lost.
pub fn noisy_order(
    coupling: f64,
    diffusion: f64,
    sampling: &Sampling,
) -> Result<MeanOrder, DynamicsError> {
    let model = MeanField {
        omega: vec![0.0; sampling.count],
        coupling,
    };
    let noise = Additive((2.0 * diffusion).sqrt());
    let start = vec![0.0; sampling.count];
    let mut path = SdePath::new(&model, &noise, SdeScheme::Heun, &start);
    let mut record = Record::new(sampling);
    for step in 0..record.steps {
        path.step(sampling.dt, sampling.seed)?;
        if step >= record.settle {
            record.add(step, order_parameter(path.y()).0);
        }
    }
    Ok(record.mean())
}

struct Record {
    settle: u64,
    steps: u64,
    count: f64,
    sum: f64,
    squares: f64,
}

impl Record {
    fn new(sampling: &Sampling) -> Self {
        let settle = (sampling.settle_s / sampling.dt).round() as u64;
        let measure = (sampling.measure_s / sampling.dt).round().max(1.0) as u64;
        Self {
            settle,
            steps: settle + measure,
            count: 0.0,
            sum: 0.0,
            squares: 0.0,
        }
    }

    fn add(&mut self, step: u64, r: f64) {
        if step >= self.settle {
            self.count += 1.0;
            self.sum += r;
            self.squares += r * r;
        }
    }

    fn mean(&self) -> MeanOrder {
        let r = self.sum / self.count;
        let deviation = (self.squares / self.count - r * r).max(0.0).sqrt();
        MeanOrder {
            r,
            deviation,
            steps: self.steps,
        }
    }
}

/// Stationary r of infinitely many noisy oscillators: r = I₁(κ)/I₀(κ), κ = K r / D.
///
/// 0 up to K = 2D. Bisection on the ratio of means over the stationary density e^{κ cos θ}.
/// Source: Sakaguchi (1988); Kuramoto (1984), ch. 5.
#[must_use]
pub fn noisy_self_consistent(coupling: f64, diffusion: f64) -> f64 {
    if coupling <= 2.0 * diffusion {
        return 0.0;
    }
    let response = |r: f64| {
        // The trapezoid rule converges faster than any power on a periodic density.
        let kappa = coupling * r / diffusion;
        let count = 64 + (8.0 * kappa.min(1e5)).sqrt() as u32 * 16;
        let (mut top, mut bottom) = (0.0, 0.0);
        for k in 0..count {
            let (_, c) = sin_cos(TAU * f64::from(k) / f64::from(count));
            let weight = exp(kappa * (c - 1.0));
            top += c * weight;
            bottom += weight;
        }
        top / bottom
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if response(middle) > middle {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::super::dopri5::{self, Tolerance};
    use super::*;
    use crate::base::num::{atan2, ln};

    #[test]
    fn the_splitting_follows_the_mean_field_to_second_order() {
        let omega = lorentzian_frequencies(0.5, 40);
        let phases: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.1).collect();
        let model = MeanField {
            omega: omega.clone(),
            coupling: 2.0,
        };
        let exact = dopri5::integrate(&model, &phases, &[1.0], Tolerance::default()).unwrap();
        let error = |steps: u32| {
            let h = 1.0 / f64::from(steps);
            let point = |a: f64| {
                let (s, c) = sin_cos(a);
                (c, s)
            };
            let mut circle = Circle {
                points: phases.iter().map(|&a| point(a)).collect(),
                half_turns: omega.iter().map(|w| point(0.5 * w * h)).collect(),
            };
            let mut scratch = Vec::new();
            (0..steps).for_each(|_| circle.step(2.0, h, &mut scratch));
            let gap = |p: &Complex, theta: &f64| {
                let back = times(*p, point(-theta));
                atan2(back.1, back.0).abs()
            };
            circle
                .points
                .iter()
                .zip(&exact.states[0])
                .map(|(p, a)| gap(p, a))
                .fold(0.0, f64::max)
        };
        let (coarse, fine) = (error(400), error(800));
        assert!(
            fine < 1e-4 && ln(coarse / fine) > 1.8 * ln(2.0),
            "{coarse} {fine}"
        );
    }

    #[test]
    fn self_consistency_meets_both_limits() {
        assert_eq!(noisy_self_consistent(0.9, 0.5), 0.0);
        assert!((noisy_self_consistent(2.0, 0.5) - 0.831_462_024_754).abs() < 1e-11);
        // Strong coupling: 1 − r → D / (2 K).
        assert!((noisy_self_consistent(1000.0, 0.5) - (1.0 - 0.000_25)).abs() < 1e-6);
    }
}
