//! The keys of GraphML: which data edges and nodes may have, and what they are called.

use super::super::number::{Decimal, is_missing, number};
use super::gather::{Gather, listed};
use super::labels::Labels;
use super::names::NameIndex;
use super::xml::Element;

/// Domains of a key.
const EDGES: u8 = 1;
const NODES: u8 = 2;
const OTHER: u8 = 4;

/// Where labels of nodes may stand, the best first; the last is a drawn label of yFiles.
pub const LABELS: [&str; 5] = ["label", "name", "shared name", "dn_name", "NodeLabel"];
/// The place of drawn labels.
pub const DRAWN: usize = 4;
/// The name of the datum that holds drawn labels of edges.
const EDGE_LABEL: &str = "EdgeLabel";

/// A key.
#[derive(Clone, Debug, Default)]
struct Key {
    id: String,
    name: String,
    /// Its domains; none when it is declared nowhere.
    domains: u8,
    /// What its declaration says that it is for.
    says_for: String,
    line: u64,
    is_text: bool,
    column: Option<usize>,
    label: Option<usize>,
    of_edges: u64,
    of_nodes: u64,
}

/// The keys of a document.
#[derive(Debug, Default)]
pub struct Keys {
    keys: Vec<Key>,
    ids: NameIndex,
    /// Of each id, its key for edges, for nodes and for the rest.
    of_id: Vec<[Option<u32>; 3]>,
    texts_as_defaults: Vec<String>,
}

impl Keys {
    fn slots(&mut self, id: &str) -> usize {
        let (number, is_new) = self.ids.number(id);
        if is_new {
            self.of_id.push([None; 3]);
        }
        number as usize
    }

    /// Declares a key and gives its place.
    ///
    /// # Errors
    /// With what is wrong with it.
    pub fn declare(
        &mut self,
        element: &Element<'_>,
        labels: &Labels,
        gather: &mut Gather,
    ) -> Result<usize, String> {
        let names = ["id", "for", "attr.name", "attr.type", "yfiles.type"];
        let [id, says_for, name, kind, drawn] = element.some(names)?;
        let id = id.ok_or("<key> without id, expected one")?.into_owned();
        let says_for = says_for.map_or_else(|| "all".to_owned(), |says| says.into_owned());
        let domains = match says_for.as_str() {
            "edge" => EDGES,
            "node" => NODES,
            "all" => EDGES | NODES | OTHER,
            "graph" | "graphml" | "port" | "hyperedge" | "endpoint" => OTHER,
            other => {
                return Err(format!(
                    "<key> for {other:?}, expected graphml, graph, node, edge, port, hyperedge, \
                     endpoint or all"
                ));
            }
        };
        let name = match (name, drawn.as_deref()) {
            (Some(name), _) if !name.trim().is_empty() => name.trim().to_owned(),
            (_, Some("edgegraphics")) => EDGE_LABEL.to_owned(),
            (_, Some(drawn)) => drawn.to_owned(),
            _ => id.clone(),
        };
        let mut key = Key {
            id,
            name,
            domains,
            says_for,
            line: element.line,
            is_text: kind.as_deref() == Some("string"),
            ..Key::default()
        };
        key.label = labels.find(&key.name).filter(|_| domains & NODES != 0);
        self.keep(key, gather)
    }

    fn keep(&mut self, mut key: Key, gather: &mut Gather) -> Result<usize, String> {
        let slots = self.slots(&key.id);
        let own = self.of_id.get_mut(slots).ok_or("too many keys")?;
        let place = u32::try_from(self.keys.len()).map_err(|_| "too many keys")?;
        for (slot, domain) in own.iter_mut().zip([EDGES, NODES, OTHER]) {
            if key.domains & domain == 0 {
                continue;
            }
            let Some(other) = slot.and_then(|other| self.keys.get(other as usize)) else {
                *slot = Some(place);
                continue;
            };
            if other.domains != 0 {
                return Err(format!(
                    "found a second <key> {:?} for {} (the first is in line {}), expected one",
                    key.id, key.says_for, other.line
                ));
            }
            // It was used before it is declared.
            let Some(other) = slot
                .replace(place)
                .and_then(|k| self.keys.get_mut(k as usize))
            else {
                continue;
            };
            match domain {
                EDGES => {
                    key.column = other.column;
                    key.of_edges = std::mem::take(&mut other.of_edges);
                }
                NODES => key.of_nodes = std::mem::take(&mut other.of_nodes),
                _ => {}
            }
        }
        if key.domains & EDGES != 0 {
            match key.column {
                Some(column) => gather.rename(column, &key.name, &key.id),
                None => key.column = Some(gather.new_column(&key.name, &key.id)),
            }
        }
        self.keys.push(key);
        Ok(place as usize)
    }

