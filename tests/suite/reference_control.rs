//! Control laws and the gate held against values computed elsewhere (python-control), with the
//! tolerances that came with them.

use phantomos::control::original::{original_gain, unbounded_gain};
use phantomos::control::{AdaptiveSpec, AdaptiveState, AntiWindup, PidSpec, PidState};
use phantomos::safety::gate::GateRule;
use phantomos::safety::{GateVerdict, OnExcess, gate};
use serde_json::Value;

use crate::fixtures::each;

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
