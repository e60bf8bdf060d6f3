//! Run folders of commands and of the window.

use std::collections::BTreeMap;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::base::RunStatus;
use crate::base::isa::Isa;
use crate::kernel::Simulation;
use crate::record::manifest::RUN_FORMAT;
use crate::record::{Manifest, Place, RunFolder};
use crate::scenario::{FileAccess, Scene};

/// The scene with every value spelled out.
///
/// # Errors
/// When a value cannot be written as RON.
fn resolved(scene: &Scene) -> Result<String, ron::Error> {
    use ron::extensions::Extensions;
    let extensions = Extensions::UNWRAP_NEWTYPES
        | Extensions::UNWRAP_VARIANT_NEWTYPES
        | Extensions::IMPLICIT_SOME;
    let config = ron::ser::PrettyConfig::new()
        .indentor("    ")
        .extensions(extensions);
    crate::scenario::load::dialect().to_string_pretty(scene, config)
}

/// A manifest before the first tick.
fn manifest(
    scene: &Scene,
    files: &FileAccess,
    resolved: &str,
    (threads, isa): (usize, Isa),
) -> Manifest {
    let whole = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        path.display().to_string()
    };
    Manifest {
        format: RUN_FORMAT,
        status: RunStatus::Running,
        error: None,
        tool: concat!("phantomos ", env!("CARGO_PKG_VERSION")).to_owned(),
        isa: isa.name().to_owned(),
        platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
        scene: scene.name.clone(),
        scene_directory: Some(whole(files.root())),
        allow_read: files.allowed.iter().map(|path| whole(path)).collect(),
        scene_hash: format!("{:016x}", xxh3_64(resolved.as_bytes())),
        seed: scene.seed,
        nodes: scene.cluster.nodes,
        threads,
        argv: std::env::args().collect(),
        started: String::new(),
        ticks: 0,
        digest: String::new(),
        wall_s: 0.0,
        files: BTreeMap::new(),
    }
}

/// The run folder of a simulation.
///
/// # Errors
/// When it belongs to another run, or cannot be written.
pub fn open_folder(simulation: &Simulation, place: Place) -> std::io::Result<RunFolder> {
    let scene = simulation.scene();
    let text = resolved(scene).map_err(std::io::Error::other)?;
    let files = &simulation.blueprint().loaded.files;
    let manifest = manifest(
        scene,
        files,
        &text,
        (simulation.workers(), simulation.isa()),
    );
    RunFolder::create(place, manifest, &text, simulation.metrics())
}

/// Where a folder goes that the arguments name, or not.
#[must_use]
pub fn place(out: Option<&Path>, force: bool) -> Place<'_> {
    out.map_or(Place::Fresh, |path| Place::At { path, force })
}
