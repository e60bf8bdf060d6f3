//! The formats of graphs, and what decides how one is read.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::cancel::Cancel;

use super::super::dialect::DialectOptions;

/// The format of a graph file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum GraphFormat {
    /// XML (Brandes et al., 2002), as NetworkX, igraph, graph-tool, Gephi, yEd, Cytoscape, NodeXL
    /// and Neo4j write it.
    GraphMl,
    /// Lines or a table of edges: SNAP, KONECT, NetworkX, pandas, Gephi, NumPy, spreadsheets.
    EdgeList,
    /// A square table of weights, as text or an array.
    Matrix,
    /// Sparse matrices of NIST (`.mtx`).
    MatrixMarket,
    /// Graph Modelling Language (`.gml`).
    Gml,
    /// Gephi's XML (`.gexf`).
    Gexf,
    /// Pajek (`.net`).
    Pajek,
    /// METIS (`.graph`): a line of neighbours for each vertex.
    Metis,
}

impl fmt::Display for GraphFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GraphMl => "GraphML",
            Self::EdgeList => "list of edges",
            Self::Matrix => "matrix of weights",
            Self::MatrixMarket => "Matrix Market",
            Self::Gml => "GML",
            Self::Gexf => "GEXF",
            Self::Pajek => "Pajek",
            Self::Metis => "METIS",
        })
    }
}

/// What decides how a graph file is read, beside its bytes.
#[derive(Clone, Debug, Default)]
pub struct GraphQuestion<'a> {
    /// Its format, where it is said.
    pub format: Option<GraphFormat>,
    /// The dialect of a table, as far as it is said.
    pub dialect: DialectOptions,
    /// The array of an archive.
    pub array: Option<&'a str>,
    /// Whether rows of a matrix are targets instead of sources.
    pub rows_are_targets: bool,
    /// Whoever may want to stop.
    pub cancel: Cancel,
}
