//! The network: weighted edges in compressed sparse rows, one row per target.
//!
//! Row i lists the edges that *enter* vertex i: (j, w) means that i feels j with weight w = wᵢⱼ.
//! An edge `[i, j, w]` of a symmetric graph enters both rows; of a directed graph it leads from
//! i to j, so it enters row j only. Parallel edges are kept and add. Rows keep the order of the
//! edge list, and every sum runs in that order. Self-loops are errors.

use super::error::DynamicsError;

/// Incoming edges of every vertex, in CSR form.
///
/// Invariants: `row.len() == n + 1`, ascending; columns in 0..n and never equal to their row;
/// weights finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    row: Vec<usize>,
    column: Vec<usize>,
    weight: Vec<f64>,
    edge: Vec<usize>,
    edge_count: usize,
    symmetric: bool,
}

impl Network {
    /// `n` vertices without edges.
    #[must_use]
    pub fn isolated(n: usize) -> Self {
        Self {
            row: vec![0; n + 1],
            column: Vec::new(),
            weight: Vec::new(),
            edge: Vec::new(),
            edge_count: 0,
            symmetric: true,
        }
    }

    /// Builds the rows from edges `(i, j, w)`, 0-based.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] with a path such as `graph.edges[3][1]` for n = 0, an index
    /// outside 0..n, a self-loop, or a weight that is not finite.
    pub fn new(
        n: usize,
        symmetric: bool,
        edges: &[(usize, usize, f64)],
    ) -> Result<Self, DynamicsError> {
        if n == 0 {
            return Err(DynamicsError::invalid("graph.n", 0, "at least one vertex"));
        }
        let mut row = vec![0_usize; n + 1];
        for (e, &(i, j, w)) in edges.iter().enumerate() {
            check_edge(n, e, i, j, w)?;
            row[j + 1] += 1;
            if symmetric {
                row[i + 1] += 1;
            }
        }
        for i in 0..n {
            row[i + 1] += row[i];
        }
        let entries = row[n];
        let mut next = row.clone();
        let mut network = Self {
            row,
            column: vec![0; entries],
            weight: vec![0.0; entries],
            edge: vec![0; entries],
            edge_count: edges.len(),
            symmetric,
        };
        for (e, &(i, j, w)) in edges.iter().enumerate() {
            network.place(&mut next, j, i, w, e);
            if symmetric {
                network.place(&mut next, i, j, w, e);
            }
        }
        Ok(network)
    }

    fn place(&mut self, next: &mut [usize], target: usize, source: usize, w: f64, e: usize) {
        let slot = next[target];
        self.column[slot] = source;
        self.weight[slot] = w;
        self.edge[slot] = e;
        next[target] += 1;
    }

    /// Number of vertices.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.row.len() - 1
    }

    /// Number of edges in the list the network was built from.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.edge_count
    }

    /// Whether every edge acts both ways with the same weight.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        self.symmetric
    }

    /// The edges that enter vertex `i`: (source, weight), in the order of the edge list.
    pub fn incoming(&self, i: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.row[i]..self.row[i + 1];
        self.column[range.clone()]
            .iter()
            .copied()
            .zip(self.weight[range].iter().copied())
    }

    /// Like [`Network::incoming`], with the index of the edge in the list: (source, weight, edge).
    pub fn incoming_edges(&self, i: usize) -> impl Iterator<Item = (usize, f64, usize)> + '_ {
        let range = self.row[i]..self.row[i + 1];
        self.incoming(i)
            .zip(self.edge[range].iter().copied())
            .map(|((j, w), e)| (j, w, e))
    }

    /// Total incoming weight Σⱼ wᵢⱼ of vertex `i`.
    #[must_use]
    pub fn strength(&self, i: usize) -> f64 {
        self.incoming(i).map(|(_, w)| w).sum()
    }

    /// Diffusive coupling Σⱼ wᵢⱼ (xⱼ − xᵢ) of vertex `i`.
    #[inline]
    #[must_use]
    pub fn diffusion(&self, i: usize, x: &[f64]) -> f64 {
        let own = x[i];
        self.incoming(i).map(|(j, w)| w * (x[j] - own)).sum()
    }
}

fn check_edge(n: usize, e: usize, i: usize, j: usize, w: f64) -> Result<(), DynamicsError> {
    for (slot, vertex) in [i, j].into_iter().enumerate() {
        if vertex >= n {
            let path = format!("graph.edges[{e}][{slot}]");
            return Err(DynamicsError::invalid(
                &path,
                vertex,
                format!("a vertex below graph.n = {n}"),
            ));
        }
    }
    if i == j {
        let path = format!("graph.edges[{e}]");
        let found = format!("a self-loop at vertex {i}");
        return Err(DynamicsError::invalid(
            &path,
            found,
            "two different vertices",
        ));
    }
    if !w.is_finite() {
        let path = format!("graph.edges[{e}][2]");
        return Err(DynamicsError::invalid(&path, w, "a finite weight"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn directed_edges_enter_their_target_only() {
        let network = Network::new(3, false, &[(0, 1, 2.0), (2, 1, 3.0)]).unwrap();
        assert_eq!(
            network.incoming(1).collect::<Vec<_>>(),
            [(0, 2.0), (2, 3.0)]
        );
        assert_eq!(network.incoming(0).count(), 0);
        assert_eq!(network.diffusion(1, &[1.0, 0.0, 2.0]), 8.0);
        let both = Network::new(3, true, &[(0, 1, 2.0), (2, 1, 3.0)]).unwrap();
        assert_eq!(both.incoming_edges(2).collect::<Vec<_>>(), [(1, 3.0, 1)]);
        assert_eq!(both.strength(1), 5.0);
    }

    #[test]
    fn bad_edges_say_where() {
        let path = |n, edges: &[(usize, usize, f64)]| match Network::new(n, true, edges) {
            Err(DynamicsError::Invalid { path, .. }) => path,
            other => panic!("{other:?}"),
        };
        assert_eq!(path(0, &[]), "graph.n");
        assert_eq!(path(2, &[(0, 1, 1.0), (0, 2, 1.0)]), "graph.edges[1][1]");
        assert_eq!(path(2, &[(1, 1, 1.0)]), "graph.edges[0]");
        assert_eq!(path(2, &[(0, 1, f64::NAN)]), "graph.edges[0][2]");
    }

    proptest! {
        #[test]
        fn diffusion_on_a_symmetric_network_sums_to_zero(
            edges in prop::collection::vec((0usize..7, 1usize..7, 0.1..2.0f64), 0..40),
            x in prop::collection::vec(-5.0..5.0f64, 7),
        ) {
            let edges: Vec<_> = edges.iter().map(|&(i, d, w)| (i, (i + d) % 7, w)).collect();
            let network = Network::new(7, true, &edges).unwrap();
            let total: f64 = (0..7).map(|i| network.diffusion(i, &x)).sum();
            prop_assert!(total.abs() < 1e-11);
        }
    }
}
