//! Φ_G: the distance from the dynamics to the nearest ones without connections between groups
//! (Oizumi, Tsuchiya & Amari, PNAS 113, 2016).
//!
//! Φ_G = min over block-diagonal A' of ½ (ln det E' − ln det E), E' = E + (A − A') Cov_X (A − A')ᵀ,
//! A = Cov_XYᵀ Cov_X⁻¹, E = Cov(Y|X). At a minimum the diagonal blocks of E'⁻¹ (A − A') Cov_X
//! vanish. The minimum is not unique, so several starts are followed, each by the truncated Newton
//! method of `newton`, and the least value is taken: an upper bound of Φ_G that several starts
//! agree on. Units are scaled to unit variance first, which leaves the value as it is and makes
//! gradients dimensionless.

use nalgebra::DMatrix;

use crate::phi::work::Budget;

use super::draws::{Draw, stream};
use super::error::GaussError;
use super::linear::{Factor, minor, multiply, symmetric_part};
use super::newton::{Arranged, End, minimise};
use super::partition::Partition;
use super::system::{GaussianSystem, definite};

/// Values this close to the least count as the same minimum, nats.
const AGREEMENT: f64 = 1e-9;
/// Norm of the gradient at which a descent ends: the value is then within about its square.
const GRADIENT_ROUGH: f64 = 1e-6;
/// Norm of the gradient to which the best end is brought.
const GRADIENT_FINE: f64 = 1e-12;

/// A value of Φ_G and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeometricValue {
    /// Φ_G as far as found: the least value over all starts, nats.
    pub phi: f64,
    /// Starts that were followed.
    pub starts: usize,
    /// Starts that came within 1e-9 nats of the least value.
    pub agreeing: usize,
    /// Certificate of stationarity: Frobenius norm of the diagonal blocks of
    /// E'⁻¹ (A − A') Cov_X, for units of variance 1.
    pub gradient_norm: f64,
    /// Newton steps over all starts.
    pub steps: usize,
}

/// What does not depend on the partition.
#[derive(Clone, Debug)]
pub(crate) struct GeometricProblem {
    /// Cov_X, A and E at unit variances.
    cov_x: DMatrix<f64>,
    map: DMatrix<f64>,
    noise: DMatrix<f64>,
    log_det_noise: f64,
    cov_xy: DMatrix<f64>,
    cov_y: DMatrix<f64>,
    random_starts: usize,
    seed: u64,
}

impl GeometricProblem {
    pub(crate) fn new(
        system: &GaussianSystem,
        random_starts: usize,
        seed: u64,
    ) -> Result<Self, GaussError> {
        let (Some(cross), Some(present)) = (system.cov_xy(), system.cov_y()) else {
            return Err(GaussError::NoDynamics { measure: "Φ_G" });
        };
        let n = system.len();
        let past = system.cov_x();
        let (sx, sy): (Vec<f64>, Vec<f64>) = (0..n)
            .map(|k| (past[(k, k)].sqrt(), present[(k, k)].sqrt()))
            .unzip();
        let scaled = |m: &DMatrix<f64>, row: &[f64], column: &[f64]| {
            DMatrix::from_fn(n, n, |i, j| m[(i, j)] / row[i] / column[j])
        };
        let cov_x = scaled(past, &sx, &sx);
        let cov_xy = scaled(cross, &sx, &sy);
        let cov_y = scaled(present, &sy, &sy);
        let map = definite("Cov_X", &cov_x)?.solve(&cov_xy).transpose();
        let noise = symmetric_part(&(&cov_y - multiply(&map, &cov_xy)));
        let log_det_noise = definite("Cov(Y|X)", &noise)?.log_det();
        Ok(Self {
            cov_x,
            map,
            noise,
            log_det_noise,
            cov_xy,
            cov_y,
            random_starts,
            seed,
        })
    }

