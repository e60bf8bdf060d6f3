//! The entity graph: vertices numbered in scene order, weighted directed edges.

use petgraph::algo::connected_components;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use thiserror::Error;

use crate::base::VertexId;

use super::row::{Row, RowEntry};

/// Why a graph refuses.
#[derive(Debug, Error, PartialEq)]
pub enum GraphError {
    /// There is no room for another vertex.
    #[error("vertex {next} is one too many, expected at most graph.capacity = {capacity} vertices")]
    Full {
        /// Its number, counted from 1.
        next: usize,
        /// The capacity.
        capacity: usize,
    },
    /// An edge names a vertex that does not exist.
    #[error("an edge names {vertex}, expected a vertex below v{count}")]
    NoVertex {
        /// The vertex.
        vertex: VertexId,
        /// Number of vertices.
        count: usize,
    },
    /// An edge leads back to where it comes from.
    #[error("an edge leads from {vertex} to itself, expected two different vertices")]
    SelfLoop {
        /// The vertex.
        vertex: VertexId,
    },
    /// There is such an edge already.
    #[error("there are two edges from {from} to {to}, expected one")]
    Parallel {
        /// Its source.
        from: VertexId,
        /// Its target.
        to: VertexId,
    },
    /// A weight is not a finite number.
    #[error("the edge from {from} to {to} weighs {weight}, expected a finite number")]
    Weight {
        /// Its source.
        from: VertexId,
        /// Its target.
        to: VertexId,
        /// Its weight.
        weight: f64,
    },
}

/// A weighted directed graph without loops or parallel edges.
#[derive(Clone, Debug)]
pub struct EntityGraph {
    graph: DiGraph<VertexId, f64>,
    capacity: usize,
}

