//! One answer to one question: a network in a state → its systems, complexes and structures.

use serde::Serialize;

use super::complexes::{Complex, all_systems, complexes};
use super::effort::Effort;
use super::error::Iit4Error;
use super::network::Network;
use super::report::{Bound, SystemPhi};
use super::structure::{Structure, structure_of};
use super::system::system_phi;

/// What is asked of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRequest {
    /// Candidate systems to compute; `None` means all subsets, and only then complexes are found.
    pub systems: Option<Vec<Vec<usize>>>,
    /// Whether to unfold the structures of the whole (when it can be reached) and of all complexes.
    pub structures: bool,
    /// Further systems whose structures are unfolded.
    pub structures_of: Vec<Vec<usize>>,
}

impl Default for CaseRequest {
    fn default() -> Self {
        Self {
            systems: None,
            structures: true,
            structures_of: Vec::new(),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseResult {
    /// Candidate systems, in the order asked, or larger ones first and then by order of units.
    pub systems: Vec<SystemPhi>,
    /// Complexes, the major one first; `None` when not all subsets were computed.
    pub complexes: Option<Vec<Complex>>,
    /// Whether no candidates of equal φ_s overlapped.
    pub complexes_strict: bool,
    /// Structures: of the whole, then of complexes, then of further systems.
    pub ces: Vec<Structure>,
    /// Whether everything asked for is there and every φ_s is exact.
    pub exact: bool,
}

/// Answers a request. Where the effort ends before the answer is complete, `exact` says so.
///
/// # Errors
/// When a system is no set of units of the network, or a structure is too large to unfold.
pub fn analyse(
    network: &Network,
    request: &CaseRequest,
    effort: Effort,
) -> Result<CaseResult, Iit4Error> {
    let systems_told = |part: f64| (effort.progress)(0.5 * part);
    let structures_told = |part: f64| (effort.progress)(0.5 + 0.5 * part);
    let mut result = match &request.systems {
        None => {
            let all = complexes(network, effort.told(&systems_told))?;
            CaseResult {
                systems: all.systems,
                complexes: Some(all.complexes),
                complexes_strict: all.complexes_strict,
                ces: Vec::new(),
                exact: all.exact,
            }
        }
        Some(lists) => {
            let masks = lists
                .iter()
                .map(|nodes| network.mask_of(nodes))
                .collect::<Result<Vec<_>, _>>()?;
            let systems = all_systems(network, &masks, effort.told(&systems_told));
            CaseResult {
                exact: systems.len() == masks.len()
                    && systems.iter().all(|system| system.bound == Bound::Exact),
                systems,
                complexes: None,
                complexes_strict: false,
                ces: Vec::new(),
            }
        }
    };
    let wanted = structures_wanted(network, request, &result);
    let count = wanted.len() as f64;
    for (place, nodes) in wanted.into_iter().enumerate() {
        let system = match result.systems.iter().find(|system| system.nodes == nodes) {
            Some(system) => system.clone(),
            None => system_phi(network, &nodes, effort.quiet())?,
        };
        if system.reachable {
            let told = |part: f64| structures_told((place as f64 + part) / count);
            match structure_of(network, &system, effort.told(&told)) {
                Err(Iit4Error::Stopped) => result.exact = false,
                other => result.ces.push(other?),
            }
        }
    }
    (effort.progress)(1.0);
    Ok(result)
}

fn structures_wanted(
    network: &Network,
    request: &CaseRequest,
    result: &CaseResult,
) -> Vec<Vec<usize>> {
    let mut wanted: Vec<Vec<usize>> = Vec::new();
    if request.structures {
        wanted.push((0..network.units()).collect());
        let complexes = result.complexes.iter().flatten();
        wanted.extend(complexes.map(|complex| complex.nodes.clone()));
    }
    wanted.extend(request.structures_of.iter().cloned());
    let mut distinct: Vec<Vec<usize>> = Vec::new();
    for mut nodes in wanted {
        nodes.sort_unstable();
        if !distinct.contains(&nodes) {
            distinct.push(nodes);
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::super::network::Limits;
    use super::super::tpm::Tpm;
    use super::*;
    use std::sync::Mutex;

    /// Figure 1 of the paper: three units, of which the first two are a complex.
    fn figure_1() -> Network {
        let rows = [
            [0.11920292202211757, 0.7685247834990178, 0.16798161486607552],
            [0.026596993576865863, 0.9988874639669398, 0.5],
            [0.973403006423134, 0.40131233988754816, 0.16798161486607552],
            [0.8807970779778823, 0.9945137011005495, 0.5],
            [0.11920292202211757, 0.0054862988994504045, 0.5],
            [0.026596993576865863, 0.5986876601124519, 0.8320183851339245],
            [0.973403006423134, 0.0011125360328603216, 0.5],
            [0.8807970779778823, 0.23147521650098227, 0.8320183851339245],
        ];
        let none: Option<&[Vec<u8>]> = None;
        let tpm = Tpm::from_rows(&rows).unwrap();
        Network::new(tpm, none, &[0, 1, 1], Limits::default()).unwrap()
    }

    #[test]
    fn figure_1_of_the_paper_comes_out() {
        let seen = Mutex::new(Vec::new());
        let listen = |fraction: f64| seen.lock().unwrap().push(fraction);
        let effort = Effort::unlimited().told(&listen);
        let found = analyse(&figure_1(), &CaseRequest::default(), effort).unwrap();
        let complexes = found.complexes.unwrap();
        let complex = complexes.iter().find(|c| c.nodes == [0, 1]).unwrap();
        assert!((complex.phi_s - 0.1718628889918048).abs() < 1e-12);
        let structure = found.ces.iter().find(|ces| ces.nodes == [0, 1]).unwrap();
        assert_eq!(structure.num_distinctions, 3);
        assert!((structure.big_phi - 1.5626864699045702).abs() < 1e-12);
        assert!(structure.strict_relations);
        let phi: Vec<f64> = structure.distinctions.iter().map(|d| d.phi).collect();
        for (own, printed) in phi.iter().zip([0.33, 0.32, 0.07]) {
            assert!((own - printed).abs() < 0.01);
        }
        let seen = seen.lock().unwrap();
        assert!(seen.is_sorted());
        assert_eq!(seen.last(), Some(&1.0));
    }

    #[test]
    fn what_is_asked_is_what_is_answered() {
        let request = CaseRequest {
            systems: Some(vec![vec![2], vec![0, 1]]),
            structures: false,
            structures_of: vec![vec![1, 0], vec![0, 1]],
        };
        let found = analyse(&figure_1(), &request, Effort::unlimited()).unwrap();
        assert_eq!(found.systems[0].nodes, [2]);
        assert_eq!(found.systems[1].nodes, [0, 1]);
        assert!(found.complexes.is_none());
        assert_eq!(found.ces.len(), 1);
        let wrong = CaseRequest {
            systems: Some(vec![vec![3]]),
            ..CaseRequest::default()
        };
        assert!(analyse(&figure_1(), &wrong, Effort::unlimited()).is_err());
    }
}
