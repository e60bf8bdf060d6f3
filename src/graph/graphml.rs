//! GraphML (Brandes et al., 2002): nodes in the order in which they stand, edges with the data
//! `weight` and `delay`.
//!
//! An undirected edge is felt both ways. Nested graphs, ports and hyperedges are refused; data with
//! other names and elements with a prefix are passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use thiserror::Error;

use super::edge_list::EdgeRecord;

/// What is wrong with a document.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {line}: {message}")]
pub struct GraphMlError {
    /// The line, from 1.
    pub line: usize,
    /// What was found, and what was expected.
    pub message: String,
}

/// A graph as it stands in a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadGraph {
    /// The names of its nodes; vertex k is the kth.
    pub names: Vec<String>,
    /// Its edges, directed.
    pub edges: Vec<EdgeRecord>,
}

/// A datum that edges may have.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Datum {
    Weight,
    Delay,
}

/// An edge before all nodes are known.
struct Loose {
    line: usize,
    ends: [String; 2],
    directed: bool,
    weight: f64,
    delay_s: f64,
}

#[derive(Default)]
struct Document {
    names: Vec<String>,
    numbers: BTreeMap<String, u64>,
    loose: Vec<Loose>,
    keys: BTreeMap<String, Datum>,
    declared: BTreeSet<String>,
    defaults: (Option<f64>, Option<f64>),
    directed: Option<bool>,
    /// The edge, the key and the datum that are open.
    edge: Option<Loose>,
    key: Option<Datum>,
    datum: Option<Datum>,
    text: String,
    /// Whether a default value is open.
    in_default: bool,
}

/// Reads a document.
///
/// # Errors
/// With the first line that is not as expected.
pub fn parse(text: &str) -> Result<ReadGraph, GraphMlError> {
    let mut reader = Reader::from_str(text);
    let mut document = Document::default();
    let (mut line, mut counted, mut depth) = (1, 0, 0);
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let read = text.as_bytes().get(counted..at.min(text.len()));
        line += read.map_or(0, |read| read.iter().filter(|byte| **byte == b'\n').count());
        counted = at.min(text.len());
        let fault = |message: String| GraphMlError { line, message };
        match event.map_err(|error| fault(error.to_string()))? {
            Event::Start(element) => {
                depth += 1;
                document.open(&element, line).map_err(fault)?;
            }
            Event::Empty(element) => {
                document.open(&element, line).map_err(fault)?;
                document.close(element.name().as_ref()).map_err(fault)?;
            }
            Event::Text(part) => {
                let part = part.xml10_content();
                document.text += &part.map_err(|error| fault(error.to_string()))?;
            }
            Event::CData(part) => {
                let part = part.decode();
                document.text += &part.map_err(|error| fault(error.to_string()))?;
            }
            Event::GeneralRef(part) => document.text.push(referred(&part).map_err(fault)?),
            Event::End(element) => {
                depth -= 1;
                document.close(element.name().as_ref()).map_err(fault)?;
            }
            Event::Eof if depth > 0 => {
                let message = "the document ends within an element, expected all to be closed";
                return Err(fault(message.to_owned()));
            }
            Event::Eof => return document.finish(line),
            _ => {}
        }
    }
}

/// The character of `&#46;`, `&lt;` and their like.
fn referred(reference: &BytesRef) -> Result<char, String> {
    if let Some(found) = reference
        .resolve_char_ref()
        .map_err(|error| error.to_string())?
    {
        return Ok(found);
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    match name.as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        other => Err(format!("found &{other};, which is not declared")),
    }
}

fn attribute(element: &BytesStart, name: &str) -> Result<Option<String>, String> {
    let found = element.try_get_attribute(name);
    let Some(found) = found.map_err(|error| error.to_string())? else {
        return Ok(None);
    };
    let value = found.normalized_value(XmlVersion::default());
    Ok(Some(value.map_err(|error| error.to_string())?.into_owned()))
}

fn needed(element: &BytesStart, name: &str) -> Result<String, String> {
    let of = String::from_utf8_lossy(element.local_name().as_ref()).into_owned();
    attribute(element, name)?.ok_or_else(|| format!("<{of}> without {name}, expected one"))
}

fn directed(word: &str) -> Result<bool, String> {
    match word {
        "directed" | "true" => Ok(true),
        "undirected" | "false" => Ok(false),
        other => Err(format!("found {other:?}, expected directed or undirected")),
    }
}

fn finite(text: &str, what: &str) -> Result<f64, String> {
    let found = f64::from_str(text.trim()).ok().filter(|x| x.is_finite());
    found.ok_or_else(|| format!("found {text:?}, expected a finite {what}"))
}

impl Document {
    fn open(&mut self, element: &BytesStart, line: usize) -> Result<(), String> {
        match element.name().as_ref() {
            b"key" => self.open_key(element)?,
            b"default" => self.in_default = true,
            b"graph" if self.directed.is_some() => {
                return Err("found a second or nested graph, expected one".to_owned());
            }
            b"graph" => self.directed = Some(directed(&needed(element, "edgedefault")?)?),
            b"node" => {
                let name = needed(element, "id")?;
                let number = self.names.len() as u64;
                if self.numbers.insert(name.clone(), number).is_some() {
                    return Err(format!("there are two nodes {name:?}, expected one"));
                }
                self.names.push(name);
            }
            b"edge" => {
                let own = attribute(element, "directed")?;
                self.edge = Some(Loose {
                    line,
                    ends: [needed(element, "source")?, needed(element, "target")?],
                    directed: match own {
                        Some(word) => directed(&word)?,
                        None => self.directed.ok_or("found an edge outside of a graph")?,
                    },
                    weight: self.defaults.0.unwrap_or(1.0),
                    delay_s: self.defaults.1.unwrap_or(0.0),
                });
            }
            b"data" => {
                let key = needed(element, "key")?;
                if !self.declared.contains(&key) {
                    return Err(format!(
                        "data of the key {key:?}, which is not declared before"
                    ));
                }
                self.datum = self.keys.get(&key).copied();
            }
            b"hyperedge" | b"port" => return Err("hyperedges and ports are not read".to_owned()),
            _ => {}
        }
        self.text.clear();
        Ok(())
    }

