//! Diffusion: decay of modes and of a Gaussian, conservation, convergence.

use phantomos::base::num;
use phantomos::field::grid::{Axis, Boundary, Domain, FiniteField, Law, Probe, SpectralField};

const KINDS: [Boundary; 3] = [Boundary::Dirichlet, Boundary::Neumann, Boundary::Periodic];

fn on_grid(domain: &Domain, value: impl Fn([f64; 2]) -> f64) -> Vec<f64> {
    (0..domain.cells())
        .map(|cell| value(domain.centre(cell)))
        .collect()
}

fn greatest_difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .fold(0.0, |most: f64, (a, b)| most.max((a - b).abs()))
}

fn rms_difference(a: &[f64], b: &[f64]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    (sum / a.len() as f64).sqrt()
}

#[test]
fn a_mode_decays_with_its_rate() {
    let law = Law::Diffusion {
        diffusivity: 0.03,
        decay: 0.4,
    };
    for boundary in KINDS {
        let axes = (Axis::new(1.0, 16, boundary), Axis::new(2.0, 12, boundary));
        let domain = Domain::plate(axes.0, axes.1).unwrap();
        for (sx, sy) in [(0, 0), (1, 0), (2, 3), (15, 11)] {
            let mode = domain.mode(sx, sy);
            let u = on_grid(&domain, |position| domain.mode_shape(mode, position));
            let mut field = SpectralField::new(domain, law).unwrap();
            field.set(&u, &[]).unwrap();
            (0..40).for_each(|_| field.step(0.05).unwrap());
            let left = num::exp(-(0.03 * domain.eigenvalues()[mode] + 0.4) * 2.0);
            let expected: Vec<f64> = u.iter().map(|u| left * u).collect();
            assert!(
                greatest_difference(field.u(), &expected) < 1e-13,
                "{boundary:?} {sx} {sy}"
            );
        }
    }
}

#[test]
fn a_gaussian_spreads_as_a_gaussian() {
    let axis = Axis::new(1.0, 128, Boundary::Neumann);
    let domain = Domain::plate(axis, axis).unwrap();
    let gaussian = |variance: f64, height: f64| {
        on_grid(&domain, |[x, y]| {
            let square = (x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5);
            height * num::exp(-0.5 * square / variance)
        })
    };
    let (d, decay, t) = (2e-4, 0.3, 1.5);
    let law = Law::Diffusion {
        diffusivity: d,
        decay,
    };
    let (before, after) = (0.0025, 0.0025 + 2.0 * d * t);
    let expected = gaussian(after, before / after * num::exp(-decay * t));
    let mut exact = SpectralField::new(domain, law).unwrap();
    exact.set(&gaussian(before, 1.0), &[]).unwrap();
    exact.step(t).unwrap();
    assert!(greatest_difference(exact.u(), &expected) < 1e-12);
    let mut grid = FiniteField::new(domain, law).unwrap();
    grid.set(&gaussian(before, 1.0), &[]).unwrap();
    assert!(grid.step(t).is_err());
    let count = grid.step_in_parts(t).unwrap();
    assert!(count > 20 && count < 30, "{count}");
    assert!(greatest_difference(grid.u(), &expected) < 1e-3);
}

