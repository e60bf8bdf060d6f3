//! Families whose answers are states at times: the model is built, integrated and read.

use serde_json::{Map, Value, json};

use super::amplitude::StuartLandau;
use super::case::Case;
use super::error::DynamicsError;
use super::model::{Harmonic, Model, VanDerPol};
use super::network::Network;
use super::observables::{amplitudes, harmonic_energy, order_parameter};
use super::phase::{InertialKuramoto, Kuramoto, SineCoupling};
use super::quantities::{self, Quantity};
use super::solve::{Answer, Options};

/// Damped, driven, chained and networked harmonic oscillators.
///
/// # Errors
/// [`DynamicsError`] of the case or of the integration.
pub fn harmonic(case: &Case, options: &Options) -> Result<Answer, DynamicsError> {
    let network = case.network(|| Ok(Network::isolated(case.initial("x", None)?.len())))?;
    let n = network.vertex_count();
    let model = harmonic_model(case, network)?;
    let start = paired_start(case, ["x", "v"], n)?;
    let quantities = match case.family.as_str() {
        "driven" => quantities::driven(case)?,
        "chain" => quantities::chain(&model, &start)?,
        _ => Vec::new(),
    };
    let read = |name: &str, state: &[f64]| match name {
        "x" => Some(json!(state[..n])),
        "v" => Some(json!(state[n..])),
        "energy" => Some(json!(harmonic_energy(&model, state))),
        _ => None,
    };
    states(
        case,
        options,
        &model,
        &start,
        &["x", "v"],
        quantities,
        &read,
    )
}

fn harmonic_model(case: &Case, network: Network) -> Result<Harmonic, DynamicsError> {
    let params = &case.params;
    let n = network.vertex_count();
    let omega_key = if params.get("omega").is_none() && params.get("omega0").is_some() {
        "omega0"
    } else {
        "omega"
    };
    let omega = params.per_vertex_non_negative(omega_key, n)?;
    // The equations are written with zeta; a chain gives gamma itself.
    let gamma = if params.get("zeta").is_some() {
        let zeta = params.per_vertex_non_negative("zeta", n)?;
        zeta.iter().zip(&omega).map(|(z, w)| 2.0 * z * w).collect()
    } else if params.get("gamma").is_some() {
        params.per_vertex_non_negative("gamma", n)?
    } else {
        return Err(DynamicsError::missing(
            "params.zeta",
            "a damping ratio, or params.gamma",
        ));
    };
    let coupling = if case.root.get("graph").is_some() {
        params.number("K")?
    } else {
        params.number_or("K", 0.0)?
    };
    let mut model = Harmonic::new(omega, gamma, coupling, network)?;
    if let Some(ends) = params.get("ends") {
        match ends.as_text()? {
            "free" | "ring" => {}
            "fixed" => {
                model.wall[0] += coupling;
                model.wall[n - 1] += coupling;
            }
            _ => return Err(ends.wrong("free, ring or fixed")),
        }
    }
    if params.get("F").is_none() {
        return Ok(model);
    }
    model.driven(params.per_vertex("F", n)?, params.number("Omega")?)
}

/// Two or more phase oscillators, of first order or, with `params.m`, with inertia.
///
/// # Errors
/// [`DynamicsError`] of the case or of the integration.
pub fn kuramoto(case: &Case, options: &Options) -> Result<Answer, DynamicsError> {
    let params = &case.params;
    let pair = case.family == "kur2";
    let network = case.network(|| {
        if pair {
            Network::new(2, true, &[(0, 1, 1.0)])
        } else {
            Err(DynamicsError::missing(
                "graph",
                "an object with n, symmetric and edges",
            ))
        }
    })?;
    let n = network.vertex_count();
    if pair && n != 2 {
        return Err(DynamicsError::invalid("graph.n", n, "two oscillators"));
    }
    let lags = match params.get("alpha") {
        None => vec![0.0],
        Some(node) => node
            .as_number()
            .map(|a| vec![a])
            .or_else(|_| node.as_numbers())?,
    };
    let sine = SineCoupling::new(network, &lags)?;
    let model = Kuramoto::new(params.per_vertex("omega", n)?, params.number("K")?, sine)?;
    let mut start = case.initial("theta", Some(n))?;
    let quantities = if pair {
        quantities::two_phases(case)?
    } else {
        Vec::new()
    };
    let read = |name: &str, state: &[f64]| {
        let theta = &state[..n];
        match name {
            "theta" => Some(json!(theta)),
            "v" if state.len() > n => Some(json!(state[n..])),
            "phase_difference" if n == 2 => Some(json!(theta[1] - theta[0])),
            "r" => Some(json!(order_parameter(theta).0)),
            "psi" => Some(json!(order_parameter(theta).1)),
            _ => None,
        }
    };
    let usual: &[&str] = if pair {
        &["phase_difference", "theta"]
    } else {
        &["theta"]
    };
    if params.get("m").is_none() {
        return states(case, options, &model, &start, usual, quantities, &read);
    }
    start.extend(case.initial("v", Some(n))?);
    let model = InertialKuramoto::new(params.positive("m")?, model)?;
    states(case, options, &model, &start, usual, quantities, &read)
}

