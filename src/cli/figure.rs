//! `phantom figure`: what a run recorded as a figure for print, one panel for each `--plot`.

use std::path::PathBuf;

use clap::Args;

use crate::figure::{self as page, Figure, Format, Size};
use crate::record::SavedRun;
use crate::registry::Metrics;
use crate::scenario::Parts;

use super::command::Command;
use super::exit;
use super::figure_events::{Moments, marks};
use super::figure_panel::{Asked, Wanted, ask, caption, panel};
use super::figure_rows::Rows;
use super::run::refuse;
use super::say::{aside, printable, say};
use super::scene_args::parse_seconds;

/// How large the figure is.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SizeArg {
    /// One column of a journal, 85 mm.
    Column,
    /// Two columns, 178 mm.
    #[default]
    TwoColumns,
    /// A slide of 16:9, 254 mm by 143 mm.
    Slide,
}

impl From<SizeArg> for Size {
    fn from(size: SizeArg) -> Self {
        match size {
            SizeArg::Column => Self::Column,
            SizeArg::TwoColumns => Self::TwoColumns,
            SizeArg::Slide => Self::Slide,
        }
    }
}

/// Arguments of `figure`.
#[derive(Args, Debug)]
pub struct FigureArgs {
    /// The run folder.
    pub folder: PathBuf,
    /// Metrics of a panel, all in one unit; each --plot is a panel below the last.
    #[arg(long = "plot", value_name = "METRIC,…", required = true)]
    pub plots: Vec<String>,
    /// Populations, or cluster; the cluster when absent, or the only one that has values.
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub scope: Vec<String>,
    /// Second of plant time to begin at.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub from: Option<f64>,
    /// Second of plant time to end at.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub to: Option<f64>,
    /// How large the figure is.
    #[arg(long, value_enum, default_value = "two-columns")]
    pub size: SizeArg,
    /// Logarithmic vertical axes; values of zero and below are gaps.
    #[arg(long)]
    pub log: bool,
    /// Leave out the marks of alerts, edits and stops.
    #[arg(long)]
    pub no_events: bool,
    /// The file; its ending says the format: .svg, .pdf or .png.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

impl Command for FigureArgs {
    const NAME: &'static str = "figure";
    const ABOUT: &'static str = "Draw what a run recorded as a figure for print: SVG, PDF or PNG";

    fn run(&self, parts: &Parts) -> u8 {
        match draw(self, &parts.metrics()) {
            Ok(said) => {
                say!("{said}");
                exit::OK
            }
            Err(code) => code,
        }
    }
}

/// Tells what is wrong with the command line; gives its exit code.
fn usage(message: &str) -> u8 {
    aside!("error: {}", printable(message));
    exit::USAGE
}

/// Tells what is wrong with what was asked of this run; gives its exit code.
fn invalid(message: &str) -> u8 {
    aside!("error: {}", printable(message));
    exit::INVALID
}

fn draw(args: &FigureArgs, metrics: &Metrics) -> Result<String, u8> {
    Format::of(&args.out).map_err(|error| usage(&format!("--out {error}")))?;
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from >= to
    {
        let message = format!("--from {from} --to {to}: there is nothing between them");
        return Err(usage(&message));
    }
    let asked: Result<Vec<Asked>, String> =
        args.plots.iter().map(|text| ask(text, metrics)).collect();
    let asked = asked.map_err(|message| usage(&message))?;
    let opened = SavedRun::open(&args.folder).and_then(|saved| {
        saved.check_files()?;
        Ok(saved)
    });
    let saved = opened.map_err(|error| refuse(&error))?;
    let rows = rows(args, &saved, &asked)?;
    let wanted = Wanted {
        rows: &rows,
        metrics,
        scopes: &args.scope,
        log: args.log,
    };
    let mut panels = Vec::new();
    let (mut curves, mut points) = (0, 0);
    for one in &asked {
        let (panel, of_panel) = panel(one, &wanted).map_err(|message| invalid(&message))?;
        curves += panel.marks.len();
        points += of_panel;
        panels.push(panel);
    }
    let moments = if args.no_events {
        Moments::default()
    } else {
        Moments::read(&saved, rows.range()).map_err(|error| refuse(&error))?
    };
    for (k, panel) in panels.iter_mut().enumerate() {
        // The first panel tells what they are.
        panel.marks.extend(marks(&moments, k == 0));
        if args.from.is_some() || args.to.is_some() {
            let [first, last] = rows.range();
            panel.x.range = Some([args.from.unwrap_or(first), args.to.unwrap_or(last)]);
        }
    }
    let count = panels.len();
    let figure = Figure {
        shared_x: true,
        caption: vec![caption(&saved, &rows, &args.scope)],
        ..Figure::new(saved.manifest.scene.as_str(), panels, args.size.into())
    };
    page::write(&args.out, &figure.drawing()).map_err(|error| {
        aside!("error: {error}");
        exit::IO
    })?;
    Ok(format!(
        "{}: {}, {} of {}, {}",
        args.out.display(),
        counted(count, "panel"),
        counted(curves, "curve"),
        counted(points, "point"),
        counted(moments.count(), "event")
    ))
}

/// The rows of the run that are asked for, once its scopes are known to be there.
fn rows(args: &FigureArgs, saved: &SavedRun, asked: &[Asked]) -> Result<Rows, u8> {
    let mut names: Vec<String> = asked.iter().flat_map(|one| one.names.clone()).collect();
    names.sort();
    names.dedup();
    let range = [
        args.from.unwrap_or(f64::NEG_INFINITY),
        args.to.unwrap_or(f64::INFINITY),
    ];
    let rows = Rows::read(saved, &names, range).map_err(|error| {
        aside!("error: {error}");
        exit::IO
    })?;
    match args.scope.iter().find(|name| !rows.scopes.contains(name)) {
        None => Ok(rows),
        Some(unknown) => Err(usage(&format!(
            "--scope {unknown}: the run has no such scope, expected one of {}",
            rows.scopes.join(", ")
        ))),
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
