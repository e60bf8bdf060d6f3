//! The signal engine: `SensorFrame` → window → `SystemState` (entropy, coherence, resonance).
//!
//! Entropy is the Shannon entropy of the normalised Welch spectrum in nats (0 … ln B for B bins),
//! coherence the Kuramoto order parameter of the channels' Hilbert phases (0 … 1), resonance the
//! excess spectral crest times the debiased magnitude-squared coherence at the peak (≥ 0). During
//! warm-up there is no value. A result depends on the window alone.

pub mod window;
pub mod spectrum;
pub mod hilbert;
pub mod metrics;
pub mod state;
pub mod engine;
pub mod readings;
pub mod setup;
pub mod spec;
pub mod systems;

pub use engine::{SignalEngine, SignalSettings};
pub use spec::SignalSpec;
pub use state::{SignalFlag, SystemState};
pub use systems::{SignalPlugin, SignalSynthesizer, SignalWindow};
pub use window::FrameWindow;
