//! GraphML (Brandes et al., GraphML progress report, 2002; <http://graphml.graphdrawing.org>), as
//! NetworkX, igraph, graph-tool, Gephi, NodeXL, Cytoscape, yEd, yFiles and Neo4j write it.
//!
//! Every datum of edges is kept by the name that its key gives it, attributes of edges that the
//! format does not know among them. Nested graphs are flattened, ports passed over. Hyperedges, a
//! second graph and graphs in other files (`<locator>`) are refused.

use std::borrow::Cow;

use crate::base::cancel::Cancel;

use super::super::fault::{Faults, shown};
use super::data::GraphFile;
use super::format::GraphFormat;
use super::gather::{Gather, listed};
use super::graphml_keys::{DRAWN, Keys, LABELS};
use super::labels::Labels;
use super::xml::{Element, Piece, Walk};

/// What an open element is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Level {
    Root,
    Key(usize),
    /// Its direction, and the folder that holds it.
    Graph(Option<bool>, Option<usize>),
    /// The place of the node.
    Node(u32),
    /// The place of the edge.
    Edge(u32),
    Datum,
    /// A label drawn by yFiles, within a datum.
    Drawn,
    Default,
    /// Anything else, and all within.
    Other,
}

struct Document<'a> {
    walk: Walk<'a>,
    gather: Gather,
    keys: Keys,
    labels: Labels,
    levels: Vec<Level>,
    /// The line of the graph that is in no other.
    graph_line: Option<u64>,
    /// The owner, key and line of the datum that is open, its text and its first drawn label.
    datum: Option<(Level, usize, u64)>,
    text: Cow<'a, str>,
    drawn: Cow<'a, str>,
    /// The names of columns made of attributes.
    attributes: Vec<(String, usize)>,
    /// Hyperedges and the line of the first.
    hyperedges: (u64, u64),
    ports: u64,
    port_ends: u64,
    nested_in_edges: u64,
    more_drawn: u64,
}

/// Reads a document.
///
/// # Errors
/// With all that is wrong.
pub fn parse(text: &str, cancel: &Cancel) -> Result<GraphFile, Faults> {
    let mut document = Document {
        walk: Walk::new(text, cancel),
        gather: Gather::new("<node>", text.len()),
        keys: Keys::default(),
        labels: Labels::new(&LABELS),
        levels: Vec::new(),
        graph_line: None,
        datum: None,
        text: Cow::Borrowed(""),
        drawn: Cow::Borrowed(""),
        attributes: Vec::new(),
        hyperedges: (0, 0),
        ports: 0,
        port_ends: 0,
        nested_in_edges: 0,
        more_drawn: 0,
    };
    let edges = memchr::memmem::find_iter(text.as_bytes(), b"<edge").count();
    document.gather.make_room(edges);
    while let Some(piece) = document.walk.next(&mut document.gather.faults) {
        match piece {
            Piece::Open(element) => {
                let level = match document.open(&element) {
                    Ok(level) => level,
                    Err(message) => {
                        document.walk.fault(&mut document.gather.faults, message);
                        Level::Other
                    }
                };
                document.levels.push(level);
                if element.is_empty {
                    document.close();
                }
            }
            Piece::Close => document.close(),
            Piece::Text(part) => document.text(part),
        }
    }
    document.finish(cancel)
}

