//! Where reference data and the program are.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Files of `dir` whose name begins with `prefix`: the fixtures of the repository, and the whole
/// reference where it stands beside the repository.
pub fn files(dir: &str, prefix: &str) -> Vec<PathBuf> {
    let own = root().join("tests/fixtures").join(dir);
    let whole = root().join("../shared/reference").join(dir);
    let mut found: Vec<PathBuf> = [own, whole]
        .iter()
        .filter_map(|place| std::fs::read_dir(place).ok())
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.is_file() && name.starts_with(prefix)
        })
        .collect();
    found.sort();
    found
}

/// Runs `check` on every reference file of signals and control whose name begins so, with its path,
/// and demands that there is one.
pub fn each(prefix: &str, check: impl Fn(&str, &serde_json::Value)) {
    let found = files("signal", prefix);
    assert!(!found.is_empty(), "no reference file {prefix}*");
    for path in found {
        let text = std::fs::read_to_string(&path).expect("a reference file");
        let case = serde_json::from_str(&text).expect("JSON");
        check(&path.display().to_string(), &case);
    }
}

/// The cases of a reference file: the whole one where it stands beside the repository, else the
/// part of it that is in the repository.
pub fn reference(dir: &str, name: &str) -> Vec<serde_json::Value> {
    let whole = root().join("../shared/reference").join(dir);
    let own = root().join("tests/fixtures").join(dir);
    let file = format!("{name}.json");
    let text = std::fs::read_to_string(whole.join(&file))
        .or_else(|_| std::fs::read_to_string(own.join(&file)))
        .expect("a reference file");
    serde_json::from_str(&text).expect("a list of cases")
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The path of a shipped scene.
pub fn scene(name: &str) -> PathBuf {
    root().join("scenes").join(format!("{name}.ron"))
}

/// Runs the program.
pub fn phantom(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_phantom"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the program starts")
}

/// Runs a scene headless into a directory of its own; gives the last JSON line and the exit code.
pub fn run(scene: &Path, arguments: &[&str]) -> (serde_json::Value, i32, tempfile::TempDir) {
    let out = tempfile::tempdir().expect("a directory");
    let place = out.path().display().to_string();
    let shown = scene.display().to_string();
    let mut all = vec!["run", &shown, "--out", &place, "--json"];
    all.extend(arguments);
    let output = phantom(&all);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = text.lines().last().unwrap_or_default();
    let value = serde_json::from_str(last).unwrap_or_else(|_| {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    });
    (value, output.status.code().unwrap_or(-1), out)
}

/// The rows of a metrics.csv as maps from column to cell.
pub fn metrics(folder: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join("metrics.csv")).expect("metrics.csv");
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

/// Runs a command of the program; gives exit code, output and complaints.
pub fn command(name: &str, arguments: &[&str]) -> (i32, String, String) {
    let output = phantom(&[&[name], arguments].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap_or(-1);
    (code, text(&output.stdout), text(&output.stderr))
}

/// Demands that the program refuses arguments with this exit code and these words.
pub fn refused(arguments: &[&str], code: i32, expected: &str) {
    let output = phantom(arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
    assert!(told.contains(expected), "{arguments:?}: {told}");
}

/// The document that a command prints, which ends with this exit code.
pub fn document(name: &str, expected: i32, arguments: &[&str]) -> serde_json::Value {
    let (code, said, told) = command(name, &[arguments, &["--json"]].concat());
    assert_eq!(code, expected, "{told}");
    serde_json::from_str(&said).unwrap()
}

/// Goes over all values of a document, the whole of it first.
fn each_value(value: &mut serde_json::Value, change: &mut impl FnMut(&mut serde_json::Value)) {
    change(value);
    match value {
        serde_json::Value::Array(list) => list.iter_mut().for_each(|own| each_value(own, change)),
        serde_json::Value::Object(own) => own.values_mut().for_each(|own| each_value(own, change)),
        _ => {}
    }
}

/// Tries so many mutants of cases, in each of which one to three values are replaced by odd ones,
/// of these kinds and those in `more`.
pub fn each_mutant(
    cases: &[serde_json::Value],
    more: &[serde_json::Value],
    rounds: usize,
    mut check: impl FnMut(&serde_json::Value),
) {
    let mut seed = 1u64;
    let mut draw = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    let odd = serde_json::json!([
        null,
        0,
        -1,
        1,
        3,
        7,
        0.5,
        1e308,
        -1e308,
        5e-324,
        1e300,
        1u64 << 60,
        "nan",
        "inf",
        true,
        [],
        {},
        [[]]
    ]);
    let odd = [odd.as_array().unwrap(), more].concat();
    for round in 0..rounds {
        let mut case = cases[round % cases.len()].clone();
        let mut count = 0;
        each_value(&mut case, &mut |_| count += 1);
        for _ in 0..=draw(3) {
            let (near, far) = (draw(count.min(40)), draw(count));
            let (at, with) = ([near, far][draw(2)], &odd[draw(odd.len())]);
            let mut place = 0;
            each_value(&mut case, &mut |own| {
                if place == at {
                    *own = with.clone();
                }
                place += 1;
            });
        }
        check(&case);
    }
}
