//! Judging assertions while the rows of a run come.

use serde::Serialize;

use crate::base::Tick;
use crate::logic::{Early, Monitor, Verdict};
use crate::registry::MetricId;

use super::assertion::Assertion;
use super::statistic::Taker;

/// What became of an assertion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// The assertion as a text.
    pub assertion: String,
    /// Why it does not hold; `None` when it does.
    pub failure: Option<Failure>,
}

/// Why an assertion does not hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Failure {
    /// What was found and what was expected.
    pub message: String,
    /// The tick at which it was decided: of the extremum, of the last value, or the first at which
    /// nothing that follows can make a formula hold.
    pub tick: Option<Tick>,
    /// Its plant time, s.
    pub t_s: Option<f64>,
    /// The statistic that was found.
    pub value: Option<f64>,
    /// How far from holding it is, negative: value less the lower bound, upper bound less value, or
    /// the robustness of the formula.
    pub margin: Option<f64>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        let mut facts = Vec::new();
        facts.extend(self.margin.map(|margin| format!("margin {margin}")));
        if let (Some(tick), Some(t_s)) = (self.tick, self.t_s) {
            facts.push(format!("tick {tick}, {t_s} s"));
        }
        match facts.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", facts.join(", ")),
        }
    }
}

/// What an assertion comes to in numbers, whether it holds or not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// The statistic that was found, in the unit of [`super::Statistic::unit`].
    pub value: Option<f64>,
    /// How far it is from failing: value less the lower bound, upper bound less value, the lesser
    /// of both, or the robustness of the formula. Negative when it fails.
    pub margin: Option<f64>,
    /// The tick that decides it and its plant time in s: of the extremum, of the last value, or the
    /// last that a formula was judged by.
    pub moment: Option<(Tick, f64)>,
}

/// Follows the rows of a run for one assertion.
#[derive(Clone, Debug)]
pub struct Judge {
    assertion: Assertion,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Bounds(MetricId, Taker),
    Formula(Box<FormulaJudge>),
    /// What cannot be read is refused where scenes are checked.
    Unreadable(String),
}

#[derive(Clone, Debug)]
struct FormulaJudge {
    monitor: Monitor,
    reads: Vec<(MetricId, String)>,
    sample: Vec<f64>,
    /// The row that `sample` belongs to.
    now: Option<(Tick, f64)>,
    begun: bool,
    settled: Option<Verdict>,
    /// When nothing could make it hold any more, and what was read then.
    failed: Option<(Tick, f64, Vec<f64>)>,
    last: Option<(Tick, f64)>,
}

impl Judge {
    /// Of an assertion on rows this far apart, s.
    #[must_use]
    pub fn new(assertion: &Assertion, row_s: f64) -> Self {
        let kind = match (&assertion.metric, assertion.parsed(row_s)) {
            (Some(metric), None) => {
                let taker = Taker::new(assertion.take, assertion.from_s);
                Kind::Bounds(metric.clone(), taker)
            }
            (_, Some(Ok(formula))) => match Monitor::new(&formula) {
                Ok(monitor) => {
                    let reads = assertion.reads(row_s);
                    Kind::Formula(Box::new(FormulaJudge {
                        monitor,
                        sample: vec![f64::NAN; reads.len()],
                        reads,
                        now: None,
                        begun: false,
                        settled: None,
                        failed: None,
                        last: None,
                    }))
                }
                Err(error) => Kind::Unreadable(error.to_string()),
            },
            (_, Some(Err(error))) => Kind::Unreadable(error),
            (None, None) => Kind::Unreadable("it says nothing".to_owned()),
        };
        let assertion = assertion.clone();
        Self { assertion, kind }
    }

    /// Takes the row of a scope; `value` reads it. The rows of a tick follow one another.
    pub fn see(
        &mut self,
        (tick, t_s): (Tick, f64),
        scope: &str,
        value: impl Fn(&MetricId) -> Option<f64>,
    ) {
        if !self.assertion.spans(t_s) {
            return;
        }
        match &mut self.kind {
            Kind::Bounds(metric, taker) if scope == self.assertion.scope => {
                taker.push(tick, t_s, value(metric));
            }
            Kind::Formula(own) => own.see((tick, t_s), scope, value),
            _ => {}
        }
    }

