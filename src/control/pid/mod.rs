//! The PID law with parallel gains, sampled at a fixed period Ts.
//!
//! P = Kp (b r − y); w = c r − y; D ← Tf/(Tf+Ts) D + Kd/(Tf+Ts) (w − w₋₁); u_ff = f₀ + f r;
//! v = P + I + D + u_ff; u = v within limits, then within the rate limit; afterwards
//! I ← I + Ki Ts e and anti-windup, so the integral in use holds errors up to the sample before
//! (forward Euler). Åström & Murray, "Feedback Systems" (2008), §10.5. A sample that is not finite,
//! or brings forth a number that is not, changes nothing: the output is held and the step says so.
//!
//! A law with Ki = 0 has no integral: I is 0 from its first sample on, whatever it was before, and
//! no anti-windup moves it. Units: r, y, e have that of the measure; u, v, P, I, D that of the
//! output; "gain" below is output over measure.

pub mod spec;
pub mod step;

pub use spec::{AntiWindup, Mode, PidSpec};
pub use step::{Bound, PidState, PidStep};

#[cfg(test)]
mod tests;
