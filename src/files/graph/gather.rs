//! What GraphML, GEXF and GML have in common: nodes with ids, edges that name them before or after
//! they are listed, folders of nodes, and data by name.
//!
//! Ends are numbered as they come, so that no edge keeps a name; which of them are nodes is settled
//! at the end of the document.

use super::super::fault::{Faults, SHOWN, shown};
use super::super::number::Decimal;
use super::data::{GraphFile, Names};
use super::edge_data::{EdgeColumn, EdgeData};
use super::folders::{Folders, NONE};
use super::format::GraphFormat;
use super::labels::Labels;
use super::names::NameIndex;
use super::ways::Ways;

/// Bytes that the columns of data may take without regard to the length of the text.
const FREE_BYTES: u64 = 64 << 20;
/// Bytes that they may take beyond that for each byte of text. A column takes 8 bytes for each
/// edge, and an edge some 40 bytes of text.
const BYTES_PER_BYTE: u64 = 16;

/// A graph while it is read.
#[derive(Debug)]
pub struct Gather {
    /// All problems so far.
    pub faults: Faults,
    /// What is to be told.
    pub notes: Vec<String>,
    /// What the format calls a node.
    word: &'static str,
    names: NameIndex,
    /// Of each name, its place among the nodes.
    node_of: Vec<u32>,
    /// Of each node, its name and its line.
    nodes: Vec<[u32; 2]>,
    edges: Vec<[u32; 2]>,
    lines: Vec<u32>,
    /// Which of the edges are directed.
    pub ways: Ways,
    /// Nodes that hold others.
    pub folders: Folders,
    data: EdgeData,
    column_names: NameIndex,
    /// Columns that have a name of their own since an earlier one has theirs.
    renamed: Vec<usize>,
    /// Of each column, the last edge that it has a datum of, from 1.
    last_edge: Vec<u32>,
    numeric_columns: u64,
    bytes_max: u64,
    is_full: bool,
}

impl Gather {
    /// Makes room for so many edges at once, so that nothing is doubled on the way.
    pub fn make_room(&mut self, edges: usize) {
        self.edges.reserve_exact(edges);
        self.lines.reserve_exact(edges);
        self.data.expected = edges;
    }

    /// Nothing yet, for a text of so many bytes.
    #[must_use]
    pub fn new(word: &'static str, text_len: usize) -> Self {
        Self {
            faults: Faults::default(),
            notes: Vec::new(),
            word,
            names: NameIndex::default(),
            node_of: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            lines: Vec::new(),
            ways: Ways::default(),
            folders: Folders::default(),
            data: EdgeData::default(),
            column_names: NameIndex::default(),
            renamed: Vec::new(),
            last_edge: Vec::new(),
            numeric_columns: 0,
            bytes_max: FREE_BYTES + BYTES_PER_BYTE * text_len as u64,
            is_full: false,
        }
    }

    fn number(&mut self, name: &str) -> u32 {
        let (number, is_new) = self.names.number(name);
        if is_new {
            self.node_of.push(NONE);
        }
        number
    }

    /// Lists a node and gives its place among the nodes.
    ///
    /// # Errors
    /// When a node of its name is listed.
    pub fn node(&mut self, id: &str, line: u64) -> Result<u32, String> {
        let name = self.number(id);
        let own = self.node_of.get(name as usize).copied().unwrap_or(NONE);
        if own != NONE {
            let first = self.nodes.get(own as usize).map_or(0, |node| node[1]);
            return Err(format!(
                "found a second {} {} (the first is in line {first}), expected one",
                self.word,
                shown(id)
            ));
        }
        let place = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        if let Some(free) = self.node_of.get_mut(name as usize) {
            *free = place;
        }
        self.nodes.push([name, short(line)]);
        Ok(place)
    }

    /// Adds an edge and gives its place; `directed` is none where nothing says so.
    pub fn edge(&mut self, source: &str, target: &str, directed: Option<bool>, line: u64) -> u32 {
        let ends = [self.number(source), self.number(target)];
        let place = self.edges.len();
        self.ways.push(place, directed);
        self.edges.push(ends);
        self.lines.push(short(line));
        u32::try_from(place).unwrap_or(NONE)
    }

    /// The place of a node that is listed.
    #[must_use]
    pub fn find_node(&self, id: &str) -> Option<u32> {
        let node = self.node_of.get(self.names.find(id)? as usize).copied();
        node.filter(|node| *node != NONE)
    }

