//! The machine that runs the simulation as a sensor. Its readings are inputs, not state.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sysinfo::{Components, System};

use crate::base::Problems;
use crate::registry::site::PopulationRanges;
use crate::sensors::live::{LiveDevice, LiveMoment, LiveNews};

use super::kind::{DeviceFacts, DeviceFault, DeviceKind, DeviceOpening, Opened};

/// The machine that runs the simulation; the scene must say `live: true`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostSpec {
    /// What to read.
    pub readings: Vec<HostReading>,
    /// Ticks between readings.
    #[serde(default = "ten_ticks")]
    pub period_ticks: u64,
}

fn ten_ticks() -> u64 {
    10
}

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
    period_ticks: u64,
    system: Option<System>,
    components: Option<Components>,
}

impl Host {
    /// Opens the host's sensors.
    #[must_use]
    pub fn open(spec: &HostSpec) -> Self {
        Self {
            readings: spec.readings.clone(),
            period_ticks: spec.period_ticks.max(1),
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

impl LiveDevice for Host {
    fn columns(&self) -> Vec<String> {
        let name = |reading: &HostReading| match reading {
            HostReading::CpuLoad => "cpu_load",
            HostReading::MemoryUsed => "memory_used",
            HostReading::Temperature => "temperature_celsius",
        };
        self.readings.iter().map(|r| name(r).to_owned()).collect()
    }

    fn read(&mut self, at: &LiveMoment, news: &mut Vec<LiveNews>) {
        if !at.tick.is_multiple_of(self.period_ticks) {
            return;
        }
        for (column, reading) in (0..).zip(self.readings.clone()) {
            let value = match reading {
                HostReading::CpuLoad => self.cpu_load(),
                HostReading::MemoryUsed => self.memory_used(),
                HostReading::Temperature => self.temperature(),
            };
            news.push(LiveNews::Reading {
                column,
                value,
                late_s: at.late_s(),
            });
        }
    }
}

impl DeviceKind for HostSpec {
    fn validate(&self, problems: &mut Problems, path: &str, facts: &DeviceFacts) {
        let period = self.period_ticks;
        problems.count(&format!("{path}.period_ticks"), period, 1, 1 << 32);
        let count = self.readings.len() as u64;
        problems.count(&format!("{path}.readings"), count, 1, 16);
        facts.require_live(
            problems,
            "Host",
            "the host's readings differ from run to run",
        );
    }

    fn count(&self, _: &PopulationRanges) -> Option<usize> {
        Some(self.readings.len())
    }

    fn open(&self, _: &mut DeviceOpening) -> Result<Opened, DeviceFault> {
        Ok(Opened::Live(Box::new(Host::open(self))))
    }
}
