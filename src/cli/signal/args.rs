//! Arguments of `signal`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::file_args::DialectArgs;
use crate::signal::settings::Preset;
use crate::signal::taper::Taper;

/// Arguments of `signal`.
#[derive(Args, Debug)]
pub struct SignalArgs {
    /// A recording: CSV or another table, .npy, .npz, WAV, EDF or BDF, also compressed (.gz); or a
    /// reference case as JSON.
    #[arg(long, value_name = "FILE", required_unless_present = "explain")]
    pub input: Option<PathBuf>,
    /// Samples a second, Hz, where the file does not say.
    #[arg(long, value_name = "HZ", value_parser = positive)]
    pub fs: Option<f64>,
    /// Channels that are taken, by name, or by number in the file from 1; all when absent.
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub channels: Vec<String>,
    /// Samples in a window, or `all` for the whole recording as one; all when absent, but 4096
    /// where the recording has more than four million samples in all.
    #[arg(long, value_name = "SAMPLES", value_parser = window)]
    pub window: Option<WindowArg>,
    /// Samples from one window to the next; half a window when absent.
    #[arg(long, value_name = "SAMPLES", value_parser = count)]
    pub hop: Option<usize>,
    /// Samples in a Welch segment; 256 when absent, or the window when that is shorter.
    #[arg(long, value_name = "SAMPLES", value_parser = count)]
    pub nperseg: Option<usize>,
    /// Samples that neighbouring segments share; half a segment when absent.
    #[arg(long, value_name = "SAMPLES")]
    pub overlap: Option<usize>,
    /// What segments are multiplied by: hann, hamming, blackman or boxcar, with :periodic or
    /// :symmetric.
    #[arg(long, value_name = "SHAPE")]
    pub taper: Option<Taper>,
    /// The band, Hz, within which spectra are looked at and phases are taken, for example 8:12.
    #[arg(long, value_name = "LOW:HIGH", value_parser = band)]
    pub band: Option<(f64, f64)>,
    /// The defaults of a library for segments.
    #[arg(long, value_enum)]
    pub preset: Option<PresetArg>,
    /// A metric, by name; several by naming several. Without any, the usual ones. `phantom signal
    /// --explain list` lists them.
    #[arg(long = "metric", value_name = "METRIC")]
    pub metrics: Vec<String>,
    /// Prints what a metric is: formula, base, normalisation, range, null level, source, and the
    /// calls of other libraries that it equals; `list` lists all.
    #[arg(long, value_name = "METRIC", conflicts_with = "input")]
    pub explain: Option<String>,
    /// Write the metrics of every window to this file as CSV.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Draw spectrogram, R(t) and the metrics over time; the ending says the format: .svg, .pdf or
    /// .png.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// A table has channels in rows and samples in columns.
    #[arg(long)]
    pub transpose: bool,
    /// How tables are written.
    #[command(flatten)]
    pub dialect: DialectArgs,
    /// Print one JSON document: the names of a reference's headline, and every metric with its
    /// value, or why it has none, and its coverage.
    #[arg(long)]
    pub json: bool,
}

/// How long a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowArg {
    /// The whole recording.
    All,
    /// So many samples.
    Samples(usize),
}

/// A library whose defaults are taken.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresetArg {
    /// scipy.signal.welch.
    Scipy,
    /// MATLAB's pwelch.
    Matlab,
    /// mne.time_frequency.psd_array_welch.
    Mne,
}

impl From<PresetArg> for Preset {
    fn from(own: PresetArg) -> Self {
        match own {
            PresetArg::Scipy => Self::Scipy,
            PresetArg::Matlab => Self::Matlab,
            PresetArg::Mne => Self::Mne,
        }
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() && x > 0.0 => Ok(x),
        _ => Err("expected a number > 0".to_owned()),
    }
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n >= 1 => Ok(n),
        _ => Err("expected a whole number ≥ 1".to_owned()),
    }
}

fn window(text: &str) -> Result<WindowArg, String> {
    if text == "all" {
        return Ok(WindowArg::All);
    }
    let samples = count(text).map_err(|message| format!("{message}, or all"))?;
    Ok(WindowArg::Samples(samples))
}

fn band(text: &str) -> Result<(f64, f64), String> {
    let ends = text.split_once(':').map(|(a, b)| (a.parse(), b.parse()));
    match ends {
        Some((Ok(low), Ok(high))) if 0.0 <= low && low < high => Ok((low, high)),
        _ => Err("expected two frequencies in Hz, the lower first, for example 8:12".to_owned()),
    }
}
