//! Waves: energy over long runs, dispersion, order of convergence, frequencies of a plate.

use phantomos::base::num;
use phantomos::field::grid::{Axis, Boundary, Domain, FiniteField, Law, Probe, SpectralField};

const KINDS: [Boundary; 3] = [Boundary::Dirichlet, Boundary::Neumann, Boundary::Periodic];

fn undamped(speed: f64) -> Law {
    Law::Wave {
        speed,
        damping: 0.0,
    }
}

fn on_grid(domain: &Domain, value: impl Fn([f64; 2]) -> f64) -> Vec<f64> {
    (0..domain.cells())
        .map(|cell| value(domain.centre(cell)))
        .collect()
}

fn rms_difference(a: &[f64], b: &[f64]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    (sum / a.len() as f64).sqrt()
}

fn noise(i: usize) -> f64 {
    num::sin(12.9 * (i * i) as f64 + 0.3)
}

#[test]
fn spectral_waves_keep_their_energy_for_10_000_steps() {
    for (boundary, h) in KINDS.into_iter().zip([0.01, 0.037, 0.3]) {
        let axes = (Axis::new(1.0, 16, boundary), Axis::new(1.3, 12, boundary));
        for domain in [
            Domain::line(axes.0).unwrap(),
            Domain::plate(axes.0, axes.1).unwrap(),
        ] {
            let mut field = SpectralField::new(domain, undamped(1.1)).unwrap();
            let n = domain.cells();
            let (u, u_t): (Vec<f64>, Vec<f64>) = (0..n).map(|i| (noise(i), noise(i + n))).unzip();
            field.set(&u, &u_t).unwrap();
            let start = field.energy().total();
            for _ in 0..10_000 {
                field.step(h).unwrap();
            }
            let drift = (field.energy().total() / start - 1.0).abs();
            assert!(drift < 1e-13, "{boundary:?} {drift:e}");
        }
    }
}

#[test]
fn every_single_mode_keeps_its_energy_for_10_000_steps() {
    let domain = Domain::line(Axis::new(1.0, 128, Boundary::Dirichlet)).unwrap();
    for h in [0.001, 0.01, 1.0 / 60.0, 0.025, 0.05] {
        let mut field = SpectralField::new(domain, undamped(1.0)).unwrap();
        field.restore(&[1.0; 128], &[0.5; 128]).unwrap();
        let energies = |field: &SpectralField| -> Vec<f64> {
            let (q, v) = field.state();
            let modes = q.iter().zip(v).zip(field.stiffness());
            modes.map(|((q, v), w2)| v * v + w2 * q * q).collect()
        };
        let start = energies(&field);
        for _ in 0..10_000 {
            field.step(h).unwrap();
        }
        for (mode, (after, before)) in energies(&field).iter().zip(&start).enumerate() {
            let drift = after / before - 1.0;
            assert!(drift.abs() < 1e-12, "{h} {mode}: {drift:e}");
        }
    }
}

#[test]
fn the_energy_is_the_integral_over_the_domain() {
    let domain = Domain::line(Axis::new(2.0, 64, Boundary::Dirichlet)).unwrap();
    let mut field = SpectralField::new(domain, undamped(3.0)).unwrap();
    let u = on_grid(&domain, |[x, _]| 0.5 * num::sin(1.5 * num::PI * x));
    let u_t = on_grid(&domain, |[x, _]| num::sin(0.5 * num::PI * x));
    field.set(&u, &u_t).unwrap();
    let energy = field.energy();
    assert!((energy.kinetic - 0.5).abs() < 1e-13);
    let expected = 0.5 * 9.0 * (0.75 * num::PI) * (0.75 * num::PI);
    assert!((energy.potential - expected).abs() < 1e-12 * expected);
    assert!((field.rms() - 0.5 * 0.5f64.sqrt()).abs() < 1e-13);
    assert!((field.peak() - 0.5).abs() < 1e-3);
}

#[test]
fn finite_differences_keep_their_own_energy_and_bound_the_other() {
    for boundary in KINDS {
        let axes = (Axis::new(1.0, 16, boundary), Axis::new(1.3, 12, boundary));
        let domain = Domain::plate(axes.0, axes.1).unwrap();
        let mut field = FiniteField::new(domain, undamped(1.1)).unwrap();
        let n = domain.cells();
        let (u, u_t): (Vec<f64>, Vec<f64>) = (0..n).map(|i| (noise(i), noise(i + n))).unzip();
        field.set(&u, &u_t).unwrap();
        let h = 0.8 * field.longest_step();
        let start = field.discrete_energy(h);
        for _ in 0..10_000 {
            field.step(h).unwrap();
            let ratio = field.energy().total() / start;
            assert!((1.0..3.0).contains(&ratio), "{ratio}");
        }
        let drift = (field.discrete_energy(h) / start - 1.0).abs();
        assert!(drift < 1e-12, "{boundary:?} {drift:e}");
    }
}

