//! Phases of channels over a window, and their order R(t) = |C⁻¹ Σ u| of u = e^{iφ}, C channels.

use crate::base::num;

/// The phases of the valid channels of a window.
#[derive(Clone, Debug, Default)]
pub struct Phases {
    /// Samples.
    pub samples: usize,
    /// Channels that were added.
    pub channels: usize,
    /// Order parameter R(t) = |mean of u over channels|, 0 … 1 (Kuramoto, 1984).
    pub order: Vec<f64>,
    /// Σ u over channels.
    pub sum: (Vec<f64>, Vec<f64>),
    /// u of every channel, channel after channel, when it is asked for.
    pub phasors: (Vec<f64>, Vec<f64>),
}

impl Phases {
    /// Forgets all channels.
    pub fn begin(&mut self, samples: usize, channels: usize, keeps: bool) {
        (self.samples, self.channels) = (samples, channels);
        for part in [&mut self.sum.0, &mut self.sum.1] {
            part.clear();
            part.resize(samples, 0.0);
        }
        let kept = if keeps { samples * channels } else { 0 };
        self.phasors.0.resize(kept, 0.0);
        self.phasors.1.resize(kept, 0.0);
    }

    /// Forms R(t) of what was added.
    pub fn finish(&mut self) {
        self.order.clear();
        let channels = self.channels.max(1) as f64;
        let sums = self.sum.0.iter().zip(&self.sum.1);
        let order = sums.map(|(re, im)| ((re * re + im * im).sqrt() / channels).min(1.0));
        self.order.extend(order);
    }

    /// Time mean of R(t); independent channels have about √(π/4C).
    #[must_use]
    pub fn mean_order(&self) -> f64 {
        mean(&self.order).min(1.0)
    }

    /// The same without the first and last ⌊W/10⌋ samples, where the transform's ends are felt.
    #[must_use]
    pub fn trimmed_order(&self) -> f64 {
        let cut = self.order.len() / 10;
        mean(&self.order[cut..self.order.len() - cut]).min(1.0)
    }

    /// Time mean of (C R² − 1) / (C − 1), the mean cosine of phase differences: 0 for independent
    /// channels, negative for splay states, 1 for one channel. −1/(C − 1) … 1.
    #[must_use]
    pub fn debiased_order(&self) -> f64 {
        if self.channels < 2 {
            return 1.0;
        }
        let channels = self.channels as f64;
        let squares: f64 = self.order.iter().map(|r| r * r).sum();
        let square = squares / self.order.len().max(1) as f64;
        ((channels * square - 1.0) / (channels - 1.0)).min(1.0)
    }

    /// Argument of the mean phasor at a sample, rad, in (−π, π].
    #[must_use]
    pub fn mean_phase(&self, sample: usize) -> f64 {
        num::atan2(self.sum.1[sample], self.sum.0[sample])
    }

    /// The phasors of a valid channel; empty when they were not kept.
    #[must_use]
    pub fn of(&self, channel: usize) -> (&[f64], &[f64]) {
        let at = channel * self.samples..(channel + 1) * self.samples;
        let none: &[f64] = &[];
        (
            self.phasors.0.get(at.clone()).unwrap_or(none),
            self.phasors.1.get(at).unwrap_or(none),
        )
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
