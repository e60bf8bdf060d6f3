//! Scenes of version 1: they are rewritten, run as before, and are told by their paths what is wrong.

use phantomos::dynamics::own_model::{Moment, OwnModel};
use phantomos::kernel::Simulation;
use phantomos::scenario::{LoadedScene, Parts, migrate};
use proptest::prelude::*;
use std::path::Path;

use super::plant_steps::{build_of, run_of};
use crate::fixtures::{phantom, root, run as run_program};

const OLD: &str = r#"( // version: 2
    version: 1, name: "version 1, (",
    populations: [
        (name: "a", model: Own(name: "Own(", x: Constant(1.0))), (name: "b", model: Kuramoto()),
    ],
    schedule: [
        Ramp(path: "p", from: 0.0, to: 1.0, start_s: 0.0, end_s: 1.0),
        // Set(at_s: 3.0)
        Set(path: "x)]", value: 1.0, at_s: 5.0), // behind
        Kick(vertex: 3, at_s: /* soon */ 2.0, first: 0.5,),
        Edge(
            source: 0, target: 1,
            at_s: 7.0, // it fails
            weight: 0.0,
        ),
        Edge(
            source: 0, target: 1, weight: 1.0,
            at_s: 8.0
        ),
    ],
)"#;

const NEW: &str = r#"( // version: 2
    version: 2, name: "version 1, (",
    populations: [
        (name: "a", model: Custom(name: "Own(", x: Constant(1.0))), (name: "b", model: Kuramoto()),
    ],
    schedule: [
        Ramp(path: "p", from: 0.0, to: 1.0, start_s: 0.0, end_s: 1.0),
        // Set(at_s: 3.0)
        At(at_s: 5.0, then: [Set(path: "x)]", value: 1.0)]), // behind
        At(at_s: /* soon */ 2.0, then: [Kick(vertex: 3, first: 0.5,)]),
        At(at_s: 7.0, then: [Edge(
            source: 0, target: 1,
            // it fails
            weight: 0.0,
        )]),
        At(at_s: 8.0, then: [Edge(
            source: 0, target: 1, weight: 1.0,
        )]),
    ],
)"#;

/// A damped spring.
struct Spring;

impl OwnModel for Spring {
    fn name(&self) -> &'static str {
        "version_spring"
    }

    fn parameters(&self) -> &'static [(&'static str, f64)] {
        &[("omega", 1.0)]
    }

    fn slope(&self, at: &Moment) -> [f64; 2] {
        let ([x, v], omega) = (at.state, at.parameters[0]);
        [v, at.pull - omega * omega * x - 0.1 * v]
    }
}

/// A program that knows the model.
fn parts() -> Parts {
    Parts::default().model(Spring)
}

fn build(text: &str, sets: &[(&str, &str)]) -> Result<Simulation, String> {
    build_of(&parts(), text, sets)
}

fn run(text: &str, sets: &[(&str, &str)], ticks: u64) -> Simulation {
    run_of(&parts(), text, sets, ticks)
}

/// A scene of this version, model and schedule.
fn scene(version: u32, model: &str, schedule: &str) -> String {
    format!(
        r#"(version: {version}, name: "springs", seed: 5, clock: (dt_s: 0.02), ticks: 80,
    graph: (kind: Ring(neighbors: 1)),
    populations: [(name: "springs", count: 6, coupling: 0.4,
        model: {model}(name: "version_spring", parameters: {{"omega": Constant(2.0)}}))],
    schedule: [{schedule}])"#
    )
}

const RAMP: &str =
    r#"Ramp(path: "populations[0].coupling", from: 0.4, to: 0.9, start_s: 0.1, end_s: 0.6)"#;

/// All that a schedule could hold in version 1. What is due at 0.4 s and at 0.8 s acts on the same
/// values, so that order counts.
fn old() -> String {
    let entries = [
        RAMP,
        r#"Set(path: "populations[0].coupling", value: 0.2, at_s: 0.8)"#,
        r#"Set(path: "populations[0].coupling", value: 0.3, at_s: 0.8)"#,
        "Kick(vertex: 2, first: 0.5, second: -0.1, at_s: 0.4)",
        "Edge(at_s: 0.4, source: 2, target: 3, weight: 0.0)",
    ];
    scene(1, "Own", &entries.join(", "))
}

fn new() -> String {
    let entries = [
        RAMP,
        r#"At(at_s: 0.8, then: [Set(path: "populations[0].coupling", value: 0.2)])"#,
        r#"At(at_s: 0.8, then: [Set(path: "populations[0].coupling", value: 0.3)])"#,
        "At(at_s: 0.4, then: [Kick(vertex: 2, first: 0.5, second: -0.1)])",
        "At(at_s: 0.4, then: [Edge(source: 2, target: 3, weight: 0.0)])",
    ];
    scene(2, "Custom", &entries.join(", "))
}

