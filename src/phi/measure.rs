//! From a window of samples or a picture of the plant to a report.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::base::VertexId;

use super::binarise::counted_tpm;
use super::covariance::{WindowError, correlation, is_constant};
use super::error::PhiError;
use super::gauss::hierarchy::hierarchy;
use super::gauss::minimum::{MinimumSettings, Search, Standing, minimum_partition};
use super::gauss::recording::{Shrinkage, estimate};
use super::gauss::significance::{Resampling, bootstrap_interval, surrogate_test};
use super::gauss::{Budget, GaussianSystem, Measure};
use super::iit4::{Limits, Network, Tpm};
use super::lesion::{without_edges, without_units};
use super::linearise::{LEAK, VARIABLES_MAX, linearised};
use super::measure_iit4::report as iit4_report;
use super::perturb::{Perturbation, perturbed_tpm};
use super::picture::PlantPicture;
use super::report::{PhiBound, PhiReport, Significance};
use super::settings::{PhiSearch, PhiSettings};

/// The most units for which every bipartition is tried where no better search is exact.
const EXHAUSTIVE_UNITS: usize = 12;
/// Share of resampled values that an interval holds.
const INTERVAL: f64 = 0.95;

/// What is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PhiInput {
    /// One series of samples for each unit.
    Window(Vec<Vec<f64>>),
    /// The plant, and the vertices of each unit.
    Plant(Box<PlantPicture>, Vec<Vec<VertexId>>),
    /// The picture comes later in this tick.
    Awaited,
}

/// Measures what is given.
///
/// # Errors
/// When there are too many units, samples are unusable, or a system cannot be measured.
pub fn measure(input: &PhiInput, settings: &PhiSettings) -> Result<PhiReport, PhiError> {
    let found = match input {
        PhiInput::Window(samples) => samples.len(),
        PhiInput::Plant(_, units) => units.len(),
        PhiInput::Awaited => return Err(PhiError::Unfit("there is no picture of the plant")),
    };
    if found > settings.max_units {
        return Err(PhiError::TooMany {
            found,
            limit: settings.max_units,
        });
    }
    match (input, settings.measure.gaussian()) {
        (PhiInput::Window(samples), Some(kind)) => window(samples, kind, settings),
        (PhiInput::Window(samples), None) => counted(samples, settings),
        (PhiInput::Plant(picture, units), Some(kind)) => model(picture, units, kind, settings),
        (PhiInput::Plant(picture, units), None) => perturbed(picture, units, settings),
        (PhiInput::Awaited, _) => Err(PhiError::Unfit("there is no picture of the plant")),
    }
}

fn window(
    samples: &[Vec<f64>],
    kind: Measure,
    settings: &PhiSettings,
) -> Result<PhiReport, PhiError> {
    let instantaneous = kind == Measure::Mi1;
    let matrix = correlation(samples, settings.shrinkage)?;
    let mut flags: Vec<String> = samples
        .iter()
        .enumerate()
        .filter(|(_, series)| is_constant(series))
        .map(|(unit, _)| format!("constant_unit:{unit}"))
        .collect();
    let source = format!("window, shrinkage {}", settings.shrinkage);
    if samples.len() < 2 {
        flags.push("fewer_than_two_units".to_owned());
        return Ok(PhiReport::zero(method(kind, None, &source), flags));
    }
    let lag = usize::try_from(settings.lag_ticks).unwrap_or(usize::MAX);
    let shrinkage = Shrinkage::Fixed(settings.shrinkage);
    let system = if instantaneous {
        let singular = WindowError::Singular {
            units: samples.len(),
            samples: samples[0].len(),
        };
        GaussianSystem::instantaneous(matrix).map_err(|_| singular)?
    } else {
        estimate(samples, lag, shrinkage)?.system
    };
    let mut report = gaussian(&system, kind, settings, &source, flags)?;
    if report.bound == PhiBound::Exact {
        report.bound = PhiBound::Estimate;
    }
    if settings.surrogates > 0 {
        let resampling = Resampling {
            lag: lag.max(1),
            shrinkage,
            count: settings.surrogates,
            seed: 0,
        };
        let value = |system: &GaussianSystem| {
            let settings = minimum_settings(kind, settings, system.len());
            minimum_partition(system, &settings, &mut Budget::unlimited()).map(|found| found.phi)
        };
        let test = surrogate_test(samples, &resampling, &value)?;
        let interval = bootstrap_interval(samples, &resampling, None, INTERVAL, &value)?;
        report.significance = Some(Significance {
            p_value: test.p_value,
            chance: test.mean,
            surrogates: test.surrogates as u64,
            interval: (interval.low, interval.high),
        });
    }
    Ok(report)
}

