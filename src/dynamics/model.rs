//! Models as right-hand sides: what an integrator needs to know, and the second-order oscillators.
//!
//! A state of a second-order model of n vertices is `[x₀ … xₙ₋₁, v₀ … vₙ₋₁]`. Its acceleration is
//! the sum of a force that knows only t and x and a damping −γ(x)·v; the symplectic methods use
//! the two parts apart. Phases are in `phase`, the amplitude equation in `amplitude`.

use super::error::DynamicsError;
use super::modes::stiffness;
use super::network::Network;
use crate::base::num::cos;

/// An ordinary differential equation y′ = f(t, y).
pub trait Model {
    /// Name in messages, such as `kuramoto`.
    fn name(&self) -> &'static str;

    /// Number of variables of the state.
    fn dimension(&self) -> usize;

    /// The slope: writes f(t, y) into `dy`. Both slices have length [`Model::dimension`]; t in s.
    fn rhs(&self, t: f64, y: &[f64], dy: &mut [f64]);

    /// Name of variable number `index` in messages, such as `x[3]`.
    fn variable(&self, index: usize) -> String {
        format!("y[{index}]")
    }

    /// The parts for symplectic methods, if the model is of second order.
    fn split(&self) -> Option<&dyn Split> {
        None
    }
}

/// The parts of a second-order model x″ = a(t, x) − γ(x) x′.
pub trait Split {
    /// Writes the part a(t, x) of the acceleration that does not know the velocity.
    fn force(&self, t: f64, x: &[f64], a: &mut [f64]);

    /// Writes the damping rate γᵢ(x) of every vertex, 1/s (negative: the vertex is driven).
    fn damping(&self, x: &[f64], gamma: &mut [f64]);

    /// A lower bound of the largest angular frequency of the linear part, rad/s.
    ///
    /// Exact for symmetric networks up to [`super::modes::DENSE_MAX`] vertices; otherwise the
    /// largest frequency of one vertex held by its neighbours. 0 when nothing pulls back.
    fn omega_max(&self) -> f64;
}

/// The slope of a second-order model put together from its parts.
fn split_rhs(model: &dyn Split, t: f64, y: &[f64], dy: &mut [f64]) {
    let n = y.len() / 2;
    let (x, v) = y.split_at(n);
    let (dx, dv) = dy.split_at_mut(n);
    // `dx` holds the damping rates until they are used.
    model.force(t, x, dv);
    model.damping(x, dx);
    for (dv, (rate, v)) in dv.iter_mut().zip(dx.iter().zip(v)) {
        *dv -= rate * v;
    }
    dx.copy_from_slice(v);
}

/// Work of an integration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Steps taken.
    pub steps: u64,
    /// Steps tried and thrown away.
    pub rejected: u64,
    /// Evaluations of the slope.
    pub evaluations: u64,
}

/// States at the times asked for, and the work they took.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// One state per time.
    pub states: Vec<Vec<f64>>,
    /// Steps and evaluations.
    pub statistics: Statistics,
}

/// Checks a state.
///
/// # Errors
/// [`DynamicsError::NonFinite`] naming the first variable that is NaN or infinite.
pub fn check_finite(model: &dyn Model, t: f64, y: &[f64]) -> Result<(), DynamicsError> {
    match y.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(i) => Err(DynamicsError::NonFinite {
            variable: model.variable(i),
            t,
        }),
    }
}

/// Name of a variable in a state of two blocks of n.
pub(super) fn paired_variable(names: [&str; 2], n: usize, index: usize) -> String {
    if index < n {
        format!("{}[{index}]", names[0])
    } else {
        format!("{}[{}]", names[1], index - n)
    }
}

/// Checks that a parameter array has one entry per vertex.
pub(super) fn check_length(path: &str, values: &[f64], n: usize) -> Result<(), DynamicsError> {
    if values.len() == n {
        Ok(())
    } else {
        let found = format!("{} numbers", values.len());
        Err(DynamicsError::invalid(
            path,
            found,
            format!("one per vertex ({n})"),
        ))
    }
}

/// Coupled harmonic oscillators, damped and driven.
///
/// xᵢ″ = −γᵢ xᵢ′ − (ωᵢ² + qᵢ) xᵢ + K Σⱼ wᵢⱼ (xⱼ − xᵢ) + Fᵢ cos(Ω t)
///
/// Units: ω, Ω in rad/s, γ = 2ζω in 1/s, K and qᵢ in 1/s², F in length/s². qᵢ is an extra spring to
/// a wall (the ends of a fixed chain). Source: Hairer, Lubich & Wanner (2006), §I.1.4 for the
/// chain.
#[derive(Clone, Debug)]
pub struct Harmonic {
    /// Natural angular frequencies, rad/s.
    pub omega: Vec<f64>,
    /// Damping rates γ = 2ζω, 1/s.
    pub gamma: Vec<f64>,
    /// Springs to a wall, 1/s².
    pub wall: Vec<f64>,
    /// Amplitudes of the drive.
    pub force: Vec<f64>,
    /// Angular frequency of the drive, rad/s.
    pub drive_omega: f64,
    /// Coupling, 1/s².
    pub coupling: f64,
    /// Who pulls whom.
    pub network: Network,
}

