//! Pajek networks (`.net`; de Nooy, Mrvar and Batagelj, Exploratory Social Network Analysis with
//! Pajek), as Pajek, NetworkX and igraph write them.
//!
//! Vertices are numbered from 1. Coordinates, colours and times are passed over, partitions and
//! vectors of a project (`.paj`) as well.

use std::ops::Range;

use crate::base::cancel::Cancel;

use super::super::cells::{Lines, Separator, split, unquoted};
use super::super::fault::{Faults, shown};
use super::super::number::{Decimal, number};
use super::data::{Direction, GraphFile};
use super::edge_data::EdgeData;
use super::format::GraphFormat;
use super::labels::Labels;
pub use super::pajek_sections::is_pajek;
use super::pajek_sections::{Section, section};
use super::sizes::{numbered, vertex};
use super::xml::STOPPED;

/// Lines between two looks at whether somebody asks to stop.
const PIECES: u64 = 4096;

#[derive(Default)]
struct Network {
    faults: Faults,
    notes: Vec<String>,
    /// The line of `*Network` and of `*Vertices`.
    network_line: u64,
    vertices_line: u64,
    vertices: u64,
    /// Vertices of the first kind, of two.
    first_kind: Option<u64>,
    /// Whether a vertex has a line of its own.
    listed: Vec<bool>,
    edges: Vec<[u32; 2]>,
    lines: Vec<u32>,
    directed: Vec<bool>,
    data: EdgeData,
    weight: Option<usize>,
    relation: Option<f64>,
    relations: u64,
    /// Numbers of a matrix so far, and the line of its begin.
    cells: u64,
    matrix_line: u64,
    /// Lines with more than is read.
    more: u64,
    foreign: u64,
}

/// Reads a network.
///
/// # Errors
/// With all that is wrong.
pub fn parse(text: &str, cancel: &Cancel) -> Result<GraphFile, Faults> {
    let mut network = Network::default();
    let mut labels = Labels::new(&["label"]);
    let (mut cells, mut now) = (Vec::new(), Section::Before);
    for (line, own) in Lines::new(text, false) {
        if line % PIECES == 1 && cancel.is_requested() {
            return Err(Faults::whole(STOPPED));
        }
        let own = own.trim();
        if own.is_empty() || own.starts_with('%') {
            continue;
        }
        let taken = if let Some(head) = own.strip_prefix('*') {
            network
                .begin(head, now, line, text.len())
                .map(|next| now = next)
        } else {
            split(own, Separator::Blanks, &mut cells);
            match now {
                Section::Vertices => network.vertex(own, &cells, &mut labels),
                Section::Pairs(directed) => network.pair(own, &cells, directed, line),
                Section::Lists(directed) => network.neighbours(own, &cells, directed, line),
                Section::Matrix => network.row(own, &cells, line),
                Section::Before => Err(format!("found {}, expected *Vertices", shown(own))),
                Section::Foreign => {
                    network.foreign += 1;
                    Ok(())
                }
            }
        };
        if let Err(message) = taken {
            network.faults.add(line, 0, message);
            if now == Section::Before {
                return Err(network.faults);
            }
        }
    }
    network.check_matrix();
    network.finish(text.len(), labels)
}

/// A cell of a line.
fn cell<'a>(line: &'a str, cells: &[Range<usize>], k: usize) -> Option<&'a str> {
    line.get(cells.get(k)?.clone())
}

