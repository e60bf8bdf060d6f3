//! Answers → figures.

use crate::figure::{FigureDistinction, PhiFigure};
use crate::phi::iit4::Bound;

use super::discrete::DiscreteAnswer;
use super::gaussian::{GaussianAnswer, measure_name, worth};
use super::question::DiscreteQuestion;

/// Complexes that are listed.
const LISTED: usize = 16;

/// The figure of a network: graph, cut, complexes and structure.
#[must_use]
pub fn discrete(id: &str, asked: &DiscreteQuestion, found: &DiscreteAnswer) -> PhiFigure {
    let n = found.network.units();
    let whole = &found.whole;
    let worth = match (whole.bound, asked.estimated) {
        (Bound::Upper, _) => "upper bound",
        (Bound::Exact, true) => "estimate",
        (Bound::Exact, false) => "exact",
    };
    let mut numbers = Vec::new();
    let mut row = |name: &str, value: String| numbers.push((name.to_owned(), value));
    row("measure", "IIT 4.0, directed set partitions".to_owned());
    if let Some(cut) = whole.num_cut {
        row("cut pairs", cut.to_string());
        row("φ_s per pair", format!("{:.6}", whole.normalized_phi_s));
    }
    if let Some(structure) = found.structure() {
        row("structure of", format!("{:?}", structure.nodes));
        row("Σφ_d", format!("{:.6}", structure.sum_phi_d));
        row("Σφ_r", format!("{:.6}", structure.sum_phi_r));
        row("relations", structure.num_relations.as_f64().to_string());
        row("Φ", format!("{:.6} bits", structure.big_phi));
    }
    for remark in &found.remarks {
        row("remark", remark.clone());
    }
    let complexes = found.all.iter().flat_map(|all| &all.complexes).flatten();
    let distinctions = found.structure().map_or(Vec::new(), |structure| {
        let one = |d: &crate::phi::iit4::distinction::Distinction| FigureDistinction {
            mechanism: d.mechanism.clone(),
            phi: d.phi,
            cause: (d.cause.purview.clone(), d.cause.state.clone()),
            effect: (d.effect.purview.clone(), d.effect.state.clone()),
        };
        structure.distinctions.iter().map(one).collect()
    });
    let edges = (0..n).flat_map(|to| {
        let sources = found.network.sources(to);
        (0..n)
            .filter(move |from| sources >> from & 1 == 1)
            .map(move |from| (from, to, 1.0))
    });
    let mip = whole.mip.as_ref();
    PhiFigure {
        title: id.to_owned(),
        value: format!("φ_s = {:.4} bits ({worth})", whole.phi_s),
        units: (0..n).map(|unit| unit.to_string()).collect(),
        states: Some(asked.state.clone()),
        edges: edges.collect(),
        cut: mip.map(|mip| mip.removed_edges.clone()).unwrap_or_default(),
        sides: None,
        complexes: complexes.map(|c| (c.nodes.clone(), c.phi_s)).collect(),
        distinctions,
        numbers,
    }
}

/// The figure of a Gaussian system: correlations, the two sides and complexes.
#[must_use]
pub fn gaussian(id: &str, found: &GaussianAnswer, names: Option<&[String]>) -> PhiFigure {
    let cov = found.system.cov_x();
    let n = cov.nrows();
    let mut edges = Vec::new();
    for i in 0..n {
        for j in 0..i {
            let weight = cov[(i, j)] / (cov[(i, i)] * cov[(j, j)]).sqrt();
            edges.extend([(i, j, weight), (j, i, weight)]);
        }
    }
    let name = |unit: usize| {
        let own = names.and_then(|names| names.get(unit).cloned());
        own.unwrap_or_else(|| (unit + 1).to_string())
    };
    let from_zero = |list: &[usize]| list.iter().map(|unit| unit - 1).collect::<Vec<_>>();
    let mip = found.found.mip.first();
    let side = |group: usize| -> Vec<usize> {
        let labels = mip.iter().flat_map(|mip| mip.labels.iter().enumerate());
        labels
            .filter(|(_, g)| **g == group)
            .map(|(k, _)| k)
            .collect()
    };
    let complexes = found.found.complexes.first().map_or(Vec::new(), |list| {
        let both = list.main_complexes.iter().zip(&list.phi_main);
        both.map(|(units, phi)| (from_zero(units), *phi)).collect()
    });
    let mut numbers = vec![("edges".to_owned(), "correlations".to_owned())];
    if let Some(mip) = mip {
        numbers.push(("search".to_owned(), format!("{:?}", mip.search)));
    }
    for (units, phi) in complexes.iter().take(LISTED) {
        let members: Vec<String> = units.iter().map(|unit| name(*unit)).collect();
        let text = format!("{{{}}} {phi:.4} nats", members.join(" "));
        numbers.push(("complex".to_owned(), text));
    }
    if complexes.len() > LISTED {
        let more = format!("and {} more", complexes.len() - LISTED);
        numbers.push((String::new(), more));
    }
    if let Some(test) = &found.surrogates {
        let text = format!("{:.4} nats, p = {:.3}", test.mean, test.p_value);
        numbers.push(("by chance".to_owned(), text));
    }
    numbers.extend(
        found
            .remarks
            .iter()
            .map(|r| ("remark".to_owned(), r.clone())),
    );
    PhiFigure {
        title: id.to_owned(),
        value: mip.map_or("no partition was asked for".to_owned(), |mip| {
            let (measure, worth) = (measure_name(&mip.measure), worth(mip.standing));
            format!("{measure} = {:.4} nats ({worth})", mip.phi)
        }),
        units: (0..n).map(name).collect(),
        states: None,
        edges,
        cut: Vec::new(),
        sides: mip.map(|_| (side(1), side(2))),
        complexes,
        distinctions: Vec::new(),
        numbers,
    }
}
