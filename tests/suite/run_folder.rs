//! What a run leaves behind, and how the program ends.

use crate::fixtures::{metrics, phantom, run, scene};

#[test]
fn the_folder_is_complete() {
    let (end, code, out) = run(&scene("hello"), &["--ticks", "120"]);
    assert_eq!(code, 0);
    for file in [
        "manifest.json",
        "metrics.csv",
        "events.jsonl",
        "commands.csv",
        "inputs.jsonl",
        "scene.resolved.ron",
    ] {
        assert!(out.path().join(file).is_file(), "{file}");
    }
    let rows = metrics(out.path());
    assert_eq!(rows.len(), 120);
    assert_eq!(rows[0]["coherence"], "", "there is no value during warm-up");
    assert_eq!(rows[0]["flags"], "warming_up");
    assert_eq!(end["ticks"], 120);
    let manifest = std::fs::read_to_string(out.path().join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["status"], "ok");
    assert_eq!(manifest["digest"], end["digest"]);
}

#[test]
fn a_resolved_scene_is_a_scene_with_the_same_digest() {
    let (end, _, out) = run(&scene("hello"), &["--ticks", "60"]);
    let resolved = out.path().join("scene.resolved.ron");
    let (again, code, _out) = run(&resolved, &[]);
    assert_eq!(code, 0);
    assert_eq!(end["digest"], again["digest"]);
}

#[test]
fn a_time_limit_and_an_assertion_have_codes_of_their_own() {
    let (end, code, _out) = run(
        &scene("hello"),
        &["--ticks", "100000000", "--time-limit", "0.5"],
    );
    assert_eq!((code, end["status"].as_str()), (124, Some("time_limit")));
    let set = "assertions=[(metric: \"coherence\", at_least: 0.99)]";
    let (end, code, _out) = run(&scene("hello"), &["--ticks", "100", "--set", set]);
    assert_eq!(
        (code, end["status"].as_str()),
        (4, Some("assertion_failed"))
    );
}

#[test]
fn wrong_usage_is_told_apart_from_wrong_scenes() {
    assert_eq!(phantom(&["run"]).status.code(), Some(2));
    let hello = scene("hello").display().to_string();
    for limit in ["NaN", "inf", "-1"] {
        let equals = format!("--time-limit={limit}");
        assert_eq!(phantom(&["run", &hello, &equals]).status.code(), Some(2));
    }
    assert_eq!(phantom(&["run", "no-such.ron"]).status.code(), Some(7));
    let wrong = phantom(&["run", &hello, "--set", "populations[3].count=1"]);
    assert_eq!(wrong.status.code(), Some(3));
}

#[cfg(unix)]
#[test]
fn an_interrupt_closes_the_files() {
    use std::process::{Command, Stdio};
    let out = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_phantom"))
        .args([
            "run",
            &scene("hello").display().to_string(),
            "--ticks",
            "1000000000",
        ])
        .args(["--out", &out.path().display().to_string()])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    let manifest = std::fs::read_to_string(out.path().join("manifest.json")).unwrap();
    assert!(manifest.contains("\"interrupted\""), "{manifest}");
    assert!(!metrics(out.path()).is_empty());
}

#[test]
fn a_folder_of_another_form_is_refused_by_name() {
    let (_, code, out) = run(&scene("hello"), &["--ticks", "5"]);
    assert_eq!(code, 0);
    let path = out.path().join("manifest.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    let folder = out.path().display().to_string();
    for format in [
        serde_json::json!(1),
        serde_json::json!(3),
        serde_json::Value::Null,
    ] {
        match format.is_null() {
            true => drop(manifest.as_object_mut().unwrap().remove("format")),
            false => manifest["format"] = format.clone(),
        }
        std::fs::write(&path, manifest.to_string()).unwrap();
        for command in ["verify", "replay"] {
            let done = phantom(&[command, &folder]);
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert_eq!(done.status.code(), Some(6), "{said}");
            assert!(said.contains("a run folder of format"), "{said}");
        }
    }
}