impl Network {
    /// The section that a line behind its `*` begins.
    fn begin(
        &mut self,
        head: &str,
        now: Section,
        line: u64,
        text_len: usize,
    ) -> Result<Section, String> {
        self.check_matrix();
        let mut words = head.split_whitespace();
        let word = words.next().unwrap_or_default();
        let Some(next) = section(word) else {
            return Err(format!(
                "found the section {}, expected *Vertices, *Arcs, *Edges, *Arcslist, *Edgeslist or \
                 *Matrix",
                shown(word)
            ));
        };
        match next {
            Section::Before if self.network_line > 0 || self.vertices_line > 0 => {
                let first = self.network_line.max(self.vertices_line);
                return Err(format!(
                    "found a second network (the first is in line {first}), expected one"
                ));
            }
            Section::Before => self.network_line = line,
            // A partition has vertices of its own.
            Section::Vertices if now == Section::Foreign => return Ok(Section::Foreign),
            Section::Vertices if self.vertices_line > 0 => {
                let first = self.vertices_line;
                return Err(format!(
                    "found a second *Vertices (the first is in line {first}), expected one"
                ));
            }
            Section::Vertices => {
                self.vertices_line = line;
                let count = words.next().and_then(|word| word.parse::<u64>().ok());
                let count = count.ok_or("*Vertices without their number, expected one")?;
                numbered(count, text_len)?;
                self.vertices = count;
                if let Some(kind) = words.next().and_then(|word| word.parse::<u64>().ok())
                    && kind < count
                {
                    self.first_kind = Some(kind);
                    let rest = count - kind;
                    self.notes.push(format!(
                        "vertices of two kinds ({kind} and {rest}) are read as one graph"
                    ));
                }
            }
            Section::Foreign => {}
            _ if self.vertices_line == 0 => {
                return Err(format!("found *{word}, expected *Vertices before it"));
            }
            _ => self.relation(words.next()),
        }
        if next == Section::Matrix {
            self.matrix_line = line;
            self.cells = 0;
        }
        Ok(next)
    }

    /// `:2` behind the name of a section.
    fn relation(&mut self, word: Option<&str>) {
        let digits = word.and_then(|word| word.strip_prefix(':'));
        self.relation = digits.and_then(|digits| number(digits, Decimal::Point));
        self.relations += u64::from(self.relation.is_some());
    }

    fn vertex(
        &mut self,
        line: &str,
        cells: &[Range<usize>],
        labels: &mut Labels,
    ) -> Result<(), String> {
        let place = vertex(cell(line, cells, 0).unwrap_or_default(), self.vertices)?;
        if self.listed.len() <= place as usize {
            self.listed.resize(place as usize + 1, false);
        }
        if let Some(listed) = self.listed.get_mut(place as usize) {
            if *listed {
                return Err(format!(
                    "found the vertex {} twice, expected it once",
                    place + 1
                ));
            }
            *listed = true;
        }
        if let Some(label) = cell(line, cells, 1) {
            labels.put(0, place, &unquoted(label));
        }
        Ok(())
    }

    fn add(&mut self, ends: [u32; 2], directed: bool, line: u64) -> usize {
        let edge = self.edges.len();
        self.edges.push(ends);
        self.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        self.directed.push(directed);
        if let Some(relation) = self.relation {
            let column = self.data.column("relation");
            self.data.put_number(column, edge, relation);
        }
        edge
    }

    fn put_weight(&mut self, edge: usize, weight: f64) {
        let column = self.data.column("weight");
        self.weight = Some(column);
        self.data.put_number(column, edge, weight);
    }

