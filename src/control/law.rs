//! Control laws: from what a loop measures to what it asks for.

use std::collections::BTreeMap;

use bevy::prelude::Component;
use serde::{Deserialize, Serialize};

use crate::base::Tick;
use crate::registry::part::{
    Catalog, CustomSpec, Memory, Opening, Part, PartError, PartResult, Remembered, Value, guarded,
};

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
/// gain with which it feels the field, or the intensity of its noise. Before it acts, two ticks
/// later, it passes the safety gate; a law is not told what the gate made of it. With `adaptive` in
/// the loop, outputs are multiplied by the adaptive gain.
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
    memory: Remembered<L::State>,
}

impl<L: ControlLaw> AnyLaw for WithMemory<L> {
    fn width(&self) -> [usize; 2] {
        [self.law.measures(), self.law.outputs()]
    }

    fn terms(&self) -> &'static [&'static str] {
        self.law.terms()
    }

    fn step(
        &mut self,
        who: &str,
        sample: &Sample,
        outputs: &mut [f64],
        terms: &mut [f64],
    ) -> PartResult<()> {
        let Self { law, memory } = self;
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
    laws.add::<L>(|law| {
        let memory = Remembered::new(L::about().name).map_err(|error| error.to_string())?;
        Ok(Box::new(WithMemory { law, memory }))
    })
}

/// What is saved of a law: its parameters, which are live, and what it remembers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LawImage {
    parameters: BTreeMap<String, Value>,
    memory: Vec<u8>,
}

/// The law of a loop that has one of a catalog; on the home node of the loop's scope.
#[derive(Component)]
pub struct CustomLaw {
    /// What messages call it.
    who: String,
    law: Box<dyn AnyLaw>,
    laws: Laws,
    spec: CustomSpec,
    opening: (u64, u32, f64),
    outputs: Vec<f64>,
    terms: Vec<f64>,
    /// Why the parameters in force cannot be, after an edit.
    fault: Option<String>,
}

impl CustomLaw {
    /// Opens the law of the loop with this number and name, in a run of `seed` with ticks of
    /// `tick_s`.
    ///
    /// # Errors
    /// When the law refuses its parameters.
    pub fn open(
        laws: &Laws,
        spec: CustomSpec,
        (index, name): (u32, &str),
        (seed, tick_s): (u64, f64),
    ) -> Result<Self, String> {
        let opening = (seed, index, tick_s);
        let law = laws.open(&spec, Opening::new(seed, index, tick_s))?;
        if law.width().contains(&0) {
            return Err("a law has at least one measure and one output".to_owned());
        }
        Ok(Self {
            who: format!("law {:?} of loop {name:?}", spec.name),
            outputs: vec![0.0; law.width()[1]],
            terms: vec![0.0; law.terms().len()],
            law,
            laws: laws.clone(),
            spec,
            opening,
            fault: None,
        })
    }

    /// Number of its measures and of its outputs.
    #[must_use]
    pub fn width(&self) -> [usize; 2] {
        self.law.width()
    }

    /// One step; gives the first output.
    ///
    /// # Errors
    /// When the law panics or gives a number that is not finite.
    pub fn step(&mut self, sample: &Sample) -> PartResult<f64> {
        if let Some(fault) = &self.fault {
            return Err(PartError(format!("{}: {fault}", self.who)));
        }
        self.outputs.fill(f64::NAN);
        let Self {
            who,
            law,
            outputs,
            terms,
            ..
        } = self;
        law.step(who, sample, outputs, terms)?;
        let lost = outputs.iter().position(|output| !output.is_finite());
        match lost {
            None => Ok(outputs[0]),
            Some(at) => Err(PartError(format!(
                "{who} gave {} as output {at}, expected a finite number",
                outputs[at]
            ))),
        }
    }

    /// The outputs of the last step.
    #[must_use]
    pub fn outputs(&self) -> &[f64] {
        &self.outputs
    }

    /// The terms of the last step, by name.
    pub fn terms(&self) -> impl Iterator<Item = (&'static str, f64)> {
        self.law
            .terms()
            .iter()
            .copied()
            .zip(self.terms.iter().copied())
    }

    /// The number in force of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<f64> {
        let given = self.spec.parameters.get(name);
        let about = self.laws.find(&self.spec.name)?;
        let usual = about.parameters.iter().find(|own| own.name == name)?;
        given.unwrap_or(&usual.default).number()
    }

    /// Sets a parameter; the law keeps what it remembers.
    pub fn tune(&mut self, name: &str, value: f64) {
        self.spec.parameters.insert(name.to_owned(), value.into());
        let memory = self.law.image().to_vec();
        self.fault = self.reopen(&memory).err();
    }

    /// Begins anew with the parameters in force.
    pub fn reset(&mut self) {
        let (seed, index, tick_s) = self.opening;
        match self
            .laws
            .open(&self.spec, Opening::new(seed, index, tick_s))
        {
            Ok(law) => self.law = law,
            Err(fault) => self.fault = Some(fault),
        }
    }

    fn reopen(&mut self, memory: &[u8]) -> Result<(), String> {
        let (seed, index, tick_s) = self.opening;
        let opening = Opening::new(seed, index, tick_s);
        let mut law = self.laws.open(&self.spec, opening)?;
        law.restore(memory)
            .map_err(|error| format!("what it remembered cannot be read: {error}"))?;
        self.law = law;
        Ok(())
    }

    /// What is saved of it.
    #[must_use]
    pub fn image(&self) -> LawImage {
        LawImage {
            parameters: self.spec.parameters.clone(),
            memory: self.law.image().to_vec(),
        }
    }

    /// Brings it to what was saved.
    ///
    /// # Errors
    /// When that is of another law.
    pub fn restore(&mut self, image: LawImage) -> Result<(), String> {
        self.spec.parameters = image.parameters;
        self.fault = None;
        let done = self.reopen(&image.memory);
        done.map_err(|reason| format!("{}: {reason}", self.who))
    }
}

/// An output of a loop's law beyond the first: a command of its own, with its own gate.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct FurtherOutput {
    /// Number of the loop.
    pub of: u32,
    /// Which of the law's outputs it is, ≥ 1.
    pub place: usize,
}
