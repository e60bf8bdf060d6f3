//! Arguments that say how a file is read: its dialect, its array, and what of a graph is what.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde::de::DeserializeOwned;

use crate::base::Problems;
use crate::base::cancel::Cancel;
use crate::files::cells::Separator;
use crate::files::dialect::DialectOptions;
use crate::files::graph::{GraphFile, GraphFormat, read as read_graph};
use crate::files::number::Decimal;
use crate::graph::file_spec::{FileGraph, Loops, Parallel, Rows};

use super::say::{aside, printable};

/// How a table is written.
#[derive(Args, Clone, Debug, Default)]
pub struct DialectArgs {
    /// What stands between the cells of a text: tab, semicolon, comma, bar or blanks; detected when
    /// absent.
    #[arg(long, value_name = "NAME", value_parser = word::<Separator>)]
    pub separator: Option<Separator>,
    /// The mark before decimals: point or comma; detected when absent.
    #[arg(long, value_name = "MARK", value_parser = word::<Decimal>)]
    pub decimal: Option<Decimal>,
    /// Whether the first line of a text holds names: yes or no; detected when absent.
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub header: Option<bool>,
    /// Lines to pass over at the beginning of a text.
    #[arg(long, value_name = "LINES")]
    pub skip: Option<u64>,
    /// Texts that stand for a missing number, beside an empty cell, NA, N/A, nan, null, none, -
    /// and ?.
    #[arg(long = "missing-text", value_name = "TEXT", allow_hyphen_values = true)]
    pub missing_text: Vec<String>,
    /// The array of an .npz archive.
    #[arg(long, value_name = "NAME")]
    pub array: Option<String>,
}

impl DialectArgs {
    /// As the readers take it.
    #[must_use]
    pub fn options(&self) -> DialectOptions {
        DialectOptions {
            separator: self.separator,
            decimal: self.decimal,
            header: self.header,
            skip: self.skip,
            missing: self.missing_text.clone(),
        }
    }
}

/// What of a graph file is what.
#[derive(Args, Clone, Debug, Default)]
pub struct GraphArgs {
    /// Format of the graph: graph-ml, edge-list, matrix, matrix-market, gml, gexf, pajek or metis;
    /// detected when absent.
    #[arg(long, value_name = "FORMAT", value_parser = word::<GraphFormat>)]
    pub graph_format: Option<GraphFormat>,
    /// Name or column of the datum that is the weight of edges; none for weights of 1.
    #[arg(long, value_name = "NAME")]
    pub weight: Option<String>,
    /// Name or column of the datum that is the delay of edges, s; none for no delays.
    #[arg(long, value_name = "NAME")]
    pub delay: Option<String>,
    /// Name or column of the datum that is the length of edges; delays are lengths over --speed.
    #[arg(long, value_name = "NAME", requires = "speed")]
    pub length: Option<String>,
    /// Units of length a second.
    #[arg(long, requires = "length")]
    pub speed: Option<f64>,
    /// Whether edges are felt one way (yes) or both (no), against what the file says.
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub directed: Option<bool>,
    /// Edges are felt in both directions: the same as --directed no.
    #[arg(long, conflicts_with = "directed")]
    pub undirected: bool,
    /// Several edges from one vertex to another: refuse, sum, first or max.
    #[arg(long, default_value = "refuse", value_parser = word::<Parallel>)]
    pub parallel: Parallel,
    /// Edges that lead back to their own vertex: refuse, skip or keep.
    #[arg(long, default_value = "refuse", value_parser = word::<Loops>)]
    pub loops: Loops,
    /// The number of the first vertex.
    #[arg(long, value_name = "NUMBER")]
    pub first_id: Option<u64>,
    /// What the rows of a matrix of weights are: sources or targets.
    #[arg(long, default_value = "sources", value_parser = word::<Rows>)]
    pub rows: Rows,
}

impl GraphArgs {
    /// As a scene would say it.
    #[must_use]
    pub fn options(&self, path: &Path, dialect: &DialectArgs) -> FileGraph {
        FileGraph {
            path: path.display().to_string(),
            format: self.graph_format,
            array: dialect.array.clone(),
            dialect: dialect.options(),
            rows: self.rows,
            weight: self.weight.clone(),
            delay: self.delay.clone(),
            length: self.length.clone(),
            speed: self.speed,
            directed: if self.undirected {
                Some(false)
            } else {
                self.directed
            },
            parallel: self.parallel,
            loops: self.loops,
            first_id: self.first_id,
            ..FileGraph::default()
        }
    }
}

/// Reads the graph of a file, with nothing chosen yet.
///
/// # Errors
/// When it cannot be read, or is none.
pub fn graph_file(options: &FileGraph, cancel: &Cancel) -> Result<GraphFile> {
    let mut problems = Problems::default();
    options.validate(&mut problems, "the graph");
    if let Some(problem) = problems.list().first() {
        bail!("{}: {}", problem.path, problem.message);
    }
    let path = Path::new(&options.path);
    let shown = || path.display().to_string();
    let bytes = std::fs::read(path).with_context(shown)?;
    let mut question = options.question();
    question.cancel = cancel.clone();
    read_graph(&shown(), bytes, &question).map_err(|faults| anyhow!("{}: {faults}", shown()))
}

/// Tells on standard error what a file was read as.
pub fn tell_reading(path: &Path, summary: &str, notes: &[String]) {
    let shown = path.display();
    aside!("{shown}: {}", printable(summary));
    for note in notes {
        aside!("{shown}: note: {}", printable(note));
    }
}

/// A variant by its name in any case, with or without hyphens.
pub fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};
    let parts = text.split(['-', '_']);
    let name: String = parts
        .map(|part| {
            let mut letters = part.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            first
                .into_iter()
                .chain(letters.map(|c| c.to_ascii_lowercase()))
                .collect::<String>()
        })
        .collect();
    let name: StrDeserializer<'_, Error> = name.as_str().into_deserializer();
    T::deserialize(name).map_err(|error| error.to_string().replace('`', ""))
}

/// `yes` or `no`, also `true` and `false`.
pub fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("expected yes or no".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_variants_in_any_case() {
        assert_eq!(word::<GraphFormat>("edge-list"), Ok(GraphFormat::EdgeList));
        assert_eq!(word::<GraphFormat>("graph-ml"), Ok(GraphFormat::GraphMl));
        assert_eq!(word::<Parallel>("SUM"), Ok(Parallel::Sum));
        assert!(word::<Loops>("no").unwrap_err().contains("Skip"));
    }
}
