//! The terms of a control loop over time: lines, terms stacked on one another, and where the
//! command was limited. Panel and figure are made of these.

use bevy_egui::egui::Color32;

use crate::control::{Law, LoopSpec};

use super::chronicle::Chronicle;
use super::column::Column;
use super::linked::INK;
use super::loop_words::{HELD, LIMITS, SATURATED, has_setpoint};
use super::state::ViewState;
use super::theme;
use super::trace::{Line, LineKind, Trace, Values};

/// Columns of a plot that stretches of a limit may be apart and still be drawn as one.
const GAP: usize = 2;

/// A term that is drawn as a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TermLine {
    /// The term.
    pub term: &'static str,
    /// Its colour.
    pub color: Color32,
    /// How it is drawn.
    pub kind: LineKind,
}

/// Terms whose sum is the output before its limits: name, what people call it, colour.
pub const SUMMANDS: [(&str, &str, Color32); 4] = [
    ("p", "P", theme::COHERENCE),
    ("i", "I", theme::ENTROPY),
    ("d", "D", theme::RESONANCE),
    ("feed_forward", "feed-forward", theme::REFERENCE),
];

const fn line(term: &'static str, color: Color32) -> TermLine {
    TermLine {
        term,
        color,
        kind: LineKind::Shown,
    }
}

const fn thin(term: &'static str, color: Color32) -> TermLine {
    TermLine {
        term,
        color,
        kind: LineKind::Thin,
    }
}

const SETPOINT: TermLine = TermLine {
    term: "setpoint",
    color: theme::REFERENCE,
    kind: LineKind::Setpoint,
};
const MEASURED: TermLine = line("measured", theme::COHERENCE);
const PASSED: TermLine = line("passed", INK);
const ASKED: TermLine = thin("asked", theme::FIELD);

/// Lines in the unit of the measure.
#[must_use]
pub fn measures(law: &Law) -> Vec<TermLine> {
    let mut lines = match has_setpoint(law) {
        true => vec![SETPOINT],
        false => Vec::new(),
    };
    if matches!(law, Law::Mrac(_)) {
        lines.push(line("model", theme::ENTROPY));
        lines.push(MEASURED);
        lines.push(thin("error", theme::RESONANCE));
    } else {
        lines.push(MEASURED);
    }
    lines
}

/// Lines of the output and of what it is made of, besides the terms that are stacked.
#[must_use]
pub fn outputs(law: &Law) -> Vec<TermLine> {
    match law {
        Law::Pid(_) => vec![thin("unlimited", theme::FIELD), PASSED],
        Law::Seek(_) => vec![line("theta", theme::ENTROPY), PASSED],
        Law::Mrac(_) => vec![
            line("theta1", theme::ENTROPY),
            line("theta2", theme::RESONANCE),
            PASSED,
        ],
        Law::Relay(_) => vec![line("i", theme::ENTROPY), ASKED, PASSED],
        Law::Original | Law::Custom(_) => vec![ASKED, PASSED],
    }
}

/// What a term means besides what the table of terms says.
#[must_use]
pub fn help_of_term(spec: &LoopSpec, term: &str) -> &'static str {
    match term {
        "p" => "Proportional: Kp · (b · setpoint − measured).",
        "i" => "Integral: what of the deviation has added up, with anti-windup.",
        "d" => "Derivative: Kd times the filtered rate of change.",
        "feed_forward" => "What is added without any measure: f₀ + f · setpoint.",
        "unlimited" => "P + I + D + feed-forward, before any limit.",
        "model" => "What the reference model gives: what the plant should do.",
        "error" => "The measure less the model.",
        "theta1" => "The gain of the setpoint.",
        "theta2" => "The gain of the measure.",
        "theta" => "Where it seeks: the output without the wobble.",
        "slope" => "The slope of the measure that it feels: 0 at the extremum.",
        "probe" => "The wobble: output less theta.",
        "asked" => "What the loop asked for, before safety.",
        _ => {
            let mut terms = spec.terms();
            let found = terms.find(|(name, _)| *name == term);
            found.map_or("A term of the law.", |(_, help)| help)
        }
    }
}

/// An area between two curves over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// The summand.
    pub name: &'static str,
    /// Its colour.
    pub color: Color32,
    /// Times, s.
    pub x: Vec<f64>,
    /// The lower end at each time.
    pub lower: Vec<f64>,
    /// The upper end at each time.
    pub upper: Vec<f64>,
}

/// A stretch of time in which something limited the command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limited {
    /// Which limit, by its number.
    pub number: u8,
    /// Where it begins, s.
    pub from_s: f64,
    /// Where it ends, s.
    pub to_s: f64,
}

/// The past of a loop's terms in one branch.
#[derive(Clone, Copy)]
pub struct TermHistory<'a> {
    /// The loop.
    pub spec: &'a LoopSpec,
    chronicle: &'a Chronicle,
}

impl<'a> TermHistory<'a> {
    /// That of a loop in the branch that is shown; none before the first row.
    #[must_use]
    pub fn of(state: &'a ViewState, index: usize) -> Option<Self> {
        let view = state.view.as_ref()?;
        Some(Self {
            spec: view.facts.scene.control.loops.get(index)?,
            chronicle: state.chronicle()?,
        })
    }

