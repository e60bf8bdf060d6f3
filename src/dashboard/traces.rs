//! The traces of a plot: its curves in every branch, differences between branches, setpoints.

use bevy_egui::egui::Color32;

use crate::base::{Input, Tick, TickClock};
use crate::kernel::Branch;
use crate::record::EventKind;
use crate::scenario::schedule::Scheduled;

use super::chronicle::Chronicle;
use super::column::Column;
use super::curve::{Curve, TimePlot};
use super::metrics::color;
use super::state::ViewState;
use super::theme;
use super::trace::{Line, LineKind, Trace, Values};

/// Steps that a ramp is drawn with at most.
const RAMP_STEPS: Tick = 2_000;

/// The tick from which two branches differ at the earliest.
#[must_use]
pub fn parted(chronicles: &[Chronicle], a: usize, b: usize) -> Tick {
    let way = |from: usize| {
        let mut way = vec![(from, Tick::MAX)];
        let (mut at, mut until) = (from, Tick::MAX);
        while let Some((parent, tick)) = chronicles.get(at).and_then(|own| own.parent) {
            until = until.min(tick);
            way.push((parent, until));
            at = parent;
        }
        way
    };
    let own = way(a);
    for (branch, until) in way(b) {
        if let Some((_, other)) = own.iter().find(|(known, _)| *known == branch) {
            return until.min(*other);
        }
    }
    0
}

impl ViewState {
    /// The scope of a curve.
    #[must_use]
    pub fn scope_of<'a>(&'a self, curve: &'a Curve) -> &'a str {
        curve.scope.as_deref().unwrap_or(&self.scope)
    }

    /// What a legend calls a curve: its metric, with the scope where that is not the one that is
    /// chosen.
    #[must_use]
    pub fn name_of_curve(&self, curve: &Curve) -> String {
        let label = self.metric(&curve.metric).label;
        match &curve.scope {
            Some(scope) => format!("{label} · {scope}"),
            None => label.into_owned(),
        }
    }

    /// The branches that are drawn besides the one that is shown, the newest last.
    #[must_use]
    pub fn other_branches(&self) -> Vec<usize> {
        let shown = self.branch();
        let all = (0..self.chronicles.len()).filter(|number| *number != shown);
        all.filter(|number| !self.plots.hidden_branches.contains(number))
            .collect()
    }

    /// The colour of each curve of a plot: that of its metric, or the next free one.
    #[must_use]
    pub fn colors(&self, curves: &[Curve]) -> Vec<Color32> {
        let mut taken: Vec<Color32> = Vec::new();
        for curve in curves {
            let own = color(&self.metric(&curve.metric));
            let mut free = theme::CURVES.into_iter();
            let free = free.find(|one| taken.iter().all(|other| !theme::is_like(*one, *other)));
            let clashes = taken.iter().any(|other| theme::is_like(own, *other));
            taken.push(match clashes {
                false => own,
                true => free.unwrap_or(own),
            });
        }
        taken
    }

