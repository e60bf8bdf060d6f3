//! Relay feedback: an experiment in the loop that finds the gains of a PID law, which then takes
//! over.
//!
//! A relay of amplitude d and hysteresis ε drives the plant into a limit cycle about its setpoint:
//! with e = r − y, u = bias + d until e < −ε, then bias − d until e > ε. Amplitude a and period of
//! y tell the plant's ultimate point, the gain Ku and period Tu of a proportional law at the
//! border of stability (Åström & Hägglund, Automatica 20 (1984) 645), in three ways:
//!
//! - describing function: Ku = 4d/(π √(a² − ε²)). It takes y for a sine, and is off by 2 % for slow
//!   plants and by 20 % and more where delay rules;
//! - Fourier: Ku = (4d/π)/|Y1| with the fundamental Y1 of y. That is exactly 1/|G| at the
//!   frequency of the limit cycle, which lies beside the ultimate one, the more with hysteresis;
//! - harmonics: u and y give the points G(jω), G(3jω) and G(5jω) of the plant without any
//!   approximation. A model K e^(−sL)/(1 + sτ)ⁿ with real n through the first two gives the point
//!   of −180° itself; the third and another way to get there say how far it is to be trusted.

mod fit;
mod periods;
mod spec;
mod step;
mod tuning;
mod ultimate;

pub use fit::{LagDelay, fit};
pub use periods::{Measured, describing};
pub use spec::RelaySpec;
pub use step::{RelayAbort, RelayPhase, RelayState, RelayStep};
pub use tuning::{Gains, Method, PidKind, RelayTuning, TuningRule};
pub use ultimate::Ultimate;

#[cfg(test)]
mod tests;
