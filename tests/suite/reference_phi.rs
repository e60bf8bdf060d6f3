//! Gaussian Φ against PhiToolbox: minimum partitions and complexes of exact covariances.

use nalgebra::DMatrix;
use serde_json::Value;

use phantomos::phi::complexes::hierarchy;
use phantomos::phi::multi_information::GaussianSystem;
use phantomos::phi::queyranne::minimum_partition;

use crate::fixtures::files;

fn cases() -> Vec<Value> {
    let mut all = Vec::new();
    for path in files("iit", "gauss_cases") {
        let text = std::fs::read_to_string(path).unwrap();
        all.extend(serde_json::from_str::<Vec<Value>>(&text).unwrap());
    }
    all
}

fn system(case: &Value) -> GaussianSystem {
    let n = case["n"].as_u64().unwrap() as usize;
    let matrix = DMatrix::from_fn(n, n, |i, j| case["Cov_X"][i][j].as_f64().unwrap());
    GaussianSystem::new(matrix).unwrap()
}

#[test]
fn minimum_partitions_are_those_of_the_reference() {
    let mut checked = 0;
    for case in cases() {
        let name = &case["id"];
        let entries = case["expected"]["mip"].as_array().unwrap();
        let wanted = entries
            .iter()
            .filter(|entry| entry["type"] == "MI1" && entry["normalization"] == 0);
        for entry in wanted {
            let system = system(&case);
            let found = minimum_partition(&system, u64::MAX).unwrap();
            let phi = entry["phi"].as_f64().unwrap();
            let tolerance = entry["tolerance"].as_f64().unwrap_or(1e-10).max(1e-10);
            let gap = (found.value - phi).abs();
            assert!(gap <= tolerance, "{name}: {} for {phi}", found.value);
            let groups = entry["Z"].as_array().unwrap();
            let side: Vec<usize> = (0..groups.len()).filter(|k| groups[*k] == 2).collect();
            let theirs = system.across(&side).unwrap();
            assert!(
                (theirs - found.value).abs() <= 1e-9,
                "{name}: another partition"
            );
            checked += 1;
        }
    }
    assert!(checked >= 4, "{checked}");
}

#[test]
fn main_complexes_are_those_of_the_reference() {
    let mut checked = 0;
    for case in cases() {
        let name = &case["id"];
        let entries = case["expected"]["complexes"].as_array().unwrap();
        let wanted = entries
            .iter()
            .filter(|entry| entry["type"] == "MI1" && entry["search"] == "Recursive");
        for entry in wanted {
            let found = hierarchy(&system(&case), u64::MAX).unwrap();
            assert!(found.complete);
            let mut ours: Vec<(Vec<u64>, f64)> = found
                .complexes
                .iter()
                .filter(|complex| complex.main && complex.value > 1e-9)
                .map(|c| (c.units.iter().map(|k| *k as u64 + 1).collect(), c.value))
                .collect();
            let empty = Vec::new();
            let units = entry["main_complexes"].as_array().unwrap_or(&empty);
            // A single value stands alone in these files, without a list around it.
            let values = match &entry["phi_main"] {
                Value::Array(list) => list.clone(),
                Value::Null => Vec::new(),
                value => vec![value.clone()],
            };
            let mut theirs: Vec<(Vec<u64>, f64)> = units
                .iter()
                .zip(&values)
                .map(|(units, value)| {
                    let list = units.as_array().unwrap();
                    let list = list.iter().map(|k| k.as_u64().unwrap()).collect();
                    (list, value.as_f64().unwrap())
                })
                .filter(|(_, value)| *value > 1e-9)
                .collect();
            ours.sort_by(|a, b| a.0.cmp(&b.0));
            theirs.sort_by(|a, b| a.0.cmp(&b.0));
            assert_eq!(ours.len(), theirs.len(), "{name}");
            for (own, their) in ours.iter().zip(&theirs) {
                assert_eq!(own.0, their.0, "{name}");
                assert!(
                    (own.1 - their.1).abs() <= 1e-10,
                    "{name}: {} for {}",
                    own.1,
                    their.1
                );
            }
            checked += 1;
        }
    }
    assert!(checked >= 3, "{checked}");
}
