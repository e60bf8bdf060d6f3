//! What a search is for: numbers that statistics shall come to, and recordings that a run shall
//! resemble. Costs are sums of squares, 0 for what fits exactly.

use crate::kernel::sensed::{LATE_TICKS, SensedScope, sensed_scopes};
use crate::kernel::{Observer, Simulation};
use crate::record::SavedRun;
use crate::scenario::Column;

use super::features::{Features, mean_square};
use super::rows::statistics;

/// How a run and a recording are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Mean phase velocities of the channels.
    Rates,
    /// Phase-locking values of all pairs.
    Locking,
    /// The samples themselves, from the first one on.
    Trace,
}

/// A recording that a run shall resemble.
#[derive(Clone, Debug)]
pub struct RecordingGoal {
    /// The scope whose sensors are compared, its channels in the order of the recording's.
    pub scope: String,
    /// For each channel of the recording, its place among those of the scope.
    pub places: Vec<usize>,
    /// The channels of the recording.
    pub channels: Vec<Vec<f64>>,
    /// Their features.
    pub features: Features,
    /// Ways of comparison.
    pub by: Vec<Compare>,
}

/// What a search is for.
#[derive(Clone, Debug, Default)]
pub struct Goal {
    /// Statistics with the values that they shall have.
    pub numbers: Vec<(Column, f64)>,
    /// A recording.
    pub recording: Option<RecordingGoal>,
    /// Start of the time that is compared, s.
    pub from_s: f64,
}

/// Keeps the samples of a scope while a run goes on.
pub struct Sampler {
    scope: SensedScope,
    frames: Vec<Vec<f64>>,
    ticks: Vec<u64>,
}

impl Observer for Sampler {
    fn stepped(&mut self, simulation: &mut Simulation) {
        if let Some(frame) = self.scope.frame(simulation, usize::MAX) {
            self.ticks.push(simulation.clock().tick);
            self.frames.push(frame);
        }
    }
}

impl Goal {
    /// What follows a run for it, if anything has to.
    ///
    /// # Errors
    /// When the run has no such scope.
    pub fn sampler(&self, simulation: &mut Simulation) -> Result<Option<Sampler>, String> {
        let Some(own) = &self.recording else {
            return Ok(None);
        };
        let mut scopes = sensed_scopes(simulation).into_iter();
        let scope = scopes.find(|scope| scope.name == own.scope);
        let scope = scope.ok_or_else(|| format!("no sensors look at {}", own.scope))?;
        Ok(Some(Sampler {
            scope,
            frames: Vec::new(),
            ticks: Vec::new(),
        }))
    }

    /// The cost of a run; infinite where something has no value.
    ///
    /// # Errors
    /// When its rows cannot be read.
    pub fn cost(
        &self,
        run: &SavedRun,
        sampler: Option<&Sampler>,
        tick_s: f64,
    ) -> std::io::Result<f64> {
        let columns: Vec<Column> = self.numbers.iter().map(|own| own.0.clone()).collect();
        let found = statistics(run, &columns, self.from_s)?;
        let mut cost = 0.0;
        for ((_, wanted), found) in self.numbers.iter().zip(found) {
            let scale = if *wanted == 0.0 { 1.0 } else { wanted.abs() };
            let off = found.map_or(f64::INFINITY, |found| (found - wanted) / scale);
            cost += off * off;
        }
        if let (Some(goal), Some(sampler)) = (&self.recording, sampler) {
            cost += goal.cost(sampler, tick_s, self.from_s);
        }
        Ok(cost)
    }
}

impl RecordingGoal {
    fn cost(&self, sampler: &Sampler, tick_s: f64, from_s: f64) -> f64 {
        let taken = |tick: u64| tick.saturating_sub(LATE_TICKS) as f64 * tick_s;
        let frames = sampler.ticks.iter().zip(&sampler.frames);
        let kept: Vec<&Vec<f64>> = frames
            .filter(|(tick, _)| taken(**tick) >= from_s)
            .map(|own| own.1)
            .collect();
        let channel = |place: &usize| -> Vec<f64> {
            kept.iter()
                .map(|frame| frame.get(*place).copied().unwrap_or(f64::NAN))
                .collect()
        };
        let channels: Vec<Vec<f64>> = self.places.iter().map(channel).collect();
        let Some(features) = Features::of(&channels, 1.0 / tick_s) else {
            return f64::INFINITY;
        };
        let each = self.by.iter().map(|by| match by {
            Compare::Rates => self.features.rate_error(&features),
            Compare::Locking => self.features.locking_error(&features),
            Compare::Trace => trace_error(&self.channels, &channels),
        });
        each.sum()
    }
}

/// The mean square difference of samples, in units of each recorded channel's variance, averaged
/// over channels; what one has longer than the other is left out.
fn trace_error(recorded: &[Vec<f64>], found: &[Vec<f64>]) -> f64 {
    let errors = recorded.iter().zip(found).map(|(recorded, found)| {
        let count = recorded.len().min(found.len());
        let (recorded, found) = (&recorded[..count], &found[..count]);
        let mean = recorded.iter().sum::<f64>() / count as f64;
        let variance = mean_square(recorded, &vec![mean; count]);
        mean_square(recorded, found) / if variance > 0.0 { variance } else { 1.0 }
    });
    errors.sum::<f64>() / recorded.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_compared_in_units_of_their_variance() {
        let recorded = [vec![1.0, -1.0, 1.0, -1.0]];
        assert_eq!(trace_error(&recorded, &recorded), 0.0);
        assert_eq!(trace_error(&recorded, &[vec![0.0; 6]]), 1.0);
        assert_eq!(trace_error(&[vec![2.0; 4]], &[vec![0.0; 4]]), 4.0);
    }
}
