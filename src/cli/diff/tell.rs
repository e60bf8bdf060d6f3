//! What two runs have in common and what not, for people and as JSON.

use serde_json::{Value, json};

use crate::cli::say::printable;
use crate::record::{Manifest, SavedRun};

use super::inputs::InputsFound;
use super::lockstep::Found;
use super::scene::Change;
use super::state::{Differing, Parting};

/// Letters of a value of the scene at most, for people.
const LETTERS: usize = 100;
/// Components of a record that are told, for people.
const COMPONENTS: usize = 4;

/// All that was found.
pub struct Report {
    /// The folders.
    pub runs: [SavedRun; 2],
    /// What differs between the scenes.
    pub scene: Vec<Change>,
    /// What differs between the inputs.
    pub inputs: InputsFound,
    /// What the runs gave.
    pub found: Found,
}

/// A fact of a manifest that may differ.
type Fact = (&'static str, fn(&Manifest) -> String);

const FACTS: [Fact; 6] = [
    ("program", |own| own.tool.clone()),
    ("instruction set", |own| own.isa.clone()),
    ("platform", |own| own.platform.clone()),
    ("scene", |own| own.scene.clone()),
    ("seed", |own| own.seed.to_string()),
    ("nodes", |own| own.nodes.to_string()),
];

impl Report {
    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let run = |own: &SavedRun| {
            let manifest = &own.manifest;
            json!({
                "folder": own.path, "scene": manifest.scene, "seed": manifest.seed,
                "nodes": manifest.nodes, "ticks": manifest.ticks, "status": manifest.status,
                "digest": manifest.digest, "tool": manifest.tool, "isa": manifest.isa,
                "platform": manifest.platform,
            })
        };
        let scene = self.scene.iter();
        let scene: Vec<Value> = scene
            .map(|own| json!({"path": own.path, "a": own.here, "b": own.there}))
            .collect();
        let files: Vec<Value> = self.files().into_iter().map(|line| json!(line)).collect();
        json!({
            "identical": self.found.is_identical(),
            "a": run(&self.runs[0]),
            "b": run(&self.runs[1]),
            "scene": scene,
            "files": files,
            "inputs": self.inputs.json(),
            "runs": self.found.json(),
        })
    }

    /// Lines for people.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, own) in ["A", "B"].iter().zip(&self.runs) {
            let manifest = &own.manifest;
            let how = match manifest.is_cut() {
                true => "cut short".to_owned(),
                false => format!("{}, digest {}", manifest.status, manifest.digest),
            };
            let path = own.path.display();
            lines.push(format!("{name}  {path}: {}, {how}", manifest.scene));
        }
        let [a, b] = &self.runs;
        for (name, fact) in FACTS {
            let (one, other) = (fact(&a.manifest), fact(&b.manifest));
            if one != other {
                lines.push(format!("{name}: A {one}, B {other}"));
            }
        }
        lines.extend(self.scene_lines());
        lines.extend(self.files());
        lines.extend(self.inputs.lines());
        lines.extend(self.state_lines());
        lines.extend(self.row_lines());
        lines.iter().map(|line| printable(line)).collect()
    }

    fn scene_lines(&self) -> Vec<String> {
        let count = self.scene.len();
        let plural = if count == 1 { "" } else { "s" };
        let mut lines = vec![match count {
            0 => "scene: the same".to_owned(),
            _ => format!("scene: {count} difference{plural}"),
        }];
        for own in &self.scene {
            lines.push(format!("  {}", own.path));
            for (name, value) in ["A", "B"].iter().zip([&own.here, &own.there]) {
                let value = value.as_deref().map_or("not there".to_owned(), cut);
                lines.push(format!("    {name}  {value}"));
            }
        }
        lines
    }

    /// The files that the scenes read and that are not the same.
    fn files(&self) -> Vec<String> {
        let [a, b] = &self.runs;
        let mut lines = Vec::new();
        let (ones, others) = (&a.manifest.inputs, &b.manifest.inputs);
        for one in ones {
            match others.iter().find(|own| own.path == one.path) {
                None => lines.push(format!("file {}: read by A alone", one.path)),
                Some(other) if other.xxh3 != one.xxh3 => lines.push(format!(
                    "file {}: XXH3-64 {} in A, {} in B",
                    one.path, one.xxh3, other.xxh3
                )),
                Some(_) => {}
            }
        }
        for other in others
            .iter()
            .filter(|own| ones.iter().all(|one| one.path != own.path))
        {
            lines.push(format!("file {}: read by B alone", other.path));
        }
        lines
    }

    fn state_lines(&self) -> Vec<String> {
        let found = &self.found;
        let mut lines = Vec::new();
        for (name, own) in ["A", "B"].iter().zip(&found.unrepeated) {
            if let Some(told) = own {
                lines.push(format!(
                    "{name} does not give again what its folder holds: {told}"
                ));
            }
        }
        let [a, b] = found.ends;
        match &found.state {
            None => {
                let nodes = self.runs.each_ref().map(|own| own.manifest.nodes);
                let placed = match nodes[0] == nodes[1] {
                    true => String::new(),
                    false => format!("; placed on {} and {} nodes", nodes[0], nodes[1]),
                };
                let ticks = found.compared;
                lines.push(format!("state: identical in all {ticks} ticks{placed}"));
            }
            Some(parting) => lines.extend(parting_lines("state", parting)),
        }
        if let Some(parting) = &found.motion {
            lines.extend(parting_lines("motion", parting));
        }
        if let (Some(at), Some(parting)) = (self.inputs.tick(), &found.state)
            && at + 1 == parting.completed
        {
            lines.push(format!("  the inputs part in this tick, {at}"));
        }
        if a != b {
            lines.push(format!("ends: A after {a} ticks, B after {b}"));
        }
        lines
    }

    fn row_lines(&self) -> Vec<String> {
        let found = &self.found;
        let mut lines = Vec::new();
        let state = found.state.as_ref().map(|own| own.completed);
        match (&found.rows, state) {
            (None, None) => lines.push("rows: identical where both have values".to_owned()),
            (None, Some(_)) => {
                let ticks = found.compared;
                lines.push(format!(
                    "rows: identical in the {ticks} ticks compared, where both have values"
                ));
            }
            (Some(own), state) => {
                let relation = match state {
                    Some(state) if own.completed > state.max(1) => ", later than the state",
                    Some(state) if own.completed < state => ", earlier than the state",
                    Some(_) => "",
                    None => ", while the states are the same",
                };
                lines.push(format!(
                    "rows: part after tick {}{relation}: {} of {} is {} in A, {} in B",
                    own.completed - 1,
                    own.metric,
                    own.scope,
                    own.values[0],
                    own.values[1]
                ));
            }
        }
        for run in ["A", "B"] {
            let own = found.alone.iter().filter(|(_, name)| *name == run);
            let own: Vec<&str> = own.map(|(metric, _)| metric.as_str()).collect();
            if !own.is_empty() {
                lines.push(format!("  with a value in {run} alone: {}", own.join(", ")));
            }
        }
        lines
    }
}

