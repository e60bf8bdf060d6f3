//! Answers about Gaussian systems, given or estimated from a recording.

use anyhow::{Result, anyhow, bail, ensure};
use serde_json::{Value, json};

use crate::phi::binarise::counted_tpm;
use crate::phi::gauss::case::{
    CaseAnswer, CaseRequest, ComplexRequest, ComplexSearch, MinimumRequest, answer,
};
use crate::phi::gauss::complexes::exhaustive_complexes_work;
use crate::phi::gauss::hierarchy::hierarchy;
use crate::phi::gauss::minimum::{
    MinimumSettings, Search, Standing, exhaustive_work, minimum_partition, work_bound,
};
use crate::phi::gauss::recording::{Shrinkage, estimate, estimate_instantaneous};
use crate::phi::gauss::significance::{
    Interval, Resampling, SurrogateTest, bootstrap_interval, surrogate_test,
};
use crate::phi::gauss::{Budget, GaussError, GaussianSystem, Measure, MeasureSettings};
use crate::phi::lesion::without_units;
use crate::phi::measure::rows_of;

use super::args::{PhiArgs, PhiMeasureArg, PhiSearchArg};
use super::effort::Watch;
use super::question::{DiscreteQuestion, Recording};

/// What is spent without a deadline, in values of MI1.
const FREE_CUTS: u64 = 1 << 28;
/// Values of MI1 in a second, about, for what a refusal says of the cost.
const COSTS_PER_S: f64 = 1e7;
/// The most units of Φ_G.
const GEO_UNITS: usize = 64;
/// The most units of a recording that is binarised: more states than it could visit.
const BINARISED_UNITS: usize = 16;
/// Smallest eigenvalue of a correlation matrix below which digits are lost.
const ILL_CONDITIONED: f64 = 1e-9;
/// Share of resampled values that an interval holds.
const LEVEL: f64 = 0.95;

/// What was found of a Gaussian system.
pub struct GaussianAnswer {
    /// The system.
    pub system: GaussianSystem,
    /// Measures, minimum partitions and complexes.
    pub found: CaseAnswer,
    /// The value without each unit, nats.
    pub lesions: Option<Vec<f64>>,
    /// Against surrogates.
    pub surrogates: Option<SurrogateTest>,
    /// An interval for the value.
    pub interval: Option<Interval>,
    /// The tree that an independent implementation was compared with.
    pub independent: Option<Value>,
    /// What must be said of it.
    pub remarks: Vec<String>,
}

fn kind(args: &PhiArgs) -> Result<Measure> {
    Ok(match args.measure.unwrap_or(PhiMeasureArg::Mi1) {
        PhiMeasureArg::Mi1 => Measure::Mi1,
        PhiMeasureArg::Mi => Measure::Mi,
        PhiMeasureArg::Si => Measure::Si,
        PhiMeasureArg::Star => Measure::Star,
        PhiMeasureArg::Geo => Measure::Geo,
        PhiMeasureArg::Iit4 | PhiMeasureArg::Iit3 => {
            bail!("a covariance has no states; expected --measure mi1, mi, si, star or geo")
        }
    })
}

fn search(args: &PhiArgs, kind: Measure, units: usize) -> Search {
    match args.search {
        Some(PhiSearchArg::Exhaustive) => Search::Exhaustive,
        Some(PhiSearchArg::Queyranne) => Search::Queyranne,
        Some(PhiSearchArg::Spectral) => Search::Spectral,
        Some(PhiSearchArg::Remcmc) => Search::Exchange,
        None if kind.is_submodular() || units > 12 => Search::Queyranne,
        None => Search::Exhaustive,
    }
}

/// What is asked when a file asks for nothing: the minimum partition, and complexes.
fn request(args: &PhiArgs, system: &GaussianSystem) -> Result<CaseRequest> {
    let kind = kind(args)?;
    let search = search(args, kind, system.len());
    let every = args.search == Some(PhiSearchArg::Exhaustive) && system.len() <= 16;
    let complexes = ComplexRequest {
        measure: kind,
        search: if every {
            ComplexSearch::Exhaustive
        } else {
            ComplexSearch::Recursive
        },
        mip_search: Some(search),
        normalization: u8::from(args.normalized),
    };
    Ok(CaseRequest {
        measures: Vec::new(),
        mip: vec![MinimumRequest {
            measure: kind,
            search,
            normalization: u8::from(args.normalized),
        }],
        complexes: if args.complexes {
            vec![complexes]
        } else {
            Vec::new()
        },
    })
}

