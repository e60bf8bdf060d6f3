//! From the arguments of a sweep to its plan, cells and runs.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;

use crate::cli::exit;
use crate::cli::say::aside;
use crate::cli::stop::TimeLimit;
use crate::scenario::Parts;
use crate::study::cell::CellState;
use crate::study::design::read_table;
use crate::study::plan::{CELLS, PlanError, SCENE, replace};
use crate::study::{Cell, Design, Plan};

use super::NewSweep;
use super::after::finish;
use super::base::{Base, Resolver, check_axes, check_first, columns, cores, invalid};
use super::estimate::estimate;
use super::work::{Job, Work};

/// Problems of cells that are shown at most.
const SHOWN: usize = 5;

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
        points,
        ..base.plan(design, axes, (args.seeds, args.from), &columns)
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

/// Writes a plan and the text of its scene before the first cell.
///
/// # Errors
/// When they cannot be written.
pub fn write_plan(folder: &Path, plan: &Plan, text: &str) -> io::Result<()> {
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
