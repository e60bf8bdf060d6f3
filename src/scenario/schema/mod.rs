//! The schema of scenes: every path with type, unit, range, default and meaning.
//!
//! Nothing is spelled twice: types, defaults and meanings are those of the rooms' own specs, units
//! and ranges those that the checks of scenes demand, noted while sample scenes are judged.

mod node;
mod sample;

use serde::Serialize;
use serde_json::Value;

use crate::base::problem::Demanded;
use crate::registry::Bounds;

use super::parts::Parts;

use node::{Form, Node, help_of, raw};
use sample::demands;
pub use sample::unnumbered;

/// One path of a scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SchemaRow {
    /// The path; `[]` stands for an element of a list, `*` for a name.
    pub path: String,
    /// The variants on the way that have it, from the outside in; empty where every scene has it.
    pub of: Vec<String>,
    /// What stands there.
    #[serde(rename = "type")]
    pub kind: String,
    /// The unit; empty for pure numbers and for what is no number.
    pub unit: String,
    /// What is accepted, in words; empty where the type says it.
    pub range: String,
    /// Least and greatest value, where both are accepted.
    pub bounds: Option<[f64; 2]>,
    /// The value where a scene gives none, as JSON; `null` for none.
    pub default: Option<Value>,
    /// Whether a scene must give it.
    pub required: bool,
    /// What it means.
    pub help: String,
}

impl SchemaRow {
    /// Adds what is demanded of the value. Where several demands are known, which of them holds
    /// depends on other values of the scene.
    fn demand(&mut self, demanded: Demanded) {
        if self.unit.is_empty() {
            self.unit = demanded.unit;
        }
        let is_switch = self.kind.starts_with("true");
        let mut expected = demanded.expected;
        if self.kind.starts_with("list") {
            // What is counted are the elements.
            expected = match expected.strip_prefix("a whole number in ") {
                Some(count) => format!("{count} elements"),
                None => expected,
            };
        }
        if expected.is_empty() || is_switch || self.range.contains(&expected) {
            return;
        }
        if self.range.is_empty() {
            (self.range, self.bounds) = (expected, demanded.bounds);
        } else {
            self.range = format!("{}, or {expected}, by other values", self.range);
            self.bounds = None;
        }
    }
}

/// Every path of a scene for a program with these parts, in the order of names.
#[must_use]
pub fn schema(parts: &Parts) -> Vec<SchemaRow> {
    let raw = raw();
    let mut rows = Vec::new();
    walk(Node::root(&raw), "", &mut Vec::new(), &mut rows);
    for (key, demanded) in demands(&raw, parts) {
        let mut known = rows.iter_mut();
        if let Some(row) = known.find(|row| row.path == key.0 && row.of == key.1) {
            row.demand(demanded);
        }
    }
    rows.extend(custom_rows(parts));
    rows
}

fn walk(node: Node, path: &str, of: &mut Vec<String>, rows: &mut Vec<SchemaRow>) {
    let node = node.resolved();
    match node.form() {
        Form::Fields(fields, required) => {
            for (name, field) in fields {
                let path = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                let field = node.child(field);
                rows.push(SchemaRow {
                    path: path.clone(),
                    of: of.clone(),
                    kind: field.words(),
                    default: field.value.get("default").cloned(),
                    required: required.contains(&name.as_str()),
                    help: help_of(field),
                    ..SchemaRow::default()
                });
                walk(field, &path, of, rows);
            }
        }
        Form::List(element) => walk(element, &format!("{path}[]"), of, rows),
        Form::Named(element) => walk(element, &format!("{path}.*"), of, rows),
        Form::Variants(list) => {
            for own in list {
                let Some(held) = own.held else {
                    continue;
                };
                of.push(own.name);
                if !matches!(held.resolved().form(), Form::Fields(..)) {
                    // What stands in the brackets of a variant without fields.
                    rows.push(SchemaRow {
                        path: path.to_owned(),
                        of: of.clone(),
                        kind: held.words(),
                        required: true,
                        help: own.help,
                        ..SchemaRow::default()
                    });
                }
                walk(held, path, of, rows);
                of.pop();
            }
        }
        Form::Plain => {}
    }
}

/// The built-in choices at a path, with what each means.
#[must_use]
pub fn choices(path: &str) -> Vec<(String, String)> {
    let raw = raw();
    let mut node = Node::root(&raw).resolved();
    for name in path.split('.') {
        let (name, is_list) = match name.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let Form::Fields(fields, _) = node.form() else {
            return Vec::new();
        };
        let Some(field) = fields.get(name) else {
            return Vec::new();
        };
        node = node.child(field).resolved();
        if let (true, Form::List(element)) = (is_list, node.form()) {
            node = element.resolved();
        }
    }
    match node.form() {
        Form::Variants(list) => list.into_iter().map(|own| (own.name, own.help)).collect(),
        _ => Vec::new(),
    }
}

/// Where scenes name the parts of a kind.
#[must_use]
pub fn place_of(kind: &str) -> &'static str {
    match kind {
        "sensor" => "sensors[].device",
        "law" => "control.loops[].law",
        "policy" => "scheduler.policy",
        "model" => "populations[].model",
        _ => "actuators[].device",
    }
}

/// The parameters of the parts of users.
fn custom_rows(parts: &Parts) -> Vec<SchemaRow> {
    let mut rows = Vec::new();
    for (kind, list) in parts.kinds() {
        for (about, own) in list
            .iter()
            .flat_map(|about| about.parameters.iter().map(move |own| (about, own)))
        {
            let is_number = own.default.number().is_some();
            rows.push(SchemaRow {
                path: format!("{}.parameters.{}", place_of(kind), own.name),
                of: vec!["Custom".to_owned(), about.name.to_owned()],
                kind: if is_number { "number" } else { "text" }.to_owned(),
                unit: own.unit.to_owned(),
                range: match is_number {
                    true => own.bounds.to_string(),
                    false => String::new(),
                },
                bounds: match own.bounds {
                    Bounds::Range { least, most } if is_number => Some([least, most]),
                    _ => None,
                },
                default: serde_json::to_value(&own.default).ok(),
                required: false,
                help: own.help.to_owned(),
            });
        }
    }
    for model in parts.models.list() {
        for (name, usual) in model.parameters() {
            rows.push(SchemaRow {
                path: format!("{}.parameters.{name}", place_of("model")),
                of: vec!["Custom".to_owned(), model.name().to_owned()],
                kind: "Constant(…) | Uniform(…) | …".to_owned(),
                default: Some(Value::from(*usual)),
                ..SchemaRow::default()
            });
        }
    }
    rows
}