    fn open_key(&mut self, element: &BytesStart) -> Result<(), String> {
        let of_edges = attribute(element, "for")?.is_none_or(|of| of == "edge" || of == "all");
        let id = needed(element, "id")?;
        let name = attribute(element, "attr.name")?.unwrap_or_else(|| id.clone());
        let datum = match name.as_str() {
            "weight" => Some(Datum::Weight),
            "delay" | "delay_s" => Some(Datum::Delay),
            _ => None,
        };
        self.key = datum.filter(|_| of_edges);
        self.declared.insert(id.clone());
        if let Some(datum) = self.key {
            self.keys.insert(id, datum);
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8]) -> Result<(), String> {
        match name {
            b"default" => {
                match self.key {
                    Some(Datum::Weight) => self.defaults.0 = Some(finite(&self.text, "weight")?),
                    Some(Datum::Delay) => self.defaults.1 = Some(finite(&self.text, "delay")?),
                    None => {}
                }
                self.in_default = false;
            }
            b"key" => self.key = None,
            b"data" => {
                if let (Some(datum), Some(edge)) = (self.datum.take(), &mut self.edge) {
                    match datum {
                        Datum::Weight => edge.weight = finite(&self.text, "weight")?,
                        Datum::Delay => edge.delay_s = finite(&self.text, "delay")?,
                    }
                }
            }
            b"edge" => self.loose.extend(self.edge.take()),
            _ => {}
        }
        Ok(())
    }

    fn finish(self, line: usize) -> Result<ReadGraph, GraphMlError> {
        if self.directed.is_none() {
            let message = "found no <graph>, expected a GraphML document".to_owned();
            return Err(GraphMlError { line, message });
        }
        let mut edges = Vec::with_capacity(self.loose.len());
        for edge in &self.loose {
            let number = |name: &String| {
                self.numbers.get(name).copied().ok_or_else(|| GraphMlError {
                    line: edge.line,
                    message: format!("an edge names {name:?}, expected the id of a node"),
                })
            };
            let own = EdgeRecord {
                source: number(&edge.ends[0])?,
                target: number(&edge.ends[1])?,
                weight: edge.weight,
                delay_s: edge.delay_s,
            };
            edges.push(own);
            if !edge.directed {
                edges.push(EdgeRecord {
                    source: own.target,
                    target: own.source,
                    ..own
                });
            }
        }
        Ok(ReadGraph {
            names: self.names,
            edges,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: &str = r#"<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="edge" attr.name="weight" attr.type="double"><default>0.5</default></key>
  <key id="d1" for="edge" attr.name="delay" attr.type="double"/>
  <key id="d2" for="node" attr.name="weight" attr.type="double"/>
  <graph id="G" edgedefault="undirected">
    <node id="a"><data key="d2">7</data></node><node id="b&amp;c"/><node id="d"/>
    <edge source="a" target="b&amp;c"/>
    <edge source="d" target="a" directed="true"><data key="d0">2</data><data key="d1">0.25</data></edge>
  </graph>
</graphml>"#;

    #[test]
    fn nodes_edges_and_data_are_read() {
        let read = parse(SMALL).unwrap();
        assert_eq!(read.names, ["a", "b&c", "d"]);
        let edge = |source, target, weight, delay_s| EdgeRecord {
            source,
            target,
            weight,
            delay_s,
        };
        assert_eq!(
            read.edges,
            [
                edge(0, 1, 0.5, 0.0),
                edge(1, 0, 0.5, 0.0),
                edge(2, 0, 2.0, 0.25)
            ]
        );
    }

    #[test]
    fn references_and_raw_text_are_read_as_they_are_meant() {
        for written in ["&#50;", "<![CDATA[2]]>", " 2 ", "2.&#48;"] {
            let read = parse(&SMALL.replace(">2<", &format!(">{written}<"))).unwrap();
            assert_eq!(read.edges[2].weight, 2.0, "{written}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let wrong = |from: &str, to: &str| parse(&SMALL.replace(from, to)).unwrap_err().to_string();
        assert_eq!(
            wrong("source=\"d\"", "source=\"e\""),
            "line 9: an edge names \"e\", expected the id of a node"
        );
        assert_eq!(
            wrong(">2<", ">two<"),
            "line 9: found \"two\", expected a finite weight"
        );
        assert_eq!(
            wrong("id=\"d\"", "id=\"a\""),
            "line 7: there are two nodes \"a\", expected one"
        );
        assert!(
            parse("<svg/>")
                .unwrap_err()
                .to_string()
                .contains("no <graph>")
        );
        for at in [1, 2, 3, 4, 5].map(|part| part * SMALL.len() / 6) {
            assert!(parse(&SMALL[..at]).is_err(), "{at}");
        }
        assert!(wrong("key=\"d1\"", "key=\"d9\"").contains("not declared before"));
        assert!(wrong(">2<", ">&two;<").contains("&two;"));
    }

    proptest! {
        #[test]
        fn no_cut_and_no_text_makes_it_panic(at in 0..SMALL.len(), text in ".{0,40}") {
            let _ = parse(SMALL.get(..at).unwrap_or_default());
            let _ = parse(&format!("{}{text}", SMALL.get(..at).unwrap_or_default()));
        }
    }
}
