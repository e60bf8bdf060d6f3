//! The channels of a World as a scene begins, and the devices that live there.

use bevy::prelude::*;

use crate::registry::Site;

use super::channel::{Channel, ChannelSource, HeldReading};
use super::device::{MountedDevice, SensorDevice};

/// Puts all channels into a World, and mounts the devices of those that live there. `open` opens the
/// device of a sensor by its number; it gives `None` for one that the simulation does not own.
///
/// # Errors
/// Those of `open`.
pub fn set_up<E>(
    world: &mut World,
    channels: &[Channel],
    open: impl Fn(usize) -> Result<Option<Box<dyn SensorDevice>>, E>,
    site: &Site,
) -> Result<(), E> {
    let mut mounted = Vec::new();
    for channel in channels {
        let mut entity = world.spawn(channel.clone());
        if !site.is_home_of(channel.scope) {
            continue;
        }
        match channel.source {
            ChannelSource::External => {
                entity.insert(HeldReading(f64::NAN));
            }
            ChannelSource::Device { sensor, .. } if !mounted.contains(&sensor) => {
                mounted.push(sensor);
            }
            _ => {}
        }
    }
    for sensor in mounted {
        if let Some(device) = open(sensor as usize)? {
            world.spawn(MountedDevice { sensor, device });
        }
    }
    Ok(())
}