    /// The column of a term.
    #[must_use]
    pub fn column(&self, term: &str) -> Option<&'a Column> {
        let metric = self.spec.term_metric(term);
        self.chronicle.column(&self.spec.scope, &metric)
    }

    /// The value of a term at a time in s, if a row has it.
    #[must_use]
    pub fn at(&self, term: &str, time_s: f64) -> Option<f64> {
        self.column(term)?.at(self.chronicle.place(time_s))
    }

    /// The trace of a term that is drawn as a line.
    #[must_use]
    pub fn trace(&self, own: TermLine, unit: &'static str) -> Option<Trace<'a>> {
        let line = Line {
            name: own.term.replace('_', " "),
            column: format!("{}@{}", self.spec.term_metric(own.term), self.spec.scope),
            unit,
            color: own.color,
        };
        let values = Values::Column(self.column(own.term)?, 0);
        Some(line.of("", own.kind, values, self.chronicle))
    }

    /// Places of the first row at a time or before it, and of the one behind the last.
    fn places(&self, (from_s, to_s): (f64, f64)) -> (usize, usize) {
        let from = self.chronicle.place(from_s).saturating_sub(1);
        (from, self.chronicle.place(to_s) + 2)
    }

    /// The summands of a PID law stacked between two times: positive ones upwards from 0, negative
    /// ones downwards, at the extremes of their sum in so many columns of pixels. Nothing for laws
    /// that are no sum, and of summands that are 0 throughout.
    #[must_use]
    pub fn stack(&self, range: (f64, f64), width: usize, hidden: &[&str]) -> Vec<Layer> {
        let Some(sum) = self.column("unlimited") else {
            return Vec::new();
        };
        let (from, to) = self.places(range);
        let shown = SUMMANDS.iter().filter(|own| !hidden.contains(&own.0));
        let summands: Vec<_> = shown
            .filter_map(|(term, name, color)| Some((self.column(term)?, *name, *color)))
            .collect();
        let mut layers = Vec::new();
        for run in sum.decimate(from, to, width.max(16)) {
            let x: Vec<f64> = run.iter().map(|(k, _)| self.chronicle.time_s(*k)).collect();
            let mut ends = [vec![0.0; run.len()], vec![0.0; run.len()]];
            for (column, name, color) in &summands {
                let values = run.iter().map(|(k, _)| column.at(*k).unwrap_or(0.0));
                let values: Vec<f64> = values.collect();
                for (end, sign) in ends.iter_mut().zip([1.0, -1.0]) {
                    if !values.iter().any(|value| sign * value > 0.0) {
                        continue;
                    }
                    let before = end.clone();
                    for (end, value) in end.iter_mut().zip(&values) {
                        *end += sign * (sign * value).max(0.0);
                    }
                    let (lower, upper) = match sign > 0.0 {
                        true => (before, end.clone()),
                        false => (end.clone(), before),
                    };
                    layers.push(Layer {
                        name,
                        color: *color,
                        x: x.clone(),
                        lower,
                        upper,
                    });
                }
            }
        }
        layers
    }

    /// Where something limited the command between two times, looked at in so many columns of
    /// pixels: of what acted in one column, the limit with the greatest number; safety before the
    /// law. Stretches that are two columns apart are one.
    #[must_use]
    pub fn limited(&self, range: (f64, f64), width: usize) -> Vec<Limited> {
        let (from, to) = self.places(range);
        let Some(bounds) = self.column("bound") else {
            return Vec::new();
        };
        let to = to.min(bounds.len());
        let count = to.saturating_sub(from);
        let bins = count.min(width.max(16));
        let own = [("held", HELD), ("saturated", SATURATED)];
        let own = own.map(|(term, number)| (self.column(term), number));
        let acts = |column: &Column| {
            let found = column.extremes(from, to);
            found.is_some_and(|(_, high)| high > 0.0)
        };
        if !acts(bounds) && !own.iter().any(|(column, _)| column.is_some_and(acts)) {
            return Vec::new();
        }
        let edge = |bin: usize| from + count * bin / bins.max(1);
        let greatest = |column: &Column, bin: usize| {
            let found = column.extremes(edge(bin), edge(bin + 1));
            found.map_or(0.0, |(_, high)| high)
        };
        let number = |bin: usize| match greatest(bounds, bin) as u8 {
            0 => own
                .iter()
                .find(|(column, _)| column.is_some_and(|own| greatest(own, bin) > 0.0))
                .map_or(0, |(_, number)| *number),
            number => number,
        };
        let numbers: Vec<u8> = (0..bins).map(number).collect();
        let gap = if bins == count && count < width / 4 {
            0
        } else {
            GAP
        };
        let mut found = Vec::new();
        for limit in &LIMITS {
            let mut last: Option<(usize, usize)> = None;
            let acting = (0..bins).filter(|bin| numbers[*bin] == limit.number);
            let time = |bin: usize| self.chronicle.time_s(edge(bin));
            let mut add = |(first, end): (usize, usize)| {
                found.push(Limited {
                    number: limit.number,
                    from_s: time(first),
                    to_s: time(end),
                });
            };
            for bin in acting {
                last = match last {
                    Some((first, end)) if bin <= end + gap => Some((first, bin + 1)),
                    Some(done) => {
                        add(done);
                        Some((bin, bin + 1))
                    }
                    None => Some((bin, bin + 1)),
                };
            }
            last.into_iter().for_each(&mut add);
        }
        found
    }
}
