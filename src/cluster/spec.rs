//! The scene's `cluster` and `aggregator` parts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// The node Worlds of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterSpec {
    /// Number of node Worlds, 1 … 64.
    pub nodes: u16,
    /// Where vertices live at first.
    pub placement: PlacementSpec,
}

/// Initial placement of vertices on nodes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum PlacementSpec {
    /// Equal blocks of consecutive vertices.
    #[default]
    Blocks,
    /// Vertex i on node i mod nodes.
    RoundRobin,
    /// Drawn uniformly, by the seed of the run.
    Random,
    /// Blocks in these proportions, one for each node; nodes without a share are empty, and shares
    /// beyond the last node are counted round.
    Shares(Vec<f64>),
}

impl Default for ClusterSpec {
    fn default() -> Self {
        Self {
            nodes: 4,
            placement: PlacementSpec::Blocks,
        }
    }
}

impl ClusterSpec {
    /// Collects what is wrong with this part of a scene.
    pub fn validate(&self, problems: &mut Problems) {
        problems.count("cluster.nodes", u64::from(self.nodes), 1, 64);
        if let PlacementSpec::Shares(shares) = &self.placement {
            for (k, share) in shares.iter().enumerate() {
                problems.range(
                    &format!("cluster.placement[{k}]"),
                    *share,
                    0.0,
                    f64::INFINITY,
                    "",
                );
            }
            let sum: f64 = shares.iter().sum();
            problems.require(
                sum > 0.0,
                "cluster.placement",
                "shares that sum to 0",
                "at least one share > 0",
            );
        }
    }
}

/// The aggregator of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AggregatorSpec {
    /// Vertices that the global mask has room for.
    pub mask_size: usize,
    /// Factor by which commands act on measured vertices outside the major complex, 0 … 1.
    pub mask_outside: f64,
    /// Coherence R* that suggested gains steer for.
    pub target_coherence: f64,
    /// Rate β of suggested gains, s = 1 + β (R* − R).
    pub gain_rate: f64,
}

impl Default for AggregatorSpec {
    fn default() -> Self {
        Self {
            mask_size: 10_000,
            mask_outside: 0.5,
            target_coherence: 0.95,
            gain_rate: 0.1,
        }
    }
}

impl AggregatorSpec {
    /// Collects what is wrong with this part of a scene; `masked` is the number of vertices when
    /// Φ is measured, and 0 when it is not.
    pub fn validate(&self, problems: &mut Problems, masked: usize) {
        problems.range("aggregator.mask_outside", self.mask_outside, 0.0, 1.0, "");
        problems.range(
            "aggregator.target_coherence",
            self.target_coherence,
            0.0,
            1.0,
            "",
        );
        problems.range("aggregator.gain_rate", self.gain_rate, 0.0, 0.99, "");
        problems.require(
            masked <= self.mask_size,
            "aggregator.mask_size",
            self.mask_size,
            &format!("room for the scene's {masked} vertices, whose commands the mask weighs"),
        );
    }
}
