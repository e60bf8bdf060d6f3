//! The scene's `sensors` part, and how its sensors become channels.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::part::CustomSpec;
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};

use super::channel::Channel;
use super::device::csv::CsvSpec;
use super::device::field::FieldProbeSpec;
use super::device::host::HostSpec;
use super::device::kind::{DeviceFacts, DeviceKind, Opened};
use super::device::mean::MeanSpec;
use super::device::probe::ProbeSpec;
use super::device::replay::ReplaySpec;
use super::device::stdin::StdinSpec;
use super::device::synthetic::SyntheticSpec;
use super::fault::FaultSpec;

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
    /// What is wrong with it: faults that its samples go through in this order, after its noise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultSpec>,
}

/// The kinds of devices, a line each.
macro_rules! devices {
    ($($(#[$help:meta])* $name:ident($spec:ty)),* $(,)?) => {
        /// The sensor devices.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub enum DeviceSpec {
            $($(#[$help])* $name($spec)),*
        }

        impl DeviceSpec {
            /// What it says of itself.
            #[must_use]
            pub fn kind(&self) -> &dyn DeviceKind {
                match self {
                    $(Self::$name(own) => own),*
                }
            }

            /// The same, to change its paths.
            pub fn kind_mut(&mut self) -> &mut dyn DeviceKind {
                match self {
                    $(Self::$name(own) => own),*
                }
            }

            /// Its name in scenes.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name)),*
                }
            }
        }
    };
}

devices! {
    /// cos θ or x of chosen vertices, one channel each.
    Probe(ProbeSpec),
    /// The mean of cos θ or x over each of the named populations; of all when none is named.
    Mean(MeanSpec),
    /// The field at points, or its mean over boxes, one channel each.
    Field(FieldProbeSpec),
    /// A known signal: sines, a chirp, noise, or a modulated tone.
    Synthetic(SyntheticSpec),
    /// Columns of a table of numbers, row by row.
    Csv(CsvSpec),
    /// A recording by its own clock: EDF, BDF, WAV, arrays and tables.
    Replay(ReplaySpec),
    /// The machine that runs the simulation; the scene must say `live: true`.
    Host(HostSpec),
    /// Lines of JSON on standard input; the scene must say `live: true`.
    Stdin(StdinSpec),
    /// A device of the program's catalog; see `phantom list parts`.
    Custom(CustomSpec),
}

impl SensorSpec {
    /// Collects what is wrong with the sensor at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, facts: &DeviceFacts) {
        if let Some(scope) = &self.scope
            && find_scope(scope, facts.populations).is_none()
        {
            unknown_scope(problems, &format!("{path}.scope"), scope, facts.populations);
        }
        problems.range(&format!("{path}.noise"), self.noise, 0.0, 1e6, "");
        for (k, fault) in self.faults.iter().enumerate() {
            fault.validate(problems, &format!("{path}.faults[{k}]"));
        }
        let count = self.faults.len() as u64;
        problems.count(&format!("{path}.faults"), count, 0, 64);
        let device = format!("{path}.device");
        self.device.kind().validate(problems, &device, facts);
    }

    /// Whether the signal engine of a scope reads it.
    #[must_use]
    pub fn is_read_by(&self, scope: &str) -> bool {
        match &self.scope {
            Some(own) => own == scope,
            None => self.device.kind().is_read_by(scope),
        }
    }

    /// The channels of this sensor, which is number `sensor` of the scene, numbered from `first`.
    #[must_use]
    pub fn channels(
        &self,
        (first, sensor): (u32, u32),
        opened: Opened,
        populations: &PopulationRanges,
    ) -> Vec<Channel> {
        let scope = self.scope.as_deref();
        let scope = scope.and_then(|name| find_scope(name, populations));
        let faults: Arc<[FaultSpec]> = self.faults.as_slice().into();
        let channels = opened.channels(sensor).into_iter().zip(first..);
        let channels = channels.map(|(own, index)| Channel {
            index,
            sensor,
            name: format!("{}[{}]", self.name, own.label),
            source: own.source,
            scope: scope.unwrap_or(own.scope),
            noise: self.noise,
            faults: faults.clone(),
            phi_unit: None,
        });
        channels.collect()
    }
}
