//! EDF, EDF+, BDF and BDF+: records of 16 or 24 bits, each signal with its own rate (Kemp et al.
//! 1992; Kemp & Olivan 2003; BioSemi).
//!
//! Signals of one rate make a recording: the one that most signals have, or that of those which are
//! asked for.

mod header;
mod times;

use crate::base::problem::listed;

use super::super::fault::{Faults, shown};
use super::RecordingQuestion;
use super::cells::{Cells, Scale, Track};
use super::channel::RecordedChannel;
use super::pick::{pick, tell_apart};
use super::recorded::Recording;
use header::{Header, Signal};

/// Records between two looks at the flag of whoever may want to stop.
const RECORDS_A_LOOK: usize = 4096;

/// # Errors
/// When the header is damaged, no whole record is there, records overlap, or what is asked for has
/// two rates.
pub(super) fn read(bytes: &[u8], asked: &RecordingQuestion<'_>) -> Result<Recording, Faults> {
    let header = Header::read(bytes)?;
    let mut notes = header.notes.clone();
    let mut channels = channels(&header, &mut notes);
    let data = whole_records(&header, &bytes[header.len..], &mut notes)?;
    let kept = choose(&header, &channels, asked.columns, &mut notes)?;
    let signals: Vec<&Signal> = kept
        .iter()
        .map(|k| signal(&header, &channels[*k]))
        .collect();
    let Some(first) = signals.first() else {
        return Err(Faults::whole(
            "none of its signals is asked for, expected some",
        ));
    };
    let (samples, rate_hz) = (first.samples as usize, header.rate_hz(first));
    let mut tracks = Vec::with_capacity(kept.len());
    for (k, signal) in kept.iter().zip(&signals) {
        if signal.gain().is_none() {
            channels[*k].unit = String::new();
        }
        tracks.push(track(&header, signal, data, asked)?);
    }
    let channels = kept.iter().map(|k| channels[*k].clone()).collect();
    let mut own = Recording::of_tracks(channels, tracks);
    own.sample_rate_hz = rate_hz;
    let onsets_s = onsets_s(&header, data)?;
    if header.is_interrupted {
        own.lay(times::lay(&onsets_s, header.record_s, samples, &mut notes)?);
        notes.extend(own.gaps_told("records"));
    } else {
        notes.extend(times::told_against(&onsets_s, header.record_s));
    }
    if rate_hz.is_none() {
        notes.push("its records have no duration, so it does not say its rate".to_owned());
    }
    own.notes = notes;
    Ok(own)
}

/// The signals that hold samples, as channels.
fn channels(header: &Header, notes: &mut Vec<String>) -> Vec<RecordedChannel> {
    let channel = |(k, signal): (usize, &Signal)| RecordedChannel {
        name: signal.label.clone(),
        unit: signal.unit.clone(),
        number: k + 1,
    };
    let (texts, signals): (Vec<_>, Vec<_>) = header
        .signals
        .iter()
        .enumerate()
        .partition(|(_, signal)| signal.is_annotations());
    let mut channels: Vec<RecordedChannel> = signals.into_iter().map(channel).collect();
    notes.extend(tell_apart(&mut channels));
    for (k, signal) in texts {
        let (number, label) = (k + 1, shown(&signal.label));
        notes.push(format!(
            "signal {number} {label} is left out: it holds annotations"
        ));
    }
    channels
}

fn signal<'a>(header: &'a Header, channel: &RecordedChannel) -> &'a Signal {
    &header.signals[channel.number - 1]
}