    /// The lines of a plot: of each curve that is not switched off, other branches first, then the
    /// one that is shown, then the setpoint of a loop that measures it.
    #[must_use]
    pub fn traces(&self, plot: &TimePlot) -> Vec<Trace<'_>> {
        let shown = self.branch();
        let Some(own) = self.chronicles.get(shown) else {
            return Vec::new();
        };
        let others = self.other_branches();
        let mut traces = Vec::new();
        for (curve, color) in plot.curves.iter().zip(self.colors(&plot.curves)) {
            if plot.hidden.contains(curve) {
                continue;
            }
            let letter = |number| match self.chronicles.len() {
                1 => String::new(),
                _ => Branch::letter(number),
            };
            let line = Line {
                name: self.name_of_curve(curve),
                column: self.column_of_curve(curve),
                unit: self.metric(&curve.metric).unit,
                color,
            };
            let scope = self.scope_of(curve);
            for (k, number) in others.iter().enumerate() {
                let other = &self.chronicles[*number];
                let from = parted(&self.chronicles, shown, *number);
                if let Some(column) = other.column(scope, &curve.metric) {
                    let values = Values::Column(column, (from / other.every) as usize);
                    traces.push(line.of(&letter(*number), LineKind::Other(k), values, other));
                }
            }
            if let Some(column) = own.column(scope, &curve.metric) {
                let values = Values::Column(column, 0);
                traces.push(line.of(&letter(shown), LineKind::Shown, values, own));
            }
            traces.extend(self.setpoint(curve, own));
        }
        traces
    }

    /// What the head of a file calls a curve.
    fn column_of_curve(&self, curve: &Curve) -> String {
        match &curve.scope {
            Some(scope) => format!("{}@{scope}", curve.metric),
            None => curve.metric.to_string(),
        }
    }

    /// The branch whose values are taken from those of the one that is shown: the one that it
    /// parted from, else the newest other one. `None` when there is one branch.
    #[must_use]
    pub fn compared(&self) -> Option<usize> {
        let parent = self.chronicle()?.parent.map(|(parent, _)| parent);
        let others = (0..self.chronicles.len()).rev();
        parent.or_else(|| others.into_iter().find(|number| *number != self.branch()))
    }

    /// Of each curve, the branch that is shown less the one that it is compared with, from the tick
    /// on at which they parted.
    #[must_use]
    pub fn differences(&self, plot: &TimePlot) -> Vec<Trace<'_>> {
        let (Some(own), Some(number)) = (self.chronicle(), self.compared()) else {
            return Vec::new();
        };
        let base = &self.chronicles[number];
        let first = (parted(&self.chronicles, self.branch(), number) / own.every) as usize;
        let letters = [self.branch(), number].map(Branch::letter);
        let mut traces = Vec::new();
        for (curve, color) in plot.curves.iter().zip(self.colors(&plot.curves)) {
            if plot.hidden.contains(curve) {
                continue;
            }
            let scope = self.scope_of(curve);
            let mut column = Column::default();
            let both = own.column(scope, &curve.metric);
            if let Some((a, b)) = both.zip(base.column(scope, &curve.metric)) {
                for place in first..a.len().min(b.len()) {
                    if let Some((a, b)) = a.at(place).zip(b.at(place)) {
                        column.set(place, a - b);
                    }
                }
            }
            let [a, b] = &letters;
            let line = Line {
                name: format!("Δ {} {a} − {b}", self.name_of_curve(curve)),
                column: format!("delta_{} {a}-{b}", self.column_of_curve(curve)),
                unit: self.metric(&curve.metric).unit,
                color,
            };
            traces.push(line.of("", LineKind::Shown, Values::Own(column), own));
        }
        traces
    }

    /// The setpoint of the loop that measures a curve, as it was at every tick.
    fn setpoint(&self, curve: &Curve, own: &Chronicle) -> Option<Trace<'_>> {
        let loops = &self.view.as_ref()?.facts.scene.control.loops;
        let scope = self.scope_of(curve);
        let found = loops
            .iter()
            .position(|l| l.scope == scope && l.measure.metric() == curve.metric)?;
        let steps = self.past_of(&format!("control.loops[{found}].setpoint"))?;
        let line = Line {
            name: format!("setpoint of {}", loops[found].name),
            column: format!("setpoint of {}", loops[found].name),
            unit: self.metric(&curve.metric).unit,
            color: theme::REFERENCE,
        };
        Some(line.of("", LineKind::Setpoint, Values::Steps(steps), own))
    }

    /// The values that a live parameter had in the branch that is shown, each with the tick from
    /// which it held: the scene's, then those of ramps, and of inputs, which events tell of.
    #[must_use]
    pub fn past_of(&self, path: &str) -> Option<Vec<(Tick, f64)>> {
        let facts = &self.view.as_ref()?.facts;
        let initial = facts.parameters.find(path)?.initial;
        let scene = &facts.scene;
        let head = self.view.as_ref()?.time.head();
        let mut steps = vec![(0, initial)];
        for event in self.events() {
            if let EventKind::Input {
                input: Input::Set { path: own, value },
                ..
            } = &event.data
                && own == path
            {
                steps.push((event.tick, *value));
            }
        }
        let mut clock = TickClock::new(scene.clock.dt_s, scene.clock.substeps);
        for entry in &scene.schedule {
            let Scheduled::Ramp {
                path: own, end_s, ..
            } = entry
            else {
                continue;
            };
            if own != path {
                continue;
            }
            let start = entry.start(&clock);
            let end = ((end_s / clock.tick_s()).round() as Tick).min(head);
            let stride = ((end.saturating_sub(start)) / RAMP_STEPS).max(1);
            let mut tick = start;
            while tick <= end {
                clock.tick = tick;
                if let Some(Input::Set { value, .. }) = entry.inputs(&clock).next() {
                    steps.push((tick, value));
                }
                tick += stride;
            }
            clock.tick = 0;
        }
        steps.sort_by_key(|(tick, _)| *tick);
        Some(steps)
    }
}
