//! Deposits conserve, work given is work felt, and their sums do not know order or size.

use phantomos::base::{ExactSum, num};
use phantomos::field::grid::{Axis, Boundary, DepositSum, Domain, FieldError, Probe};

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

/// Strengths of like size, and all over the range of doubles.
fn strengths(scale: f64, spread: bool) -> impl Fn(usize) -> f64 {
    move |i| {
        let size = if spread {
            num::pow(10.0, 500.0 * (unit(13 * i) - 0.6))
        } else {
            1.0
        };
        scale * size * (unit(11 * i) - 0.5)
    }
}

#[test]
fn summed_deposits_do_not_depend_on_order_or_split() {
    for (domain, make) in domains().iter().flat_map(|d| MAKERS.map(|make| (d, make))) {
        for (scale, spread) in [(1e3, false), (1e-9, false), (1e-200, false), (1.0, true)] {
            let strength = strengths(scale, spread);
            let deposits: Vec<(Probe, f64)> = (0..200)
                .map(|i| {
                    let ly = domain.y().map_or(0.0, |y| y.length);
                    let position = [domain.x().length * unit(i), ly * unit(5 * i)];
                    (make(domain, position).unwrap(), strength(i))
                })
                .collect();
            let mut all = DepositSum::new(domain.cells());
            let mut plain = vec![0.0; domain.cells()];
            for (probe, strength) in &deposits {
                all.add(probe, *strength);
                probe.deposit(*strength, &mut plain);
            }
            let mut parts = [(); 2].map(|()| DepositSum::new(domain.cells()));
            for (i, (probe, strength)) in deposits.iter().enumerate().rev() {
                parts[usize::from(i % 3 == 0)].add(probe, *strength);
            }
            let [left, mut right] = parts;
            let bytes = postcard::to_stdvec(&left).unwrap();
            right.merge(&postcard::from_bytes(&bytes).unwrap()).unwrap();
            assert_eq!(all, right);
            let mut f = vec![0.0; domain.cells()];
            all.write(domain, &mut f);
            let size = plain.iter().fold(0.0, |size: f64, f| size.max(f.abs()));
            for (a, b) in f.iter().zip(&plain) {
                assert!((a - b).abs() <= 1e-12 * size, "{a} {b} {size}");
            }
        }
    }
}

#[test]
fn what_a_deposit_gives_its_cells_sums_to_it_exactly() {
    for domain in domains() {
        for (i, position) in positions(&domain).into_iter().enumerate() {
            for scale in [5e-324, 1e-310, 1e-300, 1e-17, 1.0, 100.0, 1e19, 1e300] {
                let strength = scale * (10.0 * unit(i) - 4.0);
                let probe = Probe::new(&domain, position).unwrap();
                let mut source = DepositSum::new(domain.cells());
                source.add(&probe, strength);
                let mut sum = ExactSum::default();
                (0..domain.cells()).for_each(|cell| sum.merge(&source.cell(cell)));
                assert_eq!(sum.value(), strength, "{position:?}");
            }
        }
    }
}

#[test]
fn every_cell_gets_its_share_of_small_and_large_strengths() {
    let line = Domain::line(Axis::new(4.0, 4, Boundary::Neumann)).unwrap();
    let probe = Probe::new(&line, [1.75, 0.0]).unwrap();
    let mut f = [0.0; 4];
    for strength in [1e-320, -3e-200, 1e-14, 2e-7, 1.0, -4_194_304.0, 1e19, 1e307] {
        let mut source = DepositSum::new(4);
        source.add(&probe, strength);
        source.write(&line, &mut f);
        for (f, share) in f.iter().zip([0.0, 0.75, 0.25, 0.0]) {
            let expected = share * strength;
            assert!(
                (f - expected).abs() <= 1e-15 * expected.abs() + 5e-324,
                "{f} {expected}"
            );
        }
    }
    // What cancels leaves what is small behind, in whatever order.
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let mut source = DepositSum::new(4);
        for k in order {
            source.add(&probe, [1e19, 4e-7, -1e19][k]);
        }
        source.write(&line, &mut f);
        assert_eq!(f, [0.0, 0.75 * 4e-7, 0.25 * 4e-7, 0.0]);
    }
}

#[test]
fn a_deposit_that_is_no_finite_number_is_not_hidden() {
    let line = Domain::line(Axis::new(1.0, 4, Boundary::Neumann)).unwrap();
    let probe = Probe::new(&line, [0.4, 0.0]).unwrap();
    let mut f = [0.0; 4];
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut source = DepositSum::new(4);
        source.add(&probe, 1.0);
        source.add(&probe, bad);
        source.write(&line, &mut f);
        assert!(!source.is_finite() && f.iter().all(|f| f.is_nan()), "{bad}");
        assert!(source.cell(2).value().is_nan());
        let mut other = DepositSum::new(4);
        other.merge(&source).unwrap();
        assert_eq!(other, {
            let mut other = DepositSum::new(4);
            other.add(&probe, bad);
            other.add(&probe, 1.0);
            other
        });
    }
    // Too much for a double is infinite where it is, and a field that takes it up is not finite.
    let mut source = DepositSum::new(4);
    (0..4).for_each(|_| source.add(&probe, f64::MAX));
    source.write(&line, &mut f);
    assert!(source.is_finite() && f.contains(&f64::INFINITY));
    assert!(source.merge(&DepositSum::new(5)).is_err());
}
