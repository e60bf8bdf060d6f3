//! What a table is: a transition matrix, a covariance or a recording; said before anything is
//! measured.

use anyhow::{Result, anyhow, bail, ensure};

use crate::files::array::shown_shape;
use crate::files::columns::choose;
use crate::files::recording::Recording as Recorded;
use crate::files::table::{Table, TableFile};
use crate::phi::gauss::case::{CaseRequest, CaseSystem};

use super::args::{PhiArgs, PhiKind};
use super::effort::Watch;
use super::gaps::{fill, refuse_missing};
use super::question::{DiscreteQuestion, Recording, Subject, WEIGHT_UNITS_MAX};

/// Share by which two halves of a covariance may differ.
const ROUNDING: f64 = 1e-5;

/// A table with its meaning.
pub struct Meaning {
    /// What is to be measured.
    pub subject: Subject,
    /// What the table was taken for, and why.
    pub meaning: String,
    /// What was detected, chosen and left out.
    pub notes: Vec<String>,
}

/// What a table is: named by `--kind`, or read off its shape. A square table that is symmetric, but
/// for rounding, is a covariance; one with 2^n rows of n probabilities, or 2^n × 2^n with rows that
/// sum to 1, a transition matrix, which needs a state; any other a recording with samples in rows.
///
/// # Errors
/// When the table is not what it was said to be, or what is missing would leave it open.
pub fn from_table(mut file: TableFile, args: &PhiArgs, watch: &Watch) -> Result<Meaning> {
    if args.transpose {
        file = file.turned()?;
    }
    let kind = match args.kind {
        Some(kind) => kind,
        None => read_off(&file, args)?,
    };
    let shape = shown_shape(&[file.table.rows as u64, file.table.columns as u64]);
    let why = |why: &str| match args.kind {
        Some(_) => "as --kind says".to_owned(),
        None => why.to_owned(),
    };
    match kind {
        PhiKind::Tpm => {
            let (file, notes) = numbers_only(file, args, "a transition matrix")?;
            let state = args.state.clone().ok_or_else(|| {
                anyhow!("a transition matrix needs its state: --state 0,1,… (unit 0 first)")
            })?;
            let table = &file.table;
            let rows = if is_by_node(table) {
                table.iter_rows().map(<[f64]>::to_vec).collect()
            } else {
                by_node(table)?
            };
            let units = rows.first().map_or(0, Vec::len);
            let form = if is_by_node(table) {
                "state by unit"
            } else {
                "state by state"
            };
            let why = why("since --state is given");
            Ok(Meaning {
                meaning: format!(
                    "a transition matrix of {units} units, {form} ({} × {}), first unit fastest, \
                     {why}",
                    table.rows, table.columns
                ),
                notes,
                subject: Subject::Discrete(DiscreteQuestion {
                    rows,
                    connections: None,
                    state,
                    whole_only: false,
                    remarks: Vec::new(),
                    estimated: false,
                }),
            })
        }
        PhiKind::Covariance => {
            let (file, notes) = numbers_only(file, args, "a covariance")?;
            let (rows, columns) = (file.table.rows, file.table.columns);
            ensure!(
                rows == columns,
                "a covariance of {rows} × {columns}, expected as many rows as columns"
            );
            let why = why("since the table is square and symmetric");
            let system = CaseSystem {
                cov_x: mended(&file.table),
                cov_xy: None,
                cov_y: None,
            };
            Ok(Meaning {
                meaning: format!(
                    "a covariance of {rows} units, {why}; --kind tpm with --state if it is a \
                     transition matrix, --kind recording if it is one"
                ),
                notes,
                subject: Subject::Gaussian(system, CaseRequest::default(), false),
            })
        }
        PhiKind::Recording => recording(file, &shape, args, watch),
    }
}

