//! The metrics of users as they run: one for each scope, with what it remembers.

use std::collections::BTreeMap;

use bevy::prelude::Resource;

use crate::base::{ExactSum, PopulationId, Tick};
use crate::registry::metric::{MetricId, MetricScope, Metrics};
use crate::registry::part::PartResult;
use crate::registry::readings::Readings;
use crate::registry::stream::{Moment, ScopedStream, StreamSums, Streams};

/// What each metric of a user remembers in each scope: by its name, and the number of the scope.
pub type StreamImages = Vec<(String, u16, Vec<u8>)>;

/// The metrics of users in the scopes that they have, on the coordinator.
#[derive(Resource, Default)]
pub struct RunningStreams {
    list: Vec<(usize, PopulationId, Box<dyn ScopedStream>)>,
    names: Vec<String>,
}

impl RunningStreams {
    /// Begins all of them in every scope up to population number `populations`.
    ///
    /// # Errors
    /// When a memory cannot be saved.
    pub fn begin(streams: &Streams, populations: u16) -> PartResult<Self> {
        let mut own = Self::default();
        for (k, (_, stream)) in streams.0.iter().enumerate() {
            let last = match stream.about().scope {
                MetricScope::All => populations,
                MetricScope::Cluster => 0,
            };
            for scope in 0..=last {
                let begun = stream.clone().begin()?;
                own.list.push((k, PopulationId(scope), begun));
                own.names.push(stream.about().id.to_string());
            }
        }
        Ok(own)
    }

    /// Forms the values after a tick and puts them among the readings, where `due` says so of a
    /// metric.
    ///
    /// # Errors
    /// When a metric fails.
    pub fn read(
        &mut self,
        streams: &Streams,
        sums: &BTreeMap<PopulationId, StreamSums>,
        (completed, time_s): (Tick, f64),
        (metrics, readings): (&Metrics, &mut Readings),
        due: impl Fn(&MetricId) -> bool,
    ) -> PartResult<()> {
        let firsts = streams.0.iter().scan(0, |first, (_, own)| {
            let at = *first;
            *first += own.sums();
            Some(at)
        });
        let firsts: Vec<usize> = firsts.collect();
        for (k, scope, own) in &mut self.list {
            let (place, stream) = &streams.0[*k];
            if !due(&stream.about().id) {
                continue;
            }
            let found = sums.get(scope);
            let values = (0..stream.sums()).map(|at| {
                let sum = found.and_then(|own| own.sums.get(firsts[*k] + at));
                sum.map_or(0.0, ExactSum::value)
            });
            let values: Vec<f64> = values.collect();
            let value = own.value(&Moment {
                completed,
                time_s,
                scope: *scope,
                sums: &values,
                count: match stream.sums() {
                    0 => 0,
                    _ => found.map_or(0, |own| own.count),
                },
                metrics,
                readings,
                reads: stream.reads(),
            })?;
            readings.scope_mut(*scope)[*place] = value;
        }
        Ok(())
    }

    /// What they remember.
    #[must_use]
    pub fn images(&self) -> StreamImages {
        let named = self.list.iter().zip(&self.names);
        let images =
            named.map(|((_, scope, own), name)| (name.clone(), scope.0, own.image().to_vec()));
        images.collect()
    }

    /// Brings them to what they remembered.
    ///
    /// # Errors
    /// When that is of other metrics.
    pub fn restore(&mut self, images: StreamImages) -> Result<(), String> {
        let known = self.list.iter().zip(&self.names);
        let known = known.map(|((_, scope, _), name)| (name.as_str(), scope.0));
        if !known.eq(images
            .iter()
            .map(|(name, scope, _)| (name.as_str(), *scope)))
        {
            return Err("it is of a program with other metrics".to_owned());
        }
        for ((_, _, own), (name, _, image)) in self.list.iter_mut().zip(&images) {
            let done = own.restore(image);
            done.map_err(|error| format!("what metric {name:?} remembered: {error}"))?;
        }
        Ok(())
    }
}
