//! One network and its answer: the border to files, with the field names of the reference cases.

use serde::{Deserialize, Serialize};

use super::super::iit4::Reason;
use super::super::iit4::reason::Sentence;
use super::big_phi::{Irreducibility, all_systems};
use super::concept::{Concept, Core, Direction};
use super::cut::SystemCut;
use super::error::Iit3Error;
use super::network::Network;
use super::ties::{Of, Tie, Ties};

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutAnswer {
    /// Units whose outputs are cut.
    pub cut_from: Vec<usize>,
    /// Units whose inputs are cut.
    pub cut_to: Vec<usize>,
}

/// One direction of a concept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoreAnswer {
    /// Units of the purview.
    pub purview: Vec<usize>,
    /// φ of this direction.
    pub phi: f64,
    /// The repertoire, little-endian over the purview.
    pub repertoire: Vec<f64>,
}

/// A concept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SystemAnswer {
    /// Its units.
    pub nodes: Vec<usize>,
    /// Whether some past state leads to the current one, the rest of the network held.
    pub reachable: bool,
    /// Big Φ; `None` when unreachable.
    pub big_phi: Option<f64>,
    /// Why it is 0 or not defined; empty when Φ > 0.
    pub reasons: Vec<Reason>,
    /// The reasons as sentences.
    pub reason_sentences: Vec<String>,
    /// The minimum cut, when Φ > 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mip: Option<CutAnswer>,
    /// The concepts, where they were needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concepts: Option<Vec<ConceptAnswer>>,
    /// Sum of the concepts' φ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum_small_phi: Option<f64>,
    /// Least and greatest big Φ over the ways to settle ties of purviews ([`super::ties`]); `None`,
    /// as all that follows, when no purviews tie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub big_phi_range: Option<[f64; 2]>,
    /// The same at the minimum cut alone: of how the ties are settled, but not of another cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub big_phi_range_at_mip: Option<[f64; 2]>,
    /// Whether the ranges are over all combinations; else over those tried only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range_is_complete: Option<bool>,
    /// The cut that attains the low end, where it is not the minimum cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range_low_cut: Option<CutAnswer>,
    /// The ties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ties: Vec<TieAnswer>,
}

/// Where a tie is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieOf {
    /// In the uncut system.
    Whole,
    /// In the system with the cut of the tie.
    Cut,
    /// Alike in the uncut system and in that with the minimum cut: one choice for both.
    Both,
}

/// A direction of a concept, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The past.
    Cause,
    /// The future.
    Effect,
}

/// Purviews with the same greatest φ, of which one was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TieAnswer {
    /// Where it is.
    pub of: TieOf,
    /// The cut, for a tie of a cut system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<CutAnswer>,
    /// Units of the mechanism.
    pub mechanism: Vec<usize>,
    /// Whether causes or effects tie.
    pub side: Side,
    /// Their φ, equal at 6 decimals.
    pub phi: f64,
    /// Units of each of the purviews.
    pub purviews: Vec<Vec<usize>>,
    /// The purview that was taken.
    pub chosen: Vec<usize>,
    /// Whether another choice can change the distance at the cut (for a tie of the whole: at the
    /// minimum cut). It cannot when the purviews differ only in units that are not constrained, or
    /// when the cut leaves the concept as it is.
    pub moves_big_phi: bool,
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
        systems.push(system_answer(&network, nodes, found));
    }
    Ok(CaseAnswer {
        systems,
        major_complex: major,
    })
}

