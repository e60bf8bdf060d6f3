//! Rows of metrics as text, as columns of numbers, or both: the same rows, whatever happens to the run.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use phantomos::record::{MetricRows, RowForm, SavedRun};

use crate::fixtures::{command, metrics, phantom, run, scene};

/// Each row of a folder in one form: tick, time, scope, flags and values by their bits.
type Row = (u64, u64, String, String, Vec<Option<u64>>);

fn rows(folder: &Path, form: RowForm) -> (Vec<String>, Vec<Row>) {
    let mut source = MetricRows::open_form(folder, form).unwrap();
    let (columns, mut all) = (source.columns().to_vec(), Vec::new());
    while let Some(block) = source.next_block().unwrap() {
        for row in 0..block.len() {
            all.push((
                block.ticks[row],
                block.times[row].to_bits(),
                block.scope(row).to_owned(),
                block.flags(row).to_owned(),
                block
                    .row(row)
                    .map(|value| value.map(f64::to_bits))
                    .collect(),
            ));
        }
    }
    (columns, all)
}

fn parts(folder: &Path) -> Vec<String> {
    let list = std::fs::read_dir(folder.join("metrics.parquet")).unwrap();
    let mut names: Vec<String> = list
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn both_forms_hold_the_same_rows_to_the_last_bit_and_each_alone_verifies() {
    let (end, code, both) = run(&scene("cluster"), &["--ticks", "150", "--format", "both"]);
    assert_eq!(code, 0);
    let csv = rows(both.path(), RowForm::Csv);
    assert_eq!(csv.1.len(), 150 * 17);
    assert_eq!(csv, rows(both.path(), RowForm::Parquet));
    let resolved = std::fs::read_to_string(both.path().join("scene.resolved.ron")).unwrap();
    assert!(resolved.contains("format: Both"), "{resolved}");
    for (form, other) in [("parquet", "metrics.csv"), ("csv", "metrics.parquet")] {
        let (own, code, out) = run(&scene("cluster"), &["--ticks", "150", "--format", form]);
        assert_eq!((code, &own["digest"]), (0, &end["digest"]));
        assert!(!out.path().join(other).exists(), "{form}");
        let folder = out.path().display().to_string();
        let (code, said, told) = command("verify", &[&folder]);
        assert_eq!(code, 0, "{form}: {said}{told}");
        let again = out.path().join("again").display().to_string();
        assert_eq!(
            command("replay", &[&folder, "--out", &again]).0,
            0,
            "{form}"
        );
        let found = match form {
            "csv" => rows(out.path(), RowForm::Csv),
            _ => rows(out.path(), RowForm::Parquet),
        };
        assert!(found == csv, "{form}");
        let figure = out.path().join("f.svg").display().to_string();
        let arguments = [&folder, "--plot", "coherence", "--out", &figure];
        let drawn = command("figure", &arguments);
        assert_eq!(drawn.0, 0, "{drawn:?}");
    }
    let folder = both.path().display().to_string();
    assert_eq!(command("verify", &[&folder]).0, 0);
}

#[test]
fn a_directory_of_parts_is_a_table_for_every_command() {
    let sets = [
        "--ticks",
        "300",
        "--format",
        "both",
        "--set",
        "record.plant=true",
    ];
    let (_, code, out) = run(&scene("hello"), &sets);
    assert_eq!(code, 0);
    let [text, parts] =
        ["metrics.csv", "metrics.parquet"].map(|name| out.path().join(name).display().to_string());
    for (name, arguments) in [
        (
            "signal",
            ["--channels", "order", "--fs", "50", "--input"].as_slice(),
        ),
        ("stl", &["--formula", "always[0,2] (order >= 0)", "--trace"]),
    ] {
        let told = |file: &str| {
            let (code, said, told) = command(name, &[arguments, &[file]].concat());
            assert_eq!(code, 0, "{name}: {told}");
            said
        };
        assert_eq!(told(&text), told(&parts), "{name}");
    }
    let (code, said, told) = command("info", &[&parts]);
    assert_eq!(code, 0, "{told}");
    assert!(said.contains("Parquet, 600 rows"), "{said}");
}

#[test]
fn the_named_metrics_alone_are_written_with_those_of_the_view() {
    let sets = [
        "--ticks",
        "150",
        "--format",
        "both",
        "--set",
        "record.metrics=[\"order\"]",
        "--set",
        "view.plots=[(curves: [(metric: \"entropy_nats\")])]",
        "--set",
        "assertions=[(metric: \"coherence\", at_least: 0.0)]",
    ];
    let (_, code, out) = run(&scene("hello"), &sets);
    assert_eq!(code, 0);
    for form in [RowForm::Csv, RowForm::Parquet] {
        let mut columns = rows(out.path(), form).0;
        columns.sort();
        assert_eq!(columns, ["entropy_nats", "order"]);
    }
    assert!(
        metrics(out.path())
            .iter()
            .all(|row| !row["order"].is_empty())
    );
    assert_eq!(command("verify", &[&out.path().display().to_string()]).0, 0);
    let hello = scene("hello").display().to_string();
    let wrong = phantom(&["run", &hello, "--set", "record.metrics=[\"coherense\"]"]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(wrong.status.code(), Some(3), "{said}");
    assert!(said.contains("did you mean `coherence`"), "{said}");
}

#[test]
fn what_a_killed_run_leaves_repeats_in_every_form() {
    for (form, kept) in [
        ("csv", vec![RowForm::Csv]),
        ("parquet", vec![RowForm::Parquet]),
        ("both", vec![RowForm::Csv, RowForm::Parquet]),
    ] {
        let out = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_phantom"))
            .args(["run", "--ticks", "1000000000", "--format", form, "--out"])
            .arg(out.path())
            .arg(scene("hello"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(3200));
        child.kill().unwrap();
        child.wait().unwrap();
        let run = SavedRun::open(out.path()).unwrap();
        assert!(run.manifest.is_cut());
        assert_eq!(run.row_forms().unwrap(), kept);
        let end = run.end().unwrap();
        assert!(end > 100, "{form}: {end}");
        if form != "csv" {
            let whole = parts(out.path())
                .iter()
                .filter(|name| name.starts_with("part-"))
                .count();
            assert!(whole >= 3, "{form}: {:?}", parts(out.path()));
        }
        // Runs again what may be a million ticks: the first part of it is enough.
        let to = end.min(2000).to_string();
        let folder = out.path().display().to_string();
        let (code, said, told) = command("replay", &[&folder, "--to", &to]);
        assert_eq!(code, 0, "{form}: {said}{told}");
    }
}

#[test]
fn small_parts_become_few_and_every_one_is_claimed() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().display().to_string();
    let hello = scene("hello").display().to_string();
    let arguments = ["run", &hello, "--ticks", "1000000000", "--time-limit", "4"];
    let more = ["--format", "parquet", "--out", &folder];
    assert_eq!(
        phantom(&[&arguments[..], &more].concat()).status.code(),
        Some(124)
    );
    assert_eq!(parts(out.path()).len(), 1, "{:?}", parts(out.path()));
    assert!(!out.path().join("metrics.parquet.old").exists());
    let run = SavedRun::open(out.path()).unwrap();
    run.check_files().unwrap();
    let (_, all) = rows(out.path(), RowForm::Parquet);
    assert_eq!(all.len() as u64, run.manifest.ticks);
    assert!(all.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1));
    let part = out
        .path()
        .join("metrics.parquet")
        .join(&parts(out.path())[0]);
    let mut bytes = std::fs::read(&part).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&part, bytes).unwrap();
    let said = run.check_files().unwrap_err().to_string();
    assert!(
        said.contains("part-00000.parquet") && said.contains("changed"),
        "{said}"
    );
    std::fs::write(
        out.path().join("metrics.parquet/part-00007.parquet"),
        "more",
    )
    .unwrap();
    let said = run.check_files().unwrap_err().to_string();
    assert!(
        said.contains("part-00007.parquet: the run did not write it"),
        "{said}"
    );
    // A run that replaces it takes out what is its own, and no more.
    std::fs::write(out.path().join("metrics.parquet/mine.txt"), "kept").unwrap();
    let force = ["run", &hello, "--ticks", "10", "--force", "--out", &folder];
    assert_eq!(phantom(&force).status.code(), Some(0));
    assert_eq!(parts(out.path()), ["mine.txt"]);
}

/// A limit on the length of files acts as a full disk does, without one.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_run_with_its_code_and_leaves_what_can_be_read() {
    for form in ["csv", "parquet", "both"] {
        let out = tempfile::tempdir().unwrap();
        let ended = Command::new("sh")
            .arg("-c")
            .arg("trap '' XFSZ; ulimit -f 100; exec \"$@\"")
            .args(["sh", env!("CARGO_BIN_EXE_phantom"), "run", "--format", form])
            .args([
                "--ticks",
                "1000000000",
                "--set",
                "record.plant=true",
                "--out",
            ])
            .arg(out.path())
            .arg(scene("hello"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(7), "{form}: {said}");
        assert!(said.contains("cannot write the run folder: "), "{said}");
        assert!(said.contains("File too large"), "{said}");
        assert!(
            said.contains("can be read up to its last whole row"),
            "{said}"
        );
        let run = SavedRun::open(out.path()).unwrap();
        assert!(run.manifest.is_cut() && run.end().is_ok(), "{form}");
    }
}
