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

/// The digest of every shipped scene after some ticks, on the instruction set that all machines have.
/// They change only when what a run is changes; the commit that makes them anew says why. `host` is not
/// among them: what it reads is of the present.
const PINNED: [(&str, &str, &str); 17] = [
    ("chimera", "120", "f4dd5c863acbc2a77d73afc186979a22"),
    ("cluster", "120", "4c2c653dc30af6974914b7614db75ad5"),
    ("delayed", "120", "b1042a7d6a4b50b975924304c2e96eb7"),
    ("exact", "120", "f7e5171e33c7077fd142d0ac7e7ec848"),
    ("faulty", "120", "9c7a4ad88cd26b3865cbeae46dfd383f"),
    ("hello", "120", "d47ca5623c1e304d22f0f52ae3214ed0"),
    ("lorentz", "120", "275052e0307f5e2163b47e5d4cf5e51d"),
    ("maximise", "120", "fcd16a2985b5c16924925090933dc05f"),
    ("million", "2", "eb97f88f529c8e95003cebc1330f572d"),
    ("modes", "120", "9b3bf35aa2eeb576603e3cadd5df7a79"),
    ("ott_antonsen", "120", "c4145231684539cfeb22c388baa4c892"),
    ("overload", "120", "fa23d40507ef9d688c4326024dc75a20"),
    ("plastic", "120", "4243a1ffa6fc0b221e72a4bcc4a8bf75"),
    ("replay", "120", "9c3cb6a682df5f4f9f4978aeaf54ea06"),
    ("trip", "120", "2ff508da12aeac0f970c89e636db845a"),
    ("van_der_pol", "120", "2d7d0c9eaf748532457818dce7427f0c"),
    ("wave", "120", "13f53ddd3d40803ae4e2043f50729849"),
];

#[test]
fn every_scene_keeps_its_pinned_digest() {
    let directory = scene("hello").parent().unwrap().to_owned();
    let shipped = std::fs::read_dir(directory).unwrap();
    let paths = shipped.map(|entry| entry.unwrap().path());
    let scenes = paths.filter(|path| path.extension().is_some_and(|own| own == "ron"));
    assert_eq!(scenes.count(), PINNED.len() + 1, "a scene is not pinned");
    let found = PINNED.map(|(name, ticks, _)| {
        let (end, ..) = run(&scene(name), &["--isa", "baseline", "--ticks", ticks]);
        (name, ticks, end["digest"].as_str().unwrap().to_owned())
    });
    let pinned = PINNED.map(|(name, ticks, digest)| (name, ticks, digest.to_owned()));
    assert_eq!(found, pinned);
}
