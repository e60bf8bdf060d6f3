//! Rules, limits, barriers and quarantine in whole runs.

use phantomos::base::{Input, Subject};
use phantomos::kernel::{KernelState, Simulation};
use phantomos::logic::{Formula, evaluate};
use phantomos::record::{EventKind, EventRecord};
use phantomos::safety::{Reaction, Rule, Severity};
use phantomos::watch::RuleChange;

use crate::plant_steps::build;

/// A population that a sine pushes, so that its mean swings between about −1 and 1.
const SWING: &str = r#"(version: 2, name: "swing", clock: (dt_s: 0.02), signal: (hop: 1),
    graph: (kind: Ring(neighbors: 1)),
    populations: [(name: "a", count: 4, coupling: 0.0,
        model: Harmonic(omega: Constant(2.0), gamma: Constant(4.0), x: Constant(0.0)))],
    forces: [(shape: Sine(amplitude: 8.0, frequency_hz: 0.25))],
    control: (loops: [(name: "main", scope: "a", measure: Metric("mean"), setpoint: 0.0,
        law: Pid(kp: 0.5), output: Force)]),
    record: (plant: true))"#;

fn advance(simulation: &mut Simulation, ticks: u64) {
    (0..ticks).for_each(|_| simulation.step().unwrap());
}

fn column(simulation: &mut Simulation, scope: &str, metric: &str) -> Vec<Option<f64>> {
    let rows = simulation.records_mut();
    let rows = rows.rows.iter().filter(|row| row.scope == scope);
    rows.map(|row| row.value(metric)).collect()
}

fn events(simulation: &mut Simulation) -> Vec<EventRecord> {
    simulation.records_mut().events.clone()
}

fn changes(simulation: &mut Simulation) -> Vec<(u64, RuleChange)> {
    let events = events(simulation);
    let turns = events.iter().filter_map(|own| match own.data {
        EventKind::Rule { change, .. } => Some((own.tick, change)),
        _ => None,
    });
    turns.collect()
}

fn rules(text: &str) -> Vec<(&'static str, String)> {
    vec![("safety", format!("(rules: [{text}])"))]
}

fn with(sets: &[(&str, String)]) -> Simulation {
    let sets: Vec<(&str, &str)> = sets.iter().map(|(a, b)| (*a, b.as_str())).collect();
    build(SWING, &sets).unwrap()
}

