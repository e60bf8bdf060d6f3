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
}

/// A remark on a [`SystemState`].
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
    /// One segment only, so coherence at the peak says nothing and is left out of resonance.
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
    /// Argument of the mean phasor at the end of the window, rad.
    pub mean_phase_rad: f64,
    /// Remarks, channels in order.
    pub flags: Vec<SignalFlag>,
    /// Whether there is a value.
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
