//! Families without a trajectory to integrate: moments, stability, cycles, delays and orders.

use serde_json::{Value, json};

use super::case::{Case, Node};
use super::cycle;
use super::delay;
use super::error::DynamicsError;
use super::fixed::Scheme;
use super::model::{Statistics, VanDerPol};
use super::moments::{ott_antonsen, ou_variance};
use super::network::Network;
use super::orders;
use super::phase::DelayPair;
use super::quantities::{self, Quantity};
use super::solve::{Answer, Options, report};
use crate::base::num::{TAU, cos};

/// Steps of the `order` family when the case names none, s.
const ORDER_STEPS: [f64; 4] = [0.1, 0.05, 0.025, 0.0125];

/// The report where nothing was integrated.
pub(super) fn closed_report() -> Value {
    report("closed_form", Statistics::default())
}

/// Families in closed form: `sldeath`, `ou`, `langevin`, `ottantonsen`.
///
/// # Errors
/// [`DynamicsError`] of the case.
pub fn closed(case: &Case) -> Result<Answer, DynamicsError> {
    let params = &case.params;
    let (mut expect, mut quantities) = (Vec::new(), Vec::new());
    match case.family.as_str() {
        "sldeath" => quantities = quantities::amplitude_death(case)?,
        "langevin" => quantities = quantities::langevin(case)?,
        "ou" => {
            quantities = quantities::ornstein_uhlenbeck(case)?;
            let (theta, sigma) = (params.positive("theta")?, params.non_negative("sigma")?);
            let entry = |&t: &f64| json!({"t": t, "variance": ou_variance(theta, sigma, t)});
            expect = case.times_s.iter().map(entry).collect();
        }
        _ => {
            let (gamma, k) = (params.non_negative("gamma")?, params.number("K")?);
            let r0 = params.non_negative("r0")?;
            if r0 > 1.0 {
                return Err(DynamicsError::invalid(
                    "params.r0",
                    r0,
                    "a number from 0 to 1",
                ));
            }
            let entry = |&t: &f64| json!({"t": t, "r": ott_antonsen(gamma, k, r0, t)});
            expect = case.times_s.iter().map(entry).collect();
        }
    }
    let method = match case.family.as_str() {
        "sldeath" => "linear stability",
        "ottantonsen" => "closed form of the reduced equation",
        _ => "exact moment equations",
    };
    let extra = vec![("method", json!(method))];
    Ok(Answer {
        expect,
        quantities,
        integrator: closed_report(),
        extra,
    })
}

/// Limit cycle of one Van der Pol oscillator.
///
/// # Errors
/// [`DynamicsError`] of the case, of the integration, or without a cycle.
pub fn limit_cycle(case: &Case) -> Result<Answer, DynamicsError> {
    let params = &case.params;
    let (mu, omega) = (params.positive("mu")?, params.number_or("omega", 1.0)?);
    if omega <= 0.0 {
        return Err(DynamicsError::invalid(
            "params.omega",
            omega,
            "a positive number",
        ));
    }
    let start = match case.root.get("init") {
        None => [2.0, 0.0],
        Some(_) => [
            case.initial("x", Some(1))?[0],
            case.initial("v", Some(1))?[0],
        ],
    };
    if start == [0.0, 0.0] {
        return Err(DynamicsError::invalid(
            "init",
            "the origin",
            "a start off the fixed point",
        ));
    }
    let model = VanDerPol::new(vec![mu], vec![omega], 0.0, Network::isolated(1))?;
    let ratio = mu / omega;
    let weak = TAU / omega * (1.0 + ratio * ratio / 16.0);
    let cycle = cycle::limit_cycle(&model, &start, weak)?;
    let method = "adaptive integration to the cycle, section v = 0";
    let quantities = vec![
        Quantity::new("period", cycle.period_s, method),
        Quantity::new("max_x", cycle.x_max, method),
        Quantity::new(
            "weak_limit_period_2pi(1+mu^2/16)",
            weak,
            "asymptotic formula",
        ),
    ];
    let mut integrator = report("dopri5", cycle.statistics);
    integrator["turns"] = json!(cycle.turns);
    Ok(Answer {
        quantities,
        integrator,
        ..Answer::default()
    })
}

/// Time over which the simulated frequency is measured, and that before it, in units of
/// the larger of τ and 1/|K|.
const DELAY_SETTLE: f64 = 40.0;
const DELAY_MEASURE: f64 = 10.0;
/// Most steps of that simulation.
const DELAY_STEPS_MAX: f64 = 5e6;

