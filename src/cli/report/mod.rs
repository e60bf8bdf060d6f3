//! `phantom report`: what a run or a sweep left behind, as one page that needs nothing else.

mod html;
mod inline;
mod figures;
mod judged;
mod log;
mod facts;
mod run_parts;
mod run_page;
mod sweep_table;
mod sweep_page;

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::record::claim::REPORT;
use crate::scenario::Parts;

use super::command::Command;
use super::exit;
use super::say::{aside, printable, say};

/// Bytes at the beginning of a file by which it is known as a report.
const START: u64 = 1024;

/// Arguments of `report`.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// The run folder, or the folder of a sweep.
    pub folder: PathBuf,
    /// Metrics of a figure, all in one unit, instead of the figures of the scene; each --plot is a
    /// figure below the last.
    #[arg(long = "plot", value_name = "METRIC,…")]
    pub plots: Vec<String>,
    /// The page; report.html in the folder when absent.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace a file that is no report.
    #[arg(long)]
    pub force: bool,
}

impl Command for ReportArgs {
    const NAME: &'static str = "report";
    const ABOUT: &'static str =
        "Write a page about a run or a sweep: figures, assertions, safety log, how to repeat it";

    fn run(&self, parts: &Parts) -> u8 {
        match write(self, parts) {
            Ok(said) => {
                say!("{said}");
                exit::OK
            }
            Err(code) => code,
        }
    }
}

/// What a page tells of itself once it is written.
struct Written {
    page: String,
    said: String,
}

/// Tells an error; gives its exit code.
fn told(message: &str, code: u8) -> u8 {
    aside!("error: {}", printable(message));
    code
}

fn write(args: &ReportArgs, parts: &Parts) -> Result<String, u8> {
    let out = args.out.clone().unwrap_or_else(|| args.folder.join(REPORT));
    may_write(&out, args.force).map_err(|message| told(&message, exit::USAGE))?;
    let is_sweep = args.folder.join(sweep_page::PLAN).is_file();
    let written = if is_sweep {
        if !args.plots.is_empty() {
            let message = format!(
                "--plot: {} is a sweep, whose figures are those of its folder {}",
                args.folder.display(),
                sweep_page::FIGURES
            );
            return Err(told(&message, exit::USAGE));
        }
        sweep_page::page(&args.folder, parts).map_err(|message| told(&message, exit::INVALID))?
    } else {
        run_page::page(args, parts)?
    };
    put(&out, &written.page).map_err(|error| told(&error, exit::IO))?;
    let size = written.page.len().div_ceil(1000);
    Ok(format!("{}: {}, {size} kB", out.display(), written.said))
}

/// Writes a page at once: what is read there is the old one or the new one.
fn put(path: &Path, page: &str) -> Result<(), String> {
    let about = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    if let Some(folder) = path.parent().filter(|own| !own.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(about)?;
    }
    let mut draft = path.as_os_str().to_owned();
    draft.push(".draft");
    std::fs::write(&draft, page).map_err(about)?;
    std::fs::rename(&draft, path).map_err(about)
}

/// Whether a report may be written there: over nothing, or over a report.
fn may_write(path: &Path, force: bool) -> Result<(), String> {
    let shown = path.display();
    let meta = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{shown}: {error}")),
        Ok(meta) => meta,
    };
    if !meta.is_file() {
        return Err(format!(
            "{shown}: it is a link or no plain file, expected another --out"
        ));
    }
    if force {
        return Ok(());
    }
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|own| own.take(START).read_to_end(&mut start));
    read.map_err(|error| format!("{shown}: {error}"))?;
    match html::is_report(&String::from_utf8_lossy(&start)) {
        true => Ok(()),
        false => Err(format!(
            "{shown}: it is no report of phantom, expected another --out, or --force to replace it"
        )),
    }
}
