//! The latest report of Φ as a picture: the units with their weakest cut and complexes, and the
//! structure.

use crate::figure::{Drawing, FigureDistinction, PhiFigure, phi_drawing};
use crate::phi::report::{DistinctionReport, PhiReport};

use super::super::graph_edges::units_of;
use super::super::state::ViewState;
use super::super::view::View;
use super::caption;

/// Complexes that are listed.
const LISTED: usize = 16;

/// The picture of the latest report; `None` before the first.
pub fn drawing(state: &ViewState) -> Option<Drawing> {
    let view = state.view.as_ref()?;
    let report = view.phi.report.as_ref()?;
    Some(phi_drawing(&content(state, view, report)))
}

fn content(state: &ViewState, view: &View, report: &PhiReport) -> PhiFigure {
    let symbol = report.quantity();
    let units = |list: &[u32]| list.iter().map(|unit| *unit as usize).collect::<Vec<_>>();
    let tick_s = state.chronicle().map_or(0.0, |own| own.tick_s);
    let mut numbers = vec![
        ("method".to_owned(), report.method.clone()),
        (
            "measured".to_owned(),
            format!("at {:.2} s", view.phi.taken_at as f64 * tick_s),
        ),
    ];
    if let Some(text) = report.chance_text() {
        numbers.push(("by chance".to_owned(), text));
    }
    let structure = report.structure.as_ref().filter(|_| report.value != 0.0);
    if let Some(own) = structure {
        let row = |name: &str, value: f64| (name.to_owned(), format!("{value:.6} bits"));
        numbers.push(row("Φ of the structure", own.big_phi));
        numbers.push(row("Σφ_d", own.sum_phi_d));
        numbers.push(row("Σφ_r", own.sum_phi_r));
    }
    for (members, value) in report.complexes.iter().take(LISTED) {
        let names: Vec<String> = members.iter().map(ToString::to_string).collect();
        let value = report.in_unit(*value);
        let text = format!("{{{}}} {value:.4} {}", names.join(" "), report.unit());
        numbers.push(("complex".to_owned(), text));
    }
    numbers.extend(
        caption(state)
            .into_iter()
            .map(|line| ("run".to_owned(), line)),
    );
    let one = |own: &DistinctionReport| FigureDistinction {
        mechanism: units(&own.mechanism),
        phi: own.phi,
        cause: (units(&own.cause.0), own.cause.1.clone()),
        effect: (units(&own.effect.0), own.effect.1.clone()),
    };
    let (low, high) = (units(&report.mip.0), units(&report.mip.1));
    PhiFigure {
        title: format!(
            "{}, {symbol} of {} units",
            view.facts.scene.name,
            view.facts.units.len()
        ),
        value: format!(
            "{symbol} = {} ({})",
            report.value_text(),
            report.bound.name()
        ),
        units: (0..view.facts.units.len())
            .map(|unit| unit.to_string())
            .collect(),
        states: (!report.states.is_empty()).then(|| report.states.clone()),
        edges: edges(view),
        cut: report
            .cut
            .iter()
            .map(|pair| pair.map(|unit| unit as usize))
            .collect(),
        sides: (!low.is_empty() && !high.is_empty()).then_some((low, high)),
        complexes: report
            .disjoint_complexes()
            .into_iter()
            .map(|(members, value)| (units(members), report.in_unit(*value)))
            .collect(),
        distinctions: structure
            .map_or(Vec::new(), |own| own.distinctions.iter().map(one).collect()),
        numbers,
    }
}

/// The edges of the graph between different units, each pair once in each direction.
fn edges(view: &View) -> Vec<(usize, usize, f64)> {
    let units = units_of(view);
    let unit = |vertex: u32| units.get(vertex as usize).copied().flatten();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for [a, b] in &view.facts.edges {
        if let Some((a, b)) = unit(*a).zip(unit(*b))
            && a != b
        {
            pairs.extend([(a as usize, b as usize), (b as usize, a as usize)]);
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|(a, b)| (a, b, 1.0)).collect()
}
