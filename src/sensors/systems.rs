//! Sampling on every node, and merging on the home node.

use bevy::prelude::*;

use crate::base::random::{KeyedRng, Purpose};
use crate::base::{ExactSum, Input, PopulationId};
use crate::resonator::{Plant, Population};
use crate::tick::{NodeContext, PendingInputs};

use super::channel::{
    ArrivedSamples, Channel, ChannelSource, HeldReading, LocalSamples, MergedSamples,
    SampleFragment, SamplePart, SensorFrame, merge,
};
use super::device::MountedDevice;

/// Takes readings that entered from outside.
pub fn ingest_readings(
    inputs: Res<PendingInputs>,
    mut channels: Query<(&Channel, &mut HeldReading)>,
) {
    for input in &inputs.0 {
        let Input::Sample { channel, value } = input else {
            continue;
        };
        for (own, mut held) in &mut channels {
            if own.index == *channel {
                held.0 = *value;
            }
        }
    }
}

/// Samples what this node holds of every channel.
///
/// # Errors
/// When a device of a user fails.
pub fn sense(
    plant: Res<Plant>,
    at: Res<NodeContext>,
    channels: Query<(&Channel, Option<&HeldReading>)>,
    mut devices: Query<&mut MountedDevice>,
    mut samples: ResMut<LocalSamples>,
) -> Result {
    let means = population_sums(&plant, &channels);
    for mut mounted in &mut devices {
        mounted.read(at.clock.tick, at.clock.time_s())?;
    }
    samples.0.clear();
    for (channel, held) in &channels {
        let part = match &channel.source {
            ChannelSource::Vertex(vertex) => plant
                .slot_of(*vertex)
                .map(|slot| SamplePart::Value(plant.observable(slot))),
            ChannelSource::Mean(population) => {
                let (sum, count) = &means[population.index()];
                (*count > 0).then(|| SamplePart::Sum(sum.clone(), *count))
            }
            ChannelSource::Device { sensor, column } => devices
                .iter()
                .find(|own| own.sensor == *sensor)
                .and_then(|own| own.values.get(*column as usize))
                .map(|value| SamplePart::Value(*value)),
            ChannelSource::External => held.map(|held| SamplePart::Value(held.0)),
        };
        if let Some(part) = part {
            samples.0.push(SampleFragment {
                channel: channel.index,
                part,
            });
        }
    }
    if !samples.0.is_sorted_by_key(|own| own.channel) {
        samples.0.sort_by_key(|own| own.channel);
    }
    Ok(())
}

/// Σ and count of the observable over each population that some channel averages.
fn population_sums(
    plant: &Plant,
    channels: &Query<(&Channel, Option<&HeldReading>)>,
) -> Vec<(ExactSum, u64)> {
    let last = channels.iter().filter_map(|(c, _)| match c.source {
        ChannelSource::Mean(population) => Some(population.index() + 1),
        _ => None,
    });
    let mut sums = vec![(ExactSum::default(), 0); last.max().unwrap_or(0)];
    if sums.is_empty() {
        return sums;
    }
    for segment in plant.dense.segments() {
        if let Some((sum, count)) = sums.get_mut(segment.population) {
            plant.observe(segment, |_, observed| sum.add(observed));
            *count += segment.slots.len() as u64;
        }
    }
    sums
}

/// Merges the fragments that arrived into one value for each channel, and adds the sensor's noise.
pub fn merge_samples(
    at: Res<NodeContext>,
    arrived: Res<ArrivedSamples>,
    channels: Query<&Channel>,
    mut merged: ResMut<MergedSamples>,
) {
    merged.0.clear();
    let Some(taken_at) = at.clock.tick.checked_sub(1) else {
        return;
    };
    // Channels mostly come in the order of their fragments, so the next one is where the last
    // ended.
    let (fragments, mut next) = (&arrived.0, 0);
    for channel in &channels {
        let is_next = |own: &SampleFragment| own.channel == channel.index;
        let from = match fragments.get(next).is_some_and(is_next) {
            true => next,
            false => fragments.partition_point(|f| f.channel < channel.index),
        };
        let count = fragments[from..]
            .iter()
            .take_while(|own| is_next(own))
            .count();
        if count == 0 {
            continue;
        }
        next = from + count;
        let mut value = merge(&fragments[from..next]);
        if channel.noise != 0.0 {
            let stream = u64::from(channel.index);
            let mut rng = KeyedRng::new(at.seed, Purpose::Sensor, stream, taken_at);
            value += channel.noise * rng.normal();
        }
        merged.0.push((channel.index, value));
    }
    if !merged.0.is_sorted_by_key(|(channel, _)| *channel) {
        merged.0.sort_by_key(|(channel, _)| *channel);
    }
}

/// Forms the frames of the populations that live here.
pub fn form_frames(
    merged: Res<MergedSamples>,
    channels: Query<&Channel>,
    mut frames: Query<(&Population, &mut SensorFrame)>,
    mut scopes: Local<Vec<(u32, PopulationId)>>,
    mut samples: Local<Vec<(PopulationId, u32, f64)>>,
) {
    if frames.is_empty() {
        return;
    }
    if scopes.len() != channels.count() {
        scopes.clear();
        scopes.extend(channels.iter().map(|c| (c.index, c.scope)));
        scopes.sort_unstable();
    }
    // By scope, and by channel within each.
    samples.clear();
    samples.extend(merged.0.iter().filter_map(|(channel, value)| {
        let at = scopes.binary_search_by_key(channel, |(index, _)| *index);
        Some((scopes[at.ok()?].1, *channel, *value))
    }));
    samples.sort_by_key(|(scope, channel, _)| (*scope, *channel));
    for (population, mut frame) in &mut frames {
        let from = samples.partition_point(|(scope, ..)| *scope < population.id);
        let own = samples[from..].iter();
        let own = own.take_while(|(scope, ..)| *scope == population.id);
        frame.channels.clear();
        frame.values.clear();
        for (_, channel, value) in own {
            frame.channels.push(*channel);
            frame.values.push(*value);
        }
        frame.fresh = !frame.values.is_empty();
    }
}
