//! `phantom schema`: every path of a scene with type, unit, range, default and meaning.

use clap::Args;
use serde_json::Value;

use crate::scenario::Parts;
use crate::scenario::schema::{SchemaRow, schema, unnumbered};

use super::command::Command;
use super::exit;
use super::say::{aside, say};

/// Arguments of `schema`.
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// Only paths that begin so, for example control.loops[].law.
    #[arg(default_value = "")]
    pub path: String,
    /// Print a JSON list, an object for each path.
    #[arg(long)]
    pub json: bool,
}

impl Command for SchemaArgs {
    const NAME: &'static str = "schema";
    const ABOUT: &'static str =
        "List every path of a scene with type, unit, range, default and meaning";

    fn run(&self, parts: &Parts) -> u8 {
        let mut rows = schema(parts);
        // Elements by number, as messages tell them, are elements all the same.
        let wanted = unnumbered(&self.path);
        rows.retain(|row| row.path.starts_with(&wanted));
        if rows.is_empty() {
            aside!("no path of a scene begins with {}", self.path);
            return exit::INVALID;
        }
        if self.json {
            match serde_json::to_string_pretty(&rows) {
                Ok(text) => say!("{text}"),
                Err(error) => {
                    aside!("{error}");
                    return exit::INTERNAL;
                }
            }
            return exit::OK;
        }
        say!(
            "# path (variants that have it): what stands there, unit; default\n#     what is accepted\n\
             #     what it means\n# [] is an element of a list, * a name, A | B a choice, A(…) a \
             variant with something in it.\n"
        );
        // What stands within a type that was told already is not told again.
        let mut told: Option<(&str, usize)> = None;
        for (k, row) in rows.iter().enumerate() {
            let within =
                |(path, depth): (&str, usize)| row.path.starts_with(path) && row.of.len() > depth;
            if told.is_some_and(within) {
                continue;
            }
            let shared = shared_with(&rows[..k], row);
            told = shared.map(|_| (row.path.as_str(), row.of.len()));
            print(row, shared);
        }
        exit::OK
    }
}

/// Distributions and other types that many paths share: an earlier path below which the same
/// stands.
fn shared_with<'a>(before: &'a [SchemaRow], row: &SchemaRow) -> Option<&'a str> {
    let is_alike = |own: &&SchemaRow| own.kind == row.kind && own.kind.contains("(…)");
    before.iter().find(is_alike).map(|own| own.path.as_str())
}

fn print(row: &SchemaRow, shared: Option<&str>) {
    let of = match &row.of[..] {
        [] => String::new(),
        of => format!(" ({})", of.join(" › ")),
    };
    let unit = match row.unit.as_str() {
        "" => String::new(),
        unit => format!(", {unit}"),
    };
    let default = match (&row.default, row.required) {
        (_, true) => "; must be given".to_owned(),
        (None | Some(Value::Null), _) => String::new(),
        (Some(own), _) => match own.to_string() {
            long if long.len() > 60 => String::new(),
            short => format!("; default {short}"),
        },
    };
    let shared = shared
        .map(|path| format!(" (as at {path})"))
        .unwrap_or_default();
    say!("{}{of}: {}{unit}{default}{shared}", row.path, row.kind);
    if !row.range.is_empty() {
        say!("    {}", row.range);
    }
    if !row.help.is_empty() {
        say!("    {}", row.help);
    }
}
