//! An answer of IIT 3.0 in words: labelled lines of plain English.

use super::case::{CutAnswer, Side, SystemAnswer, TieAnswer, TieOf};

/// The most ties that a line names.
const TIES_TOLD: usize = 3;

/// What is told of a system, as (label, text).
#[must_use]
pub fn told(system: &SystemAnswer) -> Vec<(&'static str, String)> {
    let nodes = listed(&system.nodes);
    let mut lines = Vec::new();
    match system.big_phi {
        Some(phi) => lines.push(("Φ", format!("{} of [{nodes}] (IIT 3.0)", six(phi)))),
        None => lines.push(("Φ", format!("not defined for [{nodes}] (IIT 3.0)"))),
    }
    for sentence in &system.reason_sentences {
        lines.push(("since", sentence.clone()));
    }
    if let Some(cut) = &system.mip {
        lines.push(("cut", cut_text(cut)));
    }
    if let Some([low, high]) = system.big_phi_range {
        if system.ties.iter().any(|tie| tie.moves_big_phi) {
            lines.push(("range", range(system, low, high)));
        } else {
            let count = system.ties.len();
            let what = if count == 1 {
                "purview could be another"
            } else {
                "purviews could be others"
            };
            let text = format!("{count} {what}, which does not change Φ");
            lines.push(("ties", text));
        }
    }
    lines
}

fn range(system: &SystemAnswer, low: f64, high: f64) -> String {
    let moving: Vec<&TieAnswer> = system.ties.iter().filter(|t| t.moves_big_phi).collect();
    let first = moving.iter().take(TIES_TOLD);
    let mut texts: Vec<String> = first.map(|tie| tie_text(tie, system)).collect();
    if moving.len() > TIES_TOLD {
        texts.push(format!("and {} more: see --json", moving.len() - TIES_TOLD));
    }
    if let Some(cut) = &system.range_low_cut {
        texts.push(format!("the low end is at the cut {}", cut_text(cut)));
    }
    let worth = match system.range_is_complete {
        Some(false) => " at least, of the combinations tried,",
        _ => "",
    };
    let texts = texts.join("; ");
    format!("{} … {}{worth} over ties: {texts}", six(low), six(high))
}

/// `the effect of {1,2} in the cut system is {0,1,3} (chosen) or {0,1,2}`.
fn tie_text(tie: &TieAnswer, system: &SystemAnswer) -> String {
    let side = match tie.side {
        Side::Cause => "cause",
        Side::Effect => "effect",
    };
    let place = match (&tie.of, &tie.cut) {
        (TieOf::Whole, _) => "in the whole".to_owned(),
        (TieOf::Both, _) => "in the whole and the cut system".to_owned(),
        (TieOf::Cut, Some(cut)) if system.range_low_cut.as_ref() == Some(cut) => {
            format!("with the cut {}", cut_text(cut))
        }
        (TieOf::Cut, _) => "in the cut system".to_owned(),
    };
    let others = tie.purviews.iter().filter(|p| **p != tie.chosen);
    let others: Vec<String> = others.map(|p| format!("{{{}}}", listed(p))).collect();
    format!(
        "the {side} of {{{}}} {place} is {{{}}} (chosen) or {}",
        listed(&tie.mechanism),
        listed(&tie.chosen),
        others.join(" or ")
    )
}

fn cut_text(cut: &CutAnswer) -> String {
    format!(
        "from {{{}}} to {{{}}}",
        listed(&cut.cut_from),
        listed(&cut.cut_to)
    )
}

fn listed(units: &[usize]) -> String {
    let texts: Vec<String> = units.iter().map(usize::to_string).collect();
    texts.join(",")
}

/// At the 6 decimals that values of IIT 3.0 are rounded to; never −0.
fn six(value: f64) -> String {
    format!("{:.6}", if value == 0.0 { 0.0 } else { value })
}

#[cfg(test)]
mod tests {
    use super::super::case::{CaseNetwork, answer};
    use super::*;

