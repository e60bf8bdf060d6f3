//! Formats of graphs that are not read, by what their files begin with.

/// A format that is not read, where a text begins like it.
#[must_use]
pub fn not_read(text: &str) -> Option<&'static str> {
    let head = text.trim_start();
    let dimacs = |line: &str| {
        line.starts_with("p edge ") || line.starts_with("p col ") || line.starts_with("p sp ")
    };
    if head.starts_with(['{', '[']) {
        Some("JSON")
    } else if head.lines().take(50).any(dimacs) {
        Some("DIMACS")
    } else if head.starts_with("graph {") || head.starts_with("digraph") {
        Some("DOT")
    } else {
        None
    }
}