impl<'a> Document<'a> {
    /// What an element is, after its attributes are read.
    fn open(&mut self, element: &Element<'_>) -> Result<Level, String> {
        let Some(&level) = self.levels.last() else {
            return if element.local() == b"graphml" {
                Ok(Level::Root)
            } else {
                Err(format!("found <{}>, expected <graphml>", element.name()))
            };
        };
        if matches!(level, Level::Datum | Level::Drawn | Level::Other) {
            // `Label.Text` is that of yFiles for HTML, which wraps it into several elements.
            let is_label = matches!(element.local(), b"NodeLabel" | b"EdgeLabel" | b"Label.Text");
            let is_drawn = self.datum.is_some() && is_label;
            return Ok(if is_drawn {
                self.open_drawn()
            } else {
                Level::Other
            });
        }
        if !element.is_own {
            return Ok(Level::Other);
        }
        match (element.local(), level) {
            (b"key", Level::Root | Level::Graph(..)) => {
                let key = self.keys.declare(element, &self.labels, &mut self.gather)?;
                Ok(Level::Key(key))
            }
            (b"default", Level::Key(_)) => {
                self.text = Cow::Borrowed("");
                Ok(Level::Default)
            }
            (b"graph", Level::Root | Level::Graph(..) | Level::Node(_) | Level::Edge(_)) => {
                self.open_graph(element, level)
            }
            (b"node", Level::Graph(_, folder)) => {
                let [id] = element.some(["id"])?;
                let id = id.ok_or("<node> without id, expected one")?;
                let node = self.gather.node(&id, element.line)?;
                if let Some(folder) = folder {
                    self.gather.folders.inside(folder);
                }
                Ok(Level::Node(node))
            }
            (b"edge", Level::Graph(directed, _)) => self.open_edge(element, directed),
            (b"data", Level::Node(_) | Level::Edge(_)) => self.open_datum(element, level),
            (b"hyperedge", Level::Graph(..)) => {
                if self.hyperedges.0 == 0 {
                    self.hyperedges.1 = element.line;
                }
                self.hyperedges.0 += 1;
                Ok(Level::Other)
            }
            (b"port", Level::Node(_)) => {
                self.ports += 1;
                Ok(Level::Other)
            }
            (b"locator", _) => Err(
                "found <locator>, a graph in another file, which is not read; \
                                    expected the graph itself"
                    .to_owned(),
            ),
            (b"node" | b"edge" | b"hyperedge", Level::Root) => {
                Err(format!("found <{}> outside of a <graph>", element.name()))
            }
            (b"graphml", _) => Err("found <graphml> within <graphml>, expected one".to_owned()),
            _ => Ok(Level::Other),
        }
    }

    fn open_drawn(&mut self) -> Level {
        if self.drawn.trim().is_empty() {
            self.drawn = Cow::Borrowed("");
            Level::Drawn
        } else {
            self.more_drawn += 1;
            Level::Other
        }
    }

    fn open_graph(&mut self, element: &Element<'_>, level: Level) -> Result<Level, String> {
        let [direction] = element.some(["edgedefault"])?;
        let mut directed = match direction {
            None => None,
            Some(word) => Some(way(&word, "edgedefault")?),
        };
        let mut folder = None;
        match level {
            Level::Root => {
                if let Some(line) = self.graph_line {
                    return Err(format!(
                        "found a second <graph> (the first is in line {line}), expected one"
                    ));
                }
                self.graph_line = Some(element.line);
                self.gather.ways.fallback = directed;
            }
            Level::Node(node) => folder = Some(self.gather.folders.of(node, element.line)),
            Level::Edge(_) => self.nested_in_edges += 1,
            _ => {}
        }
        if directed.is_none() {
            let outer = self.levels.iter().rev().find_map(|level| match level {
                Level::Graph(directed, _) => Some(*directed),
                _ => None,
            });
            directed = outer.flatten();
        }
        Ok(Level::Graph(directed, folder))
    }

    fn open_edge(&mut self, element: &Element<'_>, default: Option<bool>) -> Result<Level, String> {
        let (mut source, mut target, mut directed) = (None, None, None);
        let (mut is_twice, mut ports, mut others) = (false, 0, Vec::new());
        element.attributes(|name, value| match name {
            b"source" => is_twice |= source.replace(value).is_some(),
            b"target" => is_twice |= target.replace(value).is_some(),
            b"directed" => is_twice |= directed.replace(value).is_some(),
            b"id" => {}
            b"sourceport" | b"targetport" => ports += 1,
            other if other.contains(&b':') || other.starts_with(b"xmlns") => {}
            other => others.push((other, value)),
        })?;
        if is_twice {
            return Err("an attribute of <edge> stands twice, expected it once".to_owned());
        }
        let source = source.ok_or("<edge> without source, expected one")?;
        let target = target.ok_or("<edge> without target, expected one")?;
        let directed = match directed {
            Some(word) => Some(way(&word, "directed")?),
            None => default,
        };
        self.port_ends += ports;
        let edge = self.gather.edge(&source, &target, directed, element.line);
        for (name, value) in others {
            let name = String::from_utf8_lossy(name);
            let count = self.gather.columns().len();
            let column = self.gather.column_shown(&format!("\0{name}"), &name);
            if column == count {
                self.attributes.push((name.into_owned(), column));
            }
            self.gather.put(column, edge, element.line, &value);
        }
        Ok(Level::Edge(edge))
    }

