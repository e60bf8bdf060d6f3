//! The header of EDF and BDF: fields of ASCII at fixed places (Kemp et al. 1992; Kemp & Olivan
//! 2003).

use encoding_rs::WINDOWS_1252;

use super::super::super::fault::{Faults, shown};

/// Bytes of the head, and those of each signal.
const HEAD: usize = 256;

/// What a header says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    /// `EDF`, `EDF+C`, `EDF+D`, and so of BDF.
    pub kind: String,
    /// Whether samples have 24 bits instead of 16.
    pub is_bdf: bool,
    /// Whether records need not follow each other.
    pub is_interrupted: bool,
    /// Records; none (-1, or 0) when the recording was not closed.
    pub records: Option<u64>,
    /// Seconds of a record; 0 when it has no duration.
    pub record_s: f64,
    pub signals: Vec<Signal>,
    /// Bytes of the header.
    pub len: usize,
    pub notes: Vec<String>,
}

/// What a header says of a signal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Signal {
    pub label: String,
    pub unit: String,
    /// Physical values of the least and the greatest digital value.
    pub physical: [f64; 2],
    pub digital: [f64; 2],
    /// Samples in a record.
    pub samples: u64,
    /// Where its samples begin in a record, bytes.
    pub at: u64,
}

impl Signal {
    /// Whether it holds texts with their times instead of samples.
    pub fn is_annotations(&self) -> bool {
        matches!(self.label.as_str(), "EDF Annotations" | "BDF Annotations")
    }

    /// Physical units a digital one; none when the header gives no scale.
    pub fn gain(&self) -> Option<f64> {
        let [low, high] = self.digital;
        let gain = (self.physical[1] - self.physical[0]) / (high - low);
        (gain.is_finite() && gain != 0.0).then_some(gain)
    }
}

impl Header {
    /// # Errors
    /// With all fields that are not what they have to be, each with its place.
    pub fn read(bytes: &[u8]) -> Result<Self, Faults> {
        if bytes.len() < HEAD {
            return Err(Faults::whole(format!(
                "it is cut short within its header: {} bytes, expected {HEAD} and more",
                bytes.len()
            )));
        }
        let is_bdf = bytes[0] == 0xff;
        let mut fields = Fields::of(bytes);
        let len = fields.whole(184, 8, "length of the header", 0.0, 1e9);
        let reserved = fields.text(192, 44);
        let records = fields.whole(236, 8, "number of records", -1.0, 1e9);
        let record_s = fields.number(244, 8, "duration of a record");
        let count = fields.whole(252, 4, "number of signals", 1.0, 9999.0);
        if record_s < 0.0 {
            fields.fault(
                244,
                &format!("the duration of a record is {record_s} s"),
                "0 s or more",
            );
        }
        fields.faults.clone().or(())?;
        let (len, count) = (len as usize, count as usize);
        let needed = HEAD * (1 + count);
        if len != needed {
            return Err(Faults::whole(format!(
                "byte 184: the header says that it is {len} bytes long and has {count} signals; \
                 expected {needed} bytes, {HEAD} and {HEAD} for each signal"
            )));
        }
        if bytes.len() < needed {
            return Err(Faults::whole(format!(
                "it is cut short within its header: {} bytes, expected {needed} for {count} \
                 signals",
                bytes.len()
            )));
        }
        let width = if is_bdf { 3 } else { 2 };
        let signals = fields.signals(count, width);
        fields.faults.or(())?;
        let format = if is_bdf { "BDF" } else { "EDF" };
        let continued = ["+C", "+D"].into_iter().find(|end| {
            let rest = reserved.get(3..5);
            matches!(reserved.get(..3), Some("EDF" | "BDF")) && rest == Some(*end)
        });
        Ok(Self {
            kind: format!("{format}{}", continued.unwrap_or_default()),
            is_bdf,
            is_interrupted: continued == Some("+D"),
            records: (records > 0.0).then_some(records as u64),
            record_s,
            signals,
            len,
            notes: fields.notes,
        })
    }