fn parting_lines(what: &str, own: &Parting) -> Vec<String> {
    let at = match own.completed.checked_sub(1) {
        None => "differs from the start, before the first tick".to_owned(),
        Some(0) => "identical at the start, differs after tick 0".to_owned(),
        Some(tick) => format!(
            "identical through tick {}, differs after tick {tick}",
            tick - 1
        ),
    };
    let [a, b] = own.of;
    let of = match a == b {
        true => format!("of {a}"),
        false => format!("({a} in A, {b} in B)"),
    };
    let (vertices, records) = (own.vertices_count, own.records_count);
    let noun = if vertices == 1 { "vertex" } else { "vertices" };
    let others = match (what, records) {
        ("state", 1) => ", 1 other record".to_owned(),
        ("state", records) => format!(", {records} other records"),
        // What the motion has brought about besides is no news.
        _ => String::new(),
    };
    let mut lines = vec![format!("{what}: {at}: {vertices} {noun} {of}{others}")];
    lines.extend(own.vertices.iter().flat_map(differing_lines));
    lines.extend(more(vertices, own.vertices.len(), "vertices"));
    if what == "state" {
        lines.extend(own.records.iter().flat_map(differing_lines));
        lines.extend(more(records, own.records.len(), "records"));
    }
    lines
}

fn more(count: usize, told: usize, what: &str) -> Option<String> {
    (count > told).then(|| format!("  and {} more {what}", count - told))
}

fn differing_lines(own: &Differing) -> Vec<String> {
    let [a, b] = &own.places;
    let place = match (a, b) {
        (Some(a), Some(b)) if a == b => format!("on {a}"),
        (Some(a), Some(b)) => format!("on {a} in A, on {b} in B"),
        (Some(a), None) => format!("on {a} in A alone"),
        (None, Some(b)) => format!("on {b} in B alone"),
        (None, None) => String::new(),
    };
    let mut lines = vec![format!("  {} {place}", own.what)];
    if a.is_none() || b.is_none() {
        return lines;
    }
    for leaf in own.leaves.iter().take(COMPONENTS) {
        let value = |own: &Option<String>| own.as_deref().map_or("not there".to_owned(), cut);
        lines.push(match &leaf.values {
            [None, None] => format!("    {}", leaf.path),
            [x, y] => format!("    {}  A {}  B {}", leaf.path, value(x), value(y)),
        });
    }
    lines.extend(
        more(
            own.leaves.len(),
            COMPONENTS.min(own.leaves.len()),
            "components",
        )
        .map(|line| format!("  {line}")),
    );
    lines
}

/// A text of a length that a line holds, without the blanks that broken lines leave.
fn cut(text: &str) -> String {
    let pairs = [("( ", "("), (", )", ")"), ("[ ", "["), (", ]", "]")];
    let text = pairs
        .iter()
        .fold(text.to_owned(), |text, (a, b)| text.replace(a, b));
    match text.char_indices().nth(LETTERS) {
        None => text,
        Some((at, _)) => format!("{} …", &text[..at]),
    }
}
