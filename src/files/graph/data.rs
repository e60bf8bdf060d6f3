//! A graph as it stands in a file.

use super::edge_data::EdgeColumn;
use super::format::GraphFormat;

/// Whether edges lead one way or both.
#[derive(Clone, Debug, PartialEq)]
pub enum Direction {
    /// The file does not say.
    Unsaid,
    /// Every edge leads from its first end to its second.
    Directed,
    /// Every edge leads both ways.
    Undirected,
    /// Of each edge, whether it is directed.
    Each(Vec<bool>),
}

/// What the vertices are called; vertex k is the kth.
#[derive(Clone, Debug, PartialEq)]
pub enum Names {
    /// Numbers, ascending.
    Numbers(Vec<u64>),
    /// Names, in the order of the file: of its list of vertices where it has one, else of first
    /// appearance.
    Texts(Vec<Box<str>>),
}

impl Names {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(list) => list.len(),
            Self::Texts(list) => list.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of a vertex; empty beyond the last.
    #[must_use]
    pub fn of(&self, vertex: usize) -> String {
        match self {
            Self::Numbers(list) => list.get(vertex).map(u64::to_string).unwrap_or_default(),
            Self::Texts(list) => list
                .get(vertex)
                .map(|name| name.to_string())
                .unwrap_or_default(),
        }
    }
}

/// A graph as it stands in a file, with nothing chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphFile {
    /// Its format.
    pub format: GraphFormat,
    /// Its vertices.
    pub names: Names,
    /// Whether the file lists its vertices, so that those without an edge are among them.
    pub lists_vertices: bool,
    /// The number of the first vertex, where the format fixes it.
    pub first_id: Option<u64>,
    /// What people call the vertices, where the file says so beside their names; else empty.
    pub labels: Vec<Box<str>>,
    /// First and second end of each edge, as places in `names`.
    pub edges: Vec<[u32; 2]>,
    /// The line of each edge, from 1; empty when there are no lines.
    pub lines: Vec<u32>,
    /// Whether edges lead one way or both.
    pub direction: Direction,
    /// The data of edges.
    pub columns: Vec<EdgeColumn>,
    /// What is to be told: what was detected, flattened, passed over.
    pub notes: Vec<String>,
}

impl GraphFile {
    /// A graph without vertices and edges.
    #[must_use]
    pub fn empty(format: GraphFormat) -> Self {
        Self {
            format,
            names: Names::Texts(Vec::new()),
            lists_vertices: false,
            first_id: None,
            labels: Vec::new(),
            edges: Vec::new(),
            lines: Vec::new(),
            direction: Direction::Unsaid,
            columns: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The line of an edge; 0 when it has none.
    #[must_use]
    pub fn line(&self, edge: usize) -> u64 {
        self.lines.get(edge).map_or(0, |line| u64::from(*line))
    }
}
