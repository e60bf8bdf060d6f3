//! What a sweep would take, by one of its cells.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::base::{Cancel, CancelCause, RunStatus};
use crate::cli::exit;
use crate::cli::say::{aside, say};
use crate::cli::stop::TimeLimit;
use crate::record::SavedRun;

use super::work::{Done, Job, Work};

/// How long the one cell runs at most.
const TRIAL: Duration = Duration::from_secs(5);

/// Runs one cell in a folder that goes away again, and tells what all would take.
pub fn estimate(work: &Work, jobs: &[Job], limit: &TimeLimit) -> Result<u8, u8> {
    let Some(first) = jobs.first() else {
        aside!("nothing is left to run");
        return Ok(exit::OK);
    };
    let failed = |error: &dyn std::fmt::Display| {
        aside!("error: {error}");
        exit::IO
    };
    let home = std::env::temp_dir().join(format!("phantom-dry-run-{}", std::process::id()));
    let trial = Work {
        folder: &home,
        ..*work
    };
    let cancel = Cancel::default();
    let (alive, over) = crossbeam_channel::bounded::<()>(0);
    let timer = cancel.clone();
    std::thread::spawn(move || {
        use crossbeam_channel::RecvTimeoutError::Timeout;
        if over.recv_timeout(TRIAL) == Err(Timeout) {
            timer.request(CancelCause::TimeLimit);
        }
    });
    let begun = Instant::now();
    let found = trial.cell(first, &cancel);
    drop(alive);
    let seconds = begun.elapsed().as_secs_f64();
    let path = first.cell.folder(&home);
    let ticks = SavedRun::open(&path)
        .map(|run| run.manifest.ticks)
        .unwrap_or(0);
    let bytes = size(&path).map_err(|error| failed(&error))?;
    std::fs::remove_dir_all(&home).map_err(|error| failed(&error))?;
    if let Ok(Done {
        status: RunStatus::Error,
        cause: Some(cause),
        ..
    }) = &found
    {
        return Err(failed(cause));
    }
    if limit.cancel().is_requested() {
        return Ok(exit::INTERRUPTED);
    }
    // A cell that did not come to its end within the trial is taken to go on as it began.
    let share = work.plan.ticks as f64 / ticks.max(1) as f64;
    let share = if found.is_err() { share.max(1.0) } else { 1.0 };
    let cells_s = seconds * share * jobs.len() as f64 / work.jobs.max(1) as f64;
    let disk = bytes as f64 * share * jobs.len() as f64;
    say!(
        "{} cells of {} ticks: about {} on {} cores and {} of disk, by one cell that took \
         {seconds:.2} s for {ticks} ticks and {}",
        jobs.len(),
        work.plan.ticks,
        duration(cells_s),
        work.jobs,
        size_in_words(disk),
        size_in_words(bytes as f64),
    );
    Ok(exit::OK)
}

fn size(folder: &Path) -> io::Result<u64> {
    let mut total = 0;
    for entry in std::fs::read_dir(folder)? {
        let (path, meta) = entry.and_then(|own| Ok((own.path(), own.metadata()?)))?;
        total += if meta.is_dir() {
            size(&path)?
        } else {
            meta.len()
        };
    }
    Ok(total)
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

fn size_in_words(bytes: f64) -> String {
    match bytes {
        b if b < 1e6 => format!("{:.0} kB", b / 1e3),
        b if b < 1e9 => format!("{:.0} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}
