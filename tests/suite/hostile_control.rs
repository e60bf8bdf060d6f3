//! Cases of control and safety that say anything: each is answered or refused, without a panic.

use phantomos::control::answer::answer as control;
use phantomos::safety::answer::answer as safety;
use serde_json::{Value, json};

use crate::fixtures::each_mutant;

fn cases() -> Vec<Value> {
    let reference: Vec<f64> = (0..60).map(|k| f64::from(u8::from(k > 9))).collect();
    vec![
        json!({"kind": "pid", "ts": 0.1, "n": 60, "reference": reference,
               "plant": {"num": [1.0], "den": [2.0, 1.0, 0.5], "delay_samples": 3},
               "pid": {"kp": 2.0, "ki": 1.0, "kd": 0.1, "tf": 0.1, "lo": -1.0, "hi": 1.2,
                       "aw": "back", "tt": 0.5, "rate": 5.0},
               "disturbance": {"at": 30, "until": 40, "value": 0.3},
               "manual": {"from": 5, "to": 9, "u": 0.1}, "nan_measurement_at": [20, 21],
               "retune_before_step": {"50": {"kp": 3.0}}}),
        json!({"kind": "relay", "ts": 0.05, "relay": {"d": 1.0, "hysteresis": 0.0},
               "plant": {"num": [1.0], "den": [1.0, 3.0, 3.0, 1.0], "delay_s": 0.1,
                         "delay_samples": 2}}),
        json!({"kind": "extremum_seeking", "objective": "5-2(theta-1.5)^2, maximise",
               "params": {"ts": 0.01, "n": 200, "a": 0.2, "omega": 10.0, "omega_h": 3.0,
                          "omega_l": 3.0, "k": 2.0, "sign": 1, "theta0": 0.0}}),
        json!({"kind": "mrac", "params": {"a": 1.0, "b": 0.5, "am": 2.0, "bm": 2.0, "gamma": 1.0,
               "sigma": 0.05, "ts": 0.01, "n": 300, "square_period_half": 1.0}}),
        json!({"kind": "original_law", "init": {"gain": 1.0, "temperature": 0.0},
               "inputs": {"coherence": [0.1, 0.2], "entropy": [1.0, 2.0],
                          "suggested_gain": [1.1, 10.0]}}),
        json!({"kind": "kernel_gate", "limit": 10.0, "input": [0.0, "inf", "nan", -11.0]}),
        json!({"kind": "alarm", "input": [1.0, 5.0, 5.0, "nan", 0.0],
               "params": {"hi": 4.0, "clear": 3.0, "on_delay": 2, "off_delay": 1}}),
        json!({"kind": "cbf", "cases": [
               {"x": [0.5, 0.1], "u_nom": [1.0, 2.0], "alpha": 1.0},
               {"x": [0.5], "u_nom": [1.0], "alpha": 1.0},
               {"x": [0.5, 0.0, 0.0, 0.9], "u_nom": [1.0, 2.0, 0.0, 3.0], "alpha": 1.0}]}),
        json!({"kind": "simplex", "params": {"x0": 0.0, "v0": 0.0, "xmax": 10.0, "umax": 2.0,
               "kadv": 0.8, "ts": 0.02, "n": 200}}),
    ]
}

#[test]
fn mutants_of_cases_are_answered_or_refused() {
    let more = [
        json!("exp(theta, maximise"),
        json!("theta^theta, minimise"),
        json!(1e-9),
    ];
    let (mut answered, mut refused) = (0, 0);
    each_mutant(&cases(), &more, 6000, |case| {
        let found = control(case).or_else(|_| safety(case));
        match found {
            Ok(_) => answered += 1,
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("expected"), "{error}");
            }
        }
    });
    assert!(answered > 800 && refused > 800, "{answered}, {refused}");
}

#[test]
fn every_kind_is_answered_as_it_stands() {
    for case in cases() {
        let found = control(&case).or_else(|_| safety(&case));
        assert!(found.is_ok(), "{case}: {found:?}");
    }
}

#[test]
fn a_step_of_a_law_or_filter_allocates_nothing() {
    use phantomos::control::mrac::{MracSpec, MracState};
    use phantomos::control::pid::{PidSpec, PidState};
    use phantomos::control::relay::{RelaySpec, RelayState};
    use phantomos::control::seek::{SeekSpec, SeekState};
    use phantomos::safety::barrier::{Barrier, filter};

    let (pid, relay) = (PidSpec::default(), RelaySpec::default());
    let (seek, mrac) = (SeekSpec::default(), MracSpec::default());
    let mut pid_state = PidState::default();
    let mut relay_state = RelayState::default();
    let mut seek_state = SeekState::default();
    let mut mrac_state = MracState::default();
    let barriers: [Barrier<3>; 8] = std::array::from_fn(|k| Barrier {
        gradient: [1.0, 0.1 * k as f64, -0.2],
        offset: if k == 7 { -9.0 } else { -0.5 },
    });
    let counted = allocation_counter::measure(|| {
        for k in 0..2000u32 {
            let y = f64::from(k % 100) / 50.0 - 1.0;
            pid.step(&mut pid_state, 0.5, y, 1e-3);
            // Through the experiment, its end, and the law after it.
            relay.step(&mut relay_state, 0.0, y, 1e-3);
            seek.step(&mut seek_state, y, 1e-3);
            mrac.step(&mut mrac_state, 0.5, y, 1e-3);
            let found = filter([y, 0.0, 1.0], &barriers, &[[-2.0, 2.0]; 3]);
            assert!(found.command().is_none());
        }
    });
    assert_eq!(counted.count_total, 0);
}
