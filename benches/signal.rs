//! How fast signals become numbers, each figure beside its peer of the same run.
//!
//! `cargo bench --no-default-features --bench signal`
//!
//! 256 channels of 4096 samples of noise with a shared tone, segments of 256. The peers are SciPy and
//! antropy (`benches/peers/signals.py`), run on one thread by `python3`, or what the variable `PYTHON`
//! names; without them the column stays empty. Peer and own take turns, and medians of processor
//! time count. Also: the time from a sample's arrival to the three numbers, as a histogram; the
//! stage of signals of the scene `hello`; an hour of EDF.

use std::process::Command;
use std::time::Instant;

use phantomos::base::isa::Isa;
use phantomos::base::num;
use phantomos::base::random::{KeyedRng, Purpose};
use phantomos::files::recording::{RecordingQuestion, read};
use phantomos::signal::metrics;
use phantomos::signal::msc::mean_msc;
use phantomos::signal::{SignalEngine, SignalSettings, SignalStream, SystemState};

const CHANNELS: usize = 256;
const WINDOW: usize = 4096;
const SEGMENT: usize = 256;
const HOP: usize = 64;
const ROUNDS: usize = 5;

fn frames(count: usize) -> Vec<Vec<f64>> {
    let sample = |t: usize, c: usize| {
        let noise = KeyedRng::new(1, Purpose::Sensor, c as u64, t as u64).normal();
        noise + num::sin(0.3 * t as f64 + 0.01 * c as f64)
    };
    let frame = |t| (0..CHANNELS).map(|c| sample(t, c)).collect();
    (0..count).map(frame).collect()
}

