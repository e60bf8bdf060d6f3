use proptest::prelude::*;

use super::super::{Recording, RecordingQuestion, read as read_any};
use crate::files::fault::Faults;

fn chunk(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = id.to_vec();
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend(body);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

/// The form of samples: format, channels and bits, at 1000 Hz.
fn form(format: u16, channels: u16, bits: u16) -> Vec<u8> {
    let frame = channels * bits.div_ceil(8);
    let mut body = Vec::new();
    body.extend(format.to_le_bytes());
    body.extend(channels.to_le_bytes());
    body.extend(1000u32.to_le_bytes());
    body.extend((1000 * u32::from(frame)).to_le_bytes());
    body.extend(frame.to_le_bytes());
    body.extend(bits.to_le_bytes());
    body
}

fn extended(format: u16, channels: u16, bits: u16, used: u16) -> Vec<u8> {
    let mut body = form(0xfffe, channels, bits);
    body.extend(22u16.to_le_bytes());
    body.extend(used.to_le_bytes());
    body.extend(3u32.to_le_bytes());
    body.extend(format.to_le_bytes());
    body.extend(super::chunks::EXTENSION);
    body
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((body.len() as u32 + 4).to_le_bytes());
    bytes.extend(b"WAVE");
    bytes.extend(body);
    bytes
}

fn made(form: &[u8], data: &[u8]) -> Vec<u8> {
    riff(&[chunk(b"fmt ", form), chunk(b"data", data)])
}

fn read(bytes: &[u8]) -> Result<Recording, Faults> {
    read_any("a.wav", bytes.to_vec(), &RecordingQuestion::default())
}

fn refused(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

fn values(recording: &Recording, channel: usize) -> Vec<f64> {
    let mut out = vec![0.0; recording.len];
    recording.samples(channel, 0, &mut out);
    out
}

fn is_noted(recording: &Recording, part: &str) -> bool {
    recording.notes.iter().any(|note| note.contains(part))
}

#[test]
fn whole_numbers_of_all_widths_are_shares_of_full_scale() {
    let eight = read(&made(&form(1, 1, 8), &[128, 0, 255, 64])).unwrap();
    assert_eq!(values(&eight, 0), [0.0, -1.0, 127.0 / 128.0, -0.5]);
    assert_eq!(
        (eight.sample_rate_hz, eight.channels[0].name.as_str()),
        (Some(1000.0), "1")
    );
    let of: Vec<u8> = [0i16, -32768, 16384, 32767]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let two = read(&made(&form(1, 2, 16), &of)).unwrap();
    assert_eq!(
        (values(&two, 0), values(&two, 1)[0]),
        (vec![0.0, 0.5], -1.0)
    );
    let mut saturated = [false; 2];
    two.saturated(1, 0, &mut saturated);
    assert_eq!(saturated, [true, true]);
    let of = [0, 0, 0x80, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff];
    let three = read(&made(&form(1, 1, 24), &of)).unwrap();
    assert_eq!(
        values(&three, 0),
        [-1.0, 8_388_607.0 / 8_388_608.0, -1.0 / 8_388_608.0]
    );
    let of: Vec<u8> = [i32::MIN, 1 << 30]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    assert_eq!(
        values(&read(&made(&form(1, 1, 32), &of)).unwrap(), 0),
        [-1.0, 0.5]
    );
}

#[test]
fn floats_stand_as_they_are() {
    let of: Vec<u8> = [0.1f32, -3.5]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let found = read(&made(&form(3, 1, 32), &of)).unwrap();
    assert_eq!(values(&found, 0), [f64::from(0.1f32), -3.5]);
    assert_eq!(found.limits(0), None);
    let of: Vec<u8> = [0.1f64, 1e300]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    assert_eq!(
        values(&read(&made(&form(3, 1, 64), &of)).unwrap(), 0),
        [0.1, 1e300]
    );
}

#[test]
fn extensions_say_format_and_used_bits() {
    let of: Vec<u8> = [0x7ff0i16, -0x8000]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let found = read(&made(&extended(1, 1, 16, 12), &of)).unwrap();
    assert_eq!(values(&found, 0), [2047.0 / 2048.0, -1.0]);
    let mut saturated = [false; 2];
    found.saturated(0, 0, &mut saturated);
    assert_eq!(saturated, [true, true]);
    let mut foreign = extended(1, 1, 16, 16);
    foreign[30] = 7;
    assert!(refused(&made(&foreign, &of)).starts_with("byte 44: the format is "));
}

#[test]
fn other_chunks_are_passed_over_with_the_byte_behind_odd_ones() {
    let list = chunk(b"LIST", b"INFOodd");
    let parts = [list, chunk(b"fmt ", &form(1, 1, 8)), chunk(b"data", &[129])];
    assert_eq!(values(&read(&riff(&parts)).unwrap(), 0), [1.0 / 128.0]);
}

#[test]
fn lengths_beyond_32_bits_stand_in_a_chunk_of_their_own() {
    let mut sizes = Vec::new();
    for size in [0u64, 4, 2] {
        sizes.extend(size.to_le_bytes());
    }
    sizes.extend(0u32.to_le_bytes());
    let parts = [chunk(b"ds64", &sizes), chunk(b"fmt ", &form(1, 1, 16))];
    let mut bytes = riff(&parts);
    bytes[..4].copy_from_slice(b"RF64");
    bytes.extend(b"data\xff\xff\xff\xff\x00\x40\x00\xc0behind");
    assert_eq!(values(&read(&bytes).unwrap(), 0), [0.5, -0.5]);
    // Without it the samples go on to the end.
    let mut open = riff(&[chunk(b"fmt ", &form(1, 1, 16))]);
    open.extend(b"data\0\0\0\0\x00\x40");
    let found = read(&open).unwrap();
    assert!(found.len == 1 && is_noted(&found, "does not say how long"));
}

#[test]
fn what_is_not_read_is_refused_by_its_name() {
    let data = [0; 8];
    assert_eq!(
        refused(&made(&form(7, 1, 8), &data)),
        "byte 12: the chunk \"fmt \" says format 0x0007 (µ-law), expected PCM (1) or floats (3)"
    );
    assert!(refused(&made(&form(3, 1, 16), &data)).contains("floats of 16 bits in frames of 2"));
    assert!(refused(&made(&form(1, 0, 16), &data)).contains("0 channels at 1000 Hz"));
    assert!(refused(&riff(&[chunk(b"data", &data)])).contains("before any \"fmt \""));
    assert!(refused(&riff(&[chunk(b"fmt ", &form(1, 1, 8))])).contains("without a chunk \"data\""));
    let empty = [
        chunk(b"fmt ", &form(1, 1, 8)),
        chunk(b"data", &[]),
        chunk(b"LIST", &data),
    ];
    assert!(refused(&riff(&empty)).contains("no whole frame: 0 bytes"));
    assert!(refused(&made(&form(1, 2, 16), &data[..3])).contains("no whole frame: 3 bytes"));
    assert!(refused(b"RIFF\0\0\0\0AVI LIST").contains("\"WAVE\" as WAV does"));
}

#[test]
fn a_file_cut_at_any_byte_is_refused_or_tells_it() {
    let whole = made(&form(1, 2, 24), &[7; 18]);
    assert_eq!(
        read(&whole).unwrap().notes,
        ["WAV, 2 channels, PCM of 24 bits"]
    );
    for len in 0..whole.len() {
        if let Ok(found) = read(&whole[..len]) {
            assert!(is_noted(&found, "it is cut short"), "{len}");
            assert_eq!(found.len, (len - 44) / 6);
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        tail in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let list = chunk(b"LIST", b"odd");
        let parts = [list, chunk(b"fmt ", &extended(1, 2, 16, 16)), chunk(b"data", &tail)];
        let mut bytes = riff(&parts);
        for (at, byte) in changes {
            let at = 12 + at.index(bytes.len() - 12);
            bytes[at] = byte;
        }
        if let Ok(found) = read(&bytes) {
            found.samples(1, 0, &mut [0.0; 9]);
            found.saturated(0, 1, &mut [false; 9]);
        }
    }
}
