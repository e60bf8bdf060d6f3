//! The dialect of a text table, from its first lines.
//!
//! Of the separators, the one wins under which most lines have one number of cells and most cells
//! are numbers; of equals, the first of [`Separator::ALL`]. What could be read in two ways is
//! refused, with the options that decide.

use std::collections::BTreeMap;
use std::ops::Range;

use super::ambiguity::{refuse_split_decimals, refuse_two_marks};
use super::cells::{Lines, Separator, split, unquoted};
use super::dialect::{Dialect, DialectOptions, Header};
use super::fault::Faults;
use super::header::headed;
use super::number::{Decimal, is_missing, number};
pub use super::sample::Content;
use super::sample::{Fit, LINES, Sample};

/// A width that fewer than one line in so many has is that of no row.
const RARE: usize = 10;

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
        let Some(found) = fit(&sample, separator, options, of) else {
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
    let best = match plain_separator(&sample, options, of) {
        Some(plain) if options.separator.is_none() => plain,
        _ => best,
    };
    refuse_two_marks(&sample, &best, options)?;
    refuse_split_decimals(&sample, &best, options)?;
    let dialect = headed(&sample, best, options, of)?;
    Ok(from_marked_row(text, dialect))
}

/// The dialect with its rows from the first below the names, though it begins like a remark.
fn from_marked_row(text: &str, mut dialect: Dialect) -> Dialect {
    let is_row = |content: &str| {
        let second = content.trim_start().as_bytes().get(1);
        let spaced = second.is_none_or(u8::is_ascii_whitespace);
        Dialect::is_remark(content) && !spaced && !dialect.passes_over(content)
    };
    if let Header::Line(names) = dialect.header {
        let above = dialect.units.as_ref().map_or(names, |(line, _)| *line);
        let row = Lines::new(text, true)
            .take_while(|(line, _)| *line < dialect.first)
            .find(|(line, content)| *line > above && is_row(content));
        if let Some((line, _)) = row {
            dialect.first = line;
        }
    }
    dialect
}

/// Tabs or semicolons, where they give every line the same number of cells: blanks within cells are
/// part of these.
fn plain_separator(sample: &Sample<'_>, options: &DialectOptions, of: Content) -> Option<Fit> {
    let fits = [Separator::Tab, Separator::Semicolon]
        .into_iter()
        .filter_map(|separator| {
            let found = fit(sample, separator, options, of)?;
            let even = found.rows.iter().all(|row| row.len() == found.width);
            (found.width > 1 && even && found.rows.len() > 1).then_some(found)
        });
    fits.max_by_key(|found| found.width)
}

fn sample<'a>(text: &'a str, skip: u64, of: Content) -> Sample<'a> {
    let mut own = Sample {
        lines: Vec::new(),
        remark: None,
        preamble: 0,
    };
    for (line, content) in Lines::new(text, true) {
        // A spreadsheet's own word for its separator.
        let says = line == 1 && content.len() == 5 && content.starts_with("sep=");
        own.preamble += u64::from(says);
        if line <= skip || says || content.trim().is_empty() {
            continue;
        }
        if Dialect::is_remark(content) {
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
    if bytes.contains(&b'"') {
        return line;
    }
    let begins = |place: &usize| {
        let before = place.checked_sub(1).and_then(|k| bytes.get(k));
        // A mark within a name is part of it.
        bytes[*place] == b'{' || before.is_some_and(|byte| matches!(byte, b' ' | b'\t'))
    };
    match memchr::memchr2_iter(b'#', b'{', bytes).find(begins) {
        None => line,
        Some(place) => line[..place].trim_end_matches([' ', ',', '\t', ';']),
    }
}

fn fit(
    sample: &Sample<'_>,
    separator: Separator,
    options: &DialectOptions,
    of: Content,
) -> Option<Fit> {
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
    let looked_at = match of {
        Content::Numbers => &rows[rows.len() / 4..],
        Content::Edges => &rows[..],
    };
    for row in looked_at {
        *counts.entry(row.len()).or_default() += 1;
    }
    let most_common = counts
        .iter()
        .max_by_key(|(width, count)| (**count, **width));
    let (mut width, _) = match of {
        Content::Numbers => most_common?,
        // Edges without all of their data are edges; a rare line that is longer is none.
        Content::Edges => {
            let often = |count: usize| count * RARE >= rows.len();
            let widest = counts.iter().rev().find(|(_, count)| often(**count));
            widest.or(most_common)?
        }
    };
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
        // Where commas separate, only a cell in quotes has one of its own.
        let comma = rows
            .iter()
            .flatten()
            .any(|cell| cell.contains(',') && number(cell, Decimal::Comma).is_some());
        if comma {
            Decimal::Comma
        } else {
            Decimal::Point
        }
    });
    let least = match of {
        Content::Numbers => *width,
        Content::Edges => (*width).min(2),
    };
    let (mut cells, mut numeric, mut fits) = (0usize, 0usize, 0usize);
    for row in rows
        .iter()
        .filter(|row| (least..=*width).contains(&row.len()))
    {
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
        least,
        decimal,
        score,
        trailing,
        rows,
    })
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
        let found = of("\"1,5\",\"2,25\"\n\"3,5\",7\n");
        assert_eq!(
            (found.separator, found.decimal),
            (Separator::Comma, Decimal::Comma)
        );
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
        // R leaves out the name of the column of row names.
        let found = of("\"a\" \"b\"\n\"1\" 0.5 2\n\"2\" 0.7 3\n");
        assert_eq!(
            (found.names, found.preamble),
            (vec!["".into(), "a".into(), "b".into()], 0)
        );
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
        assert!(refused("0,5\n0,7\n0,9\n").contains("--decimal comma"));
        assert_eq!(of("0,0\n0,1\n1,0\n1,1\n").width, 2);
        assert_eq!(of("a,b\n0,5\n0,7\n0,9\n").width, 2);
        let sheet = of("sep=;\na;b\n1,5;2\n2,5;3\n");
        assert_eq!((sheet.names.len(), sheet.preamble), (2, 1));
        assert!(refused("a,2\n1,2\n").contains("stands among numbers"));
        assert!(refused("# nothing\n\n").contains("no row"));
        assert!(refused("1,2\n3,4,5\n6,7,8\n9,1,2\n").starts_with("line 1: 2 numbers"));
    }

    #[test]
    fn edges_may_lack_data_and_are_never_passed_over() {
        let of = |text| detect(text, &DialectOptions::default(), Content::Edges).unwrap();
        let found = of("0 1\n1 2 0.5\n");
        assert_eq!((found.width, found.first, found.preamble), (3, 1, 0));
        let found = of("0 1 2.0 0.1\n1 0 0.5\n1 2\n2 1\n");
        assert_eq!((found.width, found.first), (4, 1));
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
