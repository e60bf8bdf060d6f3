//! How long a step of each control law and safety filter takes.
//!
//! `cargo bench --no-default-features --bench control`
//!
//! Nanoseconds of a step, the median of nine rounds of 200,000 steps; inputs change from step to
//! step, and outputs are used. A loop at 1 kHz has 1,000,000 ns.

use std::hint::black_box;
use std::time::Instant;

use phantomos::control::mrac::{MracSpec, MracState};
use phantomos::control::pid::{AntiWindup, PidSpec, PidState};
use phantomos::control::relay::{RelaySpec, RelayState};
use phantomos::control::seek::{SeekSpec, SeekState};
use phantomos::safety::alarm::{AlarmMemory, AlarmSpec};
use phantomos::safety::barrier::{Barrier, filter, interval, unbounded};
use phantomos::safety::simplex::{DoubleIntegrator, SimplexSpec, SimplexState};
use phantomos::safety::{OnExcess, gate};

const STEPS: u32 = 200_000;
const ROUNDS: usize = 9;

/// Measures that look like noise, 0 … 1.
fn measures() -> Vec<f64> {
    (0..4096u32)
        .map(|k| f64::from(k.wrapping_mul(2_654_435_761) >> 8) / f64::from(1u32 << 24))
        .collect()
}

fn row(name: &str, measures: &[f64], mut step: impl FnMut(f64) -> f64) {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begin = Instant::now();
            for k in 0..STEPS as usize {
                black_box(step(black_box(measures[k % measures.len()])));
            }
            begin.elapsed().as_secs_f64() * 1e9 / f64::from(STEPS)
        })
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    println!("{name:<52} {:>9.1} ns", times[ROUNDS / 2]);
}

fn laws(measures: &[f64]) {
    let plain = PidSpec {
        kp: 2.0,
        ki: 1.0,
        ..PidSpec::default()
    };
    let mut state = PidState::default();
    row("PI", measures, |y| {
        plain.step(&mut state, 0.5, y, 1e-3).output
    });
    let full = PidSpec {
        kd: 0.1,
        derivative_filter_s: 0.01,
        setpoint_weight: 0.7,
        derivative_weight: 0.1,
        feed_forward_gain: 0.4,
        output_min: Some(-1.0),
        output_max: Some(1.0),
        rate_per_s: Some(100.0),
        anti_windup: AntiWindup::BackCalculation { tracking_s: None },
        ..plain.clone()
    };
    let mut state = PidState::default();
    row("PID, all options", measures, |y| {
        full.step(&mut state, 0.5, y, 1e-3).output
    });
    let relay = RelaySpec {
        spread_max: 0.0,
        time_limit_s: f64::MAX,
        ..RelaySpec::default()
    };
    let mut state = RelayState::default();
    row("relay experiment", measures, |y| {
        // Periods of 1000 samples, and never steady enough for it to be done.
        let setpoint = state.time_s.fract() - 0.5;
        relay.step(&mut state, setpoint, 0.01 * y, 1e-3).output
    });
    let seek = SeekSpec::default();
    let mut state = SeekState::default();
    row("extremum seeking", measures, |y| {
        seek.step(&mut state, y, 1e-3).output
    });
    let mrac = MracSpec::default();
    let mut state = MracState::default();
    row("model reference adaptive control", measures, |y| {
        mrac.step(&mut state, 0.5, y, 1e-3).output
    });
}

fn filters(measures: &[f64]) {
    row("gate", measures, |u| match gate(u, 0.5, OnExcess::Clamp) {
        phantomos::safety::GateVerdict::Pass(own) => own,
        _ => 0.5,
    });
    let alarm = AlarmSpec {
        clear: Some(0.5),
        on_delay: 2,
        off_delay: 2,
        ..AlarmSpec::high(0.8)
    };
    let mut memory = AlarmMemory::default();
    row("alarm", measures, |x| {
        alarm.step(&mut memory, x);
        f64::from(u8::from(memory.active))
    });
    let plant = DoubleIntegrator {
        limit: 10.0,
        brake: 2.0,
    };
    let (spec, mut state, mut at) = (SimplexSpec::default(), SimplexState::default(), [0.0; 2]);
    row("simplex switch, double integrator", measures, |u| {
        let step = spec.step(
            &mut state,
            u,
            || plant.braking(at[1], 1e-3),
            |u| plant.is_recoverable(plant.advance(at, *u, 1e-3)),
        );
        at = plant.advance(at, step.command, 1e-3);
        step.command
    });
    let row1 = |gradient, offset| Barrier {
        gradient: [gradient],
        offset,
    };
    let scalar = [row1(1.0, -0.2), row1(-1.0, 0.7)];
    row("interval of two barriers, one dimension", measures, |u| {
        interval(&scalar, [0.0, 1.0]).map_or(0.0, |own| u.max(own.low).min(own.high))
    });
    row("filter of two barriers, one dimension", measures, |u| {
        filter([u], &scalar, &unbounded())
            .command()
            .map_or(0.0, |[own]| own)
    });
    let plane = [
        Barrier {
            gradient: [1.0, 0.2],
            offset: -0.5,
        },
        Barrier {
            gradient: [-0.3, 1.0],
            offset: -0.5,
        },
    ];
    row("filter of two barriers, two dimensions", measures, |u| {
        let found = filter([u, 0.5 * u], &plane, &unbounded());
        found.command().map_or(0.0, |[own, _]| own)
    });
    row("the same in a box", measures, |u| {
        let found = filter([u, 0.5 * u], &plane, &[[-1.0, 1.0], [-1.0, 1.0]]);
        found.command().map_or(0.0, |[own, _]| own)
    });
    let many: [Barrier<3>; 8] = std::array::from_fn(|k| Barrier {
        gradient: [1.0, 0.1 * k as f64, 0.3 - 0.1 * k as f64],
        offset: -0.8,
    });
    row(
        "filter of eight barriers in a box, three dimensions",
        measures,
        |u| {
            let found = filter([u, 0.0, 0.0], &many, &[[-2.0, 2.0]; 3]);
            found.command().map_or(0.0, |[own, _, _]| own)
        },
    );
    let apart: [Barrier<3>; 8] = std::array::from_fn(|k| Barrier {
        offset: if k == 7 { -9.0 } else { -0.8 },
        ..many[k]
    });
    row("the same, when no command keeps all", measures, |u| {
        let found = filter([u, 0.0, 0.0], &apart, &[[-2.0, 2.0]; 3]);
        found.command().map_or(0.0, |[own, _, _]| own)
    });
}

fn main() {
    let measures = measures();
    println!("{:<52} {:>12}", "a step of", "median");
    laws(&measures);
    filters(&measures);
}
