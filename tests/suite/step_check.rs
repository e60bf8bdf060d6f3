//! A step that is too long is told, and telling changes nothing.

use std::path::{Path, PathBuf};

use phantomos::kernel::Session;
use phantomos::record::{EventKind, EventRecord, MetricRow, StepChange};
use phantomos::resonator::rates::StepCause;
use phantomos::scenario::{Blueprint, Parts};

fn scene(name: &str) -> PathBuf {
    let scenes = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes");
    scenes.join(name).with_extension("ron")
}

fn changes(list: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(path, value): &(&str, &str)| ((*path).to_owned(), (*value).to_owned());
    list.iter().map(owned).collect()
}

struct Run {
    session: Session,
    rows: Vec<MetricRow>,
    events: Vec<EventRecord>,
}

fn run(name: &str, sets: &[(&str, &str)], ticks: u64) -> Run {
    let mut session = Session::load(scene(name), &changes(sets), &Parts::default()).unwrap();
    for _ in 0..ticks {
        session.simulation.step().unwrap();
    }
    let batch = session.simulation.take_records();
    Run {
        session,
        rows: batch.rows,
        events: batch.events,
    }
}

impl Run {
    fn steps(&self) -> Vec<EventRecord> {
        let told = self.events.iter();
        let told = told.filter(|event| matches!(event.data, EventKind::Step { .. }));
        told.cloned().collect()
    }

    fn last(&self, metric: &str) -> f64 {
        let rows = self.rows.iter().rev().filter(|row| row.scope == "cluster");
        rows.filter_map(|row| row.value(metric)).next().unwrap()
    }

    fn is_flagged(&self) -> bool {
        let mut rows = self.rows.iter();
        rows.any(|row| row.flags.contains("step_too_long"))
    }
}

/// The scene `hello` without its loop, coupled by K, for 40 s.
fn uncoupled(coupling: &str, dt_s: &str) -> Run {
    let ticks = (40.0 / dt_s.parse::<f64>().unwrap()) as u64;
    let sets = [
        ("control.enabled", "false"),
        ("phi.units", "[]"),
        ("record.plant", "true"),
        ("populations[0].coupling", coupling),
        ("clock.dt_s", dt_s),
    ];
    run("hello", &sets, ticks.min(4000))
}

#[test]
fn a_coupling_that_the_step_does_not_follow_is_told_and_a_shorter_step_is_not() {
    for coupling in ["20", "30", "50"] {
        let wrong = uncoupled(coupling, "0.02");
        let right = uncoupled(coupling, "0.002");
        assert!(
            right.last("order") > 0.99,
            "{coupling}: {}",
            right.last("order")
        );
        assert!(
            right.steps().is_empty() && !right.is_flagged(),
            "{coupling}"
        );
        assert!(wrong.last("coherence") < 0.98, "{coupling}");
        let told = wrong.steps();
        assert_eq!(told.len(), 1, "{coupling}: {told:?}");
        assert_eq!(
            (told[0].tick, told[0].about.to_string().as_str()),
            (0, "population ring")
        );
        let EventKind::Step {
            change,
            cause,
            error,
            rate_dt,
            would_do_s,
        } = told[0].data
        else {
            panic!("{:?}", told[0]);
        };
        assert_eq!((change, cause), (StepChange::Began, StepCause::Coupling));
        assert!(
            error > 0.01 && rate_dt > 2.785,
            "{coupling}: {error}, {rate_dt}"
        );
        assert!(wrong.is_flagged());
        // The step that would do does.
        let text = would_do_s.to_string();
        let good = uncoupled(coupling, &text);
        assert!(good.steps().is_empty(), "{coupling} at {text} s");
        assert!(
            good.last("order") > 0.99,
            "{coupling} at {text} s: {}",
            good.last("order")
        );
        // The summary has it.
        assert_eq!(wrong.session.simulation.step_watch().standings[1].since, 0);
    }
}

#[test]
fn what_the_rates_do_not_show_the_comparison_does() {
    // Below the bound of stability for the greatest degree, and beyond it for the network.
    let told = uncoupled("15", "0.02").steps();
    let EventKind::Step { rate_dt, error, .. } = told[0].data else {
        panic!("{told:?}");
    };
    assert!(rate_dt < 2.785 && error > 0.01, "{rate_dt} {error}");
}

