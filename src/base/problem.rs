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

/// What is demanded of the value at a path, whether or not it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Demanded {
    /// Path in the scene.
    pub path: String,
    /// In words, as in messages.
    pub expected: String,
    /// The unit; empty for pure numbers and for what is no number.
    pub unit: String,
    /// Least and greatest value, both of them accepted, where these are the bounds.
    pub bounds: Option<[f64; 2]>,
}

/// The problems found so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems {
    list: Vec<Problem>,
    /// Everything that was demanded, for those who ask.
    demanded: Option<Vec<Demanded>>,
}

impl Problems {
    /// Keeps what is demanded, too, so that a schema can tell of it.
    #[must_use]
    pub fn noting() -> Self {
        Self {
            list: Vec::new(),
            demanded: Some(Vec::new()),
        }
    }

    /// What was demanded, when it was to be kept.
    #[must_use]
    pub fn demanded(&self) -> &[Demanded] {
        self.demanded.as_deref().unwrap_or_default()
    }

    fn note(&mut self, path: &str, expected: &str, unit: &str, bounds: Option<[f64; 2]>) {
        if let Some(list) = &mut self.demanded {
            list.push(Demanded {
                path: path.to_owned(),
                expected: expected.to_owned(),
                unit: unit.trim().to_owned(),
                bounds,
            });
        }
    }

    /// Adds a problem at `path`.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.list.push(Problem {
            path: path.into(),
            message: message.into(),
        });
    }

    /// Adds a problem unless `holds`.
    pub fn require(&mut self, holds: bool, path: &str, found: impl fmt::Display, expected: &str) {
        self.note(path, expected, "", None);
        self.refuse(holds, path, found, expected);
    }

    fn refuse(&mut self, holds: bool, path: &str, found: impl fmt::Display, expected: &str) {
        if !holds {
            self.add(path, format!("found {found}, expected {expected}"));
        }
    }

    /// Demands a finite number within `[low, high]`.
    pub fn range(&mut self, path: &str, value: f64, low: f64, high: f64, unit: &str) {
        let (least, most) = (short(low), short(high));
        let expected = match (low == f64::NEG_INFINITY, high == f64::INFINITY) {
            (true, true) => format!("a finite number{unit}"),
            (false, true) => format!("a finite number ≥ {least}{unit}"),
            (true, false) => format!("a finite number ≤ {most}{unit}"),
            (false, false) => format!("a number in {least} … {most}{unit}"),
        };
        let holds = value.is_finite() && value >= low && value <= high;
        self.note(path, &expected, unit, Some([low, high]));
        self.refuse(holds, path, value, &expected);
    }

    /// Demands a finite number above zero.
    pub fn positive(&mut self, path: &str, value: f64, unit: &str) {
        let expected = format!("a finite number > 0{unit}");
        self.note(path, &expected, unit, None);
        self.refuse(value.is_finite() && value > 0.0, path, value, &expected);
    }

    /// Demands a text that files of lines and terminals can bear: no control characters, no line
    /// ends, at most 200 characters.
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
        let expected = match high {
            u64::MAX => format!("a whole number ≥ {low}"),
            high => format!("a whole number in {low} … {high}"),
        };
        let bounds = (high != u64::MAX).then_some([low as f64, high as f64]);
        self.note(path, &expected, "", bounds);
        self.refuse((low..=high).contains(&value), path, value, &expected);
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

/// A number in a message, by powers of ten where it would be long.
fn short(number: f64) -> String {
    let size = number.abs();
    match size == 0.0 || (1e-4..1e9).contains(&size) {
        true => number.to_string(),
        false => format!("{number:e}"),
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

/// A hint at the name that was probably meant, to stand behind a list of names; empty when none is
/// near.
#[must_use]
pub fn did_you_mean(found: &str, names: &[&str]) -> String {
    let nearest = names.iter().map(|own| (distance(found, own), *own)).min();
    match nearest {
        Some((steps, own)) if steps <= 1 + found.len() / 3 => format!("; did you mean `{own}`?"),
        _ => String::new(),
    }
}

/// Edit distance (Levenshtein, 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substitute = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

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
