//! The law of the house, read from its own text: who imports whom, what stays pure, how long things
//! get, and that every named package is really used.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(under: &str) -> Vec<(String, String)> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(under), &mut found);
    found.sort();
    assert!(!found.is_empty());
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The rooms in the order of the law.
fn rooms() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

/// The rooms that a text names by `crate::`, outside comments.
fn named_rooms(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default();
        for part in code.split("crate::").skip(1) {
            let inner = part.trim_start_matches('{');
            for name in inner.split(',') {
                let word: String = name
                    .trim()
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                names.push(word);
                if !part.starts_with('{') {
                    break;
                }
            }
        }
    }
    names
}

#[test]
fn a_room_imports_only_rooms_above_it() {
    let rooms = rooms();
    assert!(rooms.len() >= 15, "{rooms:?}");
    let mut wrong = Vec::new();
    for (name, text) in sources("src") {
        let own = name.split('/').nth(1).unwrap().trim_end_matches(".rs");
        let Some(place) = rooms.iter().position(|room| room == own) else {
            continue;
        };
        for named in named_rooms(&text) {
            if let Some(other) = rooms.iter().position(|room| *room == named)
                && other > place
            {
                wrong.push(format!("{name} imports {named}, which stands below {own}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn mathematics_stays_without_bevy() {
    let glue = [
        "components.rs",
        "systems.rs",
        "plugin.rs",
        "mod.rs",
        "spec.rs",
        "drive.rs",
        "modes.rs",
        "plant.rs",
        "plasticity.rs",
        "observe.rs",
        "image.rs",
        "model.rs",
        "states.rs",
        "channel.rs",
        "device.rs",
        "state.rs",
        "feedback.rs",
        "parameters.rs",
        "durable.rs",
        "reading.rs",
        "setup.rs",
    ];
    let pure_rooms = [
        "base",
        "bus",
        "graph",
        "dynamics",
        "field",
        "resonator",
        "signal",
        "phi",
        "control",
        "safety",
        "sensors",
        "scheduler",
    ];
    let mut checked = 0;
    for room in pure_rooms {
        for (name, text) in sources(&format!("src/{room}")) {
            let file = name.rsplit('/').next().unwrap();
            if glue.contains(&file) && room != "base" && room != "bus" {
                continue;
            }
            checked += 1;
            let code: Vec<_> = text
                .lines()
                .filter(|l| !l.trim().starts_with("//"))
                .collect();
            assert!(!code.join("\n").contains("bevy"), "{name} names bevy");
        }
    }
    assert!(checked > 30, "{checked}");
}

#[test]
fn transcendental_functions_come_from_one_place() {
    let banned = [
        ".sin()",
        ".cos()",
        ".exp()",
        ".ln()",
        ".powf(",
        ".atan2(",
        ".sin_cos()",
        ".tan()",
        ".tanh()",
        ".exp_m1()",
        ".ln_1p()",
        ".hypot(",
        ".log10()",
        ".log2()",
    ];
    for (name, text) in sources("src") {
        if name.ends_with("base/num.rs") {
            continue;
        }
        for (k, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in banned {
                assert!(
                    !code.contains(word),
                    "{name}:{}: {word} rounds by platform",
                    k + 1
                );
            }
        }
    }
}

#[test]
fn files_and_lines_stay_short() {
    for folder in ["src", "tests", "examples", "benches"] {
        for (name, text) in sources(folder) {
            let length = text.lines().count();
            assert!(length <= 520, "{name} has {length} lines");
            for (k, line) in text.lines().enumerate() {
                let width = line.chars().count();
                assert!(width <= 110, "{name}:{} is {width} wide", k + 1);
            }
        }
    }
}

#[test]
fn every_named_package_is_really_used() {
    let all: String = sources("src").into_iter().map(|(_, text)| text).collect();
    for used in [
        "use bevy::prelude",
        "use bevy_egui::",
        "use egui_plot::",
        "use petgraph::",
        "use nalgebra::",
        "use rand::",
        "use serde::",
        "use ron::",
    ] {
        assert!(all.contains(used), "nothing says {used}");
    }
}

#[test]
fn nothing_is_left_to_be_done() {
    for (name, text) in sources("src") {
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for word in [
            "todo!",
            "unimplemented!",
            ".unwrap()",
            ".expect(",
            "unsafe ",
            "FIXME",
        ] {
            assert!(!code.contains(word), "{name} holds {word}");
        }
    }
}
