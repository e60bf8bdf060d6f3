//! The resonators of a World as a scene begins.

use std::sync::Arc;

use bevy::prelude::*;

use crate::base::isa::Isa;
use crate::base::{NodeId, PopulationId};
use crate::field::{Drive, FieldEngine, FieldKind, FieldSpec, FieldState};
use crate::registry::{Demand, Need, Site};
use crate::tick::{After, TickSystems};

use super::components::{Amplitude, FeltGain, MeanField, Phase, PlantParameters, Population};
use super::delay_line::DelayRule;
use super::drive::Forces;
use super::dynamics_spec::DynamicsSpec;
use super::forces::{ForceSet, ForceSpec};
use super::image::VertexImage;
use super::observe::observe_rates;
use super::plasticity::{PlasticityRules, scatter_rows};
use super::spec::PopulationSpec;
use super::states::scatter;
use super::systems::{FieldListens, NewDelays, PlantSettings, take_records};

/// What a scene says of the resonators.
#[derive(Clone, Copy)]
pub struct PlantSetup<'a> {
    /// Its populations.
    pub populations: &'a [PopulationSpec],
    /// How they move.
    pub dynamics: &'a DynamicsSpec,
    /// The field that they are in.
    pub field: &'a FieldSpec,
    /// How late edges are heard that come later.
    pub delays: &'a Arc<DelayRule>,
    /// What acts from outside.
    pub forces: &'a [ForceSpec],
    /// The instruction set of the kernels.
    pub isa: Isa,
}

/// Puts rules, field and populations into a World; a population is a replica on every node.
pub fn set_up(app: &mut App, plant: PlantSetup, site: &Site) {
    set_up_observation(app, plant.populations);
    let world = app.world_mut();
    let PlantSetup {
        populations,
        dynamics,
        field,
        delays,
        forces,
        isa,
    } = plant;
    world.insert_resource(Forces(ForceSet::new(forces, &site.populations)));
    let counts = populations.iter().map(|own| own.count as u64);
    world.insert_resource(PlantSettings {
        integrator: dynamics.integrator,
        tolerance: dynamics.tolerance(),
        order: dynamics.order,
        noise_kind: dynamics.noise,
        isa,
        populations: populations.len() + 1,
        vertices: counts.sum(),
        has_field: field.kind != FieldKind::Off,
        feeds_mean: field.kind.needs_mean_phase(),
    });
    let rules = populations.iter().map(|own| own.plasticity);
    let rules = std::iter::once(None).chain(rules);
    world.insert_resource(PlasticityRules(rules.collect()));
    world.insert_resource(NewDelays(delays.clone()));
    world.insert_resource(FeltGain(field.felt_gain));
    let engine = FieldEngine::new(field, site.context.clock.tick_s());
    let listens = engine.as_ref().is_some_and(|(own, _)| own.listens());
    world.insert_resource(FieldListens(listens));
    let at_rest = || FieldState::at_rest(field.kind.basis(), field.kind.modes());
    world.insert_resource(engine.map_or_else(at_rest, |(_, state)| state));
    world.spawn(population(
        PopulationId::CLUSTER,
        "cluster",
        PlantParameters::default(),
        MeanField::new(Vec::new()),
    ));
    for (k, spec) in populations.iter().enumerate() {
        let parameters = PlantParameters {
            coupling: spec.coupling,
            noise: spec.noise,
        };
        let felt = spec.mean_field.iter().filter_map(|mean| {
            let of = PopulationId(site.populations.position(&mean.of)? as u16 + 1);
            Some((of, mean.strength))
        });
        let means = MeanField::new(felt.collect());
        let id = PopulationId(k as u16 + 1);
        world.spawn(population(id, &spec.name, parameters, means));
    }
}

/// Adds the systems that only some scenes need: rates that somebody asks for, weights that adapt.
fn set_up_observation(app: &mut App, populations: &[PopulationSpec]) {
    if app.world().resource::<Demand>().may_need(Need::Rates) {
        let rates = (observe_rates::<Phase>, observe_rates::<Amplitude>).chain();
        app.add_systems(After, rates.in_set(TickSystems::Settle).before(scatter));
    }
    if populations.iter().any(|own| own.plasticity.is_some()) {
        let rows = scatter_rows.after(scatter).before(take_records);
        app.add_systems(After, rows.in_set(TickSystems::Settle));
    }
}

fn population(
    id: PopulationId,
    name: &str,
    parameters: PlantParameters,
    means: MeanField,
) -> impl Bundle + use<> {
    let name = name.to_owned();
    (Population { id, name }, parameters, Drive::default(), means)
}

/// Spawns the vertices that are placed on a node; their rows are taken out of the list.
pub fn spawn_vertices(
    world: &mut World,
    vertices: &mut [VertexImage],
    placement: &[NodeId],
    node: NodeId,
) {
    for (image, owner) in vertices.iter_mut().zip(placement) {
        if *owner == node {
            let own = VertexImage {
                row: std::mem::take(&mut image.row),
                delays: std::mem::take(&mut image.delays),
                ..image.clone()
            };
            own.spawn(world);
        }
    }
}
