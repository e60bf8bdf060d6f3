//! Sensors of a scene → devices and channels.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::sensors::Channel;
use crate::sensors::device::kind::{DeviceFiles, DeviceOpening, Opened};

use super::inputs::{Claim, Inputs};
use super::load::LoadedScene;
use super::report::SceneError;
use super::trouble::trouble;

/// The files of a scene, noting what was read.
struct NotedFiles<'a> {
    loaded: &'a LoadedScene,
    inputs: &'a mut Inputs,
    claims: RefCell<BTreeMap<String, Claim>>,
}

impl DeviceFiles for NotedFiles<'_> {
    fn read(&self, path: &str) -> Result<(String, Vec<u8>), String> {
        let (file, bytes) = self.loaded.files.read(path)?;
        let claim = self.inputs.claim(path, &bytes);
        self.claims.borrow_mut().insert(path.to_owned(), claim);
        Ok((file, bytes))
    }

    fn tell(&mut self, path: &str, read_as: &str, notes: &[String]) {
        if let Some(claim) = self.claims.get_mut().remove(path) {
            self.inputs.add(claim, read_as, notes);
        }
    }
}

/// Opens the device of sensor number `sensor`.
///
/// # Errors
/// When a file cannot be read, or a device of a user refuses its parameters.
pub fn open_device(
    loaded: &LoadedScene,
    sensor: usize,
    inputs: &mut Inputs,
) -> Result<Opened, SceneError> {
    let clock = &loaded.scene.clock;
    let mut files = NotedFiles {
        loaded,
        inputs,
        claims: RefCell::default(),
    };
    let mut opening = DeviceOpening {
        seed: loaded.scene.seed,
        sensor: sensor as u32,
        tick_s: clock.dt_s * f64::from(clock.substeps),
        populations: &loaded.scene.ranges(),
        sensors: &loaded.parts.sensors,
        files: &mut files,
    };
    let opened = loaded.scene.sensors[sensor]
        .device
        .kind()
        .open(&mut opening);
    opened.map_err(|fault| {
        let mut place = format!("sensors[{sensor}].device");
        if !fault.field.is_empty() {
            place = format!("{place}.{}", fault.field);
        }
        trouble(loaded, &place, &fault.message)
    })
}

/// The channels of all sensors.
///
/// # Errors
/// As [`open_device`].
pub fn open_channels(
    loaded: &LoadedScene,
    inputs: &mut Inputs,
) -> Result<Vec<Channel>, SceneError> {
    let ranges = loaded.scene.ranges();
    let mut channels: Vec<Channel> = Vec::new();
    for (sensor, spec) in loaded.scene.sensors.iter().enumerate() {
        let opened = open_device(loaded, sensor, inputs)?;
        let numbers = (channels.len() as u32, sensor as u32);
        channels.extend(spec.channels(numbers, opened, &ranges));
    }
    Ok(channels)
}
