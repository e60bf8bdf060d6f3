//! Texts of version 1 rewritten as version 2: what does not change stays byte for byte, comments
//! and layout among it.
//!
//! ```text
//! Set(path: "x", value: 1.0, at_s: 5.0)   ─►   At(at_s: 5.0, then: [Set(path: "x", value: 1.0)])
//! model: Own(name: "neuron")              ─►   model: Custom(name: "neuron")
//! ```
//!
//! Nothing is judged here. What is wrong in the old text is wrong in the new one, where the parser
//! finds it.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::text::{Entry, TextIndex, skip_blank};

/// Changes of a kind that are told one by one; more are counted.
const TOLD_MAX: usize = 5;

/// A scene's text brought to the current version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The text.
    pub text: String,
    /// What was changed, one line each; empty when the text is of the current version.
    pub notes: Vec<String>,
}

/// Rewrites a text of version 1 as version 2. Any other text, of another version or no scene at
/// all, comes back as it is.
///
/// # Errors
/// When a text of version 1 is so far from RON that rewriting it would lose entries.
pub fn migrate(text: &str) -> Result<Migrated, String> {
    let unchanged = || Migrated {
        text: text.to_owned(),
        notes: Vec::new(),
    };
    let body = text.trim_start_matches('\u{feff}');
    if is_plainly_current(body) {
        return Ok(unchanged());
    }
    let index = TextIndex::scan(body);
    let version = index.find("version");
    let Some(version) = version.filter(|own| read::<u32>(body, own) == Some(1)) else {
        return Ok(unchanged());
    };
    let mut changes = Changes::of(body, &index, "");
    let mut notes = vec!["version 1 read as 2".to_owned()];
    notes.extend(changes.notes());
    notes.extend(changes.follow_in_ci(body, &index));
    changes.edit(version.value.clone(), "2");
    let rewritten = apply(body, changes.edits).filter(|new| {
        let index = TextIndex::scan(new);
        let version = index.find("version");
        version.is_some_and(|own| read::<u32>(new, own) == Some(2))
    });
    let rewritten = rewritten.ok_or(
        "found 1 in a text that cannot be rewritten as version 2, expected RON of version 1 or 2",
    )?;
    let mark = &text[..text.len() - body.len()];
    Ok(Migrated {
        text: format!("{mark}{rewritten}"),
        notes,
    })
}

/// Whether it takes no index to see that a text is not of version 1.
fn is_plainly_current(text: &str) -> bool {
    let mut found = text.match_indices("version");
    found.all(|(at, word)| {
        let behind = text[at + word.len()..].trim_start().strip_prefix(':');
        behind.is_some_and(|value| value.trim_start().starts_with('2'))
    })
}

/// The value of an entry.
fn read<T: DeserializeOwned>(text: &str, entry: &Entry) -> Option<T> {
    ron::from_str(text.get(entry.value.clone())?).ok()
}

