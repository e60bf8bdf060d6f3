//! From a window of samples or a picture of the plant to a report.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::base::VertexId;

use super::binarise::{KRICHEVSKY_TROFIMOV as PRIOR, counted_tpm, counting_work};
use super::covariance::{WindowError, correlation, is_constant};
use super::error::PhiError;
use super::gauss::hierarchy::hierarchy;
use super::gauss::lyapunov::flow_work;
use super::gauss::minimum::{MinimumSettings, Search, Standing, minimum_partition};
use super::gauss::recording::{estimate_within, estimate_work};
use super::gauss::significance::{Resampling, bootstrap_interval, surrogate_test};
use super::gauss::{GaussError, GaussianSystem, Measure, Shrinkage};
use super::iit4::{self, Network, Tpm};
use super::lesion::{without_edges, without_units};
use super::linearise::{LEAK, VARIABLES_MAX, linearised_within};
use super::measure_iit4::report as iit4_report;
use super::perturb::{Perturbation, perturbed_within, perturbed_work};
use super::picture::{PlantPicture, PlantSize, layout_work};
use super::report::{PhiBound, PhiReport, Significance};
use super::settings::{PhiSearch, PhiSource};
use super::spec::{MAX_UNITS, PhiSpec};
use super::work::{Budget, OPERATIONS, Stop};

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
    /// A plant that is refused for its size and number of units alone, so that no picture was taken.
    Beyond(PlantSize, usize),
}

/// Measures what is given, until `stop` says so.
///
/// # Errors
/// When there are too many units, samples are unusable, a system cannot be measured, it takes more
/// work than the settings allow before there is a value, or `stop` said so.
pub fn measure(
    input: &PhiInput,
    settings: &PhiSpec,
    stop: Stop<'_>,
) -> Result<PhiReport, PhiError> {
    let asked = || stop();
    let mut budget = Budget::new(settings.budget).with_stop(&asked);
    let found = measured(input, settings, (&mut budget, stop));
    if budget.stopped() || stop() {
        return Err(PhiError::Stopped);
    }
    found
}

/// What a measurement may work, and who ends it.
type Limits<'a, 'b> = (&'a mut Budget<'b>, Stop<'a>);

fn measured(
    input: &PhiInput,
    settings: &PhiSpec,
    limits: Limits<'_, '_>,
) -> Result<PhiReport, PhiError> {
    let found = match input {
        PhiInput::Window(samples) => samples.len(),
        PhiInput::Plant(_, units) => units.len(),
        PhiInput::Awaited => return Err(PhiError::Unfit("there is no picture of the plant")),
        PhiInput::Beyond(size, units) => {
            let refused = refused_by_size(settings, *size, *units, 1);
            return Err(refused.unwrap_or(PhiError::Unfit("the plant is too large")));
        }
    };
    if found > MAX_UNITS {
        return Err(PhiError::TooMany {
            found,
            limit: MAX_UNITS,
        });
    }
    match (input, settings.measure.gaussian()) {
        (PhiInput::Window(samples), Some(kind)) => window(samples, kind, settings, limits.0),
        (PhiInput::Window(samples), None) => counted(samples, settings, limits),
        (PhiInput::Plant(picture, units), Some(kind)) => {
            model(picture, units, kind, settings, limits.0)
        }
        (PhiInput::Plant(picture, units), None) => perturbed(picture, units, settings, limits),
        (PhiInput::Awaited | PhiInput::Beyond(..), _) => {
            Err(PhiError::Unfit("there is no picture of the plant"))
        }
    }
}

/// Why a plant of such a size cannot be measured, whatever its state: it has too many variables, or
/// the least work of its measurement is more than is allowed. `repetitions` is the least number of
/// runs from each state.
#[must_use]
pub fn refused_by_size(
    settings: &PhiSpec,
    size: PlantSize,
    units: usize,
    repetitions: u32,
) -> Option<PhiError> {
    let allowed = settings.budget;
    let refuse = |what, operations: u64, advice| {
        let needed = operations.div_ceil(OPERATIONS);
        (needed > allowed).then_some(PhiError::TooMuchWork {
            what,
            needed,
            allowed,
            advice,
        })
    };
    match settings.source {
        PhiSource::Window => None,
        PhiSource::Linearised => {
            let found = usize::try_from(size.variables).unwrap_or(usize::MAX);
            if found > VARIABLES_MAX {
                return Some(PhiError::TooLarge { found });
            }
            refuse(
                "the covariance of the linearised plant",
                flow_work(found),
                "raise it, or take a plant of fewer vertices",
            )
        }
        PhiSource::Perturbed => refuse(
            "running the plant on from every state of the units",
            perturbed_work(size, units, settings.lag_ticks, repetitions),
            "raise it, or lower phi.repetitions, phi.lag_ticks or the number of units",
        ),
    }
}

/// A limit that was met before there was a value.
fn unaffordable(what: &'static str, budget: &Budget<'_>, advice: &'static str) -> PhiError {
    let allowed = budget.allowed();
    PhiError::TooMuchWork {
        what,
        needed: allowed.max(budget.spent()).saturating_add(1),
        allowed,
        advice,
    }
}

fn window(
    samples: &[Vec<f64>],
    kind: Measure,
    settings: &PhiSpec,
    budget: &mut Budget<'_>,
) -> Result<PhiReport, PhiError> {
    let instantaneous = kind == Measure::Mi1;
    let length = samples.first().map_or(0, Vec::len);
    let advice = "raise it, or shorten phi.window";
    if !budget.spend(estimate_work(samples.len(), length) / 2) {
        return Err(unaffordable("the covariance of the window", budget, advice));
    }
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
        match estimate_within(samples, lag, shrinkage, budget) {
            Err(GaussError::Ended { .. }) => {
                return Err(unaffordable("the covariance of the window", budget, advice));
            }
            found => found?.system,
        }
    };
    let mut report = gaussian(&system, kind, settings, (&source, flags), budget)?;
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
        report.significance = significance(samples, &resampling, (kind, settings), budget)?;
        finish(&mut report, budget);
    }
    Ok(report)
}

