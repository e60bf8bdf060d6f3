//! What must hold at the end of a run.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::logic::{Formula, Monitor};
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};
use crate::registry::{MetricId, Metrics};

use super::statistic::{Column, Statistic};

/// What must hold of the rows of a span of plant time: bounds on a statistic of a metric, or a
/// formula of signal temporal logic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// The metric, by its name in the head of metrics.csv; absent where a formula stands.
    #[serde(default)]
    pub metric: Option<MetricId>,
    /// What must hold from the first row of the span on, for example `eventually[0,10 s] always
    /// (coherence >= 0.9)`: metrics by their names, those of a population as `coherence@name`;
    /// bounds in rows, or in seconds. It is judged from the first row in which all that it reads
    /// have a value; one that has none later is a violation.
    #[serde(default)]
    pub formula: Option<String>,
    /// Population, or "cluster".
    #[serde(default = "cluster")]
    pub scope: String,
    /// What is taken of the values in the span.
    #[serde(default)]
    pub take: Statistic,
    /// Start of the span, s of plant time.
    #[serde(default)]
    pub from_s: f64,
    /// End of the span, s; the end of the run when absent.
    #[serde(default)]
    pub to_s: Option<f64>,
    /// Lower bound.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// Upper bound.
    #[serde(default)]
    pub at_most: Option<f64>,
}

fn cluster() -> String {
    "cluster".to_owned()
}

impl fmt::Display for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.formula, &self.metric) {
            (Some(formula), _) => f.write_str(formula)?,
            (None, Some(metric)) => {
                let column = Column {
                    metric: metric.clone(),
                    scope: self.scope.clone(),
                    take: self.take,
                };
                let bounds = [(">=", self.at_least), ("<=", self.at_most)];
                let bounds = bounds
                    .iter()
                    .filter_map(|(sign, own)| Some((sign, (*own)?)));
                let told: Vec<String> = bounds
                    .map(|(sign, bound)| format!("{column} {sign} {bound}"))
                    .collect();
                f.write_str(&told.join(" and "))?;
            }
            (None, None) => f.write_str("nothing")?,
        }
        if self.from_s > 0.0 {
            write!(f, " from {} s", self.from_s)?;
        }
        match self.to_s {
            Some(to_s) => write!(f, " to {to_s} s"),
            None => Ok(()),
        }
    }
}

