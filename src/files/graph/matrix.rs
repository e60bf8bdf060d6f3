//! Square tables of weights. Entry (i, j) is the edge from i to j, unless rows are targets; 0 is no
//! edge. A symmetric matrix is an undirected graph.

use super::super::array::ArrayFile;
use super::super::cells::{split, unquoted};
use super::super::detect::{Content, detect};
use super::super::dialect::{Dialect, DialectOptions};
use super::super::fault::Faults;
use super::super::number::number;
use super::super::table::{TableFile, read_text};
use super::data::{Direction, GraphFile, Names};
use super::edge_data::EdgeColumn;
use super::format::{GraphFormat, GraphQuestion};

/// What speaks for and against a text being a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Columns of numbers.
    pub columns: usize,
    /// Whether there are as many rows.
    pub is_square: bool,
    /// Whether its diagonal is 0, or all alike in a symmetric one.
    pub may_be_matrix: bool,
    /// Whether its first two columns hold whole numbers, as the ends of edges do.
    pub has_ends: bool,
    /// Whether these are the ends of different edges.
    pub may_be_list: bool,
}

/// Rows whose cells are looked at.
const ROWS_LOOKED_AT: usize = 64;

/// Looks at a table of numbers that is small enough for both, or at its number of rows.
#[must_use]
pub fn shape(text: &str, options: &DialectOptions) -> Option<Shape> {
    let dialect = detect(text, options, Content::Numbers).ok()?;
    let labelled = first_column_is_names(text, &dialect);
    let columns = dialect.width - usize::from(labelled);
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let (mut count, mut cells) = (0usize, Vec::new());
    for (_, content) in dialect.rows(text) {
        count += 1;
        if count > columns {
            break;
        }
        if rows.len() < ROWS_LOOKED_AT {
            split(content, dialect.separator, &mut cells);
            let cells = cells.iter().take(dialect.width).skip(usize::from(labelled));
            let values = cells.map(|place| {
                let cell = unquoted(&content[place.clone()]).into_owned();
                number(&cell, dialect.decimal).unwrap_or(f64::NAN)
            });
            rows.push(values.collect());
        }
    }
    let numeric = rows.iter().flatten().all(|value| !value.is_nan());
    let is_square = count == columns && columns > 1 && numeric;
    let regular = is_square && rows.iter().all(|row| row.len() == columns);
    let (may_be_matrix, has_ends, may_be_list) = if regular && columns <= 4 {
        let n = columns;
        let diagonal = |k: usize| rows[k][k];
        let empty = (0..n).all(|k| diagonal(k) == 0.0);
        let even = (0..n).all(|k| diagonal(k) == diagonal(0));
        let symmetric = (0..n).all(|i| (0..i).all(|j| rows[i][j] == rows[j][i]));
        let ends = !labelled && has_ends(&rows);
        (empty || even && symmetric, ends, ends && distinct(&rows))
    } else {
        (is_square, false, false)
    };
    Some(Shape {
        columns,
        is_square,
        may_be_matrix,
        has_ends,
        may_be_list,
    })
}

fn has_ends(rows: &[Vec<f64>]) -> bool {
    let whole = |value: f64| value >= 0.0 && value.fract() == 0.0;
    rows.iter().all(|row| whole(row[0]) && whole(row[1]))
}

fn distinct(rows: &[Vec<f64>]) -> bool {
    let ends = |row: &Vec<f64>| (row[0].to_bits(), row[1].to_bits());
    let mut seen: Vec<(u64, u64)> = rows.iter().map(ends).collect();
    seen.sort_unstable();
    seen.windows(2).all(|pair| pair[0] != pair[1])
}

/// Whether the first cell of each row repeats the name of its column.
fn first_column_is_names(text: &str, dialect: &Dialect) -> bool {
    if dialect.names.len() < 2 {
        return false;
    }
    let mut cells = Vec::new();
    let mut rows = 0;
    for (_, content) in dialect.rows(text) {
        split(content, dialect.separator, &mut cells);
        let first = cells
            .first()
            .map(|place| unquoted(&content[place.clone()]).into_owned());
        let name = dialect.names.get(rows + 1);
        if name != first.as_ref() {
            return false;
        }
        rows += 1;
    }
    rows + 1 == dialect.names.len()
}

/// Reads a matrix from text.
///
/// # Errors
/// When it is not square or a cell is no number.
pub fn parse(text: &str, asked: &GraphQuestion<'_>) -> Result<GraphFile, Faults> {
    let dialect = detect(text, &asked.dialect, Content::Numbers)?;
    let mut file = read_text(text, &asked.dialect, &[], &asked.cancel)?;
    if first_column_is_names(text, &dialect) {
        // Names that are numbers were read as a column; others were set aside as texts.
        if file
            .columns
            .first()
            .is_some_and(|column| column.number == 1)
        {
            let kept: Vec<usize> = (1..file.columns.len()).collect();
            file.table = file.table.chosen(&kept);
            file.columns.remove(0);
        }
        file.texts.clear();
    }
    of_table(file, asked)
}

