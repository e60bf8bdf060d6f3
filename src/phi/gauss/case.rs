//! One request about one system, and its answer: the border to files.
//!
//! Field names are those of the reference cases. Unit and group numbers count from 1 here, and only
//! here.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::complexes::{Complexes, all_complexes};
use super::error::GaussError;
use super::hierarchy::hierarchy;
use super::measure::{Evaluator, Measure, MeasureSettings};
use super::minimum::{MinimumSettings, Search, Standing, minimum_partition};
use super::partition::Partition;
use super::system::GaussianSystem;
use crate::phi::work::Budget;

/// A covariance of the present: a matrix, or a remark that it is the one of the past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Present {
    /// The matrix, row by row.
    Matrix(Vec<Vec<f64>>),
    /// Any text: the process is stationary and Cov_Y = Cov_X.
    Stationary(String),
}

/// The system of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseSystem {
    /// Cov_X, row by row.
    #[serde(rename = "Cov_X")]
    pub cov_x: Vec<Vec<f64>>,
    /// Cov_XY = E[past presentᵀ], row by row.
    #[serde(rename = "Cov_XY", default, skip_serializing_if = "Option::is_none")]
    pub cov_xy: Option<Vec<Vec<f64>>>,
    /// Cov_Y; that of the past when absent.
    #[serde(rename = "Cov_Y", default, skip_serializing_if = "Option::is_none")]
    pub cov_y: Option<Present>,
}

impl CaseSystem {
    /// The system itself.
    ///
    /// # Errors
    /// When rows are ragged or the covariances are not those of a system.
    pub fn system(&self) -> Result<GaussianSystem, GaussError> {
        let cov_x = matrix("Cov_X", &self.cov_x)?;
        let Some(cross) = &self.cov_xy else {
            return GaussianSystem::instantaneous(cov_x);
        };
        let cov_y = match &self.cov_y {
            Some(Present::Matrix(rows)) => matrix("Cov_Y", rows)?,
            _ => cov_x.clone(),
        };
        GaussianSystem::new(cov_x, matrix("Cov_XY", cross)?, cov_y)
    }
}

fn matrix(what: &'static str, rows: &[Vec<f64>]) -> Result<DMatrix<f64>, GaussError> {
    let n = rows.len();
    for row in rows {
        if row.len() != n {
            return Err(GaussError::Shape {
                what,
                rows: n,
                columns: row.len(),
                expected_rows: n,
                expected_columns: n,
            });
        }
    }
    Ok(DMatrix::from_fn(n, n, |i, j| rows[i][j]))
}

/// A measure across a partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureRequest {
    /// The measure.
    #[serde(rename = "type")]
    pub measure: Measure,
    /// Group number of every unit, from 1.
    #[serde(rename = "Z")]
    pub labels: Vec<usize>,
}

/// A minimum information bipartition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinimumRequest {
    /// The measure.
    #[serde(rename = "type")]
    pub measure: Measure,
    /// The search.
    pub search: Search,
    /// 1 to minimise the normalised value, 0 for the value itself.
    #[serde(default)]
    pub normalization: u8,
}

/// How complexes are searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ComplexSearch {
    /// Every subset.
    Exhaustive,
    /// Hierarchical partitioning.
    Recursive,
}

/// Complexes of the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplexRequest {
    /// The measure.
    #[serde(rename = "type")]
    pub measure: Measure,
    /// The search.
    pub search: ComplexSearch,
    /// The search for minimum bipartitions within a recursive one; when absent, Queyranne where it
    /// is exact, else exhaustive up to [`RECURSIVE_EXHAUSTIVE_UNITS_MAX`] units, else Queyranne.
    #[serde(default)]
    pub mip_search: Option<Search>,
    /// 1 to use normalised values.
    #[serde(default)]
    pub normalization: u8,
}

