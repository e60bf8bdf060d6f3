//! A field on a grid, as the coordinator advances it.

use super::grid::{DepositSum, Domain, FieldError, FiniteField, SpectralField};
use super::grid_spec::{FieldMethod, GridSpec};
use super::modes::{Basis, FieldState, GridState};

/// The solver of a scene's grid.
#[derive(Clone, Debug)]
pub enum GridEngine {
    /// Mode by mode.
    Spectral(Box<SpectralField>),
    /// Finite differences.
    Finite(Box<FiniteField>),
}

impl GridEngine {
    /// The engine, and the field at the start.
    ///
    /// # Errors
    /// When the domain or the law is none.
    pub fn new(spec: &GridSpec) -> Result<(Self, FieldState), FieldError> {
        let domain = spec.domain()?;
        let mut engine = match spec.method {
            FieldMethod::Spectral => {
                Self::Spectral(Box::new(SpectralField::new(domain, spec.law)?))
            }
            FieldMethod::FiniteDifferences => {
                Self::Finite(Box::new(FiniteField::new(domain, spec.law)?))
            }
        };
        let mut u = vec![0.0; domain.cells()];
        for start in &spec.start {
            let mode = domain.mode(start.x, start.y);
            let scale = start.amplitude / domain.mode_height(mode);
            for (cell, u) in u.iter_mut().enumerate() {
                *u += scale * domain.mode_shape(mode, domain.centre(cell));
            }
        }
        let rest = vec![0.0; if spec.law.is_wave() { u.len() } else { 0 }];
        match &mut engine {
            Self::Spectral(field) => field.set(&u, &rest)?,
            Self::Finite(field) => field.set(&u, &rest)?,
        }
        let mut state = FieldState::at_rest(Basis::WholeWaves, 0);
        engine.show(&domain, &mut state);
        Ok((engine, state))
    }

    /// Advances the field by a tick: f = gain · (1/N) Σᵢ oᵢ δ(x − xᵢ), given the sum over N
    /// resonators.
    ///
    /// # Errors
    /// When the state is of another grid, or the tick beyond the bound of finite differences.
    pub fn advance(
        &mut self,
        state: &mut FieldState,
        sum: Option<&DepositSum>,
        (gain, count): (f64, u64),
        tick_s: f64,
    ) -> Result<(), FieldError> {
        let Some(domain) = state.grid.as_ref().map(|grid| grid.domain) else {
            return Ok(());
        };
        let scale = gain / count.max(1) as f64;
        let mut source = vec![0.0; domain.cells()];
        if let Some(sum) = sum.filter(|_| scale != 0.0) {
            sum.write(&domain, &mut source);
            source.iter_mut().for_each(|f| *f *= scale);
        }
        match self {
            Self::Spectral(field) => {
                field.restore(&state.amplitudes, &state.velocities)?;
                field.source_mut().copy_from_slice(&source);
                field.step(tick_s)?;
            }
            Self::Finite(field) => {
                field.restore(&state.amplitudes, &state.velocities)?;
                field.source_mut().copy_from_slice(&source);
                field.step(tick_s)?;
            }
        }
        self.show(&domain, state);
        Ok(())
    }

    fn show(&self, domain: &Domain, state: &mut FieldState) {
        let (q, v, u, energy) = match self {
            Self::Spectral(field) => (field.state().0, field.state().1, field.u(), field.energy()),
            Self::Finite(field) => (field.state().0, field.state().1, field.u(), field.energy()),
        };
        state.amplitudes = q.to_vec();
        state.velocities = v.to_vec();
        let square: f64 = u.iter().map(|u| u * u).sum();
        state.grid = Some(GridState {
            domain: *domain,
            u: u.to_vec(),
            energy: energy.total(),
            rms: (square / u.len().max(1) as f64).sqrt(),
        });
    }
}
