//! Models of one's own in scenes.

use phantomos::base::isa::Isa;
use phantomos::base::{Input, VertexId};
use phantomos::dynamics::dense::{Acting, Lane, NoiseKind};
use phantomos::dynamics::own_model::{Moment, OwnModel};
use phantomos::kernel::Simulation;
use phantomos::phi::linearise::jacobian;
use phantomos::phi::picture::PlantPicture;
use phantomos::scenario::Parts;

use super::plant_steps::{build_of, run_of};

/// Van der Pol's oscillator once more.
struct Valve;

impl OwnModel for Valve {
    fn name(&self) -> &'static str {
        "valve"
    }

    fn parameters(&self) -> &'static [(&'static str, f64)] {
        &[("omega", 1.0), ("mu", 0.5)]
    }

    fn slope(&self, at: &Moment) -> [f64; 2] {
        let ([x, v], omega) = (at.state, at.parameters[0] + at.shift);
        let damping = at.damping - at.parameters[1] * (1.0 - x * x);
        [v, -damping * v - omega * omega * x + at.pull]
    }

    fn decay(&self, parameters: &[f64], _held: f64) -> f64 {
        3.0 * parameters[1]
    }

    fn swing(&self, parameters: &[f64], held: f64) -> f64 {
        (parameters[0] * parameters[0] + held).max(0.0).sqrt()
    }
}

/// A program that knows the model.
fn parts() -> Parts {
    Parts::default().model(Valve)
}

fn build(text: &str, sets: &[(&str, &str)]) -> Result<Simulation, String> {
    build_of(&parts(), text, sets)
}

fn run(text: &str, sets: &[(&str, &str)], ticks: u64) -> Simulation {
    run_of(&parts(), text, sets, ticks)
}

fn valves(model: &str) -> String {
    format!(
        r#"(version: 2, name: "valves", seed: 5, clock: (dt_s: 0.02),
        graph: (kind: WattsStrogatz(neighbors: 2, rewire: 0.2)),
        populations: [
            (name: "valves", count: 24, coupling: 0.4, mean_field: [(of: "springs", strength: 0.2)],
                model: {model}),
            (name: "springs", count: 8, coupling: 0.3, model: Harmonic()),
        ],
        field: (kind: Wave(source_gain: 0.3), felt_gain: 0.1))"#
    )
}

const BUILT_IN: &str = "VanDerPol(omega: Constant(1.2), mu: Uniform(low: 0.3, high: 1.5))";
const OWN: &str = r#"Custom(name: "valve", y: Constant(0.0), parameters: {
    "omega": Constant(1.2), "mu": Uniform(low: 0.3, high: 1.5)})"#;