/// The most units for which a recursive search tries every bipartition by itself.
pub const RECURSIVE_EXHAUSTIVE_UNITS_MAX: usize = 12;

/// What is asked of a system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseRequest {
    /// Measures.
    pub measures: Vec<MeasureRequest>,
    /// Minimum bipartitions.
    pub mip: Vec<MinimumRequest>,
    /// Complexes.
    pub complexes: Vec<ComplexRequest>,
}

/// A measured value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasureAnswer {
    /// The measure.
    #[serde(rename = "type")]
    pub measure: Measure,
    /// Group number of every unit, from 1.
    #[serde(rename = "Z")]
    pub labels: Vec<usize>,
    /// The value, nats.
    pub phi: f64,
    /// The value divided by (K − 1) minᵢ H(Mᵢ).
    pub phi_normalized: f64,
}

/// A minimum bipartition that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MinimumAnswer {
    /// The measure.
    #[serde(rename = "type")]
    pub measure: Measure,
    /// The search.
    pub search: Search,
    /// Whether the normalised value was minimised: 0 or 1.
    pub normalization: u8,
    /// Group number of every unit, 1 for the group of the first.
    #[serde(rename = "Z")]
    pub labels: Vec<usize>,
    /// The value that was minimised.
    pub phi: f64,
    /// The value in nats, not normalised.
    pub phi_unnormalized: f64,
    /// The normalised value.
    pub phi_normalized: f64,
    /// What is known of it.
    pub standing: Standing,
    /// Values of the measure that the search took.
    pub work: u64,
}

/// Complexes that were found, by falling value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComplexAnswer {
    /// The measure.
    #[serde(rename = "type")]
    pub measure: Measure,
    /// The search.
    pub search: ComplexSearch,
    /// The search for minimum bipartitions that was used.
    pub mip_search: Search,
    /// Units of each complex, from 1.
    pub complexes: Vec<Vec<usize>>,
    /// Value of each complex.
    pub phi_complexes: Vec<f64>,
    /// Units of each main complex, from 1.
    pub main_complexes: Vec<Vec<usize>>,
    /// Value of each main complex.
    pub phi_main: Vec<f64>,
    /// What is known of them.
    pub standing: Standing,
    /// Values of the measure that the search took.
    pub work: u64,
}

/// The answer to a case, in the order of the request.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CaseAnswer {
    /// Measures.
    pub measures: Vec<MeasureAnswer>,
    /// Minimum bipartitions.
    pub mip: Vec<MinimumAnswer>,
    /// Complexes.
    pub complexes: Vec<ComplexAnswer>,
}

/// Answers a request; the budget is shared by its searches in their order.
///
/// # Errors
/// With the first item that cannot be answered.
pub fn answer(
    system: &GaussianSystem,
    request: &CaseRequest,
    values: &MeasureSettings,
    budget: &mut Budget<'_>,
) -> Result<CaseAnswer, GaussError> {
    let mut answers = CaseAnswer::default();
    for item in &request.measures {
        let partition = Partition::from_labels(&item.labels)?;
        let value = Evaluator::new(system, item.measure, values)?.value(&partition)?;
        answers.measures.push(MeasureAnswer {
            measure: item.measure,
            labels: item.labels.clone(),
            phi: value.phi,
            phi_normalized: value.phi_normalized(),
        });
    }
    for item in &request.mip {
        let mut settings = MinimumSettings::of(item.measure, item.search);
        settings.normalized = item.normalization != 0;
        settings.values = *values;
        let found = minimum_partition(system, &settings, budget)?;
        answers.mip.push(MinimumAnswer {
            measure: item.measure,
            search: item.search,
            normalization: item.normalization,
            labels: found.labels(),
            phi: found.score,
            phi_unnormalized: found.phi,
            phi_normalized: found.value.phi_normalized(),
            standing: found.standing,
            work: found.work,
        });
    }
    for item in &request.complexes {
        let found = match complexes(system, item, values, budget) {
            // What was found before the budget ended stands; these complexes are not known.
            Err(_) if budget.ended() => ComplexAnswer {
                measure: item.measure,
                search: item.search,
                mip_search: item.mip_search.unwrap_or(Search::Queyranne),
                complexes: Vec::new(),
                phi_complexes: Vec::new(),
                main_complexes: Vec::new(),
                phi_main: Vec::new(),
                standing: Standing::Unfinished,
                work: 0,
            },
            found => found?,
        };
        answers.complexes.push(found);
    }
    Ok(answers)
}

