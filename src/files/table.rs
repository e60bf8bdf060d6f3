//! Tables of numbers from text.

use std::ops::Range;

use crate::base::cancel::Cancel;

use super::array::{self, is_npy, is_zip};
use super::cells::{split, unquoted};
use super::detect::{Content, detect};
use super::dialect::{Dialect, DialectOptions};
use super::fault::{Faults, shown};
use super::number::{is_missing, number};
use super::parquet::{self, ParquetQuestion, is_parquet};
pub use super::table_file::{Table, TableColumn, TableFile};
use super::text::{decode, unpack};

/// What decides how a table is read, beside its bytes.
#[derive(Clone, Debug, Default)]
pub struct TableQuestion<'a> {
    /// The dialect of a text, as far as it is said.
    pub dialect: DialectOptions,
    /// The array of an archive.
    pub array: Option<&'a str>,
    /// Columns that are asked for, by name; all when empty. The others may hold anything.
    pub columns: &'a [String],
    /// Whoever may want to stop.
    pub cancel: Cancel,
}

/// Reads a table of numbers: text, `.npy`, `.npz` or Parquet, also compressed; `name` is that of
/// its file.
///
/// # Errors
/// With all that is wrong, or the choices when it could be read in two ways.
pub fn read(name: &str, bytes: Vec<u8>, asked: &TableQuestion<'_>) -> Result<TableFile, Faults> {
    let unpacked = unpack(name, bytes)?;
    let mut notes = unpacked.notes;
    let is_array = is_npy(&unpacked.bytes) || is_zip(&unpacked.bytes);
    let mut file = if is_array || unpacked.name.ends_with(".npy") {
        array::read(&unpacked.bytes, asked.array)?.into_table()?
    } else if is_parquet(&unpacked.bytes) {
        let question = ParquetQuestion {
            wanted: asked.columns,
            missing: &asked.dialect.missing,
            cancel: &asked.cancel,
        };
        parquet::read(unpacked.bytes, &question)?
    } else {
        let (text, encoding) = decode(unpacked.bytes)?;
        notes.extend(encoding.map(|name| format!("encoding {name}")));
        read_text(&text, &asked.dialect, asked.columns, &asked.cancel)?
    };
    notes.append(&mut file.notes);
    file.notes = notes;
    Ok(file)
}

/// Missing numbers whose places are kept.
const PLACES_KEPT: usize = 20;

/// The most rows whose names are kept.
const ROWS_NAMED: usize = 1 << 20;

/// Rows between two looks at the flag of whoever may want to stop.
const ROWS_A_LOOK: usize = 4096;

/// Reads a table of numbers. A column that holds no number but texts is set aside; one that holds
/// both is refused, unless it is not among the `wanted` (by name; all when empty).
///
/// # Errors
/// With all lines that are no rows of numbers, or when the dialect is ambiguous.
pub fn read_text(
    text: &str,
    options: &DialectOptions,
    wanted: &[String],
    cancel: &Cancel,
) -> Result<TableFile, Faults> {
    if text.trim_start().starts_with('{') {
        return Err(Faults::whole("it begins like JSON, expected a table"));
    }
    let dialect = detect(text, options, Content::Numbers)?;
    let mut reader = Reader::new(&dialect, wanted);
    for (line, content) in dialect.rows(text) {
        reader.row(line, content);
        if reader.rows.is_multiple_of(ROWS_A_LOOK) && cancel.is_requested() {
            return Err(Faults::whole("reading was stopped before its end"));
        }
    }
    reader.finish()
}

