//! Metrics of a user's crate: sums over resonators, and a value that is formed of them tick by
//! tick.
//!
//! ```text
//! nodes:        MetricStream::add over the resonators of a population ─► exact sums
//! coordinator:  MetricStream::value of the merged sums, other metrics and what it remembers
//! ```

use std::sync::Arc;

use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

use crate::base::{ExactSum, PopulationId, Tick, VertexId};

use super::metric::{Metric, MetricId, Metrics};
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
    pub(crate) metrics: &'a Metrics,
    pub(crate) readings: &'a Readings,
    /// The metrics that may be read.
    pub(crate) reads: &'a [MetricId],
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
        if !self.reads.contains(id) {
            return None;
        }
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

    /// What messages call it.
    fn who(&self) -> &str;

    /// Other metrics that it is formed of.
    fn reads(&self) -> &[MetricId];

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

/// A metric with all that stands of it, for which it is asked once.
struct Known<M> {
    own: M,
    about: Metric,
    who: String,
    reads: Vec<MetricId>,
    sums: usize,
}

/// The most sums of a metric.
const SUMS_MAX: usize = 4096;

/// Makes a metric of a user one of any type.
///
/// # Errors
/// When it panics, or asks for too many sums.
pub fn any_stream(own: impl MetricStream) -> PartResult<Arc<dyn AnyStream>> {
    let about = guarded("a metric", || own.about())?;
    let who = format!("metric {:?}", about.id.as_str());
    let (reads, sums) = guarded(&who, || (own.reads(), own.sums()))?;
    if sums > SUMS_MAX {
        return Err(PartError(format!(
            "{who} asks for {sums} sums, expected at most {SUMS_MAX}"
        )));
    }
    Ok(Arc::new(Known {
        own,
        about,
        who,
        reads,
        sums,
    }))
}

impl<M: MetricStream> AnyStream for Known<M> {
    fn about(&self) -> &Metric {
        &self.about
    }

    fn who(&self) -> &str {
        &self.who
    }

    fn reads(&self) -> &[MetricId] {
        &self.reads
    }

    fn sums(&self) -> usize {
        self.sums
    }

    fn add(&self, resonator: &Resonator, terms: &mut [f64]) {
        self.own.add(resonator, terms);
    }

    fn remembers(&self) -> bool {
        size_of::<M::State>() > 0
    }

    fn begin(self: Arc<Self>) -> PartResult<Box<dyn ScopedStream>> {
        let memory = Remembered::new(&self.who)?;
        Ok(Box::new(Scoped {
            known: self,
            memory,
        }))
    }
}

struct Scoped<M: MetricStream> {
    known: Arc<Known<M>>,
    memory: Remembered<M::State>,
}

impl<M: MetricStream> ScopedStream for Scoped<M> {
    fn value(&mut self, now: &Moment) -> PartResult<Option<f64>> {
        let Known { own, who, .. } = &*self.known;
        let value = self
            .memory
            .change(who, |state| guarded(who, || own.value(state, now)))??;
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
