//! `phantom phi` as a person uses it: files in, text, JSON and figures out, words for what is wrong.

use std::path::{Path, PathBuf};

use phantomos::base::num;
use serde_json::{Value, json};

use crate::fixtures::{phantom, reference};

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

fn ask(input: &Path, arguments: &[&str]) -> (i32, String, String) {
    let input = input.display().to_string();
    let mut all = vec!["phi", "--input", &input];
    all.extend(arguments);
    let output = phantom(&all);
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn answer(input: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let (code, out, error) = ask(input, &all);
    assert_eq!(code, 0, "{error}");
    serde_json::from_str(&out).unwrap()
}

fn close(found: &Value, wanted: f64, tolerance: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - wanted).abs() <= tolerance, "{found} for {wanted}");
}

fn first_case(name: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let mut all = reference("iit", name).into_iter();
    all.find(fits).expect("such a case")
}

/// Everything `expected` says, found in the answer under the same names.
fn holds(expected: &Value, found: &Value, at: &str) {
    match expected {
        Value::Object(fields) => {
            for (key, wanted) in fields {
                let beside = ["independent_check", "tolerance"].contains(&key.as_str())
                    // Any of several tied cuts will do.
                    || (key.contains("removed_edges") && fields["unique"] == false);
                if !beside && !key.contains("second") && !key.contains("toolbox") {
                    holds(wanted, &found[key], &format!("{at}.{key}"));
                }
            }
        }
        Value::Array(items) => {
            assert_eq!(found.as_array().map(Vec::len), Some(items.len()), "{at}");
            for (k, wanted) in items.iter().enumerate() {
                holds(wanted, &found[k], &format!("{at}[{k}]"));
            }
        }
        Value::Number(wanted) => {
            let (wanted, found) = (wanted.as_f64().unwrap(), found.as_f64());
            let near = |x: f64| (x - wanted).abs() <= 1e-8 * wanted.abs().max(1.0);
            assert!(found.is_some_and(near), "{at}: {found:?} for {wanted}");
        }
        other => assert_eq!(other, found, "{at}"),
    }
}

#[test]
fn the_published_figures_are_reproduced() {
    let output = phantom(&["phi", "--selftest"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("29 of 29"), "{text}");
    let output = phantom(&["phi", "--selftest", "--json"]);
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&rows["agree"], &rows["of"]), (&json!(29), &json!(29)));
    let rows = rows["selftest"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["agrees"] == true));
}

#[test]
fn answers_have_the_names_of_the_cases_and_lists_stay_lists() {
    let place = Place::new();
    let strict = |case: &Value| {
        let expected = &case["expected"];
        let ces = expected["ces"].as_array();
        case["n"] == 3
            && expected["complexes_strict"] == true
            && ces.is_some_and(|list| {
                !list.is_empty() && list.iter().all(|c| c["strict_relations"] == true)
            })
    };
    let case = first_case("iit4_cases", strict);
    let one = place.put("one.json", &case.to_string());
    let found = answer(&one, &[]);
    assert_eq!(found["id"], case["id"]);
    holds(&case["expected"]["systems"], &found["systems"], "systems");
    holds(
        &case["expected"]["complexes"],
        &found["complexes"],
        "complexes",
    );
    holds(&case["expected"]["ces"], &found["ces"], "ces");

    let big = first_case("iit4_big", |case| case["n"] == 7);
    let both = place.put("both.json", &json!([case, big]).to_string());
    let list = answer(&both, &[]);
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    assert_eq!(list[0], found);
    for key in ["phi_s", "normalized_phi_s", "num_cut"] {
        holds(&big[key], &list[1][key], key);
    }
    let single = place.put("single.json", &json!([big]).to_string());
    assert_eq!(answer(&single, &[])[0], list[1]);
}

