//! Statistics of a metric over time, taken while its values come: their size does not grow with
//! the number of values.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Tick;
use crate::base::problem::did_you_mean;
use crate::registry::MetricId;

/// What is taken of the values of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum Statistic {
    /// The last value.
    #[default]
    Last,
    /// The first value.
    First,
    /// Their mean.
    Mean,
    /// Their standard deviation, of the values as a sample: divided by n − 1.
    Sd,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The greatest departure from the first value, as a share of it.
    Drift,
    /// The time above a level, s: each value counts for the time since the row before it.
    TimeAbove(f64),
    /// The time below a level, s.
    TimeBelow(f64),
}

/// Those without a level, by their names in texts.
const PLAIN: [(&str, Statistic); 7] = [
    ("last", Statistic::Last),
    ("first", Statistic::First),
    ("mean", Statistic::Mean),
    ("sd", Statistic::Sd),
    ("min", Statistic::Min),
    ("max", Statistic::Max),
    ("drift", Statistic::Drift),
];

/// Those with a level.
const WITH_LEVEL: [(&str, fn(f64) -> Statistic); 2] = [
    ("time_above", Statistic::TimeAbove),
    ("time_below", Statistic::TimeBelow),
];

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimeAbove(level) => write!(f, "time_above({level})"),
            Self::TimeBelow(level) => write!(f, "time_below({level})"),
            plain => {
                let known = PLAIN.iter().find(|(_, own)| own == plain);
                f.write_str(known.map_or("", |(name, _)| name))
            }
        }
    }
}

impl FromStr for Statistic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some((_, own)) = PLAIN.iter().find(|(name, _)| *name == text) {
            return Ok(*own);
        }
        let (name, rest) = text.split_once('(').unwrap_or((text, ""));
        if let Some((name, make)) = WITH_LEVEL.iter().find(|(own, _)| *own == name.trim()) {
            let level = rest
                .strip_suffix(')')
                .and_then(|own| own.trim().parse().ok());
            let level = level.filter(|level: &f64| level.is_finite());
            let told = || format!("{text:?}, expected a level, for example {name}(0.9)");
            return level.map(make).ok_or_else(told);
        }
        let plain = PLAIN.iter().map(|(name, _)| *name);
        let names: Vec<&str> = plain
            .chain(WITH_LEVEL.iter().map(|(name, _)| *name))
            .collect();
        let (list, hint) = (names.join(", "), did_you_mean(name, &names));
        Err(format!(
            "{text:?} is no statistic, expected one of {list}{hint}"
        ))
    }
}

impl Statistic {
    /// The unit of the statistic of a metric in this unit.
    #[must_use]
    pub fn unit(self, of: &'static str) -> &'static str {
        match self {
            Self::TimeAbove(_) | Self::TimeBelow(_) => "s",
            Self::Drift => "",
            _ => of,
        }
    }
}

/// The values of a span, as far as statistics need them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    count: u64,
    first: f64,
    last: f64,
    sum: f64,
    /// Mean and sum of squared departures from it, each updated by the next value (Welford 1962).
    mean: f64,
    squares: f64,
    least: f64,
    greatest: f64,
    apart: f64,
    /// The first value that is not finite.
    lost: Option<f64>,
}

impl Tally {
    /// Adds the next value.
    pub fn push(&mut self, value: f64) {
        if self.count == 0 {
            (self.first, self.least, self.greatest) = (value, value, value);
        }
        self.count += 1;
        self.last = value;
        self.sum += value;
        let off = value - self.mean;
        self.mean += off / self.count as f64;
        self.squares += off * (value - self.mean);
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
        self.apart = self.apart.max((value - self.first).abs());
        if self.lost.is_none() && !value.is_finite() {
            self.lost = Some(value);
        }
    }

    /// The tally of values in turn.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut own = Self::default();
        values.iter().for_each(|value| own.push(*value));
        own
    }

    /// The first value that is no finite number, if there was one.
    #[must_use]
    pub fn lost(&self) -> Option<f64> {
        self.lost
    }

    /// The statistic of the values; `None` of none, of too few, and where a level has to be known
    /// from the start (a [`Taker`] does).
    #[must_use]
    pub fn take(&self, statistic: Statistic) -> Option<f64> {
        let value = match statistic {
            Statistic::Last => self.last,
            Statistic::First => self.first,
            Statistic::Mean => self.sum / self.count as f64,
            Statistic::Sd if self.count < 2 => return None,
            Statistic::Sd => (self.squares / (self.count - 1) as f64).sqrt(),
            Statistic::Min => self.least,
            Statistic::Max => self.greatest,
            // Of nothing, any departure is infinite.
            Statistic::Drift if self.apart == 0.0 => 0.0,
            Statistic::Drift => self.apart / self.first.abs(),
            Statistic::TimeAbove(_) | Statistic::TimeBelow(_) => return None,
        };
        (self.count > 0).then_some(value)
    }
}

/// One statistic of values that come with their times, and the moment that it is due to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taker {
    take: Statistic,
    tally: Tally,
    /// Time at which the level was exceeded, or not reached, s.
    held_s: f64,
    /// Time of the row before, s.
    before_s: f64,
    moment: Option<(Tick, f64)>,
}

impl Taker {
    /// Before the first value, at the beginning of a span.
    #[must_use]
    pub fn new(take: Statistic, from_s: f64) -> Self {
        Self {
            take,
            tally: Tally::default(),
            held_s: 0.0,
            before_s: from_s,
            moment: None,
        }
    }

