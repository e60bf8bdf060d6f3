//! The states of two runs at one tick, vertex by vertex and record by record.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::kernel::record_views::PlacedRecord;
use crate::kernel::{SimError, Simulation};
use crate::resonator::VertexImage;
use crate::scenario::Scene;

use super::values::{Leaf, leaves};

/// A vertex or record that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Differing {
    /// What it is: a vertex with its population, or a record with what it belongs to.
    pub what: String,
    /// The World that it is in, in both runs; `None` where the run has no such thing.
    pub places: [Option<String>; 2],
    /// Its components that differ.
    pub leaves: Vec<Leaf>,
}

impl Differing {
    /// The largest distance of two numbers of it.
    fn apart(&self) -> f64 {
        self.leaves.iter().map(|own| own.apart).fold(0.0, f64::max)
    }

    fn json(&self) -> Value {
        let leaves = self.leaves.iter().map(|own| {
            let value = |own: &Option<String>| -> Value {
                own.as_ref().map_or(Value::Null, |text| {
                    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
                })
            };
            json!({"component": own.path, "a": value(&own.values[0]), "b": value(&own.values[1])})
        });
        json!({
            "what": self.what,
            "places": self.places,
            "components": leaves.collect::<Vec<Value>>(),
        })
    }
}

/// Where two runs part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parting {
    /// Ticks completed; the states after one tick less were the same.
    pub completed: u64,
    /// Vertices that differ: those whose numbers are farthest apart, the farthest first.
    pub vertices: Vec<Differing>,
    /// How many vertices differ.
    pub vertices_count: usize,
    /// Vertices of each run.
    pub of: [usize; 2],
    /// Records that differ, by name.
    pub records: Vec<Differing>,
    /// How many records differ.
    pub records_count: usize,
}

impl Parting {
    /// Whether anything differs.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.vertices_count + self.records_count > 0
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let list = |own: &[Differing]| own.iter().map(Differing::json).collect::<Vec<Value>>();
        json!({
            "tick": self.completed.checked_sub(1),
            "completed": self.completed,
            "vertices": self.of,
            "vertices_different": self.vertices_count,
            "records_different": self.records_count,
            "largest": list(&self.vertices),
            "records": list(&self.records),
        })
    }
}

/// Compares two runs as they stand; of what differs at most so many vertices and records are told.
///
/// # Errors
/// When a value cannot be serialised.
pub fn compare(runs: [&mut Simulation; 2], most: usize) -> Result<Parting, SimError> {
    let [a, b] = runs;
    let mut found = Parting {
        completed: a.clock().tick,
        of: [a.scene().vertices(), b.scene().vertices()],
        ..Parting::default()
    };
    let vertices = vertices([&mut *a, &mut *b])?;
    found.vertices_count = vertices.len();
    found.vertices = vertices;
    found
        .vertices
        .sort_by(|a, b| b.apart().total_cmp(&a.apart()));
    found.vertices.truncate(most);
    let records = [a.record_views()?, b.record_views()?];
    found.records = differing(records, [a.scene(), b.scene()]);
    found.records_count = found.records.len();
    found.records.truncate(most);
    Ok(found)
}

fn vertices(runs: [&mut Simulation; 2]) -> Result<Vec<Differing>, SimError> {
    let [a, b] = runs;
    let (ones, others) = (a.vertex_images(), b.vertex_images());
    let mut found = Vec::new();
    for k in 0..ones.len().max(others.len()) {
        let pair = [ones.get(k), others.get(k)];
        let bytes = |own: Option<&VertexImage>| {
            let bytes = own.map(postcard::to_stdvec).transpose();
            bytes.map_err(|error| SimError::Refused(format!("vertex {k}: {error}")))
        };
        if bytes(pair[0])? == bytes(pair[1])? {
            continue;
        }
        let owner = |run: &Simulation, own: Option<&VertexImage>| {
            own.and_then(|own| run.owner(own.vertex))
                .map(|node| node.to_string())
        };
        found.push(Differing {
            what: vertex_name(a, b, k),
            places: [owner(a, pair[0]), owner(b, pair[1])],
            leaves: vertex_leaves(pair, [a.scene(), b.scene()]),
        });
    }
    Ok(found)
}

fn vertex_name(a: &Simulation, b: &Simulation, k: usize) -> String {
    let run = if k < a.scene().vertices() { a } else { b };
    let ranges = run.scene().ranges();
    let population = ranges
        .iter()
        .find(|own| k - own.first.min(k) < own.count && k >= own.first);
    let population = population.map_or(String::new(), |own| format!(" of {:?}", own.name));
    let name = run.blueprint().names.get(k);
    let name = name.map_or(String::new(), |name| format!(" ({name})"));
    format!("vertex v{k}{name}{population}")
}

