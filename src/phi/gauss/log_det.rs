//! The measures that are sums of log-determinants of principal minors: MI1, MI and SI.
//!
//! With g(S) = Σ_t w_t ½ ln det M_t(S) over a few matrices M_t, each of these measures is
//! Σᵢ g(Mᵢ) − g(all) for groups Mᵢ: MI1 takes Cov_X; MI the joint covariance J of past and
//! present; SI both, since ½ ln det Cov(Y_S | X_S) = ½ ln det J(S) − ½ ln det Cov_X(S). The
//! constants (d/2) ln 2πe of the entropies cancel. M(S) is the minor of M with the rows and
//! columns of S.

use nalgebra::DMatrix;

use super::error::GaussError;
use super::linear::{Factor, minor};
use super::system::{GaussianSystem, definite};

/// One matrix of the sum.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// w_t: +1 or −1.
    pub weight: f64,
    /// Rows for each unit; unit u has the rows `per u … per (u + 1) − 1`.
    pub per: usize,
    /// M_t, positive definite.
    pub matrix: DMatrix<f64>,
}

impl Term {
    /// The rows of some units.
    pub(crate) fn rows(&self, units: &[usize]) -> Vec<usize> {
        let rows = units.iter().flat_map(|u| self.per * u..self.per * (u + 1));
        rows.collect()
    }
}

/// g, ready to be evaluated.
#[derive(Clone, Debug)]
pub(crate) struct LogDetSum {
    /// The matrices.
    pub terms: Vec<Term>,
    /// g of all units.
    pub whole: f64,
}

impl LogDetSum {
    /// ½ ln det Cov_X(S), the function behind MI1.
    pub(crate) fn past(system: &GaussianSystem) -> Result<Self, GaussError> {
        Self::new(vec![past(system)])
    }

    /// ½ ln det J(S), the function behind MI.
    pub(crate) fn joint(system: &GaussianSystem) -> Result<Self, GaussError> {
        Self::new(vec![joint(system, "MI")?])
    }

    /// ½ ln det Cov(Y_S | X_S), the function behind SI.
    pub(crate) fn conditional(system: &GaussianSystem) -> Result<Self, GaussError> {
        let mut own = past(system);
        own.weight = -1.0;
        Self::new(vec![joint(system, "SI")?, own])
    }

    fn new(terms: Vec<Term>) -> Result<Self, GaussError> {
        let mut sum = Self { terms, whole: 0.0 };
        let units = sum.terms[0].matrix.nrows() / sum.terms[0].per;
        sum.whole = sum.of(&(0..units).collect::<Vec<_>>())?;
        Ok(sum)
    }

    /// g(S).
    pub(crate) fn of(&self, units: &[usize]) -> Result<f64, GaussError> {
        let mut total = 0.0;
        for term in &self.terms {
            let part = minor(&term.matrix, &term.rows(units));
            total += term.weight * 0.5 * definite("a covariance of a group", &part)?.log_det();
        }
        Ok(total)
    }

    /// Σᵢ g(Mᵢ) − g(all).
    pub(crate) fn across(&self, groups: &[Vec<usize>]) -> Result<f64, GaussError> {
        let mut total = 0.0;
        for group in groups {
            total += self.of(group)?;
        }
        Ok(total - self.whole)
    }

    /// The inverse of every matrix.
    pub(crate) fn inverses(&self) -> Result<Vec<DMatrix<f64>>, GaussError> {
        let inverse = |term: &Term| definite("a covariance", &term.matrix).map(|f| f.inverse());
        self.terms.iter().map(inverse).collect()
    }
}

fn past(system: &GaussianSystem) -> Term {
    Term {
        weight: 1.0,
        per: 1,
        matrix: system.cov_x().clone(),
    }
}

fn joint(system: &GaussianSystem, measure: &'static str) -> Result<Term, GaussError> {
    let matrix = system.joint().ok_or(GaussError::NoDynamics { measure })?;
    Ok(Term {
        weight: 1.0,
        per: 2,
        matrix,
    })
}

/// H(S) = ½ ln det Cov_X(S) + (d/2) ln 2πe in nats, for the d units of S.
pub(crate) fn entropy(cov_x: &DMatrix<f64>, units: &[usize]) -> Result<f64, GaussError> {
    let part = minor(cov_x, units);
    let factor: Factor = definite("Cov_X of a group", &part)?;
    Ok(0.5 * factor.log_det() + units.len() as f64 * HALF_LOG_TWO_PI_E)
}

/// ½ ln 2πe: the entropy of a standard normal number, nats.
pub(crate) const HALF_LOG_TWO_PI_E: f64 = 1.418_938_533_204_672_7;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

    #[test]
    fn two_units_have_the_closed_form() {
        let r: f64 = 0.6;
        let cov = DMatrix::from_row_slice(2, 2, &[2.0, r * 2.0f64.sqrt(), r * 2.0f64.sqrt(), 1.0]);
        let system = GaussianSystem::instantaneous(cov).unwrap();
        let sum = LogDetSum::past(&system).unwrap();
        let found = sum.across(&[vec![0], vec![1]]).unwrap();
        assert!((found + 0.5 * num::ln(1.0 - r * r)).abs() < 1e-14);
        assert!(LogDetSum::joint(&system).is_err());
        assert!(LogDetSum::conditional(&system).is_err());
    }

    #[test]
    fn the_entropy_constant_is_right() {
        let expected = 0.5 * num::ln(num::TAU * num::exp(1.0));
        assert!((HALF_LOG_TWO_PI_E - expected).abs() < 1e-15);
        let h = entropy(&DMatrix::from_element(1, 1, 4.0), &[0]).unwrap();
        assert!((h - expected - num::ln(2.0)).abs() < 1e-15);
    }
}
