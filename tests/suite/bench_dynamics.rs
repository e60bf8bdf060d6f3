//! `phantom bench dynamics` against the checksums of independent C++ and numba programs.

use phantomos::graph::pg1::{Pg1, Topology};
use serde_json::Value;

use crate::fixtures::phantom;

/// After 100 steps on rand16 with 10,000 vertices and seed 42.
const CHECKSUMS: [(&str, [(&str, f64); 2]); 4] = [
    (
        "K1",
        [
            ("r", 0.014_797_911_147_836_7),
            ("mean_theta", 3.132_773_580_272_077),
        ],
    ),
    (
        "K2",
        [
            ("r", 0.024_932_292_909_296_7),
            ("mean_theta", 3.132_773_580_272_091),
        ],
    ),
    (
        "K3",
        [
            ("mean_x2", 0.172_208_860_278_255),
            ("mean_v2", 0.615_634_874_533_582),
        ],
    ),
    (
        "K4",
        [
            ("mean_z2", 0.297_084_775_158_208),
            ("mean_re", -0.007_441_062_702_410),
        ],
    ),
];

fn bench(arguments: &[&str]) -> Value {
    let output = phantom(&[&["bench", "dynamics", "--json"], arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn checksums_are_those_of_other_programs() {
    for (case, sums) in CHECKSUMS {
        for way in [
            &["--bare"][..],
            &["--bare", "--isa", "baseline", "--threads", "2"],
            &[],
        ] {
            let common = ["--case", case, "--n", "10000", "--steps", "100"];
            let found = bench(&[&common, way].concat());
            for (name, expected) in sums {
                let value = found["checksums"][name].as_f64().unwrap();
                let error = (value - expected).abs();
                assert!(
                    error < 1e-11 * expected.abs().max(0.1),
                    "{case} {name} {way:?}: {value}"
                );
            }
            assert!(found["oscillator_updates_per_s"].as_f64().unwrap() > 0.0);
        }
    }
}

#[test]
fn a_graph_file_is_the_generated_graph() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ring.pgr");
    let graph = Pg1::generate(Topology::Ring16Shuffled, 2_000, 7).unwrap();
    std::fs::write(&path, graph.to_bytes()).unwrap();
    assert_eq!(Pg1::read(&graph.to_bytes()), Ok(graph));
    let common = ["--case", "K4", "--steps", "20"];
    let path = path.to_str().unwrap();
    let read = bench(&[&common[..], &["--graph", path, "--order", "rcm"]].concat());
    let shape = [
        "--n",
        "2000",
        "--seed",
        "7",
        "--topology",
        "ring16s",
        "--bare",
    ];
    let made = bench(&[&common[..], &shape].concat());
    for name in ["mean_z2", "mean_re"] {
        let of = |document: &Value| document["checksums"][name].as_f64().unwrap();
        assert!((of(&read) - of(&made)).abs() < 1e-12, "{name}");
    }
}

#[test]
fn what_cannot_be_measured_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.pgr");
    std::fs::write(&path, b"PGR2....").unwrap();
    let cases: [(&[&str], &str); 4] = [
        (&["--n", "1"], "expected 2 …"),
        (
            &["--graph", path.to_str().unwrap()],
            "expected the bytes of \"PGR1\"",
        ),
        (&["--n", "100", "--steps", "1"], "expected at least 2"),
        (
            &["--n", "100", "--steps", "7", "--steps-per-tick", "2"],
            "expected a multiple",
        ),
    ];
    for (arguments, expected) in cases {
        let all = [&["bench", "dynamics", "--case", "K1"], arguments].concat();
        let output = phantom(&all);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && said.contains(expected),
            "{said}"
        );
    }
}
