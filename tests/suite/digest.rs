//! One digest: for any number of nodes and threads, any placement, any migration.

use crate::fixtures::{root, run, scene};

const TICKS: &str = "150";

fn digest(name: &str, arguments: &[&str]) -> String {
    let mut all = vec!["--ticks", TICKS];
    all.extend(arguments);
    let (end, code, _out) = run(&scene(name), &all);
    assert_eq!(code, 0, "{end}");
    end["digest"].as_str().unwrap().to_owned()
}

#[test]
fn nodes_threads_placement_and_migration_do_not_change_it() {
    let expected = digest("hello", &["--nodes", "1"]);
    for nodes in ["1", "2", "4", "8"] {
        for threads in ["1", "2"] {
            let found = digest("hello", &["--nodes", nodes, "--threads", threads]);
            assert_eq!(found, expected, "{nodes} nodes, {threads} threads");
        }
    }
    let script = "scheduler.script=[(tick: 3, vertex: 0, to: 1), (tick: 3, vertex: 5, to: 3), \
                  (tick: 40, vertex: 5, to: 0), (tick: 41, vertex: 5, to: 2)]";
    for placement in ["Random", "RoundRobin", "Shares([3.0, 1.0])"] {
        let place = format!("cluster.placement={placement}");
        let found = digest("hello", &["--nodes", "4", "--set", &place, "--set", script]);
        assert_eq!(found, expected, "{placement}");
    }
    assert_ne!(digest("hello", &["--seed", "2"]), expected);
}

#[test]
fn a_driven_field_and_harmonic_resonators_keep_it_too() {
    let expected = digest("replay", &["--nodes", "1"]);
    let moved = "scheduler.script=[(tick: 60, vertex: 2, to: 3)]";
    let place = "cluster.placement=Random";
    let found = digest(
        "replay",
        &[
            "--nodes",
            "4",
            "--threads",
            "2",
            "--set",
            place,
            "--set",
            moved,
        ],
    );
    assert_eq!(found, expected);
}

#[test]
fn workers_beside_each_other_are_as_many_as_asked_for() {
    let (_, code, out) = run(
        &scene("cluster"),
        &[
            "--ticks",
            "30",
            "--threads",
            "2",
            "--set",
            "scheduler.policy=Off",
        ],
    );
    assert_eq!(code, 0);
    let manifest = std::fs::read_to_string(out.path().join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["threads"], 2);
    let (alone, _, _out) = run(
        &scene("cluster"),
        &["--ticks", "30", "--threads", "1", "--nodes", "2"],
    );
    assert_eq!(manifest["digest"], alone["digest"]);
    assert!(root().join("scenes").is_dir());
}
