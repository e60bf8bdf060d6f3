use super::*;
use crate::base::Problems;

fn spec(text: &str) -> PidSpec {
    ron::from_str(text).unwrap()
}

#[test]
fn what_is_not_finite_is_held_and_never_integrated() {
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    let limited = spec("(kp: 2, ki: 1, output_min: Some(0.5))");
    let mut state = PidState::default();
    // Before any output, 0 within limits.
    assert_eq!(limited.step(&mut state, f64::NAN, 0.0, 0.1).output, 0.5);
    assert_eq!(state, PidState::default());
    let spec = spec("(kp: 2, ki: 1)");
    let output = spec.step(&mut state, 1.0, 0.25, 0.1).output;
    let before = state;
    for x in bad {
        for (r, y, ts) in [(x, 0.0, 0.1), (1.0, x, 0.1), (1.0, 0.0, x)] {
            let step = spec.step(&mut state, r, y, ts);
            assert!(step.held && step.output == output, "{r} {y} {ts}");
        }
        assert_eq!(spec.track(&mut state, 1.0, 0.0, x, 0.1), output);
        spec.retune(&limited, &mut state, x, 0.0);
    }
    // Finite, but not what comes of it.
    assert!(spec.step(&mut state, f64::MAX, -f64::MAX, 0.1).held);
    assert!(spec.step(&mut state, 1.0, 0.0, 0.0).held);
    assert_eq!(state, before);
    assert!(!spec.step(&mut state, 1.0, 0.25, 0.1).held);
    // Gains and weights of 0 do not hide a setpoint that is no number.
    assert!(PidSpec::default().step(&mut state, f64::NAN, 1.0, 0.1).held);
}

#[test]
fn manual_mode_keeps_the_terms_adding_up_to_its_output() {
    let text = "(kp: 2, ki: 1, kd: 0.3, derivative_filter_s: 0.2, feed_forward: 0.7)";
    let spec = spec(text);
    let mut state = PidState::default();
    spec.track(&mut state, 0.5, 0.0, 9.0, 0.1);
    assert_eq!(spec.track(&mut state, 1.0, 0.4, 2.0, 0.1), 2.0);
    assert!((2.0 * 0.6 + state.integral + state.derivative + 0.7 - 2.0).abs() < 1e-12);
    assert!(state.derivative < -0.1);
}

#[test]
fn limits_hold_on_both_sides_and_the_rate_after_them() {
    let text = "(kp: 2, output_min: Some(-0.5), output_max: Some(2), rate_per_s: Some(10))";
    let spec = spec(text);
    let mut state = PidState::default();
    let outputs =
        [100.0, -100.0, -100.0, -100.0, -100.0].map(|r| spec.step(&mut state, r, 0.0, 0.1).output);
    assert_eq!(outputs, [2.0, 1.0, 0.0, -0.5, -0.5]);
}

#[test]
fn back_calculation_knows_a_time_of_its_own() {
    // v = 3 Kp, u = 1 and I = Ki Ts e + Ts/Tt (u − v) with Ts = 0.1, e = 3; Tt = 1 and 2.
    for (gains, integral) in [
        ("ki: 1", 0.3 + 0.1 * (1.0 - 6.0)),
        ("ki: 1, kd: 4", 0.3 + 0.05 * (1.0 - 6.0)),
        ("ki: 1, kd: -4", 0.0),
        ("ki: 0", 0.0),
    ] {
        let rest = "output_max: Some(1), anti_windup: BackCalculation()";
        let law = spec(&format!("(kp: 2, {gains}, {rest})"));
        let mut state = PidState::default();
        law.step(&mut state, 3.0, 0.0, 0.1);
        assert!((state.integral - integral).abs() < 1e-15, "{law:?}");
    }
}

#[test]
fn clamping_asks_for_the_sign_of_the_increment() {
    for [gain, error] in [[2.0, 3.0], [2.0, -3.0], [-2.0, 3.0], [-2.0, -3.0]] {
        let text = format!("(kp: {gain}, ki: {gain}, output_min: Some(-1), output_max: Some(1))");
        // At a limit from the start; beyond it with I on the same side, then on the other.
        for start in [0.0f64, 10.0, -10.0] {
            let mut state = PidState {
                integral: start,
                ..PidState::default()
            };
            spec(&text).step(&mut state, error, 0.0, 0.1);
            let back = if start * gain * error < 0.0 { 0.6 } else { 0.0 };
            assert!(
                (state.integral.abs() - start.abs() + back).abs() < 1e-12,
                "{text}"
            );
        }
    }
}

#[test]
fn the_law_reads_well_and_names_what_is_wrong() {
    let good = spec("(anti_windup: BackCalculation(), output_max: Some(1.5))");
    assert_eq!((good.output_min, good.output_max), (None, Some(1.5)));
    let wrong = |own: &PidSpec| {
        let mut problems = Problems::default();
        own.validate(&mut problems, "law");
        let paths = problems.list().iter();
        paths.map(|own| own.path.clone()).collect::<Vec<_>>()
    };
    assert!(wrong(&good).is_empty());
    assert!(ron::from_str::<PidSpec>("(kpp: 2.0)").is_err());
    let text = "(kp: NaN, derivative_filter_s: -1, output_min: Some(2), output_max: Some(2), \
                rate_per_s: Some(0), anti_windup: BackCalculation(tracking_s: Some(-1)))";
    let expected = "kp derivative_filter_s output_max rate_per_s anti_windup.tracking_s";
    let expected = expected.split(' ').map(|field| format!("law.{field}"));
    assert!(wrong(&spec(text)).into_iter().eq(expected));
}

