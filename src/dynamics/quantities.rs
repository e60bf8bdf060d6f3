//! Quantities of a case that have a closed form or an exact linear solution.

use serde_json::{Value, json};

use super::amplitude::pair_growth_rate;
use super::case::Case;
use super::error::DynamicsError;
use super::model::Harmonic;
use super::modes::{network_frequencies, shape_frequency};
use super::moments;
use super::sde::SdeScheme;
use crate::base::num::{PI, TAU, asin, atan2, cos, sin};

/// A named value and how it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// Name as in the case.
    pub name: String,
    /// A number, an array of numbers, or null where the quantity does not exist.
    pub value: Value,
    /// How it was found.
    pub method: String,
    /// More about it, such as the sampling error.
    pub detail: Vec<(&'static str, Value)>,
}

impl Quantity {
    /// A quantity without detail. Values that are not finite become null.
    pub fn new(name: &str, value: impl Into<Value>, method: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.into(),
            method: method.to_owned(),
            detail: Vec::new(),
        }
    }

    /// The quantity as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = json!({"name": self.name, "value": self.value, "method": self.method});
        for (key, value) in &self.detail {
            object[*key] = value.clone();
        }
        object
    }
}

const CLOSED: &str = "closed form";

/// Steady state of x″ = −2ζω x′ − ω² x + F cos(Ω t): x → A cos(Ω t − lag).
///
/// A = F/√((ω² − Ω²)² + (2ζωΩ)²); resonance at ω√(1 − 2ζ²), or 0 from ζ = 1/√2 on; Q = 1/(2ζ).
/// Source: Landau & Lifshitz, Mechanics, §26.
///
/// # Errors
/// [`DynamicsError`] for missing or meaningless parameters.
pub fn driven(case: &Case) -> Result<Vec<Quantity>, DynamicsError> {
    let params = &case.params;
    let (omega, zeta) = (params.positive("omega")?, params.non_negative("zeta")?);
    let (force, drive) = (params.number("F")?, params.number("Omega")?);
    let (spring, loss) = (
        (omega - drive) * (omega + drive),
        2.0 * zeta * omega * drive,
    );
    let amplitude = force.abs() / (spring * spring + loss * loss).sqrt();
    let lag = atan2(loss, spring) + if force < 0.0 { PI } else { 0.0 };
    let shift = 1.0 - 2.0 * zeta * zeta;
    let resonance = omega * shift.max(0.0).sqrt();
    let peak = if shift > 0.0 {
        force.abs() / (2.0 * zeta * omega * omega * (1.0 - zeta * zeta).sqrt())
    } else {
        force.abs() / (omega * omega)
    };
    Ok(vec![
        Quantity::new("steady_amplitude", amplitude, CLOSED),
        Quantity::new("steady_phase_lag", lag, CLOSED),
        Quantity::new("quality_factor", 0.5 / zeta, CLOSED),
        Quantity::new("resonance_frequency", resonance, CLOSED),
        Quantity::new("peak_amplitude", peak, CLOSED),
    ])
}

/// Locking of two phase oscillators: φ = θ₂ − θ₁ obeys φ′ = Δω − 2 K cos α sin φ.
///
/// Locked for |Δω| ≤ 2|K cos α|; then sin φ* = Δω/(2 K cos α), relaxation 2 K cos α cos φ*, common
/// frequency (ω₁ + ω₂)/2 − K sin α cos φ*. Otherwise φ slips with period 2π/√(Δω² − (2K cos α)²).
/// Source: Adler (1946); Sakaguchi & Kuramoto (1986).
///
/// # Errors
/// [`DynamicsError`] for missing parameters.
pub fn two_phases(case: &Case) -> Result<Vec<Quantity>, DynamicsError> {
    let params = &case.params;
    let omega = params.per_vertex("omega", 2)?;
    let (coupling, alpha) = (params.number("K")?, params.number_or("alpha", 0.0)?);
    let detuning = omega[1] - omega[0];
    let hold = 2.0 * coupling * cos(alpha);
    let locked = detuning.abs() <= hold.abs();
    let mut out = vec![Quantity::new("locked", i32::from(locked), CLOSED)];
    if locked {
        let principal = if hold == 0.0 {
            0.0
        } else {
            asin(detuning / hold)
        };
        // The stable root has cos φ of the sign of the coupling.
        let phi = if hold < 0.0 {
            PI - principal
        } else {
            principal
        };
        let mean = 0.5 * (omega[0] + omega[1]) - coupling * sin(alpha) * cos(phi);
        let relaxation = ((hold - detuning) * (hold + detuning)).max(0.0).sqrt();
        out.push(Quantity::new("locked_phase_difference", phi, CLOSED));
        out.push(Quantity::new("common_frequency", mean, CLOSED));
        out.push(Quantity::new("relaxation_rate", relaxation, CLOSED));
    } else {
        let rate = ((detuning - hold) * (detuning + hold)).sqrt();
        out.push(Quantity::new("beat_period", TAU / rate, CLOSED));
        out.push(Quantity::new(
            "mean_frequency_difference",
            rate.copysign(detuning),
            CLOSED,
        ));
    }
    Ok(out)
}