fn open(text: &str, sets: &[(&str, &str)]) -> LoadedScene {
    let sets: Vec<(String, String)> = sets
        .iter()
        .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
        .collect();
    parts().parse(text, "x.ron", Path::new("."), &sets).unwrap()
}

#[test]
fn a_scene_of_version_one_runs_as_its_new_form_does() {
    let (old, new) = (old(), new());
    let (first, second) = (open(&old, &[]), open(&new, &[]));
    assert_eq!(first.text, new);
    assert_eq!(first.scene, second.scene);
    assert_eq!(first.notes.len(), 6);
    assert!(second.notes.is_empty());
    let digest = |text: &str| run(text, &[], 80).digest();
    assert_eq!(digest(&old), digest(&new));
    let joined = [
        RAMP,
        r#"At(at_s: 0.8, then: [Set(path: "populations[0].coupling", value: 0.2),
            Set(path: "populations[0].coupling", value: 0.3)])"#,
        "At(at_s: 0.4, then: [Kick(vertex: 2, first: 0.5, second: -0.1),
            Edge(source: 2, target: 3, weight: 0.0)])",
    ];
    let joined = joined.join(", ");
    let joined = scene(2, "Custom", &joined);
    assert_eq!(digest(&joined), digest(&new));
    assert_ne!(digest(&scene(2, "Custom", RAMP)), digest(&new));
    let other = new.replace("value: 0.3", "value: 0.2");
    assert_ne!(digest(&other), digest(&new));
}

#[test]
fn overrides_of_an_old_scene_mean_its_own_paths() {
    let (value, model) = ("0.25", "Own(name: \"version_spring\")");
    let old = open(
        &old(),
        &[
            ("schedule[1].value", value),
            ("schedule[4].at_s", "0.5"),
            ("populations[0].model", model),
        ],
    );
    let new = open(
        &new(),
        &[
            ("schedule[1].then[0].value", value),
            ("schedule[4].at_s", "0.5"),
            ("populations[0].model", &model.replace("Own", "Custom")),
        ],
    );
    assert_eq!(old.scene, new.scene);
}

#[test]
fn versions_that_are_not_known_are_refused_by_name() {
    let refused = |version: &str| {
        let text = new().replace("version: 2", version);
        build(&text, &[]).err().unwrap()
    };
    let told = refused("version: 3");
    assert!(
        told.contains("error: version: found 3, expected 1 or 2\n --> test:1:11"),
        "{told}"
    );
    assert!(refused("version: 0").contains("version: found 0, expected 1 or 2"));
    let without = new().replace("version: 2, ", "");
    let told = build(&without, &[]).err().unwrap();
    assert!(told.contains("field `version` is missing"), "{told}");
}

