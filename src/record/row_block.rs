//! Rows of metrics as columns of numbers: what goes to the thread that writes them, and what comes
//! from the readers of both formats.

use crate::base::Tick;

/// Some rows of metrics, column by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowBlock {
    /// Ticks completed.
    pub ticks: Vec<Tick>,
    /// Plant times, s.
    pub times: Vec<f64>,
    /// The value of each row, for each written metric; NaN where there is none.
    pub values: Vec<Vec<f64>>,
    scopes: Vec<u32>,
    flags: Vec<u32>,
    /// The texts that scopes and flags count.
    words: Vec<String>,
}

impl RowBlock {
    /// No rows of so many metrics.
    #[must_use]
    pub fn new(metrics: usize) -> Self {
        Self {
            values: vec![Vec::new(); metrics],
            ..Self::default()
        }
    }

    /// How many rows it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ticks.len()
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ticks.is_empty()
    }

    /// Adds a row. A value that is no finite number is none.
    pub fn push(
        &mut self,
        (tick, t_s): (Tick, f64),
        (scope, flags): (&str, &str),
        values: impl Iterator<Item = Option<f64>>,
    ) {
        self.ticks.push(tick);
        self.times.push(t_s);
        let scope = self.word(scope);
        self.scopes.push(scope);
        let flags = self.word(flags);
        self.flags.push(flags);
        for (column, value) in self.values.iter_mut().zip(values) {
            let value = value.filter(|value| value.is_finite());
            column.push(value.unwrap_or(f64::NAN));
        }
    }

    /// Adds the texts of the next rows' scopes, or of their flags. The ends of all columns have to
    /// meet.
    pub fn push_word(&mut self, text: &str, is_scope: bool) {
        let word = self.word(text);
        match is_scope {
            true => self.scopes.push(word),
            false => self.flags.push(word),
        }
    }

    /// Fills times with 0 and flags with none, for whoever looks at neither.
    pub fn fill_bare(&mut self) {
        let none = self.word("");
        self.times.resize(self.ticks.len(), 0.0);
        self.flags.resize(self.ticks.len(), none);
    }

    /// The scope of a row.
    #[must_use]
    pub fn scope(&self, row: usize) -> &str {
        Self::text(&self.words, self.scopes.get(row))
    }

    /// The flags of a row, joined by blanks.
    #[must_use]
    pub fn flags(&self, row: usize) -> &str {
        Self::text(&self.words, self.flags.get(row))
    }

    /// Whether all of its columns have one length.
    #[must_use]
    pub fn is_even(&self) -> bool {
        let rows = self.len();
        let others = [self.times.len(), self.scopes.len(), self.flags.len()];
        others.iter().all(|own| *own == rows) && self.values.iter().all(|own| own.len() == rows)
    }

    /// Leaves out the rows after a tick.
    pub fn keep_to(&mut self, last: Tick) {
        // Rows stand in the order of their ticks.
        let rows = self.ticks.partition_point(|tick| *tick <= last);
        self.ticks.truncate(rows);
        self.times.truncate(rows);
        self.scopes.truncate(rows);
        self.flags.truncate(rows);
        self.values
            .iter_mut()
            .for_each(|column| column.truncate(rows));
    }

    /// The values of a row, in the order of the metrics.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Option<f64>> + '_ {
        let value = move |column: &Vec<f64>| column.get(row).copied().filter(|x| !x.is_nan());
        self.values.iter().map(value)
    }

    fn text<'a>(words: &'a [String], at: Option<&u32>) -> &'a str {
        at.and_then(|at| words.get(*at as usize))
            .map_or("", String::as_str)
    }

    /// The number of a text. There are few: scopes, and what flags go together.
    fn word(&mut self, text: &str) -> u32 {
        let found = self.words.iter().position(|own| own == text);
        let at = found.unwrap_or_else(|| {
            self.words.push(text.to_owned());
            self.words.len() - 1
        });
        at as u32
    }
}
