//! The signal engine: `SensorFrame` → window → `SystemState` (entropy, coherence, resonance).
//!
//! Entropy is the Shannon entropy of the normalised Welch spectrum in nats (0 … ln B for B bins),
//! coherence the Kuramoto order parameter of the channels' Hilbert phases (0 … 1), resonance the
//! excess spectral crest times the debiased magnitude-squared coherence at the peak (≥ 0). During
//! warm-up there is no value. A result depends on the window alone.
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
