//! `phantom list`: the scenes of the program or of a directory, one line each, the metrics of a
//! run, or the parts that scenes may name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::registry::{About, CustomSpec, Opening};
use crate::scenario::schema::{choices, place_of};
use crate::scenario::{Parts, shipped};

use super::command::Command;
use super::exit;
use super::page;
use super::say::{aside, printable, say};

/// What stands in the place of a directory to list the metrics.
const METRICS: &str = "metrics";

/// What stands in the place of a directory to list the parts.
const PARTS: &str = "parts";

/// Arguments of `list`.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// The directory, or `metrics` or `parts` (a directory of such a name is `./metrics`); when
    /// absent, the scenes that come with the program.
    pub directory: Option<PathBuf>,
    /// Print the metrics as a table in Markdown.
    #[arg(long)]
    pub markdown: bool,
}

impl Command for ListArgs {
    const NAME: &'static str = "list";
    const ABOUT: &'static str =
        "List the scenes of the program or of a directory, the metrics, or the parts of scenes";

    fn run(&self, parts: &Parts) -> u8 {
        let of_metrics = self.directory.as_deref() == Some(Path::new(METRICS));
        if self.markdown && !of_metrics {
            aside!("--markdown is of the metrics alone: phantom list metrics --markdown");
            return exit::USAGE;
        }
        match self.directory.as_deref() {
            Some(_) if self.markdown => {
                say!("{}", page::metrics(parts.metrics().list()).trim_end());
                exit::OK
            }
            None => list_shipped(parts),
            Some(path) if path == Path::new(METRICS) => list_metrics(parts),
            Some(path) if path == Path::new(PARTS) => list_parts(parts),
            Some(directory) => list_scenes(directory, parts),
        }
    }
}

/// Lists the scenes of the program by the names that open them.
fn list_shipped(parts: &Parts) -> u8 {
    for own in shipped::SCENES {
        // They are tested to be scenes; a program whose parts are at fault says so elsewhere.
        let read = parts.parse(own.text, own.name, Path::new(""), &[]);
        let shown = read.map_or_else(|_| String::new(), |own| own.scene.description);
        say!("{:<14} {}", own.name, printable(&shown));
    }
    exit::OK
}

/// Lists the scenes of a directory, one line each.
fn list_scenes(directory: &Path, parts: &Parts) -> u8 {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            aside!("cannot read {}: {error}", directory.display());
            return exit::IO;
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "ron"))
        .collect();
    paths.sort();
    for path in paths {
        match parts.load(&path, &[]) {
            Ok(loaded) => {
                let scene = loaded.scene;
                say!(
                    "{:<28} {}",
                    path.display().to_string(),
                    printable(&scene.description)
                );
            }
            Err(_) => say!(
                "{:<28} (invalid; see phantom check)",
                path.display().to_string()
            ),
        }
    }
    exit::OK
}

/// Lists the metrics with unit, range and meaning.
fn list_metrics(parts: &Parts) -> u8 {
    for metric in parts.metrics().list() {
        let unit = match metric.unit {
            "" => String::new(),
            unit => format!(" ({unit})"),
        };
        say!("{}: {}{unit}, {}", metric.id, metric.label, metric.range);
        say!("    {}", metric.help);
        if !metric.formula.is_empty() {
            say!("    {}", metric.formula);
        }
        if !metric.source.is_empty() {
            say!("    {}", metric.source);
        }
    }
    exit::OK
}

/// Lists what scenes may choose from, kind by kind: what is built in, and the parts of the catalog
/// with their parameters.
fn list_parts(parts: &Parts) -> u8 {
    let mut kinds: Vec<(&str, Vec<&About>)> = vec![("model", Vec::new())];
    kinds.extend(parts.kinds());
    for (kind, list) in kinds {
        let place = place_of(kind);
        say!("{kind}, at {place}");
        for (name, help) in choices(place) {
            if name != "Custom" {
                say!("    {name}: {help}");
            }
        }
        for about in &list {
            list_part(parts, kind, about);
        }
        let models = parts.models.list().iter().filter(|_| kind == "model");
        for model in models.clone() {
            say!("    Custom(name: {:?})", model.name());
            for (name, usual) in model.parameters() {
                say!("        {name} = {usual}");
            }
        }
        if list.is_empty() && models.count() == 0 {
            say!("    Custom(…): none in this program");
        }
    }
    say!("The parameters of built-in parts: phantom schema. Metrics: phantom list metrics.");
    exit::OK
}

fn list_part(parts: &Parts, kind: &str, about: &About) {
    say!("    Custom(name: {:?}): {}", about.name, about.help);
    for own in &about.parameters {
        let unit = match own.unit {
            "" => String::new(),
            unit => format!(" {unit}"),
        };
        let range = own.default.number().map(|_| format!(", {}", own.bounds));
        let range = range.unwrap_or_default();
        say!(
            "        {} = {}{unit}{range}: {}",
            own.name,
            own.default,
            own.help
        );
    }
    if kind != "law" {
        return;
    }
    let spec = CustomSpec {
        name: about.name.to_owned(),
        parameters: BTreeMap::new(),
    };
    // As it is with the defaults of its parameters.
    if let Ok(law) = parts.laws.open(&spec, Opening::new(0, 0, 1.0)) {
        let ([measures, outputs], terms) = (law.width(), law.terms());
        say!("        takes {measures} measures, gives {outputs} outputs");
        if !terms.is_empty() {
            say!("        shows {}", terms.join(", "));
        }
    }
}
