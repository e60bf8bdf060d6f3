//! A trace: the values behind a line of a plot over time. What is drawn and what a file gets are
//! made of the same traces.

use bevy_egui::egui::Color32;

use crate::base::Tick;

use super::chronicle::Chronicle;
use super::column::Column;

/// What a line stands for, which says how it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Of the branch that is shown.
    Shown,
    /// Of another branch; the number among the others.
    Other(usize),
    /// A setpoint.
    Setpoint,
    /// What stands back behind another line of the same plot.
    Thin,
}

/// Where the values of a trace come from.
#[derive(Clone, Debug)]
pub enum Values<'a> {
    /// A column, from a place on.
    Column(&'a Column, usize),
    /// A column of its own.
    Own(Column),
    /// Values that hold from a tick until the next.
    Steps(Vec<(Tick, f64)>),
}

/// The values of one line.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    /// What the legend calls it.
    pub name: String,
    /// The head of its column in a file.
    pub column: String,
    /// Its unit; empty for pure numbers.
    pub unit: &'static str,
    /// Its colour on a dark ground.
    pub color: Color32,
    /// What it stands for.
    pub kind: LineKind,
    /// Its values.
    pub values: Values<'a>,
    every: Tick,
    tick_s: f64,
}

impl Trace<'_> {
    /// Runs of (time in s, value) to draw between two times, at about two points for each of so
    /// many columns of pixels, with every extreme among them.
    #[must_use]
    pub fn runs(&self, (from_s, to_s): (f64, f64), width: usize) -> Vec<Vec<[f64; 2]>> {
        let time = |place: usize| place as f64 * self.every as f64 * self.tick_s;
        let (column, first) = match &self.values {
            Values::Steps(steps) => return self.stairs(steps, (from_s, to_s)),
            Values::Column(column, first) => (*column, *first),
            Values::Own(column) => (column, 0),
        };
        let from = self.place(from_s).saturating_sub(1).max(first);
        let to = self.place(to_s) + 2;
        let runs = column.decimate(from, to, width.max(16)).into_iter();
        runs.map(|run| run.into_iter().map(|(k, v)| [time(k), v]).collect())
            .collect()
    }

    /// Ticks between two values.
    #[must_use]
    pub fn every(&self) -> Tick {
        self.every
    }

    /// Whether it has a value at every tick.
    #[must_use]
    pub fn is_steps(&self) -> bool {
        matches!(self.values, Values::Steps(_))
    }

    /// Every tick between two times, both ends among them, that has a value.
    #[must_use]
    pub fn values(&self, (from_s, to_s): (f64, f64)) -> Vec<(Tick, f64)> {
        let (from, to) = (self.place(from_s), self.last_place(to_s));
        let places = from..to + 1;
        match &self.values {
            Values::Steps(steps) => {
                let at = |tick: Tick| {
                    let known = steps.partition_point(|(own, _)| *own <= tick);
                    Some((tick, steps.get(known.checked_sub(1)?)?.1))
                };
                places.filter_map(|k| at(k as Tick * self.every)).collect()
            }
            Values::Column(column, first) => {
                let places = places.filter(|k| k >= first);
                self.of_places(column, places)
            }
            Values::Own(column) => self.of_places(column, places),
        }
    }

    fn of_places(&self, column: &Column, places: impl Iterator<Item = usize>) -> Vec<(Tick, f64)> {
        let known = places.take_while(|k| *k < column.len());
        known
            .filter_map(|k| Some((k as Tick * self.every, column.at(k)?)))
            .collect()
    }

    fn stairs(&self, steps: &[(Tick, f64)], (from_s, to_s): (f64, f64)) -> Vec<Vec<[f64; 2]>> {
        let mut run: Vec<[f64; 2]> = Vec::new();
        for (k, (tick, value)) in steps.iter().enumerate() {
            let start = *tick as f64 * self.tick_s;
            let next = steps.get(k + 1).map(|(tick, _)| *tick as f64 * self.tick_s);
            let end = next.unwrap_or(to_s);
            if end < from_s || start > to_s {
                continue;
            }
            run.push([start.max(from_s), *value]);
            run.push([end.min(to_s), *value]);
        }
        if run.is_empty() {
            Vec::new()
        } else {
            vec![run]
        }
    }

    /// The first place at a time or after it.
    fn place(&self, time_s: f64) -> usize {
        let places = time_s / (self.every as f64 * self.tick_s);
        (places - 1e-9).ceil().max(0.0) as usize
    }

    /// The last place at a time or before it.
    fn last_place(&self, time_s: f64) -> usize {
        let places = time_s / (self.every as f64 * self.tick_s);
        (places + 1e-9).floor().max(0.0) as usize
    }
}

/// What all branches of a curve have in common.
pub struct Line {
    /// What the legend calls it.
    pub name: String,
    /// The head of its column in a file.
    pub column: String,
    /// Its unit; empty for pure numbers.
    pub unit: &'static str,
    /// Its colour on a dark ground.
    pub color: Color32,
}

impl Line {
    /// The trace of the branch with this letter; there is one branch when it is empty.
    #[must_use]
    pub fn of<'a>(
        &self,
        letter: &str,
        kind: LineKind,
        values: Values<'a>,
        chronicle: &Chronicle,
    ) -> Trace<'a> {
        let with = |text: &str| match letter {
            "" => text.to_owned(),
            letter => format!("{text} {letter}"),
        };
        Trace {
            name: with(&self.name),
            column: with(&self.column),
            unit: self.unit,
            color: self.color,
            kind,
            values,
            every: chronicle.every,
            tick_s: chronicle.tick_s,
        }
    }
}

/// What of some values is in sight, in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many values.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with n − 1.
    pub deviation: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
}

impl Summary {
    /// Of values; `None` when there are none.
    #[must_use]
    pub fn of(values: &[(Tick, f64)]) -> Option<Self> {
        let count = values.len();
        let mean = values.iter().map(|(_, v)| v).sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|(_, v)| (v - mean) * (v - mean)).sum();
        let list = values.iter().map(|(_, v)| *v);
        Some(Self {
            count,
            mean,
            deviation: (squares / (count.max(2) - 1) as f64).sqrt(),
            least: list.clone().reduce(f64::min)?,
            greatest: list.reduce(f64::max)?,
        })
    }
}