fn model(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    kind: Measure,
    settings: &PhiSettings,
) -> Result<PhiReport, PhiError> {
    let found = picture.variables();
    if found > VARIABLES_MAX {
        return Err(PhiError::TooLarge { found });
    }
    if !picture.is_noisy() {
        return Err(PhiError::Noiseless);
    }
    let source = "linearised dynamics at the present state";
    if units.len() < 2 {
        let flags = vec!["fewer_than_two_units".to_owned()];
        return Ok(PhiReport::zero(method(kind, None, source), flags));
    }
    let system = linearised(picture, units, settings.lag_ticks, LEAK)?;
    let mut report = gaussian(&system, kind, settings, source, Vec::new())?;
    if settings.lesions {
        let search = minimum_settings(kind, settings, system.len());
        let mut budget = Budget::new(settings.budget.saturating_sub(report.cost));
        let lag = settings.lag_ticks;
        report.edge_lesions = without_edges(picture, units, lag, &search, &mut budget);
        report.cost += budget.spent();
    }
    Ok(report)
}

/// The search of a measure on so many units.
#[must_use]
pub fn minimum_settings(kind: Measure, settings: &PhiSettings, units: usize) -> MinimumSettings {
    let search = match settings.search {
        PhiSearch::Exhaustive => Search::Exhaustive,
        PhiSearch::Queyranne => Search::Queyranne,
        PhiSearch::Spectral => Search::Spectral,
        PhiSearch::ReplicaExchange => Search::Exchange,
        PhiSearch::Auto if kind.is_submodular() || units > EXHAUSTIVE_UNITS => Search::Queyranne,
        PhiSearch::Auto => Search::Exhaustive,
    };
    MinimumSettings::of(kind, search)
}

fn method(kind: Measure, search: Option<Search>, source: &str) -> String {
    let name = match kind {
        Measure::Mi1 => "Gaussian multi-information (MI1)",
        Measure::Mi => "Gaussian multi-information of past and present (MI)",
        Measure::Si => "stochastic interaction (SI)",
        Measure::Star => "Φ* (mismatched decoding)",
        Measure::Geo => "Φ_G (geometric)",
    };
    let search = match search {
        Some(Search::Exhaustive) => ", every bipartition",
        Some(Search::Queyranne) => ", Queyranne",
        Some(Search::Spectral) => ", spectral cuts",
        Some(Search::Exchange) => ", replica exchange",
        None => "",
    };
    format!("{name}{search}; {source}")
}

fn gaussian(
    system: &GaussianSystem,
    kind: Measure,
    settings: &PhiSettings,
    source: &str,
    mut flags: Vec<String>,
) -> Result<PhiReport, PhiError> {
    let search = minimum_settings(kind, settings, system.len());
    let mut budget = Budget::new(settings.budget);
    let text = method(kind, Some(search.search), source);
    let (whole, complexes) = if settings.complexes {
        match hierarchy(system, &search, &mut budget) {
            Ok(found) => (found.whole, Some(found.complexes)),
            Err(_) if budget.ended() => (minimum_partition(system, &search, &mut budget)?, None),
            Err(error) => return Err(error.into()),
        }
    } else {
        (minimum_partition(system, &search, &mut budget)?, None)
    };
    let lesions = if settings.lesions {
        without_units(system, &search, &mut budget)
    } else {
        Vec::new()
    };
    if budget.ended() {
        flags.push("budget_ended".to_owned());
    }
    let bound = match whole.standing {
        Standing::Exact | Standing::Numerical => PhiBound::Exact,
        Standing::Heuristic | Standing::Unfinished => PhiBound::Upper,
    };
    let numbers = |list: &[usize]| list.iter().map(|k| *k as u32).collect::<Vec<u32>>();
    let major = complexes.as_ref().and_then(|found| found.major());
    let mut report = PhiReport::zero(text, flags);
    report.value = whole.phi.max(0.0);
    report.bound = bound;
    report.mip = (numbers(&whole.side), numbers(&whole.other));
    report.major_complex = major.map(|c| numbers(&c.units)).unwrap_or_default();
    report.complexes = complexes
        .iter()
        .flat_map(|found| &found.found)
        .map(|complex| (numbers(&complex.units), complex.value))
        .collect();
    report.lesions = lesions;
    report.cost = budget.spent();
    Ok(report)
}

