//! A formula's trace out of a person's table.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::base::problem::{did_you_mean, listed};
use crate::files::source;
use crate::files::table::{TableFile, TableQuestion, read as read_table};
use crate::logic::Formula;

use super::args::StlArgs;

/// Names of columns of times in seconds.
const TIMES: [&str; 6] = ["t_s", "time_s", "t", "time", "seconds", "s"];
/// How far times may lie from equal steps, in steps.
const UNEVEN: f64 = 0.05;
/// The scope that is taken unless somebody says otherwise.
const USUAL_SCOPE: &str = "cluster";

/// A formula and the samples of its signals.
pub struct Trace {
    /// The formula.
    pub formula: Formula,
    /// Names and samples of its signals, in the order of the formula's.
    pub columns: Vec<(String, Vec<f64>)>,
    /// Number of samples, at least 1.
    pub samples: usize,
    /// Samples of the table before the first.
    pub from: usize,
    /// Time of each sample, s, where it is known.
    pub times: Option<Vec<f64>>,
    /// Seconds from a sample to the next, where they are equal.
    pub period_s: Option<f64>,
    /// What was read, in a line.
    pub summary: String,
    /// What was detected, assumed or left out.
    pub notes: Vec<String>,
}

impl Trace {
    /// The samples of its signals.
    pub fn borrowed(&self) -> Vec<&[f64]> {
        self.columns.iter().map(|(_, own)| own.as_slice()).collect()
    }

    /// `sample 31 (t = 0.62 s)`.
    pub fn place(&self, sample: usize) -> String {
        match self.times.as_ref().and_then(|times| times.get(sample)) {
            Some(time) => {
                // Microseconds: what binary fractions leave beyond is no time of the trace.
                let time = (time * 1e6).round() / 1e6;
                format!("sample {} (t = {time} s)", sample + self.from)
            }
            None => format!("sample {}", sample + self.from),
        }
    }
}

/// Reads formula and trace.
pub fn read(path: &Path, text: &str, args: &StlArgs) -> Result<Trace> {
    let shown = path.display().to_string();
    let names = Formula::names(text).map_err(|error| anyhow!("the formula, {error}"))?;
    let mut wanted: Vec<String> = TIMES.iter().map(|name| (*name).to_owned()).collect();
    for name in &names {
        wanted.extend(name.split_once('@').map(|(own, _)| own.to_owned()));
        wanted.push(name.clone());
    }
    let bytes = source::read(path).with_context(|| shown.clone())?;
    let question = TableQuestion {
        dialect: args.dialect.options(),
        array: args.dialect.array.as_deref(),
        columns: &wanted,
        ..TableQuestion::default()
    };
    let file =
        read_table(&shown, bytes, &question).map_err(|faults| anyhow!("{shown}: {faults}"))?;
    let rows = Rows::new(file, args.scope.as_deref())?;
    let mut notes = rows.file.notes.clone();
    notes.extend(rows.notes.iter().cloned());
    let times = rows.times(&names)?;
    let period_s = period(times.as_deref(), args.fs, &mut notes)?;
    let formula =
        Formula::parse(text, period_s).map_err(|error| anyhow!("the formula, {error}"))?;
    let mut columns = Vec::new();
    for name in formula.signals() {
        let column = rows.column(&name)?;
        columns.push((name, column));
    }
    let found = columns
        .first()
        .map_or(rows.file.table.rows, |(_, own)| own.len());
    for (name, own) in &columns {
        let rows = own.len();
        ensure!(
            rows == found,
            "{shown}: {name} has {rows} rows, expected {found} as others have"
        );
    }
    let from = args.from;
    ensure!(
        from < found,
        "--from {from}: the trace has {found} samples, expected fewer than these"
    );
    let mut cut: Vec<(String, Vec<f64>)> = Vec::new();
    for (name, mut own) in columns {
        own.drain(..from);
        cut.push((name, own));
    }
    let times = times.filter(|times| times.len() == found).map(|mut times| {
        times.drain(..from);
        times
    });
    missing(&cut, from, &mut notes);
    let names: Vec<&str> = cut.iter().map(|(name, _)| name.as_str()).collect();
    let summary = format!("{} samples of {}", found - from, listed(&names));
    Ok(Trace {
        formula,
        columns: cut,
        samples: found - from,
        from,
        times,
        period_s,
        summary,
        notes,
    })
}

