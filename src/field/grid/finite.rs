//! `FiniteField`: the field by finite differences, of second order in space and time.
//!
//! Waves: Störmer–Verlet, u half a step, v a whole step between two halves of the exact damping
//! e^(−γh/2), u half a step. Without damping and source it conserves
//! [`FiniteField::discrete_energy`] exactly, and a mode of ω rings at Ω with sin(Ωh/2) = ωh/2
//! (Hairer, Lubich & Wanner, 2003, "Geometric numerical integration illustrated by the
//! Störmer–Verlet method", Acta Numerica 12). Diffusion: Heun's method.

use crate::base::num;

use super::domain::Domain;
use super::error::FieldError;
use super::laplacian::{gradient_squared, laplacian};
use super::law::{self, Energy, Law};
use super::spectral::same_size;

/// Above the bound by so little is rounding of the caller's.
const BOUND_TOLERANCE: f64 = 1e-12;
/// Substeps keep to this part of the bound: on it, the shortest wave grows in proportion to time.
const SUBSTEP_PART: f64 = 0.9;

/// A field on the grid. Its state is u and, of a wave, u_t.
#[derive(Clone, Debug)]
pub struct FiniteField {
    domain: Domain,
    law: Law,
    u: Vec<f64>,
    v: Vec<f64>,
    source: Vec<f64>,
    slope: Vec<f64>,
    second: Vec<f64>,
}

