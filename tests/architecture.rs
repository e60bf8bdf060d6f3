//! The law of the house, read from its own text: who imports whom, what stays pure, how long things
//! get, and that every named package is really used.

use std::collections::{BTreeMap, BTreeSet};
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

/// Where components, resources and systems of the mathematical rooms are. Everything else of them is plain
/// Rust.
const NAMES_BEVY: &[&str] = &[
    "src/graph/components.rs",
    "src/field/drive.rs",
    "src/field/modes.rs",
    "src/resonator/components.rs",
    "src/resonator/drive.rs",
    "src/resonator/durable.rs",
    "src/resonator/image.rs",
    "src/resonator/model.rs",
    "src/resonator/observe.rs",
    "src/resonator/observe_streams.rs",
    "src/resonator/plant.rs",
    "src/resonator/plasticity.rs",
    "src/resonator/quarantine.rs",
    "src/resonator/plugin.rs",
    "src/resonator/setup.rs",
    "src/resonator/states.rs",
    "src/resonator/systems.rs",
    "src/signal/setup.rs",
    "src/signal/state.rs",
    "src/signal/systems.rs",
    "src/phi/setup.rs",
    "src/phi/systems.rs",
    "src/control/feedback.rs",
    "src/control/components.rs",
    "src/control/measured.rs",
    "src/control/regulate.rs",
    "src/control/terms.rs",
    "src/control/custom.rs",
    "src/control/parameters.rs",
    "src/control/setup.rs",
    "src/control/systems.rs",
    "src/safety/guard.rs",
    "src/safety/state.rs",
    "src/safety/reading.rs",
    "src/safety/setup.rs",
    "src/safety/spec.rs",
    "src/safety/systems.rs",
    "src/sensors/channel.rs",
    "src/sensors/device.rs",
    "src/sensors/plugin.rs",
    "src/sensors/reading.rs",
    "src/sensors/setup.rs",
    "src/sensors/systems.rs",
    "src/scheduler/systems.rs",
];

