//! Spectra of a window: densities of the channels, their mean, and what channels share at its peak.

use crate::base::isa::{Arith, Isa, Kernel, Split};
use crate::base::vector::ln_lane;

use super::msc::mean_msc;
use super::peak::{Peak, find_peak};
use super::segments::{Segment, Segments, power_factor, scale_factor};
use super::settings::SignalSettings;

/// The spectra of the valid channels of a window.
#[derive(Clone, Debug, Default)]
pub struct Spectra {
    /// Number of channels.
    pub channels: usize,
    /// Segments, K.
    pub segments: usize,
    /// First and last bin that is looked at.
    pub bins: (usize, usize),
    /// Σ|X|² over segments, doubled but for DC and Nyquist: bin k of channel c is entry
    /// `k · channels + c`. Proportional to the one-sided density; see [`Self::unit`].
    pub density: Vec<f64>,
    /// Its sum over the band, of each channel.
    pub total: Vec<f64>,
    /// The power of 2 by which the samples of each channel were multiplied.
    pub exponent: Vec<i32>,
    /// Spectral entropy of each channel, nats.
    pub entropy: Vec<f64>,
    /// The mean of the valid channels' densities, each normalised to sum 1 over the band; 0
    /// outside.
    pub mean: Vec<f64>,
    /// The peak of the mean.
    pub peak: Option<Peak>,
    /// Mean magnitude-squared coherence over all pairs of valid channels at the peak.
    pub msc: f64,
    /// Re X and Im X at the peak: segment j of valid channel number c is entry `j · valid + c`.
    pub at_peak: (Vec<f64>, Vec<f64>),
    /// What brings the values at the peak to one scale, for what weighs channels by their power.
    pub relative: Vec<f64>,
    /// What makes a density of Σ|X|², 1/(fs Σw² K).
    pub unit: f64,
    factors: Vec<f64>,
    shares: Vec<f64>,
    inverse: Vec<f64>,
}

impl Spectra {
    /// Sums the segments of a window whose oldest frame has the number `first`.
    pub fn sum(
        &mut self,
        isa: Isa,
        settings: &SignalSettings,
        (ring, first): (&Segments, u64),
        (samples, channels, valid): (usize, usize, &[usize]),
    ) {
        self.channels = channels;
        self.segments = settings.segments(samples);
        self.bins = settings.band_bins();
        self.common_exponents(settings, ring, first);
        let size = settings.bins() * channels;
        self.density.clear();
        self.density.resize(size, 0.0);
        for k in 0..self.segments {
            let segment = ring.at(first + (k * settings.step) as u64);
            self.factors.clear();
            let factors = segment.exponent.iter().zip(&self.exponent);
            self.factors
                .extend(factors.map(|(own, to)| power_factor(*own, *to)));
            isa.run(Add {
                sum: &mut self.density,
                segment,
                factors: (!segment.is_plain || self.factors.iter().any(|f| *f != 1.0))
                    .then_some(&self.factors),
            });
        }
        self.entropies(isa, settings, valid);
        self.peak = find_peak(&self.mean, self.bins);
    }

    /// The power of 2 that suits the loudest segment of each channel.
    fn common_exponents(&mut self, settings: &SignalSettings, ring: &Segments, first: u64) {
        self.exponent.clear();
        self.exponent.resize(self.channels, i32::MAX);
        for k in 0..self.segments {
            let segment = ring.at(first + (k * settings.step) as u64);
            for (own, other) in self.exponent.iter_mut().zip(&segment.exponent) {
                *own = (*own).min(*other);
            }
        }
    }

    /// What undoes the scaling of a channel's powers.
    #[must_use]
    pub fn unscale(&self, channel: usize) -> f64 {
        let half = scale_factor(-self.exponent[channel]);
        half * half
    }

    fn entropies(&mut self, isa: Isa, settings: &SignalSettings, valid: &[usize]) {
        for own in [&mut self.total, &mut self.entropy, &mut self.factors] {
            own.clear();
            own.resize(self.channels, 0.0);
        }
        for c in valid {
            self.factors[*c] = 1.0;
        }
        self.shares.resize(self.channels, 0.0);
        self.inverse.resize(self.channels, 0.0);
        self.mean.clear();
        self.mean.resize(settings.bins(), 0.0);
        isa.run(Entropies {
            density: &mut self.density,
            total: &mut self.total,
            entropy: &mut self.entropy,
            mean: &mut self.mean,
            weights: (&self.factors, valid.len()),
            shares: &mut self.shares,
            inverse: &mut self.inverse,
            band: self.bins,
            alone: (0, settings.points),
        });
    }

