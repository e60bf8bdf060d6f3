//! Phase oscillators: Kuramoto and Kuramoto–Sakaguchi by edges and by mean field, the inertial
//! (second-order) form, and the pair that couples through a delay.
//!
//! Phases are unwrapped, in rad. The sine of a difference is taken apart,
//! sin(θⱼ − θᵢ − α) = cos θᵢ (sⱼ cos α − cⱼ sin α) − sin θᵢ (cⱼ cos α + sⱼ sin α), so a slope costs
//! one sine and cosine per vertex, not one per edge.

use super::delay::DelayModel;
use super::error::DynamicsError;
use super::model::{Model, Split, check_length, paired_variable};
use super::network::Network;
use crate::base::num::{sin, sin_cos};

/// The coupling Σⱼ wᵢⱼ sin(θⱼ − θᵢ − αᵢⱼ) on a network.
#[derive(Clone, Debug)]
pub struct SineCoupling {
    network: Network,
    /// (sin α, cos α) of every edge, or one pair for all.
    lag: Vec<(f64, f64)>,
}

impl SineCoupling {
    /// Coupling with phase lags in rad: one for all edges, or one per edge of the list.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] when the number of lags is neither 1 nor the number of edges.
    pub fn new(network: Network, alpha: &[f64]) -> Result<Self, DynamicsError> {
        let edges = network.edge_count();
        if alpha.len() != 1 && alpha.len() != edges {
            let found = format!("{} numbers", alpha.len());
            let expected = format!("one number or one per edge ({edges})");
            return Err(DynamicsError::invalid("params.alpha", found, expected));
        }
        let lag = alpha.iter().map(|&a| sin_cos(a)).collect();
        Ok(Self { network, lag })
    }

    fn write(&self, theta: &[f64], out: &mut [f64]) {
        let turned: Vec<(f64, f64)> = theta.iter().map(|&th| sin_cos(th)).collect();
        let lag_of = |e: usize| {
            if self.lag.len() == 1 {
                self.lag[0]
            } else {
                self.lag[e]
            }
        };
        for (i, out) in out.iter_mut().enumerate() {
            let (mut sine, mut cosine) = (0.0, 0.0);
            for (j, w, e) in self.network.incoming_edges(i) {
                let (sin_j, cos_j) = turned[j];
                let (sin_lag, cos_lag) = lag_of(e);
                sine += w * (sin_j * cos_lag - cos_j * sin_lag);
                cosine += w * (cos_j * cos_lag + sin_j * sin_lag);
            }
            let (sin_i, cos_i) = turned[i];
            *out = cos_i * sine - sin_i * cosine;
        }
    }
}

/// Kuramoto–Sakaguchi oscillators on a network.
///
/// θᵢ′ = ωᵢ + K Σⱼ wᵢⱼ sin(θⱼ − θᵢ − αᵢⱼ)
///
/// Units: ω in rad/s, K in 1/s, α in rad. Source: Sakaguchi & Kuramoto (1986); networked form in
/// Rodrigues et al., Phys. Rep. 610 (2016).
#[derive(Clone, Debug)]
pub struct Kuramoto {
    omega: Vec<f64>,
    coupling: f64,
    sine: SineCoupling,
}

impl Kuramoto {
    /// A network of phase oscillators.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] when `omega` does not have one entry per vertex.
    pub fn new(omega: Vec<f64>, coupling: f64, sine: SineCoupling) -> Result<Self, DynamicsError> {
        check_length("params.omega", &omega, sine.network.vertex_count())?;
        Ok(Self {
            omega,
            coupling,
            sine,
        })
    }
}

impl Model for Kuramoto {
    fn name(&self) -> &'static str {
        "kuramoto"
    }

    fn dimension(&self) -> usize {
        self.omega.len()
    }

    fn rhs(&self, _t: f64, y: &[f64], dy: &mut [f64]) {
        self.sine.write(y, dy);
        for (slope, omega) in dy.iter_mut().zip(&self.omega) {
            *slope = omega + self.coupling * *slope;
        }
    }

    fn variable(&self, index: usize) -> String {
        format!("theta[{index}]")
    }
}

