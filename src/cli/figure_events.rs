//! The events of a run as marks of a figure: alerts, edits and stops.

use crate::base::Input;
use crate::figure::colour::{INK, Rgb, okabe_ito};
use crate::figure::{Dash, Events, Mark, Marker, Span};
use crate::record::{EventKind, EventRecord, SavedError, SavedRun};
use crate::safety::Severity;
use crate::tick::Cause;

/// Share of the range of time below which moments of a kind are one span when there are many.
const NEAR: f64 = 1.0 / 200.0;
/// So many moments near each other are a span.
const MANY: usize = 4;

/// When something happened, s, by kind.
#[derive(Clone, Debug, Default)]
pub struct Moments {
    alerts: Vec<f64>,
    edits: Vec<f64>,
    stops: Vec<f64>,
    /// The range of time that is drawn.
    range: [f64; 2],
}

impl Moments {
    /// The moments of a run's events in a range of time.
    ///
    /// # Errors
    /// When events.jsonl cannot be read.
    pub fn read(saved: &SavedRun, range: [f64; 2]) -> Result<Self, SavedError> {
        let mut moments = Self::within(range);
        saved.each_event(|event| moments.take(event))?;
        Ok(moments)
    }

    /// None yet, of a range of time.
    #[must_use]
    pub fn within(range: [f64; 2]) -> Self {
        Self {
            range,
            ..Self::default()
        }
    }

    /// Takes the next event.
    pub fn take(&mut self, event: &EventRecord) {
        if !(self.range[0]..=self.range[1]).contains(&event.t_s) {
            return;
        }
        let list = match &event.data {
            EventKind::Alert {
                severity: Severity::Stop,
                ..
            } => &mut self.stops,
            EventKind::Alert { .. } | EventKind::Lost => &mut self.alerts,
            EventKind::Input { input, by } => match (input, by) {
                (Input::Stop, _) => &mut self.stops,
                // A ramp acts in every tick.
                (_, Cause::Ramp) => return,
                (input, _) if input.is_edit() => &mut self.edits,
                _ => return,
            },
            _ => return,
        };
        list.push(event.t_s);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.alerts.len() + self.edits.len() + self.stops.len()
    }
}

/// The moments as lines, and many near each other as spans; with names for a legend if wanted.
#[must_use]
pub fn marks(moments: &Moments, named: bool) -> Vec<Mark> {
    let kinds: [(&[f64], &str, Rgb, Dash, Marker); 3] = [
        (
            &moments.alerts,
            "alert",
            okabe_ito::VERMILION,
            Dash::Dashed,
            Marker::Down,
        ),
        (&moments.edits, "edit", INK, Dash::Dotted, Marker::Diamond),
        (
            &moments.stops,
            "stop",
            okabe_ito::VERMILION,
            Dash::Solid,
            Marker::Square,
        ),
    ];
    let mut out = Vec::new();
    for (times, name, colour, dash, tip) in kinds {
        let near = NEAR * (moments.range[1] - moments.range[0]);
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        let mut lone = Vec::new();
        for group in times.chunk_by(|a, b| b - a <= near) {
            match (group.first(), group.last()) {
                (Some(from), Some(to)) if group.len() >= MANY && from < to => {
                    out.push(Mark::Span(Span {
                        from: *from,
                        to: *to,
                        colour,
                        name: if named {
                            format!("{name}s")
                        } else {
                            String::new()
                        },
                    }));
                }
                _ => lone.extend_from_slice(group),
            }
        }
        if !lone.is_empty() {
            out.push(Mark::Events(Events {
                at: lone,
                colour,
                dash,
                tip: Some(tip),
                name: if named {
                    name.to_owned()
                } else {
                    String::new()
                },
            }));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_moments_are_a_span_and_few_are_lines() {
        let moments = Moments {
            alerts: (0..50).map(|k| 2.0 + 0.01 * f64::from(k)).collect(),
            edits: vec![1.0, 9.0],
            stops: vec![],
            range: [0.0, 10.0],
        };
        let drawn = marks(&moments, true);
        assert!(matches!(&drawn[0], Mark::Span(span) if span.name == "alerts"));
        assert!(matches!(&drawn[1], Mark::Events(events) if events.at.len() == 2));
        assert_eq!((drawn.len(), moments.count()), (2, 52));
    }
}
