//! Cases of the signal engine that say anything: each is answered or refused, none ends in a panic.

use phantomos::signal::answer::answer;
use serde_json::{Value, json};

/// Goes over all values of a document, the whole of it first.
fn each(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    change(value);
    match value {
        Value::Array(list) => list.iter_mut().for_each(|own| each(own, change)),
        Value::Object(own) => own.values_mut().for_each(|own| each(own, change)),
        _ => {}
    }
}

#[test]
fn mutants_of_cases_are_answered_or_refused() {
    let mut seed = 1u64;
    let mut draw = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
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
    let odd = json!([
        null,
        0,
        -1,
        1,
        3,
        7,
        0.5,
        1e308,
        -1e308,
        5e-324,
        1e300,
        1u64 << 60,
        "nan",
        "inf",
        true,
        [],
        {},
        [[]]
    ]);
    let odd = odd.as_array().unwrap();
    let (mut answered, mut refused) = (0, 0);
    for round in 0..4000 {
        let mut case = cases[round % cases.len()].clone();
        let mut count = 0;
        each(&mut case, &mut |_| count += 1);
        for _ in 0..=draw(3) {
            let (near, far) = (draw(count.min(40)), draw(count));
            let (at, with) = ([near, far][draw(2)], &odd[draw(odd.len())]);
            let mut place = 0;
            each(&mut case, &mut |own| {
                if place == at {
                    *own = with.clone();
                }
                place += 1;
            });
        }
        match answer(&case) {
            Ok(found) => {
                answered += 1;
                assert!(!found.to_string().contains("NaN"), "{case}");
            }
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("expected"), "{error}");
            }
        }
    }
    assert!(answered > 500 && refused > 500, "{answered}, {refused}");
}