/// Kuramoto oscillators that feel the mean field of all.
///
/// θᵢ′ = ωᵢ + K r sin(ψ − θᵢ), r e^{iψ} = (1/N) Σⱼ e^{iθⱼ}
///
/// Units: ω in rad/s, K in 1/s. Source: Kuramoto (1984); Strogatz (2000).
#[derive(Clone, Debug)]
pub struct MeanField {
    /// Natural angular frequencies, rad/s.
    pub omega: Vec<f64>,
    /// Coupling, 1/s.
    pub coupling: f64,
}

impl Model for MeanField {
    fn name(&self) -> &'static str {
        "kuramoto_mean_field"
    }

    fn dimension(&self) -> usize {
        self.omega.len()
    }

    fn rhs(&self, _t: f64, y: &[f64], dy: &mut [f64]) {
        let turned: Vec<(f64, f64)> = y.iter().map(|&th| sin_cos(th)).collect();
        let (mut sine, mut cosine) = (0.0, 0.0);
        for (s, c) in &turned {
            sine += s;
            cosine += c;
        }
        let scale = self.coupling / y.len() as f64;
        let (sine, cosine) = (scale * sine, scale * cosine);
        for (slope, (omega, (s, c))) in dy.iter_mut().zip(self.omega.iter().zip(&turned)) {
            *slope = omega + c * sine - s * cosine;
        }
    }

    fn variable(&self, index: usize) -> String {
        format!("theta[{index}]")
    }
}

/// Kuramoto oscillators with inertia.
///
/// m θᵢ″ + θᵢ′ = ωᵢ + K Σⱼ wᵢⱼ sin(θⱼ − θᵢ − αᵢⱼ)
///
/// The state is `[θ, θ′]`. Units: m in s, ω in rad/s, K in 1/s. Source: Tanaka, Lichtenberg &
/// Oishi (1997); Filatrella, Nielsen & Pedersen (2008).
#[derive(Clone, Debug)]
pub struct InertialKuramoto {
    inertia: f64,
    first_order: Kuramoto,
}

impl InertialKuramoto {
    /// Gives the oscillators of `first_order` the inertia m > 0, s.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] when m is not positive and finite.
    pub fn new(inertia: f64, first_order: Kuramoto) -> Result<Self, DynamicsError> {
        if inertia.is_finite() && inertia > 0.0 {
            Ok(Self {
                inertia,
                first_order,
            })
        } else {
            Err(DynamicsError::invalid(
                "params.m",
                inertia,
                "a positive number",
            ))
        }
    }
}

impl Model for InertialKuramoto {
    fn name(&self) -> &'static str {
        "kuramoto_inertial"
    }

    fn dimension(&self) -> usize {
        2 * self.first_order.omega.len()
    }

    fn rhs(&self, t: f64, y: &[f64], dy: &mut [f64]) {
        let n = y.len() / 2;
        let (dtheta, drate) = dy.split_at_mut(n);
        self.force(t, &y[..n], drate);
        for (drate, rate) in drate.iter_mut().zip(&y[n..]) {
            *drate -= rate / self.inertia;
        }
        dtheta.copy_from_slice(&y[n..]);
    }

    fn variable(&self, index: usize) -> String {
        paired_variable(["theta", "v"], self.first_order.omega.len(), index)
    }

    fn split(&self) -> Option<&dyn Split> {
        Some(self)
    }
}

impl Split for InertialKuramoto {
    fn force(&self, t: f64, x: &[f64], a: &mut [f64]) {
        self.first_order.rhs(t, x, a);
        a.iter_mut().for_each(|a| *a /= self.inertia);
    }

    fn damping(&self, _x: &[f64], gamma: &mut [f64]) {
        gamma.fill(1.0 / self.inertia);
    }

    fn omega_max(&self) -> f64 {
        // Linear about the in-phase state: every vertex is held by K Σⱼ wᵢⱼ / m.
        let network = &self.first_order.sine.network;
        let pull = self.first_order.coupling / self.inertia;
        let held = (0..network.vertex_count()).map(|i| pull * network.strength(i));
        held.fold(0.0, f64::max).sqrt()
    }
}

