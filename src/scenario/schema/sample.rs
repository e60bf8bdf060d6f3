//! Sample scenes with every variant of every choice, judged for what the checks demand of each
//! path.

use serde_json::{Map, Value, json};

use crate::base::Problems;
use crate::base::problem::Demanded;
use crate::dynamics::own_model::{Models, Moment, OwnModel};

use crate::scenario::parameters::live_parameters;
use crate::scenario::parts::Parts;
use crate::scenario::scene::{SCENE_VERSION, Scene};
use crate::scenario::validate::Known;

use super::node::{Form, Node};

/// A path and the variants on the way to it.
pub type Key = (String, Vec<String>);

/// Samples of the outer choices and of those within them.
const ROUNDS: [usize; 2] = [11, 11];

/// A model that samples name.
struct Sample;

impl OwnModel for Sample {
    fn name(&self) -> &'static str {
        NAME
    }

    fn parameters(&self) -> &'static [(&'static str, f64)] {
        &[(NAME, 1.0)]
    }

    fn slope(&self, _at: &Moment) -> [f64; 2] {
        [0.0; 2]
    }
}

/// Stands for every name in samples.
const NAME: &str = "x";

/// One sample: which variant is taken of each choice, and the paths that it has.
struct Taking {
    round: [usize; 2],
    /// The number that stands where no default does.
    number: u64,
    of: Vec<String>,
    keys: Vec<Key>,
}

/// What is demanded of each path of a scene, in the order in which it was found. What depends on
/// other values of the scene is left out: samples with other numbers tell it apart.
pub fn demands(raw: &Value, parts: &Parts) -> Vec<(Key, Demanded)> {
    let (mut found, others) = (demands_of(raw, parts, 1), demands_of(raw, parts, 3));
    found.retain(|(key, demanded)| {
        let same =
            |(own, other): &(Key, Demanded)| own == key && other.expected == demanded.expected;
        others.iter().any(same)
    });
    found
}

fn demands_of(raw: &Value, parts: &Parts, number: u64) -> Vec<(Key, Demanded)> {
    let mut models = Models::default();
    // It is the only one, so its name is free.
    let _ = models.add(Sample);
    let mut found: Vec<(Key, Demanded)> = Vec::new();
    for outer in 0..ROUNDS[0] {
        for inner in 0..ROUNDS[1] {
            let mut taking = Taking {
                round: [outer, inner],
                number,
                of: Vec::new(),
                keys: Vec::new(),
            };
            let sample = taking.sample(Node::root(raw), "", 0);
            let scene = models.while_reading(|| serde_json::from_value::<Scene>(sample));
            let Ok(scene) = scene else {
                continue;
            };
            let (live, metrics) = (live_parameters(&scene, parts), parts.metrics_of(&scene));
            let mut problems = Problems::noting();
            let known = Known {
                live: &live,
                metrics: &metrics,
                parts,
            };
            scene.validate(&mut problems, &known);
            for (key, demanded) in taking.together(problems.demanded()) {
                let is_known = |(own, other): &(Key, Demanded)| {
                    *own == key && other.expected == demanded.expected
                };
                if !found.iter().any(is_known) {
                    found.push((key, demanded));
                }
            }
        }
    }
    found
}

impl Taking {
    /// What is demanded of each path that this sample has; of several demands of one path, all.
    fn together(&self, demanded: &[Demanded]) -> Vec<(Key, Demanded)> {
        let mut found: Vec<(Key, Demanded)> = Vec::new();
        for demanded in demanded {
            let path = unnumbered(&demanded.path);
            for key in self.keys.iter().filter(|(own, _)| *own == path) {
                let Some((_, known)) = found.iter_mut().find(|(own, _)| own == key) else {
                    found.push((key.clone(), demanded.clone()));
                    continue;
                };
                if !known.expected.contains(&demanded.expected) {
                    known.expected = format!("{}, {}", known.expected, demanded.expected);
                    known.bounds = None;
                }
            }
        }
        found
    }

