//! What a program has for scenes to name: metrics, devices, laws, policies, actuators and models.
//!
//! A value, not a global: two programs, or two tests of one process, may have different parts. The
//! loader takes it and the scene keeps it for whoever runs it.

use std::sync::Arc;

use super::scene::Scene;
use crate::actuation::device::{ActuatorDevice, Actuators, add_actuator};
use crate::control::law::{ControlLaw, Laws, add_law};
use crate::dynamics::own_model::{Models, OwnModel};
use crate::registry::metric::{Declared, Metric};
use crate::registry::part::is_plain_name;
use crate::registry::stream::{AnyStream, Streams, any_stream};
use crate::registry::{About, Demand, MetricId, MetricStream, Metrics, Need, Part};
use crate::scheduler::SchedulerPolicy;
use crate::scheduler::policy::{Policies, add_policy};
use crate::sensors::SensorDevice;
use crate::sensors::device::{Sensors, add_sensor};
use crate::{cluster, field, phi, resonator, safety, scheduler, sensors, signal};

/// The parts of a program: its own, and those that a user adds, one line each.
///
/// ```no_run
/// # use phantomos::prelude::*;
/// # struct Above;
/// # impl MetricStream for Above {
/// #     type State = ();
/// #     fn about(&self) -> Metric { Metric::own("above", "above", "") }
/// #     fn value(&self, _: &mut (), _: &Moment) -> Option<f64> { None }
/// # }
/// let parts = Parts::default().metric(Above);
/// let scene = parts.load("scenes/hello.ron".as_ref(), &[])?;
/// let mut session = Session::open(scene, SimOptions::default())?;
/// session.run_to(1000)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Parts {
    /// Sensor devices.
    pub sensors: Sensors,
    /// Control laws.
    pub laws: Laws,
    /// Scheduler policies.
    pub policies: Policies,
    /// Actuator devices.
    pub actuators: Actuators,
    /// Models of resonators.
    pub models: Models,
    streams: Vec<Arc<dyn AnyStream>>,
    metrics: Metrics,
    faults: Vec<String>,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            sensors: Sensors::new("sensor"),
            laws: Laws::new("law"),
            policies: Policies::new("policy"),
            actuators: Actuators::new("actuator"),
            models: Models::default(),
            streams: Vec::new(),
            metrics: Metrics::new(built_in()),
            faults: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("sensors", &self.sensors)
            .field("laws", &self.laws)
            .field("policies", &self.policies)
            .field("actuators", &self.actuators)
            .field("models", &self.models)
            .finish_non_exhaustive()
    }
}

/// A kind of part, as people call it, with what each of its parts says of itself.
pub type Kind<'a> = (&'static str, Vec<&'a About>);

impl Parts {
    /// With a sensor device more.
    #[must_use]
    pub fn sensor<D: Part + SensorDevice>(mut self) -> Self {
        let done = add_sensor::<D>(&mut self.sensors);
        self.noting(done)
    }

    /// With a control law more.
    #[must_use]
    pub fn law<L: ControlLaw>(mut self) -> Self {
        let done = add_law::<L>(&mut self.laws);
        self.noting(done)
    }

    /// With a scheduler policy more.
    #[must_use]
    pub fn policy<P: SchedulerPolicy>(mut self) -> Self {
        let done = add_policy::<P>(&mut self.policies);
        self.noting(done)
    }

    /// With an actuator device more.
    #[must_use]
    pub fn actuator<D: Part + ActuatorDevice>(mut self) -> Self {
        let done = add_actuator::<D>(&mut self.actuators);
        self.noting(done)
    }

    /// With a metric more, which may read those before it.
    #[must_use]
    pub fn metric(mut self, own: impl MetricStream) -> Self {
        let done = self.add_metric(own);
        self.noting(done)
    }

    /// With a model of resonators more.
    #[must_use]
    pub fn model(mut self, model: impl OwnModel + 'static) -> Self {
        let done = self.models.add(model).map_err(|error| error.to_string());
        self.noting(done)
    }

    /// What is wrong with the parts themselves; with any, no scene is read.
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// The metrics, in the order of their columns.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// The metrics that a scene may name: also those of further windows, of the terms of its loops
    /// and of its rules.
    #[must_use]
    pub fn metrics_of(&self, scene: &Scene) -> Metrics {
        let mut further = scene.signal.further_metrics();
        further.extend(scene.control.term_metrics());
        further.extend(scene.safety.rule_metrics());
        if further.is_empty() {
            return self.metrics();
        }
        let list = self.metrics.list().iter().cloned().chain(further);
        Metrics::new(list.collect())
    }

