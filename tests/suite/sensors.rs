//! Devices, faults and health of sensors, in whole runs.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use phantomos::base::PopulationId;
use phantomos::kernel::{History, SimOptions, Simulation};
use phantomos::scenario::{Blueprint, parse};
use phantomos::sensors::reading::SensorReading;

use crate::fixtures::{metrics, phantom, run, scene};

fn build_in(directory: &Path, text: &str, sets: &[(&str, &str)]) -> Result<Simulation, String> {
    let sets = sets.iter();
    let sets: Vec<_> = sets.map(|(a, b)| ((*a).into(), (*b).into())).collect();
    let loaded = parse(text, "scene.ron", directory, &sets).map_err(|error| error.to_string())?;
    let blueprint = Blueprint::new(loaded).map_err(|error| error.to_string())?;
    Simulation::new(blueprint, SimOptions::default()).map_err(|error| error.to_string())
}

fn build(text: &str, sets: &[(&str, &str)]) -> Result<Simulation, String> {
    build_in(Path::new("."), text, sets)
}

fn advance(simulation: &mut Simulation, ticks: u64) -> String {
    (0..ticks).for_each(|_| simulation.step().unwrap());
    simulation.digest().to_string()
}

fn sensor(simulation: &mut Simulation, number: u32) -> SensorReading {
    let all = simulation.sensors();
    all.into_iter().find(|own| own.sensor == number).unwrap()
}

/// Every fault, in a scope of its own and where Φ looks on, beside a field and every owned device.
const BROKEN: &str = r#"(version: 2, name: "broken", seed: 4, clock: (dt_s: 0.01),
    graph: (kind: Ring(neighbors: 1)),
    field: (kind: Wave(modes: 4, damping: 0.5), felt_gain: 0.1),
    populations: [
        (name: "a", count: 6, model: Harmonic(omega: Constant(6.0), x: Uniform(low: -1.0, high: 1.0))),
        (name: "b", count: 6, model: Harmonic(omega: Constant(7.0), x: Uniform(low: -1.0, high: 1.0)))],
    sensors: [
        (name: "late", scope: "b", device: Probe(vertices: List([7, 9])),
            faults: [Noise(sd: 0.05), Delay(ticks: 7), Dropout(probability: 0.1)]),
        (name: "means", device: Mean(), noise: 0.01,
            faults: [Stuck(from_s: 0.5, to_s: 1.0), Quantise(step: 0.01)]),
        (name: "field", device: Field(at: [(x: 0.3), (x: 0.5, width: 0.25)]),
            faults: [Bias(offset: 0.1, from_s: 0.2), Drift(per_s: 1.0, from_s: 0.4, to_s: 0.9)]),
        (name: "tone", scope: "a", device: Synthetic(channels: 2, frequency_hz: 5.0,
            wave: Chirp(to_hz: 20.0, over_s: 1.0))),
        (name: "am", device: Synthetic(channels: 1, frequency_hz: 5.0,
            wave: Am(modulation_hz: 1.0, depth: 0.5))),
        (name: "pink", device: Synthetic(channels: 1, frequency_hz: 0.0, wave: Noise(color: Pink)))],
    signal: (window: 32, segment: 16, hop: 4),
    phi: (units: ["late"], window: 32, period_ticks: 40, latency_ticks: 5),
    control: (loops: [(name: "steer", scope: "a", measure: Metric("sensor_coverage"), setpoint: 1.0,
        law: Pid(kp: 0.1))]))"#;

#[test]
fn broken_sensors_keep_one_digest_on_any_nodes() {
    let runs = ["1", "2", "4"].map(|nodes| {
        let mut simulation = build(BROKEN, &[("cluster.nodes", nodes)]).unwrap();
        let digest = advance(&mut simulation, 150);
        (digest, simulation.sensors())
    });
    for own in &runs[1..] {
        assert_eq!(own.0, runs[0].0);
        let same = own.1.iter().zip(&runs[0].1).all(|(a, b)| {
            let health = |own: &SensorReading| {
                let channels = own.shown.iter().map(|c| (c.health, c.value.to_bits()));
                channels.collect::<Vec<_>>()
            };
            health(a) == health(b) && a.coverage == b.coverage
        });
        assert!(same && own.1.len() == runs[0].1.len());
    }
    let healthy = [("sensors[0].faults", "[]"), ("sensors[1].faults", "[]")];
    let mut healthy = build(BROKEN, &healthy).unwrap();
    assert_ne!(advance(&mut healthy, 150), runs[0].0);
}

