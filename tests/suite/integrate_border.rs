//! Bad cases, by the place their error names; and promises that no reference case checks.

use serde_json::{Value, json};

use phantomos::base::num;
use phantomos::dynamics::{DynamicsError, Integrator, Options, answer, dopri5, model};

use crate::fixtures::{files, phantom};

/// One reference case.
fn case(id: &str) -> Value {
    let path = files("dynamics", id).into_iter().next().unwrap();
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn path_of(case: &Value, options: &Options) -> String {
    match answer(case, options) {
        Err(DynamicsError::Missing { path, .. } | DynamicsError::Invalid { path, .. }) => path,
        other => panic!("{other:?}"),
    }
}

#[test]
fn bad_cases_say_where() {
    let plain = Options::default();
    for (id, pointer, value, path) in [
        ("damped-00", "/params/zeta", json!(-0.1), "params.zeta[0]"),
        ("damped-00", "/params/omega", json!("fast"), "params.omega"),
        ("damped-00", "/init/v", json!([0.0, 1.0]), "init.v"),
        ("damped-00", "/init/x", json!([]), "init.x"),
        ("damped-00", "/expect/1/t", json!(-1.0), "expect[1].t"),
        ("damped-00", "/family", json!("astrology"), "family"),
        ("net_kuramoto-00", "/params/K", Value::Null, "params.K"),
        (
            "net_kuramoto-00",
            "/params/omega",
            json!([1.0]),
            "params.omega",
        ),
        (
            "net_kuramoto-00",
            "/graph/edges/2",
            json!([3, 3, 1.0]),
            "graph.edges[2]",
        ),
        (
            "net_kuramoto-00",
            "/graph/edges/2",
            json!([3, 1]),
            "graph.edges[2]",
        ),
        (
            "net_kuramoto-00",
            "/graph/edges/2/1",
            json!(-1),
            "graph.edges[2][1]",
        ),
        (
            "net_kuramoto-00",
            "/graph/edges/2/1",
            json!(5),
            "graph.edges[2][1]",
        ),
        ("net_kuramoto-00", "/graph/n", json!(0), "graph.n"),
        ("ou-00", "/params/theta", json!(0.0), "params.theta"),
        ("ou-00", "/params/dt", json!(2.0), "params.dt"),
        ("ottantonsen-00", "/params/r0", json!(1.5), "params.r0"),
        ("field-00", "/init/mode", json!([0]), "init.mode[0]"),
        ("field-00", "/init/mode", json!([1, 1]), "init.mode"),
        (
            "order-00",
            "/integrator",
            json!("leap of faith"),
            "integrator",
        ),
        ("delay2-00", "/params/tau", json!(-1.0), "params.tau"),
    ] {
        let mut case = case(id);
        *case.pointer_mut(pointer).unwrap() = value;
        assert_eq!(path_of(&case, &plain), path, "{id} {pointer}");
    }
    for (dt, rtol, path) in [(0.0, 1e-10, "options.dt"), (0.1, -1.0, "options.rtol")] {
        let integrator = if dt == 0.0 {
            Integrator::Rk4
        } else {
            Integrator::Auto
        };
        let options = Options {
            integrator,
            dt: Some(dt),
            rtol,
            ..plain
        };
        assert_eq!(path_of(&case("damped-00"), &options), path);
    }
}

#[test]
fn steps_beyond_the_bound_and_lost_states_are_errors() {
    let with = |integrator, dt| Options {
        integrator,
        dt: Some(dt),
        ..Options::default()
    };
    let damped = case("damped-04");
    let found = answer(&damped, &with(Integrator::Leapfrog, 1.01));
    assert!(
        matches!(found, Err(DynamicsError::UnstableStep { omega: 2.0, .. })),
        "{found:?}"
    );
    assert!(answer(&damped, &with(Integrator::Leapfrog, 0.5)).is_ok());
    let found = answer(&case("net_kuramoto-00"), &with(Integrator::Leapfrog, 0.01));
    assert!(
        matches!(found, Err(DynamicsError::Unsupported { .. })),
        "{found:?}"
    );
    let mut wild = case("net_van_der_pol-00");
    wild["init"]["x"][2] = json!(1e200);
    let found = answer(&wild, &with(Integrator::Rk4, 0.01));
    let Err(DynamicsError::NonFinite { variable, .. }) = &found else {
        panic!("{found:?}")
    };
    assert!(variable.starts_with(['x', 'v']), "{variable}");
    let mut coarse = case("field-00");
    coarse["params"]["dt_leapfrog"] = json!(1.0);
    let found = answer(&coarse, &Options::default());
    assert!(
        matches!(found, Err(DynamicsError::UnstableStep { .. })),
        "{found:?}"
    );
}

#[test]
fn a_finite_time_blow_up_ends_in_step_underflow() {
    // mu = 0, and the nonlinearity of the wrong sign: x' = x^3 blows up at t = 1 / (2 x0^2).
    struct BlowUp;
    impl model::Model for BlowUp {
        fn name(&self) -> &'static str {
            "blow_up"
        }
        fn dimension(&self) -> usize {
            2
        }
        fn rhs(&self, _t: f64, y: &[f64], dy: &mut [f64]) {
            dy[0] = 1.0;
            dy[1] = y[1] * y[1] * y[1];
        }
    }
    let found = dopri5::integrate(&BlowUp, &[0.0, 1.0], &[1.0], Default::default());
    let (t, variable) = match found {
        Err(DynamicsError::StepUnderflow { t, variable, .. }) => (t, variable),
        other => panic!("{other:?}"),
    };
    assert!((t - 0.5).abs() < 1e-6);
    assert_eq!(variable, "y[1]");
}

