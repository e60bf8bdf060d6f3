//! IIT 3.0 against PyPhi 1.2: systems, concepts, repertoires and major complexes.

use phantomos::phi::iit3::case::{CaseNetwork, answer};
use serde_json::Value;

use crate::fixtures::reference;

fn list<'a>(case: &'a Value, key: &str) -> &'a [Value] {
    case["expected"][key].as_array().map_or(&[], Vec::as_slice)
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().map(|x| x.as_f64().unwrap()).collect(),
        other => other.as_f64().into_iter().collect(),
    }
}

#[test]
fn every_network_is_that_of_the_reference() {
    let (mut systems, mut concepts, mut majors, mut purviews) = (0, 0, 0, 0);
    for case in reference("iit", "iit3_cases") {
        let network: CaseNetwork = serde_json::from_value(case.clone()).unwrap();
        let got = serde_json::to_value(answer(&network).unwrap()).unwrap();
        let tolerance = case["tolerance"].as_f64().unwrap();
        // The reference's solver rounds each distance by some 1e-6, and big phi is a sum of masses
        // times distances: its error grows with it.
        let close = |a: &Value, b: &Value| match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= tolerance * b.abs().max(1.0),
            (a, b) => a.is_none() && b.is_none(),
        };
        for want in list(&case, "systems") {
            let own = got["systems"].as_array().unwrap();
            let own = own.iter().find(|s| s["nodes"] == want["nodes"]).unwrap();
            let at = format!("{} {}", case["id"], want["nodes"]);
            assert_eq!(own["reachable"], want["reachable"], "{at}");
            let (own_phi, expected) = (&own["big_phi"], &want["big_phi"]);
            assert!(close(own_phi, expected), "{at} {own_phi} {expected}");
            let error = own_phi.as_f64().unwrap_or(0.0) - expected.as_f64().unwrap_or(0.0);
            if error.abs() > tolerance {
                println!("{at}: big phi {own_phi} for {expected}, beyond {tolerance}");
            }
            systems += 1;
            let Some(expected) = want["concepts"].as_array() else {
                continue;
            };
            let mine = own["concepts"].as_array().unwrap();
            assert_eq!(mine.len(), expected.len(), "{at}");
            assert!(close(&own["sum_small_phi"], &want["sum_small_phi"]), "{at}");
            if own["mip"] != want["mip"] {
                println!("{at}: cut {} for {}", own["mip"], want["mip"]);
            }
            for concept in expected {
                let same = |c: &&Value| c["mechanism"] == concept["mechanism"];
                let own = mine.iter().find(same).unwrap();
                assert!(close(&own["phi"], &concept["phi"]), "{at} {own} {concept}");
                for side in ["cause", "effect"] {
                    let (a, b) = (&own[side], &concept[side]);
                    assert!(close(&a["phi"], &b["phi"]), "{at} {side} {a} {b}");
                    if a["purview"] != b["purview"] {
                        purviews += 1;
                        continue;
                    }
                    let (p, q) = (numbers(&a["repertoire"]), numbers(&b["repertoire"]));
                    assert_eq!(p.len(), q.len());
                    for (x, y) in p.iter().zip(&q) {
                        assert!((x - y).abs() < 1e-9, "{at} {side} {a} {b}");
                    }
                }
                concepts += 1;
            }
        }
        let (own, want) = (&got["major_complex"], &case["expected"]["major_complex"]);
        if !want.is_null() {
            assert_eq!(own["nodes"], want["nodes"], "{}", case["id"]);
            let (own_phi, expected) = (&own["big_phi"], &want["big_phi"]);
            assert!(close(own_phi, expected), "{} {own_phi}", case["id"]);
        } else {
            assert!(own.is_null(), "{}", case["id"]);
        }
        majors += 1;
    }
    println!(
        "{systems} systems, {concepts} concepts, {majors} networks; {purviews} other purviews"
    );
    assert!(systems >= 300 && concepts >= 200 && majors >= 40);
}
