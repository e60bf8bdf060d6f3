//! Welch spectrum of one series: Pₖ = s · mean |Xₖ|² / (fs Σ w²) over the segments, with the
//! transform X of a segment less its mean, times the window w; s = 2 but at DC and Nyquist.

use crate::base::fft::RealFft;

use super::settings::{Detrend, SignalSettings};

/// The one-sided mean density of the segments of a series (Welch, 1967; `scipy.signal.welch` with
/// the same settings): P(f) = s · mean |X|² / (fs Σ w²), s = 2 but at DC and Nyquist, in unit² per
/// Hz. A segment with a sample that is not finite is left out; the second number is that of the
/// segments that were taken, and without any the density is 0 throughout.
#[must_use]
pub fn welch(settings: &SignalSettings, series: &[f64]) -> (Vec<f64>, usize) {
    let factors = settings.taper.factors(settings.segment);
    let power: f64 = factors.iter().map(|w| w * w).sum();
    let mut density = vec![0.0; settings.bins()];
    let segments = segment_spectra(settings, series);
    for (re, im) in &segments {
        for ((sum, x), y) in density.iter_mut().zip(re).zip(im) {
            *sum += x * x + y * y;
        }
    }
    let taken = segments.len();
    let scale = 1.0 / (settings.sample_rate_hz * power * taken.max(1) as f64);
    for (k, p) in density.iter_mut().enumerate() {
        let is_single = k == 0 || 2 * k == settings.points;
        *p *= if is_single { scale } else { 2.0 * scale };
    }
    (density, taken)
}

/// Real and imaginary parts of the bins of each segment of a series without samples that are not
/// finite; each minus its mean, times the window.
#[must_use]
pub fn segment_spectra(settings: &SignalSettings, series: &[f64]) -> Vec<(Vec<f64>, Vec<f64>)> {
    let plan = RealFft::new(settings.points);
    let factors = settings.taper.factors(settings.segment);
    let (mut re, mut im) = (vec![0.0; plan.rows()], vec![0.0; plan.rows()]);
    let (mut found, mut scratch) = (Vec::new(), Vec::new());
    let whole = series.iter().sum::<f64>() / series.len().max(1) as f64;
    for k in 0..settings.segments(series.len()) {
        let from = k * settings.step;
        let segment = &series[from..from + settings.segment];
        if segment.iter().any(|x| !x.is_finite()) {
            continue;
        }
        let mean = match settings.detrend {
            Detrend::Segment => segment.iter().sum::<f64>() / segment.len() as f64,
            Detrend::Whole => whole,
            Detrend::None => 0.0,
        };
        plan.load(1, &mut re, &mut im, |k, to| {
            let own = segment.get(k).zip(factors.get(k));
            to[0] = own.map_or(0.0, |(x, w)| (x - mean) * w);
        });
        plan.forward(1, &mut re, &mut im, &mut scratch);
        let bins = plan.bins();
        found.push((re[..bins].to_vec(), im[..bins].to_vec()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

    #[test]
    fn a_tone_in_the_middle_of_a_bin_has_the_lobe_of_the_window() {
        for n in [64usize, 63, 50] {
            let tone = |k: usize| 2.0 * num::cos(num::TAU * 7.0 * k as f64 / n as f64);
            let series: Vec<f64> = (0..4 * n).map(tone).collect();
            let settings = SignalSettings::new(4 * n, n, 10.0);
            let (p, taken) = welch(&settings, &series);
            assert_eq!(taken, settings.segments(4 * n));
            // Parseval: density times bin width sums to the variance, a²/2 = 2.
            let power = p.iter().sum::<f64>() * 10.0 / n as f64;
            assert!((power - 2.0).abs() < 1e-12, "{n}: {power}");
            for (k, share) in [(6, 1.0 / 6.0), (7, 2.0 / 3.0), (8, 1.0 / 6.0)] {
                let found = p[k] * 10.0 / n as f64 / power;
                assert!((found - share).abs() < 1e-12, "{n}: bin {k} has {found}");
            }
        }
    }

    #[test]
    fn a_broken_sample_takes_its_segments_and_no_more() {
        let tone = |k: i32| num::cos(0.7 * f64::from(k));
        let mut series: Vec<f64> = (0..160).map(tone).collect();
        series[40] = f64::NAN;
        let settings = SignalSettings::new(160, 32, 1.0);
        let (density, taken) = welch(&settings, &series);
        assert_eq!((settings.segments(160), taken), (9, 7));
        assert!(density.iter().all(|p| p.is_finite()));
        assert_eq!(welch(&settings, &[f64::NAN; 160]), (vec![0.0; 17], 0));
    }
}
