//! From a discrete network to a report: φ_s of the whole, complexes, lesions, structure.

use crate::base::num;

use super::error::PhiError;
use super::iit4::{
    Bound, Effort, Iit4Error, Network, SystemPhi, complexes, structure_of, system_phi,
};
use super::lesion::{without_binary_units, without_connections};
use super::report::{DistinctionReport, PhiBound, PhiReport, StructureReport};
use super::settings::PhiSettings;

/// Nats of a bit.
fn nats(bits: f64) -> f64 {
    bits * num::ln(2.0)
}

fn numbers(list: &[usize]) -> Vec<u32> {
    list.iter().map(|k| *k as u32).collect()
}

/// Measures a network.
///
/// # Errors
/// When it is too large for what was asked.
pub fn report(
    network: &Network,
    settings: &PhiSettings,
    source: &str,
    mut flags: Vec<String>,
) -> Result<PhiReport, PhiError> {
    let all: Vec<usize> = (0..network.units()).collect();
    let effort = Effort {
        work_max: settings.budget,
        ..Effort::unlimited()
    };
    let found = settings
        .complexes
        .then(|| complexes(network, effort))
        .transpose()?;
    let known = found
        .as_ref()
        .and_then(|found| found.systems.iter().find(|system| system.nodes == all));
    let whole = match known {
        Some(system) => system.clone(),
        None => system_phi(network, &all, effort)?,
    };
    for reason in &whole.reasons {
        flags.push(format!("{reason:?}"));
    }
    let method = format!("φ_s of IIT 4.0 in bits × ln 2; {source}");
    let mut report = PhiReport::zero(method, flags);
    report.value = nats(whole.phi_s);
    report.bound = match whole.bound {
        Bound::Exact => PhiBound::Exact,
        Bound::Upper => PhiBound::Upper,
    };
    if report.bound == PhiBound::Upper {
        report.flags.push("budget_ended".to_owned());
    }
    report.cut = whole
        .mip
        .iter()
        .flat_map(|mip| &mip.removed_edges)
        .map(|[from, to]| [*from as u32, *to as u32])
        .collect();
    report.states = (0..network.units())
        .map(|unit| (network.state() >> unit & 1) as u8)
        .collect();
    report.cost = whole.work;
    if let Some(found) = &found {
        report.cost = found.systems.iter().map(|system| system.work).sum();
        report.complexes = found
            .complexes
            .iter()
            .map(|complex| (numbers(&complex.nodes), nats(complex.phi_s)))
            .collect();
        let major = found.complexes.first();
        report.major_complex = major.map(|c| numbers(&c.nodes)).unwrap_or_default();
    }
    if settings.lesions {
        let units = without_binary_units(network, effort)?;
        report.lesions = units.into_iter().map(nats).collect();
        report.edge_lesions = without_connections(network, effort)?;
        for (_, _, value) in &mut report.edge_lesions {
            *value = nats(*value);
        }
    }
    if settings.structure {
        report.structure = structure(network, &whole, effort)?;
    }
    Ok(report)
}

fn structure(
    network: &Network,
    whole: &SystemPhi,
    effort: Effort,
) -> Result<Option<StructureReport>, Iit4Error> {
    if !whole.reachable {
        return Ok(None);
    }
    let found = structure_of(network, whole, effort)?;
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
    Ok(Some(StructureReport {
        distinctions,
        relations: found.num_relations.as_f64(),
        sum_phi_d: found.sum_phi_d,
        sum_phi_r: found.sum_phi_r,
        big_phi: found.big_phi,
        strict: found.strict_relations,
    }))
}
