//! The field that the resonators ring in: sources (or a coherence) → `FieldState` → force at x.
//!
//! A field on a *grid* is a line or a plate that obeys the wave or the diffusion equation, solved
//! mode by mode or by finite differences; see `grid`. Resonators drive and feel it where they are,
//! by conservative interpolation. The older engines live on x ∈ [0, 1] as a superposition of modes,
//! u(x) = Σ qₖ φₖ(x): *synthesis* builds it from the cluster's coherence (φₖ = sin 2πkx), *wave*
//! integrates the damped wave equation u_tt = c² u_xx − γ u_t + f exactly per mode (φₖ = sin kπx,
//! fixed ends). The field advances once per tick, and what it is at the start of a tick is felt
//! throughout the tick (Lie splitting of first order between field and resonators; an approximation
//! for the wave engine).
//!
//! This room also holds [`Drive`], the plant's input port. It does not know who writes it.

pub mod drive;
pub mod grid;
pub mod modes;
pub mod grid_spec;
pub mod grid_engine;
pub mod engine;
pub mod place;
pub mod readings;
pub mod spec;

pub use drive::{Drive, Tone};
pub use engine::FieldEngine;
pub use grid_spec::GridSpec;
pub use modes::{Basis, FieldState, GridState};
pub use spec::{FieldKind, FieldSpec, SynthesisLaw};