    fn pair(
        &mut self,
        line: &str,
        cells: &[Range<usize>],
        directed: bool,
        at: u64,
    ) -> Result<(), String> {
        let end = |k| match cell(line, cells, k) {
            Some(text) => vertex(text, self.vertices),
            None => Err(format!("found {}, expected two vertices", shown(line))),
        };
        let ends = [end(0)?, end(1)?];
        let edge = self.add(ends, directed, at);
        if let Some(text) = cell(line, cells, 2) {
            match number(text, Decimal::Point) {
                Some(weight) => {
                    self.put_weight(edge, weight);
                    self.more += u64::from(cells.len() > 3);
                }
                None if text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '[') => {
                    self.more += 1;
                }
                None => return Err(format!("the weight is {}, expected a number", shown(text))),
            }
        }
        Ok(())
    }

    fn neighbours(
        &mut self,
        line: &str,
        cells: &[Range<usize>],
        directed: bool,
        at: u64,
    ) -> Result<(), String> {
        let mut ends = cells
            .iter()
            .map(|place| line.get(place.clone()).unwrap_or_default());
        let first = vertex(ends.next().unwrap_or_default(), self.vertices)?;
        for end in ends {
            let second = vertex(end, self.vertices)?;
            self.add([first, second], directed, at);
        }
        Ok(())
    }

    /// How many columns a matrix has, and the number of the vertex of the first.
    fn columns(&self) -> (u64, u64) {
        let rows = self.first_kind.unwrap_or(0);
        (self.vertices - rows, rows)
    }

    fn row(&mut self, line: &str, cells: &[Range<usize>], at: u64) -> Result<(), String> {
        let (columns, first) = self.columns();
        for place in cells {
            let text = line.get(place.clone()).unwrap_or_default();
            let found = number(text, Decimal::Point);
            let weight =
                found.ok_or_else(|| format!("found {}, expected a number", shown(text)))?;
            let (row, column) = (self.cells / columns.max(1), self.cells % columns.max(1));
            self.cells += 1;
            let ends = [u32::try_from(row), u32::try_from(first + column)];
            if let ([Ok(row), Ok(column)], true) = (ends, weight != 0.0) {
                let edge = self.add([row, column], true, at);
                self.put_weight(edge, weight);
            }
        }
        Ok(())
    }

    fn check_matrix(&mut self) {
        let (columns, _) = self.columns();
        let rows = self.first_kind.unwrap_or(self.vertices);
        if self.matrix_line > 0 && u128::from(self.cells) != u128::from(rows) * u128::from(columns)
        {
            let message = format!(
                "*Matrix has {} numbers, expected {rows} rows of {columns}",
                self.cells
            );
            self.faults.add(self.matrix_line, 0, message);
        }
        self.matrix_line = 0;
    }

    fn finish(mut self, text_len: usize, labels: Labels) -> Result<GraphFile, Faults> {
        if self.vertices_line == 0 && self.faults.is_empty() {
            self.faults
                .add(0, 0, "found no *Vertices, expected a network of Pajek");
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let names = numbered(self.vertices, text_len).map_err(Faults::whole)?;
        let all = self.edges.len();
        if let Some(weight) = self.weight.and_then(|k| self.data.columns.get_mut(k)) {
            weight.default = Some(1.0);
            let without = all as u64 - weight.numbers;
            if without > 0 {
                self.notes.push(format!(
                    "{without} of {all} lines have no weight, which is 1 then, as the format has it"
                ));
            }
        }
        if self.relations > 0 {
            self.notes.push(format!(
                "{} sections are of numbered relations: their edges are read as one graph, the \
                 numbers as the datum \"relation\"",
                self.relations
            ));
        }
        if self.more > 0 {
            self.notes.push(format!(
                "drawing and times of {} edges are not read",
                self.more
            ));
        }
        if self.foreign > 0 {
            let lines = self.foreign;
            self.notes.push(format!(
                "{lines} lines of partitions, vectors and such are not read"
            ));
        }
        let directed = self.directed.iter().filter(|own| **own).count();
        let direction = if all == 0 {
            Direction::Unsaid
        } else if directed == all {
            Direction::Directed
        } else if directed == 0 {
            Direction::Undirected
        } else {
            self.notes.push(format!(
                "{directed} of {all} are arcs, the others edges (undirected)"
            ));
            Direction::Each(self.directed)
        };
        let vertices: Vec<u32> = (0..names.len() as u32).collect();
        Ok(GraphFile {
            names,
            lists_vertices: true,
            first_id: Some(1),
            labels: labels.finish(&vertices, &mut self.notes),
            lines: self.lines,
            direction,
            columns: self.data.finish(all),
            edges: self.edges,
            notes: self.notes,
            ..GraphFile::empty(GraphFormat::Pajek)
        })
    }
}

#[cfg(test)]
mod tests;
