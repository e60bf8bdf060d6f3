//! Graphs by rule. All are undirected: each edge stands both ways with the same weight.

use crate::base::VertexId;
use crate::base::num;
use crate::base::random::{KeyedRng, Purpose};

use super::entity_graph::{EntityGraph, GraphError};
use super::kind::GraphKind;

/// Generates a graph. A file has none to generate: see [`super::from_file`].
///
/// # Errors
/// When there is no room for `n` vertices.
pub fn generate(
    kind: &GraphKind,
    n: usize,
    weight: f64,
    capacity: usize,
    seed: u64,
) -> Result<EntityGraph, GraphError> {
    let mut graph = EntityGraph::with_vertices(n, capacity)?;
    let pairs = match kind {
        GraphKind::Empty => Vec::new(),
        GraphKind::File(_) | GraphKind::EdgeList(_) | GraphKind::GraphMl(_) => Vec::new(),
        GraphKind::Ring { neighbors } => ring(n, *neighbors),
        GraphKind::Lattice {
            rows,
            columns,
            periodic,
        } => lattice(*rows, *columns, *periodic),
        GraphKind::Complete => (0..n)
            .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
            .collect(),
        GraphKind::ErdosRenyi { p } => {
            let mut rng = KeyedRng::new(seed, Purpose::Graph, 0, 0);
            erdos_renyi(n, *p, &mut rng)
        }
        GraphKind::BarabasiAlbert { edges } => barabasi_albert(n, *edges, seed),
        GraphKind::StochasticBlock {
            sizes,
            within,
            between,
        } => stochastic_block(sizes, *within, *between, seed),
        GraphKind::WattsStrogatz { neighbors, rewire } => {
            return watts_strogatz(graph, *neighbors, *rewire, weight, seed);
        }
    };
    // A ring or lattice of two vertices on a side would join them twice; the others never do.
    if matches!(kind, GraphKind::Ring { .. } | GraphKind::Lattice { .. }) {
        for (a, b) in pairs {
            graph.add_undirected(VertexId::from_index(a), VertexId::from_index(b), weight)?;
        }
    } else {
        graph.add_distinct(&pairs, weight);
    }
    Ok(graph)
}

fn ring(n: usize, neighbors: usize) -> Vec<(usize, usize)> {
    (0..n)
        .flat_map(|a| (1..=neighbors).map(move |k| (a, (a + k) % n)))
        .collect()
}

fn lattice(rows: usize, columns: usize, periodic: bool) -> Vec<(usize, usize)> {
    let at = |row: usize, column: usize| row * columns + column;
    let mut pairs = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            // A border is joined only where that makes a new edge: not along one or two cells.
            if column + 1 < columns {
                pairs.push((at(row, column), at(row, column + 1)));
            } else if periodic && columns > 2 {
                pairs.push((at(row, column), at(row, 0)));
            }
            if row + 1 < rows {
                pairs.push((at(row, column), at(row + 1, column)));
            } else if periodic && rows > 2 {
                pairs.push((at(row, column), at(0, column)));
            }
        }
    }
    pairs
}

/// Visits chosen pairs only: the gaps between them are geometric (Batagelj & Brandes, 2005).
fn erdos_renyi(n: usize, p: f64, rng: &mut KeyedRng) -> Vec<(usize, usize)> {
    if p <= 0.0 {
        return Vec::new();
    }
    if p >= 1.0 {
        return (0..n).flat_map(|b| (0..b).map(move |a| (a, b))).collect();
    }
    let scale = num::ln(1.0 - p);
    let mut pairs = Vec::new();
    let (mut a, mut b) = (-1i64, 1usize);
    while b < n {
        a += 1 + (num::ln(1.0 - rng.uniform()) / scale).floor() as i64;
        while b < n && a >= b as i64 {
            a -= b as i64;
            b += 1;
        }
        if b < n {
            pairs.push((a as usize, b));
        }
    }
    pairs
}

/// Every end of an edge stands in one list, so that a draw from it is one by degree.
fn barabasi_albert(n: usize, edges: usize, seed: u64) -> Vec<(usize, usize)> {
    let mut rng = KeyedRng::new(seed, Purpose::Graph, 2, 0);
    let first = edges + 1;
    let mut pairs: Vec<(usize, usize)> = (0..first.min(n))
        .flat_map(|b| (0..b).map(move |a| (a, b)))
        .collect();
    let mut ends: Vec<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    for fresh in first..n {
        let mut chosen = Vec::with_capacity(edges);
        while chosen.len() < edges {
            let place = (rng.uniform() * ends.len() as f64) as usize;
            let end = ends[place.min(ends.len() - 1)];
            if !chosen.contains(&end) {
                chosen.push(end);
            }
        }
        for end in chosen {
            pairs.push((end, fresh));
            ends.extend([end, fresh]);
        }
    }
    pairs
}

fn stochastic_block(sizes: &[usize], within: f64, between: f64, seed: u64) -> Vec<(usize, usize)> {
    let mut starts = Vec::with_capacity(sizes.len());
    let mut start = 0;
    for size in sizes {
        starts.push(start);
        start += size;
    }
    let mut pairs = Vec::new();
    for (j, (right, columns)) in starts.iter().zip(sizes).enumerate() {
        let stream = |i: usize| KeyedRng::new(seed, Purpose::Graph, 3 + j as u64, i as u64);
        let own = erdos_renyi(*columns, within, &mut stream(j));
        pairs.extend(own.into_iter().map(|(a, b)| (right + a, right + b)));
        for (i, (left, rows)) in starts[..j].iter().zip(sizes).enumerate() {
            let cells = chosen_cells(rows * columns, between, stream(i));
            pairs.extend(cells.map(|cell| (left + cell / columns, right + cell % columns)));
        }
    }
    pairs
}

