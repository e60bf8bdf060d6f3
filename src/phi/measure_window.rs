//! From a window of samples to a report, held against chance.

use super::chance::{Missing, against_shifts};
use super::covariance::{WindowError, correlation, is_constant};
use super::error::PhiError;
use super::gauss::minimum::minimum_partition;
use super::gauss::recording::{estimate_within, estimate_work};
use super::gauss::significance::{Resampling, bootstrap_interval};
use super::gauss::{GaussError, GaussianSystem, Measure, Shrinkage};
use super::measure_gauss::{finish, gaussian, method, minimum_settings, unaffordable};
use super::report::{PhiBound, PhiReport, Significance};
use super::settings::SURROGATES;
use super::spec::PhiSpec;
use super::work::Budget;

/// Share of resampled values that an interval holds.
const INTERVAL: f64 = 0.95;

/// Measures a window.
///
/// # Errors
/// When samples are unusable, or the budget ends before there is a value.
pub(super) fn window(
    samples: &[Vec<f64>],
    kind: Measure,
    settings: &PhiSpec,
    budget: &mut Budget<'_>,
) -> Result<PhiReport, PhiError> {
    let whole = samples;
    let recent = newest(samples, settings.window);
    let samples = recent.as_slice();
    let mut flags: Vec<String> = samples
        .iter()
        .enumerate()
        .filter(|(_, series)| is_constant(series))
        .map(|(unit, _)| format!("constant_unit:{unit}"))
        .collect();
    let source = format!("window, shrinkage {}", settings.shrinkage);
    let system = system_of(samples, kind, settings, budget)?;
    let Some(system) = system else {
        flags.push("fewer_than_two_units".to_owned());
        let method = method(kind, None, &source);
        return Ok(PhiReport::zero(settings.measure, method, flags));
    };
    let mut report = gaussian(&system, kind, settings, (&source, flags), budget)?;
    if report.bound == PhiBound::Exact {
        report.bound = PhiBound::Estimate;
    }
    report.significance = significance(whole, &mut report, (kind, settings), budget);
    finish(&mut report, budget);
    Ok(report)
}

/// The newest samples of each unit, as many as the window has.
fn newest(samples: &[Vec<f64>], window: usize) -> Vec<Vec<f64>> {
    let series = samples.iter();
    series
        .map(|own| own[own.len().saturating_sub(window)..].to_vec())
        .collect()
}

/// The system of a window; `None` of fewer than two units.
fn system_of(
    samples: &[Vec<f64>],
    kind: Measure,
    settings: &PhiSpec,
    budget: &mut Budget<'_>,
) -> Result<Option<GaussianSystem>, PhiError> {
    let instantaneous = kind == Measure::Mi1;
    let length = samples.first().map_or(0, Vec::len);
    let advice = "raise it, or shorten phi.window";
    if !budget.spend(estimate_work(samples.len(), length) / 2) {
        return Err(unaffordable("the covariance of the window", budget, advice));
    }
    let matrix = correlation(samples, settings.shrinkage)?;
    if samples.len() < 2 {
        return Ok(None);
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
    Ok(Some(system))
}

/// The window against chance, as far as the budget reaches; `None` without a single surrogate.
/// Surrogates that nobody asked for are left out where the budget does not reach to the last.
fn significance(
    samples: &[Vec<f64>],
    report: &mut PhiReport,
    (kind, settings): (Measure, &PhiSpec),
    budget: &mut Budget<'_>,
) -> Option<Significance> {
    let count = settings.surrogates.unwrap_or(SURROGATES);
    // A bound cannot be compared.
    if count == 0 || budget.ended() {
        return None;
    }
    let whole = budget.left();
    let mut too_few = false;
    let found = against_shifts(
        report.value,
        (samples, settings.window),
        count,
        |k, shifted| {
            let spent = whole - budget.left();
            let rest = (spent / k.max(1) as u64).saturating_mul((count - k) as u64);
            if settings.surrogates.is_none() && k > 0 && rest > budget.left() {
                too_few = true;
                return Err(Missing::Ended);
            }
            let system = system_of(shifted, kind, settings, budget);
            let ended = |budget: &Budget<'_>| match budget.ended() {
                true => Missing::Ended,
                false => Missing::Unfit,
            };
            let Ok(Some(system)) = system else {
                return Err(ended(budget));
            };
            let search = minimum_settings(kind, settings, system.len());
            match minimum_partition(&system, &search, budget) {
                Ok(found) if !budget.ended() => Ok(found.phi.max(0.0)),
                _ => Err(ended(budget)),
            }
        },
    );
    if too_few {
        report
            .flags
            .push("chance_unknown: the budget does not reach".to_owned());
        return None;
    }
    let interval = settings.surrogates.is_some();
    let interval = interval
        .then(|| {
            resampled(
                &newest(samples, settings.window),
                count,
                (kind, settings),
                budget,
            )
        })
        .flatten();
    found.map(|found| Significance { interval, ..found })
}

/// Where 95 % of the values of resampled windows lie, when they have one.
fn resampled(
    samples: &[Vec<f64>],
    count: usize,
    (kind, settings): (Measure, &PhiSpec),
    budget: &mut Budget<'_>,
) -> Option<(f64, f64)> {
    let lag = usize::try_from(settings.lag_ticks).unwrap_or(usize::MAX);
    let resampling = Resampling {
        lag: lag.max(1),
        shrinkage: Shrinkage::Fixed(settings.shrinkage),
        count,
        seed: 0,
    };
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
    let found = bootstrap_interval(samples, &resampling, None, INTERVAL, &value, budget);
    found.ok().map(|own| (own.low, own.high))
}
