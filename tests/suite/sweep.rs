//! Sweeps as a user runs them.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::fixtures::{self, phantom};

/// A sweep of two points with two seeds into a folder.
fn sweep(out: &Path, more: &[&str]) -> Output {
    let out = out.display().to_string();
    let mut all = vec![
        "sweep",
        "hello",
        "-p",
        "populations[0].coupling=0:2:1",
        "--seeds",
        "2",
        "--ticks",
        "120",
        "--set",
        "control.enabled=false",
        "--stat",
        "coherence:mean,last,time_above(0.5)",
    ];
    all.extend(["--out", &out]);
    all.extend(more);
    phantom(&all)
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn table(folder: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(folder.join("cells.csv"))
        .unwrap();
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

fn cells(folder: &Path) -> Vec<PathBuf> {
    let list = std::fs::read_dir(folder.join("cells")).unwrap();
    let mut paths: Vec<PathBuf> = list.map(|own| own.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn a_sweep_has_a_run_folder_for_each_cell_and_a_table_of_all() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("s");
    let done = sweep(&out, &["--json"]);
    assert!(done.status.success(), "{}", told(&done));
    let rows = table(&out);
    assert_eq!(rows.len(), 7);
    let head = "id,point,populations[0].coupling,seed,digest,status,ticks,coherence:mean,\
                coherence:last,coherence:time_above(0.5)";
    assert_eq!(rows[0].join(","), head);
    let seeds: Vec<&str> = rows[1..].iter().map(|row| row[3].as_str()).collect();
    assert_eq!(seeds[0], seeds[2]);
    assert_ne!(seeds[0], seeds[1]);
    // A cell is a run like any other: it is verified, and run by hand it gives the same digest.
    let cell = out.join("cells").join(&rows[5][0]);
    let verified = phantom(&["verify", &cell.display().to_string()]);
    assert!(verified.status.success(), "{}", told(&verified));
    let alone = home.path().join("alone");
    let by_hand = phantom(&[
        "run",
        "hello",
        "--set",
        "control.enabled=false",
        "--set",
        "populations[0].coupling=2",
        "--ticks",
        "120",
        "--seed",
        &rows[5][3],
        "--json",
        "--quiet",
        "--out",
        &alone.display().to_string(),
    ]);
    let text = String::from_utf8_lossy(&by_hand.stdout).into_owned();
    assert!(
        text.contains(&format!("\"digest\":\"{}\"", rows[5][4])),
        "{text}"
    );
    // The statistics are those of the rows.
    let text = std::fs::read_to_string(cell.join("metrics.csv")).unwrap();
    let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let at = head.iter().position(|name| *name == "coherence").unwrap();
    let of_cluster = text
        .lines()
        .filter(|line| line.split(',').nth(2) == Some("cluster"));
    let values: Vec<f64> = of_cluster
        .filter_map(|line| line.split(',').nth(at)?.parse().ok())
        .collect();
    assert_eq!(rows[5][8].parse::<f64>().unwrap(), *values.last().unwrap());
    assert!(out.join("figures/coherence_mean.svg").is_file());
    let last = String::from_utf8_lossy(&done.stdout)
        .lines()
        .last()
        .unwrap()
        .to_owned();
    let last: serde_json::Value = serde_json::from_str(&last).unwrap();
    assert_eq!((&last["cells"], &last["ok"]), (&6.into(), &6.into()));
}

#[test]
fn a_sweep_goes_on_where_it_was_and_refuses_another_plan() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("s");
    assert!(sweep(&out, &["--shard", "1/2"]).status.success());
    assert_eq!(cells(&out).len(), 3);
    let again = sweep(&out, &[]);
    assert_eq!(again.status.code(), Some(7));
    assert!(told(&again).contains("--resume"), "{}", told(&again));
    let other = sweep(&out, &["--resume", "--seed", "9"]);
    assert_eq!(other.status.code(), Some(3));
    assert!(told(&other).contains("range of seeds"), "{}", told(&other));
    // One cell is torn: it is run again, the others stay.
    let torn = &cells(&out)[0];
    let text = std::fs::read_to_string(torn.join("metrics.csv")).unwrap();
    std::fs::write(torn.join("metrics.csv"), &text[..text.len() / 2]).unwrap();
    let kept = std::fs::metadata(cells(&out)[1].join("manifest.json"))
        .unwrap()
        .modified()
        .unwrap();
    let resumed = sweep(&out, &["--resume"]);
    assert!(resumed.status.success(), "{}", told(&resumed));
    assert!(told(&resumed).contains("was torn"), "{}", told(&resumed));
    assert!(
        told(&resumed).contains("4 cells to run (2 are done)"),
        "{}",
        told(&resumed)
    );
    assert_eq!(
        std::fs::read_to_string(torn.join("metrics.csv")).unwrap(),
        text
    );
    let now = std::fs::metadata(cells(&out)[1].join("manifest.json"));
    assert!(cells(&out).len() == 6 && now.is_ok());
    assert!(told(&sweep(&out, &["--resume"])).contains("0 cells to run (6 are done)"));
    let _ = kept;
    let shown = out.display().to_string();
    let verified = phantom(&["verify", &shown, "--sample", "3"]);
    assert!(verified.status.success(), "{}", told(&verified));
    let text = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(
        text.contains("3 of 6 cells run again: 3 identical, 0 not"),
        "{text}"
    );
    // What cannot be read any more is a gap that is told.
    std::fs::write(cells(&out)[2].join("manifest.json"), "{").unwrap();
    let derived = phantom(&["sweep", "table", &out.display().to_string()]);
    assert!(told(&derived).contains("gap: "), "{}", told(&derived));
    assert_eq!(table(&out).len(), 6);
}

#[test]
fn parts_of_a_sweep_are_joined_into_what_one_would_be() {
    let home = tempfile::tempdir().unwrap();
    let [whole, one, two, all] = ["whole", "one", "two", "all"].map(|name| home.path().join(name));
    assert!(sweep(&whole, &["-j", "1"]).status.success());
    assert!(sweep(&one, &["--shard", "1/2"]).status.success());
    assert!(sweep(&two, &["--shard", "2/2"]).status.success());
    let [one, two] = [&one, &two].map(|path| path.display().to_string());
    let into = all.display().to_string();
    let merged = phantom(&["sweep", "merge", &one, &two, "--into", &into]);
    assert!(merged.status.success(), "{}", told(&merged));
    assert_eq!(table(&all), table(&whole));
    let again = phantom(&["sweep", "merge", &one, "--into", &into]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("0 cells taken, 3 were there"));
    let text = phantom(&["sweep", "plot", &into, "--stat", "coherence:max"]);
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(text.starts_with("coherence:max over coupling"), "{text}");
}

#[test]
fn what_cannot_be_swept_is_refused_before_anything_runs() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("s");
    let shown = out.display().to_string();
    let refused = |more: &[&str], code: i32, expected: &str| {
        let mut all = vec!["sweep", "hello", "--out", &shown];
        all.extend(more);
        fixtures::refused(&all, code, expected);
        assert!(!out.exists(), "{more:?}");
    };
    refused(
        &["-p", "populations[0].cuopling=0,1"],
        3,
        "did you mean `coupling`?",
    );
    refused(
        &["-p", "populations[7].coupling=0,1"],
        3,
        "populations[0] alone",
    );
    refused(
        &["-p", "populations[0].coupling=0:1:0.3"],
        2,
        "do not reach 1",
    );
    refused(&["-p", "populations[0].coupling=0:1"], 3, "--design lhs");
    refused(
        &["-p", "populations[0].noise=0,-1,-2"],
        3,
        "2 of 3 points are no scenes",
    );
    refused(&["-p", "seed=1,2"], 3, "--seeds N");
    refused(&["-p", "ticks=5,6", "-p", "ticks=7"], 3, "varied twice");
    refused(
        &["--stat", "coherense:mean"],
        3,
        "did you mean `coherence`?",
    );
    refused(&["--stat", "order:mean"], 3, "record.plant=true");
    refused(&["--stat", "coherence@left:mean"], 3, "no population");
    refused(&["--design", "none.csv"], 3, "none.csv");
    refused(&["--shard", "3/2"], 2, "1 ≤ I ≤ N");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("precious.txt"), "kept").unwrap();
    let output = phantom(&["sweep", "hello", "--out", &shown]);
    assert_eq!(output.status.code(), Some(7), "{}", told(&output));
    assert_eq!(
        std::fs::read_to_string(out.join("precious.txt")).unwrap(),
        "kept"
    );
}

#[test]
fn assertions_of_cells_end_a_sweep_with_their_exit_code_and_junit_names_them() {
    let home = tempfile::tempdir().unwrap();
    let (out, junit) = (home.path().join("s"), home.path().join("junit.xml"));
    let junit = junit.display().to_string();
    let done = sweep(
        &out,
        &["--assert", "coherence:mean >= 0.5", "--junit", &junit],
    );
    assert_eq!(done.status.code(), Some(4), "{}", told(&done));
    let text = std::fs::read_to_string(&junit).unwrap();
    assert_eq!(text.matches("<testsuite ").count(), 6);
    assert!(text.contains("coherence:mean &gt;= 0.5"), "{text}");
    let dry = sweep(&home.path().join("t"), &["--dry-run"]);
    assert!(String::from_utf8_lossy(&dry.stdout).contains("6 cells of 120 ticks"));
    assert!(!home.path().join("t").exists());
}
