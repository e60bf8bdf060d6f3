//! The field engines: how the field advances by one tick.

use crate::base::num;

use super::grid::{DepositSum, FieldError};
use super::grid_engine::GridEngine;
use super::modes::FieldState;
use super::spec::{FieldKind, FieldSpec, SynthesisLaw};

/// Advances the field by whole ticks.
#[derive(Clone, Debug)]
pub struct FieldEngine {
    gain: f64,
    propagators: Vec<Propagator>,
    synthesis: Option<SynthesisLaw>,
    grid: Option<GridEngine>,
    tick_s: f64,
    /// Bits of gain and coherence that the field was made of last; forgotten when it may be
    /// another.
    made_of: Option<[u64; 2]>,
}

/// The exact solution of q̈ + γ q̇ + ω² q = s over one tick with constant s.
#[derive(Clone, Copy, Debug)]
struct Propagator {
    omega_squared: f64,
    matrix: [f64; 4],
}

impl Propagator {
    /// From the matrix exponential of [[0, 1], [−ω², −γ]] · t, in closed form for each regime.
    fn new(omega: f64, gamma: f64, t: f64) -> Self {
        let half = 0.5 * gamma;
        let discriminant = omega * omega - half * half;
        let decay = num::exp(-half * t);
        let (c, s) = if discriminant > 0.0 {
            let rate = discriminant.sqrt();
            let (sin, cos) = num::sin_cos(rate * t);
            (decay * cos, decay * sin / rate)
        } else if discriminant < 0.0 {
            let rate = (-discriminant).sqrt();
            let (grow, shrink) = (num::exp((rate - half) * t), num::exp((-rate - half) * t));
            (0.5 * (grow + shrink), 0.5 * (grow - shrink) / rate)
        } else {
            (decay, decay * t)
        };
        let omega_squared = omega * omega;
        Self {
            omega_squared,
            matrix: [c + half * s, s, -omega_squared * s, c - half * s],
        }
    }

    fn advance(&self, q: &mut f64, v: &mut f64, source: f64) {
        let rest = source / self.omega_squared;
        let y = *q - rest;
        let [a, b, c, d] = self.matrix;
        (*q, *v) = (rest + a * y + b * *v, c * y + d * *v);
    }
}

impl FieldEngine {
    /// The engine of a scene whose tick lasts `tick_s` seconds, and its field at rest; `None` when
    /// the scene has no field.
    #[must_use]
    pub fn new(spec: &FieldSpec, tick_s: f64) -> Option<(Self, FieldState)> {
        let state = FieldState::at_rest(spec.kind.basis(), spec.kind.modes());
        let engine = match &spec.kind {
            FieldKind::Off => return None,
            FieldKind::Grid(grid) => {
                // A domain that is none has been refused with the scene.
                let (engine, state) = GridEngine::new(grid).ok()?;
                let own = Self {
                    gain: grid.source_gain,
                    propagators: Vec::new(),
                    synthesis: None,
                    grid: Some(engine),
                    tick_s,
                    made_of: None,
                };
                return Some((own, state));
            }
            FieldKind::Synthesis { gain, law, .. } => Self {
                gain: *gain,
                propagators: Vec::new(),
                synthesis: Some(*law),
                grid: None,
                tick_s,
                made_of: None,
            },
            FieldKind::Wave {
                modes,
                speed,
                damping,
                source_gain,
            } => Self {
                gain: *source_gain,
                propagators: (1..=*modes)
                    .map(|k| Propagator::new(speed * num::PI * k as f64, *damping, tick_s))
                    .collect(),
                synthesis: None,
                grid: None,
                tick_s,
                made_of: None,
            },
        };
        Some((engine, state))
    }

    /// The law by which the engine makes the field from states, if it has one.
    #[must_use]
    pub fn synthesis(&self) -> Option<SynthesisLaw> {
        self.synthesis
    }

    /// Whether the engine needs to know what resonators show at their places.
    #[must_use]
    pub fn listens(&self) -> bool {
        matches!(self.synthesis, None | Some(SynthesisLaw::Modal))
    }

    /// The field of the modal law: qₖ = gain times the projections.
    pub fn synthesize_modal(&self, state: &mut FieldState, projections: &[f64]) {
        for (q, projection) in state.amplitudes.iter_mut().zip(projections) {
            *q = self.gain * projection;
        }
    }

    /// The field of the mean phase, from the means of sin θ and cos θ.
    pub fn synthesize_mean_phase(&self, state: &mut FieldState, mean: [f64; 2]) {
        for (q, mean) in state.amplitudes.iter_mut().zip(mean) {
            *q = self.gain * mean;
        }
    }

    /// Advances a field on a grid by one tick under the deposits of `count` resonators.
    ///
    /// # Errors
    /// When the state is of another grid.
    pub fn advance_grid(
        &mut self,
        state: &mut FieldState,
        deposits: Option<&DepositSum>,
        count: u64,
    ) -> Result<(), FieldError> {
        let (gain, tick_s) = (self.gain, self.tick_s);
        match &mut self.grid {
            Some(engine) => engine.advance(state, deposits, (gain, count), tick_s),
            None => Ok(()),
        }
    }