#[test]
fn finite_differences_converge_with_order_2_to_the_spectral_field() {
    let law = Law::Diffusion {
        diffusivity: 0.1,
        decay: 0.5,
    };
    let error = |boundary: Boundary, n: usize, parts: usize| {
        let axes = (Axis::new(1.0, n, boundary), Axis::new(1.5, n, boundary));
        let domain = Domain::plate(axes.0, axes.1).unwrap();
        let shape = |[x, y]: [f64; 2]| axes.0.mode_shape(1, x) * axes.1.mode_shape(2, y);
        let (u, f) = (
            on_grid(&domain, shape),
            on_grid(&domain, |position| {
                domain.mode_shape(domain.mode(2, 1), position)
            }),
        );
        let mut exact = SpectralField::new(domain, law).unwrap();
        exact.set(&u, &[]).unwrap();
        exact.source_mut().copy_from_slice(&f);
        exact.step(0.5).unwrap();
        let mut grid = FiniteField::new(domain, law).unwrap();
        grid.set(&u, &[]).unwrap();
        grid.source_mut().copy_from_slice(&f);
        (0..parts).for_each(|_| grid.step(0.5 / parts as f64).unwrap());
        rms_difference(grid.u(), exact.u())
    };
    for boundary in KINDS {
        let errors = [(16, 200), (32, 800), (64, 3200)].map(|(n, parts)| error(boundary, n, parts));
        let ratios: Vec<f64> = errors.windows(2).map(|e| e[0] / e[1]).collect();
        assert!(
            ratios.iter().all(|r| (3.7..4.3).contains(r)),
            "{boundary:?} {ratios:?}"
        );
    }
}

#[test]
fn heun_is_of_order_2_in_time() {
    let domain = Domain::line(Axis::new(1.0, 8, Boundary::Dirichlet)).unwrap();
    let run = |steps: u32| {
        let law = Law::Diffusion {
            diffusivity: 0.1,
            decay: 1.0,
        };
        let mut field = FiniteField::new(domain, law).unwrap();
        field
            .set(&on_grid(&domain, |[x, _]| num::sin(num::PI * x)), &[])
            .unwrap();
        field.source_mut().fill(0.5);
        (0..steps).for_each(|_| field.step(1.0 / f64::from(steps)).unwrap());
        field.u().to_vec()
    };
    let limit = run(16_384);
    let errors = [64, 128, 256].map(|steps| greatest_difference(&run(steps), &limit));
    assert!(
        errors
            .windows(2)
            .all(|e| (3.7..4.3).contains(&(e[0] / e[1]))),
        "{errors:?}"
    );
}

#[test]
fn without_decay_the_integral_grows_by_what_is_deposited() {
    let law = Law::Diffusion {
        diffusivity: 0.05,
        decay: 0.0,
    };
    for boundary in [Boundary::Neumann, Boundary::Periodic] {
        let axes = (Axis::new(2.0, 10, boundary), Axis::new(1.5, 12, boundary));
        let domain = Domain::plate(axes.0, axes.1).unwrap();
        let mut exact = SpectralField::new(domain, law).unwrap();
        let mut grid = FiniteField::new(domain, law).unwrap();
        let probe = Probe::new(&domain, [1.99, 0.2]).unwrap();
        probe.deposit(0.6, exact.source_mut());
        probe.deposit(0.6, grid.source_mut());
        for _ in 0..100 {
            exact.step(0.02).unwrap();
            grid.step(0.02).unwrap();
        }
        for u in [exact.u(), grid.u()] {
            let integral = u.iter().sum::<f64>() * domain.cell_measure();
            assert!((integral - 1.2).abs() < 1e-12);
        }
    }
}

#[test]
fn energy_falls_without_a_source() {
    let law = Law::Diffusion {
        diffusivity: 0.05,
        decay: 0.1,
    };
    let domain = Domain::line(Axis::new(1.0, 32, Boundary::Dirichlet)).unwrap();
    let u = on_grid(&domain, |[x, _]| {
        num::sin(num::PI * x) + 0.3 * num::sin(4.0 * num::PI * x)
    });
    let mut exact = SpectralField::new(domain, law).unwrap();
    let mut grid = FiniteField::new(domain, law).unwrap();
    exact.set(&u, &[]).unwrap();
    grid.set(&u, &[]).unwrap();
    for _ in 0..100 {
        let before = [exact.energy(), grid.energy()];
        exact.step(0.005).unwrap();
        grid.step(0.005).unwrap();
        assert!(exact.energy().potential < before[0].potential);
        assert!(grid.energy().potential < before[1].potential);
    }
    assert!((exact.energy().potential / grid.energy().potential - 1.0).abs() < 0.02);
}
