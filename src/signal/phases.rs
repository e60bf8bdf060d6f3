//! Phases by the analytic signal of a whole window, and their order.
//!
//! z = analytic signal of x − mean by FFT: DC and Nyquist kept, positive frequencies doubled,
//! negative ones dropped (Marple, 1999; `scipy.signal.hilbert`). With a band, bins outside are
//! dropped, too. u = z/|z|.

use crate::base::fft::{Fft, RealFft};
use crate::base::isa::{Arith, Isa, Kernel};
use crate::base::num;

use super::settings::SignalSettings;
use super::window::FrameWindow;

/// Entries of a group of channels that are transformed at once.
const ENTRIES: usize = 1 << 15;
/// Squares of lengths that have lost no digits.
const LEAST_SQUARE: f64 = 1e-280;
const MOST_SQUARE: f64 = 1e280;
/// 2⁵²⁰ and 2⁻⁵²⁰.
const LIFT: f64 = f64::from_bits((1023 + 520) << 52);
const SINK: f64 = f64::from_bits((1023 - 520) << 52);

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
    scales: Vec<(f64, f64)>,
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
        let width = (ENTRIES / n).clamp(4, 16);
        for part in [&mut self.sums.0, &mut self.sums.1] {
            part.clear();
            part.resize(n * width, 0.0);
        }
        for (number, group) in valid.chunks(width).enumerate() {
            self.prepare(window, group, &magnitude);
            self.analytic(window, group);
            self.isa.run(Unit {
                z: (&mut self.re[..], &mut self.im[..]),
                sums: (&mut self.sums.0, &mut self.sums.1),
                group: group.len(),
                width,
            });
            if !phases.phasors.0.is_empty() {
                self.keep(number * width, group.len(), phases);
            }
        }
        for (part, own) in [
            (&mut phases.sum.0, &self.sums.0),
            (&mut phases.sum.1, &self.sums.1),
        ] {
            for (to, lanes) in part.iter_mut().zip(own.chunks_exact(width)) {
                *to = lanes.iter().sum();
            }
        }
        phases.finish();
    }

    /// Powers of 2 that keep squares within range, and scaled means.
    fn prepare(
        &mut self,
        window: &FrameWindow,
        group: &[usize],
        magnitude: &impl Fn(usize) -> f64,
    ) {
        let n = self.samples();
        self.scales.clear();
        for channel in group {
            let peak = magnitude(*channel);
            let scale = super::segments::scale_of(peak);
            self.scales.push((scale, 0.0));
        }
        for place in 0..n {
            let row = window.row(place);
            for ((scale, sum), channel) in self.scales.iter_mut().zip(group) {
                *sum += row[*channel] * *scale;
            }
        }
        for (_, sum) in &mut self.scales {
            *sum /= n as f64;
        }
    }

    /// Leaves the analytic signals of a group in `re` and `im`.
    fn analytic(&mut self, window: &FrameWindow, group: &[usize]) {
        let (n, width) = (self.samples(), group.len());
        for part in [&mut self.re, &mut self.im] {
            // An even length has a row for Nyquist beyond its points.
            part.resize(self.forward.rows().max(n) * width, 0.0);
        }
        let scales = &self.scales;
        let rows = self.forward.rows() * width;
        let load = |k: usize, to: &mut [f64]| centred(window.row(k), group, scales, to);
        let (re, im) = (&mut self.re[..rows], &mut self.im[..rows]);
        self.forward.load(width, re, im, load);
        self.forward.forward(width, re, im, &mut self.scratch);
        for part in [re, im] {
            for (row, weight) in part.chunks_exact_mut(width).zip(&self.weights) {
                for x in row {
                    *x *= weight;
                }
            }
        }
        if self.is_whole && n.is_multiple_of(2) {
            self.quadrature(window, group);
        } else {
            self.inverse(width);
        }
    }

    /// The real part is what was given, so that a transform of half the length gives the rest: the
    /// bins of the imaginary part are −i times the weighted ones, but for DC and Nyquist.
    fn quadrature(&mut self, window: &FrameWindow, group: &[usize]) {
        let (n, half, width) = (self.samples(), self.samples() / 2, group.len());
        for bin in [0, half] {
            let row = bin * width..(bin + 1) * width;
            self.re[row.clone()].fill(0.0);
            self.im[row].fill(0.0);
        }
        for x in &mut self.re[..(half + 1) * width] {
            *x *= -0.5;
        }
        for y in &mut self.im[..(half + 1) * width] {
            *y *= 0.5;
        }
        let (first, second) = (&mut self.im[..(half + 1) * width], &mut self.re[..]);
        let second = &mut second[..(half + 1) * width];
        self.forward
            .backward(width, first, second, &mut self.scratch);
        // Even samples stand in `im`, odd ones in `re`: from the last on, both find their rows.
        for k in (0..half).rev() {
            for b in 0..width {
                let (even, odd) = (self.im[k * width + b], self.re[k * width + b]);
                self.im[2 * k * width + b] = even;
                self.im[(2 * k + 1) * width + b] = odd;
            }
        }
        self.re.truncate(n * width);
        self.im.truncate(n * width);
        for (k, row) in self.re.chunks_exact_mut(width).enumerate() {
            centred(window.row(k), group, &self.scales, row);
        }
    }

    fn inverse(&mut self, width: usize) {
        let (n, bins) = (self.samples(), self.weights.len());
        for part in [&mut self.re, &mut self.im] {
            part[bins * width..].fill(0.0);
            part.truncate(n * width);
        }
        self.backward
            .backward(width, &mut self.re, &mut self.im, &mut self.scratch);
    }

    fn keep(&self, first: usize, group: usize, phases: &mut Phases) {
        let n = self.samples();
        for (to, from) in [
            (&mut phases.phasors.0, &self.re),
            (&mut phases.phasors.1, &self.im),
        ] {
            for c in 0..group {
                let own = &mut to[(first + c) * n..(first + c + 1) * n];
                for (x, row) in own.iter_mut().zip(from.chunks_exact(group)) {
                    *x = row[c];
                }
            }
        }
    }
}

