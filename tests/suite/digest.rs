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
    ("autotune", "120", "3af4658e07c910215107b9e49b43f192"),
    ("barrier", "120", "f1a652fe47f72c98dd791804ed3e5d2f"),
    ("chimera", "120", "e5f5a8f2632c9220b7bc3fe8d59a17e1"),
    ("cluster", "120", "0badb0c5b6316707340fa120596bfd40"),
    ("delayed", "120", "b6c4d9b8103e92afa113956d4be2d0e9"),
    ("exact", "120", "311d838ad5ea53f99e60aa89800e31f7"),
    ("failover", "120", "7f8e6f568b9a83e6a24e59d8cd4b62f9"),
    ("faulty", "120", "588fb324a07c62fc8e6ea3550d67a7b5"),
    ("hello", "120", "b428705f8c828a5ce7a4a42645dc56ef"),
    ("lorentz", "120", "4a14d165ba7bea9142b0eaee3bf5e4bc"),
    ("maximise", "120", "3ed03e4c6d465392035b51658dc67bf4"),
    ("million", "2", "8067f5026dea98206bb10c530bab2012"),
    ("modes", "120", "8ef0488fcf657b1b47e9348a154535ae"),
    ("mrac", "120", "ea18a0a2d596d93167121608285f9a4f"),
    ("ott_antonsen", "120", "9bd43da72ca869b52063586e7332ceac"),
    ("overload", "120", "6363bf69e271db8fff16a5899590e5d9"),
    ("plastic", "120", "760c4c172b50e5dcb0e98b5d88cf16be"),
    ("replay", "120", "f59e91f3aaeb4f30966c263755c2099f"),
    ("seek", "120", "c0aca8e5c36e8ab9526dccee0a96f6cc"),
    ("trip", "120", "dea84e2b03490eee8f45535014221c9a"),
    ("van_der_pol", "120", "d81dddcdbd27cc127c1737d31f61eb36"),
    ("wave", "120", "1040b20e54a1a96bf6bb979042f6c3ad"),
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
