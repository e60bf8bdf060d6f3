//! `phantom signal`: metrics of a person's own recording.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use phantomos::base::num;
use phantomos::signal::metrics;
use serde_json::Value;

use crate::fixtures::{self, command};

fn signal(arguments: &[&str]) -> (i32, String, String) {
    command("signal", arguments)
}

fn document(arguments: &[&str]) -> Value {
    fixtures::document("signal", 0, arguments)
}

/// Three channels of a tone of 12.5 Hz at 100 Hz, a third of a turn apart in the last.
fn tones(place: &Path, samples: u32, broken: Option<u32>) -> PathBuf {
    let mut text = "t,a,b,c\n".to_owned();
    for k in 0..samples {
        let angle = num::TAU * f64::from(k) / 8.0;
        let a = match broken {
            Some(at) if at == k => String::new(),
            _ => format!("{:.9}", num::sin(angle)),
        };
        let c = num::sin(angle + num::TAU / 3.0);
        let t = f64::from(k) / 100.0;
        writeln!(text, "{t:.2},{a},{:.9},{c:.9}", 2.0 * num::sin(angle)).unwrap();
    }
    let path = place.join("tones.csv");
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_recording_of_tones_has_the_numbers_of_tones() {
    let place = tempfile::tempdir().unwrap();
    let path = tones(place.path(), 1024, None);
    let path = path.display().to_string();
    let found = document(&["--input", &path]);
    let at = |key: &str| found[key].as_f64().unwrap();
    assert!((at("entropy_nats") - 0.8676).abs() < 1e-4, "{found}");
    assert!((at("peak_hz_interp") - 12.5).abs() < 1e-6);
    assert!((at("msc_mean") - 1.0).abs() < 1e-9);
    // |2 + e^(i 2π/3)| / 3 = √3/3.
    assert!(
        (at("coherence") - 3f64.sqrt() / 3.0).abs() < 1e-6,
        "{found}"
    );
    assert_eq!(found["fs"], 100.0);
    assert_eq!(found["channels"], serde_json::json!(["a", "b", "c"]));
    assert_eq!(found["metrics"]["phase_locking"]["coverage"], 1.0);
    let (code, table, told) = signal(&["--input", &path, "--metric", "coherence"]);
    assert_eq!(code, 0);
    assert!(
        table.contains("coherence") && !table.contains("resonance"),
        "{table}"
    );
    assert!(told.contains("100 Hz"), "{told}");
}

#[test]
fn windows_over_time_are_written_and_drawn() {
    let place = tempfile::tempdir().unwrap();
    let path = tones(place.path(), 1200, Some(600)).display().to_string();
    let out = place.path().join("o.csv").display().to_string();
    let plot = place.path().join("o.svg").display().to_string();
    let windows = ["--window", "200", "--hop", "100", "--nperseg", "64"];
    let mut all = vec!["--input", &path, "--out", &out, "--plot", &plot];
    all.extend(windows);
    let (code, table, told) = signal(&all);
    assert_eq!(code, 0, "{told}");
    assert!(table.contains("11 windows of 200 samples"), "{table}");
    assert!(
        told.contains("channel \"a\" is left out in 2 of 11 windows"),
        "{told}"
    );
    let text = std::fs::read_to_string(&out).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 12);
    assert!(
        rows[0].starts_with("start,t_s,entropy_nats,"),
        "{}",
        rows[0]
    );
    assert!(rows[6].starts_with("500,6,") && rows[6].ends_with("2,channel_non_finite:0"));
    assert!(rows[1].ends_with(",3,"), "{}", rows[1]);
    let drawn = std::fs::read_to_string(&plot).unwrap();
    assert!(drawn.starts_with("<") && !drawn.contains("NaN"));
    assert!(drawn.contains("frequency") && drawn.contains("resonance"));
    // A band that holds the tone leaves coherence as it was, one beside it has no power to speak of.
    let band = [
        "--input",
        &path,
        "--band",
        "10:15",
        "--metric",
        "band_power",
    ];
    let with = document(&[&band[..], &windows].concat());
    let band = [
        "--input",
        &path,
        "--band",
        "30:40",
        "--metric",
        "band_power",
    ];
    let without = document(&[&band[..], &windows].concat());
    let power = |own: &Value| own["metrics"]["band_power"]["value"].as_f64().unwrap();
    assert!(
        power(&with) > 0.5 && power(&without) < 1e-3,
        "{with} {without}"
    );
}

