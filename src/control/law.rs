//! Control laws: from what a loop measures to what it asks for.

use crate::base::Tick;
use crate::registry::part::{Catalog, Memory, Part, PartResult, Remembered, guarded};

/// What a law sees in a step.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// The tick.
    pub tick: Tick,
    /// Plant time at its start, s.
    pub time_s: f64,
    /// Time between two steps, s: `signal.hop` ticks.
    pub sample_s: f64,
    /// The loop's setpoint, in the unit of its first measure.
    pub setpoint: f64,
    /// What the loop measures, in the order in which the scene names it; all finite.
    pub measured: &'a [f64],
}

impl Sample<'_> {
    /// The first measure.
    #[must_use]
    pub fn first(&self) -> f64 {
        self.measured.first().copied().unwrap_or(f64::NAN)
    }
}

/// A control law of one's own: scenes name it by `law: Custom(name: "…", parameters: {…})`.
///
/// **When it steps.** In the ticks in which signals are formed, every `signal.hop` ticks, as soon
/// as all measures of the loop have a value; without one the step is left out and the command
/// stays. Signals (coherence, entropy, …) are those of the same tick, any other metric is that of
/// the tick before.
///
/// **What its outputs do.** Each is added to what the population has of its own: to the coupling, a
/// force on every resonator, a shift of its natural frequency (rad/s), a damping rate (1/s), the
/// gain with which it feels the field, or the intensity of its noise. It acts from the next tick
/// on, once it has passed the safety gate; a law is not told what the gate made of it. With
/// `adaptive` in the loop, outputs are multiplied by the adaptive gain.
///
/// **State and parameters.** A law is a function of its parameters, its state and the sample alone,
/// so that a run repeats. The state before the first step is its `Default`; it is saved, hashed and
/// brought back by the program. Parameters are live: an edit opens the law again with the new
/// values and keeps the state; if [`Part::open`] refuses them, the run ends by name. So it does
/// when an output is not a finite number. Transcendental functions are those of
/// [`crate::base::num`], for digests that agree between machines; what Rust computes exactly (+, −,
/// ×, /, √, floor) may be used as it is.
///
/// Further measures and outputs than the loop's own stand in the scene as `measures: […]` and
/// `outputs: […]` of `Custom`.
///
/// ```
/// use phantomos::prelude::*;
///
/// /// Full drive below the setpoint, none above it.
/// struct Bang {
///     drive: f64,
/// }
///
/// impl Part for Bang {
///     fn about() -> About {
///         About::new("bang", "All or nothing.").number("drive", 1.0, "", Bounds::FINITE, "All.")
///     }
///
///     fn open(own: &Opening) -> Result<Self, String> {
///         let drive = own.number("drive")?;
///         Ok(Self { drive })
///     }
/// }
///
/// impl ControlLaw for Bang {
///     type State = ();
///
///     fn step(&self, _: &mut (), sample: &Sample, outputs: &mut [f64], _terms: &mut [f64]) {
///         outputs[0] = if sample.first() < sample.setpoint { self.drive } else { 0.0 };
///     }
/// }
///
/// let parts = Parts::default().law::<Bang>();
/// assert!(parts.faults().is_empty());
/// ```
pub trait ControlLaw: Part {
    /// What it remembers between steps: a type with serde's traits, `Clone` and `Default`; `()` for
    /// nothing.
    type State: Memory;

    /// Number of its measures, ≥ 1.
    fn measures(&self) -> usize {
        1
    }

    /// Number of its outputs, ≥ 1.
    fn outputs(&self) -> usize {
        1
    }

    /// Names of the terms that its output is made of; the window shows them beside the loop.
    fn terms(&self) -> &'static [&'static str] {
        &[]
    }

    /// One step: writes every output, in the unit of what it moves, and every term.
    fn step(
        &self,
        state: &mut Self::State,
        sample: &Sample,
        outputs: &mut [f64],
        terms: &mut [f64],
    );
}

/// A law with its memory, whatever their types.
pub trait AnyLaw: Send + Sync {
    /// Number of measures and of outputs.
    fn width(&self) -> [usize; 2];

    /// Names of its terms.
    fn terms(&self) -> &'static [&'static str];

    /// One step of the law that messages call `who`.
    ///
    /// # Errors
    /// When it panics, or its memory cannot be saved.
    fn step(
        &mut self,
        who: &str,
        sample: &Sample,
        outputs: &mut [f64],
        terms: &mut [f64],
    ) -> PartResult<()>;

    /// What it remembers.
    fn image(&self) -> &[u8];

    /// Brings it to what it remembered.
    ///
    /// # Errors
    /// When the bytes are no such memory.
    fn restore(&mut self, image: &[u8]) -> Result<(), postcard::Error>;
}

struct WithMemory<L: ControlLaw> {
    law: L,
    width: [usize; 2],
    terms: &'static [&'static str],
    memory: Remembered<L::State>,
}

/// The most measures and outputs of a law.
const WIDTH_MAX: usize = 64;

impl<L: ControlLaw> WithMemory<L> {
    /// Asks the law once for all that stands.
    fn new(law: L) -> Result<Self, String> {
        let name = format!("law {:?}", L::about().name);
        let asked = guarded(&name, || ([law.measures(), law.outputs()], law.terms()));
        let (width, terms) = asked.map_err(|error| error.to_string())?;
        if width.iter().any(|count| !(1..=WIDTH_MAX).contains(count)) {
            let [measures, outputs] = width;
            return Err(format!(
                "{measures} measures and {outputs} outputs, expected 1 … {WIDTH_MAX} of both"
            ));
        }
        let memory = Remembered::new(&name).map_err(|error| error.to_string())?;
        Ok(Self {
            law,
            width,
            terms,
            memory,
        })
    }
}

impl<L: ControlLaw> AnyLaw for WithMemory<L> {
    fn width(&self) -> [usize; 2] {
        self.width
    }

    fn terms(&self) -> &'static [&'static str] {
        self.terms
    }

    fn step(
        &mut self,
        who: &str,
        sample: &Sample,
        outputs: &mut [f64],
        terms: &mut [f64],
    ) -> PartResult<()> {
        let Self { law, memory, .. } = self;
        memory.change(who, |state| {
            guarded(who, || law.step(state, sample, outputs, terms))
        })?
    }

    fn image(&self) -> &[u8] {
        self.memory.image()
    }

    fn restore(&mut self, image: &[u8]) -> Result<(), postcard::Error> {
        self.memory.restore(image)
    }
}

/// The control laws of a program by name.
pub type Laws = Catalog<dyn AnyLaw>;

/// Adds a law to a catalog.
///
/// # Errors
/// As [`Catalog::add`].
pub fn add_law<L: ControlLaw>(laws: &mut Laws) -> Result<(), String> {
    laws.add::<L>(|law| Ok(Box::new(WithMemory::new(law)?)))
}