/// Two phase oscillators that see each other a delay ago.
///
/// θᵢ′ = ω + K sin(θⱼ(t − τ) − θᵢ(t))
///
/// Units: ω in rad/s, K in 1/s, τ in s. Source: Schuster & Wagner (1989).
#[derive(Clone, Copy, Debug)]
pub struct DelayPair {
    /// Common natural frequency, rad/s.
    pub omega: f64,
    /// Coupling, 1/s.
    pub coupling: f64,
    /// Delay, s.
    pub tau: f64,
}

impl DelayModel for DelayPair {
    fn dimension(&self) -> usize {
        2
    }

    fn delay(&self) -> f64 {
        self.tau
    }

    fn rhs(&self, _t: f64, y: &[f64], past: &[f64], dy: &mut [f64]) {
        dy[0] = self.omega + self.coupling * sin(past[1] - y[0]);
        dy[1] = self.omega + self.coupling * sin(past[0] - y[1]);
    }

    fn variable(&self, index: usize) -> String {
        format!("theta[{index}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num::sin as sine_of;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_gathered_sines_are_those_of_the_edges(
            edges in prop::collection::vec((0usize..6, 1usize..6, -1.0..2.0f64, -3.0..3.0f64), 1..25),
            theta in prop::collection::vec(-20.0..20.0f64, 6),
            symmetric in any::<bool>(),
        ) {
            let list: Vec<_> = edges.iter().map(|&(i, d, w, _)| (i, (i + d) % 6, w)).collect();
            let alpha: Vec<f64> = edges.iter().map(|e| e.3).collect();
            let network = Network::new(6, symmetric, &list).unwrap();
            let sine = SineCoupling::new(network, &alpha).unwrap();
            let model = Kuramoto::new(vec![0.5; 6], 0.7, sine).unwrap();
            let mut slope = vec![0.0; 6];
            model.rhs(0.0, &theta, &mut slope);
            let mut direct = vec![0.5; 6];
            for (&(i, j, w), a) in list.iter().zip(&alpha) {
                direct[j] += 0.7 * w * sine_of(theta[i] - theta[j] - a);
                if symmetric {
                    direct[i] += 0.7 * w * sine_of(theta[j] - theta[i] - a);
                }
            }
            for (s, d) in slope.iter().zip(&direct) {
                prop_assert!((s - d).abs() < 1e-11);
            }
        }

        #[test]
        fn a_full_network_is_a_mean_field(theta in prop::collection::vec(-9.0..9.0f64, 5)) {
            let pairs = (0..5).flat_map(|i| (0..i).map(move |j| (i, j, 0.2)));
            let network = Network::new(5, true, &pairs.collect::<Vec<_>>()).unwrap();
            let omega = vec![0.1, 0.2, 0.3, 0.4, 0.5];
            let sine = SineCoupling::new(network, &[0.0]).unwrap();
            let model = Kuramoto::new(omega.clone(), 1.5, sine).unwrap();
            let field = MeanField { omega, coupling: 1.5 };
            let (mut a, mut b) = (vec![0.0; 5], vec![0.0; 5]);
            model.rhs(0.0, &theta, &mut a);
            field.rhs(0.0, &theta, &mut b);
            for (a, b) in a.iter().zip(&b) {
                prop_assert!((a - b).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn inertia_keeps_the_locked_state_and_its_frequency() {
        let network = Network::new(2, true, &[(0, 1, 1.0)]).unwrap();
        let sine = SineCoupling::new(network, &[0.0]).unwrap();
        let first_order = Kuramoto::new(vec![0.0, 0.5], 1.0, sine).unwrap();
        let model = InertialKuramoto::new(0.5, first_order).unwrap();
        let end = super::super::dopri5::integrate(
            &model,
            &[0.0, 0.3, 0.0, 0.0],
            &[60.0],
            super::super::dopri5::Tolerance::default(),
        )
        .unwrap()
        .states
        .remove(0);
        assert!((sine_of(end[1] - end[0]) - 0.25).abs() < 1e-8);
        assert!((end[2] - 0.25).abs() < 1e-8 && (end[3] - 0.25).abs() < 1e-8);
        assert_eq!(model.variable(3), "v[1]");
    }
}
