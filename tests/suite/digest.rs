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
    ("chimera", "120", "1dc308e739d5c2bea7431280708bc4c5"),
    ("cluster", "120", "0000884a9019227a7e086dcc018a702b"),
    ("delayed", "120", "56ad73dc7fc366983405fd180c93240a"),
    ("exact", "120", "5608bbba36ca23e29beec19394616ea1"),
    ("faulty", "120", "e6a27e765af8371190f4ace6236dc160"),
    ("hello", "120", "dc9ffcc5afeb3c20e5e1e0a69b823a86"),
    ("lorentz", "120", "cc52ac58ce4353ae133e29532182b9c3"),
    ("maximise", "120", "56ff4aae9433a9e237d21078527c9702"),
    ("million", "2", "b177dcc5cd2a1024a8e61b16b816bafa"),
    ("modes", "120", "2d2017f4a252d80ce8da3006fd778645"),
    ("ott_antonsen", "120", "effd9fc8b915512e28cb03b89bd0cc56"),
    ("overload", "120", "e5ad737970df212ba520ab354326d961"),
    ("plastic", "120", "974c70cef051a2701e3db48802f0bb47"),
    ("replay", "120", "05cb5686c532c522af247b20a1cb651b"),
    ("trip", "120", "4fc4e1a5b0f36790f14b200c52ccd686"),
    ("van_der_pol", "120", "5c94537db2df8f2af748fadc981b4bb9"),
    ("wave", "120", "43fba6a2a414b012a0d148a48c5d7ffb"),
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
