//! Problems of a scene: each names a path in the scene and says what was expected there.
//!
//! Rooms collect all problems of their part instead of stopping at the first, so that a person
//! mends a scene once. Where a path lies in the text is looked up later, by the loader.

use std::fmt;

/// One thing that is wrong with a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Path in the scene, for example `populations[1].count`.
    pub path: String,
    /// What was found and what was expected, with unit and range.
    pub message: String,
}

/// The problems found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// Adds a problem at `path`.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.list.push(Problem {
            path: path.into(),
            message: message.into(),
        });
    }

    /// Adds a problem unless `holds`.
    pub fn require(&mut self, holds: bool, path: &str, found: impl fmt::Display, expected: &str) {
        if !holds {
            self.add(path, format!("found {found}, expected {expected}"));
        }
    }

    /// Demands a finite number within `[low, high]`.
    pub fn range(&mut self, path: &str, value: f64, low: f64, high: f64, unit: &str) {
        let expected = match (low == f64::NEG_INFINITY, high == f64::INFINITY) {
            (true, true) => format!("a finite number{unit}"),
            (false, true) => format!("a finite number ≥ {low}{unit}"),
            (true, false) => format!("a finite number ≤ {high}{unit}"),
            (false, false) => format!("a number in {low} … {high}{unit}"),
        };
        let holds = value.is_finite() && value >= low && value <= high;
        self.require(holds, path, value, &expected);
    }

    /// Demands a finite number above zero.
    pub fn positive(&mut self, path: &str, value: f64, unit: &str) {
        self.require(
            value.is_finite() && value > 0.0,
            path,
            value,
            &format!("a finite number > 0{unit}"),
        );
    }

    /// Demands a text that files of lines and terminals can bear: no control characters, no line ends,
    /// at most 200 characters.
    pub fn plain_text(&mut self, path: &str, text: &str) {
        let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        if text.contains(breaks) {
            self.add(
                path,
                format!("found {text:?}, expected no control characters and no line ends"),
            );
        }
        let length = text.chars().count();
        if length > 200 {
            self.add(
                path,
                format!("found {length} characters, expected at most 200"),
            );
        }
    }

    /// Demands an integer within `[low, high]`.
    pub fn count(&mut self, path: &str, value: u64, low: u64, high: u64) {
        self.require(
            (low..=high).contains(&value),
            path,
            value,
            &format!("a whole number in {low} … {high}"),
        );
    }

    /// The problems in the order in which they were found.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// Whether none was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// The names of a list in a message; of a long one, the first.
#[must_use]
pub fn listed(names: &[&str]) -> String {
    match names.len().checked_sub(NAMES_SHOWN) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names[..NAMES_SHOWN].join(", ")),
    }
}

/// Names that a message lists at most.
const NAMES_SHOWN: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_refuse_what_is_not_a_number() {
        let mut problems = Problems::default();
        problems.range("a", f64::NAN, 0.0, 1.0, "");
        problems.range("b", 1.0, 0.0, 1.0, "");
        problems.positive("c", 0.0, " s");
        assert_eq!(problems.list().len(), 2);
        assert_eq!(
            problems.list()[1].message,
            "found 0, expected a finite number > 0 s"
        );
    }
}