    fn open_datum(&mut self, element: &Element<'_>, level: Level) -> Result<Level, String> {
        let [id] = element.some(["key"])?;
        let id = id.ok_or("<data> without key, expected one")?;
        let by_edge = matches!(level, Level::Edge(_));
        let key = self.keys.used(&id, by_edge, &self.labels);
        self.datum = Some((level, key, element.line));
        self.text = Cow::Borrowed("");
        self.drawn = Cow::Borrowed("");
        Ok(Level::Datum)
    }

    fn text(&mut self, part: Cow<'a, str>) {
        let own = match self.levels.last() {
            Some(Level::Datum | Level::Default) => &mut self.text,
            Some(Level::Drawn) => &mut self.drawn,
            _ => return,
        };
        if own.is_empty() {
            *own = part;
        } else {
            own.to_mut().push_str(&part);
        }
    }

    fn close(&mut self) {
        match self.levels.pop() {
            Some(Level::Default) => {
                if let Some(Level::Key(key)) = self.levels.last() {
                    self.keys.set_default(*key, &self.text, &mut self.gather);
                }
            }
            Some(Level::Datum) => {
                let Some((owner, key, line)) = self.datum.take() else {
                    return;
                };
                let (text, drawn) = (self.text.trim(), self.drawn.trim());
                match owner {
                    Level::Node(node) => {
                        if !text.is_empty() {
                            self.keys.count_of_node(key);
                        }
                        if let Some(source) = self.keys.label(key) {
                            self.labels.put(source, node, text);
                        }
                        self.labels.put(DRAWN, node, drawn);
                    }
                    Level::Edge(edge) => {
                        let text = if text.is_empty() { drawn } else { text };
                        if let Some(column) = self.keys.column(key, &mut self.gather) {
                            self.gather.put(column, edge, line, text);
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn finish(mut self, cancel: &Cancel) -> Result<GraphFile, Faults> {
        if cancel.is_requested() {
            return Err(Faults::whole(super::xml::STOPPED));
        }
        if self.hyperedges.0 > 0 {
            let (all, line) = self.hyperedges;
            let message = format!(
                "found {all} <hyperedge>, the first here: edges of more than two ends are not \
                 read, expected <edge>"
            );
            self.gather.faults.add(line, 0, message);
        }
        if self.graph_line.is_none() && self.gather.faults.is_empty() {
            let message = "found no <graph>, expected a GraphML document with one";
            self.walk.fault(&mut self.gather.faults, message);
        }
        self.tell_attributes();
        self.keys.tell(&mut self.gather);
        let notes = &mut self.gather.notes;
        if self.ports + self.port_ends > 0 {
            notes.push(format!(
                "ports are passed over ({} <port>, {} ends of edges at a port): edges end at nodes",
                self.ports, self.port_ends
            ));
        }
        if self.nested_in_edges > 0 {
            notes.push(format!(
                "{} graphs within edges are flattened",
                self.nested_in_edges
            ));
        }
        if self.more_drawn > 0 {
            notes.push(format!(
                "{} labels are drawn beside the first of their node or edge and not read",
                self.more_drawn
            ));
        }
        self.gather.finish(GraphFormat::GraphMl, self.labels)
    }

    /// Attributes of edges that the format does not know are data, unless data of that name exist.
    fn tell_attributes(&mut self) {
        let (mut kept, mut dropped) = (Vec::new(), Vec::new());
        for (name, column) in std::mem::take(&mut self.attributes) {
            let other = self.gather.find_column(&name);
            let other = other.and_then(|other| self.gather.columns().get(other));
            if other.is_some_and(|own| own.numbers + own.text_count > 0) {
                if let Some(own) = self.gather.column_mut(column) {
                    *own = super::EdgeColumn::new("", 0);
                }
                dropped.push(name);
            } else {
                kept.push(name);
            }
        }
        let notes = &mut self.gather.notes;
        if !kept.is_empty() {
            let names = listed(kept.iter().map(String::as_str));
            notes.push(format!("attributes of edges are read as data: {names}"));
        }
        if !dropped.is_empty() {
            let names = listed(dropped.iter().map(String::as_str));
            notes.push(format!(
                "attributes of edges are not read, since data have the same name: {names}"
            ));
        }
    }
}

/// `directed`, `true`, `undirected` or `false`, in any case.
fn way(word: &str, what: &str) -> Result<bool, String> {
    match word.trim().to_ascii_lowercase().as_str() {
        "directed" | "true" | "1" => Ok(true),
        "undirected" | "false" | "0" => Ok(false),
        _ => Err(format!(
            "{what} is {}, expected directed or undirected",
            shown(word)
        )),
    }
}

#[cfg(test)]
mod tests;
