//! The matrix of phase locking of a window of samples.

use crate::base::Tick;
use crate::registry::MetricId;
use crate::signal::metrics::{self, SignalMetric};
use crate::signal::pairs::{PairMeasure, mean_of_pairs, measure, pair};
use crate::signal::windowed::Windowed;
use crate::signal::{Outcome, Reason, SignalEngine, SignalFlag, SignalStream};

use super::sensed::SensedWindow;

/// The matrix of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Locking {
    /// Names of all channels.
    pub names: Vec<String>,
    /// The channels that it is of, ascending.
    pub valid: Vec<usize>,
    /// Its mean over pairs of different channels; `None` for fewer than two.
    pub mean: Option<f64>,
    /// What is to be said of the window.
    pub flags: Vec<SignalFlag>,
    /// Samples in the window, those that it can hold, and those that a first value takes.
    pub samples: [usize; 3],
    /// Samples per second.
    pub rate_hz: f64,
    /// Ticks completed.
    pub tick: Tick,
    /// Lower triangle over the valid channels, the diagonal included, row by row.
    triangle: Vec<f64>,
}

/// No value: the stages are what is asked for.
fn nothing(_: &Windowed<'_>) -> Outcome {
    Err(Reason::Undefined)
}

/// The matrix of a window, by the signal engine's phases.
#[must_use]
pub fn locking_of(own: &SensedWindow, lag: bool) -> Locking {
    let of = match lag {
        true => PairMeasure::Lag,
        false => PairMeasure::Locking,
    };
    let id = MetricId::new("phase_locking");
    let stages = metrics::find(&id).map(|metric| SignalMetric {
        value: nothing,
        ..metric
    });
    let wanted = stages.into_iter().map(|metric| (id.clone(), metric));
    let engine = SignalEngine::new(own.settings.clone(), wanted.collect());
    let mut stream = SignalStream::of(own.window.clone());
    let (flags, found) = match engine {
        Ok(mut engine) => {
            let (state, found) = engine.look(&mut stream, |seen| {
                let phasors = (&seen.phases.phasors.0[..], &seen.phases.phasors.1[..]);
                let all = measure(seen.isa, of, phasors, seen.valid.len());
                (seen.valid.to_vec(), all)
            });
            (state.flags, found.unwrap_or_default())
        }
        Err(_) => (vec![SignalFlag::WarmingUp], Default::default()),
    };
    let (valid, triangle) = found;
    Locking {
        names: own.channels.clone(),
        mean: mean_of_pairs(&triangle, valid.len()),
        valid,
        flags,
        samples: [
            own.window.len(),
            own.window.capacity(),
            own.settings.segment,
        ],
        rate_hz: own.settings.sample_rate_hz,
        tick: own.tick,
        triangle,
    }
}

impl Locking {
    /// The value of a pair of different channels, 0 … 1; `None` for a channel with itself and for
    /// channels that are left out.
    #[must_use]
    pub fn value(&self, i: usize, j: usize) -> Option<f64> {
        let place = |channel: usize| self.valid.binary_search(&channel).ok();
        let (i, j) = (place(i)?, place(j)?);
        (i != j)
            .then(|| self.triangle.get(pair(i, j)).copied())
            .flatten()
    }

