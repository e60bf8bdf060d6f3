//! A device of the program's catalog as a sensor.

use crate::base::Problems;
use crate::registry::part::{CustomSpec, Opening, guarded};
use crate::registry::site::PopulationRanges;

use super::kind::{DeviceFacts, DeviceFault, DeviceKind, DeviceOpening, Opened};

/// The most columns of a device of a user.
const COLUMNS_MAX: usize = 4096;

impl DeviceKind for CustomSpec {
    fn validate(&self, problems: &mut Problems, path: &str, facts: &DeviceFacts) {
        facts.sensors.check(problems, path, self);
    }

    fn count(&self, _: &PopulationRanges) -> Option<usize> {
        None
    }

    fn open(&self, opening: &mut DeviceOpening) -> Result<Opened, DeviceFault> {
        let read = |path: &str| opening.files.read(path);
        let own = Opening::new(opening.seed, opening.sensor, opening.tick_s).with_files(&read);
        let device = opening.sensors.open(self, own);
        let device = device.map_err(DeviceFault::whole)?;
        let who = format!("sensor {:?}", self.name);
        let columns = guarded(&who, || device.columns().len());
        let columns = columns.map_err(|error| DeviceFault::whole(error.to_string()))?;
        if !(1..=COLUMNS_MAX).contains(&columns) {
            return Err(DeviceFault::whole(format!(
                "{who} has {columns} columns, expected 1 … {COLUMNS_MAX}"
            )));
        }
        Ok(Opened::Owned(device))
    }

    fn custom_name(&self) -> Option<&str> {
        Some(&self.name)
    }
}