#[test]
fn what_faults_remember_is_saved_and_the_past_runs_again() {
    for nodes in ["1", "3"] {
        let sets = [("cluster.nodes", nodes)];
        let mut simulation = build(BROKEN, &sets).unwrap();
        // Within the delay and while the means are stuck.
        advance(&mut simulation, 70);
        let saved = simulation.snapshot().unwrap();
        let end = advance(&mut simulation, 60);
        let health = simulation.sensors();
        let mut other = build(BROKEN, &sets).unwrap();
        other.restore(&saved).unwrap();
        assert_eq!(advance(&mut other, 60), end);
        assert_eq!(format!("{:?}", other.sensors()), format!("{health:?}"));

        let mut simulation = build(BROKEN, &sets).unwrap();
        let mut history = History::begin(&mut simulation, 1 << 28).unwrap();
        for _ in 0..130 {
            history.step(&mut simulation).unwrap();
        }
        assert_eq!(simulation.digest().to_string(), end);
        for tick in [75, 3, 130] {
            history.seek(&mut simulation, tick).unwrap();
        }
        assert_eq!(simulation.digest().to_string(), end);
        assert_eq!(format!("{:?}", simulation.sensors()), format!("{health:?}"));
    }
}

#[test]
fn each_fault_leaves_its_mark_on_what_is_seen() {
    let mut simulation = build(BROKEN, &[]).unwrap();
    advance(&mut simulation, 60);
    let late = sensor(&mut simulation, 0);
    assert_eq!(late.scope, PopulationId(2));
    assert!(late.gaps >= 2 && late.coverage < 1.0, "{late:?}");
    assert!(
        late.shown.iter().all(|own| own.stale_ticks >= 7),
        "{late:?}"
    );
    let stuck = sensor(&mut simulation, 1).shown[0].value;
    advance(&mut simulation, 30);
    assert_eq!(sensor(&mut simulation, 1).shown[0].value, stuck);
    let steps = stuck / 0.01;
    assert!((steps - steps.round()).abs() < 1e-6);
    advance(&mut simulation, 20);
    assert_ne!(sensor(&mut simulation, 1).shown[0].value, stuck);
}

#[test]
fn a_sensor_sees_the_field_that_is_there() {
    let scene = r#"(version: 2, name: "seen", clock: (dt_s: 0.01),
        populations: [(name: "a", count: 4, model: Harmonic())],
        field: (kind: Grid(x: (cells: 32), y: (cells: 16), law: Wave(speed: 1.0),
            start: [(x: 1, y: 0, amplitude: 0.5)])),
        sensors: [(name: "field", device: Field(at: [
            (x: 0.3, y: 0.7), (x: 0.0, width: 1.0, height: 1.0)]))])"#;
    let mut simulation = build(scene, &[]).unwrap();
    for _ in 0..20 {
        let before = simulation.aggregator().field.clone();
        simulation.step().unwrap();
        // What was there as this tick began is in the frame of the next one.
        simulation.step().unwrap();
        let seen = sensor(&mut simulation, 0);
        assert_eq!(seen.shown[0].value, before.at([0.3, 0.7]));
        let grid = before.grid.unwrap();
        let mean = grid.u.iter().sum::<f64>() / grid.u.len() as f64;
        assert!((seen.shown[1].value - mean).abs() < 1e-12);
    }
    let none = build(scene, &[("field.kind", "Off")]).err().unwrap();
    assert!(none.contains("expected field: (kind"), "{none}");
}

