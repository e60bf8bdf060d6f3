//! Rules of a scene: formulas of signal temporal logic over metrics, and what a violation brings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::control::ControlSpec;
use crate::logic::{Compare, Connective, Expr, Formula, Span};
use crate::registry::metric::{Family, Metric, MetricId, MetricScope, Need};
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};
use crate::registry::{Metrics, Site};

/// A rule of a scene. It is judged after every tick from the readings of every tick; what follows
/// acts from the next tick on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Its name, the subject of its events.
    pub name: String,
    /// What must hold, for example `always[0,200] (coherence >= 0.2)`: metrics by their names in
    /// the head of metrics.csv, those of a population as `coherence@name`; bounds in ticks, or in
    /// seconds as `[0,2 s]`.
    pub formula: String,
    /// Where names without `@` are read: a population or "cluster".
    #[serde(default = "cluster")]
    pub scope: String,
    /// How grave a violation is.
    #[serde(default)]
    pub severity: Grade,
    /// What a violation brings, as long as it lasts.
    #[serde(default)]
    pub then: Reaction,
    /// The loops that fall back or are clamped; all when empty.
    #[serde(default)]
    pub loops: Vec<String>,
    /// Robustness ≥ 0 from which a violation may be over, in the unit of what is compared.
    #[serde(default)]
    pub deadband: f64,
    /// Ticks of violation, one after the other, until it counts.
    #[serde(default = "one")]
    pub on_delay: u64,
    /// Ticks beyond the deadband, one after the other, until it is over.
    #[serde(default = "one")]
    pub off_delay: u64,
    /// Whether a violation stays until somebody acknowledges it.
    #[serde(default)]
    pub latch: bool,
    /// What a metric without a value counts as, once all of them have had one.
    #[serde(default)]
    pub missing: Missing,
    /// Ticks after which an event tells what an intervention of the rule effected.
    #[serde(default = "effect_ticks")]
    pub effect_ticks: u64,
}

fn cluster() -> String {
    "cluster".to_owned()
}

fn one() -> u64 {
    1
}

fn effect_ticks() -> u64 {
    50
}

/// How grave a violation is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Grade {
    /// Good to know.
    Info,
    /// Somebody should look.
    #[default]
    Warning,
    /// Somebody must act.
    Critical,
}

/// What a violation of a rule brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Reaction {
    /// It is written down.
    Log,
    /// An alert is raised besides.
    #[default]
    Alert,
    /// And every node holds its drive for `safety.hold_ticks`.
    Hold,
    /// And the commands of the rule's loops are clamped to this magnitude.
    Clamp(f64),
    /// And the rule's loops give the output of their fall-back.
    FallBack,
    /// And every node drops its drive, and the run ends in `SafeStopped`.
    SafeStop,
}

impl Reaction {
    /// What it does to these loops, in words.
    #[must_use]
    pub fn told(self, loops: &[String]) -> String {
        let who = match loops {
            [] => "all loops".to_owned(),
            some => format!("loop {}", some.join(" and ")),
        };
        match self {
            Self::Log => "noted".to_owned(),
            Self::Alert => "alert".to_owned(),
            Self::Hold => "hold".to_owned(),
            Self::Clamp(limit) => format!("{who} clamped to {limit}"),
            Self::FallBack => format!("{who} fall back"),
            Self::SafeStop => "safe stop".to_owned(),
        }
    }
}

/// What a metric without a value counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Missing {
    /// A violation.
    #[default]
    Violation,
    /// The last value that it had.
    LastValue,
}

/// Sensors and measurements that come too late.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WatchdogSpec {
    /// The most ticks since the last reading of any channel.
    pub stale_sensor_ticks: Option<u64>,
    /// The most ticks since the picture of the last value of Φ was taken.
    pub late_phi_ticks: Option<u64>,
    /// What coming late brings.
    pub then: Reaction,
    /// The loops that fall back or are clamped; all when empty.
    pub loops: Vec<String>,
}