/// Tells of samples that are no numbers.
fn missing(columns: &[(String, Vec<f64>)], from: usize, notes: &mut Vec<String>) {
    let mut begin = 0;
    for (name, own) in columns {
        let count = own.iter().filter(|x| x.is_nan()).count();
        if count == 0 {
            continue;
        }
        let first = own.iter().position(|x| x.is_nan()).unwrap_or(0);
        begin = begin.max(own.iter().position(|x| !x.is_nan()).unwrap_or(0));
        notes.push(format!(
            "{name} has no number at {count} of {} samples, first at {}: instants that depend on \
             them count as violations",
            own.len(),
            first + from
        ));
    }
    if begin > 0 {
        let begin = begin + from;
        notes.push(format!(
            "--from {begin} begins where all signals have numbers"
        ));
    }
}

/// The time between samples: as it was said, or by equal steps of the times.
fn period(
    times: Option<&[f64]>,
    rate_hz: Option<f64>,
    notes: &mut Vec<String>,
) -> Result<Option<f64>> {
    if let Some(rate) = rate_hz {
        return Ok(Some(1.0 / rate));
    }
    let Some([first, .., last]) = times else {
        return Ok(None);
    };
    let own = times.unwrap_or_default();
    let step = (last - first) / (own.len() - 1) as f64;
    let even = |(k, t): (usize, &f64)| (t - first - k as f64 * step).abs() <= UNEVEN * step;
    if step > 0.0 && own.iter().enumerate().all(even) {
        // Steps as written have few digits; the mean has their rounding.
        let short: f64 = format!("{step:.9e}").parse().unwrap_or(step);
        notes.push(format!(
            "samples are {short} s apart, by the column of times"
        ));
        return Ok(Some(short));
    }
    notes.push(
        "the times do not rise in equal steps, so bounds count samples; --fs says their rate"
            .to_owned(),
    );
    Ok(None)
}

/// The rows of a table by scope.
struct Rows {
    file: TableFile,
    /// The scope of each row, where the table has such a column.
    scopes: Option<Vec<String>>,
    /// The scope of signals that name none.
    usual: Option<String>,
    notes: Vec<String>,
}

impl Rows {
    fn new(file: TableFile, asked: Option<&str>) -> Result<Self> {
        let is_scope = |name: &Option<String>| name.as_deref() == Some("scope");
        let scopes = match &file.labels {
            Some((column, labels)) if is_scope(&column.name) => Some(labels.clone()),
            _ => None,
        };
        let other = file.texts.iter().any(|(column, _)| is_scope(&column.name))
            || file.columns.iter().any(|column| is_scope(&column.name));
        ensure!(
            scopes.is_some() || !other,
            "the column scope does not hold a name in every row, expected names other than \
             numbers, in at most 1,048,576 rows"
        );
        let mut own = Self {
            file,
            scopes,
            usual: None,
            notes: Vec::new(),
        };
        let known = own.known();
        let listed = listed(&known);
        match asked {
            Some(asked) if own.scopes.is_none() => {
                bail!("--scope {asked}: found no column scope, expected one");
            }
            Some(asked) if !known.contains(&asked) => {
                let hint = did_you_mean(asked, &known);
                bail!("--scope {asked}: expected one of {listed}{hint}");
            }
            Some(asked) => own.usual = Some(asked.to_owned()),
            None if known.len() == 1 => own.usual = known.first().map(|own| (*own).to_owned()),
            None if known.contains(&USUAL_SCOPE) => {
                own.notes.push(format!(
                    "rows of the scope {USUAL_SCOPE} are taken, of {listed}; --scope chooses"
                ));
                own.usual = Some(USUAL_SCOPE.to_owned());
            }
            None => {}
        }
        if !own.file.is_named() {
            own.notes
                .push("columns have no names: c1, c2, … in their order".to_owned());
        }
        Ok(own)
    }

