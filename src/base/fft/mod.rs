//! Discrete Fourier transforms of many series at once.
//!
//! Series stand side by side: sample k of series b is entry `k · batch + b`, so that the innermost
//! loops run over neighbouring numbers whatever the length. The roots of unity come from
//! [`num`](super::num) and no operation is fused, so a transform gives the same bits on every
//! machine and instruction set.

mod roots;
mod stages;
mod passes;
mod bluestein;
mod plan;
mod real;

pub use plan::Fft;
pub use real::RealFft;
