//! `SystemState`: the numbers of a window, and what qualifies them.

use std::fmt;

use bevy::prelude::Component;
use serde::{Deserialize, Serialize};
use thiserror::Error;

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
    /// There is no such sample rate.
    #[error("a sample rate of {found} Hz, expected a finite number > 0 Hz")]
    SampleRate {
        /// The rate given, as text.
        found: String,
    },
}

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

/// The signals of a population: entropy, coherence, resonance and their companions.
#[derive(Component, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SystemState {
    /// Spectral entropy H, the mean over valid channels, nats; 0 … ln B for B bins.
    pub entropy_nats: f64,
    /// H / ln B, 0 … 1.
    pub entropy_normalized: f64,
    /// Coherence R, 0 … 1: the time mean of the Kuramoto order parameter of the Hilbert phases.
    pub coherence: f64,
    /// R without the first and last tenth of the window, where the Hilbert phase is distorted.
    pub coherence_trim10: f64,
    /// Mean of (C R² − 1) / (C − 1) over C channels: 0 for independent ones, negative for splay.
    pub coherence_debiased: f64,
    /// Resonance, ≥ 0: (spectral crest − 1) · debiased magnitude-squared coherence at the peak.
    pub resonance: f64,
    /// Frequency of the spectral peak, Hz, interpolated.
    pub peak_hz: f64,
    /// Argument of the mean phasor at the end of the window, rad, in (−π, π]. The end of a window
    /// is where the Hilbert phase is least exact.
    pub mean_phase_rad: f64,
    /// Remarks, those on channels first and in their order.
    pub flags: Vec<SignalFlag>,
    /// Whether there is a value. It may be that of silence: see [`SystemState::is_measured`].
    pub valid: bool,
}

impl SystemState {
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
            entropy_nats: 0.0,
            entropy_normalized: 0.0,
            coherence: 0.0,
            coherence_trim10: 0.0,
            coherence_debiased: 0.0,
            resonance: 0.0,
            peak_hz: 0.0,
            mean_phase_rad: 0.0,
            flags: vec![SignalFlag::WarmingUp],
            valid: false,
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
