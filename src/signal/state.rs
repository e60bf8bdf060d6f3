//! `SystemState`: the numbers of a window, and what qualifies them.

use std::fmt;

use bevy::prelude::Component;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::registry::metric::MetricId;

/// Why the signal engine refuses.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SignalError {
    /// A frame does not fit the window.
    #[error("a frame has {found} channels, expected {expected}")]
    FrameLength {
        /// Channels in the frame.
        found: usize,
        /// Channels of the window.
        expected: usize,
    },
    /// A segment is too short, or longer than the window.
    #[error(
        "a segment of {segment} samples in a window of {window}, expected 8 ≤ segment ≤ window"
    )]
    Segment {
        /// Samples of the segment.
        segment: usize,
        /// Samples of the window.
        window: usize,
    },
    /// Segments cannot follow each other so.
    #[error(
        "a step of {step} samples and transforms of {points} points for segments of {segment} \
         samples, expected 1 ≤ step ≤ segment ≤ points"
    )]
    Step {
        /// Samples of the segment.
        segment: usize,
        /// Samples from one segment to the next.
        step: usize,
        /// Points of a transform.
        points: usize,
    },
    /// A band holds no bin.
    #[error(
        "a band of {found}, expected 0 ≤ from < to ≤ {most_hz} Hz with a bin of {bin_hz} Hz in it"
    )]
    Band {
        /// The band given, as text.
        found: String,
        /// Distance of bins, Hz, as text.
        bin_hz: String,
        /// Half the sample rate, Hz, as text.
        most_hz: String,
    },
    /// There is no such sample rate.
    #[error("a sample rate of {found} Hz, expected a finite number > 0 Hz")]
    SampleRate {
        /// The rate given, as text.
        found: String,
    },
}

/// Why a metric has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reason {
    /// Fewer samples than it needs.
    TooShort,
    /// More samples than it can be computed for in time.
    TooLong,
    /// No channel varies beyond rounding.
    Constant,
    /// No channel is finite throughout.
    NonFinite,
    /// Samples stand at the ends of what the device can show.
    Saturated,
    /// One valid channel, and it is about pairs.
    OneChannel,
    /// It does not exist for such data: a peak that never falls to half its power has no width.
    Undefined,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Constant => "constant",
            Self::NonFinite => "non_finite",
            Self::Saturated => "saturated",
            Self::OneChannel => "one_channel",
            Self::Undefined => "undefined",
        })
    }
}

/// A value, or why there is none.
pub type Outcome = Result<f64, Reason>;

/// A remark on a [`SystemState`]. Displayed as a word, with the channel's number where it has one:
/// `warming_up`, `channel_non_finite:3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SignalFlag {
    /// Fewer samples than a segment: there is no value yet.
    WarmingUp,
    /// A sample of this channel is not finite; the channel is left out.
    ChannelNonFinite(u32),
    /// This channel does not vary beyond rounding; it is left out.
    ChannelNoPower(u32),
    /// No channel varies: all numbers are 0.
    NoPower,
    /// No channel is valid: all numbers are 0.
    NoValidChannel,
    /// One channel is valid, so coherence is 1 by definition.
    SingleChannel,
    /// One segment only, so that coherence at the peak is 1 whatever the channels do: it is left
    /// out of resonance.
    MscUndefined,
}

impl fmt::Display for SignalFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WarmingUp => f.write_str("warming_up"),
            Self::ChannelNonFinite(channel) => write!(f, "channel_non_finite:{channel}"),
            Self::ChannelNoPower(channel) => write!(f, "channel_no_power:{channel}"),
            Self::NoPower => f.write_str("no_power"),
            Self::NoValidChannel => f.write_str("no_valid_channel"),
            Self::SingleChannel => f.write_str("single_channel"),
            Self::MscUndefined => f.write_str("msc_undefined"),
        }
    }
}

/// The signals of a population: the metrics of its latest window that are asked for.
#[derive(Component, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SystemState {
    /// Each metric with its value, or why it has none.
    pub values: Vec<(MetricId, Outcome)>,
    /// Remarks, those on channels first and in their order.
    pub flags: Vec<SignalFlag>,
    /// Whether there is a value. It may be that of silence: see [`SystemState::is_measured`].
    pub valid: bool,
    /// Channels that the values are of, and all channels.
    pub coverage: (u32, u32),
}

impl SystemState {
    /// The value of a metric; `None` when it has none or was not asked for.
    #[must_use]
    pub fn value(&self, id: &MetricId) -> Option<f64> {
        self.outcome(id)?.ok()
    }

    /// The value of a metric or why it has none; `None` when it was not asked for.
    #[must_use]
    pub fn outcome(&self, id: &MetricId) -> Option<Outcome> {
        let found = self.values.iter().find(|(own, _)| own == id);
        found.map(|(_, outcome)| *outcome)
    }

    /// Whether the numbers come from at least one channel, so that a controller may act on them.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        let silent = |f: &SignalFlag| matches!(f, SignalFlag::NoPower | SignalFlag::NoValidChannel);
        self.valid && !self.flags.iter().any(silent)
    }
}

impl Default for SystemState {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            flags: vec![SignalFlag::WarmingUp],
            valid: false,
            coverage: (0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_read_as_the_words_of_their_definition() {
        let flags = [
            SignalFlag::WarmingUp,
            SignalFlag::ChannelNonFinite(0),
            SignalFlag::ChannelNoPower(12),
            SignalFlag::NoPower,
            SignalFlag::NoValidChannel,
            SignalFlag::SingleChannel,
            SignalFlag::MscUndefined,
        ];
        let words = "warming_up channel_non_finite:0 channel_no_power:12 no_power \
                     no_valid_channel single_channel msc_undefined";
        assert_eq!(flags.map(|flag| flag.to_string()).join(" "), words);
    }

    #[test]
    fn before_the_first_value_there_is_none() {
        let state = SystemState::default();
        assert!(!state.valid && !state.is_measured());
        assert_eq!(state.flags, [SignalFlag::WarmingUp]);
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<SystemState>(&text).unwrap(), state);
    }
}