/// One or more Stuart–Landau oscillators.
///
/// # Errors
/// [`DynamicsError`] of the case or of the integration.
pub fn stuart_landau(case: &Case, options: &Options) -> Result<Answer, DynamicsError> {
    let params = &case.params;
    let network = case.network(|| Ok(Network::isolated(case.initial("x", None)?.len())))?;
    let n = network.vertex_count();
    let c2 = match params.get("c2") {
        None => vec![0.0; n],
        Some(_) => params.per_vertex("c2", n)?,
    };
    let coupling = if case.root.get("graph").is_some() {
        params.number("K")?
    } else {
        params.number_or("K", 0.0)?
    };
    let (mu, omega) = (params.per_vertex("mu", n)?, params.per_vertex("omega", n)?);
    let model = StuartLandau::new(mu, omega, c2, coupling, network)?;
    let start = paired_start(case, ["x", "y"], n)?;
    let single = case.family == "sl1";
    let quantities = if single {
        quantities::stuart_landau(case)?
    } else {
        Vec::new()
    };
    let read = |name: &str, state: &[f64]| match name {
        "x" => Some(json!(state[..n])),
        "y" => Some(json!(state[n..])),
        "amplitude" if n == 1 => Some(json!(amplitudes(state)[0])),
        "amplitude" => Some(json!(amplitudes(state))),
        _ => None,
    };
    let usual: &[&str] = if single {
        &["x", "y", "amplitude"]
    } else {
        &["x", "y"]
    };
    states(case, options, &model, &start, usual, quantities, &read)
}

/// Networked Van der Pol oscillators.
///
/// # Errors
/// [`DynamicsError`] of the case or of the integration.
pub fn van_der_pol(case: &Case, options: &Options) -> Result<Answer, DynamicsError> {
    let params = &case.params;
    let network = case.network(|| Ok(Network::isolated(case.initial("x", None)?.len())))?;
    let n = network.vertex_count();
    let coupling = if case.root.get("graph").is_some() {
        params.number("K")?
    } else {
        0.0
    };
    let omega = params.per_vertex_non_negative("omega", n)?;
    let model = VanDerPol::new(params.per_vertex("mu", n)?, omega, coupling, network)?;
    let start = paired_start(case, ["x", "v"], n)?;
    let read = |name: &str, state: &[f64]| match name {
        "x" => Some(json!(state[..n])),
        "v" => Some(json!(state[n..])),
        _ => None,
    };
    states(
        case,
        options,
        &model,
        &start,
        &["x", "v"],
        Vec::new(),
        &read,
    )
}

fn paired_start(case: &Case, names: [&str; 2], n: usize) -> Result<Vec<f64>, DynamicsError> {
    let mut start = case.initial(names[0], Some(n))?;
    start.extend(case.initial(names[1], Some(n))?);
    Ok(start)
}

/// Integrates and reads the wanted arrays and scalars at every time.
fn states(
    case: &Case,
    options: &Options,
    model: &dyn Model,
    start: &[f64],
    usual: &[&str],
    quantities: Vec<Quantity>,
    read: &dyn Fn(&str, &[f64]) -> Option<Value>,
) -> Result<Answer, DynamicsError> {
    let wanted: Vec<&str> = if case.wanted.is_empty() {
        usual.to_vec()
    } else {
        case.wanted.iter().map(String::as_str).collect()
    };
    if let Some(name) = wanted.iter().find(|name| read(name, start).is_none()) {
        let expected = format!(
            "keys that {} knows, such as {}",
            model.name(),
            usual.join(", ")
        );
        return Err(DynamicsError::invalid("expect", name, expected));
    }
    let (run, integrator) = options.solve(model, start, &case.times_s)?;
    let mut expect = Vec::with_capacity(run.states.len());
    for (t, state) in case.times_s.iter().zip(&run.states) {
        let mut entry = Map::new();
        entry.insert("t".to_owned(), json!(t));
        for name in &wanted {
            entry.insert((*name).to_owned(), read(name, state).unwrap_or(Value::Null));
        }
        expect.push(Value::Object(entry));
    }
    Ok(Answer {
        expect,
        quantities,
        integrator,
        extra: Vec::new(),
    })
}
