//! `PhiReport`: a measurement with what it is of and how far it can be trusted.

use serde::{Deserialize, Serialize};

use crate::base::Tick;

/// What a value is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhiBound {
    /// The quantity itself, of the model that was measured.
    Exact,
    /// Not more than the quantity.
    Lower,
    /// Not less than the quantity.
    Upper,
    /// Estimated from samples.
    Estimate,
}

impl PhiBound {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Exact, Self::Lower, Self::Upper, Self::Estimate];

    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Lower => "lower bound",
            Self::Upper => "upper bound",
            Self::Estimate => "estimate",
        }
    }
}

/// What a mechanism specifies (IIT 4.0).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DistinctionReport {
    /// Units of the mechanism.
    pub mechanism: Vec<u32>,
    /// φ_d, bits.
    pub phi: f64,
    /// Units of the cause purview and the states that they are specified in.
    pub cause: (Vec<u32>, Vec<u8>),
    /// Units of the effect purview and the states that they are specified in.
    pub effect: (Vec<u32>, Vec<u8>),
}

/// The cause–effect structure (IIT 4.0), in bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StructureReport {
    /// Distinctions, the greatest first.
    pub distinctions: Vec<DistinctionReport>,
    /// Relations; a float, since there may be more than a u64 counts.
    pub relations: f64,
    /// Σφ_d.
    pub sum_phi_d: f64,
    /// Σφ_r.
    pub sum_phi_r: f64,
    /// Σφ_d + Σφ_r.
    pub big_phi: f64,
    /// Whether ties leave these numbers unambiguous.
    pub strict: bool,
}

/// Against chance: how many of some surrogates have at least the value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Significance {
    /// (1 + surrogates with at least the value) / (1 + surrogates).
    pub p_value: f64,
    /// Their mean, nats: what chance alone gives.
    pub chance: f64,
    /// How many there were.
    pub surrogates: u64,
    /// Where 95 % of the values of as many resampled windows lie, nats (block bootstrap).
    pub interval: (f64, f64),
}

/// A measurement of integrated information.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhiReport {
    /// Integrated information across the minimum partition, nats.
    pub value: f64,
    /// Measure, source and search.
    pub method: String,
    /// What the value is worth.
    pub bound: PhiBound,
    /// The two sides of the minimum bipartition; empty when the partition is a directed cut.
    pub mip: (Vec<u32>, Vec<u32>),
    /// The pairs (from, to) of units that a directed partition cuts; empty for a bipartition.
    pub cut: Vec<[u32; 2]>,
    /// Complexes with their values in nats, the first in their order first.
    pub complexes: Vec<(Vec<u32>, f64)>,
    /// The units of the major complex, which the mask is made of; empty when there is none.
    pub major_complex: Vec<u32>,
    /// The value without each unit, nats; empty unless lesions were asked for.
    pub lesions: Vec<f64>,
    /// The value without each connection, nats: from, to, value. Between units where these are
    /// binary, between vertices where the dynamics was linearised; else empty.
    pub edge_lesions: Vec<(u32, u32, f64)>,
    /// The structure of the whole, when it was asked for.
    pub structure: Option<StructureReport>,
    /// The states of binary units, 1 for on; empty for Gaussian measures.
    pub states: Vec<u8>,
    /// Against surrogates, when they were asked for.
    pub significance: Option<Significance>,
    /// Units of work ([`super::work`]) that the measurement took.
    pub cost: u64,
    /// The tick at which the window or picture was taken.
    pub tick: Tick,
    /// Remarks: why the value is 0, what was seen of it, or that the budget ended.
    pub flags: Vec<String>,
}

impl PhiReport {
    /// The report in a sentence of events.jsonl.
    #[must_use]
    pub fn summary(&self) -> String {
        format!(
            "Φ = {:.6} nats ({}), major complex of {} units",
            self.value,
            self.bound.name(),
            self.major_complex.len()
        )
    }

    /// Complexes without those that overlap a greater one, the greatest first.
    #[must_use]
    pub fn disjoint_complexes(&self) -> Vec<&(Vec<u32>, f64)> {
        let mut sorted: Vec<&(Vec<u32>, f64)> = self.complexes.iter().collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut kept: Vec<&(Vec<u32>, f64)> = Vec::new();
        for complex in sorted {
            let overlaps = |other: &&(Vec<u32>, f64)| other.0.iter().any(|u| complex.0.contains(u));
            if !kept.iter().any(overlaps) {
                kept.push(complex);
            }
        }
        kept
    }

    /// A value of 0 with its reason.
    #[must_use]
    pub fn zero(method: String, flags: Vec<String>) -> Self {
        Self {
            value: 0.0,
            method,
            bound: PhiBound::Lower,
            mip: (Vec::new(), Vec::new()),
            cut: Vec::new(),
            complexes: Vec::new(),
            major_complex: Vec::new(),
            lesions: Vec::new(),
            edge_lesions: Vec::new(),
            structure: None,
            states: Vec::new(),
            significance: None,
            cost: 0,
            tick: 0,
            flags,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smaller_complexes_give_way_where_they_overlap() {
        let mut report = PhiReport::zero("m".to_owned(), Vec::new());
        let lists = [(vec![0, 1, 2, 3], 0.1), (vec![0, 1], 0.4), (vec![3], 0.2)];
        report.complexes = lists.to_vec();
        let kept = report.disjoint_complexes();
        assert_eq!(kept, [&lists[1], &lists[2]]);
    }
}
