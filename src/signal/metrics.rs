//! Entropy, coherence and resonance from spectra and analytic signals.

use rustfft::num_complex::Complex64;

use crate::base::num;

/// Shannon entropy of a density normalised to sum 1, nats; 0 ln 0 = 0. 0 … ln B.
#[must_use]
pub fn spectral_entropy(density: &[f64]) -> f64 {
    let total: f64 = density.iter().sum();
    let mut entropy = 0.0;
    for p in density {
        let p = p / total;
        if p > 0.0 {
            entropy -= p * num::ln(p);
        }
    }
    entropy
}

/// What the phases of the channels say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhaseCoherence {
    /// Time mean of R(t) = |mean over channels of u|.
    pub mean: f64,
    /// The same without the first and last tenth.
    pub trim10: f64,
    /// Time mean of (C R² − 1) / (C − 1); 1 for one channel.
    pub debiased: f64,
    /// Argument of the mean phasor of the last sample, rad.
    pub last_phase_rad: f64,
}

/// The Kuramoto order parameter of unit phasors z/|z| of all channels, over time.
#[must_use]
pub fn phase_coherence(analytic: &[Vec<Complex64>]) -> PhaseCoherence {
    let channels = analytic.len() as f64;
    let samples = analytic.first().map_or(0, Vec::len);
    let mut order = Vec::with_capacity(samples);
    let mut last = Complex64::default();
    for t in 0..samples {
        let mut sum = Complex64::default();
        for channel in analytic {
            let z = channel[t];
            let length = num::hypot(z.re, z.im);
            if length > 0.0 {
                sum += z / length;
            }
        }
        last = sum / channels;
        order.push(num::hypot(last.re, last.im));
    }
    let cut = samples / 10;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let debiased = if analytic.len() < 2 {
        1.0
    } else {
        let terms: Vec<f64> = order
            .iter()
            .map(|r| (channels * r * r - 1.0) / (channels - 1.0))
            .collect();
        mean(&terms)
    };
    PhaseCoherence {
        mean: mean(&order),
        trim10: mean(&order[cut..samples - cut]),
        debiased,
        last_phase_rad: num::atan2(last.im, last.re),
    }
}

/// The peak of the mean normalised spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Its bin, ≥ 1; the first on ties.
    pub bin: usize,
    /// Its power over the mean of bins 1 …: the spectral crest factor.
    pub crest: f64,
    /// Its place in bins, by a parabola through the logarithms of three bins.
    pub place: f64,
}

/// Finds the peak of the mean of the channels' densities, each normalised to sum 1. `None` when
/// there is no power above DC.
#[must_use]
pub fn find_peak(densities: &[Vec<f64>]) -> Option<Peak> {
    let bins = densities.first()?.len();
    let mut mean = vec![0.0; bins];
    for density in densities {
        let total: f64 = density.iter().sum();
        for (sum, p) in mean.iter_mut().zip(density) {
            *sum += p / total / densities.len() as f64;
        }
    }
    let mut bin = 1;
    for k in 2..bins {
        if mean[k] > mean[bin] {
            bin = k;
        }
    }
    let floor = mean[1..].iter().sum::<f64>() / (bins - 1) as f64;
    if floor <= 0.0 {
        return None;
    }
    let mut place = bin as f64;
    if bin + 1 < bins && mean[bin - 1] > 0.0 && mean[bin + 1] > 0.0 {
        let [a, b, c] = [bin - 1, bin, bin + 1].map(|k| num::ln(mean[k]));
        let curvature = a - 2.0 * b + c;
        if curvature < 0.0 {
            place += (a - c) / (2.0 * curvature);
        }
    }
    Some(Peak {
        bin,
        crest: mean[bin] / floor,
        place,
    })
}

/// The mean magnitude-squared coherence over all pairs of channels at one bin, from the segments'
/// spectra there: each channel's K values normalised to length 1, G = VᴴV (K × K),
/// M = (‖G‖² − C) / (C (C − 1)).
#[must_use]
pub fn mean_msc(at_bin: &[Vec<Complex64>]) -> f64 {
    let channels = at_bin.len() as f64;
    let segments = at_bin.first().map_or(0, Vec::len);
    let mut gram = vec![Complex64::default(); segments * segments];
    for values in at_bin {
        let power: f64 = values.iter().map(Complex64::norm_sqr).sum();
        if power <= 0.0 {
            continue;
        }
        for i in 0..segments {
            for j in 0..segments {
                gram[i * segments + j] += values[i].conj() * values[j] / power;
            }
        }
    }
    let norm: f64 = gram.iter().map(Complex64::norm_sqr).sum();
    (norm - channels) / (channels * (channels - 1.0))
}

/// Removes the bias of magnitude-squared coherence estimated from K half-overlapping Hann segments:
/// Ke = K / (1 + 2 r (K − 1)/K), r = 1/36; (M − 1/Ke) / (1 − 1/Ke), not below 0
/// (Carter, Knapp & Nuttall, 1973).
#[must_use]
pub fn debias_msc(mean: f64, segments: usize) -> f64 {
    let k = segments as f64;
    let effective = k / (1.0 + 2.0 / 36.0 * (k - 1.0) / k);
    let floor = 1.0 / effective;
    ((mean - floor) / (1.0 - floor)).max(0.0)
}
