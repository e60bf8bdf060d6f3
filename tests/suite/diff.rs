//! `phantom diff`: where two runs part.

use std::fs;
use std::path::Path;

use crate::fixtures::{command, document, run, scene};

/// Runs a scene with inputs of its own.
fn with_inputs(name: &str, lines: &str, arguments: &[&str]) -> tempfile::TempDir {
    let (_, code, log) = run(&scene(name), &["--ticks", "5"]);
    assert_eq!(code, 0);
    fs::write(log.path().join("inputs.jsonl"), lines).unwrap();
    let replay = log.path().display().to_string();
    let (_, code, out) = run(&scene(name), &[arguments, &["--replay", &replay]].concat());
    assert_eq!(code, 0);
    out
}

fn shown(folder: &Path) -> String {
    folder.display().to_string()
}

#[test]
fn a_state_that_was_changed_by_a_bit_is_found_at_its_tick() {
    let set = ["--ticks", "60"];
    let one = with_inputs("hello", "", &set);
    let kick = "{\"tick\":37,\"kick\":{\"vertex\":5,\"first\":1e-15,\"second\":0.0}}\n";
    let other = with_inputs("hello", kick, &set);
    let (a, b) = (shown(one.path()), shown(other.path()));
    let found = document("diff", 6, &[&a, &b]);
    assert_eq!(found["identical"], false);
    let state = &found["runs"]["state"];
    assert_eq!(
        (&state["tick"], &state["completed"]),
        (&37.into(), &38.into()),
        "{state}"
    );
    let largest = &state["largest"][0];
    assert_eq!(largest["what"], "vertex v5 of \"ring\"");
    let theta = &largest["components"][0];
    assert_eq!(theta["component"], "theta");
    let apart = theta["a"].as_f64().unwrap() - theta["b"].as_f64().unwrap();
    assert!(apart != 0.0 && apart.abs() < 1e-14, "{theta}");
    assert_eq!(found["inputs"]["first_different"]["b"]["tick"], 37);
    assert_eq!(found["scene"], serde_json::json!([]));
    let (code, said, _) = command("diff", &[&a, &b]);
    assert_eq!(code, 6);
    for part in [
        "scene: the same",
        "inputs: 0 in A and 1 in B",
        "tick 37: vertex v5 kicked by",
        "state: identical through tick 36, differs after tick 37",
        "the inputs part in this tick, 37",
        "vertex v5 of \"ring\" on node0",
        "theta  A ",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let (code, said, _) = command("diff", &[&a, &a]);
    assert!(
        code == 0 && said.contains("identical in all 60 ticks"),
        "{said}"
    );
}

#[test]
fn a_parameter_that_was_changed_is_told_by_its_path() {
    let (_, code, one) = run(&scene("hello"), &["--ticks", "40"]);
    assert_eq!(code, 0);
    let set = ["--ticks", "40", "--set", "populations[0].noise=0.06"];
    let (_, code, other) = run(&scene("hello"), &set);
    assert_eq!(code, 0);
    let found = document("diff", 6, &[&shown(one.path()), &shown(other.path())]);
    let scene = &found["scene"];
    assert_eq!(scene.as_array().map(Vec::len), Some(1), "{scene}");
    assert_eq!(scene[0]["path"], "populations[\"ring\"].noise");
    assert_eq!(
        (&scene[0]["a"], &scene[0]["b"]),
        (&"0.05".into(), &"0.06".into())
    );
    let runs = &found["runs"];
    let first = match &runs["motion"] {
        serde_json::Value::Null => &runs["state"],
        motion => motion,
    };
    assert_eq!(first["tick"], 0, "{runs}");
    assert!(first["vertices_different"].as_u64() > Some(20), "{first}");
}

#[test]
fn another_placement_is_no_other_state() {
    let run = |nodes| {
        let (_, _, out) = run(&scene("overload"), &["--ticks", "40", "--nodes", nodes]);
        out
    };
    let (one, other) = (run("2"), run("3"));
    let (code, said, told) = command("diff", &[&shown(one.path()), &shown(other.path())]);
    assert_eq!(code, 0, "{said}{told}");
    assert!(
        said.contains("nodes: A 2, B 3") && said.contains("cluster.nodes"),
        "{said}"
    );
    let words = "state: identical in all 40 ticks; placed on 2 and 3 nodes";
    assert!(said.contains(words), "{said}");
}

#[test]
fn runs_of_different_size_and_length_are_compared_as_far_as_they_go() {
    let (_, _, one) = run(&scene("hello"), &["--ticks", "20"]);
    let (_, _, longer) = run(&scene("hello"), &["--ticks", "30"]);
    let (code, said, _) = command("diff", &[&shown(one.path()), &shown(longer.path())]);
    assert_eq!(code, 6);
    assert!(said.contains("state: identical in all 20 ticks"), "{said}");
    assert!(
        said.contains("ends: A after 20 ticks, B after 30"),
        "{said}"
    );
    let set = ["--ticks", "20", "--set", "populations[0].count=30"];
    let (_, _, larger) = run(&scene("hello"), &set);
    let (code, said, _) = command("diff", &[&shown(one.path()), &shown(larger.path())]);
    assert_eq!(code, 6);
    assert!(said.contains("vertices (24 in A, 30 in B)"), "{said}");
    assert!(said.contains("differs from the start"), "{said}");
}

#[test]
fn a_folder_that_is_torn_is_refused() {
    let (_, _, one) = run(&scene("hello"), &["--ticks", "20"]);
    let (_, _, torn) = run(&scene("hello"), &["--ticks", "20"]);
    fs::write(torn.path().join("metrics.csv"), "tick\n").unwrap();
    let (code, said, told) = command("diff", &[&shown(one.path()), &shown(torn.path())]);
    assert!(
        code == 6 && said.is_empty() && told.contains("metrics.csv"),
        "{told}"
    );
    let nowhere = torn.path().join("nowhere");
    assert_eq!(
        command("diff", &[&shown(one.path()), &shown(&nowhere)]).0,
        7
    );
}
