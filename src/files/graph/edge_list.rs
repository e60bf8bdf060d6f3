//! Lists and tables of edges: `source target [data …]` a line.
//!
//! A line of names, or the order of the columns, says which are the ends. `#`, `%` and `//` begin a
//! remark; KONECT's first remark says whether edges lead both ways. Data may stand in columns or in
//! a Python dictionary, as NetworkX writes it. Not read: lists of neighbours.

use std::ops::Range;

use super::super::cells::{split, unquoted};
use super::super::detect::{Content, bare_edge, detect};
use super::super::dialect::{Dialect, Header};
use super::super::fault::{Fault, Faults, shown};
use super::super::names::{ENDS, plain_name};
use super::brackets;
use super::data::{Direction, GraphFile};
use super::edge_data::{EdgeColumn, EdgeData};
use super::ends::Ends;
use super::format::{GraphFormat, GraphQuestion};
use super::konect::konect;
use super::not_read::not_read;
use super::relations::refuse_relations;

/// Edges between two looks at the flag of whoever may want to stop.
const EDGES_A_LOOK: usize = 1 << 14;
/// Rows that may say first whether a column of types tells the ways of edges.
const ROWS_FOR_WAYS: usize = 100;

/// The columns of both ends, and whether their names say so.
pub(super) fn end_columns(dialect: &Dialect) -> ([usize; 2], bool) {
    let names: Vec<String> = dialect.names.iter().map(|name| plain_name(name)).collect();
    let find = |side: usize| {
        let known = |name: &String| ENDS[side].contains(&name.as_str());
        names.iter().position(known)
    };
    match (find(0), find(1)) {
        (Some(source), Some(target)) => ([source, target], true),
        // Behind row names without a name, as R writes them.
        _ if names.len() > 2 && names[0].is_empty() && !names[1].is_empty() => ([1, 2], false),
        _ => ([0, 1], false),
    }
}

/// Reads a list or table of edges.
///
/// # Errors
/// With all lines that are no edges.
pub fn parse(text: &str, asked: &GraphQuestion<'_>) -> Result<GraphFile, Faults> {
    let dialect = detect(text, &asked.dialect, Content::Edges)?;
    if dialect.width < 2 {
        return Err(Faults::at(
            dialect.first,
            0,
            "one cell a line, expected source, target and perhaps data, separated by blanks, tabs, \
             commas or semicolons",
        ));
    }
    if let Some(format) = not_read(text) {
        return Err(Faults::whole(format!(
            "it begins like {format}, which is not read; expected a list of edges, GraphML, Matrix \
             Market, GML, GEXF, Pajek or METIS"
        )));
    }
    refuse_relations(text, &dialect)?;
    let mut reader = Reader::new(text, &dialect);
    for (line, content) in dialect.edges(text) {
        reader.line(line, content);
        if reader.ends.len().is_multiple_of(EDGES_A_LOOK) && asked.cancel.is_requested() {
            return Err(Faults::whole("reading was stopped before its end"));
        }
        if reader.faults.is_full() {
            break;
        }
    }
    reader.finish(text)
}

/// Whether a column tells the ways of edges, as Gephi writes it; other types are data.
fn says_ways(text: &str, dialect: &Dialect, column: usize) -> bool {
    let mut cells = Vec::new();
    dialect.edges(text).take(ROWS_FOR_WAYS).any(|(_, content)| {
        split(content, dialect.separator, &mut cells);
        let cell = cells
            .get(column)
            .map(|place| unquoted(&content[place.clone()]));
        let cell = cell.unwrap_or_default().to_ascii_lowercase();
        ["directed", "undirected"].contains(&cell.as_str())
    })
}

struct Reader<'a> {
    dialect: &'a Dialect,
    columns: [usize; 2],
    named: bool,
    /// The column that says of each edge whether it is directed.
    kind: Option<usize>,
    ends: Ends,
    lines: Vec<u32>,
    data: EdgeData,
    /// The column of the data for each cell; none for the ends.
    places: Vec<Option<usize>>,
    directed: Vec<bool>,
    cells: Vec<Range<usize>>,
    faults: Faults,
}

