//! From a Gaussian system to a report.

use super::error::PhiError;
use super::gauss::hierarchy::hierarchy;
use super::gauss::minimum::{MinimumSettings, Search, Standing, minimum_partition};
use super::gauss::{GaussianSystem, Measure};
use super::lesion::without_units;
use super::report::{PhiBound, PhiReport};
use super::settings::PhiSearch;
use super::spec::PhiSpec;
use super::work::Budget;

/// The most units for which every bipartition is tried where no better search is exact.
const EXHAUSTIVE_UNITS: usize = 12;

/// A limit that was met before there was a value.
pub(super) fn unaffordable(
    what: &'static str,
    budget: &Budget<'_>,
    advice: &'static str,
) -> PhiError {
    let allowed = budget.allowed();
    PhiError::TooMuchWork {
        what,
        needed: allowed.max(budget.spent()).saturating_add(1),
        allowed,
        advice,
    }
}

/// What the work came to.
pub(super) fn finish(report: &mut PhiReport, budget: &Budget<'_>) {
    report.cost = budget.spent();
    let text = "budget_ended";
    if budget.ended() && !report.flags.iter().any(|flag| flag == text) {
        report.flags.push(text.to_owned());
    }
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

/// Measure, search and source in words.
pub(super) fn method(kind: Measure, search: Option<Search>, source: &str) -> String {
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

/// Measures a system: weakest partition, complexes and lesions, as the settings ask.
///
/// # Errors
/// When the measure has no value.
pub(super) fn gaussian(
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
    let mut report = PhiReport::zero(settings.measure, text, flags);
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