/// The window against chance, as far as the budget reaches; `None` without a single surrogate.
fn significance(
    samples: &[Vec<f64>],
    resampling: &Resampling,
    (kind, settings): (Measure, &PhiSpec),
    budget: &mut Budget<'_>,
) -> Result<Option<Significance>, PhiError> {
    let value = |system: &GaussianSystem, budget: &mut Budget<'_>| {
        let settings = minimum_settings(kind, settings, system.len());
        let found = minimum_partition(system, &settings, budget)?;
        if budget.ended() {
            // A bound cannot be compared.
            let spent = budget.spent();
            return Err(GaussError::Ended { spent });
        }
        Ok(found.phi)
    };
    let test = surrogate_test(samples, resampling, &value, budget);
    let interval = bootstrap_interval(samples, resampling, None, INTERVAL, &value, budget);
    let (test, interval) = match (test, interval) {
        (Ok(test), Ok(interval)) => (test, interval),
        _ if budget.ended() => return Ok(None),
        (Err(error), _) | (_, Err(error)) => return Err(error.into()),
    };
    Ok(Some(Significance {
        p_value: test.p_value,
        chance: test.mean,
        surrogates: test.surrogates as u64,
        interval: (interval.low, interval.high),
    }))
}

/// What the work came to.
fn finish(report: &mut PhiReport, budget: &Budget<'_>) {
    report.cost = budget.spent();
    let text = "budget_ended";
    if budget.ended() && !report.flags.iter().any(|flag| flag == text) {
        report.flags.push(text.to_owned());
    }
}

