//! Φ*: information lost by decoding with the parts only (Oizumi, Amari, Yanagawa, Fujii &
//! Tsuchiya, PLoS Comput. Biol. 12, 2016).
//!
//! Φ* = I(X;Y) − max_β I*(β), where I* is the information available to a decoder that takes the
//! groups for independent: with the block-diagonal G = Cov_YX_D Cov_X_D⁻¹, C_D = Cov(Yᵢ|Xᵢ) and
//! S = Gᵀ C_D⁻¹ G,
//!
//! I*(β) = ½ ln det(Cov_X⁻¹ + βS) + ½ ln det Cov_X + ½ tr(Cov_Y R) − βn/2,
//! R = β C_D⁻¹ − β² C_D⁻¹ G (Cov_X⁻¹ + βS)⁻¹ Gᵀ C_D⁻¹.
//!
//! With Cov_X = L Lᵀ and the eigenvalues sᵢ of Lᵀ S L this is one sum,
//! ½ Σ ln(1 + β sᵢ) + ½ β (a − n) − ½ β² Σ wᵢ / (1 + β sᵢ), concave in β, so that an evaluation of
//! it and its derivatives costs O(n) once the eigenvectors are known.

use nalgebra::DMatrix;

use crate::base::num;

use super::error::GaussError;
use super::linear::{block, column, dot, minor, multiply, transposed_multiply};
use super::partition::Partition;
use super::system::{GaussianSystem, definite};

/// A value of Φ* with its optimum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StarValue {
    /// Φ*, nats.
    pub phi: f64,
    /// The maximiser β of I*.
    pub beta: f64,
    /// I(X;Y), nats.
    pub information: f64,
    /// dI*/dβ at β: how well the maximum is met.
    pub slope: f64,
}

/// What does not depend on the partition.
#[derive(Clone, Debug)]
pub(crate) struct StarProblem {
    cov_x: DMatrix<f64>,
    cov_xy: DMatrix<f64>,
    cov_y: DMatrix<f64>,
    lower: DMatrix<f64>,
    information: f64,
}

impl StarProblem {
    pub(crate) fn new(system: &GaussianSystem) -> Result<Self, GaussError> {
        let missing = GaussError::NoDynamics { measure: "Φ*" };
        let (Some(cov_xy), Some(cov_y), Some(joint)) =
            (system.cov_xy(), system.cov_y(), system.joint())
        else {
            return Err(missing);
        };
        let factor = definite("Cov_X", system.cov_x())?;
        let present = definite("Cov_Y", cov_y)?.log_det();
        let joint = definite("the covariance of past and present", &joint)?.log_det();
        Ok(Self {
            cov_x: system.cov_x().clone(),
            cov_xy: cov_xy.clone(),
            cov_y: cov_y.clone(),
            information: 0.5 * (factor.log_det() + present - joint),
            lower: factor.lower,
        })
    }

    /// Φ* of a partition.
    pub(crate) fn value(&self, partition: &Partition) -> Result<StarValue, GaussError> {
        let curve = self.curve(partition)?;
        let (beta, slope) = curve.maximiser();
        Ok(StarValue {
            phi: self.information - curve.value(beta),
            beta,
            information: self.information,
            slope,
        })
    }

    /// I* as a function of β.
    fn curve(&self, partition: &Partition) -> Result<Curve, GaussError> {
        let n = self.cov_x.nrows();
        // M = K⁻¹ G L and N = K⁻ᵀ M with C_D = K Kᵀ, so that Lᵀ S L = Mᵀ M.
        let mut m = DMatrix::zeros(n, n);
        let mut spread = DMatrix::zeros(n, n);
        let mut trace = 0.0;
        for group in partition.groups() {
            let past = definite("Cov_X of a group", &minor(&self.cov_x, group))?;
            let cross = minor(&self.cov_xy, group);
            let present = minor(&self.cov_y, group);
            let g = past.solve(&cross).transpose();
            let conditional = present.clone() - multiply(&g, &cross);
            let k = definite("Cov(Y|X) of a group", &conditional)?;
            let all: Vec<usize> = (0..n).collect();
            let mut rows = multiply(&g, &block(&self.lower, group, &all));
            k.forward(&mut rows);
            let mut wide = rows.clone();
            k.backward(&mut wide);
            for (r, unit) in group.iter().enumerate() {
                for c in 0..n {
                    m[(*unit, c)] = rows[(r, c)];
                    spread[(*unit, c)] = wide[(r, c)];
                }
            }
            let inverse = k.inverse();
            let part = multiply(&inverse, &present);
            trace += (0..group.len()).map(|i| part[(i, i)]).sum::<f64>();
        }
        let eigen = transposed_multiply(&m, &m).symmetric_eigen();
        let turned = multiply(&spread, &eigen.eigenvectors);
        let image = multiply(&self.cov_y, &turned);
        let modes = (0..n).map(|i| Mode {
            s: eigen.eigenvalues[i].max(0.0),
            w: dot(column(&turned, i), column(&image, i)),
        });
        Ok(Curve {
            modes: modes.collect(),
            linear: trace - n as f64,
        })
    }
}

#[derive(Clone, Copy, Debug)]
struct Mode {
    s: f64,
    w: f64,
}

