//! Tables of numbers from files: `.npy` arrays, and CSV with or without a line of names.

use std::path::Path;

use thiserror::Error;

use super::npy::{NpyError, Table, read_npy};

/// Why a file is not a table of numbers.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TableError {
    /// A `.npy` file is wrong.
    #[error(transparent)]
    Npy(#[from] NpyError),
    /// A line of a CSV file is wrong.
    #[error("line {line}: {message}")]
    Line {
        /// The line, counted from 1.
        line: u64,
        /// What was found and what was expected.
        message: String,
    },
    /// There is nothing.
    #[error("it holds no row of numbers")]
    Empty,
}

/// A table and the names of its columns, where the file has them.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedTable {
    /// The numbers.
    pub table: Table,
    /// Names of the columns; empty without a line of names.
    pub names: Vec<String>,
}

/// Reads a table; files that end in `.npy`, or begin like one, are taken as that, others as CSV.
/// An empty cell is NaN.
///
/// # Errors
/// When it is neither.
pub fn read_table(path: &Path, bytes: &[u8]) -> Result<NamedTable, TableError> {
    let npy = path.extension().is_some_and(|end| end == "npy");
    if npy || bytes.starts_with(b"\x93NUMPY") {
        return Ok(NamedTable {
            table: read_npy(bytes)?,
            names: Vec::new(),
        });
    }
    read_csv(bytes)
}

fn read_csv(bytes: &[u8]) -> Result<NamedTable, TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let (mut names, mut numbers, mut columns) = (Vec::new(), Vec::new(), 0);
    let mut rows = 0;
    for record in reader.byte_records() {
        let record = record.map_err(|error| TableError::Line {
            line: error.position().map_or(0, csv::Position::line),
            message: "its cells do not match those of the first line".to_owned(),
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = record.iter().map(|cell| cell_value(cell));
        let cells: Vec<Result<f64, String>> = cells.collect();
        if columns == 0 {
            columns = cells.len();
            if cells.iter().any(Result::is_err) {
                let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
                names = record.iter().map(text).collect();
                continue;
            }
        }
        for (k, cell) in cells.into_iter().enumerate() {
            numbers.push(cell.map_err(|found| TableError::Line {
                line,
                message: format!("cell {} is {found:?}, expected a number", k + 1),
            })?);
        }
        rows += 1;
    }
    if rows == 0 {
        return Err(TableError::Empty);
    }
    Ok(NamedTable {
        table: Table {
            rows,
            columns,
            numbers,
        },
        names,
    })
}

fn cell_value(cell: &[u8]) -> Result<f64, String> {
    let text = String::from_utf8_lossy(cell);
    let text = text.trim();
    if text.is_empty() {
        return Ok(f64::NAN);
    }
    text.parse().map_err(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn csv_of(text: &str) -> Result<NamedTable, TableError> {
        read_table(Path::new("a.csv"), text.as_bytes())
    }

    #[test]
    fn names_are_kept_and_numbers_read() {
        let named = csv_of("t, a\n# a remark\n1,2.5\n3,\n").unwrap();
        assert_eq!(named.names, ["t", "a"]);
        assert_eq!((named.table.rows, named.table.columns), (2, 2));
        assert!(named.table.numbers[3].is_nan());
        let bare = csv_of("1,2\n3,4\n").unwrap();
        assert!(bare.names.is_empty());
        assert_eq!(bare.table.numbers, [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn the_line_is_named() {
        let wrong = csv_of("a,b\n1,2\n1,x\n").unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "line 3: cell 2 is \"x\", expected a number"
        );
        assert!(
            csv_of("1,2\n1\n")
                .unwrap_err()
                .to_string()
                .starts_with("line 2")
        );
        assert_eq!(csv_of("a,b\n"), Err(TableError::Empty));
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_table(Path::new("x.csv"), &bytes);
        }
    }
}