    /// The default of a key.
    pub fn set_default(&mut self, key: usize, text: &str, gather: &mut Gather) {
        let Some(own) = self.keys.get(key) else {
            return;
        };
        let text = text.trim();
        let Some(column) = own.column.and_then(|column| gather.column_mut(column)) else {
            return;
        };
        match number(text, Decimal::Point) {
            Some(value) => column.default = Some(value),
            None if is_missing(text) => {}
            None => self.texts_as_defaults.push(own.name.clone()),
        }
    }

    /// The key of this id, for an edge or else a node; made when it is declared nowhere.
    pub fn used(&mut self, id: &str, by_edge: bool, labels: &Labels) -> usize {
        let slots = self.slots(id);
        let mut all = self.of_id.get(slots).copied().unwrap_or_default();
        if !by_edge {
            all.swap(0, 1);
        }
        let found = all.into_iter().flatten().next();
        let place = found.unwrap_or_else(|| {
            let place = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
            self.keys.push(Key {
                id: id.to_owned(),
                name: id.to_owned(),
                label: labels.find(id),
                ..Key::default()
            });
            if let Some(own) = self.of_id.get_mut(slots) {
                *own = [Some(place); 3];
            }
            place
        });
        if by_edge && let Some(own) = self.keys.get_mut(place as usize) {
            own.of_edges += 1;
        }
        place as usize
    }

    /// Counts a datum of a node that is not empty.
    pub fn count_of_node(&mut self, key: usize) {
        if let Some(own) = self.keys.get_mut(key) {
            own.of_nodes += 1;
        }
    }

    /// The column of a key that an edge uses.
    pub fn column(&mut self, key: usize, gather: &mut Gather) -> Option<usize> {
        let own = self.keys.get_mut(key)?;
        if own.column.is_none() {
            own.column = Some(gather.new_column(&own.name, &own.id));
        }
        own.column
    }

    /// Which source of labels a key of nodes is.
    #[must_use]
    pub fn label(&self, key: usize) -> Option<usize> {
        self.keys.get(key)?.label
    }

    /// Tells what was done with the keys.
    pub fn tell(&self, gather: &mut Gather) {
        let named = |keys: Vec<&Key>| {
            let mut names: Vec<&str> = keys.into_iter().map(|key| key.name.as_str()).collect();
            names.dedup();
            (names.len() == 1, listed(names.into_iter()))
        };
        let some = |choice: &dyn Fn(&&Key) -> bool| -> Vec<&Key> {
            self.keys.iter().filter(choice).collect()
        };
        let used = |key: &Key| key.of_edges + key.of_nodes > 0;
        let nowhere = some(&|key| key.domains == 0 && used(key));
        if !nowhere.is_empty() {
            let (one, names) = named(nowhere);
            let verb = if one { "is" } else { "are" };
            gather.notes.push(format!(
                "{names} {verb} declared by no <key>: the name of the data is that of the key"
            ));
        }
        let foreign = |key: &Key| key.domains != 0 && key.domains & EDGES == 0;
        let foreign = some(&|key| foreign(key) && key.of_edges > 0);
        if let Some(first) = foreign.first() {
            let (says, line) = (first.says_for.clone(), first.line);
            let (one, names) = named(foreign);
            let (noun, verb) = if one { ("key", "is") } else { ("keys", "are") };
            gather.notes.push(format!(
                "edges have data of the {noun} {names}, which {verb} declared for {says} (line \
                 {line}): read as data of edges"
            ));
        }
        let texts = some(&|key| {
            let column = key.column.and_then(|column| gather.columns().get(column));
            key.is_text && column.is_some_and(|own| own.text_count == 0 && own.numbers > 0)
        });
        if !texts.is_empty() {
            let names = named(texts).1;
            gather.notes.push(format!(
                "{names}: declared as text, holds numbers alone, read as such"
            ));
        }
        if !self.texts_as_defaults.is_empty() {
            let names = listed(self.texts_as_defaults.iter().map(String::as_str));
            gather
                .notes
                .push(format!("defaults of {names} are no numbers and not kept"));
        }
        let passed = some(&|key| key.of_nodes > 0 && key.label.is_none());
        if !passed.is_empty() {
            let names = named(passed).1;
            gather
                .notes
                .push(format!("data of nodes are not read: {names}"));
        }
    }
}
