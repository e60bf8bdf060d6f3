//! What happened in a run, as its report tells it: interventions, other events and measurements of
//! Φ, read once.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};

use crate::base::{Input, Tick};
use crate::cli::figure_events::Moments;
use crate::record::claim::open_plain;
use crate::record::lines::EVENTS;
use crate::record::{EventKind, EventRecord, SavedRun, StepChange};
use crate::safety::{Grade, Severity};
use crate::watch::RuleChange;

use super::html::{Page, Tone, badge, escaped, grouped, short};

/// Events of a table that are kept, from its beginning and from its end.
const KEPT: usize = 1000;
/// A table of more rows than this is folded away.
const FOLDED_FROM: usize = 50;
/// Lines that are no events, told one by one.
const TORN_TOLD: usize = 5;

/// The first and the last of many events.
#[derive(Default)]
pub struct Ends {
    first: Vec<EventRecord>,
    last: VecDeque<EventRecord>,
    /// How many there were.
    pub count: u64,
}

impl Ends {
    fn push(&mut self, event: EventRecord) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(event);
            return;
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(event);
    }

    fn left_out(&self) -> u64 {
        self.count - (self.first.len() + self.last.len()) as u64
    }
}

/// What the events of a run come to.
#[derive(Default)]
pub struct Log {
    /// Interventions of safety: alerts, rules, holds, stops, steps that are too long.
    pub safety: Ends,
    /// Edits, crossings and migrations.
    pub others: Ends,
    /// Alerts.
    pub alerts: u64,
    /// Violations of rules that began.
    pub violations: u64,
    /// Vertices that changed their node.
    pub migrations: u64,
    /// Reports of Φ.
    pub phi_reports: u64,
    /// Measurements of Φ that gave none.
    pub phi_refusals: u64,
    /// The last report of Φ.
    pub phi: Option<EventRecord>,
    /// The last measurement of Φ that gave none.
    pub phi_refusal: Option<EventRecord>,
    /// The alert that stopped the run.
    pub stopped_by: Option<EventRecord>,
    /// The moments that figures mark.
    pub moments: Moments,
    /// Lines that are no events: the numbers and reasons of the first, and how many there are.
    pub torn: (Vec<String>, u64),
}

impl Log {
    /// Reads the events of a run; moments of a range of time in s are kept for figures. Lines that
    /// are no events are counted and left out.
    ///
    /// # Errors
    /// When the file is missing or cannot be read.
    pub fn read(saved: &SavedRun, range: [f64; 2]) -> Result<Self, String> {
        let path = saved.path.join(EVENTS);
        let about = |error: std::io::Error| format!("{}: {error}", path.display());
        let mut reader = BufReader::new(open_plain(&saved.path, EVENTS).map_err(about)?);
        let mut own = Self {
            moments: Moments::within(range),
            ..Self::default()
        };
        let (mut line, mut number) = (Vec::new(), 0_u64);
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(about)? == 0 {
                return Ok(own);
            }
            number += 1;
            match serde_json::from_slice::<EventRecord>(&line) {
                Ok(event) => own.take(event),
                Err(error) => own.tear(number, &error, line.ends_with(b"\n")),
            }
        }
    }

    fn tear(&mut self, number: u64, error: &serde_json::Error, is_whole: bool) {
        let (told, count) = &mut self.torn;
        *count += 1;
        if told.len() < TORN_TOLD {
            told.push(match is_whole {
                true => format!("line {number} of {EVENTS} is no event: {error}"),
                false => format!("line {number} of {EVENTS} ends within an event"),
            });
        }
    }

    fn take(&mut self, event: EventRecord) {
        self.moments.take(&event);
        match &event.data {
            EventKind::Phi { .. } => {
                self.phi_reports += 1;
                self.phi = Some(event);
                return;
            }
            EventKind::PhiRefused { .. } => {
                self.phi_refusals += 1;
                self.phi_refusal = Some(event);
                return;
            }
            EventKind::Alert { severity, .. } => {
                self.alerts += 1;
                if *severity == Severity::Stop && self.stopped_by.is_none() {
                    self.stopped_by = Some(event.clone());
                }
            }
            EventKind::Rule { change, .. } => {
                self.violations += u64::from(*change == RuleChange::Began);
            }
            EventKind::Migration { .. } => self.migrations += 1,
            _ => {}
        }
        match is_safety(&event.data) {
            true => self.safety.push(event),
            false => self.others.push(event),
        }
    }
}

fn is_safety(kind: &EventKind) -> bool {
    match kind {
        EventKind::Alert { .. }
        | EventKind::Lost
        | EventKind::Rule { .. }
        | EventKind::Step { .. } => true,
        EventKind::Input { input, .. } => matches!(
            input,
            Input::Stop | Input::Spare { .. } | Input::Acknowledge { .. } | Input::Regulate { .. }
        ),
        _ => false,
    }
}