impl EntityGraph {
    /// A graph without vertices, with room for `capacity`.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            graph: DiGraph::new(),
            capacity,
        }
    }

    /// A graph of `n` vertices without edges.
    ///
    /// # Errors
    /// When there is no room for them.
    pub fn with_vertices(n: usize, capacity: usize) -> Result<Self, GraphError> {
        let mut graph = Self::new(capacity);
        for _ in 0..n {
            graph.add_vertex()?;
        }
        Ok(graph)
    }

    /// Adds a vertex, numbered next.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn add_vertex(&mut self) -> Result<VertexId, GraphError> {
        let count = self.vertex_count();
        if count >= self.capacity {
            return Err(GraphError::Full {
                next: count + 1,
                capacity: self.capacity,
            });
        }
        let vertex = VertexId::from_index(count);
        self.graph.add_node(vertex);
        Ok(vertex)
    }

    fn node(&self, vertex: VertexId) -> Result<NodeIndex, GraphError> {
        let count = self.vertex_count();
        if vertex.index() < count {
            Ok(NodeIndex::new(vertex.index()))
        } else {
            Err(GraphError::NoVertex { vertex, count })
        }
    }

    /// Adds an edge along which `target` feels `source`.
    ///
    /// # Errors
    /// When a vertex does not exist, the edge is a loop or there already, or the weight not finite.
    pub fn add_edge(
        &mut self,
        source: VertexId,
        target: VertexId,
        weight: f64,
    ) -> Result<(), GraphError> {
        let (from, to) = (self.node(source)?, self.node(target)?);
        if from == to {
            return Err(GraphError::SelfLoop { vertex: source });
        }
        if self.graph.find_edge(from, to).is_some() {
            return Err(GraphError::Parallel {
                from: source,
                to: target,
            });
        }
        if !weight.is_finite() {
            return Err(GraphError::Weight {
                from: source,
                to: target,
                weight,
            });
        }
        self.graph.add_edge(from, to, weight);
        Ok(())
    }

    /// Adds edges both ways.
    ///
    /// # Errors
    /// Those of [`Self::add_edge`].
    pub fn add_undirected(
        &mut self,
        a: VertexId,
        b: VertexId,
        weight: f64,
    ) -> Result<(), GraphError> {
        self.add_edge(a, b, weight)?;
        self.add_edge(b, a, weight)
    }

    /// Adds edges both ways that are known to be neither loops nor there already.
    pub(super) fn add_distinct(&mut self, pairs: &[(usize, usize)], weight: f64) {
        self.graph.reserve_edges(2 * pairs.len());
        for (a, b) in pairs {
            let (a, b) = (NodeIndex::new(*a), NodeIndex::new(*b));
            self.graph.add_edge(a, b, weight);
            self.graph.add_edge(b, a, weight);
        }
    }

    /// Adds directed edges between vertices that exist, of finite weight, none of them twice.
    pub(super) fn add_checked(&mut self, edges: impl ExactSizeIterator<Item = ([u32; 2], f64)>) {
        self.graph.reserve_exact_edges(edges.len());
        for ([source, target], weight) in edges {
            let (source, target) = (NodeIndex::from(source), NodeIndex::from(target));
            self.graph.add_edge(source, target, weight);
        }
    }

    /// Number of vertices.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.graph.node_count()
    }

    /// Number of directed edges.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.graph.edge_count()
    }

    /// All edges as (source, target, weight), ascending.
    #[must_use]
    pub fn edges(&self) -> Vec<(VertexId, VertexId, f64)> {
        let mut list: Vec<_> = self
            .graph
            .edge_references()
            .map(|e| (self.graph[e.source()], self.graph[e.target()], *e.weight()))
            .collect();
        list.sort_by_key(|(source, target, _)| (*source, *target));
        list
    }

    /// The row of every vertex: its incoming edges, ascending by source.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let edges = self.graph.raw_edges();
        let mut degrees = vec![0; self.vertex_count()];
        for edge in edges {
            degrees[edge.target().index()] += 1;
        }
        let weight = edges.first().map_or(0.0, |edge| edge.weight);
        if edges
            .iter()
            .all(|edge| edge.weight.to_bits() == weight.to_bits())
        {
            // Never more than what stays, since there may be a great many.
            let sources = self.gather(&degrees, |source, _| source.0 as u32);
            let alike = sources.into_iter().map(|mut own| {
                own.sort_unstable();
                Row::alike(weight, own.into_boxed_slice())
            });
            return alike.collect();
        }
        let entries = self.gather(&degrees, RowEntry::new);
        let each = entries.into_iter().map(|mut own| {
            own.sort_unstable_by_key(RowEntry::source);
            Row::from(own)
        });
        each.collect()
    }

    /// What is made of the incoming edges of every vertex, which are `degrees`.
    fn gather<E>(&self, degrees: &[usize], make: impl Fn(VertexId, f64) -> E) -> Vec<Vec<E>> {
        let mut all: Vec<Vec<E>> = degrees.iter().map(|n| Vec::with_capacity(*n)).collect();
        for edge in self.graph.raw_edges() {
            let source = self.graph[edge.source()];
            all[edge.target().index()].push(make(source, edge.weight));
        }
        all
    }

    /// Number of weakly connected components.
    #[must_use]
    pub fn component_count(&self) -> usize {
        connected_components(&self.graph)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ten_thousand_and_first_vertex_is_refused() {
        let mut graph = EntityGraph::with_vertices(10_000, 10_000).unwrap();
        let refused = graph.add_vertex().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "vertex 10001 is one too many, expected at most graph.capacity = 10000 vertices"
        );
    }

    #[test]
    fn edges_that_mean_nothing_are_refused() {
        let mut graph = EntityGraph::with_vertices(2, 2).unwrap();
        let (a, b) = (VertexId(0), VertexId(1));
        assert!(graph.add_edge(a, b, 1.0).is_ok());
        assert!(matches!(
            graph.add_edge(a, b, 1.0),
            Err(GraphError::Parallel { .. })
        ));
        assert!(matches!(
            graph.add_edge(a, a, 1.0),
            Err(GraphError::SelfLoop { .. })
        ));
        assert!(matches!(
            graph.add_edge(a, VertexId(2), 1.0),
            Err(GraphError::NoVertex { .. })
        ));
        assert!(matches!(
            graph.add_edge(b, a, f64::NAN),
            Err(GraphError::Weight { .. })
        ));
        assert_eq!(graph.component_count(), 1);
        assert_eq!(graph.rows()[1], Row::from(vec![RowEntry::new(a, 1.0)]));
    }
}
