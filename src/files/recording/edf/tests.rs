use proptest::prelude::*;

use super::super::{Recording, RecordingQuestion, read as read_any};
use super::times::onset_s;
use crate::files::fault::Faults;

/// A signal of a file that is made here.
struct Made {
    label: &'static str,
    unit: &'static str,
    /// Physical minimum and maximum, digital minimum and maximum.
    limits: [&'static str; 4],
    samples: usize,
}

fn eeg(label: &'static str, samples: usize) -> Made {
    Made {
        label,
        unit: "uV",
        limits: ["-125", "125", "-1000", "1000"],
        samples,
    }
}

fn annotations(samples: usize) -> Made {
    Made {
        label: "EDF Annotations",
        unit: "",
        limits: ["-1", "1", "-32768", "32767"],
        samples,
    }
}

fn field(text: &str, width: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    assert!(bytes.len() <= width);
    bytes.resize(width, b' ');
    bytes
}

/// A header with its signals, of `records` records of `duration` seconds.
fn head(
    version: &[u8],
    reserved: &str,
    records: &str,
    duration: &str,
    signals: &[Made],
) -> Vec<u8> {
    let mut bytes = version.to_vec();
    bytes.extend(field("X X X X", 80));
    bytes.extend(field("Startdate 01-MAR-2024 X X X", 80));
    bytes.extend(field("01.03.24", 8));
    bytes.extend(field("10.00.00", 8));
    bytes.extend(field(&(256 * (1 + signals.len())).to_string(), 8));
    bytes.extend(field(reserved, 44));
    bytes.extend(field(records, 8));
    bytes.extend(field(duration, 8));
    bytes.extend(field(&signals.len().to_string(), 4));
    assert_eq!(bytes.len(), 256);
    let each = |width: usize, of: &dyn Fn(&Made) -> String| -> Vec<u8> {
        let fields = signals.iter().map(|signal| field(&of(signal), width));
        fields.collect::<Vec<_>>().concat()
    };
    bytes.extend(each(16, &|signal| signal.label.to_owned()));
    bytes.extend(each(80, &|_| "AgAgCl electrode".to_owned()));
    bytes.extend(each(8, &|signal| signal.unit.to_owned()));
    for k in 0..4 {
        bytes.extend(each(8, &|signal| signal.limits[k].to_owned()));
    }
    bytes.extend(each(80, &|_| "HP:0.1Hz".to_owned()));
    bytes.extend(each(8, &|signal| signal.samples.to_string()));
    bytes.extend(each(32, &|_| String::new()));
    bytes
}

const EDF: &[u8] = b"0       ";
const BDF: &[u8] = b"\xffBIOSEMI";

fn samples(values: &[i16]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn triples(values: &[i32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes().into_iter().take(3))
        .collect()
}

fn kept_time(onset: &str, samples: usize) -> Vec<u8> {
    let mut bytes = format!("{onset}\x14\x14\0").into_bytes();
    bytes.resize(2 * samples, 0);
    bytes
}

fn read(bytes: &[u8], columns: &[&str]) -> Result<Recording, Faults> {
    let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let asked = RecordingQuestion {
        columns: &columns,
        ..RecordingQuestion::default()
    };
    read_any("a.edf", bytes.to_vec(), &asked)
}

fn values(recording: &Recording, channel: usize) -> Vec<f64> {
    let mut out = vec![0.0; recording.len];
    recording.samples(channel, 0, &mut out);
    out
}

fn refused(bytes: &[u8], columns: &[&str]) -> String {
    read(bytes, columns).unwrap_err().to_string()
}

fn is_noted(recording: &Recording, part: &str) -> bool {
    recording.notes.iter().any(|note| note.contains(part))
}

/// Two channels of 4 Hz and one of 1 Hz, two records of half a second and a second.
fn plain() -> Vec<u8> {
    let mut bytes = head(
        EDF,
        "",
        "2",
        "1",
        &[eeg("Fp1", 4), eeg("SaO2", 1), eeg("Fp2", 4)],
    );
    bytes.extend(samples(&[0, 10, -10, 1000, 7, -1000, 1, 2, 3]));
    bytes.extend(samples(&[5, 5, 5, 5, 8, 6, 6, 6, 6]));
    bytes
}

#[test]
fn samples_become_physical_values() {
    let found = read(&plain(), &[]).unwrap();
    let names: Vec<&str> = found.channels.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(names, ["Fp1", "Fp2"]);
    assert_eq!(
        (found.channels[1].unit.as_str(), found.channels[1].number),
        ("uV", 3)
    );
    assert_eq!((found.sample_rate_hz, found.len), (Some(4.0), 8));
    assert_eq!(
        values(&found, 0),
        [0.0, 1.25, -1.25, 125.0, 0.625, 0.625, 0.625, 0.625]
    );
    assert_eq!(values(&found, 1)[..4], [-125.0, 0.125, 0.25, 0.375]);
    assert!(
        is_noted(&found, "left out: \"SaO2\" (1 Hz)"),
        "{:?}",
        found.notes
    );
    assert_eq!(found.limits(0), Some([-125.0, 125.0]));
    let mut saturated = [true; 5];
    found.saturated(0, 2, &mut saturated);
    assert_eq!(saturated, [false, true, false, false, false]);
    let mut beyond = [0.0; 3];
    found.samples(0, 6, &mut beyond);
    assert!(beyond[1] == 0.625 && beyond[2].is_nan());
    found.samples(9, 0, &mut beyond);
    assert!(beyond[0].is_nan());
}

#[test]
fn channels_are_chosen_by_name_or_number_and_have_one_rate() {
    let slow = read(&plain(), &["SaO2"]).unwrap();
    assert_eq!(
        (slow.sample_rate_hz, values(&slow, 0)),
        (Some(1.0), vec![0.875, 1.0])
    );
    let turned = read(&plain(), &["3", "Fp1"]).unwrap();
    assert_eq!(turned.channels[0].name, "Fp2");
    let two = refused(&plain(), &["Fp1", "SaO2"]);
    assert_eq!(
        two,
        "\"Fp1\" (4 Hz) and \"SaO2\" (1 Hz) are asked for together, expected channels of one rate"
    );
    assert!(refused(&plain(), &["Fp3"]).contains("did you mean `Fp"));
}

#[test]
fn bdf_has_24_bits_and_a_status() {
    let mut made = head(
        BDF,
        "24BIT",
        "1",
        "1",
        &[eeg("A1", 3), eeg("A2", 3), eeg("Status", 3)],
    );
    let of = [0, 1000, -1000, 0x7fffff, -0x800000, 1, 1, 2, 3];
    made.extend(triples(&of));
    let found = read(&made, &[]).unwrap();
    assert_eq!(found.channels.len(), 2);
    assert_eq!(values(&found, 0), [0.0, 125.0, -125.0]);
    assert_eq!(values(&found, 1)[..2], [1_048_575.875, -1_048_576.0]);
    assert!(is_noted(
        &found,
        "signal 3 \"Status\" is left out: it holds triggers"
    ));
    assert_eq!(read(&made, &["Status"]).unwrap().len, 3);
}

/// EDF+D with records of 2 samples at 4 Hz that begin at some times.
fn interrupted(onsets: &[&str]) -> Vec<u8> {
    let signals = [eeg("Cz", 2), annotations(8)];
    let mut bytes = head(EDF, "EDF+D", &onsets.len().to_string(), "0.5", &signals);
    for (k, onset) in onsets.iter().enumerate() {
        bytes.extend(samples(&[10 * k as i16, 10 * k as i16 + 1]));
        bytes.extend(kept_time(onset, 8));
    }
    bytes
}

#[test]
fn gaps_between_records_are_missing_samples() {
    let found = read(&interrupted(&["+0.25", "+0.75", "+2.0", "+2.5"]), &[]).unwrap();
    assert_eq!((found.len, found.gaps.len()), (11, 1));
    assert_eq!((found.gaps[0].from, found.gaps[0].missing), (4, 3));
    let all = values(&found, 0);
    assert_eq!(all[..4], [0.0, 0.125, 1.25, 1.375]);
    assert!(all[4..7].iter().all(|x| x.is_nan()));
    assert_eq!(all[7..], [2.5, 2.625, 3.75, 3.875]);
    // A part that begins and ends within pieces.
    let mut part = [0.0; 5];
    found.samples(0, 3, &mut part);
    assert!(part[0] == 1.375 && part[3].is_nan() && part[4] == 2.5);
    let mut saturated = [true; 5];
    found.saturated(0, 3, &mut saturated);
    assert_eq!(saturated, [false; 5]);
    assert!(is_noted(
        &found,
        "1 gap between records: 3 of 11 samples are missing"
    ));
    let table = found.clone().into_table().unwrap();
    assert_eq!((table.table.rows, table.missing.1), (11, 3));
    assert_eq!(
        (table.table.numbers[3], table.table.numbers[8]),
        (1.375, 2.625)
    );
    // Less than half a sample is none.
    assert!(
        read(&interrupted(&["+0", "+0.6"]), &[])
            .unwrap()
            .gaps
            .is_empty()
    );
}

#[test]
fn times_of_records_that_cannot_be_are_refused() {
    let overlap = refused(&interrupted(&["+0", "+0.1"]), &[]);
    assert!(
        overlap.contains("record 2 begins at 0.1 s, before the end of record 1"),
        "{overlap}"
    );
    let far = refused(&interrupted(&["+0", "+1e9"]), &[]);
    assert!(
        far.contains("the annotations of record 2 begin with \"+1e9"),
        "{far}"
    );
    let far = refused(&interrupted(&["+0", "+90000000"]), &[]);
    assert!(far.contains("at most 268435456"), "{far}");
    let mut bare = head(EDF, "EDF+D", "1", "1", &[eeg("Cz", 1)]);
    bare.extend(samples(&[1]));
    assert!(refused(&bare, &[]).contains("no signal \"EDF Annotations\""));
    assert_eq!(onset_s(b"+567.5\x1521\x14x\x14\0"), Some(567.5));
    assert_eq!(onset_s(b"-0.5\x14\x14"), Some(-0.5));
    assert_eq!(onset_s(b"12\x14\x14"), None);
}

#[test]
fn a_continuous_file_is_taken_so_whatever_its_times_say() {
    let mut bytes = interrupted(&["+0", "+0.9"]);
    bytes[192..197].copy_from_slice(b"EDF+C");
    let found = read(&bytes, &[]).unwrap();
    assert_eq!((found.len, found.gaps.len()), (4, 0));
    assert!(
        is_noted(&found, "record 2 begins at 0.9 s, 0.400000 s off"),
        "{:?}",
        found.notes
    );
}

#[test]
fn files_that_were_not_closed_or_are_cut_are_read_as_far_as_they_go() {
    let mut open = plain();
    open[236..244].copy_from_slice(b"-1      ");
    let found = read(&open[..open.len() - 3], &[]).unwrap();
    assert_eq!(found.len, 4);
    assert!(is_noted(
        &found,
        "does not count its records; 15 bytes behind"
    ));
    let found = read(&plain()[..plain().len() - 1], &[]).unwrap();
    assert!(is_noted(
        &found,
        "its header says 2 records, 1 whole ones are there, and 17 bytes"
    ));
    let mut long = plain();
    long.extend([0; 40]);
    let found = read(&long, &[]).unwrap();
    assert!(found.len == 8 && is_noted(&found, "40 bytes behind the 2 records"));
}

#[test]
fn every_field_is_named_by_its_place_and_what_it_should_be() {
    let mut wrong = plain();
    wrong[236..244].copy_from_slice(b"two     ");
    wrong[252..256].copy_from_slice(b"3.5 ");
    assert_eq!(
        refused(&wrong, &[]),
        "byte 236: the number of records is \"two\", expected a whole number in -1 … 1000000000\n  \
         byte 252: the number of signals is \"3.5\", expected a whole number in 1 … 9999"
    );
    let mut wrong = plain();
    wrong[184..192].copy_from_slice(b"512     ");
    assert!(refused(&wrong, &[]).contains("512 bytes long and has 3 signals; expected 1024 bytes"));
    let mut wrong = plain();
    let place = 256 + 104 * 3 + 8;
    wrong[place..place + 8].copy_from_slice(b"low     ");
    assert_eq!(
        refused(&wrong, &[]),
        format!(
            "byte {place}: the physical minimum of signal 2 \"SaO2\" is \"low\", expected a number"
        )
    );
    wrong[place..place + 8].copy_from_slice(b"-100,5  ");
    assert!(is_noted(&read(&wrong, &[]).unwrap(), "a decimal comma"));
}

#[test]
fn signals_without_a_scale_are_digital_and_only_when_they_are_asked_for() {
    let flat = Made {
        limits: ["0", "0", "-5", "5"],
        ..eeg("Marker", 2)
    };
    let mut made = head(EDF, "", "1", "1", &[eeg("µ \0", 2), flat]);
    made.extend(samples(&[1, 2, 3, 5]));
    // The label in Latin-1 instead of UTF-8.
    made[256..258].copy_from_slice(b"\xb5 ");
    let found = read(&made, &[]).unwrap();
    assert_eq!(found.channels[0].name, "µ");
    assert!(is_noted(
        &found,
        "\"Marker\" is left out: it has no physical scale, 0 … 0"
    ));
    let found = read(&made, &["Marker"]).unwrap();
    assert_eq!(
        (values(&found, 0), found.channels[0].unit.as_str()),
        (vec![3.0, 5.0], "")
    );
    assert!(is_noted(&found, "in digital units"));
}

#[test]
fn a_file_cut_at_any_byte_is_refused_or_tells_it() {
    for whole in [plain(), interrupted(&["+0", "+0.5", "+3"])] {
        assert!(read(&whole, &[]).is_ok());
        for len in 0..whole.len() {
            if let Ok(found) = read(&whole[..len], &[]) {
                assert!(
                    is_noted(&found, "it is cut short"),
                    "{len}: {:?}",
                    found.notes
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        is_text in any::<bool>(),
        cut in any::<prop::sample::Index>(),
    ) {
        for whole in [plain(), interrupted(&["+0", "+0.5", "+3"])] {
            let mut bytes = whole;
            for (at, byte) in &changes {
                // Digits and signs reach deeper than any byte does.
                let digit = b"0123456789-+. ,eD"[usize::from(*byte) % 17];
                let byte = if is_text { digit } else { *byte };
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
                if let Ok(found) = read(bytes, &[]) {
                    let mut out = [0.0; 9];
                    found.samples(0, found.len.saturating_sub(5), &mut out);
                    found.saturated(0, 1, &mut [false; 9]);
                }
            }
        }
    }
}
