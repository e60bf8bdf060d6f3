//! Answers about Gaussian systems, given or estimated from a recording.

use anyhow::{Result, anyhow, bail};
use serde_json::{Value, json};

use crate::phi::binarise::counted_tpm;
use crate::phi::gauss::case::{
    CaseAnswer, CaseRequest, ComplexRequest, ComplexSearch, MinimumRequest, answer,
};
use crate::phi::gauss::hierarchy::hierarchy;
use crate::phi::gauss::minimum::{
    MinimumSettings, Search, Standing, minimum_partition, work_bound,
};
use crate::phi::gauss::recording::{Shrinkage, estimate, estimate_instantaneous};
use crate::phi::gauss::significance::{
    Interval, Resampling, SurrogateTest, bootstrap_interval, surrogate_test,
};
use crate::phi::gauss::{Budget, GaussError, GaussianSystem, Measure, MeasureSettings};
use crate::phi::lesion::without_units;
use crate::phi::measure::rows_of;

use super::super::args::{PhiArgs, PhiMeasureArg, PhiSearchArg};
use super::effort::Watch;
use super::question::{DiscreteQuestion, Recording};

/// Bipartitions that are tried without a deadline.
const FREE_CUTS: u64 = 1 << 26;
/// Samples of the mean that bound a value from data.
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

fn affordable(system: &GaussianSystem, request: &CaseRequest, watch: &Watch) -> Result<()> {
    for item in &request.mip {
        let cuts = work_bound(
            system.len(),
            &MinimumSettings::of(item.measure, item.search),
        );
        if item.search == Search::Exhaustive && cuts > FREE_CUTS && !watch.has_deadline() {
            bail!(
                "{} units have {cuts} bipartitions; --search queyranne is exact for mi1 and mi, \
                 and --deadline S gives the best bound after S seconds",
                system.len()
            );
        }
    }
    Ok(())
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
    let lesions = match args.lesion {
        true => {
            let kind = kind(args)?;
            let settings = MinimumSettings::of(kind, search(args, kind, system.len()));
            Some(without_units(&system, &settings, &mut budget))
        }
        false => None,
    };
    if budget.ended() {
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
        Measure::Mi1 => estimate_instantaneous(&recording.series, shrinkage)?,
        _ => estimate(&recording.series, args.lag, shrinkage)?,
    };
    let request = request(args, &estimate.system)?;
    let mut found = gaussian(estimate.system, &request, false, args, watch)?;
    found.remarks.push(format!(
        "estimated from {} samples, shrunk by λ = {:.4} towards its diagonal",
        estimate.pairs, estimate.lambda
    ));
    let units = recording.series.len();
    let settings = MinimumSettings::of(kind, search(args, kind, units));
    let value = |system: &GaussianSystem| -> Result<f64, GaussError> {
        let mut budget = Budget::unlimited();
        minimum_partition(system, &settings, &mut budget).map(|found| found.phi)
    };
    let resampling = Resampling {
        lag: args.lag,
        shrinkage,
        count: args.surrogates,
        seed: args.seed,
    };
    if args.surrogates > 0 {
        let test = surrogate_test(&recording.series, &resampling, &value)?;
        found.surrogates = Some(test);
        let interval = bootstrap_interval(&recording.series, &resampling, None, LEVEL, &value)?;
        found.interval = Some(interval);
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
    let counted = counted_tpm(&centred, 0.0, args.lag).ok_or_else(|| {
        anyhow!(
            "{} samples of {} units over a lag of {}, expected finite samples, more than the lag, \
             of at most 20 units",
            recording.series.first().map_or(0, Vec::len),
            recording.series.len(),
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
