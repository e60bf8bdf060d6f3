//! Sparse graph Laplacians (CSR).

use super::entity_graph::EntityGraph;

/// Which Laplacian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaplacianKind {
    /// L = D − A.
    Combinatorial,
    /// N = I − D^(−1/2) A D^(−1/2), with empty rows for isolated vertices.
    Normalized,
}

/// A symmetric Laplacian, off-diagonal entries in compressed rows.
///
/// A directed graph counts as undirected: an edge weighs the mean of both directions, so xᵀLx is
/// the Dirichlet form of the symmetrised graph.
#[derive(Clone, Debug)]
pub struct Laplacian {
    diagonal: Vec<f64>,
    row_start: Vec<usize>,
    column: Vec<usize>,
    value: Vec<f64>,
}

impl Laplacian {
    /// The Laplacian of a graph.
    #[must_use]
    pub fn new(graph: &EntityGraph, kind: LaplacianKind) -> Self {
        let n = graph.vertex_count();
        let mut cells: Vec<(usize, usize, f64)> = Vec::new();
        for (source, target, weight) in graph.edges() {
            let (a, b) = (source.index(), target.index());
            cells.push((a, b, 0.5 * weight));
            cells.push((b, a, 0.5 * weight));
        }
        cells.sort_by_key(|(row, column, _)| (*row, *column));
        cells.dedup_by(|later, first| {
            let same = (later.0, later.1) == (first.0, first.1);
            if same {
                first.2 += later.2;
            }
            same
        });
        let mut degree = vec![0.0; n];
        for (row, _, weight) in &cells {
            degree[*row] += weight;
        }
        let mut row_start = vec![0; n + 1];
        for (row, _, _) in &cells {
            row_start[row + 1] += 1;
        }
        for row in 0..n {
            row_start[row + 1] += row_start[row];
        }
        let normalized = kind == LaplacianKind::Normalized;
        let value = cells
            .iter()
            .map(|(row, column, weight)| {
                if normalized {
                    -weight / (degree[*row] * degree[*column]).sqrt()
                } else {
                    -weight
                }
            })
            .collect();
        let diagonal = degree
            .iter()
            .map(|d| match (normalized, *d > 0.0) {
                (false, _) => *d,
                (true, true) => 1.0,
                (true, false) => 0.0,
            })
            .collect();
        Self {
            diagonal,
            row_start,
            column: cells.iter().map(|(_, column, _)| *column).collect(),
            value,
        }
    }

    /// Number of vertices.
    #[must_use]
    pub fn len(&self) -> usize {
        self.diagonal.len()
    }

    /// Whether there is no vertex.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.diagonal.is_empty()
    }

    /// y = L x.
    pub fn multiply(&self, x: &[f64], y: &mut [f64]) {
        for (row, out) in y.iter_mut().enumerate() {
            let mut sum = self.diagonal[row] * x[row];
            for k in self.row_start[row]..self.row_start[row + 1] {
                sum += self.value[k] * x[self.column[k]];
            }
            *out = sum;
        }
    }

    /// The vertex's degree; for the normalised kind 1, or 0 when isolated.
    #[must_use]
    pub fn diagonal(&self) -> &[f64] {
        &self.diagonal
    }

    /// An upper bound of the greatest eigenvalue (Gershgorin).
    #[must_use]
    pub fn bound(&self) -> f64 {
        (0..self.len())
            .map(|row| {
                let entries = &self.value[self.row_start[row]..self.row_start[row + 1]];
                self.diagonal[row] + entries.iter().map(|v| v.abs()).sum::<f64>()
            })
            .fold(0.0, f64::max)
    }
}