    /// Φ_G of a partition. Where the budget ends, descents stay where they are: any disconnected
    /// dynamics gives an upper bound.
    pub(crate) fn value(
        &self,
        partition: &Partition,
        budget: &mut Budget<'_>,
    ) -> Result<GeometricValue, GaussError> {
        let (arranged, starts) = self.arranged(partition)?;
        let descents = starts
            .into_iter()
            .filter_map(|start| minimise(&arranged, start, GRADIENT_ROUGH, budget));
        let ends: Vec<End> = descents.collect();
        let mut best: Option<&End> = None;
        for end in &ends {
            if best.is_none_or(|best| end.value < best.value) {
                best = Some(end);
            }
        }
        let fine =
            best.and_then(|end| minimise(&arranged, end.model.clone(), GRADIENT_FINE, budget));
        let Some(fine) = fine else {
            return Err(GaussError::NotPositiveDefinite {
                what: "Cov(Y|X) of the disconnected model",
                smallest_eigenvalue: 0.0,
                limit: 0.0,
            });
        };
        let near = |end: &&End| end.value - fine.value <= AGREEMENT;
        Ok(GeometricValue {
            phi: fine.value,
            starts: ends.len(),
            agreeing: ends.iter().filter(near).count(),
            gradient_norm: fine.gradient_norm,
            steps: ends.iter().map(|end| end.steps).sum::<usize>() + fine.steps,
        })
    }

    /// The dynamics with the units of every group next to each other, and starting points for it.
    pub(crate) fn arranged(
        &self,
        partition: &Partition,
    ) -> Result<(Arranged, Vec<DMatrix<f64>>), GaussError> {
        let order: Vec<usize> = partition.groups().concat();
        let mut groups = Vec::new();
        let mut end = 0;
        for group in partition.groups() {
            groups.push(end..end + group.len());
            end += group.len();
        }
        let starts = self.starts(partition)?;
        let arranged = Arranged {
            cov_x: minor(&self.cov_x, &order),
            map: minor(&self.map, &order),
            noise: minor(&self.noise, &order),
            log_det_noise: self.log_det_noise,
            groups,
        };
        Ok((arranged, starts.iter().map(|m| minor(m, &order)).collect()))
    }

    /// Block-diagonal starting points: each group's regression on its own past, the blocks of A,
    /// nothing, and random maps of the size that whitened blocks can have.
    fn starts(&self, partition: &Partition) -> Result<Vec<DMatrix<f64>>, GaussError> {
        let n = self.map.nrows();
        let zero = || DMatrix::<f64>::zeros(n, n);
        let (mut own, mut blocks) = (zero(), zero());
        let mut random: Vec<DMatrix<f64>> = (0..self.random_starts).map(|_| zero()).collect();
        let mut rngs: Vec<_> = (0..self.random_starts)
            .map(|k| stream(self.seed, Draw::Start, k as u64))
            .collect();
        for group in partition.groups() {
            let past = definite("Cov_X of a group", &minor(&self.cov_x, group))?;
            let present = definite("Cov_Y of a group", &minor(&self.cov_y, group))?;
            let regression = past.solve(&minor(&self.cov_xy, group)).transpose();
            place(&mut own, group, &regression);
            place(&mut blocks, group, &minor(&self.map, group));
            let size = group.len();
            for (k, (target, rng)) in random.iter_mut().zip(&mut rngs).enumerate() {
                let scale = [0.5, 1.0][k % 2] / (size as f64).sqrt();
                let drawn = DMatrix::from_fn(size, size, |_, _| scale * rng.normal());
                place(target, group, &coloured(&past, &present, &drawn));
            }
        }
        let mut starts = vec![own, blocks, zero()];
        starts.append(&mut random);
        Ok(starts)
    }
}

/// L_Y R L_X⁻¹: a map whose correlations between whitened past and present are R.
fn coloured(past: &Factor, present: &Factor, drawn: &DMatrix<f64>) -> DMatrix<f64> {
    let mut turned = drawn.transpose();
    past.backward(&mut turned);
    multiply(&present.lower, &turned.transpose())
}

