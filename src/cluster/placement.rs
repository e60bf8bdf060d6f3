//! Initial placement.

use crate::base::NodeId;
use crate::base::random::{KeyedRng, Purpose};

use super::spec::PlacementSpec;

/// The node of each of `vertices` vertices.
#[must_use]
pub fn place(spec: &PlacementSpec, vertices: usize, nodes: u16, seed: u64) -> Vec<NodeId> {
    let count = usize::from(nodes.max(1));
    let node = |index: usize| NodeId(index.min(count - 1) as u16);
    match spec {
        PlacementSpec::Blocks => (0..vertices).map(|v| node(v * count / vertices)).collect(),
        PlacementSpec::RoundRobin => (0..vertices).map(|v| node(v % count)).collect(),
        PlacementSpec::Random => (0..vertices)
            .map(|v| {
                let mut rng = KeyedRng::new(seed, Purpose::Placement, v as u64, 0);
                node((rng.uniform() * count as f64) as usize)
            })
            .collect(),
        PlacementSpec::Shares(shares) => {
            let total: f64 = shares.iter().sum();
            (0..vertices)
                .map(|v| {
                    let at = (v as f64 + 0.5) / vertices as f64 * total;
                    let mut reached = 0.0;
                    let found = shares.iter().position(|share| {
                        reached += share;
                        at < reached
                    });
                    NodeId((found.unwrap_or(0) % count) as u16)
                })
                .collect()
        }
    }
}
