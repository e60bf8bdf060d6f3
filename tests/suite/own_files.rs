//! People's own files: graphs, recordings, arrays and matrices in the dialects of the field are read
//! as they are meant, or refused with what helps.

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::process::Command;

use phantomos::files::graph::{Direction, GraphQuestion, read as read_graph};
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/files")
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let into = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_all(&path, &into);
        } else {
            // The copy may be written to, whatever the original may.
            std::fs::write(&into, std::fs::read(&path).unwrap()).unwrap();
        }
    }
}

/// Exit code, standard output and everything that was said.
fn phantom(folder: &Path, args: &[String]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_phantom"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    let said = format!("{}{out}", String::from_utf8_lossy(&done.stderr));
    (done.status.code().unwrap_or(-1), out, said)
}

/// The words of a command line; quotes hold some together.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    parts
        .flat_map(|(k, part)| match k % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

/// The numbers that stand at a place of a case's answer, in the words of its table.
fn numbers_at(name: &str, place: &str, json: Option<&Value>, out: &Path) -> Option<Vec<f64>> {
    if let Some(json) = json {
        let value = if let Some(rest) = place.strip_prefix("systems, nodes ") {
            let (nodes, key) = rest.split_once(": ")?;
            let nodes: Value = serde_json::from_str(nodes).ok()?;
            let systems = json["systems"].as_array()?;
            systems.iter().find(|system| system["nodes"] == nodes)?[key].clone()
        } else if place.starts_with("mip[0]") {
            json["mip"][0]["phi"].clone()
        } else if let Some(rest) = place.strip_prefix("expect[") {
            let (at, rest) = rest.split_once("].")?;
            let at: usize = at.parse().ok()?;
            match rest.split_once('[') {
                None => json["expect"][at][rest].clone(),
                Some((key, k)) => {
                    let k: usize = k.trim_end_matches(']').parse().ok()?;
                    json["expect"][at][key][k].clone()
                }
            }
        } else {
            let list = json["quantities"].as_array()?;
            list.iter().find(|own| own["name"] == name)?["value"].clone()
        };
        return match value {
            Value::Array(list) => list.iter().map(Value::as_f64).collect(),
            Value::Bool(holds) => Some(vec![f64::from(u8::from(holds))]),
            one => Some(vec![one.as_f64()?]),
        };
    }
    let folder = if place.contains("second") {
        out.join("second")
    } else {
        out.to_owned()
    };
    let mut reader = csv::Reader::from_path(folder.join("metrics.csv")).ok()?;
    let head = reader.headers().ok()?.clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: &csv::StringRecord, column: &str| -> Option<String> {
        let k = head.iter().position(|own| own == column)?;
        Some(row.get(k)?.to_owned())
    };
    let number = |row: &csv::StringRecord, column: &str| cell(row, column)?.parse::<f64>().ok();
    if place.contains("last 100 rows") {
        let of_all = rows
            .iter()
            .filter(|row| cell(row, "scope").as_deref() == Some("all"));
        let of_all: Vec<_> = of_all.collect();
        let last = of_all[of_all.len().saturating_sub(100)..].iter();
        let most = last
            .filter_map(|row| number(row, "frequency_sd"))
            .fold(0.0, f64::max);
        return Some(vec![most]);
    }
    let column = name.split('(').next().unwrap_or(name);
    let fits = |row: &&csv::StringRecord| {
        if let Some((_, rest)) = place.split_once("scope ") {
            let scope = rest.split(':').next();
            let at_one = number(row, "t_s").is_some_and(|t| (t - 1.0).abs() < 1e-9);
            at_one && cell(row, "scope").as_deref() == scope
        } else if place.contains("tick 257") {
            cell(row, "tick").as_deref() == Some("257")
                && cell(row, "scope").as_deref() == Some("cluster")
        } else {
            number(row, column).is_some()
        }
    };
    let row = rows.iter().rev().find(fits)?;
    Some(vec![number(row, column)?])
}

fn wanted(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_f64).collect(),
        one => vec![one.as_f64().unwrap()],
    }
}

/// Whether one of the alternatives is met.
fn meets(alternatives: &Value, json: Option<&Value>, out: &Path) -> bool {
    let holds = |own: &Value| {
        let (name, place) = (
            own["name"].as_str().unwrap(),
            own["where"].as_str().unwrap(),
        );
        let Some(found) = numbers_at(name, place, json, out) else {
            return false;
        };
        let (wanted, tolerance) = (wanted(&own["value"]), own["tolerance"].as_f64().unwrap());
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance;
        found.len() == wanted.len() && found.iter().zip(&wanted).all(near)
    };
    let all = |list: &Value| list.as_array().unwrap().iter().all(holds);
    alternatives.as_array().unwrap().iter().any(all)
}