/// How grave an event is, in a word.
fn gravity(kind: &EventKind) -> String {
    let (tone, sign, words) = match kind {
        EventKind::Alert { severity, .. } => match severity {
            Severity::Warning => (Tone::Warn, "!", "alert"),
            Severity::Hold => (Tone::Warn, "‖", "hold"),
            Severity::Stop => (Tone::Bad, "■", "stop"),
        },
        EventKind::Lost => (Tone::Warn, "!", "lost"),
        EventKind::Rule { change, grade, .. } => match (change, grade) {
            (RuleChange::Over, _) => (Tone::Good, "✓", "holds again"),
            (RuleChange::Acknowledged, _) => (Tone::Plain, "·", "acknowledged"),
            (RuleChange::Effect, _) => (Tone::Plain, "→", "effect"),
            (RuleChange::Began, Grade::Info) => (Tone::Plain, "i", "info"),
            (RuleChange::Began, Grade::Warning) => (Tone::Warn, "!", "warning"),
            (RuleChange::Began, Grade::Critical) => (Tone::Bad, "✖", "critical"),
        },
        EventKind::Step { change, .. } => match change {
            StepChange::Over => (Tone::Good, "✓", "step fits"),
            StepChange::Began | StepChange::Worse => (Tone::Warn, "!", "step too long"),
        },
        EventKind::Input { input, .. } => match input {
            Input::Stop => (Tone::Bad, "■", "stop"),
            _ => (Tone::Plain, "·", "input"),
        },
        other => (Tone::Plain, "·", other.name()),
    };
    badge(tone, sign, words)
}

/// What an event effected, as far as its facts tell.
fn effect(kind: &EventKind) -> String {
    let number = |value: f64| match value.is_finite() {
        true => short(value),
        false => "no value".to_owned(),
    };
    match kind {
        EventKind::Alert { severity, .. } => match severity {
            Severity::Warning => "none besides".to_owned(),
            Severity::Hold => "every node holds its drive".to_owned(),
            Severity::Stop => "every node drops its drive, the run ends".to_owned(),
        },
        EventKind::Rule {
            change: RuleChange::Effect,
            margin,
            before,
            ..
        } => format!("margin {} → {}", number(*before), number(*margin)),
        EventKind::Rule { invalid: true, .. } => "a number that it needs has no value".to_owned(),
        EventKind::Rule { margin, .. } => format!("margin {}", number(*margin)),
        EventKind::Step { would_do_s, .. } => {
            format!("a step of {} s would do", short(*would_do_s))
        }
        EventKind::Crossing {
            held_back: true, ..
        } => "held back".to_owned(),
        _ => String::new(),
    }
}

fn row(event: &EventRecord) -> Vec<String> {
    let about = match &event.name {
        None => event.about.to_string(),
        Some(name) => format!("{} ({name})", event.about),
    };
    vec![
        event.tick.to_string(),
        short(event.t_s),
        gravity(&event.data),
        escaped(&about),
        escaped(&event.cause),
        escaped(&event.action),
        escaped(&effect(&event.data)),
    ]
}

const HEADS: [&str; 7] = [
    "#tick", "#time, s", "what", "subject", "cause", "action", "effect",
];

/// Adds a table of events; a long one is folded away.
pub fn table(page: &mut Page, caption: &str, events: &Ends, none: &str) {
    if events.count == 0 {
        return page.paragraph(none);
    }
    let shown = events.first.len() + events.last.len();
    let is_folded = shown > FOLDED_FROM;
    if is_folded {
        page.fold(&format!("{caption}: {} rows", grouped(events.count)));
    }
    let mut rows: Vec<Vec<String>> = events.first.iter().map(row).collect();
    let left_out = events.left_out();
    if left_out > 0 {
        let told = format!("{} rows are left out here", grouped(left_out));
        let mut gap = vec![String::new(); HEADS.len()];
        gap[2] = badge(Tone::Plain, "⋮", &told);
        rows.push(gap);
    }
    rows.extend(events.last.iter().map(row));
    let told = match left_out {
        0 => caption.to_owned(),
        _ => format!(
            "{caption}: the first {} and the last {} of {} rows; {EVENTS} has them all",
            events.first.len(),
            events.last.len(),
            grouped(events.count)
        ),
    };
    page.table(&told, &HEADS, &rows);
    if is_folded {
        page.unfold();
    }
}

/// The tick after which a moment of a run is told in words.
#[must_use]
pub fn moment(tick: Tick, t_s: f64) -> String {
    format!("tick {tick}, {} s", short(t_s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Subject;

    #[test]
    fn of_many_events_the_first_and_the_last_are_kept() {
        let mut ends = Ends::default();
        for tick in 0..5000 {
            ends.push(EventRecord {
                tick,
                t_s: 0.0,
                about: Subject::Field,
                name: None,
                data: EventKind::Lost,
                cause: "<cause>".to_owned(),
                action: String::new(),
            });
        }
        assert_eq!((ends.count, ends.left_out()), (5000, 3000));
        let mut page = Page::new("t");
        table(&mut page, "Events", &ends, "none");
        let text = page.finish();
        assert!(
            text.contains("3000 rows are left out here"),
            "{}",
            text.len()
        );
        assert!(text.contains("<td class=\"number\">4999</td>"));
        assert!(text.contains("&lt;cause&gt;") && text.contains("<details>"));
    }
}
