//! Entropy, coherence and resonance from spectra and analytic signals.
//!
//! Each is a pure function of what it is given; what becomes of channels that are silent or not
//! finite is decided before, by the engine.

use rustfft::num_complex::Complex64;

use crate::base::num;

/// Shannon entropy H = −Σ p ln p of a density normalised to sum 1, nats; 0 ln 0 = 0. 0 … ln B for
/// B bins; a density without power gives 0 (spectral entropy: Inouye et al., 1991).
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
    entropy.max(0.0)
}

/// What the phases of the channels say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhaseCoherence {
    /// Time mean of R(t) = |mean over channels of u|, 0 … 1 (Kuramoto, 1984). Independent channels
    /// have a mean of about √(π/4C).
    pub mean: f64,
    /// The same without the first and last ⌊W/10⌋ samples, where the transform's ends are felt.
    pub trim10: f64,
    /// Time mean of (C R² − 1) / (C − 1), the mean cosine of phase differences: 0 for independent
    /// channels, negative for splay states, 1 for one channel. −1/(C − 1) … 1.
    pub debiased: f64,
    /// Argument of the mean phasor of the last sample, rad, in (−π, π].
    pub last_phase_rad: f64,
}

/// Sums the unit phasors u = z/|z| of analytic signals, channel after channel.
#[derive(Clone, Debug, Default)]
pub struct PhasorSum {
    channels: usize,
    sums: Vec<Complex64>,
}

impl PhasorSum {
    /// Forgets all channels; the next have `samples` samples.
    pub fn clear(&mut self, samples: usize) {
        self.channels = 0;
        self.sums.clear();
        self.sums.resize(samples, Complex64::default());
    }

    /// Adds a channel. Where z = 0 there is no phase and it adds nothing.
    pub fn add(&mut self, analytic: &[Complex64]) {
        self.channels += 1;
        for (sum, z) in self.sums.iter_mut().zip(analytic) {
            let power = z.norm_sqr();
            // The square of a small number loses digits to underflow; the slow way does not.
            let length = if power > 1e-280 {
                power.sqrt()
            } else {
                num::hypot(z.re, z.im)
            };
            if length > 0.0 {
                *sum += z / length;
            }
        }
    }

    /// The order parameter of the channels added, and its means over time.
    #[must_use]
    pub fn coherence(&self) -> PhaseCoherence {
        let channels = self.channels.max(1) as f64;
        let order: Vec<f64> = self
            .sums
            .iter()
            .map(|sum| (num::hypot(sum.re, sum.im) / channels).min(1.0))
            .collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let cut = order.len() / 10;
        let squares: f64 = order.iter().map(|r| r * r).sum();
        let square = squares / order.len().max(1) as f64;
        PhaseCoherence {
            mean: mean(&order).min(1.0),
            trim10: mean(&order[cut..order.len() - cut]).min(1.0),
            debiased: if self.channels < 2 {
                1.0
            } else {
                ((channels * square - 1.0) / (channels - 1.0)).min(1.0)
            },
            last_phase_rad: self.sums.last().map_or(0.0, |z| num::atan2(z.im, z.re)),
        }
    }
}

/// The mean Pm of the channels' densities, each normalised to sum 1, so that loud channels do not
/// outvote quiet ones. A density without power adds nothing.
#[must_use]
pub fn mean_densities(densities: &[Vec<f64>]) -> Vec<f64> {
    let mut mean = vec![0.0; densities.first().map_or(0, Vec::len)];
    for density in densities {
        let total: f64 = density.iter().sum();
        if total > 0.0 {
            for (sum, p) in mean.iter_mut().zip(density) {
                *sum += p / total;
            }
        }
    }
    for p in &mut mean {
        *p /= densities.len() as f64;
    }
    mean
}

/// The peak of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Its bin, 1 … B − 1; the lowest on ties.
    pub bin: usize,
    /// Its power over the mean of bins 1 … B − 1: the spectral crest factor, 1 … B − 1.
    pub crest: f64,
    /// Its place in bins, within one of `bin`: k + (a − c) / (2 (a − 2b + c)) for the logarithms
    /// a, b, c of bins k − 1, k, k + 1; k itself at the end of the spectrum.
    pub place: f64,
}

