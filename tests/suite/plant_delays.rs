//! Delays in scenes, and graphs from GraphML.

use phantomos::base::num;

use super::plant_steps::{build, run};

const LATE: &str = r#"(version: 2, name: "late", seed: 3, clock: (dt_s: 0.05),
    graph: (kind: WattsStrogatz(neighbors: 2, rewire: 0.2), delay: Uniform(0.6)),
    populations: [(name: "a", count: 30, coupling: 0.5,
        model: Kuramoto(omega: Normal(mean: 1.0, sd: 0.3), alpha: 0.2))])"#;

fn phases(dt_s: f64) -> Vec<f64> {
    let dt = dt_s.to_string();
    let simulation = run(LATE, &[("clock.dt_s", &dt)], (2.4 / dt_s).round() as u64);
    simulation
        .vertex_states()
        .iter()
        .map(|state| state[0])
        .collect()
}

#[test]
fn rk4_stays_of_fourth_order_across_the_kinks_of_the_past() {
    let runs: Vec<Vec<f64>> = [0.05, 0.025, 0.0125, 0.00625].map(phases).to_vec();
    let apart = |a: &[f64], b: &[f64]| {
        let all = a.iter().zip(b).map(|(a, b)| (a - b).abs());
        all.fold(0.0, f64::max)
    };
    let errors: Vec<f64> = runs.windows(2).map(|w| apart(&w[0], &w[1])).collect();
    let order = num::ln(errors[1] / errors[2]) / std::f64::consts::LN_2;
    assert!((order - 4.0).abs() < 0.3, "{order}, {errors:?}");
}

#[test]
fn two_phases_turn_at_the_rate_of_theory() {
    // Ω = ω − K sin(Ωτ), in step.
    let pair = r#"(version: 2, name: "pair", clock: (dt_s: 0.01),
        graph: (kind: Complete, delay: Uniform(0.5)),
        populations: [(name: "a", count: 2, coupling: 1.5,
            model: Kuramoto(omega: Constant(2.0), phase: Values([0.0, 0.4])))])"#;
    let mut simulation = run(pair, &[], 4000);
    let before = simulation.vertex_states()[0][0];
    for _ in 0..100 {
        simulation.step().unwrap();
    }
    let found = simulation.vertex_states()[0][0] - before;
    let mut rate = 2.0;
    for _ in 0..500 {
        rate = 0.5 * (rate + 2.0 - 1.5 * num::sin(0.5 * rate));
    }
    assert!((found - rate).abs() < 1e-9, "{found} {rate}");
}

#[test]
fn placement_and_migration_change_no_delay() {
    let expected = run(LATE, &[("cluster.nodes", "1")], 80).digest();
    let script = "[(tick: 30, vertex: 2, to: 0), (tick: 31, vertex: 20, to: 1)]";
    for nodes in ["2", "3", "8"] {
        let sets = [("cluster.nodes", nodes), ("scheduler.script", script)];
        assert_eq!(run(LATE, &sets, 80).digest(), expected, "{nodes} nodes");
    }
    assert_ne!(
        run(LATE, &[("graph.delay", "Uniform(0.55)")], 80).digest(),
        expected
    );
    let along = [("graph.delay", "Distance(speed: 1.0)")];
    assert_ne!(run(LATE, &along, 80).digest(), expected);
}

#[test]
fn delays_that_do_not_fit_are_refused() {
    let refused = |sets: &[(&str, &str)]| build(LATE, sets).err().unwrap();
    let uneven = refused(&[("graph.delay", "Uniform(0.63)")]);
    assert!(uneven.contains("expected for example 0.65"), "{uneven}");
    assert!(refused(&[("graph.delay", "Uniform(-1.0)")]).contains("graph.delay"));
    let long = [("graph.delay", "Uniform(900.0)"), ("clock.dt_s", "0.0001")];
    assert!(refused(&long).contains("GiB"));
    assert!(refused(&[("graph.delay", "Distance(speed: 0.0)")]).contains("graph.delay.speed"));
}

#[test]
fn graphs_with_weights_and_delays_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("graph.txt");
    std::fs::write(&list, "0 1 2.0 0.1\n1 0 0.5\n1 2\n2 1\n").unwrap();
    let markup = folder.path().join("graph.graphml");
    std::fs::write(
        &markup,
        r#"<graphml><key id="w" for="edge" attr.name="weight" attr.type="double"/>
        <key id="d" for="edge" attr.name="delay" attr.type="double"/>
        <graph edgedefault="directed"><node id="a"/><node id="b"/><node id="c"/>
        <edge source="a" target="b"><data key="w">2</data><data key="d">0.1</data></edge>
        <edge source="b" target="a"><data key="w">0.5</data></edge>
        <edge source="b" target="c" directed="false"/></graph></graphml>"#,
    )
    .unwrap();
    let scene = r#"(version: 2, name: "file",
        populations: [(name: "a", count: 3, coupling: 1.0,
            model: Kuramoto(phase: Values([0.0, 1.0, 2.5])))])"#;
    let kind = |variant: &str, path: &std::path::Path| {
        format!("{variant}(path: {:?})", path.display().to_string())
    };
    let (list, markup) = (kind("EdgeList", &list), kind("GraphMl", &markup));
    let from_list = run(scene, &[("graph.kind", &list)], 50);
    let from_markup = run(scene, &[("graph.kind", &markup)], 50);
    assert_eq!(from_list.digest(), from_markup.digest());
    let few = scene
        .replace("count: 3", "count: 4")
        .replace(", 2.5", ", 2.5, 3.0");
    let refused = build(&few, &[("graph.kind", &markup)]).err().unwrap();
    assert!(
        refused.contains("names 3 vertices, expected as many"),
        "{refused}"
    );
    let unnamed = scene.replace("\"file\",", &format!("\"file\", graph: (kind: {list}),"));
    let refused = build(&unnamed, &[]).err().unwrap();
    assert!(refused.contains("--allow-read"), "{refused}");
    let weighted = build(scene, &[("graph.kind", &markup), ("graph.weight", "2.0")]);
    assert!(weighted.err().unwrap().contains("the file has the weights"));
}

#[test]
fn edges_that_come_later_are_heard_as_late_as_the_others() {
    let late = r#"(version: 2, name: "later", clock: (dt_s: 0.01),
        graph: (kind: Empty, delay: Uniform(0.5)),
        populations: [(name: "a", count: 2, coupling: 1.0,
            model: Kuramoto(omega: Constant(0.0), phase: Constant(0.0)))],
        schedule: [
            At(at_s: 1.0, then: [Edge(source: 0, target: 1, weight: 1.0)]),
            At(at_s: 2.0, then: [Kick(vertex: 0, first: 0.3)]),
        ])"#;
    for nodes in ["1", "2"] {
        let mut simulation = run(late, &[("cluster.nodes", nodes)], 249);
        // A jump is smeared over a step by the cubic through the past.
        assert!(
            simulation.vertex_states()[1][0].abs() < 1e-3,
            "{nodes} nodes"
        );
        for _ in 0..20 {
            simulation.step().unwrap();
        }
        assert!(simulation.vertex_states()[1][0] > 0.01, "{nodes} nodes");
    }
}
