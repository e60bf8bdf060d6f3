//! The machine that runs the simulation as a sensor. Its readings are inputs, not state.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sysinfo::{Components, System};

use crate::base::Tick;

use super::device::SensorDevice;

/// What can be read of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum HostReading {
    /// Share of processor time in use since the last reading, 0 … 1.
    CpuLoad,
    /// Share of memory in use, 0 … 1.
    MemoryUsed,
    /// Hottest reported temperature, °C; many machines report none.
    Temperature,
}

/// Reads the host.
pub struct Host {
    readings: Vec<HostReading>,
    system: Option<System>,
    components: Option<Components>,
}

impl Host {
    /// Opens the host's sensors.
    #[must_use]
    pub fn open(readings: &[HostReading]) -> Self {
        Self {
            readings: readings.to_vec(),
            system: System::new().ok(),
            components: Components::new_with_refreshed_list().ok(),
        }
    }

    fn temperature(&mut self) -> f64 {
        let Some(components) = &mut self.components else {
            return f64::NAN;
        };
        components.refresh(true);
        let hottest = components
            .iter()
            .filter_map(sysinfo::Component::temperature)
            .filter(|celsius| celsius.is_finite())
            .fold(f32::NEG_INFINITY, f32::max);
        if hottest.is_finite() {
            f64::from(hottest)
        } else {
            f64::NAN
        }
    }

    fn cpu_load(&mut self) -> f64 {
        let Some(system) = &mut self.system else {
            return f64::NAN;
        };
        system.refresh_cpu_usage();
        f64::from(system.global_cpu_usage()) / 100.0
    }

    fn memory_used(&mut self) -> f64 {
        let Some(system) = &mut self.system else {
            return f64::NAN;
        };
        system.refresh_memory();
        system.used_memory() as f64 / system.total_memory() as f64
    }
}

impl SensorDevice for Host {
    fn columns(&self) -> Vec<String> {
        let name = |reading: &HostReading| match reading {
            HostReading::CpuLoad => "cpu_load",
            HostReading::MemoryUsed => "memory_used",
            HostReading::Temperature => "temperature_celsius",
        };
        self.readings.iter().map(|r| name(r).to_owned()).collect()
    }

    fn read(&mut self, _tick: Tick, _time_s: f64, values: &mut [f64]) {
        for (k, value) in values.iter_mut().enumerate() {
            *value = match self.readings.get(k) {
                Some(HostReading::CpuLoad) => self.cpu_load(),
                Some(HostReading::MemoryUsed) => self.memory_used(),
                Some(HostReading::Temperature) => self.temperature(),
                None => f64::NAN,
            };
        }
    }
}