impl<'a> Reader<'a> {
    fn new(text: &str, dialect: &'a Dialect) -> Self {
        let (columns, named) = end_columns(dialect);
        let names: Vec<String> = dialect.names.iter().map(|name| plain_name(name)).collect();
        let kind = names
            .iter()
            .position(|name| name == "type" || name == "directed")
            .filter(|k| names[*k] == "directed" || says_ways(text, dialect, *k));
        let mut data = EdgeData::default();
        let mut places = Vec::with_capacity(dialect.width);
        for k in 0..dialect.width {
            if columns.contains(&k) || Some(k) == kind {
                places.push(None);
                continue;
            }
            let name = dialect.names.get(k).cloned().unwrap_or_default();
            data.columns.push(EdgeColumn::new(name, k + 1));
            places.push(Some(data.columns.len() - 1));
        }
        // A first guess of how many edges there are, by the length of the first lines.
        let head = &text.as_bytes()[..text.len().min(1 << 16)];
        let lines = memchr::memchr_iter(b'\n', head).count().max(1);
        let edges = text.len() / (head.len() / lines).max(1) + 16;
        data.expected = edges;
        Self {
            dialect,
            columns,
            named,
            kind,
            ends: Ends::with_capacity(edges),
            lines: Vec::with_capacity(edges),
            data,
            places,
            directed: Vec::new(),
            cells: Vec::new(),
            faults: Faults::default(),
        }
    }

    fn line(&mut self, line: u64, whole: &str) {
        let content = bare_edge(whole);
        split(content, self.dialect.separator, &mut self.cells);
        if self.cells.is_empty() || (self.cells.len() == 1 && self.cells[0].is_empty()) {
            return;
        }
        let width = self.dialect.width;
        let extra = self.cells.len() == width + 1 && self.cells[width].is_empty();
        let least = self.columns[0].max(self.columns[1]) + 1;
        if self.cells.len() < least || (self.cells.len() > width && !extra) {
            let found = self.cells.len();
            let from = self.dialect.separator.plural();
            let expected = if least == width {
                format!("{width}")
            } else {
                format!("{least} … {width}")
            };
            let message = format!(
                "{} has {found} cells separated by {from}, expected {expected}",
                shown(whole.trim())
            );
            self.faults.add(line, 0, message);
            return;
        }
        let edge = self.ends.len();
        for k in 0..self.cells.len().min(width) {
            let Some(place) = self.places[k] else {
                continue;
            };
            let cell = unquoted(&content[self.cells[k].clone()]);
            self.data
                .put(place, edge, line, &cell, self.dialect.decimal);
        }
        if let Some(kind) = self.kind {
            let cell = self.cells.get(kind).map(|place| &content[place.clone()]);
            self.kind_of_edge(line, &unquoted(cell.unwrap_or_default()));
        }
        let [source, target] = self
            .columns
            .map(|k| unquoted(&content[self.cells[k].clone()]));
        for (k, cell) in [(self.columns[0], &source), (self.columns[1], &target)] {
            let odd = ["nan", "NaN", "null", "->", "--", "=>", "-"].contains(&&**cell);
            if cell.is_empty() || odd || cell.ends_with(':') {
                let message = format!("{}, expected a vertex", shown(cell));
                self.faults.add(line, k as u64 + 1, message);
            }
        }
        self.ends.push(line, &source, &target);
        self.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        if let Some(place) = whole.find('{')
            && content.len() < whole.len()
        {
            let data = &mut self.data;
            let found = brackets::entries(&whole[place..], |key, value| {
                let column = data.column(key);
                data.put(column, edge, line, value, self.dialect.decimal);
            });
            if let Err(message) = found {
                self.faults.add(line, place as u64 + 1, message);
            }
        }
    }

    fn kind_of_edge(&mut self, line: u64, cell: &str) {
        let directed = match cell.to_ascii_lowercase().as_str() {
            "undirected" | "false" | "0" | "no" => false,
            "directed" | "true" | "1" | "yes" | "" => true,
            _ => {
                let message = format!("found {}, expected Directed or Undirected", shown(cell));
                self.faults
                    .add(line, self.kind.unwrap_or(0) as u64 + 1, message);
                true
            }
        };
        self.directed.push(directed);
    }

