//! From text to a scene, or to all of its problems at once.
//!
//! The text is overridden, then brought to the current version, then read.
//!
//! RON's parser stops at its first error. To find the others, the entry that holds the error is
//! blanked out and the text is parsed again, until it parses or the error is one of syntax. What
//! parses is then judged by `Scene::validate`.

use std::collections::BTreeSet;
use std::path::Path;

use ron::error::SpannedError;
use ron::extensions::Extensions;

use crate::base::Problems;
use crate::base::problem::did_you_mean;

use super::files::{FileAccess, SCENE_BYTES_MAX, read_plain};
use super::migrate::{Migrated, migrate};
use super::overrides;
use super::parameters::live_parameters;
use super::parts::Parts;
use super::report::{SHOWN_MAX, SceneError, Trouble};
use super::scene::{SCENE_VERSION, Scene};
use super::shipped;
use super::text::{TextIndex, parent};
use super::validate::Known;

/// Entries that are blanked out at most, one after the other: as many as problems are shown.
const ROUNDS: usize = SHOWN_MAX + 1;
/// Bytes that are parsed at most in all rounds.
const BYTES_PARSED: usize = 2_000_000;

/// A scene with the text it came from.
#[derive(Clone, Debug)]
pub struct LoadedScene {
    /// The scene.
    pub scene: Scene,
    /// Its text, with overrides applied and of the current version.
    pub text: String,
    /// What was rewritten to make it so, one line each; empty when it was of that version.
    pub notes: Vec<String>,
    /// Where it came from, for messages.
    pub source: String,
    /// The files that it may read.
    pub files: FileAccess,
    /// The parts of the program that it may name.
    pub parts: Parts,
}

impl LoadedScene {
    /// Where it came from, in front of a line and column of its text.
    #[must_use]
    pub fn shown_source(&self) -> String {
        shown_source(&self.source, &self.notes)
    }
}

/// Lines and columns of a text that was rewritten are not those of the file.
fn shown_source(source: &str, notes: &[String]) -> String {
    match notes.is_empty() {
        true => source.to_owned(),
        false => format!("{source} (as version {SCENE_VERSION})"),
    }
}

/// The RON dialect of scenes: `Pid(kp: 1.0)` for `Pid((kp: 1.0))`, `3` for
/// `VertexId(3)`, and `1.0` for `Some(1.0)`.
#[must_use]
pub fn dialect() -> ron::Options {
    ron::Options::default()
        .with_default_extension(Extensions::UNWRAP_NEWTYPES)
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES)
        .with_default_extension(Extensions::IMPLICIT_SOME)
}

/// Reads a scene file for the program's own parts, as [`Parts::load`].
///
/// # Errors
/// When the file cannot be read, or with all problems of the scene.
pub fn load(path: &Path, sets: &[(String, String)]) -> Result<LoadedScene, SceneError> {
    Parts::default().load(path, sets)
}

/// Reads a scene from text for the program's own parts, as [`Parts::parse`].
///
/// # Errors
/// With all problems of the scene.
pub fn parse(
    text: &str,
    source: &str,
    directory: &Path,
    sets: &[(String, String)],
) -> Result<LoadedScene, SceneError> {
    Parts::default().parse(text, source, directory, sets)
}

