//! Answers about recordings: their Gaussian system, or their units as on and off.

use anyhow::{Result, anyhow, bail, ensure};

use crate::phi::binarise::counted_tpm;
use crate::phi::gauss::dependence::{Dependence, dependence};
use crate::phi::gauss::minimum::minimum_partition;
use crate::phi::gauss::recording::{estimate_instantaneous_within, estimate_within, estimate_work};
use crate::phi::gauss::significance::{Resampling, bootstrap_interval, surrogate_test};
use crate::phi::gauss::{Budget, GaussError, GaussianSystem, Measure, Shrinkage};

use super::args::PhiArgs;
use super::effort::Watch;
use super::gaussian::{GaussianAnswer, gaussian, kind, request, settings_of};
use super::question::{DiscreteQuestion, Recording};

/// The most units of a recording that is binarised: more states than it could visit.
const BINARISED_UNITS: usize = 16;
/// Operations of preparing a covariance that are done without a deadline: about half a minute.
const FREE_PREPARATION: u64 = 5 << 33;
/// Factors of the whole covariance that are made before a search.
const FACTORS: u64 = 3;
/// Such operations in a second, about.
const PREPARATIONS_PER_S: f64 = 1.5e9;
/// Share of resampled values that an interval holds.
const LEVEL: f64 = 0.95;

fn shrinkage(args: &PhiArgs) -> Result<Shrinkage> {
    match args.shrink.as_deref().unwrap_or("auto") {
        "auto" => Ok(Shrinkage::Analytic),
        "none" => Ok(Shrinkage::None),
        share => share
            .parse()
            .ok()
            .filter(|share| (0.0..=1.0).contains(share))
            .map(Shrinkage::Fixed)
            .ok_or_else(|| anyhow!("--shrink {share:?}, expected auto, none or a share 0 … 1")),
    }
}

/// Refuses what takes long before any search begins, unless there is a deadline.
fn affordable(recording: &Recording, args: &PhiArgs, watch: &Watch) -> Result<()> {
    let (units, samples) = (
        recording.series.len(),
        recording.series.first().map_or(0, Vec::len),
    );
    let one = estimate_work(units, samples);
    // The looking for sums of channels and the shrinkage cost about an estimate each.
    let times = 3 + 2 * args.surrogates as u64;
    // What cannot be cut short: Cholesky's factors of the whole covariance.
    let factors = FACTORS.saturating_mul((units as u64).saturating_pow(3)) / 3;
    let work = one.saturating_mul(times).saturating_add(factors);
    let factors_s = factors as f64 / PREPARATIONS_PER_S;
    if let Some(left_s) = watch.left_s() {
        ensure!(
            factors_s <= left_s.max(1.0),
            "the covariance of {units} units cannot be decomposed within the deadline: that takes \
             about {factors_s:.0} s and cannot be cut short; expected a longer --deadline or fewer \
             --columns"
        );
    }
    ensure!(
        watch.has_deadline() || work <= FREE_PREPARATION,
        "the covariances of {units} units from {samples} samples take about {:.0} minutes before \
         any search; expected fewer --columns or samples, or --deadline S",
        (work as f64 / PREPARATIONS_PER_S / 60.0).max(1.0)
    );
    Ok(())
}

/// Why a recording has no finite value, and what helps.
fn singular(found: &Dependence, names: &[String]) -> String {
    let name = |unit: &usize| format!("{:?}", names.get(*unit).map_or("", String::as_str));
    let (rank, units, unit) = (found.rank, found.units, name(&found.unit));
    let why = if found.sums_to_zero && found.of.len() + 1 == units {
        format!(
            "the {units} channels sum to zero (or a constant) in every sample, as after an average \
             reference"
        )
    } else {
        let of: Vec<String> = found.of.iter().take(8).map(name).collect();
        let more = if found.of.len() > 8 {
            " and others"
        } else {
            ""
        };
        format!(
            "unit {unit} is a sum of {}{more} in every sample",
            of.join(", ")
        )
    };
    format!(
        "{why}: the covariance is singular (rank {rank} of {units}), and without shrinkage the \
         information across a cut between them is infinite; leave a channel out, for example \
         {unit} (--columns), or ask for the value of a shrunk covariance (--shrink auto, or a \
         share λ)"
    )
}