#[test]
fn a_plane_wave_travels_at_c_and_on_the_grid_a_little_slower() {
    let ring = Axis::new(2.0, 40, Boundary::Periodic);
    let domain = Domain::plate(ring, Axis::new(1.0, 8, Boundary::Periodic)).unwrap();
    let (c, h, steps) = (1.5, 0.02, 500);
    let t = h * f64::from(steps);
    let k = 3.0 * num::PI;
    let wave = |omega: f64, t: f64| on_grid(&domain, |[x, _]| num::cos(k * x - omega * t));
    let quarter = |omega: f64| on_grid(&domain, |[x, _]| omega * num::sin(k * x));

    let mut exact = SpectralField::new(domain, undamped(c)).unwrap();
    exact.set(&wave(c * k, 0.0), &quarter(c * k)).unwrap();
    (0..steps).for_each(|_| exact.step(h).unwrap());
    assert!(rms_difference(exact.u(), &wave(c * k, t)) < 1e-11);

    // sin(Ωh/2) = ωh/2 with the grid's ω; the amplitude of v of such a wave is ω √(1 − (ωh/2)²)⁻¹.
    let omega = 2.0 * c / ring.spacing() * num::sin(0.5 * k * ring.spacing());
    let ring_at = 2.0 / h * (0.5 * omega * h).asin();
    let mut grid = FiniteField::new(domain, undamped(c)).unwrap();
    let speed = omega / (1.0 - 0.25 * omega * omega * h * h).sqrt();
    grid.set(&wave(ring_at, 0.0), &quarter(speed)).unwrap();
    (0..steps).for_each(|_| grid.step(h).unwrap());
    assert!(rms_difference(grid.u(), &wave(ring_at, t)) < 1e-11);
    assert!(ring_at < c * k && ring_at > 0.98 * c * k);
}

#[test]
fn finite_differences_converge_with_order_2_to_the_spectral_field() {
    let error = |boundary: Boundary, n: usize| {
        let axes = (Axis::new(1.0, n, boundary), Axis::new(1.5, n, boundary));
        let domain = Domain::plate(axes.0, axes.1).unwrap();
        let law = Law::Wave {
            speed: 1.0,
            damping: 0.8,
        };
        let shape = |[x, y]: [f64; 2]| axes.0.mode_shape(1, x) * axes.1.mode_shape(2, y);
        let push = |[x, y]: [f64; 2]| axes.0.mode_shape(2, x) * axes.1.mode_shape(1, y);
        let (u, f) = (on_grid(&domain, shape), on_grid(&domain, push));
        let rest = vec![0.0; u.len()];
        let mut exact = SpectralField::new(domain, law).unwrap();
        exact.set(&u, &rest).unwrap();
        exact.source_mut().copy_from_slice(&f);
        exact.step(1.0).unwrap();
        let mut grid = FiniteField::new(domain, law).unwrap();
        grid.set(&u, &rest).unwrap();
        grid.source_mut().copy_from_slice(&f);
        (0..4 * n).for_each(|_| grid.step(0.25 / n as f64).unwrap());
        rms_difference(grid.u(), exact.u())
    };
    for boundary in KINDS {
        let errors = [16, 32, 64].map(|n| error(boundary, n));
        for pair in errors.windows(2) {
            let ratio = pair[0] / pair[1];
            assert!((3.8..4.2).contains(&ratio), "{boundary:?} {errors:?}");
        }
    }
}

#[test]
fn the_time_step_alone_is_of_order_2() {
    let domain = Domain::line(Axis::new(1.0, 32, Boundary::Dirichlet)).unwrap();
    let run = |steps: u32| {
        let law = Law::Wave {
            speed: 1.0,
            damping: 2.0,
        };
        let mut field = FiniteField::new(domain, law).unwrap();
        let u = on_grid(&domain, |[x, _]| num::sin(num::PI * x));
        field.set(&u, &vec![0.0; u.len()]).unwrap();
        (0..steps).for_each(|_| field.step(1.0 / f64::from(steps)).unwrap());
        field.u().to_vec()
    };
    let limit = run(8192);
    let errors = [64, 128, 256].map(|steps| rms_difference(&run(steps), &limit));
    assert!(
        errors
            .windows(2)
            .all(|e| (3.9..4.1).contains(&(e[0] / e[1]))),
        "{errors:?}"
    );
}

