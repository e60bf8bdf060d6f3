//! Scenes that take from files and leave files: parameters, forces, states, graphs, run folders.

use std::f64::consts::TAU;
use std::path::Path;

use serde_json::Value;

use crate::own_files::{copy_all, run};

const SCENE: &str = r#"(version: 2, name: "own", seed: 1, ticks: 20, clock: (dt_s: 0.01),
    graph: (kind: File(path: "g.csv")),
    populations: [(name: "all", count: 3, model: Kuramoto(
        omega: File(path: "w.csv", column: "hz", scale: 6.283185307179586),
        phase: Values([0.0, 1.0, 2.0])))],
    record: (vertices: (every_ticks: 2, velocity_ticks: 10)))"#;

fn own_scene(home: &Path) {
    std::fs::write(home.join("scene.ron"), SCENE).unwrap();
    std::fs::write(home.join("g.csv"), "from,to,w\nA,B,0\nB,MT,0\n").unwrap();
    std::fs::write(home.join("w.csv"), "id;hz\n0;1,5\n1;2,5\n2;-0,5\n").unwrap();
}

#[test]
fn parameters_come_from_files_and_states_go_out() {
    let home = tempfile::tempdir().unwrap();
    own_scene(home.path());
    let (code, _, said) = run(home.path(), "run scene.ron --out one");
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("values are multiplied by 6.283185307179586"),
        "{said}"
    );
    let file = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    let states = file("one/states.csv");
    assert!(
        states.starts_with("tick,t_s,v0.theta,v1.theta,v2.theta\n"),
        "{states}"
    );
    assert_eq!(states.lines().count(), 11);
    // Without coupling, phases turn at their own frequencies, and so do means over windows.
    let velocities = file("one/velocities.csv");
    let row = velocities
        .lines()
        .find(|line| line.starts_with("20,0.2,0.1,all,1,"))
        .unwrap();
    let mean: f64 = row.split(',').nth(5).unwrap().parse().unwrap();
    assert!((mean - 2.5 * TAU).abs() < 1e-9, "{row}");
    let spread = velocities
        .lines()
        .find(|line| line.starts_with("20,0.2,0.1,all,,"))
        .unwrap();
    let numbers: Vec<f64> = spread
        .split(',')
        .skip(5)
        .map(|x| x.parse().unwrap())
        .collect();
    let of = [1.5, 2.5, -0.5].map(|hz| hz * TAU);
    let middle = of.iter().sum::<f64>() / 3.0;
    let sd = (of.iter().map(|x| (x - middle).powi(2)).sum::<f64>() / 3.0).sqrt();
    assert!(
        (numbers[0] - middle).abs() < 1e-9 && (numbers[1] - sd).abs() < 1e-9,
        "{spread}"
    );
    let last = file("one/last_state.csv");
    assert!(
        last.starts_with("vertex,population,name,theta\n0,all,A,"),
        "{last}"
    );
    // Rows that are rare do not make velocities wrong.
    let rare = SCENE.replace("every_ticks: 2,", "every_ticks: 20,");
    std::fs::write(home.path().join("rare.ron"), rare).unwrap();
    let (code, _, said) = run(home.path(), "run rare.ron --out rare");
    assert_eq!(code, 0, "{said}");
    assert_eq!(file("rare/velocities.csv"), velocities);
    assert_eq!(file("rare/states.csv").lines().count(), 2);
    // The last state starts another run, which goes on where the first ended.
    let next = SCENE.replace(
        "Values([0.0, 1.0, 2.0])",
        r#"File(path: "one/last_state.csv", column: "theta")"#,
    );
    std::fs::write(home.path().join("next.ron"), next).unwrap();
    let (code, _, said) = run(home.path(), "run next.ron --out two");
    assert_eq!(code, 0, "{said}");
    let theta = |text: &str| -> f64 {
        text.lines()
            .nth(2)
            .unwrap()
            .split(',')
            .next_back()
            .unwrap()
            .parse()
            .unwrap()
    };
    let turned = theta(&file("two/last_state.csv")) - theta(&last);
    assert!((turned - 0.2 * 2.5 * TAU).abs() < 1e-9, "{turned}");
    for (from, to, hint) in [
        ("0;1,5", "0;x", "the cell of \"hz\" is \"x\""),
        ("0;1,5\n", "", "2 rows, expected 3"),
        ("0;1,5", "7;1,5", "rows are taken as vertices in order"),
    ] {
        std::fs::write(
            home.path().join("w.csv"),
            "id;hz\n0;1,5\n1;2,5\n2;-0,5\n".replace(from, to),
        )
        .unwrap();
        let (code, _, said) = run(home.path(), "check scene.ron");
        assert_eq!(code, 3, "{said}");
        assert!(said.contains(hint), "{said}");
    }
}

