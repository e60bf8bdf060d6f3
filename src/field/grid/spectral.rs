//! `SpectralField`: the field solved exactly, mode by mode.
//!
//! Every mode of a wave obeys q̈ + γ q̇ + c² κ² q = s, every mode of diffusion q̇ = −(D κ² + λ) q +
//! s, with the exact eigenvalue κ² of −Δ: spectral accuracy in space, no error in time as long as
//! the source is constant through a step. There is no bound on the step.

use super::domain::Domain;
use super::error::FieldError;
use super::law::{self, Energy, Law};
use super::propagator::{DecayStep, WaveStep};
use super::spectrum::{self, SpatialMode};
use super::transform::Transform;

/// A field in the eigenbasis. Its state is the modal amplitudes q and, of a wave, the velocities v;
/// grid, propagators and source are derived.
#[derive(Clone, Debug)]
pub struct SpectralField {
    domain: Domain,
    law: Law,
    transform: Transform,
    stiffness: Vec<f64>,
    q: Vec<f64>,
    v: Vec<f64>,
    source: Vec<f64>,
    source_modes: Vec<f64>,
    grid: Vec<f64>,
    planned_s: Option<f64>,
    steps: Steps,
}

#[derive(Clone, Debug)]
enum Steps {
    Wave(Vec<WaveStep>),
    Diffusion(Vec<DecayStep>),
}

impl SpectralField {
    /// A field at rest.
    pub fn new(domain: Domain, law: Law) -> Result<Self, FieldError> {
        let law = law.checked()?;
        let n = domain.cells();
        let stiffness = domain
            .eigenvalues()
            .into_iter()
            .map(|k| law.stiffness(k))
            .collect();
        Ok(Self {
            domain,
            law,
            transform: Transform::new(&domain),
            stiffness,
            q: vec![0.0; n],
            v: vec![0.0; if law.is_wave() { n } else { 0 }],
            source: vec![0.0; n],
            source_modes: vec![0.0; n],
            grid: vec![0.0; n],
            planned_s: None,
            steps: if law.is_wave() {
                Steps::Wave(Vec::new())
            } else {
                Steps::Diffusion(Vec::new())
            },
        })
    }

    /// Where the field lives.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// What it obeys.
    #[must_use]
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// The stiffness of every mode: ω² in 1/s² of a wave, the decay rate in 1/s of diffusion.
    #[must_use]
    pub fn stiffness(&self) -> &[f64] {
        &self.stiffness
    }

    /// Sets the source to 0 everywhere.
    pub fn clear_source(&mut self) {
        self.source.fill(0.0);
    }

    /// The source density f of every cell, which persists until it is changed.
    pub fn source_mut(&mut self) -> &mut [f64] {
        &mut self.source
    }

    /// The source density f of every cell.
    #[must_use]
    pub fn source(&self) -> &[f64] {
        &self.source
    }

    /// Computes the propagators for steps of h seconds, unless they are at hand.
    pub fn plan(&mut self, step_s: f64) -> Result<(), FieldError> {
        if !(step_s >= 0.0 && step_s.is_finite()) {
            return Err(FieldError::Step {
                step_s,
                bound_s: f64::INFINITY,
            });
        }
        if self.planned_s == Some(step_s) {
            return Ok(());
        }
        self.steps = match self.law {
            Law::Wave { damping, .. } => {
                let step = |w2: &f64| WaveStep::new(*w2, damping, step_s);
                Steps::Wave(self.stiffness.iter().map(step).collect())
            }
            Law::Diffusion { .. } => {
                let step = |rate: &f64| DecayStep::new(*rate, step_s);
                Steps::Diffusion(self.stiffness.iter().map(step).collect())
            }
        };
        self.planned_s = Some(step_s);
        Ok(())
    }

    /// Advances the field by h seconds under the source, constant through the step.
    pub fn step(&mut self, step_s: f64) -> Result<(), FieldError> {
        self.plan(step_s)?;
        self.transform.forward(&self.source, &mut self.source_modes);
        let modes = self.q.iter_mut().zip(&self.source_modes);
        match &self.steps {
            Steps::Wave(steps) => {
                for ((step, (q, s)), v) in steps.iter().zip(modes).zip(&mut self.v) {
                    step.advance(q, v, *s);
                }
            }
            Steps::Diffusion(steps) => {
                for (step, (q, s)) in steps.iter().zip(modes) {
                    step.advance(q, *s);
                }
            }
        }
        self.transform.inverse(&self.q, &mut self.grid);
        Ok(())
    }

    /// u of every cell.
    #[must_use]
    pub fn u(&self) -> &[f64] {
        &self.grid
    }

    /// The state: modal amplitudes q and velocities v (empty for diffusion).
    #[must_use]
    pub fn state(&self) -> (&[f64], &[f64]) {
        (&self.q, &self.v)
    }

