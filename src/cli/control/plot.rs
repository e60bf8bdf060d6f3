//! A loop as a figure: its answer, the open loop's response, and the relay experiment.

use std::path::Path;

use anyhow::{Result, anyhow};

use crate::base::num;
use crate::cli::say::aside;
use crate::control::linear::{Assessment, SampledLoop};
use crate::control::pid::PidSpec;
use crate::figure::colour::{INK, category};
use crate::figure::{self, Axis, Dash, Events, Figure, Level, Line, Mark, Panel, Size};

use super::tell::{digits, ron};

/// The course of a relay experiment, by time.
#[derive(Clone, Debug, Default)]
pub struct Cycle {
    /// y.
    pub y: Vec<[f64; 2]>,
    /// u.
    pub u: Vec<[f64; 2]>,
}

/// What is drawn.
pub struct Shown<'a> {
    /// What it is.
    pub title: String,
    /// The law.
    pub law: &'a PidSpec,
    /// What is to be expected of it.
    pub found: &'a Assessment,
    /// The experiment.
    pub relay: Option<&'a Cycle>,
}

/// The angle below which the open loop's response is not drawn any more, degrees.
const LEAST_DEGREES: f64 = -360.0;

fn time_axis() -> Axis {
    Axis::new("time", "s")
}

fn over_time(own: &[f64], ts: f64) -> Vec<[f64; 2]> {
    let each = own.iter().enumerate();
    each.map(|(k, x)| [k as f64 * ts, *x]).collect()
}

fn stepped(name: &str, points: Vec<[f64; 2]>, number: usize) -> Mark {
    Mark::Line(Line {
        step: true,
        ..Line::new(name, points, category(number))
    })
}

fn level(at: f64, name: &str) -> Mark {
    Mark::Level(Level {
        at,
        colour: INK,
        dash: Dash::Dashed,
        name: name.to_owned(),
    })
}

/// Measure and output over time.
fn answer(shown: &Shown) -> [Panel; 2] {
    let ts = shown.found.plant.sample_s();
    let series = &shown.found.series;
    let y = Panel::new("answer to a step", time_axis(), Axis::new("measure", ""))
        .with(Mark::Line(Line {
            step: true,
            dash: Dash::Dashed,
            ..Line::new("setpoint", over_time(&shown.found.reference, ts), INK)
        }))
        .with(Mark::Line(Line::new(
            "measure",
            over_time(&series.y, ts),
            category(0),
        )));
    let mut u = Panel::new("", time_axis(), Axis::new("output", "")).with(stepped(
        "output",
        over_time(&series.u, ts),
        1,
    ));
    let limits = [shown.law.output_min, shown.law.output_max];
    for (k, limit) in limits.into_iter().flatten().enumerate() {
        u = u.with(level(limit, if k == 0 { "limit" } else { "" }));
    }
    [y, u]
}

/// Size and angle of the open loop.
fn response(shown: &Shown) -> [Panel; 2] {
    let whole = SampledLoop {
        plant: &shown.found.plant,
        law: shown.law,
    };
    let margins = &shown.found.margins;
    let most = num::PI / shown.found.plant.sample_s();
    let crossings = [margins.phase_at_rad_s, margins.gain_at_rad_s];
    let places = crossings.into_iter().flatten();
    let (low, high) = places.fold((f64::INFINITY, 0.0f64), |(low, high), at| {
        (low.min(at), high.max(at))
    });
    let (low, high) = match high > 0.0 {
        true => (low / 30.0, (high * 4.0).min(most)),
        false => (most * 1e-4, most),
    };
    let count = 400;
    let (mut size, mut angle) = (Vec::new(), Vec::new());
    let (mut turns, mut before) = (0.0, None);
    for k in 0..=count {
        let omega = low * num::pow(high / low, f64::from(k) / f64::from(count));
        let own = whole.response(omega);
        size.push([omega, num::hypot(own.re, own.im)]);
        let raw = num::atan2(own.im, own.re).to_degrees();
        if let Some(last) = before {
            let jump: f64 = raw - last;
            turns -= 360.0 * (jump / 360.0).round();
        } else if raw > 0.0 {
            turns = -360.0;
        }
        before = Some(raw);
        let whole = raw + turns;
        angle.push([
            omega,
            if whole < LEAST_DEGREES {
                f64::NAN
            } else {
                whole
            },
        ]);
    }
    let axis = || Axis::new("frequency", "rad/s").log();
    let events = |at: Option<f64>, name: &str, number: usize| {
        Mark::Events(Events {
            at: at.into_iter().collect(),
            colour: category(number),
            dash: Dash::Dashed,
            tip: None,
            name: name.to_owned(),
        })
    };
    let phase = margins.phase_rad.map_or(String::new(), |own| {
        format!(
            "phase margin {}°",
            digits((own.to_degrees() * 10.0).round() / 10.0)
        )
    });
    let gain = margins.gain.map_or(String::new(), |own| {
        format!("gain margin {}", digits((own * 100.0).round() / 100.0))
    });
    let sizes = Panel::new("open loop", axis(), Axis::new("size", "").log())
        .with(level(1.0, ""))
        .with(events(margins.gain_at_rad_s, &gain, 3))
        .with(Mark::Line(Line::new("", size, category(0))));
    let angles = Panel::new("", axis(), Axis::new("angle", "°"))
        .with(level(-180.0, ""))
        .with(events(margins.phase_at_rad_s, &phase, 2))
        .with(Mark::Line(Line::new("", angle, category(0))));
    [sizes, angles]
}

fn experiment(cycle: &Cycle) -> [Panel; 2] {
    let y = Panel::new("relay experiment", time_axis(), Axis::new("measure", ""))
        .with(Mark::Line(Line::new("", cycle.y.clone(), category(0))));
    let u =
        Panel::new("", time_axis(), Axis::new("relay", "")).with(stepped("", cycle.u.clone(), 1));
    [y, u]
}

/// Draws the figure.
pub fn write(out: &Path, shown: &Shown) -> Result<()> {
    figure::Format::of(out).map_err(|error| anyhow!("--plot {error}"))?;
    let ([y, u], [size, angle]) = (answer(shown), response(shown));
    let mut panels = vec![y, size, u, angle];
    panels.extend(shown.relay.map(experiment).into_iter().flatten());
    let ts = digits(shown.found.plant.sample_s());
    let figure = Figure {
        columns: 2,
        caption: vec![format!("{}, sampled every {ts} s", ron(shown.law))],
        ..Figure::new(shown.title.clone(), panels, Size::TwoColumns)
    };
    figure::write(out, &figure.drawing()).map_err(|error| anyhow!("{error}"))?;
    aside!("{}: answer and open loop", out.display());
    Ok(())
}
