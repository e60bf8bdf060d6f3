//! Tables in Markdown: what `--markdown` prints, and what pages of the guide are made of.

use serde_json::Value;

use crate::registry::Metric;
use crate::scenario::schema::SchemaRow;

/// The longest default that is shown, in characters of JSON.
const DEFAULT_MAX: usize = 60;

/// The rows of a schema without those that stand below a type that was shown before; each with the
/// path where such a type was shown first.
pub(crate) fn distinct(rows: &[SchemaRow]) -> Vec<(&SchemaRow, Option<&str>)> {
    let mut shown = Vec::new();
    let mut repeated: Option<(&str, usize)> = None;
    for (k, row) in rows.iter().enumerate() {
        let is_below =
            |(path, depth): (&str, usize)| row.path.starts_with(path) && row.of.len() > depth;
        if repeated.is_some_and(is_below) {
            continue;
        }
        let is_alike = |own: &&SchemaRow| own.kind == row.kind && own.kind.contains("(…)");
        let first = rows[..k].iter().find(is_alike).map(|own| own.path.as_str());
        repeated = first.map(|_| (row.path.as_str(), row.of.len()));
        shown.push((row, first));
    }
    shown
}

/// The default of a row as JSON, where there is one that is short enough to be read.
pub(crate) fn default_of(row: &SchemaRow) -> Option<String> {
    match &row.default {
        None | Some(Value::Null) => None,
        Some(own) => Some(own.to_string()).filter(|text| text.len() <= DEFAULT_MAX),
    }
}

/// A text as a cell of a table.
fn cell(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '<' | '>' | '[' | ']' | '\\' => plain.extend(['\\', c]),
            '\n' => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

/// A text as code in a cell of a table.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|").replace('\n', " "))
}

/// The reference of scenes: a heading and a table for each part.
pub(crate) fn reference(rows: &[SchemaRow]) -> String {
    let shown = distinct(rows);
    let is_part = |name: &str| {
        shown
            .iter()
            .any(|(row, _)| root_of(&row.path) == name && row.path != name)
    };
    let mut page = String::new();
    let plain: Vec<_> = (shown.iter().copied())
        .filter(|(row, _)| !is_part(root_of(&row.path)))
        .collect();
    if !plain.is_empty() {
        page.push_str("## Fields of the scene itself\n\n");
        table(&plain, &mut page);
    }
    let mut last = "";
    for (row, _) in &shown {
        let part = root_of(&row.path);
        if part == last || !is_part(part) {
            continue;
        }
        last = part;
        page.push_str(&format!("\n## {part}\n\n"));
        let own: Vec<_> = (shown.iter().copied())
            .filter(|(row, _)| root_of(&row.path) == part)
            .collect();
        table(&own, &mut page);
    }
    page
}

/// The first name of a path.
fn root_of(path: &str) -> &str {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    &path[..end]
}

fn table(rows: &[(&SchemaRow, Option<&str>)], page: &mut String) {
    page.push_str("| path | type | unit | default | accepted | meaning |\n");
    page.push_str("|---|---|---|---|---|---|\n");
    for (row, first) in rows {
        let of = match &row.of[..] {
            [] => String::new(),
            of => format!(" ({})", cell(&of.join(" › "))),
        };
        let default = match row.required {
            true => "required".to_owned(),
            false => default_of(row).map_or_else(String::new, |text| code(&text)),
        };
        let kind = match first {
            Some(path) => format!("{}, as at {}", cell(&row.kind), code(path)),
            None => cell(&row.kind),
        };
        page.push_str(&format!(
            "| {}{of} | {kind} | {} | {default} | {} | {} |\n",
            code(&row.path),
            cell(&row.unit),
            cell(&row.range),
            cell(&row.help),
        ));
    }
}

/// The metrics with unit, range, meaning, formula and source.
pub(crate) fn metrics<'a>(list: impl IntoIterator<Item = &'a Metric>) -> String {
    let mut page = String::from("| metric | unit | range | meaning | formula | source |\n");
    page.push_str("|---|---|---|---|---|---|\n");
    for own in list {
        page.push_str(&format!(
            "| {} | {} | {} | {}: {} | {} | {} |\n",
            code(own.id.as_str()),
            cell(own.unit),
            cell(own.range),
            cell(&own.label),
            cell(&own.help),
            cell(own.formula),
            cell(own.source),
        ));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, of: &[&str], kind: &str) -> SchemaRow {
        SchemaRow {
            path: path.to_owned(),
            of: of.iter().map(|name| (*name).to_owned()).collect(),
            kind: kind.to_owned(),
            help: "x | y".to_owned(),
            ..SchemaRow::default()
        }
    }

    #[test]
    fn what_stands_below_a_type_that_was_shown_is_not_shown_again() {
        let rows = [
            row("a", &[], "One(…) | Two(…)"),
            row("a", &["One"], "number"),
            row("b", &[], "One(…) | Two(…)"),
            row("b", &["One"], "number"),
            row("c", &[], "number"),
        ];
        let shown = distinct(&rows);
        let paths: Vec<_> = shown.iter().map(|(row, _)| row.path.as_str()).collect();
        assert_eq!(paths, ["a", "a", "b", "c"]);
        assert_eq!(shown[2].1, Some("a"));
    }

    #[test]
    fn every_part_has_a_table_and_no_text_ends_a_cell() {
        let rows = [
            row("a", &[], "number"),
            row("b", &[], "fields"),
            row("b.c[]", &[], "A | B"),
        ];
        let page = reference(&rows);
        let headings = page.lines().filter(|line| line.starts_with("## "));
        assert_eq!(
            headings.collect::<Vec<_>>(),
            ["## Fields of the scene itself", "## b"]
        );
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let lines = page.lines().filter(|line| line.starts_with('|'));
        assert!(lines.clone().count() == 7);
        assert!(lines.clone().all(|line| cells(line) == 7), "{page}");
    }

    #[test]
    fn long_defaults_are_not_shown() {
        let mut own = row("a", &[], "list");
        own.default = Some(Value::from("x".repeat(100)));
        assert_eq!(default_of(&own), None);
        own.default = Some(Value::from(1));
        assert_eq!(default_of(&own), Some("1".to_owned()));
    }
}
