//! Vertices whose state became no finite number, held where they were.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::VertexId;

use super::plant::Plant;

/// The vertices in quarantine with the state in which each is held; the same in every World.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quarantine(pub Vec<(VertexId, [f64; 2])>);

impl Quarantine {
    /// Holds those that live here in their states, after a stage or a write from outside.
    pub fn hold(&self, plant: &mut Plant) {
        let mut any = false;
        for (vertex, state) in &self.0 {
            if let Some(slot) = plant.slot_of(*vertex) {
                plant.write(slot, *state);
                any = true;
            }
        }
        if any {
            plant.dense.settle_sums();
        }
    }
}
