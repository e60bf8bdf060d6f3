//! The first lines of a text table, as they are looked at.

use super::cells::Separator;
use super::number::Decimal;

/// Lines that are looked at.
pub(super) const LINES: usize = 200;

/// What the lines of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Numbers in columns.
    Numbers,
    /// Edges: two vertices, by number or name, and their data.
    Edges,
}

/// The first lines of a text.
pub(super) struct Sample<'a> {
    pub lines: Vec<(u64, &'a str)>,
    pub remark: Option<(u64, &'a str)>,
    pub remarks: u64,
}

/// How a separator fits them.
pub(super) struct Fit {
    pub separator: Separator,
    pub width: usize,
    pub decimal: Decimal,
    /// Cells of each line of the sample.
    pub rows: Vec<Vec<String>>,
    pub score: f64,
    pub trailing: bool,
}
