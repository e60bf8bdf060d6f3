//! Phases by the analytic signal of a whole window.
//!
//! z = analytic signal of x − mean by FFT: DC and Nyquist kept, positive frequencies doubled,
//! negative ones dropped (Marple, 1999; `scipy.signal.hilbert`). With a band, bins outside are
//! dropped, too. u = z/|z|.

use crate::base::fft::{Fft, RealFft};
use crate::base::isa::Isa;

use super::phase_steps::{Fold, Gather, Group, Load, Unit, WIDTH_MAX, Weigh};
use super::phases::Phases;
use super::segments::scale_of;
use super::settings::SignalSettings;
use super::window::FrameWindow;

/// Entries of a group of channels that are transformed at once.
const ENTRIES: usize = 1 << 16;

/// Plans and scratch memory for windows of one length.
#[derive(Clone, Debug)]
pub struct PhasePlan {
    forward: RealFft,
    backward: Fft,
    /// Factors of the bins, the band and 1/W among them.
    weights: Vec<f64>,
    /// Whether no bin is left out.
    is_whole: bool,
    isa: Isa,
    re: Vec<f64>,
    im: Vec<f64>,
    scratch: Vec<f64>,
    /// Σ u by place in the group.
    sums: (Vec<f64>, Vec<f64>),
    scales: Vec<f64>,
    means: Vec<f64>,
    samples: Vec<f64>,
}

impl PhasePlan {
    /// Plans windows of `samples` samples, at least 1.
    #[must_use]
    pub fn new(settings: &SignalSettings, samples: usize) -> Self {
        let n = samples.max(1);
        let bin_hz = settings.sample_rate_hz / n as f64;
        let is_heard = |k: usize| {
            settings.band_hz.is_none_or(|(from, to)| {
                let hz = k as f64 * bin_hz;
                from <= hz && hz <= to
            })
        };
        let weight = |k: usize| match k {
            k if !is_heard(k) => 0.0,
            k if k == 0 || 2 * k == n => 1.0 / n as f64,
            _ => 2.0 / n as f64,
        };
        Self {
            forward: RealFft::new(n),
            backward: Fft::new(n),
            weights: (0..=n / 2).map(weight).collect(),
            is_whole: settings.band_hz.is_none(),
            isa: Isa::best(),
            re: Vec::new(),
            im: Vec::new(),
            scratch: Vec::new(),
            sums: (Vec::new(), Vec::new()),
            scales: Vec::new(),
            means: Vec::new(),
            samples: Vec::new(),
        }
    }