#[test]
fn locking_with_a_phase_lag_is_what_the_trajectory_does() {
    for (detuning, k, alpha) in [(0.5, 1.0, 0.7), (-0.4, 0.8, -0.5), (0.3, -0.6, 0.4)] {
        let mut case = case("kur2-00");
        case["params"] = json!({"omega": [0.1, 0.1 + detuning], "K": k, "alpha": alpha});
        case["expect"] = json!([{"t": 200.0, "theta": null}, {"t": 201.0, "theta": null}]);
        let found = answer(&case, &Options::default()).unwrap();
        let theta = |i: usize, j: usize| found["expect"][i]["theta"][j].as_f64().unwrap();
        let value = |name: &str| {
            let all = found["quantities"].as_array().unwrap();
            all.iter().find(|q| q["name"] == name).unwrap()["value"]
                .as_f64()
                .unwrap()
        };
        assert_eq!(value("locked"), 1.0);
        let turns = (theta(1, 1) - theta(1, 0) - value("locked_phase_difference")) / num::TAU;
        assert!((turns - turns.round()).abs() < 1e-8, "{turns}");
        assert!((theta(1, 0) - theta(0, 0) - value("common_frequency")).abs() < 1e-8);
    }
}

#[test]
fn the_same_case_gives_the_same_bits() {
    for id in ["net_stuart_landau-00", "sde_order-00"] {
        let found = || answer(&case(id), &Options::default()).unwrap();
        assert_eq!(found(), found());
    }
}

#[test]
fn unknown_quantities_are_null_with_a_note() {
    let mut case = case("driven-00");
    case["quantities"] = json!([{"name": "colour"}, {"name": "quality_factor"}]);
    case["params"]["zeta"] = json!(0.0);
    let found = answer(&case, &Options::default()).unwrap();
    assert!(
        found["quantities"][0]["value"].is_null() && found["quantities"][0]["note"].is_string()
    );
    assert!(found["quantities"][1]["value"].is_null());
}

#[test]
fn times_may_stand_beside_an_empty_expect() {
    let mut case = case("damped-00");
    case["expect"] = json!([]);
    case["times"] = json!([0.0, 1.0]);
    let found = answer(&case, &Options::default()).unwrap();
    assert_eq!(
        found["expect"][0],
        json!({"t": 0.0, "x": [1.0], "v": [0.0]})
    );
    case["expect"] = json!([{"t": 2.0}]);
    let found = answer(&case, &Options::default()).unwrap();
    assert!(found["expect"][0]["v"][0].is_number());
}

/// JSON pointers of the first few leaves below a value.
fn leaves(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(k, v)| leaves(v, &format!("{at}/{k}"), out)),
        Value::Array(items) => {
            let few = items.iter().take(2).enumerate();
            few.for_each(|(i, v)| leaves(v, &format!("{at}/{i}"), out));
        }
        _ => out.push(at.to_owned()),
    }
}