    /// Why a channel is left out.
    pub(super) fn fault(&self, channel: usize) -> Option<&'static str> {
        let number = channel as u32;
        let own = self.flags.iter().find_map(|flag| match flag {
            SignalFlag::ChannelNonFinite(own) if *own == number => Some("not finite"),
            SignalFlag::ChannelNoPower(own) if *own == number => Some("constant"),
            _ => None,
        });
        own.or_else(|| {
            self.valid
                .binary_search(&channel)
                .is_err()
                .then_some("left out")
        })
    }

    /// The cell of two channels in words.
    #[must_use]
    pub fn told(&self, i: usize, j: usize) -> String {
        let name = |channel: usize| self.names.get(channel).map_or("?", String::as_str);
        for channel in [i, j] {
            if let Some(why) = self.fault(channel) {
                return format!("{} is left out: {why} in this window", name(channel));
            }
        }
        match self.value(i, j) {
            Some(value) => format!("{} – {}: {value:.4}", name(i), name(j)),
            None => format!("{} with itself: not counted", name(i)),
        }
    }

    /// Why there is no matrix, if there is none.
    #[must_use]
    pub fn missing(&self) -> Option<String> {
        let [samples, _, first] = self.samples;
        if self.flags.contains(&SignalFlag::WarmingUp) {
            return Some(format!(
                "The window is warming up: {samples} of the {first} samples that a first value \
                 takes (signal.segment)."
            ));
        }
        match self.valid.len() {
            0 => Some("No channel varies in this window: there are no phases to compare.".into()),
            1 => Some(
                "One channel has no pairs. A sensor of two channels or more, or another one, \
                 gives the scope some."
                    .into(),
            ),
            _ => None,
        }
    }

    /// The window, what is left out and what to keep in mind.
    pub(super) fn remarks(&self) -> String {
        let [samples, capacity, _] = self.samples;
        let seconds = |samples: usize| samples as f64 / self.rate_hz;
        let at = self.tick as f64 / self.rate_hz;
        let mut text = format!("{:.2} s up to {at:.2} s", seconds(samples));
        if samples < capacity {
            text += &format!(", filling: {samples} of {capacity} samples");
        }
        let out: Vec<String> = (0..self.names.len())
            .filter_map(|own| Some(format!("{} ({})", self.names[own], self.fault(own)?)))
            .collect();
        if !out.is_empty() {
            let shown = out.len().min(3);
            let more = if out.len() > shown { ", …" } else { "" };
            text += &format!(
                "; {} of {} channels left out: {}{more}",
                out.len(),
                self.names.len(),
                out[..shown].join(", ")
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;
    use crate::signal::{FrameWindow, SignalSettings};

    /// Channels at 5 Hz: two in step, one a quarter of a turn behind, one of its own pace, one that
    /// is broken and one that rests.
    fn window(samples: usize, capacity: usize) -> SensedWindow {
        let mut window = FrameWindow::new(6, capacity);
        for k in 0..samples {
            let turn = num::TAU * 5.0 * k as f64 / 100.0;
            let broken = if k + 3 == samples {
                f64::NAN
            } else {
                num::sin(turn)
            };
            let frame = [
                num::sin(turn),
                num::sin(turn),
                num::sin(turn - 0.5 * num::PI),
                num::sin(1.4 * turn),
                broken,
                0.5,
            ];
            window.push(&frame).unwrap();
        }
        SensedWindow {
            scope: "cluster".to_owned(),
            channels: (0..6).map(|k| format!("probe[{k}]")).collect(),
            window,
            settings: SignalSettings::new(capacity, 50, 100.0),
            tick: samples as Tick,
        }
    }

    #[test]
    fn locked_channels_stand_out_and_faulty_ones_are_left_out_by_name() {
        let own = locking_of(&window(200, 200), false);
        assert_eq!(own.valid, [0, 1, 2, 3]);
        let close = |value: Option<f64>, to: f64| (value.unwrap() - to).abs() < 0.02;
        assert!(close(own.value(0, 1), 1.0) && close(own.value(2, 0), 1.0));
        assert!(close(own.value(3, 0), 0.0) && own.value(1, 3) == own.value(3, 1));
        assert_eq!((own.value(0, 0), own.value(0, 4)), (None, None));
        assert!(close(own.mean, 0.5), "{:?}", own.mean);
        let words = [
            own.told(0, 1),
            own.told(2, 4),
            own.told(5, 0),
            own.told(1, 1),
        ];
        assert_eq!(words[0], "probe[0] – probe[1]: 1.0000");
        assert_eq!(words[1], "probe[4] is left out: not finite in this window");
        assert_eq!(words[2], "probe[5] is left out: constant in this window");
        assert_eq!(words[3], "probe[1] with itself: not counted");
        assert_eq!(own.missing(), None);
        let said = "2.00 s up to 2.00 s; 2 of 6 channels left out: probe[4] (not finite), \
                    probe[5] (constant)";
        assert_eq!(own.remarks(), said);
        let lag = locking_of(&window(200, 200), true);
        assert!(close(lag.value(0, 1), 0.0) && close(lag.value(0, 2), 1.0));
    }

    #[test]
    fn a_window_that_fills_says_so() {
        let early = locking_of(&window(40, 200), false);
        assert_eq!((early.mean, early.value(0, 1)), (None, None));
        let said = early.missing().unwrap();
        assert!(said.contains("40 of the 50 samples"), "{said}");
        let later = locking_of(&window(120, 200), false);
        assert_eq!(later.missing(), None);
        assert!(later.remarks().contains("filling: 120 of 200 samples"));
        let mut quiet = window(0, 200);
        for _ in 0..60 {
            quiet.window.push(&[1.0; 6]).unwrap();
        }
        let quiet = locking_of(&quiet, false);
        assert!(quiet.missing().unwrap().contains("No channel varies"));
    }
}
