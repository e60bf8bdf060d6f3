//! The exact solution of one mode over a step under a constant source, in closed form.

use crate::base::num;

/// Up to this (ω h)² and γ h the power series is used, beyond it the closed forms.
const SERIES_UP_TO: f64 = 1.0;
/// Terms of the series; the last is below 1e-22 of the first.
const SERIES_TERMS: u32 = 24;

/// q̈ + γ q̇ + ω² q = s over one step, for every ω ≥ 0 and γ ≥ 0.
///
/// With the response g to a unit source from rest, g̈ + γ ġ + ω² g = 1, all is known:
/// q(h) = (1 − ω² g) q + ġ v + g s, v(h) = −ω² ġ q + g̈ v + ġ s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaveStep {
    /// What q and v keep of themselves is `base` (0, 1 or −1) and the small rest `q_from_q`,
    /// `v_from_v`, so that little is rounded.
    base: f64,
    q_from_q: f64,
    q_from_v: f64,
    v_from_q: f64,
    v_from_v: f64,
    q_from_source: f64,
}

impl WaveStep {
    /// The step of h seconds of a mode with ω² in 1/s² and γ in 1/s.
    #[must_use]
    pub fn new(omega_squared: f64, gamma: f64, h: f64) -> Self {
        let near = omega_squared * h * h <= SERIES_UP_TO && gamma * h <= SERIES_UP_TO;
        let solve = if near { series } else { closed };
        let [g, first, second] = solve(omega_squared, gamma, h);
        let step = Self {
            base: 0.0,
            q_from_q: 1.0 - omega_squared * g,
            q_from_v: first,
            v_from_q: -omega_squared * first,
            v_from_v: second,
            q_from_source: g,
        };
        if gamma == 0.0 && omega_squared > 0.0 {
            step.conserving(omega_squared, h)
        } else {
            step
        }
    }

    /// Advances amplitude and velocity by the step under the source s.
    #[inline]
    pub fn advance(&self, q: &mut f64, v: &mut f64, source: f64) {
        let to_q = self.q_from_q * *q + self.q_from_v * *v + self.q_from_source * source;
        let to_v = self.v_from_q * *q + self.v_from_v * *v + self.q_from_v * source;
        *q = self.base * *q + to_q;
        *v = self.base * *v + to_v;
    }

    // An undamped step is a rotation, but with rounded entries its determinant is off 1 by some
    // 1e-16 and energy drifts by 1e-12 in 10,000 steps. So what the state keeps is split off, and
    // the entries are moved by a few units in the last place to where their rounding errors cancel.
    fn conserving(mut self, omega_squared: f64, h: f64) -> Self {
        let (sin_half, cos_half) = num::sin_cos(0.5 * omega_squared.sqrt() * h);
        let cos = self.v_from_v;
        (self.base, self.q_from_q) = if cos > 0.5 {
            (1.0, -2.0 * sin_half * sin_half)
        } else if cos < -0.5 {
            (-1.0, 2.0 * cos_half * cos_half)
        } else {
            (0.0, cos)
        };
        let excess = self.excess_of_determinant();
        let [a, b, c] = [self.q_from_q, self.q_from_v, self.v_from_q];
        let [to_a, to_b, to_c] = [a, b, c].map(|x| (x.abs().next_up() - x.abs()).copysign(x));
        let per_a = 2.0 * (self.base + a) * to_a;
        let (per_b, per_c) = (-to_b * c, -b * to_c);
        let mut best = (excess.abs(), [0.0; 3]);
        for i in [0.0, 1.0, -1.0] {
            for j in -6..=6 {
                let j = f64::from(j);
                let left = excess + i * per_a + j * per_b;
                let k = (-left / per_c).round().clamp(-6.0, 6.0);
                let rest = (left + k * per_c).abs();
                if rest < best.0 {
                    best = (rest, [i, j, k]);
                }
            }
        }
        let [i, j, k] = best.1;
        self.q_from_q = a + i * to_a;
        self.v_from_v = self.q_from_q;
        self.q_from_v = b + j * to_b;
        self.v_from_q = c + k * to_c;
        self
    }

