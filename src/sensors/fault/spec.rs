//! The faults of a sensor as a scene states them: one line for each kind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::bias::BiasFault;
use super::delay::DelayFault;
use super::drift::DriftFault;
use super::dropout::DropoutFault;
use super::kind::FaultKind;
use super::noise::NoiseFault;
use super::quantise::QuantiseFault;
use super::stuck::StuckFault;

macro_rules! faults {
    ($($(#[$help:meta])* $name:ident($spec:ty)),* $(,)?) => {
        /// The faults that a sensor may have, with what each leaves of its samples.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub enum FaultSpec {
            $($(#[$help])* $name($spec)),*
        }

        impl FaultSpec {
            /// What it says of itself.
            #[must_use]
            pub fn kind(&self) -> &dyn FaultKind {
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

faults! {
    /// White noise is added.
    Noise(NoiseFault),
    /// Values are rounded to whole steps.
    Quantise(QuantiseFault),
    /// Single samples are lost.
    Dropout(DropoutFault),
    /// A constant is added.
    Bias(BiasFault),
    /// What grows evenly is added.
    Drift(DriftFault),
    /// The last value stays.
    Stuck(StuckFault),
    /// Samples arrive later.
    Delay(DelayFault),
}

impl FaultSpec {
    /// Collects what is wrong with the fault at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        self.kind().validate(problems, path);
        self.kind().window().validate(problems, path);
    }

    /// What it does and when it acts, in words.
    #[must_use]
    pub fn explained(&self) -> String {
        let kind = self.kind();
        format!("{}{}", kind.words(), kind.window().words())
    }
}
