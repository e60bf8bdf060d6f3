//! Observables: what is read off a state.

use super::model::Harmonic;
use crate::base::ExactSum;
use crate::base::num::{atan2, hypot, sin_cos};

/// Order parameter of phases: (r, ψ) with r e^{iψ} = (1/N) Σⱼ e^{iθⱼ}.
///
/// r in [0, 1], ψ in (−π, π] rad; (0, 0) for no phases. The sum is exact, so the order of the
/// phases does not matter. Source: Kuramoto (1984).
#[must_use]
pub fn order_parameter(theta_rad: &[f64]) -> (f64, f64) {
    let (mut sine, mut cosine) = (ExactSum::default(), ExactSum::default());
    for &theta in theta_rad {
        let (s, c) = sin_cos(theta);
        sine.add(s);
        cosine.add(c);
    }
    let count = theta_rad.len().max(1) as f64;
    let (s, c) = (sine.value() / count, cosine.value() / count);
    (
        hypot(c, s),
        if s == 0.0 && c == 0.0 {
            0.0
        } else {
            atan2(s, c)
        },
    )
}

/// Amplitudes |zᵢ| of a state `[x, y]`.
#[must_use]
pub fn amplitudes(state: &[f64]) -> Vec<f64> {
    let (x, y) = state.split_at(state.len() / 2);
    x.iter().zip(y).map(|(&x, &y)| hypot(x, y)).collect()
}

/// Energy per mass of a harmonic network in state `[x, v]`.
///
/// E = ½ Σᵢ (vᵢ² + (ωᵢ² + qᵢ) xᵢ²) + ½ K Σ_{edges} wᵢⱼ (xⱼ − xᵢ)². Without damping and drive it is
/// constant on a symmetric network (on a directed one it has no such meaning).
#[must_use]
pub fn harmonic_energy(model: &Harmonic, state: &[f64]) -> f64 {
    let (x, v) = state.split_at(state.len() / 2);
    let mut energy = 0.0;
    for (i, rate) in model.restoring().iter().enumerate() {
        energy += 0.5 * (v[i] * v[i] + rate * x[i] * x[i]);
        for (j, w) in model.network.incoming(i) {
            // Each symmetric edge is met from both ends.
            energy += 0.25 * model.coupling * w * (x[j] - x[i]) * (x[j] - x[i]);
        }
    }
    energy
}

#[cfg(test)]
mod tests {
    use super::super::dopri5::{self, Tolerance};
    use super::super::fixed::{self, Scheme};
    use super::super::network::Network;
    use super::*;
    use crate::base::num::{PI, TAU};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_order_parameter_turns_with_the_phases(
            theta in prop::collection::vec(-9.0..9.0f64, 1..30), turn in -3.0..3.0f64,
        ) {
            let turned: Vec<f64> = theta.iter().map(|t| t + turn).collect();
            let ((r, psi), (r2, psi2)) = (order_parameter(&theta), order_parameter(&turned));
            prop_assert!((r - r2).abs() < 1e-10);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&r));
            let gap = (psi2 - psi - turn) / TAU;
            prop_assert!(r < 1e-3 || (gap - gap.round()).abs() < 1e-6);
        }
    }

    #[test]
    fn opposite_phases_cancel() {
        assert!(order_parameter(&[0.0, PI]).0 < 1e-12);
        assert_eq!(order_parameter(&[]), (0.0, 0.0));
        assert_eq!(amplitudes(&[3.0, 0.0, 4.0, 2.0]), [5.0, 2.0]);
    }

    #[test]
    fn an_undamped_network_keeps_its_energy() {
        let network = Network::new(3, true, &[(0, 1, 1.0), (1, 2, 0.5)]).unwrap();
        let model = Harmonic::new(vec![1.0, 2.0, 0.5], vec![0.0; 3], 0.7, network).unwrap();
        let start = [1.0, -0.5, 0.3, 0.0, 0.2, -1.0];
        let energy = harmonic_energy(&model, &start);
        let run = dopri5::integrate(&model, &start, &[100.0], Tolerance::default()).unwrap();
        assert!((harmonic_energy(&model, &run.states[0]) - energy).abs() < 1e-7);
        // The symplectic methods keep it within a band for ever.
        let times: Vec<f64> = (1..=1000).map(f64::from).collect();
        for (scheme, band) in [(Scheme::Leapfrog, 0.01), (Scheme::SymplecticEuler, 0.1)] {
            let run = fixed::integrate(&model, scheme, &start, &times, 0.05).unwrap();
            for state in &run.states {
                let change = harmonic_energy(&model, state) / energy - 1.0;
                assert!(change.abs() < band, "{scheme:?} {change}");
            }
        }
    }
}
