//! The search itself: points become cells, cells become costs.

use serde_json::json;

use crate::cli::exit;
use crate::cli::say::{aside, say};
use crate::cli::stop::TimeLimit;
use crate::cli::sweep::after::finish;
use crate::cli::sweep::base::Resolver;
use crate::cli::sweep::work::{Job, Tally, Work};
use crate::study::Point;
use crate::study::cell::{CellState, look};
use crate::study::plan::CELLS;
use crate::study::search::{Budget, Search, Tried, best};

use super::{FitArgs, invalid};

/// Searches; tells the best point.
///
/// # Errors
/// With the exit code, once the reason was told.
pub fn search(args: &FitArgs, work: &Work, limit: &TimeLimit) -> Result<u8, u8> {
    let seeds = work.plan.seeds.len();
    let resolver = Resolver {
        base: work.base,
        axes: &work.plan.axes,
    };
    let mut least = f64::INFINITY;
    let mut total = Tally::default();
    let mut cost = |first: usize, points: &[Point]| -> Result<Vec<f64>, String> {
        let mut jobs = Vec::new();
        for (k, point) in points.iter().enumerate() {
            for seed in &work.plan.seeds {
                let cell = resolver.cell(first + k, point, *seed)?;
                jobs.push(Job {
                    cell,
                    point: point.clone(),
                });
            }
        }
        let open: Vec<Job> = jobs
            .iter()
            .filter(|job| known(work, job).is_none())
            .map(|job| Job {
                cell: job.cell.clone(),
                point: job.point.clone(),
            })
            .collect();
        let tally = work.run(&open, limit);
        total.seconds += tally.seconds;
        total.done.extend(tally.done);
        if let Some(cut) = tally.cut {
            total.cut = Some(cut);
            return Err("the search was cut short".to_owned());
        }
        // A run that broke off, or that safety stopped without a value, fits worst.
        let costs = jobs
            .iter()
            .map(|job| known(work, job).unwrap_or(f64::INFINITY));
        let costs: Vec<f64> = costs.collect();
        let means: Vec<f64> = costs
            .chunks(seeds)
            .map(|own| own.iter().sum::<f64>() / seeds as f64)
            .collect();
        for (k, (point, mean)) in points.iter().zip(&means).enumerate() {
            if *mean < least {
                least = *mean;
                tell(work, first + k, point, *mean);
            }
        }
        Ok(means)
    };
    let budget = Budget {
        evaluations: args.evaluations as usize,
        tolerance: args.tolerance,
        seed: work.base.loaded.scene.seed,
    };
    let found = Search::new(&work.plan.axes, budget, &mut cost).run(args.method.into());
    if let (Err(message), None) = (&found, total.cut) {
        return Err(invalid(message));
    }
    let code = finish(work, &total)?;
    let tried = found.unwrap_or_default();
    match best(&tried) {
        Some((number, own)) => show_best(args, work, (number, own), tried.len()),
        None if total.cut.is_none() => {
            aside!("no point has a cost: what is compared has no value in any run");
            return Err(exit::INVALID);
        }
        None => {}
    }
    Ok(code)
}

/// Tells the best point, and how to run it by hand.
fn show_best(args: &FitArgs, work: &Work, (number, own): (usize, &Tried), tried: usize) {
    let sets = work.plan.axes.iter().zip(&own.point);
    let sets: Vec<String> = sets
        .map(|(axis, value)| format!("--set '{}={value}'", axis.path))
        .collect();
    let resolver = Resolver {
        base: work.base,
        axes: &work.plan.axes,
    };
    let cell = resolver.cell(number, &own.point, work.plan.seeds[0]);
    let id = cell.map(|cell| cell.id).unwrap_or_default();
    if args.json {
        let values = work.plan.axes.iter().zip(&own.point);
        let values: serde_json::Map<String, serde_json::Value> = values
            .map(|(axis, value)| (axis.path.clone(), json!(value)))
            .collect();
        let line = json!({
            "type": "best", "point": number, "cost": own.cost, "parameters": values, "cell": id,
            "evaluations": tried,
        });
        say!("{line}");
    }
    let (scene, ticks) = (args.scene.display(), work.plan.ticks);
    aside!("best       cost {} after {tried} points", own.cost);
    aside!(
        "again      phantom run {scene} --ticks {ticks} {}",
        sets.join(" ")
    );
    aside!("its cell   {}", work.folder.join(CELLS).join(id).display());
}

/// The cost of a cell that came to its end.
fn known(work: &Work, job: &Job) -> Option<f64> {
    (job.cell.state(work.folder) == CellState::Done).then_some(())?;
    look(&job.cell.folder(work.folder)).ok()?.1.objective
}

fn tell(work: &Work, number: usize, point: &Point, cost: f64) {
    let values = work.plan.axes.iter().zip(point);
    let values: Vec<String> = values
        .map(|(axis, value)| format!("{}={value}", axis.path))
        .collect();
    if work.json {
        let line = json!({"type": "progress", "point": number, "cost": cost, "values": values});
        say!("{line}");
    } else {
        aside!("point {number}: cost {cost:.6e} at {}", values.join(", "));
    }
}
