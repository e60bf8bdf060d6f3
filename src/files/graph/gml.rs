//! GML (Himsolt, 1996: Graph Modelling Language), as NetworkX, igraph, Gephi and yEd write it.
//!
//! All data of edges that are no lists are kept by their keys. Lists within nodes and edges
//! (graphics) are passed over. Groups of yEd (`isGroup`, `gid`) are folders.

use std::borrow::Cow;

use crate::base::cancel::Cancel;

use super::super::fault::{Faults, shown};
use super::data::GraphFile;
use super::format::GraphFormat;
use super::gather::{Gather, listed};
use super::gml_tokens::{Token, Tokens, is_key};
use super::labels::Labels;
use super::names::NameIndex;
use super::xml::STOPPED;

/// Tokens between two looks at whether somebody asks to stop.
const PIECES: u32 = 4096;
/// Pairs of keys and values before the graph at which GML is given up.
const PAIRS_BEFORE: usize = 32;

/// Whether a text is GML: keys with values, then `graph [`.
#[must_use]
pub fn is_gml(text: &str) -> bool {
    let mut tokens = Tokens::new(text);
    let (mut depth, mut is_graph) = (0usize, false);
    let mut is_value = false;
    for _ in 0..2 * PAIRS_BEFORE {
        let Ok(Some(token)) = tokens.take() else {
            return false;
        };
        match token {
            Token::Word(word) if !is_value => {
                if !is_key(word) {
                    return false;
                }
                is_graph = depth == 0 && word.eq_ignore_ascii_case("graph");
                is_value = true;
            }
            Token::Word(word) => {
                if word.parse::<f64>().is_err() {
                    return false;
                }
                is_value = false;
            }
            Token::Text(_) if is_value => is_value = false,
            Token::Open if is_value => {
                if is_graph {
                    return true;
                }
                depth += 1;
                is_value = false;
            }
            Token::Close if !is_value && depth > 0 => depth -= 1,
            _ => return false,
        }
    }
    false
}

/// What an open list is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum List {
    Graph,
    Node,
    Edge,
    Other,
}

/// The pairs of a node or an edge.
type Pairs<'a> = Vec<(&'a str, Cow<'a, str>, u64)>;

struct Document<'a> {
    gather: Gather,
    labels: Labels,
    /// Open lists and their lines.
    lists: Vec<(List, u64)>,
    graph_line: Option<u64>,
    directed: Option<bool>,
    /// The pairs of the node or edge that is open.
    pairs: Pairs<'a>,
    /// Groups that nodes are in.
    members: Vec<Cow<'a, str>>,
    /// Keys of lists within edges, and of data of nodes.
    nested: NameIndex,
    node_data: NameIndex,
}

/// Reads a text.
///
/// # Errors
/// With all that is wrong.
pub fn parse(text: &str, cancel: &Cancel) -> Result<GraphFile, Faults> {
    let mut tokens = Tokens::new(text);
    let mut document = Document {
        gather: Gather::new("node", text.len()),
        labels: Labels::new(&["label", "name"]),
        lists: Vec::new(),
        graph_line: None,
        directed: None,
        pairs: Vec::new(),
        members: Vec::new(),
        nested: NameIndex::default(),
        node_data: NameIndex::default(),
    };
    let (mut key, mut pieces) = (None, 0u32);
    loop {
        pieces = pieces.wrapping_add(1);
        if pieces % PIECES == 1 && cancel.is_requested() {
            return Err(Faults::whole(STOPPED));
        }
        let token = match tokens.take() {
            Ok(Some(token)) => Ok(token),
            Ok(None) => break,
            Err(message) => Err(message),
        };
        let line = tokens.line;
        if let Err(message) = token.and_then(|token| document.token(token, &mut key, line)) {
            document.gather.faults.add(line, tokens.column(), message);
            return Err(document.gather.faults);
        }
    }
    if let Some((key, _)) = key {
        let message = format!(
            "the text ends behind the key {}, expected a value",
            shown(key)
        );
        document.gather.faults.add(tokens.line, 0, message);
    }
    document.finish(tokens.line)
}