/// The bytes of all records that are whole.
fn whole_records<'a>(
    header: &Header,
    data: &'a [u8],
    notes: &mut Vec<String>,
) -> Result<&'a [u8], Faults> {
    let record_len = header.record_len();
    if record_len == 0 {
        return Err(Faults::whole(
            "its signals have 0 samples in a record, expected some",
        ));
    }
    let there = data.len() as u64 / record_len;
    let records = header.records.unwrap_or(there).min(there);
    if records == 0 {
        return Err(Faults::whole(format!(
            "it holds no whole record: {} bytes behind the header, expected {record_len} and more",
            data.len()
        )));
    }
    let signals = header.signals.len();
    let head = format!("{}, {signals} signals, {records} records", header.kind);
    notes.insert(0, format!("{head} of {} s", header.record_s));
    let rest = data.len() as u64 - records * record_len;
    match header.records {
        None => notes.push(format!(
            "it was not closed by its recorder, its header does not count its records; {rest} \
             bytes behind the last whole one are left out"
        )),
        Some(said) if said > records => notes.push(format!(
            "it is cut short: its header says {said} records, {records} whole ones are there, and \
             {rest} bytes of another, which are left out"
        )),
        Some(said) if rest > 0 => notes.push(format!(
            "{rest} bytes behind the {said} records that its header says are left out"
        )),
        Some(_) => {}
    }
    Ok(&data[..(records * record_len) as usize])
}

/// The places of the channels that are read.
fn choose(
    header: &Header,
    channels: &[RecordedChannel],
    asked: &[String],
    notes: &mut Vec<String>,
) -> Result<Vec<usize>, Faults> {
    if !asked.is_empty() {
        let kept = pick(channels, asked)?;
        refuse_two_rates(header, channels, &kept)?;
        for channel in kept.iter().map(|k| &channels[*k]) {
            if signal(header, channel).gain().is_none() {
                let name = shown(&channel.name);
                notes.push(format!(
                    "channel {name} is in digital units: its header gives no physical scale"
                ));
            }
        }
        return Ok(kept);
    }
    let mut kept = Vec::with_capacity(channels.len());
    for (k, channel) in channels.iter().enumerate() {
        match why_none(header, signal(header, channel)) {
            Some(why) => notes.push(format!(
                "signal {} {} is left out: {why}",
                channel.number,
                shown(&channel.name)
            )),
            None => kept.push(k),
        }
    }
    let samples = |k: &usize| signal(header, &channels[*k]).samples;
    let count = |own: u64| kept.iter().filter(|k| samples(k) == own).count();
    let Some(common) = kept
        .iter()
        .map(samples)
        .max_by_key(|own| (count(*own), *own))
    else {
        return Err(Faults::whole(
            "none of its signals is a channel with samples and a scale; expected --columns to \
             name some",
        ));
    };
    let (kept, others): (Vec<usize>, Vec<usize>) = kept.iter().partition(|k| samples(k) == common);
    if !others.is_empty() {
        let others: Vec<String> = others
            .iter()
            .map(|k| with_rate(header, &channels[*k]))
            .collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        notes.push(format!(
            "signals of another rate are left out: {} (--columns with such names alone reads them)",
            listed(&others)
        ));
    }
    Ok(kept)
}

/// Why a signal is no channel unless it is asked for, if it is none.
fn why_none(header: &Header, signal: &Signal) -> Option<String> {
    if signal.samples == 0 {
        return Some("it has no samples".to_owned());
    }
    if header.is_bdf && signal.label.eq_ignore_ascii_case("Status") {
        return Some("it holds triggers (--columns with its name reads it)".to_owned());
    }
    signal.gain().is_none().then(|| {
        let ([a, b], [low, high]) = (signal.physical, signal.digital);
        format!(
            "it has no physical scale, {a} … {b} for digital {low} … {high} (--columns with its \
             name reads it in digital units)"
        )
    })
}

fn refuse_two_rates(
    header: &Header,
    channels: &[RecordedChannel],
    kept: &[usize],
) -> Result<(), Faults> {
    let of = |k: &usize| signal(header, &channels[*k]);
    if let Some(k) = kept.iter().find(|k| of(k).samples == 0) {
        let name = shown(&channels[*k].name);
        return Err(Faults::whole(format!(
            "channel {name} has no samples, expected some"
        )));
    }
    let other = kept.iter().find(|k| of(k).samples != of(&kept[0]).samples);
    other.map_or(Ok(()), |other| {
        Err(Faults::whole(format!(
            "{} and {} are asked for together, expected channels of one rate",
            with_rate(header, &channels[kept[0]]),
            with_rate(header, &channels[*other])
        )))
    })
}

