//! Models of one's own for the resonators of scenes: a trait, and the models that a program knows.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::base::problem::did_you_mean;
use crate::registry::part::{guarded, is_plain_name};

/// The most parameters of a model.
pub const PARAMETERS_MAX: usize = 8;

/// A resonator with a state of two numbers, (x, y), of which others see x.
///
/// Its neighbours, the means that it feels, the field and the commanded force reach it as one
/// [`Moment::pull`], commanded shifts and damping as such; what its slope does not use has no
/// effect on it. Noise acts on x. For digests that agree between machines (under `--isa baseline`),
/// transcendental functions are those of [`crate::base::num`].
pub trait OwnModel: Send + Sync {
    /// Its name in scenes.
    fn name(&self) -> &'static str;

    /// Names of its parameters, at most [`PARAMETERS_MAX`], and their values where a scene gives
    /// none.
    fn parameters(&self) -> &'static [(&'static str, f64)];

    /// The slope (x′, y′), 1/s.
    fn slope(&self, at: &Moment) -> [f64; 2];

    /// A rate at which it certainly decays under these parameters, 1/s: steps that are too long for
    /// it are refused. 0 when none is known. `_held` is κ Σⱼ wᵢⱼ + K, by which pull falls as x
    /// rises.
    fn decay(&self, _parameters: &[f64], _held: f64) -> f64 {
        0.0
    }

    /// An angular frequency with which it certainly swings, rad/s, in the same way.
    fn swing(&self, _parameters: &[f64], _held: f64) -> f64 {
        0.0
    }
}

/// What a slope is made from.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Time, s.
    pub time_s: f64,
    /// x and y.
    pub state: [f64; 2],
    /// κ Σⱼ wᵢⱼ (xⱼ − xᵢ) + K (x̄ − xᵢ) + f: neighbours, means over populations, commanded force
    /// and felt field.
    pub pull: f64,
    /// The commanded frequency shift, rad/s.
    pub shift: f64,
    /// The commanded damping rate, 1/s.
    pub damping: f64,
    /// Its parameters, in the order of [`OwnModel::parameters`].
    pub parameters: &'a [f64],
}

/// A model that this program knows.
#[derive(Clone, Copy)]
pub struct Registered(&'static dyn OwnModel);

/// Why a model is not taken.
#[derive(Debug, Error, PartialEq)]
pub enum RegisterError {
    /// There is one of this name.
    #[error("there is a model named {0:?} already, expected another name")]
    Known(&'static str),
    /// It panics as it is asked for its name and parameters.
    #[error("{0}")]
    Panics(String),
    /// It, or a parameter of it, has a name that scenes do not bear.
    #[error("model name {0:?}, expected letters, digits, - and _")]
    Name(String),
    /// A parameter stands twice, or its value is no finite number.
    #[error("{name:?}: parameter {parameter:?}, expected once and with a finite value")]
    Parameter {
        /// The model.
        name: &'static str,
        /// The parameter.
        parameter: &'static str,
    },
    /// It has too many parameters.
    #[error("{name:?} has {count} parameters, expected at most {PARAMETERS_MAX}")]
    Parameters {
        /// Its name.
        name: &'static str,
        /// Its number of parameters.
        count: usize,
    },
}

/// The models of one's own that a program knows.
#[derive(Clone, Debug, Default)]
pub struct Models(Arc<Vec<Registered>>);

thread_local! {
    /// The models whose names are read on this thread; see [`Models::while_reading`].
    static READ: RefCell<Models> = RefCell::default();
}

impl Models {
    /// Adds a model, for scenes that name it by `model: Custom(name: "…")`.
    ///
    /// # Errors
    /// When its name is taken or it has too many parameters.
    pub fn add(&mut self, model: impl OwnModel + 'static) -> Result<(), RegisterError> {
        let asked = guarded("a model", || (model.name(), model.parameters()));
        let (name, parameters) = asked.map_err(|error| RegisterError::Panics(error.to_string()))?;
        let count = parameters.len();
        if count > PARAMETERS_MAX {
            return Err(RegisterError::Parameters { name, count });
        }
        let names = std::iter::once(&name).chain(parameters.iter().map(|(own, _)| own));
        if let Some(wrong) = names.into_iter().find(|own| !is_plain_name(own)) {
            return Err(RegisterError::Name((*wrong).to_owned()));
        }
        let is_twice = |k: usize| {
            parameters[..k]
                .iter()
                .any(|(own, _)| *own == parameters[k].0)
        };
        if let Some(k) = (0..count).find(|k| is_twice(*k) || !parameters[*k].1.is_finite()) {
            let parameter = parameters[k].0;
            return Err(RegisterError::Parameter { name, parameter });
        }
        if self.find(name).is_some() {
            return Err(RegisterError::Known(name));
        }
        let own = Registered(Box::leak(Box::new(model)));
        Arc::make_mut(&mut self.0).push(own);
        Ok(())
    }

    /// All of them, in the order in which they were added.
    #[must_use]
    pub fn list(&self) -> &[Registered] {
        &self.0
    }

    /// The model of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Registered> {
        self.0.iter().find(|known| known.name() == name).copied()
    }

    /// Does some work in which names of models that are read (of a scene, of a snapshot) mean
    /// these. Readers of serde have no other way to learn what a name stands for.
    pub fn while_reading<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = READ.replace(self.clone());
        let done = work();
        READ.set(before);
        done
    }
}

impl std::ops::Deref for Registered {
    type Target = dyn OwnModel;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Registered {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl JsonSchema for Registered {
    fn schema_name() -> Cow<'static, str> {
        "Registered".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

impl Serialize for Registered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Registered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        READ.with_borrow(|models| {
            models.find(&name).ok_or_else(|| {
                let known: Vec<&str> = models.0.iter().map(|known| known.name()).collect();
                let expected = match &known[..] {
                    [] => {
                        "a program with it; this one has none of its own (is it the right program?)"
                            .to_owned()
                    }
                    known => format!("{}{}", known.join(", "), did_you_mean(&name, known)),
                };
                serde::de::Error::custom(format!(
                    "this program has no model named {name:?}, expected {expected}"
                ))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Decay(&'static [(&'static str, f64)]);

    impl OwnModel for Decay {
        fn name(&self) -> &'static str {
            "test_decay"
        }

        fn parameters(&self) -> &'static [(&'static str, f64)] {
            self.0
        }

        fn slope(&self, at: &Moment) -> [f64; 2] {
            [at.pull - at.state[0], 0.0]
        }
    }

    #[test]
    fn a_name_stands_for_one_model_of_those_that_are_read() {
        let mut models = Models::default();
        assert_eq!(
            models.add(Decay(&[("a", 0.0); 9])).unwrap_err().to_string(),
            "\"test_decay\" has 9 parameters, expected at most 8"
        );
        models.add(Decay(&[])).unwrap();
        assert_eq!(
            models.add(Decay(&[])),
            Err(RegisterError::Known("test_decay"))
        );
        let found = models.find("test_decay").unwrap();
        let text = ron::to_string(&found).unwrap();
        let read = models.while_reading(|| ron::from_str::<Registered>(&text).unwrap());
        assert_eq!(read, found);
        let unknown = ron::from_str::<Registered>(&text).unwrap_err().to_string();
        assert!(
            unknown.contains("no model named \"test_decay\""),
            "{unknown}"
        );
        let near = models.while_reading(|| ron::from_str::<Registered>("\"test_decoy\""));
        let near = near.unwrap_err().to_string();
        assert!(near.contains("did you mean `test_decay`?"), "{near}");
    }
}