    /// What the assertion comes to, if the run ended now.
    #[must_use]
    pub fn judgement(&self) -> Judgement {
        let failure = match &self.kind {
            Kind::Bounds(metric, taker) => self.bounds(metric, taker),
            Kind::Formula(own) => own.clone().finish(),
            Kind::Unreadable(error) => Some(Failure {
                message: error.clone(),
                ..Failure::default()
            }),
        };
        Judgement {
            assertion: self.assertion.to_string(),
            failure,
        }
    }

    /// What it comes to in numbers, if the run ended now.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match &self.kind {
            Kind::Bounds(_, taker) => {
                let value = taker.value().filter(|_| taker.lost().is_none());
                Standing {
                    value,
                    margin: value.map(|found| self.margin(found)),
                    moment: taker.moment(),
                }
            }
            Kind::Formula(own) => own.clone().standing(),
            Kind::Unreadable(_) => Standing::default(),
        }
    }

    /// How far a statistic is within the bounds.
    fn margin(&self, found: f64) -> f64 {
        let below = self.assertion.at_least.map(|bound| found - bound);
        let above = self.assertion.at_most.map(|bound| bound - found);
        // NaN cannot come: bounds and values are numbers.
        below.into_iter().chain(above).fold(f64::INFINITY, f64::min)
    }

    fn bounds(&self, metric: &MetricId, taker: &Taker) -> Option<Failure> {
        let own = &self.assertion;
        let told = |message: String, value, margin| {
            let moment = taker.moment();
            Some(Failure {
                message,
                tick: moment.map(|own| own.0),
                t_s: moment.map(|own| own.1),
                value,
                margin,
            })
        };
        let Some(found) = taker.value() else {
            return told(format!("{metric} has no value in the span"), None, None);
        };
        let scope = &own.scope;
        if let Some(lost) = taker.lost() {
            return told(
                format!("{metric} of {scope} is {lost} in the span"),
                None,
                None,
            );
        }
        let margin = self.margin(found);
        if margin >= 0.0 {
            return None;
        }
        let bounds = [
            own.at_least.map(|bound| format!("at least {bound}")),
            own.at_most.map(|bound| format!("at most {bound}")),
        ];
        let bounds: Vec<_> = bounds.into_iter().flatten().collect();
        let expected = bounds.join(" and ");
        let message = format!(
            "{} {metric} of {scope} is {found}, expected {expected}",
            own.take
        );
        told(message, Some(found), Some(margin))
    }
}

impl FormulaJudge {
    fn see(&mut self, now: (Tick, f64), scope: &str, value: impl Fn(&MetricId) -> Option<f64>) {
        if self.now.is_some_and(|before| before.0 != now.0) {
            self.push();
        }
        self.now = Some(now);
        for ((metric, own), sample) in self.reads.iter().zip(&mut self.sample) {
            if own == scope {
                *sample = value(metric).unwrap_or(f64::NAN);
            }
        }
    }

    /// Hands the sample of a whole row to the monitor.
    fn push(&mut self) {
        let Some((tick, t_s)) = self.now.take() else {
            return;
        };
        self.begun |= self.sample.iter().all(|value| value.is_finite());
        if self.begun && self.settled.is_none() {
            self.last = Some((tick, t_s));
            let verdict = self.monitor.push(&self.sample);
            self.settled = verdict.filter(|own| own.instant == 0);
            let decided = match self.settled {
                Some(verdict) => verdict.decided(),
                None => self.monitor.early().as_ref().and_then(Early::decided),
            };
            if decided == Some(false) && self.failed.is_none() {
                self.failed = Some((tick, t_s, self.sample.clone()));
            }
        }
        self.sample.fill(f64::NAN);
    }

    /// The verdict at the first instant, once the last row is judged.
    fn verdict(&mut self) -> Option<Verdict> {
        self.push();
        self.settled.or_else(|| {
            let all = self.monitor.finish();
            all.into_iter().find(|own| own.instant == 0)
        })
    }

    fn standing(mut self) -> Standing {
        let verdict = self.verdict().filter(|own| own.valid);
        let failed = self.failed.as_ref().map(|own| (own.0, own.1));
        let robustness = verdict.map(|own| own.robustness);
        Standing {
            value: None,
            margin: robustness.filter(|own| own.is_finite()),
            moment: failed.or(self.last),
        }
    }

