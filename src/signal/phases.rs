//! Phases by the analytic signal of a whole window, and their order.
//!
//! z = analytic signal of x − mean by FFT: DC and Nyquist kept, positive frequencies doubled,
//! negative ones dropped (Marple, 1999; `scipy.signal.hilbert`). With a band, bins outside are
//! dropped, too. u = z/|z|.

use crate::base::fft::{Fft, RealFft};
use crate::base::isa::{Arith, Isa, Kernel};
use crate::base::num;

use super::segments::scale_of;
use super::settings::SignalSettings;
use super::window::FrameWindow;

/// Entries of a group of channels that are transformed at once.
const ENTRIES: usize = 1 << 16;
/// The most channels of a group.
const WIDTH_MAX: usize = 16;
/// Frames whose phasors are made at once.
const ROWS: usize = 16;
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
                // Sample 2k of the quadrature comes to row k of `im`, sample 2k + 1 to row k of `re`.
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
            for (to, lanes) in part.iter_mut().zip(own.chunks_exact(width)) {
                *to = lanes.iter().sum();
            }
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

/// Channels of a window that are transformed at once.
struct Group<'a> {
    /// Channels, and frames.
    count: usize,
    frames: usize,
    /// Frame after frame.
    samples: &'a [f64],
    means: &'a [f64],
}

/// The samples of channels in a row of a window; neighbours are a part of it, others are gathered.
#[inline(always)]
fn picked<'a>(row: &'a [f64], channels: &[usize], room: &'a mut [f64; WIDTH_MAX]) -> &'a [f64] {
    let (first, count) = (channels[0], channels.len());
    if channels[count - 1] - first + 1 == count {
        return &row[first..first + count];
    }
    for (to, c) in room.iter_mut().zip(channels) {
        *to = row[*c];
    }
    &room[..count]
}

impl Group<'_> {
    /// Writes the samples at a place, less their means.
    #[inline(always)]
    fn centred(&self, place: usize, to: &mut [f64]) {
        let row = &self.samples[place * self.count..(place + 1) * self.count];
        for ((to, x), m) in to.iter_mut().zip(row).zip(self.means) {
            *to = x - m;
        }
    }
}

/// Takes the scaled samples of channels out of a window, where they are far apart, and their means.
struct Gather<'a> {
    window: &'a FrameWindow,
    channels: &'a [usize],
    scales: &'a [f64],
    samples: &'a mut [f64],
    means: &'a mut [f64],
}

impl Kernel for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let mut room = [0.0; WIDTH_MAX];
        let rows = self.samples.chunks_exact_mut(self.channels.len());
        for (place, to) in rows.enumerate() {
            let row = picked(self.window.row(place), self.channels, &mut room);
            let each = to.iter_mut().zip(row).zip(self.scales);
            for (((to, x), s), mean) in each.zip(self.means.iter_mut()) {
                *to = x * s;
                *mean += *to;
            }
        }
        for mean in self.means {
            *mean /= self.window.len() as f64;
        }
    }
}

struct Load<'a>(&'a Group<'a>, &'a RealFft, &'a mut [f64], &'a mut [f64]);

impl Kernel for Load<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let Self(group, plan, re, im) = self;
        let batch = group.count;
        if !plan.len().is_multiple_of(2) {
            im.fill(0.0);
        }
        for place in 0..plan.len() {
            group.centred(place, plan.slot(place, batch, re, im));
        }
    }
}

/// Multiplies bins by their weights; turned, they become those of the quadrature: −i/2 times the
/// weighted ones, 0 at DC and Nyquist.
struct Weigh<'a> {
    weights: &'a [f64],
    z: (&'a mut [f64], &'a mut [f64]),
    width: usize,
    is_turned: bool,
}

impl Kernel for Weigh<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let last = self.weights.len() - 1;
        let rows = self.z.0.chunks_exact_mut(self.width);
        let rows = rows.zip(self.z.1.chunks_exact_mut(self.width));
        for (k, ((re, im), weight)) in rows.zip(self.weights).enumerate() {
            let (a, b) = match (self.is_turned, k == 0 || k == last) {
                (false, _) => (*weight, *weight),
                (true, true) => (0.0, 0.0),
                // The transform takes the parts in the other order, which turns by i.
                (true, false) => (-0.5 * weight, 0.5 * weight),
            };
            for x in re {
                *x *= a;
            }
            for y in im {
                *y *= b;
            }
        }
    }
}

