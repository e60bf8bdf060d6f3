//! The first remark of KONECT's lists of edges.

use super::super::fault::Faults;
use super::data::Direction;

/// What KONECT's first remark says: `% sym unweighted`, `% asym positive`, `% bip …`.
///
/// # Errors
/// When both sides of a bipartite graph are numbered apart.
pub fn konect(text: &str) -> Result<Option<Direction>, Faults> {
    let first = text.lines().next().unwrap_or_default();
    let mut words = first.split_whitespace();
    if words.next() != Some("%") {
        return Ok(None);
    }
    match words.next() {
        Some("sym") => Ok(Some(Direction::Undirected)),
        Some("asym") => Ok(Some(Direction::Directed)),
        Some("bip") => Err(Faults::at(
            1,
            0,
            "KONECT's remark \"bip\": both sides of a bipartite graph count from 1 apart, so \
             that a number names two vertices; expected one numbering",
        )),
        _ => Ok(None),
    }
}