    /// How many edges there are so far.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.edges.len()
    }

    /// The column of this name, made when there is none.
    pub fn column(&mut self, name: &str) -> usize {
        self.column_shown(name, name)
    }

    /// The column that is found by `key` and is called `name`.
    pub fn column_shown(&mut self, key: &str, name: &str) -> usize {
        let (number, is_new) = self.column_names.number(key);
        if is_new {
            self.data.columns.push(EdgeColumn::new(name, 0));
            self.last_edge.push(0);
        }
        number as usize
    }

    /// A new column of this name; a second one of the name is called `name (id)`.
    pub fn new_column(&mut self, name: &str, id: &str) -> usize {
        if self.column_names.find(name).is_none() {
            return self.column(name);
        }
        let mut other = format!("{name} ({id})");
        while self.column_names.find(&other).is_some() {
            other.push('\'');
        }
        let column = self.column(&other);
        self.renamed.push(column);
        column
    }

    /// Gives a column the name that its key turns out to have.
    pub fn rename(&mut self, column: usize, name: &str, id: &str) {
        let is_taken = self.find_column(name).is_some_and(|other| other != column);
        if let Some(own) = self.data.columns.get_mut(column) {
            own.name = if is_taken {
                format!("{name} ({id})")
            } else {
                name.to_owned()
            };
        }
    }

    /// The column that is found by this name.
    #[must_use]
    pub fn find_column(&self, name: &str) -> Option<usize> {
        self.column_names.find(name).map(|column| column as usize)
    }

    /// A column.
    pub fn column_mut(&mut self, column: usize) -> Option<&mut EdgeColumn> {
        self.data.columns.get_mut(column)
    }

    /// The columns so far.
    #[must_use]
    pub fn columns(&self) -> &[EdgeColumn] {
        &self.data.columns
    }

    /// Puts what an edge says. A second datum of the same name makes the column one of texts at
    /// this edge, so that nobody takes it for a number.
    pub fn put(&mut self, column: usize, edge: u32, line: u64, text: &str) {
        let Some(own) = self.data.columns.get_mut(column) else {
            return;
        };
        let before = self.last_edge.get(column).copied().unwrap_or(0);
        if before == edge.wrapping_add(1) {
            own.text_count += 1;
            if own.texts.len() < SHOWN {
                own.texts.push((line, "several values".to_owned()));
            }
            return;
        }
        let was_empty = own.numbers == 0;
        // What the columns take when this one reaches to this edge.
        let columns = self.numeric_columns + u64::from(was_empty);
        if columns * 8 * (u64::from(edge) + 1) > self.bytes_max {
            self.is_full = true;
            return;
        }
        self.data
            .put(column, edge as usize, line, text, Decimal::Point);
        if was_empty
            && self
                .data
                .columns
                .get(column)
                .is_some_and(|own| own.numbers > 0)
        {
            self.numeric_columns += 1;
        }
        if let Some(last) = self.last_edge.get_mut(column) {
            *last = edge.wrapping_add(1);
        }
    }

    /// The graph.
    ///
    /// # Errors
    /// With all problems, edges that end at no node among them.
    pub fn finish(mut self, format: GraphFormat, labels: Labels) -> Result<GraphFile, Faults> {
        self.check_size();
        self.check_ends();
        self.tell_renamed();
        let direction = self
            .ways
            .finish(&self.lines, &mut self.faults, &mut self.notes);
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let names = &self.names;
        let vertex_of = self
            .folders
            .vertices(&self.nodes, &self.edges, names, &mut self.notes);
        let mut labels = labels.finish(&vertex_of, &mut self.notes);
        let is_whole = vertex_of
            .iter()
            .zip(0..)
            .all(|(vertex, node)| *vertex == node);
        if !is_whole
            || self
                .node_of
                .iter()
                .zip(0..)
                .any(|(node, name)| *node != name)
        {
            let of_name = |name: u32| {
                let node = self.node_of.get(name as usize).copied().unwrap_or(NONE);
                vertex_of.get(node as usize).copied().unwrap_or(NONE)
            };
            for ends in &mut self.edges {
                *ends = ends.map(of_name);
            }
        }
        let mut all = self.names.into_names();
        let mut names = Vec::with_capacity(self.nodes.len());
        for (node, vertex) in self.nodes.iter().zip(&vertex_of) {
            if *vertex != NONE
                && let Some(name) = all.get_mut(node[0] as usize)
            {
                names.push(std::mem::take(name));
            }
        }
        if labels == names {
            labels.clear();
        }
        Ok(GraphFile {
            lists_vertices: true,
            labels,
            columns: self.data.finish(self.edges.len()),
            names: Names::Texts(names),
            edges: self.edges,
            lines: self.lines,
            direction,
            notes: self.notes,
            ..GraphFile::empty(format)
        })
    }

    fn tell_renamed(&mut self) {
        let all = self
            .renamed
            .iter()
            .filter_map(|column| self.data.columns.get(*column));
        let used = all.filter(|own| own.numbers + own.text_count > 0 || own.default.is_some());
        let names: Vec<&str> = used.map(|own| own.name.as_str()).collect();
        if !names.is_empty() {
            let names = listed(names.into_iter());
            self.notes.push(format!(
                "data of edges have names that others before them have, and are named with their \
                 keys: {names}"
            ));
        }
    }

    fn check_size(&mut self) {
        let columns = self.numeric_columns + u64::from(self.is_full);
        let edges = self.edges.len() as u64;
        if self.is_full || columns * 8 * edges > self.bytes_max {
            self.faults.add(
                0,
                0,
                format!(
                    "{columns} kinds of data of {edges} edges would take more than {} bytes, far \
                     more than the file; expected data that most edges have",
                    self.bytes_max
                ),
            );
        }
    }

    fn check_ends(&mut self) {
        if self.names.len() == self.nodes.len() {
            return;
        }
        for (ends, line) in self.edges.iter().zip(&self.lines) {
            for name in ends {
                if self
                    .node_of
                    .get(*name as usize)
                    .is_none_or(|node| *node == NONE)
                {
                    let (id, word) = (shown(self.names.name(*name)), self.word);
                    self.faults.add(
                        u64::from(*line),
                        0,
                        format!("an edge ends at {id}, expected the id of a {word}"),
                    );
                }
            }
        }
    }
}

fn short(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// Names as a note lists them: at most eight.
#[must_use]
pub fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const MOST: usize = 8;
    let all = names.len();
    let mut text: Vec<String> = names.take(MOST).map(shown).collect();
    if all > MOST {
        text.push(format!("and {} more", all - MOST));
    }
    text.join(", ")
}
