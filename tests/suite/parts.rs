//! Parts of a user's crate: the examples, a toy of each kind in every place, and parts that misbehave.

use std::path::Path;

use phantomos::kernel::{KernelState, RunError};
use phantomos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::fixtures::root;

#[path = "../../examples/custom_law.rs"]
mod custom_law;
#[path = "../../examples/custom_metric.rs"]
mod custom_metric;
#[path = "../../examples/custom_model.rs"]
mod custom_model;
#[path = "../../examples/custom_policy.rs"]
mod custom_policy;
#[path = "../../examples/custom_sensor.rs"]
mod custom_sensor;

fn examples() -> [(&'static str, Parts); 5] {
    [
        ("custom_law", custom_law::parts()),
        ("custom_metric", custom_metric::parts()),
        ("custom_model", custom_model::parts()),
        ("custom_policy", custom_policy::parts()),
        ("custom_sensor", custom_sensor::parts()),
    ]
}

fn example(name: &str) -> std::path::PathBuf {
    root().join("examples").join(format!("{name}.ron"))
}

fn changes(sets: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = sets.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
    owned.collect()
}

#[test]
fn every_example_holds_its_assertions_and_one_digest_on_any_nodes() {
    for (name, parts) in examples() {
        let run = |sets: &[(&str, &str)]| {
            let mut session = Session::load(example(name), &changes(sets), &parts).unwrap();
            let ticks = session.simulation.scene().ticks;
            session.run_to(ticks).unwrap()
        };
        let whole = run(&[]);
        assert_eq!(whole.verdict.failures().next(), None, "{name}");
        let digests = ["1", "2", "5"].map(|nodes| run(&[("cluster.nodes", nodes)]).digest);
        assert_eq!(digests, [(); 3].map(|()| whole.digest.clone()), "{name}");
    }
}

#[test]
fn what_a_part_remembers_is_saved_and_in_the_digest() {
    for (name, parts) in examples() {
        let open = || {
            Session::load(example(name), &[], &parts)
                .unwrap()
                .simulation
        };
        let step = |simulation: &mut Simulation, ticks: u64| {
            for _ in 0..ticks {
                simulation.step().unwrap();
            }
            simulation.digest()
        };
        let mut straight = open();
        step(&mut straight, 300);
        let saved = straight.snapshot().unwrap();
        let end = step(&mut straight, 200);
        assert_eq!(
            {
                straight.restore(&saved).unwrap();
                step(&mut straight, 200)
            },
            end,
            "{name}"
        );
        let mut fresh = open();
        fresh.restore(&saved).unwrap();
        assert_eq!(step(&mut fresh, 200), end, "{name}");
    }
}

#[test]
fn the_parameters_of_a_law_are_live() {
    let parts = custom_law::parts();
    let mut session = Session::load(example("custom_law"), &[], &parts).unwrap();
    let path = "control.loops[0].law.parameters.band";
    let band = |session: &Session| session.simulation.parameter(path).unwrap();
    assert_eq!(band(&session), 0.1);
    session.run_to(1502).unwrap();
    assert_eq!(band(&session), 0.2, "set by the schedule at 30 s");
    let refused = session.simulation.judge(&phantomos::base::Input::Set {
        path: path.to_owned(),
        value: 2.0,
    });
    assert!(refused.unwrap_err().to_string().contains("0 … 1"));
    let terms = session.simulation.loops();
    let terms: Vec<&str> = terms[0].terms.iter().map(|(name, _)| *name).collect();
    assert!(terms.ends_with(&["error", "on"]), "{terms:?}");
}

/// A counter of ticks as a sensor.
struct Counter {
    step: f64,
}

impl Part for Counter {
    fn about() -> About {
        let bounds = Bounds::range(0.0, 10.0);
        About::new("counter", "Counts.").number("step", 1.0, "1/tick", bounds, "What it adds.")
    }

    fn open(own: &Opening) -> Result<Self, String> {
        let step = own.number("step")?;
        Ok(Self { step })
    }
}

impl SensorDevice for Counter {
    fn columns(&self) -> Vec<String> {
        vec!["count".to_owned(), "parity".to_owned()]
    }

    fn read(&mut self, tick: Tick, _: f64, values: &mut [f64]) {
        values[0] = num::sin(self.step * tick as f64);
        values[1] = f64::from(u32::from(tick % 2 == 1));
    }
}

/// What the law has given in all.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Given {
    total: f64,
}