/// In-phase state of two oscillators with delay: the root, and a simulation from its
/// neighbourhood beside it.
///
/// # Errors
/// [`DynamicsError`] of the case or of the integration.
pub fn delay_pair(case: &Case, options: &Options) -> Result<Answer, DynamicsError> {
    let params = &case.params;
    let (omega, coupling) = (params.number("omega")?, params.number("K")?);
    let tau = params.non_negative("tau")?;
    let root = delay::in_phase_frequency(omega, coupling, tau)?;
    let stable = coupling * cos(root * tau) > 0.0;
    let mut frequency = Quantity::new(
        "in_phase_common_frequency",
        root,
        "root of the transcendental equation",
    );
    let mut statistics = Statistics::default();
    if let Some(run) = simulate_pair(
        DelayPair {
            omega,
            coupling,
            tau,
        },
        options,
    )? {
        statistics = run.statistics;
        frequency.detail.push(("simulated", json!(run.frequency)));
        frequency
            .detail
            .push(("simulated_phase_difference", json!(run.gap)));
    }
    let stable = Quantity::new(
        "in_phase_stable",
        i32::from(stable),
        "linear stability K cos(Omega tau) > 0",
    );
    let integrator = report("method_of_steps_rk4", statistics);
    Ok(Answer {
        quantities: vec![frequency, stable],
        integrator,
        ..Answer::default()
    })
}

struct PairRun {
    frequency: f64,
    gap: f64,
    statistics: Statistics,
}

/// Runs the pair from free turning, the second oscillator a little ahead; `None` without a
/// delay or coupling, or when the delay is so short that the run would be long.
fn simulate_pair(pair: DelayPair, options: &Options) -> Result<Option<PairRun>, DynamicsError> {
    if pair.tau == 0.0 || pair.coupling == 0.0 {
        return Ok(None);
    }
    let unit = pair.tau.max(1.0 / pair.coupling.abs());
    let dt = options.step_or(0.01 * unit)?.min(pair.tau);
    // Times on the grid of the method, so no state is carried off a node.
    let h = pair.tau / (pair.tau / dt - 1e-9).ceil().max(1.0);
    let end = (DELAY_SETTLE + DELAY_MEASURE) * unit;
    if h.is_nan() || end / h > DELAY_STEPS_MAX {
        return Ok(None);
    }
    let history = |t: f64, y: &mut [f64], dy: &mut [f64]| {
        y[0] = pair.omega * t;
        y[1] = pair.omega * t + 0.1;
        dy.fill(pair.omega);
    };
    let on_grid = |t: f64| (t / h).round() * h;
    let (from, to) = (on_grid(DELAY_SETTLE * unit), on_grid(end));
    let run = delay::integrate(&pair, &history, &[from, to], dt)?;
    let [first, last] = run.states.as_slice() else {
        return Ok(None);
    };
    Ok(Some(PairRun {
        frequency: (last[0] - first[0]) / (to - from),
        gap: last[1] - last[0],
        statistics: run.statistics,
    }))
}

/// Order of convergence of a fixed-step method on the damped oscillator.
///
/// # Errors
/// [`DynamicsError`] of the case or of the integration.
pub fn order(case: &Case) -> Result<Answer, DynamicsError> {
    let params = &case.params;
    let scheme = read_scheme(
        &case
            .root
            .need("integrator", "the name of a fixed-step method")?,
    )?;
    let (omega, zeta) = (params.positive("omega")?, params.non_negative("zeta")?);
    let start = (
        case.initial("x", Some(1))?[0],
        case.initial("v", Some(1))?[0],
    );
    let t = params.positive("t")?;
    let listed = case
        .root
        .get("measured")
        .and_then(|m| m.get("dt"))
        .or_else(|| params.get("dt"));
    let steps = match &listed {
        Some(node) => node.as_numbers()?,
        None => ORDER_STEPS.to_vec(),
    };
    if steps.len() < 2 || steps.windows(2).any(|w| w[1] >= w[0]) {
        let found = format!("{steps:?}");
        return Err(DynamicsError::invalid(
            "measured.dt",
            found,
            "two or more descending steps",
        ));
    }
    let found = orders::oscillator_convergence(scheme, omega, zeta, start, t, &steps)?;
    let observed = found.observed();
    let finest = observed.last().copied().unwrap_or(f64::NAN);
    let mut quantity = Quantity::new("observed_order", finest, "between the two finest steps");
    quantity
        .detail
        .push(("expected_order", json!(scheme.order())));
    let extra = vec![(
        "measured",
        json!({"dt": found.dt, "error": found.error, "observed_order": observed}),
    )];
    let count: f64 = steps.iter().map(|dt| (t / dt).round()).sum();
    let statistics = Statistics {
        steps: count as u64,
        ..Statistics::default()
    };
    let integrator = report(scheme.name(), statistics);
    Ok(Answer {
        quantities: vec![quantity],
        integrator,
        extra,
        ..Answer::default()
    })
}

fn read_scheme(node: &Node) -> Result<Scheme, DynamicsError> {
    match node.as_text()? {
        "euler" | "explicit_euler" | "forward_euler" => Ok(Scheme::Euler),
        "symplectic_euler" | "semi_implicit_euler" => Ok(Scheme::SymplecticEuler),
        name if name.starts_with("leapfrog") || name.ends_with("verlet") => Ok(Scheme::Leapfrog),
        "heun" | "explicit_trapezoid" => Ok(Scheme::Heun),
        "midpoint" | "explicit_midpoint" | "rk2" | "rk2_midpoint" => Ok(Scheme::Midpoint),
        "rk4" => Ok(Scheme::Rk4),
        _ => Err(node.wrong("euler, symplectic_euler, leapfrog, heun, midpoint or rk4")),
    }
}
