//! The benchmark problems as scenes: what the whole program makes of them.

use std::path::Path;

use crate::base::VertexId;
use crate::dynamics::benchmark::{Problem, STEP_S};
use crate::dynamics::dense::Scheme;
use crate::graph::pg1::Pg1;
use crate::graph::{Row, RowEntry};
use crate::resonator::dynamics_spec::SlotOrder;
use crate::resonator::{Amplitude, Harmonic, Kuramoto, ModelImage, Motion, Phase, StuartLandau};
use crate::scenario::{Blueprint, Parts, SceneError};

/// The blueprint of a problem on a graph.
///
/// # Errors
/// When the graph has more vertices than a scene may have.
pub fn blueprint(
    parts: &Parts,
    problem: Problem,
    graph: &Pg1,
    steps_per_tick: u32,
    order: SlotOrder,
) -> Result<Blueprint, SceneError> {
    let n = graph.vertices;
    let integrator = match problem.scheme() {
        Scheme::Rk4 => "Rk4",
        Scheme::SymplecticEuler => "SymplecticEuler",
        Scheme::Leapfrog => "Leapfrog",
        Scheme::EulerMaruyama => "EulerMaruyama",
        Scheme::StochasticHeun => "StochasticHeun",
        Scheme::DormandPrince => "DormandPrince",
    };
    let (model, coupling) = match problem {
        Problem::K1 => ("Kuramoto()", "coupling: 0.0625"),
        Problem::K2 => ("Kuramoto()", r#"mean_field: [(of: "all", strength: 2.0)]"#),
        Problem::K3 => ("Harmonic()", "coupling: 0.0625"),
        Problem::K4 => ("StuartLandau()", "coupling: 0.0625, noise: 0.1"),
    };
    let text = format!(
        r#"(version: 2, name: "bench", seed: {},
            clock: (dt_s: {STEP_S}, substeps: {steps_per_tick}),
            populations: [(name: "all", count: {n}, model: {model}, {coupling})],
            dynamics: (integrator: {integrator}, order: {order:?}),
            graph: (capacity: {n}),
            cluster: (nodes: 1),
            record: (every_ticks: 1000000),
        )"#,
        graph.seed
    );
    let mut built = Blueprint::new(parts.parse(&text, "bench", Path::new("."), &[])?)?;
    let (omega, phases, x, y) = (graph.omega(), graph.phases(), graph.x(), graph.y());
    let rows = problem.has_edges().then(|| graph.compressed());
    for (k, image) in built.vertices.iter_mut().enumerate() {
        image.model = match problem {
            Problem::K1 | Problem::K2 => {
                let kuramoto = Kuramoto {
                    omega: omega[k],
                    alpha: 0.0,
                };
                ModelImage::Kuramoto(kuramoto, Phase(phases[k]))
            }
            Problem::K3 => {
                let harmonic = Harmonic {
                    omega: 1.0 + 0.5 * omega[k],
                    gamma: 0.1,
                    force: 0.0,
                    force_omega: 0.0,
                };
                ModelImage::Harmonic(harmonic, Motion { x: x[k], v: y[k] })
            }
            Problem::K4 => {
                let oscillator = StuartLandau {
                    omega: omega[k],
                    mu: 1.0,
                    c2: 0.0,
                };
                ModelImage::StuartLandau(oscillator, Amplitude { x: x[k], y: y[k] })
            }
        };
        if let Some((start, sources, weights)) = &rows {
            let own = start[k]..start[k + 1];
            image.row = row(&sources[own.clone()], &weights[own]);
        }
    }
    built.edges = built.vertices.iter().map(|image| image.row.len()).sum();
    Ok(built)
}

/// A row ascending by source; the weights of parallel edges add.
fn row(sources: &[u32], weights: &[f64]) -> Row {
    let mut entries: Vec<(u32, f64)> = sources
        .iter()
        .copied()
        .zip(weights.iter().copied())
        .collect();
    entries.sort_by_key(|(source, _)| *source);
    let mut row: Vec<RowEntry> = Vec::with_capacity(entries.len());
    for (source, weight) in entries {
        let source = VertexId(u64::from(source));
        match row.last_mut() {
            Some(last) if last.source() == source => last.weight += weight,
            _ => row.push(RowEntry::new(source, weight)),
        }
    }
    row.into()
}
