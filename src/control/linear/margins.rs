//! Margins of the sampled loop: what it stands before it is unstable.

use nalgebra::Complex;

use crate::base::num;
use crate::control::pid::PidSpec;

use super::discrete::Discrete;
use super::plant::root;

/// A sampled plant under a PID law, without limits: L = C G, with the law's part from the measure.
#[derive(Clone, Debug)]
pub struct SampledLoop<'a> {
    /// The plant.
    pub plant: &'a Discrete,
    /// The law.
    pub law: &'a PidSpec,
}

/// What a loop stands. Each is the least over all frequencies up to half the sample rate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Margins {
    /// Factor > 1 by which the gain may grow; none when it may grow without bound.
    pub gain: Option<f64>,
    /// Where, rad/s.
    pub gain_at_rad_s: Option<f64>,
    /// Factor < 1 to which the gain may fall; none when it may fall to 0, as it may for stable
    /// plants but with conditional stability.
    pub gain_least: Option<f64>,
    /// Angle by which the loop may fall behind or be ahead, rad; none when |L| is never 1.
    pub phase_rad: Option<f64>,
    /// Where, rad/s.
    pub phase_at_rad_s: Option<f64>,
    /// Time by which the loop may be later, s.
    pub delay_s: Option<f64>,
    /// The greatest |1/(1 + L)|: by how much the loop makes disturbances worse at its worst
    /// frequency. 1.2 … 2 in well-tuned loops.
    pub sensitivity: f64,
}

impl SampledLoop<'_> {
    /// Denominator and numerator of L at z: det(z 1 − A) times the law's poles, and the rest, with
    /// the delay as z^(−d).
    #[must_use]
    pub fn parts(&self, z: Complex<f64>) -> (Complex<f64>, Complex<f64>) {
        let (mut below, plant) = self.plant.polynomials(z);
        let ts = self.plant.sample_s();
        let one = Complex::new(1.0, 0.0);
        let law = self.law;
        let span = law.derivative_filter_s + ts;
        let (sum, filter) = (z - one, z - one * (law.derivative_filter_s / span));
        let (has_i, has_d) = (law.ki != 0.0, law.kd != 0.0);
        let with = |factor: Complex<f64>, has: bool| if has { factor } else { one };
        let mut above = with(sum, has_i) * with(filter, has_d) * law.kp;
        if has_i {
            above += with(filter, has_d) * (law.ki * ts);
        }
        if has_d {
            above += with(sum, has_i) * sum * (law.kd / span);
        }
        below *= with(sum, has_i) * with(filter, has_d);
        let angle = -num::atan2(z.im, z.re) * self.plant.delay() as f64;
        let (sin, cos) = num::sin_cos(angle);
        (below, plant * above * Complex::new(cos, sin))
    }

    /// Poles of L, those of the delay left out.
    #[must_use]
    pub fn order(&self) -> usize {
        let law = self.law;
        self.plant.order() + usize::from(law.ki != 0.0) + usize::from(law.kd != 0.0)
    }

    /// L at the angular frequency `omega`, rad/s.
    #[must_use]
    pub fn response(&self, omega: f64) -> Complex<f64> {
        let (below, above) = self.at(omega * self.plant.sample_s());
        above / below
    }

    /// [`parts`](Self::parts) at e^(iθ).
    pub(super) fn at(&self, theta: f64) -> (Complex<f64>, Complex<f64>) {
        let (sin, cos) = num::sin_cos(theta);
        self.parts(Complex::new(cos, sin))
    }

    /// Angles 0 … π that are fine on both scales: 1/100 of a decade, and a part of a turn of the
    /// delay.
    pub(super) fn angles(&self) -> Vec<f64> {
        let fine = 0.2 / (self.plant.delay() + self.order() + 1) as f64;
        let (mut theta, mut all) = (1e-8, Vec::new());
        while theta < num::PI {
            all.push(theta);
            theta = (theta * 1.02).min(theta + fine);
        }
        all.push(num::PI);
        all
    }

    /// The margins.
    #[must_use]
    pub fn margins(&self) -> Margins {
        let ts = self.plant.sample_s();
        let l = |theta: f64| {
            let (below, above) = self.at(theta);
            above / below
        };
        let size = |own: Complex<f64>| num::hypot(own.re, own.im);
        let mut found = Margins::default();
        let mut before: Option<(f64, Complex<f64>)> = None;
        for theta in self.angles() {
            let own = l(theta);
            if !(own.re.is_finite() && own.im.is_finite()) {
                before = None;
                continue;
            }
            let one = Complex::new(1.0, 0.0);
            found.sensitivity = found.sensitivity.max(1.0 / size(one + own));
            if let Some((last, other)) = before {
                if (size(own) - 1.0) * (size(other) - 1.0) < 0.0 {
                    let at = root(last, theta, |t| size(l(t)) - 1.0);
                    found.phase(l(at), at, ts);
                }
                if own.im * other.im < 0.0 && (own.re < 0.0 || other.re < 0.0) {
                    let at = root(last, theta, |t| l(t).im);
                    found.gain(l(at), at, ts);
                }
            }
            // At half the sample rate L is real.
            if theta == num::PI {
                found.gain(own, theta, ts);
            }
            before = Some((theta, own));
        }
        found
    }
}

impl Margins {
    fn phase(&mut self, l: Complex<f64>, theta: f64, ts: f64) {
        let behind = num::wrap_angle(num::atan2(l.im, l.re) - num::PI);
        // Above −1 by `behind`, or below it by the rest of the turn.
        let angle = behind.min(num::TAU - behind);
        if self.phase_rad.is_none_or(|least| angle < least) {
            (self.phase_rad, self.phase_at_rad_s) = (Some(angle), Some(theta / ts));
        }
        let delay = behind / theta * ts;
        if self.delay_s.is_none_or(|least| delay < least) {
            self.delay_s = Some(delay);
        }
    }

    fn gain(&mut self, l: Complex<f64>, theta: f64, ts: f64) {
        let factor = -1.0 / l.re;
        if !(factor.is_finite() && factor > 0.0) {
            return;
        }
        if factor >= 1.0 {
            if self.gain.is_none_or(|least| factor < least) {
                (self.gain, self.gain_at_rad_s) = (Some(factor), Some(theta / ts));
            }
        } else if self.gain_least.is_none_or(|most| factor > most) {
            self.gain_least = Some(factor);
        }
    }
}
