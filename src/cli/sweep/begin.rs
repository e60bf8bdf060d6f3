//! From the arguments of a sweep to its plan and cells.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::base::isa::Isa;
use crate::cli::bench_args::chosen_isa;
use crate::cli::exit;
use crate::cli::figure_panel::how_to_record;
use crate::cli::run::{complain, tell_notes};
use crate::cli::run_folder::resolved;
use crate::cli::say::aside;
use crate::cli::scene_args::SceneArgs;
use crate::cli::stop::TimeLimit;
use crate::registry::metric::MetricScope;
use crate::registry::site::find_scope;
use crate::scenario::schema::{schema, unnumbered};
use crate::scenario::{Column, LoadedScene, Parts, SceneError, demand};
use crate::study::cell::CellState;
use crate::study::design::{Point, read_table};
use crate::study::plan::{CELLS, PlanError, SCENE, replace};
use crate::study::{Axis, Cell, Design, Plan};

use super::after::finish;
use super::work::{Job, Work, estimate};
use super::{Columns, NewSweep};

/// Problems of cells that are shown at most.
const SHOWN: usize = 5;

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

fn invalid(message: &str) -> u8 {
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

/// The plan that the arguments ask for.
fn planned(args: &NewSweep, base: &Base) -> Result<Plan, u8> {
    let mut design = args.design();
    let mut axes = args.params.clone();
    let mut points = Vec::new();
    if let Design::Table { file } = &mut design {
        if !axes.is_empty() {
            return Err(invalid(
                "the table names what is varied, expected it without -p",
            ));
        }
        let path = PathBuf::from(&*file);
        let read = read_table(&path).map_err(|message| invalid(&message))?;
        (axes, points) = read;
        *file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
    }
    check_axes(base, &mut axes)?;
    let scene = &base.loaded.scene;
    if points.is_empty() {
        points = design
            .points(&axes, scene.seed)
            .map_err(|message| invalid(&message))?;
    }
    check_first(base, &axes, &points[0])?;
    let columns = columns(base, &args.stats)?;
    Ok(Plan {
        format: Plan::format(),
        tool: concat!("phantomos ", env!("CARGO_PKG_VERSION")).to_owned(),
        isa: base.isa.name().to_owned(),
        scene: scene.name.clone(),
        scene_xxh3: format!("{:016x}", xxh3_64(base.loaded.text.as_bytes())),
        design,
        axes,
        points,
        seeds: (0..u64::from(args.seeds))
            .map(|k| scene.seed.wrapping_add(k))
            .collect(),
        ticks: scene.ticks,
        search: None,
        statistics: columns.iter().map(ToString::to_string).collect(),
        from_s: args.from,
    })
}

/// The cells of a plan; all problems are found before the first one runs.
fn cells(plan: &Plan, base: &Base) -> Result<Vec<Cell>, u8> {
    let resolver = Resolver {
        base,
        axes: &plan.axes,
    };
    let seeds = plan.seeds.len();
    let found: Vec<Result<Cell, (usize, String)>> = (0..plan.cells())
        .into_par_iter()
        .map(|k| {
            let point = k / seeds;
            let cell = resolver.cell(point, &plan.points[point], plan.seeds[k % seeds]);
            cell.map_err(|message| (point, message))
        })
        .collect();
    let mut wrong: BTreeMap<usize, &str> = BTreeMap::new();
    for (point, message) in found.iter().filter_map(|own| own.as_ref().err()) {
        wrong.entry(*point).or_insert(message);
    }
    if wrong.is_empty() {
        return Ok(found.into_iter().flatten().collect());
    }
    for (point, message) in wrong.iter().take(SHOWN) {
        let values = plan.axes.iter().zip(&plan.points[*point]);
        let values: Vec<String> = values
            .map(|(axis, value)| format!("{}={value}", axis.path))
            .collect();
        aside!("point {point} ({}): {message}", values.join(", "));
    }
    if wrong.len() > SHOWN {
        aside!("and {} points more", wrong.len() - SHOWN);
    }
    aside!(
        "error: {} of {} points are no scenes; nothing was run",
        wrong.len(),
        plan.points.len()
    );
    Err(exit::INVALID)
}

/// Makes sure that a folder is free, or holds this very plan.
///
/// # Errors
/// With the exit code, once the reason was told.
pub fn claim(folder: &Path, plan: &Plan, resume: bool) -> Result<(), u8> {
    let shown = folder.display();
    match Plan::read(folder) {
        Ok(there) => {
            if !resume {
                aside!("error: {shown} holds a sweep already, expected --resume or another --out");
                return Err(exit::IO);
            }
            if let Some(difference) = plan.difference(&there) {
                aside!("error: {shown} holds another sweep: {difference}");
                return Err(exit::INVALID);
            }
        }
        Err(PlanError::None) => {
            let used = std::fs::read_dir(folder).is_ok_and(|mut own| own.next().is_some());
            if used {
                aside!(
                    "error: {shown} is no empty folder and holds no sweep, expected another --out"
                );
                return Err(exit::IO);
            }
        }
        Err(error) => {
            aside!("error: {shown}: {error}");
            return Err(exit::INVALID);
        }
    }
    Ok(())
}

fn write_plan(folder: &Path, plan: &Plan, text: &str) -> io::Result<()> {
    std::fs::create_dir_all(folder.join(CELLS))?;
    replace(&folder.join(SCENE), text.as_bytes())?;
    plan.write(folder)
}

/// The cells that have not come to their end.
fn still_open(cells: &[Cell], folder: &Path) -> Vec<Cell> {
    let states: Vec<CellState> = cells.par_iter().map(|cell| cell.state(folder)).collect();
    let mut open = Vec::new();
    for (cell, state) in cells.iter().zip(states) {
        match state {
            CellState::Done => continue,
            CellState::Torn(reason) => {
                aside!(
                    "note: cell {} is run again, its folder was torn: {reason}",
                    cell.id
                );
            }
            CellState::Missing | CellState::Unfinished => {}
        }
        open.push(cell.clone());
    }
    open
}

/// Runs a sweep, or what is missing of it.
///
/// # Errors
/// With the exit code, once the reason was told.
pub fn sweep(args: &NewSweep, parts: &Parts) -> Result<u8, u8> {
    let limit = TimeLimit::begin(args.time_limit.map(Duration::from_secs_f64));
    // clap demands one.
    let path = args.scene.as_deref().unwrap_or(Path::new(""));
    let base = Base::open(path, &args.changes, parts)?;
    let plan = planned(args, &base)?;
    let folder = match &args.out {
        Some(out) => out.clone(),
        None => Path::new("sweeps").join(&plan.scene),
    };
    if !args.dry_run || Plan::read(&folder).is_ok() {
        claim(&folder, &plan, args.resume || args.dry_run)?;
    }
    let cells = cells(&plan, &base)?;
    let mut seen = std::collections::BTreeSet::new();
    let distinct: Vec<Cell> = cells
        .iter()
        .filter(|cell| seen.insert(cell.id.clone()))
        .cloned()
        .collect();
    if distinct.len() < cells.len() {
        let same = cells.len() - distinct.len();
        aside!("note: {same} cells are the same scene and seed as others; each is run once");
    }
    let mine: Vec<Cell> = match args.shard {
        Some(shard) => {
            let own = distinct
                .iter()
                .enumerate()
                .filter(|(k, _)| k % shard.of == shard.number - 1);
            own.map(|(_, cell)| cell.clone()).collect()
        }
        None => distinct,
    };
    let open: Vec<Job> = still_open(&mine, &folder)
        .into_iter()
        .map(|cell| Job {
            point: plan.points[cell.point].clone(),
            cell,
        })
        .collect();
    let jobs = args.jobs.map_or_else(cores, usize::from);
    let work = Work {
        base: &base,
        plan: &plan,
        folder: &folder,
        jobs,
        json: args.json,
        goal: None,
    };
    aside!(
        "{}: {} points × {} seeds of {} ticks, {} cells to run{}, {jobs} at a time",
        plan.design.told(),
        plan.points.len(),
        plan.seeds.len(),
        plan.ticks,
        open.len(),
        match mine.len() - open.len() {
            0 => String::new(),
            done => format!(" ({done} are done)"),
        }
    );
    if args.dry_run {
        return estimate(&work, &open, &limit);
    }
    let failed = |error: io::Error| {
        aside!("error: {}: {error}", folder.display());
        exit::IO
    };
    write_plan(&folder, &plan, &base.loaded.text).map_err(failed)?;
    limit.close_files();
    let tally = work.run(&open, &limit);
    if let Some(path) = &args.junit {
        tally.write_junit(path).map_err(failed)?;
    }
    finish(&work, &tally)
}

/// Number of cores.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
