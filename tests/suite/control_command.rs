//! `phantom control`: gains for a plant, the answer of a loop, and reference cases.

use std::path::Path;

use phantomos::control::Law;
use phantomos::control::PidSpec;
use serde_json::Value;

use crate::fixtures::{self, command, each};

fn control(arguments: &[&str]) -> (i32, String, String) {
    command("control", arguments)
}

fn document(arguments: &[&str]) -> Value {
    fixtures::document("control", 0, arguments)
}

#[test]
fn a_plant_gets_gains_that_a_scene_takes_as_they_are_printed() {
    let plant = ["--num", "2", "--den", "1,1", "--delay", "0.5"];
    for (method, rule, kind) in [
        ("exact", "tl", "pi"),
        ("relay", "simc", "pid"),
        ("exact", "zn", "p"),
    ] {
        let mut all = vec!["tune", "--method", method, "--rule", rule, "--kind", kind];
        all.extend(plant);
        let found = document(&all);
        let ron = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::UNWRAP_VARIANT_NEWTYPES);
        let law: Law = ron.from_str(found["law"].as_str().unwrap()).unwrap();
        let Law::Pid(PidSpec { kp, ki, kd, .. }) = law else {
            panic!("{found}");
        };
        for (name, value) in [("kp", kp), ("ki", ki), ("kd", kd)] {
            assert_eq!(found["gains"][name].as_f64(), Some(value));
        }
        assert_eq!(found["stability"], "stable");
        let margins = &found["margins"];
        assert!(margins["gain"].as_f64().unwrap() > 1.5, "{found}");
        assert!(
            (found["ku"].as_f64().unwrap() / found["ku_exact"].as_f64().unwrap() - 1.0).abs()
                < 0.002
        );
        assert!(found["metrics"]["settling_time_2pct_after_step"].is_number() || kind == "p");
    }
    // The words say the same.
    let mut all = vec!["tune"];
    all.extend(plant);
    let (code, said, _) = control(&all);
    assert!(
        code == 0 && said.contains("law: Pid(kp: ") && said.contains("phase margin"),
        "{said}"
    );
}

#[test]
fn a_step_has_series_margins_and_a_figure() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("step.svg").display().to_string();
    let all = [
        "step",
        "--num",
        "1",
        "--den",
        "10,1",
        "--delay",
        "2",
        "--ts",
        "0.1",
        "--kp",
        "2.5",
        "--ki",
        "0.25",
        "--max",
        "1.2",
        "--anti-windup",
        "back",
        "--time",
        "60",
        "--plot",
        &out,
    ];
    let found = document(&all);
    let series = &found["series"];
    let count = series["t"].as_array().unwrap().len();
    assert_eq!(count, 601);
    assert!(
        ["y", "u", "setpoint"]
            .iter()
            .all(|key| series[key].as_array().unwrap().len() == count)
    );
    assert_eq!(found["metrics"]["u_max"], 1.2);
    let phase = found["margins"]["phase_deg"].as_f64().unwrap();
    assert!((55.0..65.0).contains(&phase), "{phase}");
    let svg = std::fs::read_to_string(&out).unwrap();
    assert!(svg.contains("answer to a step") && svg.contains("phase margin"));
}

#[test]
fn what_is_wrong_is_refused_with_what_was_expected() {
    for (arguments, word) in [
        (
            &["tune", "--num", "1", "--den", "0,1"][..],
            "leading coefficient",
        ),
        (&["tune", "--num", "1,1", "--den", "1,1"], "degree"),
        (&["tune", "--num", "1", "--den", "1,1"], "crosses −180°"),
        (
            &["tune", "--num", "1", "--den", "1,-1", "--delay", "0.1"],
            "control step",
        ),
        (
            &["tune", "--num", "1", "--den", "1,1", "--delay", "-1"],
            "≥ 0 s",
        ),
        (
            &[
                "tune", "--num", "1", "--den", "1,1", "--delay", "1", "--kind", "p",
            ],
            "expected --kind",
        ),
        (
            &["step", "--num", "1", "--den", "1,1", "--ts", "0"],
            "> 0 s",
        ),
        (
            &[
                "step", "--num", "1", "--den", "1,1", "--min", "2", "--max", "1",
            ],
            "output_min",
        ),
        (
            &[
                "step", "--num", "1", "--den", "1,1", "--kp", "1", "--plot", "a.gif",
            ],
            ".svg",
        ),
        (&[], "tune, step or --input"),
        (&["--input", "Cargo.toml"], "not JSON"),
    ] {
        let (code, said, told) = control(arguments);
        assert!(
            code == 3 && said.is_empty() && told.contains(word),
            "{arguments:?}: {code} {told}"
        );
    }
    let unstable = ["step", "--num", "1", "--den", "1,-1", "--kp", "0.5"];
    let (code, said, told) = control(&unstable);
    assert!(
        code == 0 && said.contains("UNSTABLE") && told.contains("unstable"),
        "{told}"
    );
}

#[test]
fn reference_cases_are_answered_on_one_line() {
    for prefix in ["alarm_", "kernel_gate", "simplex_"] {
        each(prefix, |what, file| {
            let found = document(&["--input", what]);
            let form = |own: &Value| {
                own.as_object()
                    .map(|own| own.keys().cloned().collect::<Vec<_>>())
            };
            assert_eq!(form(&found), form(&file["expected"]), "{what}");
            assert_eq!(found.is_array(), file["expected"].is_array());
        });
    }
    let place = tempfile::tempdir().unwrap();
    let list = place.path().join("list.json");
    std::fs::write(
        &list,
        r#"[{"kind":"kernel_gate","limit":1,"input":[2]},{"kind":"pdi"}]"#,
    )
    .unwrap();
    let (code, said, told) = control(&["--input", path(&list), "--json"]);
    assert!(
        code == 3 && told.contains("expected one of pid, relay"),
        "{told}"
    );
    let found: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(found[0], serde_json::json!([["clamp", 1.0, "over_limit"]]));
}

fn path(own: &Path) -> &str {
    own.to_str().unwrap()
}
