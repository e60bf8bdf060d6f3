//! Going back, forking and leaving out: what a live run's history promises.

use phantomos::base::{Input, InputRecord, NodeId, Tick, VertexId};
use phantomos::kernel::{History, KernelState, SimOptions, Simulation};
use phantomos::scenario::{Blueprint, load};

use crate::fixtures::scene;

fn start(name: &str, sets: &[(&str, &str)]) -> Simulation {
    let sets: Vec<_> = sets
        .iter()
        .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
        .collect();
    let loaded = load(&scene(name), &sets).unwrap();
    Simulation::new(Blueprint::new(loaded).unwrap(), SimOptions::default()).unwrap()
}

/// A run from the start with a log, for comparison.
fn digest_of(name: &str, log: &phantomos::base::InputLog, tick: Tick) -> String {
    let blueprint = Blueprint::new(load(&scene(name), &[]).unwrap()).unwrap();
    let options = SimOptions {
        replay: Some(log.clone()),
        ..SimOptions::default()
    };
    let mut simulation = Simulation::new(blueprint, options).unwrap();
    while simulation.clock().tick < tick {
        simulation.step().unwrap();
    }
    simulation.digest().to_string()
}

fn kick(vertex: u64, first: f64) -> Input {
    Input::Kick {
        vertex: VertexId(vertex),
        first,
        second: 0.0,
    }
}

#[test]
fn every_tick_of_the_past_is_reached_as_it_was() {
    for (name, ticks) in [
        ("hello", 400),
        ("cluster", 60),
        ("host", 80),
        ("replay", 200),
    ] {
        let mut simulation = start(name, &[]);
        let mut history = History::begin(&mut simulation, 1 << 28).unwrap();
        let mut digests = vec![simulation.digest()];
        for _ in 0..ticks {
            assert!(history.step(&mut simulation).unwrap());
            digests.push(simulation.digest());
        }
        for tick in [ticks / 2, 3, ticks / 3, ticks - 1, 0, ticks] {
            history.seek(&mut simulation, tick).unwrap();
            assert_eq!(simulation.clock().tick, tick, "{name}");
            assert_eq!(
                simulation.digest(),
                digests[tick as usize],
                "{name} at {tick}"
            );
            assert_eq!(simulation.state(), KernelState::Paused);
        }
        history.step(&mut simulation).unwrap();
        let log = simulation.log().clone();
        assert_eq!(
            simulation.digest().to_string(),
            digest_of(name, &log, ticks + 1),
            "{name}: what was read from outside is in the log once"
        );
    }
}

#[test]
fn an_edit_of_the_past_opens_a_branch_and_leaves_the_other_alone() {
    let mut simulation = start("hello", &[]);
    let mut history = History::begin(&mut simulation, 1 << 28).unwrap();
    let set = |value| Input::Set {
        path: "populations[0].coupling".to_owned(),
        value,
    };
    for tick in 0..300 {
        if tick == 200 {
            assert!(!history.edit(&mut simulation, set(0.9)).unwrap());
        }
        history.step(&mut simulation).unwrap();
    }
    let end_of_a = simulation.digest();
    history.seek(&mut simulation, 100).unwrap();
    assert!(history.edit(&mut simulation, kick(3, f64::NAN)).is_err());
    assert_eq!(history.branches().len(), 1, "a refused edit opens nothing");
    assert!(history.edit(&mut simulation, kick(3, 1.0)).unwrap());
    assert_eq!(history.current().parent, Some((0, 100)));
    for _ in 100..300 {
        assert!(history.step(&mut simulation).unwrap());
    }
    let log = simulation.log().clone();
    assert_eq!(log.records().len(), 2, "the later edit of A acts in B too");
    assert_eq!(
        simulation.digest().to_string(),
        digest_of("hello", &log, 300)
    );
    assert_ne!(simulation.digest(), end_of_a);
    history.switch(&mut simulation, 0, 300).unwrap();
    assert_eq!(simulation.digest(), end_of_a);
    let record = InputRecord {
        tick: 200,
        input: set(0.9),
    };
    let number = history.without(&mut simulation, &record).unwrap();
    assert_eq!((number, simulation.clock().tick), (2, 200));
    for _ in 200..300 {
        history.step(&mut simulation).unwrap();
    }
    let untouched = digest_of("hello", &phantomos::base::InputLog::default(), 300);
    assert_eq!(simulation.digest().to_string(), untouched);
}

