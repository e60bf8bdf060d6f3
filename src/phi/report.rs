//! `PhiReport`: a measurement with what it is of and how far it can be trusted.

use serde::{Deserialize, Serialize};

use crate::base::{Tick, num};

use super::settings::{PhiMeasure, SURROGATES};

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

/// Against chance: how many of some surrogates ([`super::chance`]) have at least the value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Significance {
    /// (1 + surrogates with at least the value) / (1 + surrogates).
    pub p_value: f64,
    /// Their mean, nats: what chance alone gives.
    pub chance: f64,
    /// Their standard deviation, nats.
    pub deviation: f64,
    /// What a value has to exceed to lie above chance at 5 %, nats: of 19 surrogates, the greatest.
    pub level: f64,
    /// How many there were.
    pub surrogates: u64,
    /// Where 95 % of the values of as many resampled windows lie, nats (block bootstrap), when it
    /// was asked for.
    pub interval: Option<(f64, f64)>,
}

impl Significance {
    /// Whether so many surrogates can tell a value from chance at 5 %.
    #[must_use]
    pub fn can_tell(&self) -> bool {
        self.surrogates >= SURROGATES as u64
    }

    /// Whether the value lies above chance at 5 %; never with fewer than 19 surrogates.
    #[must_use]
    pub fn is_above_chance(&self) -> bool {
        self.can_tell() && self.p_value <= 0.05
    }
}

/// A value and its uncertainty, both with the digits that the uncertainty leaves: `1.4 ± 0.1`.
#[must_use]
pub fn with_uncertainty(value: f64, uncertainty: f64) -> String {
    let places = places_of(uncertainty);
    format!("{value:.places$} ± {uncertainty:.places$}")
}

/// Decimal places of the first digit of a number that is not 0.
fn places_of(number: f64) -> usize {
    if number == 0.0 || !number.is_finite() {
        return 4;
    }
    let text = format!("{number:.0e}");
    let exponent = text.split_once('e').map_or("0", |(_, exponent)| exponent);
    let exponent: i32 = exponent.parse().unwrap_or(0);
    usize::try_from(-exponent).unwrap_or(0).min(12)
}

/// A measurement of integrated information.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhiReport {
    /// The measure.
    pub measure: PhiMeasure,
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
    /// The name of what was measured: φ_s, MI1, MI, SI, Φ* or Φ_G. These are different quantities.
    #[must_use]
    pub fn quantity(&self) -> &'static str {
        self.measure.quantity()
    }

    /// The unit of its texts: bits of φ_s, nats of all others. The numbers of a report and its
    /// metric are in nats.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match self.measure {
            PhiMeasure::Iit4 => "bits",
            _ => "nats",
        }
    }

    /// A number of the report in the unit of its texts.
    #[must_use]
    pub fn in_unit(&self, nats: f64) -> f64 {
        match self.measure {
            PhiMeasure::Iit4 => nats / num::ln(2.0),
            _ => nats,
        }
    }

    /// Whether it lies above chance at 5 %; `None` when it was not compared with enough surrogates.
    #[must_use]
    pub fn above_chance(&self) -> Option<bool> {
        let test = self.significance.filter(Significance::can_tell)?;
        Some(test.is_above_chance())
    }

    /// How far the value is known, nats: half of its interval, which spans about two standard
    /// errors each way, or else the standard deviation of its surrogates. `None` for a value that
    /// was not compared.
    #[must_use]
    pub fn uncertainty(&self) -> Option<f64> {
        let test = self.significance?;
        let by_interval = test.interval.map(|(low, high)| 0.25 * (high - low));
        let known = by_interval.unwrap_or(test.deviation);
        (known.is_finite() && known > 0.0).then_some(known)
    }

    /// The value with its unit and as many digits as are known: `1.4 ± 0.1 nats`. Every reader
    /// shows it so.
    #[must_use]
    pub fn value_text(&self) -> String {
        let value = self.in_unit(self.value);
        let unit = self.unit();
        match self.uncertainty() {
            Some(known) => format!("{} {unit}", with_uncertainty(value, self.in_unit(known))),
            // Of an estimate, three digits say more than is known already.
            None if self.bound == PhiBound::Estimate => {
                let places = places_of(value) + 2;
                format!("{value:.places$} {unit}")
            }
            None => format!("{value:.6} {unit}"),
        }
    }

    /// What the surrogates say of it; `None` when there were none.
    #[must_use]
    pub fn chance_text(&self) -> Option<String> {
        let test = self.significance?;
        let (count, least, unit) = (test.surrogates, SURROGATES, self.unit());
        let (mean, deviation) = (self.in_unit(test.chance), self.in_unit(test.deviation));
        let surrogates = format!("surrogates {} {unit}", with_uncertainty(mean, deviation));
        Some(match self.above_chance() {
            Some(true) => format!("above chance ({surrogates})"),
            Some(false) => format!("not above chance ({surrogates})"),
            None => format!("not told from chance ({count} {surrogates}, expected {least})"),
        })
    }

    /// The report in a sentence of events.jsonl.
    #[must_use]
    pub fn summary(&self) -> String {
        let chance = self.chance_text();
        let chance = chance.map_or_else(String::new, |text| format!(", {text}"));
        format!(
            "{} = {} ({}){chance}, major complex of {} units",
            self.quantity(),
            self.value_text(),
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
    pub fn zero(measure: PhiMeasure, method: String, flags: Vec<String>) -> Self {
        Self {
            measure,
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
        let mut report = PhiReport::zero(PhiMeasure::Mi1, "m".to_owned(), Vec::new());
        let lists = [(vec![0, 1, 2, 3], 0.1), (vec![0, 1], 0.4), (vec![3], 0.2)];
        report.complexes = lists.to_vec();
        let kept = report.disjoint_complexes();
        assert_eq!(kept, [&lists[1], &lists[2]]);
    }

    #[test]
    fn a_value_has_the_digits_that_are_known_and_one_unit() {
        let mut report = PhiReport::zero(PhiMeasure::Mi1, "m".to_owned(), Vec::new());
        (report.value, report.bound) = (1.38437, PhiBound::Estimate);
        assert_eq!(report.value_text(), "1.38 nats");
        assert_eq!((report.chance_text(), report.above_chance()), (None, None));
        let mut test = Significance {
            p_value: 0.6,
            chance: 1.3121,
            deviation: 0.0871,
            level: 1.5,
            surrogates: 19,
            interval: None,
        };
        report.significance = Some(test);
        let text = "MI1 = 1.38 ± 0.09 nats (estimate), not above chance (surrogates 1.31 ± 0.09 \
                    nats), major complex of 0 units";
        assert_eq!(report.summary(), text);
        (test.p_value, test.deviation) = (0.05, 0.096);
        test.interval = Some((1.2, 1.6));
        report.significance = Some(test);
        assert_eq!(report.value_text(), "1.4 ± 0.1 nats");
        assert_eq!(report.above_chance(), Some(true));
        test.surrogates = 7;
        report.significance = Some(test);
        assert_eq!(report.above_chance(), None);
        let text = report.chance_text().unwrap();
        assert!(
            text.starts_with("not told from chance (7 surrogates 1.3 ± 0.1"),
            "{text}"
        );
        let mut bits = PhiReport::zero(PhiMeasure::Iit4, "m".to_owned(), Vec::new());
        (bits.value, bits.bound) = (num::ln(2.0), PhiBound::Exact);
        assert_eq!(
            bits.summary(),
            "φ_s = 1.000000 bits (exact), major complex of 0 units"
        );
    }
}
