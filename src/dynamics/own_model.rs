//! Models of one's own for the resonators of scenes: a trait and the models of this program.

use std::fmt;
use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// The most parameters of a model.
pub const PARAMETERS_MAX: usize = 8;

/// A resonator with a state of two numbers, (x, y), of which others see x.
///
/// Its neighbours, the means that it feels, the field and the commanded force reach it as one
/// [`Moment::pull`], commanded shifts and damping as such; what its slope does not use has no effect
/// on it. Noise acts on x. For digests that agree between machines (under `--isa baseline`),
/// transcendental functions are those of [`crate::base::num`].
pub trait OwnModel: Send + Sync {
    /// Its name in scenes.
    fn name(&self) -> &'static str;

    /// Names of its parameters, at most [`PARAMETERS_MAX`], and their values where a scene gives none.
    fn parameters(&self) -> &'static [(&'static str, f64)];

    /// The slope (x′, y′), 1/s.
    fn slope(&self, at: &Moment) -> [f64; 2];

    /// A rate at which it certainly decays under these parameters, 1/s: steps that are too long for
    /// it are refused. 0 when none is known. `_held` is κ Σⱼ wᵢⱼ + K, by which pull falls as x rises.
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

static MODELS: RwLock<Vec<Registered>> = RwLock::new(Vec::new());

/// Why a model is not taken.
#[derive(Debug, Error, PartialEq)]
pub enum RegisterError {
    /// There is one of this name.
    #[error("there is a model named {0:?} already, expected another name")]
    Known(&'static str),
    /// It has too many parameters.
    #[error("{name:?} has {count} parameters, expected at most {PARAMETERS_MAX}")]
    Parameters {
        /// Its name.
        name: &'static str,
        /// Its number of parameters.
        count: usize,
    },
}

/// Makes a model known to scenes that are read from now on, by `model: Own(name: "…")`.
///
/// # Errors
/// When its name is taken or it has too many parameters.
pub fn register(model: impl OwnModel + 'static) -> Result<(), RegisterError> {
    let (name, count) = (model.name(), model.parameters().len());
    if count > PARAMETERS_MAX {
        return Err(RegisterError::Parameters { name, count });
    }
    let mut models = MODELS.write().unwrap_or_else(PoisonError::into_inner);
    if models.iter().any(|known| known.name() == name) {
        return Err(RegisterError::Known(name));
    }
    models.push(Registered(Box::leak(Box::new(model))));
    Ok(())
}

impl Registered {
    /// The model of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let models = MODELS.read().unwrap_or_else(PoisonError::into_inner);
        models.iter().find(|known| known.name() == name).copied()
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

impl Serialize for Registered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Registered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::find(&name).ok_or_else(|| {
            let models = MODELS.read().unwrap_or_else(PoisonError::into_inner);
            let known: Vec<&str> = models.iter().map(|known| known.name()).collect();
            let known = if known.is_empty() {
                "a program that registers it".to_owned()
            } else {
                known.join(" or ")
            };
            serde::de::Error::custom(format!(
                "this program knows no model named {name:?}, expected {known}"
            ))
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
    fn a_name_stands_for_one_model() {
        assert_eq!(
            register(Decay(&[("a", 0.0); 9])).unwrap_err().to_string(),
            "\"test_decay\" has 9 parameters, expected at most 8"
        );
        register(Decay(&[])).unwrap();
        assert_eq!(
            register(Decay(&[])),
            Err(RegisterError::Known("test_decay"))
        );
        let found = Registered::find("test_decay").unwrap();
        let text = ron::to_string(&found).unwrap();
        assert_eq!(ron::from_str::<Registered>(&text).unwrap(), found);
        let unknown = ron::from_str::<Registered>("\"other\"").unwrap_err();
        let message = unknown.to_string();
        assert!(message.contains("no model named \"other\""), "{message}");
    }
}
