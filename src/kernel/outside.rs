//! Devices outside the simulation, and what may enter from there.

use crate::base::{Input, InputRecord, TickClock};
use crate::registry::{LiveParameters, check_edit};
use crate::scenario::Blueprint;
use crate::scenario::judge::refuse_input;
use crate::sensors::device::SensorDevice;
use crate::sensors::host::Host;
use crate::sensors::{ChannelSource, DeviceSpec};

/// A device outside the simulation, with the first of its channels.
pub struct OutsideDevice {
    device: Box<dyn SensorDevice>,
    first_channel: u32,
    period_ticks: u64,
}

impl OutsideDevice {
    /// Reads the device when it is due.
    pub fn read(&mut self, clock: &TickClock, records: &mut Vec<InputRecord>) {
        if !clock.tick.is_multiple_of(self.period_ticks) {
            return;
        }
        let mut values = vec![f64::NAN; self.device.columns().len()];
        self.device.read(clock.tick, clock.time_s(), &mut values);
        for (channel, value) in (self.first_channel..).zip(values) {
            let input = Input::Sample { channel, value };
            records.push(InputRecord {
                tick: clock.tick,
                input,
            });
        }
    }
}

/// The devices of a scene that the simulation does not own.
#[must_use]
pub fn outside_devices(blueprint: &Blueprint) -> Vec<OutsideDevice> {
    let scene = blueprint.scene();
    let mut list = Vec::new();
    for (spec, sensor) in scene.sensors.iter().zip(0..) {
        let DeviceSpec::Host {
            readings,
            period_ticks,
        } = &spec.device
        else {
            continue;
        };
        let first = blueprint
            .channels
            .iter()
            .find(|c| c.source == ChannelSource::External && c.sensor == sensor);
        if let Some(first) = first {
            list.push(OutsideDevice {
                device: Box::new(Host::open(readings)),
                first_channel: first.index,
                period_ticks: *period_ticks,
            });
        }
    }
    list
}

/// Judges an input: what was expected, when it does not fit the run.
///
/// # Errors
/// With a sentence that says what was expected.
pub fn check_input(
    blueprint: &Blueprint,
    parameters: &LiveParameters,
    input: &Input,
) -> Result<(), String> {
    refuse_input(blueprint.scene(), input).map_err(|(_, message)| message)?;
    match input {
        Input::Set { path, value } => check_edit(parameters, path, *value),
        Input::Sample { channel, .. } => {
            let channels = blueprint.channels.len();
            if (*channel as usize) < channels {
                Ok(())
            } else {
                Err(format!(
                    "found channel {channel}, expected one of {channels}"
                ))
            }
        }
        Input::Edge { source, target, .. } => {
            let steps = blueprint.delay_rule.steps(source.index(), target.index());
            let longest = blueprint.delay_line.longest();
            if steps <= longest {
                Ok(())
            } else {
                Err(format!(
                    "it would be heard {steps} integrator steps late, expected at most {longest}, the \
                     longest delay of the scene"
                ))
            }
        }
        Input::Tune { .. } => Err("weights that raise Φ are found by the run itself".to_owned()),
        Input::Write { .. }
        | Input::Move { .. }
        | Input::Kick { .. }
        | Input::Spare { .. }
        | Input::Stop => Ok(()),
    }
}
