//! The channels of a World as a scene begins, and the devices that live there.

use bevy::prelude::*;

use crate::registry::Site;
use crate::resonator::plugin::Adopt;
use crate::tick::{ApplyEdits, Before, TickSystems};

use super::channel::{
    Channel, ChannelMemory, ChannelSource, CoverageTicks, HeldReading, ObserverMemory, ReadingTimes,
};
use super::device::MountedDevice;
use super::fault::memory::remember;
use super::systems::{form_frames, ingest_readings, merge_samples, sense};

/// Puts all channels into a World, with the systems that it needs for them, and mounts the devices
/// of those that live there. `open` opens the device of a sensor by its number; it gives `None` for
/// one that the simulation does not own. Coverage is told over `window` ticks.
///
/// # Errors
/// Those of `open`.
pub fn set_up<E>(
    app: &mut App,
    channels: &[Channel],
    open: impl Fn(u32) -> Result<Option<MountedDevice>, E>,
    window: usize,
    site: &Site,
) -> Result<(), E> {
    let world = app.world_mut();
    world.insert_resource(CoverageTicks(window));
    let (mut mounted, mut held, mut merged) = (Vec::new(), false, site.is_first());
    for channel in channels {
        let mut entity = world.spawn(channel.clone());
        let remembers = remember(&channel.faults);
        if !site.is_home_of(channel.scope) {
            if remembers && channel.phi_unit.is_some() && site.is_first() {
                entity.insert(ObserverMemory::default());
            }
            continue;
        }
        if remembers {
            entity.insert(ChannelMemory::default());
        }
        merged = true;
        match channel.source {
            ChannelSource::External => {
                held = true;
                entity.insert((HeldReading(f64::NAN), ReadingTimes::default()));
            }
            ChannelSource::Device { sensor, .. } if !mounted.contains(&sensor) => {
                mounted.push(sensor);
            }
            _ => {}
        }
    }
    for sensor in mounted {
        if let Some(device) = open(sensor)? {
            world.spawn(device);
        }
    }
    if channels.is_empty() {
        return Ok(());
    }
    app.add_systems(Before, sense.in_set(TickSystems::Sense).after(Adopt));
    if held {
        // Frames are of the tick before, and so are the times of readings that they tell.
        let ingest = ingest_readings.in_set(TickSystems::Ingest);
        app.add_systems(Before, ingest.after(ApplyEdits).after(form_frames));
    }
    // The first node has the observer of Φ, which reads samples of all scopes.
    if merged {
        let merge = (merge_samples, form_frames).chain();
        app.add_systems(Before, merge.in_set(TickSystems::Ingest).after(ApplyEdits));
    }
    Ok(())
}