#[test]
fn the_margin_of_a_run_is_the_robustness_of_its_record() {
    for formula in [
        "mean@a <= 0.5",
        "always[0,20] (mean@a <= 0.5)",
        "historically[0,0.4 s] (abs(mean@a) <= 0.9)",
        "once[0,10] (mean@a >= 0.2) or mean@a < 0",
    ] {
        let rule = format!(r#"(name: "r", formula: "{formula}", then: Log)"#);
        let mut simulation = with(&rules(&rule));
        advance(&mut simulation, 600);
        let means: Vec<f64> = column(&mut simulation, "a", "mean")
            .into_iter()
            .flatten()
            .collect();
        let margins: Vec<f64> = column(&mut simulation, "cluster", "rule.r")
            .into_iter()
            .flatten()
            .collect();
        assert_eq!((means.len(), margins.len()), (600, 600), "{formula}");
        let parsed = Formula::parse(formula, Some(0.02)).unwrap();
        for n in [50, 123, 400, 600] {
            // What is certain after n samples: the oldest final verdict, and the early one of the
            // next, which for `always` is the least so far.
            let whole = evaluate(&parsed, &[&means[..n]], n);
            let horizon = parsed.horizon().unwrap() as usize;
            let settled = whole.robustness[n - 1 - horizon];
            let open = whole
                .robustness
                .get(n - horizon)
                .copied()
                .unwrap_or(f64::INFINITY);
            assert_eq!(margins[n - 1], settled.min(open), "{formula} after {n}");
        }
    }
}

#[test]
fn a_violation_is_told_once_with_its_cause_and_its_effect() {
    let rule = r#"(name: "high", formula: "always[0,25] (mean@a <= 0.5)", effect_ticks: 30)"#;
    let mut simulation = with(&rules(rule));
    advance(&mut simulation, 600);
    let means = column(&mut simulation, "a", "mean");
    let first = means
        .iter()
        .position(|x| x.is_some_and(|x| x > 0.5))
        .unwrap() as u64;
    let turns = changes(&mut simulation);
    assert_eq!(turns[0], (first, RuleChange::Began), "{turns:?}");
    assert_eq!(turns[1], (first + 30, RuleChange::Effect), "{turns:?}");
    assert!(turns.iter().any(|own| own.1 == RuleChange::Over));
    let began = events(&mut simulation)
        .into_iter()
        .find(|own| own.tick == first);
    let began = began.unwrap();
    assert_eq!(began.about, Subject::Rule("high".to_owned()));
    let EventKind::Rule {
        margin,
        window,
        then,
        ..
    } = began.data
    else {
        panic!("{began:?}");
    };
    assert!(margin < 0.0 && margin > -0.1, "{margin}");
    assert_eq!((window, then), ([first - 25, first], Reaction::Alert));
    assert!(began.cause.contains("always[0,25]"), "{}", began.cause);
    assert_eq!(
        simulation.cluster().alerts,
        turns.iter().filter(|t| t.1 == RuleChange::Began).count() as u64
    );
}

/// A latched rule that is acknowledged while it is violated is over as soon as it holds.
fn acknowledged_while_it_lasts(rule: &str) {
    let mut probe = with(&rules(rule));
    advance(&mut probe, 220);
    let margins = column(&mut probe, "cluster", "rule.high");
    let first = margins.iter().position(|m| *m < Some(0.0)).unwrap();
    let lasts = margins[first..]
        .iter()
        .position(|m| *m > Some(0.0))
        .unwrap();
    let mut simulation = with(&rules(rule));
    advance(&mut simulation, first as u64 + 1);
    let rule = "high".to_owned();
    let input = Input::Acknowledge { rule };
    simulation.push_input(first as u64 + 1, input).unwrap();
    advance(&mut simulation, 1);
    assert_eq!(simulation.loops()[0].memory.clamp, Some(0.1));
    advance(&mut simulation, lasts as u64);
    assert_eq!(simulation.loops()[0].memory.clamp, None);
}

#[test]
fn delays_deadband_and_latch_hold_an_alarm() {
    let rule =
        r#"(name: "high", formula: "mean@a <= 0.5", on_delay: 10, off_delay: 20, deadband: 0.2)"#;
    let mut simulation = with(&rules(rule));
    advance(&mut simulation, 600);
    let margins = column(&mut simulation, "cluster", "rule.high");
    let margins: Vec<f64> = margins.into_iter().flatten().collect();
    let run = |from: usize, length: usize, holds: &dyn Fn(f64) -> bool| {
        let mut windows = margins[from..].windows(length);
        from + windows.position(|w| w.iter().all(|m| holds(*m))).unwrap() + length - 1
    };
    let began = run(0, 10, &|m| m < 0.0);
    let over = run(began + 1, 20, &|m| m >= 0.2);
    let turns = changes(&mut simulation);
    let find = |kind| turns.iter().find(|own| own.1 == kind);
    let kinds = |kind| find(kind).map(|own| own.0 as usize);
    assert_eq!(kinds(RuleChange::Began), Some(began));
    assert_eq!(kinds(RuleChange::Over), Some(over));

    let rule = r#"(name: "high", formula: "mean@a <= 0.5", latch: true, then: Clamp(0.1))"#;
    acknowledged_while_it_lasts(rule);
    let mut simulation = with(&rules(rule));
    advance(&mut simulation, 220);
    assert_eq!(simulation.loops()[0].memory.clamp, Some(0.1));
    // The mean is low again by now; the clamp stays until somebody says so.
    let margins = column(&mut simulation, "cluster", "rule.high");
    assert!(*margins.last().unwrap() > Some(0.0));
    let rule = "high".to_owned();
    simulation
        .push_input(220, Input::Acknowledge { rule })
        .unwrap();
    advance(&mut simulation, 2);
    assert_eq!(simulation.loops()[0].memory.clamp, None);
    let unknown = Input::Acknowledge {
        rule: "hihg".to_owned(),
    };
    let refused = simulation.push_input(230, unknown).unwrap_err().to_string();
    assert!(refused.contains("high"), "{refused}");
}

#[test]
fn reactions_clamp_hold_and_stop() {
    let mut simulation = with(&rules(
        r#"(name: "c", formula: "mean@a <= 0.5", then: Clamp(0.05))"#,
    ));
    advance(&mut simulation, 600);
    let bounds = column(&mut simulation, "a", "main.bound");
    let passed = column(&mut simulation, "a", "main.passed");
    let clamped: Vec<f64> = bounds
        .iter()
        .zip(&passed)
        .filter(|(bound, _)| **bound == Some(5.0))
        .filter_map(|(_, passed)| *passed)
        .collect();
    assert!(clamped.len() > 20 && clamped.iter().all(|u| u.abs() <= 0.05));

    let mut simulation = with(&rules(
        r#"(name: "s", formula: "mean@a <= 0.5", then: SafeStop)"#,
    ));
    for _ in 0..600 {
        if !simulation.state().may_tick() {
            break;
        }
        simulation.step().unwrap();
    }
    assert_eq!(simulation.state(), KernelState::SafeStopped);
    let stop = events(&mut simulation).into_iter();
    let stop = stop.filter(|own| own.data.severity() == Some(Severity::Stop));
    let stop: Vec<EventRecord> = stop.collect();
    assert_eq!(stop.len(), 1);
    assert_eq!(stop[0].about, Subject::Rule("s".to_owned()));

    let mut simulation = with(&rules(
        r#"(name: "h", formula: "mean@a <= 0.5", then: Hold)"#,
    ));
    advance(&mut simulation, 200);
    let held = events(&mut simulation).into_iter();
    assert!(
        held.filter(|own| own.data.severity() == Some(Severity::Hold))
            .count()
            == 1
    );
}

#[test]
fn two_rules_that_want_the_same_do_not_undo_each_other() {
    let text = r#"(name: "low", formula: "mean@a <= 0.2", then: FallBack),
        (name: "high", formula: "mean@a <= 0.6", then: FallBack)"#;
    let mut simulation = with(&rules(text));
    for _ in 0..600 {
        simulation.step().unwrap();
        let margins = ["rule.low", "rule.high"].map(|own| {
            column(&mut simulation, "cluster", own)
                .last()
                .copied()
                .flatten()
        });
        let violated = margins.iter().flatten().any(|margin| *margin < 0.0);
        // An order acts in the tick after the rule was judged.
        simulation.step().unwrap();
        assert_eq!(
            simulation.loops()[0].memory.fallen_back,
            violated,
            "{margins:?}"
        );
    }
}

#[test]
fn slew_and_power_limits_act_and_are_told() {
    let sets = [
        ("control.loops[0].law", "Pid(kp: 50.0)".to_owned()),
        (
            "safety",
            "(on_excess: Clamp, max_slew_per_s: 20.0, max_power: 2.0, power_window_s: 1.0)"
                .to_owned(),
        ),
    ];
    let mut simulation = with(&sets);
    advance(&mut simulation, 1_000);
    let passed = column(&mut simulation, "a", "main.passed");
    let passed: Vec<f64> = passed.into_iter().flatten().collect();
    let steps = passed.windows(2).map(|w| (w[1] - w[0]).abs());
    assert!(steps.fold(0.0, f64::max) <= 20.0 * 0.02 + 1e-12);
    let energy: f64 = passed.iter().map(|u| u.abs() * 0.02).sum();
    assert!(energy <= 2.0 * 20.0 + 2.0 + 2.0, "{energy}");
    let events = events(&mut simulation);
    let told = |wanted: Rule| {
        let of = |own: &&EventRecord| matches!(own.data, EventKind::Alert { rule, .. } if rule == wanted);
        events.iter().filter(of).count()
    };
    assert!(
        told(Rule::MaxSlew) >= 1 && told(Rule::MaxPower) >= 1,
        "{events:?}"
    );
}

const BARRIERS: &str = r#"(barriers: [
    (name: "top", keeps: "main", metric: "mean", bound: AtMost(0.4), gain: 0.125, rate_per_s: 1.0),
    (name: "bottom", keeps: "main", metric: "mean", bound: AtLeast(LOW), gain: 0.125, rate_per_s: 1.0)],
    max_energy: 40.0)"#;

