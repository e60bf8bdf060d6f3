//! Measures of integrated information across a partition.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::phi::work::Budget;

use super::error::GaussError;
use super::geometric::{GeometricProblem, GeometricValue};
use super::log_det::{LogDetSum, entropy};
use super::partition::Partition;
use super::star::{StarProblem, StarValue};
use super::system::GaussianSystem;

/// What is measured. All values are in nats and not below 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// Multi-information of one instant, Σᵢ H(Xᵢ) − H(X).
    #[serde(rename = "MI1")]
    Mi1,
    /// Multi-information of past and present together, Σᵢ H(Xᵢ, Yᵢ) − H(X, Y).
    #[serde(rename = "MI")]
    Mi,
    /// Stochastic interaction, Σᵢ H(Yᵢ|Xᵢ) − H(Y|X) (Ay, 2001; Barrett & Seth, 2011).
    #[serde(rename = "SI")]
    Si,
    /// Φ*, from mismatched decoding (Oizumi et al., 2016).
    #[serde(rename = "star")]
    Star,
    /// Φ_G, from information geometry (Oizumi, Tsuchiya & Amari, 2016).
    #[serde(rename = "Geo")]
    Geo,
}

impl Measure {
    /// Whether Queyranne's algorithm finds the minimum bipartition for certain: the measure is a
    /// symmetric submodular function of the side.
    #[must_use]
    pub fn is_submodular(self) -> bool {
        matches!(self, Self::Mi1 | Self::Mi)
    }
}

/// How Φ_G is searched for; nothing else has settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MeasureSettings {
    /// Random starts, beside the three fixed ones.
    pub random_starts: usize,
    /// Seed of the random starts.
    pub seed: u64,
}

impl Default for MeasureSettings {
    fn default() -> Self {
        Self {
            random_starts: 8,
            seed: 0,
        }
    }
}

/// How a value was come by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Detail {
    /// A closed form.
    Closed,
    /// The optimum behind Φ*.
    Star(StarValue),
    /// The optimum behind Φ_G.
    Geo(GeometricValue),
}

/// A measured value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasureValue {
    /// The measure, nats, not below 0.
    pub phi: f64,
    /// (K − 1) minᵢ H(Cov_X(Mᵢ)), nats; H(Cov_X) for one group. Differential entropies can be
    /// negative or 0, so that normalised values need not order partitions as one would wish.
    pub normalizer: f64,
    /// How the value was come by.
    pub detail: Detail,
}

impl MeasureValue {
    /// `phi / normalizer` (Balduzzi & Tononi, 2008).
    #[must_use]
    pub fn phi_normalized(&self) -> f64 {
        self.phi / self.normalizer
    }

