//! Cases of the signal engine that say anything: each is answered or refused, none ends in a panic.

use phantomos::signal::answer::answer;
use serde_json::json;

use crate::fixtures::each_mutant;

#[test]
fn mutants_of_cases_are_answered_or_refused() {
    let series = |c: i32| (0..90).map(move |t| f64::from((t * t * (c + 3) * 7) % 31));
    let signal: Vec<Vec<f64>> = (0..3).map(|c| series(c).collect()).collect();
    let cases = [
        json!({"kind": "metrics", "fs": 100.0, "signal": signal,
               "settings": {"welch": {"nperseg": 32, "noverlap": 16}}}),
        json!({"kind": "stream", "fs": 100.0, "signal": signal, "window": 64, "hop": 8, "nperseg": 32}),
        json!({"kind": "dft", "fs": 100.0, "signal": signal,
               "expected": {"goertzel": {"values": {"20": [1]}},
                            "sliding_dft": {"window": 16, "every": 4, "bins": {"2": [1]}}}}),
        json!({"kind": "edge", "fs": 100.0, "nperseg": 32,
               "cases": [{"signal": signal}, {"signal": null}, {"signal": [[1.0, null, "inf"]]}]}),
        json!({"kind": "qcurve", "cases": [{"f0": 10.0, "Q": 5.0,
               "grid": {"start": 0.0, "stop": 22.0, "points": 101}}]}),
    ];
    let (mut answered, mut refused) = (0, 0);
    each_mutant(&cases, &[], 4000, |case| match answer(case) {
        Ok(found) => {
            answered += 1;
            assert!(!found.to_string().contains("NaN"), "{case}");
        }
        Err(error) => {
            refused += 1;
            assert!(error.to_string().contains("expected"), "{error}");
        }
    });
    assert!(answered > 500 && refused > 500, "{answered}, {refused}");
}
