//! `phantom stl`: formulas on a person's own trace.

use std::path::Path;

use phantomos::logic::Formula;
use phantomos::logic::explain::{DIFFERENCES, OPERATORS};
use serde_json::Value;

use crate::fixtures::{self, command, each};

fn stl(arguments: &[&str]) -> (i32, String, String) {
    command("stl", arguments)
}

fn document(expected: i32, arguments: &[&str]) -> Value {
    fixtures::document("stl", expected, arguments)
}

fn file(place: &Path, name: &str, text: &str) -> String {
    let path = place.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

const TRACE: &str = "t_s,x,y\n0.0,0.5,0\n0.1,0.7,0\n0.2,1.5,0\n0.3,0.4,2\n0.4,0.3,1\n";

/// Rows of two scopes, with an empty cell while a window fills.
const SCOPES: &str = "tick,t_s,scope,coherence,order,flags\n\
    1,0.02,cluster,,0.3,warming_up\n1,0.02,drive,0.9,0.2,\n\
    2,0.04,cluster,0.5,0.3,\n2,0.04,drive,0.8,0.2,\n\
    3,0.06,cluster,0.1,0.4,\n3,0.06,drive,0.7,0.2,\n";

#[test]
fn references_are_answered_with_the_names_of_their_cases() {
    each("stl_", |path, case| {
        let found = document(0, &["--input", path]);
        let cases = found["cases"].as_array().unwrap();
        assert_eq!(cases.len(), case["cases"].as_array().unwrap().len());
        let samples = case["signals"]["x"].as_array().unwrap().len();
        for own in cases {
            assert_eq!(
                own["robustness"].as_array().unwrap().len(),
                samples,
                "{path}"
            );
        }
    });
}

#[test]
fn a_violated_formula_tells_where_by_how_much_and_why() {
    let place = tempfile::tempdir().unwrap();
    let path = file(place.path(), "mine.csv", TRACE);
    let asked = ["--formula", "always[0, 200 ms] (x <= 1)", "--trace", &path];
    let (code, said, told) = stl(&asked);
    assert_eq!(code, 4, "{told}");
    for part in [
        "always[0,2] (x <= 1)",
        "violated at sample 0 (t = 0 s): robustness -0.5",
        "x <= 1 at sample 2 (t = 0.2 s): x = 1.5",
        "2 of 5 samples, violated at 3",
        "-0.5 at sample 0",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(told.contains("samples are 0.1 s apart"), "{told}");
    let found = document(4, &asked);
    assert_eq!(found["holds"], false);
    assert_eq!(found["robustness"], -0.5);
    assert_eq!(found["first_violation"]["sample"], 0);
    assert_eq!(found["decided_by"]["comparison"], "x <= 1");
    assert_eq!(found["decided_by"]["t_s"], 0.2);
    assert_eq!(found["decided_by"]["samples"]["x"], 1.5);
    assert_eq!(found["satisfied"], 2);
    let found = document(
        0,
        &[
            "--formula",
            "x <= 1 until y > 1",
            "--trace",
            &path,
            "--from",
            "3",
        ],
    );
    assert_eq!(
        (&found["holds"], &found["robustness"]),
        (&Value::from(true), &Value::from(1.0))
    );
    assert_eq!(found["decided_by"]["sample"], 3);
    let found = document(0, &["--formula", "x >= 0.5", "--trace", &path]);
    assert_eq!(
        (&found["holds"], &found["undecided"]),
        (&Value::Null, &Value::from(1))
    );
}

#[test]
fn rows_of_a_scope_are_taken_and_empty_cells_are_told() {
    let place = tempfile::tempdir().unwrap();
    let path = file(place.path(), "metrics.csv", SCOPES);
    let formula = "always (coherence >= 0.2)";
    let (code, said, told) = stl(&["--formula", formula, "--trace", &path]);
    assert_eq!(code, 4, "{told}");
    let verdict =
        "invalid at sample 0 (t = 0.02 s), a violation: it depends on a sample that is no";
    assert!(said.contains(verdict), "{said}");
    assert!(said.contains("coherence = no number"), "{said}");
    for part in [
        "rows of the scope cluster are taken, of cluster, drive; --scope chooses",
        "coherence has no number at 1 of 3 samples, first at 0",
        "--from 1 begins where all signals have numbers",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let found = document(4, &["--formula", formula, "--trace", &path, "--from", "1"]);
    assert_eq!(
        (found["robustness"].as_f64(), found["invalid"].as_u64()),
        (Some(-0.1), Some(0))
    );
    let found = document(
        0,
        &["--formula", formula, "--trace", &path, "--scope", "drive"],
    );
    assert!((found["robustness"].as_f64().unwrap() - 0.5).abs() < 1e-12);
    let both = "coherence@drive >= 0.2 and order@cluster < 0.5";
    let found = document(0, &["--formula", both, "--trace", &path]);
    assert_eq!(found["satisfied"], 3);
    let others = SCOPES.replace("cluster", "rest");
    let path = file(place.path(), "other.csv", &others);
    let (code, _, told) = stl(&["--formula", formula, "--trace", &path]);
    assert_eq!(code, 3);
    assert!(
        told.contains("expected --scope to say one of rest, drive"),
        "{told}"
    );
}

#[test]
fn what_is_wrong_is_refused_with_the_choices() {
    let place = tempfile::tempdir().unwrap();
    let path = file(place.path(), "mine.csv", TRACE);
    let scopes = file(place.path(), "metrics.csv", SCOPES);
    let untimed = file(place.path(), "untimed.csv", "a,b\n1,2\n3,4\n");
    let uneven = file(place.path(), "uneven.csv", "t_s,a\n0,2\n1,4\n5,2\n");
    for (formula, trace, part) in [
        (
            "z > 1",
            &path,
            "found no column \"z\", expected one of t_s, x, y",
        ),
        ("coherense > 1", &scopes, "did you mean `coherence`?"),
        (
            "coherence@drove > 1",
            &scopes,
            "expected one of cluster, drive; did you mean `drive`?",
        ),
        (
            "always[0,5 (x > 1)",
            &path,
            "the formula, column 12: found (, expected ]",
        ),
        (
            "always[0, 1 s] (a > 1)",
            &untimed,
            "the time between samples is not known",
        ),
        (
            "always[0, 1 s] (a > 1)",
            &uneven,
            "the time between samples is not known",
        ),
        ("always[0, 150 ms] (x > 1)", &path, "which are 0.1 s apart"),
    ] {
        let (code, _, told) = stl(&["--formula", formula, "--trace", trace]);
        assert_eq!(code, 3, "{formula}: {told}");
        assert!(told.contains(part), "{formula}: {told}");
    }
    let (code, _, told) = stl(&["--formula", "x > 1", "--trace", &path, "--from", "5"]);
    assert!(
        code == 3 && told.contains("the trace has 5 samples"),
        "{told}"
    );
    let (code, _, told) = stl(&["--formula", "x > 1", "--trace", &path, "--scope", "drive"]);
    assert!(
        code == 3 && told.contains("found no column scope"),
        "{told}"
    );
    assert_eq!(stl(&["--formula", "x > 1"]).0, 2);
    assert_eq!(stl(&["--trace", &path]).0, 2);
    assert_eq!(stl(&["--input", "nowhere.json"]).0, 7);
    let found = document(
        0,
        &[
            "--formula",
            "eventually[0, 1 s] (a > 1)",
            "--trace",
            &untimed,
            "--fs",
            "1",
        ],
    );
    assert_eq!(found["horizon"], 1);
}

#[test]
fn a_figure_shows_signals_thresholds_and_the_robustness() {
    let place = tempfile::tempdir().unwrap();
    let path = file(place.path(), "mine.csv", TRACE);
    let out = place.path().join("stl.svg").display().to_string();
    let formula = "always[0,1] (abs(x) <= 1 implies y < 1.5)";
    let (code, _, told) = stl(&["--formula", formula, "--trace", &path, "--plot", &out]);
    assert!(code == 0 || code == 4, "{told}");
    let drawn = std::fs::read_to_string(&out).unwrap();
    assert!(drawn.starts_with("<svg") || drawn.starts_with("<?xml"));
    assert!(told.contains("signals with their thresholds"), "{told}");
    let (code, _, told) = stl(&["--formula", formula, "--trace", &path, "--plot", "x.bmp"]);
    assert!(code == 3 && told.contains("--plot"), "{told}");
}

#[test]
fn operators_are_explained_and_the_documentation_says_the_same() {
    let (code, said, _) = stl(&["--explain"]);
    assert_eq!(code, 0);
    let docs = std::fs::read_to_string(fixtures::root().join("docs/logic.md")).unwrap();
    let plain = docs
        .replace("\n  ", " ")
        .replace('\n', " ")
        .replace("\\|", "|");
    for own in &OPERATORS {
        assert!(said.contains(own.syntax), "{}", own.name);
        let (code, one, _) = stl(&["--explain", own.name]);
        assert!(code == 0 && one.contains(own.meaning) && one.contains(own.example));
        if own.name != "interval" {
            let row = format!(
                "| `{}` | {} | {} | {} |",
                own.name, own.robustness, own.window, own.end
            );
            assert!(plain.contains(&row), "docs/logic.md lacks {row}");
        }
    }
    for own in DIFFERENCES {
        assert!(plain.contains(own), "docs/logic.md lacks {own}");
    }
    let block = docs
        .split("```stl\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    for line in block.lines() {
        assert!(Formula::parse(line, None).is_ok(), "{line}");
    }
    for line in docs
        .lines()
        .filter(|line| line.starts_with("phantom stl --formula"))
    {
        let text = line.split('"').nth(1).unwrap();
        assert!(Formula::parse(text, Some(0.01)).is_ok(), "{text}");
    }
    let (code, _, told) = stl(&["--explain", "allways"]);
    assert!(
        code == 3 && told.contains("did you mean `always`?"),
        "{told}"
    );
}

#[test]
fn a_run_is_judged_by_its_metrics() {
    let scene = fixtures::scene("hello");
    let (_, code, out) = fixtures::run(&scene, &["--ticks", "300"]);
    assert_eq!(code, 0);
    let run = std::fs::read_dir(out.path())
        .unwrap()
        .filter_map(Result::ok);
    let own = out.path().join("metrics.csv");
    let path = match own.exists() {
        true => own,
        false => run
            .map(|own| own.path().join("metrics.csv"))
            .find(|own| own.exists())
            .unwrap(),
    };
    let path = path.display().to_string();
    let formula = "always (load_max >= 0) and eventually[0, 2 s] (coherence >= 0)";
    let (code, said, told) = stl(&["--formula", formula, "--trace", &path, "--from", "200"]);
    assert!(code == 0 || code == 4, "{told}");
    assert!(
        said.contains("eventually[0,100] (coherence >= 0)"),
        "{said}"
    );
}
