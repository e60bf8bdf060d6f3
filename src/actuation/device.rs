//! The hardware abstraction of actuators.

use bevy::prelude::*;

use crate::base::Tick;
use crate::registry::part::{Catalog, Part, PartResult, guarded};
use crate::safety::SafeCommand;

/// A device that acts on safe commands besides the plant. It can only receive what has passed the
/// safety gate.
///
/// A device of one's own is a [`Part`] too; scenes name it by `actuators: [(name: "…", device:
/// Custom(name: "…", parameters: {…}))]`. What it does is outside the run: nothing of it is saved,
/// and a tick that runs again after going back in time reaches the device again.
///
/// ```
/// use phantomos::prelude::*;
///
/// /// Remembers the greatest command.
/// #[derive(Default)]
/// struct Peak(f64);
///
/// impl Part for Peak {
///     fn about() -> About {
///         About::new("peak", "Remembers the greatest command.")
///     }
///
///     fn open(_: &Opening) -> Result<Self, String> {
///         Ok(Self::default())
///     }
/// }
///
/// impl ActuatorDevice for Peak {
///     fn apply(&mut self, _tick: Tick, command: &SafeCommand) {
///         self.0 = self.0.max(command.value());
///     }
/// }
///
/// assert!(Parts::default().actuator::<Peak>().faults().is_empty());
/// ```
pub trait ActuatorDevice: Send + Sync {
    /// Acts on a command that takes effect in tick `tick`.
    fn apply(&mut self, tick: Tick, command: &SafeCommand);

    /// Every tick, after its commands: time goes by.
    fn pass(&mut self, _tick: Tick) {}

    /// The drive was dropped by a safe stop, or the run ends: the device goes to its safe state.
    fn release(&mut self, _tick: Tick) {}

    /// What the device wants written down since the last call.
    fn take_records(&mut self) -> Vec<(Tick, SafeCommand)> {
        Vec::new()
    }
}

/// An actuator on this node.
#[derive(Component)]
pub struct MountedActuator {
    who: String,
    device: Box<dyn ActuatorDevice>,
}

impl MountedActuator {
    /// A device that messages call `who`.
    #[must_use]
    pub fn new(who: String, device: Box<dyn ActuatorDevice>) -> Self {
        Self { who, device }
    }

    /// Lets the device act on a command.
    ///
    /// # Errors
    /// When it panics.
    pub fn apply(&mut self, tick: Tick, command: &SafeCommand) -> PartResult<()> {
        let device = &mut self.device;
        guarded(&self.who, || device.apply(tick, command))
    }

    /// Lets a tick go by.
    ///
    /// # Errors
    /// When it panics.
    pub fn pass(&mut self, tick: Tick) -> PartResult<()> {
        let device = &mut self.device;
        guarded(&self.who, || device.pass(tick))
    }

    /// Lets it go to its safe state.
    ///
    /// # Errors
    /// When it panics.
    pub fn release(&mut self, tick: Tick) -> PartResult<()> {
        let device = &mut self.device;
        guarded(&self.who, || device.release(tick))
    }

    /// What the device wants written down since the last call.
    ///
    /// # Errors
    /// When it panics.
    pub fn take_records(&mut self) -> PartResult<Vec<(Tick, SafeCommand)>> {
        let device = &mut self.device;
        guarded(&self.who, || device.take_records())
    }
}

/// The actuators of a program by name.
pub type Actuators = Catalog<dyn ActuatorDevice>;

/// Adds an actuator to a catalog.
///
/// # Errors
/// As [`Catalog::add`].
pub fn add_actuator<D: Part + ActuatorDevice>(actuators: &mut Actuators) -> Result<(), String> {
    actuators.add::<D>(|own| Ok(Box::new(own)))
}

/// An actuator that writes down every command that took effect.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    records: Vec<(Tick, SafeCommand)>,
}

impl ActuatorDevice for Recorder {
    fn apply(&mut self, tick: Tick, command: &SafeCommand) {
        self.records.push((tick, *command));
    }

    fn take_records(&mut self) -> Vec<(Tick, SafeCommand)> {
        std::mem::take(&mut self.records)
    }
}
