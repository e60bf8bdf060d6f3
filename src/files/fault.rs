//! What is wrong with a file: up to [`SHOWN`] problems at once, each with its place.

use std::fmt;

/// Problems of one file that a message shows at most.
pub const SHOWN: usize = 20;

/// Characters of a cell that a message shows at most.
const CELL_SHOWN: usize = 60;

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0 when the problem is of the whole file.
    pub line: u64,
    /// The column (cell of a table, character of other text), from 1; 0 when it has none.
    pub column: u64,
    /// What was found, and what was expected.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => {}
            (line, 0) => write!(f, "line {line}: ")?,
            (line, column) => write!(f, "line {line}, column {column}: ")?,
        }
        f.write_str(&self.message)
    }
}

/// The problems of a file, in the order of its lines; those beyond [`SHOWN`] are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    list: Vec<Fault>,
    more: u64,
}

impl Faults {
    /// One problem of the whole file.
    #[must_use]
    pub fn whole(message: impl Into<String>) -> Self {
        Self::at(0, 0, message)
    }

    /// One problem at a line.
    #[must_use]
    pub fn at(line: u64, column: u64, message: impl Into<String>) -> Self {
        let mut own = Self::default();
        own.add(line, column, message);
        own
    }

    /// Adds a problem.
    pub fn add(&mut self, line: u64, column: u64, message: impl Into<String>) {
        if self.list.len() < SHOWN {
            self.list.push(Fault {
                line,
                column,
                message: message.into(),
            });
        } else {
            self.more += 1;
        }
    }

    /// Those that are shown.
    #[must_use]
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether more would only be counted.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.list.len() >= SHOWN
    }

    /// `value` when nothing is wrong.
    ///
    /// # Errors
    /// With the problems.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, fault) in self.list.iter().enumerate() {
            if k > 0 {
                f.write_str("\n  ")?;
            }
            fault.fmt(f)?;
        }
        if self.more > 0 {
            write!(f, "\n  and {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A cell as a message shows it: quoted, without control characters, at most 60 of its characters.
#[must_use]
pub fn shown(cell: &str) -> String {
    let mut short: String = cell.chars().take(CELL_SHOWN).collect();
    if short.len() < cell.len() {
        short.push('…');
    }
    format!("{short:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_problems_are_shown_and_the_rest_is_counted() {
        let mut faults = Faults::default();
        for line in 1..=25 {
            faults.add(line, 2, "found \"x\", expected a number");
        }
        let text = faults.to_string();
        assert!(text.starts_with("line 1, column 2: found"), "{text}");
        assert_eq!(text.lines().count(), SHOWN + 1);
        assert!(text.ends_with("and 5 more"));
        assert!(faults.or(()).is_err());
    }
}
