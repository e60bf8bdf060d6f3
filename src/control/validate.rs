//! Judgement of the loops of a scene.

use crate::base::Problems;
use crate::registry::metric::Metric;
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};
use crate::registry::{Metrics, Need};

use super::law::Laws;
use super::laws::Law;
use super::measure::Measure;
use super::output::Output;
use super::spec::{ControlSpec, Fallback, LoopSpec};

impl ControlSpec {
    /// Collects the loops that drive noise, which an adaptive integrator cannot follow.
    pub fn refuse_noise(&self, problems: &mut Problems) {
        let expected = "expected none with DormandPrince, whose step follows a smooth solution";
        for (k, spec) in self.loops.iter().enumerate() {
            if let Some(own) = spec.output_path(Output::Noise) {
                problems.add(
                    format!("control.loops[{k}].{own}"),
                    format!("this loop drives noise, {expected}"),
                );
            }
            if spec.noise_per_temperature != 0.0 {
                problems.add(
                    format!("control.loops[{k}].noise_per_temperature"),
                    format!("{}, {expected}", spec.noise_per_temperature),
                );
            }
        }
    }

    /// Collects what is wrong with this part of a scene.
    pub fn validate(&self, problems: &mut Problems, about: &ControlFacts) {
        for (k, spec) in self.loops.iter().enumerate() {
            spec.validate(problems, &format!("control.loops[{k}]"), about);
        }
    }
}

/// What a loop is judged by.
pub struct ControlFacts<'a> {
    /// The populations.
    pub populations: &'a PopulationRanges,
    /// Whether a scope is sensed.
    pub has_channels: &'a dyn Fn(&str) -> bool,
    /// Whether all resonators of a scope are phases.
    pub phases_only: &'a dyn Fn(&str) -> bool,
    /// The metrics.
    pub metrics: &'a Metrics,
    /// The laws that scenes may name.
    pub laws: &'a Laws,
}

impl LoopSpec {
    fn validate(&self, problems: &mut Problems, path: &str, about: &ControlFacts) {
        for (own, measure, of) in self.asks() {
            let of = of.unwrap_or(&self.scope);
            self.validate_measure(problems, (path, &own), (measure, of), about);
        }
        let scope = format!("{path}.scope");
        if find_scope(&self.scope, about.populations).is_none() {
            unknown_scope(problems, &scope, &self.scope, about.populations);
        } else if self.hears_signals(about.metrics) && !(about.has_channels)(&self.scope) {
            problems.add(
                scope,
                format!(
                    "{:?} has no sensor, expected a scope that some sensor gives channels to",
                    self.scope
                ),
            );
        }
        let damps = self.output_path(Output::Damping);
        if let Some(own) = damps.filter(|_| (about.phases_only)(&self.scope)) {
            problems.add(
                format!("{path}.{own}"),
                "Damping moves nothing here, expected harmonic resonators in the loop's scope",
            );
        }
        let setpoint = format!("{path}.setpoint");
        match self.measure {
            Measure::Coherence | Measure::EntropyNormalized => {
                problems.range(&setpoint, self.setpoint, 0.0, 1.0, "");
            }
            Measure::Entropy | Measure::Resonance => {
                problems.range(&setpoint, self.setpoint, 0.0, f64::INFINITY, "");
            }
            Measure::Metric(_) => problems.require(
                self.setpoint.is_finite(),
                &setpoint,
                self.setpoint,
                "a finite number",
            ),
        }
        let noise = format!("{path}.noise_per_temperature");
        problems.range(&noise, self.noise_per_temperature, 0.0, 1e6, "");
        let law = format!("{path}.law");
        match &self.law {
            Law::Custom(own) => about.laws.check(problems, &law, &own.part()),
            own => own.validate(problems, &law),
        }
        self.validate_further(problems, path);
        if let Some(adaptive) = &self.adaptive {
            adaptive.validate(problems, &format!("{path}.adaptive"));
        }
    }

    fn validate_further(&self, problems: &mut Problems, path: &str) {
        for (k, own) in self.feeds.iter().enumerate() {
            let path = format!("{path}.feeds[{k}].gain");
            problems.range(&path, own.gain, -1e12, 1e12, "");
        }
        for (k, own) in self.also.iter().enumerate() {
            for (field, value) in [("gain", own.gain), ("offset", own.offset)] {
                problems.range(&format!("{path}.also[{k}].{field}"), value, -1e12, 1e12, "");
            }
        }
        let manual = format!("{path}.manual_output");
        problems.range(&manual, self.manual_output, -1e12, 1e12, "");
        let path = format!("{path}.fallback");
        match &self.fallback {
            Fallback::Release => {}
            Fallback::Value(own) => problems.range(&path, *own, -1e12, 1e12, ""),
            Fallback::Law(law) if matches!(**law, Law::Custom(_)) => {
                problems.add(path, "a law of the catalog, expected one of the program");
            }
            Fallback::Law(law) => law.validate(problems, &path),
        }
    }

    fn validate_measure(
        &self,
        problems: &mut Problems,
        (path, own): (&str, &str),
        (measure, of): (&Measure, &str),
        about: &ControlFacts,
    ) {
        let id = measure.metric();
        let metric = about.metrics.find(&id);
        let fits = |own: &Metric| own.needs != Need::Placement;
        if !metric.is_some_and(fits) {
            let message = format!(
                "found {:?}, {}",
                id.as_str(),
                about.metrics.expected(&id, fits)
            );
            problems.add(format!("{path}.{own}"), message);
        }
        let elsewhere = of != self.scope;
        let scope = match elsewhere {
            false => format!("{path}.scope"),
            true if own.starts_with("feeds") => format!("{path}.{}of", own.replace("measure", "")),
            true => format!("{path}.measure_of"),
        };
        if elsewhere && find_scope(of, about.populations).is_none() {
            unknown_scope(problems, &scope, of, about.populations);
            return;
        }
        let Some(metric) = metric else { return };
        metric.refuse_scope(problems, &scope, of);
        if elsewhere && metric.needs == Need::Signals && !(about.has_channels)(of) {
            let message = format!(
                "{of:?} has no sensor, expected a scope that some sensor gives channels to"
            );
            problems.add(scope, message);
        }
    }
}
