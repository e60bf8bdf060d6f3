//! Tables of numbers as files have them.

use super::fault::{Faults, shown};

/// A table of numbers, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Rows.
    pub rows: usize,
    /// Columns; a one-dimensional array has one.
    pub columns: usize,
    /// rows × columns numbers, row by row; a missing one is NaN.
    pub numbers: Vec<f64>,
}

impl Table {
    /// The rows.
    pub fn iter_rows(&self) -> impl Iterator<Item = &[f64]> {
        // A chunk of 0 numbers does not exist; a table without columns has no numbers either.
        self.numbers.chunks_exact(self.columns.max(1))
    }

    /// One column.
    pub fn column(&self, k: usize) -> impl Iterator<Item = f64> + '_ {
        self.iter_rows().map(move |row| row[k])
    }

    /// Rows as columns.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let (rows, columns) = (self.columns, self.rows);
        let at = |k: usize| self.numbers[(k % columns) * self.columns + k / columns];
        Self {
            rows,
            columns,
            numbers: (0..rows * columns).map(at).collect(),
        }
    }

    /// Some of the columns, in this order.
    #[must_use]
    pub fn chosen(&self, columns: &[usize]) -> Self {
        let numbers = self
            .iter_rows()
            .flat_map(|row| columns.iter().map(|k| row[*k]));
        Self {
            rows: self.rows,
            columns: columns.len(),
            numbers: numbers.collect(),
        }
    }
}

/// A column as the file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Its name; none when the file has no names.
    pub name: Option<String>,
    /// Its place in the file, from 1.
    pub number: usize,
    /// Its unit, where the file has a line of units; else empty.
    pub unit: String,
}

impl TableColumn {
    /// `column 3 "Fp1"`, or `column 3`.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.name {
            Some(name) if !name.is_empty() => format!("column {} {}", self.number, shown(name)),
            _ => format!("column {}", self.number),
        }
    }
}

/// A table as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct TableFile {
    /// The columns that hold numbers.
    pub table: Table,
    /// What these columns are, in their order.
    pub columns: Vec<TableColumn>,
    /// Columns that hold texts, and the first of each.
    pub texts: Vec<(TableColumn, String)>,
    /// The first column that holds a text in every row, with its texts: names of the rows.
    pub labels: Option<(TableColumn, Vec<String>)>,
    /// The first places without a number (line and column of the file), and how many there are.
    pub missing: (Vec<(u64, usize)>, u64),
    /// What was detected, for people.
    pub notes: Vec<String>,
}

impl TableFile {
    /// Whether the file has names.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.columns.iter().any(|column| column.name.is_some())
    }

    /// Rows as columns; the names of rows, where there are such, become those of columns.
    ///
    /// # Errors
    /// When columns have names and rows have none.
    pub fn turned(self) -> Result<Self, Faults> {
        if self.is_named() && self.labels.is_none() {
            return Err(Faults::whole(
                "--transpose of a table whose columns have names and whose rows have none, \
                 expected rows of channels",
            ));
        }
        let mut own = Self::bare(self.table.transposed(), self.notes);
        own.notes.push("turned: rows became columns".to_owned());
        if let Some((column, labels)) = self.labels {
            own.notes
                .push(format!("channels are named by {}", column.shown()));
            for (column, label) in own.columns.iter_mut().zip(labels) {
                column.name = Some(label);
            }
        }
        Ok(own)
    }

    /// A table of numbers alone, as arrays are.
    #[must_use]
    pub fn bare(table: Table, notes: Vec<String>) -> Self {
        let columns = (0..table.columns).map(|k| TableColumn {
            name: None,
            number: k + 1,
            unit: String::new(),
        });
        let missing = table.numbers.iter().filter(|x| x.is_nan()).count() as u64;
        Self {
            columns: columns.collect(),
            texts: Vec::new(),
            labels: None,
            missing: (Vec::new(), missing),
            notes,
            table,
        }
    }
}