/// The samples of a group's channels, scaled, less their means.
fn centred(row: &[f64], group: &[usize], scales: &[(f64, f64)], to: &mut [f64]) {
    for ((to, channel), (scale, mean)) in to.iter_mut().zip(group).zip(scales) {
        *to = row[*channel] * scale - mean;
    }
}

/// Makes unit phasors of a group and adds them to the sums of their places.
struct Unit<'a> {
    z: (&'a mut [f64], &'a mut [f64]),
    sums: (&'a mut [f64], &'a mut [f64]),
    group: usize,
    width: usize,
}

/// z/|z|; 0 where z = 0.
#[inline(always)]
pub fn unit(re: f64, im: f64) -> (f64, f64) {
    let square = re * re + im * im;
    let lift = if square < LEAST_SQUARE { LIFT } else { 1.0 };
    let lift = if square > MOST_SQUARE { SINK } else { lift };
    let (re, im) = (re * lift, im * lift);
    let square = re * re + im * im;
    let inverse = if square > 0.0 {
        1.0 / square.sqrt()
    } else {
        0.0
    };
    (re * inverse, im * inverse)
}

impl Kernel for Unit<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let (group, width) = (self.group, self.width);
        for (x, y) in self.z.0.iter_mut().zip(self.z.1.iter_mut()) {
            (*x, *y) = unit(*x, *y);
        }
        let rows = self
            .z
            .0
            .chunks_exact(group)
            .zip(self.z.1.chunks_exact(group));
        let sums = self.sums.0.chunks_exact_mut(width);
        let sums = sums.zip(self.sums.1.chunks_exact_mut(width));
        for ((re, im), (sum_re, sum_im)) in rows.zip(sums) {
            for (sum, x) in sum_re.iter_mut().zip(re) {
                *sum += x;
            }
            for (sum, x) in sum_im.iter_mut().zip(im) {
                *sum += x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