    /// Scopes in the order of their first rows.
    fn known(&self) -> Vec<&str> {
        let mut known: Vec<&str> = Vec::new();
        for own in self.scopes.iter().flatten() {
            if !known.contains(&own.as_str()) {
                known.push(own);
            }
        }
        known
    }

    fn names(&self) -> Vec<String> {
        let name = |column: &crate::files::table::TableColumn| match &column.name {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("c{}", column.number),
        };
        self.file.columns.iter().map(name).collect()
    }

    /// The numbers of a column in the rows of a scope; of the usual one for none.
    fn of(&self, column: usize, scope: Option<&str>) -> Result<Vec<f64>> {
        let all = self.file.table.column(column);
        let Some(scopes) = &self.scopes else {
            return Ok(all.collect());
        };
        let known = self.known();
        let Some(scope) = scope.or(self.usual.as_deref()) else {
            bail!(
                "several scopes have rows, expected --scope to say one of {}",
                listed(&known)
            );
        };
        ensure!(
            known.contains(&scope),
            "found no scope {scope:?}, expected one of {}{}",
            listed(&known),
            did_you_mean(scope, &known)
        );
        let rows = all.zip(scopes).filter(|(_, own)| *own == scope);
        Ok(rows.map(|(x, _)| x).collect())
    }

    /// The column that a signal names, perhaps with a scope behind `@`.
    fn find(&self, name: &str) -> Option<(usize, Option<String>)> {
        let names = self.names();
        let place = |name: &str| names.iter().position(|own| own == name);
        if let Some(own) = place(name) {
            return Some((own, None));
        }
        let (own, scope) = name.split_once('@')?;
        self.scopes.as_ref()?;
        Some((place(own)?, Some(scope.to_owned())))
    }

    /// The samples of a signal.
    fn column(&self, name: &str) -> Result<Vec<f64>> {
        let Some((column, scope)) = self.find(name) else {
            let names = self.names();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let own = name.split_once('@').map_or(name, |(own, _)| own);
            let hint = did_you_mean(own, &names);
            let all = names.join(", ");
            bail!("found no column {name:?}, expected one of {all}{hint}");
        };
        let found = self.of(column, scope.as_deref())?;
        if found.iter().all(|x| x.is_nan()) {
            let holds = |scope: &&str| {
                let own = self.of(column, Some(scope)).unwrap_or_default();
                own.iter().any(|x| !x.is_nan())
            };
            let others: Vec<&str> = self.known().into_iter().filter(holds).collect();
            let choices = match others.is_empty() {
                true => format!(
                    "expected one of {}",
                    self.filled(scope.as_deref()).join(", ")
                ),
                false => format!("expected --scope to say one that has: {}", listed(&others)),
            };
            bail!("{name} has no number in any row that is taken, {choices}");
        }
        Ok(found)
    }

    /// The columns that have numbers in the rows of a scope.
    fn filled(&self, scope: Option<&str>) -> Vec<String> {
        let names = self.names().into_iter().enumerate();
        let holds = |column: usize| {
            let own = self.of(column, scope).unwrap_or_default();
            own.iter().any(|x| !x.is_nan())
        };
        let filled = names.filter(|(k, _)| holds(*k)).map(|(_, name)| name);
        filled.collect()
    }

    /// The times of the rows, of the first scope that the formula reads.
    fn times(&self, names: &[String]) -> Result<Option<Vec<f64>>> {
        let own = self.names();
        let column = TIMES
            .iter()
            .find_map(|time| own.iter().position(|name| name == time));
        let Some(column) = column else {
            return Ok(None);
        };
        let scope = names
            .iter()
            .find_map(|name| self.find(name).map(|(_, scope)| scope));
        let times = self.of(column, scope.flatten().as_deref())?;
        Ok(Some(times).filter(|times| times.iter().all(|t| t.is_finite())))
    }
}
