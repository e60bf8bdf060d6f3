//! One step of a loop: from what it measures to what it asks for.

use bevy::prelude::*;

use crate::tick::NodeContext;

use super::components::{ControlCommand, ControlLoop, LoopScopes, LoopState};
use super::custom::CustomLaw;
use super::feedback::Feedback;
use super::kind::LAW_TERMS;
use super::law::Sample;
use super::measure::Measure;
use super::measured::{Measured, Values};
use super::spec::{Fallback, LoopSpec};
use super::terms::LoopTerms;

/// What all loops of a World see in a tick.
pub(super) struct Now<'a, 'w, 's> {
    pub(super) at: &'a NodeContext,
    pub(super) sample_s: f64,
    pub(super) feedback: &'a Feedback,
    pub(super) measured: &'a Measured<'w, 's>,
}

/// What a loop gives in a step.
pub(super) struct Given {
    pub(super) command: ControlCommand,
    /// The adaptive gain, and the outputs of a law of the catalog.
    pub(super) gain: f64,
    pub(super) outputs: Vec<f64>,
}

impl Now<'_, '_, '_> {
    /// One step of a loop; nothing when a number that it needs is missing.
    pub(super) fn regulate(
        &self,
        control: &ControlLoop,
        scopes: &LoopScopes,
        state: &mut LoopState,
        terms: &mut LoopTerms,
        mut law: Option<&mut CustomLaw>,
    ) -> Result<Option<Given>> {
        let spec = &control.spec;
        let look = |own: &Measure| self.measured.value(own, control.scope, scopes.law);
        let values = Values::of(spec.measures().map(look));
        let beside = match &spec.fallback {
            Fallback::Law(law) => {
                let own = std::iter::once(&spec.measure).chain(law.measures());
                Values::of(own.map(look))
            }
            _ => None,
        };
        let second = beside.as_ref().map(|own| self.sample(spec, own.all()));
        let entropy = spec
            .adaptive
            .as_ref()
            .map(|_| self.measured.entropy(control.scope));
        let (Some(values), Some(fed), false) =
            (values, self.fed(control, scopes), entropy == Some(None))
        else {
            return Ok(self.blind(spec, state, terms, second.as_ref()));
        };
        let own = self.sample(spec, values.all());
        let manual = spec.manual.then_some(spec.manual_output);
        let mut output = match (&mut law, manual, state.fallen_back) {
            (Some(law), ..) => law.step(&own)?,
            (None, None, false) => spec.law.step(&mut state.law, &own, terms.of_law()) + fed,
            // Somebody else gives the output; the law follows it.
            _ => f64::NAN,
        };
        let (mut gain, mut noise) = (1.0, 0.0);
        if let (Some(adaptive), Some(Some(entropy))) = (&spec.adaptive, entropy) {
            let memory = &mut state.adaptive;
            adaptive.step(memory, self.feedback.suggested_gain, entropy);
            gain = memory.gain;
            noise = spec.noise_per_temperature * memory.temperature;
            terms.adapt(spec.law.terms().len(), gain, memory.temperature);
        }
        output *= gain;
        let fallback = fall_back(spec, state, second.as_ref()).unwrap_or_default();
        let given = match state.fallen_back {
            true => Some(fallback),
            false => manual,
        };
        if let Some(given) = given {
            output = given;
            spec.law.track(&mut state.law, &own, (given / gain) - fed);
        }
        if let (Fallback::Law(law), Some(second)) = (&spec.fallback, &second)
            && !state.fallen_back
        {
            law.track(&mut state.fallback, second, output);
        }
        state.commands += 1;
        state.measured = own.first();
        let command = ControlCommand {
            value: output,
            fallback,
            noise,
            measured: own.first(),
            fresh: true,
        };
        terms.begin(self.at.clock.tick, spec.setpoint, own.first(), output);
        let outputs = law.map_or_else(Vec::new, |law| law.outputs().to_vec());
        Ok(Some(Given {
            command,
            gain,
            outputs,
        }))
    }

    /// One step of a loop that lacks a number: what does not need it goes on, a fall-back or a
    /// manual output; a law holds its command.
    fn blind(
        &self,
        spec: &LoopSpec,
        state: &mut LoopState,
        terms: &mut LoopTerms,
        second: Option<&Sample>,
    ) -> Option<Given> {
        let output = match (state.fallen_back, spec.manual) {
            (true, _) => fall_back(spec, state, second)?,
            (false, true) => spec.manual_output,
            (false, false) => return None,
        };
        state.commands += 1;
        terms.begin(self.at.clock.tick, spec.setpoint, f64::NAN, output);
        let command = ControlCommand {
            value: output,
            fallback: output,
            noise: 0.0,
            measured: state.measured,
            fresh: true,
        };
        Some(Given {
            command,
            gain: 1.0,
            outputs: Vec::new(),
        })
    }

    /// What measured disturbances add, when all of them have a value.
    fn fed(&self, control: &ControlLoop, scopes: &LoopScopes) -> Option<f64> {
        let feeds = control.spec.feeds.iter().zip(&scopes.feeds);
        let fed = feeds.map(|(own, of)| {
            let value = self.measured.value(&own.measure, control.scope, *of)?;
            Some(own.gain * value)
        });
        fed.sum()
    }

    /// What a law sees of its loop in this tick.
    fn sample<'a>(&self, spec: &LoopSpec, measured: &'a [f64]) -> Sample<'a> {
        Sample {
            tick: self.at.clock.tick,
            time_s: self.at.clock.time_s(),
            sample_s: self.sample_s,
            setpoint: spec.setpoint,
            measured,
        }
    }
}

/// The output of a loop's fall-back. Its law is stepped where it acts, and tried where it does not;
/// it gives none without its measures.
fn fall_back(spec: &LoopSpec, state: &mut LoopState, sample: Option<&Sample>) -> Option<f64> {
    let mut terms = [0.0; LAW_TERMS];
    let law = match &spec.fallback {
        Fallback::Release => return Some(0.0),
        Fallback::Value(own) => return Some(*own),
        Fallback::Law(law) => law,
    };
    let sample = sample?;
    Some(match state.fallen_back {
        true => law.step(&mut state.fallback, sample, &mut terms),
        false => law.step(&mut state.fallback.clone(), sample, &mut terms),
    })
}
