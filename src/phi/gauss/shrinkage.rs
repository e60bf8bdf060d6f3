//! How much an estimated covariance is shrunk towards its diagonal.
//!
//! The intensity is the analytic one of Schäfer & Strimmer (Stat. Appl. Genet. Mol. Biol. 4, 2005)
//! on correlations, λ* = Σ_{i≠j} Var(r_ij) / Σ_{i≠j} r_ij² clamped to 0 … 1, over all pairs of the
//! rows. It takes samples for independent; for signals that vary slowly the variance of their
//! correlations, and with it λ*, is underestimated.

use serde::{Deserialize, Serialize};

use crate::phi::work::Budget;

/// How the covariance is shrunk towards its diagonal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Shrinkage {
    /// Not at all.
    #[default]
    None,
    /// By a given share λ, 0 … 1.
    Fixed(f64),
    /// By the intensity of Schäfer & Strimmer (2005).
    Analytic,
}

impl Shrinkage {
    /// λ for rows of deviations from their means; none when the budget ended before it was found.
    pub(super) fn share(self, rows: &[Vec<f64>], budget: &mut Budget<'_>) -> Option<f64> {
        match self {
            Self::None => Some(0.0),
            Self::Fixed(lambda) => Some(lambda),
            Self::Analytic => analytic_intensity(rows, budget),
        }
    }
}

/// λ* of Schäfer & Strimmer (2005) for rows of deviations from their means.
fn analytic_intensity(rows: &[Vec<f64>], budget: &mut Budget<'_>) -> Option<f64> {
    let count = rows[0].len() as f64;
    let unit: Vec<Vec<f64>> = rows.iter().map(|row| standardised(row)).collect();
    let (mut spread, mut strength) = (0.0, 0.0);
    for (i, a) in unit.iter().enumerate() {
        if !budget.goes_on() {
            return None;
        }
        for b in &unit[..i] {
            let mean = super::linear::dot(a, b) / count;
            let mut squares = 0.0;
            for (x, y) in a.iter().zip(b) {
                let deviation = x * y - mean;
                squares += deviation * deviation;
            }
            // Var(r) = T / (T − 1)³ Σ (w_k − w̄)², for r = T / (T − 1) w̄.
            let r = count / (count - 1.0) * mean;
            spread += count / ((count - 1.0) * (count - 1.0) * (count - 1.0)) * squares;
            strength += r * r;
        }
    }
    if strength <= spread {
        return Some(1.0);
    }
    Some((spread / strength).clamp(0.0, 1.0))
}

/// A row of deviations at unit variance (divided by T − 1).
fn standardised(row: &[f64]) -> Vec<f64> {
    let sum = super::linear::dot(row, row);
    let deviation = (sum / (row.len() as f64 - 1.0)).sqrt();
    row.iter().map(|x| x / deviation).collect()
}
