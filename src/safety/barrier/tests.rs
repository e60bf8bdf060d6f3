use super::*;
use crate::base::random::{KeyedRng, Purpose};

fn row<const D: usize>(gradient: [f64; D], offset: f64) -> Barrier<D> {
    Barrier { gradient, offset }
}

fn dot<const D: usize>(a: &[f64; D], b: &[f64; D]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// A number of any size in places, near 1 in others.
fn draw(rng: &mut KeyedRng, wild: bool) -> f64 {
    let x = rng.normal();
    match wild {
        true => x * 10f64.powi((rng.uniform() * 12.0) as i32 - 6),
        false => x,
    }
}

/// The rows as a list, bounds too, with the places that a set names them by.
fn listed<const D: usize>(
    barriers: &[Barrier<D>],
    bounds: &[[f64; 2]; D],
) -> Vec<(Row, Barrier<D>)> {
    let own = barriers.iter().enumerate();
    let mut all: Vec<_> = own.map(|(k, own)| (Row::Barrier(k), *own)).collect();
    for (k, [low, high]) in bounds.iter().enumerate() {
        let axis = |sign: f64| std::array::from_fn(|j| if j == k { sign } else { 0.0 });
        if low.is_finite() {
            all.push((Row::Least(k), row(axis(1.0), -low)));
            all.push((Row::Greatest(k), row(axis(-1.0), *high)));
        }
    }
    all
}

fn norm<const D: usize>(x: &[f64; D]) -> f64 {
    dot(x, x).sqrt()
}

/// The part of `x` at right angles to all of `others`, by projections that are repeated until they
/// change nothing any more.
fn rest<const D: usize>(mut x: [f64; D], others: &[[f64; D]]) -> [f64; D] {
    for _ in 0..4 {
        let mut basis: Vec<[f64; D]> = Vec::new();
        for own in others {
            let mut own = *own;
            for _ in 0..3 {
                for b in &basis {
                    let along = dot(&own, b);
                    own = std::array::from_fn(|k| own[k] - along * b[k]);
                }
            }
            let length = norm(&own);
            if length > 0.0 {
                basis.push(own.map(|v| v / length));
            }
        }
        for b in &basis {
            let along = dot(&x, b);
            x = std::array::from_fn(|k| x[k] - along * b[k]);
        }
    }
    x
}

/// What is demanded of a solution by Karush, Kuhn and Tucker, each to 1e-12 of what is added.
fn check<const D: usize>(nominal: [f64; D], barriers: &[Barrier<D>], bounds: &[[f64; 2]; D]) -> u8 {
    let all = listed(barriers, bounds);
    let size = |own: &Barrier<D>, u: &[f64; D]| {
        let each = own.gradient.iter().zip(u).map(|(g, u)| (g * u).abs());
        each.sum::<f64>() + own.offset.abs()
    };
    let residual = |own: &Barrier<D>, u: &[f64; D]| dot(&own.gradient, u) + own.offset;
    let keeps = |u: &[f64; D]| {
        let near = |own: &Barrier<D>| residual(own, u) >= -1e-12 * size(own, u);
        all.iter().all(|(_, own)| near(own))
    };
    let shown = || format!("{nominal:?} {barriers:?} {bounds:?}");
    match filter(nominal, barriers, bounds) {
        Filtered::Unchanged(u) => {
            assert!(u == nominal && keeps(&u), "{}", shown());
            0
        }
        Filtered::Changed { command, active } => {
            assert!(keeps(&command), "{command:?} {}", shown());
            let on: Vec<[f64; D]> = active
                .iter()
                .map(|row| {
                    let (_, own) = all.iter().find(|(name, _)| *name == row).unwrap();
                    let off = residual(own, &command).abs();
                    assert!(off <= 1e-12 * size(own, &command), "{off:e} {}", shown());
                    own.gradient.map(|g| g / norm(&own.gradient))
                })
                .collect();
            assert!((1..=D).contains(&on.len()));
            // What was added lies in the span of the active gradients, on the side of each that
            // their own multiplier has.
            let moved: [f64; D] = std::array::from_fn(|k| command[k] - nominal[k]);
            // Rounding of the gradients counts by the multipliers, which are great where these are
            // nearly parallel.
            let mut scale = norm(&command) + norm(&nominal);
            let mut shares = Vec::new();
            for k in 0..on.len() {
                let others: Vec<_> = (0..on.len()).filter(|j| *j != k).map(|j| on[j]).collect();
                let along = rest(on[k], &others);
                let share = dot(&moved, &along) / dot(&along, &along).max(1e-300);
                shares.push(share);
                scale += share.abs();
            }
            let off = norm(&rest(moved, &on));
            assert!(
                off <= 1e-12 * scale,
                "{off:e} {command:?} {active:?} {}",
                shown()
            );
            let least = shares.iter().fold(0.0f64, |least, x| least.min(*x));
            assert!(least >= -1e-12 * scale, "{shares:?} {}", shown());
            1
        }
        Filtered::Infeasible { conflict } => {
            let rows: Vec<Barrier<D>> = conflict
                .iter()
                .map(|row| all.iter().find(|(name, _)| *name == row).unwrap().1)
                .collect();
            assert!(
                (1..=D + 1).contains(&rows.len()),
                "{conflict:?} {}",
                shown()
            );
            // Each needed: the others alone are kept somewhere.
            for leave in 0..rows.len() {
                let mut others = rows.clone();
                others.remove(leave);
                let found = filter(nominal, &others, &unbounded());
                assert!(found.command().is_some(), "{conflict:?} {}", shown());
            }
            assert!(filter(nominal, &rows, &unbounded()).command().is_none());
            2
        }
        Filtered::Unusable { .. } => panic!("{}", shown()),
    }
}

fn rounds<const D: usize>(count: u64) -> [usize; 3] {
    let mut seen = [0; 3];
    for round in 0..count {
        let mut rng = KeyedRng::new(7, Purpose::Sensor, D as u64, round);
        let wild = round % 3 == 0;
        let many = 1 + (rng.uniform() * 8.0) as usize;
        let many = if round % 2 == 0 { many.min(2) } else { many };
        let mut rows: Vec<Barrier<D>> = Vec::new();
        for k in 0..many {
            let mut gradient = std::array::from_fn(|_| draw(&mut rng, wild));
            if k > 0 && rng.uniform() < 0.4 {
                // Nearly parallel or against each other, also exactly.
                let before = rows[k - 1].gradient;
                let sign = if rng.uniform() < 0.5 { 1.0 } else { -1.0 };
                let tilt = [0.0, 1e-13, 1e-9, 1e-5][(rng.uniform() * 4.0) as usize];
                let size = norm(&before);
                gradient = before.map(|x| sign * (x + tilt * size * rng.normal()));
            }
            rows.push(row(gradient, draw(&mut rng, wild)));
        }
        let nominal = std::array::from_fn(|_| draw(&mut rng, wild));
        let bounds = match round % 4 {
            3 => std::array::from_fn(|_| [-0.5, 2.0 * rng.uniform()]),
            _ => unbounded(),
        };
        seen[check(nominal, &rows, &bounds) as usize] += 1;
    }
    seen
}

#[test]
fn random_barriers_are_kept_by_the_nearest_command() {
    for seen in [
        rounds::<1>(30_000),
        rounds::<2>(40_000),
        rounds::<3>(30_000),
    ] {
        assert!(seen.iter().all(|count| *count > 2_000), "{seen:?}");
    }
}

#[test]
fn one_and_two_barriers_in_closed_form() {
    let (a, b) = (row([2.0, 0.0], -2.0), row([0.0, 1.0], -3.0));
    let free = unbounded();
    assert_eq!(
        filter([1.5, 4.0], &[a, b], &free),
        Filtered::Unchanged([1.5, 4.0])
    );
    let one = filter([0.0, 4.0], &[a, b], &free);
    assert_eq!(one.command(), Some([1.0, 4.0]));
    let Filtered::Changed { command, active } = filter([0.0, 0.0], &[a, b], &free) else {
        panic!("a corner");
    };
    assert_eq!((command, active.len()), ([1.0, 3.0], 2));
    assert!(active.has_barrier(0) && active.has_barrier(1) && !active.has_barrier(2));
    let boxed = filter([0.0, 0.0], &[a, b], &[[-9.0, 9.0], [-9.0, 2.0]]);
    let Filtered::Infeasible { conflict } = boxed else {
        panic!("{boxed:?}");
    };
    assert!(conflict.iter().eq([Row::Barrier(1), Row::Greatest(1)]));
}

#[test]
fn no_command_passes_when_none_is_safe() {
    let free = unbounded();
    let apart = [row([1.0, 1.0], -1.0), row([-1.0, -1.0], 0.5)];
    let found = filter([0.0, 0.0], &apart, &free);
    assert_eq!(found.command(), None);
    assert!(matches!(found, Filtered::Infeasible { conflict } if conflict.len() == 2));
    // They touch: one line is left.
    let touching = [row([1.0, 1.0], -1.0), row([-1.0, -1.0], 1.0)];
    assert_eq!(
        filter([0.0, 0.0], &touching, &free).command(),
        Some([0.5, 0.5])
    );
    let broken = filter([0.0, 0.0], &[row([0.0, 0.0], -1e-300)], &free);
    assert!(matches!(broken, Filtered::Infeasible { conflict } if conflict.has_barrier(0)));
    let kept = filter([1.0, 2.0], &[row([0.0, 0.0], 0.0)], &free);
    assert_eq!(kept, Filtered::Unchanged([1.0, 2.0]));
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for (nominal, own, bounds) in [
            ([bad, 0.0], row([1.0, 0.0], 1.0), free),
            ([0.0, 0.0], row([bad, 0.0], 1.0), free),
            ([0.0, 0.0], row([1.0, 0.0], bad), free),
            (
                [0.0, 0.0],
                row([1.0, 0.0], 1.0),
                [[0.0, 1.0], [f64::NAN, 1.0]],
            ),
        ] {
            let found = filter(nominal, &[own], &bounds);
            assert!(matches!(found, Filtered::Unusable { .. }), "{found:?}");
        }
    }
    let nine = [row([1.0], 1.0); 9];
    let found = filter([0.0], &nine, &unbounded());
    assert_eq!(found, Filtered::Unusable { row: None });
}

