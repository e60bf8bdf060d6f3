//! Metrics of a user's crate: sums over resonators, and a value that is formed of them tick by
//! tick.
//!
//! ```text
//! nodes:        MetricStream::add over the resonators of a population ─► exact sums
//! coordinator:  MetricStream::value of the merged sums, other metrics and what it remembers
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

use crate::base::{ExactSum, PopulationId, Tick, VertexId};

use super::metric::{Metric, MetricId, MetricScope, Metrics};
use super::part::{Memory, PartError, PartResult, Remembered, guarded};
use super::readings::Readings;

/// A resonator after a tick, as a metric sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resonator {
    /// The vertex; a scene's vertices are numbered through its populations in order.
    pub vertex: VertexId,
    /// Its population: 1 for the first of the scene.
    pub population: PopulationId,
    /// Its state: phase (rad, as it was integrated, not wrapped) and rate of phases, x and v of
    /// oscillators, Re z and Im z of amplitudes.
    pub state: [f64; 2],
    /// What sensors see of it: cos θ, or x.
    pub observable: f64,
    /// Whether its first number is a phase.
    pub is_phase: bool,
}

/// What a value is formed of.
pub struct Moment<'a> {
    /// Ticks completed.
    pub completed: Tick,
    /// Plant time after them, s.
    pub time_s: f64,
    /// The scope that the value is of: 0 is the whole cluster, 1 the first population of the scene.
    pub scope: PopulationId,
    /// The sums over the scope's resonators, as many as [`MetricStream::sums`] says.
    pub sums: &'a [f64],
    /// Number of resonators of the scope; 0 when the metric has no sums.
    pub count: u64,
    metrics: &'a Metrics,
    readings: &'a Readings,
}

impl Moment<'_> {
    /// Another metric of the scope after this tick: one of the program, or one of a user that was
    /// given to `Parts` before this one. `None` when it has no value, or [`MetricStream::reads`]
    /// does not name it.
    #[must_use]
    pub fn metric(&self, id: &MetricId) -> Option<f64> {
        self.metric_of(self.scope, id)
    }

    /// As [`Self::metric`], of another scope.
    #[must_use]
    pub fn metric_of(&self, scope: PopulationId, id: &MetricId) -> Option<f64> {
        self.readings.get(scope, self.metrics.position(id)?)
    }
}

/// A metric of one's own. Once given to `Parts`, it stands in the head of metrics.csv, and
/// assertions, crossings, loops and plots take it like any other.
///
/// It is a function of the resonators, other metrics and its memory alone, so that a run repeats.
/// After a tick, [`Self::value`] is called once for each population of the scene and once for the
/// whole cluster; one that has a value of the cluster only says so by [`Metric::of_cluster`].
///
/// Sums over resonators are exact: neither nodes nor order show. A term is formed from one
/// resonator alone; what needs a mean first (a distance from the mean phase, say) takes the mean of
/// the tick before from its memory, or sums by classes.
///
/// A metric without memory is computed when somebody asks for it; one with memory ([`Self::State`]
/// is not `()`), in every tick of a run in which somebody asks. A value that is not a finite number
/// ends the run by name; `None` says that there is none yet. Scenes give metrics no parameters: a
/// program gives `Parts` as many values of the type as it wants, each with a name of its own.
///
/// ```
/// use phantomos::prelude::*;
///
/// /// Share of the resonators whose observable is above zero.
/// struct Above;
///
/// impl MetricStream for Above {
///     type State = ();
///
///     fn about(&self) -> Metric {
///         Metric::own("above", "share above 0", "How many resonators show more than 0.")
///             .unit_interval()
///     }
///
///     fn sums(&self) -> usize {
///         1
///     }
///
///     fn add(&self, one: &Resonator, terms: &mut [f64]) {
///         terms[0] = f64::from(u8::from(one.observable > 0.0));
///     }
///
///     fn value(&self, _: &mut (), now: &Moment) -> Option<f64> {
///         (now.count > 0).then(|| now.sums[0] / now.count as f64)
///     }
/// }
///
/// let parts = Parts::default().metric(Above);
/// assert!(parts.metrics().find(&"above".into()).is_some());
/// ```
pub trait MetricStream: Send + Sync + 'static {
    /// What it remembers from one tick to the next, for each scope; `()` for nothing.
    type State: Memory;

    /// Its row in the table of metrics; [`Metric::own`] makes one.
    fn about(&self) -> Metric;

    /// Other metrics that it is formed of.
    fn reads(&self) -> Vec<MetricId> {
        Vec::new()
    }

    /// Number of sums over the resonators that it needs.
    fn sums(&self) -> usize {
        0
    }

    /// Writes the terms of a resonator, one for each sum; they are 0 before.
    fn add(&self, _resonator: &Resonator, _terms: &mut [f64]) {}

    /// The value after a tick, if there is one.
    fn value(&self, state: &mut Self::State, now: &Moment) -> Option<f64>;
}