#[test]
fn barriers_keep_a_measure_that_its_loop_would_not() {
    let free = [
        (
            "populations[0].model",
            "Harmonic(omega: Constant(2.0), gamma: Constant(8.0), x: Constant(0.0))".to_owned(),
        ),
        ("safety", "(max_energy: 40.0)".to_owned()),
        ("forces", "[]".to_owned()),
        ("control.loops[0].law", "Pid(kp: 8.0, ki: 4.0)".to_owned()),
        ("control.loops[0].setpoint", "1.0".to_owned()),
    ];
    let most = |simulation: &mut Simulation| {
        let means = column(simulation, "a", "mean").into_iter().flatten();
        means.fold(f64::NEG_INFINITY, f64::max)
    };
    let mut simulation = with(&free);
    advance(&mut simulation, 600);
    assert!(most(&mut simulation) > 0.9);
    let mut kept = free.clone();
    kept[1].1 = BARRIERS.replace("LOW", "-0.4");
    let mut simulation = with(&kept);
    advance(&mut simulation, 600);
    let reached = most(&mut simulation);
    assert!((0.35..0.44).contains(&reached), "{reached}");
    let last = column(&mut simulation, "a", "main.bound")
        .last()
        .copied()
        .flatten();
    assert_eq!(last, Some(4.0));
    assert!(
        events(&mut simulation)
            .iter()
            .any(|own| own.action.contains("\"top\""))
    );
}

