//! Parts of a user's crate that misbehave: the run ends by their name, with complete files.

use phantomos::prelude::*;

use super::parts::{TOYS, parse, toys};

/// What a part does wrong from tick 10 on.
#[derive(Clone, Copy)]
enum Fault {
    Panics,
    Gives(f64),
}

impl Fault {
    fn of(own: &Opening) -> Result<Self, String> {
        match own.text("fault")? {
            "panics" => Ok(Self::Panics),
            "infinite" => Ok(Self::Gives(f64::INFINITY)),
            "nan" => Ok(Self::Gives(f64::NAN)),
            other => Err(format!(
                "found fault {other:?}, expected panics, infinite or nan"
            )),
        }
    }

    fn act(self, tick: Tick) -> f64 {
        match self {
            _ if tick < 10 => 0.0,
            Self::Panics => panic!("as it was told"),
            Self::Gives(value) => value,
        }
    }
}

struct Bad(Fault);

impl Part for Bad {
    fn about() -> About {
        About::new("bad", "Fails.").text("fault", "panics", "What it does wrong.")
    }

    fn open(own: &Opening) -> Result<Self, String> {
        Fault::of(own).map(Self)
    }
}

impl SensorDevice for Bad {
    fn columns(&self) -> Vec<String> {
        vec!["x".to_owned()]
    }

    fn read(&mut self, tick: Tick, _: f64, values: &mut [f64]) {
        values[0] = self.0.act(tick);
    }
}

impl ControlLaw for Bad {
    type State = ();

    fn step(&self, _: &mut (), at: &Sample, outputs: &mut [f64], _: &mut [f64]) {
        outputs[0] = self.0.act(at.tick);
    }
}

impl SchedulerPolicy for Bad {
    fn plan(&self, now: &Situation) -> Vec<Move> {
        let to = NodeId(1);
        let step = Move {
            vertex: VertexId(0),
            from: now.owners[0],
            to,
        };
        match self.0 {
            Fault::Gives(value) if value.is_infinite() => vec![step, step],
            Fault::Panics => panic!("as it was told"),
            Fault::Gives(_) => vec![Move {
                vertex: VertexId(0),
                from: now.owners[0],
                to: NodeId(99),
            }],
        }
    }
}

impl ActuatorDevice for Bad {
    fn apply(&mut self, tick: Tick, _: &SafeCommand) {
        self.0.act(tick + 10);
    }
}

struct BadMetric(Fault);

impl MetricStream for BadMetric {
    type State = ();

    fn about(&self) -> Metric {
        Metric::own("bad", "bad", "Fails.")
    }

    fn value(&self, _: &mut (), now: &Moment) -> Option<f64> {
        Some(self.0.act(now.completed))
    }
}

