//! Families answered by simulation: large populations and the orders of stochastic methods.

use serde_json::json;

use super::case::Case;
use super::ensemble::{
    MeanOrder, Sampling, lorentzian_frequencies, mean_field_order, noisy_order,
    noisy_self_consistent,
};
use super::error::DynamicsError;
use super::model::Statistics;
use super::orders::{
    Convergence, Process, euler_weak_convergence, heun_deterministic_convergence,
    strong_convergence,
};
use super::quantities::Quantity;
use super::sde::SdeScheme;
use super::solve::{Answer, Options, report};

/// Oscillators of the Lorentzian population far from the threshold, where r fluctuates by about
/// 1/√N.
const LORENTZ_COUNT: f64 = 40_000.0;
/// Oscillators of the noisy population.
const NOISY_COUNT: usize = 10_000;
/// Largest numbers of oscillator steps, about 10 s each in a release build.
const LORENTZ_WORK: f64 = 1e9;
const NOISY_WORK: f64 = 2.5e8;
/// Time for the Lorentzian population to settle: a number of growth times within bounds, s.
const SETTLE_TIMES: f64 = 15.0;
const SETTLE_MIN_S: f64 = 50.0;
const SETTLE_MAX_S: f64 = 300.0;
/// Fewest oscillators that a population shrinks to for the sake of its work.
const COUNT_MIN: f64 = 1000.0;

fn populated(
    name: &str,
    theory: f64,
    mean: MeanOrder,
    sampling: &Sampling,
    integrator: &str,
) -> Answer {
    let (from, to) = (sampling.settle_s, sampling.settle_s + sampling.measure_s);
    let method = format!(
        "mean over t in [{from}, {to}] of {} oscillators",
        sampling.count
    );
    let mut quantity = Quantity::new(name, mean.r, &method);
    quantity.detail = vec![
        ("deviation", json!(mean.deviation)),
        ("infinite_population", json!(theory)),
        ("samples", json!(sampling.count)),
    ];
    let statistics = Statistics {
        steps: mean.steps,
        rejected: 0,
        evaluations: 2 * mean.steps,
    };
    let mut integrator = report(integrator, statistics);
    integrator["dt"] = json!(sampling.dt);
    integrator["seed"] = json!(sampling.seed);
    let extra = vec![("method", json!("simulation"))];
    Answer {
        quantities: vec![quantity],
        integrator,
        extra,
        ..Answer::default()
    }
}

/// Shrinks the population to the work allowed.
fn within(mut sampling: Sampling, work: f64) -> Result<Sampling, DynamicsError> {
    let time_s = sampling.settle_s + sampling.measure_s;
    let affordable = work * sampling.dt / time_s;
    if affordable < COUNT_MIN {
        let expected = format!(
            "at least {} s for this population",
            COUNT_MIN * time_s / work
        );
        return Err(DynamicsError::invalid("options.dt", sampling.dt, expected));
    }
    sampling.count = sampling.count.min(affordable as usize);
    Ok(sampling)
}

/// Stationary r of the Lorentzian population, from random phases, over 50 s that begin at t = 50 s,
/// later when the threshold is near.
///
/// # Errors
/// [`DynamicsError`] of the case.
pub fn lorentz(case: &Case, options: &Options) -> Result<Answer, DynamicsError> {
    let params = &case.params;
    let (gamma, coupling) = (params.positive("gamma")?, params.non_negative("K")?);
    // Twenty steps per unit of the faster of coupling and spread.
    let dt = options.step_or(0.05 / coupling.max(gamma).max(1.0))?;
    // Order grows and decays at the rate K/2 - gamma, slowly near the threshold.
    let rate = (0.5 * coupling - gamma).abs();
    let settle_s = if coupling > 2.0 * gamma {
        (SETTLE_TIMES / rate).clamp(SETTLE_MIN_S, SETTLE_MAX_S)
    } else {
        SETTLE_MIN_S
    };
    // Fluctuations grow as 1/sqrt(|1 - K/Kc|) towards the threshold; more oscillators make up.
    let distance = (rate / gamma).clamp(0.1, 1.0);
    let (count, seed) = ((LORENTZ_COUNT / distance) as usize, options.seed);
    let sampling = within(
        Sampling {
            count,
            dt,
            settle_s,
            measure_s: 50.0,
            seed,
        },
        LORENTZ_WORK,
    )?;
    let omega = lorentzian_frequencies(gamma, sampling.count);
    let mean = mean_field_order(&omega, coupling, &sampling);
    let theory = (1.0 - 2.0 * gamma / coupling).max(0.0).sqrt();
    Ok(populated(
        "r_infinity",
        theory,
        mean,
        &sampling,
        "turn_kick_splitting",
    ))
}

