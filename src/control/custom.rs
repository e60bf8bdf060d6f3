//! The law of a loop that has one of the program's catalog: opened, stepped, tuned, saved.

use std::collections::BTreeMap;

use bevy::prelude::Component;
use serde::{Deserialize, Serialize};

use crate::registry::part::{CustomSpec, Opening, PartError, PartResult, Value};

use super::law::{AnyLaw, Laws, Sample};
use super::output::FollowerSpec;

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
    /// What it remembers before the first step.
    fresh: Vec<u8>,
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
        Ok(Self {
            who: format!("law {:?} of loop {name:?}", spec.name),
            outputs: vec![0.0; law.width()[1]],
            terms: vec![0.0; law.terms().len()],
            fresh: law.image().to_vec(),
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

    /// Whether it remembers nothing yet.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.law.image() == self.fresh
    }

    /// Begins anew with the parameters in force.
    pub fn reset(&mut self) {
        let fresh = self.fresh.clone();
        self.fault = self.reopen(&fresh).err();
    }

    /// Opens the law with the parameters in force and what it remembered. The memory is taken over
    /// even where the parameters are refused.
    fn reopen(&mut self, memory: &[u8]) -> Result<(), String> {
        let (seed, index, tick_s) = self.opening;
        let unread = |error| format!("what it remembered cannot be read: {error}");
        let opening = Opening::new(seed, index, tick_s);
        let opened = self.laws.open(&self.spec, opening);
        if let Ok(law) = opened {
            self.law = law;
            return self.law.restore(memory).map_err(unread);
        }
        self.law.restore(memory).map_err(unread)?;
        opened.map(drop)
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
        self.fault = self.reopen(&image.memory).err();
        // Parameters that are refused end the run when the law steps, as they did before.
        match self.law.image() == image.memory {
            true => Ok(()),
            false => Err(format!(
                "{}: {}",
                self.who,
                self.fault.take().unwrap_or_default()
            )),
        }
    }
}

/// An output of a loop beyond the first: a command of its own, with its own gate.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct FurtherOutput {
    /// Number of the loop.
    pub of: u32,
    /// Which of the loop's outputs it is, ≥ 1.
    pub place: usize,
    /// How it follows what passes of the loop's own output; otherwise the law gives it.
    pub follows: Option<FollowerSpec>,
}