#[test]
fn it_begins_and_ends_with_the_coupling_that_makes_it() {
    let raised = "[At(at_s: 1.0, then: [Set(path: \"populations[0].coupling\", value: 40.0)]), \
                  At(at_s: 8.0, then: [Set(path: \"populations[0].coupling\", value: 1.0)])]";
    let sets = [
        ("control.enabled", "false"),
        ("phi.units", "[]"),
        ("schedule", raised),
    ];
    let found = run("hello", &sets, 600);
    let told: Vec<_> = found
        .steps()
        .iter()
        .map(|own| (own.tick, own.data.clone()))
        .collect();
    let changes: Vec<_> = told
        .iter()
        .map(|(tick, data)| match data {
            EventKind::Step { change, .. } => (*tick, *change),
            other => panic!("{other:?}"),
        })
        .collect();
    // In the tick in which each value acts, and once.
    assert_eq!(changes[0], (50, StepChange::Began), "{told:?}");
    assert_eq!(
        *changes.last().unwrap(),
        (400, StepChange::Over),
        "{told:?}"
    );
    let between = &changes[1..changes.len() - 1];
    assert!(
        between.iter().all(|(_, own)| *own == StepChange::Worse),
        "{told:?}"
    );
    let flagged = |row: &&MetricRow| row.flags.contains("step_too_long");
    let ticks: Vec<u64> = found
        .rows
        .iter()
        .filter(flagged)
        .map(|row| row.tick)
        .collect();
    assert_eq!((ticks[0], *ticks.last().unwrap()), (51, 400));
    assert!(!found.session.simulation.step_watch().is_too_long(0));
}

#[test]
fn shipped_scenes_are_silent_and_the_same_with_and_without_it() {
    let scenes = [
        "hello", "exact", "delayed", "plastic", "trip", "chimera", "modes", "replay",
    ];
    for name in scenes {
        let with = run(name, &[], 300);
        let without = run(name, &[("dynamics.step_check", "false")], 300);
        assert_eq!(
            with.session.simulation.digest(),
            without.session.simulation.digest(),
            "{name}"
        );
        let lines = |run: &Run| run.rows.iter().map(MetricRow::line).collect::<Vec<_>>();
        assert_eq!(lines(&with), lines(&without), "{name}");
        assert_eq!(with.events, without.events, "{name}");
        assert!(with.steps().is_empty(), "{name}: {:?}", with.steps());
    }
}

#[test]
fn a_step_that_is_too_long_changes_no_bit_either() {
    for name in ["hello", "delayed", "overload"] {
        let long = [("clock.dt_s", "0.1"), ("populations[0].coupling", "15")];
        let with = run(name, &long, 200);
        let off = [long[0], long[1], ("dynamics.step_check", "false")];
        let without = run(name, &off, 200);
        assert!(!with.steps().is_empty(), "{name}");
        assert_eq!(
            with.session.simulation.digest(),
            without.session.simulation.digest(),
            "{name}"
        );
        assert!(without.steps().is_empty() && !without.is_flagged());
    }
}

#[test]
fn any_number_of_nodes_tells_the_same() {
    let told = ["1", "2", "4"].map(|nodes| {
        let sets = [
            ("control.enabled", "false"),
            ("cluster.nodes", nodes),
            ("populations[0].coupling", "17"),
        ];
        run("hello", &sets, 900).steps()
    });
    assert!(!told[0].is_empty());
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
}

#[test]
fn a_run_that_goes_on_from_a_snapshot_tells_the_same() {
    let sets = [
        ("control.enabled", "false"),
        ("populations[0].coupling", "17"),
    ];
    let whole = run("hello", &sets, 900);
    let mut half = run("hello", &sets, 400);
    let snapshot = half.session.simulation.snapshot().unwrap();
    let mut rest = Session::load(scene("hello"), &changes(&sets), &Parts::default()).unwrap();
    rest.restore(&snapshot).unwrap();
    for _ in 400..900 {
        rest.simulation.step().unwrap();
    }
    let mut told = half.steps();
    let is_step = |event: &EventRecord| matches!(event.data, EventKind::Step { .. });
    told.extend(
        rest.simulation
            .take_records()
            .events
            .into_iter()
            .filter(is_step),
    );
    assert_eq!(told, whole.steps());
    let watch = whole.session.simulation.step_watch().clone();
    assert_eq!(*rest.simulation.step_watch(), watch);
}