    /// Bytes of a sample.
    pub fn width(&self) -> usize {
        if self.is_bdf { 3 } else { 2 }
    }

    /// Bytes of a record.
    pub fn record_len(&self) -> u64 {
        let samples: u64 = self.signals.iter().map(|signal| signal.samples).sum();
        samples * self.width() as u64
    }

    /// Samples a second of a signal, Hz; none when records have no duration.
    pub fn rate_hz(&self, signal: &Signal) -> Option<f64> {
        let rate_hz = signal.samples as f64 / self.record_s;
        (self.record_s > 0.0 && rate_hz.is_finite()).then_some(rate_hz)
    }
}

/// Fields by their places.
struct Fields<'a> {
    bytes: &'a [u8],
    faults: Faults,
    notes: Vec<String>,
}

impl<'a> Fields<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            faults: Faults::default(),
            notes: Vec::new(),
        }
    }

    /// A field without the blanks at its ends; in UTF-8, or Latin-1 where it is none.
    fn text(&self, at: usize, width: usize) -> String {
        let field = self.bytes.get(at..at + width).unwrap_or_default();
        let text = match std::str::from_utf8(field) {
            Ok(text) => text.to_owned(),
            Err(_) => WINDOWS_1252
                .decode_without_bom_handling(field)
                .0
                .into_owned(),
        };
        let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        text.replace(|c: char| c.is_control(), " ")
    }

    fn fault(&mut self, at: usize, found: &str, expected: &str) {
        self.faults
            .add(0, 0, format!("byte {at}: {found}, expected {expected}"));
    }

    /// A finite number; 0 when it is none.
    fn number(&mut self, at: usize, width: usize, what: &str) -> f64 {
        let text = self.text(at, width);
        let comma = text.contains(',') && !text.contains('.');
        let found = if comma {
            text.replacen(',', ".", 1)
        } else {
            text.clone()
        };
        match found.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                if comma {
                    self.notes.push(format!(
                        "byte {at}: the {what} has a decimal comma: {} is read as {number}",
                        shown(&text)
                    ));
                }
                number
            }
            _ => {
                let found = format!("the {what} is {}", shown(&text));
                self.fault(at, &found, "a number");
                0.0
            }
        }
    }

    /// A whole number within bounds; the lower bound when it is none.
    fn whole(&mut self, at: usize, width: usize, what: &str, low: f64, high: f64) -> f64 {
        let text = self.text(at, width);
        let number = text.parse::<f64>().ok();
        let is_it = |number: &f64| number.fract() == 0.0 && (low..=high).contains(number);
        number.filter(is_it).unwrap_or_else(|| {
            let found = format!("the {what} is {}", shown(&text));
            self.fault(at, &found, &format!("a whole number in {low} … {high}"));
            low
        })
    }

    fn signals(&mut self, count: usize, width: u64) -> Vec<Signal> {
        // Fields of one meaning stand together for all signals.
        let place = |before: usize, width: usize, k: usize| HEAD + before * count + width * k;
        let mut signals = Vec::with_capacity(count);
        let mut at = 0;
        for k in 0..count {
            let label = self.text(place(0, 16, k), 16);
            let of = |what: &str| format!("{what} of signal {} {}", k + 1, shown(&label));
            let samples = place(216, 8, k);
            let samples = self.whole(samples, 8, &of("samples a record"), 0.0, 99_999_999.0) as u64;
            let mut signal = Signal {
                unit: self.text(place(96, 8, k), 8),
                physical: [0.0; 2],
                digital: [0.0; 2],
                label: label.clone(),
                samples,
                at,
            };
            at += samples * width;
            if !signal.is_annotations() {
                for (end, name) in ["minimum", "maximum"].into_iter().enumerate() {
                    let physical = of(&format!("physical {name}"));
                    let digital = of(&format!("digital {name}"));
                    signal.physical[end] = self.number(place(104 + 8 * end, 8, k), 8, &physical);
                    signal.digital[end] =
                        self.whole(place(120 + 8 * end, 8, k), 8, &digital, -1e9, 1e9);
                }
            }
            signals.push(signal);
        }
        signals
    }
}