impl WatchdogSpec {
    /// The rules that it stands for.
    pub fn rules(&self) -> impl Iterator<Item = RuleSpec> {
        let bounds = [
            (
                "stale sensors",
                "sensor_stale_ticks",
                self.stale_sensor_ticks,
            ),
            ("late phi", "phi_age_ticks", self.late_phi_ticks),
        ];
        bounds.into_iter().filter_map(|(name, metric, most)| {
            let most = most?;
            Some(RuleSpec {
                name: name.to_owned(),
                formula: format!("{metric} <= {most}"),
                then: self.then,
                loops: self.loops.clone(),
                missing: Missing::LastValue,
                ..RuleSpec::of(name, "")
            })
        })
    }
}

/// The bound that a comparison puts on a signal, when it is one of a signal with a number.
fn bound_of(how: Compare, left: Expr, right: Expr) -> Option<(String, [f64; 2])> {
    let (name, number, upward) = match (left, right) {
        (Expr::Signal(name), Expr::Number(number)) => (name, number, how.upward()),
        (Expr::Number(number), Expr::Signal(name)) => (name, number, !how.upward()),
        _ => return None,
    };
    let span = match upward {
        true => [number, f64::INFINITY],
        false => [f64::NEG_INFINITY, number],
    };
    Some((name, span))
}

/// What a rule is judged by.
pub struct RuleFacts<'a> {
    /// The populations.
    pub populations: &'a PopulationRanges,
    /// The metrics.
    pub metrics: &'a Metrics,
    /// The loops.
    pub control: &'a ControlSpec,
    /// Time between two ticks, s.
    pub tick_s: f64,
    /// What is missing for a metric to have values, if anything.
    pub lacks: &'a dyn Fn(&Metric, &str) -> Option<String>,
}

impl RuleFacts<'_> {
    /// What is wrong with the name of a loop, if anything.
    #[must_use]
    pub fn unknown_loop(&self, name: &str) -> Option<String> {
        let loops = &self.control.loops;
        if loops.iter().any(|own| own.name == name) {
            return None;
        }
        let known: Vec<&str> = loops.iter().map(|own| own.name.as_str()).collect();
        Some(match known.is_empty() {
            true => format!("{name:?} is no loop, expected a scene with loops"),
            false => format!("{name:?} is no loop, expected one of {}", known.join(", ")),
        })
    }
}

impl RuleSpec {
    /// A rule with a name and a formula.
    #[must_use]
    pub fn of(name: &str, formula: &str) -> Self {
        Self {
            name: name.to_owned(),
            formula: formula.to_owned(),
            scope: cluster(),
            severity: Grade::default(),
            then: Reaction::default(),
            loops: Vec::new(),
            deadband: 0.0,
            on_delay: 1,
            off_delay: 1,
            latch: false,
            missing: Missing::default(),
            effect_ticks: effect_ticks(),
        }
    }

    /// The metric of its robustness.
    #[must_use]
    pub fn metric(&self) -> MetricId {
        MetricId::from(format!("rule.{}", self.name.replace(' ', "_")))
    }

    /// Its row in the table of metrics.
    #[must_use]
    pub fn row(&self) -> Metric {
        let mut row = Metric::new(
            self.metric(),
            format!("rule {}", self.name),
            Need::Rules,
            Family::Safety,
            format!(
                "Robustness of the rule {}: how far it is from being violated, negative while it \
                 is. The least that is certain of what is judged.",
                self.formula
            ),
        );
        row.range = "any number; ≥ 0 while the rule holds";
        row.scope = MetricScope::Cluster;
        row
    }

    /// Its formula.
    ///
    /// # Errors
    /// With column and expectation.
    pub fn parsed(&self, tick_s: f64) -> Result<Formula, String> {
        Formula::parse(&self.formula, Some(tick_s)).map_err(|error| error.to_string())
    }

