//! Save and restore: everything durable of a run at a tick border, as sealed bytes.
//!
//! What is durable, the rooms have said as they built their Worlds ([`crate::registry::durable`]).

use serde::{Deserialize, Serialize};

use crate::base::snapshot::{open, seal};
use crate::base::{InputLog, InputRecord, TickClock};
use crate::cluster::HaloRoutes;
use crate::cluster::link::{collect_waiting, drop_waiting};
use crate::registry::durable::{DurableError, Durables, WorldImage};
use crate::scheduler::SchedulerState;
use crate::tick::NodeContext;

use super::simulation::{SimError, Simulation};

/// A run at a tick border.
#[derive(Serialize, Deserialize)]
pub(super) struct RunImage {
    scene: String,
    vertices: u64,
    clock: TickClock,
    #[serde(with = "crate::base::input::as_lines")]
    inputs: Vec<InputRecord>,
    nodes: Vec<WorldImage>,
    coordinator: WorldImage,
}

fn refused(error: &DurableError) -> SimError {
    SimError::Refused(error.to_string())
}

impl Simulation {
    /// Everything durable, as sealed bytes.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    pub fn snapshot(&mut self) -> Result<Vec<u8>, SimError> {
        let mut image = self.image(true)?;
        image.inputs = self.log.records().to_vec();
        seal(&image).map_err(|error| SimError::Refused(error.to_string()))
    }

    /// Goes back to a snapshot of a run of the same scene on the same number of nodes.
    ///
    /// # Errors
    /// When the bytes are not such a snapshot.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SimError> {
        let image: RunImage = open(bytes).map_err(|error| SimError::Refused(error.to_string()))?;
        let log = InputLog::from_records(image.inputs.clone());
        self.reinstate(&image)?;
        self.log = log;
        Ok(())
    }

    /// Everything durable but the input log, and, unless `bulk`, what frames keep otherwise.
    pub(super) fn image(&mut self, bulk: bool) -> Result<RunImage, SimError> {
        let nodes = self.nodes.iter_mut().map(|node| {
            // What waits in a link is state: it is put where it is saved and where the tick looks.
            collect_waiting(node.world_mut());
            Durables::save(node.world_mut(), bulk)
        });
        let nodes: Result<Vec<WorldImage>, _> = nodes.collect();
        let coordinator = Durables::save(self.coordinator.world_mut(), bulk);
        let scene = self.blueprint.scene();
        Ok(RunImage {
            scene: scene.name.clone(),
            vertices: scene.vertices() as u64,
            clock: self.clock,
            inputs: Vec::new(),
            nodes: nodes.map_err(|error| refused(&error))?,
            coordinator: coordinator.map_err(|error| refused(&error))?,
        })
    }

    /// Brings all Worlds to an image; the input log stays.
    pub(super) fn reinstate(&mut self, image: &RunImage) -> Result<(), SimError> {
        let models = self.blueprint.loaded.parts.models.clone();
        models.while_reading(|| self.reinstate_worlds(image))
    }

    fn reinstate_worlds(&mut self, image: &RunImage) -> Result<(), SimError> {
        let scene = self.blueprint.scene();
        if image.nodes.len() != self.nodes.len()
            || image.scene != scene.name
            || image.vertices != scene.vertices() as u64
        {
            return Err(SimError::Refused(format!(
                "the snapshot is of scene {:?} with {} vertices on {} nodes, expected {:?} with {} on {}",
                image.scene,
                image.vertices,
                image.nodes.len(),
                scene.name,
                scene.vertices(),
                self.nodes.len()
            )));
        }
        self.clock = image.clock;
        self.routes = HaloRoutes::default();
        self.reshaped();
        for (node, saved) in self.nodes.iter_mut().zip(&image.nodes) {
            let world = node.world_mut();
            drop_waiting(world);
            world.resource_mut::<NodeContext>().clock = image.clock;
            Durables::restore(world, saved).map_err(|error| refused(&error))?;
        }
        let world = self.coordinator.world_mut();
        world.resource_mut::<NodeContext>().clock = image.clock;
        Durables::restore(world, &image.coordinator).map_err(|error| refused(&error))?;
        self.relearn();
        self.settle_state(self.cluster().stop);
        Ok(())
    }

    /// Lets the scheduler learn the rows as they are now.
    pub(super) fn relearn(&mut self) {
        let nodes = self.nodes.iter_mut().map(|node| node.world_mut());
        let mut scheduler = self
            .coordinator
            .world_mut()
            .resource_mut::<SchedulerState>();
        scheduler.relearn(nodes);
    }
}
