//! The ultimate point of a plant.

use serde::{Deserialize, Serialize};

use crate::base::num;

/// The point at which a proportional law is at the border of stability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ultimate {
    /// Ku, output over measure; negative for a plant that acts in reverse.
    pub gain: f64,
    /// Tu, s, > 0.
    pub period_s: f64,
}

impl Ultimate {
    /// K e^(−sL)/(1 + sτ) with the static gain K through this point: τ and L, s. None when |K Ku|
    /// is not above 1, as no plant of that form then has the point.
    #[must_use]
    pub fn first_order(&self, static_gain: f64) -> Option<[f64; 2]> {
        let omega = num::TAU / self.period_s;
        let product = static_gain * self.gain;
        if product.is_nan() || product <= 1.0 {
            return None;
        }
        let along = (product * product - 1.0).sqrt();
        let delay_s = (num::PI - num::atan2(along, 1.0)) / omega;
        Some([along / omega, delay_s])
    }
}
