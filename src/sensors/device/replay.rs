//! A recording as a sensor, by its own clock.
//!
//! A tick shows the latest sample at or before its time; nothing is interpolated, so that no number
//! is shown that was not measured. A recording with fewer samples than ticks holds each, and its
//! age is told; of one with more, those between two ticks are passed over.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Problems, Tick};
use crate::files::dialect::DialectOptions;
use crate::files::recording::{Recording, RecordingQuestion, read};
use crate::registry::site::PopulationRanges;
use crate::sensors::device::SensorDevice;
use crate::sensors::live::{LiveDevice, LiveMoment, LiveNews};

use super::csv::AtEnd;
use super::kind::{DeviceFacts, DeviceFault, DeviceKind, DeviceOpening, Opened};

/// A recording by its own clock: EDF, BDF, WAV, `.npy`, `.npz` or a table as text, found relative
/// to the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaySpec {
    /// The file; also compressed (`.gz`).
    pub path: String,
    /// Channels to play, by name, or by number from 1; all when empty.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Samples a second, Hz, where the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_rate_hz: Option<f64>,
    /// Where in the recording the run begins, s.
    #[serde(default)]
    pub start_s: f64,
    /// What follows the last sample.
    #[serde(default)]
    pub at_end: AtEnd,
    /// Whether it plays by the wall clock and its samples enter as inputs, with how late they come;
    /// the scene must say `live: true`.
    #[serde(default)]
    pub realtime: bool,
    /// The dialect of a text, as far as it is not to be detected.
    #[serde(default, skip_serializing_if = "DialectOptions::is_plain")]
    pub dialect: DialectOptions,
    /// The array of an `.npz` archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
}

/// What rounding of times may lack of a whole sample.
const NEARLY: f64 = 1e-6;

/// A recording with a rate, at the sample that a time shows.
pub struct Replay {
    recording: Recording,
    rate_hz: f64,
    start_s: f64,
    at_end: AtEnd,
    /// The sample that was shown last.
    shown: Option<u64>,
    is_new: bool,
}

impl Replay {
    /// Plays a recording of this rate, Hz, from `start_s` on.
    #[must_use]
    pub fn new(recording: Recording, rate_hz: f64, start_s: f64, at_end: AtEnd) -> Self {
        Self {
            recording,
            rate_hz,
            start_s,
            at_end,
            shown: None,
            is_new: false,
        }
    }

    /// The number of the sample that is latest at a time, counted on beyond the end.
    fn wanted(&self, time_s: f64) -> u64 {
        ((time_s + self.start_s) * self.rate_hz + NEARLY).max(0.0) as u64
    }

    /// Shows what is latest at a time; tells whether that is new.
    fn show(&mut self, time_s: f64, values: &mut [f64]) -> bool {
        let wanted = self.wanted(time_s);
        let len = self.recording.len as u64;
        let sample = match self.at_end {
            _ if len == 0 => None,
            AtEnd::Repeat => Some(wanted % len),
            AtEnd::Hold => Some(wanted.min(len - 1)),
            AtEnd::Silent => (wanted < len).then_some(wanted),
        };
        match sample {
            Some(sample) => {
                for (channel, value) in values.iter_mut().enumerate() {
                    let value = std::slice::from_mut(value);
                    self.recording.samples(channel, sample as usize, value);
                }
            }
            None => values.fill(f64::NAN),
        }
        // Of what stays at the end, nothing is new.
        let place = match self.at_end {
            AtEnd::Hold => wanted.min(len.saturating_sub(1)),
            AtEnd::Silent => wanted.min(len),
            AtEnd::Repeat => wanted,
        };
        self.shown.replace(place) != Some(place)
    }

    /// The sample that is latest at a time is as old as this, s.
    fn age_s(&self, time_s: f64) -> f64 {
        time_s + self.start_s - self.wanted(time_s) as f64 / self.rate_hz
    }

    fn names(&self) -> Vec<String> {
        let channels = self.recording.channels.iter();
        channels.map(|own| own.name.clone()).collect()
    }
}

impl SensorDevice for Replay {
    fn columns(&self) -> Vec<String> {
        self.names()
    }