fn system_answer(
    network: &Network,
    nodes: Vec<usize>,
    found: Option<Irreducibility>,
) -> SystemAnswer {
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
    let cut_answer = |cut: SystemCut| CutAnswer {
        cut_from: list(cut.from),
        cut_to: list(cut.to),
    };
    let tie = |tie: Tie| TieAnswer {
        of: match tie.of {
            Of::Whole => TieOf::Whole,
            Of::Cut(_) => TieOf::Cut,
            Of::Both => TieOf::Both,
        },
        cut: match tie.of {
            Of::Cut(cut) => Some(cut_answer(cut)),
            Of::Whole | Of::Both => None,
        },
        mechanism: list(tie.mechanism),
        side: match tie.direction {
            Direction::Cause => Side::Cause,
            Direction::Effect => Side::Effect,
        },
        phi: tie.phi,
        purviews: tie.purviews.into_iter().map(list).collect(),
        chosen: list(tie.chosen),
        moves_big_phi: tie.moves,
    };
    let (reachable, reason) = match &found {
        Some(found) => (true, found.reason),
        None if nodes.len() == network.len() => (false, Some(Reason::NetworkStateUnreachable)),
        None => (false, Some(Reason::StateCannotBeProduced)),
    };
    let state = network.state();
    let sentence = reason.map(|reason| Sentence {
        reason,
        quantity: "Φ",
        nodes: &nodes,
        state: &state,
        gap: network.gap(&nodes),
    });
    let (big_phi, cut, concepts, ties) = match found {
        Some(found) => (Some(found.big_phi), found.cut, found.concepts, found.ties),
        None => (None, None, None, None),
    };
    let concepts: Option<Vec<ConceptAnswer>> =
        concepts.map(|all| all.into_iter().map(concept).collect());
    let low_cut = ties.as_ref().map(|ties| ties.low_cut);
    let other = low_cut.filter(|low| Some(*low) != cut);
    SystemAnswer {
        reachable,
        big_phi,
        reasons: reason.into_iter().collect(),
        reason_sentences: sentence.iter().map(Sentence::to_string).collect(),
        mip: cut.filter(|_| big_phi > Some(0.0)).map(cut_answer),
        sum_small_phi: concepts
            .as_ref()
            // The sum of nothing is −0.
            .map(|all| all.iter().map(|concept| concept.phi).sum::<f64>() + 0.0),
        concepts,
        big_phi_range: ties.as_ref().map(|ties| ties.big_phi),
        big_phi_range_at_mip: ties.as_ref().map(|ties| ties.at_cut),
        range_is_complete: ties.as_ref().map(|ties| ties.complete),
        range_low_cut: other.map(cut_answer),
        ties: ties.map_or_else(Vec::new, |ties: Ties| {
            ties.choices.into_iter().map(tie).collect()
        }),
        nodes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

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
        assert_eq!(
            answered["systems"][1]["reasons"],
            serde_json::json!(["STATE_CANNOT_BE_PRODUCED"])
        );
        assert_eq!(answered["systems"][0]["reasons"], serde_json::json!([]));
        let back: SystemAnswer = serde_json::from_value(answered["systems"][0].clone()).unwrap();
        assert_eq!(serde_json::to_value(back).unwrap(), answered["systems"][0]);
    }

    /// Unit j is on with probability 1 / (1 + exp(−4 Σᵢ wᵢⱼ (2 xᵢ − 1))).
    fn four_sigmoid_units(weights: [[f64; 4]; 4], state: [u8; 4]) -> CaseNetwork {
        let on = |s: usize, to: usize| {
            let sign = |from: usize| 2.0 * f64::from((s >> from & 1) as u8) - 1.0;
            let sum: f64 = (0..4).map(|from| weights[from][to] * sign(from)).sum();
            1.0 / (1.0 + num::exp(-4.0 * sum))
        };
        let row = |s: usize| (0..4).map(|to| on(s, to)).collect();
        CaseNetwork {
            tpm_state_by_node: (0..16).map(row).collect(),
            cm: vec![vec![1.0; 4]; 4],
            state: state.to_vec(),
        }
    }

    #[test]
    fn in_a_dense_network_of_sigmoid_units_the_ties_of_the_cut_system_are_named() {
        let weights = [
            [0.2, 0.6, 0.1, 0.2],
            [0.1, 0.3, 0.3, 0.05],
            [0.5, 0.1, 0.2, 0.6],
            [0.4, 0.4, 0.2, 0.4],
        ];
        let case = four_sigmoid_units(weights, [1, 1, 0, 0]);
        let whole = answer(&case).unwrap().systems.swap_remove(0);
        let [low, high] = whole.big_phi_range.unwrap();
        let phi = whole.big_phi.unwrap();
        assert!(low < phi && phi < high, "{low} {phi} {high}");
        // Units 2 and 3 act on unit 2 alike (weight 0.2), and with the strongest source cut none
        // says more: ½ (mean of σ(4 (0.4 ± 0.1 ± 0.3)) − ½) each.
        let sigma = |x: f64| 1.0 / (1.0 + num::exp(-4.0 * x));
        let mean = (sigma(0.8) + sigma(0.2) + sigma(0.6) + sigma(0.0)) / 4.0;
        let tie = whole
            .ties
            .iter()
            .find(|tie| tie.of == TieOf::Cut && tie.side == Side::Cause && tie.mechanism == [2]);
        let tie = tie.unwrap();
        assert!((tie.phi - 0.5 * (mean - 0.5)).abs() < 1e-6, "{}", tie.phi);
        assert_eq!(tie.purviews, [vec![2], vec![3], vec![2, 3]]);
        assert_eq!((&tie.chosen, &tie.cut), (&vec![2, 3], &whole.mip));
        assert!(tie.moves_big_phi);
    }
}
