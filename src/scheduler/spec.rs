//! The scene's `scheduler` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{NodeId, Problems, Tick, VertexId};

use super::policy::{Policies, Policy};

/// The topology scheduler of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SchedulerSpec {
    /// When and how vertices move.
    pub policy: Policy,
    /// Ticks between two looks at the loads.
    pub period_ticks: u64,
    /// Work units that a node can do in a tick; twice the mean share of the scene when absent.
    pub capacity: Option<u64>,
    /// Moves at given ticks, whatever the loads.
    pub script: Vec<ScriptedMove>,
}

impl Default for SchedulerSpec {
    fn default() -> Self {
        Self {
            policy: Policy::Off,
            period_ticks: 10,
            capacity: None,
            script: Vec::new(),
        }
    }
}

/// A move that the scene orders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptedMove {
    /// The tick at whose end it happens.
    pub tick: Tick,
    /// The vertex.
    pub vertex: VertexId,
    /// Where it goes; counted round when the cluster has fewer nodes.
    pub to: NodeId,
}

impl SchedulerSpec {
    /// Collects what is wrong with this part of a scene that has `vertices` vertices.
    pub fn validate(&self, problems: &mut Problems, vertices: usize, policies: &Policies) {
        problems.count("scheduler.period_ticks", self.period_ticks, 1, 1 << 32);
        if let Some(capacity) = self.capacity {
            problems.count("scheduler.capacity", capacity, 1, u64::MAX);
        }
        match &self.policy {
            Policy::Off => {}
            Policy::Original {
                threshold,
                max_moves,
            } => {
                problems.range("scheduler.policy.threshold", *threshold, 0.0, 1e6, "");
                problems.count("scheduler.policy.max_moves", *max_moves as u64, 1, 1000);
            }
            Policy::Balanced {
                tolerance,
                max_moves,
            } => {
                problems.range("scheduler.policy.tolerance", *tolerance, 0.0, 1.0, "");
                problems.count("scheduler.policy.max_moves", *max_moves as u64, 1, 1000);
            }
            Policy::Custom(own) => policies.check(problems, "scheduler.policy", own),
        }
        for (k, scripted) in self.script.iter().enumerate() {
            let path = format!("scheduler.script[{k}].vertex");
            problems.count(
                &path,
                scripted.vertex.0,
                0,
                (vertices as u64).saturating_sub(1),
            );
        }
    }
}
