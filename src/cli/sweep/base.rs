//! The scene that the cells of a sweep share, and what is made of it: the scene of a point, the
//! name of a cell, checks of paths and columns.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::base::isa::Isa;
use crate::cli::bench_args::chosen_isa;
use crate::cli::exit;
use crate::cli::figure_panel::how_to_record;
use crate::cli::run::{complain, tell_notes};
use crate::cli::run_folder::resolved;
use crate::cli::say::aside;
use crate::cli::scene_args::SceneArgs;
use crate::registry::metric::MetricScope;
use crate::registry::site::find_scope;
use crate::scenario::schema::{schema, unnumbered};
use crate::scenario::{Column, LoadedScene, Parts, SceneError, demand};
use crate::study::{Axis, Cell, Design, Plan, Point};

use super::Columns;

/// The scene that all cells share.
pub struct Base<'a> {
    /// Its text, with the changes that all cells share.
    pub loaded: LoadedScene,
    /// Where it was read.
    pub path: &'a Path,
    /// The arguments that changed it.
    pub changes: &'a SceneArgs,
    /// The parts that scenes may name.
    pub parts: &'a Parts,
    /// The instruction set.
    pub isa: Isa,
}

impl<'a> Base<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// With the exit code, once the reason was told.
    pub fn open(path: &'a Path, changes: &'a SceneArgs, parts: &'a Parts) -> Result<Self, u8> {
        let isa = chosen_isa(changes.isa).map_err(|message| {
            aside!("{message}");
            exit::USAGE
        })?;
        let loaded = parts.load(path, &changes.overrides());
        let loaded = loaded.map_err(|error| complain(&error))?;
        tell_notes(&loaded);
        Ok(Self {
            loaded,
            path,
            changes,
            parts,
            isa,
        })
    }

    /// A plan without points, with so many seeds from the scene's on, and columns from a time on.
    #[must_use]
    pub fn plan(
        &self,
        design: Design,
        axes: Vec<Axis>,
        (seeds, from_s): (u32, f64),
        columns: &[Column],
    ) -> Plan {
        let scene = &self.loaded.scene;
        Plan {
            format: Plan::format(),
            tool: concat!("phantomos ", env!("CARGO_PKG_VERSION")).to_owned(),
            isa: self.isa.name().to_owned(),
            scene: scene.name.clone(),
            scene_xxh3: format!("{:016x}", xxh3_64(self.loaded.text.as_bytes())),
            design,
            axes,
            points: Vec::new(),
            seeds: (0..u64::from(seeds))
                .map(|k| scene.seed.wrapping_add(k))
                .collect(),
            ticks: scene.ticks,
            search: None,
            statistics: columns.iter().map(ToString::to_string).collect(),
            from_s,
        }
    }

    /// The scene of a point and a seed.
    ///
    /// # Errors
    /// With all problems of that scene.
    pub fn at(&self, axes: &[Axis], point: &Point, seed: u64) -> Result<LoadedScene, SceneError> {
        let mut sets = self.changes.overrides();
        let values = axes
            .iter()
            .zip(point)
            .filter(|(_, value)| !value.is_empty());
        sets.extend(values.map(|(axis, value)| (axis.path.clone(), value.clone())));
        sets.push(("seed".to_owned(), seed.to_string()));
        let mut loaded = self.parts.load(self.path, &sets)?;
        loaded
            .files
            .allowed
            .extend_from_slice(&self.changes.allow_read);
        Ok(loaded)
    }
}

/// Names cells.
pub struct Resolver<'a> {
    /// The scene.
    pub base: &'a Base<'a>,
    /// What is varied.
    pub axes: &'a [Axis],
}

