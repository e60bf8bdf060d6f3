//! GEXF 1.1 to 1.3 (<https://gexf.net>), as Gephi and NetworkX write it.
//!
//! Attributes of edges are data by their titles, beside the weight, label and kind that the format
//! has of its own. Nodes within nodes are vertices like others. Times (spells, start, end) are
//! passed over: a datum that has several values over time is no number.

use std::borrow::Cow;

use crate::base::cancel::Cancel;

use super::super::fault::{Faults, shown};
use super::super::number::{Decimal, is_missing, number};
use super::data::GraphFile;
use super::format::GraphFormat;
use super::gather::{Gather, listed};
use super::labels::Labels;
use super::names::NameIndex;
use super::xml::{Element, Piece, STOPPED, Walk};

/// What an open element is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Level {
    Root,
    Graph,
    /// A list of attributes, and whether they are of edges.
    Attributes(bool),
    /// The column of an attribute of edges.
    Attribute(Option<usize>),
    Default(Option<usize>),
    Nodes,
    Node,
    Edges,
    Edge(u32),
    /// The data of an edge.
    Data(u32),
    Other,
}

struct Document<'a> {
    walk: Walk<'a>,
    gather: Gather,
    labels: Labels,
    levels: Vec<Level>,
    graph_line: Option<u64>,
    directed: bool,
    says_direction: bool,
    /// Ids of attributes of edges; their columns.
    ids: NameIndex,
    columns: Vec<usize>,
    /// Of each of them, whether it is declared.
    declared: Vec<bool>,
    /// Titles of attributes whose defaults are no numbers.
    text_defaults: Vec<String>,
    weight: Option<usize>,
    /// Columns of what the format has of its own.
    built_in: Vec<usize>,
    default: Cow<'a, str>,
    within: u64,
    mutual: u64,
    timed: u64,
    node_data: u64,
}

/// Reads a document.
///
/// # Errors
/// With all that is wrong.
pub fn parse(text: &str, cancel: &Cancel) -> Result<GraphFile, Faults> {
    let mut document = Document {
        walk: Walk::new(text, cancel),
        gather: Gather::new("<node>", text.len()),
        labels: Labels::new(&["label"]),
        levels: Vec::new(),
        graph_line: None,
        directed: false,
        says_direction: false,
        ids: NameIndex::default(),
        columns: Vec::new(),
        declared: Vec::new(),
        text_defaults: Vec::new(),
        weight: None,
        built_in: Vec::new(),
        default: Cow::Borrowed(""),
        within: 0,
        mutual: 0,
        timed: 0,
        node_data: 0,
    };
    while let Some(piece) = document.walk.next(&mut document.gather.faults) {
        match piece {
            Piece::Open(element) => {
                let level = document.open(&element).unwrap_or_else(|message| {
                    document.walk.fault(&mut document.gather.faults, message);
                    Level::Other
                });
                document.levels.push(level);
                if element.is_empty {
                    document.close();
                }
            }
            Piece::Close => document.close(),
            Piece::Text(part) => {
                if let Some(Level::Default(_)) = document.levels.last() {
                    document.default.to_mut().push_str(&part);
                }
            }
        }
    }
    if cancel.is_requested() {
        return Err(Faults::whole(STOPPED));
    }
    document.finish()
}