#[test]
fn a_part_that_fails_ends_the_run_by_name_with_complete_files() {
    let scene = |extra: &str, law: &str| {
        format!(
            r#"(version: 2, name: "bad", ticks: 40, graph: (kind: Ring()),
            populations: [(name: "a", count: 6, model: Kuramoto())],
            sensors: [(name: "probe", device: Probe())], signal: (window: 8, segment: 8, hop: 1),
            control: (loops: [(name: "l", measure: Coherence, setpoint: 0.5, law: {law})]),
            {extra})"#
        )
    };
    let pid = "Pid(kp: 1.0)";
    let bad = |fault: &str| format!(r#"Custom(name: "bad", parameters: {{"fault": "{fault}"}})"#);
    let sensor = |fault: &str| {
        let text = scene("", pid);
        let own = format!("(name: \"own\", device: {}), ", bad(fault));
        text.replace("sensors: [", &format!("sensors: [{own}"))
    };
    let policy = |fault: &str| {
        let own = bad(fault);
        scene(
            &format!("scheduler: (policy: {own}, period_ticks: 5), cluster: (nodes: 2)"),
            pid,
        )
    };
    let actuator = |fault: &str| {
        let own = bad(fault);
        scene(
            &format!("actuators: [(name: \"valve\", device: {own})]"),
            pid,
        )
    };
    let parts = || {
        Parts::default()
            .sensor::<Bad>()
            .law::<Bad>()
            .policy::<Bad>()
            .actuator::<Bad>()
    };
    let metric = |fault| parts().metric(BadMetric(fault));
    let panicked = "panicked: as it was told";
    let cases = [
        (
            parts(),
            sensor("panics"),
            format!("sensor \"bad\" named \"own\" {panicked}"),
        ),
        (
            parts(),
            sensor("infinite"),
            "sensor \"bad\" named \"own\" read inf in column 0".to_owned(),
        ),
        (
            parts(),
            scene("", &bad("panics")),
            format!("law \"bad\" of loop \"l\" {panicked}"),
        ),
        (
            parts(),
            scene("", &bad("nan")),
            "law \"bad\" of loop \"l\" gave NaN".to_owned(),
        ),
        (
            parts(),
            policy("panics"),
            format!("policy \"bad\" {panicked}"),
        ),
        (parts(), policy("nan"), "policy \"bad\" moves".to_owned()),
        (
            parts(),
            actuator("panics"),
            format!("actuator \"bad\" named \"valve\" {panicked}"),
        ),
        (
            metric(Fault::Panics),
            scene("", pid),
            format!("metric \"bad\" {panicked}"),
        ),
        (
            metric(Fault::Gives(f64::NAN)),
            scene("", pid),
            "metric \"bad\" gave NaN".to_owned(),
        ),
    ];
    for (parts, text, message) in cases {
        let out = tempfile::tempdir().unwrap();
        let file = out.path().join("bad.ron");
        std::fs::write(&file, &text).unwrap();
        let runs = out.path().join("run");
        let program = Program::default().parts(parts);
        let (file, place) = (file.display().to_string(), runs.display().to_string());
        let code = program.run_from(["phantom", "run", &file, "--out", &place]);
        assert_eq!(code.unwrap(), 1, "{message}");
        let manifest = std::fs::read_to_string(runs.join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        let told = manifest["error"].as_str().unwrap();
        assert!(told.contains(&message), "{message} in {told}");
        assert_eq!(manifest["status"], "error");
        let table = std::fs::read_to_string(runs.join("metrics.csv")).unwrap();
        assert!(table.ends_with('\n'), "{message}");
    }
}

#[test]
fn a_part_that_refuses_its_parameters_is_told_with_its_place() {
    let text = TOYS.replace(
        "Custom(name: \"sum\")",
        "Custom(name: \"bad\", parameters: {\"fault\": \"none\"})",
    );
    let text = text.replace("law.parameters.rate", "setpoint");
    let parts = toys().law::<Bad>();
    let loaded = parse(&parts, &text).unwrap();
    let refused = Session::open(loaded, SimOptions::default()).err().unwrap();
    let told = refused.to_string();
    assert!(
        told.contains("control.loops[0].law: law \"bad\": found fault \"none\""),
        "{told}"
    );
    assert!(told.contains("--> toys.ron:"), "{told}");
}

/// A metric that adds up another one which it may name or not.
struct Adds {
    name: &'static str,
    other: &'static str,
    reads: bool,
}

impl MetricStream for Adds {
    type State = f64;

    fn about(&self) -> Metric {
        Metric::own(self.name, "sum", "The sum of another metric.")
    }

    fn reads(&self) -> Vec<MetricId> {
        match self.reads {
            true => vec![self.other.into()],
            false => Vec::new(),
        }
    }

    fn value(&self, sum: &mut f64, now: &Moment) -> Option<f64> {
        *sum += now.metric(&self.other.into()).unwrap_or(0.0);
        Some(*sum)
    }
}

fn adds(name: &'static str, other: &'static str, reads: bool) -> Parts {
    Parts::default().metric(Adds { name, other, reads })
}

#[test]
fn nothing_follows_from_where_vertices_are_or_from_what_is_recorded() {
    let told = adds("loads", "load_max", true).faults().join("");
    assert!(
        told.contains("reads \"load_max\", expected one of"),
        "{told}"
    );
    let scene = r#"(version: 2, name: "sums", ticks: 30, graph: (kind: Ring()),
        populations: [(name: "a", count: 6, model: Kuramoto())])"#;
    let digest = |reads: bool, record: &str| {
        let parts = adds("orders", "order", reads);
        let changes = [("record".to_owned(), record.to_owned())];
        let loaded = parts.parse(scene, "sums", ".".as_ref(), &changes).unwrap();
        let mut session = Session::open(loaded, SimOptions::default()).unwrap();
        let digest = session.run_to(30).unwrap().digest;
        let sum = session.statistics().last("cluster", &"orders".into());
        (digest, sum)
    };
    let records = ["()", "(plant: true)", "(plant: true, every_ticks: 10)"];
    let unnamed = records.map(|record| digest(false, record));
    assert!(unnamed.iter().all(|own| *own == unnamed[0]), "{unnamed:?}");
    assert_eq!(unnamed[0].1, Some(0.0));
    let named = records.map(|record| digest(true, record));
    assert!(named.iter().all(|own| *own == named[0]), "{named:?}");
    assert!(named[0].1 > Some(1.0));
}

