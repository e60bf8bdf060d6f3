//! The modelled load: integer work units over a capacity, the same on every machine.

use serde::{Deserialize, Serialize};

/// Work units of a vertex in one stage: sine, cosine and state.
pub const VERTEX_COST: u64 = 8;
/// Work units of a row entry in one stage: one weighted addition.
pub const ENTRY_COST: u64 = 1;
/// Work units of a device in a tick.
pub const DEVICE_COST: u64 = 64;

/// What a node has to do in a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeLoad {
    /// Vertices there.
    pub vertices: u64,
    /// Row entries there.
    pub row_entries: u64,
    /// Integrator stages in a tick.
    pub stages: u64,
    /// Devices there.
    pub devices: u64,
}

impl NodeLoad {
    /// Work units in a tick.
    #[must_use]
    pub fn work(&self) -> u64 {
        let stage = self.vertices * VERTEX_COST + self.row_entries * ENTRY_COST;
        stage * self.stages + self.devices * DEVICE_COST
    }
}

/// Work units that a vertex with `row_entries` incoming edges adds to a tick of `stages` stages.
#[must_use]
pub fn vertex_work(row_entries: u64, stages: u64) -> u64 {
    NodeLoad {
        vertices: 1,
        row_entries,
        stages,
        devices: 0,
    }
    .work()
}