    /// Puts a state back; the field then is bit for bit the one it was taken from.
    pub fn restore(&mut self, q: &[f64], v: &[f64]) -> Result<(), FieldError> {
        same_size(&self.q, q)?;
        same_size(&self.v, v)?;
        self.q.copy_from_slice(q);
        self.v.copy_from_slice(v);
        self.transform.inverse(&self.q, &mut self.grid);
        Ok(())
    }

    /// Starts from grid values of u and u_t (empty for diffusion).
    pub fn set(&mut self, u: &[f64], u_t: &[f64]) -> Result<(), FieldError> {
        same_size(&self.q, u)?;
        same_size(&self.v, u_t)?;
        self.transform.forward(u, &mut self.q);
        if self.law.is_wave() {
            self.transform.forward(u_t, &mut self.v);
        }
        self.transform.inverse(&self.q, &mut self.grid);
        Ok(())
    }

    /// The energy, which by Parseval is the integral over the domain: Σ ½ v², Σ ½ (stiffness) q².
    #[must_use]
    pub fn energy(&self) -> Energy {
        let kinetic: f64 = self.v.iter().map(|v| v * v).sum();
        let stored = self.q.iter().zip(&self.stiffness).map(|(q, k)| k * q * q);
        Energy {
            kinetic: 0.5 * kinetic,
            potential: 0.5 * stored.sum::<f64>(),
        }
    }

    /// The root mean square of u over the grid.
    #[must_use]
    pub fn rms(&self) -> f64 {
        law::rms(&self.grid)
    }

    /// The greatest |u| on the grid; NaN when one of them is not a number.
    #[must_use]
    pub fn peak(&self) -> f64 {
        law::peak(&self.grid)
    }

    /// The strongest modes, at most `bound`, in descending order of amplitude, then by index.
    #[must_use]
    pub fn spatial_modes(&self, bound: usize) -> Vec<SpatialMode> {
        spectrum::spatial_modes(&self.domain, &self.law, &self.q, &self.v, bound)
    }
}

pub(super) fn same_size(needed: &[f64], given: &[f64]) -> Result<(), FieldError> {
    if needed.len() == given.len() {
        Ok(())
    } else {
        Err(FieldError::Size {
            needed: needed.len(),
            given: given.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;
    use crate::field::grid::axis::{Axis, Boundary};

    fn plate(law: Law) -> SpectralField {
        let axes = (
            Axis::new(1.0, 12, Boundary::Dirichlet),
            Axis::new(1.5, 10, Boundary::Periodic),
        );
        let mut field = SpectralField::new(Domain::plate(axes.0, axes.1).unwrap(), law).unwrap();
        let n = field.domain().cells();
        let u: Vec<f64> = (0..n).map(|i| num::sin(1.1 * (i * i) as f64)).collect();
        let u_t = vec![0.25; if law.is_wave() { n } else { 0 }];
        field.set(&u, &u_t).unwrap();
        field
    }

    #[test]
    fn a_restored_field_goes_on_bit_for_bit() {
        let wave = Law::Wave {
            speed: 1.0,
            damping: 0.2,
        };
        let diffusion = Law::Diffusion {
            diffusivity: 0.1,
            decay: 0.3,
        };
        for law in [wave, diffusion] {
            let mut field = plate(law);
            field.source_mut()[17] = 2.0;
            field.step(0.05).unwrap();
            let (q, v) = field.state();
            let mut other = SpectralField::new(*field.domain(), law).unwrap();
            other.restore(q, v).unwrap();
            assert_eq!(field.u(), other.u());
            other.source_mut()[17] = 2.0;
            field.step(0.05).unwrap();
            other.step(0.05).unwrap();
            assert_eq!(field.state(), other.state());
            assert_eq!(field.u(), other.u());
        }
    }

    #[test]
    fn two_half_steps_are_one() {
        let law = Law::Wave {
            speed: 1.3,
            damping: 0.4,
        };
        let (mut one, mut two) = (plate(law), plate(law));
        one.source_mut()[5] = 3.0;
        two.source_mut()[5] = 3.0;
        one.step(0.2).unwrap();
        two.step(0.1).unwrap();
        two.step(0.1).unwrap();
        for (a, b) in one.u().iter().zip(two.u()) {
            assert!((a - b).abs() < 1e-13);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut field = plate(Law::Wave {
            speed: 1.0,
            damping: 0.0,
        });
        assert_eq!(
            field.restore(&[0.0; 3], &[]),
            Err(FieldError::Size {
                needed: 120,
                given: 3
            })
        );
        assert!(field.step(f64::NAN).is_err() && field.step(-1.0).is_err());
    }
}