#[derive(Clone, Debug)]
struct Curve {
    modes: Vec<Mode>,
    linear: f64,
}

impl Curve {
    fn value(&self, beta: f64) -> f64 {
        let mut total = 0.5 * beta * self.linear;
        for mode in &self.modes {
            let d = 1.0 + beta * mode.s;
            total += 0.5 * num::ln(d) - 0.5 * beta * beta * mode.w / d;
        }
        total
    }

    /// First and second derivative.
    fn slopes(&self, beta: f64) -> (f64, f64) {
        let (mut first, mut second) = (0.5 * self.linear, 0.0);
        for mode in &self.modes {
            let d = 1.0 + beta * mode.s;
            first += 0.5 * mode.s / d - 0.5 * mode.w * beta * (1.0 + d) / (d * d);
            second -= 0.5 * mode.s * mode.s / (d * d) + mode.w / (d * d * d);
        }
        (first, second)
    }

    /// The maximiser in β ≥ 0 by Newton steps kept inside a bracket, and the slope there.
    fn maximiser(&self) -> (f64, f64) {
        let rising = self.slopes(0.0).0;
        if rising <= 1e-15 * self.modes.len() as f64 {
            // The parts carry no information, and I* is flat.
            return (0.0, rising);
        }
        let (mut low, mut high) = (0.0, 1.0);
        while self.slopes(high).0 > 0.0 && high < 1e18 {
            low = high;
            high *= 2.0;
        }
        let mut beta = if low > 0.0 { 0.5 * (low + high) } else { 1.0 };
        for _ in 0..200 {
            let (first, second) = self.slopes(beta);
            if first > 0.0 {
                low = beta;
            } else {
                high = beta;
            }
            let newton = beta - first / second;
            let next = if newton > low && newton < high {
                newton
            } else {
                0.5 * (low + high)
            };
            let step = (next - beta).abs();
            beta = next;
            if step <= 1e-14 * beta || first == 0.0 {
                break;
            }
        }
        (beta, self.slopes(beta).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::sample::random_system;

    /// I*(β) by the matrices of the definition, for tests.
    fn by_definition(problem: &StarProblem, partition: &Partition, beta: f64) -> f64 {
        let n = problem.cov_x.nrows();
        let labels = partition.labels();
        let own = |m: &DMatrix<f64>| {
            DMatrix::from_fn(n, n, |i, j| {
                if labels[i] == labels[j] {
                    m[(i, j)]
                } else {
                    0.0
                }
            })
        };
        let yx = own(&problem.cov_xy.transpose());
        let g = &yx * own(&problem.cov_x).try_inverse().unwrap();
        let c = (own(&problem.cov_y) - &g * yx.transpose())
            .try_inverse()
            .unwrap();
        let s = g.transpose() * &c * &g;
        let q = problem.cov_x.clone().try_inverse().unwrap() + s * beta;
        let inner = &c * &g * q.clone().try_inverse().unwrap() * g.transpose() * &c;
        let r = &c * beta - inner * (beta * beta);
        0.5 * num::ln(q.determinant())
            + 0.5 * num::ln(problem.cov_x.determinant())
            + 0.5 * (&problem.cov_y * r).trace()
            - 0.5 * beta * n as f64
    }

    #[test]
    fn the_sum_over_modes_is_the_definition() {
        for seed in 0..6 {
            let system = random_system(5, seed).unwrap();
            let problem = StarProblem::new(&system).unwrap();
            let partition = Partition::from_labels(&[1, 2, 1, 3, 2]).unwrap();
            let curve = problem.curve(&partition).unwrap();
            for beta in [0.1, 0.7, 1.0, 3.0] {
                let expected = by_definition(&problem, &partition, beta);
                assert!(
                    (curve.value(beta) - expected).abs() < 1e-11,
                    "{seed} {beta}"
                );
            }
            let found = problem.value(&partition).unwrap();
            assert!(found.slope.abs() < 1e-12, "{found:?}");
            for near in [0.999, 1.001] {
                assert!(curve.value(found.beta) >= curve.value(found.beta * near));
            }
        }
    }

    #[test]
    fn one_group_loses_nothing_and_decodes_with_beta_one() {
        let system = random_system(4, 3).unwrap();
        let problem = StarProblem::new(&system).unwrap();
        let whole = Partition::from_labels(&[1; 4]).unwrap();
        let found = problem.value(&whole).unwrap();
        assert!(found.phi.abs() < 1e-12, "{found:?}");
        assert!((found.beta - 1.0).abs() < 1e-6);
    }

    #[test]
    fn parts_that_know_nothing_leave_all_information_to_the_whole() {
        // Each unit copies the other: no unit tells anything of its own future.
        let unit = DMatrix::<f64>::identity(2, 2);
        let cross = DMatrix::from_row_slice(2, 2, &[0.0, 0.5, 0.5, 0.0]);
        let system = GaussianSystem::new(unit.clone(), cross, unit).unwrap();
        let problem = StarProblem::new(&system).unwrap();
        let found = problem.value(&Partition::atomic(2)).unwrap();
        assert!((found.phi + num::ln(0.75)).abs() < 1e-14, "{found:?}");
        assert_eq!(found.phi, found.information);
    }
}
