//! Sampling on every node, and merging on the home node.

use std::collections::BTreeMap;

use bevy::prelude::*;

use crate::base::random::{KeyedRng, Purpose};
use crate::base::{ExactSum, Input, PopulationId};
use crate::field::FieldState;
use crate::resonator::{Plant, Population};
use crate::tick::{NodeContext, PendingInputs};

use super::channel::{
    ArrivedSamples, Channel, ChannelMemory, ChannelSource, CoverageTicks, HeldReading,
    LocalSamples, MergedSample, MergedSamples, ObserverMemory, ReadingTimes, SampleFragment,
    SamplePart, SensorFrame, merge,
};
use super::device::MountedDevice;
use super::fault::memory::{FaultPlace, pass_through};
use super::health::{Arrival, FrameHealth};

/// Takes readings that entered from outside.
pub fn ingest_readings(
    inputs: Res<PendingInputs>,
    mut channels: Query<(&Channel, &mut HeldReading, &mut ReadingTimes)>,
) {
    for (_, _, mut times) in &mut channels {
        times.is_new = false;
    }
    for input in &inputs.0 {
        let Input::Sample {
            channel,
            value,
            late_s,
        } = input
        else {
            continue;
        };
        for (own, mut held, mut times) in &mut channels {
            if own.index == *channel {
                held.0 = *value;
                times.is_new = true;
                times.jitter.see(*late_s);
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
    field: Res<FieldState>,
    channels: Query<(&Channel, Option<(&HeldReading, &ReadingTimes)>)>,
    mut devices: Query<&mut MountedDevice>,
    mut samples: ResMut<LocalSamples>,
) -> Result {
    let means = population_sums(&plant, channels.iter().map(|(own, _)| own));
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
                .and_then(|own| Some((*own.values.get(*column as usize)?, own.is_new)))
                .map(|(value, is_new)| new_or_held(value, is_new)),
            ChannelSource::Field(place) => {
                let is_home = at.home_of(channel.scope.index()) == at.node;
                is_home.then(|| SamplePart::Value(place.sense(&field)))
            }
            ChannelSource::External => held.map(|(held, times)| new_or_held(held.0, times.is_new)),
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

fn new_or_held(value: f64, is_new: bool) -> SamplePart {
    match is_new {
        true => SamplePart::Value(value),
        false => SamplePart::Held(value),
    }
}

/// Σ and count of the observable over each population that some channel averages.
fn population_sums<'a>(
    plant: &Plant,
    channels: impl Iterator<Item = &'a Channel>,
) -> Vec<(ExactSum, u64)> {
    let last = channels.filter_map(|own| match own.source {
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

/// The memory of a channel's faults, where it has one.
type Memories = (
    Option<&'static mut ChannelMemory>,
    Option<&'static mut ObserverMemory>,
);

/// Merges the fragments that arrived into one value for each channel, and adds the sensor's noise
/// and faults.
pub fn merge_samples(
    at: Res<NodeContext>,
    arrived: Res<ArrivedSamples>,
    mut channels: Query<(&Channel, Memories)>,
    mut merged: ResMut<MergedSamples>,
) {
    merged.0.clear();
    let Some(taken_at) = at.clock.tick.checked_sub(1) else {
        return;
    };
    // Channels mostly come in the order of their fragments, so the next one is where the last
    // ended.
    let (fragments, mut next) = (&arrived.0, 0);
    for (channel, memories) in &mut channels {
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
        let mut sample = merge(&fragments[from..next], taken_at);
        if channel.noise != 0.0 {
            let stream = u64::from(channel.index);
            let mut rng = KeyedRng::new(at.seed, Purpose::Sensor, stream, taken_at);
            sample.value += channel.noise * rng.normal();
        }
        if !channel.faults.is_empty() {
            let place = FaultPlace {
                channel: channel.index,
                tick: taken_at,
                time_s: at.clock.tick_s() * taken_at as f64,
                seed: at.seed,
            };
            let memory = match memories {
                (Some(own), _) => Some(&mut own.into_inner().0),
                (None, Some(own)) => Some(&mut own.into_inner().0),
                (None, None) => None,
            };
            sample = pass_through(&channel.faults, &place, memory, sample);
        }
        let channel = channel.index;
        merged.0.push(MergedSample { channel, sample });
    }
    if !merged.0.is_sorted_by_key(|own| own.channel) {
        merged.0.sort_by_key(|own| own.channel);
    }
}

/// Forms the frames of the populations that live here.
pub fn form_frames(
    at: Res<NodeContext>,
    merged: Res<MergedSamples>,
    channels: Query<&Channel>,
    readings: Query<(&Channel, &ReadingTimes)>,
    window: Res<CoverageTicks>,
    mut frames: Query<(&Population, &mut SensorFrame)>,
    mut scopes: Local<Vec<(u32, PopulationId)>>,
    mut samples: Local<Vec<(PopulationId, MergedSample)>>,
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
    samples.extend(merged.0.iter().filter_map(|own| {
        let at = scopes.binary_search_by_key(&own.channel, |(index, _)| *index);
        Some((scopes[at.ok()?].1, *own))
    }));
    samples.sort_by_key(|(scope, own)| (*scope, own.channel));
    let jitters = readings
        .iter()
        .map(|(own, times)| (own.index, times.jitter.estimate_s));
    let jitters: BTreeMap<u32, Option<f64>> = jitters.collect();
    for (population, mut frame) in &mut frames {
        let frame = &mut *frame;
        let from = samples.partition_point(|(scope, _)| *scope < population.id);
        let own = samples[from..].iter();
        let own = own.take_while(|(scope, _)| *scope == population.id);
        let own = own.map(|(_, own)| own);
        frame.channels.clear();
        frame.values.clear();
        for merged in own.clone() {
            frame.channels.push(merged.channel);
            frame.values.push(merged.sample.value);
        }
        frame.fresh = !frame.values.is_empty();
        if frame.fresh {
            frame.taken_at = at.clock.tick.saturating_sub(1);
            if frame.health.channels.len() != frame.values.len() {
                frame.health = FrameHealth::new(frame.values.len(), window.0);
            }
            frame.health.see(own.map(|merged| Arrival {
                value: merged.sample.value,
                taken: merged.sample.taken,
                jitter_s: jitters.get(&merged.channel).copied().flatten(),
            }));
        }
    }
}
