//! The hardware abstraction of sensors, and a file for each kind of device.

pub mod csv;
pub mod custom;
pub mod field;
pub mod host;
pub mod kind;
pub mod mean;
pub mod probe;
pub mod replay;
pub mod stdin;
pub mod synthetic;

use bevy::prelude::*;

use crate::base::Tick;
use crate::registry::part::{Catalog, Part, PartError, PartResult, guarded};

/// A device with a fixed number of columns that is read once a tick.
///
/// A device that the simulation owns must be a function of its parameters and the tick alone, so
/// that a run can be repeated and gone back in; it may be opened more than once. Others are read
/// outside the loop and enter through the input log. A device of one's own is a
/// [`Part`] too; scenes name it by `device: Custom(name: "…", parameters:
/// {…})`.
///
/// ```
/// use phantomos::prelude::*;
///
/// /// A slow sine.
/// struct Tide {
///     period_s: f64,
/// }
///
/// impl Part for Tide {
///     fn about() -> About {
///         let bounds = Bounds::range(1.0, 1e6);
///         About::new("tide", "A slow sine.").number("period_s", 600.0, "s", bounds, "Of one turn.")
///     }
///
///     fn open(own: &Opening) -> Result<Self, String> {
///         let period_s = own.number("period_s")?;
///         Ok(Self { period_s })
///     }
/// }
///
/// impl SensorDevice for Tide {
///     fn columns(&self) -> Vec<String> {
///         vec!["height".to_owned()]
///     }
///
///     fn read(&mut self, _tick: Tick, time_s: f64, values: &mut [f64]) {
///         values[0] = num::sin(num::TAU * time_s / self.period_s);
///     }
/// }
///
/// assert!(Parts::default().sensor::<Tide>().faults().is_empty());
/// ```
pub trait SensorDevice: Send + Sync {
    /// Names of the columns; each becomes a channel of the sensor, called `sensor[column]`.
    fn columns(&self) -> Vec<String>;

    /// Reads all columns into `values`, which are NaN before; `time_s` is plant time at the start
    /// of the tick, 0 for tick 0. NaN where there is no reading. An infinite value of a device of a
    /// user ends the run by name.
    fn read(&mut self, tick: Tick, time_s: f64, values: &mut [f64]);

    /// Whether the last reading was of new samples, and not of ones that are held since an earlier
    /// tick; it tells how old a sample is, and changes none.
    fn is_new(&self) -> bool {
        true
    }
}

/// A device that lives on this node, as the sensor with this number.
#[derive(Component)]
pub struct MountedDevice {
    /// Index of the sensor in the scene.
    pub sensor: u32,
    /// The values of its columns as it was read last.
    pub values: Vec<f64>,
    /// Whether they were new then.
    pub is_new: bool,
    device: Box<dyn SensorDevice>,
    /// What messages call a device of a user.
    who: Option<String>,
}

impl MountedDevice {
    /// A device as the sensor with this number; `who` is what messages call one of a user.
    #[must_use]
    pub fn new(sensor: u32, device: Box<dyn SensorDevice>, who: Option<String>) -> Self {
        Self {
            sensor,
            values: vec![f64::NAN; device.columns().len()],
            is_new: false,
            device,
            who,
        }
    }

    /// Reads the device.
    ///
    /// # Errors
    /// When one of a user panics or gives an infinite value.
    pub fn read(&mut self, tick: Tick, time_s: f64) -> PartResult<()> {
        self.values.fill(f64::NAN);
        let (device, values) = (&mut self.device, &mut self.values);
        let Some(who) = &self.who else {
            device.read(tick, time_s, values);
            self.is_new = device.is_new();
            return Ok(());
        };
        self.is_new = guarded(who, || {
            device.read(tick, time_s, values);
            device.is_new()
        })?;
        match values.iter().position(|value| value.is_infinite()) {
            None => Ok(()),
            Some(column) => Err(PartError(format!(
                "{who} read {} in column {column}, expected a finite number or NaN",
                values[column]
            ))),
        }
    }
}

/// The devices of a program by name.
pub type Sensors = Catalog<dyn SensorDevice>;

/// Adds a device to a catalog.
///
/// # Errors
/// As [`Catalog::add`].
pub fn add_sensor<D: Part + SensorDevice>(sensors: &mut Sensors) -> Result<(), String> {
    sensors.add::<D>(|own| Ok(Box::new(own)))
}