fn model(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    kind: Measure,
    settings: &PhiSpec,
    budget: &mut Budget<'_>,
) -> Result<PhiReport, PhiError> {
    if let Some(refused) = refused_by_size(settings, picture.size(), units.len(), 1) {
        return Err(refused);
    }
    if !picture.is_noisy() {
        return Err(PhiError::Noiseless);
    }
    let source = "linearised dynamics at the present state";
    if units.len() < 2 {
        let flags = vec!["fewer_than_two_units".to_owned()];
        return Ok(PhiReport::zero(method(kind, None, source), flags));
    }
    budget.spend(layout_work(picture.size()));
    let system = match linearised_within(picture, units, (settings.lag_ticks, LEAK), budget) {
        Err(GaussError::Ended { .. }) => {
            let advice = "raise it, or take a plant of fewer vertices";
            let what = "the covariance of the linearised plant";
            return Err(unaffordable(what, budget, advice));
        }
        found => found?,
    };
    let mut report = gaussian(&system, kind, settings, (source, Vec::new()), budget)?;
    if settings.lesions {
        let search = minimum_settings(kind, settings, system.len());
        let lag = settings.lag_ticks;
        report.edge_lesions = without_edges(picture, units, lag, &search, budget);
        finish(&mut report, budget);
    }
    Ok(report)
}

/// The search of a measure on so many units.
#[must_use]
pub fn minimum_settings(kind: Measure, settings: &PhiSpec, units: usize) -> MinimumSettings {
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
    settings: &PhiSpec,
    (source, flags): (&str, Vec<String>),
    budget: &mut Budget<'_>,
) -> Result<PhiReport, PhiError> {
    let search = minimum_settings(kind, settings, system.len());
    let text = method(kind, Some(search.search), source);
    let (whole, complexes) = if settings.complexes {
        match hierarchy(system, &search, budget) {
            Ok(found) => (found.whole, Some(found.complexes)),
            Err(_) if budget.ended() => (minimum_partition(system, &search, budget)?, None),
            Err(error) => return Err(error.into()),
        }
    } else {
        (minimum_partition(system, &search, budget)?, None)
    };
    let lesions = if settings.lesions {
        without_units(system, &search, budget)
    } else {
        Vec::new()
    };
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
    finish(&mut report, budget);
    Ok(report)
}

fn counted(
    samples: &[Vec<f64>],
    settings: &PhiSpec,
    (budget, stop): Limits<'_, '_>,
) -> Result<PhiReport, PhiError> {
    if !budget.spend(counting_work(
        samples.len(),
        samples.first().map_or(0, Vec::len),
    )) {
        let advice = "raise it, or shorten phi.window";
        return Err(unaffordable(
            "counting transitions of the window",
            budget,
            advice,
        ));
    }
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
    let counted = counted_tpm(samples, settings.threshold, lag, PRIOR).ok_or(PhiError::Unfit(
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
    let mut report = iit4_report(&network, settings, (&source, flags), (budget, stop))?;
    if report.bound == PhiBound::Exact {
        report.bound = PhiBound::Estimate;
    }
    Ok(report)
}

fn perturbed(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    settings: &PhiSpec,
    (budget, stop): Limits<'_, '_>,
) -> Result<PhiReport, PhiError> {
    let noisy = picture.is_noisy();
    let repetitions = if noisy { settings.repetitions } else { 1 };
    let size = picture.size();
    if let Some(refused) = refused_by_size(settings, size, units.len(), repetitions) {
        return Err(refused);
    }
    let how = Perturbation {
        threshold: settings.threshold,
        lag_ticks: settings.lag_ticks,
        repetitions: settings.repetitions,
    };
    budget.spend(layout_work(size));
    let found = perturbed_within(picture, units, &how, budget);
    if budget.ended() {
        let what = "running the plant on from every state of the units";
        let advice = "raise it, or lower phi.repetitions, phi.lag_ticks or the number of units";
        return Err(unaffordable(what, budget, advice));
    }
    let (rows, state) = found.map_err(PhiError::Plant)?;
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
    budget.spend(100 * rows.len() as u64);
    let network = network(&rows, state)?;
    let mut report = iit4_report(&network, settings, (&source, flags), (budget, stop))?;
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
    Ok(Network::new(tpm, none, &states, iit4::Limits::default())?)
}

/// A symmetric matrix as rows, for messages and files.
#[must_use]
pub fn rows_of(matrix: &DMatrix<f64>) -> Vec<Vec<f64>> {
    (0..matrix.nrows())
        .map(|i| (0..matrix.ncols()).map(|k| matrix[(i, k)]).collect())
        .collect()
}