#[test]
fn numbers_of_any_size_are_filtered() {
    for size in [1e-300f64, 1e-160, 1.0, 1e160, 1e300] {
        for steep in [1e-300f64, 1e-8, 1.0, 1e8, 1e300] {
            let edge = 2.0 * size;
            let offset = -steep * edge;
            if !offset.is_finite() || offset.abs() < 1e-305 {
                continue;
            }
            let found = filter([size, size], &[row([steep, 0.0], offset)], &unbounded());
            let [x, y] = found.command().unwrap();
            assert!((x / edge - 1.0).abs() < 1e-12, "{size:e} {steep:e}: {x:e}");
            assert!((y / size - 1.0).abs() < 1e-12);
            let mut own = [size, size];
            assert_eq!(project(&mut own, &[steep, 0.0], offset), Projected::Changed);
            assert!((own[0] / edge - 1.0).abs() < 1e-12);
        }
    }
    // More than a number can hold.
    let found = filter([0.0], &[row([1e-300], -1e300)], &unbounded());
    assert!(matches!(found, Filtered::Infeasible { .. }));
    let found = filter([0.0], &[row([1e-300], 1e300)], &unbounded());
    assert_eq!(found, Filtered::Unchanged([0.0]));
}

#[test]
fn a_command_of_one_dimension_has_an_interval() {
    let rows = [row([2.0], -2.0), row([-1.0], 5.0), row([1.0], 0.0)];
    let own = interval(&rows, [-9.0, 9.0]).unwrap();
    assert_eq!((own.low, own.high, own.is_empty()), (1.0, 5.0, false));
    assert_eq!(own.low_row, Some(Row::Barrier(0)));
    assert_eq!(own.high_row, Some(Row::Barrier(1)));
    let own = interval(&rows, [-9.0, 0.5]).unwrap();
    assert!(own.is_empty());
    assert_eq!(own.high_row, Some(Row::Greatest(0)));
    assert_eq!(interval(&[row([0.0], -1.0)], [-1.0, 1.0]), None);
    assert_eq!(interval(&[row([f64::NAN], 1.0)], [-1.0, 1.0]), None);
}

