//! The dialect of a text table, from its first lines.
//!
//! Of the separators, the one wins under which most lines have one number of cells and most cells
//! are numbers; of equals, the first of [`Separator::ALL`]. What could be read in two ways is
//! refused, with the options that decide.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cells::{Lines, Separator, split, unquoted};
use super::dialect::{Dialect, DialectOptions, Header};
use super::fault::{Faults, shown};
use super::number::{Decimal, is_missing, number};

/// Lines that are looked at.
const LINES: usize = 200;

/// What the lines of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Numbers in columns.
    Numbers,
    /// Edges: two vertices, by number or name, and their data.
    Edges,
}

/// Names that the columns of a table of edges have, of their ends.
pub const ENDS: [[&str; 9]; 2] = [
    [
        "source",
        "from",
        "src",
        "sender",
        "tail",
        "node1",
        "v1",
        "id1",
        "fromnodeid",
    ],
    [
        "target", "to", "dst", "receiver", "head", "node2", "v2", "id2", "tonodeid",
    ],
];

struct Sample<'a> {
    lines: Vec<(u64, &'a str)>,
    remark: Option<(u64, &'a str)>,
    remarks: u64,
}

struct Fit {
    separator: Separator,
    width: usize,
    decimal: Decimal,
    /// Cells of each line of the sample.
    rows: Vec<Vec<String>>,
    score: f64,
    trailing: bool,
}

/// Finds the dialect of a table.
///
/// # Errors
/// When there is no line, or what there is could be read in two ways.
pub fn detect(text: &str, options: &DialectOptions, of: Content) -> Result<Dialect, Faults> {
    let sample = sample(text, options.skip.unwrap_or(0), of);
    if sample.lines.is_empty() {
        return Err(Faults::whole("it holds no row"));
    }
    let separators: Vec<Separator> = match options.separator {
        Some(separator) => vec![separator],
        None => Separator::ALL.to_vec(),
    };
    let mut best: Option<Fit> = None;
    for separator in separators {
        let Some(found) = fit(&sample, separator, options) else {
            continue;
        };
        let better = best.as_ref().is_none_or(|best| {
            let wider = best.width == 1 && found.width > 1;
            (found.score > best.score + 1e-9 && (found.width > 1 || best.width == 1)) || wider
        });
        if better {
            best = Some(found);
        }
    }
    let Some(best) = best else {
        return Err(Faults::whole("it holds no row"));
    };
    refuse_two_marks(&sample, &best, options)?;
    refuse_split_decimals(&sample, &best, options)?;
    headed(&sample, best, options, of)
}

fn sample<'a>(text: &'a str, skip: u64, of: Content) -> Sample<'a> {
    let mut own = Sample {
        lines: Vec::new(),
        remark: None,
        remarks: 0,
    };
    for (line, content) in Lines::new(text, true) {
        if line <= skip || content.trim().is_empty() {
            continue;
        }
        if Dialect::is_remark(content) {
            own.remarks += 1;
            if own.lines.is_empty() {
                own.remark = Some((line, content));
            }
            continue;
        }
        let content = if of == Content::Edges {
            bare_edge(content)
        } else {
            content
        };
        own.lines.push((line, content));
        if own.lines.len() == LINES {
            break;
        }
    }
    own
}

/// A line of edges without a remark at its end and without a Python dictionary.
#[must_use]
pub fn bare_edge(line: &str) -> &str {
    let bytes = line.as_bytes();
    match memchr::memchr2(b'#', b'{', bytes) {
        None => line,
        Some(_) if bytes.contains(&b'"') => line,
        Some(place) => line[..place].trim_end_matches([' ', ',', '\t', ';']),
    }
}

