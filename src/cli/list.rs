//! `phantom list` and `phantom check`.

use std::path::{Path, PathBuf};

use crate::kernel::{SimError, SimOptions, Simulation};
use crate::scenario::parts::metrics;
use crate::scenario::{Blueprint, load};

use super::exit;
use super::run::complain;
use super::say::{aside, printable, say};

/// What stands in the place of a directory to list the metrics.
const METRICS: &str = "metrics";

/// Lists the scenes of a directory, one line each, or the metrics.
#[must_use]
pub fn list(directory: &Path) -> u8 {
    if directory == Path::new(METRICS) {
        return list_metrics();
    }
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            aside!("cannot read {}: {error}", directory.display());
            return exit::IO;
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "ron"))
        .collect();
    paths.sort();
    for path in paths {
        match load(&path, &[]) {
            Ok(loaded) => {
                let scene = loaded.scene;
                say!(
                    "{:<28} {}",
                    path.display().to_string(),
                    printable(&scene.description)
                );
            }
            Err(_) => say!(
                "{:<28} (invalid; see phantom check)",
                path.display().to_string()
            ),
        }
    }
    exit::OK
}

/// Lists the metrics with unit, range and meaning.
fn list_metrics() -> u8 {
    for metric in metrics().list() {
        let unit = match metric.unit {
            "" => String::new(),
            unit => format!(" ({unit})"),
        };
        say!("{}: {}{unit}, {}", metric.id, metric.label, metric.range);
        say!("    {}", metric.help);
        if !metric.formula.is_empty() {
            say!("    {}", metric.formula);
        }
        if !metric.source.is_empty() {
            say!("    {}", metric.source);
        }
    }
    exit::OK
}

/// Judges scenes, as far as to the first tick; gives the worst exit code.
#[must_use]
pub fn check(scenes: &[PathBuf], allow_read: &[PathBuf]) -> u8 {
    let mut worst = exit::OK;
    for path in scenes {
        let judged = load(path, &[]).and_then(|mut loaded| {
            loaded.files.allowed.extend_from_slice(allow_read);
            Blueprint::new(loaded)
        });
        let blueprint = match judged {
            Ok(blueprint) => blueprint,
            Err(error) => {
                worst = worst.max(complain(&error));
                continue;
            }
        };
        let scene = blueprint.scene();
        let notes = scene.beyond_end().into_iter();
        for line in notes.chain(scene.phi.rare_reports()) {
            aside!("{}: note: {line}", path.display());
        }
        let verdict = format!(
            "{}: ok, {} vertices, {} edges, {} channels, {} nodes",
            path.display(),
            scene.vertices(),
            blueprint.edges,
            blueprint.channels.len(),
            scene.cluster.nodes
        );
        // What cannot be built cannot run.
        match Simulation::new(blueprint, SimOptions::default()) {
            Ok(_) => say!("{verdict}"),
            Err(SimError::Scene(error)) => worst = worst.max(complain(&error)),
            Err(error) => {
                aside!("{}: {error}", path.display());
                worst = worst.max(exit::INVALID);
            }
        }
    }
    worst
}
