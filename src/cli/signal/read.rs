//! The recording, and how it is to be analysed.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};

use crate::files::recording::{Recording, RecordingQuestion, read as read_recording};
use crate::files::source;
use crate::signal::settings::SignalSettings;

use super::args::{SignalArgs, WindowArg};

/// The most samples of all channels that are one window unless somebody says so.
const WHOLE_MAX: usize = 1 << 22;
/// Samples of a window of longer recordings.
const USUAL_WINDOW: usize = 4096;
/// Samples of a segment.
const USUAL_SEGMENT: usize = 256;

/// A recording with how it is looked at.
pub struct Asked {
    /// The recording.
    pub recording: Recording,
    /// The settings.
    pub settings: SignalSettings,
    /// Samples from one window to the next.
    pub hop: usize,
    /// What was chosen without being asked for.
    pub notes: Vec<String>,
}

impl Asked {
    /// Number of windows.
    pub fn windows(&self) -> usize {
        1 + (self.recording.len - self.settings.window) / self.hop
    }
}

/// Reads a recording and settles how it is looked at.
pub fn read(path: &Path, args: &SignalArgs) -> Result<Asked> {
    let shown = path.display().to_string();
    let bytes = source::read(path).with_context(|| shown.clone())?;
    let question = RecordingQuestion {
        dialect: args.dialect.options(),
        array: args.dialect.array.as_deref(),
        columns: &args.channels,
        is_transposed: args.transpose,
        sample_rate_hz: args.fs,
        ..RecordingQuestion::default()
    };
    let recording =
        read_recording(&shown, bytes, &question).map_err(|faults| anyhow!("{shown}: {faults}"))?;
    let rate = recording.sample_rate_hz.ok_or_else(|| {
        anyhow!("{shown} does not say how many samples it has a second, expected --fs")
    })?;
    ensure!(recording.len > 0, "{shown} holds no samples");
    let mut notes = Vec::new();
    let settings = settle(&recording, rate, args, &mut notes)?;
    let hop = args.hop.unwrap_or((settings.window / 2).max(1));
    Ok(Asked {
        recording,
        settings,
        hop,
        notes,
    })
}

fn settle(
    recording: &Recording,
    rate: f64,
    args: &SignalArgs,
    notes: &mut Vec<String>,
) -> Result<SignalSettings> {
    let (samples, channels) = (recording.len, recording.channels.len());
    let window = match args.window {
        Some(WindowArg::All) => samples,
        Some(WindowArg::Samples(window)) => {
            ensure!(
                window <= samples,
                "--window {window}: the recording has {samples} samples"
            );
            window
        }
        None if samples.saturating_mul(channels) > WHOLE_MAX && samples > USUAL_WINDOW => {
            notes.push(format!(
                "windows of {USUAL_WINDOW} samples, since the recording is long; --window chooses"
            ));
            USUAL_WINDOW
        }
        None => samples,
    };
    let mut settings = match args.preset {
        Some(preset) => SignalSettings::preset(preset.into(), window, rate),
        None => SignalSettings::new(window, USUAL_SEGMENT.min(window), rate),
    };
    if let Some(segment) = args.nperseg {
        ensure!(
            segment <= window,
            "--nperseg {segment} in a window of {window} samples, expected at most that"
        );
        settings.step = (segment / 2).max(1);
        settings.segment = segment;
        settings.points = segment;
    } else if window < USUAL_SEGMENT && args.preset.is_none() {
        notes.push(format!(
            "segments of {window} samples, the whole window; --nperseg chooses"
        ));
    }
    if let Some(overlap) = args.overlap {
        let segment = settings.segment;
        ensure!(
            overlap < segment,
            "--overlap {overlap} of segments of {segment} samples, expected fewer than these"
        );
        settings.step = segment - overlap;
    }
    if let Some(taper) = args.taper {
        settings.taper = taper;
    }
    settings.band_hz = args.band;
    settings.check().map_err(anyhow::Error::from)?;
    Ok(settings)
}
