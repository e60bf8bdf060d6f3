//! Problems of a scene as a person reads them: file:line:column, path, expectation, caret.

use std::fmt::Write as _;

use thiserror::Error;

use crate::base::problem::did_you_mean;

use super::text::TextIndex;

/// A problem and its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// First byte of what is wrong.
    pub offset: usize,
    /// Bytes to underline; 0 when only the place is known.
    pub length: usize,
    /// Path in the scene.
    pub path: String,
    /// What was found and expected.
    pub message: String,
}

impl Trouble {
    /// A problem of a value, found by its path.
    #[must_use]
    pub fn at_path(index: &TextIndex, path: &str, message: &str) -> Self {
        let entry = index.nearest(path);
        let exact = entry.is_some_and(|entry| entry.path == path);
        Self {
            offset: entry.map_or(0, |entry| entry.value.start),
            length: match entry {
                Some(entry) if exact => entry.value.len(),
                _ => 0,
            },
            path: path.to_owned(),
            message: message.to_owned(),
        }
    }

    /// A problem that RON's parser found in the value of an entry.
    #[must_use]
    pub fn of_value(index: &TextIndex, offset: usize, path: &str, error: &ron::Error) -> Self {
        let mut trouble = Self::at_offset(offset, path.to_owned(), error);
        if trouble.length == 0
            && let Some(entry) = index.find(path)
        {
            trouble.offset = entry.value.start;
            trouble.length = entry.value.len();
        }
        trouble
    }

    /// A problem that RON's parser found.
    #[must_use]
    pub fn at_offset(offset: usize, path: String, error: &ron::Error) -> Self {
        let length = match error {
            ron::Error::NoSuchStructField { found, .. }
            | ron::Error::NoSuchEnumVariant { found, .. } => found.len(),
            _ => 0,
        };
        Self {
            offset,
            length,
            path,
            message: explain(error),
        }
    }
}

fn explain(error: &ron::Error) -> String {
    match error {
        ron::Error::NoSuchStructField {
            expected, found, ..
        } => suggest("field", found, expected),
        ron::Error::NoSuchEnumVariant {
            expected, found, ..
        } => suggest("variant", found, expected),
        ron::Error::MissingStructField { field, .. } => {
            format!("field `{field}` is missing, expected it here")
        }
        ron::Error::DuplicateStructField { field, .. } => {
            format!("field `{field}` is given twice, expected once")
        }
        ron::Error::InvalidValueForType { expected, found } => {
            format!("found {found}, expected {expected}")
        }
        ron::Error::ExpectedFloat => "expected a number".to_owned(),
        ron::Error::ExpectedInteger => "expected a whole number".to_owned(),
        ron::Error::ExpectedBoolean => "expected true or false".to_owned(),
        ron::Error::ExpectedString => "expected a text in double quotes".to_owned(),
        ron::Error::ExpectedArray => "expected a list in square brackets".to_owned(),
        ron::Error::IntegerOutOfBounds => "the whole number is out of its range".to_owned(),
        ron::Error::ExpectedStructLike | ron::Error::ExpectedNamedStructLike(_) => {
            "expected fields in round brackets".to_owned()
        }
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            match letters.next() {
                Some(first) => first.to_lowercase().chain(letters).collect(),
                None => text,
            }
        }
    }
}

fn suggest(kind: &str, found: &str, expected: &[&str]) -> String {
    let (list, hint) = (expected.join(", "), did_you_mean(found, expected));
    format!("no {kind} `{found}`, expected one of {list}{hint}")
}

/// Why there is no scene.
#[derive(Debug, Error)]
pub enum SceneError {
    /// The file cannot be read.
    #[error("cannot read the scene {source_name}: {reason}")]
    Unreadable {
        /// The file.
        source_name: String,
        /// Why.
        reason: String,
    },
    /// There is neither a file nor a scene of the program with this name.
    #[error("no scene {name:?}: it is no file here, and none of the program{hint}")]
    NoSuch {
        /// The name.
        name: String,
        /// What was probably meant.
        hint: String,
    },
    /// A run folder in the place of a scene.
    #[error(
        "{0} is a run folder and no scene: `phantom open {0}` shows the run, `phantom replay {0}` \
         goes through it, `phantom verify {0}` runs it again and compares, `phantom run \
         {0}/scene.resolved.ron` runs its scene anew"
    )]
    RunFolder(String),
    /// An override does not fit the scene.
    #[error("--set {path}={value}: {message}")]
    Override {
        /// The path.
        path: String,
        /// The value.
        value: String,
        /// What was expected.
        message: String,
    },
    /// The scene is wrong; the text lists everything.
    #[error("{0}")]
    Invalid(String),
}

impl SceneError {
    /// The troubles of a text, in the order in which they stand in it; of many, the first
    /// [`SHOWN_MAX`].
    #[must_use]
    pub fn invalid(source: &str, text: &str, mut troubles: Vec<Trouble>) -> Self {
        troubles.sort_by_key(|trouble| trouble.offset);
        let mut out = String::new();
        for trouble in troubles.iter().take(SHOWN_MAX) {
            show(&mut out, source, text, trouble);
        }
        let count = troubles.len();
        if count > SHOWN_MAX {
            let _ = writeln!(out, "and {} more\n", count - SHOWN_MAX);
        }
        let noun = if count == 1 { "problem" } else { "problems" };
        let _ = write!(out, "{source}: {count} {noun}, nothing was run");
        Self::Invalid(out)
    }
}

/// Problems that are shown at most.
pub const SHOWN_MAX: usize = 20;
/// Characters of a line that are shown before a problem, and from there on.
const SHOWN_BEFORE: usize = 160;
const SHOWN_FROM: usize = 160;
/// Characters of a message that are shown at most.
const MESSAGE_MAX: usize = 2_000;

fn show(out: &mut String, source: &str, text: &str, trouble: &Trouble) {
    let offset = trouble.offset.min(text.len());
    let before = &text[..offset];
    let line_number = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or("");
    let column = text[line_start..offset].chars().count() + 1;
    let path = if trouble.path.is_empty() {
        "scene"
    } else {
        &trouble.path
    };
    // Of a long line, the part around the problem.
    let skipped = match column - 1 > SHOWN_BEFORE {
        true => column - 1 - SHOWN_BEFORE,
        false => 0,
    };
    let kept = SHOWN_FROM + column - 1 - skipped;
    let part: String = line.chars().skip(skipped).take(kept).map(plain).collect();
    let more = line.chars().nth(skipped + kept).is_some();
    let (head, tail) = (
        if skipped > 0 { "…" } else { "" },
        if more { "…" } else { "" },
    );
    let rest = line.len().saturating_sub(offset - line_start);
    let marked = trouble.length.min(rest);
    let carets = text[offset..offset + marked].chars().count();
    let carets = carets.clamp(1, SHOWN_FROM);
    let gutter = " ".repeat(line_number.to_string().len());
    let message: String = trouble.message.chars().take(MESSAGE_MAX).collect();
    let _ = writeln!(out, "error: {path}: {message}");
    let _ = writeln!(out, "{gutter}--> {source}:{line_number}:{column}");
    let _ = writeln!(out, "{line_number} | {head}{part}{tail}");
    let indent = " ".repeat(column - 1 - skipped + head.chars().count());
    let _ = writeln!(out, "{gutter} | {indent}{}\n", "^".repeat(carets));
}

/// A character as a terminal bears it; a tab keeps its place under the carets as a blank.
fn plain(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}
