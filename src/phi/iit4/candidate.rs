//! A candidate system: the units whose integrated information is asked for, given the rest.
//!
//! The background is held in its present state for effects, and for causes its past is weighted
//! by how well it explains the present state of all units (Albantakis et al. 2023):
//!
//! TE_j(x) = T_j(x, w_now),  TC_j(x) = Σ_w p(w) T_j(x, w),
//! p(w) = Σ_x L(x, w) / Σ_{x,w} L(x, w),  L(x, w) = Π_i P(u_i | x, w) over all units.

use super::network::Network;
use super::numeric::{subsets_of, units_of};

/// Why a candidate system is not analysed at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// No past state of the network leads to its present state.
    Network,
    /// With the background in its present state no past state of the system leads to its present.
    Candidate,
}

/// Transition probabilities of a candidate system of m units, numbered 0 … m − 1.
///
/// Shapes: `cause` and `effect` are m columns of 2ᵐ probabilities to be on, by past state.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Units of the network, ascending.
    pub nodes: Vec<usize>,
    /// Present state, bit k for the k-th unit.
    pub state: u32,
    /// TC, with the background weighted by its likelihood.
    pub cause: Vec<f64>,
    /// TE, with the background in its present state.
    pub effect: Vec<f64>,
    /// Units that act on each unit, within the system.
    pub sources: Vec<u32>,
}

impl Candidate {
    /// Conditions the units of `mask` on the rest of the network.
    ///
    /// # Errors
    /// When the state cannot be reached.
    pub fn new(network: &Network, mask: u32) -> Result<Self, Unreachable> {
        if network.likelihood_total() <= 0.0 {
            return Err(Unreachable::Network);
        }
        let nodes: Vec<usize> = units_of(mask).collect();
        let state = draw_together(network.state(), &nodes);
        let inside: Vec<u32> = subsets_of(mask).collect();
        let now = network.state() & !mask;
        let mut effect = Vec::with_capacity(nodes.len() * inside.len());
        for unit in &nodes {
            let column = network.tpm().column(*unit);
            effect.extend(inside.iter().map(|x| column[(x | now) as usize]));
        }
        if !reachable(&effect, state, nodes.len()) {
            return Err(Unreachable::Candidate);
        }
        let sources = nodes
            .iter()
            .map(|unit| draw_together(network.sources(*unit), &nodes))
            .collect();
        let cause = weighted(network, mask, &nodes, &inside);
        Ok(Self {
            nodes,
            state,
            cause,
            effect,
            sources,
        })
    }

    /// Number of units m.
    #[must_use]
    pub fn units(&self) -> usize {
        self.nodes.len()
    }

    /// Number of states 2ᵐ.
    #[must_use]
    pub fn states(&self) -> usize {
        1 << self.nodes.len()
    }

    /// Whether every unit can be reached from every other along connections within the system.
    #[must_use]
    pub fn strongly_connected(&self) -> bool {
        let all = (self.states() - 1) as u32;
        let mut upstream = 1u32;
        let mut downstream = 1u32;
        loop {
            let mut up = upstream;
            let mut down = downstream;
            for (unit, sources) in self.sources.iter().enumerate() {
                if upstream >> unit & 1 == 1 {
                    up |= sources;
                }
                if sources & downstream != 0 {
                    down |= 1 << unit;
                }
            }
            if up == upstream && down == downstream {
                return up == all && down == all;
            }
            upstream = up;
            downstream = down;
        }
    }
}

fn draw_together(mask: u32, nodes: &[usize]) -> u32 {
    nodes
        .iter()
        .enumerate()
        .fold(0, |out, (place, unit)| out | (mask >> unit & 1) << place)
}

fn reachable(effect: &[f64], state: u32, units: usize) -> bool {
    let states = 1usize << units;
    (0..states).any(|x| {
        (0..units).all(|unit| {
            let p = effect[unit * states + x];
            if state >> unit & 1 == 1 {
                p > 0.0
            } else {
                p < 1.0
            }
        })
    })
}

fn weighted(network: &Network, mask: u32, nodes: &[usize], inside: &[u32]) -> Vec<f64> {
    let all = (network.tpm().states() - 1) as u32;
    let likelihood = network.likelihood();
    let mut cause = vec![0.0; nodes.len() * inside.len()];
    for w in subsets_of(all & !mask) {
        let sum: f64 = inside.iter().map(|x| likelihood[(x | w) as usize]).sum();
        let weight = if mask == all {
            1.0
        } else {
            sum / network.likelihood_total()
        };
        if weight <= 0.0 {
            continue;
        }
        for (unit, out) in nodes.iter().zip(cause.chunks_exact_mut(inside.len())) {
            let column = network.tpm().column(*unit);
            for (value, x) in out.iter_mut().zip(inside) {
                *value += weight * column[(x | w) as usize];
            }
        }
    }
    cause
}

#[cfg(test)]
mod tests {
    use super::super::network::Limits;
    use super::super::tpm::Tpm;
    use super::*;

    fn network(tpm: Tpm, state: &[u8]) -> Network {
        let none: Option<&[Vec<u8>]> = None;
        Network::new(tpm, none, state, Limits::default()).unwrap()
    }

    #[test]
    fn the_whole_is_conditioned_on_nothing() {
        let tpm = Tpm::from_fn(3, |x, j| f64::from(x * 3 + j as u32) / 30.0).unwrap();
        let whole = Candidate::new(&network(tpm.clone(), &[1, 0, 1]), 7).unwrap();
        assert_eq!(whole.cause, whole.effect);
        assert_eq!(&whole.cause[8..16], tpm.column(1));
        assert_eq!(whole.state, 5);
    }

    #[test]
    fn the_background_is_pinned_for_effects_and_explained_for_causes() {
        // Unit 0 copies unit 1; unit 1 is on with probability 3/4 when it was on, else never.
        let tpm = Tpm::from_fn(2, |x, j| match j {
            0 => f64::from(x >> 1),
            _ => 0.75 * f64::from(x >> 1),
        });
        let net = network(tpm.unwrap(), &[1, 0]);
        // The present (1, 0) is explained only by a past with unit 1 on.
        assert_eq!(Candidate::new(&net, 1), Err(Unreachable::Candidate));
        let second = Candidate::new(&net, 2).unwrap();
        assert_eq!(second.effect, [0.0, 0.75]);
        assert_eq!(second.sources, [1]);
    }

    #[test]
    fn a_chain_is_not_strongly_connected_and_a_ring_is() {
        let ring = Tpm::from_fn(3, |x, j| f64::from(x >> ((j + 1) % 3) & 1)).unwrap();
        let net = network(ring, &[0, 0, 0]);
        assert!(Candidate::new(&net, 7).unwrap().strongly_connected());
        assert!(!Candidate::new(&net, 3).unwrap().strongly_connected());
    }
}
