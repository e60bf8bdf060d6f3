//! The hardware abstraction of sensors.

use bevy::prelude::*;
use thiserror::Error;

use crate::base::Tick;

/// Why a device could not be opened.
#[derive(Debug, Error)]
pub enum DeviceError {
    /// A file could not be read.
    #[error("cannot read {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// A file holds something else than expected.
    #[error("{path}:{line}: {message}")]
    Content {
        /// The file.
        path: String,
        /// Line in it, from 1.
        line: u64,
        /// What was found and expected.
        message: String,
    },
}

/// A device with a fixed number of columns that is read once a tick.
///
/// A device that the simulation owns must be a function of the tick alone, so that a run can be
/// repeated. Others are read outside the loop and enter through the input log.
pub trait SensorDevice: Send + Sync {
    /// Names of the columns.
    fn columns(&self) -> Vec<String>;

    /// Reads all columns into `values`; NaN where there is no reading.
    fn read(&mut self, tick: Tick, time_s: f64, values: &mut [f64]);
}

/// A device that lives on this node, as the sensor with this number.
#[derive(Component)]
pub struct MountedDevice {
    /// Index of the sensor in the scene.
    pub sensor: u32,
    /// The device.
    pub device: Box<dyn SensorDevice>,
}