/// A metric of a user, whatever the type of its memory.
pub trait AnyStream: Send + Sync {
    /// Its row in the table.
    fn about(&self) -> &Metric;

    /// Other metrics that it is formed of.
    fn reads(&self) -> Vec<MetricId>;

    /// Number of its sums.
    fn sums(&self) -> usize;

    /// Writes the terms of a resonator.
    fn add(&self, resonator: &Resonator, terms: &mut [f64]);

    /// Whether it has a memory, so that it must see every tick.
    fn remembers(&self) -> bool;

    /// Begins it in one scope.
    ///
    /// # Errors
    /// When its memory cannot be saved.
    fn begin(self: Arc<Self>) -> PartResult<Box<dyn ScopedStream>>;
}

/// A metric of a user in one scope.
pub trait ScopedStream: Send + Sync {
    /// The value after a tick.
    ///
    /// # Errors
    /// When it panics, or gives a number that is not finite.
    fn value(&mut self, now: &Moment) -> PartResult<Option<f64>>;

    /// What it remembers.
    fn image(&self) -> &[u8];

    /// Brings it to what it remembered.
    ///
    /// # Errors
    /// When the bytes are no such memory.
    fn restore(&mut self, image: &[u8]) -> Result<(), postcard::Error>;
}

/// A metric with its row, which is asked for once.
struct Known<M> {
    own: M,
    about: Metric,
}

/// Makes a metric of a user one of any type.
pub fn any_stream(own: impl MetricStream) -> PartResult<Arc<dyn AnyStream>> {
    let about = guarded("a metric", || own.about())?;
    Ok(Arc::new(Known { own, about }))
}

impl<M: MetricStream> AnyStream for Known<M> {
    fn about(&self) -> &Metric {
        &self.about
    }

    fn reads(&self) -> Vec<MetricId> {
        self.own.reads()
    }

    fn sums(&self) -> usize {
        self.own.sums()
    }

    fn add(&self, resonator: &Resonator, terms: &mut [f64]) {
        self.own.add(resonator, terms);
    }

    fn remembers(&self) -> bool {
        size_of::<M::State>() > 0
    }

    fn begin(self: Arc<Self>) -> PartResult<Box<dyn ScopedStream>> {
        let memory = Remembered::new(&who(&self.about))?;
        Ok(Box::new(Scoped {
            known: self,
            memory,
        }))
    }
}

fn who(about: &Metric) -> String {
    format!("metric {:?}", about.id.as_str())
}

struct Scoped<M: MetricStream> {
    known: Arc<Known<M>>,
    memory: Remembered<M::State>,
}

impl<M: MetricStream> ScopedStream for Scoped<M> {
    fn value(&mut self, now: &Moment) -> PartResult<Option<f64>> {
        let who = who(&self.known.about);
        let own = &self.known.own;
        let value = self
            .memory
            .change(&who, |state| guarded(&who, || own.value(state, now)))??;
        match value {
            Some(lost) if !lost.is_finite() => Err(PartError(format!(
                "{who} gave {lost}, expected a finite number or none"
            ))),
            value => Ok(value),
        }
    }

    fn image(&self) -> &[u8] {
        self.memory.image()
    }

    fn restore(&mut self, image: &[u8]) -> Result<(), postcard::Error> {
        self.memory.restore(image)
    }
}

/// The metrics of users that somebody asks for, with their places in the table; the same in every
/// World.
#[derive(Resource, Clone, Default)]
pub struct Streams(pub Vec<(usize, Arc<dyn AnyStream>)>);

impl Streams {
    /// Number of sums over resonators that they need together.
    #[must_use]
    pub fn sums(&self) -> usize {
        self.0.iter().map(|(_, own)| own.sums()).sum()
    }
}

/// Sums over the resonators of a population on a node, of all metrics one after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamSums {
    /// The sums.
    pub sums: Vec<ExactSum>,
    /// Number of resonators.
    pub count: u64,
}

impl StreamSums {
    /// Adds the sums of other resonators.
    pub fn merge(&mut self, other: &Self) {
        if self.sums.len() < other.sums.len() {
            self.sums.resize_with(other.sums.len(), ExactSum::default);
        }
        for (own, other) in self.sums.iter_mut().zip(&other.sums) {
            own.merge(other);
        }
        self.count += other.count;
    }
}

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
                count: found.map_or(0, |own| own.count),
                metrics,
                readings,
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
