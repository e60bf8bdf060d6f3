//! Numbers: the one place for transcendental functions.
//!
//! The functions come from a pure-Rust libm, which rounds the same on every machine; the standard
//! library's forward to whatever the platform offers. They are banned elsewhere by `clippy.toml`.

pub use std::f64::consts::{PI, TAU};

/// Sine of an angle in radians.
#[inline]
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of an angle in radians.
#[inline]
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Sine and cosine of an angle in radians.
#[inline]
#[must_use]
pub fn sin_cos(x: f64) -> (f64, f64) {
    libm::sincos(x)
}

/// Natural exponential.
#[inline]
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// eˣ − 1 without cancellation near x = 0.
#[inline]
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Arc sine in radians, in [−π/2, π/2]; NaN outside [−1, 1].
#[inline]
#[must_use]
pub fn asin(x: f64) -> f64 {
    libm::asin(x)
}

/// Natural logarithm.
#[inline]
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Angle of the point (x, y), in (−π, π].
#[inline]
#[must_use]
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// Length of the vector (x, y) without overflow on the way.
#[inline]
#[must_use]
pub fn hypot(x: f64, y: f64) -> f64 {
    libm::hypot(x, y)
}

/// `base` to the power `exponent`.
#[inline]
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// An angle brought into [0, 2π).
#[inline]
#[must_use]
pub fn wrap_angle(theta_rad: f64) -> f64 {
    let wrapped = theta_rad - TAU * libm::floor(theta_rad / TAU);
    if wrapped >= TAU { 0.0 } else { wrapped }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn wrapped_angles_lie_in_one_turn(theta in -1e6..1e6f64) {
            let w = wrap_angle(theta);
            prop_assert!((0.0..TAU).contains(&w));
            prop_assert!((sin(w) - sin(theta)).abs() < 1e-9);
        }
    }
}