const STRONG: (&str, &str) = (
    "populations[0].mean_field",
    "[(of: \"all\", strength: 8.0)]",
);

#[test]
fn check_tells_the_values_of_the_scene_and_what_could_be_set() {
    let remarks = |name: &str, sets: &[(&str, &str)]| {
        let loaded = Parts::default().load(&scene(name), &changes(sets)).unwrap();
        Blueprint::new(loaded).unwrap().step_remarks()
    };
    for name in [
        "hello",
        "cluster",
        "lorentz",
        "ott_antonsen",
        "van_der_pol",
        "trip",
        "modes",
    ] {
        assert_eq!(remarks(name, &[]), Vec::<String>::new(), "{name}");
    }
    let own = remarks("hello", &[("populations[0].coupling", "50")]);
    assert_eq!(own.len(), 1, "{own:?}");
    for part in [
        "\"ring\"",
        "coupling along edges makes",
        "rate × step is 9",
        "0.003 s would do",
    ] {
        assert!(own[0].contains(part), "{part}: {own:?}");
    }
    let pid = (
        "control.loops[0].law",
        "Pid(kp: 0.6, output_min: 0.0, output_max: 30.0)",
    );
    let gate = ("safety.max_energy", "100.0");
    let steered = remarks("hello", &[pid, gate]);
    assert!(
        steered[0].contains("as loop \"synchrony\" could drive it"),
        "{steered:?}"
    );
    // The safety gate holds the loop back.
    let gated = remarks("hello", &[pid, ("safety.max_energy", "5.0")]);
    assert_eq!(gated, Vec::<String>::new());
    let off = remarks("hello", &[pid, gate, ("control.enabled", "false")]);
    assert_eq!(off, Vec::<String>::new());
    let ramp = "[Ramp(path: \"populations[0].coupling\", from: 0.0, to: 30.0, start_s: 0.0, \
                end_s: 5.0)]";
    let ramped = remarks("hello", &[("schedule", ramp)]);
    assert!(
        ramped[0].contains("as schedule[0] sets it to 30"),
        "{ramped:?}"
    );
    let set = "[(name: \"c\", of: Metric(metric: \"coherence\"), level: 0.5, then: \
               [Set(path: \"populations[0].coupling\", value: 40.0)])]";
    let crossed = remarks("hello", &[("crossings", set)]);
    assert!(
        crossed[0].contains("as crossings[0] sets it to 40"),
        "{crossed:?}"
    );
    let means = remarks(
        "lorentz",
        &[("clock.dt_s", "0.4"), ("schedule", "[]"), STRONG],
    );
    assert!(
        means.iter().any(|line| line.contains("mean field")),
        "{means:?}"
    );
    let learning = remarks(
        "hello",
        &[
            ("populations[0].plasticity", "(rate: 20.0)"),
            ("control.enabled", "false"),
        ],
    );
    assert!(learning[0].contains("weights that adapt"), "{learning:?}");
    // Adaptive steps are never too long.
    let adaptive = [
        ("dynamics.integrator", "DormandPrince"),
        ("populations[0].noise", "0.0"),
    ];
    let steep = [("populations[0].coupling", "50"), adaptive[0], adaptive[1]];
    assert_eq!(remarks("hello", &steep), Vec::<String>::new());
}

/// The time of comparisons; `cargo test --release -- --ignored --nocapture` prints it.
#[test]
#[ignore = "a measurement"]
fn comparisons_take_at_most_a_fiftieth_of_the_time() {
    for (name, ticks) in [("cluster", 1000), ("hello", 8000)] {
        let mut shares: Vec<f64> = (0..5)
            .map(|_| {
                let [with, without] = ["true", "false"].map(|on| {
                    let sets = changes(&[("dynamics.step_check", on)]);
                    let mut session = Session::load(scene(name), &sets, &Parts::default()).unwrap();
                    session.simulation.step().unwrap();
                    let begun = std::time::Instant::now();
                    for _ in 0..ticks {
                        session.simulation.step().unwrap();
                    }
                    begun.elapsed().as_secs_f64()
                });
                with / without - 1.0
            })
            .collect();
        shares.sort_by(f64::total_cmp);
        println!("{name}: {:.2} % ({shares:.4?})", 100.0 * shares[2]);
        assert!(shares[2] < 0.02);
    }
}
