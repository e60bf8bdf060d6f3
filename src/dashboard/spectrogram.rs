//! Power over time and frequency: segments of samples become columns, each once and for all.
//!
//! A column is a segment of Welch's method (the scene's taper, its mean taken off): the mean power
//! density over the channels that are whole in it. Segments begin at multiples of their step from
//! tick 0, so that a column has the same numbers however much is in sight and whenever it was
//! computed.

use serde::{Deserialize, Serialize};

use crate::base::num;
use crate::signal::SignalSettings;
use crate::signal::spectrum::segment_spectra;

/// Decibels below the greatest power that have a colour of their own; what is lower is as dark.
pub const RANGE_DB: f32 = 60.0;
/// What stands for no power, dB.
const SILENCE_DB: f32 = -4000.0;
/// Columns that are computed at once at most.
const BATCH: usize = 64;

/// What a spectrum is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The channels of the scope's sensors.
    Sensors,
    /// The mean of what the scope's resonators show.
    Mean,
}

/// Samples at equal distances, and what they are of.
pub struct Series<'a> {
    /// What tells these samples from others: branch, scope and source.
    pub of: (usize, String, Source),
    /// How their segments are looked at: segment, step and window; one sample a row.
    pub settings: SignalSettings,
    /// Channels.
    pub channels: usize,
    /// Numbers of the first sample that there is, and one after the last.
    pub range: (usize, usize),
    /// Time of sample 0, s.
    pub origin_s: f64,
    /// The sample of a channel by number; NaN where there is none.
    pub sample: Box<dyn Fn(usize, usize) -> f64 + 'a>,
}

/// The columns that are known. Bins count from 1: without its mean, a segment has nothing at 0 Hz.
#[derive(Clone, Debug, Default)]
pub struct Spectrogram {
    of: Option<((usize, String, Source), SignalSettings, usize)>,
    origin_s: f64,
    pub(super) rate_hz: f64,
    pub(super) segment: usize,
    step: usize,
    pub(super) rows: usize,
    /// Number of the first column.
    first: usize,
    /// Power density, dB of unit² per Hz, column after column; NaN where a segment is not whole.
    pub(super) levels: Vec<f32>,
    /// The greatest of them, and of each bin.
    pub(super) greatest: f32,
    pub(super) peaks: Vec<f32>,
}

impl Spectrogram {
    /// Computes columns that are new, of about so many samples at most. Tells what share of all
    /// there is now, 0 … 1.
    pub fn update(&mut self, series: &Series<'_>, samples: usize) -> f32 {
        let own = (series.of.clone(), series.settings.clone(), series.channels);
        let (segment, step) = (series.settings.segment.max(1), series.settings.step.max(1));
        if self.of.as_ref() != Some(&own) {
            *self = Self {
                of: Some(own),
                origin_s: series.origin_s,
                rate_hz: series.settings.sample_rate_hz,
                segment,
                step,
                rows: series.settings.bins().saturating_sub(1).max(1),
                first: series.range.0.div_ceil(step),
                levels: Vec::new(),
                greatest: SILENCE_DB,
                peaks: vec![SILENCE_DB; series.settings.bins().saturating_sub(1).max(1)],
            };
        }
        let end = match series.range.1.checked_sub(segment) {
            Some(rest) => rest / step + 1,
            None => 0,
        };
        let mut next = self.first + self.len();
        let oldest = series.range.0.div_ceil(step);
        if oldest > next {
            // Samples between were forgotten before anybody looked.
            let missing = (oldest.min(end.max(next)) - next) * self.rows;
            self.levels.resize(self.levels.len() + missing, f32::NAN);
            next = self.first + self.len();
        }
        let each = series.channels.max(1) * segment;
        let mut left = (samples / each).max(1);
        while next < end && left > 0 {
            let count = BATCH.min(end - next).min(left);
            self.add(series, next, count);
            next += count;
            left -= count;
        }
        self.len() as f32 / end.saturating_sub(self.first).max(1) as f32
    }

    fn add(&mut self, series: &Series<'_>, from: usize, count: usize) {
        let (bins, rows) = (self.rows + 1, self.rows);
        let mut sums = vec![0.0; count * rows];
        let mut whole = vec![0_u32; count];
        let range = from * self.step..(from + count - 1) * self.step + self.segment;
        let mut samples = Vec::with_capacity(range.len());
        for channel in 0..series.channels {
            samples.clear();
            samples.extend(range.clone().map(|k| (series.sample)(channel, k)));
            let mut take = |column: usize, spectra: Vec<(Vec<f64>, Vec<f64>)>| {
                for (k, (re, im)) in spectra.into_iter().enumerate() {
                    let own = &mut sums[(column + k) * rows..(column + k + 1) * rows];
                    let parts = re.iter().zip(&im).skip(1);
                    for (sum, (x, y)) in own.iter_mut().zip(parts) {
                        *sum += x * x + y * y;
                    }
                    whole[column + k] += 1;
                }
            };
            if samples.iter().all(|x| x.is_finite()) {
                take(0, segment_spectra(&series.settings, &samples));
                continue;
            }
            for column in 0..count {
                let own = &samples[column * self.step..column * self.step + self.segment];
                take(column, segment_spectra(&series.settings, own));
            }
        }
        let factors = series.settings.taper.factors(self.segment);
        let power: f64 = factors.iter().map(|w| w * w).sum();
        let scale = 1.0 / (series.settings.sample_rate_hz * power);
        for (own, whole) in sums.chunks_exact(rows).zip(whole) {
            for (k, sum) in own.iter().enumerate() {
                let is_nyquist = 2 * (k + 1) == series.settings.points && k + 2 == bins;
                let sides = if is_nyquist { 1.0 } else { 2.0 };
                let density = sides * scale * sum / f64::from(whole);
                let level = decibels(density);
                self.greatest = self.greatest.max(level);
                self.peaks[k] = self.peaks[k].max(level);
                self.levels.push(level);
            }
        }
    }