#[test]
fn conditional_integration_counts_the_rate_limit_and_clamping_does_not() {
    let after = |rule: &str, limits: &str, error: f64| {
        let law = spec(&format!("(kp: 1, ki: 1, anti_windup: {rule}, {limits})"));
        let mut state = PidState::default();
        law.step(&mut state, 0.0, 0.0, 0.1);
        law.step(&mut state, error, 0.0, 0.1);
        state.integral
    };
    let rate = "rate_per_s: Some(1)";
    assert_eq!(after("Conditional", rate, 2.0), 0.0);
    assert_eq!(after("Clamping", rate, 2.0), 0.2);
    // Beyond an amplitude both skip; within all limits both integrate.
    let high = "output_max: Some(1)";
    for rule in ["Conditional", "Clamping"] {
        assert_eq!(after(rule, high, 2.0), 0.0);
        assert_eq!(after(rule, high, 0.5), 0.05);
    }
    // An increment that leads out of the limit is taken.
    let law = spec("(kp: 1, ki: 1, anti_windup: Conditional, output_max: Some(1))");
    let mut state = PidState {
        integral: 5.0,
        ..PidState::default()
    };
    law.step(&mut state, -1.0, 0.0, 0.1);
    assert_eq!(state.integral, 4.9);
}

#[test]
fn a_law_without_integral_keeps_none() {
    let rules = [
        "None",
        "Clamping",
        "Conditional",
        "BackCalculation(tracking_s: Some(1))",
    ];
    for rule in rules {
        let law = spec(&format!(
            "(kp: 2, output_max: Some(1), anti_windup: {rule})"
        ));
        let mut state = PidState {
            integral: 7.0,
            ..PidState::default()
        };
        let step = law.step(&mut state, 3.0, 0.0, 0.1);
        assert_eq!(
            (step.integral, step.unlimited, state.integral),
            (0.0, 6.0, 0.0)
        );
        assert_eq!(law.track(&mut state, 1.0, 0.0, 0.5, 0.1), 0.5);
        assert_eq!(state.integral, 0.0);
    }
}

#[test]
fn every_term_is_told_and_which_limit_acted() {
    let text = "(kp: 2, ki: 1, feed_forward: 0.25, feed_forward_gain: 0.5, output_min: Some(-1), \
                output_max: Some(3), rate_per_s: Some(10))";
    let law = spec(text);
    let mut state = PidState::default();
    let step = law.step(&mut state, 1.0, 0.5, 0.1);
    assert_eq!((step.feed_forward, step.proportional), (0.75, 1.0));
    assert_eq!((step.output, step.bound), (1.75, Bound::None));
    let bounds = [100.0, 100.0, 100.0, -100.0, -100.0, -100.0, -100.0, -100.0]
        .map(|r| law.step(&mut state, r, 0.0, 0.1).bound);
    use Bound::{Max, Min, Rate};
    assert_eq!(bounds, [Rate, Max, Max, Rate, Rate, Rate, Min, Min]);
}

#[test]
fn manual_mode_adds_up_and_hands_over_where_it_is() {
    let automatic = spec("(kp: 1, ki: 2, output_max: Some(2))");
    let (mut state, mut other) = (PidState::default(), PidState::default());
    let step = automatic.step_in(Mode::Manual(0.3), &mut state, 0.8, 0.5, 0.1);
    assert_eq!(automatic.track(&mut other, 0.8, 0.5, 0.3, 0.1), step.output);
    assert_eq!(state, other);
    let sum = step.proportional + step.integral + step.derivative + step.feed_forward;
    assert!((sum - step.unlimited).abs() < 1e-15 && step.unlimited == 0.3);
    let next = automatic.step(&mut state, 0.8, 0.5, 0.1);
    assert!((next.output - 0.3).abs() < 1e-15);
    let high = automatic.step_in(Mode::Manual(9.0), &mut state, 0.8, 0.5, 0.1);
    assert_eq!(
        (high.output, high.bound, high.saturated),
        (2.0, Bound::Max, true)
    );
}

#[test]
fn any_change_of_gains_leaves_the_output_of_a_ramp_without_a_bump() {
    let before =
        spec("(kp: 2, ki: 0.5, kd: 0.4, derivative_filter_s: 0.3, derivative_weight: 0.2)");
    for text in [
        "(kp: 3, ki: 0.5, kd: 0.4, derivative_filter_s: 0.3, derivative_weight: 0.2)",
        "(kp: 2, ki: 0.5, kd: 1.4, derivative_filter_s: 0.3, derivative_weight: 0.2)",
        "(kp: 2, ki: 0.5, kd: 0.4, derivative_filter_s: 0.03, derivative_weight: 0.2)",
        "(kp: 2, ki: 0.5, kd: 0.4, derivative_filter_s: 0.3, derivative_weight: 1)",
        "(kp: 1, ki: 0.5, derivative_filter_s: 0.3, feed_forward_gain: 0.7, setpoint_weight: 0.5)",
    ] {
        let law = spec(text);
        let mut state = PidState::default();
        let at = |k: usize| 0.01 * k as f64;
        let mut last = 0.0;
        for k in 0..400 {
            last = before.step(&mut state, 1.0, at(k), 0.01).output;
        }
        let mut old = state;
        law.retune(&before, &mut state, 1.0, at(399));
        // What the next sample adds is what the old gains add, or the new ones: no more.
        let moved = (law.step(&mut state, 1.0, at(400), 0.01).output - last).abs();
        let usual = (before.step(&mut old, 1.0, at(400), 0.01).output - last).abs();
        assert!(
            moved < usual + 0.02 * (law.kp + before.kp),
            "{text}: {moved} {usual}"
        );
    }
}