    fn sample(&mut self, node: Node, path: &str, depth: usize) -> Value {
        let node = node.resolved();
        match node.form() {
            Form::Fields(fields, _) => {
                let filled = fields.iter().map(|(name, field)| {
                    let path = match path {
                        "" => name.clone(),
                        path => format!("{path}.{name}"),
                    };
                    self.keys.push((path.clone(), self.of.clone()));
                    let own = node.child(field);
                    let value = match name.as_str() {
                        "version" => json!(SCENE_VERSION),
                        _ => self.field(own, &path, depth),
                    };
                    (name.clone(), value)
                });
                Value::Object(filled.collect())
            }
            Form::List(element) => {
                let one = self.sample(element, &format!("{path}[]"), depth);
                let least = node.value.get("minItems").and_then(Value::as_u64);
                Value::Array(vec![one; least.unwrap_or(1).clamp(1, 16) as usize])
            }
            Form::Named(element) => {
                let own = self.sample(element, &format!("{path}.*"), depth);
                Value::Object(Map::from_iter([(NAME.to_owned(), own)]))
            }
            Form::Variants(list) => {
                let turn = self.round.get(depth).copied().unwrap_or(self.round[1]);
                let taken = &list[turn % list.len()];
                let name = &taken.name;
                let Some(held) = taken.held else {
                    return Value::from(name.clone());
                };
                self.of.push(name.clone());
                let own = self.sample(held, path, depth + 1);
                self.of.pop();
                Value::Object(Map::from_iter([(name.clone(), own)]))
            }
            Form::Plain => match node.type_name() {
                Some("integer") => json!(self.number),
                Some("boolean") => json!(false),
                Some("string") => json!(NAME),
                _ => json!(self.number as f64),
            },
        }
    }

    /// A field: its default, where that is a plain value.
    fn field(&mut self, field: Node, path: &str, depth: usize) -> Value {
        let default = field.value.get("default");
        match (default, field.resolved().form()) {
            // Other numbers than the defaults show what depends on them.
            (Some(own), Form::Plain)
                if !own.is_null() && (self.number == 1 || !own.is_number()) =>
            {
                own.clone()
            }
            _ => self.sample(field, path, depth),
        }
    }
}

/// A path with `[]` in the place of each number of an element.
pub fn unnumbered(path: &str) -> String {
    let mut out = String::new();
    let mut within = false;
    for c in path.chars() {
        within = match c {
            '[' => true,
            ']' => false,
            _ => within,
        };
        if !within || c == '[' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::schema::node::raw;

    #[test]
    fn every_sample_is_a_scene() {
        let raw = raw();
        for outer in 0..ROUNDS[0] {
            for inner in 0..ROUNDS[1] {
                let mut taking = Taking {
                    round: [outer, inner],
                    number: 1,
                    of: Vec::new(),
                    keys: Vec::new(),
                };
                let sample = taking.sample(Node::root(&raw), "", 0);
                let mut models = Models::default();
                models.add(Sample).unwrap();
                let text = sample.to_string();
                let read = models.while_reading(|| serde_json::from_value::<Scene>(sample));
                assert!(
                    read.is_ok(),
                    "{:?}: {}\n{text}",
                    taking.round,
                    read.unwrap_err()
                );
            }
        }
    }

    #[test]
    fn no_choice_has_more_variants_than_there_are_rounds() {
        fn widest(value: &Value) -> usize {
            let own = value
                .get("oneOf")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            let within = match value {
                Value::Object(map) => map.values().map(widest).max(),
                Value::Array(list) => list.iter().map(widest).max(),
                _ => None,
            };
            own.max(within.unwrap_or(0))
        }
        assert!(
            widest(&raw()) <= ROUNDS[0].min(ROUNDS[1]),
            "{}",
            widest(&raw())
        );
    }

    #[test]
    fn paths_lose_the_numbers_of_elements() {
        assert_eq!(unnumbered("a[12].b[0]"), "a[].b[]");
    }
}
