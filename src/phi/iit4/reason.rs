//! Why an integrated information is 0 without a search, or is not defined: names and sentences, the
//! same in IIT 4.0 (φ_s) and in IIT 3.0 (big Φ).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why an integrated information is 0 without a search, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// No past state of the network leads to its present one.
    NetworkStateUnreachable,
    /// The system cannot come to its present state with the background as it is.
    StateCannotBeProduced,
    /// A single unit that does not act on itself.
    MonadWithNoSelfloop,
    /// Not every unit can be reached from every other within the system.
    NoStrongConnectivity,
    /// The greatest intrinsic cause information is 0.
    NoCause,
    /// The greatest intrinsic effect information is 0.
    NoEffect,
    /// A single unit, which IIT 3.0 does not cut.
    SingleUnit,
    /// No mechanism has a cause and an effect with φ > 0 (IIT 3.0).
    NoConcept,
    /// A cut leaves the constellation of concepts as it is (IIT 3.0).
    CutLosesNothing,
    /// A partition was found that loses nothing (IIT 4.0). Files do not name it among the reasons,
    /// which are those that need no search.
    PartitionLosesNothing,
}

/// A reason as a sentence of plain English, by [`fmt::Display`]: what is the case, in the term of
/// the theory, and what follows for the quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence<'a> {
    /// The reason.
    pub reason: Reason,
    /// What is 0 or not defined: `φ_s` or `Φ`.
    pub quantity: &'static str,
    /// Units of the system, ascending.
    pub nodes: &'a [usize],
    /// Present state of all units of the network.
    pub state: &'a [u8],
    /// Two units of the system, the first of which does not reach the second, if there are such.
    pub gap: Option<[usize; 2]>,
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quantity = self.quantity;
        let zero = format!("so {quantity} is 0");
        let own: Vec<u8> = self.nodes.iter().map(|unit| self.state[*unit]).collect();
        let state = listed(&own);
        let units = match self.nodes {
            [unit] => format!("unit {unit}"),
            more => format!("the units {{{}}}", listed(more)),
        };
        match self.reason {
            Reason::NetworkStateUnreachable => write!(
                f,
                "the state {} is unreachable: no row of the transition matrix leads to it, so no \
                 cause exists and {quantity} is not defined",
                listed(self.state)
            ),
            Reason::StateCannotBeProduced => write!(
                f,
                "the state {state} of {units} is unreachable: with all other units held at their \
                 present states no row of the transition matrix leads to it, so no \
                 cause exists and {quantity} is not defined"
            ),
            Reason::MonadWithNoSelfloop => write!(
                f,
                "the system is the single {units} without a connection to itself, so it \
                 specifies neither cause nor effect and {quantity} is 0"
            ),
            Reason::NoStrongConnectivity => {
                write!(f, "the system of {units} is not strongly connected: ")?;
                match self.gap {
                    Some([from, to]) => write!(f, "unit {from} does not reach unit {to}")?,
                    None => write!(f, "some unit does not reach some other")?,
                }
                write!(
                    f,
                    " along its connections, so a cut loses nothing and {quantity} is 0"
                )
            }
            Reason::NoCause => write!(
                f,
                "the state {state} specifies no cause: its greatest intrinsic cause information \
                 is 0, {zero}"
            ),
            Reason::NoEffect => write!(
                f,
                "the state {state} specifies no effect: its greatest intrinsic effect information \
                 is 0, {zero}"
            ),
            Reason::SingleUnit => write!(
                f,
                "the system is the single {units}, which has no bipartition, {zero}"
            ),
            Reason::NoConcept => write!(
                f,
                "in the state {state} no mechanism specifies a concept (a cause and an effect with \
                 φ above 0), so the constellation is empty and {quantity} is 0"
            ),
            Reason::CutLosesNothing => write!(
                f,
                "the system is reducible: a unidirectional cut leaves its constellation of \
                 concepts as it is, {zero}"
            ),
            Reason::PartitionLosesNothing => write!(
                f,
                "the system is reducible: its minimum information partition loses nothing, {zero}"
            ),
        }
    }
}

/// Items with commas between.
fn listed<T: fmt::Display>(items: &[T]) -> String {
    let texts: Vec<String> = items.iter().map(T::to_string).collect();
    texts.join(",")
}

/// The first pair of units (from, to), by number, of which `from` does not reach `to` along edges;
/// `sources[unit]` is the mask of the places in `sources` that act on the unit. `None` when the
/// units are strongly connected.
#[must_use]
pub fn gap(sources: &[u32]) -> Option<[usize; 2]> {
    (0..sources.len()).find_map(|from| {
        let mut reached = 1u32 << from;
        loop {
            let acted = (0..sources.len()).filter(|unit| sources[*unit] & reached != 0);
            let wider = acted.fold(reached, |mask, unit| mask | 1 << unit);
            if wider == reached {
                break;
            }
            reached = wider;
        }
        let missed = (0..sources.len()).find(|to| reached >> to & 1 == 0);
        missed.map(|to| [from, to])
    })
}