/// What the shape of a table says.
fn read_off(file: &TableFile, args: &PhiArgs) -> Result<PhiKind> {
    if args.state.is_some() {
        return Ok(PhiKind::Tpm);
    }
    let table = &file.table;
    let (rows, columns) = (table.rows, table.columns);
    if rows == columns && symmetric(table) {
        return Ok(PhiKind::Covariance);
    }
    let plain = file.texts.is_empty() && args.columns.is_empty() && file.missing.1 == 0;
    let form = if is_by_node(table) && probabilities(table) {
        format!(
            "{rows} = 2{} rows and {columns} columns of probabilities",
            raised(columns)
        )
    } else if is_by_state(table) {
        format!("{rows} × {columns} probabilities, whose rows sum to 1,")
    } else {
        return Ok(PhiKind::Recording);
    };
    if !plain {
        return Ok(PhiKind::Recording);
    }
    bail!(
        "a table of {form} is a transition matrix, and its state is missing: expected --state \
         0,1,… (unit 0 first), or --kind recording if its rows are samples"
    )
}

/// A number as a power.
fn raised(n: usize) -> String {
    let digit = |c: char| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(c.to_digit(10)? as usize);
    n.to_string().chars().filter_map(digit).collect()
}

fn is_by_node(table: &Table) -> bool {
    table.columns < 32 && table.rows == 1 << table.columns
}

fn probabilities(table: &Table) -> bool {
    table.numbers.iter().all(|p| (0.0..=1.0).contains(p))
}

fn is_by_state(table: &Table) -> bool {
    let sums = |row: &[f64]| (row.iter().sum::<f64>() - 1.0).abs() < 1e-6;
    let square = table.rows == table.columns && table.rows.is_power_of_two() && table.rows > 1;
    square && probabilities(table) && table.iter_rows().all(sums)
}

/// All columns as numbers: matrices have neither times nor gaps.
fn numbers_only(file: TableFile, args: &PhiArgs, what: &str) -> Result<(TableFile, Vec<String>)> {
    let mut notes = Vec::new();
    let file = if args.columns.is_empty() {
        file
    } else {
        let chosen = choose(file, &args.columns)?;
        notes.extend(chosen.notes);
        chosen.file
    };
    if let Some((column, text)) = file.texts.first() {
        bail!(
            "{} holds texts, as {text:?}, expected numbers: {what}",
            column.shown()
        );
    }
    refuse_missing(&file, what)?;
    notes.splice(0..0, file.notes.iter().cloned());
    Ok((file, notes))
}

fn recording(file: TableFile, shape: &str, args: &PhiArgs, watch: &Watch) -> Result<Meaning> {
    let chosen = choose(file, &args.columns)?;
    let (rows, columns) = (chosen.file.table.rows, chosen.file.table.columns);
    ensure!(
        rows >= 4,
        "a recording of {rows} samples of {columns} units, expected samples in rows, at \
         least 4; --kind covariance or --kind tpm with --state if it is one"
    );
    let insists = args.kind == Some(PhiKind::Recording) && args.shrink.is_some();
    ensure!(
        columns <= rows || insists,
        "a recording of shape {shape} has {rows} samples in rows and {columns} units in columns, \
         more units than samples: are channels in rows? --transpose turns the table (or --columns \
         chooses units; --kind recording with --shrink takes it as it is)"
    );
    let why = match args.kind {
        Some(_) => "as --kind says",
        None => "give --state for a transition matrix",
    };
    let notes = chosen.told();
    channels(chosen.file, notes, args, watch, why)
}

/// What a recording of EDF, BDF or WAV is: one, whatever its shape.
///
/// # Errors
/// When it was said to be something else, is too short, or lacks samples.
pub fn from_recording(recording: Recorded, args: &PhiArgs, watch: &Watch) -> Result<Meaning> {
    let is_other = args.kind.is_some_and(|kind| kind != PhiKind::Recording);
    ensure!(
        !is_other && args.state.is_none(),
        "the file is a recording by its format, expected no --state and no --kind but recording"
    );
    let rate = recording.sample_rate_hz;
    let why = rate.map_or_else(
        || "of an unknown rate".to_owned(),
        |rate| format!("at {rate} Hz"),
    );
    let mut file = recording.into_table()?;
    let rows = file.table.rows;
    ensure!(
        rows >= 4,
        "a recording of {rows} samples, expected at least 4"
    );
    let notes = std::mem::take(&mut file.notes);
    channels(file, notes, args, watch, &why)
}

