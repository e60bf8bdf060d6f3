//! From a discrete network to a report: φ_s of the whole, complexes, lesions, structure.

use crate::base::num;

use super::error::PhiError;
use super::iit4::{
    Bound, Effort, Iit4Error, Network, SystemPhi, complexes, structure_of, system_phi, work_of,
};
use super::lesion::{without_binary_units, without_connections};
use super::report::{DistinctionReport, PhiBound, PhiReport, StructureReport};
use super::settings::PhiMeasure;
use super::spec::PhiSpec;
use super::work::{Budget, OPERATIONS, Stop};

/// Nats of a bit.
fn nats(bits: f64) -> f64 {
    bits * num::ln(2.0)
}

fn numbers(list: &[usize]) -> Vec<u32> {
    list.iter().map(|k| *k as u32).collect()
}

/// Measures a network with what is left of the budget, which is charged.
///
/// What the budget does not reach is left out, and the report says so: `budget_ended` when anything
/// was cut short, `complexes_unknown` where not every subset has its value, `structure_left_out`
/// where the structure was not unfolded. Lesions that have no value are NaN or missing.
///
/// # Errors
/// When it is too large for what was asked.
#[expect(clippy::too_many_lines, reason = "waits to be split")]
pub fn report(
    network: &Network,
    settings: &PhiSpec,
    (source, mut flags): (&str, Vec<String>),
    (budget, stop): (&mut Budget<'_>, Stop<'_>),
) -> Result<PhiReport, PhiError> {
    let all: Vec<usize> = (0..network.units()).collect();
    let effort = |budget: &Budget<'_>| Effort {
        work_max: budget.left(),
        stop,
        ..Effort::unlimited()
    };
    let found = settings
        .complexes
        .then(|| complexes(network, effort(budget)))
        .transpose()?;
    let mut ended = false;
    if let Some(found) = &found {
        budget.spend(work_of(network, &found.systems).saturating_mul(OPERATIONS));
        ended |= !found.exact;
    }
    let known = found
        .as_ref()
        .and_then(|found| found.systems.iter().find(|system| system.nodes == all));
    let whole = match known {
        Some(system) => system.clone(),
        None => {
            let system = system_phi(network, &all, effort(budget))?;
            let work = work_of(network, std::slice::from_ref(&system));
            budget.spend(work.saturating_mul(OPERATIONS));
            system
        }
    };
    for reason in &whole.reasons {
        flags.push(format!("{reason:?}"));
    }
    let method = format!("φ_s of IIT 4.0 in bits × ln 2; {source}");
    let mut report = PhiReport::zero(PhiMeasure::Iit4, method, flags);
    report.value = nats(whole.phi_s);
    report.bound = match whole.bound {
        Bound::Exact => PhiBound::Exact,
        Bound::Upper => PhiBound::Upper,
    };
    ended |= report.bound == PhiBound::Upper;
    report.cut = whole
        .mip
        .iter()
        .flat_map(|mip| &mip.removed_edges)
        .map(|[from, to]| [*from as u32, *to as u32])
        .collect();
    report.states = (0..network.units())
        .map(|unit| (network.state() >> unit & 1) as u8)
        .collect();
    match &found {
        Some(found) if found.exact => {
            report.complexes = found
                .complexes
                .iter()
                .map(|complex| (numbers(&complex.nodes), nats(complex.phi_s)))
                .collect();
            let major = found.complexes.first();
            report.major_complex = major.map(|c| numbers(&c.nodes)).unwrap_or_default();
        }
        // They cannot be told before every candidate system has its value.
        Some(_) => report.flags.push("complexes_unknown".to_owned()),
        None => {}
    }
    if settings.lesions {
        ended |= !lesions(network, (&mut report, budget), effort)?;
    }
    if settings.structure {
        match structure(network, &whole, effort(budget))? {
            Some((structure, operations)) => {
                budget.spend(operations);
                report.structure = Some(structure);
            }
            None if whole.reachable => {
                report.flags.push("structure_left_out".to_owned());
                ended = true;
            }
            None => {}
        }
    }
    report.cost = budget.spent();
    if ended || budget.ended() {
        report.flags.push("budget_ended".to_owned());
    }
    Ok(report)
}

/// Fills in lesions of units, then of connections, as far as the budget reaches; whether all of
/// them.
fn lesions<'a>(
    network: &Network,
    (report, budget): (&mut PhiReport, &mut Budget<'_>),
    effort: impl Fn(&Budget<'_>) -> Effort<'a>,
) -> Result<bool, Iit4Error> {
    let units = without_binary_units(network, effort(budget))?;
    budget.spend(units.operations);
    report.lesions = units.values.into_iter().map(nats).collect();
    let edges = without_connections(network, effort(budget))?;
    budget.spend(edges.operations);
    report.edge_lesions = edges.values;
    for (_, _, value) in &mut report.edge_lesions {
        *value = nats(*value);
    }
    Ok(units.whole && edges.whole)
}

fn structure(
    network: &Network,
    whole: &SystemPhi,
    effort: Effort,
) -> Result<Option<(StructureReport, u64)>, Iit4Error> {
    if !whole.reachable {
        return Ok(None);
    }
    let found = match structure_of(network, whole, effort) {
        Err(Iit4Error::Stopped) => return Ok(None),
        found => found?,
    };
    let mut distinctions: Vec<DistinctionReport> = found
        .distinctions
        .iter()
        .map(|distinction| DistinctionReport {
            mechanism: numbers(&distinction.mechanism),
            phi: distinction.phi,
            cause: (
                numbers(&distinction.cause.purview),
                distinction.cause.state.clone(),
            ),
            effect: (
                numbers(&distinction.effect.purview),
                distinction.effect.state.clone(),
            ),
        })
        .collect();
    distinctions.sort_by(|a, b| b.phi.total_cmp(&a.phi).then(a.mechanism.cmp(&b.mechanism)));
    let report = StructureReport {
        distinctions,
        relations: found.num_relations.as_f64(),
        sum_phi_d: found.sum_phi_d,
        sum_phi_r: found.sum_phi_r,
        big_phi: found.big_phi,
        strict: found.strict_relations,
    };
    Ok(Some((report, found.operations)))
}
