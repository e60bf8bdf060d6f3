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
    /// A column that is not there.
    #[error("it has no column {name:?}, expected one of: {known}")]
    Column {
        /// The column.
        name: String,
        /// Those that there are.
        known: String,
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
/// An empty cell is NaN. With `columns`, only those of a CSV file are read, by name and in this
/// order; the others may hold anything.
///
/// # Errors
/// When it is neither, or lacks a column.
pub fn read_table(path: &Path, bytes: &[u8], columns: &[String]) -> Result<NamedTable, TableError> {
    let npy = path.extension().is_some_and(|end| end == "npy");
    if npy || bytes.starts_with(b"\x93NUMPY") {
        return Ok(NamedTable {
            table: read_npy(bytes)?,
            names: Vec::new(),
        });
    }
    read_csv(bytes, columns)
}

fn read_csv(bytes: &[u8], wanted: &[String]) -> Result<NamedTable, TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let (mut names, mut numbers): (Vec<String>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut places: Option<Vec<usize>> = None;
    let mut rows = 0;
    for record in reader.byte_records() {
        let record = record.map_err(|error| TableError::Line {
            line: error.position().map_or(0, csv::Position::line),
            message: "its cells do not match those of the first line".to_owned(),
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let chosen = match &places {
            Some(places) => places.clone(),
            None => {
                let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
                let names_there = record.iter().filter(|c| cell_value(c).is_err()).count();
                if wanted.is_empty() && names_there > 0 && names_there < record.len() {
                    let odd = record.iter().find(|c| cell_value(c).is_err());
                    return Err(TableError::Line {
                        line,
                        message: format!(
                            "{:?} stands among numbers, expected a line of numbers (a missing one is \
                             an empty cell or nan) or a line of names alone",
                            text(odd.unwrap_or_default())
                        ),
                    });
                }
                let headed = !wanted.is_empty() || names_there > 0;
                if headed {
                    names = record.iter().map(text).collect();
                }
                let chosen = choose(&names, wanted, record.len())?;
                if headed {
                    names = chosen.iter().map(|k| names[*k].clone()).collect();
                }
                places = Some(chosen.clone());
                if headed {
                    continue;
                }
                chosen
            }
        };
        for place in chosen {
            let cell = record.get(place).unwrap_or_default();
            numbers.push(cell_value(cell).map_err(|found| TableError::Line {
                line,
                message: format!("cell {} is {found:?}, expected a number", place + 1),
            })?);
        }
        rows += 1;
    }
    let columns = places.map_or(0, |places| places.len());
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

/// Places of the wanted columns, or all of them.
fn choose(names: &[String], wanted: &[String], count: usize) -> Result<Vec<usize>, TableError> {
    if wanted.is_empty() {
        return Ok((0..count).collect());
    }
    let place = |name: &String| {
        let found = names.iter().position(|own| own == name);
        found.ok_or_else(|| TableError::Column {
            name: name.clone(),
            known: names.join(", "),
        })
    };
    wanted.iter().map(place).collect()
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
        read_table(Path::new("a.csv"), text.as_bytes(), &[])
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

    #[test]
    fn columns_are_chosen_by_name() {
        let text = "tick,scope,a,b\n1,cluster,2,3\n2,cluster,4,5\n";
        let wanted = ["b".to_owned(), "a".to_owned()];
        let named = read_csv(text.as_bytes(), &wanted).unwrap();
        assert_eq!(named.table.numbers, [3.0, 2.0, 5.0, 4.0]);
        assert_eq!(named.names, wanted);
        let missing = read_csv(text.as_bytes(), &["c".to_owned()]).unwrap_err();
        assert!(
            missing.to_string().contains("expected one of: tick, scope"),
            "{missing}"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_table(Path::new("x.csv"), &bytes, &[]);
        }
    }
}