/// The columns of a table as series, without gaps.
fn channels(
    mut file: TableFile,
    mut notes: Vec<String>,
    args: &PhiArgs,
    watch: &Watch,
    why: &str,
) -> Result<Meaning> {
    let columns = file.table.columns;
    notes.extend(fill(&mut file, args.missing)?);
    ensure!(
        !watch.is_over(),
        "the deadline came while the file was read"
    );
    let table = &file.table;
    let name = |unit: usize| match &file.columns[unit].name {
        Some(name) => name.clone(),
        None => file.columns[unit].number.to_string(),
    };
    Ok(Meaning {
        meaning: format!(
            "a recording: {} samples of {columns} units; {why}",
            table.rows
        ),
        notes,
        subject: Subject::Recording(Recording {
            series: (0..columns)
                .map(|unit| table.column(unit).collect())
                .collect(),
            names: (0..columns).map(name).collect(),
        }),
    })
}

/// Whether a square table differs from its transpose by rounding (also that of single precision).
fn symmetric(table: &Table) -> bool {
    let at = |i: usize, j: usize| table.numbers[i * table.columns + j];
    let scale = |i: usize, j: usize| (at(i, i) * at(j, j)).sqrt();
    (0..table.rows).all(|i| {
        at(i, i) > 0.0 && (0..i).all(|j| (at(i, j) - at(j, i)).abs() <= ROUNDING * scale(i, j))
    })
}

/// The rows, with the mean of both halves where they differ by rounding.
fn mended(table: &Table) -> Vec<Vec<f64>> {
    let rows: Vec<Vec<f64>> = table.iter_rows().map(<[f64]>::to_vec).collect();
    if !symmetric(table) {
        return rows;
    }
    let n = rows.len();
    let mean = |i: usize, j: usize| 0.5 * (rows[i][j] + rows[j][i]);
    (0..n)
        .map(|i| (0..n).map(|j| mean(i, j)).collect())
        .collect()
}

/// A state-by-state matrix as state-by-node, when units are independent given the past.
fn by_node(table: &Table) -> Result<Vec<Vec<f64>>> {
    let states = table.rows;
    let n = states.checked_ilog2().unwrap_or(0) as usize;
    ensure!(
        states == table.columns && n <= WEIGHT_UNITS_MAX && states == 1 << n && n > 0,
        "a transition matrix of {states} × {}, expected 2^n rows of n columns (the probability \
         that each unit is on) or 2^n × 2^n (state by state)",
        table.columns
    );
    let mut rows = Vec::with_capacity(states);
    for (s, row) in table.iter_rows().enumerate() {
        let total: f64 = row.iter().sum();
        ensure!(
            (total - 1.0).abs() < 1e-6,
            "row {s} sums to {total}, expected 1"
        );
        let on = |unit: usize| -> f64 {
            let states = row.iter().enumerate();
            let on = states.filter(|(state, _)| state >> unit & 1 == 1);
            on.map(|(_, p)| p).sum()
        };
        let nodes: Vec<f64> = (0..n).map(on).map(|p| p.clamp(0.0, 1.0)).collect();
        for (state, p) in row.iter().enumerate() {
            let product: f64 = nodes
                .iter()
                .enumerate()
                .map(|(unit, on)| {
                    if state >> unit & 1 == 1 {
                        *on
                    } else {
                        1.0 - on
                    }
                })
                .product();
            ensure!(
                (product - p).abs() < 1e-6,
                "in row {s} the units are not independent given the past: state {state} has \
                 probability {p}, the product of its units is {product}"
            );
        }
        rows.push(nodes);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_by_state_matrix_becomes_one_by_node() {
        let swap = Table {
            rows: 4,
            columns: 4,
            numbers: [
                [1.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 1.0, 0.0],
                [0.0, 1.0, 0.0, 0.0],
                [0.0, 0.0, 0.0, 1.0],
            ]
            .concat(),
        };
        let rows = by_node(&swap).unwrap();
        assert_eq!(rows, [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
        let mut tied = swap;
        tied.numbers[..4].copy_from_slice(&[0.5, 0.0, 0.0, 0.5]);
        assert!(
            by_node(&tied)
                .unwrap_err()
                .to_string()
                .contains("not independent")
        );
    }
}
