//! The kinds of graphs that a scene may have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::files::graph::GraphFormat;

use super::file_spec::FileGraph;

/// How the edges of a scene are made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum GraphKind {
    /// No edges.
    #[default]
    Empty,
    /// A ring; each vertex is joined to this many neighbours on each side.
    Ring {
        /// Neighbours on each side, ≥ 1.
        #[serde(default = "one")]
        neighbors: usize,
    },
    /// A square lattice in row-major order.
    Lattice {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
        /// Whether opposite borders are joined.
        #[serde(default)]
        periodic: bool,
    },
    /// Every pair.
    Complete,
    /// Every pair with probability p (Erdős & Rényi, 1959; Gilbert, 1959).
    ErdosRenyi {
        /// Probability, 0 … 1.
        p: f64,
    },
    /// A ring whose edges are rewired with a probability (Watts & Strogatz, 1998).
    WattsStrogatz {
        /// Neighbours on each side of the ring, ≥ 1.
        neighbors: usize,
        /// Probability that the far end of an edge is drawn anew, 0 … 1.
        rewire: f64,
    },
    /// Growth with preferential attachment (Barabási & Albert, 1999): a complete graph of `edges` +
    /// 1 vertices, to which every further vertex is joined by `edges` edges, each end drawn with a
    /// probability proportional to its degree.
    BarabasiAlbert {
        /// Edges of a new vertex, ≥ 1.
        edges: usize,
    },
    /// Blocks of vertices in order, pairs joined with one probability within a block and another
    /// between blocks (Holland, Laskey & Leinhardt, 1983).
    StochasticBlock {
        /// Vertices of each block; their sum is the number of vertices.
        sizes: Vec<usize>,
        /// Probability within a block, 0 … 1.
        within: f64,
        /// Probability between blocks, 0 … 1.
        between: f64,
    },
    /// Edges of a file of any format that is read.
    File(FileGraph),
    /// Edges of a list or table. A fourth column without a name is the delay.
    EdgeList(FileGraph),
    /// Edges of a GraphML file.
    GraphMl(FileGraph),
}

fn one() -> usize {
    1
}

/// The most directed edges that are generated.
const EDGES_MAX: f64 = 1e8;
/// Memory that a directed edge takes while a graph is made, bytes.
const BYTES_OF_EDGE: f64 = 32.0;

impl GraphKind {
    /// Whether the edges and their weights stand in a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.file().is_some()
    }

    /// The file that has the edges, and how it is read.
    #[must_use]
    pub fn file(&self) -> Option<FileGraph> {
        let (file, format) = match self {
            Self::File(file) => (file, None),
            Self::EdgeList(file) => (file, Some(GraphFormat::EdgeList)),
            Self::GraphMl(file) => (file, Some(GraphFormat::GraphMl)),
            _ => return None,
        };
        let mut file = file.clone();
        file.format = file.format.or(format);
        Some(file)
    }

    /// Whether a fourth column of its file, without a name, is the delay.
    #[must_use]
    pub fn has_delay_in_fourth(&self) -> bool {
        matches!(self, Self::EdgeList(_))
    }

    /// Directed edges to expect among `n` vertices; 0 for a file.
    fn expected_edges(&self, n: usize) -> f64 {
        let n = n as f64;
        let pairs = n * (n - 1.0).max(0.0);
        match self {
            Self::Empty | Self::File(_) | Self::EdgeList(_) | Self::GraphMl(_) => 0.0,
            Self::Ring { neighbors } | Self::WattsStrogatz { neighbors, .. } => {
                2.0 * n * *neighbors as f64
            }
            Self::Lattice { .. } => 4.0 * n,
            Self::Complete => pairs,
            Self::ErdosRenyi { p } => pairs * p,
            Self::BarabasiAlbert { edges } => 2.0 * n * *edges as f64,
            Self::StochasticBlock {
                sizes,
                within,
                between,
            } => {
                let inside: f64 = sizes.iter().map(|own| *own as f64 * *own as f64).sum();
                inside * within + (n * n - inside).max(0.0) * between
            }
        }
    }

    /// Collects what is wrong with the graph at `path` of `n` vertices.
    pub fn validate(&self, problems: &mut Problems, path: &str, n: usize) {
        let edges = self.expected_edges(n);
        if edges > EDGES_MAX {
            let gigabytes = edges * BYTES_OF_EDGE / 1e9;
            problems.add(
                path,
                format!(
                    "about {edges:.1e} directed edges, which take {gigabytes:.1} GB to make, \
                     expected at most {EDGES_MAX:.0e}"
                ),
            );
        }
        let at = |field: &str| format!("{path}.{field}");
        let on_ring = |problems: &mut Problems, neighbors: usize| {
            let holds = neighbors >= 1 && neighbors < n.div_ceil(2);
            let expected = format!("at least 1 and fewer than half of the {n} vertices");
            problems.require(holds, &at("neighbors"), neighbors, &expected);
        };
        let probability = |problems: &mut Problems, field: &str, p: f64| {
            let holds = (0.0..=1.0).contains(&p);
            problems.require(holds, &at(field), p, "a probability in 0 … 1");
        };
        match self {
            Self::Empty | Self::Complete => {}
            Self::File(file) | Self::EdgeList(file) | Self::GraphMl(file) => {
                file.validate(problems, path);
            }
            Self::Ring { neighbors } => on_ring(problems, *neighbors),
            Self::Lattice { rows, columns, .. } => {
                let holds = rows.checked_mul(*columns) == Some(n);
                let (found, expected) = (
                    format!("{rows} × {columns}"),
                    format!("the product to be {n} vertices"),
                );
                problems.require(holds, &at("rows"), found, &expected);
            }
            Self::ErdosRenyi { p } => probability(problems, "p", *p),
            Self::WattsStrogatz { neighbors, rewire } => {
                on_ring(problems, *neighbors);
                probability(problems, "rewire", *rewire);
            }
            Self::BarabasiAlbert { edges } => {
                let expected = format!("at least 1 and fewer than {n} vertices");
                problems.require((1..n).contains(edges), &at("edges"), edges, &expected);
            }
            Self::StochasticBlock {
                sizes,
                within,
                between,
            } => {
                let mut sizes_of = sizes.iter();
                let sum = sizes_of.try_fold(0usize, |sum, size| sum.checked_add(*size));
                let holds = sum == Some(n) && !sizes.contains(&0);
                let expected = format!("numbers of at least 1 with the sum of {n} vertices");
                problems.require(holds, &at("sizes"), format!("{sizes:?}"), &expected);
                probability(problems, "within", *within);
                probability(problems, "between", *between);
            }
        }
    }
}
