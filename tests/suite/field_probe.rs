//! Deposits conserve, work given is work felt, and fixed point does not know order.

use phantomos::base::num;
use phantomos::field::grid::{Axis, Boundary, Domain, FieldError, FixedSource, Probe};

const KINDS: [Boundary; 3] = [Boundary::Dirichlet, Boundary::Neumann, Boundary::Periodic];

/// A fixed irregular sequence in 0 … 1.
fn unit(i: usize) -> f64 {
    let x = 0.5 + (i as f64) * 0.618_033_988_749_894_9;
    x - x.floor()
}

fn domains() -> Vec<Domain> {
    let mut all = Vec::new();
    for x in KINDS {
        all.push(Domain::line(Axis::new(1.4, 9, x)).unwrap());
        for y in KINDS {
            all.push(Domain::plate(Axis::new(1.4, 9, x), Axis::new(0.6, 7, y)).unwrap());
        }
    }
    all
}

/// Positions all over the domain, on walls and corners too.
fn positions(domain: &Domain) -> Vec<[f64; 2]> {
    let (lx, ly) = (domain.x().length, domain.y().map_or(0.0, |y| y.length));
    let corners = [
        [0.0, 0.0],
        [lx, 0.0],
        [0.0, ly],
        [lx, ly],
        [lx * 0.01, ly * 0.99],
    ];
    let inner = (0..40).map(|i| [lx * unit(i), ly * unit(3 * i + 1)]);
    corners.into_iter().chain(inner).collect()
}

type Maker = fn(&Domain, [f64; 2]) -> Result<Probe, FieldError>;
const MAKERS: [Maker; 2] = [Probe::new, Probe::grounded];

#[test]
fn the_integral_of_a_deposit_is_its_strength() {
    for domain in domains() {
        for position in positions(&domain) {
            let probe = Probe::new(&domain, position).unwrap();
            let mut f = vec![0.0; domain.cells()];
            probe.deposit(-1.7, &mut f);
            let integral = f.iter().sum::<f64>() * domain.cell_measure();
            assert!((integral + 1.7).abs() < 1e-14, "{position:?}");
            assert_eq!(probe.share(), 1.0);
            assert!(
                probe
                    .parts()
                    .all(|(_, weight)| (0.0..=1.0).contains(&weight))
            );
        }
    }
}

#[test]
fn work_given_is_work_felt() {
    for domain in domains() {
        let u: Vec<f64> = (0..domain.cells())
            .map(|i| num::sin(2.3 * (i * i) as f64))
            .collect();
        for make in MAKERS {
            let mut f = vec![0.0; domain.cells()];
            let mut felt = 0.0;
            for (i, position) in positions(&domain).into_iter().enumerate() {
                let strength = 2.0 * unit(7 * i) - 1.0;
                let probe = make(&domain, position).unwrap();
                probe.deposit(strength, &mut f);
                felt += strength * probe.sense(&u);
            }
            let given: f64 = f.iter().zip(&u).map(|(f, u)| f * u).sum();
            assert!((felt - given * domain.cell_measure()).abs() < 1e-13);
        }
    }
}

#[test]
fn sensing_is_linear_interpolation_with_the_walls_values() {
    let line = |boundary| Domain::line(Axis::new(1.0, 4, boundary)).unwrap();
    let u = [1.0, 2.0, 4.0, 8.0];
    let at = |domain: &Domain, x: f64| Probe::new(domain, [x, 0.0]).unwrap().sense(&u);
    for boundary in KINDS {
        assert_eq!(at(&line(boundary), 0.375), 2.0);
        assert_eq!(at(&line(boundary), 0.5), 3.0);
    }
    let (free, ring) = (line(Boundary::Neumann), line(Boundary::Periodic));
    assert_eq!((at(&free, 0.0), at(&free, 1.0)), (1.0, 8.0));
    assert_eq!(
        (at(&ring, 0.0), at(&ring, 1.0), at(&ring, -0.0625)),
        (4.5, 4.5, 6.25)
    );
    let fixed = line(Boundary::Dirichlet);
    let grounded = |x: f64| Probe::grounded(&fixed, [x, 0.0]).unwrap();
    assert_eq!(
        (grounded(0.0).sense(&u), grounded(0.0625).sense(&u)),
        (0.0, 0.5)
    );
    assert_eq!(
        (grounded(1.0).sense(&u), grounded(0.5).sense(&u)),
        (0.0, 3.0)
    );
    assert_eq!(
        (grounded(0.0).share(), grounded(0.0625).share()),
        (0.0, 0.5)
    );
    assert_eq!((at(&fixed, 0.0), at(&fixed, 1.0)), (1.0, 8.0));
}