#[test]
fn hands_on_the_graph_act_alike_on_any_number_of_nodes() {
    let digest = |nodes: &str| {
        let mut simulation = start("hello", &[("cluster.nodes", nodes)]);
        for tick in 0..120 {
            let inputs = match tick {
                10 => vec![kick(5, 0.7), kick(5, 0.1)],
                20 => vec![edge(0, 7, 0.5), edge(7, 0, 0.5)],
                30 => vec![edge(1, 0, 0.0)],
                40 => vec![Input::Move {
                    vertex: VertexId(2),
                    to: NodeId(1),
                }],
                41 => vec![kick(2, -1.0)],
                _ => Vec::new(),
            };
            for input in inputs {
                simulation.push_input(tick, input).unwrap();
            }
            simulation.step().unwrap();
        }
        let node = simulation.owner(VertexId(2)).unwrap();
        (simulation.digest(), node)
    };
    let (alone, _) = digest("1");
    let (shared, node) = digest("3");
    assert_eq!(alone, shared);
    assert_eq!(node, NodeId(1), "the vertex went where it was sent");
    let mut plain = start("hello", &[]);
    for _ in 0..120 {
        plain.step().unwrap();
    }
    assert_ne!(plain.digest(), alone);
}

fn edge(source: u64, target: u64, weight: f64) -> Input {
    Input::Edge {
        source: VertexId(source),
        target: VertexId(target),
        weight,
    }
}

#[test]
fn edits_that_do_not_fit_are_refused_in_words() {
    let mut simulation = start("hello", &[]);
    for (input, word) in [
        (kick(99, 1.0), "v99"),
        (kick(0, f64::INFINITY), "finite"),
        (edge(0, 0, 1.0), "itself"),
        (edge(0, 1, f64::NAN), "finite"),
        (
            Input::Write {
                vertex: VertexId(24),
                first: 0.0,
                second: 0.0,
            },
            "v24",
        ),
        (
            Input::Sample {
                channel: 10_000,
                value: 0.0,
                late_s: f64::NAN,
            },
            "channel",
        ),
    ] {
        let said = simulation.push_input(0, input).unwrap_err().to_string();
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn an_intervention_can_be_left_out() {
    let mut simulation = start("trip", &[]);
    let mut history = History::begin(&mut simulation, 1 << 28).unwrap();
    while simulation.state() != KernelState::SafeStopped {
        history.step(&mut simulation).unwrap();
        assert!(simulation.clock().tick < 10_000);
    }
    let stop = simulation.cluster().stop.unwrap();
    let alert = {
        history.seek(&mut simulation, stop).unwrap();
        simulation.step().unwrap();
        let records = simulation.records_mut();
        let alert = records
            .events
            .iter()
            .find(|event| event.data.name() == "alert");
        assert!(alert.is_some(), "{stop} {:?}", records.events);
        alert.unwrap().clone()
    };
    history.seek(&mut simulation, stop + 2).unwrap();
    assert_eq!(simulation.state(), KernelState::SafeStopped);
    let log = simulation.log().clone();
    let cause = history.cause_of(&log, &alert);
    history.without(&mut simulation, &cause).unwrap();
    for _ in 0..20 {
        history.step(&mut simulation).unwrap();
    }
    assert_ne!(simulation.state(), KernelState::SafeStopped, "{alert:?}");
    let log = simulation.log().clone();
    assert_eq!(
        simulation.digest().to_string(),
        digest_of("trip", &log, stop + 20)
    );
}

#[test]
fn a_small_budget_thins_frames_and_every_tick_stays_reachable() {
    let mut simulation = start("cluster", &[]);
    let mut history = History::begin(&mut simulation, 3 << 20).unwrap();
    let mut digests = vec![simulation.digest()];
    for _ in 0..150 {
        history.step(&mut simulation).unwrap();
        digests.push(simulation.digest());
    }
    assert!(history.bytes() < 16 << 20, "{}", history.bytes());
    for tick in [1, digests.len() / 2, 0] {
        history.seek(&mut simulation, tick as Tick).unwrap();
        assert_eq!(simulation.digest(), digests[tick]);
    }
}