    /// Takes the next row; a metric may have no value in it.
    pub fn push(&mut self, tick: Tick, t_s: f64, value: Option<f64>) {
        let since = t_s - self.before_s;
        self.before_s = t_s;
        let Some(value) = value else {
            return;
        };
        let marks = match self.take {
            Statistic::Last | Statistic::Mean | Statistic::Sd => true,
            Statistic::First => self.tally.count == 0,
            Statistic::Min => self.tally.count == 0 || value < self.tally.least,
            Statistic::Max => self.tally.count == 0 || value > self.tally.greatest,
            Statistic::Drift => {
                self.tally.count == 0 || (value - self.tally.first).abs() > self.tally.apart
            }
            Statistic::TimeAbove(level) | Statistic::TimeBelow(level) => {
                let above = matches!(self.take, Statistic::TimeAbove(_));
                let holds = if above { value > level } else { value < level };
                self.held_s += if holds { since } else { 0.0 };
                true
            }
        };
        if marks {
            self.moment = Some((tick, t_s));
        }
        self.tally.push(value);
    }

    /// The statistic; `None` without values.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        match self.take {
            Statistic::TimeAbove(_) | Statistic::TimeBelow(_) => {
                (self.tally.count > 0).then_some(self.held_s)
            }
            plain => self.tally.take(plain),
        }
    }

    /// Tick and time in s of the value that it is: of the extremum, or of the last value.
    #[must_use]
    pub fn moment(&self) -> Option<(Tick, f64)> {
        self.moment
    }

    /// The first value that is no finite number, if there was one.
    #[must_use]
    pub fn lost(&self) -> Option<f64> {
        self.tally.lost
    }
}

/// A statistic of a metric in a scope, written `METRIC:STATISTIC` or `METRIC@SCOPE:STATISTIC`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The metric.
    pub metric: MetricId,
    /// Population, or "cluster".
    pub scope: String,
    /// What is taken of its values.
    pub take: Statistic,
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope.as_str() {
            "cluster" => write!(f, "{}:{}", self.metric, self.take),
            scope => write!(f, "{}@{scope}:{}", self.metric, self.take),
        }
    }
}

impl Column {
    /// The columns that a text asks for, as `coherence:mean,last,time_above(0.9)` or
    /// `order@left:max`; the mean where it names none.
    ///
    /// # Errors
    /// For what is no statistic, or without a metric.
    pub fn parse(text: &str) -> Result<Vec<Self>, String> {
        let (of, takes) = text.split_once(':').unwrap_or((text, "mean"));
        let (metric, scope) = of.split_once('@').unwrap_or((of, "cluster"));
        let (metric, scope) = (metric.trim(), scope.trim());
        if metric.is_empty() || scope.is_empty() {
            let example = "coherence:mean,last or order@left:max";
            return Err(format!(
                "{text:?}, expected METRIC[@SCOPE]:STATISTIC,…, as {example}"
            ));
        }
        let one = |take: &str| {
            let take = take.parse()?;
            Ok(Self {
                metric: MetricId::from(metric.to_owned()),
                scope: scope.to_owned(),
                take,
            })
        };
        takes.split(',').map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_those_of_the_values() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        let tally = Tally::of(&values);
        let expected = [9.0, 2.0, 5.0, (32.0_f64 / 7.0).sqrt(), 2.0, 9.0, 3.5];
        for ((name, own), expected) in PLAIN.iter().zip(expected) {
            let found = tally.take(*own).unwrap();
            assert!((found - expected).abs() < 1e-15, "{name} {found}");
        }
        assert_eq!(Tally::default().take(Statistic::Mean), None);
        assert_eq!(Tally::of(&[1.0]).take(Statistic::Sd), None);
        assert_eq!(
            Tally::of(&[0.5, f64::NAN]).lost().map(f64::is_nan),
            Some(true)
        );
    }

    #[test]
    fn times_and_moments_are_those_of_the_rows() {
        let rows = [
            (1, Some(0.2)),
            (2, None),
            (3, Some(0.95)),
            (4, Some(0.99)),
            (5, Some(0.1)),
        ];
        let take = |statistic| {
            let mut own = Taker::new(statistic, 0.0);
            for (tick, value) in rows {
                own.push(tick, tick as f64 * 0.5, value);
            }
            (own.value(), own.moment())
        };
        assert_eq!(take(Statistic::TimeAbove(0.9)), (Some(1.0), Some((5, 2.5))));
        assert_eq!(take(Statistic::TimeBelow(0.9)), (Some(1.0), Some((5, 2.5))));
        assert_eq!(take(Statistic::Max), (Some(0.99), Some((4, 2.0))));
        assert_eq!(take(Statistic::Min), (Some(0.1), Some((5, 2.5))));
        assert_eq!(take(Statistic::First), (Some(0.2), Some((1, 0.5))));
        assert_eq!(Taker::new(Statistic::TimeAbove(1.0), 0.0).value(), None);
    }

    #[test]
    fn columns_are_written_as_they_are_read() {
        let text = "order@left:mean,time_above(0.9),sd";
        let columns = Column::parse(text).unwrap();
        let names: Vec<String> = columns.iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            [
                "order@left:mean",
                "order@left:time_above(0.9)",
                "order@left:sd"
            ]
        );
        assert_eq!(
            Column::parse("coherence").unwrap()[0].to_string(),
            "coherence:mean"
        );
        let told = Column::parse("coherence:meen").unwrap_err();
        assert!(told.contains("did you mean `mean`?"), "{told}");
        let told = Column::parse("coherence:time_above").unwrap_err();
        assert!(told.contains("time_above(0.9)"), "{told}");
        assert!(Column::parse(":mean").is_err() && Column::parse("a@:mean").is_err());
    }
}
