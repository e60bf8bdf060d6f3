//! The dialect of a text table: what a person says of it, and what was detected.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cells::{Lines, Separator, split};
use super::number::{Decimal, is_missing};

/// What a person says of a table; the rest is detected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DialectOptions {
    /// What stands between cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<Separator>,
    /// The mark before decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
    /// Whether the first line (behind `skip`) holds names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// Lines to pass over at the beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<u64>,
    /// Texts that stand for a missing number, beside an empty cell, NA, N/A, nan, null, none, -
    /// and ?.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

impl DialectOptions {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// Where the names of the columns stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// Nowhere.
    None,
    /// In this line.
    Line(u64),
    /// In this line, which is a remark.
    Remark(u64),
}

/// How a text is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialect {
    /// What stands between cells.
    pub separator: Separator,
    /// The mark before decimals.
    pub decimal: Decimal,
    /// Where the names are.
    pub header: Header,
    /// Names of the columns; empty when there are none.
    pub names: Vec<String>,
    /// A line of units below the names.
    pub units: Option<(u64, Vec<String>)>,
    /// Cells of a line.
    pub width: usize,
    /// The first line of data.
    pub first: u64,
    /// Lines before the table that are neither remarks nor blank.
    pub preamble: u64,
    /// Whether lines end with a separator behind which nothing stands.
    pub trailing: bool,
    /// Texts that a person says are missing numbers.
    pub missing: Vec<String>,
}

impl Dialect {
    /// Whether a line is a remark.
    #[must_use]
    pub fn is_remark(line: &str) -> bool {
        let begins = line.trim_start().as_bytes();
        matches!(begins.first(), Some(b'#' | b'%')) || begins.starts_with(b"//")
    }

    /// Whether a line below the first row is passed over: one that begins like a remark and is no
    /// row, by the number of its cells.
    #[must_use]
    pub fn passes_over(&self, line: &str) -> bool {
        if !Self::is_remark(line) {
            return false;
        }
        if self.width == 1 {
            return !is_missing(line.trim());
        }
        let mut cells = Vec::new();
        split(line, self.separator, &mut cells);
        let second = line.trim_start().as_bytes().get(1);
        let sentence = self.separator == Separator::Blanks
            && second.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'#' | b'%' | b'/'));
        sentence || cells.len() != self.width
    }

    /// The rows of a table of numbers, with their lines.
    pub fn rows<'a>(&self, text: &'a str) -> impl Iterator<Item = (u64, &'a str)> {
        self.below_names(Lines::new(text, true))
            .filter(|(_, content)| !content.trim().is_empty())
    }

    /// The lines of a list of edges; a quote between blanks is part of a name.
    pub fn edges<'a>(&self, text: &'a str) -> impl Iterator<Item = (u64, &'a str)> {
        self.below_names(Lines::new(text, self.separator != Separator::Blanks))
    }

    fn below_names<'a>(&self, lines: Lines<'a>) -> impl Iterator<Item = (u64, &'a str)> {
        lines.filter(|(line, content)| *line >= self.first && !self.passes_over(content))
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.width == 1 {
            write!(f, "one column")?;
        } else {
            write!(f, "separated by {}", self.separator.plural())?;
        }
        if self.decimal == Decimal::Comma {
            write!(f, ", decimal commas")?;
        }
        match self.header {
            Header::None => write!(f, ", no line of names")?,
            Header::Line(line) => write!(f, ", names in line {line}")?,
            Header::Remark(line) => write!(f, ", names in the remark of line {line}")?,
        }
        if let Some((line, units)) = &self.units {
            write!(
                f,
                ", units of measurement in line {line} ({})",
                units.join(", ")
            )?;
        }
        match self.preamble {
            0 => {}
            1 => write!(f, ", 1 line before the table passed over")?,
            lines => write!(f, ", {lines} lines before the table passed over")?,
        }
        if self.trailing {
            write!(
                f,
                ", lines end with a separator (column {} is empty)",
                self.width + 1
            )?;
        }
        Ok(())
    }
}