struct Reader<'a> {
    dialect: &'a Dialect,
    rows: usize,
    /// The numbers of each column of the file.
    numbers: Vec<Vec<f64>>,
    /// Of each column: its first text and where it stands.
    texts: Vec<Option<(u64, String)>>,
    /// Of each column that holds texts alone so far: its texts.
    words: Vec<Vec<String>>,
    counts: Vec<usize>,
    is_wanted: Vec<bool>,
    missing: (Vec<(u64, usize)>, u64),
    faults: Faults,
    cells: Vec<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn new(dialect: &'a Dialect, wanted: &[String]) -> Self {
        let width = dialect.width;
        let is_wanted = |k: usize| {
            wanted.is_empty()
                || dialect
                    .names
                    .get(k)
                    .is_none_or(|name| wanted.contains(name))
        };
        Self {
            dialect,
            rows: 0,
            numbers: vec![Vec::new(); width],
            texts: vec![None; width],
            words: vec![Vec::new(); width],
            counts: vec![0; width],
            is_wanted: (0..width).map(is_wanted).collect(),
            missing: (Vec::new(), 0),
            faults: Faults::default(),
            cells: Vec::new(),
        }
    }

    fn row(&mut self, line: u64, content: &str) {
        split(content, self.dialect.separator, &mut self.cells);
        let width = self.dialect.width;
        let extra = self.cells.len() == width + 1 && self.cells[width].is_empty();
        if self.cells.len() != width && !extra {
            let found = self.cells.len();
            let from = self.dialect.separator.plural();
            let message = format!("{found} cells separated by {from}, expected {width}");
            self.faults.add(line, 0, message);
            return;
        }
        for k in 0..width {
            let raw = &content[self.cells[k].clone()];
            let cell = unquoted(raw);
            let cell = cell.trim();
            let value = match number(cell, self.dialect.decimal) {
                Some(value) => {
                    self.counts[k] += 1;
                    value
                }
                None if is_missing(cell) => f64::NAN,
                None => {
                    if self.words[k].len() == self.rows && self.rows < ROWS_NAMED {
                        self.words[k].push(cell.to_owned());
                    }
                    if self.texts[k].is_none() {
                        self.texts[k] = Some((line, cell.to_owned()));
                    } else if self.counts[k] > 0 && self.is_wanted[k] {
                        self.fault(line, k, cell);
                    }
                    f64::NAN
                }
            };
            let said = !self.dialect.missing.is_empty()
                && self.dialect.missing.iter().any(|own| own == cell);
            let value = if said { f64::NAN } else { value };
            self.numbers[k].push(value);
            if value.is_nan() && self.is_wanted[k] {
                self.missing.1 += 1;
                if self.missing.0.len() < PLACES_KEPT {
                    self.missing.0.push((line, k + 1));
                }
            }
        }
        self.rows += 1;
    }

    fn fault(&mut self, line: u64, k: usize, cell: &str) {
        let name = self
            .dialect
            .names
            .get(k)
            .map(|name| format!(" of {}", shown(name)));
        let name = name.unwrap_or_default();
        let message = format!("the cell{name} is {}, expected a number", shown(cell));
        self.faults.add(line, k as u64 + 1, message);
    }

    fn finish(mut self) -> Result<TableFile, Faults> {
        let width = self.dialect.width;
        for k in 0..width {
            // The first text of a column was forgiven as long as it might be one of texts.
            let numbers = self.counts[k] > 0;
            if numbers && self.is_wanted[k] {
                let text = self.texts[k].clone();
                let text =
                    text.filter(|(_, cell)| !self.dialect.missing.iter().any(|own| own == cell));
                if let Some((line, cell)) = text {
                    self.fault(line, k, &cell);
                }
            }
        }
        if self.rows == 0 && self.faults.is_empty() {
            return Err(Faults::whole("it holds no row of numbers"));
        }
        let faults = std::mem::take(&mut self.faults);
        faults.or(())?;
        let has_text = |k: usize| self.texts[k].is_some() && self.counts[k] == 0;
        let of_numbers = |k: usize| {
            let mixed = self.texts[k].is_some() && self.counts[k] > 0 && !self.is_wanted[k];
            !has_text(k) && !mixed
        };
        let unit = |k: usize| {
            let units = self.dialect.units.as_ref();
            let unit = units.and_then(|(_, units)| units.get(k));
            unit.cloned().unwrap_or_default()
        };
        let column = |k: usize| TableColumn {
            name: self.dialect.names.get(k).cloned(),
            number: k + 1,
            unit: unit(k),
        };
        let rows = self.rows;
        let named = (0..width).find(|k| has_text(*k) && self.words[*k].len() == rows);
        let labels = named.map(|k| (column(k), self.words[k].clone()));
        let kept: Vec<usize> = (0..width).filter(|k| of_numbers(*k)).collect();
        let texts = (0..width).filter(|k| !of_numbers(*k)).map(|k| {
            let text = self.texts[k].as_ref().map(|(_, cell)| cell.clone());
            (column(k), text.unwrap_or_default())
        });
        let texts: Vec<(TableColumn, String)> = texts.collect();
        if kept.is_empty() {
            return Err(Faults::whole("it holds no column of numbers"));
        }
        let numbers = (0..self.rows).flat_map(|row| kept.iter().map(move |k| (row, *k)));
        let table = Table {
            rows: self.rows,
            columns: kept.len(),
            numbers: numbers.map(|(row, k)| self.numbers[k][row]).collect(),
        };
        // What stands in a column of texts is not missing.
        let aside: Vec<usize> = texts.iter().map(|(column, _)| column.number).collect();
        let is_text = |place: &(u64, usize)| aside.contains(&place.1);
        let lost = aside
            .iter()
            .filter(|number| self.is_wanted[**number - 1])
            .count();
        let count = self.missing.1.saturating_sub((lost * self.rows) as u64);
        let mut places = self.missing.0;
        places.retain(|place| !is_text(place));
        Ok(TableFile {
            table,
            columns: kept.iter().map(|k| column(*k)).collect(),
            texts,
            labels,
            missing: (places, count),
            notes: vec![self.dialect.to_string()],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<TableFile, Faults> {
        read_text(text, &DialectOptions::default(), &[], &Cancel::default())
    }

    #[test]
    fn numbers_names_and_gaps_are_read() {
        let found = read("t, a\n# a remark\n1,2.5\n3,\n").unwrap();
        assert_eq!(found.columns[1].name.as_deref(), Some("a"));
        assert_eq!((found.table.rows, found.table.columns), (2, 2));
        assert!(found.table.numbers[3].is_nan());
        assert_eq!(found.missing, (vec![(4, 2)], 1));
        let bare = read("1,2\n3,4\n").unwrap();
        assert!(!bare.is_named());
        assert_eq!(bare.table.numbers, [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(bare.table.transposed().numbers, [1.0, 3.0, 2.0, 4.0]);
    }

    #[test]
    fn columns_of_texts_are_set_aside() {
        let found = read("a,when,b\n1,10:00:01,2\n3,10:00:02,4\n").unwrap();
        assert_eq!(found.table.numbers, [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(found.texts[0].0.shown(), "column 2 \"when\"");
        assert_eq!(found.labels.as_ref().unwrap().1, ["10:00:01", "10:00:02"]);
        assert_eq!(found.columns[1].number, 3);
        assert_eq!(found.missing.1, 0);
    }

    #[test]
    fn all_problems_are_named_with_line_and_column() {
        let wrong = read("a,b\n1,2\nx,2\n3\n4,y\n").unwrap_err();
        let texts: Vec<String> = wrong.list().iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 3, "{texts:?}");
        assert!(texts.iter().any(|text| text.starts_with("line 4: 1 cells")));
        assert!(texts.iter().any(|text| {
            text == "line 5, column 2: the cell of \"b\" is \"y\", expected a number"
        }));
        assert!(
            read("a,b\n")
                .unwrap_err()
                .to_string()
                .contains("no row of numbers")
        );
    }

    #[test]
    fn what_a_person_says_of_missing_numbers_holds() {
        let options = DialectOptions {
            missing: vec!["-999".to_owned(), "lost".to_owned()],
            ..DialectOptions::default()
        };
        let text = "a,b\n1,-999\nlost,2\n";
        let found = read_text(text, &options, &[], &Cancel::default()).unwrap();
        assert_eq!(found.missing.1, 2);
        assert_eq!(found.table.numbers[3], 2.0);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "[a0-9,;. \t\"#\r\n-]{0,120}") {
            let _ = read(&text);
        }
    }
}
