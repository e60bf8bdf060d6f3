//! Pictures of the plant for measurements on its model, and the weights that raise Φ.

use bevy::prelude::*;

use crate::base::{Input, Subject, Tick};
use crate::field::FieldState;
use crate::phi::maximise::maximise;
use crate::phi::measure::refused_by_size;
use crate::phi::picture::{PlantPicture, PlantSize, tick_stages};
use crate::phi::settings::PhiSource;
use crate::phi::{PhiInput, PhiObserver};
use crate::record::{EventKind, EventRecord};
use crate::resonator::components::FeltGain;
use crate::resonator::drive::{Driven, Forces, Populations, actuate_all};
use crate::resonator::systems::PlantSettings;

use super::simulation::{SimError, Simulation};

impl Simulation {
    /// The plant at the start of this tick: states and rows of all nodes, and the parameters,
    /// drives and field that acted last.
    pub fn portray(&mut self) -> PlantPicture {
        let images = self.vertex_images();
        let settings = self.plant_settings();
        let mut plant = PlantPicture::gather(&images, settings.noise_kind, settings.isa);
        // Populations, field and gain are the same on every node.
        if let Some(node) = self.nodes.first_mut() {
            let world = node.world_mut();
            let mut query = world.query::<Driven>();
            let acting = Populations::of(query.iter(world));
            let field = world.resource::<FieldState>();
            let felt = world.resource::<FeltGain>().0;
            let forces = world.resource::<Forces>();
            let pushing = forces.0.now(self.clock.time_s(), self.clock.tick_s());
            actuate_all(&mut plant, &acting, field, felt, &pushing);
        }
        let scene = self.blueprint.scene();
        PlantPicture {
            images,
            acting: plant
                .dense
                .segments()
                .iter()
                .map(|own| own.acting.clone())
                .collect(),
            integrator: settings.integrator,
            tolerance: settings.tolerance,
            noise_kind: settings.noise_kind,
            isa: settings.isa,
            tick: self.clock.tick,
            dt_s: scene.clock.dt_s,
            substeps: scene.clock.substeps,
            seed: scene.seed,
        }
    }

    pub(super) fn plant_settings(&self) -> PlantSettings {
        let node = self.nodes.first();
        node.map_or_else(PlantSettings::default, |node| {
            *node.world().resource::<PlantSettings>()
        })
    }

    /// The picture of this tick, when the climb of weights or a measurement that can be done needs
    /// it.
    pub(super) fn due_picture(&mut self) -> Option<PlantPicture> {
        let phi = &self.blueprint.scene().phi;
        let (source, tick) = (phi.source, self.clock.tick);
        if source == PhiSource::Window || phi.units.is_empty() {
            return None;
        }
        let climbed = phi.maximise.as_ref().is_some_and(|m| m.at_tick == tick);
        let needed = climbed || (self.observer_wants(tick) && !self.is_beyond_measure());
        needed.then(|| self.portray())
    }

    /// Whether the observer of Φ will want a picture in this tick.
    fn observer_wants(&mut self, tick: Tick) -> bool {
        let Some(node) = self.nodes.first_mut() else {
            return false;
        };
        let world = node.world_mut();
        let mut query = world.query::<&PhiObserver>();
        query.iter(world).any(|own| own.will_want_picture(tick))
    }

    /// Whether the plant is too large to be measured, whatever its state: a picture would be for
    /// nothing.
    fn is_beyond_measure(&self) -> bool {
        let settings = &self.blueprint.scene().phi;
        let units = self.blueprint.units.len();
        refused_by_size(settings, self.plant_size(), units, 1).is_some()
    }

    /// What is known of the plant's size without a look at it. Edges come and go: none are counted.
    fn plant_size(&self) -> PlantSize {
        let scene = self.blueprint.scene();
        let variables = scene.populations.iter().map(|own| {
            let each = if own.model.has_second() { 2 } else { 1 };
            each * own.count as u64
        });
        PlantSize {
            variables: variables.sum(),
            vertices: scene.vertices() as u64,
            row_entries: 0,
            tick_stages: tick_stages(scene.dynamics.integrator, scene.clock.substeps),
        }
    }

    /// The weights that raise Φ, as an input of this tick. It follows from the state, so it is not
    /// in the log. Where there are none to be found, an event says why.
    pub(super) fn tuned(
        &mut self,
        picture: Option<&PlantPicture>,
    ) -> Result<Option<Input>, SimError> {
        let phi = &self.blueprint.scene().phi;
        let Some((spec, picture)) = phi.maximise.as_ref().zip(picture) else {
            return Ok(None);
        };
        if spec.at_tick != self.clock.tick {
            return Ok(None);
        }
        let (units, stop) = (&self.blueprint.units, || self.cancel.is_requested());
        let found = match maximise(picture, units, phi, spec, &stop) {
            Ok(found) => found,
            Err(error) => {
                self.heed_cancel()?;
                let event = EventRecord {
                    tick: self.clock.tick,
                    t_s: self.clock.time_s(),
                    about: Subject::Cluster,
                    name: None,
                    data: EventKind::PhiRefused {
                        taken_at: self.clock.tick,
                    },
                    cause: "phi.maximise".to_owned(),
                    action: format!("maximise not done: {error}"),
                };
                self.records_mut().events.push(event);
                return Ok(None);
            }
        };
        let edges = found.edges.iter().map(|e| (e.source, e.target, e.weight));
        Ok(Some(Input::Tune {
            edges: edges.collect(),
            before: found.before,
            after: found.after,
        }))
    }

    /// Gives the observer of Φ the picture that it waits for, or the size of a plant beyond
    /// measure.
    pub(super) fn show_picture(&mut self, mut picture: Option<PlantPicture>) {
        let units = &self.blueprint.units;
        if self.scene().phi.source == PhiSource::Window || units.is_empty() {
            return;
        }
        let size = self.plant_size();
        let Some(node) = self.nodes.first_mut() else {
            return;
        };
        let world = node.world_mut();
        let mut query = world.query::<&mut PhiObserver>();
        // There is one observer, on the home of the cluster.
        for mut observer in query.iter_mut(world) {
            if observer.wants_picture() {
                let input = match picture.take() {
                    Some(picture) => PhiInput::Plant(Box::new(picture), units.clone()),
                    None => PhiInput::Beyond(size, units.len()),
                };
                observer.show(input, &self.cancel);
            }
        }
    }
}