    fn of(tpm: &[[f64; 3]; 8], cm: [[f64; 3]; 3], state: [u8; 3]) -> SystemAnswer {
        let case = CaseNetwork {
            tpm_state_by_node: tpm.iter().map(|row| row.to_vec()).collect(),
            cm: cm.iter().map(|row| row.to_vec()).collect(),
            state: state.to_vec(),
        };
        answer(&case).unwrap().systems.swap_remove(0)
    }

    /// The case `rand_n3_s1153_det__001` of the references: the cause of unit 0, which is the AND
    /// of the others, is either of them or both.
    fn tied() -> SystemAnswer {
        let tpm = [
            [0.0, 1.0, 1.0],
            [0.0, 0.0, 1.0],
            [0.0, 1.0, 0.0],
            [0.0, 0.0, 0.0],
            [0.0, 1.0, 1.0],
            [0.0, 0.0, 1.0],
            [1.0, 1.0, 0.0],
            [1.0, 0.0, 0.0],
        ];
        let cm = [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 0.0, 0.0]];
        of(&tpm, cm, [0, 0, 1])
    }

    #[test]
    fn ties_are_told_as_a_range_with_the_choice_named() {
        let lines = told(&tied());
        assert_eq!(
            lines,
            [
                ("Φ", "0.215278 of [0,1,2] (IIT 3.0)".to_owned()),
                ("cut", "from {2} to {0,1}".to_owned()),
                (
                    "range",
                    "0.187500 … 0.243056 over ties: the cause of {0} in the whole is {1,2} \
                     (chosen) or {1} or {2}"
                        .to_owned()
                ),
            ]
        );
    }

    #[test]
    fn of_many_ties_the_first_are_told_and_a_search_cut_short_says_so() {
        let mut system = tied();
        let one = system.ties[0].clone();
        system.ties = vec![one; TIES_TOLD + 2];
        system.range_is_complete = Some(false);
        let (_, text) = told(&system).pop().unwrap();
        assert!(
            text.starts_with("0.187500 … 0.243056 at least, of the"),
            "{text}"
        );
        assert!(text.ends_with("; and 2 more: see --json"), "{text}");
        assert_eq!(text.matches("(chosen)").count(), TIES_TOLD);
    }

    #[test]
    fn ties_that_change_nothing_have_no_range() {
        let mut system = tied();
        system.ties[0].moves_big_phi = false;
        let (label, text) = told(&system).pop().unwrap();
        assert_eq!(label, "ties");
        assert_eq!(text, "1 purview could be another, which does not change Φ");
    }

    #[test]
    fn an_unreachable_state_is_told_by_its_units_and_has_no_value() {
        let row = |s: usize| [0, 1, 2].map(|u| f64::from((s & !(1 << u)).count_ones() == 1));
        let tpm: Vec<[f64; 3]> = (0..8).map(row).collect();
        let cm = [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]];
        let lines = told(&of(&tpm.try_into().unwrap(), cm, [1, 0, 0]));
        assert_eq!(lines[0].1, "not defined for [0,1,2] (IIT 3.0)");
        let since = "the state 1,0,0 is unreachable: no row of the transition matrix leads to it, \
                     so no cause exists and Φ is not defined";
        assert_eq!(lines[1..], [("since", since.to_owned())]);
    }

    #[test]
    fn a_cut_that_loses_nothing_is_told_and_zero_has_no_sign() {
        let mut system = tied();
        system.big_phi = Some(-0.0);
        assert_eq!(told(&system)[0].1, "0.000000 of [0,1,2] (IIT 3.0)");
        // Units that copy themselves, though all are said to be connected.
        let row = |s: usize| [0, 1, 2].map(|u| f64::from(s >> u & 1 == 1));
        let tpm: Vec<[f64; 3]> = (0..8).map(row).collect();
        let apart = of(&tpm.try_into().unwrap(), [[1.0; 3]; 3], [0, 0, 1]);
        let (label, text) = &told(&apart)[1];
        assert_eq!(*label, "since");
        assert!(text.contains("a unidirectional cut leaves"), "{text}");
    }
}