impl FiniteField {
    /// A field at rest.
    pub fn new(domain: Domain, law: Law) -> Result<Self, FieldError> {
        let law = law.checked()?;
        let n = domain.cells();
        let if_wave = |wave: bool| vec![0.0; if law.is_wave() == wave { n } else { 0 }];
        Ok(Self {
            domain,
            law,
            u: vec![0.0; n],
            v: if_wave(true),
            source: vec![0.0; n],
            slope: vec![0.0; n],
            second: if_wave(false),
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

    /// The longest stable step in seconds: c h √(1/Δx² + 1/Δy²) ≤ 1 for waves (Courant, Friedrichs
    /// & Lewy, 1928), h (4 D (1/Δx² + 1/Δy²) + λ) ≤ 2 for diffusion, D h (1/Δx² + 1/Δy²) ≤ ½ if λ =
    /// 0.
    #[must_use]
    pub fn longest_step(&self) -> f64 {
        let inverse = self.domain.inverse_spacings_squared();
        match self.law {
            Law::Wave { speed, .. } => 1.0 / (speed * inverse.sqrt()),
            Law::Diffusion { diffusivity, decay } => 2.0 / (4.0 * diffusivity * inverse + decay),
        }
    }

    /// Into how many equal steps a step of h seconds is cut so that each keeps to 0.9 of the bound.
    pub fn substeps(&self, step_s: f64) -> Result<u32, FieldError> {
        let count = (step_s / (SUBSTEP_PART * self.longest_step())).ceil();
        if !(step_s >= 0.0 && count <= f64::from(u32::MAX)) {
            return Err(self.refusal(step_s));
        }
        Ok((count as u32).max(1))
    }

    /// Advances the field by h seconds in one step; refused beyond the bound.
    pub fn step(&mut self, step_s: f64) -> Result<(), FieldError> {
        let bound = self.longest_step() * (1.0 + BOUND_TOLERANCE);
        if !(step_s >= 0.0 && step_s <= bound) {
            return Err(self.refusal(step_s));
        }
        match self.law {
            Law::Wave { speed, damping } => self.step_wave(speed, damping, step_s),
            Law::Diffusion { diffusivity, decay } => {
                self.step_diffusion(diffusivity, decay, step_s)
            }
        }
        Ok(())
    }

    /// Advances the field by h seconds in as many equal steps as stability needs, and tells how
    /// many.
    pub fn step_in_parts(&mut self, step_s: f64) -> Result<u32, FieldError> {
        let count = self.substeps(step_s)?;
        for _ in 0..count {
            self.step(step_s / f64::from(count))?;
        }
        Ok(count)
    }

    fn refusal(&self, step_s: f64) -> FieldError {
        FieldError::Step {
            step_s,
            bound_s: self.longest_step(),
        }
    }

    fn step_wave(&mut self, speed: f64, damping: f64, h: f64) {
        let half = 0.5 * h;
        let keep = num::exp(-damping * half);
        let c2 = speed * speed;
        for (u, v) in self.u.iter_mut().zip(&self.v) {
            *u += half * v;
        }
        laplacian(&self.domain, &self.u, &mut self.slope);
        let forces = self.slope.iter().zip(&self.source);
        for ((u, v), (l, f)) in self.u.iter_mut().zip(&mut self.v).zip(forces) {
            *v = keep * (keep * *v + h * (c2 * l + f));
            *u += half * *v;
        }
    }

    // With A = D Δ − λ and k = A u + f, Heun's u + h (k + A (u + h k) + f) / 2 is u + h (k + ½ h A
    // k).
    fn step_diffusion(&mut self, diffusivity: f64, decay: f64, h: f64) {
        laplacian(&self.domain, &self.u, &mut self.slope);
        for ((k, u), f) in self.slope.iter_mut().zip(&self.u).zip(&self.source) {
            *k = diffusivity * *k - decay * u + f;
        }
        laplacian(&self.domain, &self.slope, &mut self.second);
        for ((u, k), l) in self.u.iter_mut().zip(&self.slope).zip(&self.second) {
            *u += h * (k + 0.5 * h * (diffusivity * l - decay * k));
        }
    }

    /// u of every cell.
    #[must_use]
    pub fn u(&self) -> &[f64] {
        &self.u
    }

    /// The state: u and u_t (empty for diffusion) of every cell.
    #[must_use]
    pub fn state(&self) -> (&[f64], &[f64]) {
        (&self.u, &self.v)
    }

    /// Puts a state back; the field then is bit for bit the one it was taken from.
    pub fn restore(&mut self, u: &[f64], u_t: &[f64]) -> Result<(), FieldError> {
        same_size(&self.u, u)?;
        same_size(&self.v, u_t)?;
        self.u.copy_from_slice(u);
        self.v.copy_from_slice(u_t);
        Ok(())
    }

    /// Starts from grid values of u and u_t (empty for diffusion).
    pub fn set(&mut self, u: &[f64], u_t: &[f64]) -> Result<(), FieldError> {
        self.restore(u, u_t)
    }

    /// The energy, with gradients on the cell faces. In an undamped wave it oscillates about
    /// [`Self::discrete_energy`] within a part of (ωh)²/4.
    #[must_use]
    pub fn energy(&self) -> Energy {
        let square = |values: &[f64]| -> f64 {
            values.iter().map(|x| x * x).sum::<f64>() * self.domain.cell_measure()
        };
        let gradient = gradient_squared(&self.domain, &self.u);
        let potential = match self.law {
            Law::Wave { speed, .. } => speed * speed * gradient,
            Law::Diffusion { diffusivity, decay } => {
                diffusivity * gradient + decay * square(&self.u)
            }
        };
        Energy {
            kinetic: 0.5 * square(&self.v),
            potential: 0.5 * potential,
        }
    }

    /// What steps of h seconds conserve to rounding without damping and source: ½ ∫ u_t² − ⅛ h² c²
    /// ∫ |∇u_t|² + ½ c² ∫ |∇u|², not negative up to the bound. For diffusion it is the energy.
    #[must_use]
    pub fn discrete_energy(&self, step_s: f64) -> f64 {
        let correction = match self.law {
            Law::Wave { speed, .. } => {
                let gradient = gradient_squared(&self.domain, &self.v);
                0.125 * step_s * step_s * speed * speed * gradient
            }
            Law::Diffusion { .. } => 0.0,
        };
        self.energy().total() - correction
    }

    /// The root mean square of u over the grid.
    #[must_use]
    pub fn rms(&self) -> f64 {
        law::rms(&self.u)
    }

    /// The greatest |u| on the grid; NaN when one of them is not a number.
    #[must_use]
    pub fn peak(&self) -> f64 {
        law::peak(&self.u)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::grid::axis::{Axis, Boundary};

    fn plate(law: Law) -> FiniteField {
        let axes = (
            Axis::new(1.0, 20, Boundary::Dirichlet),
            Axis::new(0.5, 20, Boundary::Neumann),
        );
        FiniteField::new(Domain::plate(axes.0, axes.1).unwrap(), law).unwrap()
    }

    #[test]
    fn on_its_bound_it_stays_bounded_and_beyond_it_would_not() {
        for law in [
            Law::Wave {
                speed: 1.0,
                damping: 0.0,
            },
            Law::Diffusion {
                diffusivity: 1.0,
                decay: 0.5,
            },
        ] {
            let mut field = plate(law);
            field.u[210] = 1.0;
            let h = 0.999 * field.longest_step();
            (0..2_000).for_each(|_| field.step(h).unwrap());
            assert!(field.peak() < 2.0, "{law:?}");
            let too_long = 1.1 * field.longest_step();
            for _ in 0..2_000 {
                match law {
                    Law::Wave { speed, damping } => field.step_wave(speed, damping, too_long),
                    Law::Diffusion { diffusivity, decay } => {
                        field.step_diffusion(diffusivity, decay, too_long);
                    }
                }
            }
            assert!(field.peak().is_nan() || field.peak() > 1e6, "{law:?}");
        }
    }
}