    /// Samples of the windows.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.backward.len()
    }

    /// Takes the phases of the channels `valid` of a full window; `magnitude` gives max|x| of each.
    pub fn run(
        &mut self,
        window: &FrameWindow,
        valid: &[usize],
        magnitude: impl Fn(usize) -> f64,
        phases: &mut Phases,
    ) {
        let n = self.samples();
        let width = (ENTRIES / n).clamp(4, WIDTH_MAX);
        for part in [&mut self.sums.0, &mut self.sums.1] {
            part.clear();
            part.resize(n * width, 0.0);
        }
        for part in [&mut self.re, &mut self.im] {
            part.resize(self.forward.rows().max(n) * width, 0.0);
        }
        for (number, channels) in valid.chunks(width).enumerate() {
            self.prepare(window, channels, &magnitude);
            let group = Group {
                count: channels.len(),
                frames: n,
                samples: &self.samples[..n * channels.len()],
                means: &self.means,
            };
            let has_own = self.is_whole && n.is_multiple_of(2);
            let spectrum = self.forward.rows() * channels.len();
            let (re, im) = (&mut self.re[..spectrum], &mut self.im[..spectrum]);
            self.isa
                .run(Load(&group, &self.forward, &mut *re, &mut *im));
            self.forward
                .forward(channels.len(), re, im, &mut self.scratch);
            self.isa.run(Weigh {
                weights: &self.weights,
                z: (&mut *re, &mut *im),
                width: channels.len(),
                is_turned: has_own,
            });
            if has_own {
                // Sample 2k of the quadrature comes to row k of `im`, sample 2k + 1 to row k of
                // `re`.
                self.forward
                    .backward(channels.len(), im, re, &mut self.scratch);
            } else {
                let bins = self.weights.len() * channels.len();
                let size = n * channels.len();
                for part in [&mut self.re, &mut self.im] {
                    part[bins.min(size)..size].fill(0.0);
                }
                let (re, im) = (&mut self.re[..size], &mut self.im[..size]);
                self.backward
                    .backward(channels.len(), re, im, &mut self.scratch);
            }
            let keep = (!phases.phasors.0.is_empty()).then(|| {
                let (re, im) = &mut phases.phasors;
                let own = number * width * n..(number * width + channels.len()) * n;
                (&mut re[own.clone()], &mut im[own])
            });
            self.isa.run(Unit {
                group: &group,
                z: (&self.re, &self.im),
                has_own,
                sums: (&mut self.sums.0, &mut self.sums.1),
                width,
                keep,
            });
        }
        for (part, own) in [
            (&mut phases.sum.0, &self.sums.0),
            (&mut phases.sum.1, &self.sums.1),
        ] {
            self.isa.run(Fold(part, own, width));
        }
        phases.finish();
    }

    /// Samples of a group by powers of 2 that keep squares within range, and their means.
    fn prepare(
        &mut self,
        window: &FrameWindow,
        channels: &[usize],
        magnitude: &impl Fn(usize) -> f64,
    ) {
        self.scales.clear();
        let scales = channels.iter().map(|c| scale_of(magnitude(*c)));
        self.scales.extend(scales);
        self.means.clear();
        self.means.resize(channels.len(), 0.0);
        let size = window.len() * channels.len();
        if self.samples.len() < size {
            self.samples.resize(size, 0.0);
        }
        self.isa.run(Gather {
            window,
            channels,
            scales: &self.scales,
            samples: &mut self.samples[..size],
            means: &mut self.means,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

    fn phases(channels: &[Vec<f64>], band_hz: Option<(f64, f64)>) -> Phases {
        let of: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
        let (window, n) = (FrameWindow::of_channels(&of), channels[0].len());
        let settings = SignalSettings {
            band_hz,
            ..SignalSettings::new(n, 8, 100.0)
        };
        let valid: Vec<usize> = (0..channels.len()).collect();
        let mut found = Phases::default();
        found.begin(n, valid.len(), true);
        let peak = |c: usize| channels[c].iter().fold(0.0f64, |p, x| p.max(x.abs()));
        PhasePlan::new(&settings, n).run(&window, &valid, peak, &mut found);
        found
    }

    #[test]
    fn a_cosine_becomes_a_phasor_for_lengths_of_every_kind() {
        // A power of two, odd, prime, twice a prime, with several factors.
        for n in [64usize, 63, 61, 122, 134, 360, 777] {
            let at = |k: usize, c: usize| num::TAU * 5.0 * k as f64 / n as f64 + c as f64;
            let size = [3.0, 1e-300, 1e300, 0.5, 2.0];
            let series = |c: usize| (0..n).map(move |k| size[c] * num::cos(at(k, c)));
            let channels: Vec<Vec<f64>> = (0..5).map(|c| series(c).collect()).collect();
            let found = phases(&channels, None);
            for c in 0..5 {
                let (re, im) = found.of(c);
                for k in 0..n {
                    assert!((re[k] - num::cos(at(k, c))).abs() < 1e-11, "{n}: {k}, {c}");
                    assert!((im[k] - num::sin(at(k, c))).abs() < 1e-11, "{n}: {k}, {c}");
                }
            }
        }
    }

    #[test]
    fn a_splay_state_has_no_order_and_a_negative_debiased_one() {
        for (offset, mean, debiased) in [(num::TAU / 5.0, 0.0, -0.25), (0.0, 1.0, 1.0)] {
            let phase = |k: usize, c: usize| num::TAU * 4.0 * k as f64 / 40.0 + offset * c as f64;
            let series = |c: usize| (0..40).map(move |k| num::cos(phase(k, c))).collect();
            let found = phases(&(0..5).map(series).collect::<Vec<_>>(), None);
            assert!((found.mean_order() - mean).abs() < 1e-12);
            assert!((found.trimmed_order() - mean).abs() < 1e-12);
            assert!((found.debiased_order() - debiased).abs() < 1e-12);
            if mean == 1.0 {
                assert!((found.mean_phase(3) - 0.6 * num::PI).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_band_hears_one_of_two_tones() {
        let tone = |hz: f64, phase: f64| {
            move |k: usize| num::cos(num::TAU * hz * k as f64 / 100.0 + phase)
        };
        let mixed = |phase: f64| -> Vec<f64> {
            let (low, high) = (tone(5.0, 0.0), tone(20.0, phase));
            (0..200).map(|k| 3.0 * low(k) + high(k)).collect()
        };
        let channels = [mixed(0.0), mixed(num::PI)];
        assert!((phases(&channels, Some((3.0, 7.0))).mean_order() - 1.0).abs() < 1e-9);
        assert!(phases(&channels, Some((18.0, 22.0))).mean_order() < 1e-9);
    }
}