    /// The gain: of the synthesis, or of the sources.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.gain
    }

    /// Sets the gain: of the synthesis, or of the sources.
    pub fn set_gain(&mut self, gain: f64) {
        self.made_of = None;
        self.gain = gain;
    }

    /// The field synthesised from a coherence R: qₖ = gain · R^(k²).
    ///
    /// The first mode is gain · R · sin 2πx. The others are the Daido order parameters of a wrapped
    /// normal phase distribution with first moment R (Mardia & Jupp, 2000, §3.5.7): phase-locked
    /// resonators (R → 1) sharpen the field, and it fades smoothly into its first mode.
    pub fn synthesize(&mut self, state: &mut FieldState, coherence: f64) {
        self.made_of = Some([self.gain.to_bits(), coherence.to_bits()]);
        for (k, q) in state.amplitudes.iter_mut().enumerate() {
            let order = ((k + 1) * (k + 1)) as f64;
            *q = self.gain * num::pow(coherence, order);
        }
    }

    /// Whether [`FieldEngine::synthesize`] would make the field that there is already.
    #[must_use]
    pub fn is_made_of(&self, coherence: f64) -> bool {
        self.made_of == Some([self.gain.to_bits(), coherence.to_bits()])
    }

    /// Says that the field may be another than was made last.
    pub fn forget_field(&mut self) {
        self.made_of = None;
    }

    /// Advances the wave by one tick under `sources`: the projections (2/N) Σᵢ φₖ(xᵢ) oᵢ of the
    /// N resonators' observables on the modes, constant through the tick.
    pub fn advance(&self, state: &mut FieldState, sources: &[f64]) {
        let pairs = state.amplitudes.iter_mut().zip(&mut state.velocities);
        for ((propagator, (q, v)), source) in self.propagators.iter().zip(pairs).zip(sources) {
            propagator.advance(q, v, self.gain * source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Basis;

    fn wave(modes: usize, damping: f64) -> FieldSpec {
        FieldSpec {
            kind: FieldKind::Wave {
                modes,
                speed: 1.0,
                damping,
                source_gain: 1.0,
            },
            ..FieldSpec::default()
        }
    }

    #[test]
    fn the_first_mode_is_gain_times_coherence() {
        let spec = FieldSpec {
            kind: FieldKind::Synthesis {
                law: SynthesisLaw::Coherence,
                gain: 2.0,
                modes: 100,
            },
            ..FieldSpec::default()
        };
        let (mut engine, mut field) = FieldEngine::new(&spec, 0.01).unwrap();
        engine.synthesize(&mut field, 0.5);
        assert_eq!(field.basis, Basis::WholeWaves);
        assert_eq!(field.amplitudes.len(), 100);
        assert_eq!(field.amplitudes[0], 1.0);
        assert_eq!(field.amplitudes[1], 2.0 * 0.0625);
        assert!((field.at([0.25, 0.5]) - (1.0 - 2.0 * 0.5f64.powi(9))).abs() < 1e-7);
    }

    #[test]
    fn the_mean_phase_carries_the_crest() {
        let spec = FieldSpec {
            kind: FieldKind::Synthesis {
                law: SynthesisLaw::MeanPhase,
                gain: 2.0,
                modes: 1,
            },
            ..FieldSpec::default()
        };
        let (engine, mut field) = FieldEngine::new(&spec, 0.01).unwrap();
        let (s, c) = num::sin_cos(1.2);
        engine.synthesize_mean_phase(&mut field, [0.6 * s, 0.6 * c]);
        for x in [0.0, 0.3, 0.81] {
            let expected = 2.0 * 0.6 * num::cos(num::TAU * x - 1.2);
            assert!((field.at([x, 0.5]) - expected).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn steps_compose_to_the_closed_form() {
        // Mode 2 of a string with c = 1 from amplitude 1: cos 2πt, undamped.
        let (engine, mut field) = FieldEngine::new(&wave(2, 0.0), 0.01).unwrap();
        field.amplitudes[1] = 1.0;
        for _ in 0..10 {
            engine.advance(&mut field, &[0.0, 0.0]);
        }
        assert!((field.amplitudes[1] - 0.809_016_994_374_947_5).abs() < 1e-12);
        assert!((field.velocities[1] + 3.693_163_660_980_913).abs() < 1e-12);
    }

    #[test]
    fn every_damping_regime_settles_at_the_static_answer() {
        let critical = 2.0 * num::PI;
        for damping in [0.5, critical, 30.0] {
            let (engine, mut field) = FieldEngine::new(&wave(1, damping), 0.05).unwrap();
            for _ in 0..4_000 {
                engine.advance(&mut field, &[3.0]);
            }
            let expected = 3.0 / (num::PI * num::PI);
            assert!((field.amplitudes[0] - expected).abs() < 1e-9, "{damping}");
            assert!(field.velocities[0].abs() < 1e-9);
        }
    }
}