#[test]
fn mangled_cases_never_panic() {
    let ids = [
        "damped-00",
        "driven-00",
        "kur2-00",
        "chain-00",
        "net_kuramoto-00",
        "net_stuart_landau-00",
        "net_van_der_pol-00",
        "ottantonsen-00",
        "sldeath-00",
        "ou-00",
        "langevin-00",
        "field-03",
        "order-03",
        "delay2-00",
    ];
    let mangles = [
        json!(null),
        json!(-1),
        json!("x"),
        json!([]),
        json!({}),
        json!(1e308),
        json!(1e-308),
        json!(0),
    ];
    for id in ids {
        let whole = case(id);
        let mut pointers = Vec::new();
        for key in ["params", "init", "graph", "modes"] {
            leaves(&whole[key], &format!("/{key}"), &mut pointers);
        }
        for pointer in pointers.iter().filter(|p| whole.pointer(p).is_some()) {
            for mangle in &mangles {
                let mut case = whole.clone();
                case["expect"] = json!([{"t": 0.5}]);
                *case.pointer_mut(pointer).unwrap() = mangle.clone();
                // Whatever comes back, it comes back.
                let _ = answer(&case, &Options::default());
            }
        }
    }
}

#[test]
fn the_command_answers_cases_and_lists() {
    let place = tempfile::tempdir().unwrap();
    let put = |name: &str, value: &Value| {
        let path = place.path().join(name);
        std::fs::write(&path, value.to_string()).unwrap();
        path.display().to_string()
    };
    let ask = |arguments: &[&str]| {
        let output = phantom(arguments);
        let out = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), out, error)
    };
    let good = case("damped-00");
    let one = put("one.json", &good);
    let (code, out, error) = ask(&["integrate", "--input", &one, "--json"]);
    assert_eq!(code, 0, "{error}");
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found, answer(&good, &Options::default()).unwrap());
    let (code, out, _) = ask(&["integrate", "--input", &one, "--integrator", "leapfrog"]);
    assert!(code == 0 && out.contains("damped-00 (damped)"), "{out}");

    let mut bad = good.clone();
    bad["params"]["zeta"] = json!(-1.0);
    let list = put("list.json", &json!([bad, good]));
    let (code, out, error) = ask(&["integrate", "--input", &list, "--json"]);
    assert_eq!(code, 3);
    assert!(
        error.contains("list.json, case 0") && error.contains("params.zeta"),
        "{error}"
    );
    let both: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(both[1], found);
    assert!(both[0]["error"].is_string());
    assert_eq!(ask(&["integrate", "--input", "no-such.json"]).0, 7);
    assert_eq!(
        ask(&["integrate", "--input", &put("empty.json", &json!([]))]).0,
        3
    );
    assert_eq!(ask(&["integrate", "--input", &one, "--rtol", "2"]).0, 2);
}

#[test]
fn a_graph_and_states_of_ones_own_give_the_same_answer() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let whole = serde_json::json!({
        "schema": "phantom-ref-1", "id": "own", "family": "net_kuramoto", "kind": "trajectory",
        "model": "kuramoto", "params": {"omega": [1.0, 1.5, 0.5], "K": 0.7, "alpha": 0.1},
        "graph": {"n": 3, "symmetric": true, "edges": [[0, 1, 1.0], [1, 2, 0.5]]},
        "init": {"theta": [0.0, 1.0, -2.0]}, "times": [2.0],
    });
    let mut bare = whole.clone();
    for gone in ["graph", "init"] {
        bare.as_object_mut().unwrap().remove(gone);
    }
    bare["params"] = serde_json::json!({"K": 0.7, "alpha": 0.1});
    std::fs::write(at("whole.json"), whole.to_string()).unwrap();
    std::fs::write(at("bare.json"), bare.to_string()).unwrap();
    std::fs::write(at("edges.txt"), "0 1\n1 2 0.5\n").unwrap();
    std::fs::write(
        at("states.csv"),
        "omega,theta\n1.0,0.0\n1.5,1.0\n0.5,-2.0\n",
    )
    .unwrap();
    let answer = |arguments: &[&str]| -> serde_json::Value {
        let output = crate::fixtures::phantom(&[&["integrate", "--json"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let expected = answer(&["--input", &at("whole.json")]);
    let own = [
        "--input",
        &at("bare.json"),
        "--graph",
        &at("edges.txt"),
        "--undirected",
    ];
    let found = answer(&[&own[..], &["--state", &at("states.csv")]].concat());
    assert_eq!(found["expect"], expected["expect"]);
    let refused = crate::fixtures::phantom(
        &[&["integrate"], &own[..], &["--state", &at("edges.txt")]].concat(),
    );
    assert!(!refused.status.success());
}
