//! The control laws that scenes may name: a line for each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::kind::{LawKind, LawNumber};
use super::law::Sample;
use super::law_spec::LawSpec;
use super::measure::Measure;
use super::mrac::MracSpec;
use super::original::OriginalLaw;
use super::pid::PidSpec;
use super::relay::RelaySpec;
use super::seek::SeekSpec;

/// The laws of this program: the sketch's, and those that have parameters.
macro_rules! laws {
    (
        $(#[$plain_help:meta])* $plain:ident;
        $($(#[$help:meta])* $name:ident($spec:ty)),* $(,)?
    ) => {
        /// The control laws.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub enum Law {
            $(#[$plain_help])*
            #[default]
            Original,
            $($(#[$help])* $name($spec),)*
            /// A law of the program's catalog; see `phantom list parts`.
            Custom(LawSpec),
        }

        /// What a law of this program remembers.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub enum LawMemory {
            /// Nothing.
            #[default]
            Fresh,
            $($(#[$help])* $name(<$spec as LawKind>::Memory),)*
        }

        impl Law {
            /// One step of a law of this program; NaN of one of the catalog, which steps itself.
            pub fn step(&self, memory: &mut LawMemory, sample: &Sample, terms: &mut [f64]) -> f64 {
                match self {
                    Self::Original => $plain.step(&mut (), sample, terms),
                    $(Self::$name(law) => memory.lend(
                        |own| match own { LawMemory::$name(own) => Some(own), _ => None },
                        LawMemory::$name,
                        |own| LawKind::step(law, own, sample, terms),
                    ),)*
                    Self::Custom(_) => f64::NAN,
                }
            }

            /// One step while something else gives the output.
            pub fn track(&self, memory: &mut LawMemory, sample: &Sample, output: f64) {
                match self {
                    Self::Original | Self::Custom(_) => {}
                    $(Self::$name(law) => memory.lend(
                        |own| match own { LawMemory::$name(own) => Some(own), _ => None },
                        LawMemory::$name,
                        |own| LawKind::track(law, own, sample, output),
                    ),)*
                }
            }

            /// Makes up for a change from `before`, so that the output does not jump.
            pub fn retune(
                &self,
                before: &Self,
                memory: &mut LawMemory,
                setpoint: f64,
                measured: f64,
            ) {
                match (self, before) {
                    $((Self::$name(law), Self::$name(before)) => memory.lend(
                        |own| match own { LawMemory::$name(own) => Some(own), _ => None },
                        LawMemory::$name,
                        |own| LawKind::retune(law, before, own, setpoint, measured),
                    ),)*
                    _ => {}
                }
            }

            /// What it measures besides the loop's own measure.
            #[must_use]
            pub fn measures(&self) -> &[Measure] {
                match self {
                    Self::Original => $plain.measures(),
                    $(Self::$name(own) => LawKind::measures(own),)*
                    Self::Custom(own) => &own.measures,
                }
            }

            /// Names of its terms; those of the catalog say theirs when they are opened.
            #[must_use]
            pub fn terms(&self) -> &'static [&'static str] {
                match self {
                    Self::Original => $plain::TERMS,
                    $(Self::$name(_) => <$spec as LawKind>::TERMS,)*
                    Self::Custom(_) => &[],
                }
            }

            /// Its live numbers; those of the catalog have parameters of their own.
            pub fn numbers(&mut self) -> Vec<LawNumber<'_>> {
                match self {
                    Self::Original | Self::Custom(_) => Vec::new(),
                    $(Self::$name(own) => own.numbers(),)*
                }
            }

            /// The least and the greatest output, where it has such limits.
            #[must_use]
            pub fn reach(&self) -> [Option<f64>; 2] {
                match self {
                    Self::Original => $plain.reach(),
                    $(Self::$name(own) => own.reach(),)*
                    Self::Custom(_) => [None, None],
                }
            }

            /// Collects what is wrong with the parameters of a law of this program at `path`.
            pub fn validate(&self, problems: &mut Problems, path: &str) {
                match self {
                    Self::Original | Self::Custom(_) => {}
                    $(Self::$name(own) => LawKind::validate(own, problems, path),)*
                }
            }
        }
    };
}

impl LawMemory {
    /// Lets a law act on its own memory. A loop whose law changed begins anew.
    fn lend<M: Default, R>(
        &mut self,
        open: fn(Self) -> Option<M>,
        close: fn(M) -> Self,
        act: impl FnOnce(&mut M) -> R,
    ) -> R {
        let mut own = open(std::mem::take(self)).unwrap_or_default();
        let result = act(&mut own);
        *self = close(own);
        result
    }
}

laws! {
    /// 0.5 · (1 − coherence), whatever the loop's measure and setpoint.
    OriginalLaw;
    /// A PID controller.
    Pid(PidSpec),
    /// A relay experiment that finds the gains of a PID law, which then takes over.
    Relay(RelaySpec),
    /// Extremum seeking: the output at which the measure is greatest or least.
    Seek(SeekSpec),
    /// Adaptive control of a first-order plant by a reference model.
    Mrac(MracSpec),
}