fn fit(sample: &Sample<'_>, separator: Separator, options: &DialectOptions) -> Option<Fit> {
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(sample.lines.len());
    for (_, line) in &sample.lines {
        split(line, separator, &mut places);
        let cells = places
            .iter()
            .map(|place| unquoted(&line[place.clone()]).into_owned());
        rows.push(cells.collect());
    }
    // The width that most lines have; of equals, the greater. What stands before a table is short.
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for row in &rows[rows.len() / 4..] {
        *counts.entry(row.len()).or_default() += 1;
    }
    let (mut width, _) = counts
        .iter()
        .max_by_key(|(width, count)| (**count, **width))?;
    if *width == 0 {
        return None;
    }
    let fitting = || rows.iter().filter(|row| row.len() == *width);
    let ends_empty = *width > 1 && fitting().all(|row| row.last().is_some_and(String::is_empty));
    let narrower = *width - 1;
    let trailing = ends_empty && separator != Separator::Blanks;
    if trailing {
        let count = *width;
        for row in rows.iter_mut().filter(|row| row.len() == count) {
            row.pop();
        }
        width = &narrower;
    }
    let decimal = options.decimal.unwrap_or_else(|| {
        let comma = separator != Separator::Comma
            && rows
                .iter()
                .flatten()
                .any(|cell| cell.contains(',') && number(cell, Decimal::Comma).is_some());
        if comma {
            Decimal::Comma
        } else {
            Decimal::Point
        }
    });
    let (mut cells, mut numeric, mut fits) = (0usize, 0usize, 0usize);
    for row in rows.iter().filter(|row| row.len() == *width) {
        fits += 1;
        cells += row.len();
        let is_number = |cell: &&String| number(cell, decimal).is_some() || is_missing(cell);
        numeric += row.iter().filter(is_number).count();
    }
    let share = numeric as f64 / cells.max(1) as f64;
    let score = fits as f64 / rows.len() as f64 * (0.5 + share);
    Some(Fit {
        separator,
        width: *width,
        decimal,
        score,
        trailing,
        rows,
    })
}

/// Some numbers with points and some with commas, or commas that may stand for thousands.
fn refuse_two_marks(
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
                "{} has a decimal comma and {} in line {b} a decimal point; expected one of them, or \
                 the decimal mark said (--decimal comma, --decimal point)",
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
fn refuse_split_decimals(
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
    let rows = || numbers().filter(|row| row.iter().all(whole));
    if rows().count() == 0 || rows().count() + 1 < numbers().count() {
        return Ok(());
    }
    let odd = |cell: &String| cell.len() > 1 && cell.starts_with('0') || cell == "-0";
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

fn headed(
    sample: &Sample<'_>,
    best: Fit,
    options: &DialectOptions,
    of: Content,
) -> Result<Dialect, Faults> {
    let is_row = |row: &Vec<String>| row.len() == best.width;
    let Some(first) = best.rows.iter().position(is_row) else {
        return Err(Faults::whole("it holds no row"));
    };
    let mut dialect = Dialect {
        separator: best.separator,
        decimal: best.decimal,
        header: Header::None,
        names: Vec::new(),
        units: None,
        width: best.width,
        first: sample.lines[first].0,
        preamble: first as u64,
        remarks: sample.remarks,
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
        next = first + 1;
        if let Some(row) = best.rows.get(next)
            && of == Content::Numbers
            && is_row(row)
            && is_units(row, best.rows.get(next + 1), dialect.decimal)
        {
            dialect.units = Some((sample.lines[next].0, row.clone()));
            next += 1;
        }
    } else if let Some((line, remark)) = sample.remark
        && options.header.is_none()
        && let Some(names) = remark_names(remark, &best, of)
    {
        dialect.header = Header::Remark(line);
        dialect.names = names;
    }
    dialect.first = sample.lines.get(next).map_or(u64::MAX, |(line, _)| *line);
    Ok(dialect)
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
            "{} stands among numbers, expected a line of numbers (a missing one is an empty cell or \
             nan) or a line of names alone; --header yes or no if it is one",
            shown(odd)
        ),
    ))
}

