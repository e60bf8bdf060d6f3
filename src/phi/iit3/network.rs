//! A binary network in a state, and candidate systems within it.

use super::super::iit4::reason::gap;
use super::error::Iit3Error;

/// The most units of a network.
pub const UNITS_MAX: usize = 6;

/// A network of binary units.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    units: usize,
    /// `on[j][s]`: probability that unit j is on after state s.
    on: Vec<Vec<f64>>,
    /// `inputs[j]`: mask of the units that act on unit j.
    inputs: Vec<usize>,
    state: usize,
}

impl Network {
    /// A network from its state-by-node table `tpm[s][j]`, connectivity `cm[i][j]` (i acts on j)
    /// and current state.
    ///
    /// # Errors
    /// When sizes do not match, entries are out of range, or a unit depends on one that is not
    /// connected to it.
    pub fn new(tpm: &[Vec<f64>], cm: &[Vec<u8>], state: &[u8]) -> Result<Self, Iit3Error> {
        let units = state.len();
        if units == 0 || units > UNITS_MAX {
            return Err(Iit3Error::Units {
                units,
                limit: UNITS_MAX,
            });
        }
        sized("the transition table", tpm.len(), 1 << units)?;
        sized("the connectivity", cm.len(), units)?;
        let mut on = vec![vec![0.0; 1 << units]; units];
        for (s, row) in tpm.iter().enumerate() {
            sized("a row of the transition table", row.len(), units)?;
            for (unit, value) in row.iter().enumerate() {
                if !(0.0..=1.0).contains(value) {
                    return Err(Iit3Error::Probability {
                        state: s,
                        unit,
                        value: *value,
                    });
                }
                on[unit][s] = *value;
            }
        }
        let mut inputs = vec![0; units];
        for (i, row) in cm.iter().enumerate() {
            sized("a row of the connectivity", row.len(), units)?;
            for (j, edge) in row.iter().enumerate() {
                inputs[j] |= bit("the connectivity", *edge)? << i;
            }
        }
        let mut index = 0;
        for (unit, value) in state.iter().enumerate() {
            index |= bit("the state", *value)? << unit;
        }
        let network = Self {
            units,
            on,
            inputs,
            state: index,
        };
        network.check_dependencies()?;
        Ok(network)
    }

    fn check_dependencies(&self) -> Result<(), Iit3Error> {
        for target in 0..self.units {
            for source_unit in 0..self.units {
                if self.inputs[target] >> source_unit & 1 == 1 {
                    continue;
                }
                let flip = 1 << source_unit;
                let row = &self.on[target];
                if (0..row.len()).any(|s| (row[s] - row[s ^ flip]).abs() > 1e-9) {
                    return Err(Iit3Error::Unconnected {
                        target,
                        source_unit,
                    });
                }
            }
        }
        Ok(())
    }

    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units
    }

    /// Whether there are none; never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units == 0
    }

    /// The current state of every unit.
    #[must_use]
    pub fn state(&self) -> Vec<u8> {
        let bit = |unit: usize| (self.state >> unit & 1) as u8;
        (0..self.units).map(bit).collect()
    }

    /// The first two of `nodes` (from, to) such that `from` does not reach `to` along edges within
    /// `nodes`; `None` when they are strongly connected.
    #[must_use]
    pub fn gap(&self, nodes: &[usize]) -> Option<[usize; 2]> {
        let inputs = self.candidate(nodes).inputs;
        let sources: Vec<u32> = inputs.iter().map(|mask| *mask as u32).collect();
        gap(&sources).map(|pair| pair.map(|place| nodes[place]))
    }

    /// The candidate system of the units in `nodes` (ascending, at least one), all others held at
    /// their current states. Its units are numbered by their places in `nodes`.
    #[must_use]
    pub fn candidate(&self, nodes: &[usize]) -> Candidate {
        let size = nodes.len();
        let inside: usize = nodes.iter().map(|unit| 1usize << unit).sum();
        let spread = |local: usize| -> usize {
            let chosen = nodes
                .iter()
                .enumerate()
                .filter(|(k, _)| local >> k & 1 == 1);
            chosen.map(|(_, unit)| 1usize << unit).sum()
        };
        let gather = |mask: usize| -> usize {
            let chosen = nodes.iter().enumerate();
            chosen.map(|(k, unit)| (mask >> unit & 1) << k).sum()
        };
        let background = self.state & !inside;
        let on = nodes.iter().map(|unit| {
            let row = (0..1usize << size).map(|local| self.on[*unit][spread(local) | background]);
            row.collect()
        });
        Candidate {
            units: size,
            on: on.collect(),
            inputs: nodes
                .iter()
                .map(|unit| gather(self.inputs[*unit]))
                .collect(),
            state: gather(self.state),
        }
    }
}

