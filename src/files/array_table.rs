//! Arrays as tables.

use super::array::{ArrayFile, shown_shape};
use super::fault::Faults;
use super::table_file::{Table, TableColumn, TableFile};

impl ArrayFile {
    /// Rows and columns: of one side, a column; of two, as they are; sides of length 1 beyond two
    /// are dropped. A matrix with one side of length 2 for each unit (2 × … × 2 × n, as PyPhi has
    /// it) becomes 2ⁿ rows, the first unit fastest. Records have a column for each field.
    ///
    /// # Errors
    /// When it has other sides.
    pub fn into_table(mut self) -> Result<TableFile, Faults> {
        let shown = shown_shape(&self.shape);
        let refuse = |expected: &str| {
            Faults::whole(format!(
                "the .npy file has shape {shown} of {}, expected {expected}",
                self.dtype
            ))
        };
        let width = self.fields.len().max(1);
        let long: Vec<usize> = self
            .shape
            .iter()
            .filter(|side| **side != 1)
            .map(|s| *s as usize)
            .collect();
        let units = self.shape.len().saturating_sub(1);
        let by_unit = self.shape.len() > 2
            && self.shape[..units].iter().all(|side| *side == 2)
            && self.shape[units] == units as u64;
        let (rows, columns) = if by_unit && width == 1 {
            self.numbers = by_state(&self.numbers, units);
            self.notes.push(format!(
                "shape {shown}: one side for each of {units} units; its rows are put in order with \
                 the first unit fastest"
            ));
            (1usize << units, units)
        } else {
            match (self.shape.as_slice(), long.as_slice()) {
                ([], _) => return Err(refuse("one side or two")),
                ([rows], _) => (*rows as usize, width),
                ([rows, columns], _) if width == 1 => (*rows as usize, *columns as usize),
                (_, [rows]) if width > 1 => (*rows, width),
                (_, [rows, columns]) if width == 1 => {
                    let note = format!("shape {shown}: sides of length 1 are dropped");
                    self.notes.push(note);
                    (*rows, *columns)
                }
                _ => return Err(refuse("one side or two, or 2 × … × 2 × n for n units")),
            }
        };
        let table = Table {
            rows,
            columns,
            numbers: self.numbers,
        };
        let mut notes = vec![format!("shape {shown} of {}", self.dtype)];
        notes.append(&mut self.notes);
        let mut file = TableFile::bare(table, notes);
        if width > 1 || !self.fields.is_empty() {
            let named = self
                .fields
                .into_iter()
                .enumerate()
                .map(|(k, name)| TableColumn {
                    name: Some(name),
                    number: k + 1,
                    unit: String::new(),
                });
            file.columns = named.collect();
        }
        Ok(file)
    }
}

/// Rows in the order of states with the first unit fastest, from one with the last fastest.
fn by_state(numbers: &[f64], units: usize) -> Vec<f64> {
    let turned = |state: usize| (0..units).fold(0, |at, unit| at * 2 + (state >> unit & 1));
    let rows = (0..1usize << units).map(turned);
    rows.flat_map(|row| numbers[row * units..(row + 1) * units].iter().copied())
        .collect()
}