fn complexes(
    system: &GaussianSystem,
    item: &ComplexRequest,
    values: &MeasureSettings,
    budget: &mut Budget<'_>,
) -> Result<ComplexAnswer, GaussError> {
    let normalized = item.normalization != 0;
    let queyranne = item.measure.is_submodular() && !normalized
        || system.len() > RECURSIVE_EXHAUSTIVE_UNITS_MAX;
    let search = match (item.search, item.mip_search, queyranne) {
        (ComplexSearch::Exhaustive, ..) => Search::Exhaustive,
        (_, Some(search), _) => search,
        (_, None, true) => Search::Queyranne,
        (_, None, false) => Search::Exhaustive,
    };
    let mut settings = MinimumSettings::of(item.measure, search);
    settings.normalized = normalized;
    settings.values = *values;
    let Complexes {
        found,
        standing,
        work,
    } = match item.search {
        ComplexSearch::Exhaustive => all_complexes(system, &settings, budget)?,
        ComplexSearch::Recursive => hierarchy(system, &settings, budget)?.complexes,
    };
    let from_one = |units: &[usize]| -> Vec<usize> { units.iter().map(|u| u + 1).collect() };
    let mains = || found.iter().filter(|complex| complex.main);
    Ok(ComplexAnswer {
        measure: item.measure,
        search: item.search,
        mip_search: search,
        complexes: found.iter().map(|c| from_one(&c.units)).collect(),
        phi_complexes: found.iter().map(|c| c.value).collect(),
        main_complexes: mains().map(|c| from_one(&c.units)).collect(),
        phi_main: mains().map(|c| c.value).collect(),
        standing,
        work,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read_and_answered() {
        let text = r#"{"Cov_X": [[1, 0.5], [0.5, 1]], "Cov_XY": [[0.3, 0.1], [0.2, 0.4]],
            "Cov_Y": "same as Cov_X"}"#;
        let system: CaseSystem = serde_json::from_str(text).unwrap();
        let request: CaseRequest = serde_json::from_str(
            r#"{"measures": [{"type": "star", "Z": [2, 1]}],
                "mip": [{"type": "MI1", "search": "Exhaustive"}],
                "complexes": [{"type": "SI", "search": "Recursive"}]}"#,
        )
        .unwrap();
        let answered = answer(
            &system.system().unwrap(),
            &request,
            &MeasureSettings::default(),
            &mut Budget::unlimited(),
        )
        .unwrap();
        let json = serde_json::to_value(&answered).unwrap();
        assert_eq!(json["measures"][0]["type"], "star");
        assert_eq!(json["measures"][0]["Z"], serde_json::json!([2, 1]));
        assert_eq!(json["mip"][0]["Z"], serde_json::json!([1, 2]));
        let phi = json["mip"][0]["phi"].as_f64().unwrap();
        assert!((phi + 0.5 * crate::base::num::ln(0.75)).abs() < 1e-14);
        assert_eq!(
            json["complexes"][0]["main_complexes"],
            serde_json::json!([[1, 2]])
        );
    }

    #[test]
    fn ragged_rows_are_refused() {
        let system = CaseSystem {
            cov_x: vec![vec![1.0, 0.0], vec![0.0]],
            cov_xy: None,
            cov_y: None,
        };
        assert!(matches!(system.system(), Err(GaussError::Shape { .. })));
    }
}
