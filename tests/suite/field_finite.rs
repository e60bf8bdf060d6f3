//! Finite differences: the bound on their step, and their state.

use phantomos::field::grid::{Axis, Boundary, Domain, FieldError, FiniteField, Law};

fn plate(law: Law) -> FiniteField {
    let axes = (
        Axis::new(1.0, 20, Boundary::Dirichlet),
        Axis::new(0.5, 20, Boundary::Neumann),
    );
    FiniteField::new(Domain::plate(axes.0, axes.1).unwrap(), law).unwrap()
}

#[test]
fn a_step_beyond_the_bound_is_refused_with_the_bound() {
    let wave = plate(Law::Wave {
        speed: 2.0,
        damping: 0.0,
    });
    let bound = 1.0 / (2.0 * (400.0f64 + 1600.0).sqrt());
    assert!((wave.longest_step() - bound).abs() < 1e-15);
    let diffusion = plate(Law::Diffusion {
        diffusivity: 3.0,
        decay: 0.0,
    });
    assert!((diffusion.longest_step() - 0.5 / (3.0 * 2000.0)).abs() < 1e-15);
    for mut field in [wave, diffusion] {
        let bound_s = field.longest_step();
        field.step(bound_s).unwrap();
        let step_s = bound_s * 1.001;
        let refused = field.step(step_s).unwrap_err();
        assert_eq!(refused, FieldError::Step { step_s, bound_s });
        assert!(refused.to_string().contains(&bound_s.to_string()));
        assert!(field.step(f64::NAN).is_err() && field.step(-bound_s).is_err());
        assert_eq!(field.step_in_parts(9.0 * bound_s).unwrap(), 10);
        assert!(field.step_in_parts(f64::INFINITY).is_err());
    }
}

#[test]
fn a_restored_field_goes_on_bit_for_bit() {
    let mut field = plate(Law::Wave {
        speed: 1.0,
        damping: 0.3,
    });
    field.source_mut()[33] = 5.0;
    (0..10).for_each(|_| field.step(0.01).unwrap());
    let mut other = plate(*field.law());
    let (u, v) = field.state();
    other.restore(u, v).unwrap();
    other.source_mut()[33] = 5.0;
    field.step(0.01).unwrap();
    other.step(0.01).unwrap();
    assert_eq!(field.state(), other.state());
    assert!(other.restore(&[], &[]).is_err());
}

#[test]
fn every_synthesis_law_gives_one_digest_and_a_field() {
    for (law, kind) in [
        ("Coherence", "Kuramoto"),
        ("Modal", "Harmonic"),
        ("MeanPhase", "Kuramoto"),
    ] {
        let text = format!(
            r#"(version: 2, name: "law", ticks: 60,
                populations: [(name: "p", count: 20, model: {kind}())],
                field: (kind: Synthesis(law: {law}, gain: 1.0, modes: 4), felt_gain: 0.5),
                sensors: [(name: "s", device: Probe())],
                signal: (window: 32, segment: 16, hop: 4))"#
        );
        let run = |nodes: &str| {
            let sets = [("cluster.nodes".to_owned(), nodes.to_owned())];
            let loaded =
                phantomos::scenario::parse(&text, "law", std::path::Path::new("."), &sets).unwrap();
            let blueprint = phantomos::scenario::Blueprint::new(loaded).unwrap();
            let options = phantomos::kernel::SimOptions::default();
            let mut simulation = phantomos::kernel::Simulation::new(blueprint, options).unwrap();
            (0..60).for_each(|_| simulation.step().unwrap());
            (
                simulation.digest(),
                simulation.aggregator().field.peak_amplitude(),
            )
        };
        let (one, three) = (run("1"), run("3"));
        assert_eq!(one, three, "{law}");
        assert!(one.1 > 0.0, "{law}");
    }
}
