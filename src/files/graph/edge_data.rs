//! The data of edges, a column for each name.

use super::super::fault::SHOWN;
use super::super::number::{Decimal, is_missing, number};

/// One datum of all edges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EdgeColumn {
    /// Its name; empty when the file gives none.
    pub name: String,
    /// Its place in a table, from 1; 0 outside of tables.
    pub number: usize,
    /// What holds for edges that do not say.
    pub default: Option<f64>,
    /// A value for each edge, NaN where there is none; empty when no edge has a number.
    pub values: Vec<f64>,
    /// How many edges have a number.
    pub numbers: u64,
    /// The first texts that are no numbers, with their lines.
    pub texts: Vec<(u64, String)>,
    /// How many edges have such a text.
    pub text_count: u64,
}

impl EdgeColumn {
    /// A column without values.
    #[must_use]
    pub fn new(name: impl Into<String>, number: usize) -> Self {
        Self {
            name: name.into(),
            number,
            ..Self::default()
        }
    }

    /// Whether numbers stand in it and nothing else.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        self.text_count == 0 && (self.numbers > 0 || self.default.is_some())
    }

    /// The number of an edge: its own, else the default.
    #[must_use]
    pub fn value(&self, edge: usize) -> Option<f64> {
        let own = self
            .values
            .get(edge)
            .copied()
            .filter(|value| !value.is_nan());
        own.or(self.default)
    }

    /// `"weight"`, or `column 3`.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.name.is_empty() {
            format!("column {}", self.number)
        } else {
            super::super::fault::shown(&self.name)
        }
    }
}

/// Columns that grow with the edges of a file.
#[derive(Clone, Debug, Default)]
pub struct EdgeData {
    /// The columns so far.
    pub columns: Vec<EdgeColumn>,
    /// How many edges there will be, as far as it is known; 0 else.
    pub expected: usize,
}

/// Columns up to which room is made at once for as many edges as are expected.
const FULL_COLUMNS: usize = 3;

impl EdgeData {
    /// The column of this name, made when there is none.
    pub fn column(&mut self, name: &str) -> usize {
        let found = self.columns.iter().position(|column| column.name == name);
        found.unwrap_or_else(|| {
            self.columns.push(EdgeColumn::new(name, 0));
            self.columns.len() - 1
        })
    }

    /// Puts what an edge says of a column. `edge` never falls below that of an earlier call.
    pub fn put(&mut self, column: usize, edge: usize, line: u64, text: &str, decimal: Decimal) {
        let text = text.trim();
        match number(text, decimal) {
            Some(value) => self.put_number(column, edge, value),
            None if is_missing(text) => {}
            None => {
                let own = &mut self.columns[column];
                own.text_count += 1;
                if own.texts.len() < SHOWN {
                    let short: String = text.chars().take(80).collect();
                    own.texts.push((line, short));
                }
            }
        }
    }

    /// Puts a number.
    pub fn put_number(&mut self, column: usize, edge: usize, value: f64) {
        let room = if column < FULL_COLUMNS {
            self.expected
        } else {
            0
        };
        let own = &mut self.columns[column];
        if own.values.capacity() < room {
            own.values.reserve_exact(room - own.values.len());
        }
        own.numbers += 1;
        if own.values.len() <= edge {
            own.values.resize(edge, f64::NAN);
            own.values.push(value);
        } else {
            own.values[edge] = value;
        }
    }

    /// The columns, each with a value for every one of so many edges. Columns that say nothing of
    /// any edge are left out.
    #[must_use]
    pub fn finish(self, edges: usize) -> Vec<EdgeColumn> {
        let mut columns = self.columns;
        columns.retain(|own| own.numbers > 0 || own.text_count > 0 || own.default.is_some());
        for own in &mut columns {
            if own.numbers > 0 {
                own.values.resize(edges, f64::NAN);
            }
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_texts_and_defaults_are_kept_apart() {
        let mut data = EdgeData::default();
        let (weight, kind) = (data.column("weight"), data.column("kind"));
        data.columns[weight].default = Some(0.5);
        data.put(weight, 1, 3, " 2 ", Decimal::Point);
        data.put(kind, 0, 2, "road", Decimal::Point);
        data.put(kind, 1, 3, "", Decimal::Point);
        let columns = data.finish(3);
        assert!(columns[weight].is_numeric() && !columns[kind].is_numeric());
        let values: Vec<_> = (0..3).map(|edge| columns[weight].value(edge)).collect();
        assert_eq!(values, [Some(0.5), Some(2.0), Some(0.5)]);
        assert_eq!(columns[kind].texts, [(2, "road".to_owned())]);
    }
}
