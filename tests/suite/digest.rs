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
const PINNED: [(&str, &str, &str); 22] = [
    ("autotune", "120", "c0975fe7aa75f3e90368de46830203b4"),
    ("barrier", "120", "7b5e1552064a182298dc4dcafbc8b51d"),
    ("chimera", "120", "5dd9fcc74cde06fb72f01854a3d5b75a"),
    ("cluster", "120", "4d127a8b2e1a5ea2cf5405d4240a55ec"),
    ("delayed", "120", "e67b4a4f7fc81b3600bc1fe0cc86a8ad"),
    ("exact", "120", "51f4182b04bdae77773167de2ed8d3bf"),
    ("failover", "120", "930d689bd6c0b3e95ff573904bd96398"),
    ("faulty", "120", "3bb409b21f446bd4f9ef94307f59f105"),
    ("hello", "120", "7bee3de387d02fd290fd60897d953f2e"),
    ("lorentz", "120", "dab6431cd223d89644b166a578eedb5b"),
    ("maximise", "120", "b872f74e11ae3a41c7a3dd259a93c034"),
    ("million", "2", "d68a65a5af2275a9403627e6b537a6bf"),
    ("modes", "120", "578f681d976a4acc4f67c2c8bef005e1"),
    ("mrac", "120", "639abf484c6a7d6d7ea43aef957faa0a"),
    ("ott_antonsen", "120", "1adbebd70e651679535af89b4be38b1c"),
    ("overload", "120", "de47340728627c27e3a2761962b6bdfb"),
    ("plastic", "120", "0d3955455c444e409868280bb00fbcd8"),
    ("replay", "120", "7233c1364935870ba032e1db6b9d39fd"),
    ("seek", "120", "4a1e76ac4d8a86119dff8718abc8ab5a"),
    ("trip", "120", "3e80f2b380243d54f03f77624c5c954f"),
    ("van_der_pol", "120", "0b790729948f77bd4d730be9954024c2"),
    ("wave", "120", "38ccbddf1cbdd965ba074e93b81a2a82"),
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
