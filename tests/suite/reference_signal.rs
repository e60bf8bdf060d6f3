//! Signals, control laws and the gate held against values computed elsewhere (SciPy, NumPy,
//! python-control), with the tolerances that came with them.

use phantomos::control::original::{original_gain, unbounded_gain};
use phantomos::control::{AdaptiveSpec, AdaptiveState, AntiWindup, PidSpec, PidState};
use phantomos::safety::gate::GateRule;
use phantomos::safety::{GateVerdict, OnExcess, gate};
use phantomos::signal::metrics::{mean_densities, spectral_entropy};
use phantomos::signal::spectrum::Welch;
use phantomos::signal::{FrameWindow, SignalEngine, SignalSettings, SystemState};
use serde_json::Value;

use crate::fixtures;

/// Runs `check` on every reference file of a kind and demands that there is one.
fn each(prefix: &str, check: impl Fn(&str, &Value)) {
    let files = fixtures::files("signal", prefix);
    assert!(!files.is_empty(), "no reference file {prefix}*");
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        check(
            &path.display().to_string(),
            &serde_json::from_str(&text).unwrap(),
        );
    }
}

/// A number, also in its written forms; null, which stands for what is not finite, is NaN.
fn number(value: &Value) -> f64 {
    match value {
        Value::Number(n) => n.as_f64().unwrap(),
        Value::String(s) => s.parse().unwrap(),
        Value::Null => f64::NAN,
        other => panic!("not a number: {other}"),
    }
}

