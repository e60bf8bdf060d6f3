//! A walk through an XML document (XML 1.0, Namespaces in XML 1.0) for GraphML and GEXF.
//!
//! Elements count by their local names; those of a namespace that is not the root element's are
//! foreign. Namespaces are read from the root element alone. Entities are never declared: a DOCTYPE
//! that does so is refused, and only the five of XML and characters by number are known.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::encoding::EncodingError;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesRef, BytesStart, BytesText, Event};

use crate::base::cancel::Cancel;

use super::super::fault::{Faults, shown};
pub use super::xml_element::Element;

/// What is said when somebody asked to stop.
pub const STOPPED: &str = "reading was stopped before its end";
/// Pieces of a document between two looks at whether somebody asks to stop.
const PIECES: u32 = 4096;

/// A piece of a document.
#[derive(Debug)]
pub enum Piece<'a> {
    /// An element begins.
    Open(Element<'a>),
    /// An element ends; not told of an empty one.
    Close,
    /// Text.
    Text(Cow<'a, str>),
}

/// A walk through a document.
pub struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    cancel: Cancel,
    pieces: u32,
    newline: u8,
    /// The line of the byte `counted`.
    line: u64,
    counted: usize,
    /// Where the piece begins.
    start: usize,
    /// Where the elements begin that are open.
    open: Vec<usize>,
    /// Whether a root element was found, and whether elements without prefix are of its namespace.
    has_root: bool,
    own_bare: bool,
    /// Prefixes of the root's namespace.
    own_prefixes: Vec<Vec<u8>>,
}

impl<'a> Walk<'a> {
    /// A walk from the beginning.
    #[must_use]
    pub fn new(text: &'a str, cancel: &Cancel) -> Self {
        let has_newline = memchr::memchr(b'\n', text.as_bytes()).is_some();
        Self {
            reader: Reader::from_str(text),
            text,
            cancel: cancel.clone(),
            pieces: 0,
            newline: if has_newline { b'\n' } else { b'\r' },
            line: 1,
            counted: 0,
            start: 0,
            open: Vec::new(),
            has_root: false,
            own_bare: true,
            own_prefixes: Vec::new(),
        }
    }

    /// The line of the piece.
    pub fn line(&mut self) -> u64 {
        if let Some(between) = self.text.as_bytes().get(self.counted..self.start) {
            self.line += memchr::memchr_iter(self.newline, between).count() as u64;
            self.counted = self.start;
        }
        self.line
    }

    /// The character of the line at which the piece begins, from 1; 0 when the problem would only
    /// be counted.
    #[must_use]
    pub fn column(&self, faults: &Faults) -> u64 {
        if faults.is_full() {
            return 0;
        }
        let before = self.text.get(..self.start).unwrap_or_default();
        let begin = memchr::memrchr(self.newline, before.as_bytes()).map_or(0, |at| at + 1);
        before
            .get(begin..)
            .map_or(0, |part| part.chars().count() as u64 + 1)
    }

    /// Adds a problem at the piece.
    pub fn fault(&mut self, faults: &mut Faults, message: impl Into<String>) {
        let (line, column) = (self.line(), self.column(faults));
        faults.add(line, column, message);
    }