fn is_edge_head(head: &[String], rest: &[&Vec<String>], decimal: Decimal) -> bool {
    let lower: Vec<String> = head.iter().map(|cell| plain_name(cell)).collect();
    let known = |side: usize| lower.iter().any(|cell| ENDS[side].contains(&cell.as_str()));
    if known(0) && known(1) {
        return true;
    }
    if head.iter().any(|cell| is_number(cell, decimal)) {
        return false;
    }
    let columns = 0..head.len();
    let of_numbers = |k: usize| {
        let numeric = rest
            .iter()
            .filter(|row| is_number(&row[k], decimal))
            .count();
        numeric > 0 && numeric == rest.len()
    };
    columns.into_iter().any(of_numbers)
}

/// A name in lower case without blanks, hyphens and underscores.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric() || *c == '#');
    kept.collect::<String>().to_lowercase()
}

fn is_units(row: &[String], next: Option<&Vec<String>>, decimal: Decimal) -> bool {
    let texts = row.iter().filter(|cell| !is_missing(cell)).count();
    let no_number = row.iter().all(|cell| !is_number(cell, decimal));
    let below = next.is_some_and(|row| row.iter().any(|cell| is_number(cell, decimal)));
    texts > 0 && no_number && below
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Dialect {
        detect(text, &DialectOptions::default(), Content::Numbers).unwrap()
    }

    #[test]
    fn separators_and_marks_are_detected() {
        let found = of("0\t1\t1,5\n1\t2\t0,7\n");
        assert_eq!(
            (found.separator, found.decimal),
            (Separator::Tab, Decimal::Comma)
        );
        let found = of("0;1;1,5\n1;2;0,7\n");
        assert_eq!(
            (found.separator, found.decimal),
            (Separator::Semicolon, Decimal::Comma)
        );
        let found = of("0, 1, 1.5\n1, 2, 0.7\n");
        assert_eq!((found.separator, found.width), (Separator::Comma, 3));
        let found = of("1,5 2,5\n3,5 4,5\n");
        assert_eq!(
            (found.separator, found.decimal),
            (Separator::Blanks, Decimal::Comma)
        );
        assert_eq!(of("1.5\n2.5\n").width, 1);
    }

    #[test]
    fn names_remarks_units_and_preambles_are_told() {
        let found = of("% board\n% rate\nS, a b, c\n1, 2, 3\n4, 5, 6\n");
        assert_eq!(found.names, ["S", "a b", "c"]);
        assert_eq!((found.header, found.first), (Header::Line(3), 4));
        let found = of("# a,b\n1,2\n");
        assert_eq!((found.header, found.names.len()), (Header::Remark(1), 2));
        let found = of("a,b\nuV,uV\n1,2\n");
        assert_eq!((found.units.unwrap().0, found.first), (2, 3));
        let found = of("Recorded by a person\nat night\na,b\n1,2\n3,4\n5,6\n7,8\n9,1\n1,1\n");
        assert_eq!((found.preamble, found.header), (2, Header::Line(3)));
        let found = of(",0,1,2\n0,1.5,2,3\n1,4,5,6\n");
        assert_eq!(found.header, Header::Line(1));
        assert_eq!(of("0.5,1\n1,2\n").header, Header::None);
        assert!(of("a,b,\n1,2,\n").trailing);
    }

    #[test]
    fn two_meanings_are_refused_with_the_choices() {
        let refused = |text| {
            let found = detect(text, &DialectOptions::default(), Content::Numbers);
            found.unwrap_err().to_string()
        };
        assert!(refused("1,5;2.5\n1;2\n").contains("--decimal"));
        assert!(refused("1,234;2,345\n").contains("thousand"));
        assert!(refused("-0,05\n1,25\n").contains("--separator comma"));
        assert!(refused("a,2\n1,2\n").contains("stands among numbers"));
        assert!(refused("# nothing\n\n").contains("no row"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[a0-9,;.|\t \"#%\r\n-]{0,80}") {
            for of in [Content::Numbers, Content::Edges] {
                let _ = detect(&text, &DialectOptions::default(), of);
            }
        }
    }
}
