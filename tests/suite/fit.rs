//! Searches for parameters as a user runs them.

use std::path::Path;

use crate::fixtures::{self, phantom};

/// Oscillators that are seen one by one: a scene, and what its sensors saw at the frequencies and
/// the coupling that are hidden.
fn scene(home: &Path) -> String {
    let text = r#"(
    version: 2, name: "pair", seed: 3, ticks: 400, clock: (dt_s: 0.02),
    graph: (kind: Complete),
    populations: [
        (name: "a", count: 1, model: Kuramoto(omega: Constant(2.0)), coupling: 0.4),
        (name: "b", count: 1, model: Kuramoto(omega: Constant(3.0)), coupling: 0.4),
    ],
    sensors: [(name: "s", device: Probe())],
)"#;
    let path = home.join("pair.ron");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn told(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_number_is_met_and_the_path_of_the_search_is_a_sweep() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("f");
    let shown = out.display().to_string();
    let arguments = [
        "fit",
        "hello",
        "--target",
        "coherence:mean=0.7",
        "-p",
        "populations[0].coupling=0:2",
        "--set",
        "control.enabled=false",
        "--ticks",
        "200",
        "--evaluations",
        "25",
        "--tolerance",
        "1e-6",
        "--json",
        "--out",
        &shown,
    ];
    let done = phantom(&arguments);
    assert!(done.status.success(), "{}", told(&done));
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let best = text.lines().find(|line| line.contains("\"best\"")).unwrap();
    let best: serde_json::Value = serde_json::from_str(best).unwrap();
    assert!(best["cost"].as_f64().unwrap() < 1e-4, "{best}");
    let table = std::fs::read_to_string(out.join("cells.csv")).unwrap();
    assert!(
        table
            .lines()
            .next()
            .unwrap()
            .contains("objective,coherence:mean"),
        "{table}"
    );
    let cell = out.join("cells").join(best["cell"].as_str().unwrap());
    let verified = phantom(&["verify", &cell.display().to_string()]);
    assert!(verified.status.success(), "{}", told(&verified));
    // Again, it takes the cells that are there.
    let again = phantom(&[&arguments[..], &["--resume"]].concat());
    let text = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(text.contains("\"run\":0"), "{text}");
    let other = phantom(&[&arguments[..], &["--resume", "--from", "1"]].concat());
    assert_eq!(other.status.code(), Some(3), "{}", told(&other));
}

#[test]
fn frequencies_and_coupling_of_a_recording_are_found() {
    let home = tempfile::tempdir().unwrap();
    let path = scene(home.path());
    let out = home.path().join("hidden").display().to_string();
    let hidden = phantom(&[
        "run",
        &path,
        "--ticks",
        "700",
        "--set",
        "record.vertices=(of: All)",
        "--set",
        "populations[0].model.omega=2.3",
        "--set",
        "populations[1].model.omega=3.6",
        "--set",
        "populations[0].coupling=0.5",
        "--set",
        "populations[1].coupling=0.5",
        "--out",
        &out,
    ]);
    assert!(hidden.status.success(), "{}", told(&hidden));
    let mut reader = csv::Reader::from_path(Path::new(&out).join("states.csv")).unwrap();
    let mut text = "t_s,left,right\n".to_owned();
    for row in reader.records() {
        let row = row.unwrap();
        let cell = |at: usize| row[at].parse::<f64>().unwrap();
        let (left, right) = (
            phantomos::base::num::cos(cell(2)),
            phantomos::base::num::cos(cell(3)),
        );
        text += &format!("{},{left},{right}\n", cell(1));
    }
    let recording = home.path().join("recording.csv");
    std::fs::write(&recording, text).unwrap();
    let (recording, fitted) = (recording.display().to_string(), home.path().join("fit"));
    let done = phantom(&[
        "fit",
        &path,
        "--target",
        &recording,
        "-p",
        "populations[0].model.omega=1:5",
        "-p",
        "populations[1].model.omega=1:5",
        "-p",
        "populations[0].coupling=0:1",
        "--set",
        "populations[1].coupling=0.5",
        "--method",
        "cma-es",
        "--evaluations",
        "220",
        "--json",
        "--out",
        &fitted.display().to_string(),
    ]);
    assert!(done.status.success(), "{}", told(&done));
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let best = text.lines().find(|line| line.contains("\"best\"")).unwrap();
    let best: serde_json::Value = serde_json::from_str(best).unwrap();
    for (path, hidden) in [
        ("populations[0].model.omega", 2.3),
        ("populations[1].model.omega", 3.6),
        ("populations[0].coupling", 0.5),
    ] {
        let found: f64 = best["parameters"][path].as_str().unwrap().parse().unwrap();
        assert!((found - hidden).abs() < 0.1, "{path}: {found} in {best}");
    }
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = scene(home.path());
    let shown = home.path().join("f").display().to_string();
    let refused = |more: &[&str], code: i32, expected: &str| {
        let mut all = vec!["fit", &path, "--out", &shown];
        all.extend(more);
        fixtures::refused(&all, code, expected);
    };
    let p = ["-p", "populations[0].coupling=0:1"];
    refused(&[&p[..], &["--target", "none.csv"]].concat(), 7, "none.csv");
    refused(
        &[&p[..], &["--target", "coherence=x"]].concat(),
        2,
        "NUMBER",
    );
    refused(
        &[&p[..], &["--target", "coherense=1"]].concat(),
        3,
        "did you mean `coherence`?",
    );
    refused(
        &[
            "-p",
            "populations[0].coupling=1,2",
            "--target",
            "coherence=1",
        ],
        3,
        "needs a range",
    );
    let csv = home.path().join("three.csv");
    std::fs::write(&csv, "t,x,y,z\n0,1,2,3\n0.02,2,3,4\n0.04,1,2,3\n").unwrap();
    let three = csv.display().to_string();
    refused(
        &[&p[..], &["--target", &three]].concat(),
        3,
        "3 channels (x, y, z)",
    );
}
