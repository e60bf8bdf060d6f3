//! Answers about networks of binary units.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::base::num;
use crate::phi::iit3::case::{CaseNetwork, answer};
use crate::phi::iit4::{
    CaseRequest, CaseResult, Effort, Iit4Error, Limits, Network, Structure, SystemPhi, Tpm,
    analyse, structure_of, system_phi,
};
use crate::phi::lesion::{without_binary_units, without_connections};

use super::args::PhiArgs;
use super::effort::Watch;
use super::question::DiscreteQuestion;

/// Up to so many units every subset is a candidate system unless asked otherwise.
const SUBSETS_UNITS: usize = 12;
/// Up to so many units structures are unfolded unless asked otherwise.
const STRUCTURE_UNITS: usize = 6;
/// Above so many units a deadline must be given.
const FREE_UNITS: usize = 16;
/// Steps of the search in a second, about, for what a refusal says of the cost.
const STEPS_PER_S: f64 = 2e8;

/// What was found of a network.
pub struct DiscreteAnswer {
    /// The network.
    pub network: Network,
    /// φ_s of the whole.
    pub whole: SystemPhi,
    /// All candidate systems, complexes and structures, when they were asked for.
    pub all: Option<CaseResult>,
    /// φ_s of the rest without each unit, bits.
    pub lesions: Option<Vec<f64>>,
    /// φ_s with each connection noised, bits: (from, to, φ_s).
    pub edge_lesions: Option<Vec<(u32, u32, f64)>>,
    /// What must be said of it.
    pub remarks: Vec<String>,
}

impl DiscreteAnswer {
    /// The structure of the whole, or of the major complex where the whole is none.
    #[must_use]
    pub fn structure(&self) -> Option<&Structure> {
        let all = self.all.as_ref()?;
        let major = all.complexes.as_ref().and_then(|list| list.first());
        let of = |nodes: &[usize]| all.ces.iter().find(|ces| ces.nodes == nodes);
        let major = major.and_then(|major| of(&major.nodes));
        let whole = of(&self.whole.nodes);
        if self.whole.phi_s > 0.0 {
            whole.or(major)
        } else {
            major.or(whole)
        }
    }
}

/// Why φ_s of the whole is 0 or not defined, as sentences.
#[must_use]
pub fn reasons(answer: &DiscreteAnswer) -> Vec<String> {
    answer.whole.sentences(&answer.network)
}

/// A number with so many decimals; 0 without a sign where all of them are 0.
#[must_use]
pub fn plain(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| matches!(b, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}

/// Every −0 of a document becomes 0.
fn without_negative_zero(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() && number.as_f64() == Some(0.0) => {
            *value = json!(0.0);
        }
        Value::Array(list) => list.iter_mut().for_each(without_negative_zero),
        Value::Object(map) => map.values_mut().for_each(without_negative_zero),
        _ => {}
    }
}

/// The network of a question. A connection matrix that denies a dependency is taken at its word,
/// and that is remarked.
///
/// # Errors
/// When it is none.
pub fn network(question: &DiscreteQuestion, remarks: &mut Vec<String>) -> Result<Network> {
    let tpm = Tpm::from_rows(&question.rows)?;
    let limits = Limits {
        units: 20,
        bytes: 4 << 30,
    };
    let connections = question.connections.as_deref();
    match (
        Network::new(tpm.clone(), connections, &question.state, limits),
        connections,
    ) {
        (Err(error @ Iit4Error::MissingConnection { .. }), Some(connections)) => {
            remarks.push(format!("{error}; the connections are taken at their word"));
            Ok(Network::trusting(
                tpm,
                connections,
                &question.state,
                limits,
            )?)
        }
        (made, _) => Ok(made?),
    }
}

