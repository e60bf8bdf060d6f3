//! The sums over resonators that metrics of users ask for.

use bevy::prelude::*;

use crate::base::{ExactSum, PopulationId};
use crate::registry::part::guarded;
use crate::registry::stream::{AnyStream, Resonator, StreamSums, Streams};
use crate::registry::{Demand, DurableApp, Need};
use crate::tick::{After, NodeContext, TickSystems};

use super::observe::PlantRecords;
use super::plant::Plant;
use super::systems::take_records;

/// Adds the terms of every resonator here.
///
/// # Errors
/// When a metric panics.
pub fn observe_streams(
    at: Res<NodeContext>,
    demand: Res<Demand>,
    streams: Res<Streams>,
    plant: Res<Plant>,
    mut records: ResMut<PlantRecords>,
) -> Result {
    if !demand.needs(Need::Own, at.clock.tick + 1) {
        return Ok(());
    }
    let mut found: Vec<(PopulationId, StreamSums)> = Vec::new();
    for segment in plant.dense.segments() {
        let population = PopulationId(segment.population as u16);
        let known = found.iter().position(|(own, _)| *own == population);
        let place = known.unwrap_or_else(|| {
            let sums = vec![ExactSum::default(); streams.sums()];
            found.push((population, StreamSums { sums, count: 0 }));
            found.len() - 1
        });
        let total = &mut found[place].1;
        total.count += segment.slots.len() as u64;
        let mut first = 0;
        for (_, stream) in &streams.0 {
            let own = &mut total.sums[first..first + stream.sums()];
            first += own.len();
            guarded(stream.who(), || {
                add_all(
                    &plant,
                    (population, segment.slots.clone()),
                    stream.as_ref(),
                    own,
                );
            })?;
        }
    }
    records.streams = found;
    Ok(())
}

fn add_all(
    plant: &Plant,
    (population, slots): (PopulationId, std::ops::Range<usize>),
    stream: &dyn AnyStream,
    sums: &mut [ExactSum],
) {
    let mut terms = vec![0.0; sums.len()];
    for slot in slots {
        terms.fill(0.0);
        let resonator = Resonator {
            vertex: plant.ids()[slot],
            population,
            state: plant.state(slot),
            observable: plant.observable(slot),
            is_phase: plant.kind(slot).is_phase(),
        };
        stream.add(&resonator, &mut terms);
        for (sum, term) in sums.iter_mut().zip(&terms) {
            sum.add(*term);
        }
    }
}

/// Lets a World form the sums, where any are asked for.
pub fn set_up_streams(app: &mut App, streams: &Streams) {
    if streams.sums() > 0 {
        app.insert_resource(streams.clone()).local::<Streams>();
        let observe = observe_streams.in_set(TickSystems::Settle);
        app.add_systems(After, observe.after(take_records));
    }
}
