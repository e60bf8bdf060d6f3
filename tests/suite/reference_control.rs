//! Control laws, safety filters and the gate held against values computed elsewhere
//! (python-control, SciPy), with the tolerances that came with them: every number of every file, by
//! the answers that `phantom control` prints.

use phantomos::control::answer::answer as control;
use phantomos::safety::answer::answer as safety;
use serde_json::{Value, json};

use crate::fixtures::each;

/// Holds what was found against what was expected, by a tolerance for each place and value.
fn hold(path: &str, found: &Value, expected: &Value, allowed: &dyn Fn(&str, f64) -> f64) -> usize {
    match expected {
        Value::Object(own) => {
            // Words on the numbers are no numbers.
            let told = own.iter().filter(|(key, _)| *key != "averaging_note");
            told.map(|(key, own)| hold(&format!("{path}.{key}"), &found[key], own, allowed))
                .sum()
        }
        Value::Array(own) => {
            let there = found.as_array().map(Vec::len);
            assert_eq!(there, Some(own.len()), "{path}");
            let each = own.iter().enumerate();
            each.map(|(k, own)| hold(&format!("{path}[{k}]"), &found[k], own, allowed))
                .sum()
        }
        Value::Number(own) => {
            let (own, there) = (own.as_f64().unwrap(), found.as_f64());
            let there = there.unwrap_or_else(|| panic!("{path}: found {found}, expected {own}"));
            let (off, most) = ((there - own).abs(), allowed(path, own));
            assert!(
                off <= most,
                "{path}: found {there}, expected {own}, off by {off:e}"
            );
            1
        }
        // What is not finite is null on both sides.
        other => {
            assert_eq!(found, other, "{path}");
            1
        }
    }
}

/// Holds every file of a kind, of which there are at least `least` numbers.
fn hold_all(prefix: &str, least: usize, allowed: &dyn Fn(&Value, &str, f64) -> f64) {
    each(prefix, |what, file| {
        let answer = match file["kind"].as_str().unwrap() {
            "kernel_gate" | "alarm" | "cbf" | "simplex" => safety,
            _ => control,
        };
        // The answer is made of the case alone.
        let mut case = file.clone();
        case.as_object_mut().unwrap().remove("expected");
        let found = answer(&case).unwrap_or_else(|error| panic!("{what}: {error}"));
        let own = |path: &str, value: f64| allowed(file, path, value);
        let count = hold(what, &found, &file["expected"], &own);
        assert!(count >= least, "{what}: {count} numbers");
    });
}

fn relative(share: f64) -> impl Fn(&Value, &str, f64) -> f64 {
    move |_, _, value| share * value.abs().max(1.0)
}

#[test]
fn loops_under_a_pid_law() {
    hold_all("pid_", 800, &relative(1e-9));
}

#[test]
fn original_laws_and_their_bounded_form() {
    hold_all("original_", 200, &|_, _, value| 1e-12 * value.abs());
}

#[test]
fn extremum_seeking() {
    hold_all("es_", 600, &|_, _, _| 1e-9);
    // An optimum that is found is one of the function itself.
    each("es_", |what, file| {
        let found = control(file).unwrap();
        let off = found["abs_error"].as_f64().unwrap();
        assert!(off < 0.05, "{what}: {off}");
    });
}

#[test]
fn adaptive_control_by_a_model() {
    hold_all("mrac_", 3200, &|_, _, _| 1e-9);
}

#[test]
fn relays_and_ultimate_points() {
    hold_all("relay_", 20, &|file, path, value| {
        if path.contains("exact") && !path.contains("ratio") {
            1e-9 * value.abs()
        } else if path.ends_with("relay_period_sim") {
            file["ts"].as_f64().unwrap()
        } else {
            1e-3 * value.abs()
        }
    });
    // The experiment in the loop is nearer to the exact point than what it measures directly, and
    // says how near.
    each("relay_", |what, file| {
        let found = control(file).unwrap();
        let own = &found["auto_tuner"];
        let number = |value: &Value| value.as_f64().unwrap();
        let off = (number(&own["ku"]) / number(&found["ku_exact"]) - 1.0).abs();
        assert!(off < 0.002, "{what}: {own}");
        assert!(off <= number(&own["relative_error"]), "{what}: {own}");
        for key in ["ku_describing_function", "ku_fourier"] {
            let other = number(&found[key]) / number(&found["ku_exact"]) - 1.0;
            assert!(off < other.abs(), "{what}: {key}");
        }
    });
}

#[test]
fn the_gate_of_the_kernel() {
    hold_all("kernel_gate", 14, &|_, _, _| 0.0);
}

#[test]
fn alarms() {
    hold_all("alarm_", 160, &|_, _, _| 0.0);
}

#[test]
fn the_simplex_switch() {
    hold_all("simplex_", 3000, &|_, _, _| 1e-9);
    each("simplex_", |what, file| {
        let found = safety(file).unwrap();
        let limit = file["params"]["xmax"].as_f64().unwrap();
        assert!(found["max_x"].as_f64().unwrap() <= limit, "{what}");
    });
}

#[test]
fn barriers() {
    each("cbf_", |what, file| {
        let found = safety(file).unwrap();
        let expected: Vec<Value> = file["cases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|own| json!({"u": own["u"], "active": own["active"]}))
            .collect();
        let count = hold(what, &found, &json!({"cases": expected}), &|_, _| 1e-10);
        assert!(count >= 40);
    });
}