#[test]
fn a_plate_rings_at_its_chladni_frequencies() {
    let (c, lx, ly) = (2.0, 1.0, 1.6);
    let axes = (
        Axis::new(lx, 32, Boundary::Dirichlet),
        Axis::new(ly, 48, Boundary::Dirichlet),
    );
    let domain = Domain::plate(axes.0, axes.1).unwrap();
    for (m, n) in [(1, 1), (2, 1), (1, 3), (3, 2), (5, 4)] {
        let omega = c * num::PI * num::hypot(f64::from(m) / lx, f64::from(n) / ly);
        let u = on_grid(&domain, |[x, y]| {
            num::sin(num::PI * f64::from(m) * x / lx) * num::sin(num::PI * f64::from(n) * y / ly)
        });
        let rest = vec![0.0; u.len()];
        let mut exact = SpectralField::new(domain, undamped(c)).unwrap();
        exact.set(&u, &rest).unwrap();
        let mut grid = FiniteField::new(domain, undamped(c)).unwrap();
        grid.set(&u, &rest).unwrap();
        let probe = Probe::new(&domain, [0.13, 0.21]).unwrap();
        let start = probe.sense(&u);
        let h = 0.005;
        for step in 1..=200 {
            exact.step(h).unwrap();
            grid.step(h).unwrap();
            let t = h * f64::from(step);
            assert!((probe.sense(exact.u()) - start * num::cos(omega * t)).abs() < 1e-12);
            assert!(
                (probe.sense(grid.u()) - start * num::cos(omega * t)).abs() < 0.15 * omega / 25.0
            );
        }
        let strongest = exact.spatial_modes(1)[0];
        assert_eq!((strongest.kx, strongest.ky), (m, n));
        assert!((strongest.amplitude - 1.0).abs() < 1e-12);
        let turn = (strongest.phase_rad - omega) / num::TAU;
        assert!((turn - turn.round()).abs() < 1e-12);
    }
}

#[test]
fn a_damped_mode_follows_its_closed_form() {
    let domain = Domain::line(Axis::new(3.0, 90, Boundary::Dirichlet)).unwrap();
    let law = Law::Wave {
        speed: 2.0,
        damping: 0.5,
    };
    let u = on_grid(&domain, |[x, _]| num::sin(2.0 * num::PI * x / 3.0));
    let mut field = SpectralField::new(domain, law).unwrap();
    field.set(&u, &vec![0.0; u.len()]).unwrap();
    let omega = 4.0 * num::PI / 3.0;
    let rate = (omega * omega - 0.0625f64).sqrt();
    for step in 1..=20 {
        field.step(0.1).unwrap();
        let t = 0.1 * f64::from(step);
        let swing = num::cos(rate * t) + 0.25 / rate * num::sin(rate * t);
        let expected = num::exp(-0.25 * t) * swing;
        let (q, _) = field.state();
        assert!((q[1] * domain.mode_height(1) - expected).abs() < 1e-13);
    }
}

#[test]
fn the_mean_of_a_free_field_is_pushed_by_what_is_deposited() {
    for boundary in [Boundary::Neumann, Boundary::Periodic] {
        let axes = (Axis::new(2.0, 10, boundary), Axis::new(1.5, 12, boundary));
        let domain = Domain::plate(axes.0, axes.1).unwrap();
        let mut exact = SpectralField::new(domain, undamped(1.0)).unwrap();
        let mut grid = FiniteField::new(domain, undamped(1.0)).unwrap();
        let probe = Probe::new(&domain, [0.03, 1.4]).unwrap();
        for _ in 0..50 {
            exact.clear_source();
            grid.clear_source();
            probe.deposit(0.6, exact.source_mut());
            probe.deposit(0.6, grid.source_mut());
            exact.step(0.02).unwrap();
            grid.step(0.02).unwrap();
        }
        for u in [exact.u(), grid.u()] {
            let mean = u.iter().sum::<f64>() / u.len() as f64;
            assert!((mean - 0.5 * 0.6 / domain.measure()).abs() < 1e-13);
        }
    }
}

#[test]
fn the_work_of_sources_is_the_energy_gained() {
    // Over a step the force is constant, so the work is s · (u(x) after − u(x) before), exactly.
    let axes = (
        Axis::new(1.0, 16, Boundary::Dirichlet),
        Axis::new(1.0, 16, Boundary::Neumann),
    );
    let domain = Domain::plate(axes.0, axes.1).unwrap();
    let mut field = SpectralField::new(domain, undamped(1.0)).unwrap();
    let probe = Probe::new(&domain, [0.31, 0.77]).unwrap();
    let mut work = 0.0;
    for step in 0..300 {
        let strength = num::sin(0.1 * f64::from(step));
        field.clear_source();
        probe.deposit(strength, field.source_mut());
        let before = probe.sense(field.u());
        field.step(0.03).unwrap();
        work += strength * (probe.sense(field.u()) - before);
    }
    assert!(work > 1e-3 && (field.energy().total() / work - 1.0).abs() < 1e-11);
}