    /// Columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.levels.len().checked_div(self.rows).unwrap_or(0)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// Whether no column has power.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.greatest <= SILENCE_DB
    }

    /// Distance of bins, Hz.
    #[must_use]
    pub fn bin_hz(&self) -> f64 {
        self.rate_hz / self.segment.max(1) as f64
    }

    /// Seconds from one column to the next.
    #[must_use]
    pub fn step_s(&self) -> f64 {
        self.step as f64 / self.rate_hz
    }

    /// Seconds of a segment.
    #[must_use]
    pub fn segment_s(&self) -> f64 {
        self.segment as f64 / self.rate_hz
    }

    /// Bins of a column, from the first above 0 Hz to half the rate of samples.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The greatest power density, dB of unit² per Hz.
    #[must_use]
    pub fn greatest_db(&self) -> f32 {
        self.greatest
    }

    /// Time of the middle of a column, s; columns count from 0, the first that there is.
    #[must_use]
    pub fn time_s(&self, column: usize) -> f64 {
        let samples = ((self.first + column) * self.step) as f64;
        self.origin_s + (samples + 0.5 * (self.segment as f64 - 1.0)) / self.rate_hz
    }

    /// The power of a column below the greatest, dB, bin after bin.
    #[must_use]
    pub fn column(&self, column: usize) -> Vec<f32> {
        let own = self.levels.chunks_exact(self.rows.max(1)).nth(column);
        let own = own.unwrap_or_default().iter();
        own.map(|level| level - self.greatest).collect()
    }
}

/// Ten times the decimal logarithm; NaN of NaN.
fn decibels(power: f64) -> f32 {
    match power {
        p if p.is_nan() => f32::NAN,
        p if p > 0.0 => ((10.0 / num::ln(10.0)) * num::ln(p)) as f32,
        _ => SILENCE_DB,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::signal::spectrum::welch;

    fn settings() -> SignalSettings {
        SignalSettings {
            step: 8,
            ..SignalSettings::new(32, 32, 50.0)
        }
    }

    /// A tone that rises from 5 Hz, and one that rests at 12.5 Hz, with one broken sample.
    fn sample(channel: usize, k: usize) -> f64 {
        let t = k as f64 / 50.0;
        match (channel, k) {
            (1, 200) => f64::NAN,
            (0, _) => num::sin(num::TAU * (5.0 + 0.5 * t) * t),
            _ => 0.1 * num::cos(num::TAU * 12.5 * t),
        }
    }

    pub(in crate::dashboard) fn series(to: usize) -> Series<'static> {
        Series {
            of: (0, "all".to_owned(), Source::Sensors),
            settings: settings(),
            channels: 2,
            range: (3, to),
            origin_s: -0.04,
            sample: Box::new(sample),
        }
    }

    pub(in crate::dashboard) fn at_once(to: usize) -> Spectrogram {
        let mut own = Spectrogram::default();
        assert_eq!(own.update(&series(to), usize::MAX), 1.0);
        own
    }

    fn bits(own: &Spectrogram) -> Vec<u32> {
        own.levels.iter().map(|x| x.to_bits()).collect()
    }

    #[test]
    fn a_column_is_the_welch_spectrum_of_its_segment() {
        let own = at_once(500);
        // The first segment after sample 3 begins at 8.
        assert_eq!((own.first, own.len(), own.rows()), (1, 58, 16));
        for column in [0, 5, 21, 22, 57] {
            let from = (1 + column) * 8;
            let density = |channel: usize| {
                let samples: Vec<f64> = (from..from + 32).map(|k| sample(channel, k)).collect();
                welch(&settings(), &samples)
            };
            let ((a, _), (b, taken)) = (density(0), density(1));
            assert_eq!(taken, usize::from(!(from..from + 32).contains(&200)));
            for (row, found) in own.column(column).iter().enumerate() {
                let both = match taken {
                    0 => a[row + 1],
                    _ => 0.5 * (a[row + 1] + b[row + 1]),
                };
                let expected = 10.0 * num::ln(both) / num::ln(10.0);
                let found = f64::from(found + own.greatest_db());
                assert!((found - expected).abs() < 1e-3, "{column}, {row}");
            }
        }
    }

    #[test]
    fn columns_are_the_same_whenever_they_are_computed() {
        let whole = at_once(500);
        let mut grown = Spectrogram::default();
        for to in (0..=500).step_by(7) {
            grown.update(&series(to), 100);
        }
        while grown.update(&series(500), 100) < 1.0 {}
        assert_eq!(bits(&grown), bits(&whole));
        assert_eq!(grown.greatest, whole.greatest);
        // Another branch begins anew.
        let mut other = series(100);
        other.of.0 = 1;
        grown.update(&other, usize::MAX);
        assert_eq!(bits(&grown), bits(&at_once(100)));
    }

    #[test]
    fn silence_and_gaps_are_no_numbers() {
        let mut quiet = series(100);
        quiet.channels = 1;
        quiet.sample = Box::new(|_, _| 0.0);
        let mut own = Spectrogram::default();
        own.update(&quiet, usize::MAX);
        assert!(own.is_silent() && !own.is_empty());
        let mut broken = series(100);
        broken.sample = Box::new(|_, _| f64::NAN);
        own = Spectrogram::default();
        own.update(&broken, usize::MAX);
        assert!(own.is_silent() && own.column(1).iter().all(|level| level.is_nan()));
    }
}
