//! The plant's arrays against closed forms, and its short ways against the general one.

use super::{DensePlant, Kind, Lane, MeanSum, NoiseKind, NoiseStream, Scheme, Segment, StageClock};
use crate::base::isa::Isa;
use crate::base::{VertexId, num};

/// 700 resonators, on a ring with two next neighbours or apart, parameters and states of all sizes.
fn ring(kind: Kind, isa: Isa, each: bool, apart: bool) -> DensePlant {
    let n = 700;
    let wave = |rate: f64| -> Vec<f64> { (0..n).map(|k| num::sin(rate * f64::from(k))).collect() };
    let lane = |value: f64| match each {
        true => Lane::Each(vec![value; n as usize]),
        false => Lane::Uniform(value),
    };
    let mut own = Segment::new(kind, 0, 0..n as usize);
    own.omega = Lane::Each(wave(0.37));
    own.rate = lane(0.7);
    if !kind.is_phase() {
        own.twist = lane(0.3);
        own.row_weight = lane(2.5);
    }
    own.acting.coupling = lane(0.4);
    own.acting.force = lane(0.05);
    own.acting.means = vec![(0, 0.2)];
    if kind == Kind::StuartLandau {
        own.acting.noise = lane(0.1);
    }
    let states = wave(0.11)
        .into_iter()
        .zip(wave(0.23))
        .map(|(x, y)| [2e6 * x * x * x, y]);
    let states = states.map(|[x, y]| {
        if kind.is_phase() {
            [x, y]
        } else {
            [x * 1e-6, y]
        }
    });
    let ids = (0..n as u64).map(VertexId).collect();
    let states = states.collect();
    let size = n as usize;
    DensePlant::build(
        isa,
        vec![own],
        ids,
        states,
        (0, 1),
        |_| if apart { 0 } else { 4 },
        |slot, to, weights| {
            let near = [slot + size - 2, slot + size - 1, slot + 1, slot + 2];
            to.extend(near.map(|k| (k % size) as u32));
            weights.extend([0.25, 1.0, 1.0, 0.25]);
        },
    )
}

fn run(plant: &mut DensePlant, scheme: Scheme, steps: u64) {
    for step in 0..steps {
        for stage in 0..scheme.stages() {
            plant.take_own_means();
            plant.stage(
                1,
                scheme,
                StageClock {
                    stage,
                    step,
                    step_s: 0.01,
                    time_s: step as f64 * 0.01,
                },
            );
        }
    }
}

#[test]
fn the_short_way_and_the_general_one_give_the_same_bits() {
    let ways = [
        (Kind::Phase, Scheme::Rk4),
        (Kind::Harmonic, Scheme::SymplecticEuler),
        (Kind::StuartLandau, Scheme::StochasticHeun),
    ];
    let ways = ways.map(|way| [(way, false), (way, true)]);
    for isa in Isa::ALL.into_iter().filter(|isa| isa.is_here()) {
        for ((kind, scheme), apart) in ways.into_iter().flatten() {
            let [mut short, mut general] = [false, true].map(|each| ring(kind, isa, each, apart));
            run(&mut short, scheme, 5);
            run(&mut general, scheme, 5);
            let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(
                bits(short.first()),
                bits(general.first()),
                "{kind:?} on {isa}"
            );
            assert_eq!(
                bits(short.second()),
                bits(general.second()),
                "{kind:?} on {isa}"
            );
            assert_eq!(sums(&short), sums(&general), "{kind:?} on {isa}");
        }
    }
}

fn sums(plant: &DensePlant) -> Vec<(MeanSum, u64)> {
    plant
        .sums()
        .map(|(sum, count)| (sum.clone(), count))
        .collect()
}

fn one(kind: Kind, state: [f64; 2]) -> DensePlant {
    let mut own = Segment::new(kind, 0, 0..1);
    own.omega = Lane::Uniform(1.0);
    own.rate = Lane::Uniform(0.1);
    let ids = vec![VertexId(0)];
    DensePlant::build(
        Isa::best(),
        vec![own],
        ids,
        vec![state],
        (0, 1),
        |_| 0,
        |_, _, _| {},
    )
}

fn damped_error(scheme: Scheme, h: f64) -> f64 {
    let mut plant = one(Kind::Harmonic, [1.0, 0.0]);
    for step in 0..(10.0 / h).round() as u64 {
        for stage in 0..scheme.stages() {
            plant.stage(
                1,
                scheme,
                StageClock {
                    stage,
                    step,
                    step_s: h,
                    time_s: 0.0,
                },
            );
        }
    }
    let rate = (1.0f64 - 0.0025).sqrt();
    let (s, c) = num::sin_cos(rate * 10.0);
    (plant.first()[0] - num::exp(-0.5) * (c + 0.05 / rate * s)).abs()
}

#[test]
fn errors_shrink_with_the_order_of_the_scheme() {
    let orders = [
        (Scheme::Rk4, 0.1, 16.0),
        (Scheme::SymplecticEuler, 0.01, 2.0),
        (Scheme::EulerMaruyama, 0.002, 2.0),
        (Scheme::Leapfrog, 0.02, 4.0),
        (Scheme::StochasticHeun, 0.02, 4.0),
    ];
    for (scheme, h, expected) in orders {
        let ratio = damped_error(scheme, h) / damped_error(scheme, 0.5 * h);
        // 0.2 of an order.
        assert!(
            (num::ln(ratio / expected) / num::ln(2.0)).abs() < 0.2,
            "{scheme:?}: {ratio}"
        );
    }
}

#[test]
fn multiplicative_noise_shows_the_mean_of_its_calculus() {
    // x' = −a x dt + σ x dW: E x decays with a (Itô) or a − σ²/2 (Stratonovich).
    for (scheme, gain) in [(Scheme::EulerMaruyama, 0.0), (Scheme::StochasticHeun, 0.5)] {
        let n = 20_000;
        let mut own = Segment::new(Kind::StuartLandau, 0, 0..n);
        own.rate = Lane::Uniform(-1.0);
        own.noise_kind = NoiseKind::Multiplicative;
        own.acting.noise = Lane::Uniform(0.5);
        let ids = (0..n as u64).map(VertexId).collect();
        // So small that the cubic term is nothing.
        let states = vec![[1e-6, 0.0]; n];
        let mut plant = DensePlant::build(
            Isa::best(),
            vec![own],
            ids,
            states,
            (0, 1),
            |_| 0,
            |_, _, _| {},
        );
        plant.set_noise(NoiseStream::new(7, n as u64));
        run(&mut plant, scheme, 100);
        let mean = plant.first().iter().sum::<f64>() / n as f64 * 1e6;
        let expected = num::exp(-1.0 + gain * 0.25);
        assert!(
            (mean / expected - 1.0).abs() < 0.02,
            "{scheme:?}: {mean} {expected}"
        );
    }
}

#[test]
fn a_step_of_inertia_follows_the_closed_form() {
    // m v' = ω − v from rest: v = ω (1 − e^(−t/m)).
    let mut plant = one(Kind::InertialPhase, [0.0, 0.0]);
    run(&mut plant, Scheme::Rk4, 50);
    let expected = 1.0 - num::exp(-0.5 / 0.1);
    assert!(
        (plant.second()[0] - expected).abs() < 1e-6,
        "{}",
        plant.second()[0]
    );
}