    fn read(&mut self, tick: Tick, time_s: f64, values: &mut [f64]) {
        // Whether it is new must not depend on what was read before: the past is run again.
        let before = match tick {
            0 => None,
            _ => Some(self.wanted(time_s * ((tick - 1) as f64 / tick as f64))),
        };
        let last = self.recording.len.saturating_sub(1) as u64;
        let clamped = |place: u64| match self.at_end {
            AtEnd::Hold => place.min(last),
            AtEnd::Silent | AtEnd::Repeat => place,
        };
        self.is_new = before.map(clamped) != Some(clamped(self.wanted(time_s)));
        self.show(time_s, values);
    }

    fn is_new(&self) -> bool {
        self.is_new
    }
}

/// A recording that plays by the wall clock.
pub struct LiveReplay(Replay);

impl LiveDevice for LiveReplay {
    fn columns(&self) -> Vec<String> {
        self.0.names()
    }

    fn read(&mut self, at: &LiveMoment, news: &mut Vec<LiveNews>) {
        let mut values = vec![f64::NAN; self.0.recording.channels.len()];
        if !self.0.show(at.wall_s, &mut values) {
            return;
        }
        // The sample was due when the recording says, and comes now.
        let late_s = self.0.age_s(at.wall_s);
        let readings = (0..).zip(values);
        news.extend(readings.map(|(column, value)| LiveNews::Reading {
            column,
            value,
            late_s,
        }));
    }
}

impl DeviceKind for ReplaySpec {
    fn validate(&self, problems: &mut Problems, path: &str, facts: &DeviceFacts) {
        if let Some(rate) = self.sample_rate_hz {
            problems.positive(&format!("{path}.sample_rate_hz"), rate, " Hz");
        }
        problems.range(&format!("{path}.start_s"), self.start_s, 0.0, 1e9, " s");
        if self.realtime {
            facts.require_live(
                problems,
                "realtime Replay",
                "what the wall clock shows differs from run to run",
            );
        }
    }

    fn count(&self, _: &PopulationRanges) -> Option<usize> {
        (!self.channels.is_empty()).then_some(self.channels.len())
    }

    fn open(&self, opening: &mut DeviceOpening) -> Result<Opened, DeviceFault> {
        let found = opening.files.read(&self.path);
        let (file, bytes) = found.map_err(DeviceFault::of_path)?;
        let asked = RecordingQuestion {
            dialect: self.dialect.clone(),
            array: self.array.as_deref(),
            columns: &self.channels,
            sample_rate_hz: self.sample_rate_hz,
            ..RecordingQuestion::default()
        };
        let recording = read(&file, bytes, &asked);
        let fault = |reason: String| DeviceFault::of_path(format!("{file}: {reason}"));
        let recording = recording.map_err(|faults| fault(faults.to_string()))?;
        let rate = recording.sample_rate_hz.ok_or_else(|| {
            fault("it does not say its sample rate, expected sample_rate_hz beside path".to_owned())
        })?;
        if recording.len == 0 {
            return Err(fault("it has no sample, expected at least one".to_owned()));
        }
        let mut notes = recording.notes.clone();
        notes.extend(ratio_note(rate, 1.0 / opening.tick_s));
        let missing: usize = recording.gaps.iter().map(|gap| gap.missing).sum();
        if missing > 0 {
            notes.push(format!(
                "{} gaps of {missing} samples in all: no sample there, and a flag",
                recording.gaps.len()
            ));
        }
        opening.files.tell(&self.path, &recording.summary(), &notes);
        let device = Replay::new(recording, rate, self.start_s, self.at_end);
        Ok(match self.realtime {
            true => Opened::Live(Box::new(LiveReplay(device))),
            false => Opened::Owned(Box::new(device)),
        })
    }

    fn paths_mut(&mut self) -> Vec<&mut String> {
        vec![&mut self.path]
    }
}