/// What differs of a vertex: the numbers of its state by their names, then everything else.
fn vertex_leaves(pair: [Option<&VertexImage>; 2], scenes: [&Scene; 2]) -> Vec<Leaf> {
    let [Some(a), Some(b)] = pair else {
        let there = |own: Option<&VertexImage>| own.map(|_| "is there".to_owned());
        return vec![Leaf {
            path: String::new(),
            values: pair.map(there),
            apart: f64::INFINITY,
        }];
    };
    let names = |scene: &Scene, own: &VertexImage| {
        let model = scene.model_of(own.vertex);
        model.map_or(("first", Some("second")), |own| own.state_names())
    };
    let (one, other) = (names(scenes[0], a), names(scenes[1], b));
    let mut found = Vec::new();
    if one == other {
        let states = [a.model.state(), b.model.state()];
        for (k, name) in std::iter::once(one.0).chain(one.1).enumerate() {
            let [x, y] = states.map(|own| own[k]);
            if x.to_bits() != y.to_bits() {
                let apart = (x - y).abs();
                found.push(Leaf {
                    path: name.to_owned(),
                    values: [x, y].map(|own| Some(own.to_string())),
                    apart: if apart.is_finite() {
                        apart
                    } else {
                        f64::INFINITY
                    },
                });
            }
        }
    }
    let is_state = |path: &str| {
        one == other
            && path.starts_with("model.")
            && path
                .split('.')
                .nth(1)
                .is_some_and(|own| own.ends_with("[1]"))
    };
    if let (Ok(x), Ok(y)) = (serde_json::to_value(a), serde_json::to_value(b)) {
        found.extend(
            leaves(&x, &y)
                .into_iter()
                .filter(|own| !is_state(&own.path)),
        );
    }
    if found.is_empty() {
        found.push(saved_bytes());
    }
    found
}

/// Stands for a difference that has no number to show.
fn saved_bytes() -> Leaf {
    Leaf {
        path: "the bytes that are saved".to_owned(),
        values: [None, None],
        apart: f64::INFINITY,
    }
}

/// The records of a run of one name and owner.
type Same<'a> = BTreeMap<(&'static str, Option<(&'static str, u64)>), [Vec<&'a PlacedRecord>; 2]>;

fn differing(records: [Vec<PlacedRecord>; 2], scenes: [&Scene; 2]) -> Vec<Differing> {
    let mut all = Same::new();
    for (k, run) in records.iter().enumerate() {
        for own in run {
            let key = (own.record.name, own.record.of);
            all.entry(key).or_default()[k].push(own);
        }
    }
    let mut found = Vec::new();
    for ((name, of), [ones, others]) in &all {
        for k in 0..ones.len().max(others.len()) {
            let pair = [ones.get(k), others.get(k)].map(|own| own.copied());
            let bytes = pair.map(|own| own.map(|own| &own.record.bytes));
            if bytes[0] == bytes[1] {
                continue;
            }
            let what = match of {
                None => (*name).to_owned(),
                Some((kind, key)) => {
                    format!("{name} of {}", owner_name(kind, *key, scenes))
                }
            };
            let leaves = match pair {
                [Some(a), Some(b)] => leaves(&a.record.value, &b.record.value),
                _ => Vec::new(),
            };
            let place = |own: &PlacedRecord| match own.node {
                Some(node) => node.to_string(),
                None => "coordinator".to_owned(),
            };
            found.push(Differing {
                what,
                places: pair.map(|own| own.map(place)),
                leaves: match leaves.is_empty() {
                    true => vec![saved_bytes()],
                    false => leaves,
                },
            });
        }
    }
    found
}

/// What the scene calls an owner of records.
fn owner_name(kind: &str, key: u64, scenes: [&Scene; 2]) -> String {
    let at = usize::try_from(key).unwrap_or(usize::MAX);
    let named = |scene: &Scene| match kind {
        "population" if key == 0 => Some("cluster".to_owned()),
        "population" => scene.populations.get(at - 1).map(|own| own.name.clone()),
        "loop" => scene.control.loops.get(at).map(|own| own.name.clone()),
        _ => None,
    };
    match scenes.into_iter().find_map(named) {
        Some(name) => format!("{kind} {name:?}"),
        None => format!("{kind} {key}"),
    }
}
