//! Spectra of the segments of a window, kept for the windows that come.
//!
//! Each segment is looked up by the number of its first frame, and computed when it is not there.
//! What is computed depends on its samples alone, so a window that has moved on gives the bits of
//! one that is seen for the first time. Channels stand side by side: bin k of channel c is entry
//! `k · channels + c`.

use crate::base::fft::RealFft;
use crate::base::isa::{Arith, Isa, Kernel};

use super::settings::{Detrend, SignalSettings};
use super::window::FrameWindow;

/// Channels that are transformed at once, so that their rows stay in the caches.
const GROUP: usize = 32;
/// The most bytes of spectra that are kept for windows to come.
const MOST_BYTES: usize = 1 << 28;
/// Magnitudes whose squares neither overflow nor lose digits.
const PLAIN: std::ops::RangeInclusive<f64> = 1e-100..=1e100;

/// The spectra of a segment.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// Number of its first frame.
    start: Option<u64>,
    /// Its samples were multiplied by 2 to this power; of each channel.
    pub exponent: Vec<i32>,
    /// Whether all of these are 0.
    pub is_plain: bool,
    /// Re X of each bin and channel.
    pub re: Vec<f64>,
    /// Im X.
    pub im: Vec<f64>,
    /// |X|², where windows to come need it again; else empty.
    pub power: Vec<f64>,
}

/// Segments by the numbers of their first frames.
#[derive(Clone, Debug, Default)]
pub struct Segments {
    slots: Vec<Segment>,
    /// Numbers of first frames differ by multiples of this.
    grid: u64,
    channels: usize,
}

impl Segments {
    /// Forgets all segments.
    pub fn clear(&mut self) {
        for slot in &mut self.slots {
            slot.start = None;
        }
    }

    /// Makes room for windows that move on by `hop` frames.
    fn fit(&mut self, settings: &SignalSettings, hop: usize, channels: usize, samples: usize) {
        let step = settings.step;
        let fine = gcd(step, hop.max(1));
        let span = samples - settings.segment;
        let bytes = 24 * settings.bins() * channels * (span / fine + 1);
        let is_kept = hop < samples && bytes <= MOST_BYTES && settings.detrend != Detrend::Whole;
        let grid = if is_kept { fine } else { step };
        let wanted = span / grid + 1;
        if (self.channels, self.grid) != (channels, grid as u64) {
            self.slots.clear();
        }
        if self.slots.len() != wanted {
            // Where a segment stands follows from the number of slots.
            self.clear();
            self.slots.resize(wanted, Segment::default());
        }
        (self.channels, self.grid) = (channels, grid as u64);
    }

    /// The segment of a window that begins at frame number `start`.
    #[must_use]
    pub fn at(&self, start: u64) -> &Segment {
        &self.slots[self.slot(start)]
    }