#[test]
fn one_barrier_holds_in_any_number_of_dimensions() {
    let mut own = [1.0, 2.0, 3.0, 4.0, 5.0];
    assert_eq!(project(&mut own, &[1.0; 5], -20.0), Projected::Changed);
    assert_eq!(own, [2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(project(&mut own, &[1.0; 5], -20.0), Projected::Unchanged);
    assert_eq!(project(&mut own, &[0.0; 5], 1.0), Projected::Unchanged);
    for (gradient, offset) in [([0.0; 5], -1.0), ([f64::NAN; 5], 1.0), ([1.0; 5], f64::NAN)] {
        let mut own = [1.0; 5];
        assert_eq!(project(&mut own, &gradient, offset), Projected::Refused);
        assert!(own.iter().all(|x| x.is_nan()));
    }
    assert_eq!(project(&mut [1.0], &[1.0, 1.0], 0.0), Projected::Refused);
}

#[test]
fn a_row_that_is_broken_by_rounding_alone_is_active() {
    let found = filter([0.1 + 0.2], &[row([-1.0], 0.3)], &unbounded());
    let Filtered::Changed { command, active } = found else {
        panic!("{found:?}");
    };
    assert_eq!((command, active.len()), ([0.3], 1));
}

#[test]
fn what_is_infeasible_in_one_dimension_is_so_by_the_interval() {
    for round in 0..5000 {
        let mut rng = KeyedRng::new(5, Purpose::Sensor, 9, round);
        let rows: Vec<Barrier<1>> = (0..3).map(|_| row([rng.normal()], rng.normal())).collect();
        let nominal = rng.normal();
        let own = interval(&rows, [-1.0, 1.0]).unwrap();
        let found = filter([nominal], &rows, &[[-1.0, 1.0]]);
        assert_eq!(found.command().is_none(), own.is_empty(), "{rows:?}");
        match found {
            Filtered::Infeasible { conflict } => {
                let ends = [own.low_row.unwrap(), own.high_row.unwrap()];
                assert!(conflict.len() == 2 && !conflict.is_empty(), "{ends:?}");
            }
            _ => {
                let [command] = found.command().unwrap();
                let nearest = nominal.max(own.low).min(own.high);
                assert!((command - nearest).abs() <= 1e-12 * nearest.abs().max(1.0));
            }
        }
    }
}
