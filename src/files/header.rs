//! Lines of names and units above a table.

use super::cells::{Separator, split, unquoted};
use super::dialect::{Dialect, DialectOptions, Header};
use super::fault::{Faults, shown};
use super::names::{ENDS, plain_name};
use super::number::{Decimal, is_missing, number};
use super::sample::{Content, Fit, LINES, Sample};

/// Whether the first line holds names, and where the data begin.
///
/// # Errors
/// When names and numbers stand in one line.
pub(super) fn headed(
    sample: &Sample<'_>,
    best: Fit,
    options: &DialectOptions,
    of: Content,
) -> Result<Dialect, Faults> {
    let is_row = |row: &Vec<String>| best.is_row(row);
    let Some(first) = best.rows.iter().position(is_row) else {
        return Err(Faults::whole("it holds no row"));
    };
    refuse_lost_rows(sample, &best, first)?;
    let mut dialect = Dialect {
        separator: best.separator,
        decimal: best.decimal,
        header: Header::None,
        names: Vec::new(),
        units: None,
        width: best.width,
        first: sample.lines[first].0,
        preamble: sample.preamble + first as u64,
        trailing: best.trailing,
        missing: options.missing.clone(),
    };
    let head = &best.rows[first];
    let rest: Vec<&Vec<String>> = best.rows[first + 1..]
        .iter()
        .filter(|row| is_row(row))
        .collect();
    let is_head = match options.header {
        Some(said) => said,
        None => match of {
            Content::Numbers => is_head(head, &rest, &dialect, options)?,
            Content::Edges => is_edge_head(head, &rest, dialect.decimal),
        },
    };
    let mut next = first;
    if is_head {
        dialect.header = Header::Line(dialect.first);
        dialect.names.clone_from(head);
        if of == Content::Edges {
            // A line with more cells than there are names is no edge, but for R's row names.
            let named_rows = has_row_names(head, &rest, best.separator);
            if named_rows {
                dialect.names.insert(0, String::new());
            }
            dialect.width = dialect.names.len();
        }
        next = first + 1;
        if let Some(row) = best.rows.get(next)
            && of == Content::Numbers
            && is_row(row)
            && is_units(row, &best.rows[next + 1..], dialect.decimal)
        {
            dialect.units = Some((sample.lines[next].0, row.clone()));
            next += 1;
        }
    } else if let Some(names) = names_without_first(&best, first)
        && options.header.is_none()
    {
        dialect.header = Header::Line(sample.lines[first - 1].0);
        dialect.names = names;
        dialect.preamble -= 1;
    } else if let Some((line, remark)) = sample.remark
        && options.header.is_none()
        && let Some(names) = remark_names(remark, &best, of)
    {
        dialect.header = Header::Remark(line);
        dialect.names = names;
    }
    let behind = sample.lines.last().map_or(1, |(line, _)| line + 1);
    dialect.first = sample.lines.get(next).map_or(behind, |(line, _)| *line);
    Ok(dialect)
}

/// Whether rows have one cell more than there are names, as R writes them.
fn has_row_names(head: &[String], rest: &[&Vec<String>], separator: Separator) -> bool {
    let of_r = matches!(separator, Separator::Blanks | Separator::Tab);
    of_r && !rest.is_empty() && rest.iter().all(|row| row.len() == head.len() + 1)
}

/// Lines before a table that hold numbers alone are rows cut short, or sizes: nobody knows.
fn refuse_lost_rows(sample: &Sample<'_>, best: &Fit, first: usize) -> Result<(), Faults> {
    let before = best.rows[..first].iter().zip(&sample.lines);
    let of_numbers = |row: &Vec<String>| {
        row.len() > 1
            && row
                .iter()
                .all(|cell| is_number(cell, best.decimal) || is_missing(cell))
    };
    // Half as many names as cells, all of these whole: decimal commas were taken for separators.
    let halves = |row: &Vec<String>| {
        let names = row
            .iter()
            .all(|cell| !cell.is_empty() && !is_number(cell, best.decimal));
        names && row.len() * 2 == best.width && best.separator == Separator::Comma
    };
    let whole = best.rows[first]
        .iter()
        .all(|cell| is_number(cell, best.decimal));
    if let Some(above) = first.checked_sub(1)
        && whole
        && halves(&best.rows[above])
    {
        return Err(Faults::at(
            sample.lines[above].0,
            0,
            format!(
                "{} names above {} cells: are their commas decimal? expected --decimal comma, or \
                 as many names as cells",
                best.rows[above].len(),
                best.width
            ),
        ));
    }
    match before.into_iter().find(|(row, _)| of_numbers(row)) {
        None => Ok(()),
        Some((row, (line, _))) => Err(Faults::at(
            *line,
            0,
            format!(
                "{} numbers, while the rows below have {} cells; expected as many, or --skip \
                 {line} (skip: {line}) if the line is no row",
                row.len(),
                best.width
            ),
        )),
    }
}

/// Names in the line above that lack one for the first column, as R writes them above row names.
fn names_without_first(best: &Fit, first: usize) -> Option<Vec<String>> {
    let above = best.rows.get(first.checked_sub(1)?)?;
    let plain = |cell: &String| !cell.is_empty() && !is_number(cell, best.decimal);
    // R separates by blanks or tabs; under commas it writes an empty name.
    let of_r = matches!(best.separator, Separator::Blanks | Separator::Tab);
    let fits = of_r && best.width > 1 && above.len() + 1 == best.width && above.iter().all(plain);
    fits.then(|| {
        std::iter::once(String::new())
            .chain(above.iter().cloned())
            .collect()
    })
}