    fn slot(&self, start: u64) -> usize {
        ((start / self.grid) % self.slots.len() as u64) as usize
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Plans and scratch memory that compute segments.
#[derive(Clone, Debug)]
pub struct SegmentPlan {
    fft: RealFft,
    factors: Vec<f64>,
    /// Σ w².
    window_power: f64,
    isa: Isa,
    re: Vec<f64>,
    im: Vec<f64>,
    scratch: Vec<f64>,
    scale: Vec<f64>,
    mean: Vec<f64>,
}

impl SegmentPlan {
    /// Plans the segments of these settings.
    #[must_use]
    pub fn new(settings: &SignalSettings) -> Self {
        let factors = settings.taper.factors(settings.segment);
        Self {
            fft: RealFft::new(settings.points),
            window_power: factors.iter().map(|w| w * w).sum(),
            factors,
            isa: Isa::best(),
            re: Vec::new(),
            im: Vec::new(),
            scratch: Vec::new(),
            scale: Vec::new(),
            mean: Vec::new(),
        }
    }

    /// Σ w².
    #[must_use]
    pub fn window_power(&self) -> f64 {
        self.window_power
    }

    /// Sees that all segments of a window are there. Its oldest frame has the number `first`, and
    /// the next window begins `hop` frames on.
    pub fn complete(
        &mut self,
        settings: &SignalSettings,
        segments: &mut Segments,
        window: &FrameWindow,
        (first, hop): (u64, usize),
    ) {
        let channels = window.channel_count();
        segments.fit(settings, hop, channels, window.len());
        for k in 0..settings.segments(window.len()) {
            let place = k * settings.step;
            let start = first + place as u64;
            let slot = segments.slot(start);
            let segment = &mut segments.slots[slot];
            if segment.start == Some(start) && settings.detrend != Detrend::Whole {
                continue;
            }
            segment.start = Some(start);
            // Powers are summed once for every window that a segment is in.
            let keeps = hop < window.len() - settings.segment + settings.step;
            self.compute(settings, segment, window, (place, keeps));
        }
    }

    fn compute(
        &mut self,
        settings: &SignalSettings,
        segment: &mut Segment,
        window: &FrameWindow,
        (place, keeps): (usize, bool),
    ) {
        let channels = window.channel_count();
        let size = settings.bins() * channels;
        for part in [&mut segment.re, &mut segment.im] {
            part.resize(size, 0.0);
        }
        segment.power.resize(if keeps { size } else { 0 }, 0.0);
        segment.exponent.resize(channels, 0);
        self.prepare(settings, segment, window, place);
        for from in (0..channels).step_by(GROUP) {
            let group = GROUP.min(channels - from);
            let rows = self.fft.rows() * group;
            self.re.resize(rows, 0.0);
            self.im.resize(rows, 0.0);
            self.isa.run(Load {
                fft: &self.fft,
                z: (&mut self.re, &mut self.im),
                scale: &self.scale[from..from + group],
                mean: &self.mean[from..from + group],
                factors: &self.factors,
                window,
                place,
                from,
            });
            self.fft
                .forward(group, &mut self.re, &mut self.im, &mut self.scratch);
            self.isa.run(Store {
                segment,
                plan: (&self.re, &self.im),
                shape: (settings.bins(), channels, from, group),
            });
        }
    }

    /// Scales and means of all channels of a segment.
    fn prepare(
        &mut self,
        settings: &SignalSettings,
        segment: &mut Segment,
        window: &FrameWindow,
        place: usize,
    ) {
        let channels = window.channel_count();
        let mut peak = std::mem::take(&mut self.scale);
        for own in [&mut peak, &mut self.mean] {
            own.clear();
            own.resize(channels, 0.0);
        }
        let places = match settings.detrend {
            Detrend::Whole => 0..window.len(),
            _ => place..place + settings.segment,
        };
        let samples = places.len() as f64;
        self.isa.run(Sum {
            sum: &mut self.mean,
            peak: &mut peak,
            window,
            places: places.clone(),
        });
        segment.is_plain = true;
        for (channel, (peak, mean)) in peak.iter_mut().zip(&mut self.mean).enumerate() {
            let exponent = scaling(*peak);
            segment.exponent[channel] = exponent;
            segment.is_plain &= exponent == 0;
            // The sum of the largest numbers overflows before they are scaled.
            let mut total = *mean;
            *peak = 1.0;
            if exponent != 0 {
                *peak = power_of_two(exponent);
                let scaled = |place| window.row(place)[channel] * *peak;
                total = places.clone().map(scaled).sum();
            }
            *mean = match settings.detrend {
                Detrend::None => 0.0,
                _ => total / samples,
            };
        }
        self.scale = peak;
    }
}

/// The power of 2 that brings a channel with this max|x| to where squares keep their digits: 0
/// where they do anyway.
fn scaling(peak: f64) -> i32 {
    if peak == 0.0 || !peak.is_finite() || PLAIN.contains(&peak) {
        0
    } else {
        (-exponent_of(peak)).max(-1022)
    }
}

/// The factor that brings a channel with this max|x| to where squares keep their digits, a power
/// of 2.
#[must_use]
pub fn scale_of(peak: f64) -> f64 {
    power_of_two(scaling(peak))
}

/// e such that 2ᵉ ≤ x < 2ᵉ⁺¹, for 0 < x < ∞; −1022 for what is smaller than the normal numbers.
fn exponent_of(x: f64) -> i32 {
    let bits = (x.to_bits() >> 52) as i32 & 0x7FF;
    bits.max(1) - 1023
}

/// 2ᵉ for −1022 ≤ e ≤ 1023.
fn power_of_two(e: i32) -> f64 {
    f64::from_bits(((e + 1023) as u64) << 52)
}

/// 2 to a power that samples were multiplied by, or its negative.
#[must_use]
pub fn scale_factor(exponent: i32) -> f64 {
    power_of_two(exponent.clamp(-1022, 1023))
}

/// The factor by which the powers of a segment are multiplied, for a sum whose samples are
/// multiplied by 2 to the power `to`: 4^(to − own); 0 where it is below all numbers.
#[must_use]
pub fn power_factor(own: i32, to: i32) -> f64 {
    match 2 * (to - own) {
        0 => 1.0,
        e if e < -1022 => 0.0,
        e => power_of_two(e.min(1023)),
    }
}

struct Load<'a> {
    fft: &'a RealFft,
    z: (&'a mut [f64], &'a mut [f64]),
    scale: &'a [f64],
    mean: &'a [f64],
    factors: &'a [f64],
    window: &'a FrameWindow,
    place: usize,
    from: usize,
}

impl Kernel for Load<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let group = self.scale.len();
        if !self.fft.len().is_multiple_of(2) {
            self.z.1.fill(0.0);
        }
        for k in 0..self.fft.len() {
            let to = self.fft.slot(k, group, self.z.0, self.z.1);
            match self.factors.get(k) {
                Some(w) => {
                    let row = &self.window.row(self.place + k)[self.from..self.from + group];
                    let each = to.iter_mut().zip(row);
                    for ((to, x), (s, m)) in each.zip(self.scale.iter().zip(self.mean)) {
                        *to = (x * s - m) * w;
                    }
                }
                None => to.fill(0.0),
            }
        }
    }
}

