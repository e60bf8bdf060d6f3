//! Small recordings in EDF, EDF+, BDF and WAV, to be mutated.

/// Names with their bytes.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let of = [
        ("made.edf", edf(b"0       ", "", &["A1", "A2", "A3"])),
        (
            "gaps.edf",
            edf(b"0       ", "EDF+D", &["A1", "A2", "EDF Annotations"]),
        ),
        (
            "made.bdf",
            edf(b"\xffBIOSEMI", "24BIT", &["A1", "A2", "Status"]),
        ),
        (
            "gaps.bdf",
            edf(b"\xffBIOSEMI", "BDF+D", &["A1", "A2", "BDF Annotations"]),
        ),
        ("pcm.wav", wav(1, 16)),
        ("deep.wav", wav(1, 24)),
        ("floats.wav", wav(3, 64)),
    ];
    of.map(|(name, bytes)| (name.to_owned(), bytes)).into()
}

/// Samples of a signal in a record.
const SAMPLES: usize = 8;

fn edf(version: &[u8], reserved: &str, labels: &[&str]) -> Vec<u8> {
    let field = |text: &str, width: usize| format!("{text:<width$}").into_bytes();
    let count = labels.len();
    let mut bytes = version.to_vec();
    bytes.extend(field("X", 160));
    bytes.extend(b"01.03.2410.00.00");
    bytes.extend(field(&(256 * (1 + count)).to_string(), 8));
    bytes.extend(field(reserved, 44));
    bytes.extend(field("3", 8));
    bytes.extend(field("0.5", 8));
    bytes.extend(field(&count.to_string(), 4));
    labels
        .iter()
        .for_each(|label| bytes.extend(field(label, 16)));
    let same = [
        ("", 80),
        ("uV", 8),
        ("-125", 8),
        ("125", 8),
        ("-1000", 8),
        ("1000", 8),
        ("", 80),
    ];
    for (text, width) in same {
        (0..count).for_each(|_| bytes.extend(field(text, width)));
    }
    (0..count).for_each(|_| bytes.extend(field(&SAMPLES.to_string(), 8)));
    bytes.extend(field("", 32 * count));
    let width = if version[0] == 0xff { 3 } else { 2 };
    for record in 0..3 {
        for label in labels {
            let mut samples = Vec::new();
            if label.ends_with("Annotations") {
                samples.extend(format!("+{}\x14\x14\0", record * record).into_bytes());
            } else {
                samples.extend((0..SAMPLES * width).map(|k| (37 * k + record) as u8));
            }
            samples.resize(SAMPLES * width, 0);
            bytes.extend(samples);
        }
    }
    bytes
}

fn wav(format: u16, bits: u16) -> Vec<u8> {
    let (channels, rate_hz) = (3u16, 1000u32);
    let frame = channels * bits / 8;
    let samples: Vec<u8> = (0..12 * frame).map(|k| (37 * k) as u8).collect();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((samples.len() as u32 + 36 + 12).to_le_bytes());
    bytes.extend(b"WAVELIST\x03\0\0\0odd\0fmt \x10\0\0\0");
    bytes.extend(format.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend((rate_hz * u32::from(frame)).to_le_bytes());
    bytes.extend(frame.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend((samples.len() as u32).to_le_bytes());
    bytes.extend(samples);
    bytes
}
