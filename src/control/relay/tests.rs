use super::*;
use crate::base::Problems;
use crate::base::num;
use crate::base::random::{KeyedRng, Purpose};
use crate::control::pid::PidSpec;

/// Lags one after the other, each exact for a constant input through a tenth of a sample, and a
/// delay.
struct Plant {
    gain: f64,
    lags: Vec<(f64, f64)>,
    line: Vec<f64>,
    at: usize,
}

impl Plant {
    fn new(gain: f64, lags: &[f64], delay: usize) -> Self {
        Self {
            gain,
            lags: lags.iter().map(|tau| (*tau, 0.0)).collect(),
            line: vec![0.0; delay],
            at: 0,
        }
    }

    fn y(&self) -> f64 {
        self.lags.last().unwrap().1
    }

    fn advance(&mut self, u: f64, ts: f64) {
        let mut u = u * self.gain;
        if !self.line.is_empty() {
            u = std::mem::replace(&mut self.line[self.at], u);
            self.at = (self.at + 1) % self.line.len();
        }
        for _ in 0..10 {
            let mut input = u;
            for (tau, x) in &mut self.lags {
                let before = *x;
                *x += (input - *x) * -num::exp_m1(-0.1 * ts / *tau);
                input = 0.5 * (before + *x);
            }
        }
    }
}

fn spec(text: &str) -> RelaySpec {
    ron::from_str(text).unwrap()
}

/// Runs an experiment about a setpoint and then goes on; gives what was found, and y at the end.
fn run(
    law: &RelaySpec,
    plant: &mut Plant,
    setpoint: f64,
    ts: f64,
    noise: f64,
) -> (RelayPhase, f64) {
    let mut state = RelayState::default();
    let mut ended = 0;
    for k in 0..400_000 {
        let error = KeyedRng::new(3, Purpose::Sensor, 0, k).normal() * noise;
        let step = law.step(&mut state, setpoint, plant.y() + error, ts);
        ended += usize::from(step.ended);
        assert!(step.output.is_finite() && !step.held);
        plant.advance(step.output, ts);
        if ended == 1 && state.time_s > 0.0 && k > 399_000 {
            break;
        }
    }
    assert_eq!(ended, 1);
    (state.phase, plant.y())
}

