//! What recordings of oscillators are compared by: how fast each turns, how each pair is locked.
//!
//! Phases are those of the analytic signal of each channel less its mean (Marple 1999). A tenth of
//! the samples at either end is left out, where the signal's ends distort them. The rate of a
//! channel is its mean phase velocity, (φ(end) − φ(start)) / (2π T) with φ unwrapped; the locking
//! of a pair is |⟨e^(i(φᵢ − φⱼ))⟩| (Lachaux et al. 1999).

use crate::base::fft::Fft;
use crate::base::num;

/// Samples that phases can be told from at least.
pub const SAMPLES_MIN: usize = 32;

/// The features of some channels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// The mean rate of each channel, Hz.
    pub rates_hz: Vec<f64>,
    /// The phase-locking value of each pair, 0 … 1: (0, 1), (0, 2), …, (1, 2), ….
    pub locking: Vec<f64>,
}

impl Features {
    /// The features of channels at a sample rate; `None` of less than 32 samples, of samples that
    /// are no finite numbers, and of channels that stand still.
    #[must_use]
    pub fn of(channels: &[Vec<f64>], sample_rate_hz: f64) -> Option<Self> {
        let samples = channels.first().map_or(0, Vec::len);
        if samples < SAMPLES_MIN || channels.iter().any(|own| own.len() != samples) {
            return None;
        }
        let fft = Fft::new(samples);
        let phases: Option<Vec<Vec<(f64, f64)>>> =
            channels.iter().map(|own| phasors(&fft, own)).collect();
        let phases = phases?;
        let cut = samples / 10;
        let kept = cut..samples - cut;
        let rates = phases.iter().map(|own| {
            let pairs = own[kept.clone()].windows(2);
            let turned: f64 = pairs
                .map(|pair| {
                    let ((a, b), (c, d)) = (pair[0], pair[1]);
                    num::atan2(d * a - c * b, c * a + d * b)
                })
                .sum();
            turned / num::TAU * sample_rate_hz / (kept.len() - 1) as f64
        });
        let rates_hz = rates.collect();
        let mut locking = Vec::new();
        for (k, first) in phases.iter().enumerate() {
            for second in &phases[k + 1..] {
                let both = first[kept.clone()].iter().zip(&second[kept.clone()]);
                let sum = both.fold((0.0, 0.0), |sum, ((a, b), (c, d))| {
                    (sum.0 + a * c + b * d, sum.1 + b * c - a * d)
                });
                locking.push(num::hypot(sum.0, sum.1) / kept.len() as f64);
            }
        }
        Some(Self { rates_hz, locking })
    }

    /// The mean square difference of the rates, in units of their mean size in `self`.
    #[must_use]
    pub fn rate_error(&self, other: &Self) -> f64 {
        let count = self.rates_hz.len() as f64;
        let size = self.rates_hz.iter().map(|rate| rate.abs()).sum::<f64>() / count;
        let scale = if size > 0.0 { size } else { 1.0 };
        mean_square(&self.rates_hz, &other.rates_hz) / (scale * scale)
    }

    /// The mean square difference of the phase-locking values.
    #[must_use]
    pub fn locking_error(&self, other: &Self) -> f64 {
        mean_square(&self.locking, &other.locking)
    }
}

/// The mean square difference of two lists; 0 of empty ones.
#[must_use]
pub fn mean_square(a: &[f64], b: &[f64]) -> f64 {
    if a.is_empty() {
        return 0.0;
    }
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>() / a.len() as f64
}

/// The analytic signal of a channel, each sample of length 1.
fn phasors(fft: &Fft, channel: &[f64]) -> Option<Vec<(f64, f64)>> {
    let n = channel.len();
    let mean = channel.iter().sum::<f64>() / n as f64;
    let mut re: Vec<f64> = channel.iter().map(|x| x - mean).collect();
    let mut im = vec![0.0; n];
    let mut scratch = Vec::new();
    fft.forward(1, &mut re, &mut im, &mut scratch);
    for k in 1..n {
        // Nyquist of an even length stays as it is.
        let factor = match 2 * k {
            twice if twice < n => 2.0,
            twice if twice == n => 1.0,
            _ => 0.0,
        };
        re[k] *= factor;
        im[k] *= factor;
    }
    fft.backward(1, &mut re, &mut im, &mut scratch);
    let lengths = re.iter().zip(&im).map(|(a, b)| {
        let length = num::hypot(*a, *b);
        (length.is_finite() && length > 0.0).then(|| (a / length, b / length))
    });
    lengths.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_locking_are_those_of_the_tones() {
        let rate_hz = 100.0;
        let tone = |hz: f64, phase: f64| -> Vec<f64> {
            (0..2000)
                .map(|k| num::cos(num::TAU * hz * f64::from(k) / rate_hz + phase))
                .collect()
        };
        let own =
            Features::of(&[tone(1.0, 0.0), tone(1.0, 0.7), tone(1.37, 0.2)], rate_hz).unwrap();
        for (found, expected) in own.rates_hz.iter().zip([1.0, 1.0, 1.37]) {
            assert!((found - expected).abs() < 1e-3, "{found}");
        }
        assert!(
            own.locking[0] > 0.999 && own.locking[1] < 0.1,
            "{:?}",
            own.locking
        );
        let other =
            Features::of(&[tone(2.0, 0.0), tone(1.0, 0.7), tone(1.37, 0.2)], rate_hz).unwrap();
        assert!(own.rate_error(&own) == 0.0 && own.rate_error(&other) > 0.1);
        assert!(own.locking_error(&other) > 0.3);
        assert_eq!(Features::of(&[vec![1.0; 100]], 1.0), None);
        assert_eq!(Features::of(&[vec![f64::NAN; 100]], 1.0), None);
        assert_eq!(Features::of(&[vec![0.5; 8]], 1.0), None);
    }
}
