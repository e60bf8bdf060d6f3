//! What is in sight in a plot over time, as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::Tick;
use crate::kernel::Branch;

use super::curve::TimePlot;
use super::plot_marks::is_marked;
use super::state::ViewState;
use super::trace::Trace;

/// The lines of a plot, or of its differences between branches.
#[must_use]
pub fn lines<'a>(state: &'a ViewState, plot: &TimePlot, differs: bool) -> Vec<Trace<'a>> {
    match differs {
        true => state.differences(plot),
        false => state.traces(plot),
    }
}

/// Every value in sight of every line that is drawn, at full precision: a row a tick, a column a
/// line, and the events that are marked. The first line says of which run.
#[must_use]
pub fn csv(state: &ViewState, plot: &TimePlot, differs: bool) -> String {
    let (Some(view), Some(chronicle)) = (&state.view, state.chronicle()) else {
        return String::new();
    };
    let range = state.plots.shown_s;
    let (scene, branch) = (&view.facts.scene, Branch::letter(state.branch()));
    let mut out = format!(
        "# {}, seed {}, branch {branch}, digest {} at tick {}, scope {}\ntick,t_s",
        scene.name, scene.seed, view.digest, view.tick, state.scope
    );
    let traces = lines(state, plot, differs);
    let mut rows: BTreeMap<Tick, (Vec<Option<f64>>, String)> = BTreeMap::new();
    let head = view.time.head();
    for (k, trace) in traces.iter().enumerate() {
        let _ = write!(out, ",{}", quoted(&trace.column));
        for (tick, value) in trace.values(range) {
            if tick <= head || !trace.is_steps() {
                let row = rows.entry(tick).or_default();
                row.0.resize(traces.len(), None);
                row.0[k] = Some(value);
            }
        }
    }
    let events = chronicle.events.iter().filter(|event| is_marked(event));
    for event in events.filter(|event| (range.0..=range.1).contains(&event.t_s)) {
        let row = rows.entry(event.tick).or_default();
        row.0.resize(traces.len(), None);
        let text = format!("{} {}", event.about, event.action);
        row.1 = match row.1.is_empty() {
            true => text,
            false => format!("{}; {text}", row.1),
        };
    }
    out.push_str(",event\n");
    for (tick, (values, event)) in rows {
        let _ = write!(out, "{tick},{}", seconds(tick as f64 * chronicle.tick_s));
        for value in values {
            match value {
                Some(value) => drop(write!(out, ",{value}")),
                None => out.push(','),
            }
        }
        let _ = writeln!(out, ",{}", quoted(&event));
    }
    out
}

/// A time to the nanosecond, without the rest of its binary arithmetic.
#[must_use]
pub fn seconds(time_s: f64) -> String {
    let text = format!("{time_s:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A cell of a table, in quotes where it needs them.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// The file name of an export of a plot, without its ending: of the run as it is now, and its
/// curves.
#[must_use]
pub fn file_name(state: &ViewState, plot: &TimePlot, differs: bool) -> String {
    let names = lines(state, plot, differs);
    let mut curves: Vec<String> = plot
        .shown()
        .map(|curve| {
            let scope = curve
                .scope
                .as_deref()
                .map_or(String::new(), |scope| format!("@{scope}"));
            format!("{}{scope}", curve.metric)
        })
        .collect();
    if names.is_empty() {
        curves.push("empty".to_owned());
    }
    let kind = if differs { "delta_" } else { "" };
    format!("{}_{kind}{}", state.stamp(), curves.join("+"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_without_rests_of_arithmetic() {
        assert_eq!(seconds(37.300_000_000_000_004), "37.3");
        assert_eq!(seconds(0.0), "0");
        assert_eq!(seconds(1200.0), "1200");
    }
}