impl Parts {
    /// Reads a scene file and applies overrides of the form `path=value`. A bare name without an
    /// ending that is no file is that of a scene of the program.
    ///
    /// # Errors
    /// When the file cannot be read, there is no such scene, or with all problems of the scene.
    pub fn load(&self, path: &Path, sets: &[(String, String)]) -> Result<LoadedScene, SceneError> {
        let source = path.display().to_string();
        if !path.exists()
            && let Some(name) = bare_name(path)
        {
            return self.load_shipped(name, sets);
        }
        if path.join(RUN_MANIFEST).is_file() {
            return Err(SceneError::RunFolder(source));
        }
        let text = read_plain(path, SCENE_BYTES_MAX)
            .and_then(|bytes| {
                String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())
            })
            .map_err(|reason| SceneError::Unreadable {
                source_name: source.clone(),
                reason,
            })?;
        let directory = path.parent().map(Path::to_path_buf).unwrap_or_default();
        self.parse(&text, &source, &directory, sets)
    }

    /// Reads a scene of the program by its name.
    ///
    /// # Errors
    /// When there is none of that name, or with all problems of the scene with these changes.
    pub fn load_shipped(
        &self,
        name: &str,
        sets: &[(String, String)],
    ) -> Result<LoadedScene, SceneError> {
        let Some(own) = shipped::scene(name) else {
            return Err(SceneError::NoSuch {
                name: name.to_owned(),
                hint: did_you_mean(name, &shipped::names()),
            });
        };
        let source = format!("{name} (comes with the program)");
        let mut loaded = self.parse(own.text, &source, Path::new(""), sets)?;
        loaded.files.is_shipped = true;
        Ok(loaded)
    }

    /// Reads a scene from text.
    ///
    /// # Errors
    /// With all problems of the scene.
    pub fn parse(
        &self,
        text: &str,
        source: &str,
        directory: &Path,
        sets: &[(String, String)],
    ) -> Result<LoadedScene, SceneError> {
        if let Some(fault) = self.faults().first() {
            return Err(SceneError::Invalid(format!(
                "this program's parts: {fault}"
            )));
        }
        // A byte order mark is no part of the scene.
        let mut text = text.trim_start_matches('\u{feff}').to_owned();
        for (path, value) in sets {
            text =
                overrides::apply(&text, path, value).map_err(|message| SceneError::Override {
                    path: path.clone(),
                    value: value.clone(),
                    message,
                })?;
        }
        // Only now: what the overrides name are places in the text as it was written.
        let Migrated { text, notes } = migrate(&text).map_err(|message| {
            let index = TextIndex::scan(&text);
            let trouble = Trouble::at_path(&index, "version", &message);
            SceneError::invalid(source, &text, vec![trouble])
        })?;
        let Recovered {
            scene,
            mut troubles,
            blanked,
        } = self.models.while_reading(|| recover(&text));
        let index = TextIndex::scan(&text);
        if let Some(scene) = &scene {
            let known: BTreeSet<String> = troubles.iter().map(|t| t.path.clone()).collect();
            let (live, metrics) = (live_parameters(scene, self), self.metrics_of(scene));
            let mut judged = Problems::default();
            let known_parts = Known {
                live: &live,
                metrics: &metrics,
                parts: self,
            };
            scene.validate(&mut judged, &known_parts);
            for problem in judged.list() {
                let (path, message) = (&problem.path, &problem.message);
                if !known.contains(path) && !follows(path, message, &blanked) {
                    troubles.push(Trouble::at_path(&index, path, message));
                }
            }
        }
        match scene {
            Some(scene) if troubles.is_empty() => Ok(LoadedScene {
                scene,
                text,
                source: source.to_owned(),
                files: FileAccess::new(directory, sets),
                parts: self.clone(),
                notes,
            }),
            _ => {
                let shown = shown_source(source, &notes);
                Err(SceneError::invalid(&shown, &text, troubles))
            }
        }
    }
}

/// The file by which a run folder is known.
const RUN_MANIFEST: &str = "manifest.json";

/// The name that a path is, when it names no folder and has no ending.
#[must_use]
pub fn bare_name(path: &Path) -> Option<&str> {
    let name = path.to_str()?;
    let is_bare = !name.is_empty() && !name.contains(['/', '\\', '.']);
    is_bare.then_some(name)
}

/// What could be made of a text.
struct Recovered {
    scene: Option<Scene>,
    troubles: Vec<Trouble>,
    /// Paths of the entries that were left out.
    blanked: Vec<String>,
}

/// Whether a problem only follows from an entry that was left out: a name without its bearer, or a
/// list without an element of it.
fn follows(path: &str, message: &str, blanked: &[String]) -> bool {
    let element = |own: &str| {
        own.strip_prefix(path)
            .is_some_and(|own| own.starts_with('['))
    };
    if blanked.iter().any(|own| element(own)) {
        return true;
    }
    let lost = |part: &str| blanked.iter().any(|path| path.starts_with(part));
    (lost("sensors") && (message.contains("no sensor")))
        || (lost("populations") && message.contains("no population is named"))
}

/// Parses, blanking out one faulty entry after the other.
fn recover(text: &str) -> Recovered {
    let mut troubles = Vec::new();
    let mut blanked = Vec::new();
    let scene = blank_until_it_parses(text, &mut troubles, &mut blanked);
    Recovered {
        scene,
        troubles,
        blanked,
    }
}

