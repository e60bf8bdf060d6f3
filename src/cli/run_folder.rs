//! Run folders of commands and of the window.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use crate::base::RunStatus;
use crate::base::isa::Isa;
use crate::kernel::Simulation;
use crate::kernel::state_record::state_columns;
use crate::record::claim::COPIES;
use crate::record::folder::Extras;
use crate::record::manifest::{InputClaim, RUN_FORMAT};
use crate::record::{Columns, Manifest, Place, RunFolder};
use crate::scenario::{FileAccess, InputFile, Scene};

/// Bytes of a scene's files up to which they are copied unasked.
const COPIED_UNASKED: u64 = 64 << 20;

/// What a run folder keeps of the files that its scene reads.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputsArg {
    /// Copies.
    Copy,
    /// Where they are, and their hashes.
    Hash,
}

/// The scene with every value spelled out.
///
/// # Errors
/// When a value cannot be written as RON.
pub fn resolved(scene: &Scene) -> Result<String, ron::Error> {
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
    inputs: Vec<InputClaim>,
    resolved: &str,
    (threads, isa): (usize, Isa),
) -> Manifest {
    let whole = |path: &Path| absolute(path).display().to_string();
    Manifest {
        format: RUN_FORMAT,
        status: RunStatus::Running,
        error: None,
        tool: concat!("phantomos ", env!("CARGO_PKG_VERSION")).to_owned(),
        isa: isa.name().to_owned(),
        platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
        scene: scene.name.clone(),
        scene_directory: Some(whole(files.fallback.as_deref().unwrap_or(files.root()))),
        allow_read: files.allowed.iter().map(|path| whole(path)).collect(),
        inputs,
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

/// The run folder of a simulation; what it reads is copied into it below 64 MB.
///
/// # Errors
/// When it belongs to another run, or cannot be written.
pub fn open_folder(simulation: &Simulation, place: Place) -> io::Result<RunFolder> {
    open_folder_with(simulation, place, None)
}

/// The run folder of a simulation, with copies of what it reads, or without.
///
/// # Errors
/// When it belongs to another run, cannot be written, or a file is not what it was when the scene
/// was built.
pub fn open_folder_with(
    simulation: &Simulation,
    place: Place,
    keep: Option<InputsArg>,
) -> io::Result<RunFolder> {
    let blueprint = simulation.blueprint();
    let files = &blueprint.loaded.files;
    let total: u64 = blueprint.inputs.iter().map(|input| input.bytes).sum();
    let copy = match keep {
        Some(keep) => keep == InputsArg::Copy,
        None => total <= COPIED_UNASKED,
    };
    let folder = match place {
        Place::Fresh => absolute(Path::new("runs/new")),
        Place::At { path, .. } => absolute(path),
    };
    let (mut claims, mut copies) = (Vec::new(), Vec::new());
    for input in blueprint.inputs.iter() {
        let source = relative(&folder, &absolute(&files.find(&input.path)));
        // What the program has is nowhere else on the disk.
        let keeps = copy || files.shipped(&input.path).is_some();
        let copied = keeps.then(|| copy_of(files, input, &copies)).transpose()?;
        let name = copied.as_ref().map(|(name, _)| name.clone());
        claims.push(claim(input, source, name));
        copies.extend(copied);
    }
    let mut scene = simulation.scene().clone();
    for path in scene.file_paths_mut() {
        if let Some(claim) = claims.iter().find(|claim| claim.path == *path) {
            *path = claim.copy.clone().unwrap_or_else(|| claim.source.clone());
        }
    }
    let text = resolved(&scene).map_err(io::Error::other)?;
    let how = (simulation.workers(), simulation.isa());
    let manifest = manifest(&scene, files, claims, &text, how);
    let columns = state_columns(&scene);
    let extras = Extras {
        states: scene
            .record
            .vertices
            .as_ref()
            .map(|spec| (spec, columns.as_slice())),
        copies: &copies,
        format: scene.record.format,
    };
    let columns = Columns::of(&scene, simulation.metrics());
    RunFolder::create(place, manifest, &text, columns, &extras)
}

/// A copy of a file, with a name of its own among the others.
fn copy_of(
    files: &FileAccess,
    input: &InputFile,
    others: &[(String, Vec<u8>)],
) -> io::Result<(String, Vec<u8>)> {
    let (shown, bytes) = files.read(&input.path).map_err(io::Error::other)?;
    if format!("{:016x}", xxh3_64(&bytes)) != input.xxh3 {
        return Err(io::Error::other(format!(
            "{shown} is not what it was when the scene was built, expected it to stay"
        )));
    }
    let name = Path::new(&input.path).file_name().unwrap_or_default();
    let name = name.to_string_lossy().into_owned();
    let mut copy = format!("{COPIES}/{name}");
    let mut number = 1;
    while others.iter().any(|(other, _)| *other == copy) {
        number += 1;
        copy = format!("{COPIES}/{number}_{name}");
    }
    Ok((copy, bytes))
}

fn claim(input: &InputFile, source: String, copy: Option<String>) -> InputClaim {
    InputClaim {
        path: input.path.clone(),
        source,
        copy,
        bytes: input.bytes,
        xxh3: input.xxh3.clone(),
        read_as: input.read_as.clone(),
        notes: input.notes.clone(),
    }
}

/// A path from the root, without `.` and `..`.
fn absolute(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(real) = whole.canonicalize() {
        return real;
    }
    let mut plain = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    // The folder may not be there yet, but what it lies in may be reached by a link.
    match (
        plain.parent().and_then(|parent| parent.canonicalize().ok()),
        plain.file_name(),
    ) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => plain,
    }
}

/// The way from a folder to a file, with `/` between its parts.
fn relative(folder: &Path, file: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let down = to[common..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<String>>().join("/")
}

/// The state of every vertex, a line each: number, population, name where it has one, then the
/// numbers of its model.
#[must_use]
pub fn last_state(simulation: &Simulation) -> String {
    use std::fmt::Write;
    let scene = simulation.scene();
    let names = &simulation.blueprint().names;
    let mut columns: Vec<&str> = Vec::new();
    for population in &scene.populations {
        let (first, second) = population.model.state_names();
        for name in std::iter::once(first).chain(second) {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
    }
    let named = if names.is_empty() { "" } else { ",name" };
    let mut text = format!("vertex,population{named},{}\n", columns.join(","));
    let quoted = |name: &str| match name.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    };
    let states = simulation.vertex_states();
    let mut vertex = 0;
    for population in &scene.populations {
        let (first, second) = population.model.state_names();
        for _ in 0..population.count {
            // Writing into a string cannot fail.
            let _ = write!(text, "{vertex},{}", quoted(&population.name));
            if let Some(name) = names.get(vertex) {
                let _ = write!(text, ",{}", quoted(name));
            }
            for column in &columns {
                text.push(',');
                let [one, other] = states[vertex];
                let value = match *column {
                    column if column == first => Some(one),
                    column if Some(column) == second => Some(other),
                    _ => None,
                };
                if let Some(value) = value {
                    let _ = write!(text, "{value}");
                }
            }
            text.push('\n');
            vertex += 1;
        }
    }
    text
}

/// Where a folder goes that the arguments name, or not.
#[must_use]
pub fn place(out: Option<&Path>, force: bool) -> Place<'_> {
    out.map_or(Place::Fresh, |path| Place::At { path, force })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_between_folders_are_relative() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/runs/x", "/a/graph/g.txt"), "../../graph/g.txt");
        assert_eq!(way("/a", "/a/g.txt"), "g.txt");
    }
}