impl Assertion {
    /// The assertion that a text writes: `METRIC[@SCOPE]:STATISTIC >= NUMBER` (or `<=`), else a
    /// formula.
    ///
    /// # Errors
    /// For a comparison of a statistic that is not of this form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let sign = text.find(['<', '>', '=', '≤', '≥']);
        let colon = text.find(':');
        let is_statistic =
            sign.is_some_and(|sign| colon.is_some_and(|colon| colon < sign)) && !text.contains('[');
        if !is_statistic {
            return Ok(Self {
                formula: Some(text.to_owned()),
                scope: cluster(),
                ..Self::default()
            });
        }
        let form = || {
            format!(
                "{text:?}, expected METRIC[@SCOPE]:STATISTIC >= NUMBER or <= NUMBER, or a formula"
            )
        };
        let (left, right) = text.split_at(sign.unwrap_or(text.len()));
        let signs = [(">=", true), ("≥", true), ("<=", false), ("≤", false)];
        let found = signs
            .iter()
            .find_map(|(sign, upward)| Some((right.strip_prefix(sign)?, *upward)));
        let (number, upward) = found.ok_or_else(form)?;
        let bound: f64 = number.trim().parse().map_err(|_| form())?;
        let [column] = &Column::parse(left)?[..] else {
            return Err(form());
        };
        Ok(Self {
            metric: Some(column.metric.clone()),
            scope: column.scope.clone(),
            take: column.take,
            at_least: upward.then_some(bound),
            at_most: (!upward).then_some(bound),
            ..Self::default()
        })
    }

    /// The same assertion as an element of a scene's list, in RON.
    #[must_use]
    pub fn ron(&self) -> String {
        let mut fields = Vec::new();
        if let Some(formula) = &self.formula {
            fields.push(format!("formula: {formula:?}"));
        }
        if let Some(metric) = &self.metric {
            let take = match self.take {
                Statistic::TimeAbove(level) => format!("TimeAbove({level:?})"),
                Statistic::TimeBelow(level) => format!("TimeBelow({level:?})"),
                plain => format!("{plain:?}"),
            };
            fields.push(format!("metric: {:?}, take: {take}", metric.as_str()));
        }
        fields.push(format!("scope: {:?}", self.scope));
        for (name, bound) in [("at_least", self.at_least), ("at_most", self.at_most)] {
            fields.extend(bound.map(|bound| format!("{name}: {bound:?}")));
        }
        format!("({})", fields.join(", "))
    }

    /// Whether a time lies in its span.
    #[must_use]
    pub fn spans(&self, t_s: f64) -> bool {
        t_s >= self.from_s && self.to_s.is_none_or(|end| t_s <= end)
    }

    /// What it reads, metric and scope; nothing of a formula that cannot be read.
    #[must_use]
    pub fn reads(&self, row_s: f64) -> Vec<(MetricId, String)> {
        let own = self
            .metric
            .iter()
            .map(|id| (id.clone(), self.scope.clone()));
        let formula = self.parsed(row_s).and_then(Result::ok);
        let signals = formula.map(|own| own.signals()).unwrap_or_default();
        own.chain(signals.iter().map(|name| self.split(name)))
            .collect()
    }

    /// Its formula, if it has one, for rows this far apart, s.
    #[must_use]
    pub fn parsed(&self, row_s: f64) -> Option<Result<Formula, String>> {
        let parse = |text| Formula::parse(text, Some(row_s)).map_err(|error| error.to_string());
        self.formula.as_deref().map(parse)
    }

    /// Metric and scope of a name in its formula.
    fn split(&self, name: &str) -> (MetricId, String) {
        let (metric, scope) = name.split_once('@').unwrap_or((name, &self.scope));
        (MetricId::from(metric.to_owned()), scope.to_owned())
    }

    /// Collects what is wrong with the assertion at `path`, of rows this far apart, s.
    pub fn validate(
        &self,
        problems: &mut Problems,
        path: &str,
        populations: &PopulationRanges,
        (metrics, row_s): (&Metrics, f64),
    ) {
        let at = |field: &str| format!("{path}.{field}");
        match (&self.metric, &self.formula) {
            (Some(_), Some(_)) => problems.add(path, "expected a metric or a formula, not both"),
            (None, None) => problems.add(path, "expected a metric with bounds, or a formula"),
            _ => {}
        }
        let place = if self.metric.is_some() {
            at("metric")
        } else {
            at("formula")
        };
        match self.parsed(row_s) {
            Some(Err(error)) => problems.add(at("formula"), error),
            Some(Ok(formula)) => {
                if let Err(error) = Monitor::new(&formula) {
                    problems.add(at("formula"), error.to_string());
                }
                if self.at_least.is_some() || self.at_most.is_some() {
                    problems.add(
                        path,
                        "a formula has its bounds in it, expected no at_least or at_most",
                    );
                }
            }
            None if self.at_least.is_none() && self.at_most.is_none() => {
                problems.add(path, "expected at_least, at_most or both");
            }
            None => {}
        }
        let scope_known = find_scope(&self.scope, populations).is_some();
        if !scope_known {
            unknown_scope(problems, &at("scope"), &self.scope, populations);
        }
        for (id, scope) in self.reads(row_s) {
            let own_scope = if scope == self.scope {
                at("scope")
            } else {
                place.clone()
            };
            let Some(metric) = metrics.find(&id) else {
                let expected = metrics.expected(&id, |_| true);
                problems.add(
                    place.clone(),
                    format!("found {:?}, {expected}", id.as_str()),
                );
                continue;
            };
            if find_scope(&scope, populations).is_some() {
                metric.refuse_scope(problems, &own_scope, &scope);
            } else if scope != self.scope {
                unknown_scope(problems, &place, &scope, populations);
            }
        }
        self.validate_numbers(problems, path);
    }

    fn validate_numbers(&self, problems: &mut Problems, path: &str) {
        for (name, bound) in [("at_least", self.at_least), ("at_most", self.at_most)] {
            if bound.is_some_and(f64::is_nan) {
                problems.add(format!("{path}.{name}"), "found NaN, expected a number");
            }
        }
        if let (Some(least), Some(most)) = (self.at_least, self.at_most)
            && least > most
        {
            let text = format!("at least {least} and at most {most}, which nothing is");
            problems.add(format!("{path}.at_most"), text);
        }
        if let Statistic::TimeAbove(level) | Statistic::TimeBelow(level) = self.take {
            let expected = "a finite level";
            problems.require(level.is_finite(), &format!("{path}.take"), level, expected);
        }
        let last = f64::INFINITY;
        if let Some(to_s) = self.to_s {
            problems.range(&format!("{path}.to_s"), to_s, self.from_s, last, " s");
        }
        problems.range(&format!("{path}.from_s"), self.from_s, 0.0, last, " s");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bounds_on_statistics_or_formulas() {
        let own = Assertion::parse("coherence@left:time_above(0.9) >= 2.5").unwrap();
        assert_eq!(own.take, Statistic::TimeAbove(0.9));
        assert_eq!((own.at_least, own.at_most), (Some(2.5), None));
        assert_eq!(own.to_string(), "coherence@left:time_above(0.9) >= 2.5");
        assert!(own.ron().contains("take: TimeAbove(0.9)"), "{}", own.ron());
        let own = Assertion::parse("coherence:mean<=1e-3").unwrap();
        assert_eq!(own.at_most, Some(1e-3));
        let own = Assertion::parse("always[0:10] (coherence >= 0.2)").unwrap();
        assert_eq!(
            own.formula.as_deref(),
            Some("always[0:10] (coherence >= 0.2)")
        );
        for text in [
            "a:mean > 1",
            "a:mean == 1",
            "a:mean,last >= 1",
            "a:mean >= x",
        ] {
            let told = Assertion::parse(text).unwrap_err();
            assert!(told.contains("expected METRIC"), "{told}");
        }
    }
}