#[test]
fn what_cannot_be_is_refused_and_says_why() {
    let place = tempfile::tempdir().unwrap();
    let path = tones(place.path(), 300, None).display().to_string();
    let bare = place.path().join("bare.csv");
    std::fs::write(&bare, "a,b\n1,2\n3,4\n5,7\n1,1\n").unwrap();
    let bare = bare.display().to_string();
    for (arguments, code, part) in [
        (
            &["--input", &path, "--window", "301"][..],
            3,
            "the recording has 300 samples",
        ),
        (
            &["--input", &path, "--nperseg", "301"],
            3,
            "expected at most that",
        ),
        (
            &["--input", &path, "--overlap", "256"],
            3,
            "expected fewer than these",
        ),
        (
            &["--input", &path, "--metric", "coherance"],
            3,
            "did you mean `coherence`?",
        ),
        (&["--input", &path, "--fs", "0"], 2, "expected a number > 0"),
        (&["--input", &path, "--band", "60:70"], 3, "≤ 50 Hz"),
        (&["--input", &path, "--band", "7:3"], 2, "the lower first"),
        (
            &["--input", &path, "--window", "4"],
            3,
            "expected 8 ≤ segment",
        ),
        (&["--input", &bare], 3, "expected --fs"),
        (&["--input", "nowhere.csv"], 7, "nowhere.csv"),
        (&["--input", &path, "--plot", "x.gif"], 3, "--plot"),
        (&[][..], 2, "--input"),
    ] {
        let (found, _, told) = signal(arguments);
        assert_eq!(found, code, "{arguments:?}: {told}");
        assert!(told.contains(part), "{arguments:?}: {told}");
    }
}

#[test]
fn every_metric_is_explained() {
    let (code, list, _) = signal(&["--explain", "list"]);
    assert_eq!(code, 0);
    for own in metrics::list() {
        let name = own.about.id.as_str();
        assert!(list.contains(name), "{name}");
        let (code, said, _) = signal(&["--explain", name]);
        assert_eq!(code, 0);
        for part in ["unit", "range", "silence"] {
            assert!(said.contains(part), "{name}: {said}");
        }
        // What is a formula elsewhere says where it comes from or how it is read.
        assert!(
            !own.about.formula.is_empty() || !own.reading.normalization.is_empty(),
            "{name}"
        );
    }
    let (code, _, told) = signal(&["--explain", "entropy"]);
    assert_eq!(code, 3);
    assert!(told.contains("expected one of entropy_nats"), "{told}");
}

#[test]
fn presets_follow_their_libraries() {
    let place = tempfile::tempdir().unwrap();
    let path = tones(place.path(), 1024, None).display().to_string();
    let own = |preset: &str| document(&["--input", &path, "--preset", preset]);
    let told = |found: &Value, key: &str| found[key].to_string();
    let (scipy, matlab, mne) = (own("scipy"), own("matlab"), own("mne"));
    assert_eq!(
        [told(&scipy, "nperseg"), told(&scipy, "overlap")],
        ["256", "128"]
    );
    assert_eq!(
        [told(&matlab, "nperseg"), told(&matlab, "overlap")],
        ["227", "113"]
    );
    // As close to eight as whole segments allow.
    assert_eq!(told(&matlab, "segments"), "7");
    assert_eq!([told(&mne, "nperseg"), told(&mne, "overlap")], ["256", "0"]);
    assert_eq!(told(&scipy, "taper"), "\"hann:periodic\"");
    assert_eq!(told(&matlab, "taper"), "\"hamming:symmetric\"");
    assert_eq!(told(&mne, "taper"), "\"hamming:periodic\"");
}

/// A WAV of two channels of 16 bits at 1 kHz.
fn wav(place: &Path, samples: &[[i16; 2]]) -> String {
    let size = 4 * samples.len() as u32;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + size).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend(1000u32.to_le_bytes());
    bytes.extend(4000u32.to_le_bytes());
    bytes.extend(b"\x04\0\x10\0data");
    bytes.extend(size.to_le_bytes());
    for sample in samples.iter().flatten() {
        bytes.extend(sample.to_le_bytes());
    }
    let path = place.join("r.wav");
    std::fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

#[test]
fn a_recording_at_the_end_of_its_range_says_that_it_is_saturated() {
    let place = tempfile::tempdir().unwrap();
    let path = wav(place.path(), &[[i16::MAX, i16::MIN]; 600]);
    let found = document(&["--input", &path]);
    assert_eq!(
        found["metrics"]["coherence"]["reason"], "saturated",
        "{found}"
    );
    assert_eq!(found["flags"], serde_json::json!(["no_power"]));
    assert!(found["coherence"].is_null() && found["fs"] == 1000.0);
    // One that is silent elsewhere is constant, and its numbers are those of silence.
    let path = wav(place.path(), &[[7, -9]; 600]);
    let found = document(&["--input", &path]);
    assert_eq!(found["coherence"], 0.0);
    assert_eq!(found["metrics"]["peak_hz"]["reason"], "constant");
}

#[test]
fn what_chance_gives_stands_beside_what_was_found() {
    let place = tempfile::tempdir().unwrap();
    let path = tones(place.path(), 1024, None).display().to_string();
    let found = document(&["--input", &path, "--metric", "coherence", "--metric", "msc"]);
    let of = |metric: &str, level: &str| found["metrics"][metric][level].as_f64().unwrap();
    // √(π/4C) for 3 channels; 1/Ke and 1 − 0.05^(1/(Ke − 1)) for 7 segments.
    assert!((of("coherence", "by_chance") - 0.511_66).abs() < 1e-5);
    assert!((of("msc", "by_chance") - 0.149_66).abs() < 1e-5);
    assert!((of("msc", "level_95") - 0.409_8).abs() < 2e-3, "{found}");
}