fn engine(window: usize, segment: usize, names: &[&'static str]) -> SignalEngine {
    let settings = SignalSettings::new(window, segment, 1000.0);
    SignalEngine::new(settings, metrics::named(names.iter().copied())).expect("settings")
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Median time of a call, ms.
fn time(rounds: usize, mut call: impl FnMut()) -> f64 {
    let each = (0..rounds).map(|_| {
        let begin = Instant::now();
        call();
        begin.elapsed().as_secs_f64() * 1e3
    });
    median(each.collect())
}

/// Medians of the peers, ms, by name.
fn peers() -> serde_json::Value {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/signals.py");
    let found = Command::new(&python)
        .arg(script)
        .env("OMP_NUM_THREADS", "1")
        .env("OPENBLAS_NUM_THREADS", "1")
        .output();
    match found {
        Ok(output) if output.status.success() => {
            serde_json::from_slice(&output.stdout).unwrap_or_default()
        }
        Ok(output) => {
            eprintln!("peers: {}", String::from_utf8_lossy(&output.stderr));
            serde_json::Value::Null
        }
        Err(error) => {
            eprintln!("peers: {python}: {error}");
            serde_json::Value::Null
        }
    }
}

fn row(name: &str, own_ms: f64, peer_ms: Option<f64>, asked: &str) {
    let peer = peer_ms.map_or("-".to_owned(), |ms| format!("{ms:.3}"));
    let ratio = peer_ms.map_or("-".to_owned(), |ms| format!("1/{:.1}", ms / own_ms));
    println!("{name:<44} {own_ms:>10.3} {peer:>10} {ratio:>9}   {asked}");
}

/// Times of windows that move on by a hop, ms.
fn hops(names: &[&'static str], frames: &[Vec<f64>]) -> Vec<f64> {
    let mut engine = engine(WINDOW, SEGMENT, names);
    let mut stream = SignalStream::new(CHANNELS, WINDOW);
    let mut state = SystemState::default();
    let mut times = Vec::new();
    for (t, frame) in frames.iter().enumerate() {
        let begin = Instant::now();
        stream.push(frame).expect("a frame");
        if t + 1 >= WINDOW && (t + 1).is_multiple_of(HOP) {
            engine.analyze(&mut stream, HOP, &mut state);
            times.push(begin.elapsed().as_secs_f64() * 1e3);
        }
    }
    // The first windows fill what is kept.
    times.split_off(WINDOW / HOP)
}

fn histogram(mut times: Vec<f64>) {
    times.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "\nfrom a sample to the three numbers, {CHANNELS} channels at 1 kHz, a result every {HOP} ms \
         ({} results):\np50 {:.3}  p90 {:.3}  p99 {:.3}  most {:.3} ms",
        times.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
    let edges = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0, f64::INFINITY];
    let mut low = 0.0;
    for high in edges {
        let count = times.iter().filter(|t| (low..high).contains(*t)).count();
        let bar = "#".repeat((60 * count).div_ceil(times.len()));
        println!("{low:>6} … {high:<5} ms {count:>6} {bar}");
        low = high;
    }
}

/// Bytes from /proc/self/status; 0 where there is none.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    1024 * number.unwrap_or(0)
}

/// An hour of 64 channels at 256 Hz as EDF.
fn edf() -> Vec<u8> {
    const SIGNALS: usize = 64;
    let field = |text: &str, width: usize| format!("{text:<width$.width$}");
    let mut head = field("0", 8) + &field("X", 80) + &field("X", 80);
    head += &(field("01.01.26", 8) + &field("00.00.00", 8));
    head += &field(&(256 * (SIGNALS + 1)).to_string(), 8);
    head += &(field("", 44) + &field("3600", 8) + &field("1", 8) + &field("64", 4));
    let each = [
        ("EEG", 16),
        ("", 80),
        ("uV", 8),
        ("-3276.8", 8),
        ("3276.7", 8),
        ("-32768", 8),
    ];
    for (text, width) in each
        .into_iter()
        .chain([("32767", 8), ("", 80), ("256", 8), ("", 32)])
    {
        for k in 0..SIGNALS {
            let text = if text == "EEG" {
                format!("EEG {k}")
            } else {
                text.to_owned()
            };
            head += &field(&text, width);
        }
    }
    let mut bytes = head.into_bytes();
    for t in 0..3600 * SIGNALS as u64 {
        let mut rng = KeyedRng::new(2, Purpose::Sensor, 0, t);
        for _ in 0..64 {
            let bits = (rng.uniform() * 18_446_744_073_709_551_615.0) as u64;
            bytes.extend_from_slice(&bits.to_le_bytes());
        }
    }
    bytes
}

fn an_hour() {
    let bytes = edf();
    let size = bytes.len() as u64;
    let before = memory("VmRSS:");
    let begin = Instant::now();
    let recording = read("hour.edf", bytes, &RecordingQuestion::default()).expect("EDF");
    let read_s = begin.elapsed().as_secs_f64();
    let mut engine = engine(WINDOW, SEGMENT, &["entropy_nats", "coherence", "resonance"]);
    let mut series = vec![vec![0.0; WINDOW]; recording.channels.len()];
    let mut state = SystemState::default();
    for start in (0..=recording.len - WINDOW).step_by(WINDOW / 2) {
        for (c, own) in series.iter_mut().enumerate() {
            recording.samples(c, start, own);
        }
        let borrowed: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
        engine.analyze_whole(&borrowed, &mut state);
    }
    let all_s = begin.elapsed().as_secs_f64();
    let peak = memory("VmHWM:").saturating_sub(before) + size;
    println!(
        "\nan hour of EDF, 64 channels at 256 Hz: read {read_s:.2} s, with the three numbers of windows of \
         {WINDOW} {all_s:.2} s (asked: 3), at most {} MB (asked: 500)",
        peak / 1_000_000
    );
}

fn main() {
    let frames = frames(WINDOW + 300 * HOP);
    let columns: Vec<Vec<f64>> = (0..CHANNELS)
        .map(|c| frames[..WINDOW].iter().map(|frame| frame[c]).collect())
        .collect();
    let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let peer = peers();
    let of = |name: &str| peer[name].as_f64();
    println!(
        "{:<44} {:>10} {:>10} {:>9}   asked",
        "256 channels × 4096 samples", "own ms", "peer ms", "own/peer"
    );
    let three = ["entropy_nats", "coherence", "resonance"];
    let mut whole = engine(WINDOW, SEGMENT, &three);
    let scratch = time(ROUNDS, || {
        std::hint::black_box(whole.analyze_channels(&borrowed));
    });
    row("three numbers from scratch", scratch, of("three"), "1/8");
    let causal = ["entropy_nats", "coherence_causal", "resonance"];
    let moving = hops(&causal, &frames);
    row(
        "three numbers, a hop of 64",
        median(moving.clone()),
        of("three"),
        "1/100",
    );
    let patterns = median(hops(&["permutation_entropy"], &frames));
    row(
        "permutation entropy, a hop of 64",
        patterns,
        of("permutation"),
        "1/40",
    );
    let locking = median(hops(&["phase_locking_causal"], &frames));
    row(
        "phase locking of 32,640 pairs, a hop of 64",
        locking,
        of("locking"),
        "8 ms",
    );
    let segments = 31;
    let draw = |k: usize| KeyedRng::new(9, Purpose::Sensor, k as u64, 0).normal();
    let parts: Vec<f64> = (0..2 * CHANNELS * segments).map(draw).collect();
    let at = parts.split_at(CHANNELS * segments);
    let mut weights = Vec::new();
    let shared = time(200, || {
        let found = mean_msc(Isa::best(), at, (CHANNELS, segments), &mut weights);
        std::hint::black_box(found);
    });
    row(
        "mean MSC of 32,640 pairs, 31 segments",
        shared,
        of("msc"),
        "0.3 ms",
    );
    let names = [
        "entropy_nats",
        "entropy_normalized",
        "coherence",
        "coherence_debiased",
        "resonance",
        "peak_hz",
    ];
    let mut hello = engine(128, 64, &names);
    let stage = time(ROUNDS, || {
        let mut stream = SignalStream::new(24, 128);
        let mut state = SystemState::default();
        for (t, frame) in frames[..4000].iter().enumerate() {
            stream.push(&frame[..24]).expect("a frame");
            if t % 4 == 0 {
                hello.analyze(&mut stream, 4, &mut state);
            }
        }
    });
    println!(
        "\nthe signals of `hello` (24 channels, window 128, hop 4): {:.2} µs a tick",
        stage / 4.0
    );
    histogram(moving);
    an_hour();
}