#[test]
fn a_gaussian_request_is_repeated_with_its_values() {
    let place = Place::new();
    let case = first_case("gauss_cases", |case| {
        let has = |key: &str| {
            case["expected"][key]
                .as_array()
                .is_some_and(|l| !l.is_empty())
        };
        case["n"].as_u64().is_some_and(|n| n <= 6)
            && has("measures")
            && has("mip")
            && has("complexes")
    });
    let mut asked = case.clone();
    let names = |list: &Value, keys: &[&str]| -> Value {
        let one = |item: &Value| -> Value {
            let own = keys.iter().filter(|key| item.get(**key).is_some());
            own.map(|key| ((*key).to_owned(), item[*key].clone()))
                .collect()
        };
        list.as_array().unwrap().iter().map(one).collect()
    };
    let expected = &case["expected"];
    asked["request"] = json!({
        "measures": names(&expected["measures"], &["type", "Z"]),
        "mip": names(&expected["mip"], &["type", "search", "normalization"]),
        "complexes": names(&expected["complexes"], &["type", "search"]),
    });
    asked.as_object_mut().unwrap().remove("expected");
    let found = answer(&place.put("request.json", &asked.to_string()), &[]);
    let whole = answer(&place.put("whole.json", &case.to_string()), &[]);
    assert_eq!(found["measures"], whole["measures"]);
    assert_eq!(found["mip"], whole["mip"]);
    let (some, all) = (&found["complexes"], &expected["complexes"]);
    for (some, all) in some.as_array().unwrap().iter().zip(all.as_array().unwrap()) {
        assert_eq!(some["main_complexes"], all["main_complexes"]);
    }
    for key in ["measures", "mip", "complexes"] {
        for (item, wanted) in found[key]
            .as_array()
            .unwrap()
            .iter()
            .zip(expected[key].as_array().unwrap())
        {
            assert_eq!(item["type"], wanted["type"]);
            if let Some(phi) = wanted["phi"].as_f64() {
                close(
                    &item["phi"],
                    phi,
                    wanted["tolerance"].as_f64().unwrap_or(1e-6),
                );
            }
        }
    }
}

#[test]
fn tables_are_taken_for_what_they_are() {
    let place = Place::new();
    // Two units that copy each other, row by state, unit 0 fastest.
    let tpm = place.put("copy.csv", "a,b\n0,0\n0,1\n1,0\n1,1\n");
    let found = answer(&tpm, &["--state", "1,0"]);
    let as_json = json!({
        "tpm_state_by_node": [[0, 0], [0, 1], [1, 0], [1, 1]], "state": [1, 0],
    });
    let same = answer(&place.put("copy.json", &as_json.to_string()), &[]);
    close(&found["systems"][0]["phi_s"], 2.0, 1e-12);
    assert_eq!(found["systems"], same["systems"]);

    let rho: f64 = 0.6;
    let covariance = place.put("cov.csv", "1,0.6\n0.6,1\n");
    let found = answer(&covariance, &[]);
    close(
        &found["mip"][0]["phi"],
        -0.5 * num::ln(1.0 - rho * rho),
        1e-12,
    );
    assert_eq!(found["mip"][0]["type"], "MI1");

    let mut text = String::from("time,left,right\n");
    let mut draws =
        phantomos::base::random::KeyedRng::new(3, phantomos::base::random::Purpose::Noise, 0, 0);
    let (mut left, mut right): (f64, f64) = (0.0, 0.0);
    for step in 0..600 {
        let both = draws.normal();
        (left, right) = (
            0.5 * left + 0.3 * right + draws.normal() + both,
            0.5 * right + 0.3 * left + draws.normal() + both,
        );
        text += &format!("{step},{left},{right}\n");
    }
    let recording = place.put("recording.csv", &text);
    let arguments = [
        "--columns",
        "left,right",
        "--surrogates",
        "99",
        "--shrink",
        "none",
    ];
    let found = answer(&recording, &arguments);
    let phi = found["mip"][0]["phi"].as_f64().unwrap();
    assert!(phi > 0.1, "{phi}");
    close(&found["surrogates"]["p_value"], 0.01, 1e-9);
    assert!(found["interval"]["low"].as_f64().unwrap() < phi);
    assert!(found["interval"]["high"].as_f64().unwrap() > phi);
    let again = answer(&recording, &arguments);
    assert_eq!(found, again, "surrogates are drawn by seed");
    let binary = answer(
        &recording,
        &["--columns", "left,right", "--measure", "iit4"],
    );
    assert!(
        binary["remarks"][0]
            .as_str()
            .unwrap()
            .contains("4 of 4 states were seen")
    );
}

#[test]
fn lesions_name_what_carries_phi() {
    let place = Place::new();
    // Units 0 and 1 copy each other; unit 2 copies itself.
    let rows: Vec<[u8; 3]> = (0..8u8).map(|s| [s >> 1 & 1, s & 1, s >> 2 & 1]).collect();
    let case = json!({"tpm_state_by_node": rows, "state": [1, 1, 1]});
    let input = place.put("pair.json", &case.to_string());
    let found = answer(&input, &["--lesion"]);
    close(&found["lesions"][2], 2.0, 1e-12);
    close(&found["lesions"][0], 0.0, 1e-12);
    let edges = found["edge_lesions"].as_array().unwrap();
    assert_eq!(edges.len(), 3, "{edges:?}");
}