impl Document<'_> {
    fn open(&mut self, element: &Element<'_>) -> Result<Level, String> {
        let Some(&level) = self.levels.last() else {
            return if element.local() == b"gexf" {
                Ok(Level::Root)
            } else {
                Err(format!("found <{}>, expected <gexf>", element.name()))
            };
        };
        if level == Level::Other || !element.is_own {
            return Ok(Level::Other);
        }
        match (element.local(), level) {
            (b"graph", Level::Root) => self.open_graph(element),
            (b"attributes", Level::Graph) => {
                let [class] = element.some(["class"])?;
                Ok(Level::Attributes(class.as_deref() == Some("edge")))
            }
            (b"attribute", Level::Attributes(true)) => self.open_attribute(element),
            (b"default", Level::Attribute(column)) => {
                self.default = Cow::Borrowed("");
                Ok(Level::Default(column))
            }
            (b"nodes", Level::Graph | Level::Node) => Ok(Level::Nodes),
            (b"node", Level::Nodes) => self.open_node(element),
            (b"edges", Level::Graph | Level::Node) => Ok(Level::Edges),
            (b"edge", Level::Edges) => self.open_edge(element),
            (b"attvalues", Level::Edge(edge)) => Ok(Level::Data(edge)),
            (b"attvalue", Level::Data(edge)) => self.open_datum(element, edge),
            (b"attvalues", Level::Node) => {
                self.node_data += 1;
                Ok(Level::Other)
            }
            (b"spells" | b"slices", Level::Edge(_) | Level::Node) => {
                self.timed += 1;
                Ok(Level::Other)
            }
            _ => Ok(Level::Other),
        }
    }

    fn open_graph(&mut self, element: &Element<'_>) -> Result<Level, String> {
        if let Some(line) = self.graph_line {
            return Err(format!(
                "found a second <graph> (the first is in line {line}), expected one"
            ));
        }
        self.graph_line = Some(element.line);
        let [direction, mode] = element.some(["defaultedgetype", "mode"])?;
        if let Some(word) = direction {
            self.says_direction = true;
            self.directed = self.way(&word)?;
        }
        self.gather.ways.fallback = Some(self.directed);
        if mode.as_deref() == Some("dynamic") {
            self.timed += 1;
        }
        Ok(Level::Graph)
    }

    fn way(&mut self, word: &str) -> Result<bool, String> {
        match word.trim().to_ascii_lowercase().as_str() {
            "directed" => Ok(true),
            "undirected" => Ok(false),
            "mutual" => {
                self.mutual += 1;
                Ok(false)
            }
            _ => Err(format!(
                "the type of an edge is {}, expected directed, undirected or mutual",
                shown(word)
            )),
        }
    }

    fn open_attribute(&mut self, element: &Element<'_>) -> Result<Level, String> {
        let [id, title] = element.some(["id", "title"])?;
        let id = id.ok_or("<attribute> without id, expected one")?;
        let title = title
            .as_deref()
            .map(str::trim)
            .filter(|title| !title.is_empty());
        let (number, is_new) = self.ids.number(&id);
        if !is_new {
            let place = self.columns.get(number as usize).copied();
            let declared = self.declared.get_mut(number as usize).filter(|own| !**own);
            let (Some(declared), Some(place)) = (declared, place) else {
                return Err(format!(
                    "found a second <attribute> {}, expected one",
                    shown(&id)
                ));
            };
            // It was used before it is declared.
            *declared = true;
            self.gather.rename(place, title.unwrap_or(&id), &id);
            return Ok(Level::Attribute(Some(place)));
        }
        let column = self.gather.new_column(title.unwrap_or(&id), &id);
        self.columns.push(column);
        self.declared.push(true);
        Ok(Level::Attribute(Some(column)))
    }

    fn open_node(&mut self, element: &Element<'_>) -> Result<Level, String> {
        let [id, label, parent, start, end] =
            element.some(["id", "label", "pid", "start", "end"])?;
        let id = id.ok_or("<node> without id, expected one")?;
        let node = self.gather.node(&id, element.line)?;
        if let Some(label) = label {
            self.labels.put(0, node, &label);
        }
        let is_within = self.levels.iter().rev().nth(1) == Some(&Level::Node);
        self.within += u64::from(is_within || parent.is_some());
        self.timed += u64::from(start.is_some() || end.is_some());
        Ok(Level::Node)
    }

    fn open_edge(&mut self, element: &Element<'_>) -> Result<Level, String> {
        let names = [
            "source", "target", "type", "weight", "label", "kind", "start", "end",
        ];
        let [source, target, way, weight, label, kind, start, end] = element.some(names)?;
        let source = source.ok_or("<edge> without source, expected one")?;
        let target = target.ok_or("<edge> without target, expected one")?;
        let directed = match way {
            Some(word) => self.way(&word)?,
            None => self.directed,
        };
        self.timed += u64::from(start.is_some() || end.is_some());
        let edge = self
            .gather
            .edge(&source, &target, Some(directed), element.line);
        for (name, value) in [("weight", weight), ("label", label), ("kind", kind)] {
            let Some(value) = value else {
                continue;
            };
            let count = self.gather.columns().len();
            let column = self.gather.column_shown(&format!("\0{name}"), name);
            if column == count {
                self.built_in.push(column);
            }
            if name == "weight" {
                self.weight = Some(column);
            }
            self.gather.put(column, edge, element.line, &value);
        }
        Ok(Level::Edge(edge))
    }

    fn open_datum(&mut self, element: &Element<'_>, edge: u32) -> Result<Level, String> {
        // `id` is that of GEXF 1.1.
        let names = ["for", "id", "value", "start", "end"];
        let [own, old, value, start, end] = element.some(names)?;
        let id = own.or(old).ok_or("<attvalue> without for, expected one")?;
        let value = value.ok_or("<attvalue> without value, expected one")?;
        self.timed += u64::from(start.is_some() || end.is_some());
        let (number, is_new) = self.ids.number(&id);
        if is_new {
            self.declared.push(false);
            let column = self.gather.new_column(&id, &id);
            self.columns.push(column);
        }
        if let Some(column) = self.columns.get(number as usize) {
            self.gather.put(*column, edge, element.line, &value);
        }
        Ok(Level::Other)
    }

    fn close(&mut self) {
        let Some(Level::Default(Some(column))) = self.levels.pop() else {
            return;
        };
        let text = self.default.trim();
        let Some(own) = self.gather.column_mut(column) else {
            return;
        };
        match number(text, Decimal::Point) {
            Some(value) => own.default = Some(value),
            None if is_missing(text) => {}
            None => self.text_defaults.push(own.name.clone()),
        }
    }

    fn finish(mut self) -> Result<GraphFile, Faults> {
        if self.graph_line.is_none() && self.gather.faults.is_empty() {
            let message = "found no <graph>, expected a GEXF document with one";
            self.walk.fault(&mut self.gather.faults, message);
        }
        if !self.says_direction {
            let note = "defaultedgetype is not given: edges are undirected, as the format has it";
            self.gather.notes.push(note.to_owned());
        }
        self.tell_built_in();
        self.tell_weight();
        let notes = &mut self.gather.notes;
        if self.mutual > 0 {
            let all = self.mutual;
            notes.push(format!(
                "mutual edges are read as undirected ({all} times said)"
            ));
        }
        if self.within > 0 {
            let all = self.within;
            notes.push(format!(
                "{all} nodes are within others: all are vertices, side by side"
            ));
        }
        if self.timed > 0 {
            let all = self.timed;
            notes.push(format!(
                "times (spells, start, end, mode) are passed over at {all} elements"
            ));
        }
        if self.node_data > 0 {
            notes.push(format!("data of {} nodes are not read", self.node_data));
        }
        let ids = self.declared.iter().zip(0..).filter(|(own, _)| !**own);
        let ids: Vec<&str> = ids.map(|(_, number)| self.ids.name(number)).collect();
        if !ids.is_empty() {
            let ids = listed(ids.into_iter());
            notes.push(format!("{ids}: data of edges that no <attribute> declares"));
        }
        if !self.text_defaults.is_empty() {
            let names = listed(self.text_defaults.iter().map(String::as_str));
            notes.push(format!("defaults of {names} are no numbers and not kept"));
        }
        self.gather.finish(GraphFormat::Gexf, self.labels)
    }

    /// Names what the format has of its own apart from attributes of these titles.
    fn tell_built_in(&mut self) {
        for column in std::mem::take(&mut self.built_in) {
            let name = self
                .gather
                .columns()
                .get(column)
                .map_or("", |own| &own.name)
                .to_owned();
            let mut others = self.gather.columns().iter().enumerate();
            let is_other = others.any(|(k, own)| {
                k != column && own.name == name && own.numbers + own.text_count > 0
            });
            if is_other && let Some(own) = self.gather.column_mut(column) {
                own.name = format!("{name} (of GEXF)");
                let new = own.shown();
                self.gather.notes.push(format!(
                    "an attribute of edges is titled {name:?}: what the format calls so is named \
                     {new}"
                ));
            }
        }
    }

    /// The format's own weight is 1 where an edge does not say.
    fn tell_weight(&mut self) {
        let edges = self.gather.edges() as u64;
        let Some(own) = self
            .weight
            .and_then(|column| self.gather.column_mut(column))
        else {
            return;
        };
        own.default = Some(1.0);
        let without = edges.saturating_sub(own.numbers + own.text_count);
        if without > 0 {
            self.gather.notes.push(format!(
                "{without} of {edges} edges have no weight, which is 1 then, as the format has it"
            ));
        }
    }
}

#[cfg(test)]
mod tests;