impl<'a> Document<'a> {
    /// Takes a token; what is wrong with its place ends the reading.
    fn token(
        &mut self,
        token: Token<'a>,
        key: &mut Option<(&'a str, u64)>,
        line: u64,
    ) -> Result<(), String> {
        match (token, key.take()) {
            (Token::Word(word), None) if is_key(word) => *key = Some((word, line)),
            (Token::Word(word), None) => {
                return Err(format!("found {}, expected a key", shown(word)));
            }
            (Token::Text(text), None) => {
                return Err(format!("found the text {}, expected a key", shown(&text)));
            }
            (Token::Open, None) => return Err("found [, expected a key before it".to_owned()),
            (Token::Close, None) => self.close()?,
            (Token::Close, Some((key, _))) => {
                return Err(format!("found ], expected a value of {}", shown(key)));
            }
            (Token::Word(word), Some((key, line))) => self.pair(key, word.into(), line),
            (Token::Text(text), Some((key, line))) => self.pair(key, text, line),
            (Token::Open, Some((key, line))) => self.open(key, line)?,
        }
        Ok(())
    }

    fn open(&mut self, key: &'a str, line: u64) -> Result<(), String> {
        let is = |word: &str| key.eq_ignore_ascii_case(word);
        let list = match self.lists.last() {
            None if is("graph") => {
                if let Some(first) = self.graph_line {
                    return Err(format!(
                        "found a second graph (the first is in line {first}), expected one"
                    ));
                }
                self.graph_line = Some(line);
                List::Graph
            }
            Some((List::Graph, _)) if is("node") => List::Node,
            Some((List::Graph, _)) if is("edge") => List::Edge,
            Some((List::Edge, _)) => {
                self.nested.number(key);
                List::Other
            }
            Some((List::Node, _)) => {
                self.node_data.number(key);
                List::Other
            }
            _ => List::Other,
        };
        if matches!(list, List::Node | List::Edge) {
            self.pairs.clear();
        }
        self.lists.push((list, line));
        Ok(())
    }

    fn pair(&mut self, key: &'a str, value: Cow<'a, str>, line: u64) {
        match self.lists.last() {
            Some((List::Node | List::Edge, _)) => self.pairs.push((key, value, line)),
            Some((List::Graph, _)) if key.eq_ignore_ascii_case("directed") => match value.trim() {
                "0" => self.directed = Some(false),
                "1" => self.directed = Some(true),
                other => {
                    let message = format!("directed is {}, expected 0 or 1", shown(other));
                    self.gather.faults.add(line, 0, message);
                }
            },
            _ => {}
        }
    }

    fn close(&mut self) -> Result<(), String> {
        let Some((list, line)) = self.lists.pop() else {
            return Err("found ], expected no list to be open".to_owned());
        };
        let pairs = std::mem::take(&mut self.pairs);
        match list {
            List::Node => self.node(&pairs, line),
            List::Edge => self.edge(&pairs, line),
            List::Graph | List::Other => {
                self.pairs = pairs;
                return Ok(());
            }
        }
        self.pairs = pairs;
        self.pairs.clear();
        Ok(())
    }

    /// The one value of a key that must be there.
    fn needed<'p>(
        &mut self,
        pairs: &'p Pairs<'a>,
        what: &str,
        key: &str,
        line: u64,
    ) -> Option<&'p str> {
        let mut all = pairs
            .iter()
            .filter(|(own, _, _)| own.eq_ignore_ascii_case(key));
        let found = all.next();
        let message = match (found, all.next()) {
            (Some((_, value, _)), None) => return Some(value.trim()),
            (None, _) => format!("{what} without {key}, expected one"),
            _ => format!("{what} with several {key}, expected one"),
        };
        self.gather.faults.add(line, 0, message);
        None
    }

    fn node(&mut self, pairs: &Pairs<'a>, line: u64) {
        let Some(id) = self.needed(pairs, "node", "id", line) else {
            return;
        };
        let node = match self.gather.node(id, line) {
            Ok(node) => node,
            Err(message) => return self.gather.faults.add(line, 0, message),
        };
        for (key, value, _) in pairs {
            if let Some(source) = self.labels.find(key) {
                self.labels.put(source, node, value);
            } else if key.eq_ignore_ascii_case("isGroup") {
                if value.trim() == "1" {
                    self.gather.folders.of(node, line);
                }
            } else if key.eq_ignore_ascii_case("gid") {
                self.members.push(value.clone());
            } else if !key.eq_ignore_ascii_case("id") {
                self.node_data.number(key);
            }
        }
    }

    fn edge(&mut self, pairs: &Pairs<'a>, line: u64) {
        let source = self.needed(pairs, "edge", "source", line);
        let target = self.needed(pairs, "edge", "target", line);
        let (Some(source), Some(target)) = (source, target) else {
            return;
        };
        let edge = self.gather.edge(source, target, None, line);
        for (key, value, line) in pairs {
            let is_end = ["source", "target", "id"]
                .iter()
                .any(|own| key.eq_ignore_ascii_case(own));
            if !is_end {
                let column = self.gather.column(key);
                self.gather.put(column, edge, *line, value);
            }
        }
    }

    fn finish(mut self, last_line: u64) -> Result<GraphFile, Faults> {
        if let Some((_, line)) = self.lists.last() {
            let message = format!("the text ends within the list of line {line}, expected ]");
            self.gather.faults.add(last_line, 0, message);
        } else if self.graph_line.is_none() && self.gather.faults.is_empty() {
            let message = "found no graph [ … ], expected a text in GML";
            self.gather.faults.add(last_line, 0, message);
        }
        if self.directed.is_none() {
            let note = "it does not say directed: edges are undirected, as the format has it";
            self.gather.notes.push(note.to_owned());
        }
        self.gather.ways.all(self.directed.unwrap_or(false));
        let mut outside = 0u64;
        for group in std::mem::take(&mut self.members) {
            let node = self.gather.find_node(group.trim());
            match node.and_then(|node| self.gather.folders.find(node)) {
                Some(folder) => self.gather.folders.inside(folder),
                None => outside += 1,
            }
        }
        let notes = &mut self.gather.notes;
        if outside > 0 {
            notes.push(format!("{outside} nodes name a group (gid) that is none"));
        }
        for (what, keys) in [
            ("lists within edges are not read", &self.nested),
            ("data of nodes are not read", &self.node_data),
        ] {
            let names: Vec<&str> = (0..keys.len() as u32).map(|k| keys.name(k)).collect();
            if !names.is_empty() {
                notes.push(format!("{what}: {}", listed(names.into_iter())));
            }
        }
        self.gather.finish(GraphFormat::Gml, self.labels)
    }
}

#[cfg(test)]
mod tests;
