//! `Law`: the equation of the field, and the energies that go with it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::FieldError;

/// The equation that the field obeys under a source f.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Law {
    /// u_tt = c² Δu − γ u_t + f.
    Wave {
        /// Wave speed c, lengths per second, positive.
        speed: f64,
        /// Damping rate γ, 1/s, not negative.
        #[serde(default)]
        damping: f64,
    },
    /// u_t = D Δu − λ u + f.
    Diffusion {
        /// Diffusivity D, lengths² per second, positive.
        diffusivity: f64,
        /// Decay rate λ, 1/s, not negative.
        #[serde(default)]
        decay: f64,
    },
}

impl Law {
    /// Whether the field has a velocity u_t of its own.
    #[must_use]
    pub fn is_wave(&self) -> bool {
        matches!(self, Self::Wave { .. })
    }

    /// The law, if its parameters are in range.
    pub fn checked(self) -> Result<Self, FieldError> {
        let (first, second) = match self {
            Self::Wave { speed, damping } => (("speed", speed), ("damping", damping)),
            Self::Diffusion { diffusivity, decay } => {
                (("diffusivity", diffusivity), ("decay", decay))
            }
        };
        let refuse = |(name, value)| Err(FieldError::Parameter { name, value });
        if !(first.1 > 0.0 && first.1.is_finite()) {
            return refuse(first);
        }
        if !(second.1 >= 0.0 && second.1.is_finite()) {
            return refuse(second);
        }
        Ok(self)
    }

    /// The stiffness of a mode with eigenvalue κ² of −Δ: ω² = c² κ² (1/s²) of a wave, the rate
    /// μ = D κ² + λ (1/s) of diffusion.
    #[must_use]
    pub fn stiffness(&self, eigenvalue: f64) -> f64 {
        match self {
            Self::Wave { speed, .. } => speed * speed * eigenvalue,
            Self::Diffusion { diffusivity, decay } => diffusivity * eigenvalue + decay,
        }
    }
}

/// The energy of a field for unit mass density.
///
/// Of a wave: ½ ∫ u_t² and ½ c² ∫ |∇u|². Of diffusion, which is the gradient flow
/// u_t = −δE/δu + f: no kinetic part, and E = ½ ∫ (D |∇u|² + λ u²).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Energy {
    /// ½ ∫ u_t².
    pub kinetic: f64,
    /// What the shape of the field stores.
    pub potential: f64,
}

impl Energy {
    /// Kinetic and potential energy together.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.kinetic + self.potential
    }
}

/// The root mean square √(Σ uᵢ² / n); 0 for no values.
#[must_use]
pub fn rms(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let sum: f64 = values.iter().map(|u| u * u).sum();
    (sum / values.len() as f64).sqrt()
}

/// The greatest magnitude; NaN when one of the values is not a number.
#[must_use]
pub fn peak(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |peak: f64, u| {
        if u.is_nan() || peak.is_nan() {
            f64::NAN
        } else {
            peak.max(u.abs())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_out_of_range_are_refused() {
        assert!(
            Law::Wave {
                speed: 1.0,
                damping: 0.0
            }
            .checked()
            .is_ok()
        );
        assert_eq!(
            Law::Wave {
                speed: 1.0,
                damping: -0.1
            }
            .checked(),
            Err(FieldError::Parameter {
                name: "damping",
                value: -0.1
            })
        );
        assert!(
            Law::Diffusion {
                diffusivity: 0.0,
                decay: 0.0
            }
            .checked()
            .is_err()
        );
        assert!(
            Law::Diffusion {
                diffusivity: 1.0,
                decay: f64::NAN
            }
            .checked()
            .is_err()
        );
    }

    #[test]
    fn a_value_that_is_not_a_number_shows() {
        assert_eq!(peak(&[1.0, -3.0, 2.0]), 3.0);
        assert!(peak(&[1.0, f64::NAN, 2.0]).is_nan());
        assert_eq!(rms(&[3.0, -3.0]), 3.0);
    }
}