    fn finish(self, text: &str) -> Result<GraphFile, Faults> {
        let mut notes = vec![self.dialect.to_string()];
        if self.dialect.header != Header::None && !self.named {
            notes.push(format!(
                "no two columns are named source and target: columns 1 {} and 2 {} are the ends",
                shown(&self.dialect.names[0]),
                shown(&self.dialect.names[1])
            ));
        }
        self.faults.or(())?;
        let edges = self.ends.len();
        if edges == 0 {
            return Err(Faults::whole("it holds no edge"));
        }
        let mut columns = self.data.finish(edges);
        let mut direction = match self.kind {
            None => Direction::Unsaid,
            Some(_) if self.directed.iter().all(|directed| *directed) => Direction::Directed,
            Some(_) if !self.directed.contains(&true) => Direction::Undirected,
            Some(_) => Direction::Each(self.directed),
        };
        let mut first_id = None;
        if let Some(kind) = konect(text)? {
            first_id = Some(1);
            if kind == Direction::Undirected {
                notes.push("KONECT's remark \"sym\": edges lead both ways".to_owned());
            }
            direction = kind;
            for column in columns.iter_mut().filter(|column| column.name.is_empty()) {
                column.name = match column.number {
                    3 => "weight".to_owned(),
                    4 => "timestamp".to_owned(),
                    _ => continue,
                };
            }
        }
        let (names, pairs) = self.ends.finish().map_err(|faults| {
            // Whoever mends the ends would meet these next.
            let mut all: Vec<Fault> = faults.list().to_vec();
            for column in columns
                .iter()
                .filter(|own| own.numbers > 9 * own.text_count)
            {
                let odd = column.texts.iter().map(|(line, text)| Fault {
                    line: *line,
                    column: column.number as u64,
                    message: format!("found {}, expected a number", shown(text)),
                });
                all.extend(odd);
            }
            all.sort_by_key(|fault| (fault.line, fault.column));
            let mut merged = Faults::default();
            for fault in all {
                merged.add(fault.line, fault.column, fault.message);
            }
            merged
        })?;
        Ok(GraphFile {
            names,
            edges: pairs,
            lines: self.lines,
            direction,
            columns,
            notes,
            first_id,
            ..GraphFile::empty(GraphFormat::EdgeList)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::Names;
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<GraphFile, Faults> {
        parse(text, &GraphQuestion::default())
    }

    fn weights(file: &GraphFile, column: usize) -> Vec<Option<f64>> {
        (0..file.edges.len())
            .map(|k| file.columns[column].value(k))
            .collect()
    }

    #[test]
    fn lists_of_many_programs_are_read() {
        let pandas = read("source,target,weight\n0,1,1.5\n1,2,0.7\n").unwrap();
        assert_eq!(pandas.columns[0].name, "weight");
        assert_eq!(weights(&pandas, 0), [Some(1.5), Some(0.7)]);
        let gephi = "Source,Target,Type,Id,Label,timeset,Weight\n0,1,Undirected,0,,,1.5\n";
        let gephi = read(gephi).unwrap();
        assert_eq!(gephi.direction, Direction::Undirected);
        assert_eq!(gephi.columns.len(), 2);
        let networkx = read("0 1 {'weight': 1.5}\n1 2 {}\n").unwrap();
        assert_eq!(weights(&networkx, 0), [Some(1.5), None]);
        let konect =
            read("% sym positive\n% 3 3 3\n1 2 1.5 1082040961\n2 3 2 1082040962\n").unwrap();
        assert_eq!(konect.direction, Direction::Undirected);
        assert_eq!(konect.names, Names::Numbers(vec![1, 2, 3]));
        assert_eq!(konect.columns[1].name, "timestamp");
        let sheet = read("\u{feff}0;1;1,5\n1;2;0,7\n".trim_start_matches('\u{feff}')).unwrap();
        assert_eq!(weights(&sheet, 0), [Some(1.5), Some(0.7)]);
        let names = read("\"left V1\",MT\nMT,\"left V1\"\n").unwrap();
        assert_eq!(names.names.of(0), "left V1");
        let old = read("# a ring\n0 1\n1,2, 0.5 # half\n");
        assert!(old.is_err() || old.unwrap().edges.len() == 2);
    }

    #[test]
    fn all_lines_that_are_no_edges_are_named() {
        let many: String = (0..12).map(|k| format!("2 {} 1\n", k + 3)).collect();
        let wrong = read(&format!("0 1 2\n1\n0 1 2 3 4\n{many}")).unwrap_err();
        assert_eq!(wrong.list().len(), 2, "{wrong}");
        assert!(
            wrong
                .to_string()
                .contains("line 3: \"0 1 2 3 4\" has 5 cells"),
            "{wrong}"
        );
        assert!(
            read("% bip weighted\n1 1\n")
                .unwrap_err()
                .to_string()
                .contains("bip")
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[a0-2,; \t\"#%{}':\r\n.-]{0,80}") {
            let _ = read(&text);
        }
    }
}
