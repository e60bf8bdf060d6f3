//! Control: `SystemState` and `Feedback` → `ControlCommand`.
//!
//! A loop measures numbers of its scope, compares the first with a setpoint and asks for changes of
//! entries of the plant's drive. Laws: PID (parallel gains, filtered derivative, anti-windup),
//! `Original`, 0.5 · (1 − coherence), and those of the program's catalog ([`ControlLaw`]), which
//! may have several measures and outputs. Each may be adaptive: its output is multiplied by a gain
//! that follows the aggregator's suggestion in bounded steps, and a temperature that follows the
//! entropy sets additional noise. A loop acts only on valid values and holds its command otherwise;
//! what may reach the plant is for `safety` to decide.
//!
//! The laws are mathematics apart from the ECS. With setpoint r, measure y, output u and e = r − y:
//!
//! - `pid`: u = Kp (b r − y) + Ki ∫ e dt + Kd d(c r − y)/dt, filtered, + f₀ + f r, within limits;
//! - `relay`, the experiment that tunes it: u = bias ± d by the sign of e with hysteresis ε, and
//!   Ku = 4d / (π √(a² − ε²)) or better from the limit cycle of amplitude a;
//! - `seek`, extremum seeking: u = θ + a sin ωt, θ′ = ± k g, with g the low-passed product of y,
//!   less its slow mean, and sin ωt;
//! - `mrac`, adaptive control by a model: u = θ₁ r − θ₂ y, θ₁′ = −γ r (y − ym) − σ θ₁,
//!   θ₂′ = γ y (y − ym) − σ θ₂;
//! - `original`: u = 0.5 (1 − R) for a coherence R.
//!
//! `linear` has sampled plants, margins and answers to steps, and `answer` what `phantom control`
//! answers.

pub mod measure;
pub mod kind;
pub mod pid;
pub mod original;
pub mod relay;
pub mod linear;
pub mod answer;
pub mod seek;
pub mod mrac;
pub mod feedback;
pub mod law;
pub mod law_spec;
pub mod laws;
mod in_loop;
pub mod output;
pub mod custom;
pub mod terms;
pub mod measured;
pub mod parameters;
pub mod setup;
pub mod spec;
pub mod components;
mod regulate;
pub mod systems;
pub mod validate;

pub use components::{ControlCommand, ControlLoop, LoopState};
pub use feedback::Feedback;
pub use law::{ControlLaw, Sample};
pub use laws::{Law, LawMemory};
pub use measure::Measure;
pub use original::{AdaptiveSpec, AdaptiveState};
pub use output::{FollowerSpec, Output};
pub use pid::{AntiWindup, Bound, Mode, PidSpec, PidState, PidStep};
pub use spec::{ControlSpec, Fallback, FeedSpec, LoopSpec};
pub use systems::{ControlEnabled, ControlPlugin};
pub use terms::LoopTerms;