    /// The next piece; none at the end and when the rest cannot be read, which is a problem then.
    pub fn next(&mut self, faults: &mut Faults) -> Option<Piece<'a>> {
        loop {
            self.pieces = self.pieces.wrapping_add(1);
            if self.pieces.is_multiple_of(PIECES) && self.cancel.is_requested() {
                *faults = Faults::whole(STOPPED);
                return None;
            }
            self.start = self.at();
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    self.broken(faults, &error);
                    return None;
                }
            };
            let piece = match event {
                Event::Start(start) => Ok(Some(self.element(start, false, faults)?)),
                Event::Empty(start) => Ok(Some(self.element(start, true, faults)?)),
                Event::End(_) => {
                    self.open.pop();
                    Ok(Some(Piece::Close))
                }
                Event::Text(part) => match plain_text(&part) {
                    Ok(text) if self.open.is_empty() => {
                        if text
                            .trim_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
                            .is_empty()
                        {
                            Ok(None)
                        } else {
                            Err("found text outside of the root element, expected none".to_owned())
                        }
                    }
                    Ok(text) => Ok(Some(Piece::Text(text))),
                    Err(error) => Err(error.to_string()),
                },
                Event::CData(part) => match part.xml10_content() {
                    Ok(text) => Ok(Some(Piece::Text(text))),
                    Err(error) => Err(error.to_string()),
                },
                Event::GeneralRef(part) => referred(&part).map(|c| Some(Piece::Text(c.into()))),
                Event::DocType(part) => doctype(part.as_ref()).map(|()| None),
                Event::Eof => {
                    self.ended(faults);
                    return None;
                }
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => Ok(None),
            };
            match piece {
                Ok(Some(piece)) => return Some(piece),
                Ok(None) => {}
                Err(message) => {
                    self.fault(faults, message);
                    return None;
                }
            }
        }
    }

    fn at(&self) -> usize {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        at.min(self.text.len())
    }

    fn element(
        &mut self,
        start: BytesStart<'a>,
        is_empty: bool,
        faults: &mut Faults,
    ) -> Option<Piece<'a>> {
        if self.open.is_empty() && self.has_root {
            let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
            self.fault(
                faults,
                format!("found a second root element <{name}>, expected one"),
            );
            return None;
        }
        let line = self.line();
        let mut element = Element::new(start, is_empty, line);
        if !self.has_root {
            self.has_root = true;
            if let Err(message) = self.namespaces(&element) {
                self.fault(faults, message);
                return None;
            }
        }
        element.is_own = match element.start().name().prefix() {
            None => self.own_bare,
            Some(prefix) => self.own_prefixes.iter().any(|own| own == prefix.as_ref()),
        };
        if !is_empty {
            self.open.push(self.start);
        }
        Some(Piece::Open(element))
    }

    /// The prefixes of the root's namespace.
    fn namespaces(&mut self, root: &Element<'a>) -> Result<(), String> {
        let own = root
            .start()
            .name()
            .prefix()
            .map(|prefix| prefix.as_ref().to_vec());
        let mut all: Vec<(Vec<u8>, String)> = Vec::new();
        root.attributes(|name, value| {
            if let Some(prefix) = name.strip_prefix(b"xmlns:") {
                all.push((prefix.to_vec(), value.into_owned()));
            } else if name == b"xmlns" {
                all.push((Vec::new(), value.into_owned()));
            }
        })?;
        let space = |prefix: &[u8]| {
            all.iter()
                .find(|(own, _)| own == prefix)
                .map(|(_, uri)| uri)
        };
        let uri = space(own.as_deref().unwrap_or_default());
        // Where nothing is said of elements without a prefix, they are the document's own.
        self.own_bare = own.is_none() || space(b"").is_none() || space(b"") == uri;
        self.own_prefixes = own.into_iter().collect();
        if let Some(uri) = uri {
            let alike = all
                .iter()
                .filter(|(prefix, own)| !prefix.is_empty() && own == uri);
            self.own_prefixes
                .extend(alike.map(|(prefix, _)| prefix.clone()));
        }
        Ok(())
    }

    /// The name of the element that begins at a place, and its line.
    fn opened(&self, at: usize) -> (String, u64) {
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let line = memchr::memchr_iter(self.newline, before).count() as u64 + 1;
        (name.chars().take(60).collect(), line)
    }

    fn broken(&mut self, faults: &mut Faults, error: &Error) {
        let at = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
        self.start = at.clamp(self.counted, self.text.len());
        while !self.text.is_char_boundary(self.start) {
            self.start -= 1;
        }
        let message = match (error, self.open.last()) {
            (Error::IllFormed(IllFormedError::MismatchedEndTag { found, .. }), Some(at)) => {
                let (name, line) = self.opened(*at);
                format!("found </{found}>, expected </{name}>, which line {line} opens")
            }
            _ => format!("it is no well-formed XML: {error}"),
        };
        self.fault(faults, message);
    }

    fn ended(&mut self, faults: &mut Faults) {
        if let Some(at) = self.open.last() {
            let (name, line) = self.opened(*at);
            let message = format!("the document ends within <{name}> of line {line}");
            self.fault(faults, format!("{message}, expected </{name}>"));
        }
    }
}

/// A text, with line feeds alone at the ends of its lines.
fn plain_text<'a>(part: &BytesText<'a>) -> Result<Cow<'a, str>, EncodingError> {
    if memchr::memchr(b'\r', part).is_some() {
        part.xml10_content()
    } else {
        part.decode()
    }
}

/// A DOCTYPE that declares nothing to expand.
fn doctype(inner: &[u8]) -> Result<(), String> {
    let inner = String::from_utf8_lossy(inner);
    let Some((_, rest)) = inner.split_once("<!ENTITY") else {
        return Ok(());
    };
    let mut words = rest.split_whitespace();
    let name = words.find(|word| *word != "%").unwrap_or_default();
    Err(format!(
        "its DOCTYPE declares the entity {} (<!ENTITY), and entities are not expanded; expected a \
         document without them",
        shown(name)
    ))
}

/// The character of `&#46;`, `&lt;` and their like.
fn referred(reference: &BytesRef) -> Result<String, String> {
    match reference.resolve_char_ref() {
        Ok(Some(found)) => return Ok(found.to_string()),
        Ok(None) => {}
        Err(error) => return Err(error.to_string()),
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    let found = match name.as_ref() {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "apos" => "'",
        "quot" => "\"",
        other => {
            let name: String = other.chars().take(60).collect();
            return Err(format!("found &{name};, which is not declared"));
        }
    };
    Ok(found.to_owned())
}
