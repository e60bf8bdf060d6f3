//! Devices outside the simulation, and what may enter from there.

use std::time::Instant;

use crate::base::{Input, InputRecord, TickClock};
use crate::registry::{LiveParameters, check_edit};
use crate::scenario::judge::refuse_input;
use crate::scenario::{Blueprint, SceneError};
use crate::sensors::device::kind::Opened;
use crate::sensors::live::{LiveDevice, LiveMoment, LiveNews};
use crate::sensors::{Channel, ChannelSource};

/// The devices of a scene that the simulation does not own, and the wall clock that they are read
/// by.
#[derive(Default)]
pub struct Outside {
    devices: Vec<OutsideDevice>,
    /// A moment on the wall, and plant time then, s.
    begun: Option<(Instant, f64)>,
}

/// A device outside the simulation, with the first of its channels and their number.
struct OutsideDevice {
    device: Box<dyn LiveDevice>,
    first_channel: u32,
    columns: u32,
}

impl Outside {
    /// Those of a scene.
    ///
    /// # Errors
    /// When one cannot be opened.
    pub fn of(blueprint: &Blueprint) -> Result<Self, SceneError> {
        let mut devices = Vec::new();
        for sensor in 0..blueprint.scene().sensors.len() as u32 {
            let mut channels = blueprint.channels.iter();
            let first = channels.find(|own| own.sensor == sensor);
            let is_live = |own: &&Channel| own.source == ChannelSource::External;
            let Some(first) = first.filter(is_live) else {
                continue;
            };
            if let Opened::Live(device) = blueprint.open_device(sensor)? {
                devices.push(OutsideDevice {
                    first_channel: first.index,
                    columns: device.columns().len() as u32,
                    device,
                });
            }
        }
        let begun = None;
        Ok(Self { devices, begun })
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.devices.is_empty()
    }

    /// Plant time and wall time go together from the next reading on, as after a pause.
    pub fn wait(&mut self) {
        self.begun = None;
    }

    /// Reads all of them as a tick begins.
    pub fn read(&mut self, clock: &TickClock) -> Vec<InputRecord> {
        let (tick, time_s) = (clock.tick, clock.time_s());
        let (begun, start_s) = *self.begun.get_or_insert_with(|| (Instant::now(), time_s));
        let at = LiveMoment {
            tick,
            time_s,
            wall_s: start_s + begun.elapsed().as_secs_f64(),
        };
        let (mut records, mut news) = (Vec::new(), Vec::new());
        for own in &mut self.devices {
            own.device.read(&at, &mut news);
            for found in news.drain(..) {
                let input = match found {
                    LiveNews::Reading { column, .. } if column >= own.columns => continue,
                    LiveNews::Reading {
                        column,
                        value,
                        late_s,
                    } => Input::Sample {
                        channel: own.first_channel + column,
                        value,
                        late_s,
                    },
                    LiveNews::Remark(text) => Input::Remark {
                        channel: own.first_channel,
                        text,
                    },
                };
                records.push(InputRecord { tick, input });
            }
        }
        records
    }
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
        Input::Sample { channel, .. } | Input::Remark { channel, .. } => {
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
        Input::Acknowledge { rule } => blueprint.scene().safety.know(rule),
        Input::Tune { .. } => Err("weights that raise Φ are found by the run itself".to_owned()),
        Input::Write { .. }
        | Input::Move { .. }
        | Input::Kick { .. }
        | Input::Spare { .. }
        | Input::Regulate { .. }
        | Input::Stop => Ok(()),
    }
}