fn settings_of(item: &MinimumRequest) -> MinimumSettings {
    let mut settings = MinimumSettings::of(item.measure, item.search);
    settings.normalized = item.normalization != 0;
    settings
}

fn affordable(system: &GaussianSystem, request: &CaseRequest, watch: &Watch) -> Result<()> {
    let units = system.len();
    let mip = request.mip.iter().map(|item| {
        let settings = MinimumSettings::of(item.measure, item.search);
        (
            item.measure,
            item.search == Search::Exhaustive,
            work_bound(units, &settings),
        )
    });
    let complexes = request.complexes.iter().map(|item| {
        let every = item.search == ComplexSearch::Exhaustive;
        let tree = item.mip_search == Some(Search::Exhaustive);
        let work = if every {
            exhaustive_complexes_work(units)
        } else {
            exhaustive_work(units)
        };
        (item.measure, every || tree, work)
    });
    for (measure, exhaustive, work) in mip.chain(complexes) {
        ensure!(
            measure != Measure::Geo || units <= GEO_UNITS,
            "Φ_G of {units} units takes minutes for each cut, expected at most {GEO_UNITS} units"
        );
        let cost = work.saturating_mul(cost(measure));
        if exhaustive && cost > FREE_CUTS && !watch.has_deadline() {
            bail!(
                "every cut of {units} units is {work} values of {}, about {:.0} minutes; --search \
                 queyranne is quicker (and exact for mi1 and mi), and --deadline S gives the best \
                 bound after S seconds",
                measure_name(&measure),
                (cost as f64 / COSTS_PER_S / 60.0).max(1.0)
            );
        }
    }
    Ok(())
}

/// What a value costs, in values of MI1.
fn cost(measure: Measure) -> u64 {
    match measure {
        Measure::Mi1 | Measure::Mi | Measure::Si => 1,
        Measure::Star => 100,
        Measure::Geo => 20_000,
    }
}

/// Answers a request about a system.
///
/// # Errors
/// When an item of it cannot be answered.
pub fn gaussian(
    system: GaussianSystem,
    asked: &CaseRequest,
    independent: bool,
    args: &PhiArgs,
    watch: &Watch,
) -> Result<GaussianAnswer> {
    let empty = asked.measures.is_empty() && asked.mip.is_empty() && asked.complexes.is_empty();
    let request = if empty && !independent {
        request(args, &system)?
    } else {
        asked.clone()
    };
    affordable(&system, &request, watch)?;
    let stop = || watch.is_over();
    let mut budget = Budget::unlimited().with_stop(&stop);
    let found = answer(&system, &request, &MeasureSettings::default(), &mut budget)?;
    let mut remarks = Vec::new();
    let mut lesions = None;
    if args.lesion {
        let measured = match request.mip.first() {
            Some(item) => settings_of(item),
            None => MinimumSettings::of(kind(args)?, search(args, kind(args)?, system.len())),
        };
        let found = without_units(&system, &measured, &mut budget);
        if budget.ended() {
            remarks.push("the deadline came before the lesions were measured".to_owned());
        } else {
            lesions = Some(found);
        }
    }
    let correlation = nalgebra::DMatrix::from_fn(system.len(), system.len(), |i, j| {
        let cov = system.cov_x();
        cov[(i, j)] / (cov[(i, i)] * cov[(j, j)]).sqrt()
    });
    let smallest = correlation.symmetric_eigenvalues().min();
    if smallest < ILL_CONDITIONED {
        remarks.push(format!(
            "the covariance is ill-conditioned (smallest eigenvalue of the correlations \
             {smallest:.1e}): the last digits of these values mean nothing"
        ));
    }
    let unfinished = found.mip.iter().any(|m| m.standing == Standing::Unfinished)
        || found
            .complexes
            .iter()
            .any(|c| c.standing == Standing::Unfinished);
    if unfinished {
        remarks.push("the deadline came first: values are upper bounds".to_owned());
    }
    let independent = independent.then(|| tree(&system, &mut budget));
    Ok(GaussianAnswer {
        found,
        lesions,
        surrogates: None,
        interval: None,
        independent: independent.transpose()?,
        remarks,
        system,
    })
}