/// A law that gives the sum of what it measured.
struct Sum;

impl Part for Sum {
    fn about() -> About {
        About::new("sum", "Sums up.").number("rate", 0.01, "1/s", Bounds::FINITE, "Per sample.")
    }

    fn open(_: &Opening) -> Result<Self, String> {
        Ok(Self)
    }
}

impl ControlLaw for Sum {
    type State = Given;

    fn step(&self, own: &mut Given, at: &Sample, outputs: &mut [f64], _: &mut [f64]) {
        own.total = 0.9 * own.total + 0.1 * at.first();
        outputs[0] = own.total;
    }
}

/// The greatest order so far.
struct Record;

impl MetricStream for Record {
    type State = f64;

    fn about(&self) -> Metric {
        Metric::own(
            "record_order",
            "greatest order",
            "The greatest order so far.",
        )
        .unit_interval()
    }

    fn reads(&self) -> Vec<MetricId> {
        vec!["order".into()]
    }

    fn value(&self, greatest: &mut f64, now: &Moment) -> Option<f64> {
        *greatest = greatest.max(now.metric(&"order".into())?);
        Some(*greatest)
    }
}

pub fn toys() -> Parts {
    Parts::default()
        .sensor::<Counter>()
        .law::<Sum>()
        .metric(Record)
}

pub const TOYS: &str = r#"(version: 2, name: "toys", seed: 4, ticks: 60, clock: (dt_s: 0.02),
    graph: (kind: Ring()),
    populations: [(name: "a", count: 8, coupling: 2.0, model: Kuramoto())],
    sensors: [
        (name: "probe", device: Probe()),
        (name: "own", device: Custom(name: "counter", parameters: {"step": 0.5})),
    ],
    signal: (window: 16, segment: 8, hop: 2),
    control: (loops: [(name: "l", measure: Metric("record_order"), setpoint: 0.5,
        law: Custom(name: "sum"))]),
    cluster: (nodes: 2),
    crossings: [(name: "best", of: Metric(metric: "record_order"), level: 0.4, once: true,
        then: [Set(path: "control.loops[0].law.parameters.rate", value: 0.5)])],
    assertions: [(metric: "record_order", take: Min, at_least: 0.0)],
)"#;

pub fn parse(parts: &Parts, text: &str) -> Result<LoadedScene, String> {
    let loaded = parts.parse(text, "toys.ron", Path::new("."), &[]);
    loaded.map_err(|error| error.to_string())
}

#[test]
fn a_toy_of_each_kind_is_everywhere() {
    let parts = toys();
    let loaded = parse(&parts, TOYS).unwrap();
    let schema = phantomos::scenario::schema::schema(&parts);
    let knows = |path: &str| schema.iter().any(|row| row.path == path);
    assert!(knows("sensors[].device.parameters.step"));
    assert!(knows("control.loops[].law.parameters.rate"));
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("toys.ron");
    std::fs::write(&file, TOYS).unwrap();
    let run = |arguments: &[&str]| {
        let program = Program::default().parts(toys());
        program
            .run_from([&["phantom"], arguments].concat())
            .unwrap()
    };
    let (file, runs) = (file.display().to_string(), out.path().join("run"));
    assert_eq!(run(&["check", &file]), 0);
    assert_eq!(
        run(&["run", &file, "--out", &runs.display().to_string()]),
        0
    );
    assert_eq!(run(&["verify", &runs.display().to_string()]), 0);
    let table = std::fs::read_to_string(runs.join("metrics.csv")).unwrap();
    let head: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    assert!(head.contains(&"record_order"), "{head:?}");
    let events = std::fs::read_to_string(runs.join("events.jsonl")).unwrap();
    assert!(events.contains("\"best\""), "{events}");
    let mut session = Session::open(loaded, SimOptions::default()).unwrap();
    session.run_to(60).unwrap();
    let greatest = session
        .statistics()
        .of("cluster", &"record_order".into(), Statistic::Max);
    assert!(greatest.is_some_and(|own| own > 0.2), "{greatest:?}");
    let rate = session
        .simulation
        .parameter("control.loops[0].law.parameters.rate");
    assert_eq!(rate, Some(0.5), "the crossing has set it");
    let channels = &session.simulation.blueprint().channels;
    assert!(channels.iter().any(|own| own.name == "own[parity]"));
    #[cfg(feature = "dashboard")]
    {
        use phantomos::dashboard::panels::Pane;
        let panes = Pane::all(&parts.metrics());
        assert!(panes.contains(&Pane::plot("record_order".into())));
    }
}