#[test]
fn states_are_written_as_an_array_that_is_read_again() {
    let home = tempfile::tempdir().unwrap();
    own_scene(home.path());
    let array = SCENE.replace("every_ticks: 2,", "every_ticks: 5, format: Npy,");
    std::fs::write(home.path().join("scene.ron"), array).unwrap();
    let (code, _, said) = run(home.path(), "run scene.ron --out one");
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = run(home.path(), "info one/states.npy");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("shape (4, 5) of '<f8'"), "{said}");
    assert!(!home.path().join("one/states.f64").exists());
    let (code, _, said) = run(home.path(), "verify one");
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_run_folder_stands_alone() {
    let home = tempfile::tempdir().unwrap();
    own_scene(home.path());
    let (code, _, said) = run(home.path(), "run scene.ron --out one");
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = run(home.path(), "run scene.ron --out two --inputs hash");
    assert_eq!(code, 0, "{said}");
    assert!(home.path().join("one/inputs/g.csv").exists());
    assert!(!home.path().join("two/inputs").exists());
    // A resolved scene is a scene, with or without copies.
    for (k, folder) in ["one", "two"].into_iter().enumerate() {
        let (code, _, said) = run(
            home.path(),
            &format!("run {folder}/scene.resolved.ron --out again{k}"),
        );
        assert_eq!(code, 0, "{said}");
        let digest = |name: &str| {
            let text = std::fs::read_to_string(home.path().join(name).join("manifest.json"));
            let manifest: Value = serde_json::from_str(&text.unwrap()).unwrap();
            manifest["digest"].as_str().unwrap().to_owned()
        };
        assert_eq!(digest(folder), digest(&format!("again{k}")));
    }
    let moved = tempfile::tempdir().unwrap();
    copy_all(home.path(), moved.path());
    for folder in ["one", "two"] {
        let (code, _, said) = run(moved.path(), &format!("verify {folder}"));
        assert_eq!(code, 0, "{said}");
    }
    let alone = tempfile::tempdir().unwrap();
    copy_all(&home.path().join("one"), &alone.path().join("one"));
    assert_eq!(run(alone.path(), "verify one").0, 0);
    std::fs::write(moved.path().join("g.csv"), "from,to,w\nA,B,0\nB,MT,1\n").unwrap();
    for folder in ["one", "two"] {
        let (code, _, said) = run(moved.path(), &format!("verify {folder}"));
        assert_eq!(code, 6, "{said}");
        assert!(
            said.contains("g.csv is not what it was") && said.contains("contents"),
            "{said}"
        );
    }
    std::fs::remove_file(moved.path().join("g.csv")).unwrap();
    assert_eq!(run(moved.path(), "verify one").0, 0);
    let (code, _, said) = run(moved.path(), "verify two");
    assert_eq!(code, 3, "{said}");
    assert!(
        said.contains("g.csv") && said.contains("--inputs copy"),
        "{said}"
    );
    std::fs::write(home.path().join("one/inputs/g.csv"), "x").unwrap();
    let (code, _, said) = run(home.path(), "verify one");
    assert_eq!(code, 6, "{said}");
    // A forced run takes the copies of the one before with it.
    let (code, _, said) = run(home.path(), "run scene.ron --out one --force --inputs hash");
    assert_eq!(code, 0, "{said}");
    assert!(!home.path().join("one/inputs").exists());
}

