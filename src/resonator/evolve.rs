//! The hot loop: one integrator stage over all vertices of a node.

use crate::base::num;
use crate::base::random::{KeyedRng, Purpose};

use super::integrator::Integrator;
use super::plant::Plant;

/// Which stage of which step is due.
#[derive(Clone, Copy, Debug)]
pub struct StageClock {
    /// Stage within the step, from 0.
    pub stage: u32,
    /// Step of the run, from 0.
    pub step: u64,
    /// Step length h in seconds.
    pub step_s: f64,
    /// Time at the start of the step, in seconds.
    pub time_s: f64,
    /// Seed of the run.
    pub seed: u64,
}

impl Plant {
    /// Evaluates the slopes at the present stage state, whose halo must be up to date, and moves on
    /// to the state of the next stage; the last stage completes the step and adds the noise.
    pub fn evolve_stage(&mut self, integrator: Integrator, clock: StageClock) {
        let time_s = clock.time_s + integrator.node(clock.stage) * clock.step_s;
        self.slopes_at(time_s);
        match integrator {
            Integrator::Rk4 => self.advance_rk4(clock),
            Integrator::SymplecticEuler => self.advance_symplectic(clock.step_s),
        }
        if clock.stage + 1 == integrator.stages() {
            self.add_noise(clock);
        }
        (0..self.len()).for_each(|slot| self.show(slot));
    }

    fn slopes_at(&mut self, time_s: f64) {
        for slot in 0..self.ids.len() {
            let entries = self.row_start[slot] as usize..self.row_start[slot + 1] as usize;
            let sources = &self.row_source[entries.clone()];
            let mut sum = [0.0; 2];
            for (source, weight) in sources.iter().zip(&self.row_weight[entries]) {
                let seen = self.seen[*source as usize];
                sum[0] += weight * seen[0];
                sum[1] += weight * seen[1];
            }
            let (p, d) = (self.parameters[slot], self.drive[slot]);
            let [own_first, own_second] = self.seen[slot];
            self.slopes[slot] = if p.is_phase {
                let (s, c) = (own_first, own_second);
                // sin(θⱼ − θᵢ − α) = sin θⱼ cos(θᵢ + α) − cos θⱼ sin(θᵢ + α), without another sine.
                let lagged_sin = s * p.lag.1 + c * p.lag.0;
                let lagged_cos = c * p.lag.1 - s * p.lag.0;
                let pull = sum[0] * lagged_cos - sum[1] * lagged_sin;
                [d.rate + d.coupling * pull - d.force * s, 0.0]
            } else {
                let (x, v) = (self.first[slot], self.second[slot]);
                let pull = sum[0] - p.row_weight * x;
                let own = if p.force == 0.0 {
                    0.0
                } else {
                    p.force * num::cos(p.force_omega * time_s)
                };
                let force = d.coupling * pull + own + d.force;
                [v, force - d.gamma * v - d.rate * x]
            };
        }
    }

    fn advance_rk4(&mut self, clock: StageClock) {
        let h = clock.step_s;
        let weight = Integrator::Rk4.weight(clock.stage);
        let ahead = Integrator::Rk4.node(clock.stage + 1) * h;
        for slot in 0..self.ids.len() {
            let k = self.slopes[slot];
            if clock.stage == 0 {
                self.base[slot] = [self.first[slot], self.second[slot]];
                self.sums[slot] = [0.0; 2];
            }
            let (base, sum) = (self.base[slot], &mut self.sums[slot]);
            sum[0] += weight * k[0];
            sum[1] += weight * k[1];
            let (reach, slope) = if clock.stage == 3 {
                (h, *sum)
            } else {
                (ahead, k)
            };
            self.first[slot] = base[0] + reach * slope[0];
            self.second[slot] = base[1] + reach * slope[1];
        }
    }

