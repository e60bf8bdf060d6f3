//! Which columns of a recording are channels: those that count samples or tell the time are
//! recognised, and left out unless they are asked for.

use crate::base::problem::{did_you_mean, listed};

use super::fault::Faults;
use super::table::{TableColumn, TableFile};
use super::times::{FINE, ROUNDED, base_name, equal_steps, is_sure, tells_time};
use super::vertex_rows::VERTICES;

/// Names of columns that count samples.
const COUNTS: [&str; 14] = [
    "",
    "index",
    "idx",
    "sample",
    "samples",
    "sampleindex",
    "samplenumber",
    "unnamed0",
    "n",
    "no",
    "row",
    "frame",
    "tick",
    "#",
];
/// Rows from which equal steps of a column without a name mean that it counts.
pub(super) const ROWS_TO_COUNT: usize = 8;

/// The columns that were chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// The table of these columns alone.
    pub file: TableFile,
    /// What was left out, for people.
    pub notes: Vec<String>,
    /// The step of a column of times by equal steps that was left out, in its own unit.
    pub step: Option<f64>,
}

/// Chooses the asked columns, by name or, where the file has no names, by number from 1; without
/// any, all that neither tell the time nor count samples.
///
/// # Errors
/// When a column is not there, holds texts, or nothing remains.
pub fn choose(file: TableFile, asked: &[String]) -> Result<Chosen, Faults> {
    if !asked.is_empty() {
        return choose_asked(file, asked);
    }
    let mut notes = Vec::new();
    for (column, text) in &file.texts {
        let why = if text.is_empty() {
            "it is empty"
        } else {
            "it holds texts"
        };
        let example = if text.is_empty() {
            String::new()
        } else {
            format!(", as {text:?}")
        };
        notes.push(format!("{} is left out: {why}{example}", column.shown()));
    }
    let mut kept = Vec::with_capacity(file.columns.len());
    let mut step = None;
    for (k, column) in file.columns.iter().enumerate() {
        match why_no_channel(&file, k) {
            Some(why) if file.columns.len() > 1 => {
                if why.starts_with("it tells the time") {
                    let times: Vec<f64> = file.table.column(k).collect();
                    step = step.or(equal_steps(&times, ROUNDED));
                }
                let name = column.name.as_deref().filter(|name| !name.is_empty());
                let keep = match name {
                    Some(name) => format!("--columns with {name:?} keeps it"),
                    None => format!("--columns with {} keeps it", column.number),
                };
                notes.push(format!("{} is left out: {why} ({keep})", column.shown()));
            }
            _ => kept.push(k),
        }
    }
    if kept.is_empty() {
        return Err(Faults::whole(
            "no column is left but those of time and sample numbers; expected --columns to name \
             units",
        ));
    }
    Ok(Chosen {
        file: only(file, &kept),
        notes,
        step,
    })
}

impl Chosen {
    /// `512 rows of 8 columns "Fp1", "Fp2", …`.
    #[must_use]
    pub fn summary(&self) -> String {
        let (rows, columns) = (self.file.table.rows, self.file.table.columns);
        let names = self
            .file
            .columns
            .iter()
            .filter_map(|column| column.name.as_deref());
        let names: Vec<String> = names.take(NAMES_TOLD).map(super::fault::shown).collect();
        let more = if !names.is_empty() && columns > names.len() {
            ", …"
        } else {
            ""
        };
        let names = if names.is_empty() {
            String::new()
        } else {
            format!(" {}", names.join(", "))
        };
        let plural = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            many => format!("{many} {one}s"),
        };
        format!(
            "{} of {}{names}{more}",
            plural(rows, "row"),
            plural(columns, "column")
        )
    }

    /// Everything that was detected and left out.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        self.file.notes.iter().chain(&self.notes).cloned().collect()
    }
}

/// Names of columns that a summary tells.
const NAMES_TOLD: usize = 8;

fn choose_asked(file: TableFile, asked: &[String]) -> Result<Chosen, Faults> {
    let mut faults = Faults::default();
    let mut kept = Vec::with_capacity(asked.len());
    let is_named = file.is_named() || file.texts.iter().any(|(column, _)| column.name.is_some());
    for name in asked {
        let is_it = |column: &TableColumn| match &column.name {
            Some(own) => own == name || own.is_empty() && column.number.to_string() == *name,
            None => !is_named && column.number.to_string() == *name,
        };
        let mut places = file
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| is_it(column));
        match (places.next(), places.next()) {
            (Some((k, _)), None) => kept.push(k),
            (Some((_, a)), Some((_, b))) => faults.add(
                0,
                0,
                format!(
                    "columns {} and {} are both named {name:?}",
                    a.number, b.number
                ),
            ),
            _ => {
                if let Some((column, text)) = file.texts.iter().find(|(own, _)| is_it(own)) {
                    let shown = column.shown();
                    faults.add(
                        0,
                        0,
                        format!("{shown} holds texts, as {text:?}, no numbers"),
                    );
                    continue;
                }
                let names = known(&file);
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let (known, near) = (listed(&names), did_you_mean(name, &names));
                let message = format!("it has no column {name:?}, expected one of: {known}{near}");
                faults.add(0, 0, message);
            }
        }
    }
    faults.or(())?;
    Ok(Chosen {
        file: only(file, &kept),
        notes: Vec::new(),
        step: None,
    })
}