/// Makes unit phasors of a group, adds them to the sums of their places and keeps them.
struct Unit<'a> {
    group: &'a Group<'a>,
    /// Analytic signals; where `has_own`, the quadratures alone, by even and odd samples.
    z: (&'a [f64], &'a [f64]),
    has_own: bool,
    sums: (&'a mut [f64], &'a mut [f64]),
    width: usize,
    keep: Option<(&'a mut [f64], &'a mut [f64])>,
}

/// 1/√x for normal x, within 4e-16, and a finite number for 0: from the bits, by four steps of Newton, which
/// take half the time of a division and a root.
#[inline(always)]
fn inverse_root(x: f64) -> f64 {
    let mut y = f64::from_bits(0x5FE6_EB50_C7B5_37A9 - (x.to_bits() >> 1));
    let half = 0.5 * x;
    for _ in 0..4 {
        y *= 1.5 - half * y * y;
    }
    y
}

/// z/|z|; 0 where z = 0.
#[inline(always)]
pub fn unit(re: f64, im: f64) -> (f64, f64) {
    let square = re * re + im * im;
    let lift = if square < LEAST_SQUARE { LIFT } else { 1.0 };
    let lift = if square > MOST_SQUARE { SINK } else { lift };
    plain_unit(re * lift, im * lift)
}

/// The same for lengths whose squares are normal numbers, or 0.
#[inline(always)]
fn plain_unit(re: f64, im: f64) -> (f64, f64) {
    let inverse = inverse_root(re * re + im * im);
    (re * inverse, im * inverse)
}

impl Kernel for Unit<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(mut self, _: A) {
        let (count, n) = (self.group.count, self.group.frames);
        let (mut x, mut y) = ([0.0; ROWS * WIDTH_MAX], [0.0; ROWS * WIDTH_MAX]);
        for first in (0..n).step_by(ROWS) {
            let size = ROWS.min(n - first) * count;
            let (x, y) = (&mut x[..size], &mut y[..size]);
            self.take(first, x, y);
            for (a, b) in x.iter_mut().zip(y.iter_mut()) {
                // Scaled channels: what is too small for its square is nothing but rounding.
                (*a, *b) = plain_unit(*a, *b);
            }
            self.give(first, x, y);
        }
    }
}

impl Unit<'_> {
    /// The analytic signals from frame `first` on.
    #[inline(always)]
    fn take(&self, first: usize, x: &mut [f64], y: &mut [f64]) {
        let count = self.group.count;
        if !self.has_own {
            let at = first * count..first * count + x.len();
            x.copy_from_slice(&self.z.0[at.clone()]);
            y.copy_from_slice(&self.z.1[at]);
            return;
        }
        let rows = x.chunks_exact_mut(count).zip(y.chunks_exact_mut(count));
        for (place, (x, y)) in (first..).zip(rows) {
            self.group.centred(place, x);
            let from = if place % 2 == 0 { self.z.1 } else { self.z.0 };
            let at = place / 2 * count;
            y.copy_from_slice(&from[at..at + count]);
        }
    }

    /// Adds phasors from frame `first` on to their sums, and keeps them.
    #[inline(always)]
    fn give(&mut self, first: usize, x: &[f64], y: &[f64]) {
        let (count, n) = (self.group.count, self.group.frames);
        for (sums, from) in [(&mut *self.sums.0, x), (&mut *self.sums.1, y)] {
            let rows = sums[first * self.width..].chunks_exact_mut(self.width);
            for (sums, row) in rows.zip(from.chunks_exact(count)) {
                for (sum, x) in sums.iter_mut().zip(row) {
                    *sum += x;
                }
            }
        }
        if let Some((re, im)) = &mut self.keep {
            for (k, (x, y)) in x.iter().zip(y).enumerate() {
                let at = k % count * n + first + k / count;
                (re[at], im[at]) = (*x, *y);
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