    /// The normalised value if asked for, else the value itself; infinite where it is not a number.
    #[must_use]
    pub fn score(&self, normalized: bool) -> f64 {
        let score = if normalized {
            self.phi_normalized()
        } else {
            self.phi
        };
        if score.is_nan() { f64::INFINITY } else { score }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Engine {
    LogDet(LogDetSum),
    Star(Box<StarProblem>),
    Geo(Box<GeometricProblem>),
}

/// A measure on one system, prepared for many partitions.
#[derive(Clone, Debug)]
pub struct Evaluator {
    cov_x: DMatrix<f64>,
    pub(crate) engine: Engine,
}

impl Evaluator {
    /// Prepares a measure.
    ///
    /// # Errors
    /// When the system lacks what the measure needs, or is singular.
    pub fn new(
        system: &GaussianSystem,
        measure: Measure,
        settings: &MeasureSettings,
    ) -> Result<Self, GaussError> {
        let engine = match measure {
            Measure::Mi1 => Engine::LogDet(LogDetSum::past(system)?),
            Measure::Mi => Engine::LogDet(LogDetSum::joint(system)?),
            Measure::Si => Engine::LogDet(LogDetSum::conditional(system)?),
            Measure::Star => Engine::Star(Box::new(StarProblem::new(system)?)),
            Measure::Geo => Engine::Geo(Box::new(GeometricProblem::new(
                system,
                settings.random_starts,
                settings.seed,
            )?)),
        };
        Ok(Self {
            cov_x: system.cov_x().clone(),
            engine,
        })
    }

    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cov_x.nrows()
    }

    /// Whether there are no units.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cov_X.
    pub(crate) fn cov_x(&self) -> &DMatrix<f64> {
        &self.cov_x
    }

    /// The measure across a partition.
    ///
    /// # Errors
    /// When the partition is of another number of units, or rounding makes a group singular.
    pub fn value(&self, partition: &Partition) -> Result<MeasureValue, GaussError> {
        if partition.len() != self.len() {
            return Err(GaussError::Partition {
                units: self.len(),
                reason: format!("it is one of {}", partition.len()),
            });
        }
        self.settled(partition, &mut Budget::unlimited())
    }

    /// The measure across a partition, charged to a budget; `None` when it does not reach so far.
    /// Where it ends within the descents of Φ_G, the value is an upper bound.
    pub(crate) fn value_within(
        &self,
        partition: &Partition,
        budget: &mut Budget<'_>,
    ) -> Result<Option<MeasureValue>, GaussError> {
        if !budget.take(1, self.operations(partition)) {
            return Ok(None);
        }
        self.settled(partition, budget).map(Some)
    }

    /// Operations of a value, without the descents of Φ_G, which charge what they do.
    fn operations(&self, partition: &Partition) -> u64 {
        let cube = |groups: &[Vec<usize>], per: usize| -> u64 {
            let rows = groups.iter().map(|group| (per * group.len()) as u64);
            rows.map(|rows| 150 + rows * (30 + 4 * rows) + rows * rows * rows / 4)
                .sum()
        };
        let (groups, n) = (partition.groups(), self.len() as u64);
        let own = match &self.engine {
            Engine::LogDet(sum) => sum.terms.iter().map(|term| cube(groups, term.per)).sum(),
            Engine::Star(_) => 4000 + n * (300 + 100 * n) + 10 * n * n * n,
            Engine::Geo(_) => 5000,
        };
        own + cube(groups, 1)
    }

    /// The measure across a partition, whatever the budget; descents of Φ_G go as far as it
    /// reaches.
    pub(crate) fn settled(
        &self,
        partition: &Partition,
        budget: &mut Budget<'_>,
    ) -> Result<MeasureValue, GaussError> {
        let (phi, detail) = match &self.engine {
            Engine::LogDet(sum) => (sum.across(partition.groups())?, Detail::Closed),
            Engine::Star(problem) => {
                let value = problem.value(partition)?;
                (value.phi, Detail::Star(value))
            }
            Engine::Geo(problem) => {
                let value = problem.value(partition, budget)?;
                (value.phi, Detail::Geo(value))
            }
        };
        Ok(MeasureValue {
            phi: phi.max(0.0),
            normalizer: self.normalizer(partition)?,
            detail,
        })
    }

    fn normalizer(&self, partition: &Partition) -> Result<f64, GaussError> {
        let mut least = f64::INFINITY;
        for group in partition.groups() {
            least = least.min(entropy(&self.cov_x, group)?);
        }
        let count = partition.groups().len();
        Ok(least * (count.max(2) - 1) as f64)
    }
}

/// A measure of a system across one partition.
///
/// # Errors
/// As [`Evaluator::new`] and [`Evaluator::value`].
pub fn measure(
    system: &GaussianSystem,
    measure: Measure,
    partition: &Partition,
    settings: &MeasureSettings,
) -> Result<MeasureValue, GaussError> {
    Evaluator::new(system, measure, settings)?.value(partition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::sample::random_system;
    use proptest::prelude::*;

    fn value(system: &GaussianSystem, kind: Measure, partition: &Partition) -> f64 {
        let settings = MeasureSettings::default();
        measure(system, kind, partition, &settings).unwrap().phi
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn identities_between_the_measures(
            n in 2usize..6,
            seed in 0u64..10_000,
            labels in prop::collection::vec(1usize..4, 6),
        ) {
            let system = random_system(n, seed).unwrap();
            let mut labels = labels[..n].to_vec();
            // Close the gaps of the labels.
            let mut used: Vec<usize> = labels.clone();
            used.sort_unstable();
            used.dedup();
            for label in &mut labels {
                *label = used.iter().position(|k| k == label).unwrap() + 1;
            }
            let partition = Partition::from_labels(&labels).unwrap();
            let of = |kind| value(&system, kind, &partition);
            let (mi1, mi, si) = (of(Measure::Mi1), of(Measure::Mi), of(Measure::Si));
            let (star, geo) = (of(Measure::Star), of(Measure::Geo));
            prop_assert!((mi - mi1 - si).abs() < 1e-10);
            prop_assert!(geo >= 0.0 && geo <= si + 1e-9, "{geo} {si}");
            let whole = Partition::from_labels(&vec![1; n]).unwrap();
            prop_assert!(value(&system, Measure::Si, &whole).abs() < 1e-12);
            let evaluator =
                Evaluator::new(&system, Measure::Star, &MeasureSettings::default()).unwrap();
            let Detail::Star(detail) = evaluator.value(&partition).unwrap().detail else {
                panic!();
            };
            prop_assert!(star >= 0.0 && star <= detail.information + 1e-12);
        }
    }

    #[test]
    fn mi_is_mi1_of_past_and_present_taken_as_units() {
        let system = random_system(3, 4).unwrap();
        let wide = GaussianSystem::instantaneous(system.joint().unwrap()).unwrap();
        let narrow = Partition::from_labels(&[1, 2, 1]).unwrap();
        let doubled = Partition::from_labels(&[1, 1, 2, 2, 1, 1]).unwrap();
        let (mi, mi1) = (
            value(&system, Measure::Mi, &narrow),
            value(&wide, Measure::Mi1, &doubled),
        );
        assert!((mi - mi1).abs() < 1e-13);
    }

    #[test]
    fn independent_units_share_nothing() {
        let unit = DMatrix::<f64>::identity(3, 3);
        let half = unit.map(|x| 0.5 * x);
        let system = GaussianSystem::new(unit.clone(), half, unit).unwrap();
        let partition = Partition::atomic(3);
        for kind in [
            Measure::Mi1,
            Measure::Mi,
            Measure::Si,
            Measure::Star,
            Measure::Geo,
        ] {
            assert!(value(&system, kind, &partition) < 1e-14, "{kind:?}");
        }
    }

    #[test]
    fn a_partition_of_other_units_is_refused() {
        let system = random_system(3, 4).unwrap();
        let settings = MeasureSettings::default();
        let refused = measure(&system, Measure::Si, &Partition::atomic(4), &settings);
        assert!(matches!(refused, Err(GaussError::Partition { .. })));
        let still = GaussianSystem::instantaneous(system.cov_x().clone()).unwrap();
        let refused = measure(&still, Measure::Geo, &Partition::atomic(3), &settings);
        assert!(matches!(refused, Err(GaussError::NoDynamics { .. })));
    }
}
