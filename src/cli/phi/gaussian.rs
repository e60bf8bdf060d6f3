//! Answers about Gaussian systems, given or estimated from a recording.

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use crate::phi::gauss::case::{
    CaseAnswer, CaseRequest, ComplexRequest, ComplexSearch, MinimumRequest, answer,
};
use crate::phi::gauss::complexes::exhaustive_complexes_work;
use crate::phi::gauss::hierarchy::hierarchy;
use crate::phi::gauss::minimum::{MinimumSettings, Search, Standing, exhaustive_work, work_bound};
use crate::phi::gauss::significance::{Interval, SurrogateTest};
use crate::phi::gauss::{Budget, GaussianSystem, Measure, MeasureSettings};
use crate::phi::lesion::without_units;
use crate::phi::measure::rows_of;

use super::args::{PhiArgs, PhiMeasureArg, PhiSearchArg};
use super::effort::Watch;

/// What is spent without a deadline, in values of MI1.
const FREE_CUTS: u64 = 1 << 28;
/// Values of MI1 in a second, about, for what a refusal says of the cost.
const COSTS_PER_S: f64 = 1e7;
/// The most units of Φ_G.
const GEO_UNITS: usize = 64;
/// Smallest eigenvalue of a correlation matrix below which digits are lost.
const ILL_CONDITIONED: f64 = 1e-9;

/// The most units whose eigenvalues are looked at.
const CONDITIONED_UNITS: usize = 600;

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

pub(super) fn kind(args: &PhiArgs) -> Result<Measure> {
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
pub(super) fn request(args: &PhiArgs, system: &GaussianSystem) -> Result<CaseRequest> {
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

pub(super) fn settings_of(item: &MinimumRequest) -> MinimumSettings {
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
    remarks.extend(ill_conditioned(&system, watch));
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

/// What must be said of a covariance whose last digits mean nothing. Of very many units, or after
/// the deadline, nobody looks.
fn ill_conditioned(system: &GaussianSystem, watch: &Watch) -> Option<String> {
    let n = system.len();
    if n > CONDITIONED_UNITS || watch.is_over() {
        return None;
    }
    let cov = system.cov_x();
    let correlation = nalgebra::DMatrix::from_fn(n, n, |i, j| {
        cov[(i, j)] / (cov[(i, i)] * cov[(j, j)]).sqrt()
    });
    let smallest = correlation.symmetric_eigenvalues().min();
    (smallest < ILL_CONDITIONED).then(|| {
        format!(
            "the covariance is ill-conditioned (smallest eigenvalue of the correlations \
             {smallest:.1e}): the last digits of these values mean nothing"
        )
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
