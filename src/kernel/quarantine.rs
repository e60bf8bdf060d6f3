//! Quarantine at the border of a tick: `safety.on_non_finite: Quarantine`.
//!
//! The states before the plant moves are kept. When a state is no finite number afterwards, the
//! tick is taken back and run again stage by stage. The vertices that fail first, while everything
//! that they hear is finite, are held from then on in the state in which they began the tick, and
//! the tick begins anew. So nobody ever hears a number that is not finite, and the vertices that
//! are held are those where it came about.

use crate::base::{NodeId, Subject, VertexId};
use crate::resonator::Plant;
use crate::resonator::quarantine::Quarantine;
use crate::resonator::systems::Past;
use crate::safety::state::DueAlerts;
use crate::safety::{OnNonFinite, Rule, SafetyAlert, Severity};

use super::simulation::{SimError, Simulation};

/// The states of all nodes as a tick begins.
pub(super) struct Begun {
    states: Vec<[Vec<f64>; 2]>,
    past: Past,
}

impl Simulation {
    /// What is kept of the tick that begins, where the scene asks for quarantine.
    pub(super) fn keep_states(&self) -> Option<Begun> {
        let asked = self.blueprint.scene().safety.on_non_finite;
        (asked == OnNonFinite::Quarantine).then(|| Begun {
            states: self
                .nodes
                .iter()
                .map(|node| states_of(node.world().resource()))
                .collect(),
            past: self.coordinator.world().resource::<Past>().clone(),
        })
    }

    /// Takes the tick back and holds the vertices that fail, until none does.
    pub(super) fn contain(&mut self, begun: &Begun) -> Result<(), SimError> {
        // Each round holds one vertex more at least.
        while self
            .nodes
            .iter()
            .any(|node| !is_finite(node.world().resource()))
        {
            self.take_back(begun);
            let failed = match self.broken() {
                // They began the tick so, by a write from outside.
                found if !found.is_empty() => found,
                _ => self.first_to_fail()?,
            };
            if failed.is_empty() {
                // Alone and stage by stage nothing fails: nothing is to be held.
                return Ok(());
            }
            self.hold(failed, begun);
            self.take_back(begun);
            self.stage_by_stage(false, |_| false)?;
        }
        Ok(())
    }

    fn take_back(&mut self, begun: &Begun) {
        for (node, [first, second]) in self.nodes.iter_mut().zip(&begun.states) {
            let world = node.world_mut();
            let quarantine = world.resource::<Quarantine>().clone();
            let mut plant = world.resource_mut::<Plant>();
            plant.dense.restore(first, second);
            quarantine.hold(&mut plant);
        }
        *self.coordinator.world_mut().resource_mut::<Past>() = begun.past.clone();
    }

    /// The vertices of the first stage after which a state is no finite number.
    fn first_to_fail(&mut self) -> Result<Vec<VertexId>, SimError> {
        let mut failed = Vec::new();
        self.stage_by_stage(false, |own| {
            failed = own.broken();
            !failed.is_empty()
        })?;
        Ok(failed)
    }

    /// Vertices whose state, or what they show, is no finite number.
    fn broken(&self) -> Vec<VertexId> {
        let mut found = Vec::new();
        for node in &self.nodes {
            let plant = node.world().resource::<Plant>();
            for (slot, vertex) in plant.ids().iter().enumerate() {
                let numbers = plant.state(slot).into_iter().chain(plant.dense.shown(slot));
                if numbers.into_iter().any(|x| !x.is_finite()) {
                    found.push(*vertex);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Holds vertices in the states in which they began the tick, or at rest where those are no
    /// finite numbers, and tells of it.
    fn hold(&mut self, vertices: Vec<VertexId>, begun: &Begun) {
        let mut held = Vec::new();
        for (node, [first, second]) in self.nodes.iter().zip(&begun.states) {
            let plant = node.world().resource::<Plant>();
            for vertex in &vertices {
                if let Some(slot) = plant.slot_of(*vertex) {
                    let second = second.get(slot).copied().unwrap_or(0.0);
                    let state = [first[slot], second];
                    let finite = state.iter().all(|x| x.is_finite());
                    held.push((*vertex, if finite { state } else { [0.0; 2] }));
                }
            }
        }
        held.sort_unstable_by_key(|(vertex, _)| *vertex);
        for world in self.nodes.iter_mut() {
            let mut own = world.world_mut().resource_mut::<Quarantine>();
            own.0.extend(&held);
            own.0.sort_unstable_by_key(|(vertex, _)| *vertex);
        }
        let (tick, node) = (self.clock.tick, NodeId(self.nodes.len() as u16));
        let told = held.into_iter().map(|(vertex, [x, y])| SafetyAlert {
            rule: Rule::Quarantine,
            severity: Severity::Warning,
            subject: Subject::Vertex(vertex),
            value: f64::NAN,
            limit: f64::MAX,
            action: format!("held at ({x}, {y}) for good; its neighbours hear this state"),
            tick,
            node,
        });
        let mut due = self.coordinator.world_mut().resource_mut::<DueAlerts>();
        due.0.extend(told);
    }
}

fn states_of(plant: &Plant) -> [Vec<f64>; 2] {
    [plant.dense.first().to_vec(), plant.dense.second().to_vec()]
}

fn is_finite(plant: &Plant) -> bool {
    let segments = plant.dense.segments().iter();
    let mut peaks = segments.flat_map(|own| plant.dense.peaks(own.slots.clone()));
    peaks.all(f64::is_finite)
}