    fn finish(mut self) -> Option<Failure> {
        let found = self.verdict();
        let formula = self.monitor.formula().to_string();
        let Some(verdict) = found else {
            let list: Vec<String> = self
                .reads
                .iter()
                .map(|(metric, scope)| format!("{metric} of {scope}"))
                .collect();
            let message = format!(
                "{formula} was not judged: no row has {}",
                list.join(" and ")
            );
            return Some(Failure {
                message,
                ..Failure::default()
            });
        };
        // Robustness 0 decides nothing, so nothing is wrong.
        if verdict.valid && verdict.robustness >= 0.0 {
            return None;
        }
        let (tick, t_s) = match &self.failed {
            Some((tick, t_s, _)) => (Some(*tick), Some(*t_s)),
            None => (self.last.map(|own| own.0), self.last.map(|own| own.1)),
        };
        let what = match verdict.valid {
            true => "does not hold",
            false => "cannot be judged where a metric has no value",
        };
        let samples = self.failed.map(|own| own.2).unwrap_or_default();
        let read = self
            .reads
            .iter()
            .zip(&samples)
            .map(|((metric, scope), value)| {
                let shown = match value.is_finite() {
                    true => value.to_string(),
                    false => "no value".to_owned(),
                };
                format!("{metric} of {scope} is {shown}")
            });
        let read: Vec<String> = read.collect();
        let message = match read.is_empty() {
            true => format!("{formula} {what}"),
            false => format!("{formula} {what}: {}", read.join(", ")),
        };
        let value = match &samples[..] {
            [one] if one.is_finite() => Some(*one),
            _ => None,
        };
        Some(Failure {
            message,
            tick,
            t_s,
            value,
            margin: verdict.robustness.is_finite().then_some(verdict.robustness),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str, values: &[f64]) -> Option<Failure> {
        let assertion = Assertion::parse(text).unwrap();
        let mut judge = Judge::new(&assertion, 0.5);
        for (k, value) in values.iter().enumerate() {
            let now = (k as Tick + 1, 0.5 * (k + 1) as f64);
            judge.see(now, "left", |_| Some(-1.0));
            judge.see(now, "cluster", |_| value.is_finite().then_some(*value));
        }
        judge.judgement().failure
    }

    #[test]
    fn a_bound_that_is_missed_tells_value_margin_and_tick() {
        assert_eq!(judged("x:max <= 3", &[1.0, 3.0, 2.0]), None);
        let failure = judged("x:max <= 2.5", &[1.0, 3.0, 2.0]).unwrap();
        assert_eq!((failure.tick, failure.t_s), (Some(2), Some(1.0)));
        assert_eq!((failure.value, failure.margin), (Some(3.0), Some(-0.5)));
        let told = failure.to_string();
        assert_eq!(
            told,
            "max x of cluster is 3, expected at most 2.5 (margin -0.5, tick 2, 1 s)"
        );
        let mut judge = Judge::new(&Assertion::parse("x:mean <= 3").unwrap(), 0.5);
        judge.see((1, 0.5), "cluster", |_| Some(1.0));
        let standing = judge.standing();
        assert_eq!((standing.value, standing.margin), (Some(1.0), Some(2.0)));
        assert_eq!(standing.moment, Some((1, 0.5)));
        let none = judged("x:max <= 2.5", &[]).unwrap();
        assert!(none.message.contains("no value"), "{none}");
        assert_eq!(judged("x:time_above(1) >= 1", &[0.0, 2.0, 2.0]), None);
    }

    #[test]
    fn a_formula_that_is_violated_tells_the_tick_that_decides_it() {
        let values = [f64::NAN, 1.0, 2.0, 0.25, 3.0];
        assert_eq!(judged("always (x >= 0.25)", &values), None);
        let failure = judged("always[0,1 s] (x >= 0.5)", &values).unwrap();
        assert_eq!((failure.tick, failure.margin), (Some(4), Some(-0.25)));
        assert_eq!(failure.value, Some(0.25));
        let failure = judged("eventually (x >= 4)", &values).unwrap();
        assert_eq!((failure.tick, failure.margin), (Some(5), Some(-1.0)));
        let failure = judged("always (x@left >= 0)", &values).unwrap();
        assert_eq!((failure.tick, failure.value), (Some(1), Some(-1.0)));
        let torn = judged("always (x >= 0)", &[1.0, f64::NAN, 1.0]).unwrap();
        assert_eq!(torn.tick, Some(2));
        assert!(torn.message.contains("no value"), "{torn}");
        let none = judged("always (x >= 0)", &[f64::NAN]).unwrap();
        assert!(none.message.contains("no row has x of cluster"), "{none}");
    }
}
