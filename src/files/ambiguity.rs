//! Tables that could be read in two ways.

use super::cells::Separator;
use super::dialect::DialectOptions;
use super::fault::{Faults, shown};
use super::number::{Decimal, number};
use super::sample::{Fit, Sample};

/// Some numbers with points and some with commas, or commas that may stand for thousands.
pub(super) fn refuse_two_marks(
    sample: &Sample<'_>,
    best: &Fit,
    options: &DialectOptions,
) -> Result<(), Faults> {
    if options.decimal.is_some() || best.decimal == Decimal::Point {
        return Ok(());
    }
    let cells = || {
        let rows = best
            .rows
            .iter()
            .zip(&sample.lines)
            .filter(|(row, _)| row.len() == best.width);
        rows.flat_map(|(row, (line, _))| row.iter().map(move |cell| (*line, cell)))
    };
    let is_comma = |cell: &str| cell.contains(',') && number(cell, Decimal::Comma).is_some();
    let comma = cells().find(|(_, cell)| is_comma(cell));
    let point = cells().find(|(_, cell)| {
        cell.contains('.') && !cell.contains("0x") && number(cell, Decimal::Point).is_some()
    });
    if let (Some((a, comma)), Some((b, point))) = (comma, point) {
        return Err(Faults::at(
            a,
            0,
            format!(
                "{} has a decimal comma and {} in line {b} a decimal point; expected one of \
                 them, or the decimal mark said (--decimal comma, --decimal point)",
                shown(comma),
                shown(point)
            ),
        ));
    }
    let thousands = |cell: &str| {
        let Some((whole, rest)) = cell.split_once(',') else {
            return false;
        };
        let whole = whole.trim_start_matches(['-', '+']);
        rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
    };
    let with_comma = || cells().filter(|(_, cell)| is_comma(cell));
    if with_comma().all(|(_, cell)| thousands(cell))
        && let Some((line, cell)) = with_comma().next()
    {
        return Err(Faults::at(
            line,
            0,
            format!(
                "{} is one and a part with a decimal comma, or a thousand and more with a mark of \
                 thousands; expected --decimal comma, or numbers without marks of thousands",
                shown(cell)
            ),
        ));
    }
    Ok(())
}

/// Commas that look like separators but cut numbers in two: `-0,05` gives cells -0 and 05.
pub(super) fn refuse_split_decimals(
    sample: &Sample<'_>,
    best: &Fit,
    options: &DialectOptions,
) -> Result<(), Faults> {
    if options.separator.is_some() || best.separator != Separator::Comma || best.width % 2 == 1 {
        return Ok(());
    }
    let whole = |cell: &String| {
        let digits = cell.trim_start_matches(['-', '+']);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let numbers = || best.rows.iter().filter(|row| row.len() == best.width);
    let is_name = |cell: &String| cell.chars().any(char::is_alphabetic);
    if numbers().next().is_some_and(|row| row.iter().all(is_name)) {
        // As many names as cells say how many columns there are.
        return Ok(());
    }
    let rows = || numbers().filter(|row| row.iter().all(whole));
    if rows().count() == 0 || rows().count() + 1 < numbers().count() {
        return Ok(());
    }
    let distinct = |k: usize| {
        let mut cells: Vec<&String> = rows().map(|row| &row[k]).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.len()
    };
    // 0,5 and 0,7 and 0,9: a first column that hardly changes beside one that does.
    let halves = best.width == 2 && rows().count() > 2 && distinct(0) < 3 && distinct(1) > 2;
    let odd = |cell: &String| halves || cell.len() > 1 && cell.starts_with('0') || cell == "-0";
    let Some(line) = best
        .rows
        .iter()
        .zip(&sample.lines)
        .find_map(|(row, (line, text))| {
            (row.len() == best.width && row.iter().all(whole) && row.iter().any(odd))
                .then_some((*line, *text))
        })
    else {
        return Ok(());
    };
    let (number, text) = line;
    Err(Faults::at(
        number,
        0,
        format!(
            "{} is {} whole numbers separated by commas, or half as many with decimal commas; \
             expected one to be said: --separator comma, or --decimal comma",
            shown(text),
            best.width
        ),
    ))
}
