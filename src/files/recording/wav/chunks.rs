//! The chunks of a WAV file: its form, and where its samples are.

use super::super::super::fault::Faults;

/// Bytes of the form of all that are not compressed, behind the number of the format.
const FORM: usize = 16;
/// The format of one that says its format in an extension.
const EXTENSIBLE: u16 = 0xfffe;
/// What stands behind the number of a format in an extension.
pub(super) const EXTENSION: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
const PCM: u16 = 1;
const FLOATS: u16 = 3;

/// Formats that are compressed, by their numbers.
const COMPRESSED: [(u16, &str); 12] = [
    (0x0002, "ADPCM of Microsoft"),
    (0x0006, "A-law"),
    (0x0007, "µ-law"),
    (0x0011, "ADPCM of IMA"),
    (0x0031, "GSM 6.10"),
    (0x0040, "ADPCM G.721"),
    (0x0050, "MPEG"),
    (0x0055, "MP3"),
    (0x00ff, "AAC"),
    (0x0161, "Windows Media Audio"),
    (0x2000, "AC-3"),
    (0xf1ac, "FLAC"),
];

/// How samples are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub is_float: bool,
    pub channels: usize,
    /// Frames a second.
    pub rate_hz: u32,
    /// Bytes of a sample.
    pub width: usize,
    /// Bits of it that are used, at its upper end.
    pub bits: u32,
}

/// The form and the bytes of samples, and what is to be told.
pub(super) struct Chunks<'a> {
    pub form: Form,
    pub data: &'a [u8],
    pub notes: Vec<String>,
}

/// Finds form and samples in a RIFF or RF64 file.
///
/// # Errors
/// When one of them is not there, or the form is not read.
pub(super) fn chunks(bytes: &[u8]) -> Result<Chunks<'_>, Faults> {
    let (mut at, mut form, mut long) = (12usize, None, None);
    let mut notes = Vec::new();
    // One that was written as a stream knows no lengths.
    let is_closed = u32_at(bytes, 4).is_some_and(|size| u64::from(size) + 8 == bytes.len() as u64);
    loop {
        let Some([a, b, c, d, size @ ..]) = bytes.get(at..at + 8) else {
            let what = if form.is_none() {
                "\"fmt \" and \"data\""
            } else {
                "\"data\""
            };
            return Err(Faults::whole(format!(
                "it ends at byte {} without a chunk {what}, expected a whole WAV file",
                bytes.len()
            )));
        };
        let id = [*a, *b, *c, *d];
        let size = u32_at(size, 0).unwrap_or(0);
        let rest = &bytes[at + 8..];
        match &id {
            b"ds64" => long = u64_at(rest, 8),
            b"fmt " => form = Some(read_form(rest, size as usize, at)?),
            b"data" => {
                let Some(form) = form else {
                    return Err(Faults::whole(format!(
                        "byte {at}: the chunk \"data\" stands before any \"fmt \", expected \
                         \"fmt \" first"
                    )));
                };
                let said = match (size, long) {
                    (u32::MAX, Some(long)) => Some(long),
                    (u32::MAX, None) => None,
                    (0, _) if !is_closed => None,
                    (size, _) => Some(u64::from(size)),
                };
                let data = cut(rest, said, &mut notes);
                return Ok(Chunks { form, data, notes });
            }
            _ => {}
        }
        // A chunk of odd length has a byte behind it.
        let next = u64::from(size) + u64::from(size & 1) + 8;
        at = usize::try_from(next).map_or(usize::MAX, |next| at.saturating_add(next));
        at = at.min(bytes.len());
    }
}

fn cut<'a>(rest: &'a [u8], said: Option<u64>, notes: &mut Vec<String>) -> &'a [u8] {
    match said {
        None => {
            notes.push("it does not say how long it is: read to its end".to_owned());
            rest
        }
        Some(said) if said > rest.len() as u64 => {
            notes.push(format!(
                "it is cut short: its header says {said} bytes of samples, {} are there",
                rest.len()
            ));
            rest
        }
        Some(said) => &rest[..said as usize],
    }
}

fn read_form(rest: &[u8], size: usize, at: usize) -> Result<Form, Faults> {
    let short = |needed: usize| {
        Faults::whole(format!(
            "byte {at}: the chunk \"fmt \" has {} bytes, expected {needed}",
            size.min(rest.len())
        ))
    };
    let body = rest.get(..size).ok_or_else(|| short(size))?;
    let (Some(mut format), Some(channels), Some(rate_hz), Some(frame), Some(bits)) = (
        u16_at(body, 0),
        u16_at(body, 2),
        u32_at(body, 4),
        u16_at(body, 12),
        u16_at(body, 14),
    ) else {
        return Err(short(FORM));
    };
    let (channels, frame, mut bits) = (usize::from(channels), usize::from(frame), u32::from(bits));
    if format == EXTENSIBLE {
        let own = body.get(24..40).ok_or_else(|| short(40))?;
        if own[2..] != EXTENSION {
            let found = own.escape_ascii();
            return Err(Faults::whole(format!(
                "byte {}: the format is {found}, expected PCM or floats",
                at + 32
            )));
        }
        format = u16_at(own, 0).unwrap_or(0);
        let used = u32::from(u16_at(body, 18).unwrap_or(0));
        bits = if used == 0 { bits } else { used };
    }
    let refuse = |found: String, expected: &str| {
        Err(Faults::whole(format!(
            "byte {at}: the chunk \"fmt \" says {found}, expected {expected}"
        )))
    };
    if format != PCM && format != FLOATS {
        let name = COMPRESSED.iter().find(|(number, _)| *number == format);
        let name = name
            .map(|(_, name)| format!(" ({name})"))
            .unwrap_or_default();
        return refuse(
            format!("format {format:#06x}{name}"),
            "PCM (1) or floats (3)",
        );
    }
    if channels == 0 || rate_hz == 0 {
        return refuse(
            format!("{channels} channels at {rate_hz} Hz"),
            "at least 1 at 1 Hz or more",
        );
    }
    let width = frame / channels;
    let is_float = format == FLOATS;
    let fits = if is_float {
        matches!((width, bits), (4, 32) | (8, 64))
    } else {
        (1..=4).contains(&width) && (1..=8 * width as u32).contains(&bits)
    };
    if !fits || !frame.is_multiple_of(channels) {
        let what = if is_float { "floats" } else { "PCM" };
        return refuse(
            format!("{what} of {bits} bits in frames of {frame} bytes for {channels} channels"),
            "PCM of 8, 16, 24 or 32 bits or floats of 32 or 64",
        );
    }
    Ok(Form {
        is_float,
        channels,
        rate_hz,
        width,
        bits,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes(pair.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at + 8)?;
    Some(u64::from_le_bytes(eight.try_into().ok()?))
}