fn list(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn channels(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(list).collect()
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn near(what: &str, found: f64, expected: f64, tolerance: f64) {
    let off = (found - expected).abs();
    assert!(
        off <= tolerance,
        "{what}: found {found}, expected {expected}, off by {off:e}"
    );
}

fn engine(window: usize, segment: usize, sample_rate_hz: f64) -> SignalEngine {
    SignalEngine::new(SignalSettings {
        window,
        segment,
        sample_rate_hz,
    })
    .unwrap()
}

/// Resonance and crest are proportions of a sum over bins: relative, but for values near 0.
fn check_headline(what: &str, state: &SystemState, expected: &Value, abs: [f64; 2], rel: f64) {
    let at = |key: &str| number(&expected[key]);
    let name = |key: &str| format!("{what}: {key}");
    near(
        &name("entropy"),
        state.entropy_nats,
        at("entropy_nats"),
        abs[0],
    );
    near(&name("coherence"), state.coherence, at("coherence"), abs[1]);
    let resonance = at("resonance");
    near(
        &name("resonance"),
        state.resonance,
        resonance,
        rel * resonance.max(1.0),
    );
    let peak = at("peak_hz_interp");
    near(&name("peak"), state.peak_hz, peak, 1e-7 * peak);
}

#[test]
fn metrics_of_whole_windows() {
    each("metrics_", |what, file| {
        let (samples, fs) = (count(&file["samples"]), number(&file["fs"]));
        let segment = count(&file["settings"]["welch"]["nperseg"]);
        let signal = channels(&file["signal"]);
        let state = engine(samples, segment, fs).analyze_channels(&signal);
        let (expected, phase) = (&file["expected"], &file["expected"]["phase"]);
        let headline = &expected["headline"];
        assert!(state.is_measured(), "{what}");
        check_headline(what, &state, headline, [1e-9, 1e-8], 1e-8);
        let normalized = number(&headline["entropy_norm"]);
        near(what, state.entropy_normalized, normalized, 1e-9);
        let trimmed = number(&phase["mean_R_trim10"]);
        near(what, state.coherence_trim10, trimmed, 1e-8);
        // One channel has no pairs; the reference then gives null and the definition 1.
        let debiased = phase["debiased_R2"].as_f64().unwrap_or(1.0);
        near(what, state.coherence_debiased, debiased, 1e-8);
    });
}

#[test]
fn spectra_of_whole_windows() {
    each("metrics_", |what, file| {
        let segment = count(&file["settings"]["welch"]["nperseg"]);
        let mut welch = Welch::new(segment);
        let densities: Vec<Vec<f64>> = channels(&file["signal"])
            .iter()
            .map(|series| {
                let mut spectra = Vec::new();
                welch.spectra(series, &mut spectra);
                welch.density(&spectra, number(&file["fs"]))
            })
            .collect();
        let compare = |found: &[f64], expected: &[f64]| {
            assert_eq!(found.len(), expected.len(), "{what}");
            let top = expected.iter().fold(0.0f64, |top, x| top.max(*x));
            for (k, (p, q)) in found.iter().zip(expected).enumerate() {
                near(&format!("{what}: bin {k}"), *p, *q, 1e-9 * top);
            }
        };
        let psd = &file["expected"]["psd"];
        compare(&densities[0], &list(&psd["welch_ch0"]));
        compare(
            &mean_densities(&densities),
            &list(&psd["welch_mean_of_normalised"]),
        );
        for (density, channel) in densities
            .iter()
            .zip(file["expected"]["channels"].as_array().unwrap())
        {
            let expected = number(&channel["spectral_entropy"]["welch_nats"]);
            near(what, spectral_entropy(density), expected, 1e-9);
        }
    });
}

/// Sliding windows: the engine is reused, and each result depends on its window alone.
#[test]
fn metrics_of_sliding_windows() {
    each("stream_", |what, file| {
        let (window, hop) = (count(&file["window"]), count(&file["hop"]));
        let signal = channels(&file["signal"]);
        let mut engine = engine(window, count(&file["nperseg"]), number(&file["fs"]));
        let mut frames = FrameWindow::new(signal.len(), window);
        let expected = &file["expected"];
        let mut results = 0;
        for t in 0..count(&file["samples"]) {
            let frame: Vec<f64> = signal.iter().map(|channel| channel[t]).collect();
            frames.push(&frame).unwrap();
            if !frames.is_full() || (t + 1 - window) % hop != 0 {
                continue;
            }
            let start = (t + 1 - window) as f64;
            assert_eq!(number(&expected["window_start"][results]), start, "{what}");
            let keys = ["entropy_nats", "coherence", "resonance", "peak_hz_interp"];
            let entry: serde_json::Map<String, Value> = keys
                .iter()
                .map(|key| ((*key).to_owned(), expected[*key][results].clone()))
                .collect();
            let state = engine.analyze(&frames);
            check_headline(what, &state, &entry.into(), [1e-8, 1e-8], 1e-7);
            results += 1;
        }
        assert_eq!(results, expected["window_start"].as_array().unwrap().len());
    });
}

/// The signals that the cases describe in words.
fn edge_signal(id: &str) -> Vec<Vec<f64>> {
    // sin 2π5n/100 has period 20 and is made of these values, free of rounding in the argument.
    let sine: Vec<f64> = (0..512)
        .map(|n| phantomos::base::num::sin(std::f64::consts::TAU * 5.0 * f64::from(n) / 100.0))
        .collect();
    let map = |f: &dyn Fn(f64) -> f64| sine.iter().map(|x| f(*x)).collect::<Vec<f64>>();
    let pair = |f: &dyn Fn(f64) -> f64| vec![map(f); 2];
    let spoiled = |at: usize, value: f64| {
        let mut channels = pair(&|x| x);
        channels[0][at] = value;
        channels
    };
    match id {
        "zeros" => vec![vec![0.0; 512]; 4],
        "constant" => vec![vec![3.25; 512]; 4],
        "constant_rounding" => vec![vec![0.1; 512]; 4],
        "single_channel" => vec![sine],
        "one_dead_of_three" => vec![map(&|x| x), vec![0.0; 512], map(&|x| x)],
        "one_nan" => spoiled(100, f64::NAN),
        "one_inf" => spoiled(0, f64::INFINITY),
        "all_nan" => vec![vec![f64::NAN; 512]; 2],
        "huge" => pair(&|x| x * 1e300),
        "tiny" => pair(&|x| x * 1e-300),
        "offset" => pair(&|x| x + 1e9),
        other => panic!("no recipe for the edge case {other}"),
    }
}

#[test]
fn edge_cases() {
    each("edge_cases", |what, file| {
        let reference = &file["reference_pair_scale1"];
        for case in file["cases"].as_array().unwrap() {
            let id = case["id"].as_str().unwrap();
            let what = format!("{what}: {id}");
            let required = &case["required"];
            let signal = match &case["signal"] {
                Value::Null => edge_signal(id),
                given => channels(given),
            };
            let state = engine(512, 256, number(&file["fs"])).analyze_channels(&signal);
            let flags: Vec<String> = state.flags.iter().map(ToString::to_string).collect();
            let wanted = required["flags"].as_array().map_or(Vec::new(), |flags| {
                flags.iter().map(|flag| flag.as_str().unwrap()).collect()
            });
            assert_eq!(flags, wanted, "{what}");
            assert_eq!(state.valid, !id.starts_with("short_"), "{what}");
            let left = required["valid_channels"].as_u64();
            assert_eq!(
                state.is_measured(),
                state.valid && left != Some(0),
                "{what}"
            );
            for (key, found) in [
                ("entropy_nats", state.entropy_nats),
                ("entropy_norm", state.entropy_normalized),
                ("coherence", state.coherence),
                ("resonance", state.resonance),
            ] {
                if let Some(expected) = required[key].as_f64() {
                    near(&format!("{what}: {key}"), found, expected, 1e-9);
                }
            }
            if state.is_measured() {
                let tolerance = if id == "offset" { 1e-5 } else { 1e-9 };
                check_headline(&what, &state, reference, [tolerance; 2], tolerance);
            }
        }
    });
}

fn pid_spec(settings: &Value, base: &PidSpec) -> PidSpec {
    let mut spec = base.clone();
    for (key, value) in settings.as_object().unwrap() {
        let slot = match key.as_str() {
            "kp" => &mut spec.kp,
            "ki" => &mut spec.ki,
            "kd" => &mut spec.kd,
            "tf" => &mut spec.derivative_filter_s,
            "b" => &mut spec.setpoint_weight,
            "c" => &mut spec.derivative_weight,
            "lo" => spec.output_min.insert(0.0),
            "hi" => spec.output_max.insert(0.0),
            "rate" => spec.rate_per_s.insert(0.0),
            "aw" => {
                spec.anti_windup = match value.as_str().unwrap() {
                    "none" => AntiWindup::None,
                    "clamp" => AntiWindup::Clamping,
                    "back" => AntiWindup::BackCalculation {
                        tracking_s: settings.get("tt").map(number),
                    },
                    other => panic!("anti-windup {other}"),
                };
                continue;
            }
            "tt" => continue,
            other => panic!("unknown setting {other}"),
        };
        *slot = number(value);
    }
    let mut problems = phantomos::base::Problems::default();
    spec.validate(&mut problems, "law");
    assert!(problems.is_empty(), "{problems:?}");
    spec
}

/// Replays a recorded loop: the plant's output is that of the record, so that every sample of the
/// law stands for itself.
fn run_pid(what: &str, file: &Value) {
    let (ts, expected) = (number(&file["ts"]), &file["expected"]);
    let mut spec = pid_spec(&file["pid"], &PidSpec::default());
    let mut state = PidState::default();
    let (reference, missing) = (list(&file["reference"]), file.get("nan_measurement_at"));
    let [y, u, v, i] = ["y", "u", "v", "i_after"].map(|key| list(&expected[key]));
    for k in 0..count(&file["n"]) {
        let noise = file.get("measurement_noise").map_or(0.0, |e| number(&e[k]));
        let gap = missing.is_some_and(|at| at.as_array().unwrap().contains(&k.into()));
        let measured = if gap { f64::NAN } else { y[k] + noise };
        if let Some(settings) = file["retune_before_step"].get(k.to_string()) {
            let before = spec.clone();
            spec = pid_spec(settings, &before);
            spec.retune(&before, &mut state, reference[k], measured);
        }
        let manual = file
            .get("manual")
            .filter(|manual| (count(&manual["from"])..count(&manual["to"])).contains(&k));
        let near = |key: &str, found: f64, expected: f64| {
            let tolerance = 1e-12 * expected.abs().max(1.0);
            near(&format!("{what}: {key}[{k}]"), found, expected, tolerance);
        };
        let output = if let Some(manual) = manual {
            spec.track(&mut state, reference[k], measured, number(&manual["u"]), ts)
        } else {
            let step = spec.step(&mut state, reference[k], measured, ts);
            assert_eq!(step.held, gap, "{what}: held[{k}]");
            if !gap {
                near("v", step.unlimited, v[k]);
            }
            step.output
        };
        near("u", output, u[k]);
        near("i_after", state.integral, i[k]);
    }
}

#[test]
fn pid_in_recorded_loops() {
    each("pid_", run_pid);
}

#[test]
fn original_laws_and_their_bounded_form() {
    each("original_", |what, file| {
        let input = |key: &str| list(&file["inputs"][key]);
        let (coherence, entropy) = (input("coherence"), input("entropy"));
        let suggested = input("suggested_gain");
        let expected = |key: &str| list(&file["expected"][key]);
        let [u, gain, temperature, bounded] =
            ["u", "gain", "temperature", "gain_bounded"].map(expected);
        let start = number(&file["init"]["gain"]);
        let spec = AdaptiveSpec::default();
        let mut state = AdaptiveState {
            gain: start,
            temperature: number(&file["init"]["temperature"]),
        };
        let mut literal = start;
        for k in 0..u.len() {
            let same = |key: &str, found: f64, expected: f64| {
                let tolerance = 1e-12 * expected.abs();
                near(&format!("{what}: {key}[{k}]"), found, expected, tolerance);
            };
            same("u", original_gain(coherence[k]), u[k]);
            literal = unbounded_gain(literal, suggested[k]);
            if gain[k].is_nan() {
                assert_eq!(literal, f64::INFINITY, "{what}: gain[{k}]");
            } else {
                same("gain", literal, gain[k]);
            }
            assert!(!spec.step(&mut state, suggested[k], entropy[k]).held);
            same("temperature", state.temperature, temperature[k]);
            same("gain_bounded", state.gain, bounded[k]);
        }
    });
}

#[test]
fn gate_of_the_kernel() {
    each("kernel_gate", |what, file| {
        let limit = number(&file["limit"]);
        let expected = file["expected"].as_array().unwrap();
        for (value, expected) in list(&file["input"]).into_iter().zip(expected) {
            let (verb, rule) = (expected[0].as_str().unwrap(), expected[2].as_str());
            let name = |found: GateRule| assert_eq!(Some(&*found.to_string()), rule, "{what}");
            match gate(value, limit, OnExcess::Clamp) {
                GateVerdict::Pass(passed) => {
                    assert_eq!((verb, passed), ("pass", number(&expected[1])), "{what}");
                    assert_eq!(rule, None, "{what}");
                }
                GateVerdict::Clamped(passed, found) => {
                    assert_eq!((verb, passed), ("clamp", number(&expected[1])), "{what}");
                    name(found);
                }
                GateVerdict::Rejected(found) => {
                    assert_eq!(verb, "reject", "{what}");
                    name(found);
                }
            }
        }
    });
}