#[test]
fn the_graph_of_a_scene_is_written_and_read_again() {
    let home = tempfile::tempdir().unwrap();
    let scene = r#"(version: 2, name: "small", ticks: 10, graph: (kind: WattsStrogatz(neighbors: 2,
        rewire: 0.3), weight: 0.1), populations: [(name: "a & b", count: 12, model: Kuramoto())])"#;
    std::fs::write(home.path().join("scene.ron"), scene).unwrap();
    for name in ["g.graphml", "g.txt", "g.npy"] {
        let (code, _, said) = run(home.path(), &format!("graph export scene.ron --out {name}"));
        assert_eq!(code, 0, "{said}");
        assert!(
            said.contains("12 vertices, 48 directed edges (24 pairs)"),
            "{said}"
        );
        let again = scene.replace(
            "WattsStrogatz(neighbors: 2,\n        rewire: 0.3), weight: 0.1)",
            &format!("File(path: {name:?}))"),
        );
        assert_ne!(again, scene);
        std::fs::write(home.path().join("again.ron"), again).unwrap();
        let (code, _, said) = run(home.path(), "check again.ron");
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("12 vertices, 48 directed edges"), "{said}");
        assert!(said.contains("0.1"), "{said}");
    }
    let (code, _, said) = run(home.path(), "graph export scene.ron --out g.txt");
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("--force"), "{said}");
}

#[test]
fn a_force_of_constant_rate_turns_a_phase_by_its_integral() {
    let home = tempfile::tempdir().unwrap();
    let scene = r#"(version: 2, name: "push", ticks: 100, clock: (dt_s: 0.01),
        populations: [(name: "all", count: 2, model: Kuramoto(omega: Constant(0.0),
            phase: Constant(0.0)))],
        forces: [
            (on: List([0]), acts: Rate, shape: Pulse(amplitude: 2.0, start_s: 0.105, duration_s: 0.333)),
            (on: List([1]), acts: Rate, shape: Ramp(from: 0.0, to: 4.0, start_s: 0.0, end_s: 0.5)),
        ])"#;
    std::fs::write(home.path().join("scene.ron"), scene).unwrap();
    let (code, _, said) = run(home.path(), "run scene.ron --out one");
    assert_eq!(code, 0, "{said}");
    let last = std::fs::read_to_string(home.path().join("one/last_state.csv")).unwrap();
    let theta: Vec<f64> = last
        .lines()
        .skip(1)
        .map(|line| line.split(',').next_back().unwrap().parse().unwrap())
        .collect();
    assert!((theta[0] - 0.666).abs() < 1e-9, "{last}");
    assert!((theta[1] - 3.0).abs() < 1e-9, "{last}");
    let (code, _, said) = run(home.path(), "verify one");
    assert_eq!(code, 0, "{said}");
}

#[test]
fn the_example_of_own_files_runs_and_matches_rows_by_name() {
    let home = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/own_files");
    copy_all(&example, home.path());
    let (code, _, said) = run(home.path(), "run areas.ron --out one");
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("rows are vertices by the names of column 1 \"area\""),
        "{said}"
    );
    // Sorted otherwise, the table means the same.
    let table = std::fs::read_to_string(home.path().join("areas.csv")).unwrap();
    let mut lines: Vec<&str> = table.lines().collect();
    lines[1..].sort_unstable();
    assert_ne!(lines.join("\n"), table.trim_end());
    std::fs::write(home.path().join("areas.csv"), lines.join("\n")).unwrap();
    let (code, _, said) = run(home.path(), "run areas.ron --out two");
    assert_eq!(code, 0, "{said}");
    let last = |name: &str| std::fs::read_to_string(home.path().join(name).join("last_state.csv"));
    assert_eq!(last("one").unwrap(), last("two").unwrap());
    std::fs::write(home.path().join("areas.csv"), table.replace("MT", "M")).unwrap();
    let (code, _, said) = run(home.path(), "check areas.ron");
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("no row is named \"MT\""), "{said}");
}