/// Finds the peak of the mean spectrum Pm. `None` when there is no power above DC.
#[must_use]
pub fn find_peak(mean: &[f64]) -> Option<Peak> {
    let above = mean.get(1..).filter(|above| !above.is_empty())?;
    let floor = above.iter().sum::<f64>() / above.len() as f64;
    if floor.is_nan() || floor <= 0.0 {
        return None;
    }
    let mut bin = 1;
    for (k, p) in mean.iter().enumerate().skip(2) {
        if *p > mean[bin] {
            bin = k;
        }
    }
    let mut shift = 0.0;
    if bin + 1 < mean.len() && mean[bin - 1] > 0.0 && mean[bin + 1] > 0.0 {
        let [a, b, c] = [bin - 1, bin, bin + 1].map(|k| num::ln(mean[k]));
        let curvature = a - 2.0 * b + c;
        // DC can exceed bin 1, and then there is no summit near it.
        if curvature < 0.0 {
            shift = ((a - c) / (2.0 * curvature)).clamp(-1.0, 1.0);
        }
    }
    Some(Peak {
        bin,
        crest: mean[bin] / floor,
        place: bin as f64 + shift,
    })
}

/// The mean magnitude-squared coherence over all pairs of channels at one bin, 0 … 1, from the
/// segments' spectra there (Carter, Knapp & Nuttall, 1973): |Σ Xi Xj*|² / (Σ|Xi|² Σ|Xj|²).
///
/// With every channel's K values normalised to length 1, the pairs are the off-diagonal of a C × C
/// Gram matrix whose norm equals that of the K × K one: M = (‖G‖² − C′) / (C (C − 1)) for C′
/// channels with power. The smaller of the two is used. A channel without power shares nothing; one
/// channel alone gives 1.
#[must_use]
pub fn mean_msc(at_bin: &[Vec<Complex64>]) -> f64 {
    if at_bin.len() < 2 {
        return 1.0;
    }
    let unit: Vec<Vec<Complex64>> = at_bin.iter().map(|values| normalized(values)).collect();
    let segments = unit.first().map_or(0, Vec::len);
    let channels = unit.len() as f64;
    let shared = if unit.len() <= segments {
        let mut sum = 0.0;
        for (i, a) in unit.iter().enumerate() {
            for b in &unit[..i] {
                sum += 2.0 * inner(a, b).norm_sqr();
            }
        }
        sum
    } else {
        let powered = unit
            .iter()
            .filter(|values| values.iter().any(|x| x.norm_sqr() > 0.0))
            .count();
        gram_norm(&unit, segments) - powered as f64
    };
    (shared / (channels * (channels - 1.0))).clamp(0.0, 1.0)
}

fn inner(a: &[Complex64], b: &[Complex64]) -> Complex64 {
    a.iter().zip(b).map(|(a, b)| a * b.conj()).sum()
}

fn normalized(values: &[Complex64]) -> Vec<Complex64> {
    let power: f64 = values.iter().map(Complex64::norm_sqr).sum();
    let factor = if power > 0.0 { 1.0 / power.sqrt() } else { 0.0 };
    values.iter().map(|x| x * factor).collect()
}

/// ‖VᴴV‖² of the C × K matrix V, by the half of the K × K matrix that its symmetry leaves.
fn gram_norm(unit: &[Vec<Complex64>], segments: usize) -> f64 {
    let mut norm = 0.0;
    for i in 0..segments {
        for j in 0..=i {
            let entry: Complex64 = unit.iter().map(|v| v[i].conj() * v[j]).sum();
            norm += entry.norm_sqr() * if i == j { 1.0 } else { 2.0 };
        }
    }
    norm
}

