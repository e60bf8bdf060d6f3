//! `phantom lyapunov`: the largest Lyapunov exponent of a scene's plant.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::kernel::lyapunov::{Lyapunov, LyapunovSettings};
use crate::kernel::{RunError, Session};
use crate::scenario::Parts;

use super::command::Command;
use super::exit;
use super::run::{BarObserver, break_off, complain, open_scene, options, progress_bar};
use super::say::{aside, say};
use super::scene_args::{SceneArgs, parse_seconds};
use super::stop::TimeLimit;

/// Arguments of `lyapunov`.
#[derive(Args, Debug)]
pub struct LyapunovArgs {
    /// The scene.
    pub scene: PathBuf,
    /// Changes of the scene; its ticks are those that pass before the measurement.
    #[command(flatten)]
    pub changes: SceneArgs,
    /// Plant time measured, s.
    #[arg(long, value_name = "S", default_value_t = 100.0)]
    pub seconds: f64,
    /// Plant time between two rescalings, s.
    #[arg(long, value_name = "S", default_value_t = 1.0)]
    pub interval: f64,
    /// Intervals that align the distance before those that count.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub aligned: u64,
    /// Distance of the two states at the start of an interval.
    #[arg(long, value_name = "D", default_value_t = 1e-7)]
    pub distance: f64,
    /// Stop after this many seconds of wall time, with exit code 124 and without a result.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub time_limit: Option<f64>,
    /// Print the result as JSON, with the running estimate.
    #[arg(long)]
    pub json: bool,
}

impl Command for LyapunovArgs {
    const NAME: &'static str = "lyapunov";
    const ABOUT: &'static str = "The largest Lyapunov exponent of a scene's plant";

    fn run(&self, parts: &Parts) -> u8 {
        // No files are open: at the limit the process ends by itself.
        let _limit = TimeLimit::begin(self.time_limit.map(Duration::from_secs_f64));
        let loaded = match open_scene(&self.scene, &self.changes, parts) {
            Ok(loaded) => loaded,
            Err(error) => return complain(&error),
        };
        let options = match options(&self.changes) {
            Ok(options) => options,
            Err(code) => return code,
        };
        let tick_s = loaded.scene.clock.dt_s * f64::from(loaded.scene.clock.substeps);
        let settings = match settings(self, tick_s) {
            Ok(settings) => settings,
            Err(message) => {
                aside!("{message}");
                return exit::USAGE;
            }
        };
        let opened = Session::open(loaded, options).map_err(RunError::from);
        let measured = opened.and_then(|session| measure(session, settings));
        match measured {
            Ok(found) => {
                report(self, &found, tick_s * settings.interval as f64);
                exit::OK
            }
            Err(error) => break_off(&error),
        }
    }
}

fn settings(args: &LyapunovArgs, tick_s: f64) -> Result<LyapunovSettings, String> {
    let positive = |name: &str, value: f64| match value.is_finite() && value > 0.0 {
        true => Ok(value),
        false => Err(format!("--{name} {value}, expected a positive number")),
    };
    let interval = positive("interval", args.interval)?;
    let ticks = (interval / tick_s).round();
    if ticks < 1.0 {
        return Err(format!(
            "--interval {interval}, expected at least a tick of {tick_s} s"
        ));
    }
    let intervals = (positive("seconds", args.seconds)? / (ticks * tick_s)).round();
    if !(1.0..=1e9).contains(&intervals) {
        return Err(format!(
            "--seconds {}, expected at least an interval of {} s",
            args.seconds,
            ticks * tick_s
        ));
    }
    if args.aligned > 1_000_000_000 {
        return Err(format!(
            "--aligned {}, expected at most 1000000000",
            args.aligned
        ));
    }
    if ticks > 1e15 {
        return Err(format!(
            "--interval {interval}, expected at most 1e15 ticks"
        ));
    }
    Ok(LyapunovSettings {
        interval: ticks as u64,
        aligned: args.aligned,
        intervals: intervals as u64,
        distance: positive("distance", args.distance)?,
    })
}

fn measure(mut session: Session, settings: LyapunovSettings) -> Result<Lyapunov, RunError> {
    let before = session.simulation.scene().ticks;
    let mut bar = BarObserver(progress_bar(before + settings.aligned + settings.intervals));
    session.run_observed(before, &mut [&mut bar])?;
    let reached = |interval| bar.0.set_position(before + interval);
    let found = session.simulation.lyapunov(settings, reached);
    bar.0.finish_and_clear();
    Ok(found?)
}

fn report(args: &LyapunovArgs, found: &Lyapunov, interval_s: f64) {
    if args.json {
        let document = json!({
            "exponent": found.exponent,
            "standard_error": found.error,
            "seconds": found.seconds,
            "interval_s": interval_s,
            "running": found.running,
        });
        say!("{document}");
        return;
    }
    let error = found.error.map_or(String::new(), |error| {
        format!(" ± {error:.2e} (standard error)")
    });
    say!("largest Lyapunov exponent {:.6} 1/s{error}", found.exponent);
    say!(
        "  of the plant with its drives held, over {} s; two states {:.0e} apart, rescaled every \
         {interval_s} s",
        found.seconds,
        args.distance
    );
}
