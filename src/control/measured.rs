//! What loops measure.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use crate::base::PopulationId;
use crate::registry::readings::Asked;
use crate::registry::{MetricId, Metrics, Need, Readings};
use crate::resonator::Population;
use crate::signal::SystemState;
use crate::signal::metrics::ENTROPY;

use super::measure::Measure;

/// What loops may measure.
#[derive(SystemParam)]
pub struct Measured<'w, 's> {
    metrics: Res<'w, Metrics>,
    readings: Res<'w, Readings>,
    asked: Res<'w, Asked<SystemState>>,
    states: Query<'w, 's, (&'static Population, &'static SystemState)>,
}

impl Measured<'_, '_> {
    /// The signals of a scope, when they come from at least one channel.
    fn signals(&self, scope: PopulationId) -> Option<&SystemState> {
        let mut states = self.states.iter();
        let found = states.find(|(population, _)| population.id == scope);
        found
            .map(|(_, state)| state)
            .filter(|state| state.is_measured())
    }

    /// The spectral entropy of a scope, nats.
    #[must_use]
    pub fn entropy(&self, scope: PopulationId) -> Option<f64> {
        self.signals(scope)?.value(&ENTROPY)
    }

    /// What a loop of `home` measures in a scope: a signal of this tick where the scope is its own,
    /// anything else as the last tick left it.
    #[must_use]
    pub fn value(&self, measure: &Measure, home: PopulationId, of: PopulationId) -> Option<f64> {
        self.named(&measure.metric(), home, of)
    }

    /// The same of a metric by its name.
    #[must_use]
    pub fn named(&self, id: &MetricId, home: PopulationId, of: PopulationId) -> Option<f64> {
        let place = self.metrics.position(id)?;
        match self.metrics.list()[place].needs {
            Need::Signals if of == home => self.asked.value(place, self.signals(of)?),
            _ => self.readings.get(of, place),
        }
    }
}

/// What a law measures, on the stack where it is little.
pub enum Values {
    /// The first so many.
    Few([f64; 4], usize),
    /// All of them.
    Many(Vec<f64>),
}

impl Values {
    /// All of them, unless one is missing.
    #[must_use]
    pub fn of(values: impl Iterator<Item = Option<f64>>) -> Option<Self> {
        let mut own = Self::Few([0.0; 4], 0);
        for value in values {
            let value = value?;
            match &mut own {
                Self::Few(list, count) if *count < list.len() => {
                    list[*count] = value;
                    *count += 1;
                }
                Self::Few(list, _) => {
                    let mut all = list.to_vec();
                    all.push(value);
                    own = Self::Many(all);
                }
                Self::Many(all) => all.push(value),
            }
        }
        Some(own)
    }

    /// In the order in which the law takes them.
    #[must_use]
    pub fn all(&self) -> &[f64] {
        match self {
            Self::Few(list, count) => &list[..*count],
            Self::Many(all) => all,
        }
    }
}
