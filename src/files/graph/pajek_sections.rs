//! The sections of a Pajek network, and how one is told from other text.

use super::super::cells::Lines;

/// Where the reader is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Section {
    /// Before the vertices.
    Before,
    /// In the list of vertices.
    Vertices,
    /// Pairs, and whether they are directed.
    Pairs(bool),
    /// A vertex and its neighbours, and whether they are directed.
    Lists(bool),
    /// Rows of a matrix.
    Matrix,
    /// What belongs to no network.
    Foreign,
}

/// The section that a word behind `*` begins.
#[must_use]
pub fn section(word: &str) -> Option<Section> {
    Some(match word.to_ascii_lowercase().as_str() {
        "network" => Section::Before,
        "vertices" => Section::Vertices,
        "arcs" => Section::Pairs(true),
        "edges" => Section::Pairs(false),
        "arcslist" => Section::Lists(true),
        "edgeslist" => Section::Lists(false),
        "matrix" => Section::Matrix,
        "partition" | "vector" | "permutation" | "cluster" | "hierarchy" => Section::Foreign,
        _ => return None,
    })
}

/// Whether the first line that is no remark begins a section of Pajek.
#[must_use]
pub fn is_pajek(text: &str) -> bool {
    let mut lines = Lines::new(text, false).map(|(_, line)| line.trim());
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('%'));
    let head = first.and_then(|line| line.strip_prefix('*'));
    let word = head.and_then(|head| head.split_whitespace().next());
    word.is_some_and(|word| section(word).is_some())
}