/// The tree of minimum partitions of MI1, by the names of the reference.
fn tree(system: &GaussianSystem, budget: &mut Budget<'_>) -> Result<Value> {
    let settings = MinimumSettings::of(Measure::Mi1, Search::Queyranne);
    let found = hierarchy(system, &settings, budget)?;
    let from_one = |units: &[usize]| -> Vec<usize> { units.iter().map(|u| u + 1).collect() };
    let list = &found.complexes.found;
    let mains = || list.iter().filter(|complex| complex.main);
    let (a, b) = (&found.whole.side, &found.whole.other);
    let small = if b.len() < a.len() { b } else { a };
    Ok(json!({
        "mip_phi": found.whole.phi,
        "mip_side": from_one(small),
        "complexes": list.iter().map(|c| from_one(&c.units)).collect::<Vec<_>>(),
        "phi_complexes": list.iter().map(|c| c.value).collect::<Vec<_>>(),
        "main_complexes": mains().map(|c| from_one(&c.units)).collect::<Vec<_>>(),
        "phi_main": mains().map(|c| c.value).collect::<Vec<_>>(),
    }))
}

fn shrinkage(args: &PhiArgs) -> Result<Shrinkage> {
    match args.shrink.as_str() {
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

/// Answers about a recording's Gaussian system.
///
/// # Errors
/// When it has no estimate, or an item cannot be answered.
pub fn recorded(recording: &Recording, args: &PhiArgs, watch: &Watch) -> Result<GaussianAnswer> {
    let kind = kind(args)?;
    let shrinkage = shrinkage(args)?;
    let estimate = match kind {
        // Surrogates are of pairs a lag apart, and so is then what they are compared with.
        Measure::Mi1 if args.surrogates == 0 => {
            estimate_instantaneous(&recording.series, shrinkage)?
        }
        _ => estimate(&recording.series, args.lag, shrinkage)?,
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
    let counted = counted_tpm(&centred, 0.0, args.lag).ok_or_else(|| {
        anyhow!(
            "{} samples, expected more than the lag of {}, which is at least 1",
            recording.series.first().map_or(0, Vec::len),
            args.lag
        )
    })?;
    let states = counted.visits.len();
    let n = recording.series.len();
    Ok(DiscreteQuestion {
        state: (0..n)
            .map(|unit| (counted.state >> unit & 1) as u8)
            .collect(),
        connections: None,
        whole_only: false,
        remarks: vec![format!(
            "transition probabilities are estimated: {} of {states} states were seen, ±{:.2} on \
             average; units are on at {} or above",
            counted.seen(),
            counted.half_width(),
            args.threshold
                .map_or("their mean".to_owned(), |t| t.to_string())
        )],
        estimated: true,
        rows: counted.rows,
    })
}

/// The answer with the names of the reference cases.
///
/// # Errors
/// When a value cannot be written.
pub fn to_json(answer: &GaussianAnswer, covariance: bool) -> Result<Value> {
    let mut out = serde_json::to_value(&answer.found)?;
    if let Some(lesions) = &answer.lesions {
        out["lesions"] = json!(lesions);
    }
    if let Some(test) = &answer.surrogates {
        out["surrogates"] = serde_json::to_value(test)?;
    }
    if let Some(interval) = &answer.interval {
        out["interval"] = serde_json::to_value(interval)?;
    }
    if let Some(tree) = &answer.independent {
        out["hpc_independent"] = tree.clone();
    }
    if covariance {
        out["Cov_X"] = json!(rows_of(answer.system.cov_x()));
    }
    if !answer.remarks.is_empty() {
        out["remarks"] = json!(answer.remarks);
    }
    Ok(out)
}

/// The name of a measure in files.
#[must_use]
pub fn measure_name(measure: &Measure) -> String {
    let value = serde_json::to_value(measure).ok();
    let name = value.and_then(|value| value.as_str().map(str::to_owned));
    name.unwrap_or_default()
}

/// What a minimum is worth, in words.
#[must_use]
pub fn worth(standing: Standing) -> &'static str {
    match standing {
        Standing::Exact => "exact",
        Standing::Numerical => "every cut tried, each value the best of several starts",
        Standing::Heuristic => "heuristic: an upper bound",
        Standing::Unfinished => "cut short: an upper bound",
    }
}
