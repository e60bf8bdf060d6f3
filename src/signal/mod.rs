//! The signal engine: `SensorFrame` → window → `SystemState` (entropy, coherence, resonance).
//!
//! With the Welch densities P of the channels, their cross-densities S, their Hilbert phases φ, and
//! ⟨·⟩ for means over time:
//!
//! - entropy, nats, 0 … ln B for B bins: H = −Σₖ pₖ ln pₖ with pₖ = Pₖ / ΣP, a mean over channels;
//! - coherence, 0 … 1: R = ⟨|C⁻¹ Σ e^{iφ}|⟩ over C channels, the Kuramoto order parameter;
//! - resonance, ≥ 0: (P_max / P_mean − 1) max(0, (M − 1/K) / (1 − 1/K)) of the mean spectrum, with
//!   M = |Sᵢⱼ|² / (Sᵢᵢ Sⱼⱼ) at its peak, the mean over pairs, and K independent segments.
//!
//! Each metric has its formula in its file of `metrics`. During warm-up there is no value. A result
//! depends on the window alone.
//!
//! ```text
//! frames ─► SignalStream ─► SignalEngine: stages (windowed) ─► metrics, a file each ─► SystemState
//! ```

pub mod window;
pub mod state;
pub mod taper;
pub mod settings;
mod judge;
mod ordinal;
mod segments;
pub mod peak;
pub mod msc;
pub mod spectra;
mod phase_steps;
pub mod phases;
pub mod phase_plan;
pub mod causal;
pub mod pairs;
pub mod locking;
pub mod spectrum;
pub mod dft;
pub mod stream;
pub mod windowed;
pub mod metrics;
pub mod engine;
pub mod answer;
pub mod spec;
pub mod systems;
pub mod setup;

pub use engine::SignalEngine;
pub use settings::SignalSettings;
pub use spec::SignalSpec;
pub use state::{Outcome, Reason, SignalFlag, SystemState};
pub use stream::SignalStream;
pub use systems::{SignalPlugin, SignalSynthesizer, SignalWindows};
pub use window::FrameWindow;