#[test]
fn names_that_tables_bear_already_are_refused() {
    let told = adds("tick", "order", true).faults().join("");
    assert!(
        told.contains("metrics.csv has a column of that name"),
        "{told}"
    );
    struct Other;
    impl MetricStream for Other {
        type State = ();

        fn about(&self) -> Metric {
            Metric::new(
                "other".into(),
                "other",
                phantomos::registry::Need::States,
                Family::Motion,
                "",
            )
        }

        fn value(&self, _: &mut (), _: &Moment) -> Option<f64> {
            None
        }
    }
    let told = Parts::default().metric(Other).faults().join("");
    assert!(told.contains("expected one made by Metric::own"), "{told}");
    struct Panics;
    impl Part for Panics {
        fn about() -> About {
            panic!("asked")
        }

        fn open(_: &Opening) -> Result<Self, String> {
            Ok(Self)
        }
    }
    impl ActuatorDevice for Panics {
        fn apply(&mut self, _: Tick, _: &SafeCommand) {}
    }
    let parts = Parts::default().actuator::<Panics>();
    assert!(
        parts.faults()[0].contains("a actuator panicked: asked"),
        "{parts:?}"
    );
    let told = Program::default()
        .parts(parts)
        .run_from(["phantom", "list", "parts"]);
    assert_eq!(told.unwrap(), exit::INVALID);
}

/// A law of two outputs that remembers how often it stepped; the first output is 0.
struct Second;

impl Part for Second {
    fn about() -> About {
        About::new("second", "Drives by its second output.")
            .number("low", 0.0, "", Bounds::FINITE, "Below high.")
            .number("high", 1.0, "", Bounds::FINITE, "Above low.")
    }

    fn open(own: &Opening) -> Result<Self, String> {
        match own.number("low")? < own.number("high")? {
            true => Ok(Self),
            false => Err("low is not below high".to_owned()),
        }
    }
}

impl ControlLaw for Second {
    type State = u32;

    fn outputs(&self) -> usize {
        2
    }

    fn step(&self, steps: &mut u32, _: &Sample, outputs: &mut [f64], _: &mut [f64]) {
        *steps += 1;
        (outputs[0], outputs[1]) = (0.0, f64::from(*steps));
    }
}