/// Answers about a recording's Gaussian system.
///
/// # Errors
/// When it has no estimate, or an item cannot be answered.
pub fn recorded(recording: &Recording, args: &PhiArgs, watch: &Watch) -> Result<GaussianAnswer> {
    let kind = kind(args)?;
    let shrinkage = shrinkage(args)?;
    affordable(recording, args, watch)?;
    watch.stage("estimating");
    let stop = || watch.is_over();
    let mut budget = Budget::unlimited().with_stop(&stop);
    if args.shrink.is_none()
        && let Some(found) = dependence(&recording.series, &mut budget)
    {
        bail!("{}", singular(&found, &recording.names));
    }
    let series = &recording.series;
    let estimate = match kind {
        // Surrogates are of pairs a lag apart, and so is then what they are compared with.
        Measure::Mi1 if args.surrogates == 0 => {
            estimate_instantaneous_within(series, shrinkage, &mut budget)
        }
        _ => estimate_within(series, args.lag, shrinkage, &mut budget),
    };
    let estimate = match estimate {
        Err(GaussError::Ended { .. }) => bail!(
            "the deadline of {} s came while the covariance of {} units was estimated from {} \
             samples, before the search; expected a longer --deadline or fewer --columns",
            args.deadline.unwrap_or_default(),
            series.len(),
            series.first().map_or(0, Vec::len)
        ),
        other => other?,
    };
    let request = request(args, &estimate.system)?;
    let mut found = gaussian(estimate.system, &request, false, args, watch)?;
    found.remarks.push(format!(
        "estimated from {} samples, shrunk by λ = {:.4} towards its diagonal",
        estimate.pairs, estimate.lambda
    ));
    let Some(settings) = request.mip.first().map(settings_of) else {
        return Ok(found);
    };
    let value = |system: &GaussianSystem, budget: &mut Budget<'_>| -> Result<f64, GaussError> {
        let found = minimum_partition(system, &settings, budget)?;
        if budget.ended() {
            let spent = budget.spent();
            return Err(GaussError::Ended { spent });
        }
        Ok(found.score)
    };
    let resampling = Resampling {
        lag: args.lag,
        shrinkage,
        count: args.surrogates,
        seed: args.seed,
    };
    if args.surrogates > 0 {
        let series = &recording.series;
        let stop = || watch.is_over();
        let mut budget = Budget::unlimited().with_stop(&stop);
        let test = surrogate_test(series, &resampling, &value, &mut budget);
        let interval = bootstrap_interval(series, &resampling, None, LEVEL, &value, &mut budget);
        if watch.is_over() {
            let text = "the deadline came before the surrogates were measured";
            found.remarks.push(text.to_owned());
        } else {
            found.surrogates = Some(test?);
            found.interval = Some(interval?);
        }
    }
    Ok(found)
}

/// A recording as a network of binary units, on at or above the threshold or their means.
///
/// # Errors
/// When samples are missing, too few, or there are too many units.
pub fn binarised(recording: &Recording, args: &PhiArgs) -> Result<DiscreteQuestion> {
    let centred: Vec<Vec<f64>> = recording
        .series
        .iter()
        .map(|series| {
            let mean = series.iter().sum::<f64>() / series.len().max(1) as f64;
            let from = args.threshold.unwrap_or(mean);
            series.iter().map(|x| x - from).collect()
        })
        .collect();
    ensure!(
        recording.series.len() <= BINARISED_UNITS,
        "{} units have more joint states than a recording visits, expected at most \
         {BINARISED_UNITS}; --columns chooses",
        recording.series.len()
    );
    for (series, name) in centred.iter().zip(&recording.names) {
        let on = series.iter().filter(|x| **x >= 0.0).count();
        ensure!(
            series.iter().all(|x| x.is_finite()),
            "unit {name} has a sample that is not finite"
        );
        ensure!(
            on > 0 && on < series.len(),
            "unit {name} is always {}, so nothing can be learned of what it does; --threshold or \
             --columns",
            if on == 0 { "off" } else { "on" }
        );
    }
    let counted = counted_tpm(&centred, 0.0, args.lag, args.prior).ok_or_else(|| {
        anyhow!(
            "{} samples, expected more than the lag of {}, which is at least 1",
            recording.series.first().map_or(0, Vec::len),
            args.lag
        )
    })?;
    let states = counted.visits.len();
    let n = recording.series.len();
    let state: Vec<u8> = (0..n)
        .map(|unit| (counted.state >> unit & 1) as u8)
        .collect();
    let shown: Vec<String> = state.iter().map(u8::to_string).collect();
    let counts = match args.prior {
        0.0 => {
            "transitions are counted as they are (--prior 0); states that were never seen give ½"
                .to_owned()
        }
        prior => {
            let prior = if prior == 0.5 {
                "½".to_owned()
            } else {
                prior.to_string()
            };
            format!(
                "{prior} is added to the counts of on and of off of each transition \
                 (Krichevsky–Trofimov for ½; --prior 0 takes the counts as they are)"
            )
        }
    };
    Ok(DiscreteQuestion {
        state,
        connections: None,
        whole_only: false,
        remarks: vec![
            format!(
                "transition probabilities are estimated: {} of {states} states were seen, ±{:.2} \
                 on average; units are on at {} or above",
                counted.seen(),
                counted.half_width(),
                args.threshold
                    .map_or("their mean".to_owned(), |t| t.to_string())
            ),
            counts,
            format!("the state is that of the last sample: {}", shown.join(",")),
        ],
        estimated: true,
        rows: counted.rows,
    })
}
