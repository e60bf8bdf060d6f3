//! Matrix Market (Boisvert, Pozo and Remington, NISTIR 5935, 1996): square real matrices, sparse
//! (coordinate) and dense (array), as SciPy and the SuiteSparse collection write them.
//!
//! An entry of row i and column j is an edge from i to j, or from j to i when rows are targets. Of
//! a symmetric matrix each stored entry is an undirected edge; of a skew one, an edge each way.

use super::super::cells::Lines;
use super::super::fault::{Faults, shown};
use super::super::number::{Decimal, number};
use super::data::{Direction, GraphFile, Names};
use super::edge_data::EdgeData;
use super::format::{GraphFormat, GraphQuestion};
use super::sizes::{numbered, vertex};
use super::xml::STOPPED;

/// Lines between two looks at whether somebody asks to stop.
const PIECES: u64 = 4096;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Symmetry {
    General,
    Symmetric,
    Skew,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Header {
    is_sparse: bool,
    is_pattern: bool,
    symmetry: Symmetry,
}

fn header(line: &str) -> Result<Header, String> {
    let lower = line.to_ascii_lowercase();
    let mut words = lower.split_whitespace();
    let expected = "expected %%MatrixMarket matrix, coordinate or array, real, integer or pattern, \
                    general, symmetric or skew-symmetric";
    let wrong = || format!("the first line is {}, {expected}", shown(line));
    let refused = |word: &str| format!("the matrix is {word}, which is not read; {expected}");
    if words.next() != Some("%%matrixmarket") {
        return Err(wrong());
    }
    match words.next() {
        Some("matrix") => {}
        Some(word) => return Err(format!("it is a {}, {expected}", shown(word))),
        None => return Err(wrong()),
    }
    let is_sparse = match words.next() {
        Some("coordinate") => true,
        Some("array") => false,
        _ => return Err(wrong()),
    };
    let is_pattern = match words.next() {
        Some("real" | "double" | "integer" | "unsigned-integer") => false,
        Some("pattern") if is_sparse => true,
        Some("complex") => return Err(refused("complex")),
        _ => return Err(wrong()),
    };
    let symmetry = match words.next() {
        Some("general") => Symmetry::General,
        Some("symmetric") => Symmetry::Symmetric,
        Some("skew-symmetric") if !is_pattern => Symmetry::Skew,
        Some("hermitian") => return Err(refused("hermitian")),
        _ => return Err(wrong()),
    };
    Ok(Header {
        is_sparse,
        is_pattern,
        symmetry,
    })
}

/// The sides of the matrix, and the number of entries when it is sparse.
fn sizes(head: Header, line: &str) -> Result<(u64, u64), String> {
    let words: Vec<&str> = line.split_whitespace().take(4).collect();
    let all: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let (rows, columns, entries) = match (all.as_slice(), head.is_sparse, words.len()) {
        ([rows, columns, entries], true, 3) => (*rows, *columns, *entries),
        ([rows, columns], false, 2) => (*rows, *columns, 0),
        _ => {
            let expected = if head.is_sparse {
                "rows, columns and entries"
            } else {
                "rows and columns"
            };
            return Err(format!(
                "the sizes are {}, expected {expected}",
                shown(line)
            ));
        }
    };
    if rows != columns {
        return Err(format!(
            "the matrix is {rows} × {columns}, expected as many rows as columns"
        ));
    }
    Ok((rows, entries))
}

struct Matrix {
    head: Header,
    rows_are_targets: bool,
    vertices: u64,
    faults: Faults,
    edges: Vec<[u32; 2]>,
    lines: Vec<u32>,
    data: EdgeData,
    /// Entries so far, of them zeros, and where the next of a dense matrix stands.
    entries: u64,
    zeros: u64,
    at: (u64, u64),
    /// Lines of the first entries above and below the diagonal.
    above: u64,
    below: u64,
}

/// Reads a matrix.
///
/// # Errors
/// With all that is wrong.
pub fn parse(text: &str, asked: &GraphQuestion<'_>) -> Result<GraphFile, Faults> {
    let mut lines = Lines::new(text, false);
    let (line, first) = lines.next().unwrap_or((0, ""));
    let head = header(first.trim()).map_err(|message| Faults::at(line, 0, message))?;
    let is_data = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('%');
    let mut lines = lines.filter(|(_, line)| is_data(line));
    let Some((size_line, sizes_said)) = lines.next() else {
        return Err(Faults::whole(
            "it ends before the line of sizes, expected rows and columns",
        ));
    };
    let at_sizes = |message: String| Faults::at(size_line, 0, message);
    let (vertices, entries) = sizes(head, sizes_said).map_err(at_sizes)?;
    let names = numbered(vertices, text.len()).map_err(at_sizes)?;
    let mut matrix = Matrix {
        head,
        rows_are_targets: asked.rows_are_targets,
        vertices,
        faults: Faults::default(),
        edges: Vec::new(),
        lines: Vec::new(),
        data: EdgeData::default(),
        entries: 0,
        zeros: 0,
        at: (0, 0),
        above: 0,
        below: 0,
    };
    if !head.is_pattern {
        matrix.data.column("weight");
    }
    if head.symmetry == Symmetry::Skew {
        matrix.at.0 = 1;
    }
    for (line, own) in lines {
        if line % PIECES == 0 && asked.cancel.is_requested() {
            return Err(Faults::whole(STOPPED));
        }
        let taken = if head.is_sparse {
            matrix.entry(own, line)
        } else {
            own.split_whitespace()
                .try_for_each(|word| matrix.next(word, line))
        };
        if let Err(message) = taken {
            matrix.faults.add(line, 0, message);
        }
    }
    if asked.cancel.is_requested() {
        return Err(Faults::whole(STOPPED));
    }
    let expected = if head.is_sparse {
        entries.into()
    } else {
        matrix.dense_entries()
    };
    if u128::from(matrix.entries) != expected {
        let message = format!(
            "the sizes say that there are {expected} entries, found {}",
            matrix.entries
        );
        matrix.faults.add(size_line, 0, message);
    }
    matrix.finish(names)
}

impl Matrix {
    /// Numbers of a dense matrix of this symmetry.
    fn dense_entries(&self) -> u128 {
        let side = u128::from(self.vertices);
        match self.head.symmetry {
            Symmetry::General => side * side,
            Symmetry::Symmetric => side * (side + 1) / 2,
            Symmetry::Skew => side * side.saturating_sub(1) / 2,
        }
    }

    fn entry(&mut self, text: &str, line: u64) -> Result<(), String> {
        self.entries += 1;
        let mut words = text.split_whitespace();
        let row = vertex(words.next().unwrap_or_default(), self.vertices)?;
        let column = vertex(words.next().unwrap_or_default(), self.vertices)?;
        let mut weight = None;
        if !self.head.is_pattern {
            let word = words.next().unwrap_or_default();
            let found = number(word, Decimal::Point);
            weight = Some(
                found.ok_or_else(|| format!("the entry is {}, expected a number", shown(word)))?,
            );
        }
        if let Some(word) = words.next() {
            return Err(format!(
                "found {} behind the entry, expected nothing",
                shown(word)
            ));
        }
        if weight == Some(0.0) {
            self.zeros += 1;
            return Ok(());
        }
        self.add(row, column, weight, line)
    }

    /// The next number of a dense matrix, column by column.
    fn next(&mut self, word: &str, line: u64) -> Result<(), String> {
        self.entries += 1;
        let (row, column) = self.at;
        let found = number(word, Decimal::Point);
        let weight =
            found.ok_or_else(|| format!("the entry is {}, expected a number", shown(word)))?;
        self.at.0 += 1;
        if self.at.0 >= self.vertices {
            let next = column + 1;
            self.at = match self.head.symmetry {
                Symmetry::General => (0, next),
                Symmetry::Symmetric => (next, next),
                Symmetry::Skew => (next + 1, next),
            };
        }
        // Numbers beyond the last are counted and reported at the end.
        let ends = (u32::try_from(row), u32::try_from(column));
        if let (Ok(row), Ok(column)) = ends
            && u64::from(row.max(column)) < self.vertices
            && weight != 0.0
        {
            return self.add(row, column, Some(weight), line);
        }
        Ok(())
    }

    fn add(&mut self, row: u32, column: u32, weight: Option<f64>, line: u64) -> Result<(), String> {
        if self.head.symmetry != Symmetry::General {
            match row.cmp(&column) {
                std::cmp::Ordering::Less if self.above == 0 => self.above = line,
                std::cmp::Ordering::Greater if self.below == 0 => self.below = line,
                std::cmp::Ordering::Equal if self.head.symmetry == Symmetry::Skew => {
                    return Err(format!(
                        "entry {0}, {0} of a skew-symmetric matrix is not 0",
                        u64::from(row) + 1
                    ));
                }
                _ => {}
            }
        }
        let ends = if self.rows_are_targets {
            [column, row]
        } else {
            [row, column]
        };
        self.push(ends, weight, line);
        if self.head.symmetry == Symmetry::Skew {
            self.push([ends[1], ends[0]], weight.map(|weight| -weight), line);
        }
        Ok(())
    }

    fn push(&mut self, ends: [u32; 2], weight: Option<f64>, line: u64) {
        if let Some(weight) = weight {
            self.data.put_number(0, self.edges.len(), weight);
        }
        self.edges.push(ends);
        self.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
    }

    fn finish(mut self, names: Names) -> Result<GraphFile, Faults> {
        if self.above > 0 && self.below > 0 {
            let message = format!(
                "found an entry above the diagonal, and one below it in line {}; expected one half \
                 of the symmetric matrix",
                self.below
            );
            self.faults.add(self.above, 0, message);
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let mut notes = Vec::new();
        if self.head.symmetry == Symmetry::General {
            notes.push(
                if self.rows_are_targets {
                    "rows are targets, columns are sources"
                } else {
                    "rows are sources, columns are targets"
                }
                .to_owned(),
            );
        }
        if self.head.symmetry == Symmetry::Skew {
            let rows = if self.rows_are_targets {
                "targets"
            } else {
                "sources"
            };
            notes.push(format!(
                "skew-symmetric: each entry is an edge (rows are {rows}) and, with the other sign, \
                 an edge back"
            ));
        }
        if self.above > 0 {
            notes.push("the entries are those above the diagonal".to_owned());
        }
        match self.zeros {
            0 => {}
            1 => notes.push("1 entry is 0 and no edge".to_owned()),
            zeros => notes.push(format!("{zeros} entries are 0 and no edges")),
        }
        let edges = self.edges.len();
        Ok(GraphFile {
            names,
            lists_vertices: true,
            first_id: Some(1),
            edges: self.edges,
            lines: self.lines,
            direction: if self.head.symmetry == Symmetry::Symmetric {
                Direction::Undirected
            } else {
                Direction::Directed
            },
            columns: self.data.finish(edges),
            notes,
            ..GraphFile::empty(GraphFormat::MatrixMarket)
        })
    }
}

#[cfg(test)]
mod tests;
