//! What is wrong with a formula's text, and where.

use std::fmt;

/// Why a text is no formula. Its `Display` shows the line with a caret below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaError {
    /// The line of the text, from 1.
    pub line: usize,
    /// The character of that line, from 1.
    pub column: usize,
    /// What stands there.
    pub found: String,
    /// What was expected there.
    pub expected: String,
    /// The line itself, or the part of it around the place.
    shown: String,
    /// Characters before the caret in what is shown.
    indent: usize,
}

/// Characters of a line that are shown at most.
const SHOWN: usize = 96;

impl FormulaError {
    /// At a character of the text, counted from 0.
    pub(super) fn new(text: &str, at: usize, found: &str, expected: &str) -> Self {
        let before: Vec<char> = text.chars().take(at).collect();
        let start = before.iter().rposition(|c| *c == '\n').map_or(0, |k| k + 1);
        let line: Vec<char> = (text.chars().skip(start))
            .take_while(|c| *c != '\n')
            .collect();
        let column = before.len() - start;
        let from = column.saturating_sub(SHOWN / 2).min(line.len());
        let part = line[from..].iter().take(SHOWN);
        let mut found: String = found.chars().take(SHOWN).collect();
        if found.is_empty() {
            found = "nothing".to_owned();
        }
        Self {
            line: 1 + before.iter().filter(|c| **c == '\n').count(),
            column: column + 1,
            found,
            expected: expected.to_owned(),
            shown: part
                .map(|c| if c.is_control() { ' ' } else { *c })
                .collect(),
            indent: column - from.min(column),
        }
    }
}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 1 {
            write!(f, "line {}, ", self.line)?;
        }
        let Self {
            column,
            found,
            expected,
            ..
        } = self;
        write!(f, "column {column}: found {found}, expected {expected}")?;
        match self.shown.is_empty() {
            true => Ok(()),
            false => write!(f, "\n  {}\n  {}^", self.shown, " ".repeat(self.indent)),
        }
    }
}

impl std::error::Error for FormulaError {}
