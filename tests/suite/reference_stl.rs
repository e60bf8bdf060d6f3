//! Robustness held against values computed elsewhere (RTAMT and an independent evaluator), and the
//! indices that have to be invalid.

use phantomos::logic::answer::answer;
use phantomos::logic::{Formula, Monitor, Verdict, evaluate};
use serde_json::Value;

use crate::fixtures::each;

/// A number, also in its written forms; null, which stands for an invalid index, is NaN.
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

fn near(found: f64, expected: f64) -> bool {
    found == expected || (found - expected).abs() <= 1e-12 * expected.abs().max(1.0)
}

/// The text of each formula in place of its tree.
fn as_texts(case: &Value) -> Value {
    let mut own = case.clone();
    for case in own["cases"].as_array_mut().unwrap() {
        case.as_object_mut().unwrap().remove("ast");
    }
    own
}

/// The formula of a case, and its columns.
fn trace(file: &Value, case: &Value) -> (Formula, Vec<Vec<f64>>) {
    let formula = Formula::parse(case["formula"].as_str().unwrap(), None).unwrap();
    let column = |name: &String| list(&file["signals"][name]);
    let columns = formula.signals().iter().map(column).collect();
    (formula, columns)
}

/// Verdicts while the samples arrive, and how many of them came before the end.
fn arriving(formula: &Formula, columns: &[Vec<f64>]) -> Option<(Vec<Verdict>, usize)> {
    let mut monitor = Monitor::new(formula).ok()?;
    let mut told = Vec::new();
    for t in 0..columns[0].len() {
        let sample: Vec<f64> = columns.iter().map(|own| own[t]).collect();
        told.extend(monitor.push(&sample));
    }
    let before = told.len();
    told.extend(monitor.finish());
    Some((told, before))
}

#[test]
fn robustness_is_that_of_the_references() {
    each("stl_", |path, file| {
        if file["kind"] != "stl" {
            return;
        }
        let found = answer(file).unwrap();
        assert_eq!(answer(&as_texts(file)).unwrap(), found, "{path}");
        let cases = file["cases"].as_array().unwrap();
        for (k, case) in cases.iter().enumerate() {
            let found = list(&found["cases"][k]["robustness"]);
            let expected = list(&case["robustness"]);
            assert_eq!(found.len(), expected.len(), "{path}");
            for (t, (a, b)) in found.iter().zip(&expected).enumerate() {
                assert!(near(*a, *b), "{path} {} at {t}: {a} {b}", case["formula"]);
            }
            let verdict = case["verdict_at_0"].as_bool();
            let sign = expected.first().map(|own| own.partial_cmp(&0.0));
            assert_eq!(
                verdict.is_none(),
                sign == Some(Some(std::cmp::Ordering::Equal))
            );
        }
    });
}

#[test]
fn arriving_samples_give_the_references_bits_a_horizon_later() {
    each("stl_", |path, file| {
        for case in file["cases"].as_array().unwrap() {
            let (formula, columns) = trace(file, case);
            let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let whole = evaluate(&formula, &borrowed, columns[0].len());
            let Some((told, before)) = arriving(&formula, &columns) else {
                assert_eq!(formula.horizon(), None);
                continue;
            };
            if file["kind"] == "stl" {
                assert_eq!(
                    formula.horizon(),
                    case["horizon"].as_u64(),
                    "{path} {formula}"
                );
            }
            let samples = columns[0].len();
            let (wanted, late) = match formula.horizon() {
                Some(horizon) => (samples, samples.min(horizon as usize)),
                None => (1, 1),
            };
            assert_eq!(
                (told.len(), before),
                (wanted, wanted - late),
                "{path} {formula}"
            );
            for (t, own) in told.iter().enumerate() {
                let expected = whole.at(t).unwrap();
                assert_eq!(
                    own.robustness.to_bits(),
                    expected.robustness.to_bits(),
                    "{formula}"
                );
                assert_eq!(
                    (own.instant, own.valid),
                    (t as u64, expected.valid),
                    "{formula}"
                );
            }
        }
    });
}

#[test]
fn instants_that_depend_on_what_is_no_number_are_invalid_and_never_positive() {
    each("stl_nan", |path, file| {
        let found = answer(file).unwrap();
        for (k, case) in file["cases"].as_array().unwrap().iter().enumerate() {
            let invalid: Vec<usize> = case["required_invalid_windows"]
                .as_array()
                .unwrap()
                .iter()
                .map(|own| own.as_u64().unwrap() as usize)
                .collect();
            let (formula, columns) = trace(file, case);
            let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let whole = evaluate(&formula, &borrowed, columns[0].len());
            let nulls = found["cases"][k]["robustness"].as_array().unwrap();
            for (t, null) in nulls.iter().enumerate() {
                let is_invalid = invalid.contains(&t);
                assert_eq!(null.is_null(), is_invalid, "{path} {formula} at {t}");
                let own = whole.at(t).unwrap();
                assert_eq!(own.valid, !is_invalid, "{path} {formula} at {t}");
                if is_invalid {
                    assert_eq!(own.robustness, f64::NEG_INFINITY);
                    assert_eq!(own.decided(), Some(false));
                }
            }
        }
    });
}
