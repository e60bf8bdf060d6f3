//! `phantom schema`: every path of a scene with type, unit, range, default and meaning.

use clap::Args;

use crate::scenario::Parts;
use crate::scenario::schema::{SchemaRow, schema, unnumbered};

use super::command::Command;
use super::exit;
use super::page::{default_of, distinct, reference};
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
    /// Print tables in Markdown, one for each part of a scene.
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
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
        if self.markdown {
            say!("{}", reference(&rows).trim_end());
            return exit::OK;
        }
        say!(
            "# path (variants that have it): what stands there, unit; default\n#     what is accepted\n\
             #     what it means\n# [] is an element of a list, * a name, A | B a choice, A(…) a \
             variant with something in it.\n"
        );
        for (row, first) in distinct(&rows) {
            print(row, first);
        }
        exit::OK
    }
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
    let default = match row.required {
        true => "; must be given".to_owned(),
        false => default_of(row).map_or_else(String::new, |text| format!("; default {text}")),
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
