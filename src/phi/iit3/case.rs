//! One network and its answer: the border to files, with the field names of the reference cases.

use serde::{Deserialize, Serialize};

use super::big_phi::{Irreducibility, SystemCut, all_systems};
use super::concept::{Concept, Core};
use super::error::Iit3Error;
use super::network::Network;

/// A network in a state. Units count from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseNetwork {
    /// `tpm_state_by_node[s][j]`: probability that unit j is on after state s (little-endian).
    pub tpm_state_by_node: Vec<Vec<f64>>,
    /// `cm[i][j]` = 1: i acts on j; 0: it does not.
    pub cm: Vec<Vec<f64>>,
    /// Current state of every unit.
    pub state: Vec<u8>,
}

impl CaseNetwork {
    /// The network itself.
    ///
    /// # Errors
    /// When it is not one.
    pub fn network(&self) -> Result<Network, Iit3Error> {
        // Files write 0 and 1 as numbers with or without a point.
        let edge = |entry: &f64| match *entry {
            0.0 => 0,
            1.0 => 1,
            _ => u8::MAX,
        };
        let cm: Vec<Vec<u8>> = self
            .cm
            .iter()
            .map(|row| row.iter().map(edge).collect())
            .collect();
        Network::new(&self.tpm_state_by_node, &cm, &self.state)
    }
}

/// A cut, as lists of units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CutAnswer {
    /// Units whose outputs are cut.
    pub cut_from: Vec<usize>,
    /// Units whose inputs are cut.
    pub cut_to: Vec<usize>,
}

/// One direction of a concept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoreAnswer {
    /// Units of the purview.
    pub purview: Vec<usize>,
    /// φ of this direction.
    pub phi: f64,
    /// The repertoire, little-endian over the purview.
    pub repertoire: Vec<f64>,
}

/// A concept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConceptAnswer {
    /// Units of the mechanism.
    pub mechanism: Vec<usize>,
    /// The lesser φ of the two directions.
    pub phi: f64,
    /// Its cause.
    pub cause: CoreAnswer,
    /// Its effect.
    pub effect: CoreAnswer,
}

/// A candidate system.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SystemAnswer {
    /// Its units.
    pub nodes: Vec<usize>,
    /// Whether some past state leads to the current one, the rest of the network held.
    pub reachable: bool,
    /// Big Φ; `None` when unreachable.
    pub big_phi: Option<f64>,
    /// The minimum cut, when Φ > 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mip: Option<CutAnswer>,
    /// The concepts, where they were needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concepts: Option<Vec<ConceptAnswer>>,
    /// Sum of the concepts' φ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum_small_phi: Option<f64>,
}

/// The system with the greatest big Φ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MajorAnswer {
    /// Its units.
    pub nodes: Vec<usize>,
    /// Its big Φ.
    pub big_phi: f64,
}

/// All candidate systems, larger first, and the major complex.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseAnswer {
    /// The systems.
    pub systems: Vec<SystemAnswer>,
    /// The system with the greatest Φ > 0; of equals the larger, then the first.
    pub major_complex: Option<MajorAnswer>,
}

/// Analyses every subset of a network's units.
///
/// # Errors
/// When the network is not one.
pub fn answer(case: &CaseNetwork) -> Result<CaseAnswer, Iit3Error> {
    let network = case.network()?;
    let mut systems = Vec::new();
    let mut major: Option<MajorAnswer> = None;
    for (nodes, found) in all_systems(&network) {
        if let Some(found) = &found {
            // Systems come larger first, so that a later one must be strictly greater.
            let greatest = major.as_ref().map_or(0.0, |major| major.big_phi);
            if found.big_phi > greatest {
                major = Some(MajorAnswer {
                    nodes: nodes.clone(),
                    big_phi: found.big_phi,
                });
            }
        }
        systems.push(system_answer(nodes, found));
    }
    Ok(CaseAnswer {
        systems,
        major_complex: major,
    })
}

fn system_answer(nodes: Vec<usize>, found: Option<Irreducibility>) -> SystemAnswer {
    let list = |mask: usize| -> Vec<usize> {
        let chosen = nodes.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 1);
        chosen.map(|(_, unit)| *unit).collect()
    };
    let core = |core: Core| CoreAnswer {
        purview: list(core.purview),
        phi: core.phi,
        repertoire: core.repertoire,
    };
    let concept = |concept: Concept| ConceptAnswer {
        mechanism: list(concept.mechanism),
        phi: concept.phi,
        cause: core(concept.cause),
        effect: core(concept.effect),
    };
    let reachable = found.is_some();
    let (big_phi, cut, concepts) = match found {
        Some(found) => (Some(found.big_phi), found.cut, found.concepts),
        None => (None, None, None),
    };
    let positive = cut.filter(|_| big_phi > Some(0.0));
    let mip = positive.map(|SystemCut { from, to }| CutAnswer {
        cut_from: list(from),
        cut_to: list(to),
    });
    let concepts: Option<Vec<ConceptAnswer>> =
        concepts.map(|all| all.into_iter().map(concept).collect());
    let sum_small_phi = concepts
        .as_ref()
        .map(|all| all.iter().map(|concept| concept.phi).sum());
    SystemAnswer {
        reachable,
        big_phi,
        mip,
        concepts,
        sum_small_phi,
        nodes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read_and_answered() {
        let text = r#"{"tpm_state_by_node": [[0, 0], [0, 1], [1, 0], [1, 1]],
            "cm": [[0, 1], [1, 0]], "state": [1, 0]}"#;
        let case: CaseNetwork = serde_json::from_str(text).unwrap();
        let answered = serde_json::to_value(answer(&case).unwrap()).unwrap();
        assert_eq!(
            answered["major_complex"]["nodes"],
            serde_json::json!([0, 1])
        );
        assert_eq!(answered["systems"][0]["big_phi"], 1.0);
        assert_eq!(answered["systems"][0]["sum_small_phi"], 1.0);
        assert_eq!(answered["systems"][1]["reachable"], false);
        assert!(answered["systems"][1]["big_phi"].is_null());
    }
}
