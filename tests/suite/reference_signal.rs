//! The signal engine held against values computed elsewhere (SciPy, NumPy, antropy), with the
//! tolerances that came with them: every number of every file, by the answer that
//! `phantom signal --json` prints.

use phantomos::base::num;
use phantomos::signal::answer::answer;
use serde_json::{Value, json};

use crate::fixtures::each;

/// How far a number may be off: what stands at a path, absolute or relative.
fn tolerance(path: &str, expected: f64, top: f64) -> f64 {
    let size = expected.abs();
    let ends = |name: &str| path.ends_with(name);
    if path.contains(".psd.welch") {
        1e-9 * top
    } else if ends("snr") {
        // Above this the floor is active, and the number follows rounding.
        if size < 1e9 { 1e-7 * size } else { 1e-6 * size }
    } else if ends("hz_interp") || path.contains("peak_hz") {
        1e-7 * size
    } else if ["crest", "resonance", "psd", "half_power_bw_hz", ".q"]
        .iter()
        .any(|own| ends(own))
    {
        1e-8 * size.max(1.0)
    } else if path.contains("entrop") || path.contains("nats") || path.contains("bits") {
        1e-9
    } else {
        1e-8
    }
}

/// Compares numbers, lists and objects; what is expected must be there, more may be.
fn compare(path: &str, found: &Value, expected: &Value) {
    match expected {
        Value::Object(own) => {
            for (key, value) in own {
                // How the numbers came about is told in words of one's own.
                if !["definition", "rule", "provenance", "formula"].contains(&key.as_str()) {
                    compare(&format!("{path}.{key}"), &found[key], value);
                }
            }
        }
        Value::Array(own) => {
            let other = found
                .as_array()
                .unwrap_or_else(|| panic!("{path}: {found}"));
            assert_eq!(other.len(), own.len(), "{path}");
            let top = own
                .iter()
                .filter_map(Value::as_f64)
                .fold(0.0f64, |t, x| t.max(x.abs()));
            for (k, (found, value)) in other.iter().zip(own).enumerate() {
                match value.as_f64() {
                    // The first 64 samples of the causal filter reach before the start.
                    Some(_) if path.ends_with("R_every_16") && k < 4 => {}
                    Some(x) => near(&format!("{path}[{k}]"), found, x, top),
                    None => compare(&format!("{path}[{k}]"), found, value),
                }
            }
        }
        Value::Number(x) => near(path, found, x.as_f64().unwrap(), 0.0),
        other => assert_eq!(found, other, "{path}"),
    }
}

fn near(path: &str, found: &Value, expected: f64, top: f64) {
    let value = found
        .as_f64()
        .unwrap_or_else(|| panic!("{path}: {found}, expected {expected}"));
    let mut off = (value - expected).abs();
    if path.contains("phase_at") {
        off = off.min((off - num::TAU).abs());
    }
    let allowed = tolerance(path, expected, top);
    assert!(
        off <= allowed,
        "{path}: found {value}, expected {expected}, off by {off:e}"
    );
}

#[test]
fn whole_windows() {
    each("metrics_", |what, file| {
        let mut expected = file["expected"].clone();
        let mut found = answer(file).unwrap();
        // Where a signal without noise has no power but rounding, its coherence is rounding, too.
        let power = expected["psd"]["welch_mean_of_normalised"].clone();
        let powers = power
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p.as_f64().unwrap());
        if let Some(shared) = expected["msc"]["ch0_ch1"].as_array_mut() {
            for (k, power) in powers.enumerate().filter(|(_, power)| *power < 1e-12) {
                shared[k] = json!(power);
                found["msc"]["ch0_ch1"][k] = json!(power);
            }
        }
        // Without order there is no mean phase but that of rounding.
        let order = expected["phase"]["order_parameter_R"].clone();
        for (at, phase) in expected["phase"]["mean_phase_at"].as_object_mut().unwrap() {
            if order[at.parse::<usize>().unwrap()].as_f64().unwrap() < 1e-6 {
                *phase = found["phase"]["mean_phase_at"][at].clone();
            }
        }
        compare(what, &found, &expected);
    });
}

#[test]
fn sliding_windows() {
    each("stream_", |what, file| {
        compare(what, &answer(file).unwrap(), &file["expected"]);
    });
}

#[test]
fn single_frequencies() {
    each("dft_", |what, file| {
        compare(what, &answer(file).unwrap(), &file["expected"]);
    });
}

