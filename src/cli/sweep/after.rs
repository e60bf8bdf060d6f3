//! What is made of a sweep's cells: the table and the figures.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::base::RunStatus;
use crate::cli::exit;
use crate::cli::say::{aside, printable, say};
use crate::cli::scene_args::parse_seconds;
use crate::figure::{self, Format};
use crate::registry::Metrics;
use crate::scenario::{Column, Parts};
use crate::study::plan::{CELLS, FIGURES, TABLE};
use crate::study::response::{Across, figure, picture};
use crate::study::text_figure;
use crate::study::{Plan, Table};

use super::work::{Tally, Work};
use super::{Columns, parse_columns};

/// Gaps that are told one by one at most.
const SHOWN: usize = 5;
/// Figures that are drawn unasked at most.
const DRAWN: usize = 12;

/// Arguments of `sweep table`.
#[derive(Args, Debug)]
pub struct TableArgs {
    /// The folder of the sweep.
    pub folder: PathBuf,
    /// Other columns than the plan's.
    #[arg(long = "stat", value_name = "COLUMN", value_parser = parse_columns)]
    pub stats: Vec<Columns>,
    /// Second of plant time from which on they are taken, instead of the plan's.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub from: Option<f64>,
}

/// Arguments of `sweep plot`.
#[derive(Args, Debug)]
pub struct PlotArgs {
    /// The folder of the sweep.
    pub folder: PathBuf,
    /// The statistic, as the table's head writes it or any other.
    #[arg(long, value_name = "COLUMN")]
    pub stat: String,
    /// The path on the horizontal axis.
    #[arg(short, long, value_name = "PATH")]
    pub x: Option<String>,
    /// The path on the vertical axis of a heat map.
    #[arg(short, long, value_name = "PATH")]
    pub y: Option<String>,
    /// The file: .svg, .pdf or .png; text on the terminal when absent.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

fn failed(folder: &Path, error: &dyn std::fmt::Display) -> u8 {
    aside!(
        "error: {}: {}",
        folder.display(),
        printable(&error.to_string())
    );
    exit::IO
}

/// The plan of a folder.
///
/// # Errors
/// With the exit code, once the reason was told.
pub fn plan_of(folder: &Path) -> Result<Plan, u8> {
    Plan::read(folder).map_err(|error| {
        aside!("error: {}: {error}", folder.display());
        exit::INVALID
    })
}

/// The columns of texts that a plan keeps.
fn columns_of(texts: &[String]) -> Result<Vec<Column>, u8> {
    let found: Result<Vec<Vec<Column>>, String> =
        texts.iter().map(|own| Column::parse(own)).collect();
    found
        .map(|own| own.into_iter().flatten().collect())
        .map_err(|message| {
            aside!("error: {message}");
            exit::USAGE
        })
}

/// Reads the cells and writes cells.csv and cells.parquet.
fn derive(folder: &Path, columns: &[Column], from_s: f64, metrics: &Metrics) -> Result<Table, u8> {
    let table = Table::read(folder, columns, from_s).map_err(|error| failed(folder, &error))?;
    for (path, reason) in table.gaps.iter().take(SHOWN) {
        aside!("gap: {}: {}", path.display(), printable(reason));
    }
    if table.gaps.len() > SHOWN {
        aside!("and {} gaps more", table.gaps.len() - SHOWN);
    }
    table
        .write_csv(folder)
        .map_err(|error| failed(folder, &error))?;
    table
        .write_parquet(folder, metrics)
        .map_err(|error| failed(folder, &error))?;
    Ok(table)
}

/// Draws each statistic; gives what is shown on a terminal of the first.
fn draw(folder: &Path, table: &Table, plan: &Plan, metrics: &Metrics) -> io::Result<Vec<String>> {
    let mut shown = Vec::new();
    std::fs::create_dir_all(folder.join(FIGURES))?;
    for (k, column) in table.columns.iter().enumerate().take(DRAWN) {
        let about = (plan.scene.as_str(), metrics);
        let drawn = figure(table, &plan.design, k, Across::default(), about);
        match drawn {
            Ok(drawn) => {
                let name = column.to_string().replace([':', '@', '(', ')'], "_");
                let path = folder
                    .join(FIGURES)
                    .join(format!("{}.svg", name.trim_end_matches('_')));
                figure::write(&path, &drawn.drawing()).map_err(io::Error::other)?;
                if shown.is_empty()
                    && let Ok(own) = picture(table, &plan.design, k, Across::default())
                {
                    shown = text_figure::lines(&own, table, &column.to_string());
                }
            }
            Err(message) => aside!("note: no figure of {column}: {message}"),
        }
    }
    Ok(shown)
}

/// Writes table and figures after the work, and tells what became of it.
///
/// # Errors
/// With the exit code, when they cannot be written.
pub fn finish(work: &Work, tally: &Tally) -> Result<u8, u8> {
    let (folder, plan) = (work.folder, work.plan);
    let columns = columns_of(&plan.statistics)?;
    let metrics = work.base.parts.metrics_of(&work.base.loaded.scene);
    let table = derive(folder, &columns, plan.from_s, &metrics)?;
    let shown = draw(folder, &table, plan, &metrics).map_err(|error| failed(folder, &error))?;
    for line in shown {
        aside!("{line}");
    }
    let count = |status| table.rows.iter().filter(|row| row.status == status).count();
    let expected = match plan.search {
        Some(_) => table.rows.len(),
        None => plan.cells(),
    };
    let (ok, failed_by) = (count(RunStatus::Ok), count(RunStatus::AssertionFailed));
    let (stopped, broken) = (count(RunStatus::SafeStopped), count(RunStatus::Error));
    let rate = tally.done.len() as f64 / tally.seconds;
    if work.json {
        let line = json!({
            "type": "end", "cells": table.rows.len(), "of": expected, "ok": ok,
            "assertion_failed": failed_by, "safe_stopped": stopped, "error": broken,
            "gaps": table.gaps.len(), "run": tally.done.len(), "seconds": tally.seconds,
            "cells_per_s": rate, "out": folder,
        });
        say!("{line}");
    }
    aside!(
        "{} of {expected} cells: {ok} ok, {failed_by} with a failed assertion, {stopped} stopped \
         by safety, {broken} broken off",
        table.rows.len()
    );
    if !tally.done.is_empty() {
        aside!(
            "{} cells run in {:.1} s, {rate:.1} cells/s",
            tally.done.len(),
            tally.seconds
        );
    }
    if tally.busy > 0 {
        aside!("{} cells are being run by another process", tally.busy);
    }
    aside!("table      {}", folder.join(TABLE).display());
    aside!("figures    {}", folder.join(FIGURES).display());
    if let Some(row) = table.rows.first() {
        aside!(
            "a cell     phantom open {}",
            folder.join(CELLS).join(&row.id).display()
        );
    }
    if tally.cut.is_some() {
        aside!("the sweep was cut short; the same command with --resume goes on");
    }
    Ok(tally.exit_code())
}

/// Derives the table anew.
///
/// # Errors
/// With the exit code, once the reason was told.
pub fn table(args: &TableArgs, parts: &Parts) -> Result<u8, u8> {
    let mut plan = plan_of(&args.folder)?;
    if !args.stats.is_empty() {
        let asked = args.stats.iter().flat_map(|own| &own.0);
        plan.statistics = asked.map(ToString::to_string).collect();
    }
    plan.from_s = args.from.unwrap_or(plan.from_s);
    let columns = columns_of(&plan.statistics)?;
    let metrics = parts.metrics();
    if let Some(unknown) = columns
        .iter()
        .find(|own| metrics.find(&own.metric).is_none())
        && !unknown.metric.as_str().contains('.')
    {
        let expected = metrics.expected(&unknown.metric, |_| true);
        aside!("error: --stat {unknown}: {expected}");
        return Err(exit::INVALID);
    }
    let table = derive(&args.folder, &columns, plan.from_s, &metrics)?;
    plan.write(&args.folder)
        .map_err(|error| failed(&args.folder, &error))?;
    let shown = draw(&args.folder, &table, &plan, &metrics);
    for line in shown.map_err(|error| failed(&args.folder, &error))? {
        aside!("{line}");
    }
    say!(
        "{} cells: {}",
        table.rows.len(),
        args.folder.join(TABLE).display()
    );
    Ok(exit::OK)
}

/// Draws one statistic.
///
/// # Errors
/// With the exit code, once the reason was told.
pub fn plot(args: &PlotArgs, parts: &Parts) -> Result<u8, u8> {
    let plan = plan_of(&args.folder)?;
    if let Some(out) = &args.out {
        Format::of(out).map_err(|error| {
            aside!("error: --out {error}");
            exit::USAGE
        })?;
    }
    let columns = columns_of(std::slice::from_ref(&args.stat))?;
    let table = Table::read(&args.folder, &columns, plan.from_s);
    let table = table.map_err(|error| failed(&args.folder, &error))?;
    let across = Across {
        x: args.x.as_deref(),
        y: args.y.as_deref(),
    };
    let invalid = |message: String| {
        aside!("error: {message}");
        exit::INVALID
    };
    for (k, column) in columns.iter().enumerate() {
        match &args.out {
            Some(out) => {
                let metrics = parts.metrics();
                let about = (plan.scene.as_str(), &metrics);
                let drawn = figure(&table, &plan.design, k, across, about).map_err(invalid)?;
                let written = figure::write(out, &drawn.drawing());
                written.map_err(|error| failed(out, &error))?;
                say!("{}: {column} of {} cells", out.display(), table.rows.len());
            }
            None => {
                let own = picture(&table, &plan.design, k, across).map_err(invalid)?;
                for line in text_figure::lines(&own, &table, &column.to_string()) {
                    say!("{line}");
                }
            }
        }
    }
    Ok(exit::OK)
}
