//! Missing cells: refused with their places, or filled as is said.

use anyhow::{Result, anyhow, bail, ensure};

use crate::files::TableFile;

use super::args::MissingArg;

/// Missing cells, with their places.
pub(super) fn refuse_missing(file: &TableFile, what: &str) -> Result<()> {
    let count = file.missing.1;
    if count == 0 {
        return Ok(());
    }
    let places = file.missing.0.iter().take(5);
    let places: Vec<String> = places
        .map(|(line, k)| format!("line {line}, column {k}"))
        .collect();
    let places = if places.is_empty() {
        String::new()
    } else {
        format!(": {}", places.join("; "))
    };
    let more = if count > 5 && !places.is_empty() {
        "; …"
    } else {
        ""
    };
    bail!(
        "{count} cells have no number{places}{more}; {what} needs all of them (--missing hold, \
         interpolate or drop for a recording)"
    )
}

/// Deals with missing samples; tells what was done.
pub(super) fn fill(file: &mut TableFile, missing: MissingArg) -> Result<Option<String>> {
    let count = file.missing.1;
    if count == 0 {
        return Ok(None);
    }
    let columns = file.table.columns;
    let told = match missing {
        MissingArg::Refuse => {
            refuse_missing(file, "a recording")?;
            return Ok(None);
        }
        MissingArg::Drop => {
            let whole = |row: &&[f64]| row.iter().all(|x| !x.is_nan());
            let kept: Vec<f64> = file
                .table
                .iter_rows()
                .filter(whole)
                .flatten()
                .copied()
                .collect();
            let rows = kept.len() / columns.max(1);
            let gone = file.table.rows - rows;
            file.table.rows = rows;
            file.table.numbers = kept;
            ensure!(rows >= 4, "{rows} whole rows are left, expected at least 4");
            format!(
                "{gone} rows with missing cells are dropped; what lay beside them is now a lag \
                 apart"
            )
        }
        MissingArg::Hold | MissingArg::Interpolate => {
            for k in 0..columns {
                let mut series: Vec<f64> = file.table.column(k).collect();
                fill_series(&mut series, missing == MissingArg::Interpolate)
                    .ok_or_else(|| anyhow!("{} has no number at all", file.columns[k].shown()))?;
                for (row, value) in series.into_iter().enumerate() {
                    file.table.numbers[row * columns + k] = value;
                }
            }
            let how = match missing {
                MissingArg::Hold => "hold the last number before them",
                _ => "are interpolated",
            };
            format!("{count} missing cells {how}; at the ends the nearest number stands")
        }
    };
    Ok(Some(told))
}

/// Fills the gaps of a series; none when it has no number.
fn fill_series(series: &mut [f64], line: bool) -> Option<()> {
    let known: Vec<usize> = (0..series.len()).filter(|k| !series[*k].is_nan()).collect();
    let (first, last) = (*known.first()?, *known.last()?);
    let (low, high) = (series[first], series[last]);
    series[..first].fill(low);
    series[last + 1..].fill(high);
    for pair in known.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let (from, to) = (series[a], series[b]);
        for (k, value) in series[a + 1..b].iter_mut().enumerate() {
            let share = (k + 1) as f64 / (b - a) as f64;
            *value = if line {
                from + share * (to - from)
            } else {
                from
            };
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_as_it_is_said() {
        let gap = [f64::NAN, 1.0, f64::NAN, f64::NAN, 4.0, f64::NAN];
        let mut held = gap;
        fill_series(&mut held, false).unwrap();
        assert_eq!(held, [1.0, 1.0, 1.0, 1.0, 4.0, 4.0]);
        let mut line = gap;
        fill_series(&mut line, true).unwrap();
        assert_eq!(line, [1.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
        assert!(fill_series(&mut [f64::NAN], true).is_none());
    }
}
