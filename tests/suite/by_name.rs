//! The scenes of the program by their names, names that are mistyped, and what a run says at its
//! end.

use std::path::Path;
use std::process::{Command, Output};

fn phantom_in(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phantom"));
    command
        .current_dir(directory)
        .args(arguments)
        .output()
        .unwrap()
}

fn told(done: &Output) -> String {
    String::from_utf8(done.stderr.clone()).unwrap()
}

#[test]
fn a_scene_of_the_program_runs_by_its_name_anywhere_and_repeats() {
    let home = tempfile::tempdir().unwrap();
    for (name, ticks) in [("hello", "60"), ("replay", "120")] {
        let out = format!("run_of_{name}");
        let done = phantom_in(home.path(), &["run", name, "--ticks", ticks, "--out", &out]);
        let text = told(&done);
        assert_eq!(done.status.code(), Some(0), "{text}");
        let taken = format!("scene {name} (comes with the program)\n");
        assert!(text.starts_with(&taken), "{text}");
        let again = phantom_in(home.path(), &["verify", &out]);
        assert_eq!(again.status.code(), Some(0), "{}", told(&again));
        let checked = phantom_in(home.path(), &["check", name]);
        assert_eq!(checked.status.code(), Some(0), "{}", told(&checked));
    }
    let kept = std::fs::read(home.path().join("run_of_replay/inputs/ringdown.csv")).unwrap();
    assert_eq!(kept, include_bytes!("../../scenes/ringdown.csv"));
    // Its data have no place on the disk, so the folder keeps them in any case.
    let arguments = [
        "run", "replay", "--ticks", "50", "--inputs", "hash", "--out", "hashed",
    ];
    assert_eq!(phantom_in(home.path(), &arguments).status.code(), Some(0));
    let again = phantom_in(home.path(), &["verify", "hashed"]);
    assert_eq!(again.status.code(), Some(0), "{}", told(&again));
}

#[test]
fn a_file_of_that_path_wins() {
    let home = tempfile::tempdir().unwrap();
    let text = "(version: 2, name: \"mine\", ticks: 5, populations: [(name: \"a\", count: 2)])";
    std::fs::write(home.path().join("hello"), text).unwrap();
    let done = phantom_in(home.path(), &["run", "hello", "--out", "out"]);
    let text = told(&done);
    assert!(
        text.contains("mine: ok") && !text.contains("comes with"),
        "{text}"
    );
    // With an ending it is a file, or nothing.
    let done = phantom_in(home.path(), &["run", "cluster.ron"]);
    assert_eq!(done.status.code(), Some(7), "{}", told(&done));
}

#[test]
fn list_tells_the_names() {
    let home = tempfile::tempdir().unwrap();
    let done = phantom_in(home.path(), &["list"]);
    let text = String::from_utf8(done.stdout).unwrap();
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(names, phantomos::scenario::shipped::names());
    let lacks = |line: &str| {
        line.split_once(' ')
            .is_none_or(|(_, text)| text.trim().is_empty())
    };
    assert!(!text.lines().any(lacks), "{text}");
}

#[test]
fn mistyped_names_are_told_the_nearest() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, code, expected) in [
        (
            &["helo"][..],
            2,
            "no scene or command \"helo\"; did you mean `hello`?\n",
        ),
        (
            &["chek"],
            2,
            "no scene or command \"chek\"; did you mean `check`?\n",
        ),
        (&["run", "clustr"], 3, "did you mean `cluster`?\n"),
        (&["check", "clustr"], 3, "did you mean `cluster`?\n"),
        (&["xylophone"], 2, "no scene or command \"xylophone\"\n"),
    ] {
        let done = phantom_in(home.path(), arguments);
        let text = told(&done);
        assert_eq!(done.status.code(), Some(code), "{arguments:?}: {text}");
        assert!(text.ends_with(expected), "{arguments:?}: {text}");
    }
}

#[test]
fn a_run_folder_is_no_scene() {
    let home = tempfile::tempdir().unwrap();
    let arguments = ["run", "hello", "--ticks", "20", "--out", "out"];
    assert_eq!(phantom_in(home.path(), &arguments).status.code(), Some(0));
    let done = phantom_in(home.path(), &["run", "out"]);
    let text = told(&done);
    assert_eq!(done.status.code(), Some(3), "{text}");
    for part in [
        "phantom open out",
        "phantom replay out",
        "phantom verify out",
        "out/scene.resolved.ron",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // The window opens it; where there can be none, it says what goes through the run.
    for arguments in [&["out"][..], &["open", "out"]] {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_phantom"))
            .args(arguments)
            .current_dir(home.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .output()
            .unwrap();
        let text = told(&done);
        assert_eq!(done.status.code(), Some(7), "{text}");
        assert!(text.contains("`phantom replay out`"), "{text}");
    }
}

#[test]
fn the_end_of_a_run_tells_why_and_where_and_quiet_tells_nothing() {
    let home = tempfile::tempdir().unwrap();
    let done = phantom_in(home.path(), &["run", "trip", "--out", "out"]);
    let text = told(&done);
    assert_eq!(done.status.code(), Some(5), "{text}");
    assert!(text.contains("  stopped by "), "{text}");
    let events = Path::new("out").join("events.jsonl");
    assert!(
        text.contains(&format!("  see        {}", events.display())),
        "{text}"
    );
    assert!(text.contains("  phi        not measured\n"), "{text}");
    let lines = std::fs::read_to_string(home.path().join(events)).unwrap();
    let stop = lines
        .lines()
        .find(|line| line.contains("\"severity\":\"stop\""));
    let stop: serde_json::Value = serde_json::from_str(stop.unwrap_or(&lines)).unwrap();
    let cause = stop["cause"].as_str().unwrap();
    assert!(text.contains(cause), "{cause}: {text}");
    let quiet = phantom_in(home.path(), &["run", "trip", "--quiet", "--out", "quiet"]);
    assert_eq!((quiet.status.code(), told(&quiet).as_str()), (Some(5), ""));
    assert!(quiet.stdout.is_empty());
    // Errors are told all the same.
    let wrong = phantom_in(home.path(), &["run", "--quiet", "nowhere.ron"]);
    assert!(told(&wrong).contains("nowhere.ron"));
    let long = ["run", "hello", "--ticks", "30", "--out", "long", "--set"];
    let long = [&long[..], &["populations[0].coupling=50"]].concat();
    let text = told(&phantom_in(home.path(), &long));
    assert!(
        text.contains("step too long for population \"ring\" from tick 0 on"),
        "{text}"
    );
}
