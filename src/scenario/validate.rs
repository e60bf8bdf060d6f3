//! Judgement of a scene's values: everything that is wrong with them at once.

use std::collections::BTreeSet;

use crate::actuation::spec::ActuatorFacts;
use crate::base::{Problems, TickClock};
use crate::control::validate::ControlFacts;
use crate::field::FieldKind;
use crate::registry::part::is_plain_name;
use crate::registry::site::PopulationRanges;
use crate::registry::{LiveParameters, Metric, Metrics, Need};
use crate::safety::OnNonFinite;
use crate::safety::rule::RuleFacts;
use crate::sensors::device::kind::DeviceFacts;

use super::figure_spec;
use super::parts::Parts;
use super::scene::{SCENE_VERSION, Scene};

impl Scene {
    /// Collects everything that is wrong with the scene's values.
    pub fn validate(&self, problems: &mut Problems, known: &Known) {
        let Known { metrics, parts, .. } = *known;
        self.validate_head(problems);
        let ranges = self.ranges();
        for (k, population) in self.populations.iter().enumerate() {
            population.validate(problems, &format!("populations[{k}]"));
        }
        let own = self.populations.iter().map(|p| p.name.as_str());
        names(problems, "populations", own);
        let own = self.sensors.iter().map(|s| s.name.as_str());
        names(problems, "sensors", own);
        let own = self.control.loops.iter().map(|l| l.name.as_str());
        names(problems, "control.loops", own);
        self.dynamics.validate(problems, &self.populations);
        self.graph.validate(problems, self.vertices());
        self.field
            .validate(problems, self.clock.dt_s * f64::from(self.clock.substeps));
        if self.field.kind.needs_mean_phase() && !self.phases_only("cluster") {
            problems.add(
                "field.kind.law".to_owned(),
                "the mean phase of resonators that have none, expected populations of phases",
            );
        }
        for (k, force) in self.forces.iter().enumerate() {
            force.validate(problems, &format!("forces[{k}]"), &ranges);
        }
        let facts = DeviceFacts {
            populations: &ranges,
            field: &self.field,
            live: self.live,
            sensors: &parts.sensors,
        };
        for (k, sensor) in self.sensors.iter().enumerate() {
            sensor.validate(problems, &format!("sensors[{k}]"), &facts);
        }
        let clock = TickClock::new(self.clock.dt_s, self.clock.substeps);
        self.signal.validate(problems, clock.sample_rate_hz());
        let sensors: Vec<_> = self
            .sensors
            .iter()
            .map(|sensor| (sensor.name.clone(), sensor.device.kind().count(&ranges)))
            .collect();
        self.phi.validate(problems, &sensors);
        let facts = ControlFacts {
            populations: &ranges,
            has_channels: &|scope| self.is_sensed(scope),
            phases_only: &|scope| self.phases_only(scope),
            metrics,
            laws: &parts.laws,
        };
        self.control.validate(problems, &facts);
        if self.dynamics.integrator.is_adaptive() {
            self.control.refuse_noise(problems);
        }
        let loops = self.control.loops.iter();
        let facts = ActuatorFacts {
            actuators: &parts.actuators,
            live: self.live,
            loops: loops.map(|own| own.name.as_str()).collect(),
        };
        for (k, actuator) in self.actuators.iter().enumerate() {
            actuator.validate(problems, &format!("actuators[{k}]"), &facts);
        }
        let own = self.actuators.iter().map(|own| own.name.as_str());
        names(problems, "actuators", own);
        self.validate_safety(problems, &ranges, metrics);
        let masked = if self.phi.units.is_empty() {
            0
        } else {
            self.vertices()
        };
        self.aggregator.validate(problems, masked);
        self.cluster.validate(problems);
        self.scheduler
            .validate(problems, self.vertices(), &parts.policies);
        self.bus.validate(problems, self.cluster.nodes);
        self.record.validate(problems, &ranges, metrics);
        self.validate_watch(problems, &ranges, known);
    }

    /// Collects what is wrong with the safety kernel.
    fn validate_safety(
        &self,
        problems: &mut Problems,
        ranges: &PopulationRanges,
        metrics: &Metrics,
    ) {
        let tick_s = TickClock::new(self.clock.dt_s, self.clock.substeps).tick_s();
        let lacks = |metric: &Metric, scope: &str| match metric.needs {
            Need::Signals if !self.is_sensed(scope) => Some(format!(
                "{} of {scope:?}, which has no sensor, expected a scope that some sensor gives \
                 channels to",
                metric.id
            )),
            Need::Phi if self.phi.units.is_empty() => Some(format!(
                "{} without the part `phi`, expected one with units",
                metric.id
            )),
            _ => {
                let lacking = self.lacks(metric)?;
                Some(format!("{} without {lacking}, which writes it", metric.id))
            }
        };
        let facts = RuleFacts {
            populations: ranges,
            metrics,
            control: &self.control,
            tick_s,
            lacks: &lacks,
        };
        self.safety.validate(problems, &facts);
        let quarantines = self.safety.on_non_finite == OnNonFinite::Quarantine;
        if quarantines && self.dynamics.integrator.is_adaptive() {
            problems.add(
                "safety.on_non_finite",
                "Quarantine takes a tick back, expected an integrator of fixed steps",
            );
        }
        let rules: Vec<String> = self.safety.all_rules().map(|own| own.name).collect();
        names(problems, "safety.rules", rules.iter().map(String::as_str));
        let own = self.safety.barriers.iter().map(|own| own.name.as_str());
        names(problems, "safety.barriers", own);
    }