    /// Determinant − 1 of an undamped step, (base + a)² − b c − 1; the order makes every sum exact.
    fn excess_of_determinant(&self) -> f64 {
        let (square, square_rest) = exact_product(self.q_from_q, self.q_from_q);
        let (cross, cross_rest) = exact_product(-self.q_from_v, self.v_from_q);
        let known = if self.base == 0.0 {
            -1.0
        } else {
            2.0 * self.base * self.q_from_q
        };
        ((known + cross) + square) + (square_rest + cross_rest)
    }
}

/// μ-decay: q̇ = −μ q + s over one step, q(h) = e^(−μh) q + s (1 − e^(−μh))/μ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DecayStep {
    keep: f64,
    from_source: f64,
}

impl DecayStep {
    /// The step of h seconds of a mode with decay rate μ in 1/s.
    #[must_use]
    pub fn new(rate: f64, h: f64) -> Self {
        Self {
            keep: num::exp(-rate * h),
            from_source: integral_of_exp(-rate, h),
        }
    }

    /// Advances the amplitude by the step under the source s.
    #[inline]
    pub fn advance(&self, q: &mut f64, source: f64) {
        *q = self.keep * *q + self.from_source * source;
    }
}

/// g, ġ, g̈ from Tₙ₊₂ = −(γh (n+1) Tₙ₊₁ + (ωh)² Tₙ) / ((n+1)(n+2)), T₂ = h²/2: no case needs to be
/// told apart and nothing cancels, at ω = 0 and at critical damping too.
fn series(omega_squared: f64, gamma: f64, h: f64) -> [f64; 3] {
    let (a, b) = (gamma * h, omega_squared * h * h);
    let (mut previous, mut term) = (0.0, 0.5);
    let [mut g, mut first, mut second] = [0.0; 3];
    for n in 2..SERIES_TERMS {
        let n = f64::from(n);
        g += term;
        first += n * term;
        second += n * (n - 1.0) * term;
        let next = -(a * n * term + b * previous) / (n * (n + 1.0));
        (previous, term) = (term, next);
    }
    [g * h * h, first * h, second]
}

/// g, ġ, g̈ from the roots r of r² + γ r + ω² = 0.
fn closed(omega_squared: f64, gamma: f64, h: f64) -> [f64; 3] {
    let half = 0.5 * gamma;
    let discriminant = omega_squared - half * half;
    if discriminant > 0.0 {
        let rate = discriminant.sqrt();
        let decay = num::exp(-half * h);
        let (sin, cos) = num::sin_cos(rate * h);
        let (c, s) = (decay * cos, decay * sin / rate);
        return [(1.0 - (c + half * s)) / omega_squared, s, c - half * s];
    }
    let rate = (-discriminant).sqrt();
    let (slow, fast) = (-omega_squared / (half + rate), -(half + rate));
    let (late, early) = (num::exp(slow * h), num::exp(fast * h));
    if rate <= 0.01 * half {
        // Nearly critical, where the difference of the exponentials would cancel:
        // (e^(rh) − e^(−rh)) / 2r = h (1 + (rh)²/6 + …) while rh is small.
        let x = rate * h;
        let (c, s) = if x < 0.01 {
            let decay = num::exp(-half * h);
            let square = x * x;
            let shape = 1.0 + square / 6.0 * (1.0 + square / 20.0);
            (
                decay * (1.0 + 0.5 * square * (1.0 + square / 12.0)),
                decay * h * shape,
            )
        } else {
            (
                0.5 * (late + early),
                -0.5 * late * num::exp_m1(-2.0 * x) / rate,
            )
        };
        return [(1.0 - (c + half * s)) / omega_squared, s, c - half * s];
    }
    let spread = 2.0 * rate;
    [
        (integral_of_exp(slow, h) - integral_of_exp(fast, h)) / spread,
        (late - early) / spread,
        (slow * late - fast * early) / spread,
    ]
}

/// ∫₀ʰ e^(rτ) dτ.
fn integral_of_exp(r: f64, h: f64) -> f64 {
    if r == 0.0 { h } else { num::exp_m1(r * h) / r }
}

