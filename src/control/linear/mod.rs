//! Linear plants of one input and one output with a delay, sampled loops around them, and what can
//! be said of these before they run: margins, stability, the answer to a step.
//!
//! A plant is b(s)/a(s) e^(−sL), strictly proper. It is sampled exactly for an input that is
//! constant through each sample (zero-order hold), and its output is read before the input of the
//! same sample acts: x₊ = e^{A Ts} x + ∫₀^Ts e^{As} ds B u, y = C x.
//!
//! With the loop L of law and sampled plant: gain margin 1 / |L(e^{iωTs})| where arg L = −180°,
//! phase margin 180° + arg L where |L| = 1, delay margin that angle over ω, sensitivity peak
//! max 1 / |1 + L|.

mod assess;
mod cycle;
mod discrete;
mod margins;
mod plant;
mod roots;
mod series;
mod stability;
mod step_metrics;

pub use assess::{Assessment, assess, usual_sample_s};
pub use cycle::{LimitCycle, limit_cycle};
pub use discrete::{Discrete, SampledPlant};
pub use margins::{Margins, SampledLoop};
pub use plant::{LinearPlant, PlantError};
pub use series::{Disturbance, LoopRun, LoopSeries, Manual};
pub use stability::Stability;
pub use step_metrics::{OfStep, StepMetrics, step_metrics};

#[cfg(test)]
mod tests;
