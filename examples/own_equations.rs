//! Equations of one's own: FitzHugh–Nagumo neurons on a ring (FitzHugh 1961; Nagumo, Arimoto &
//! Yoshizawa 1962), of which one is stimulated, so that a pulse runs around.
//!
//! v′ = v − v³/3 − w + I + K Σⱼ wᵢⱼ (vⱼ − vᵢ),  w′ = (v + 0.7 − 0.8 w) / 12.5
//!
//! `cargo run --release --example own_equations`

use phantomos::dynamics::dopri5::{self, Tolerance};
use phantomos::dynamics::model::Model;
use phantomos::dynamics::network::Network;

/// The neurons; the state is `[v₀ … vₙ₋₁, w₀ … wₙ₋₁]`.
struct Neurons {
    network: Network,
    coupling: f64,
    stimulus: Vec<f64>,
}

impl Model for Neurons {
    fn name(&self) -> &'static str {
        "fitzhugh_nagumo"
    }

    fn dimension(&self) -> usize {
        2 * self.stimulus.len()
    }

    fn rhs(&self, _t: f64, state: &[f64], slope: &mut [f64]) {
        let n = self.stimulus.len();
        let (v, w) = state.split_at(n);
        let (dv, dw) = slope.split_at_mut(n);
        for i in 0..n {
            let pull = self.coupling * self.network.diffusion(i, v);
            dv[i] = v[i] - v[i] * v[i] * v[i] / 3.0 - w[i] + self.stimulus[i] + pull;
            dw[i] = (v[i] + 0.7 - 0.8 * w[i]) / 12.5;
        }
    }

    fn variable(&self, index: usize) -> String {
        let n = self.stimulus.len();
        let name = if index < n { "v" } else { "w" };
        format!("{name}[{}]", index % n)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n = 24;
    let ring: Vec<(usize, usize, f64)> = (0..n).map(|i| (i, (i + 1) % n, 1.0)).collect();
    let mut stimulus = vec![0.0; n];
    stimulus[0] = 0.8;
    let neurons = Neurons {
        network: Network::new(n, true, &ring)?,
        coupling: 0.6,
        stimulus,
    };
    // At rest without a stimulus.
    let start: Vec<f64> = [vec![-1.199; n], vec![-0.624; n]].concat();
    let times: Vec<f64> = (1..=40).map(f64::from).collect();
    let run = dopri5::integrate(&neurons, &start, &times, Tolerance::default())?;
    for (t, state) in times.iter().zip(&run.states) {
        let row: String = state[..n]
            .iter()
            .map(|v| if *v > 0.5 { '█' } else { '·' })
            .collect();
        println!("t = {t:>3}  {row}");
    }
    let work = run.statistics;
    println!(
        "{} steps, {} evaluations of the slope",
        work.steps, work.evaluations
    );
    Ok(())
}
