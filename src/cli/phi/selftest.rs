//! `phantom phi --selftest`: the published examples of IIT 4.0, computed and compared.

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use crate::phi::iit4::{Effort, structure_of, system_phi};

use super::super::say::say;
use super::discrete::network;
use super::question::Subject;
use super::read::from_json;

/// Transition matrices and printed values of figures 1, 6 and 7 of Albantakis et al. (2023), PLoS
/// Comput Biol 19(10): e1011465.
const PUBLISHED: &str = include_str!("../../../assets/albantakis_2023.json");

/// A printed value and what was computed.
pub struct Compared {
    /// The example and system.
    pub place: String,
    /// The quantity.
    pub quantity: &'static str,
    /// As printed; some figures cut digits off instead of rounding.
    pub printed: f64,
    /// As computed.
    pub computed: f64,
    /// The most that both may differ: one unit of the last printed digit.
    pub tolerance: f64,
}

impl Compared {
    /// Whether both agree.
    #[must_use]
    pub fn agrees(&self) -> bool {
        (self.computed - self.printed).abs() <= self.tolerance
    }
}

/// Computes every printed value.
///
/// # Errors
/// When an example cannot be computed.
pub fn compare() -> Result<Vec<Compared>> {
    let cases: Value = serde_json::from_str(PUBLISHED)?;
    let (questions, _) = from_json(&cases)?;
    let mut all = Vec::new();
    for (question, case) in questions.iter().zip(cases.as_array().into_iter().flatten()) {
        let Subject::Discrete(discrete) = &question.subject else {
            continue;
        };
        let network = network(discrete, &mut Vec::new())?;
        for published in case["published"].as_array().into_iter().flatten() {
            let nodes: Vec<usize> = serde_json::from_value(published["nodes"].clone())?;
            let system = system_phi(&network, &nodes, Effort::unlimited())?;
            let structure = structure_of(&network, &system, Effort::unlimited())
                .with_context(|| question.id.clone())?;
            let figure = question.id.trim_start_matches("paper_iit4_2023_");
            let place = format!("{figure} {nodes:?}");
            let mut add = |quantity, printed: &Value, computed: f64, tolerance| {
                if let Some(printed) = printed.as_f64() {
                    all.push(Compared {
                        place: place.clone(),
                        quantity,
                        printed,
                        computed,
                        tolerance,
                    });
                }
            };
            let phi = |side: &Option<crate::phi::iit4::report::Direction>| {
                side.as_ref().and_then(|side| side.phi).unwrap_or(0.0)
            };
            add("φ_s", &published["phi_s"], system.phi_s, 0.01);
            add("φ_c", &published["phi_c"], phi(&system.cause), 0.01);
            add("φ_e", &published["phi_e"], phi(&system.effect), 0.01);
            let big = &published["Phi"];
            let step = if big.is_u64() { 1.0 } else { 0.01 };
            add("Φ", big, structure.big_phi, step);
            let (d, r) = (&published["num_distinctions"], &published["num_relations"]);
            add("distinctions", d, structure.num_distinctions as f64, 0.0);
            add("relations", r, structure.num_relations.as_f64(), 0.0);
            for (key, printed) in published["phi_d"].as_object().into_iter().flatten() {
                let mechanism: Vec<usize> = key.split(',').filter_map(|k| k.parse().ok()).collect();
                let mut list = structure.distinctions.iter();
                let own = list.find(|d| d.mechanism == mechanism);
                let own = own.ok_or_else(|| anyhow!("{place}: no distinction {mechanism:?}"))?;
                add("φ_d", printed, own.phi, 0.01);
            }
        }
    }
    Ok(all)
}

/// Runs the comparison and prints it; gives whether all agree.
///
/// # Errors
/// When an example cannot be computed.
pub fn selftest(as_json: bool) -> Result<bool> {
    let all = compare()?;
    let agree = all.iter().filter(|c| c.agrees()).count();
    if as_json {
        let row = |c: &Compared| {
            json!({"place": c.place, "quantity": c.quantity, "published": c.printed,
                "computed": c.computed, "agrees": c.agrees()})
        };
        let rows: Vec<Value> = all.iter().map(row).collect();
        say!(
            "{}",
            json!({"selftest": rows, "agree": agree, "of": all.len()})
        );
    } else {
        say!(
            "{:<36} {:<13} {:>10} {:>14}",
            "example",
            "quantity",
            "published",
            "computed"
        );
        for c in &all {
            let sign = if c.agrees() { "✓" } else { "✖" };
            say!(
                "{:<36} {:<13} {:>10} {:>14.6} {sign}",
                c.place,
                c.quantity,
                c.printed,
                c.computed
            );
        }
        say!("{agree} of {} published values agree", all.len());
    }
    Ok(agree == all.len() && !all.is_empty())
}