fn place(target: &mut DMatrix<f64>, group: &[usize], own: &DMatrix<f64>) {
    for (i, row) in group.iter().enumerate() {
        for (j, column) in group.iter().enumerate() {
            target[(*row, *column)] = own[(i, j)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;
    use crate::phi::gauss::sample::random_system;

    /// The monotone scheme: solve the linear stationarity equations with E' held, repeat.
    fn monotone(problem: &GeometricProblem, partition: &Partition, rounds: usize) -> f64 {
        let (arranged, mut starts) = problem.arranged(partition).unwrap();
        let n = arranged.map.nrows();
        let group = |unit| arranged.groups.iter().position(|g| g.contains(&unit));
        let free: Vec<(usize, usize)> = (0..n * n)
            .map(|k| (k / n, k % n))
            .filter(|(i, j)| group(*i) == group(*j))
            .collect();
        let mut model = starts.swap_remove(0);
        for _ in 0..rounds {
            let p = arranged.residual(&(&arranged.map - &model)).0;
            let p = p.try_inverse().unwrap();
            let target = &p * &arranged.map * &arranged.cov_x;
            let system = DMatrix::from_fn(free.len(), free.len(), |r, c| {
                p[(free[r].0, free[c].0)] * arranged.cov_x[(free[c].1, free[r].1)]
            });
            let right = DMatrix::from_fn(free.len(), 1, |r, _| target[free[r]]);
            let solved = system.lu().solve(&right).unwrap();
            for (k, place) in free.iter().enumerate() {
                model[*place] = solved[k];
            }
        }
        let end = arranged.residual(&(&arranged.map - &model)).0;
        0.5 * (num::ln(end.determinant()) - arranged.log_det_noise)
    }

    #[test]
    fn newton_and_the_monotone_scheme_meet() {
        for seed in 0..6 {
            let system = random_system(5, seed).unwrap();
            let problem = GeometricProblem::new(&system, 6, 1).unwrap();
            let partition = Partition::from_labels(&[1, 2, 1, 3, 2]).unwrap();
            let found = problem.value(&partition, &mut Budget::unlimited()).unwrap();
            let slow = monotone(&problem, &partition, 3000);
            assert!(found.phi <= slow + 1e-10, "{seed} {found:?} {slow}");
            assert!(found.gradient_norm < 1e-9, "{seed} {found:?}");
            assert!(found.agreeing >= 1);
        }
    }

    #[test]
    fn one_group_is_at_no_distance() {
        let system = random_system(4, 9).unwrap();
        let problem = GeometricProblem::new(&system, 2, 1).unwrap();
        let whole = Partition::from_labels(&[1; 4]).unwrap();
        assert!(
            problem
                .value(&whole, &mut Budget::unlimited())
                .unwrap()
                .phi
                .abs()
                < 1e-12
        );
    }

    #[test]
    fn the_value_does_not_depend_on_units_of_measurement() {
        let system = random_system(4, 2).unwrap();
        let scale = [1.0, 1e3, 1e-4, 7.0];
        let scaled =
            |m: &DMatrix<f64>| DMatrix::from_fn(4, 4, |i, j| m[(i, j)] * scale[i] * scale[j]);
        let other = GaussianSystem::new(
            scaled(system.cov_x()),
            scaled(system.cov_xy().unwrap()),
            scaled(system.cov_y().unwrap()),
        )
        .unwrap();
        let partition = Partition::from_labels(&[1, 2, 2, 1]).unwrap();
        let value = |s: &GaussianSystem| {
            let problem = GeometricProblem::new(s, 4, 1).unwrap();
            problem
                .value(&partition, &mut Budget::unlimited())
                .unwrap()
                .phi
        };
        assert!((value(&system) - value(&other)).abs() < 1e-10);
    }
}