    /// Collects what is wrong with what happens by itself, and with what must hold.
    fn validate_watch(&self, problems: &mut Problems, ranges: &PopulationRanges, known: &Known) {
        let Known { live, metrics, .. } = *known;
        for (k, scheduled) in self.schedule.iter().enumerate() {
            scheduled.validate(problems, &format!("schedule[{k}]"), live);
        }
        for (k, crossing) in self.crossings.iter().enumerate() {
            let path = format!("crossings[{k}]");
            crossing.validate(problems, &path, ranges, (live, metrics));
            let metric = crossing.of.metric().and_then(|id| metrics.find(id));
            self.refuse_lacking(problems, &format!("{path}.of.metric"), metric);
        }
        self.view.validate(problems, ranges, metrics);
        for (k, plot) in self.view.plots.iter().enumerate() {
            for (n, curve) in plot.curves.iter().enumerate() {
                let path = format!("view.plots[{k}].curves[{n}].metric");
                self.refuse_lacking(problems, &path, metrics.find(&curve.metric));
            }
        }
        figure_spec::validate(&self.figures, problems, ranges, metrics);
        for (k, figure) in self.figures.iter().enumerate() {
            for (n, curve) in figure.curves.iter().enumerate() {
                let path = format!("figures[{k}].curves[{n}].metric");
                self.refuse_lacking(problems, &path, metrics.find(&curve.metric));
            }
        }
        let own = self.crossings.iter().map(|c| c.name.as_str());
        names(problems, "crossings", own);
        for (k, assertion) in self.assertions.iter().enumerate() {
            let path = format!("assertions[{k}]");
            let row_s = self.row_s();
            assertion.validate(problems, &path, ranges, (metrics, row_s));
            let field = if assertion.metric.is_some() {
                "metric"
            } else {
                "formula"
            };
            for (id, _) in assertion.reads(row_s) {
                self.refuse_lacking(problems, &format!("{path}.{field}"), metrics.find(&id));
            }
        }
    }

    fn validate_head(&self, problems: &mut Problems) {
        problems.require(
            self.version == SCENE_VERSION,
            "version",
            self.version,
            "1 or 2",
        );
        problems.require(
            is_plain_name(&self.name),
            "name",
            format!("{:?}", self.name),
            "letters, digits, - and _, since run folders bear it",
        );
        problems.count("ticks", self.ticks, 1, 1 << 40);
        problems.positive("clock.dt_s", self.clock.dt_s, " s");
        problems.count(
            "clock.substeps",
            u64::from(self.clock.substeps),
            1,
            1_000_000,
        );
        problems.count(
            "populations",
            self.populations.len() as u64,
            1,
            u64::from(u16::MAX - 1),
        );
    }

    /// What is missing for a metric to have values, if anything.
    fn lacks(&self, metric: &Metric) -> Option<&'static str> {
        let has_grid = matches!(self.field.kind, FieldKind::Grid(_));
        (metric.needs == Need::GridField && !has_grid).then_some("a field of kind Grid")
    }

    /// Collects a metric that can have no value here.
    fn refuse_lacking(&self, problems: &mut Problems, path: &str, metric: Option<&Metric>) {
        let lacking = metric.and_then(|own| Some((&own.id, self.lacks(own)?)));
        if let Some((id, needed)) = lacking {
            problems.add(path, format!("{id} without {needed}, which writes it"));
        }
    }

    /// Whether a sensor looks at a scope.
    #[must_use]
    pub fn is_sensed(&self, scope: &str) -> bool {
        self.sensors.iter().any(|sensor| sensor.is_read_by(scope))
    }

    fn phases_only(&self, scope: &str) -> bool {
        self.populations
            .iter()
            .filter(|p| scope == "cluster" || p.name == scope)
            .all(|p| p.model.is_phase())
    }
}

/// What a scene is judged by.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Its live parameters.
    pub live: &'a LiveParameters,
    /// The metrics of the program.
    pub metrics: &'a Metrics,
    /// The parts of the program.
    pub parts: &'a Parts,
}

/// Names are told apart, and hold nothing that files and terminals do not bear.
fn names<'a>(problems: &mut Problems, path: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (k, name) in names.enumerate() {
        problems.plain_text(&format!("{path}[{k}].name"), name);
        if !seen.insert(name) {
            problems.add(
                format!("{path}[{k}].name"),
                format!("{name:?} is taken already, expected a name of its own"),
            );
        }
    }
}