#[test]
fn mathematics_stays_without_bevy() {
    let pure_rooms = [
        "base",
        "figure",
        "logic",
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
            checked += 1;
            let code: Vec<_> = text
                .lines()
                .filter(|l| !l.trim().starts_with("//"))
                .collect();
            let names = code.join("\n").contains("bevy");
            let may = NAMES_BEVY.contains(&name.as_str());
            assert!(may || !names, "{name} names bevy");
            assert!(
                names || !may,
                "{name} does not name bevy any more: take it off the list"
            );
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

/// Files of `src` with more than 400 lines, and how many they may have: each waits to be split. The list
/// may only shrink.
const LONG_FILES: [(&str, usize); 5] = [
    ("src/dynamics/dense/plant.rs", 440),
    ("src/dynamics/dense/work.rs", 486),
    ("src/phi/iit4/mechanism_mip.rs", 493),
    ("src/phi/iit4/system.rs", 500),
    ("src/resonator/plant.rs", 401),
];

/// Lines of `src` with more than 100 columns, all of them comments and texts. The number may only shrink.
const WIDE_LINES: usize = 37;

#[test]
fn files_and_lines_stay_short() {
    let mut wide = 0;
    for folder in ["src", "tests", "examples", "benches"] {
        for (name, text) in sources(folder) {
            let length = text.lines().count();
            let known = LONG_FILES.iter().find(|(own, _)| *own == name);
            let most = match (folder, known) {
                ("src", Some((_, most))) => *most,
                ("src", None) => 400,
                _ => 520,
            };
            assert!(
                length <= most,
                "{name} has {length} lines, expected {most} at most"
            );
            assert!(
                known.is_none() || length > 400,
                "{name} is short now: take it off the list"
            );
            for (k, line) in text.lines().enumerate() {
                let width = line.chars().count();
                assert!(width <= 110, "{name}:{} is {width} wide", k + 1);
                wide += usize::from(folder == "src" && width > 100);
            }
        }
    }
    assert_eq!(wide, WIDE_LINES, "lines of src are wider than 100 columns");
}

#[test]
fn every_file_is_reachable() {
    let all = sources("src");
    for (name, _) in &all {
        let path = Path::new(name);
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if ["lib", "main"].contains(&stem) {
            continue;
        }
        let (folder, own) = match stem {
            "mod" => (
                path.parent().unwrap().parent().unwrap(),
                path.parent().unwrap(),
            ),
            _ => (path.parent().unwrap(), path),
        };
        let own = own.file_stem().unwrap().to_str().unwrap();
        let parent = match folder == Path::new("src") {
            true => folder.join("lib.rs"),
            false => folder.join("mod.rs"),
        };
        // A folder may also belong to a file beside it.
        let beside = folder.with_extension("rs");
        let declares = |file: &Path| {
            let text = all.iter().find(|(other, _)| Path::new(other) == file);
            text.is_some_and(|(_, text)| text.contains(&format!("mod {own};")))
        };
        assert!(
            declares(&parent) || declares(&beside),
            "nobody declares {name}"
        );
    }
}

/// Files that import each other, each group in order. The list may only shrink. Those of `dashboard`
/// wait for panels as classes.
const CIRCLES: [&[&str]; 4] = [
    &[
        "src/dynamics/dense/adaptive.rs",
        "src/dynamics/dense/advance.rs",
        "src/dynamics/dense/fused.rs",
        "src/dynamics/dense/parts.rs",
        "src/dynamics/dense/plant.rs",
        "src/dynamics/dense/scratch.rs",
        "src/dynamics/dense/work.rs",
    ],
    &["src/phi/iit4/search.rs", "src/phi/iit4/tied.rs"],
    &["src/phi/iit4/system.rs", "src/phi/iit4/unsearched.rs"],
    &[
        "src/resonator/delay_line.rs",
        "src/resonator/dynamics_spec.rs",
        "src/resonator/plant.rs",
        "src/resonator/plasticity.rs",
        "src/resonator/spec.rs",
    ],
];

#[test]
fn no_files_import_each_other() {
    let imports = imports();
    let reaches = |from: &str| {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(file) = waiting.pop() {
            for other in imports.get(&file).into_iter().flatten() {
                if seen.insert(other.clone()) {
                    waiting.push(other.clone());
                }
            }
        }
        seen
    };
    let reach: BTreeMap<&String, BTreeSet<String>> =
        imports.keys().map(|file| (file, reaches(file))).collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for (file, reached) in &reach {
        if reached.contains(*file) && !file.starts_with("src/dashboard/") {
            let back = |other: &&String| reach.get(other).is_some_and(|own| own.contains(*file));
            circles.insert(reached.iter().filter(back).cloned().collect());
        }
    }
    let known: BTreeSet<Vec<String>> = CIRCLES
        .iter()
        .map(|circle| circle.iter().map(|file| (*file).to_owned()).collect())
        .collect();
    assert_eq!(circles, known);
}

/// The files that each file of `src` imports by `use crate::` or `use super::`, without the heads of
/// rooms, which hand on what is in their files.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let all = sources("src");
    let module_of = |name: &str| -> Vec<String> {
        let path = name.trim_start_matches("src/").trim_end_matches(".rs");
        let parts = path
            .split('/')
            .filter(|part| *part != "mod" && *part != "lib");
        parts.map(str::to_owned).collect()
    };
    let files: BTreeMap<Vec<String>, String> = all
        .iter()
        .map(|(name, _)| (module_of(name), name.clone()))
        .collect();
    let mut found = BTreeMap::new();
    for (name, text) in &all {
        let own = module_of(name);
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let lines = code.lines().map(|line| line.split("//").next().unwrap());
        let code = lines.collect::<Vec<_>>().join(" ");
        let mut imported = BTreeSet::new();
        for part in code.split("use ").skip(1) {
            let Some((path, _)) = part.split_once(';') else {
                continue;
            };
            if !path.starts_with("crate::") && !path.starts_with("super::") {
                continue;
            }
            for path in unfold(path) {
                let mut parts = path.split("::").map(str::trim).peekable();
                let mut at = match parts.peek() {
                    Some(&"crate") => {
                        parts.next();
                        Vec::new()
                    }
                    _ => own.clone(),
                };
                while parts.next_if_eq(&"super").is_some() {
                    at.pop();
                }
                at.extend(parts.map(str::to_owned));
                while !at.is_empty() && !files.contains_key(&at) {
                    at.pop();
                }
                if let Some(file) = files.get(&at)
                    && file != name
                    && !at.is_empty()
                    && !file.ends_with("mod.rs")
                {
                    imported.insert(file.clone());
                }
            }
        }
        found.insert(name.clone(), imported);
    }
    found
}

/// The paths of a `use`, one for each of its braces' members.
fn unfold(path: &str) -> Vec<String> {
    let Some((head, rest)) = path.split_once('{') else {
        return vec![path.trim().to_owned()];
    };
    let (mut depth, mut member, mut members) = (0, String::new(), Vec::new());
    for c in rest.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => members.push(std::mem::take(&mut member)),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                member.push(c);
            }
        }
    }
    members.push(member);
    let members = members.iter().filter(|member| !member.trim().is_empty());
    members
        .flat_map(|member| unfold(&format!("{}{}", head.trim(), member.trim())))
        .collect()
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
    let all = sources("src");
    for (name, text) in &all {
        // Tests in a file of their own are compiled as those at the end of one.
        if let Some(folder) = name.strip_suffix("/tests.rs") {
            let beside = [format!("{folder}.rs"), format!("{folder}/mod.rs")];
            let owner = all.iter().find(|(other, _)| beside.contains(other));
            let (_, owner) = owner.unwrap();
            assert!(owner.contains("#[cfg(test)]\nmod tests;"), "{name}");
            continue;
        }
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