#[cfg(test)]
mod tests {
    use super::super::network::{Limits, Network};
    use super::super::system::system_phi;
    use super::super::{Effort, Tpm};
    use super::*;

    fn told(rows: &[Vec<f64>], cm: &[Vec<u8>], state: &[u8], nodes: &[usize]) -> Vec<String> {
        let tpm = Tpm::from_rows(rows).unwrap();
        let network = Network::new(tpm, Some(cm), state, Limits::default()).unwrap();
        let found = system_phi(&network, nodes, Effort::unlimited()).unwrap();
        assert_eq!(found.phi_s, 0.0);
        found.sentences(&network)
    }

    fn table(units: usize, on: impl Fn(usize, usize) -> bool) -> Vec<Vec<f64>> {
        let row = |s: usize| (0..units).map(|unit| f64::from(on(s, unit))).collect();
        (0..1 << units).map(row).collect()
    }

    fn xor() -> (Vec<Vec<f64>>, Vec<Vec<u8>>) {
        let rows = table(3, |s, unit| (s & !(1 << unit)).count_ones() == 1);
        (rows, vec![vec![0, 1, 1], vec![1, 0, 1], vec![1, 1, 0]])
    }

    #[test]
    fn an_unreachable_state_is_named_and_said_to_have_no_value() {
        let (rows, cm) = xor();
        let [only] = told(&rows, &cm, &[1, 0, 0], &[0, 1, 2]).try_into().unwrap();
        assert_eq!(
            only,
            "the state 1,0,0 is unreachable: no row of the transition matrix leads to it, so no \
             cause exists and φ_s is not defined"
        );
    }

    #[test]
    fn a_state_that_the_background_forbids_is_named_with_its_units() {
        // Each of units 0 and 1 copies the other; unit 1 cannot be off after unit 0 was on.
        let rows = table(2, |s, unit| s >> (1 - unit) & 1 == 1);
        let cm = [vec![0, 1], vec![1, 0]];
        let [only] = told(&rows, &cm, &[1, 0], &[1]).try_into().unwrap();
        assert!(
            only.starts_with("the state 0 of unit 1 is unreachable: "),
            "{only}"
        );
        assert!(only.ends_with("φ_s is not defined"), "{only}");
    }

    #[test]
    fn a_chain_names_the_pair_of_units_that_is_not_joined() {
        let rows = table(3, |s, unit| unit > 0 && s >> (unit - 1) & 1 == 1);
        let cm = vec![vec![0, 1, 0], vec![0, 0, 1], vec![0, 0, 0]];
        let [only] = told(&rows, &cm, &[0, 0, 0], &[0, 1, 2]).try_into().unwrap();
        assert!(
            only.contains("not strongly connected: unit 1 does not reach unit 0"),
            "{only}"
        );
        let [single] = told(&rows, &cm, &[0, 0, 0], &[1]).try_into().unwrap();
        assert!(
            single.starts_with("the system is the single unit 1 without"),
            "{single}"
        );
    }

    #[test]
    fn units_that_only_act_by_chance_specify_neither_cause_nor_effect() {
        let rows = vec![vec![0.5; 2]; 4];
        let found = told(&rows, &[vec![1, 1], vec![1, 1]], &[0, 1], &[0, 1]);
        let [cause, effect] = found.try_into().unwrap();
        assert!(
            cause.starts_with("the state 0,1 specifies no cause: "),
            "{cause}"
        );
        assert!(
            effect.starts_with("the state 0,1 specifies no effect: "),
            "{effect}"
        );
    }

    #[test]
    fn a_search_that_ends_at_nothing_says_so() {
        // Each unit copies itself, though all are said to be connected.
        let rows = table(2, |s, unit| s >> unit & 1 == 1);
        let [only] = told(&rows, &[vec![1, 1], vec![1, 1]], &[0, 1], &[0, 1])
            .try_into()
            .unwrap();
        assert!(
            only.contains("its minimum information partition loses nothing"),
            "{only}"
        );
    }

    #[test]
    fn gaps_are_found_in_both_senses() {
        assert_eq!(gap(&[0b10, 0b01]), None);
        assert_eq!(gap(&[0b00, 0b01]), Some([1, 0]));
        assert_eq!(gap(&[0b10, 0b00]), Some([0, 1]));
        assert_eq!(gap(&[0]), None);
    }
}
