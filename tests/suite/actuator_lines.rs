//! A loop around a process outside: samples in, commands out, as lines of JSON.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::fixtures::{phantom, root};

/// Runs the scene of the example for 80 ticks, with a sample as it begins; its lines.
fn run(folder: &std::path::Path, more: &[&str]) -> Vec<Value> {
    let mut own = Command::new(env!("CARGO_BIN_EXE_phantom"))
        .args(["run", "--ticks", "80", "--quiet", "--force", "--out"])
        .arg(folder)
        .args(more)
        .arg(root().join("examples/outside.ron"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = own.stdin.take().unwrap();
    writeln!(to, r#"{{"channel": "temperature", "value": 20.0}}"#).unwrap();
    let done = own.wait_with_output().unwrap();
    drop(to);
    assert!(done.status.success(), "{done:?}");
    let text = String::from_utf8(done.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn commands_leave_as_lines_and_the_safe_value_is_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first");
    let lines = run(&first, &[]);
    let (last, commands) = lines.split_last().unwrap();
    assert!(commands.len() > 60, "{}", commands.len());
    for line in commands {
        assert_eq!(
            (&line["type"], &line["loop"]),
            (&"command".into(), &"heat".into())
        );
        // 16 + 8 and more, at the law's limit.
        assert_eq!(line["value"], 8.0);
        assert!(line.get("safe").is_none());
    }
    let ticks: Vec<u64> = commands
        .iter()
        .map(|line| line["tick"].as_u64().unwrap())
        .collect();
    assert!(ticks.is_sorted_by(|a, b| a < b));
    assert_eq!((&last["safe"], &last["value"]), (&true.into(), &0.0.into()));
    // What repeats a run acts on nothing outside, and gives the same.
    let again = run(
        &folder.path().join("again"),
        &["--replay", first.to_str().unwrap()],
    );
    assert!(again.is_empty(), "{again:?}");
    let verified = phantom(&["verify", first.to_str().unwrap()]);
    assert!(verified.status.success(), "{verified:?}");
}

#[test]
fn without_a_command_the_safe_value_is_written_after_the_timeout() {
    let folder = tempfile::tempdir().unwrap();
    let set = "control.loops[0].manual=false";
    // The loop is switched off as the run begins to heat.
    let off = r#"schedule=[At(at_s: 0.4, then: [Set(path: "control.enabled", value: 0.0)])]"#;
    let timeout = "actuators[0].device=Lines(loops: [\"heat\"], timeout_ticks: 20, safe: -1.0)";
    let lines = run(
        folder.path(),
        &["--set", set, "--set", off, "--set", timeout],
    );
    let safe: Vec<&Value> = lines.iter().filter(|line| line["safe"] == true).collect();
    assert_eq!(safe.len(), 1, "{safe:?}");
    assert_eq!(safe[0]["value"], -1.0);
    // What was moved is given back in tick 20, which acts in tick 21.
    assert!(
        (40..=43).contains(&safe[0]["tick"].as_u64().unwrap()),
        "{safe:?}"
    );
}