/// The names or numbers of the columns that there are.
fn known(file: &TableFile) -> Vec<String> {
    let names = file.columns.iter().map(|column| match &column.name {
        Some(name) => name.clone(),
        None => column.number.to_string(),
    });
    names.collect()
}

fn only(file: TableFile, kept: &[usize]) -> TableFile {
    let numbers: Vec<usize> = kept.iter().map(|k| file.columns[*k].number).collect();
    let table = file.table.chosen(kept);
    let mut places = file.missing.0;
    places.retain(|(_, column)| numbers.contains(column));
    let missing = table.numbers.iter().filter(|x| x.is_nan()).count() as u64;
    TableFile {
        columns: kept.iter().map(|k| file.columns[*k].clone()).collect(),
        missing: (places, missing),
        table,
        texts: Vec::new(),
        labels: file.labels,
        notes: file.notes,
    }
}

/// Why a column is no channel, if it is none.
fn why_no_channel(file: &TableFile, k: usize) -> Option<String> {
    let column = &file.columns[k];
    let values: Vec<f64> = file.table.column(k).collect();
    let step = equal_steps(&values, ROUNDED);
    let told = match step {
        Some(step) => format!("by equal steps of {step:.6}"),
        None => "from row to row".to_owned(),
    };
    match &column.name {
        Some(name) => {
            let plain = base_name(name);
            if tells_time(name, &values) {
                return Some(format!("it tells the time, rising {told}"));
            }
            if is_sure(name) && values.len() > 1 {
                return Some("it is called as times are, which do not rise here".to_owned());
            }
            let counts = COUNTS.contains(&plain.as_str())
                && (step.is_some_and(is_whole) || wraps(&values))
                || VERTICES.contains(&plain.as_str()) && step == Some(1.0);
            if counts {
                return Some("it counts samples".to_owned());
            }
            let even = k == 0 && values.len() >= ROWS_TO_COUNT && file.columns.len() > 1;
            match equal_steps(&values, FINE) {
                Some(step) if even && step > 0.0 => {
                    Some(format!("it rises {told}, as times and sample numbers do"))
                }
                _ => None,
            }
        }
        None => {
            let long = values.len() >= ROWS_TO_COUNT && k == 0 && file.table.columns > 1;
            step.filter(|step| long && *step > 0.0)
                .map(|_| format!("it rises {told}, as times and sample numbers do"))
        }
    }
}

fn is_whole(step: f64) -> bool {
    step.fract() == 0.0
}

/// Whether numbers count by one from 0 and begin again, as counters of one byte do.
fn wraps(values: &[f64]) -> bool {
    values.len() > 1
        && values
            .windows(2)
            .all(|pair| pair[1] == pair[0] + 1.0 || pair[1] == 0.0)
        && values.iter().any(|value| *value > 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::dialect::DialectOptions;
    use super::super::table::read_text;
    use super::*;
    use crate::base::cancel::Cancel;

    fn chosen(text: &str, asked: &[&str]) -> Result<Chosen, Faults> {
        let options = DialectOptions::default();
        let file = read_text(text, &options, &[], &Cancel::default())?;
        let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
        choose(file, &asked)
    }

    #[test]
    fn times_and_counters_are_left_out_and_told() {
        let text = "Sample Index, a, Timestamp (s), when\n254,1,0.5,x\n255,3,0.7,y\n0,2,0.8,z\n";
        let found = chosen(text, &[]).unwrap();
        assert_eq!(found.file.table.numbers, [1.0, 3.0, 2.0]);
        assert_eq!(found.notes.len(), 3, "{:?}", found.notes);
        let kept = chosen(text, &["a", "Timestamp (s)"]).unwrap();
        assert_eq!(kept.file.table.columns, 2);
        let rows: String = (0..9).map(|k| format!("{k},{}\n", k * k)).collect();
        assert_eq!(chosen(&rows, &[]).unwrap().file.table.columns, 1);
        assert_eq!(chosen(&rows, &["1", "2"]).unwrap().file.table.columns, 2);
        assert_eq!(chosen("t\n1\n2\n", &[]).unwrap().file.table.columns, 1);
        let fallen = chosen("time,t,a\n1,5,3\n2,4,1\n1,3,2\n", &[]).unwrap();
        assert_eq!(fallen.file.columns[0].name.as_deref(), Some("t"));
        assert!(
            fallen.notes[0].contains("called as times are"),
            "{:?}",
            fallen.notes
        );
    }

    #[test]
    fn columns_that_are_not_there_are_all_named() {
        let refused = chosen("a,b\n1,x\n2,y\n", &["c", "b"])
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("no column \"c\", expected one of: a"),
            "{refused}"
        );
        assert!(refused.contains("column 2 \"b\" holds texts"), "{refused}");
    }
}