#[test]
fn a_mistake_in_an_old_scene_is_told_with_its_path() {
    let told = |from: &str, to: &str| {
        let text = old();
        assert!(text.contains(from), "{from}");
        build(&text.replacen(from, to, 1), &[]).err().unwrap()
    };
    let cases = [
        (
            "populations[0].coupling\", value: 0.2",
            "populations[9].coupling\", value: 0.2",
            "error: schedule[1].then[0].path: populations[9].coupling is no live parameter",
        ),
        (
            "vertex: 2",
            "vertex: 9",
            "error: schedule[3].then[0].vertex: vertex v9, expected one below v6",
        ),
        (
            "second: -0.1",
            "secund: -0.1",
            "error: schedule[3].then[0].secund: no field `secund`",
        ),
        (
            "Kick(",
            "Kik(",
            "error: schedule[3].then[0]: no variant `Kik`, expected one of Set, Edge, Kick",
        ),
        (
            ", at_s: 0.8",
            "",
            "error: schedule[1]: field `at_s` is missing",
        ),
        (
            "at_s: 0.8",
            "at_s: -1.0",
            "error: schedule[1].at_s: found -1, expected a number in 0 …",
        ),
    ];
    for (from, to, expected) in cases {
        let told = told(from, to);
        assert!(told.contains(expected), "{told}");
        // Lines and columns are those of the rewritten text.
        assert!(told.contains("--> test (as version 2):"), "{told}");
        assert!(told.contains("test (as version 2): 1 problem"), "{told}");
    }
    let empty = build(&scene(2, "Custom", "At(at_s: 1.0, then: [])"), &[]);
    let told = empty.err().unwrap();
    let expected = "error: schedule[0].then: found none, expected at least one action";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn the_folder_of_an_old_scene_holds_it_in_its_new_form() {
    let text = r#"(version: 1, name: "kicked", ticks: 20, clock: (dt_s: 0.1),
        populations: [(name: "a", count: 2, model: Kuramoto())],
        schedule: [Kick(vertex: 1, first: 0.5, at_s: 1.0)])"#;
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("kicked.ron");
    std::fs::write(&file, text).unwrap();
    let (_, code, out) = run_program(&file, &[]);
    assert_eq!(code, 0);
    let resolved = std::fs::read_to_string(out.path().join("scene.resolved.ron")).unwrap();
    assert!(resolved.contains("version: 2,"), "{resolved}");
    let again = open(&resolved, &[]);
    assert_eq!(again.scene, open(text, &[]).scene);
    assert!(again.notes.is_empty());
    let verified = phantom(&["verify", &out.path().display().to_string()]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}

#[test]
fn every_shipped_scene_is_of_version_two() {
    let mut count = 0;
    for folder in ["scenes", "examples"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "ron") {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(text.contains("\n    version: 2,\n"), "{}", path.display());
                assert!(migrate(&text).unwrap().notes.is_empty());
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count}");
}

fn text(old: &str) -> String {
    migrate(old).unwrap().text
}

#[test]
fn what_does_not_change_stays_as_it_was() {
    let migrated = migrate(OLD).unwrap();
    assert_eq!(migrated.text, NEW);
    let expected = [
        "version 1 read as 2",
        "schedule[1]: Set(… at_s) is now At(at_s, then: [Set(…)])",
        "schedule[2]: Kick(… at_s) is now At(at_s, then: [Kick(…)])",
        "schedule[3]: Edge(… at_s) is now At(at_s, then: [Edge(…)])",
        "schedule[4]: Edge(… at_s) is now At(at_s, then: [Edge(…)])",
        "populations[0].model: Own is now Custom",
    ];
    assert_eq!(migrated.notes, expected);
    assert_eq!(text(&format!("\u{feff}{OLD}")), format!("\u{feff}{NEW}"));
    let many = "Kick(at_s: 1.0), ".repeat(12);
    let notes = migrate(&format!("(version: 1, schedule: [{many}])")).unwrap();
    let expected = "12 entries of schedule: X(… at_s) is now At(at_s, then: [X(…)])";
    assert_eq!(notes.notes[1..], [expected]);
}

#[test]
fn overrides_of_the_test_setting_follow() {
    let old = r#"(version: 1, schedule: [Set(a: 1, at_s: 2)], ci: (set: {
            "schedule[0].a": "2", "schedule[0].at_s": "3", "populations[1].model": "Own(x: \"y\")",
            "schedule": "[Kick(at_s: 1)]"}))"#;
    let new = r#"(version: 2, schedule: [At(at_s: 2, then: [Set(a: 1)])], ci: (set: {
            "schedule[0].then[0].a": "2", "schedule[0].at_s": "3", "populations[1].model": "Custom(x: \"y\")",
            "schedule": "[At(at_s: 1, then: [Kick()])]"}))"#;
    assert_eq!(text(old), new);
}

proptest! {
    #[test]
    fn any_text_is_migrated_once_or_refused(
        at in 0..OLD.len(),
        length in 0..40usize,
        put in "(version: 1,|schedule: \\[|Set\\(|at_s: 2|Own\\(|[(){},:\"'r#/* \\\\é\n\\[\\]]{0,6})",
        bare in any::<bool>(),
    ) {
        let cut = at..(at + length).min(OLD.len());
        let mangled = match OLD.get(cut.clone()) {
            Some(_) if !bare => [&OLD[..cut.start], put.as_str(), &OLD[cut.end..]].concat(),
            _ => put,
        };
        if let Ok(once) = migrate(&mangled) {
            prop_assert_eq!(once.notes.is_empty(), once.text == mangled);
            let twice = migrate(&once.text).unwrap();
            prop_assert_eq!(&twice.text, &once.text);
            prop_assert!(twice.notes.is_empty());
        }
    }

    #[test]
    fn arbitrary_text_is_no_trouble(text in ".{0,60}") {
        prop_assert!(migrate(&text).is_ok());
        let _ = migrate(&format!("(version: 1, schedule: [{text}], {text})"));
    }
}

#[test]
fn a_whole_entry_in_the_setting_for_tests_is_brought_along() {
    let old = r#"(version: 1, name: "ci", populations: [(name: "a", count: 2, model: Kuramoto())],
    schedule: [Set(path: "populations[0].coupling", value: 2.0, at_s: 0.1)],
    ci: (set: {"schedule[0]": "Set(path: \"populations[0].coupling\", value: 3.0, at_s: 0.02)"}))"#;
    let new = migrate::migrate(old).unwrap();
    let expected = r#"At(at_s: 0.02, then: [Set(path: \"populations[0].coupling\", value: 3.0)])"#;
    assert!(new.text.contains(expected), "{}", new.text);
}