#[test]
fn resonance_curves() {
    each("qcurves", |what, file| {
        let found = answer(file).unwrap();
        let cases = file["cases"].as_array().unwrap();
        assert_eq!(found["cases"].as_array().unwrap().len(), cases.len());
        for (own, case) in found["cases"].as_array().unwrap().iter().zip(cases) {
            for key in [
                "peak_hz_grid",
                "peak_hz_analytic",
                "half_power_bw_grid",
                "half_power_bw_analytic",
                "Q_from_bw",
            ] {
                match case[key].as_f64() {
                    Some(x) => {
                        let found = own[key].as_f64().unwrap();
                        // The widths that are called analytic there were found on a fine grid.
                        let rel = if key == "half_power_bw_analytic" {
                            1e-5
                        } else {
                            1e-9
                        };
                        assert!((found - x).abs() <= rel * x, "{what}: {key} {found}, {x}");
                    }
                    None => assert!(own[key].is_null(), "{what}: {key}"),
                }
            }
            compare(
                what,
                &own["ringdown"]["log_decrement"],
                &case["ringdown"]["log_decrement"],
            );
        }
    });
}

/// The signals that the cases describe in words; null stands for what is not finite, which JSON
/// cannot say.
fn edge_signal(id: &str) -> Value {
    let sine: Vec<f64> = (0..512)
        .map(|n| num::sin(num::TAU * 5.0 * f64::from(n) / 100.0))
        .collect();
    let map = |f: &dyn Fn(f64) -> f64| sine.iter().map(|x| f(*x)).collect::<Vec<f64>>();
    let pair = |f: &dyn Fn(f64) -> f64| json!([map(f), map(f)]);
    let spoiled = |at: usize, value: Value| {
        let mut channels = pair(&|x| x);
        channels[0][at] = value;
        channels
    };
    match id {
        "zeros" => json!(vec![vec![0.0; 512]; 4]),
        "constant" => json!(vec![vec![3.25; 512]; 4]),
        "constant_rounding" => json!(vec![vec![0.1; 512]; 4]),
        "single_channel" => json!([sine]),
        "one_dead_of_three" => json!([map(&|x| x), vec![0.0; 512], map(&|x| x)]),
        "one_nan" => spoiled(100, Value::Null),
        "one_inf" => spoiled(0, json!("inf")),
        "all_nan" => json!(vec![vec![Value::Null; 512]; 2]),
        "huge" => pair(&|x| x * 1e300),
        "tiny" => pair(&|x| x * 1e-300),
        "offset" => pair(&|x| x + 1e9),
        other => panic!("no recipe for the edge case {other}"),
    }
}

#[test]
fn edge_cases() {
    each("edge_cases", |what, file| {
        let mut whole = file.clone();
        for case in whole["cases"].as_array_mut().unwrap() {
            if case["signal"].is_null() {
                case["signal"] = edge_signal(case["id"].as_str().unwrap());
            }
        }
        let found = answer(&whole).unwrap();
        for (own, case) in found["cases"]
            .as_array()
            .unwrap()
            .iter()
            .zip(whole["cases"].as_array().unwrap())
        {
            let id = case["id"].as_str().unwrap();
            let what = format!("{what}: {id}");
            let required = &case["required"];
            if !required["flags"].is_null() {
                assert_eq!(own["flags"], required["flags"], "{what}");
            }
            if !required["valid_channels"].is_null() {
                assert_eq!(own["valid_channels"], required["valid_channels"], "{what}");
            }
            assert_eq!(
                own["entropy_nats"].is_null(),
                id.starts_with("short_"),
                "{what}"
            );
            let reference = match id {
                "zeros" | "constant" | "constant_rounding" | "all_nan" => required,
                _ if id.starts_with("short_") => continue,
                _ => &file["reference_pair_scale1"],
            };
            let allowed = if id == "offset" { 1e-5 } else { 1e-9 };
            for key in ["entropy_nats", "entropy_norm", "coherence", "resonance"] {
                let (value, expected) =
                    (own[key].as_f64().unwrap(), reference[key].as_f64().unwrap());
                let off = (value - expected).abs();
                assert!(
                    off <= allowed * expected.max(1.0),
                    "{what}: {key} {value}, {expected}"
                );
            }
        }
        // Without these, the cases that hold a signal are answered, in their order.
        let own = answer(file).unwrap();
        let held = file["cases"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|case| !case["signal"].is_null());
        assert_eq!(own["cases"].as_array().unwrap().len(), held.count());
    });
}

#[test]
fn what_is_no_case_is_refused_with_its_place() {
    let refused = |case: Value| answer(&case).unwrap_err().to_string();
    assert_eq!(
        refused(json!({"kind": "pid"})),
        "kind: found \"pid\", expected one of metrics, stream, dft, edge, qcurve"
    );
    assert_eq!(
        refused(json!({"signal": [[1.0, "x"]], "fs": 1.0})),
        "signal[0][1]: found \"x\", expected a number"
    );
    assert_eq!(
        refused(json!({"signal": [[1.0], [1.0, 2.0]], "fs": 1.0})),
        "signal[1]: found \"2 samples\", expected 1 as in the first channel"
    );
    assert_eq!(
        refused(json!({"signal": [vec![1.0; 300]], "fs": 0})),
        "fs: found 0, expected a number > 0 Hz"
    );
    assert!(refused(json!({"signal": [[1.0, 2.0]], "fs": 1.0})).contains("256"));
}