    /// Metric and scope of a name in its formula.
    pub(super) fn split<'a>(&'a self, name: &'a str) -> (MetricId, &'a str) {
        let (metric, scope) = name.split_once('@').unwrap_or((name, &self.scope));
        (MetricId::from(metric.to_owned()), scope)
    }

    /// The bounds that it puts on single numbers for good: comparisons of a metric with a constant,
    /// joined by `and`, alone or below `always` and `historically`.
    #[must_use]
    pub fn constant_bounds(&self, tick_s: f64) -> Vec<(String, [f64; 2])> {
        let mut found = Vec::new();
        let mut open: Vec<Formula> = self.parsed(tick_s).into_iter().collect();
        while let Some(own) = open.pop() {
            match own {
                Formula::Span(Span::Always | Span::Historically, _, inner) => open.push(*inner),
                Formula::Connect(Connective::And, left, right) => open.extend([*left, *right]),
                Formula::Compare(how, left, right) => found.extend(bound_of(how, left, right)),
                _ => {}
            }
        }
        found
    }

    /// What its formula reads, in the order of [`Formula::signals`]; nothing of one that cannot be
    /// read.
    #[must_use]
    pub fn reads(&self, tick_s: f64) -> Vec<MetricId> {
        let formula = self.parsed(tick_s);
        let signals = formula.map(|own| own.signals()).unwrap_or_default();
        signals.iter().map(|name| self.split(name).0).collect()
    }

    /// Where what its formula reads stands: scope and place in the table.
    #[must_use]
    pub fn places(
        &self,
        formula: &Formula,
        metrics: &Metrics,
        site: &Site,
    ) -> Vec<Option<(crate::base::PopulationId, usize)>> {
        let signals = formula.signals();
        let places = signals.iter().map(|name| {
            let (metric, scope) = self.split(name);
            Some((site.scope(scope), metrics.position(&metric)?))
        });
        places.collect()
    }

    /// Collects what is wrong with the rule at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, about: &RuleFacts) {
        let at = |field: &str| format!("{path}.{field}");
        if find_scope(&self.scope, about.populations).is_none() {
            unknown_scope(problems, &at("scope"), &self.scope, about.populations);
        }
        match self.parsed(about.tick_s) {
            Err(error) => problems.add(at("formula"), error),
            Ok(formula) => {
                for name in formula.signals() {
                    self.validate_signal(problems, &at("formula"), &name, about);
                }
            }
        }
        let holds = self.deadband.is_finite() && self.deadband >= 0.0;
        let expected = "a finite number ≥ 0";
        problems.require(holds, &at("deadband"), self.deadband, expected);
        problems.count(&at("on_delay"), self.on_delay, 1, 1 << 32);
        problems.count(&at("off_delay"), self.off_delay, 1, 1 << 32);
        problems.count(&at("effect_ticks"), self.effect_ticks, 1, 1 << 32);
        if let Reaction::Clamp(limit) = self.then {
            let holds = limit.is_finite() && limit >= 0.0;
            problems.require(holds, &at("then"), limit, expected);
        }
        for (k, name) in self.loops.iter().enumerate() {
            if let Some(message) = about.unknown_loop(name) {
                problems.add(at(&format!("loops[{k}]")), message);
            }
        }
        let acts = matches!(self.then, Reaction::FallBack | Reaction::Clamp(_));
        if acts && about.control.loops.is_empty() {
            let message = "it acts on loops, expected a scene that has some";
            problems.add(at("then"), message);
        }
    }

    fn validate_signal(&self, problems: &mut Problems, path: &str, name: &str, about: &RuleFacts) {
        let (id, scope) = self.split(name);
        if find_scope(scope, about.populations).is_none() {
            unknown_scope(problems, path, scope, about.populations);
            return;
        }
        let fits = |own: &Metric| !matches!(own.needs, Need::Placement | Need::Rules);
        match about.metrics.find(&id).filter(|own| fits(own)) {
            None => {
                let expected = about.metrics.expected(&id, fits);
                problems.add(path, format!("found {:?}, {expected}", id.as_str()));
            }
            Some(metric) => {
                metric.refuse_scope(problems, path, scope);
                if let Some(lacking) = (about.lacks)(metric, scope) {
                    problems.add(path, lacking);
                }
            }
        }
    }
}
