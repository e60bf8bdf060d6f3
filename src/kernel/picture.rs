//! Pictures of the plant for measurements on its model, and the weights that raise Φ.

use bevy::prelude::*;

use crate::base::Input;
use crate::field::FieldState;
use crate::phi::maximise::maximise;
use crate::phi::picture::PlantPicture;
use crate::phi::settings::PhiSource;
use crate::phi::{PhiInput, PhiObserver};
use crate::resonator::components::FeltGain;
use crate::resonator::drive::{Driven, Populations, actuate_all};
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
            actuate_all(&mut plant, &acting, field, felt);
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

    /// The picture of this tick, when a measurement or the climb of weights is due.
    pub(super) fn due_picture(&mut self) -> Option<PlantPicture> {
        let phi = &self.blueprint.scene().phi;
        let tick = self.clock.tick;
        let measured = tick > 0 && tick.is_multiple_of(phi.period_ticks);
        let climbed = phi.maximise.as_ref().is_some_and(|m| m.at_tick == tick);
        let due = phi.source != PhiSource::Window && !phi.units.is_empty();
        (due && (measured || climbed)).then(|| self.portray())
    }

    /// The weights that raise Φ, as an input of this tick. It follows from the state, so it is not
    /// in the log.
    pub(super) fn tuned(&self, picture: Option<&PlantPicture>) -> Result<Option<Input>, SimError> {
        let phi = &self.blueprint.scene().phi;
        let Some((spec, picture)) = phi.maximise.as_ref().zip(picture) else {
            return Ok(None);
        };
        if spec.at_tick != self.clock.tick {
            return Ok(None);
        }
        let found = maximise(picture, &self.blueprint.units, &phi.settings(), spec)
            .map_err(|error| SimError::Refused(format!("phi.maximise: {error}")))?;
        let edges = found.edges.iter().map(|e| (e.source, e.target, e.weight));
        Ok(Some(Input::Tune {
            edges: edges.collect(),
            before: found.before,
            after: found.after,
        }))
    }

    /// Gives the observer of Φ the picture that it waits for.
    pub(super) fn show_picture(&mut self, picture: Option<PlantPicture>) {
        let units = &self.blueprint.units;
        let Some((picture, node)) = picture.zip(self.nodes.first_mut()) else {
            return;
        };
        let world = node.world_mut();
        let mut query = world.query::<&mut PhiObserver>();
        for mut observer in query.iter_mut(world) {
            if observer.wants_picture() {
                observer.show(PhiInput::Plant(Box::new(picture.clone()), units.clone()));
            }
        }
    }
}