#[test]
fn files_of_the_field_give_their_numbers_or_what_helps() {
    let home = tempfile::tempdir().unwrap();
    copy_all(&fixtures().join("people"), home.path());
    let text = std::fs::read_to_string(home.path().join("cases.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let out = home.path().join(format!("out_{id}"));
        let (mut code, mut printed, mut said) = (0, String::new(), String::new());
        for command in case["command"].as_array().unwrap() {
            let command = command.as_str().unwrap();
            let args: Vec<String> = words(command)
                .into_iter()
                .map(|word| word.replace("OUT", &out.display().to_string()))
                .collect();
            (code, printed, said) = phantom(home.path(), &args);
        }
        let json = serde_json::from_str::<Value>(&printed).ok();
        let whole = format!("{said}{printed}");
        let mut fault = |what: String| wrong.push(format!("{id}: {what}\n{said}"));
        if i64::from(code) != case["exit"].as_i64().unwrap() {
            fault(format!("exit code {code}"));
        }
        for word in case["says"].as_array().into_iter().flatten() {
            if !whole.contains(word.as_str().unwrap()) {
                fault(format!("does not say {word}"));
            }
        }
        if let Some(alternatives) = case.get("numbers")
            && !meets(alternatives, json.as_ref(), &out)
        {
            fault("another number".to_owned());
        }
    }
    assert!(cases.len() > 80);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn graph_files_of_every_dialect_are_read_as_they_stand() {
    let folder = fixtures().join("graph");
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let table: Value = serde_json::from_str(&text).unwrap();
    let files = table["files"].as_object().unwrap();
    assert!(files.len() > 35);
    for (name, expected) in files {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let read = read_graph(name, bytes, &GraphQuestion::default());
        if let Some(refused) = expected["refused"].as_str() {
            assert_eq!(read.unwrap_err().to_string(), refused, "{name}");
            continue;
        }
        let read = read.unwrap_or_else(|faults| panic!("{name}: {faults}"));
        assert_eq!(
            format!("{:?}", read.format),
            expected["format"].as_str().unwrap(),
            "{name}"
        );
        let names: Vec<String> = (0..read.names.len()).map(|k| read.names.of(k)).collect();
        assert_eq!(serde_json::json!(names), expected["names"], "{name}");
        assert_eq!(serde_json::json!(read.labels), expected["labels"], "{name}");
        assert_eq!(serde_json::json!(read.edges), expected["ends"], "{name}");
        assert_eq!(serde_json::json!(read.lines), expected["lines"], "{name}");
        assert_eq!(serde_json::json!(read.notes), expected["notes"], "{name}");
        let direction = match read.direction {
            Direction::Unsaid => "unsaid",
            Direction::Directed => "directed",
            Direction::Undirected => "undirected",
            Direction::Each(_) => "each",
        };
        assert_eq!(direction, expected["direction"].as_str().unwrap(), "{name}");
        let columns = expected["columns"].as_object().unwrap();
        assert_eq!(read.columns.len(), columns.len(), "{name}");
        for column in &read.columns {
            let own = &columns[&column.name];
            assert_eq!(serde_json::json!(column.numbers), own["numbers"], "{name}");
            assert_eq!(serde_json::json!(column.text_count), own["texts"], "{name}");
            let finite = column.values.iter().filter(|value| !value.is_nan());
            if let Some(least) = own["min"].as_f64() {
                assert_eq!(
                    finite.clone().copied().fold(f64::INFINITY, f64::min),
                    least,
                    "{name}"
                );
            }
            if let Some(most) = own["max"].as_f64() {
                assert_eq!(
                    finite.copied().fold(f64::NEG_INFINITY, f64::max),
                    most,
                    "{name}"
                );
            }
        }
    }
}

fn run(folder: &Path, line: &str) -> (i32, String, String) {
    phantom(folder, &words(line))
}

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
fn a_file_that_is_no_choice_is_told_by_info() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("m.txt"), "0 1\n1 0\n").unwrap();
    let (code, out, _) = run(home.path(), "info m.txt");
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("--graph-format matrix"), "{out}");
    assert!(out.contains("2 rows of 2 columns"), "{out}");
    let (code, out, _) = run(home.path(), "info m.txt --graph-format matrix --json");
    assert_eq!(code, 0, "{out}");
    let document: Value = serde_json::from_str(&out).unwrap();
    let read_as = document["readings"][0]["read_as"].as_str().unwrap();
    assert!(
        read_as.starts_with("matrix of weights, 2 vertices, 2 directed edges"),
        "{read_as}"
    );
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

#[test]
fn channels_in_rows_keep_their_names_when_they_are_turned() {
    let home = tempfile::tempdir().unwrap();
    let value = |row: usize, k: usize| ((row + 2) * k * k % 17) as f64 + 0.5 * (k % 5) as f64;
    let row = |name: &str, row: usize| {
        let cells: Vec<String> = (0..40).map(|k| value(row, k).to_string()).collect();
        format!("{name},{}\n", cells.join(","))
    };
    let text = format!("{}{}{}", row("Fp1", 0), row("Fp2", 1), row("Cz", 3));
    std::fs::write(home.path().join("rows.csv"), text).unwrap();
    let (code, _, said) = run(home.path(), "phi --input rows.csv");
    assert_eq!(code, 3, "{said}");
    let (code, out, said) = run(home.path(), "phi --input rows.csv --transpose --json");
    assert_eq!(code, 0, "{said}");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["units"], serde_json::json!(["Fp1", "Fp2", "Cz"]));
}
