//! A Parquet file as a table, as if it had been a text.

use super::file::ParquetFile;
use super::kind::{ColumnKind, ParquetColumn};
use crate::base::cancel::Cancel;
use crate::files::fault::{Faults, shown};
use crate::files::number::{Decimal, is_missing, number};
use crate::files::table_file::{Table, TableColumn, TableFile};

/// Bytes that a table may hold without regard to the length of its file.
const FREE_BYTES: u64 = 64 << 20;
/// How many times longer than the file the table may be beyond that.
const GROWTH_MAX: u64 = 200;
/// Missing numbers whose places are kept.
const PLACES_KEPT: usize = 20;
/// The most rows whose names are kept.
const ROWS_NAMED: u64 = 1 << 20;
/// What pandas calls a column of row numbers, which has no name in its texts.
const PANDAS_INDEX: &str = "__index_level_0__";

/// What decides how the table is read.
pub struct ParquetQuestion<'a> {
    /// Columns that are asked for, by name; all when empty.
    pub wanted: &'a [String],
    /// Texts that stand for missing numbers, beside those that always do.
    pub missing: &'a [String],
    /// Whoever may want to stop.
    pub cancel: &'a Cancel,
}

/// Reads a table: numbers, truth values as 1 and 0, texts that are numbers as in a text; other
/// texts, dates and times are set aside. A column that is not asked for may hold anything.
///
/// # Errors
/// When the file is damaged, a column that is asked for is nested or holds numbers and texts, or
/// the table is out of all proportion to its file.
pub fn read(bytes: Vec<u8>, asked: &ParquetQuestion<'_>) -> Result<TableFile, Faults> {
    let file = ParquetFile::of_bytes(bytes)?;
    let rows = file.rows();
    let is_wanted =
        |column: &ParquetColumn| asked.wanted.is_empty() || asked.wanted.contains(&name_of(column));
    let most = FREE_BYTES.saturating_add(GROWTH_MAX.saturating_mul(file.file_bytes()));
    let width = file.columns().len() as u64;
    let cells = rows.saturating_mul(width);
    if cells.saturating_mul(8) > most {
        return Err(Faults::whole(format!(
            "it says {rows} rows of {width} columns in {} bytes, expected fewer than {} cells",
            file.file_bytes(),
            most / 8
        )));
    }
    if rows == 0 {
        return Err(Faults::whole("it holds no row of numbers"));
    }
    let mut made = Made::default();
    for (at, column) in file.columns().iter().enumerate() {
        if asked.cancel.is_requested() {
            return Err(Faults::whole("reading was stopped before its end"));
        }
        made.take(&file, at, asked, is_wanted(column), most)?;
    }
    made.finish(&file, rows as usize)
}

fn name_of(column: &ParquetColumn) -> String {
    match column.name.as_str() {
        PANDAS_INDEX => String::new(),
        name => name.to_owned(),
    }
}

/// The columns so far.
#[derive(Default)]
struct Made {
    numbers: Vec<(TableColumn, Vec<f64>)>,
    texts: Vec<(TableColumn, String)>,
    labels: Option<(TableColumn, Vec<String>)>,
    missing: (Vec<(u64, usize)>, u64),
}

impl Made {
    fn take(
        &mut self,
        file: &ParquetFile,
        at: usize,
        asked: &ParquetQuestion<'_>,
        is_wanted: bool,
        most: u64,
    ) -> Result<(), Faults> {
        let column = &file.columns()[at];
        let own = TableColumn {
            name: Some(name_of(column)),
            number: at + 1,
            unit: unit_of(file, &column.name),
        };
        let numbers = match column.kind {
            ColumnKind::NotRead(what) if is_wanted => {
                return Err(Faults::whole(format!(
                    "{} is {what}, expected numbers or texts; --columns with others leaves it out",
                    own.shown()
                )));
            }
            ColumnKind::NotRead(what) => {
                self.texts.push((own, what.to_owned()));
                return Ok(());
            }
            kind if kind.is_number() => {
                let mut numbers = Vec::new();
                for group in 0..file.groups() {
                    file.numbers(group, at, &mut numbers)?;
                }
                let said = |value: f64| {
                    let mut texts = asked.missing.iter();
                    texts.any(|own| number(own.trim(), Decimal::Point) == Some(value))
                };
                if !asked.missing.is_empty() {
                    for value in numbers.iter_mut().filter(|value| said(**value)) {
                        *value = f64::NAN;
                    }
                }
                numbers
            }
            _ => {
                let cells = Cells::read(file, at, asked, most)?;
                match cells.into_numbers(&own, is_wanted)? {
                    Ok(numbers) => numbers,
                    Err((first, words)) => {
                        let whole = words.filter(|_| self.labels.is_none());
                        self.labels = whole
                            .map(|words| (own.clone(), words))
                            .or(self.labels.take());
                        self.texts.push((own, first));
                        return Ok(());
                    }
                }
            }
        };
        if is_wanted {
            for row in (0..numbers.len()).filter(|row| numbers[*row].is_nan()) {
                self.missing.1 += 1;
                if self.missing.0.len() < PLACES_KEPT {
                    self.missing.0.push((row as u64 + 1, at + 1));
                }
            }
        }
        self.numbers.push((own, numbers));
        Ok(())
    }

