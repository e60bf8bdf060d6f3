//! What is reported of a candidate system.

use serde::Serialize;

use super::network::Network;
pub use super::reason::Reason;
use super::reason::{Sentence, gap};

/// What φ_s of a report is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The quantity itself.
    Exact,
    /// Not less than the quantity: the search was ended early.
    Upper,
}

/// One direction of a system. Information in bits; states by unit of the system, ascending.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Direction {
    /// The specified state.
    pub state: Vec<u8>,
    /// Its intrinsic information.
    pub ii: f64,
    /// All states with the greatest intrinsic information.
    pub tied_states: Vec<Vec<u8>>,
    /// Integrated information at the MIP, clamped at 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phi: Option<f64>,
    /// The same, not clamped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_phi: Option<f64>,
    /// Repertoire value of the specified state.
    pub selectivity: f64,
    /// Forward probability of the specified state, uncut.
    pub forward_p: f64,
    /// Forward probability under the MIP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partitioned_p: Option<f64>,
    /// Least integrated information per cut pair in this direction alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_normalized: Option<f64>,
}

/// The minimum information partition as a set of cut connections (source, target).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mip {
    /// Pairs of units that are cut, whether or not connected.
    pub removed_edges: Vec<[usize; 2]>,
    /// Their number.
    pub num_cut: u32,
    /// Whether no other cut attains the same φ per pair.
    pub unique: bool,
    /// Number of cuts in the list.
    pub n_tied: usize,
    /// All cuts that attain the same φ per pair, as far as listed; the MIP among them.
    pub admissible_removed_edges: Vec<Vec<[usize; 2]>>,
    /// Whether there may be more of them than listed, so that the last tie rule (the smallest cut
    /// matrix) was applied to the list only.
    pub tied_truncated: bool,
    /// Whether the MIP is certain to have the greatest φ among all tied cuts, listed or not.
    pub greatest_decided: bool,
    /// φ of the tied cuts, distinct and ascending.
    pub tied_phi_values: Vec<f64>,
}

/// Information of the present state under the uncut forward probabilities, bits: the further
/// bounds of the 2026 variant of φ_s.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Differentiation {
    /// −log₂ of the probability of the present state given itself, background weighted.
    pub cause: f64,
    /// The same with the background held.
    pub effect: f64,
}

/// Integrated information of one candidate system.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SystemPhi {
    /// Its units.
    pub nodes: Vec<usize>,
    /// Whether its state can be reached; if not, nothing else is meant.
    pub reachable: bool,
    /// Whether φ_s is exact or an upper bound.
    pub bound: Bound,
    /// φ_s, bits.
    pub phi_s: f64,
    /// A lower bound of φ_s; φ_s itself when exact.
    pub phi_s_lower: f64,
    /// φ of the reported partition, not clamped.
    pub signed_phi_s: f64,
    /// φ_s per cut pair (an upper bound of it when `bound` is).
    pub normalized_phi_s: f64,
    /// Cut pairs of the MIP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_cut: Option<u32>,
    /// Why φ_s is 0 without a search.
    pub reasons: Vec<Reason>,
    /// The past.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Direction>,
    /// The future.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Direction>,
    /// The minimum information partition, when φ_s > 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mip: Option<Mip>,
    /// Number of pairs of tied specified states that have the greatest φ_s.
    pub n_state_pairs: usize,
    /// Those pairs (cause, effect), the reported one first, as far as there are 64.
    pub tied_state_pairs: Vec<[Vec<u8>; 2]>,
    /// Further bounds of the 2026 variant.
    pub intrinsic_differentiation_2026: Option<Differentiation>,
    /// min(φ_s, ii_c, ii_e, d_c, d_e).
    pub phi_s_2026: f64,
    /// Units of work ([`crate::phi::work`]) of the search, rounded up.
    pub work: u64,
}

impl SystemPhi {
    /// Why φ_s is 0 or not defined: a sentence for each reason, or, where a search ended at
    /// φ_s = 0, the one that says so. `network` is the one that the system is of.
    #[must_use]
    pub fn sentences(&self, network: &Network) -> Vec<String> {
        let searched = [Reason::PartitionLosesNothing];
        let reasons = if self.reasons.is_empty() && self.phi_s == 0.0 {
            &searched[..]
        } else {
            &self.reasons
        };
        let bit = |unit: usize| (network.state() >> unit & 1) as u8;
        let state: Vec<u8> = (0..network.units()).map(bit).collect();
        let inside = |unit: &usize| {
            let sources = network.sources(*unit);
            let acting = self.nodes.iter().enumerate();
            acting.fold(0, |mask, (place, from)| {
                mask | (sources >> from & 1) << place
            })
        };
        let sources: Vec<u32> = self.nodes.iter().map(inside).collect();
        let told = reasons.iter().map(|reason| Sentence {
            reason: *reason,
            quantity: "φ_s",
            nodes: &self.nodes,
            state: &state,
            gap: gap(&sources).map(|pair| pair.map(|place| self.nodes[place])),
        });
        told.map(|sentence| sentence.to_string()).collect()
    }

    /// A report of φ_s = 0 that needed no search.
    #[must_use]
    pub fn without_search(nodes: Vec<usize>, reachable: bool, reasons: Vec<Reason>) -> Self {
        Self {
            nodes,
            reachable,
            bound: Bound::Exact,
            phi_s: 0.0,
            phi_s_lower: 0.0,
            signed_phi_s: 0.0,
            normalized_phi_s: 0.0,
            num_cut: None,
            reasons,
            cause: None,
            effect: None,
            mip: None,
            n_state_pairs: 0,
            tied_state_pairs: Vec::new(),
            intrinsic_differentiation_2026: None,
            phi_s_2026: 0.0,
            work: 0,
        }
    }
}
