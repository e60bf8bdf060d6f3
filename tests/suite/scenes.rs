//! Every shipped scene does what it says.

use std::collections::BTreeMap;
use std::path::Path;

use phantomos::scenario::load;

use crate::fixtures::{metrics, phantom, root, run, scene};

#[test]
fn every_scene_runs_in_its_ci_setting_and_says_what_it_shows() {
    let mut count = 0;
    for entry in std::fs::read_dir(root().join("scenes")).unwrap() {
        let path = entry.unwrap().path();
        // Recordings that scenes play lie beside them.
        if path.extension().is_none_or(|end| end != "ron") {
            continue;
        }
        let loaded = load(&path, &[]).unwrap();
        assert!(!loaded.scene.description.is_empty(), "{}", path.display());
        let ticks = loaded.scene.ci.ticks.map(|ticks| ticks.to_string());
        let sets: BTreeMap<String, String> = loaded.scene.ci.set;
        let sets: Vec<String> = sets.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let mut arguments: Vec<&str> = Vec::new();
        if let Some(ticks) = &ticks {
            arguments.extend(["--ticks", ticks]);
        }
        for set in &sets {
            arguments.extend(["--set", set]);
        }
        let (end, code, out) = run(&path, &arguments);
        let stops = loaded.scene.name == "trip";
        assert_eq!(code, if stops { 5 } else { 0 }, "{}: {end}", path.display());
        assert!(
            end["valid_metrics"].as_u64().unwrap() > 0,
            "{}",
            path.display()
        );
        assert!(!loaded.scene.notes.is_empty(), "{}", path.display());
        let rows = metrics(out.path());
        let curves = loaded.scene.view.plots.iter().flat_map(|plot| &plot.curves);
        for curve in curves {
            let scope = curve.scope.as_deref().unwrap_or("cluster");
            let mut own = rows.iter().filter(|row| row["scope"] == scope);
            let valued = own.any(|row| !row[curve.metric.as_str()].is_empty());
            let (metric, name) = (&curve.metric, path.display());
            assert!(
                valued,
                "{name}: a plot shows {metric} of {scope}, which has no value"
            );
        }
        count += 1;
    }
    assert!(count >= 6);
}

/// (time, coherence) of the cluster.
fn coherence(folder: &Path) -> Vec<(f64, f64)> {
    metrics(folder)
        .iter()
        .filter(|row| row["scope"] == "cluster" && !row["coherence"].is_empty())
        .map(|row| {
            (
                row["t_s"].parse().unwrap(),
                row["coherence"].parse().unwrap(),
            )
        })
        .collect()
}

#[test]
fn hello_finds_its_coupling_for_twenty_seeds() {
    for seed in 1..=20 {
        let seed = seed.to_string();
        let (_, code, out) = run(&scene("hello"), &["--seed", &seed, "--ticks", "1000"]);
        assert_eq!(code, 0);
        let curve = coherence(out.path());
        let begin = curve[0].0;
        let first = curve.iter().filter(|(t, _)| *t <= begin + 1.0);
        let first = first.map(|(_, r)| *r).fold(0.0, f64::max);
        assert!(
            first < 0.5,
            "seed {seed}: {first} in the first valid second"
        );
        let reached = curve.iter().any(|(t, r)| *t <= 20.0 && *r > 0.9);
        assert!(reached, "seed {seed} stays below 0.9 within 20 s");
    }
}

#[test]
fn hello_without_control_does_not_synchronise() {
    for seed in 1..=20 {
        let seed = seed.to_string();
        let (_, _, out) = run(
            &scene("hello"),
            &["--seed", &seed, "--set", "control.enabled=false"],
        );
        let late: Vec<f64> = coherence(out.path())
            .iter()
            .filter(|(t, _)| (20.0..=40.0).contains(t))
            .map(|(_, r)| *r)
            .collect();
        let mean = late.iter().sum::<f64>() / late.len() as f64;
        assert!(mean < 0.5, "seed {seed}: {mean}");
    }
}

#[test]
fn cluster_uses_everything_within_its_ticks() {
    let (end, code, _out) = run(&scene("cluster"), &["--ticks", "260"]);
    assert_eq!(code, 0);
    for count in ["valid_metrics", "commands", "migrations", "phi_reports"] {
        assert!(end[count].as_u64().unwrap() > 0, "{count}: {end}");
    }
}

#[test]
fn overload_ends_at_its_threshold_with_the_same_run() {
    let (end, code, out) = run(&scene("overload"), &[]);
    assert_eq!(code, 0, "{end}");
    let loads: Vec<f64> = metrics(out.path())
        .iter()
        .map(|row| row["load_max"].parse().unwrap())
        .collect();
    assert!(loads[0] > 0.8 && *loads.last().unwrap() <= 0.8);
    assert!(end["migrations"].as_u64().unwrap() > 0);
    let (still, _, _out) = run(
        &scene("overload"),
        &["--set", "scheduler.policy=Off", "--set", "assertions=[]"],
    );
    assert_eq!(end["digest"], still["digest"]);
}

#[test]
fn host_repeats_from_its_recorded_inputs() {
    let (end, code, out) = run(&scene("host"), &["--ticks", "150"]);
    assert_eq!(code, 0);
    let inputs = std::fs::read_to_string(out.path().join("inputs.jsonl")).unwrap();
    assert!(inputs.lines().count() > 10);
    let folder = out.path().display().to_string();
    let verified = phantom(&["verify", &folder]);
    assert_eq!(verified.status.code(), Some(0));
    let text = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(text.contains(end["digest"].as_str().unwrap()), "{text}");
    if inputs.contains("NaN") {
        let flagged = metrics(out.path())
            .iter()
            .any(|row| row["flags"].contains("channel_non_finite"));
        assert!(flagged);
    }
}

#[test]
fn a_changed_input_is_not_reproducible() {
    let (_, _, out) = run(&scene("hello"), &["--ticks", "40"]);
    let line = "{\"tick\":5,\"set\":{\"path\":\"populations[0].coupling\",\"value\":1.0}}\n";
    std::fs::write(out.path().join("inputs.jsonl"), line).unwrap();
    let verified = phantom(&["verify", &out.path().display().to_string()]);
    assert_eq!(verified.status.code(), Some(6));
}