    fn advance_symplectic(&mut self, h: f64) {
        for slot in 0..self.ids.len() {
            let k = self.slopes[slot];
            if self.parameters[slot].is_phase {
                self.first[slot] += h * k[0];
            } else {
                self.second[slot] += h * k[1];
                self.first[slot] += h * self.second[slot];
            }
        }
    }

    fn add_noise(&mut self, clock: StageClock) {
        let root = clock.step_s.sqrt();
        for slot in 0..self.ids.len() {
            let sigma = self.drive[slot].noise;
            if sigma == 0.0 {
                continue;
            }
            let vertex = self.ids[slot].0;
            let xi = KeyedRng::new(clock.seed, Purpose::Noise, vertex, clock.step).normal();
            if self.parameters[slot].is_phase {
                self.first[slot] += sigma * root * xi;
            } else {
                self.second[slot] += sigma * root * xi;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{PopulationId, VertexId};
    use crate::field::Drive;
    use crate::graph::RowEntry;
    use crate::resonator::{
        Harmonic, Kuramoto, ModelImage, Motion, Phase, PlantParameters, VertexImage,
    };

    fn image(vertex: u64, model: ModelImage, sources: &[u64]) -> VertexImage {
        VertexImage {
            vertex: VertexId(vertex),
            population: PopulationId(1),
            position: 0.5,
            mask: 1.0,
            model,
            row: sources
                .iter()
                .map(|s| RowEntry {
                    source: VertexId(*s),
                    weight: 1.0,
                })
                .collect(),
        }
    }

    fn run(plant: &mut Plant, integrator: Integrator, coupling: f64, h: f64, steps: u64) {
        let base = PlantParameters {
            coupling,
            noise: 0.0,
        };
        for slot in 0..plant.len() {
            plant.actuate(slot, &base, &Drive::default(), 0.0, 0.0);
        }
        for step in 0..steps {
            for stage in 0..integrator.stages() {
                plant.evolve_stage(
                    integrator,
                    StageClock {
                        stage,
                        step,
                        step_s: h,
                        time_s: step as f64 * h,
                        seed: 1,
                    },
                );
            }
        }
    }

    fn damped(integrator: Integrator, h: f64) -> f64 {
        let harmonic = Harmonic {
            omega: 1.0,
            gamma: 0.1,
            force: 0.0,
            force_omega: 0.0,
        };
        let model = ModelImage::Harmonic(harmonic, Motion { x: 1.0, v: 0.0 });
        let mut plant = Plant::gather(&[image(0, model, &[])]);
        run(&mut plant, integrator, 0.0, h, (10.0 / h).round() as u64);
        let rate = (1.0f64 - 0.0025).sqrt();
        let (s, c) = num::sin_cos(rate * 10.0);
        let exact = num::exp(-0.5) * (c + 0.05 / rate * s);
        (plant.first[0] - exact).abs()
    }

    #[test]
    fn errors_shrink_with_the_order_of_the_method() {
        let rk4 = damped(Integrator::Rk4, 0.1) / damped(Integrator::Rk4, 0.05);
        assert!((14.0..18.0).contains(&rk4), "{rk4}");
        let euler =
            damped(Integrator::SymplecticEuler, 0.01) / damped(Integrator::SymplecticEuler, 0.005);
        assert!((1.8..2.2).contains(&euler), "{euler}");
    }

    #[test]
    fn two_phases_lock_at_the_angle_of_the_closed_form() {
        // Δ′ = δω − 2κ sin Δ rests at sin Δ = δω / 2κ.
        let phase =
            |omega, theta| ModelImage::Kuramoto(Kuramoto { omega, alpha: 0.0 }, Phase(theta));
        let mut plant = Plant::gather(&[
            image(0, phase(1.0, 0.0), &[1]),
            image(1, phase(1.5, 1.0), &[0]),
        ]);
        run(&mut plant, Integrator::Rk4, 0.5, 0.01, 4_000);
        let gap = plant.first[1] - plant.first[0];
        assert!((num::sin(gap) - 0.5).abs() < 1e-9, "{gap}");
    }
}
