//! Running the cells of a sweep, several at a time, each in a folder of its own.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::base::{Cancel, CancelCause, RunStatus};
use crate::cli::exit;
use crate::cli::junit::{self, Suite};
use crate::cli::run_folder::open_folder_with;
use crate::cli::say::{aside, say};
use crate::cli::stop::TimeLimit;
use crate::kernel::{Observer, RunError, Session, SimOptions};
use crate::record::{Place, SavedRun};
use crate::scenario::Judgement;
use crate::study::goal::Goal;
use crate::study::{Cell, CellNote, Plan, Point};

use super::base::Base;

/// Between two lines of progress where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);
/// The cells of a plan, to be run.
pub struct Work<'a> {
    /// The scene.
    pub base: &'a Base<'a>,
    /// The plan.
    pub plan: &'a Plan,
    /// The folder of the sweep.
    pub folder: &'a Path,
    /// Cells at a time.
    pub jobs: usize,
    /// Whether lines of JSON are printed.
    pub json: bool,
    /// What a search is for; its costs are kept in the notes of cells.
    pub goal: Option<&'a Goal>,
}

/// A cell and the values of its point.
pub struct Job {
    /// The cell.
    pub cell: Cell,
    /// The values of the axes.
    pub point: Point,
}

/// A cell that came to its end, or why it did not.
#[derive(Clone, Debug)]
pub struct Done {
    /// Its name.
    pub id: String,
    /// How it ended.
    pub status: RunStatus,
    /// Why it ended so, where that is no matter of assertions.
    pub cause: Option<String>,
    /// What became of its assertions.
    pub judged: Vec<Judgement>,
    /// Wall time, s.
    pub seconds: f64,
}

/// What became of the cells that were run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Cells in the order in which they ended.
    pub done: Vec<Done>,
    /// Cells that another process writes.
    pub busy: usize,
    /// Why the work ended before its last cell.
    pub cut: Option<RunStatus>,
    /// Wall time of all, s.
    pub seconds: f64,
}

impl Tally {
    /// Number of cells that ended so.
    #[must_use]
    pub fn count(&self, status: RunStatus) -> usize {
        self.done.iter().filter(|own| own.status == status).count()
    }

    /// The exit code: that of an interrupt or a time limit, of a broken cell, of a failed
    /// assertion, else that all went well.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let failed = |status| self.count(status) > 0;
        match self.cut {
            Some(status) => status.exit_code(),
            None if failed(RunStatus::Error) => exit::INTERNAL,
            None if failed(RunStatus::AssertionFailed) => exit::ASSERTION,
            None => exit::OK,
        }
    }

    /// Writes JUnit XML, a suite for each cell.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_junit(&self, path: &Path) -> io::Result<()> {
        let suites: Vec<Suite> = self
            .done
            .iter()
            .map(|own| Suite {
                name: &own.id,
                seconds: own.seconds,
                status: own.status,
                cause: own.cause.as_deref(),
                judged: &own.judged,
            })
            .collect();
        junit::write(path, &suites)
    }
}

/// Shared by the threads.
struct Progress {
    bar: ProgressBar,
    /// Whether somebody else tells how far it is.
    quiet: bool,
    told: Mutex<Instant>,
    began: Instant,
    total: usize,
    json: bool,
}

impl Progress {
    fn new(total: usize, json: bool, quiet: bool) -> Self {
        let target = if io::stderr().is_terminal() && !quiet {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        let style = "{bar:30} {pos}/{len} cells, {per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self {
            bar,
            quiet,
            told: Mutex::new(now),
            began: now,
            total,
            json,
        }
    }

    fn step(&self, done: usize) {
        self.bar.set_position(done as u64);
        let Ok(mut told) = self.told.lock() else {
            return;
        };
        let pause = if self.json {
            Duration::from_millis(500)
        } else {
            PAUSE
        };
        if self.quiet || told.elapsed() < pause || !(self.json || self.bar.is_hidden()) {
            return;
        }
        *told = Instant::now();
        let rate = done as f64 / self.began.elapsed().as_secs_f64();
        let eta = (self.total - done) as f64 / rate;
        if self.json {
            let line = json!({
                "type": "progress", "cells": done, "of": self.total, "cells_per_s": rate,
                "eta_s": eta,
            });
            say!("{line}");
        } else {
            aside!(
                "{done}/{} cells, {rate:.1} cells/s, {eta:.0} s left",
                self.total
            );
        }
    }
}

/// Why a cell has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// Somebody asked to stop.
    Cut(RunStatus),
    /// Another process writes its folder.
    Busy,
}