struct Sum<'a> {
    sum: &'a mut [f64],
    peak: &'a mut [f64],
    window: &'a FrameWindow,
    places: std::ops::Range<usize>,
}

impl Kernel for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        for place in self.places {
            let row = self.window.row(place);
            for ((sum, peak), x) in self.sum.iter_mut().zip(self.peak.iter_mut()).zip(row) {
                *sum += x;
                let size = x.abs();
                *peak = if size > *peak { size } else { *peak };
            }
        }
    }
}

struct Store<'a> {
    segment: &'a mut Segment,
    plan: (&'a [f64], &'a [f64]),
    /// Bins, channels, first channel of the group, channels of the group.
    shape: (usize, usize, usize, usize),
}

impl Kernel for Store<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let (bins, channels, from, group) = self.shape;
        for bin in 0..bins {
            let (here, there) = (bin * group, bin * channels + from);
            let re = &self.plan.0[here..here + group];
            let im = &self.plan.1[here..here + group];
            self.segment.re[there..there + group].copy_from_slice(re);
            self.segment.im[there..there + group].copy_from_slice(im);
            if self.segment.power.is_empty() {
                continue;
            }
            let power = &mut self.segment.power[there..there + group];
            for ((p, x), y) in power.iter_mut().zip(re).zip(im) {
                *p = x * x + y * y;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_are_exact() {
        assert_eq!(
            (exponent_of(1.0), exponent_of(1.99), exponent_of(0.5)),
            (0, 0, -1)
        );
        assert_eq!(
            (power_of_two(0), power_of_two(10), power_of_two(-1)),
            (1.0, 1024.0, 0.5)
        );
        assert_eq!(exponent_of(1e300), 996);
        assert_eq!(exponent_of(5e-324), -1022);
        assert_eq!(power_factor(3, 3), 1.0);
        assert_eq!(power_factor(3, 1), 1.0 / 16.0);
        assert_eq!(power_factor(900, -900), 0.0);
    }
}