/// Limit cycle of one Stuart–Landau oscillator: |z| = √μ, frequency ω − c₂ μ; the origin for μ ≤ 0.
///
/// # Errors
/// [`DynamicsError`] for missing parameters.
pub fn stuart_landau(case: &Case) -> Result<Vec<Quantity>, DynamicsError> {
    let params = &case.params;
    let (mu, omega) = (
        params.per_vertex("mu", 1)?[0],
        params.per_vertex("omega", 1)?[0],
    );
    let c2 = params.number_or("c2", 0.0)?;
    let square = mu.max(0.0);
    Ok(vec![
        Quantity::new("limit_amplitude", square.sqrt(), CLOSED),
        Quantity::new("limit_frequency", omega - c2 * square, CLOSED),
    ])
}

/// Amplitude death of two Stuart–Landau oscillators, see [`pair_growth_rate`].
///
/// # Errors
/// [`DynamicsError`] for missing parameters.
pub fn amplitude_death(case: &Case) -> Result<Vec<Quantity>, DynamicsError> {
    let params = &case.params;
    let mu = params.number_or("mu", 1.0)?;
    let growth = pair_growth_rate(mu, params.number("K")?, params.number("Delta")?);
    let method = "linear stability, eigenvalue in closed form";
    Ok(vec![
        Quantity::new("growth_rate_of_origin", growth, method),
        Quantity::new("amplitude_death", i32::from(growth < 0.0), method),
    ])
}

/// Modes of a chain or any symmetric harmonic network, and the frequency of the initial shape.
///
/// # Errors
/// [`DynamicsError::Invalid`] for a directed or too large network.
pub fn chain(model: &Harmonic, start: &[f64]) -> Result<Vec<Quantity>, DynamicsError> {
    let n = model.network.vertex_count();
    if !model.network.is_symmetric() {
        return Err(DynamicsError::invalid(
            "graph.symmetric",
            false,
            "true: modes need it",
        ));
    }
    if n > super::modes::DENSE_MAX {
        let expected = format!("at most {} vertices", super::modes::DENSE_MAX);
        return Err(DynamicsError::invalid("graph.n", n, expected));
    }
    let restoring = model.restoring();
    let frequencies = network_frequencies(&model.network, model.coupling, &restoring);
    let (x, v) = start.split_at(n);
    let shape = |x| shape_frequency(&model.network, model.coupling, &restoring, x);
    let excited = shape(x).or_else(|| shape(v)).unwrap_or(f64::NAN);
    Ok(vec![
        Quantity::new(
            "eigenfrequencies_undamped",
            frequencies,
            "dense symmetric eigenvalues",
        ),
        Quantity::new(
            "excited_mode_frequency",
            excited,
            "Rayleigh quotient of the start",
        ),
    ])
}

/// Stationary variances of the Ornstein–Uhlenbeck process and of the schemes that step it.
///
/// # Errors
/// [`DynamicsError`] for missing or meaningless parameters, or a step θ·dt ≥ 2.
pub fn ornstein_uhlenbeck(case: &Case) -> Result<Vec<Quantity>, DynamicsError> {
    let params = &case.params;
    let (theta, sigma) = (params.positive("theta")?, params.non_negative("sigma")?);
    let exact = sigma * sigma / (2.0 * theta);
    let mut out = vec![Quantity::new("variance_exact_stationary", exact, CLOSED)];
    if params.get("dt").is_some() {
        let dt = params.positive("dt")?;
        if theta * dt >= 2.0 {
            let expected = format!("less than 2 / theta = {}: the scheme diverges", 2.0 / theta);
            return Err(DynamicsError::invalid("params.dt", dt, expected));
        }
        let method = "exact moment equation of the scheme";
        for (name, scheme) in [
            (
                "variance_euler_maruyama_stationary",
                SdeScheme::EulerMaruyama,
            ),
            ("variance_heun_stationary", SdeScheme::Heun),
        ] {
            let variance = moments::ou_stationary(scheme, theta, sigma, dt);
            out.push(Quantity::new(name, variance, method));
        }
    }
    out.push(Quantity::new("autocorrelation_time", 1.0 / theta, CLOSED));
    Ok(out)
}

/// Stationary moments of the Langevin oscillator and of symplectic Euler on it.
///
/// # Errors
/// [`DynamicsError`] for missing or meaningless parameters, or an unstable step.
pub fn langevin(case: &Case) -> Result<Vec<Quantity>, DynamicsError> {
    let params = &case.params;
    let (gamma, omega) = (params.positive("gamma")?, params.positive("omega")?);
    let sigma = params.non_negative("sigma")?;
    let exact = moments::langevin_stationary(gamma, omega, sigma);
    let mut out = vec![
        Quantity::new("var_x", exact.var_x, CLOSED),
        Quantity::new("var_v", exact.var_v, CLOSED),
        Quantity::new("cov_xv", exact.cov_xv, CLOSED),
    ];
    if params.get("dt").is_some() {
        let dt = params.positive("dt")?;
        let scheme = moments::langevin_symplectic(gamma, omega, sigma, dt)?;
        let method = "exact moment (discrete Lyapunov) equation of the scheme";
        out.push(Quantity::new(
            "var_x_symplectic_euler_dt",
            scheme.var_x,
            method,
        ));
        out.push(Quantity::new(
            "var_v_symplectic_euler_dt",
            scheme.var_v,
            method,
        ));
        out.push(Quantity::new(
            "cov_xv_symplectic_euler_dt",
            scheme.cov_xv,
            method,
        ));
    }
    Ok(out)
}