/// Answers a question.
///
/// # Errors
/// When it is no network, or too large without a deadline.
pub fn discrete(
    question: &DiscreteQuestion,
    args: &PhiArgs,
    watch: &Watch,
) -> Result<DiscreteAnswer> {
    let mut remarks = question.remarks.clone();
    let n = question.rows.first().map_or(0, Vec::len);
    if n > FREE_UNITS && !watch.has_deadline() {
        // About two thirds of 4^n steps in each of four rounds.
        let steps = 8.0 / 6.0 * num::pow(4.0, n as f64);
        bail!(
            "φ_s of {n} units takes about {steps:.1e} steps, {:.0} minutes or more; --deadline S \
             gives the best bound after S seconds",
            (steps / STEPS_PER_S / 60.0).max(1.0)
        );
    }
    let network = network(question, &mut remarks)?;
    let stop = || watch.is_over();
    let tell = |fraction: f64| watch.tell(fraction);
    let effort = Effort {
        workers: args.threads.into(),
        stop: &stop,
        progress: &tell,
        ..Effort::unlimited()
    };
    let nodes: Vec<usize> = (0..n).collect();
    let subsets = args.complexes || (!question.whole_only && n <= SUBSETS_UNITS);
    let structures = args.structure || (!question.whole_only && n <= STRUCTURE_UNITS);
    let mut all = if subsets {
        Some(everything(&network, structures, effort, &mut remarks)?)
    } else if structures {
        let request = CaseRequest {
            systems: Some(vec![nodes.clone()]),
            structures: false,
            structures_of: vec![nodes.clone()],
        };
        Some(analyse(&network, &request, effort)?)
    } else {
        None
    };
    let known = all.iter().flat_map(|all| &all.systems);
    let whole = match known.into_iter().find(|system| system.nodes == nodes) {
        Some(system) => system.clone(),
        None => system_phi(&network, &nodes, effort)?,
    };
    if let Some(all) = &mut all {
        if !all.systems.iter().any(|system| system.nodes == nodes) {
            all.systems.insert(0, whole.clone());
        }
        if !all.exact {
            remarks.push("the deadline came first: some values are upper bounds".to_owned());
            if all.complexes.take().is_some() {
                let text = "complexes cannot be told before every candidate system has its value";
                remarks.push(text.to_owned());
            }
        }
        if structures && all.ces.is_empty() && whole.reachable {
            remarks.push("no structure was unfolded in time".to_owned());
        }
    }
    let quiet = effort.quiet();
    let (mut lesions, mut edge_lesions) = (None, None);
    if args.lesion {
        let units = without_binary_units(&network, quiet).map(|found| found.values);
        lesions = in_time(units, watch, &mut remarks)?;
        let edges = without_connections(&network, quiet).map(|found| found.values);
        edge_lesions = in_time(edges, watch, &mut remarks)?;
    }
    Ok(DiscreteAnswer {
        lesions,
        edge_lesions,
        network,
        whole,
        all,
        remarks,
    })
}