fn found(phase: RelayPhase) -> RelayTuning {
    match phase {
        RelayPhase::Tuned(found) => found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_ultimate_point_is_found_within_a_percent_and_the_error_is_told() {
    for (law, mut plant, ts, ku, tu) in [
        // K = 1, τ = 10, L = 2.
        ("()", Plant::new(1.0, &[10.0], 400), 0.005, 8.5024, 7.4415),
        (
            "(amplitude: 0.5, hysteresis: 0.05)",
            Plant::new(2.0, &[5.0], 200),
            0.005,
            4.2512,
            3.7208,
        ),
        // 1/(s + 1)³ and 1/(s + 1)⁴.
        ("()", Plant::new(1.0, &[1.0; 3], 0), 0.002, 8.0, 3.6276),
        ("()", Plant::new(1.0, &[1.0; 4], 0), 0.002, 4.0, num::TAU),
        // In reverse, and with lags of different length.
        (
            "(amplitude: -1)",
            Plant::new(-1.0, &[1.0; 3], 0),
            0.002,
            -8.0,
            3.6276,
        ),
        (
            "()",
            Plant::new(1.0, &[4.0, 1.0, 0.5], 0),
            0.002,
            16.875,
            3.7889,
        ),
    ] {
        let (phase, _) = run(&spec(law), &mut plant, 0.0, ts, 0.0);
        let own = found(phase);
        assert_eq!(own.method, Method::Harmonics, "{own:?}");
        let off = (own.ultimate.gain / ku - 1.0).abs();
        assert!(off < 0.01 && off < own.error + 0.005, "{own:?}");
        assert!((own.ultimate.period_s / tu - 1.0).abs() < 0.01, "{own:?}");
        // The estimates of textbooks are farther away, and what is told of them is about that.
        assert!((own.ku_describing / ku - 1.0).abs() > off);
        assert!(own.period_spread < 0.01 && own.amplitude_spread < 0.01);
    }
}

#[test]
fn noise_is_lived_with_and_told() {
    let law = spec("(hysteresis: 0.05, amplitude: 1, spread_max: 0.2, measure_periods: 8)");
    let mut plant = Plant::new(2.0, &[5.0], 100);
    let (phase, _) = run(&law, &mut plant, 0.0, 0.01, 0.01);
    let own = found(phase);
    let off = (own.ultimate.gain / 4.2512 - 1.0).abs();
    assert!(off < 0.1 && off < own.error.max(0.02), "{own:?}");
}

#[test]
fn the_law_takes_over_without_a_bump_and_holds_the_setpoint() {
    for (rule, kind) in [
        ("ZieglerNichols", "Pid"),
        ("TyreusLuyben", "Pi"),
        ("Simc", "Pid"),
    ] {
        let law = spec(&format!(
            "(bias: 2.9, rule: {rule}, kind: {kind}, static_gain: Some(1))"
        ));
        let mut plant = Plant::new(1.0, &[1.0; 3], 0);
        let (phase, y) = run(&law, &mut plant, 3.0, 0.01, 0.0);
        let own = found(phase);
        assert!((own.mean_output - 3.0).abs() < 0.1, "{own:?}");
        assert!((y - 3.0).abs() < 1e-6, "{rule}: {y}");
    }
    // One without integral keeps what held the setpoint.
    let law = spec("(bias: 2.9, rule: ZieglerNichols, kind: P)");
    let (_, y) = run(&law, &mut Plant::new(1.0, &[1.0; 3], 0), 3.0, 0.01, 0.0);
    assert!((y - 3.0).abs() < 0.05, "{y}");
}

#[test]
fn an_experiment_that_leads_to_nothing_is_given_up() {
    let slow = spec("(time_limit_s: 5, hysteresis: 100, bias: 1, pid: (kp: 1, ki: 1))");
    let (phase, y) = run(&slow, &mut Plant::new(1.0, &[1.0; 3], 0), 1.0, 0.01, 0.0);
    assert_eq!(phase, RelayPhase::Aborted(RelayAbort::Time { periods: 0 }));
    assert!((y - 1.0).abs() < 1e-6, "the law of before acts: {y}");
    let far = spec("(deviation_max: Some(0.1), pid: (kp: 1, ki: 1))");
    let (phase, _) = run(&far, &mut Plant::new(1.0, &[1.0; 3], 0), 0.0, 0.01, 0.0);
    assert!(matches!(phase, RelayPhase::Aborted(RelayAbort::Deviation(d)) if d > 0.1));
    // A lag without delay follows within samples.
    let fast = spec("(pid: (kp: 1, ki: 1))");
    let (phase, _) = run(&fast, &mut Plant::new(1.0, &[1.0], 0), 0.0, 0.01, 0.0);
    assert!(
        matches!(phase, RelayPhase::Aborted(RelayAbort::TooFast { .. })),
        "{phase:?}"
    );
    let RelayPhase::Aborted(why) = phase else {
        panic!("given up");
    };
    assert!(why.to_string().contains("expected"));
}

#[test]
fn what_is_not_finite_is_held_and_its_time_counts() {
    let law = spec("(time_limit_s: 1, bias: 0.25, amplitude: 0.5, pid: (output_max: Some(0.8)))");
    let mut state = RelayState::default();
    assert_eq!(law.step(&mut state, 0.0, f64::NAN, 0.1).output, 0.25);
    assert_eq!(law.step(&mut state, 0.0, 0.0, 0.1).output, 0.75);
    let before = state;
    let step = law.step(&mut state, f64::INFINITY, 0.0, 0.1);
    assert!(step.held && step.output == 0.75);
    assert_eq!((before.high, before.phase), (state.high, state.phase));
    for _ in 0..20 {
        law.step(&mut state, 0.0, f64::NAN, 0.1);
    }
    assert!(matches!(
        state.phase,
        RelayPhase::Aborted(RelayAbort::Time { .. })
    ));
    let step = law.step(&mut state, 0.0, f64::NAN, 0.1);
    assert!(step.held && step.output == 0.25);
    assert!(law.step(&mut state, 0.0, 0.0, f64::NAN).held);
}

#[test]
fn rules_give_the_gains_of_their_tables() {
    let ultimate = Ultimate {
        gain: 8.0,
        period_s: 3.6276,
    };
    let gains = |rule: TuningRule, kind| rule.gains(kind, ultimate, None);
    let zn = gains(TuningRule::ZieglerNichols, PidKind::Pid).unwrap();
    assert_eq!(
        (zn.kp, zn.ti_s, zn.td_s),
        (4.8, Some(1.8138), Some(0.45345))
    );
    assert!((zn.ki() - 4.8 / 1.8138).abs() < 1e-12 && (zn.kd() - 4.8 * 0.45345).abs() < 1e-12);
    let tl = gains(TuningRule::TyreusLuyben, PidKind::Pi).unwrap();
    assert_eq!((tl.kp, tl.td_s), (2.5, None));
    assert!(gains(TuningRule::TyreusLuyben, PidKind::P).is_none());
    // K = 1, τ = 10, L = 2: Kc = 2.5, Ti = 10.
    let exact = Ultimate {
        gain: 8.502_424_988_445_016,
        period_s: 7.441_522_726_018_011,
    };
    let [tau, delay] = exact.first_order(1.0).unwrap();
    assert!((tau - 10.0).abs() < 1e-9 && (delay - 2.0).abs() < 1e-9);
    let simc = TuningRule::Simc
        .gains(PidKind::Pi, exact, Some(1.0))
        .unwrap();
    assert!((simc.kp - 2.5).abs() < 1e-9 && (simc.ti_s.unwrap() - 10.0).abs() < 1e-9);
    // Without a static gain: an integrator with delay.
    let simc = TuningRule::Simc.gains(PidKind::Pi, exact, None).unwrap();
    assert!((simc.kp - exact.gain / num::PI).abs() < 1e-12);
    let law = zn.law(&PidSpec::default());
    assert_eq!((law.kp, law.derivative_filter_s), (4.8, 0.045345));
    for gain in [0.0, f64::NAN, f64::INFINITY] {
        let none = Ultimate {
            gain,
            period_s: 1.0,
        };
        assert!(
            TuningRule::ZieglerNichols
                .gains(PidKind::Pid, none, None)
                .is_none()
        );
    }
}

#[test]
fn wrong_parameters_are_named() {
    let found = |text: &str| {
        let mut problems = Problems::default();
        spec(text).validate(&mut problems, "law");
        let paths = problems.list().iter();
        paths
            .map(|own| own.path[4..].to_owned())
            .collect::<Vec<_>>()
    };
    assert!(found("()").is_empty());
    assert_eq!(
        found(
            "(amplitude: 0, hysteresis: -1, settle_periods: 1, measure_periods: 9, spread_max: 2, \
               time_limit_s: 0, deviation_max: Some(0), kind: P, static_gain: Some(0))"
        ),
        [
            "amplitude",
            "hysteresis",
            "settle_periods",
            "measure_periods",
            "spread_max",
            "time_limit_s",
            "deviation_max",
            "kind",
            "static_gain",
        ]
    );
    let narrow = "(bias: 1, pid: (output_min: Some(0.5), output_max: Some(1.5), kp: NaN))";
    assert_eq!(
        found(narrow),
        ["pid.kp", "pid.output_min", "pid.output_max"]
    );
}
