//! `phantom lyapunov`: the largest Lyapunov exponent of a scene's plant.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::kernel::lyapunov::{Lyapunov, LyapunovSettings};
use crate::kernel::{SimError, Simulation};

use super::exit;
use super::run::{complain, fail, open_scene, options, progress_bar};
use super::run_args::{SceneArgs, parse_seconds};
use super::say::{aside, say};
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

/// Measures; gives the process's exit code.
#[must_use]
pub fn lyapunov(args: &LyapunovArgs) -> u8 {
    // No files are open: at the limit the process ends by itself.
    let _limit = TimeLimit::begin(args.time_limit.map(Duration::from_secs_f64));
    let loaded = match open_scene(&args.scene, &args.changes) {
        Ok(loaded) => loaded,
        Err(error) => return complain(&error),
    };
    let options = match options(&args.changes) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let tick_s = loaded.scene.clock.dt_s * f64::from(loaded.scene.clock.substeps);
    let settings = match settings(args, tick_s) {
        Ok(settings) => settings,
        Err(message) => {
            aside!("{message}");
            return exit::USAGE;
        }
    };
    let opened = Simulation::open(loaded, options);
    let measured = opened.and_then(|simulation| measure(simulation, settings));
    match measured {
        Ok(found) => {
            report(args, &found, tick_s * settings.interval as f64);
            exit::OK
        }
        Err(error) => fail(&error),
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

fn measure(mut simulation: Simulation, settings: LyapunovSettings) -> Result<Lyapunov, SimError> {
    let before = simulation.scene().ticks;
    let bar = progress_bar(before + settings.aligned + settings.intervals);
    for _ in 0..before {
        simulation.step()?;
        simulation.records_mut().rows.clear();
        bar.inc(1);
    }
    let found = simulation.lyapunov(settings, |interval| bar.set_position(before + interval));
    bar.finish_and_clear();
    found
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