/// Stationary r of identical oscillators with noise.
///
/// # Errors
/// [`DynamicsError`] of the case, or when a phase is lost.
pub fn noisy(case: &Case, options: &Options) -> Result<Answer, DynamicsError> {
    let params = &case.params;
    let (diffusion, coupling) = (params.positive("D")?, params.non_negative("K")?);
    let fastest = coupling.max(diffusion);
    let dt = options.step_or(0.05 / fastest)?;
    let (settle_s, measure_s) = (40.0 / fastest, 200.0 / fastest);
    let (count, seed) = (NOISY_COUNT, options.seed);
    let sampling = within(
        Sampling {
            count,
            dt,
            settle_s,
            measure_s,
            seed,
        },
        NOISY_WORK,
    )?;
    let mean = noisy_order(coupling, diffusion, &sampling)?;
    let theory = noisy_self_consistent(coupling, diffusion);
    Ok(populated(
        "r_stationary",
        theory,
        mean,
        &sampling,
        SdeScheme::Heun.name(),
    ))
}

fn slope(name: &str, found: &Convergence, method: &str) -> Quantity {
    let mut quantity = Quantity::new(name, found.slope(), method);
    quantity.detail = vec![("dt", json!(found.dt)), ("error", json!(found.error))];
    quantity
}

/// Strong and weak orders of the stochastic methods, measured.
///
/// # Errors
/// [`DynamicsError::NonFinite`] when a path is lost.
pub fn sde_order(options: &Options) -> Result<Answer, DynamicsError> {
    let additive = Process::OrnsteinUhlenbeck {
        rate: -1.0,
        sigma: 0.5,
    };
    let ito = Process::GeometricIto {
        rate: 0.5,
        sigma: 1.0,
    };
    let stratonovich = Process::GeometricStratonovich {
        rate: -0.5,
        sigma: 0.5,
    };
    let sampled = "simulation of 8192 paths, slope of the mean error at t = 1";
    let strong = |scheme, process| strong_convergence(scheme, process, options.seed);
    let (euler, heun) = (SdeScheme::EulerMaruyama, SdeScheme::Heun);
    let quantities = vec![
        slope(
            "euler_maruyama_strong_multiplicative",
            &strong(euler, ito)?,
            sampled,
        ),
        slope(
            "euler_maruyama_strong_additive",
            &strong(euler, additive)?,
            sampled,
        ),
        slope(
            "euler_maruyama_weak",
            &euler_weak_convergence(0.5),
            "exact moment equation",
        ),
        slope("heun_strong_additive", &strong(heun, additive)?, sampled),
        slope(
            "heun_strong_scalar_multiplicative_stratonovich",
            &strong(heun, stratonovich)?,
            sampled,
        ),
        slope(
            "heun_sigma0_deterministic",
            &heun_deterministic_convergence(-1.0)?,
            "integration without noise",
        ),
    ];
    let mut integrator = report("euler_maruyama, stochastic_heun", Statistics::default());
    integrator["seed"] = json!(options.seed);
    Ok(Answer {
        quantities,
        integrator,
        ..Answer::default()
    })
}