fn apart(one: &Simulation, other: &Simulation) -> f64 {
    let (one, other) = (one.vertex_states(), other.vertex_states());
    let pairs = one.iter().flatten().zip(other.iter().flatten());
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[test]
fn a_model_of_ones_own_moves_like_the_same_one_that_is_built_in() {
    for (integrator, within) in [("Rk4", 1e-11), ("DormandPrince", 1e-6)] {
        let integrator = format!("(integrator: {integrator})");
        let sets = [("dynamics", integrator.as_str())];
        let own = run(&valves(OWN), &sets, 400);
        let built_in = run(&valves(BUILT_IN), &sets, 400);
        let error = apart(&own, &built_in);
        assert!(error < within, "{integrator}: {error}");
        for nodes in ["3", "8"] {
            let spread = run(&valves(OWN), &[sets[0], ("cluster.nodes", nodes)], 400);
            assert_eq!(spread.digest(), own.digest(), "{integrator}, {nodes} nodes");
        }
    }
}

#[test]
fn its_noise_is_drawn_for_what_others_see() {
    let sets = [
        ("dynamics", "(integrator: StochasticHeun)"),
        ("populations[0].noise", "0.2"),
    ];
    let own = run(&valves(OWN), &sets, 50);
    let quiet = run(&valves(OWN), &sets[..1], 50);
    assert!(apart(&own, &quiet) > 0.01);
    let spread = run(
        &valves(OWN),
        &[sets[0], sets[1], ("cluster.nodes", "4")],
        50,
    );
    assert_eq!(spread.digest(), own.digest());
}

#[test]
fn it_is_kicked_saved_and_restored_like_others() {
    let mut plain = run(&valves(OWN), &[("cluster.nodes", "3")], 20);
    let kick = Input::Kick {
        vertex: VertexId(4),
        first: 0.5,
        second: -0.25,
    };
    plain.push_input(20, kick).unwrap();
    let before = plain.vertex_state(VertexId(4)).unwrap();
    plain.step().unwrap();
    let after = plain.vertex_state(VertexId(4)).unwrap();
    assert!(
        (after[0] - before[0] - 0.5).abs() < 0.1,
        "{before:?} {after:?}"
    );
    let saved = plain.snapshot().unwrap();
    let mut fresh = build(&valves(OWN), &[("cluster.nodes", "3")]).unwrap();
    fresh.restore(&saved).unwrap();
    for _ in 0..30 {
        plain.step().unwrap();
        fresh.step().unwrap();
    }
    assert_eq!(fresh.digest(), plain.digest());
}

#[test]
fn its_jacobian_is_that_of_the_built_in_model() {
    let [own, built_in] = [OWN, BUILT_IN].map(|model| {
        let mut simulation = build(&valves(model), &[]).unwrap();
        let images = simulation.vertex_images();
        let mut plant = PlantPicture::gather(&images, NoiseKind::Additive, Isa::Baseline);
        for segment in 0..plant.dense.segments().len() {
            let acting = Acting {
                coupling: Lane::Uniform(0.4),
                ..Acting::default()
            };
            plant.dense.act(segment, acting);
        }
        jacobian(&plant, 0.05).0
    });
    let error = (&own - &built_in).amax();
    assert!(error < 1e-8 && built_in.amax() > 0.5, "{error}");
}

#[test]
fn noise_in_proportion_to_the_state_is_linearised_as_such() {
    let mut simulation = build(&valves(OWN), &[]).unwrap();
    let images = simulation.vertex_images();
    let mut plant = PlantPicture::gather(&images, NoiseKind::Multiplicative, Isa::Baseline);
    for segment in 0..plant.dense.segments().len() {
        let acting = Acting {
            noise: Lane::Uniform(0.3),
            ..Acting::default()
        };
        plant.dense.act(segment, acting);
    }
    let (_, noise, place) = jacobian(&plant, 0.05);
    for (slot, at) in place.iter().enumerate() {
        let [x, v] = plant.state(slot);
        let expected = if slot < 24 { [x, 0.0] } else { [0.0, v] };
        assert_eq!(
            [noise[(*at, *at)], noise[(at + 1, at + 1)]],
            expected.map(|y| 0.3 * y)
        );
    }
}

#[test]
fn what_is_unknown_or_too_fast_is_refused_with_what_was_expected() {
    let refused = |model: &str| build(&valves(model), &[]).err().unwrap();
    let name = refused(r#"Custom(name: "vlave")"#);
    assert!(
        name.contains("no model named \"vlave\", expected") && name.contains("valve"),
        "{name}"
    );
    let parameter = refused(r#"Custom(name: "valve", parameters: {"nu": Constant(1.0)})"#);
    assert!(
        parameter.contains("valve has no parameter \"nu\", expected omega, mu"),
        "{parameter}"
    );
    let both = refused(
        r#"Custom(name: "valve", parameters: {"nu": Constant(1.0), "x": Constant(1.0)}, x: Values([0.5]))"#,
    );
    assert!(
        both.contains("model.parameters.nu") && both.contains("model.parameters.x"),
        "{both}"
    );
    assert!(both.contains("model.x: "), "{both}");
    let twice =
        refused(r#"Custom(name: "valve", parameters: {"mu": Constant(1.0), "mu": Constant(2.0)})"#);
    assert!(
        twice.contains("\"mu\" is given twice, expected once"),
        "{twice}"
    );
    for fast in ["mu", "omega"] {
        let own = format!(r#"Custom(name: "valve", parameters: {{"{fast}": Constant(300.0)}})"#);
        let long = refused(&own);
        assert!(long.contains("clock.dt_s"), "{long}");
    }
    // A pull that holds nothing back does not hide a decay.
    let hidden = build(
        &valves(r#"Custom(name: "valve", parameters: {"mu": Constant(100.0)})"#),
        &[("populations[0].coupling", "-500.0")],
    );
    assert!(hidden.err().unwrap().contains("clock.dt_s"));
    let set = [("populations[0].model.parameters.mu", "Constant(300.0)")];
    assert!(
        build(&valves(OWN), &set)
            .err()
            .unwrap()
            .contains("clock.dt_s")
    );
    let new = [("populations[0].model.parameters.mu", "Constant(300.0)")];
    let bare = build(&valves(r#"Custom(name: "valve")"#), &new);
    assert!(bare.err().unwrap().contains("clock.dt_s"));
    let leapfrog = build(&valves(OWN), &[("dynamics", "(integrator: Leapfrog)")])
        .err()
        .unwrap();
    assert!(
        leapfrog.contains("which \"valves\" does not have"),
        "{leapfrog}"
    );
}
