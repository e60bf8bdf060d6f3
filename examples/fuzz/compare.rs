//! One scene, run in many ways: the digest, the rows and the events must not differ.

use std::path::Path;

use phantomos::base::{InputLog, InputRecord, RunStatus};
use phantomos::kernel::{History, SimError, SimOptions, Simulation};
use phantomos::record::folder::Extras;
use phantomos::record::{
    Columns, Comparison, Ending, Manifest, Place, RunFolder, RunSink, SavedRun,
};
use phantomos::scenario::record_spec::RecordFormat;
use phantomos::scenario::{Blueprint, parse};

use crate::plan::Plan;

/// What became of a plan.
pub enum Outcome {
    /// So many comparisons held.
    Same(usize),
    /// The scene is refused, as some random ones are.
    Refused(String),
    /// A comparison did not hold.
    Different(String),
}

/// How a scene is run.
#[derive(Clone, Debug)]
struct Way {
    nodes: usize,
    placement: &'static str,
    threads: usize,
    /// Ticks between rows, instead of the scene's.
    every: Option<u64>,
}

/// Where a run stands when it is over: ticks, digest, state and error.
#[derive(Clone, Debug, PartialEq)]
struct End {
    ticks: u64,
    digest: String,
    state: String,
    error: Option<String>,
}

fn start(plan: &Plan, way: &Way) -> Result<Simulation, SimError> {
    let mut sets = vec![
        ("cluster.nodes".to_owned(), way.nodes.to_string()),
        ("cluster.placement".to_owned(), way.placement.to_owned()),
    ];
    if let Some(every) = way.every {
        sets.push(("record.every_ticks".to_owned(), every.to_string()));
    }
    let loaded = parse(&plan.text(), "fuzz.ron", Path::new("."), &sets)?;
    let records: Result<Vec<InputRecord>, _> =
        plan.log().lines().map(serde_json::from_str).collect();
    let records = records.map_err(|error| SimError::Refused(error.to_string()))?;
    let options = SimOptions {
        threads: way.threads,
        replay: Some(InputLog::from_records(records)),
        ..SimOptions::default()
    };
    Simulation::new(Blueprint::new(loaded)?, options)
}

fn is_over(simulation: &Simulation) -> bool {
    simulation.state() == phantomos::kernel::KernelState::SafeStopped
}

/// Runs to the end of the plan, or as far as it goes.
fn finish(plan: &Plan, simulation: &mut Simulation, sink: &mut dyn RunSink) -> End {
    let mut error = None;
    while simulation.clock().tick < plan.ticks && !is_over(simulation) && error.is_none() {
        // Which node fails first is told in words; where is the same.
        error = simulation.step().err().map(|_| "broke off".to_owned());
    }
    if let Err(refused) = sink.append(&simulation.take_records()) {
        error = Some(refused.to_string());
    }
    end(simulation, error)
}

fn end(simulation: &Simulation, error: Option<String>) -> End {
    End {
        ticks: simulation.clock().tick,
        digest: simulation.digest().to_string(),
        state: simulation.state().to_string(),
        error,
    }
}

/// A sink that keeps nothing.
struct Nowhere;