fn is_number(cell: &str, decimal: Decimal) -> bool {
    number(cell, decimal).is_some()
}

fn is_head(
    head: &[String],
    rest: &[&Vec<String>],
    dialect: &Dialect,
    options: &DialectOptions,
) -> Result<bool, Faults> {
    let decimal = dialect.decimal;
    let absent = |cell: &str| is_missing(cell) || options.missing.iter().any(|own| own == cell);
    let numeric = head.iter().filter(|cell| is_number(cell, decimal)).count();
    let texts = head
        .iter()
        .filter(|cell| !is_number(cell, decimal) && !absent(cell))
        .count();
    if numeric == 0 {
        return Ok(texts > 0);
    }
    let counted = |cells: &[String]| {
        let numbers: Vec<f64> = cells.iter().filter_map(|c| number(c, decimal)).collect();
        let steps = numbers.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
        numbers.len() > 1 && steps && (numbers[0] == 0.0 || numbers[0] == 1.0)
    };
    if texts == 0 {
        // pandas writes the numbers of columns behind an empty cell above its index.
        let repeats = rest.len() + 1 >= head.len().min(LINES)
            && rest
                .iter()
                .zip(&head[1..])
                .all(|(row, name)| row[0] == *name);
        let above_index = head[0].is_empty()
            && (counted(&head[1..]) || repeats)
            && rest.first().is_some_and(|row| is_number(&row[0], decimal));
        let decimals = rest.iter().take(8).flat_map(|row| row.iter());
        let mut decimals = decimals.filter_map(|cell| number(cell, decimal));
        if !above_index
            && head.len() > 2
            && counted(head)
            && decimals.any(|value| value.fract() != 0.0)
        {
            return Err(Faults::at(
                dialect.first,
                0,
                "0, 1, 2 … above decimals are numbers of columns, or a sample; expected --header \
                 yes or no",
            ));
        }
        return Ok(above_index);
    }
    // A text in a column of texts is a datum; one in a column of numbers is a name.
    let odd = head.iter().enumerate().find(|(k, cell)| {
        !is_number(cell, decimal)
            && !absent(cell)
            && rest.iter().any(|row| is_number(&row[*k], decimal))
    });
    let Some((k, odd)) = odd else {
        return Ok(false);
    };
    if counted(head) {
        return Ok(true);
    }
    Err(Faults::at(
        dialect.first,
        k as u64 + 1,
        format!(
            "{} stands among numbers, expected a line of numbers (a missing one is an empty cell \
             or nan) or a line of names alone; --header yes or no if it is one",
            shown(odd)
        ),
    ))
}

fn is_edge_head(head: &[String], rest: &[&Vec<String>], decimal: Decimal) -> bool {
    // A name that comes again is a vertex.
    let again = |name: &String| !name.is_empty() && rest.iter().any(|row| row.contains(name));
    if head.iter().any(|cell| is_number(cell, decimal)) || head.iter().take(2).any(again) {
        return false;
    }
    let lower: Vec<String> = head.iter().map(|cell| plain_name(cell)).collect();
    let known = |side: usize| lower.iter().any(|cell| ENDS[side].contains(&cell.as_str()));
    if known(0) && known(1) {
        return true;
    }
    let columns = 0..head.len();
    let of_numbers = |k: usize| {
        let numeric = rest
            .iter()
            .filter(|row| row.get(k).is_some_and(|cell| is_number(cell, decimal)))
            .count();
        numeric > 0 && numeric == rest.len()
    };
    columns.into_iter().any(of_numbers)
}

fn is_units(row: &[String], below: &[Vec<String>], decimal: Decimal) -> bool {
    let is_text = |cell: &String| !is_missing(cell) && !is_number(cell, decimal);
    let texts = (0..row.len()).filter(|k| is_text(&row[*k]));
    // A text above numbers is a unit; one above texts, or beside a number, is a datum.
    let above_number = |k: usize| {
        let cell = below.first().and_then(|next| next.get(k));
        cell.is_some_and(|cell| is_number(cell, decimal))
    };
    let mut texts = texts.peekable();
    let no_number = row.iter().all(|cell| !is_number(cell, decimal));
    texts.peek().is_some()
        && no_number
        && texts.all(above_number)
        && row.iter().any(|cell| is_unit(cell))
}

/// Whether a cell may be a unit of measurement: short, or in brackets.
fn is_unit(cell: &str) -> bool {
    let plain = cell.trim_matches(['(', ')', '[', ']']);
    let known = ["bad", "lost", "error", "none"];
    (1..=6).contains(&plain.chars().count()) && !known.contains(&plain.to_lowercase().as_str())
}

/// Names in a remark right above the table, as NumPy writes them.
fn remark_names(remark: &str, best: &Fit, of: Content) -> Option<Vec<String>> {
    let inner = remark.trim_start().trim_start_matches(['#', '%', '/', ' ']);
    let mut places = Vec::new();
    let separators = [best.separator, Separator::Blanks, Separator::Comma];
    for separator in separators {
        split(inner, separator, &mut places);
        let cells = places
            .iter()
            .map(|place| unquoted(&inner[place.clone()]).into_owned());
        let names: Vec<String> = cells.collect();
        let numeric = names.iter().any(|cell| is_number(cell, Decimal::Point));
        if names.len() != best.width || numeric {
            continue;
        }
        let ends = |side: usize| {
            names
                .iter()
                .any(|name| ENDS[side].contains(&plain_name(name).as_str()))
        };
        // A sentence of as many words as there are columns names nothing.
        if best.width > 1 && (of == Content::Numbers || (ends(0) && ends(1))) {
            return Some(names);
        }
    }
    None
}