#[test]
fn positions_outside_are_refused() {
    let fixed = Domain::line(Axis::new(1.0, 4, Boundary::Dirichlet)).unwrap();
    let ring = Domain::line(Axis::new(1.0, 4, Boundary::Periodic)).unwrap();
    for x in [-1e-9, 1.1, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            Probe::new(&fixed, [x, 0.0]),
            Err(FieldError::Outside { .. })
        ));
    }
    assert!(Probe::new(&ring, [-3.2, 0.0]).is_ok() && Probe::new(&ring, [f64::NAN, 0.0]).is_err());
}

#[test]
fn fixed_deposits_do_not_depend_on_order_or_split() {
    for domain in domains() {
        for make in MAKERS {
            let deposits: Vec<(Probe, f64)> = (0..200)
                .map(|i| {
                    let ly = domain.y().map_or(0.0, |y| y.length);
                    let position = [domain.x().length * unit(i), ly * unit(5 * i)];
                    (make(&domain, position).unwrap(), 1e3 * (unit(11 * i) - 0.5))
                })
                .collect();
            let mut all = FixedSource::new(domain.cells());
            let mut plain = vec![0.0; domain.cells()];
            for (probe, strength) in &deposits {
                probe.deposit_fixed(*strength, &mut all);
                probe.deposit(*strength, &mut plain);
            }
            let [mut left, mut right] = [all.clone(), all.clone()];
            left.clear();
            right.clear();
            for (i, (probe, strength)) in deposits.iter().enumerate().rev() {
                probe.deposit_fixed(*strength, if i % 3 == 0 { &mut left } else { &mut right });
            }
            let (units, load) = left.parts();
            right
                .merge(&FixedSource::from_parts(units.to_vec(), load))
                .unwrap();
            assert_eq!(all, right);
            let mut f = vec![0.0; domain.cells()];
            all.write(&domain, &mut f);
            for (a, b) in f.iter().zip(&plain) {
                assert!((a - b).abs() * domain.cell_measure() < 1e-9);
            }
        }
    }
}

#[test]
fn what_a_fixed_deposit_gives_its_cells_sums_to_it_exactly() {
    for domain in domains() {
        for (i, position) in positions(&domain).into_iter().enumerate() {
            let strength = 100.0 * (unit(i) - 0.4);
            let mut source = FixedSource::new(domain.cells());
            Probe::new(&domain, position)
                .unwrap()
                .deposit_fixed(strength, &mut source);
            let units = (strength * 1_099_511_627_776.0).round() as i64;
            assert_eq!(source.parts().0.iter().sum::<i64>(), units);
        }
    }
}

#[test]
fn a_fixed_deposit_that_does_not_fit_is_not_hidden() {
    let line = Domain::line(Axis::new(1.0, 4, Boundary::Neumann)).unwrap();
    let probe = Probe::new(&line, [0.4, 0.0]).unwrap();
    let mut f = [0.0; 4];
    for bad in [f64::NAN, f64::INFINITY, -4_194_304.0] {
        let mut source = FixedSource::new(4);
        probe.deposit_fixed(1.0, &mut source);
        probe.deposit_fixed(bad, &mut source);
        source.write(&line, &mut f);
        assert!(!source.is_exact() && f.iter().all(|f| f.is_nan()), "{bad}");
    }
    let mut source = FixedSource::new(4);
    for strength in [4e6, -4e6, 4e6] {
        probe.deposit_fixed(strength, &mut source);
    }
    assert!(!source.is_exact());
    assert!(source.merge(&FixedSource::new(5)).is_err());
}
