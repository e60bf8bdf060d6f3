//! The guide, read as text: its links lead somewhere, its pages can be found, and what it says of
//! source files is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The pages of the guide, by their paths in the repository.
fn pages() -> BTreeMap<String, String> {
    let mut names: Vec<String> = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]
        .map(str::to_owned)
        .to_vec();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            names.push(format!("docs/{name}"));
        }
    }
    names
        .into_iter()
        .map(|name| (name.clone(), read(&name)))
        .collect()
}

/// The lines of a page outside fenced blocks.
fn prose(page: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// A page without what stands between backticks.
fn without_code(page: &str) -> String {
    page.split('`').step_by(2).collect::<Vec<_>>().join("")
}

/// The targets of the links and pictures of a page.
fn links(page: &str) -> Vec<String> {
    let text = without_code(&prose(page)).replace('\n', " ");
    let after = text.split("](").skip(1);
    after
        .filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
        .collect()
}

/// The anchors of a page, as GitHub forms them from headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let text = prose(page);
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// A path in which `..` is resolved.
fn resolved(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                assert!(plain.pop(), "{} leaves the repository", path.display());
            }
            other => plain.push(other),
        }
    }
    plain
}

#[test]
fn every_link_leads_to_a_file_and_every_anchor_to_a_heading() {
    let pages = pages();
    let (mut checked, mut wrong) = (0, Vec::new());
    for (name, page) in &pages {
        for link in links(page) {
            if link.starts_with("https://") {
                continue;
            }
            checked += 1;
            let (file, anchor) = match link.split_once('#') {
                Some((file, anchor)) => (file, Some(anchor)),
                None => (link.as_str(), None),
            };
            let beside = Path::new(name).parent().unwrap();
            let target = match file {
                "" => PathBuf::from(name),
                file => resolved(&beside.join(file)),
            };
            if !root().join(&target).exists() {
                wrong.push(format!("{name}: {link} leads to no file"));
            } else if let Some(anchor) = anchor {
                let page = fs::read_to_string(root().join(&target)).unwrap();
                if !anchors(&page).contains(anchor) {
                    wrong.push(format!("{name}: {link} leads to no heading"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(checked > 100, "{checked}");
}

#[test]
fn every_page_stands_in_the_table_of_contents() {
    let listed: BTreeSet<String> = links(&read("docs/SUMMARY.md")).into_iter().collect();
    for name in pages().keys() {
        let Some(own) = name.strip_prefix("docs/") else {
            continue;
        };
        assert!(
            own == "SUMMARY.md" || listed.contains(own),
            "docs/SUMMARY.md lacks {own}"
        );
    }
}

#[test]
fn the_readme_fits_on_three_screens() {
    let lines = read("README.md").lines().count();
    assert!(
        lines <= 150,
        "README.md has {lines} lines, expected 150 at most"
    );
}

#[test]
fn every_shipped_scene_is_in_the_gallery() {
    let gallery = read("docs/scenes.md");
    for entry in fs::read_dir(root().join("scenes")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(scene) = name.strip_suffix(".ron") {
            let row = format!("| [`{scene}`](../scenes/{name}) |");
            assert!(gallery.contains(&row), "docs/scenes.md lacks {row}");
        }
    }
    for entry in fs::read_dir(root().join("assets/previews")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let shown = format!("(../assets/previews/{name})");
        assert!(gallery.contains(&shown), "docs/scenes.md lacks {shown}");
    }
}

/// Whether a source text defines a name: a type, a function, a variant or a field.
fn defines(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = &text[..at];
        let after = &text[at + name.len()..];
        if before.ends_with(is_word) || after.starts_with(is_word) {
            return false;
        }
        let keyword = before.trim_end().rsplit(|c| !is_word(c)).next();
        let is_item = ["struct", "enum", "trait", "fn", "type", "const", "mod"]
            .iter()
            .any(|own| keyword == Some(own));
        let line = before.rsplit('\n').next().unwrap_or_default();
        let begins = line.trim().is_empty() || line.trim() == "pub";
        let is_member = after.starts_with([':', ',', '(', ' ']);
        is_item || (begins && is_member) || (line.ends_with(['(', ' ']) && after.starts_with(':'))
    })
}

#[test]
fn what_became_of_the_earlier_crate_is_there() {
    let page = read("docs/seed.md");
    let mut checked = 0;
    for own in page.split('`').skip(1).step_by(2) {
        let (file, item) = match own.split_once("::") {
            Some((file, item)) => (file, Some(item)),
            None => (own, None),
        };
        if !file.starts_with("src/") && !file.starts_with("scenes/") {
            continue;
        }
        checked += 1;
        assert!(
            root().join(file).exists(),
            "docs/seed.md names {own}: no such file"
        );
        if let Some(item) = item {
            assert!(
                defines(&read(file), item),
                "docs/seed.md names {own}: not defined there"
            );
        }
    }
    assert!(checked > 90, "{checked}");
    assert!(!defines("pub struct Node;", "Nod") && !defines("let node = 1;", "Link"));
}

/// Items of the earlier crate, as its sources declare them.
const SEED: [&str; 51] = [
    "adaptive",
    "aggregator",
    "aggregator_core",
    "bus",
    "control_engine",
    "dist",
    "dist_bus",
    "ecs",
    "ecs_graph",
    "ecs_node",
    "ecs_solver",
    "field",
    "hal",
    "kernel",
    "safety",
    "scheduler",
    "scheduler_topology",
    "sensors",
    "signal_engine",
    "simulation",
    "adaptive::controller",
    "dist::bus",
    "dist::events",
    "ecs::graph",
    "ecs::node",
    "field::engine",
    "field::state",
    "safety::kernel",
    "scheduler::spectral",
    "scheduler::topology",
    "FeedbackSignal",
    "AdaptiveController",
    "Aggregator",
    "EventBus",
    "ActuatorCommand",
    "ControlEngine",
    "DistributedBus",
    "EntityId",
    "ECSGraph",
    "ECSNode",
    "approx_max_phi",
    "FieldEngine",
    "FieldState",
    "SystemState",
    "PhantomKernel",
    "SafetyKernel",
    "compute_laplacian",
    "TopologyScheduler",
    "run_scheduler",
    "SensorService",
    "SignalEngine",
];

#[test]
fn every_item_of_the_earlier_crate_is_told_of() {
    let page = read("docs/seed.md");
    let members = [
        "ResonatorSim::step",
        "SensorDevice::read",
        "ActuatorDevice::apply",
        "MAX_ENERGY",
    ];
    for item in SEED.iter().chain(&members) {
        let told = format!("`{item}`");
        assert!(page.contains(&told), "docs/seed.md lacks {told}");
    }
}

#[test]
fn the_package_holds_what_the_program_is_built_of() {
    let manifest = read("Cargo.toml");
    let list = manifest
        .lines()
        .find_map(|line| line.strip_prefix("include = ["))
        .unwrap();
    let included: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    let mut waiting = vec![root().join("src")];
    let mut checked = 0;
    while let Some(place) = waiting.pop() {
        if place.is_dir() {
            waiting.extend(
                fs::read_dir(&place)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let text = fs::read_to_string(&place).unwrap();
        let calls = text.split("include_").skip(1);
        for call in calls.filter(|call| call.starts_with("str!(") || call.starts_with("bytes!(")) {
            // Names that a macro completes begin with a folder, too.
            let path = call.split('"').nth(1).unwrap();
            let folder = place.parent().unwrap().strip_prefix(root()).unwrap();
            let target = resolved(&folder.join(path));
            let shown = format!("/{}", target.display());
            checked += 1;
            assert!(
                included
                    .iter()
                    .any(|own| shown == *own || shown.starts_with(&format!("{own}/"))),
                "{} includes {shown}, which the package does not hold",
                place.display()
            );
        }
    }
    assert!(checked > 20, "{checked}");
    for page in pages().keys() {
        let shown = format!("/{page}");
        let folder = shown.rsplit_once('/').unwrap().0;
        assert!(
            included.contains(&shown.as_str()) || included.contains(&folder),
            "{page}"
        );
    }
}
