//! Recordings of several channels at one rate: EDF, EDF+, BDF, BDF+, WAV, arrays and tables.
//!
//! ```text
//! bytes ─ unpack (gzip) ─┬─ EDF, BDF ─┐
//!                        ├─ WAV ──────┼─ Recording: channels, rate, gaps, notes
//!                        └─ table ────┘  (text, npy, npz; a column of times gives the rate)
//! ```
//!
//! What a file begins with decides its format, then the ending of its name. Samples stay as compact
//! as the file has them, and become physical values when they are asked for.

mod cells;
mod channel;
mod pick;
mod recorded;
mod format;
mod edf;
mod wav;
mod clock;
mod tabular;

pub use channel::RecordedChannel;
pub use recorded::{Gap, Recording};

use crate::base::cancel::Cancel;

use super::dialect::DialectOptions;
use super::fault::Faults;
use super::text::unpack;
use format::Format;

/// What decides how a recording is read, beside its bytes.
#[derive(Clone, Debug, Default)]
pub struct RecordingQuestion<'a> {
    /// The dialect of a text, as far as it is said.
    pub dialect: DialectOptions,
    /// The array of an archive.
    pub array: Option<&'a str>,
    /// Channels that are asked for, by name, or by number in the file from 1; all when empty.
    pub columns: &'a [String],
    /// Whether a table or an array has channels in rows and samples in columns.
    pub is_transposed: bool,
    /// Samples a second, Hz, where the file does not say or is wrong; finite and above 0.
    pub sample_rate_hz: Option<f64>,
    /// Whoever may want to stop.
    pub cancel: Cancel,
}

/// Whether a file is a table or an array, as far as its begin and the ending of its name tell; else
/// it is EDF, BDF or WAV. `bytes` are unpacked.
///
/// # Errors
/// When it is of a format that is not read, or begins otherwise than its ending says.
pub fn is_table(name: &str, bytes: &[u8]) -> Result<bool, Faults> {
    Ok(format::detect(name, bytes)? == Format::Table)
}

/// Reads a recording, also a compressed one; `name` is that of its file. The channels that
/// are asked for come in the order of the question.
///
/// # Errors
/// With all that is wrong, or the choices when it could be read in two ways.
pub fn read(
    name: &str,
    bytes: Vec<u8>,
    asked: &RecordingQuestion<'_>,
) -> Result<Recording, Faults> {
    if let Some(rate) = asked
        .sample_rate_hz
        .filter(|rate| !(rate.is_finite() && *rate > 0.0))
    {
        return Err(Faults::whole(format!(
            "the sample rate is said to be {rate} Hz, expected a finite number > 0 Hz"
        )));
    }
    let unpacked = unpack(name, bytes)?;
    let format = format::detect(&unpacked.name, &unpacked.bytes)?;
    if asked.is_transposed && format != Format::Table {
        return Err(Faults::whole(
            "--transpose of EDF, BDF or WAV, which have no rows, expected a table or an array",
        ));
    }
    let mut recording = match format {
        Format::Edf => edf::read(&unpacked.bytes, asked)?,
        Format::Wav => wav::read(&unpacked.bytes, asked)?,
        Format::Table => tabular::read(&unpacked.name, unpacked.bytes, asked)?,
    };
    recording.notes.splice(0..0, unpacked.notes);
    recording.say_rate(asked.sample_rate_hz);
    Ok(recording)
}