/// Reads a matrix from an array.
///
/// # Errors
/// When it is not square.
pub fn of_array(array: ArrayFile, asked: &GraphQuestion<'_>) -> Result<GraphFile, Faults> {
    of_table(array.into_table()?, asked)
}

/// Reads a matrix from a table of numbers.
///
/// # Errors
/// When it is not square or a number is missing.
pub fn of_table(file: TableFile, asked: &GraphQuestion<'_>) -> Result<GraphFile, Faults> {
    let (n, columns) = (file.table.rows, file.table.columns);
    if n != columns || !file.texts.is_empty() {
        let texts = match file.texts.len() {
            0 => String::new(),
            texts => format!(" and {texts} of texts"),
        };
        return Err(Faults::whole(format!(
            "{n} × {columns} numbers{texts}, expected a square matrix of weights, or a list of \
             edges with source and target in columns of their own"
        )));
    }
    if let Some((line, column)) = file.missing.0.first() {
        let message = "no number, expected a weight, 0 for no edge";
        return Err(Faults::at(*line, *column as u64, message));
    }
    if file.missing.1 > 0 {
        let count = file.missing.1;
        let message = format!("{count} entries are nan, expected weights, 0 for no edge");
        return Err(Faults::whole(message));
    }
    let at = |i: usize, j: usize| file.table.numbers[i * n + j];
    let symmetric = (0..n).all(|i| (0..i).all(|j| at(i, j) == at(j, i)));
    let mut graph = GraphFile::empty(GraphFormat::Matrix);
    let mut values = Vec::new();
    for i in 0..n {
        if i.is_multiple_of(256) && asked.cancel.is_requested() {
            return Err(Faults::whole("reading was stopped before its end"));
        }
        for j in if symmetric { i } else { 0 }..n {
            if at(i, j) != 0.0 {
                let [source, target] = if asked.rows_are_targets {
                    [j, i]
                } else {
                    [i, j]
                };
                graph.edges.push([source as u32, target as u32]);
                values.push(at(i, j));
            }
        }
    }
    graph.notes = file.notes;
    let names = file.columns.iter().map(|column| column.name.clone());
    let names: Option<Vec<String>> = names.collect();
    graph.names = match names {
        Some(names) => Names::Texts(names.into_iter().map(String::into_boxed_str).collect()),
        None => Names::Numbers((0..n as u64).collect()),
    };
    graph.lists_vertices = true;
    graph.direction = if symmetric {
        graph
            .notes
            .push("symmetric: edges lead both ways".to_owned());
        Direction::Undirected
    } else {
        let (rows, columns, other) = match asked.rows_are_targets {
            true => ("targets", "sources", "Sources"),
            false => ("sources", "targets", "Targets"),
        };
        graph.notes.push(format!(
            "not symmetric: rows are {rows}, columns {columns} (rows: {other} for the other way)"
        ));
        Direction::Directed
    };
    let mut weight = EdgeColumn::new("weight", 0);
    weight.numbers = values.len() as u64;
    weight.values = values;
    if weight.numbers > 0 {
        graph.columns = vec![weight];
    }
    Ok(graph)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<GraphFile, Faults> {
        parse(text, &GraphQuestion::default())
    }

    #[test]
    fn rows_are_sources_unless_it_is_said() {
        let text = "0,1.5,0\n0,0,0.7\n0.3,0,0\n";
        let found = read(text).unwrap();
        assert_eq!(found.edges, [[0, 1], [1, 2], [2, 0]]);
        assert!(
            found
                .notes
                .iter()
                .any(|note| note.contains("rows are sources"))
        );
        let turned = GraphQuestion {
            rows_are_targets: true,
            ..GraphQuestion::default()
        };
        assert_eq!(
            parse(text, &turned).unwrap().edges,
            [[1, 0], [2, 1], [0, 2]]
        );
    }

    #[test]
    fn names_above_and_beside_are_those_of_vertices() {
        let found = read(",a,b\na,0,2\nb,2,0\n").unwrap();
        assert_eq!(found.names.of(1), "b");
        assert_eq!(
            (found.edges.len(), found.direction),
            (1, Direction::Undirected)
        );
        let numbered = read(",5,6,7\n5,0,1,0\n6,1,0,2\n7,0,2,0\n").unwrap();
        assert_eq!(
            (numbered.edges.len(), numbered.names.of(2)),
            (2, "7".to_owned())
        );
        assert!(
            read("0,1\n1,0\n1,1\n")
                .unwrap_err()
                .to_string()
                .contains("3 × 2")
        );
        assert!(
            read("0,1\n,0\n")
                .unwrap_err()
                .to_string()
                .starts_with("line 2, column 1")
        );
    }
}