impl Work<'_> {
    /// Runs cells. One that breaks off does no harm to the others.
    pub fn run(&self, jobs: &[Job], limit: &TimeLimit) -> Tally {
        let begun = Instant::now();
        let next = AtomicUsize::new(0);
        let tally = Mutex::new(Tally::default());
        let progress = Progress::new(jobs.len(), self.json, self.goal.is_some());
        let one = || {
            while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                if limit.cancel().is_requested() {
                    break;
                }
                let found = self.cell(job, limit.cancel());
                let Ok(mut tally) = tally.lock() else {
                    break;
                };
                match found {
                    Ok(done) => {
                        if let Some(cause) = &done.cause
                            && done.status == RunStatus::Error
                        {
                            progress
                                .bar
                                .suspend(|| aside!("cell {}: {cause}", job.cell.id));
                        }
                        tally.done.push(done);
                    }
                    Err(Unfinished::Busy) => tally.busy += 1,
                    Err(Unfinished::Cut(status)) => {
                        tally.cut = Some(status);
                        break;
                    }
                }
                progress.step(tally.done.len() + tally.busy);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..self.jobs.min(jobs.len()) {
                scope.spawn(one);
            }
        });
        progress.bar.finish_and_clear();
        let mut tally = tally
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let cause = limit.cancel().cause();
        tally.cut = tally.cut.or(cause.map(|own| match own {
            CancelCause::TimeLimit => RunStatus::TimeLimit,
            CancelCause::Interrupted => RunStatus::Interrupted,
        }));
        tally.seconds = begun.elapsed().as_secs_f64();
        tally
    }

    /// Runs a cell. What a search makes of it is written into its note.
    ///
    /// # Errors
    /// When somebody asked to stop, or another process runs it.
    pub fn cell(&self, job: &Job, cancel: &Cancel) -> Result<Done, Unfinished> {
        let begun = Instant::now();
        let folder = job.cell.folder(self.folder);
        let mut done = Done {
            id: job.cell.id.clone(),
            status: RunStatus::Error,
            cause: None,
            judged: Vec::new(),
            seconds: 0.0,
        };
        match self.attempt(job, &folder, cancel) {
            Ok((status, cause, judged)) if !status.is_cancelled() => {
                (done.status, done.cause, done.judged) = (status, cause, judged);
            }
            Ok((status, ..)) => return Err(Unfinished::Cut(status)),
            Err(RunError::Folder(error)) if error.kind() == io::ErrorKind::ResourceBusy => {
                return Err(Unfinished::Busy);
            }
            Err(error) => done.cause = Some(error.to_string()),
        }
        done.seconds = begun.elapsed().as_secs_f64();
        Ok(done)
    }

    fn attempt(
        &self,
        Job { cell, point }: &Job,
        path: &Path,
        cancel: &Cancel,
    ) -> Result<(RunStatus, Option<String>, Vec<Judgement>), RunError> {
        let loaded = self.base.at(&self.plan.axes, point, cell.seed);
        let loaded = loaded.map_err(|error| io::Error::other(error.to_string()))?;
        let options = SimOptions {
            threads: usize::from(self.base.changes.threads),
            isa: self.base.isa,
            cancel: cancel.clone(),
            ..SimOptions::default()
        };
        let mut session = Session::open(loaded, options)?;
        let place = Place::At { path, force: true };
        let mut folder = open_folder_with(&session.simulation, place, None)?;
        let parameters = self.plan.axes.iter().zip(point);
        let mut note = CellNote {
            id: cell.id.clone(),
            point: cell.point,
            parameters: parameters
                .map(|(axis, value)| (axis.path.clone(), value.clone()))
                .collect(),
            objective: None,
        };
        note.write(path)?;
        let ticks = session.simulation.scene().ticks;
        let tick_s = session.simulation.clock().tick_s();
        let sampler = self.goal.map(|goal| goal.sampler(&mut session.simulation));
        let mut sampler = sampler.transpose().map_err(io::Error::other)?.flatten();
        let mut observers: Vec<&mut dyn Observer> = vec![&mut folder];
        observers.extend(sampler.as_mut().map(|own| own as &mut dyn Observer));
        let ran = session.run_observed(ticks, &mut observers);
        match ran {
            Ok(outcome) => {
                let path = folder.finish(&outcome.ending())?;
                if let Some(goal) = self.goal
                    && !outcome.verdict.status.is_cancelled()
                {
                    let run = SavedRun::open(&path).map_err(io::Error::other)?;
                    note.objective = Some(goal.cost(&run, sampler.as_ref(), tick_s)?);
                    note.write(&path)?;
                }
                Ok((
                    outcome.verdict.status,
                    outcome.stopped_by,
                    outcome.verdict.judged,
                ))
            }
            Err(error) => {
                folder.finish(&session.broken(&error))?;
                Err(error)
            }
        }
    }
}