    /// The table of a run: of the metrics that its scene may name, all but those of signals that
    /// nobody asks for.
    #[must_use]
    pub fn table(&self, scene: &Scene, demand: &Demand) -> Metrics {
        let all = self.metrics_of(scene);
        let is_had = |own: &&Metric| own.needs != Need::Signals || demand.asks(&own.id);
        Metrics::new(all.list().iter().filter(is_had).cloned().collect())
    }

    /// The kinds that scenes name by `Custom(name: …, parameters: …)`, with their parts.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind<'_>> {
        vec![
            ("sensor", self.sensors.list().collect()),
            ("law", self.laws.list().collect()),
            ("policy", self.policies.list().collect()),
            ("actuator", self.actuators.list().collect()),
        ]
    }

    /// The metrics of users that somebody asks for, with their places in the table of a run.
    #[must_use]
    pub fn streams(&self, demand: &Demand, table: &Metrics) -> Streams {
        let asked = self.streams.iter().filter_map(|own| {
            let id = &own.about().id;
            let place = table.position(id)?;
            demand.asks(id).then(|| (place, own.clone()))
        });
        Streams(asked.collect())
    }

    /// Asks for what the metrics of users that are asked for need: every tick, where one remembers,
    /// and the metrics that it reads.
    pub fn complete(&self, demand: &mut Demand) {
        // A metric reads those before it, so the last is looked at first.
        for own in self.streams.iter().rev() {
            let id = &own.about().id;
            if !demand.asks(id) {
                continue;
            }
            if own.remembers() {
                demand.ask(&self.metrics, id, true);
            }
            let every_tick = demand.asks_every_tick(id);
            for read in own.reads() {
                demand.ask(&self.metrics, read, every_tick);
            }
        }
    }

    fn add_metric(&mut self, own: impl MetricStream) -> Result<(), String> {
        let own = any_stream(own).map_err(|error| error.to_string())?;
        let about = own.about();
        let name = about.id.as_str();
        if !is_plain_name(name) {
            return Err(format!(
                "metric {name:?}: expected a name of letters, digits, - and _"
            ));
        }
        if self.metrics.find(&about.id).is_some() {
            return Err(format!(
                "there is a metric named {name:?} already, expected another name"
            ));
        }
        if RESERVED.contains(&name) {
            return Err(format!(
                "metric {name:?}: metrics.csv has a column of that name, expected another"
            ));
        }
        if about.needs != Need::Own {
            return Err(format!(
                "metric {name:?} needs {:?}, expected one made by Metric::own",
                about.needs
            ));
        }
        // Where the vertices are decides the load, and nothing that happens may follow from it.
        let readable = |own: &Metric| own.needs != Need::Placement;
        let found = |id: &MetricId| self.metrics.find(id).is_some_and(readable);
        if let Some(unknown) = own.reads().iter().find(|id| !found(id)) {
            let expected = self.metrics.expected(unknown, readable);
            return Err(format!(
                "metric {name:?} reads {:?}, {expected}",
                unknown.as_str()
            ));
        }
        let list = self.metrics.list().iter().chain([about]);
        self.metrics = Metrics::new(list.cloned().collect());
        self.streams.push(own);
        Ok(())
    }

    fn noting(mut self, done: Result<(), String>) -> Self {
        self.faults.extend(done.err());
        self
    }
}

/// Columns of metrics.csv that are no metrics.
const RESERVED: [&str; 4] = ["tick", "t_s", "scope", "flags"];

/// The metrics of the program itself, a line for each room that has some.
fn built_in() -> Vec<Metric> {
    let mut list = signal::metrics::table().list().to_vec();
    list.extend(of(phi::readings::metrics()));
    list.push(phi::readings::age());
    list.extend(of(safety::readings::metrics()));
    list.extend(of(scheduler::readings::metrics()));
    list.extend(of(cluster::readings::metrics()));
    list.extend(of(resonator::readings::metrics()));
    list.extend(of(field::readings::metrics()));
    list.extend(of(sensors::readings::metrics()));
    list
}

fn of<S>(declared: Vec<Declared<S>>) -> Vec<Metric> {
    declared.into_iter().map(|(metric, _)| metric).collect()
}