    fn finish(mut self, file: &ParquetFile, rows: usize) -> Result<TableFile, Faults> {
        if self.numbers.is_empty() {
            return Err(Faults::whole("it holds no column of numbers"));
        }
        if let Some((own, found)) = self.numbers.iter().find(|(_, own)| own.len() != rows) {
            let (own, found) = (own.shown(), found.len());
            return Err(Faults::whole(format!(
                "{own} has {found} cells, expected {rows} rows"
            )));
        }
        self.missing.0.sort_unstable();
        let columns = self.numbers.len();
        let mut numbers = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            numbers.extend(self.numbers.iter().map(|(_, own)| own[row]));
        }
        let groups = file.groups();
        Ok(TableFile {
            table: Table {
                rows,
                columns,
                numbers,
            },
            columns: self.numbers.into_iter().map(|(own, _)| own).collect(),
            texts: self.texts,
            labels: self.labels,
            missing: self.missing,
            notes: vec![format!(
                "Parquet, {rows} rows in {groups} row group{}",
                if groups == 1 { "" } else { "s" }
            )],
        })
    }
}

/// The unit that a file of a run says of a column.
fn unit_of(file: &ParquetFile, name: &str) -> String {
    let units = file.value("phantomos.units");
    let units = units.and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    let unit = units.as_ref().and_then(|units| units.get(name)?.as_str());
    unit.unwrap_or_default().to_owned()
}

/// The cells of a column of texts.
#[derive(Default)]
struct Cells {
    numbers: Vec<f64>,
    count: usize,
    /// The row of the first text that is no number, and the text.
    first: Option<(usize, String)>,
    /// All texts, as long as each row has one.
    words: Option<Vec<String>>,
    rows: usize,
}

impl Cells {
    fn read(
        file: &ParquetFile,
        at: usize,
        asked: &ParquetQuestion<'_>,
        most: u64,
    ) -> Result<Self, Faults> {
        let mut own = Self {
            words: (file.rows() <= ROWS_NAMED).then(Vec::new),
            ..Self::default()
        };
        let mut kept = 0u64;
        for group in 0..file.groups() {
            file.texts(group, at, |cell| {
                own.rows += 1;
                let cell = cell.unwrap_or_default().trim();
                let said = asked.missing.iter().any(|own| own == cell);
                let value = match number(cell, Decimal::Point) {
                    _ if said => None,
                    Some(value) => {
                        own.count += 1;
                        Some(value)
                    }
                    None if is_missing(cell) => None,
                    None => {
                        own.first.get_or_insert_with(|| (own.rows, cell.to_owned()));
                        kept += cell.len() as u64;
                        if let Some(words) = &mut own.words
                            && words.len() + 1 == own.rows
                            && kept <= most
                        {
                            words.push(cell.to_owned());
                        }
                        None
                    }
                };
                own.numbers.push(value.unwrap_or(f64::NAN));
            })?;
        }
        Ok(own)
    }

    /// The numbers, or the first text and, where every row has one, all of them.
    fn into_numbers(
        self,
        own: &TableColumn,
        is_wanted: bool,
    ) -> Result<Result<Vec<f64>, (String, Option<Vec<String>>)>, Faults> {
        match self.first {
            None => Ok(Ok(self.numbers)),
            Some((row, text)) if self.count > 0 && is_wanted => Err(Faults::whole(format!(
                "row {row} of {} is {}, expected a number as in other rows",
                own.shown(),
                shown(&text)
            ))),
            Some((_, text)) => {
                let words = self.words.filter(|words| words.len() == self.rows);
                Ok(Err((text, words)))
            }
        }
    }
}
