//! `phantom graph export`: the graph of a scene as a file.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};

use crate::graph::export::{ExportEdge, edge_list, graph_ml, matrix};
use crate::scenario::{Blueprint, Parts};

use super::answers::complain;
use super::command::Command;
use super::exit;
use super::run::open_scene;
use super::say::aside;
use super::scene_args::SceneArgs;

/// The most vertices of a matrix.
const MATRIX_VERTICES: usize = 20_000;

/// Arguments of `graph`.
#[derive(Args, Debug)]
pub struct GraphCommand {
    /// What to do.
    #[command(subcommand)]
    pub action: GraphAction,
}

/// What can be done with a graph.
#[derive(Subcommand, Debug)]
pub enum GraphAction {
    /// Write the graph of a scene: GraphML, a list of edges, or a matrix of weights.
    Export(ExportArgs),
}

/// Arguments of `graph export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The scene.
    pub scene: PathBuf,
    /// The file: .graphml, .npy (a matrix, rows are sources), .txt or .edges (a list).
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Replace the file if it is there.
    #[arg(long)]
    pub force: bool,
    /// Changes of the scene.
    #[command(flatten)]
    pub changes: SceneArgs,
}

impl Command for GraphCommand {
    const NAME: &'static str = "graph";
    const ABOUT: &'static str = "Write the graph of a scene to a file";

    fn run(&self, parts: &Parts) -> u8 {
        let GraphAction::Export(args) = &self.action;
        let loaded = match open_scene(&args.scene, &args.changes, parts) {
            Ok(loaded) => loaded,
            Err(error) => return super::run::complain(&error),
        };
        let blueprint = match Blueprint::new(loaded) {
            Ok(blueprint) => blueprint,
            Err(error) => return super::run::complain(&error),
        };
        match export(&blueprint, args) {
            Ok(()) => {
                let (vertices, edges) = (blueprint.vertices.len(), blueprint.edges_shown());
                aside!("{}: {vertices} vertices, {edges}", args.out.display());
                exit::OK
            }
            Err(error) => complain(&error),
        }
    }
}

fn export(blueprint: &Blueprint, args: &ExportArgs) -> Result<()> {
    let out = &args.out;
    let shown = || out.display().to_string();
    if out.exists() && !args.force {
        bail!(
            "{}: it is there already, expected another name or --force",
            shown()
        );
    }
    let dt_s = blueprint.scene().clock.dt_s;
    let edges = blueprint.vertices.iter().flat_map(|vertex| {
        vertex.row.iter().map(|entry| {
            let source = entry.source();
            let late = vertex
                .delays
                .binary_search_by_key(&source, |(source, _)| *source);
            let steps = late.map_or(0, |place| vertex.delays[place].1);
            ExportEdge {
                source: source.index(),
                target: vertex.vertex.index(),
                weight: entry.weight,
                delay_s: f64::from(steps) * dt_s,
            }
        })
    });
    let n = blueprint.vertices.len();
    let ending = out
        .extension()
        .map(|end| end.to_string_lossy().to_lowercase());
    let draft = draft_of(out);
    let file = std::fs::File::create(&draft).with_context(shown)?;
    let mut writer = BufWriter::new(file);
    match ending.as_deref() {
        Some("graphml" | "xml") => {
            let populations = blueprint.scene().ranges();
            let population = |vertex: usize| {
                let holds = |range: &&crate::registry::site::PopulationRange| {
                    (range.first..range.first + range.count).contains(&vertex)
                };
                populations
                    .iter()
                    .find(holds)
                    .map_or("", |range| range.name.as_str())
                    .to_owned()
            };
            graph_ml(&mut writer, (n, &blueprint.names, &population), edges)
        }
        Some("npy") => {
            let drop_draft = || std::fs::remove_file(&draft);
            if n > MATRIX_VERTICES {
                drop_draft().with_context(shown)?;
                bail!("{n} vertices, expected at most {MATRIX_VERTICES} for a matrix");
            }
            let late = edges.clone().filter(|edge| edge.delay_s != 0.0).count();
            if late > 0 {
                aside!(
                    "{}: note: a matrix has no delays: those of {late} edges are left out",
                    shown()
                );
            }
            matrix(&mut writer, n, edges)
        }
        Some("txt" | "edges" | "el" | "edgelist") | None => edge_list(&mut writer, edges),
        Some(other) => {
            std::fs::remove_file(&draft).with_context(shown)?;
            bail!("the ending {other:?}, expected graphml, npy, txt or edges");
        }
    }
    .with_context(shown)?;
    writer.flush().with_context(shown)?;
    drop(writer);
    ensure!(
        args.force || !out.exists(),
        "{}: it is there already",
        shown()
    );
    std::fs::rename(&draft, out).with_context(shown)
}

/// Where a file is written before it is whole.
fn draft_of(out: &Path) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!(".{name}.{}", std::process::id()))
}
