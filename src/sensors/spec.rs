//! The scene's `sensors` part, and how its sensors become channels.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, Problems};
use crate::files::dialect::DialectOptions;
use crate::registry::part::CustomSpec;
use crate::registry::selection::Selection;
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};

use super::channel::{Channel, ChannelSource};
use super::csv_replay::AtEnd;
use super::device::Sensors;
use super::host::HostReading;

/// A sensor of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SensorSpec {
    /// Its name.
    pub name: String,
    /// What it reads.
    pub device: DeviceSpec,
    /// The population whose signal engine reads it, or "cluster". Means default to their own
    /// population, everything else to the cluster.
    #[serde(default)]
    pub scope: Option<String>,
    /// Standard deviation of its own noise, in the unit of its channels.
    #[serde(default)]
    pub noise: f64,
}

/// The sensor devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum DeviceSpec {
    /// cos θ or x of chosen vertices, one channel each.
    Probe {
        /// Which vertices.
        #[serde(default)]
        vertices: Selection,
    },
    /// The mean of cos θ or x over each of the named populations; of all when none is named.
    Mean {
        /// Names of populations.
        #[serde(default)]
        populations: Vec<String>,
    },
    /// Sines in noise.
    Synthetic {
        /// Number of channels.
        channels: usize,
        /// Frequency, Hz.
        frequency_hz: f64,
        /// Amplitude.
        #[serde(default = "one")]
        amplitude: f64,
        /// Phase between neighbouring channels, rad.
        #[serde(default)]
        phase_step: f64,
        /// Standard deviation of the white noise.
        #[serde(default)]
        noise: f64,
    },
    /// Columns of a recording.
    Csv(CsvSpec),
    /// The machine that runs the simulation; the scene must say `live: true`.
    Host {
        /// What to read.
        readings: Vec<HostReading>,
        /// Ticks between readings.
        #[serde(default = "ten_ticks")]
        period_ticks: u64,
    },
    /// A device of the program's catalog; see `phantom list parts`.
    Custom(CustomSpec),
}

/// A recording as a sensor: a table as text, `.npy` or `.npz`, found relative to the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvSpec {
    /// The file; also compressed (`.gz`).
    pub path: String,
    /// Columns to play, by name, or by number from 1 when the file has no names; when empty, all
    /// that neither tell the time nor count samples.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Ticks per row.
    #[serde(default = "one_tick")]
    pub period_ticks: u64,
    /// What follows the last row.
    #[serde(default)]
    pub at_end: AtEnd,
    /// The dialect of a text, as far as it is not to be detected.
    #[serde(default, skip_serializing_if = "DialectOptions::is_plain")]
    pub dialect: DialectOptions,
    /// The array of an `.npz` archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
}

fn one() -> f64 {
    1.0
}

fn one_tick() -> u64 {
    1
}

fn ten_ticks() -> u64 {
    10
}

impl SensorSpec {
    /// Collects what is wrong with the sensor at `path`.
    pub fn validate(
        &self,
        problems: &mut Problems,
        path: &str,
        populations: &PopulationRanges,
        (live, sensors): (bool, &Sensors),
    ) {
        if let Some(scope) = &self.scope
            && find_scope(scope, populations).is_none()
        {
            unknown_scope(problems, &format!("{path}.scope"), scope, populations);
        }
        problems.range(&format!("{path}.noise"), self.noise, 0.0, 1e6, "");
        let device = format!("{path}.device");
        match &self.device {
            DeviceSpec::Probe { vertices } => {
                vertices.validate(problems, &format!("{device}.vertices"), populations);
            }
            DeviceSpec::Mean { populations: names } => {
                for (k, name) in names.iter().enumerate() {
                    if find_scope(name, populations).is_none_or(|id| id == PopulationId::CLUSTER) {
                        let path = format!("{device}.populations[{k}]");
                        unknown_scope(problems, &path, name, populations);
                    }
                }
            }
            DeviceSpec::Synthetic {
                channels,
                frequency_hz,
                amplitude,
                noise,
                ..
            } => {
                problems.count(&format!("{device}.channels"), *channels as u64, 1, 4096);
                problems.range(
                    &format!("{device}.frequency_hz"),
                    *frequency_hz,
                    0.0,
                    1e9,
                    " Hz",
                );
                problems.range(&format!("{device}.amplitude"), *amplitude, 0.0, 1e9, "");
                problems.range(&format!("{device}.noise"), *noise, 0.0, 1e9, "");
            }
            DeviceSpec::Csv(recording) => {
                let period = recording.period_ticks;
                problems.count(&format!("{device}.period_ticks"), period, 1, 1 << 32);
            }
            DeviceSpec::Host {
                readings,
                period_ticks,
            } => {
                problems.count(&format!("{device}.period_ticks"), *period_ticks, 1, 1 << 32);
                problems.count(&format!("{device}.readings"), readings.len() as u64, 1, 16);
                problems.require(
                    live,
                    "live",
                    "a Host sensor in a scene that is not live",
                    "live: true, since the host's readings differ from run to run",
                );
            }
            DeviceSpec::Custom(own) => sensors.check(problems, &device, own),
        }
    }

    /// The channels of this sensor, numbered from `first`. `columns` names those of its device.
    #[must_use]
    pub fn channels(
        &self,
        first: u32,
        sensor: u32,
        columns: &[String],
        populations: &PopulationRanges,
    ) -> Vec<Channel> {
        let scope = self
            .scope
            .as_deref()
            .and_then(|name| find_scope(name, populations));
        let cluster = scope.unwrap_or(PopulationId::CLUSTER);
        let wanted: BTreeSet<usize> = match &self.device {
            DeviceSpec::Mean { populations: names } => {
                let found = names.iter().filter_map(|name| populations.position(name));
                found.collect()
            }
            _ => BTreeSet::new(),
        };
        let sources: Vec<(String, ChannelSource, PopulationId)> = match &self.device {
            DeviceSpec::Probe { vertices } => vertices
                .resolve(populations)
                .into_iter()
                .map(|vertex| (vertex.0.to_string(), ChannelSource::Vertex(vertex), cluster))
                .collect(),
            DeviceSpec::Mean { populations: names } => populations
                .iter()
                .enumerate()
                .filter(|(k, _)| names.is_empty() || wanted.contains(k))
                .map(|(k, p)| {
                    let id = PopulationId((k + 1) as u16);
                    (p.name.clone(), ChannelSource::Mean(id), scope.unwrap_or(id))
                })
                .collect(),
            DeviceSpec::Host { .. } => columns
                .iter()
                .map(|name| (name.clone(), ChannelSource::External, cluster))
                .collect(),
            DeviceSpec::Synthetic { .. } | DeviceSpec::Csv(_) | DeviceSpec::Custom(_) => columns
                .iter()
                .zip(0..)
                .map(|(name, column)| {
                    let source = ChannelSource::Device { sensor, column };
                    (name.clone(), source, cluster)
                })
                .collect(),
        };
        sources
            .into_iter()
            .zip(first..)
            .map(|((label, source, scope), index)| Channel {
                index,
                sensor,
                name: format!("{}[{label}]", self.name),
                source,
                scope,
                noise: self.noise,
                phi_unit: None,
            })
            .collect()
    }
}