#[test]
fn figures_and_text_say_the_same() {
    let place = Place::new();
    let case = first_case("iit4_paper", |case| case["n"] == 3);
    let input = place.put("paper.json", &case.to_string());
    let svg = place.0.path().join("figure.svg");
    let plot = svg.display().to_string();
    let (code, out, _) = ask(&input, &["--plot", &plot]);
    assert_eq!(code, 0);
    let drawn = std::fs::read_to_string(svg).unwrap();
    assert_eq!(drawn.matches("class=\"unit\"").count(), 3);
    assert!(drawn.contains("class=\"cut\"") && drawn.contains("class=\"bar\""));
    let value = out
        .split("bits")
        .next()
        .unwrap()
        .split_whitespace()
        .last()
        .unwrap();
    assert!(drawn.contains(&format!("{:.4} bits", value.parse::<f64>().unwrap())));
    for (name, start) in [("figure.pdf", b"%PDF"), ("figure.png", b"\x89PNG")] {
        let file = place.0.path().join(name);
        assert_eq!(ask(&input, &["--plot", &file.display().to_string()]).0, 0);
        assert!(std::fs::read(&file).unwrap().starts_with(start));
    }
    let other = place.0.path().join("figure.jpg").display().to_string();
    let (code, nothing, error) = ask(&input, &["--plot", &other]);
    assert!(
        code == 2 && nothing.is_empty() && error.contains(".svg, .pdf and .png"),
        "{error}"
    );
    assert!(out.contains("exact") && out.contains("structure"), "{out}");
}

#[test]
fn a_deadline_gives_a_bound_that_says_so() {
    let place = Place::new();
    let n = 17;
    let weight =
        |i: usize, j: usize| 0.2 * (1.2 + num::sin(((1 + i * n + j) * (i + 3 * j + 1)) as f64));
    let weights: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| weight(i, j)).collect())
        .collect();
    let case = json!({"kind": "iit4_big", "weights": weights, "k_slope": 1.0, "state": vec![1; n]});
    let input = place.put("large.json", &case.to_string());
    let (code, _, error) = ask(&input, &[]);
    assert_eq!(code, 3, "{error}");
    assert!(
        error.contains("17 units") && error.contains("--deadline S"),
        "{error}"
    );
    let found = answer(&input, &["--deadline", "0.3"]);
    assert_eq!(found["bound"], "upper");
    let (low, high) = (&found["phi_s_lower"], &found["phi_s"]);
    assert!(low.as_f64().unwrap() <= high.as_f64().unwrap());
}

#[test]
fn what_cannot_be_measured_is_told_in_words() {
    let place = Place::new();
    let wrong = [
        (
            "a.json",
            r#"{"tpm_state_by_node": [[0, 0], [0, 1], [1, 0]], "state": [1, 0]}"#,
            "",
            "3 rows",
        ),
        (
            "b.json",
            r#"{"tpm_state_by_node": [[0], [1.5]], "state": [1]}"#,
            "",
            "1.5",
        ),
        (
            "c.json",
            r#"{"tpm_state_by_node": [[0], [1]], "state": [1, 0]}"#,
            "",
            "2",
        ),
        (
            "d.json",
            r#"{"tpm_state_by_node": [[0], [1]]"#,
            "",
            "not JSON",
        ),
        (
            "e.json",
            r#"{"kind": "gauss", "Cov_X": [[1, 2], [2, 1]]}"#,
            "",
            "positive definite",
        ),
        (
            "f.json",
            r#"{"kind": "gauss", "Cov_X": [[1, 2], [1]]}"#,
            "",
            "Cov_X",
        ),
        ("g.csv", "0,0\n0,1\n1,0\n", "--state 1,0", "3 × 2"),
        ("h.csv", "a,b\n1,2\nx,4\n", "", "line 3"),
        ("i.csv", "", "", "no row"),
        ("j.csv", "1,0.5\n0.5,1\n", "--measure iit4", "no states"),
        (
            "k.csv",
            "a,b\n1,2\n2,1\n3,5\n4,4\n",
            "--columns a,c",
            "\"c\"",
        ),
        ("l.npy", "\u{93}NUMPY", "", "l.npy"),
    ];
    for (name, text, arguments, told) in wrong {
        let input = place.put(name, text);
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let (code, out, error) = ask(&input, &arguments);
        assert_eq!((code, out.as_str()), (3, ""), "{name}: {error}");
        assert!(
            error.contains(told) && error.lines().any(|line| line.starts_with("error: ")),
            "{name}: {error}"
        );
        assert!(error.contains(name), "{name}: {error}");
        assert!(!error.contains("panicked"), "{name}: {error}");
    }
    let (code, _, error) = ask(Path::new("no-such-file.json"), &[]);
    assert_eq!(code, 7, "{error}");
    assert_eq!(phantom(&["phi"]).status.code(), Some(2));
    let unreachable = r#"{"tpm_state_by_node": [[0, 0], [0, 0], [0, 0], [0, 0]], "state": [1, 1]}"#;
    let found = answer(&place.put("m.json", unreachable), &[]);
    close(&found["systems"][0]["phi_s"], 0.0, 0.0);
    assert_eq!(found["systems"][0]["reachable"], false);
}