/// a b as a rounded product and the rest, exactly (Dekker, 1971, "A floating-point technique for
/// extending the available precision", Numer. Math. 18, 224–242).
fn exact_product(a: f64, b: f64) -> (f64, f64) {
    let split = |x: f64| {
        let shifted = 134_217_729.0 * x;
        let high = shifted - (shifted - x);
        (high, x - high)
    };
    let product = a * b;
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    (product, ((ah * bh - product) + ah * bl + al * bh) + al * bl)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many small steps of the series, which the closed forms must agree with.
    fn by_small_steps(omega_squared: f64, gamma: f64, h: f64, state: [f64; 2]) -> [f64; 2] {
        let count = 512;
        let small = WaveStep::new(omega_squared, gamma, h / f64::from(count));
        let [mut q, mut v] = state;
        for _ in 0..count {
            small.advance(&mut q, &mut v, 0.7);
        }
        [q, v]
    }

    #[test]
    fn every_regime_agrees_with_small_steps() {
        for h in [0.01, 0.5, 3.0] {
            for omega in [
                0.0,
                1e-6,
                0.3,
                2.0,
                4.999,
                5.0,
                5.000_000_1,
                5.02,
                11.0,
                40.0,
            ] {
                for gamma in [0.0, 1e-9, 0.5, 10.0, 60.0] {
                    let exact = WaveStep::new(omega * omega, gamma, h);
                    let [mut q, mut v] = [1.0, -2.0];
                    exact.advance(&mut q, &mut v, 0.7);
                    let [q2, v2] = by_small_steps(omega * omega, gamma, h, [1.0, -2.0]);
                    let scale = 1.0 + q2.abs() + v2.abs();
                    assert!(
                        (q - q2).abs() < 2e-11 * scale,
                        "q {omega} {gamma} {h}: {q} {q2}"
                    );
                    assert!(
                        (v - v2).abs() < 2e-11 * scale * omega.max(1.0),
                        "v {omega} {gamma} {h}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_undamped_step_has_determinant_1() {
        let mut worst = 0.0f64;
        for i in 1..3_000 {
            let omega = 0.37 * f64::from(i);
            for h in [1e-4, 0.01, 0.02, 0.05, 0.3] {
                let excess = WaveStep::new(omega * omega, 0.0, h).excess_of_determinant();
                worst = worst.max(excess.abs());
            }
        }
        assert!(worst < 8e-17, "{worst:e}");
    }

    #[test]
    fn the_mean_mode_drifts_and_is_pushed() {
        let (mut q, mut v) = (1.0, 2.0);
        WaveStep::new(0.0, 0.0, 3.0).advance(&mut q, &mut v, 0.5);
        assert!((q - (1.0 + 6.0 + 2.25)).abs() < 1e-14 && (v - 3.5).abs() < 1e-15);
        let (mut q, mut v) = (1.0, 2.0);
        WaveStep::new(0.0, 2.0, 3.0).advance(&mut q, &mut v, 0.0);
        let gone = 1.0 - num::exp(-6.0);
        assert!((q - (1.0 + gone)).abs() < 1e-14 && (v - 2.0 * (1.0 - gone)).abs() < 1e-15);
    }

    #[test]
    fn a_step_of_nothing_changes_nothing() {
        let (mut q, mut v) = (1.25, -0.5);
        WaveStep::new(7.0, 0.3, 0.0).advance(&mut q, &mut v, 9.0);
        assert_eq!((q, v), (1.25, -0.5));
        DecayStep::new(7.0, 0.0).advance(&mut q, 9.0);
        assert_eq!(q, 1.25);
    }

    #[test]
    fn decay_takes_up_its_source() {
        let mut q = 2.0;
        DecayStep::new(0.5, 2.0).advance(&mut q, 3.0);
        let keep = num::exp(-1.0);
        assert!((q - (2.0 * keep + 6.0 * (1.0 - keep))).abs() < 1e-14);
        DecayStep::new(0.0, 2.0).advance(&mut q, 3.0);
        assert!((q - (2.0 * keep + 6.0 * (1.0 - keep) + 6.0)).abs() < 1e-14);
    }
}