#[test]
fn where_barriers_conflict_the_fall_back_acts_and_both_are_named() {
    // From a state beyond both bounds' reach: no command keeps one without breaking the other.
    let sets = [
        (
            "safety",
            BARRIERS.replace("LOW", "0.39").replace("40.0", "0.5"),
        ),
        ("forces", "[]".to_owned()),
        ("control.loops[0].law", "Pid(kp: 8.0)".to_owned()),
        ("control.loops[0].setpoint", "1.0".to_owned()),
        ("control.loops[0].fallback", "Value(0.125)".to_owned()),
    ];
    let mut simulation = with(&sets);
    advance(&mut simulation, 50);
    let passed = column(&mut simulation, "a", "main.passed");
    let asked = column(&mut simulation, "a", "main.asked");
    let both = passed.iter().zip(&asked).skip(3);
    let both: Vec<(f64, f64)> = both.filter_map(|(a, b)| Some((((*a)?), (*b)?))).collect();
    assert!(both.len() > 40);
    assert!(both.iter().all(|(passed, _)| *passed == 0.125), "{both:?}");
    assert!(both.iter().all(|(_, asked)| *asked > 1.0));
    let events = events(&mut simulation);
    let told = events
        .iter()
        .find(|own| own.action.contains("conflict"))
        .unwrap();
    assert!(
        told.action.contains("\"bottom\"") && told.action.contains("limits"),
        "{}",
        told.action
    );
}

#[test]
fn a_missing_measure_never_lets_the_wanted_command_pass() {
    let sets = [
        (
            "safety",
            r#"(barriers: [(name: "seen", keeps: "main", metric: "phi_nats", of: Some("cluster"),
                bound: AtMost(0.4), gain: 0.25, rate_per_s: 4.0)])"#
                .to_owned(),
        ),
        ("control.loops[0].fallback", "Value(0.25)".to_owned()),
    ];
    let mut simulation = with(&sets);
    advance(&mut simulation, 30);
    let passed = column(&mut simulation, "a", "main.passed");
    assert!(passed.iter().flatten().all(|u| *u == 0.25), "{passed:?}");
    assert!(
        events(&mut simulation)
            .iter()
            .any(|own| own.action.contains("has no measure"))
    );
}

#[test]
fn the_watchdog_sees_silent_sensors_and_late_phi() {
    let text = r#"(version: 2, name: "dog", clock: (dt_s: 0.02),
        populations: [(name: "a", count: 6, model: Kuramoto(omega: Normal(mean: 6.0, sd: 0.3)))],
        sensors: [(name: "eyes", device: Probe(), faults: [Dropout(probability: 1.0, from_s: 1.0)])],
        phi: (units: ["eyes"], window: 64, period_ticks: 50, latency_ticks: 5),
        safety: (watchdog: (stale_sensor_ticks: 10, late_phi_ticks: 100)))"#;
    let mut simulation = build(text, &[]).unwrap();
    advance(&mut simulation, 150);
    let turns = events(&mut simulation).into_iter();
    let turns = turns.filter(|own| matches!(own.data, EventKind::Rule { .. }));
    let names: Vec<(String, u64)> = turns.map(|own| (own.about.to_string(), own.tick)).collect();
    let tick_of = |name: &str| {
        names
            .iter()
            .find(|own| own.0.contains(name))
            .map(|own| own.1)
    };
    assert!(
        (60..=62).contains(&tick_of("stale sensors").unwrap()),
        "{names:?}"
    );
    // A window with samples that are missing gives no Φ.
    let late = tick_of("late phi").unwrap();
    assert!((99..=101).contains(&late), "{names:?}");
    let without = build(SWING, &[("safety", "(watchdog: (late_phi_ticks: 5))")]);
    assert!(without.map(drop).unwrap_err().contains("part `phi`"));
}

