//! Names of columns, and what they say.

/// Names that the columns of a table of edges have, of their ends.
pub const ENDS: [[&str; 7]; 2] = [
    [
        "source",
        "from",
        "src",
        "sender",
        "tail",
        "node1",
        "fromnodeid",
    ],
    [
        "target", "to", "dst", "receiver", "head", "node2", "tonodeid",
    ],
];

/// A name in lower case without blanks, hyphens and underscores.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric() || *c == '#');
    kept.collect::<String>().to_lowercase()
}
