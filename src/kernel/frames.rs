//! Frames: a run at a tick border, kept in memory so that it can be gone back to.
//!
//! Frames of one run share what does not move (rows and parameters) for as long as it does not, so
//! a frame costs little more than the states and windows that it holds.

use std::sync::Arc;

use crate::base::{Digest, Tick};
use crate::record::RunCounts;
use crate::resonator::durable::{respawn, vertex_images};
use crate::resonator::systems::PlantEpoch;
use crate::resonator::{Plant, VertexImage};

use super::simulation::{SimError, Simulation};
use super::snapshot::RunImage;

/// The vertices of all nodes, shared by frames for as long as their rows and parameters stand.
struct Shape {
    key: (Vec<u64>, u64),
    nodes: Vec<Vec<VertexImage>>,
}

/// A run at a tick border.
#[derive(Clone)]
pub struct Frame {
    tick: Tick,
    digest: Digest,
    counts: RunCounts,
    shape: Arc<Shape>,
    states: Arc<[Vec<[f64; 2]>]>,
    rest: Arc<[u8]>,
    bytes: usize,
}

impl Frame {
    /// The tick it was taken at.
    #[must_use]
    pub fn tick(&self) -> Tick {
        self.tick
    }

    /// The digest of the run there.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether nobody else holds it.
    #[must_use]
    pub fn is_sole(&self) -> bool {
        Arc::strong_count(&self.rest) == 1
    }

    /// Memory that it takes, with what it shares counted where it was made.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Simulation {
    /// Takes a frame; `last` is one taken earlier of the same run, to share with.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    pub fn frame(&mut self, last: Option<&Frame>) -> Result<Frame, SimError> {
        let epochs = self
            .nodes
            .iter()
            .map(|node| node.world().resource::<PlantEpoch>().0);
        let key = (epochs.collect(), self.shape);
        let populations = &self.scene().populations;
        let plastic = populations.iter().any(|own| own.plasticity.is_some());
        let alone = self.extended || plastic;
        let shared = last.filter(|frame| frame.shape.key == key && !alone);
        let mut own = 0;
        let (shape, states): (_, Vec<Vec<[f64; 2]>>) = match shared {
            Some(frame) => {
                let states = self.nodes.iter().map(|node| {
                    let plant = node.world().resource::<Plant>();
                    plant.slots().map(|slot| plant.state(slot)).collect()
                });
                (frame.shape.clone(), states.collect())
            }
            None => {
                let nodes = self.nodes.iter_mut();
                let nodes: Vec<_> = nodes.map(|n| vertex_images(n.world_mut())).collect();
                let vertices = nodes.iter().flatten();
                own = vertices.map(size_of_image).sum();
                let states = nodes.iter().map(|list| list.iter().map(state_of).collect());
                let states = states.collect();
                (Arc::new(Shape { key, nodes }), states)
            }
        };
        let image = self.image(false)?;
        let rest =
            postcard::to_stdvec(&image).map_err(|error| SimError::Refused(error.to_string()))?;
        let vertices: usize = states.iter().map(Vec::len).sum();
        Ok(Frame {
            tick: self.clock.tick,
            digest: self.digest(),
            counts: self.records_mut().counts,
            bytes: own + rest.len() + vertices * size_of::<[f64; 2]>(),
            shape,
            states: states.into(),
            rest: rest.into(),
        })
    }

    /// Goes to a frame of this run. The input log stays, and the run is paused.
    ///
    /// # Errors
    /// When the frame is of another run.
    pub fn go_to(&mut self, frame: &Frame) -> Result<(), SimError> {
        let image: RunImage = postcard::from_bytes(&frame.rest)
            .map_err(|error| SimError::Refused(error.to_string()))?;
        self.reinstate(&image)?;
        let lists = frame.shape.nodes.iter().zip(frame.states.iter());
        for (node, (vertices, states)) in self.nodes.iter_mut().zip(lists) {
            let mut vertices = vertices.clone();
            for (vertex, state) in vertices.iter_mut().zip(states) {
                vertex.model.set_state(*state);
            }
            respawn(node.world_mut(), vertices);
        }
        self.relearn();
        let mut records = self.records_mut();
        records.rows.clear();
        records.events.clear();
        records.commands.clear();
        records.counts = frame.counts;
        Ok(())
    }
}

fn state_of(image: &VertexImage) -> [f64; 2] {
    image.model.state()
}

fn size_of_image(image: &VertexImage) -> usize {
    size_of::<VertexImage>() + image.row.bytes()
}