#[test]
fn a_vertex_that_overflows_is_held_and_nobody_hears_of_it() {
    let text = r#"(version: 2, name: "burst", clock: (dt_s: 0.02), graph: (kind: Ring(neighbors: 1)),
        populations: [(name: "a", count: 12, coupling: 0.5,
            model: VanDerPol(omega: Constant(3.0), mu: Constant(1.0)))],
        safety: (max_amplitude: 1e300, on_non_finite: Quarantine),
        schedule: [At(at_s: 0.4, then: [Kick(vertex: 5, first: 1e200, second: 0.0)])])"#;
    let mut digests = Vec::new();
    for nodes in ["1", "2", "3"] {
        let mut simulation = build(text, &[("cluster.nodes", nodes)]).unwrap();
        advance(&mut simulation, 200);
        let states = simulation.vertex_states();
        assert!(states.iter().flatten().all(|x| x.is_finite()), "{states:?}");
        let events = events(&mut simulation);
        let held: Vec<String> = events
            .iter()
            .filter(|own| {
                matches!(
                    own.data,
                    EventKind::Alert {
                        rule: Rule::Quarantine,
                        ..
                    }
                )
            })
            .map(|own| own.about.to_string())
            .collect();
        assert!(held.contains(&"vertex v5".to_owned()), "{held:?}");
        assert!(held.len() < 12, "{held:?}");
        // It stays where it is.
        let before = simulation.vertex_states()[5];
        advance(&mut simulation, 20);
        assert_eq!(simulation.vertex_states()[5], before);
        digests.push(simulation.digest());
    }
    assert!(digests.iter().all(|own| *own == digests[0]), "{digests:?}");
    // Without quarantine the same run ends.
    let mut simulation = build(text, &[("safety.on_non_finite", "Stop")]).unwrap();
    for _ in 0..200 {
        if !simulation.state().may_tick() {
            break;
        }
        simulation.step().unwrap();
    }
    assert_eq!(simulation.state(), KernelState::SafeStopped);
}

#[test]
fn contradictions_and_unknown_names_are_found_before_a_run() {
    let refused = |sets: &[(&str, &str)], words: &[&str]| {
        let error = build(SWING, sets).map(drop).unwrap_err();
        for word in words {
            assert!(error.contains(word), "{word:?} is missing in {error}");
        }
    };
    let rule = |formula: &str| format!(r#"(rules: [(name: "r", formula: "{formula}")])"#);
    refused(
        &[("safety", &rule("always[0,5 (mean@a <= 1)"))],
        &["column", "safety.rules[0].formula"],
    );
    refused(
        &[("safety", &rule("maen@a <= 1"))],
        &["maen", "did you mean `mean`"],
    );
    refused(&[("safety", &rule("mean@b <= 1"))], &["\"b\""]);
    refused(
        &[("safety", &rule("always[0,0.03 s] (mean@a <= 1)"))],
        &["whole"],
    );
    refused(
        &[(
            "safety",
            r#"(rules: [(name: "r", formula: "mean@a <= 0.2"),
            (name: "s", formula: "always[0,5] (mean@a >= 0.4 and mean@a <= 2)")])"#,
        )],
        &["≥ 0.4", "≤ 0.2", "no number is both"],
    );
    refused(
        &[
            ("safety.max_energy", "1.0"),
            ("control.loops[0].law", "Pid(kp: 1.0, output_min: 2.0)"),
        ],
        &["safety.max_energy", "no number is both"],
    );
    refused(
        &[("control.loops[0].fallback", "Value(11.0)")],
        &["control.loops[0].fallback", "never lets pass"],
    );
    refused(
        &[(
            "safety",
            r#"(barriers: [
            (name: "t", keeps: "main", metric: "mean", bound: AtMost(0.1), gain: 1.0, rate_per_s: 1.0),
            (name: "u", keeps: "main", metric: "mean", bound: AtLeast(0.2), gain: 1.0, rate_per_s: 1.0)])"#,
        )],
        &["no number is both"],
    );
    refused(
        &[(
            "safety",
            r#"(rules: [(name: "r", formula: "mean@a <= 1", then: FallBack, loops: ["mian"])])"#,
        )],
        &["mian", "main"],
    );
}
