//! `phantom list` and `phantom check`.

use std::path::{Path, PathBuf};

use crate::scenario::{Blueprint, load};

use super::exit;
use super::run::complain;
use super::say::{aside, say};

/// Lists the scenes of a directory, one line each.
#[must_use]
pub fn list(directory: &Path) -> u8 {
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
                say!("{:<28} {}", path.display().to_string(), scene.description);
            }
            Err(_) => say!(
                "{:<28} (invalid; see phantom check)",
                path.display().to_string()
            ),
        }
    }
    exit::OK
}

/// Judges scenes; gives the worst exit code.
#[must_use]
pub fn check(scenes: &[PathBuf]) -> u8 {
    let mut worst = exit::OK;
    for path in scenes {
        let judged = load(path, &[]).and_then(Blueprint::new);
        match judged {
            Ok(blueprint) => {
                let scene = blueprint.scene();
                let notes = scene.beyond_end().into_iter();
                for line in notes.chain(scene.phi.rare_reports()) {
                    aside!("{}: note: {line}", path.display());
                }
                say!(
                    "{}: ok, {} vertices, {} edges, {} channels, {} nodes",
                    path.display(),
                    scene.vertices(),
                    blueprint.edges,
                    blueprint.channels.len(),
                    scene.cluster.nodes
                );
            }
            Err(error) => worst = worst.max(complain(&error)),
        }
    }
    worst
}
