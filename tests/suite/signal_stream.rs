//! Windows that move on: no allocation, the numbers of the window alone, the same on any number of
//! nodes and after going back.

use phantomos::base::random::{KeyedRng, Purpose};
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::scenario::{Blueprint, load};
use phantomos::signal::metrics::{self, COHERENCE};
use phantomos::signal::{SignalEngine, SignalSettings, SignalStream, SystemState};

use crate::fixtures::{metrics as rows, run, scene};

/// Those whose cost does not grow with what a window shares with the one before, and those of the
/// loop.
const STREAMED: [&str; 14] = [
    "entropy_nats",
    "entropy_normalized",
    "coherence",
    "coherence_debiased",
    "resonance",
    "peak_hz",
    "crest",
    "msc",
    "msc_debiased",
    "effective_bins",
    "permutation_entropy",
    "coherence_causal",
    "phase_locking_causal",
    "band_power",
];

fn engine(names: &[&'static str]) -> SignalEngine {
    let wanted = metrics::named(names.iter().copied());
    assert_eq!(wanted.len(), names.len());
    SignalEngine::new(SignalSettings::new(160, 64, 100.0), wanted).unwrap()
}

fn frame(t: u64) -> [f64; 9] {
    std::array::from_fn(|c| KeyedRng::new(4, Purpose::Sensor, c as u64, t).normal())
}

#[test]
fn a_hop_allocates_nothing() {
    let mut engine = engine(&STREAMED);
    let mut stream = SignalStream::new(9, 160);
    let mut state = SystemState::default();
    for t in 0..2_000 {
        stream.push(&frame(t)).unwrap();
        if t % 8 == 0 {
            engine.analyze(&mut stream, 8, &mut state);
        }
    }
    let counted = allocation_counter::measure(|| {
        for t in 2_000..3_000 {
            stream.push(&frame(t)).unwrap();
            if t % 8 == 0 {
                engine.analyze(&mut stream, 8, &mut state);
            }
        }
    });
    assert!(state.value(&COHERENCE).is_some());
    assert_eq!(counted.count_total, 0);
    // The counter counts.
    let some = allocation_counter::measure(|| drop(std::hint::black_box(vec![1u8; 99])));
    assert_eq!(some.count_total, 1);
}

#[test]
fn a_window_that_has_moved_far_is_that_of_its_samples() {
    let mut engine = engine(&STREAMED);
    let mut stream = SignalStream::new(9, 160);
    let mut state = SystemState::default();
    for t in 0..=40_000 {
        stream.push(&frame(t)).unwrap();
        if t % 4 == 0 {
            engine.analyze(&mut stream, 4, &mut state);
        }
    }
    let mut fresh = SystemState::default();
    engine.analyze(
        &mut SignalStream::of(stream.window().clone()),
        4,
        &mut fresh,
    );
    // To the bit, which is more than the 1e-9 that a drifting sum would be allowed.
    assert_eq!(fresh, state);
}

const WINDOWS: &str = "[(name: \"slow\", window: 200, segment: 50, band_hz: (0.5, 2.0), \
                       metrics: [\"coherence\", \"band_power\"])]";
const METRICS: &str = "[\"coherence\", \"coherence_causal\", \"phase_locking_causal\", \
                       \"permutation_entropy\"]";

#[test]
fn a_scene_names_its_metrics_and_windows() {
    let also = format!("signal.also={WINDOWS}");
    let named = format!("signal.metrics={METRICS}");
    let mut digests = Vec::new();
    for nodes in ["1", "2", "4"] {
        let nodes = format!("cluster.nodes={nodes}");
        let sets = [
            "--ticks", "600", "--set", &also, "--set", &named, "--set", &nodes,
        ];
        let (end, code, folder) = run(&scene("hello"), &sets);
        assert_eq!(code, 0);
        digests.push(end["digest"].clone());
        let rows = rows(folder.path());
        let last = rows
            .iter()
            .rev()
            .find(|row| row["scope"] == "cluster")
            .unwrap();
        let value = |name: &str| last[name].parse::<f64>().unwrap();
        for name in ["coherence", "phase_locking_causal", "slow.coherence"] {
            assert!((0.0..=1.0).contains(&value(name)), "{name}");
        }
        assert!(value("slow.band_power") > 0.1);
        assert!(!last.contains_key("entropy_nats") && !last.contains_key("resonance"));
    }
    assert!(digests.iter().all(|own| *own == digests[0]), "{digests:?}");
}

#[test]
fn a_restored_run_goes_on_to_the_bit() {
    let sets = [("signal.also", WINDOWS), ("signal.metrics", METRICS)];
    let sets = sets.map(|(path, value)| (path.to_owned(), value.to_owned()));
    let build = || {
        let loaded = load(&scene("hello"), &sets).unwrap();
        let blueprint = Blueprint::new(loaded).unwrap();
        Simulation::new(blueprint, SimOptions::default()).unwrap()
    };
    let mut plain = build();
    for _ in 0..331 {
        plain.step().unwrap();
    }
    let saved = plain.snapshot().unwrap();
    let mut resumed = build();
    resumed.restore(&saved).unwrap();
    for tick in 0..120 {
        plain.step().unwrap();
        resumed.step().unwrap();
        assert_eq!(plain.digest(), resumed.digest(), "{tick}");
    }
}

#[test]
fn metrics_and_windows_that_cannot_be_are_refused() {
    for (path, value, part) in [
        (
            "signal.metrics",
            "[\"coherance\"]",
            "did you mean `coherence`?",
        ),
        ("signal.band_hz", "(3.0, 90.0)", "≤ 25 Hz"),
        (
            "signal.also",
            "[(name: \"a\", metrics: [])]",
            "at least one",
        ),
        (
            "signal.also",
            "[(name: \"a\", metrics: [\"crest\"]), (name: \"a\", metrics: [\"crest\"])]",
            "no other window",
        ),
        (
            "signal.also",
            "[(name: \"a\", window: 4, metrics: [\"crest\"])]",
            "8 … 1048576",
        ),
    ] {
        let sets = [(path.to_owned(), value.to_owned())];
        let told = load(&scene("hello"), &sets).unwrap_err().to_string();
        assert!(told.contains(part), "{path} = {value}: {told}");
    }
}