const SECOND: &str = r#"(version: 2, name: "second", ticks: 100, clock: (dt_s: 0.02),
    graph: (kind: Ring()), record: (plant: true),
    populations: [(name: "a", count: 6, model: Kuramoto(omega: Constant(1.0)))],
    control: (loops: [(name: "l", measure: Metric("order"), output: Coupling,
        law: Custom(name: "second", outputs: [FrequencyShift]))]),
    schedule: [
        At(at_s: 0.5, then: [Set(path: "control.enabled", value: 0.0)]),
        At(at_s: 0.9, then: [Set(path: "control.loops[0].law.parameters.low", value: 2.0)]),
        At(at_s: 1.1, then: [Set(path: "control.loops[0].law.parameters.high", value: 3.0)]),
        At(at_s: 1.5, then: [Set(path: "control.enabled", value: 1.0)]),
    ])"#;

#[test]
fn a_law_that_is_turned_off_gives_back_all_its_outputs_and_begins_anew() {
    let parts = Parts::default().law::<Second>();
    let open = || {
        let loaded = parse(&parts, SECOND).unwrap();
        Session::open(loaded, SimOptions::default()).unwrap()
    };
    let mut session = open();
    let frequency = |session: &Session| {
        session
            .statistics()
            .last("cluster", &"frequency".into())
            .unwrap()
    };
    session.run_to(20).unwrap();
    assert!(frequency(&session) > 2.0);
    session.run_to(40).unwrap();
    assert!(
        (frequency(&session) - 1.0).abs() < 1e-9,
        "{}",
        frequency(&session)
    );
    session.run_to(90).unwrap();
    assert!((1.5..4.0).contains(&frequency(&session)), "begun anew");
    // A snapshot of the time in which the parameters are refused goes on as the run did.
    let end = session.run_to(100).unwrap().digest;
    let mut other = open();
    other.run_to(50).unwrap();
    let saved = other.simulation.snapshot().unwrap();
    assert_eq!(other.run_to(100).unwrap().digest, end);
    other.restore(&saved).unwrap();
    assert_eq!(other.run_to(100).unwrap().digest, end);
}

#[test]
fn parameters_stand_once() {
    let parts = Parts::default().law::<Second>();
    let text = SECOND.replace(
        "\"second\", outputs",
        r#""second", parameters: {"low": 0.5, "low": 0.1}, outputs"#,
    );
    let told = parse(&parts, &text).unwrap_err();
    assert!(
        told.contains("parameter \"low\" is given twice, expected once"),
        "{told}"
    );
}

/// A law whose memory comes back in another order.
struct Unordered;

impl Part for Unordered {
    fn about() -> About {
        About::new("unordered", "Remembers in no order.")
    }

    fn open(_: &Opening) -> Result<Self, String> {
        Ok(Self)
    }
}

/// A number that is skipped when it is 0, which no format without names reads again.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
struct Skipped {
    #[serde(skip_serializing_if = "Option::is_none")]
    seldom: Option<f64>,
    often: f64,
}

impl ControlLaw for Unordered {
    type State = Skipped;

    fn step(&self, own: &mut Skipped, _: &Sample, outputs: &mut [f64], _: &mut [f64]) {
        own.often += 1.0;
        outputs[0] = own.often;
    }
}

#[test]
fn a_memory_that_does_not_come_back_is_refused_as_the_law_is_opened() {
    let parts = Parts::default().law::<Unordered>();
    let text = SECOND.replace(
        "Custom(name: \"second\", outputs: [FrequencyShift])",
        "Custom(name: \"unordered\")",
    );
    let first = text.find("        At(at_s: 0.9").unwrap();
    let last = text.find("        At(at_s: 1.5").unwrap();
    let text = format!("{}{}", &text[..first], &text[last..]);
    let loaded = parse(&parts, &text).unwrap();
    let told = Session::open(loaded, SimOptions::default()).err().unwrap();
    let told = told.to_string();
    assert!(
        told.contains("what it remembers cannot be read again"),
        "{told}"
    );
}