/// A candidate system: a network of its own with a fixed background.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Number of units.
    pub units: usize,
    /// `on[j][s]`: probability that unit j is on after state s of the system.
    pub on: Vec<Vec<f64>>,
    /// `inputs[j]`: mask of the units that act on unit j.
    pub inputs: Vec<usize>,
    /// Index of the current state.
    pub state: usize,
}

impl Candidate {
    /// Whether some past state can lead to the current one.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        (0..1usize << self.units).any(|past| {
            (0..self.units).all(|unit| {
                let on = self.on[unit][past];
                if self.state >> unit & 1 == 1 {
                    on > 0.0
                } else {
                    on < 1.0
                }
            })
        })
    }

    /// Whether every unit can act on every other along edges.
    #[must_use]
    pub fn is_strongly_connected(&self) -> bool {
        let mut reached = self.inputs.clone();
        for middle in 0..self.units {
            for target in 0..self.units {
                if reached[target] >> middle & 1 == 1 {
                    reached[target] |= reached[middle];
                }
            }
        }
        let all = (1 << self.units) - 1;
        self.units == 1 || reached.iter().all(|sources| sources & all == all)
    }
}

fn sized(what: &'static str, found: usize, expected: usize) -> Result<(), Iit3Error> {
    if found == expected {
        return Ok(());
    }
    Err(Iit3Error::Size {
        what,
        found,
        expected,
    })
}

fn bit(what: &'static str, value: u8) -> Result<usize, Iit3Error> {
    match value {
        0 | 1 => Ok(usize::from(value)),
        _ => Err(Iit3Error::Binary { what, value }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two units that copy each other.
    fn ring() -> Network {
        let tpm: Vec<Vec<f64>> = (0..4)
            .map(|s: usize| vec![(s >> 1 & 1) as f64, (s & 1) as f64])
            .collect();
        Network::new(&tpm, &[vec![0, 1], vec![1, 0]], &[1, 0]).unwrap()
    }

    #[test]
    fn candidates_hold_their_background() {
        let network = ring();
        let whole = network.candidate(&[0, 1]);
        assert!(whole.is_strongly_connected() && whole.is_reachable());
        let second = network.candidate(&[1]);
        assert_eq!(second.on, [vec![1.0, 1.0]]);
        assert_eq!(second.state, 0);
        assert!(!second.is_reachable());
    }

    #[test]
    fn what_is_no_network_is_refused() {
        let tpm = vec![vec![0.0, 0.0]; 4];
        let cm = vec![vec![1, 1]; 2];
        assert!(Network::new(&tpm[..3], &cm, &[0, 0]).is_err());
        assert!(Network::new(&tpm, &cm[..1], &[0, 0]).is_err());
        assert!(Network::new(&tpm, &cm, &[0, 2]).is_err());
        assert!(Network::new(&tpm, &cm, &[]).is_err());
        let mut bad = tpm.clone();
        bad[1][0] = 1.5;
        assert!(Network::new(&bad, &cm, &[0, 0]).is_err());
        bad[1][0] = 1.0;
        let cut = vec![vec![0, 1], vec![1, 0]];
        assert!(matches!(
            Network::new(&bad, &cut, &[0, 0]),
            Err(Iit3Error::Unconnected {
                target: 0,
                source_unit: 0
            })
        ));
    }
}
