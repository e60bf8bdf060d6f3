//! `phantom figure`: what a run recorded, as a figure for print.

use std::path::Path;

use crate::fixtures::{phantom, run, scene};

/// Draws into a file of the run's folder's neighbour; gives exit code, output and complaints.
fn figure(folder: &Path, out: &Path, arguments: &[&str]) -> (i32, String, String) {
    let (folder, out) = (folder.display().to_string(), out.display().to_string());
    let mut all = vec!["figure", &folder, "--out", &out];
    all.extend(arguments);
    let output = phantom(&all);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap_or(-1);
    (code, text(&output.stdout), text(&output.stderr))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_run_becomes_a_figure_in_each_format() {
    let set = ["--ticks", "600", "--set", "record.plant=true"];
    let (end, code, folder) = run(&scene("hello"), &set);
    assert_eq!(code, 0);
    let place = tempfile::tempdir().unwrap();
    let svg = place.path().join("deep/f.svg");
    let plots = ["--plot", "coherence,order", "--plot", "entropy_nats"];
    let (code, said, told) = figure(folder.path(), &svg, &plots);
    assert_eq!(code, 0, "{told}");
    assert!(said.contains("2 panels, 3 curves of "), "{said}");
    let drawn = read(&svg);
    assert!(drawn.contains("<title>hello</title>"), "{drawn}");
    let digest = end["digest"].as_str().unwrap();
    assert!(drawn.contains(&digest[..12]) && drawn.contains("ticks 1–600"));
    assert_eq!(drawn.matches("class=\"line\"").count(), 3);
    assert_eq!(
        drawn.matches(">time (s)<").count(),
        1,
        "below the lowest panel"
    );
    assert!(drawn.contains("(nats)<") && !drawn.contains("NaN"));

    let again = place.path().join("g.svg");
    figure(folder.path(), &again, &plots);
    assert_eq!(read(&again), drawn, "the same twice");

    for (name, start) in [("f.pdf", b"%PDF"), ("f.png", b"\x89PNG")] {
        let file = place.path().join(name);
        let (code, _, told) = figure(
            folder.path(),
            &file,
            &[&plots[..], &["--size", "slide"]].concat(),
        );
        assert_eq!(code, 0, "{told}");
        assert!(std::fs::read(&file).unwrap().starts_with(start));
    }

    let some = ["--plot", "order", "--from", "2", "--to", "4", "--log"];
    let (code, _, told) = figure(folder.path(), &svg, &some);
    assert_eq!(code, 0, "{told}");
    assert!(read(&svg).contains("ticks 100–200"), "{}", read(&svg));
}

#[test]
fn what_cannot_be_drawn_is_told() {
    let (_, code, folder) = run(&scene("hello"), &["--ticks", "300"]);
    assert_eq!(code, 0);
    let place = tempfile::tempdir().unwrap();
    let svg = place.path().join("f.svg");
    for (out, arguments, code, words) in [
        (
            "f.svg",
            &["--plot", "coherense"][..],
            2,
            "did you mean `coherence`?",
        ),
        (
            "f.svg",
            &["--plot", "coherence,entropy_nats"],
            2,
            "entropy_nats: nats",
        ),
        ("f.jpg", &["--plot", "coherence"], 2, ".svg, .pdf and .png"),
        (
            "f.svg",
            &["--plot", "coherence", "--scope", "nobody"],
            2,
            "expected one of ",
        ),
        (
            "f.svg",
            &["--plot", "coherence", "--from", "3", "--to", "1"],
            2,
            "nothing between",
        ),
        ("f.svg", &["--plot", "order"], 3, "record.plant=true"),
        (
            "f.svg",
            &["--plot", "coherence", "--from", "100"],
            3,
            "in this range of time",
        ),
    ] {
        let (found, _, told) = figure(folder.path(), &place.path().join(out), arguments);
        assert!(
            found == code && told.contains(words),
            "{arguments:?}: {found} {told}"
        );
        assert!(!svg.exists(), "{arguments:?}");
    }
    assert_eq!(
        figure(place.path(), &svg, &["--plot", "coherence"]).0,
        6,
        "no run"
    );
    let nowhere = place.path().join("nowhere");
    assert_eq!(figure(&nowhere, &svg, &["--plot", "coherence"]).0, 7);

    let file = folder.path().join("metrics.csv");
    let forged = read(&file).replacen("0.", "1.", 1);
    std::fs::write(&file, forged).unwrap();
    assert_eq!(
        figure(folder.path(), &svg, &["--plot", "coherence"]).0,
        6,
        "forged"
    );
}

#[test]
fn events_are_marked_unless_they_are_left_out() {
    let (_, code, folder) = run(&scene("trip"), &[]);
    assert_eq!(code, 5, "safety stops it");
    let place = tempfile::tempdir().unwrap();
    let svg = place.path().join("f.svg");
    let (code, said, told) = figure(folder.path(), &svg, &["--plot", "coherence"]);
    assert_eq!(code, 0, "{told}");
    let drawn = read(&svg);
    let marks = drawn.matches("class=\"event\"").count() + drawn.matches("class=\"span\"").count();
    assert!(marks > 0 && drawn.contains(">stop<"), "{said}");
    let (code, said, _) = figure(folder.path(), &svg, &["--plot", "coherence", "--no-events"]);
    assert_eq!(code, 0);
    assert!(said.contains("0 events"), "{said}");
    assert!(!read(&svg).contains("class=\"event\""));
}