fn counted(samples: &[Vec<f64>], settings: &PhiSettings) -> Result<PhiReport, PhiError> {
    let lag = usize::try_from(settings.lag_ticks).unwrap_or(usize::MAX);
    for (unit, series) in samples.iter().enumerate() {
        if series.iter().any(|x| !x.is_finite()) {
            return Err(WindowError::NonFinite { unit }.into());
        }
        let on = series.iter().filter(|x| **x >= settings.threshold).count();
        if on == 0 || on == series.len() {
            return Err(PhiError::Constant {
                unit,
                state: if on == 0 { "off" } else { "on" },
                threshold: settings.threshold,
            });
        }
    }
    let counted = counted_tpm(samples, settings.threshold, lag).ok_or(PhiError::Unfit(
        "the window is no longer than phi.lag_ticks, or there are more than 20 units",
    ))?;
    let states = counted.visits.len();
    let source = format!(
        "transitions of {} samples over {lag}",
        samples.first().map_or(0, Vec::len)
    );
    let flags = vec![format!(
        "states_seen:{} of {states}, probabilities ±{:.2}",
        counted.seen(),
        counted.half_width()
    )];
    let network = network(&counted.rows, counted.state)?;
    let mut report = iit4_report(&network, settings, &source, flags)?;
    if report.bound == PhiBound::Exact {
        report.bound = PhiBound::Estimate;
    }
    Ok(report)
}

fn perturbed(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    settings: &PhiSettings,
) -> Result<PhiReport, PhiError> {
    let how = Perturbation {
        threshold: settings.threshold,
        lag_ticks: settings.lag_ticks,
        repetitions: settings.repetitions,
    };
    let (rows, state) = perturbed_tpm(picture, units, &how).map_err(PhiError::Plant)?;
    let noisy = picture.is_noisy();
    let source = format!(
        "model perturbed into every state, over {} ticks",
        how.lag_ticks
    );
    let flags = if noisy {
        let width = 0.98 / f64::from(how.repetitions.max(1)).sqrt();
        let text = format!(
            "{} runs a state, probabilities ±{width:.2}",
            how.repetitions
        );
        vec![text]
    } else {
        Vec::new()
    };
    let mut report = iit4_report(&network(&rows, state)?, settings, &source, flags)?;
    if noisy && report.bound == PhiBound::Exact {
        report.bound = PhiBound::Estimate;
    }
    Ok(report)
}

fn network(rows: &[Vec<f64>], state: u32) -> Result<Network, PhiError> {
    let n = rows.first().map_or(0, Vec::len);
    let tpm = Tpm::from_rows(rows)?;
    let states: Vec<u8> = (0..n).map(|unit| (state >> unit & 1) as u8).collect();
    let none: Option<&[Vec<u8>]> = None;
    Ok(Network::new(tpm, none, &states, Limits::default())?)
}

/// A symmetric matrix as rows, for messages and files.
#[must_use]
pub fn rows_of(matrix: &DMatrix<f64>) -> Vec<Vec<f64>> {
    (0..matrix.nrows())
        .map(|i| (0..matrix.ncols()).map(|k| matrix[(i, k)]).collect())
        .collect()
}