impl RunSink for Nowhere {
    fn append(&mut self, _: &phantomos::record::Batch) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a plan in many ways.
pub fn compare(plan: &Plan, scratch: &Path) -> Outcome {
    let alone = Way {
        nodes: 1,
        placement: "Blocks",
        threads: 1,
        every: None,
    };
    let mut simulation = match start(plan, &alone) {
        Ok(simulation) => simulation,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    let expected = finish(plan, &mut simulation, &mut Nowhere);
    drop(simulation);
    let mut held = 0;
    let places = ["Blocks", "RoundRobin", "Random", "Shares([0.0, 1.0, 3.0])"];
    for (k, nodes) in plan.nodes.iter().enumerate() {
        let way = Way {
            nodes: *nodes,
            placement: places[(plan.seed as usize + k) % 4],
            threads: 1 + (plan.seed as usize + k) % 2,
            every: (k == 1).then_some(1 + plan.seed % 13),
        };
        let found = match start(plan, &way) {
            Ok(mut simulation) => finish(plan, &mut simulation, &mut Nowhere),
            Err(error) => return Outcome::Different(format!("{way:?} is refused: {error}")),
        };
        if found != expected {
            return Outcome::Different(format!("{way:?}:\n  {found:?}\nalone:\n  {expected:?}"));
        }
        held += 1;
    }
    let spread = Way {
        nodes: plan.nodes[0],
        placement: "RoundRobin",
        threads: 1,
        every: None,
    };
    let checks: [(&str, fn(&Plan, &Way, &End, &Path) -> Result<(), String>); 3] = [
        ("folder", folder_repeats),
        ("restore", restored_goes_on),
        ("history", past_is_reached),
    ];
    for (name, check) in checks {
        match check(plan, &spread, &expected, scratch) {
            Ok(()) => held += 1,
            Err(difference) => return Outcome::Different(format!("{name}: {difference}")),
        }
    }
    Outcome::Same(held)
}

/// A run folder, read back and run again on other nodes, holds every line.
fn folder_repeats(plan: &Plan, way: &Way, expected: &End, scratch: &Path) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let place = Place::At {
        path: scratch,
        force: true,
    };
    let manifest: Manifest = serde_json::from_value(serde_json::json!({
        "format": 2, "status": "running", "tool": "", "isa": "", "platform": "", "scene": "fuzz",
        "scene_hash": format!("{:016x}", xxhash_rust::xxh3::xxh3_64(plan.text().as_bytes())),
        "seed": plan.seed, "nodes": way.nodes, "threads": way.threads, "argv": [],
        "started": "", "ticks": 0, "digest": "", "wall_s": 0.0,
    }))
    .map_err(|e| text(&e))?;
    let mut simulation = start(plan, way).map_err(|e| text(&e))?;
    let metrics = simulation.metrics().clone();
    let columns = Columns::all(&metrics);
    let extras = Extras {
        format: RecordFormat::Both,
        ..Extras::default()
    };
    let folder = RunFolder::create(place, manifest, &plan.text(), columns.clone(), &extras);
    let mut folder = folder.map_err(|e| text(&e))?;
    let first = finish(plan, &mut simulation, &mut folder);
    if first != *expected {
        return Err(format!("{first:?}\nalone:\n  {expected:?}"));
    }
    let ending = Ending {
        status: RunStatus::Ok,
        error: None,
        ticks: first.ticks,
        digest: first.digest.clone(),
    };
    folder.finish(&ending).map_err(|e| text(&e))?;
    let saved = SavedRun::open(scratch).map_err(|e| text(&e))?;
    saved.check_files().map_err(|e| text(&e))?;
    let log = saved.inputs().map_err(|e| text(&e))?;
    if log.records().len() != plan.inputs.len() {
        return Err("the folder lacks inputs".to_owned());
    }
    let mut comparison = Comparison::begin(&saved, columns).map_err(|e| text(&e))?;
    let mut again = start(plan, way).map_err(|e| text(&e))?;
    let second = finish(plan, &mut again, &mut comparison);
    let difference = comparison.finish(second.ticks).map_err(|e| text(&e))?;
    match difference {
        None if second == first => Ok(()),
        None => Err(format!("{second:?}\nthe first time:\n  {first:?}")),
        Some(difference) => Err(difference),
    }
}

/// A run that is saved in its middle and restored elsewhere ends as one that went on.
fn restored_goes_on(plan: &Plan, way: &Way, expected: &End, _: &Path) -> Result<(), String> {
    let mut first = start(plan, way).map_err(|error| error.to_string())?;
    let middle = plan.ticks / 2;
    while first.clock().tick < middle && !is_over(&first) {
        if first.step().is_err() {
            return Ok(());
        }
    }
    if is_over(&first) {
        return Ok(());
    }
    let bytes = first.snapshot().map_err(|error| error.to_string())?;
    let mut second = start(plan, way).map_err(|error| error.to_string())?;
    second.restore(&bytes).map_err(|error| error.to_string())?;
    let found = finish(plan, &mut second, &mut Nowhere);
    match found == *expected {
        true => Ok(()),
        false => Err(format!("{found:?}\nalone:\n  {expected:?}")),
    }
}

/// The past is reached as it was, and from there the end again.
fn past_is_reached(plan: &Plan, way: &Way, expected: &End, _: &Path) -> Result<(), String> {
    let mut simulation = start(plan, way).map_err(|error| error.to_string())?;
    let mut history = History::begin(&mut simulation, 1 << 28).map_err(|e| e.to_string())?;
    let mut digests = vec![simulation.digest()];
    while simulation.clock().tick < plan.ticks && !is_over(&simulation) {
        if history.step(&mut simulation).is_err() {
            return Ok(());
        }
        digests.push(simulation.digest());
    }
    let head = digests.len() as u64 - 1;
    for tick in [head / 3, head / 2, 0, head] {
        history
            .seek(&mut simulation, tick)
            .map_err(|error| error.to_string())?;
        if simulation.digest() != digests[tick as usize] {
            return Err(format!("tick {tick} is not what it was"));
        }
    }
    let found = simulation.digest().to_string();
    match found == expected.digest {
        true => Ok(()),
        false => Err(format!("{found} at the end, alone {}", expected.digest)),
    }
}

/// The smallest plan that still fails, as far as leaving out one thing after the other leads.
pub fn shrink(plan: &Plan, scratch: &Path) -> (Plan, String) {
    let mut least = plan.clone();
    let mut told = match compare(plan, scratch) {
        Outcome::Different(told) => told,
        _ => String::new(),
    };
    for _ in 0..60 {
        let found = least
            .smaller()
            .into_iter()
            .find_map(|own| match compare(&own, scratch) {
                Outcome::Different(told) => Some((own, told)),
                _ => None,
            });
        match found {
            Some((own, text)) => (least, told) = (own, text),
            None => break,
        }
    }
    (least, told)
}
