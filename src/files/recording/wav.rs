//! WAV: RIFF and RF64 with PCM of 8 … 32 bits or floats of 32 or 64 (Microsoft & IBM 1991; EBU
//! Tech 3306). Whole numbers are values in −1 … 1, floats are as they stand.

mod chunks;

use super::super::fault::Faults;
use super::RecordingQuestion;
use super::cells::{Cells, Scale, Track};
use super::channel::RecordedChannel;
use super::pick::tell_apart;
use super::recorded::Recording;
use chunks::{Chunks, Form, chunks};

/// Bytes of frames that are taken apart in one go.
const BYTES_A_BLOCK: usize = 1 << 18;

/// # Errors
/// When chunks are missing, the format is not read, or no whole frame is there.
pub(super) fn read(bytes: &[u8], asked: &RecordingQuestion<'_>) -> Result<Recording, Faults> {
    let Chunks {
        form,
        data,
        mut notes,
    } = chunks(bytes)?;
    let frame = form.channels * form.width;
    let frames = data.len() / frame;
    if frames == 0 {
        return Err(Faults::whole(format!(
            "it holds no whole frame: {} bytes of samples, expected {frame} and more",
            data.len()
        )));
    }
    let kind = if form.is_float { "floats" } else { "PCM" };
    let plural = if form.channels == 1 { "" } else { "s" };
    let told = format!(
        "WAV, {} channel{plural}, {kind} of {} bits",
        form.channels, form.bits
    );
    notes.insert(0, told);
    let rest = data.len() - frames * frame;
    if rest > 0 {
        notes.push(format!(
            "the last {rest} bytes are no whole frame and are left out"
        ));
    }
    let mut tracks: Vec<Track> = (0..form.channels).map(|_| track(&form, frames)).collect();
    // Block by block, so that each is fetched into the caches once for all channels.
    let block = frame * (BYTES_A_BLOCK / frame).max(1);
    for block in data[..frames * frame].chunks(block) {
        if asked.cancel.is_requested() {
            return Err(Faults::whole("reading was stopped before its end"));
        }
        for (channel, track) in tracks.iter_mut().enumerate() {
            let first = channel * form.width;
            let samples = block.chunks_exact(frame);
            let samples = samples.map(|frame| &frame[first..first + form.width]);
            put(&form, samples, &mut track.cells);
        }
    }
    let channel = |k: usize| RecordedChannel {
        name: String::new(),
        unit: String::new(),
        number: k + 1,
    };
    let mut channels: Vec<RecordedChannel> = (0..form.channels).map(channel).collect();
    tell_apart(&mut channels);
    let mut own = Recording::of_tracks(channels, tracks);
    own.sample_rate_hz = Some(f64::from(form.rate_hz));
    own.notes = notes;
    own.chosen(asked.columns)
}

/// An empty track with room for its samples.
fn track(form: &Form, frames: usize) -> Track {
    if form.is_float {
        return Track {
            cells: match form.width {
                4 => Cells::F32(Vec::with_capacity(frames)),
                _ => Cells::F64(Vec::with_capacity(frames)),
            },
            scale: Scale::PLAIN,
            limits: None,
        };
    }
    let full = (1u64 << (8 * form.width - 1)) as f64;
    let step = (1u64 << (8 * form.width as u32 - form.bits)) as f64;
    Track {
        cells: match form.width {
            1 | 2 => Cells::I16(Vec::with_capacity(frames)),
            _ => Cells::I32(Vec::with_capacity(frames)),
        },
        scale: Scale::gain(1.0 / full),
        limits: Some([-full, full - step]),
    }
}

fn put<'a>(form: &Form, samples: impl Iterator<Item = &'a [u8]>, cells: &mut Cells) {
    match (cells, form.width) {
        // The 8 bits of the oldest form count from 0, with silence at 128.
        (Cells::I16(cells), 1) => cells.extend(samples.map(|one| i16_of(one) - 128)),
        (Cells::I16(cells), _) => cells.extend(samples.map(i16_of)),
        (Cells::I32(cells), _) => cells.extend(samples.map(i32_of)),
        (Cells::F32(cells), _) => cells.extend(samples.map(f32_of)),
        (Cells::F64(cells), _) => cells.extend(samples.map(f64_of)),
    }
}

fn i16_of(sample: &[u8]) -> i16 {
    match sample {
        [a, b, ..] => i16::from_le_bytes([*a, *b]),
        [a] => i16::from(*a),
        [] => 0,
    }
}

fn i32_of(sample: &[u8]) -> i32 {
    match sample {
        [a, b, c, d, ..] => i32::from_le_bytes([*a, *b, *c, *d]),
        [a, b, c] => i32::from_le_bytes([0, *a, *b, *c]) >> 8,
        _ => i32::from(i16_of(sample)),
    }
}

fn f32_of(sample: &[u8]) -> f32 {
    sample.try_into().map_or(f32::NAN, f32::from_le_bytes)
}

fn f64_of(sample: &[u8]) -> f64 {
    sample.try_into().map_or(f64::NAN, f64::from_le_bytes)
}

#[cfg(test)]
mod tests;