/// `"SaO2" (1 Hz)`.
fn with_rate(header: &Header, channel: &RecordedChannel) -> String {
    let signal = signal(header, channel);
    let rate = match header.rate_hz(signal) {
        Some(rate) => format!("{rate} Hz"),
        None => format!("{} samples a record", signal.samples),
    };
    format!("{} ({rate})", shown(&channel.name))
}

fn track(
    header: &Header,
    signal: &Signal,
    data: &[u8],
    asked: &RecordingQuestion<'_>,
) -> Result<Track, Faults> {
    let from = signal.at as usize;
    let to = from + signal.samples as usize * header.width();
    let records = data.chunks_exact(header.record_len() as usize);
    let count = records.len() * signal.samples as usize;
    let stopped = |k: usize| k.is_multiple_of(RECORDS_A_LOOK) && asked.cancel.is_requested();
    let refuse = || Faults::whole("reading was stopped before its end");
    let cells = if header.is_bdf {
        let mut cells = Vec::with_capacity(count);
        for (k, record) in records.enumerate() {
            if stopped(k) {
                return Err(refuse());
            }
            let (samples, _) = record[from..to].as_chunks::<3>();
            cells.extend(
                samples
                    .iter()
                    .map(|[a, b, c]| i32::from_le_bytes([0, *a, *b, *c]) >> 8),
            );
        }
        Cells::I32(cells)
    } else {
        let mut cells = Vec::with_capacity(count);
        for (k, record) in records.enumerate() {
            if stopped(k) {
                return Err(refuse());
            }
            let (samples, _) = record[from..to].as_chunks::<2>();
            cells.extend(samples.iter().map(|pair| i16::from_le_bytes(*pair)));
        }
        Cells::I16(cells)
    };
    let [low, high] = signal.digital;
    let scale = signal.gain().map(|gain| Scale {
        gain,
        zero: low,
        base: signal.physical[0],
    });
    Ok(Track {
        cells,
        scale: scale.unwrap_or(Scale::PLAIN),
        limits: (low != high).then_some([low.min(high), low.max(high)]),
    })
}

/// When the records begin, s; empty when nothing tells, which only files without gaps may do.
fn onsets_s(header: &Header, data: &[u8]) -> Result<Vec<f64>, Faults> {
    let keeper = header.signals.iter().find(|signal| signal.is_annotations());
    let records = data.chunks_exact(header.record_len() as usize);
    let mut onsets_s = Vec::new();
    let refuse = |message: String| match header.is_interrupted {
        true => Err(Faults::whole(message)),
        false => Ok(Vec::new()),
    };
    let Some(keeper) = keeper else {
        return refuse(format!(
            "it is {}, whose records need not follow each other, and has no signal \
             \"EDF Annotations\" that tells when they begin",
            header.kind
        ));
    };
    if header.record_s == 0.0 {
        return refuse(format!(
            "it is {} with records of 0 s, expected more",
            header.kind
        ));
    }
    let from = keeper.at as usize;
    let to = from + keeper.samples as usize * header.width();
    for (k, record) in records.enumerate() {
        match times::onset_s(&record[from..to]) {
            Some(onset) => onsets_s.push(onset),
            None => {
                let begin = record[from..to.min(from + 12)].escape_ascii();
                return refuse(format!(
                    "the annotations of record {} begin with \"{begin}\", expected the time at \
                     which the record begins, such as \"+0\\x14\\x14\"",
                    k + 1
                ));
            }
        }
    }
    Ok(onsets_s)
}

#[cfg(test)]
mod tests;
