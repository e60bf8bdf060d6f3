//! What differs between the texts of two scenes whose values are all spelled out.

use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::text::{TextIndex, parent};

/// A place of the scene whose value differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path; elements of lists that have names are told by these.
    pub path: String,
    /// The value in the first scene; `None` where it has none there.
    pub here: Option<String>,
    /// The value in the second.
    pub there: Option<String>,
}

/// A value of a text.
struct Value<'a> {
    text: &'a str,
    /// The value itself, or what stands before its brackets.
    head: &'a str,
}

/// The values of a text by their paths.
struct Values<'a> {
    /// Paths in the order of the text.
    order: Vec<String>,
    by_path: BTreeMap<String, Value<'a>>,
    /// The names of the elements of each list whose elements have some, in order.
    names: BTreeMap<String, Vec<&'a str>>,
}

impl<'a> Values<'a> {
    fn of(text: &'a str) -> Self {
        let index = TextIndex::scan(text);
        let mut own = Self {
            order: Vec::new(),
            by_path: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        let inner: BTreeSet<&str> = index
            .entries()
            .iter()
            .map(|own| parent(&own.path))
            .collect();
        // From paths with numbers to paths with names, outer before inner.
        let mut named: BTreeMap<&str, String> = BTreeMap::new();
        for entry in index.entries() {
            let outer = parent(&entry.path);
            let before = named.get(outer).cloned().unwrap_or_default();
            let step = &entry.path[outer.len()..];
            let name = index.find(&format!("{}.name", entry.path));
            let name = name.and_then(|name| text.get(name.value.clone()));
            let mut path = format!("{before}{step}");
            if let Some(name) = name.filter(|_| step.starts_with('[')) {
                own.names.entry(before.clone()).or_default().push(name);
                let by_name = format!("{before}[{name}]");
                // Of two elements of one name the second goes by its number.
                if !own.by_path.contains_key(&by_name) {
                    path = by_name;
                }
            }
            named.insert(&entry.path, path.clone());
            let whole = text.get(entry.value.clone()).unwrap_or_default();
            let is_leaf = !inner.contains(entry.path.as_str());
            let head = whole.split(['(', '[', '{']).next().unwrap_or_default();
            let value = Value {
                text: whole,
                head: if is_leaf { whole } else { head.trim() },
            };
            if !path.is_empty() && own.by_path.insert(path.clone(), value).is_none() {
                own.order.push(path);
            }
        }
        own
    }
}

/// The places at which two scenes differ, in the order of the first; of a value that is another
/// kind of thing, the outermost alone.
#[must_use]
pub fn changes(here: &str, there: &str) -> Vec<Change> {
    let (one, other) = (Values::of(here), Values::of(there));
    let mut found: Vec<Change> = Vec::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let within = |told: &BTreeSet<&str>, path: &str| {
        let mut outer = path;
        while !outer.is_empty() {
            outer = around(outer);
            if told.contains(outer) {
                return true;
            }
        }
        false
    };
    for path in one.order.iter().chain(&other.order) {
        if told.contains(path.as_str()) || within(&told, path) {
            continue;
        }
        let (a, b) = (one.by_path.get(path), other.by_path.get(path));
        let same = match (a, b) {
            (Some(a), Some(b)) => a.head == b.head,
            _ => false,
        };
        if !same {
            told.insert(path);
            let flat = |own: &Value| own.text.split_whitespace().collect::<Vec<_>>().join(" ");
            found.push(Change {
                path: path.clone(),
                here: a.map(flat),
                there: b.map(flat),
            });
        }
    }
    for (list, names) in &one.names {
        let others = other.names.get(list).map_or(&[][..], Vec::as_slice);
        let common = |own: &[&str], with: &[&str]| {
            let kept = own.iter().filter(|name| with.contains(name));
            kept.map(|name| (*name).to_owned()).collect::<Vec<String>>()
        };
        let (a, b) = (common(names, others), common(others, names));
        if a != b {
            found.push(Change {
                path: format!("{list} (order)"),
                here: Some(a.join(", ")),
                there: Some(b.join(", ")),
            });
        }
    }
    found
}

/// The path around a path that may have names in its brackets.
fn around(path: &str) -> &str {
    if path.ends_with("\"]")
        && let Some(at) = path.rfind("[\"")
    {
        return &path[..at];
    }
    parent(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(here: &str, there: &str) -> Vec<(String, String, String)> {
        let text = |own: Option<String>| own.unwrap_or_else(|| "–".to_owned());
        let list = changes(here, there).into_iter();
        list.map(|own| (own.path, text(own.here), text(own.there)))
            .collect()
    }

    fn one(path: &str, here: &str, there: &str) -> (String, String, String) {
        (path.to_owned(), here.to_owned(), there.to_owned())
    }

    #[test]
    fn values_are_compared_by_their_paths() {
        let here = r#"(seed: 1, a: [(name: "x", k: 1.0), (name: "y", k: 2.0)], u: ["p", "q"])"#;
        assert_eq!(told(here, here), []);
        let there = r#"(seed: 2, a: [(name: "y", k: 2.5)], u: ["p"], v: Some(b: 1))"#;
        assert_eq!(
            told(here, there),
            [
                one("seed", "1", "2"),
                one("a[\"x\"]", "(name: \"x\", k: 1.0)", "–"),
                one("a[\"y\"].k", "2.0", "2.5"),
                one("u[1]", "\"q\"", "–"),
                one("v", "–", "Some(b: 1)"),
            ]
        );
        let turned = r#"(seed: 1, a: [(name: "y", k: 2.0), (name: "x", k: 1.0)], u: ["p", "q"])"#;
        assert_eq!(
            told(here, turned),
            [one("a (order)", "\"x\", \"y\"", "\"y\", \"x\"")]
        );
    }

    #[test]
    fn another_kind_of_thing_is_told_once() {
        let here = "(m: Kuramoto(omega: 1.0, alpha: 0.0), n: None)";
        let there = "(m: Harmonic(omega: 1.0,\n gamma: 0.5), n: (b: 1, c: 2))";
        assert_eq!(
            told(here, there),
            [
                one(
                    "m",
                    "Kuramoto(omega: 1.0, alpha: 0.0)",
                    "Harmonic(omega: 1.0, gamma: 0.5)"
                ),
                one("n", "None", "(b: 1, c: 2)"),
            ]
        );
    }
}
