//! What a kind of device says of itself, so that nothing else knows which kinds there are.

use crate::base::{PopulationId, Problems};
use crate::field::FieldSpec;
use crate::registry::site::PopulationRanges;
use crate::sensors::channel::ChannelSource;
use crate::sensors::device::{SensorDevice, Sensors};
use crate::sensors::live::LiveDevice;

/// A kind of device as a scene states it: one file, and one line in the list of
/// [`DeviceSpec`](crate::sensors::DeviceSpec).
pub trait DeviceKind {
    /// Collects what is wrong with it at `path`.
    fn validate(&self, problems: &mut Problems, path: &str, facts: &DeviceFacts);

    /// The number of its channels, where what the scene says is enough to know it.
    fn count(&self, populations: &PopulationRanges) -> Option<usize>;

    /// Makes it ready to be read, and names its channels.
    ///
    /// # Errors
    /// When a file cannot be read or parameters are refused; with the field that says so.
    fn open(&self, opening: &mut DeviceOpening) -> Result<Opened, DeviceFault>;

    /// Whether the signal engine of a scope reads it when its sensor names no scope.
    fn is_read_by(&self, scope: &str) -> bool {
        scope == "cluster"
    }

    /// The name in the program's catalog of a device of a user.
    fn custom_name(&self) -> Option<&str> {
        None
    }

    /// The paths of the files that it reads.
    fn paths_mut(&mut self) -> Vec<&mut String> {
        Vec::new()
    }
}

/// What a device is judged by.
#[derive(Clone, Copy)]
pub struct DeviceFacts<'a> {
    /// The populations of the scene.
    pub populations: &'a PopulationRanges,
    /// The field of the scene.
    pub field: &'a FieldSpec,
    /// Whether the scene lets readings from outside enter.
    pub live: bool,
    /// The devices of users.
    pub sensors: &'a Sensors,
}

impl DeviceFacts<'_> {
    /// Demands that the scene is live, for a device whose readings differ from run to run; `what`
    /// is its kind, and `why` what differs.
    pub fn require_live(&self, problems: &mut Problems, what: &str, why: &str) {
        problems.require(
            self.live,
            "live",
            format!("a {what} sensor in a scene that is not live"),
            &format!("live: true, since {why}"),
        );
    }
}

/// The files of a scene, as a device may read them.
pub trait DeviceFiles {
    /// Reads a file by its path in the scene; gives its name for messages, and its bytes.
    ///
    /// # Errors
    /// When it cannot be read, or is not among what the scene may read.
    fn read(&self, path: &str) -> Result<(String, Vec<u8>), String>;

    /// Tells what a file that was read was taken for, in one line, and what was detected, chosen
    /// and left out.
    fn tell(&mut self, path: &str, read_as: &str, notes: &[String]);
}

/// With what a device is opened.
pub struct DeviceOpening<'a> {
    /// The seed of the run.
    pub seed: u64,
    /// Index of its sensor in the scene.
    pub sensor: u32,
    /// Length of a tick, s of plant time.
    pub tick_s: f64,
    /// The populations of the scene.
    pub populations: &'a PopulationRanges,
    /// The devices of users.
    pub sensors: &'a Sensors,
    /// The files of the scene.
    pub files: &'a mut dyn DeviceFiles,
}

/// A device that is ready to be read.
pub enum Opened {
    /// Every node reads the plant or the field itself.
    Plant(Vec<PlantChannel>),
    /// The simulation owns it and reads it in every tick.
    Owned(Box<dyn SensorDevice>),
    /// It is read outside of the loop; its readings enter through the input log.
    Live(Box<dyn LiveDevice>),
}

/// A channel that reads the plant or the field.
#[derive(Clone, Debug, PartialEq)]
pub struct PlantChannel {
    /// What stands in the brackets of its name.
    pub label: String,
    /// What it reads.
    pub source: ChannelSource,
    /// The scope that reads it when its sensor names none.
    pub scope: PopulationId,
}

/// Why a device could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceFault {
    /// The field of the device that says so; empty for the whole device.
    pub field: &'static str,
    /// What was found and what was expected.
    pub message: String,
}

impl DeviceFault {
    /// Of the device as a whole.
    #[must_use]
    pub fn whole(message: String) -> Self {
        Self { field: "", message }
    }

    /// Of its field `path`.
    #[must_use]
    pub fn of_path(message: String) -> Self {
        let field = "path";
        Self { field, message }
    }
}

impl Opened {
    /// The channels: what stands in the brackets of their names, what they read, and the scope that
    /// reads them when their sensor names none.
    #[must_use]
    pub fn channels(self, sensor: u32) -> Vec<PlantChannel> {
        let channel = |label: String, source: ChannelSource| PlantChannel {
            label,
            source,
            scope: PopulationId::CLUSTER,
        };
        match self {
            Self::Plant(list) => list,
            Self::Owned(device) => {
                let columns = device.columns().into_iter().zip(0..);
                let channels = columns.map(|(label, column)| {
                    channel(label, ChannelSource::Device { sensor, column })
                });
                channels.collect()
            }
            Self::Live(device) => {
                let columns = device.columns().into_iter();
                let channels = columns.map(|label| channel(label, ChannelSource::External));
                channels.collect()
            }
        }
    }
}
