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
        match self.0 {
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