/// A text with parts of it replaced; deletions may overlap.
fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> Option<String> {
    edits.sort_by_key(|(range, _)| range.start);
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (range, new) in edits {
        out.push_str(text.get(at..range.start.max(at))?);
        out.push_str(&new);
        at = at.max(range.end);
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// What is to be changed in a text.
#[derive(Default)]
struct Changes {
    edits: Vec<(Range<usize>, String)>,
    /// Entries of the schedule that become the one action of an `At`: number and variant.
    wrapped: Vec<(usize, String)>,
    /// Populations whose model gets its new name.
    renamed: Vec<usize>,
}

impl Changes {
    /// What is to be changed in a text that stands at the path `base` of a scene.
    fn of(text: &str, index: &TextIndex, base: &str) -> Self {
        let mut own = Self::default();
        let mut done = 0;
        for (k, entry) in index.entries().iter().enumerate() {
            if entry.value.start < done {
                continue;
            }
            let path = join(base, &entry.path);
            if let Some(number) = element(&path, "schedule", "]") {
                if own.wrap(text, entry, &index.entries()[k + 1..], number) {
                    done = entry.value.end;
                }
            } else if let Some(number) = element(&path, "populations", "].model") {
                let name = variant(text, entry);
                if text.get(name.clone()) == Some("Own") {
                    own.edit(name, "Custom");
                    own.renamed.push(number);
                }
            }
        }
        own
    }

    fn edit(&mut self, range: Range<usize>, new: impl Into<String>) {
        self.edits.push((range, new.into()));
    }

    /// Makes an entry of the schedule the action of an `At`, unless it has that form already.
    /// `behind` are the entries that follow it in the index.
    fn wrap(&mut self, text: &str, entry: &Entry, behind: &[Entry], number: usize) -> bool {
        let (Some(value), Some(name)) = (
            text.get(entry.value.clone()),
            text.get(variant(text, entry)),
        ) else {
            return false;
        };
        let inner = behind
            .iter()
            .take_while(|own| own.whole.start < entry.value.end);
        let inner: Vec<&Entry> = inner.collect();
        // A text that is an entry itself has the empty path.
        let at = join(&entry.path, "at_s");
        let time = |own: &&&Entry| own.path == at;
        let times: Vec<&&Entry> = inner.iter().filter(time).collect();
        // A misspelt variant is wrapped, too, so that the parser names those that it may be.
        let is_action = match name {
            "Set" | "Edge" | "Kick" => true,
            "" | "Ramp" | "At" => false,
            _ => !times.is_empty(),
        };
        if !is_action || !(value.ends_with(')') || value.ends_with(name)) {
            return false;
        }
        let mut head = "At(".to_owned();
        for own in times {
            let before = inner.iter().map(|other| other.whole.end);
            let before = before.filter(|end| *end <= own.whole.start).max();
            for cut in cuts(text, &own.whole, before) {
                self.edit(cut, "");
            }
            head.push_str(text.get(own.whole.clone()).unwrap_or_default());
            head.push_str(", ");
        }
        head.push_str("then: [");
        self.edit(entry.value.start..entry.value.start, head);
        self.edit(entry.value.end..entry.value.end, "])");
        self.wrapped.push((number, name.to_owned()));
        true
    }

    fn notes(&self) -> Vec<String> {
        let form = |name: &str| format!("{name}(… at_s) is now At(at_s, then: [{name}(…)])");
        let model = "Own is now Custom";
        let mut notes = Vec::new();
        match self.wrapped.len() {
            ..=TOLD_MAX => {
                let list = self.wrapped.iter();
                notes.extend(list.map(|(k, name)| format!("schedule[{k}]: {}", form(name))));
            }
            count => notes.push(format!("{count} entries of schedule: {}", form("X"))),
        }
        match self.renamed.len() {
            ..=TOLD_MAX => {
                let list = self.renamed.iter();
                notes.extend(list.map(|k| format!("populations[{k}].model: {model}")));
            }
            count => notes.push(format!("{count} models of populations: {model}")),
        }
        notes
    }

    /// Overrides in `ci.set` hold parts of a scene as texts, and paths into its schedule.
    fn follow_in_ci(&mut self, text: &str, index: &TextIndex) -> Vec<String> {
        let mut notes = Vec::new();
        for entry in index.entries() {
            let Some(key) = entry.path.strip_prefix("ci.set.") else {
                continue;
            };
            let Some(part) = read::<String>(text, entry) else {
                continue;
            };
            let inner = Self::of(&part, &TextIndex::scan(&part), key);
            if !inner.edits.is_empty()
                && let Some(new) = apply(&part, inner.edits)
            {
                self.edit(entry.value.clone(), format!("{new:?}"));
                notes.push(format!("ci.set: the value for {key} likewise"));
            }
            if let Some((head, field)) = key.split_once("].")
                && let Some(number) = element(&format!("{head}]"), "schedule", "]")
                && field != "at_s"
                && self.wrapped.iter().any(|(own, _)| *own == number)
                && let Some(written) = text.get(entry.whole.start..entry.value.start)
                && let Some(at) = written.find("].")
            {
                let at = entry.whole.start + at + 2;
                self.edit(at..at, "then[0].");
                notes.push(format!("ci.set: {key} is now {head}].then[0].{field}"));
            }
        }
        notes
    }
}

/// The path of what stands at `path` within what stands at `base`.
fn join<'a>(base: &'a str, path: &'a str) -> Cow<'a, str> {
    match (base.is_empty(), path.is_empty()) {
        (true, _) => path.into(),
        (_, true) => base.into(),
        _ if path.starts_with('[') => format!("{base}{path}").into(),
        _ => format!("{base}.{path}").into(),
    }
}

/// The number of an element of `list`, when the path is that of the element and `tail`.
fn element(path: &str, list: &str, tail: &str) -> Option<usize> {
    let number = path.strip_prefix(list)?.strip_prefix('[')?;
    number.strip_suffix(tail)?.parse().ok()
}

/// Where the variant is named that a value is of, without the mark of a raw name.
fn variant(text: &str, entry: &Entry) -> Range<usize> {
    let value = text.get(entry.value.clone()).unwrap_or_default();
    let word = value.strip_prefix("r#").unwrap_or(value);
    let length = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let start = entry.value.start + value.len() - word.len();
    start..start + length.unwrap_or(word.len())
}

/// What goes when a field does: its comma, and its line when it has one to itself. `before` is
/// where the field before it ends. No cut joins what follows to a comment of a line.
fn cuts(text: &str, field: &Range<usize>, before: Option<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let is_at = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    let is_blank = |at: usize| is_at(at, b' ') || is_at(at, b'\t');
    let only_blank = |range: Range<usize>| {
        bytes
            .get(range)
            .is_some_and(|part| part.trim_ascii().is_empty())
    };
    let comma = Some(skip_blank(text, field.end)).filter(|at| is_at(*at, b','));
    if let Some(at) = comma.filter(|at| !only_blank(field.end..*at)) {
        return vec![field.clone(), at..at + 1];
    }
    let mut start = field.start;
    while start > 0 && is_blank(start - 1) {
        start -= 1;
    }
    let mut end = comma.map_or(field.end, |at| at + 1);
    while is_blank(end) {
        end += 1;
    }
    let ends_line = match bytes.get(end..) {
        Some([b'\n', ..]) => Some(end + 1),
        Some([b'\r', b'\n', ..]) => Some(end + 2),
        _ => None,
    };
    let begins_line = start > 0 && is_at(start - 1, b'\n');
    let cut = match ends_line {
        Some(next) if begins_line => start..next,
        Some(_) => start..end,
        None if is_at(end, b')') => {
            let comma_before = before.map(|at| skip_blank(text, at));
            let comma_before = comma_before.filter(|at| {
                comma.is_none() && is_at(*at, b',') && only_blank(at + 1..field.start)
            });
            let start = if begins_line { field.start } else { start };
            comma_before.unwrap_or(start)..end
        }
        None => field.start..end,
    };
    vec![cut]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of one entry of a schedule.
    fn entry(old: &str) -> String {
        let new = migrate(&format!("(version: 1, schedule: [{old}])"))
            .unwrap()
            .text;
        let inner = new.strip_prefix("(version: 2, schedule: [").unwrap();
        inner.strip_suffix("])").unwrap().to_owned()
    }

    #[test]
    fn no_field_is_lost_to_a_comment() {
        let cases = [
            ("Set(a: 1, // b,\n at_s: 2)", "Set(a: 1, // b,\n )"),
            ("Set( // b,\n at_s: 2)", "Set( // b,\n )"),
            ("Set(a: 1 // b\n , at_s: 2)", "Set(a: 1 // b\n )"),
            ("Set(a: 1,\n at_s: 2)", "Set(a: 1)"),
            ("Set(at_s: 2, // b\n a: 1)", "Set(// b\n a: 1)"),
            ("Set(at_s: 2)", "Set()"),
        ];
        for (old, new) in cases {
            assert_eq!(entry(old), format!("At(at_s: 2, then: [{new}])"));
        }
        let late = "Set(a: 1, at_s: 2 /* b, */ , c: 3)";
        let expected = "At(at_s: 2, then: [Set(a: 1,  /* b, */  c: 3)])";
        assert_eq!(entry(late), expected);
    }

    #[test]
    fn mistakes_are_left_to_the_parser() {
        assert_eq!(entry("Kick(first: 1)"), "At(then: [Kick(first: 1)])");
        assert_eq!(entry("Kick"), "At(then: [Kick])");
        assert_eq!(entry("Kik(at_s: 1)"), "At(at_s: 1, then: [Kik()])");
        for same in ["Kik(first: 1)", "At(at_s: 1, then: [])", "Ramp(at_s: 1)"] {
            assert_eq!(entry(same), same);
        }
        for same in [
            "",
            "hello",
            "(version: 3, schedule: [Set(at_s: 1)])",
            "version: 1",
        ] {
            assert_eq!(migrate(same).unwrap().text, same);
        }
        let told = migrate("(schedule: [Set(/at_s: 1/)], version: 1)").unwrap_err();
        assert!(told.contains("cannot be rewritten as version 2"), "{told}");
    }
}
