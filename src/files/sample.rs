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
    /// Lines that are neither, and no part of the table.
    pub preamble: u64,
}

/// How a separator fits them.
pub(super) struct Fit {
    pub separator: Separator,
    pub width: usize,
    pub decimal: Decimal,
    /// The fewest cells of a row: of edges, some may lack data.
    pub least: usize,
    /// Cells of each line of the sample.
    pub rows: Vec<Vec<String>>,
    pub score: f64,
    pub trailing: bool,
}

impl Fit {
    /// Whether these are the cells of a row of the table.
    pub fn is_row(&self, cells: &[String]) -> bool {
        (self.least..=self.width).contains(&cells.len())
    }
}