fn blank_until_it_parses(
    text: &str,
    troubles: &mut Vec<Trouble>,
    blanked: &mut Vec<String>,
) -> Option<Scene> {
    let mut working = text.to_owned();
    // In a large text each round takes long, and the first problem has to do.
    let rounds = (BYTES_PARSED / text.len().max(1)).clamp(1, ROUNDS);
    for _ in 0..rounds {
        let error = match dialect().from_str::<Scene>(&working) {
            Ok(scene) => return Some(scene),
            Err(error) => error,
        };
        let index = TextIndex::scan(&working);
        let offset = locate(&working, &index, &error);
        let Some(entry) = index.innermost(offset) else {
            troubles.push(Trouble::at_offset(offset, String::new(), &error.code));
            return None;
        };
        let mut path = entry.path.clone();
        if let ron::Error::MissingStructField { field, .. } = &error.code {
            let lost = blanked.iter().any(|b| {
                parent(b) == path && b.strip_prefix(&path).is_some_and(|f| f.ends_with(field))
            });
            if !lost {
                troubles.push(Trouble::at_offset(offset, path.clone(), &error.code));
            }
        } else {
            if !is_about_value(&error.code) {
                troubles.push(Trouble::at_offset(offset, path, &error.code));
                return None;
            }
            troubles.push(Trouble::of_value(&index, offset, &path, &error.code));
        }
        // The whole scene cannot be blanked: an error at its top level ends the search.
        if path.is_empty() {
            return None;
        }
        let whole = index.find(&path)?.whole.clone();
        blank(&mut working, whole);
        blanked.push(std::mem::take(&mut path));
    }
    None
}

/// Whether an error is about what a value is, so that the rest of the text can still be judged.
fn is_about_value(error: &ron::Error) -> bool {
    use ron::Error as E;
    matches!(
        error,
        E::NoSuchStructField { .. }
            | E::NoSuchEnumVariant { .. }
            | E::InvalidValueForType { .. }
            | E::DuplicateStructField { .. }
            | E::ExpectedDifferentLength { .. }
            | E::ExpectedBoolean
            | E::ExpectedFloat
            | E::ExpectedInteger
            | E::ExpectedString
            | E::ExpectedArray
            | E::ExpectedMap
            | E::ExpectedOption
            | E::ExpectedUnit
            | E::ExpectedStructLike
            | E::ExpectedNamedStructLike(_)
            | E::ExpectedDifferentStructName { .. }
            | E::IntegerOutOfBounds
            | E::InvalidIntegerDigit { .. }
            | E::Message(_)
    )
}

/// The byte that an error is about. RON points behind a value; the value's own start is meant.
fn locate(text: &str, index: &TextIndex, error: &SpannedError) -> usize {
    let start = byte_offset(text, error.span.start.line, error.span.start.col);
    let end = byte_offset(text, error.span.end.line, error.span.end.col);
    let name = match &error.code {
        ron::Error::NoSuchStructField { found, .. }
        | ron::Error::NoSuchEnumVariant { found, .. } => Some(found.as_str()),
        ron::Error::DuplicateStructField { field, .. } => Some(*field),
        _ => None,
    };
    if let Some(found) = name.and_then(|name| text[..end.min(text.len())].rfind(name)) {
        return found;
    }
    if matches!(error.code, ron::Error::MissingStructField { .. }) {
        return index
            .innermost(end)
            .map_or(start, |entry| entry.value.start);
    }
    start
}

fn byte_offset(text: &str, line: usize, column: usize) -> usize {
    let mut offset = 0;
    for (number, content) in text.split_inclusive('\n').enumerate() {
        if number + 1 == line {
            let within = content
                .char_indices()
                .nth(column.saturating_sub(1))
                .map_or(content.len(), |(at, _)| at);
            return offset + within;
        }
        offset += content.len();
    }
    text.len()
}

/// Overwrites an entry, and the comma behind it, with spaces.
fn blank(text: &mut String, whole: std::ops::Range<usize>) {
    let behind = text[whole.end..].find(|c: char| !c.is_whitespace());
    let end = match behind {
        Some(at) if text[whole.end + at..].starts_with(',') => whole.end + at + 1,
        _ => whole.end,
    };
    let blanks: String = text[whole.start..end]
        .bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect();
    text.replace_range(whole.start..end, &blanks);
}