/// How samples and ticks go together, unless there is one for each.
fn ratio_note(rate_hz: f64, ticks_hz: f64) -> Option<String> {
    let ratio = rate_hz / ticks_hz;
    if (ratio - 1.0).abs() < 1e-6 {
        return None;
    }
    let does = match ratio > 1.0 {
        true => "a tick shows the latest of them, and those between are passed over",
        false => "each is held until the next",
    };
    Some(format!(
        "{rate_hz} samples/s on {ticks_hz} ticks/s are {ratio:.4} a tick: {does}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replay(rate_hz: f64, at_end: AtEnd) -> Replay {
        let values = vec![0.0, 1.0, 2.0, f64::NAN, 4.0];
        let series = vec![("a".to_owned(), values)];
        let recording = Recording::of_series(series, Some(rate_hz)).unwrap();
        Replay::new(recording, rate_hz, 0.0, at_end)
    }

    /// Values and whether they are new, in ticks of this length.
    fn played(device: &mut Replay, ticks: u64, tick_s: f64) -> Vec<(f64, bool)> {
        let read = |tick: u64| {
            let mut values = [f64::NAN];
            device.read(tick, tick as f64 * tick_s, &mut values);
            (values[0], device.is_new())
        };
        (0..ticks).map(read).collect()
    }

    #[test]
    fn a_tick_shows_the_latest_sample_at_or_before_it() {
        let slow = played(&mut replay(5.0, AtEnd::Silent), 12, 0.1);
        let shown: Vec<f64> = slow.iter().map(|(value, _)| *value).collect();
        assert_eq!(shown[..6], [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]);
        assert!(shown[6].is_nan() && shown[7].is_nan() && shown[8] == 4.0);
        assert!(shown[10].is_nan() && shown[11].is_nan());
        let new: Vec<bool> = slow.iter().take(6).map(|(_, is_new)| *is_new).collect();
        assert_eq!(new, [true, false, true, false, true, false]);
        let fast = played(&mut replay(20.0, AtEnd::Hold), 4, 0.1);
        assert_eq!(fast, [(0.0, true), (2.0, true), (4.0, true), (4.0, false)]);
    }

    #[test]
    fn rounding_of_times_loses_no_sample() {
        let values: Vec<f64> = (0..3000).map(f64::from).collect();
        let series = vec![("a".to_owned(), values)];
        for (rate, tick_s) in [(256.0, 1.0 / 256.0), (100.0, 0.01), (1000.0 / 3.0, 0.003)] {
            let recording = Recording::of_series(series.clone(), Some(rate)).unwrap();
            let mut device = Replay::new(recording, rate, 0.0, AtEnd::Silent);
            for (tick, (value, is_new)) in played(&mut device, 3000, tick_s).iter().enumerate() {
                assert_eq!((*value, *is_new), (tick as f64, true), "{rate} Hz");
            }
        }
    }

    #[test]
    fn what_is_shown_does_not_depend_on_what_was_read_before() {
        let straight = played(&mut replay(7.0, AtEnd::Repeat), 40, 0.05);
        let mut device = replay(7.0, AtEnd::Repeat);
        for tick in (0..40).rev() {
            let mut values = [f64::NAN];
            device.read(tick, tick as f64 * 0.05, &mut values);
            let (value, is_new) = straight[tick as usize];
            assert_eq!(
                (values[0].to_bits(), device.is_new()),
                (value.to_bits(), is_new)
            );
        }
    }

    #[test]
    fn a_live_recording_goes_by_the_wall_clock_and_tells_how_late_it_is() {
        let mut device = LiveReplay(replay(10.0, AtEnd::Silent));
        let mut told = Vec::new();
        for wall_s in [0.0, 0.05, 0.11, 0.42, 0.9, 1.0] {
            let mut news = Vec::new();
            let at = LiveMoment {
                tick: 0,
                time_s: 0.0,
                wall_s,
            };
            device.read(&at, &mut news);
            told.extend(news);
        }
        let readings = told.iter().filter_map(|own| match own {
            LiveNews::Reading { value, late_s, .. } => Some((*value, *late_s)),
            LiveNews::Remark(_) => None,
        });
        let readings: Vec<_> = readings.collect();
        let values: Vec<f64> = readings.iter().map(|own| own.0).collect();
        assert_eq!(values[..3], [0.0, 1.0, 4.0]);
        assert!(
            values.len() == 4 && values[3].is_nan(),
            "the end is told once"
        );
        assert!((readings[1].1 - 0.01).abs() < 1e-9 && (readings[2].1 - 0.02).abs() < 1e-9);
    }

    #[test]
    fn the_ratio_of_rates_is_told() {
        assert_eq!(ratio_note(100.0, 100.000_001), None);
        assert!(ratio_note(256.0, 100.0).unwrap().contains("passed over"));
        assert!(ratio_note(10.0, 100.0).unwrap().contains("held"));
    }
}