    /// Takes the segments' values at the peak, and what all pairs of channels share there.
    pub fn share(
        &mut self,
        isa: Isa,
        settings: &SignalSettings,
        (ring, first): (&Segments, u64),
        valid: &[usize],
    ) {
        let (re, im) = (&mut self.at_peak.0, &mut self.at_peak.1);
        re.clear();
        im.clear();
        self.msc = 1.0;
        let exponents = valid.iter().map(|c| self.exponent[*c]);
        let loudest = exponents.clone().min().unwrap_or(0);
        self.relative.clear();
        let relative = exponents.map(|own| scale_factor(loudest - own));
        self.relative.extend(relative);
        let Some(peak) = self.peak else { return };
        for k in 0..self.segments {
            let segment = ring.at(first + (k * settings.step) as u64);
            let row = peak.bin * self.channels;
            for c in valid {
                let factor = scale_factor(self.exponent[*c] - segment.exponent[*c]);
                re.push(segment.re[row + c] * factor);
                im.push(segment.im[row + c] * factor);
            }
        }
        if valid.len() > 1 && self.segments > 1 {
            let shape = (valid.len(), self.segments);
            self.msc = mean_msc(isa, (re, im), shape, &mut self.factors);
        }
    }
}

/// Sums that run side by side.
const LANES: usize = 8;

struct Add<'a> {
    sum: &'a mut [f64],
    segment: &'a Segment,
    factors: Option<&'a Vec<f64>>,
}

impl Kernel for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let Segment { re, im, power, .. } = self.segment;
        match self.factors {
            None if power.is_empty() => {
                for ((sum, x), y) in self.sum.iter_mut().zip(re).zip(im) {
                    *sum += x * x + y * y;
                }
            }
            None => {
                for (sum, p) in self.sum.iter_mut().zip(power) {
                    *sum += p;
                }
            }
            Some(factors) => {
                let channels = factors.len().max(1);
                let rows = re.chunks_exact(channels).zip(im.chunks_exact(channels));
                for (sums, (re, im)) in self.sum.chunks_exact_mut(channels).zip(rows) {
                    for (((sum, x), y), f) in sums.iter_mut().zip(re).zip(im).zip(factors) {
                        *sum += (x * x + y * y) * f;
                    }
                }
            }
        }
    }
}

struct Entropies<'a> {
    density: &'a mut [f64],
    total: &'a mut [f64],
    entropy: &'a mut [f64],
    mean: &'a mut [f64],
    /// 1 of valid channels, 0 of others; and how many are valid.
    weights: (&'a [f64], usize),
    /// Room for the shares of a bin, and for one over each total.
    shares: &'a mut [f64],
    inverse: &'a mut [f64],
    band: (usize, usize),
    /// The bin that is not doubled, and twice the one of Nyquist.
    alone: (usize, usize),
}

impl Kernel for Entropies<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let channels = self.total.len().max(1);
        for (bin, row) in self.density.chunks_exact_mut(channels).enumerate() {
            if bin != self.alone.0 && 2 * bin != self.alone.1 {
                for p in row.iter_mut() {
                    *p *= 2.0;
                }
            }
            if (self.band.0..=self.band.1).contains(&bin) {
                for (sum, p) in self.total.iter_mut().zip(row) {
                    *sum += *p;
                }
            }
        }
        let count = self.weights.1.max(1) as f64;
        for (inverse, total) in self.inverse.iter_mut().zip(self.total.iter()) {
            *inverse = if *total > 0.0 { 1.0 / total } else { 0.0 };
        }
        let rows = self
            .density
            .chunks_exact(channels)
            .zip(self.mean.iter_mut());
        let rows = rows.take(self.band.1 + 1).skip(self.band.0);
        for (row, mean) in rows {
            let mut sums = [0.0; LANES];
            let each = self.entropy.iter_mut().zip(row).zip(self.inverse.iter());
            let each = each.zip(self.weights.0.iter().zip(self.shares.iter_mut()));
            for (((own, p), total), (weight, share)) in each {
                // Neither a channel without power nor one that is not finite counts.
                let p = if *weight > 0.0 { p * total } else { 0.0 };
                *share = p;
                // 0 ln 0 = 0: the logarithm of the least normal number is finite.
                let size = if p > f64::MIN_POSITIVE {
                    p
                } else {
                    f64::MIN_POSITIVE
                };
                *own -= p * ln_lane(Split, size);
            }
            for chunk in self.shares.chunks(LANES) {
                for (sum, share) in sums.iter_mut().zip(chunk) {
                    *sum += share;
                }
            }
            *mean = sums.iter().sum::<f64>() / count;
        }
        for (own, total) in self.entropy.iter_mut().zip(self.total.iter()) {
            // Without power, or not finite: no value of such a channel is used.
            *own = if *total > 0.0 && *own > 0.0 {
                *own
            } else {
                0.0
            };
        }
    }
}