/// Removes the bias of magnitude-squared coherence estimated from K half-overlapping Hann segments:
/// Ke = K / (1 + 2 r (K − 1)/K), r = 1/36; (M − 1/Ke) / (1 − 1/Ke), not below 0
/// (Carter, Knapp & Nuttall, 1973). One segment says nothing about coherence and gives 0.
#[must_use]
pub fn debias_msc(mean: f64, segments: usize) -> f64 {
    if segments < 2 {
        return 0.0;
    }
    let k = segments as f64;
    let effective = k / (1.0 + 2.0 / 36.0 * (k - 1.0) / k);
    let floor = 1.0 / effective;
    ((mean - floor) / (1.0 - floor)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn phasor(angle: f64) -> Complex64 {
        let (s, c) = num::sin_cos(angle);
        Complex64::new(c, s)
    }

    #[test]
    fn entropy_of_known_densities() {
        assert!((spectral_entropy(&[2.0; 129]) - num::ln(129.0)).abs() < 1e-12);
        assert_eq!(spectral_entropy(&[0.0, 5.0, 0.0]), 0.0);
        assert_eq!(spectral_entropy(&[0.0; 5]), 0.0);
        // The main lobe of a tone in the middle of a bin.
        let lobe = spectral_entropy(&[1.0, 4.0, 1.0]);
        assert!((lobe - 0.867_563_228_482_251_7).abs() < 1e-12, "{lobe}");
    }

    #[test]
    fn a_splay_state_has_no_coherence_and_a_negative_debiased_one() {
        let mut sum = PhasorSum::default();
        for (offset, mean, debiased) in [(num::TAU / 5.0, 0.0, -0.25), (0.0, 1.0, 1.0)] {
            sum.clear(40);
            for channel in 0..5 {
                let phase = |t: i32| 0.3 * f64::from(t) + offset * f64::from(channel);
                // Length must not matter, however small.
                let size = [1.0, 1e-150, 1e-300, 1e6, 3.0][channel as usize];
                let z: Vec<_> = (0..40).map(|t| phasor(phase(t)) * size).collect();
                sum.add(&z);
            }
            let found = sum.coherence();
            assert!((found.mean - mean).abs() < 1e-12, "{found:?}");
            assert!((found.trim10 - mean).abs() < 1e-12, "{found:?}");
            assert!((found.debiased - debiased).abs() < 1e-12, "{found:?}");
        }
        assert!((sum.coherence().last_phase_rad - (0.3 * 39.0 - 2.0 * num::TAU)).abs() < 1e-9);
    }

    #[test]
    fn peaks_are_the_lowest_on_ties_and_never_dc() {
        let peak = find_peak(&[9.0, 1.0, 3.0, 1.0, 3.0]).unwrap();
        assert_eq!((peak.bin, peak.crest, peak.place), (2, 1.5, 2.0));
        let high_dc = find_peak(&[9.0, 2.0, 1.0]).unwrap();
        assert_eq!((high_dc.bin, high_dc.place), (1, 1.0));
        for nothing in [&[][..], &[1.0], &[1.0, 0.0, 0.0], &[0.0, f64::NAN]] {
            assert_eq!(find_peak(nothing), None);
        }
    }

    #[test]
    fn a_silent_channel_takes_nothing_from_the_others() {
        let mean = mean_densities(&[vec![0.0, 1.0, 3.0], vec![0.0; 3]]);
        assert_eq!(mean, [0.0, 0.125, 0.375]);
        let at_bin = vec![
            vec![phasor(0.3); 4],
            vec![phasor(1.3); 4],
            vec![Complex64::default(); 4],
        ];
        assert!((mean_msc(&at_bin) - 1.0 / 3.0).abs() < 1e-12);
        // The same by the other of the two ways.
        let short: Vec<_> = at_bin.iter().map(|values| values[..2].to_vec()).collect();
        assert!((mean_msc(&short) - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(mean_msc(&at_bin[..1]), 1.0);
    }

    #[test]
    fn debiasing_ends_at_one_and_not_below_zero() {
        assert!((debias_msc(1.0, 7) - 1.0).abs() < 1e-15);
        assert!((debias_msc(0.1467, 7)).abs() < 1e-15);
        assert!(debias_msc(0.1497, 7) < 1e-3);
        assert_eq!(debias_msc(1.0, 1), 0.0);
    }

    proptest! {
        #[test]
        fn both_ways_to_the_mean_coherence_agree(
            values in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 40),
        ) {
            let all: Vec<Complex64> = values.iter().map(|(a, b)| Complex64::new(*a, *b)).collect();
            let by_pairs: Vec<_> = all.chunks(8).map(<[Complex64]>::to_vec).collect();
            let unit: Vec<_> = by_pairs.iter().map(|values| normalized(values)).collect();
            let by_gram = (gram_norm(&unit, 8) - 5.0) / 20.0;
            prop_assert!((mean_msc(&by_pairs) - by_gram).abs() < 1e-12);
        }
    }
}