impl Harmonic {
    /// A network without walls and without a drive.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] when an array does not have one entry per vertex.
    pub fn new(
        omega: Vec<f64>,
        gamma: Vec<f64>,
        coupling: f64,
        network: Network,
    ) -> Result<Self, DynamicsError> {
        let n = network.vertex_count();
        check_length("params.omega", &omega, n)?;
        check_length("params.gamma", &gamma, n)?;
        let (wall, force) = (vec![0.0; n], vec![0.0; n]);
        Ok(Self {
            omega,
            gamma,
            wall,
            force,
            drive_omega: 0.0,
            coupling,
            network,
        })
    }

    /// Adds the drive Fᵢ cos(Ω t).
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] when `force` does not have one entry per vertex.
    pub fn driven(mut self, force: Vec<f64>, drive_omega: f64) -> Result<Self, DynamicsError> {
        check_length("params.F", &force, self.network.vertex_count())?;
        self.force = force;
        self.drive_omega = drive_omega;
        Ok(self)
    }

    /// Restoring rates ωᵢ² + qᵢ without the coupling, 1/s².
    #[must_use]
    pub fn restoring(&self) -> Vec<f64> {
        self.omega
            .iter()
            .zip(&self.wall)
            .map(|(w, q)| w * w + q)
            .collect()
    }
}

impl Model for Harmonic {
    fn name(&self) -> &'static str {
        "harmonic"
    }

    fn dimension(&self) -> usize {
        2 * self.omega.len()
    }

    fn rhs(&self, t: f64, y: &[f64], dy: &mut [f64]) {
        split_rhs(self, t, y, dy);
    }

    fn variable(&self, index: usize) -> String {
        paired_variable(["x", "v"], self.omega.len(), index)
    }

    fn split(&self) -> Option<&dyn Split> {
        Some(self)
    }
}

impl Split for Harmonic {
    fn force(&self, t: f64, x: &[f64], a: &mut [f64]) {
        let swing = cos(self.drive_omega * t);
        for (i, a) in a.iter_mut().enumerate() {
            let restoring = self.omega[i] * self.omega[i] + self.wall[i];
            let pull = self.coupling * self.network.diffusion(i, x);
            *a = -restoring * x[i] + pull + self.force[i] * swing;
        }
    }

    fn damping(&self, _x: &[f64], gamma: &mut [f64]) {
        gamma.copy_from_slice(&self.gamma);
    }

    fn omega_max(&self) -> f64 {
        stiffness(&self.network, self.coupling, &self.restoring())
            .max(0.0)
            .sqrt()
    }
}

/// Coupled Van der Pol oscillators.
///
/// xᵢ″ = μᵢ (1 − xᵢ²) xᵢ′ − ωᵢ² xᵢ + K Σⱼ wᵢⱼ (xⱼ − xᵢ)
///
/// Units: μ in 1/s, ω in rad/s, K in 1/s², x without unit. Source: van der Pol (1926).
#[derive(Clone, Debug)]
pub struct VanDerPol {
    mu: Vec<f64>,
    omega: Vec<f64>,
    coupling: f64,
    network: Network,
}

impl VanDerPol {
    /// A network of Van der Pol oscillators.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] when an array does not have one entry per vertex.
    pub fn new(
        mu: Vec<f64>,
        omega: Vec<f64>,
        coupling: f64,
        network: Network,
    ) -> Result<Self, DynamicsError> {
        check_length("params.mu", &mu, network.vertex_count())?;
        check_length("params.omega", &omega, network.vertex_count())?;
        Ok(Self {
            mu,
            omega,
            coupling,
            network,
        })
    }
}

impl Model for VanDerPol {
    fn name(&self) -> &'static str {
        "van_der_pol"
    }

    fn dimension(&self) -> usize {
        2 * self.omega.len()
    }

    fn rhs(&self, t: f64, y: &[f64], dy: &mut [f64]) {
        split_rhs(self, t, y, dy);
    }

    fn variable(&self, index: usize) -> String {
        paired_variable(["x", "v"], self.omega.len(), index)
    }

    fn split(&self) -> Option<&dyn Split> {
        Some(self)
    }
}

impl Split for VanDerPol {
    fn force(&self, _t: f64, x: &[f64], a: &mut [f64]) {
        for (i, a) in a.iter_mut().enumerate() {
            let pull = self.coupling * self.network.diffusion(i, x);
            *a = -self.omega[i] * self.omega[i] * x[i] + pull;
        }
    }

    fn damping(&self, x: &[f64], gamma: &mut [f64]) {
        for (i, gamma) in gamma.iter_mut().enumerate() {
            *gamma = -self.mu[i] * (1.0 - x[i] * x[i]);
        }
    }

    fn omega_max(&self) -> f64 {
        let restoring: Vec<f64> = self.omega.iter().map(|w| w * w).collect();
        stiffness(&self.network, self.coupling, &restoring)
            .max(0.0)
            .sqrt()
    }
}