impl Resolver<'_> {
    /// The cell of a point and a seed.
    ///
    /// # Errors
    /// With what is wrong with its scene.
    pub fn cell(&self, number: usize, point: &Point, seed: u64) -> Result<Cell, String> {
        let loaded = self
            .base
            .at(self.axes, point, seed)
            .map_err(|error| error.to_string())?;
        let text = resolved(&loaded.scene).map_err(|error| error.to_string())?;
        let id = format!("{:016x}", xxh3_64(text.as_bytes()));
        Ok(Cell {
            point: number,
            seed,
            id,
        })
    }
}

/// Tells what is wrong with what was asked for; gives the exit code.
#[must_use]
pub fn invalid(message: &str) -> u8 {
    aside!("error: {message}");
    exit::INVALID
}

/// Says which axes take whole numbers only, and refuses those that cannot be varied.
///
/// # Errors
/// With the exit code, once the reason was told.
pub fn check_axes(base: &Base, axes: &mut [Axis]) -> Result<(), u8> {
    let rows = schema(base.parts);
    for k in 0..axes.len() {
        let path = axes[k].path.clone();
        if path == "seed" {
            return Err(invalid(
                "-p seed: expected --seeds N, which runs each point with N seeds",
            ));
        }
        if axes[..k].iter().any(|other| other.path == path) {
            return Err(invalid(&format!("{path} is varied twice")));
        }
        let plain = unnumbered(&path);
        if rows
            .iter()
            .any(|row| row.path == plain && row.kind.contains("whole number"))
        {
            axes[k].hold_whole();
        }
    }
    Ok(())
}

/// Refuses what no scene has, by the first point.
///
/// # Errors
/// With the exit code, once all problems of that scene were told.
pub fn check_first(base: &Base, axes: &[Axis], point: &Point) -> Result<(), u8> {
    let found = base.at(axes, point, base.loaded.scene.seed);
    found.map(|_| ()).map_err(|error| {
        let values = axes.iter().zip(point);
        let values: Vec<String> = values
            .map(|(axis, value)| format!("-p {}={value}", axis.path))
            .collect();
        aside!("the scene with {}:", values.join(" "));
        complain(&error)
    })
}

/// The columns of the table: those asked for, else the mean and the last value of the three main
/// metrics where the scene has them.
pub fn columns(base: &Base, stats: &[Columns]) -> Result<Vec<Column>, u8> {
    let scene = &base.loaded.scene;
    let metrics = base.parts.metrics_of(scene);
    let recorded = demand(scene, base.parts);
    let mut asked: Vec<Column> = stats.iter().flat_map(|own| own.0.clone()).collect();
    if asked.is_empty() {
        let names = match scene.sensors.is_empty() {
            true => ["order", "mean", "own_energy"],
            false => ["coherence", "entropy_nats", "resonance"],
        };
        let texts = names.iter().map(|name| format!("{name}:mean,last"));
        asked = texts
            .filter_map(|text| Column::parse(&text).ok())
            .flatten()
            .collect();
        asked.retain(|own| recorded.asks(&own.metric));
    }
    let ranges = scene.ranges();
    for column in &asked {
        let Some(metric) = metrics.find(&column.metric) else {
            let expected = metrics.expected(&column.metric, |_| true);
            return Err(invalid(&format!("--stat {column}: {expected}")));
        };
        if find_scope(&column.scope, &ranges).is_none() {
            let names: Vec<&str> = ranges.iter().map(|own| own.name.as_str()).collect();
            let list = names.join(", ");
            let told = format!("--stat {column}: no population {:?}", column.scope);
            return Err(invalid(&format!(
                "{told}, expected cluster or one of {list}"
            )));
        }
        if metric.scope == MetricScope::Cluster && column.scope != "cluster" {
            return Err(invalid(&format!(
                "--stat {column}: only the cluster has it"
            )));
        }
        if !recorded.asks(&column.metric) {
            let how = how_to_record(metric.needs);
            return Err(invalid(&format!(
                "--stat {column}: cells do not record it{how}"
            )));
        }
    }
    asked.dedup();
    Ok(asked)
}

/// Number of cores.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