#[test]
fn two_programs_in_one_process_have_their_own_parts() {
    assert!(parse(&toys(), TOYS).is_ok());
    let told = parse(&Parts::default(), TOYS).unwrap_err();
    assert!(told.contains("no sensor named \"counter\""), "{told}");
    assert!(told.contains("this one has none"), "{told}");
}

#[test]
fn what_a_scene_says_wrong_of_a_part_is_told_with_its_place() {
    let parts = toys();
    for (from, to, path, message) in [
        (
            "\"counter\"",
            "\"conter\"",
            "sensors[1].device.name",
            "did you mean `counter`?",
        ),
        (
            "\"step\"",
            "\"stop\"",
            "sensors[1].device.parameters.stop",
            "did you mean `step`?",
        ),
        (
            "0.5}",
            "11.0}",
            "sensors[1].device.parameters.step",
            "0 … 10 1/tick",
        ),
        (
            "0.5}",
            "\"a\"}",
            "sensors[1].device.parameters.step",
            "found \"a\", expected a number",
        ),
        (
            "\"sum\"",
            "\"sun\"",
            "control.loops[0].law.name",
            "did you mean `sum`?",
        ),
        (
            "Metric(\"record_order\")",
            "Metric(\"record_ordr\")",
            "control.loops[0].measure",
            "did you mean `record_order`?",
        ),
        (
            "(metric: \"record_order\", take",
            "(metric: \"recordorder\", take",
            "assertions[0].metric",
            "did you mean `record_order`?",
        ),
    ] {
        let told = parse(&parts, &TOYS.replacen(from, to, 1)).unwrap_err();
        assert!(
            told.contains(&format!("error: {path}: ")),
            "{path} in {told}"
        );
        assert!(told.contains(message), "{message} in {told}");
        assert!(told.contains("--> toys.ron:"), "{told}");
    }
    let more = TOYS.replace(
        "Custom(name: \"sum\")",
        "Custom(name: \"sum\", outputs: [Force])",
    );
    let loaded = parse(&parts, &more).unwrap();
    let told = Simulation::open(loaded, SimOptions::default())
        .err()
        .unwrap()
        .to_string();
    assert!(
        told.contains("found 1 measures and 2 outputs, expected 1 and 1"),
        "{told}"
    );
    assert!(told.contains("--> toys.ron:"), "{told}");
}

#[test]
fn parts_that_cannot_be_are_refused_before_any_scene() {
    let twice = toys().law::<Sum>();
    let told = parse(&twice, TOYS).unwrap_err();
    assert!(
        told.contains("there is a law named \"sum\" already"),
        "{told}"
    );
    let told = toys().metric(Record).faults().join("");
    assert!(
        told.contains("there is a metric named \"record_order\" already"),
        "{told}"
    );
    struct Blind;
    impl MetricStream for Blind {
        type State = ();

        fn about(&self) -> Metric {
            Metric::own("blind", "blind", "")
        }

        fn reads(&self) -> Vec<MetricId> {
            vec!["ordr".into()]
        }

        fn value(&self, _: &mut (), _: &Moment) -> Option<f64> {
            None
        }
    }
    let told = Parts::default().metric(Blind).faults().join("");
    assert!(
        told.contains("reads \"ordr\"") && told.contains("`order`"),
        "{told}"
    );
}

#[test]
fn a_session_goes_on_from_where_it_is() {
    let changes = changes(&[("ticks", "200")]);
    let scene = root().join("scenes/hello.ron");
    let mut whole = Session::load(&scene, &changes, &Parts::default()).unwrap();
    let end = whole.run_to(200).unwrap();
    let mut halves = Session::load(&scene, &changes, &Parts::default()).unwrap();
    halves.run_to(90).unwrap();
    assert_eq!(halves.simulation.state(), KernelState::Stopped);
    let again: Result<_, RunError> = halves.run_to(200);
    assert_eq!(again.unwrap().digest, end.digest);
}