#[test]
fn what_has_no_effect_is_told_and_lists_keep_their_good_answers() {
    let place = Place::new();
    let good = json!({"id": "good", "tpm_state_by_node": [[0, 0], [0, 1], [1, 0], [1, 1]],
        "state": [1, 0]});
    let bad = json!({"id": "bad", "tpm_state_by_node": [[0, 0], [0, 1]], "state": [1, 0]});
    let list = place.put("list.json", &json!([good, bad, good]).to_string());
    let (code, out, error) = ask(&list, &["--json", "--lag", "3", "--search", "spectral"]);
    assert_eq!(code, 3);
    let found: Value = serde_json::from_str(&out).unwrap();
    close(&found[0]["systems"][0]["phi_s"], 2.0, 1e-12);
    assert_eq!(found[2], found[0]);
    assert!(
        found[1]["error"].as_str().unwrap().contains("rows"),
        "{found}"
    );
    assert!(
        error.contains("case 1") && error.contains("\"bad\""),
        "{error}"
    );
    for option in ["--lag", "--search"] {
        assert!(
            error.contains(&format!("{option} has no effect")),
            "{error}"
        );
    }
    let svg = place.0.path().join("f.svg").display().to_string();
    assert_eq!(ask(&list, &["--plot", &svg]).0, 3);
    for number in [0, 2] {
        assert!(place.0.path().join(format!("f_{number}.svg")).is_file());
    }
    let (code, _, error) = ask(&list, &["--plot", &list.display().to_string()]);
    assert_eq!(code, 3);
    assert!(error.contains("the input itself"), "{error}");
}

#[test]
fn a_deadline_leaves_bounds_and_never_half_answers() {
    let place = Place::new();
    let n = 8;
    let cell = |i: usize, j: usize| {
        if i == j {
            1.0
        } else {
            0.3 / (1.0 + i.abs_diff(j) as f64)
        }
    };
    let rows: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| cell(i, j)).collect())
        .collect();
    let input = place.put(
        "cov.json",
        &json!({"kind": "gauss", "Cov_X": rows}).to_string(),
    );
    let found = answer(&input, &["--deadline", "0", "--lesion", "--complexes"]);
    assert_eq!(found["mip"][0]["standing"], "Unfinished");
    let full = answer(&input, &[]);
    let phi = |found: &Value| found["mip"][0]["phi"].as_f64().unwrap();
    assert!(phi(&found) >= phi(&full) - 1e-12);
    assert!(found.get("lesions").is_none());

    let weights: Vec<Vec<f64>> = (0..9)
        .map(|i| {
            (0..9)
                .map(|j| 0.1 + 0.3 * num::sin((3 * i + 5 * j) as f64))
                .collect()
        })
        .collect();
    let case = json!({"kind": "iit4_big", "weights": weights, "k_slope": 4.0, "state": vec![1; 9]});
    let input = place.put("net.json", &case.to_string());
    let found = answer(
        &input,
        &["--deadline", "0", "--complexes", "--structure", "--lesion"],
    );
    assert!(found["phi_s"].is_number());
    assert!(found["complexes"].is_null(), "{}", found["complexes"]);
    assert!(found.get("lesions").is_none());
    let remarks = found["remarks"].as_array().unwrap();
    assert!(remarks.len() >= 3, "{remarks:?}");
}

#[test]
fn recordings_that_say_nothing_are_refused() {
    let place = Place::new();
    let rows: String = (0..40).map(|t| format!("1,{}\n", t % 3)).collect();
    let input = place.put("flat.csv", &format!("flat,moving\n{rows}"));
    let (code, _, error) = ask(&input, &["--measure", "iit4"]);
    assert_eq!(code, 3);
    assert!(error.contains("unit flat is always on"), "{error}");
    let single = place.put("single.csv", "1,0.5\n0.50000003,1\n");
    close(
        &answer(&single, &[])["mip"][0]["phi"],
        -0.5 * num::ln(0.75),
        1e-6,
    );
}
