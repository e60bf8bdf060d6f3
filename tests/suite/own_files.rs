//! People's own files: graphs, recordings, arrays and matrices in the dialects of the field are read
//! as they are meant, or refused with what helps.

use std::path::{Path, PathBuf};
use std::process::Command;

use phantomos::files::graph::{Direction, GraphQuestion, read as read_graph};
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/files")
}

pub fn copy_all(from: &Path, to: &Path) {
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

pub fn run(folder: &Path, line: &str) -> (i32, String, String) {
    phantom(folder, &words(line))
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

#[test]
fn no_number_is_wrong_in_silence() {
    let home = tempfile::tempdir().unwrap();
    let put = |text: &str| std::fs::write(home.path().join("f.txt"), text).unwrap();
    let info = |text: &str, flags: &str| {
        put(text);
        let (_, out, said) = run(home.path(), &format!("info f.txt {flags}"));
        format!("{out}{said}")
    };
    // A mark at the beginning of a row is no remark.
    let found = info("a,b\n1,2\n#N/A,3\n4,5\n", "");
    assert!(found.contains("3 rows of 2 columns"), "{found}");
    let found = info(
        "source,target,weight\n#love,peace,1.5\npeace,war,2\nwar,#love,1\n",
        "",
    );
    assert!(found.contains("3 vertices, 3 directed edges"), "{found}");
    // R leaves out the name of its row names.
    let r = "\"source\" \"target\" \"weight\"\n\"1\" 2 3 1.5\n\"2\" 3 1 0.7\n\"3\" 1 2 0.3\n";
    let found = info(r, "");
    assert!(found.contains("weights \"weight\" 0.3 … 1.5"), "{found}");
    // One column of decimal commas below its name.
    let found = info("omega\n10,51\n9,48\n12,53\n", "");
    assert!(found.contains("--decimal comma"), "{found}");
    let found = info("a\tb\n1 234\t2\n5 678\t3\n", "");
    assert!(!found.contains("separated by blanks"), "{found}");
    // Options do not decide what a file is.
    let found = info("1 2 1\n2 3 1\n3 3 1\n", "--loops skip");
    assert!(
        found.contains("2 directed edges, weights column 3 1"),
        "{found}"
    );
    let found = info("{\"directed\": false, \"nodes\": []}", "");
    assert!(found.contains("begins like JSON"), "{found}");
    let found = info("0: 1 2\n1: 2 0\n", "");
    assert!(found.contains("expected a vertex"), "{found}");
    let found = info("source,target,weight\n0,1,200\n1,2,1,500\n", "");
    assert!(found.contains("has 4 cells"), "{found}");
    let found = info("name,hz\nV0,\nV1,2\nV2,4\n", "");
    assert!(found.contains("3 rows of 1 column"), "{found}");
    let found = info("0,1,2\n0.5,1.5,2.5\n1.5,0.5,0.25\n", "");
    assert!(found.contains("--header yes or no"), "{found}");
    let two = "0 1 1 0.02\n0 1 3 0.05\n1 2 1 0.01\n2 0 1 0.01\n0 2 1 0.01\n";
    let found = info(two, "--delay 4 --parallel sum");
    assert!(found.contains("make no sum"), "{found}");
    let found = info("0 1.5 0\n1.5 0 0.7\n0 0.7 0\n", "--directed yes");
    assert!(found.contains("4 directed edges"), "{found}");
    let found = info("0,1.5,0.2,\n1.5,0,0.7,\n0.2,0.7,0,\n", "");
    assert!(
        found.contains("matrix of weights, 3 vertices, 6 directed edges"),
        "{found}"
    );
    put("a,b\n0,1\n1,0\n1,1\n0,0.5\n");
    let (code, _, said) = run(home.path(), "phi --input f.txt --kind recording");
    assert_eq!(code, 0, "{said}");
}

/// An EDF file of two signals of 64 Hz and one of 1 Hz, 8 records of a second.
fn made_edf() -> Vec<u8> {
    let field = |text: &str, width: usize| format!("{text:<width$}").into_bytes();
    let mut bytes = [
        field("0", 8),
        field("X", 160),
        field("01.03.2410.00.00", 16),
    ]
    .concat();
    for (text, width) in [("1024", 8), ("", 44), ("8", 8), ("1", 8), ("3", 4)] {
        bytes.extend(field(text, width));
    }
    for text in ["Fp1", "Fp2", "SaO2"] {
        bytes.extend(field(text, 16));
    }
    let same = [
        ("", 80),
        ("uV", 8),
        ("-100", 8),
        ("100", 8),
        ("-1000", 8),
        ("1000", 8),
        ("", 80),
    ];
    for (text, width) in same {
        (0..3).for_each(|_| bytes.extend(field(text, width)));
    }
    for samples in ["64", "64", "1"] {
        bytes.extend(field(samples, 8));
    }
    bytes.extend(field("", 96));
    let mut state = 1u32;
    for _ in 0..8 * 129 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes.extend(((state >> 16) as i16 % 1000).to_le_bytes());
    }
    bytes
}

#[test]
fn recordings_of_edf_are_measured_and_told() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("rec.edf"), made_edf()).unwrap();
    let (code, _, said) = phantom(home.path(), &words("info rec.edf"));
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("512 samples of 2 channels \"Fp1\", \"Fp2\" at 64 Hz"),
        "{said}"
    );
    let (code, out, said) = phantom(home.path(), &words("phi --input rec.edf --json"));
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("a recording: 512 samples of 2 units; at 64 Hz"),
        "{said}"
    );
    assert!(said.contains("left out: \"SaO2\" (1 Hz)"), "{said}");
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["units"], serde_json::json!(["Fp1", "Fp2"]));
    let (code, _, said) = phantom(
        home.path(),
        &words("phi --input rec.edf --columns Fp1,SaO2"),
    );
    assert_ne!(code, 0);
    assert!(said.contains("expected channels of one rate"), "{said}");
    let (code, _, said) = phantom(home.path(), &words("phi --input rec.edf --kind covariance"));
    assert_ne!(code, 0);
    assert!(said.contains("a recording by its format"), "{said}");
}