/// Lesions that were finished before the deadline; bounds of them would not say what carries Φ.
fn in_time<T>(
    found: Result<T, Iit4Error>,
    watch: &Watch,
    remarks: &mut Vec<String>,
) -> Result<Option<T>> {
    match found {
        Ok(found) if !watch.is_over() => Ok(Some(found)),
        Ok(_) | Err(Iit4Error::Stopped) => {
            let text = "the deadline came before the lesions were measured".to_owned();
            if !remarks.contains(&text) {
                remarks.push(text);
            }
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// All systems and complexes, and structures as far as the deadline lets.
fn everything(
    network: &Network,
    structures: bool,
    effort: Effort,
    remarks: &mut Vec<String>,
) -> Result<CaseResult> {
    let request = CaseRequest {
        systems: None,
        structures: false,
        structures_of: Vec::new(),
    };
    let mut found = analyse(network, &request, effort)?;
    if !structures {
        return Ok(found);
    }
    let complexes = found.complexes.iter().flatten();
    let mut wanted = vec![(0..network.units()).collect::<Vec<usize>>()];
    wanted.extend(complexes.map(|complex| complex.nodes.clone()));
    wanted.dedup();
    for nodes in wanted {
        let Some(system) = found.systems.iter().find(|system| system.nodes == nodes) else {
            continue;
        };
        if !system.reachable || found.ces.iter().any(|ces| ces.nodes == nodes) {
            continue;
        }
        match structure_of(network, system, effort.quiet()) {
            Ok(structure) => found.ces.push(structure),
            Err(Iit4Error::Stopped) => {
                remarks.push(format!(
                    "the structure of {nodes:?} was not unfolded in time"
                ));
            }
            Err(error) => remarks.push(format!("no structure of {nodes:?}: {error}")),
        }
    }
    Ok(found)
}

/// The answer with the names of the reference cases.
///
/// # Errors
/// When a value cannot be written.
pub fn to_json(answer: &DiscreteAnswer, question: &DiscreteQuestion) -> Result<Value> {
    let mut out = match &answer.all {
        Some(all) => serde_json::to_value(all)?,
        None => json!({}),
    };
    let mut whole = serde_json::to_value(&answer.whole)?;
    whole["reason_sentences"] = json!(reasons(answer));
    let known = answer.all.iter().flat_map(|all| &all.systems);
    let written = out.get_mut("systems").and_then(Value::as_array_mut);
    for (written, system) in written.into_iter().flatten().zip(known) {
        written["reason_sentences"] = json!(system.sentences(&answer.network));
    }
    if question.whole_only || answer.all.is_none() {
        // The whole stands at the top, as in files that ask for nothing else.
        let (Some(out), Value::Object(whole)) = (out.as_object_mut(), whole) else {
            bail!("the answer is no object");
        };
        out.extend(whole);
    }
    paper_names(&mut out);
    if let Some(lesions) = &answer.lesions {
        out["lesions"] = json!(lesions);
    }
    if let Some(edges) = &answer.edge_lesions {
        let edge =
            |(from, to, phi): &(u32, u32, f64)| json!({"from": from, "to": to, "phi_s": phi});
        out["edge_lesions"] = edges.iter().map(edge).collect();
    }
    if !answer.remarks.is_empty() {
        out["remarks"] = json!(answer.remarks);
    }
    without_negative_zero(&mut out);
    Ok(out)
}

/// Adds to each system what files of the published examples call by names of their own.
fn paper_names(out: &mut Value) {
    let structures = out.get("ces").cloned().unwrap_or_default();
    let Some(systems) = out.get_mut("systems").and_then(Value::as_array_mut) else {
        return;
    };
    for system in systems {
        for side in ["cause", "effect"] {
            let letter = &side[..1];
            let Some(direction) = system.get(side).cloned() else {
                continue;
            };
            system[format!("ii_{letter}")] = direction["ii"].clone();
            system[format!("{side}_state")] = direction["state"].clone();
            if let Some(phi) = direction.get("phi") {
                system[format!("phi_{letter}")] = phi.clone();
            }
        }
        if let Some(mip) = system.get("mip").cloned() {
            system["mip_removed_edges"] = mip["removed_edges"].clone();
            system["n_mip_ties"] = mip["n_tied"].clone();
        }
        let nodes = &system["nodes"];
        let list = structures.as_array();
        let own = list.and_then(|list| list.iter().find(|ces| ces["nodes"] == *nodes));
        if let Some(own) = own.cloned() {
            system["ces"] = own;
        }
    }
}

/// The question for the older formalism.
///
/// # Errors
/// When it is no network.
pub fn as_older(question: &DiscreteQuestion) -> Result<CaseNetwork> {
    let network = network(question, &mut Vec::new())?;
    let n = network.units();
    let edge = |from: usize, to: usize| f64::from(network.sources(to) >> from & 1);
    let row = |from: usize| (0..n).map(|to| edge(from, to)).collect();
    Ok(CaseNetwork {
        tpm_state_by_node: question.rows.clone(),
        cm: (0..n).map(row).collect(),
        state: question.state.clone(),
    })
}

/// A case of the older formalism as a question for the newer.
#[must_use]
pub fn as_newer(case: &CaseNetwork) -> DiscreteQuestion {
    let bit = |entry: &f64| u8::from(*entry != 0.0);
    let rows = case.cm.iter().map(|row| row.iter().map(bit).collect());
    DiscreteQuestion {
        rows: case.tpm_state_by_node.clone(),
        connections: Some(rows.collect()),
        state: case.state.clone(),
        whole_only: false,
        remarks: Vec::new(),
        estimated: false,
    }
}

/// The answer of the older formalism.
///
/// # Errors
/// When the case is no network, or has more than six units.
pub fn older(case: &CaseNetwork) -> Result<Value> {
    let mut found = serde_json::to_value(answer(case)?)?;
    without_negative_zero(&mut found);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_has_no_sign_in_text_and_json() {
        assert_eq!(plain(-0.0, 3), "0.000");
        assert_eq!(plain(-1e-12, 3), "0.000");
        assert_eq!(plain(-0.25, 3), "-0.250");
        assert_eq!(plain(0.5, 0), "0");
        let mut document = json!({"a": [-0.0, -1.5, 0], "b": {"c": -0.0}});
        without_negative_zero(&mut document);
        assert_eq!(document.to_string(), r#"{"a":[0.0,-1.5,0],"b":{"c":0.0}}"#);
    }
}