/// A WAV file of 16 bits: channels with their samples.
fn wav(rate_hz: u32, channels: &[Vec<i16>]) -> Vec<u8> {
    let count = channels.len() as u16;
    let data: Vec<u8> = (0..channels[0].len())
        .flat_map(|k| channels.iter().flat_map(move |own| own[k].to_le_bytes()))
        .collect();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes());
    bytes.extend(1u16.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend((rate_hz * u32::from(count) * 2).to_le_bytes());
    bytes.extend((count * 2).to_le_bytes());
    bytes.extend(16u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

/// An EDF file of one record a second: one signal at `rate` Hz, physical −1 … 1.
fn edf(rate: usize, samples: &[i16]) -> Vec<u8> {
    let mut text = String::new();
    let mut field = |value: &str, width: usize| text.push_str(&format!("{value:<width$}"));
    field("0", 8);
    field("X X X X", 80);
    field("Startdate X X X X", 80);
    field("01.01.25", 8);
    field("00.00.00", 8);
    field("512", 8);
    field("", 44);
    field(&(samples.len() / rate).to_string(), 8);
    field("1", 8);
    field("1", 4);
    for (value, width) in [
        ("EEG Fp1", 16),
        ("", 80),
        ("uV", 8),
        ("-1", 8),
        ("1", 8),
        ("-32767", 8),
        ("32767", 8),
        ("", 80),
        (&rate.to_string(), 8),
        ("", 32),
    ] {
        field(value, width);
    }
    let mut bytes = text.into_bytes();
    bytes.extend(samples.iter().flat_map(|own| own.to_le_bytes()));
    bytes
}

const PLAYED: &str = r#"(version: 2, name: "played", clock: (dt_s: 0.01), ticks: 60,
    populations: [(name: "a", count: 2)],
    sensors: [(name: "rec", device: Replay(path: "FILE", at_end: Silent))],
    signal: (window: 16, segment: 8, hop: 4), record: (every_ticks: 1))"#;

#[test]
fn recordings_play_by_their_own_clock() {
    let place = tempfile::tempdir().unwrap();
    let samples: Vec<i16> = (0..50).map(|k| k * 600 - 15_000).collect();
    std::fs::write(
        place.path().join("fast.wav"),
        wav(
            200,
            &[samples.clone(), samples.iter().map(|s| -s).collect()],
        ),
    )
    .unwrap();
    std::fs::write(place.path().join("slow.edf"), edf(25, &samples)).unwrap();
    let scene_of = |file: &str| PLAYED.replace("FILE", file);
    let mut fast = build_in(place.path(), &scene_of("fast.wav"), &[]).unwrap();
    for tick in 0..26u64 {
        fast.step().unwrap();
        let Some(before) = tick.checked_sub(1) else {
            continue;
        };
        let seen = sensor(&mut fast, 0);
        let expected = samples
            .get(2 * before as usize)
            .map(|s| f64::from(*s) / 32_768.0);
        match expected {
            Some(expected) => {
                assert_eq!(
                    [seen.shown[0].value, seen.shown[1].value],
                    [expected, -expected]
                );
                assert_eq!(seen.stale_ticks, 0);
            }
            None => assert!(seen.shown[0].value.is_nan() && seen.silent == 2),
        }
    }
    let files: Vec<_> = fast.blueprint().inputs.iter().cloned().collect();
    let notes = files[0].notes.join("; ");
    assert!(notes.contains("2.0000 a tick"), "{notes}");

    let digests = ["1", "3"].map(|nodes| {
        let sets = [("cluster.nodes", nodes)];
        let mut slow = build_in(place.path(), &scene_of("slow.edf"), &sets).unwrap();
        advance(&mut slow, 23);
        // The sample of tick 22 was taken at tick 20, the fifth.
        let seen = sensor(&mut slow, 0);
        assert!((seen.shown[0].value - f64::from(samples[5]) / 32_767.0).abs() < 1e-9);
        assert_eq!((seen.stale_ticks, seen.gaps), (1, 0));
        slow.digest()
    });
    assert_eq!(digests[0], digests[1]);

    let refused = build_in(place.path(), &scene_of("none.edf"), &[])
        .err()
        .unwrap();
    assert!(refused.contains("sensors[0].device.path"), "{refused}");
    std::fs::write(place.path().join("bare.csv"), "a,b\n1,2\n3,4\n").unwrap();
    let refused = build_in(place.path(), &scene_of("bare.csv"), &[])
        .err()
        .unwrap();
    assert!(refused.contains("sample_rate_hz"), "{refused}");
}

#[test]
fn a_live_recording_repeats_from_its_log() {
    let place = tempfile::tempdir().unwrap();
    let samples: Vec<i16> = (0..100).map(|k| k * 300).collect();
    std::fs::write(place.path().join("rec.wav"), wav(100, &[samples])).unwrap();
    let text = PLAYED
        .replace("FILE", "rec.wav")
        .replace("at_end: Silent", "realtime: true")
        .replace("ticks: 60,", "ticks: 60, live: true,");
    let file = place.path().join("live.ron");
    std::fs::write(&file, &text).unwrap();
    let (end, code, out) = run(&file, &[]);
    assert_eq!(code, 0, "{end}");
    let rows = metrics(out.path());
    let jitter = &rows.last().unwrap()["sensor_jitter_s"];
    assert!(jitter.parse::<f64>().unwrap() >= 0.0);
    let folder = out.path().display().to_string();
    let verified = phantom(&["verify", &folder]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{said}");
    let not_live = build_in(place.path(), &text, &[("live", "false")])
        .err()
        .unwrap();
    assert!(not_live.contains("live: true"), "{not_live}");
}

const PIPED: &str = r#"(version: 2, name: "piped", clock: (dt_s: 0.01), ticks: 120, live: true,
    populations: [(name: "a", count: 2)],
    sensors: [(name: "in", device: Stdin(channels: ["a", "b"]))],
    signal: (window: 16, segment: 8, hop: 4))"#;

#[test]
fn standard_input_enters_the_log_and_repeats_without_it() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("piped.ron");
    std::fs::write(&file, PIPED).unwrap();
    let out = place.path().join("out");
    let mut child = Command::new(env!("CARGO_BIN_EXE_phantom"))
        .args(["run", &file.display().to_string(), "--json", "--out"])
        .arg(&out)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    for line in [
        r#"{"channel": "a", "value": 1.25, "time_s": 100.0}"#,
        r#"{"values": {"a": 2.5, "b": -1.0}, "time_s": 100.2}"#,
        r#"{"channel": "c", "value": 1}"#,
        r#"{"values": {"b": null}, "time_s": 100.4}"#,
    ] {
        writeln!(input, "{line}").unwrap();
        input.flush().unwrap();
        std::thread::sleep(Duration::from_millis(200));
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let log = std::fs::read_to_string(out.join("inputs.jsonl")).unwrap();
    for part in [
        "\"value\":1.25",
        "\"value\":2.5",
        "\"value\":-1.0",
        "\"value\":\"NaN\"",
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }
    let events = std::fs::read_to_string(out.join("events.jsonl")).unwrap();
    assert!(events.contains("line 3"), "{events}");
    assert!(events.contains("expected one of: a, b"), "{events}");
    assert!(events.contains("ended after 4 lines"), "{events}");
    let rows = metrics(&out);
    let last = rows.last().unwrap();
    assert_eq!(last["sensor_coverage"].parse::<f64>().unwrap(), 0.0);
    assert!(last["sensor_stale_ticks"].parse::<f64>().unwrap() > 20.0);
    assert!(last["sensor_jitter_s"].parse::<f64>().unwrap() < 0.5);
    let verified = phantom(&["verify", &out.display().to_string()]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{said}");
}

#[test]
fn what_is_wrong_with_a_sensor_is_told_at_its_place() {
    for (set, value, place) in [
        (
            "sensors[0].faults",
            "[Delay(ticks: 0)]",
            "sensors[0].faults[0].ticks",
        ),
        (
            "sensors[0].faults",
            "[Dropout(probability: 1.5)]",
            "faults[0].probability",
        ),
        (
            "sensors[0].faults",
            "[Stuck(from_s: 2.0, to_s: 1.0)]",
            "faults[0].to_s",
        ),
        (
            "sensors[0].faults",
            "[Quantise(step: 0.0)]",
            "faults[0].step",
        ),
        (
            "sensors[0].device",
            "Field(at: [(x: 0.9, width: 0.2)])",
            "device.at[0].width",
        ),
        ("sensors[0].device", "Field(at: [])", "device.at"),
        (
            "sensors[0].device",
            "Stdin(channels: [\"a\"])",
            "live: true",
        ),
        (
            "sensors[0].device",
            "Stdin(channels: [])",
            "device.channels",
        ),
        (
            "sensors[0].device",
            "Synthetic(channels: 1, frequency_hz: 1.0, wave: Am(modulation_hz: 1.0, depth: 2.0))",
            "device.wave.depth",
        ),
    ] {
        let refused = build(BROKEN, &[(set, value)]).err().unwrap();
        assert!(refused.contains(place), "{place} in {refused}");
    }
}

#[test]
fn the_shipped_scene_of_broken_sensors_keeps_its_digest_on_any_nodes() {
    let digest = |nodes: &str| {
        let (end, code, _out) = run(&scene("faulty"), &["--ticks", "700", "--nodes", nodes]);
        assert_eq!(code, 0, "{end}");
        end["digest"].as_str().unwrap().to_owned()
    };
    let first = digest("1");
    assert_eq!([digest("2"), digest("4")], [first.clone(), first]);
}