/// Cells 0 … `count` − 1, each with probability `p`; the gaps between them are geometric.
fn chosen_cells(count: usize, p: f64, mut rng: KeyedRng) -> impl Iterator<Item = usize> {
    let scale = num::ln(1.0 - p.clamp(0.0, 1.0));
    let mut next = 0usize;
    std::iter::from_fn(move || {
        if p <= 0.0 {
            return None;
        }
        if p < 1.0 {
            let gap = (num::ln(1.0 - rng.uniform()) / scale).floor();
            next = next.saturating_add(gap as usize);
        }
        let cell = next;
        next = next.saturating_add(1);
        (cell < count).then_some(cell)
    })
}

fn watts_strogatz(
    mut graph: EntityGraph,
    neighbors: usize,
    rewire: f64,
    weight: f64,
    seed: u64,
) -> Result<EntityGraph, GraphError> {
    let n = graph.vertex_count();
    let mut taken: std::collections::BTreeSet<(usize, usize)> = ring(n, neighbors)
        .into_iter()
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    let mut rng = KeyedRng::new(seed, Purpose::Graph, 1, 0);
    let full = |taken: &std::collections::BTreeSet<(usize, usize)>, a: usize| {
        (0..n).all(|b| a == b || taken.contains(&(a.min(b), a.max(b))))
    };
    for k in 1..=neighbors {
        for a in 0..n {
            let b = (a + k) % n;
            if rng.uniform() >= rewire || full(&taken, a) {
                continue;
            }
            let fresh = loop {
                let c = ((rng.uniform() * n as f64) as usize).min(n - 1);
                if c != a && !taken.contains(&(a.min(c), a.max(c))) {
                    break c;
                }
            };
            taken.remove(&(a.min(b), a.max(b)));
            taken.insert((a.min(fresh), a.max(fresh)));
        }
    }
    for (a, b) in taken {
        graph.add_undirected(VertexId::from_index(a), VertexId::from_index(b), weight)?;
    }
    Ok(graph)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(kind: &GraphKind, n: usize) -> usize {
        generate(kind, n, 1.0, n, 7).unwrap().edge_count() / 2
    }

    #[test]
    fn counts_of_edges_are_those_of_the_definitions() {
        assert_eq!(edges(&GraphKind::Ring { neighbors: 2 }, 10), 20);
        let lattice = |periodic| GraphKind::Lattice {
            rows: 3,
            columns: 4,
            periodic,
        };
        assert_eq!(edges(&lattice(false), 12), 3 * 3 + 2 * 4);
        assert_eq!(edges(&lattice(true), 12), 24);
        assert_eq!(edges(&GraphKind::Complete, 6), 15);
        assert_eq!(edges(&GraphKind::ErdosRenyi { p: 0.0 }, 20), 0);
        assert_eq!(edges(&GraphKind::ErdosRenyi { p: 1.0 }, 20), 190);
        for rewire in [0.0, 0.3, 1.0] {
            let kind = GraphKind::WattsStrogatz {
                neighbors: 3,
                rewire,
            };
            assert_eq!(edges(&kind, 24), 72);
        }
    }

    #[test]
    fn growth_prefers_who_has_many() {
        let kind = GraphKind::BarabasiAlbert { edges: 3 };
        assert_eq!(edges(&kind, 4), 6);
        assert_eq!(edges(&kind, 500), 6 + 496 * 3);
        let graph = generate(&kind, 2000, 1.0, 2000, 7).unwrap();
        let mut degrees = vec![0; 2000];
        for (source, _, _) in graph.edges() {
            degrees[source.index()] += 1;
        }
        assert!(degrees.iter().all(|degree| *degree >= 3));
        // P(k) = 2 m (m + 1) / (k (k + 1) (k + 2)): two fifths have the least degree, and the
        // greatest grows as the root of n.
        let least = degrees.iter().filter(|degree| **degree == 3).count() as f64 / 2000.0;
        assert!((least - 0.4).abs() < 0.05, "{least}");
        let most = degrees.iter().copied().max().unwrap_or(0);
        assert!((60..600).contains(&most), "{most}");
    }

    #[test]
    fn blocks_are_joined_with_their_own_probabilities() {
        let kind = |within, between| GraphKind::StochasticBlock {
            sizes: vec![100, 200, 50],
            within,
            between,
        };
        let inside = (100 * 99 + 200 * 199 + 50 * 49) / 2;
        let across = 100 * 200 + 100 * 50 + 200 * 50;
        assert_eq!(edges(&kind(1.0, 0.0), 350), inside);
        assert_eq!(edges(&kind(0.0, 1.0), 350), across);
        let block = |vertex: usize| usize::from(vertex >= 100) + usize::from(vertex >= 300);
        let graph = generate(&kind(0.2, 0.05), 350, 1.0, 350, 7).unwrap();
        let mut counts = [0.0; 2];
        for (a, b, _) in graph.edges() {
            counts[usize::from(block(a.index()) != block(b.index()))] += 0.5;
        }
        for (count, pairs, p) in [(counts[0], inside, 0.2), (counts[1], across, 0.05)] {
            let sd = (pairs as f64 * p * (1.0 - p)).sqrt();
            assert!((count - pairs as f64 * p).abs() < 5.0 * sd, "{counts:?}");
        }
    }

    #[test]
    fn random_graphs_have_the_expected_density() {
        let (n, p) = (400, 0.05);
        let found = edges(&GraphKind::ErdosRenyi { p }, n) as f64;
        let pairs = (n * (n - 1) / 2) as f64;
        let sd = (pairs * p * (1.0 - p)).sqrt();
        assert!((found - pairs * p).abs() < 5.0 * sd, "{found}");
    }
}
