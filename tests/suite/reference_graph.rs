//! Laplacian spectra against LAPACK.

use serde_json::Value;

use phantomos::base::VertexId;
use phantomos::graph::EntityGraph;
use phantomos::graph::laplacian::{Laplacian, LaplacianKind};
use phantomos::graph::spectra::{eigenvalues, fiedler};

use crate::fixtures::files;

fn graph(case: &Value) -> Option<EntityGraph> {
    let n = case["n"].as_u64()? as usize;
    let mut graph = EntityGraph::with_vertices(n, n).ok()?;
    for edge in case["edges"].as_array()? {
        let at = |k: usize| VertexId(edge[k].as_u64().unwrap());
        graph
            .add_undirected(at(0), at(1), edge[2].as_f64().unwrap_or(1.0))
            .unwrap();
    }
    Some(graph)
}

#[test]
fn eigenvalues_and_connectivity_are_those_of_the_reference() {
    let (mut spectra, mut vectors) = (0, 0);
    for path in files("graph/spectra", "") {
        if path.extension().is_none_or(|ext| ext != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let case: Value = serde_json::from_str(&text).unwrap();
        let Some(graph) = graph(&case) else {
            continue;
        };
        let name = path.display();
        assert_eq!(
            graph.component_count() as u64,
            case["components"].as_u64().unwrap(),
            "{name}"
        );
        let greatest = case["lambda_max"].as_f64().unwrap();
        let plain = Laplacian::new(&graph, LaplacianKind::Combinatorial);
        for (kind, key) in [
            (LaplacianKind::Combinatorial, "laplacian_eigenvalues"),
            (LaplacianKind::Normalized, "normalized_eigenvalues"),
        ] {
            if graph.vertex_count() > 200 {
                continue;
            }
            let found = eigenvalues(&Laplacian::new(&graph, kind));
            for (own, their) in found.iter().zip(case[key].as_array().unwrap()) {
                let gap = (own - their.as_f64().unwrap()).abs();
                assert!(gap <= 1e-10 * greatest.max(2.0), "{name} {key}: {gap}");
            }
            spectra += 1;
        }
        let Some(lambda) = case["lambda2"].as_f64() else {
            continue;
        };
        let found = fiedler(&plain).unwrap();
        let tolerance = 1e-8 * lambda.max(1e-6 * greatest);
        if found.converged {
            let gap = (found.value - lambda).abs();
            assert!(
                gap <= tolerance.max(1e-10 * greatest),
                "{name}: {} {lambda}",
                found.value
            );
            vectors += 1;
        } else {
            // What has not arrived says so, and is an upper bound.
            assert!(found.value >= lambda - tolerance, "{name}");
        }
    }
    assert!(spectra >= 8 && vectors >= 5, "{spectra} {vectors}");
}
