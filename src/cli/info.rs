//! `phantom info`: what a file would be read as.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::base::Problems;
use crate::files::Faults;
use crate::files::array::{is_zip, members};
use crate::files::columns::choose;
use crate::files::graph::read as read_graph;
use crate::files::recording::{RecordingQuestion, read as read_recording};
use crate::files::source;
use crate::files::table::{TableQuestion, read as read_table};
use crate::graph::from_file::{Reading, build};
use crate::scenario::Parts;

use super::command::Command;
use super::exit;
use super::file_args::{DialectArgs, GraphArgs};
use super::say::{aside, printable, say};

/// Arguments of `info`.
#[derive(Args, Debug)]
pub struct InfoArgs {
    /// The file.
    pub file: PathBuf,
    /// How it is read as a graph.
    #[command(flatten)]
    pub reading: GraphArgs,
    /// How it is read as a table.
    #[command(flatten)]
    pub dialect: DialectArgs,
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// What a file is in one of its readings.
struct Found {
    what: &'static str,
    summary: Result<String, String>,
    notes: Vec<String>,
}

impl Command for InfoArgs {
    const NAME: &'static str = "info";
    const ABOUT: &'static str =
        "Tell what a file would be read as: a graph, a table, an array, a recording";

    fn run(&self, _parts: &Parts) -> u8 {
        let shown = self.file.display().to_string();
        let bytes = match source::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) => {
                aside!("{shown}: {error}");
                return exit::IO;
            }
        };
        let (graph, table) = (self.as_graph(&bytes), self.as_table(&bytes));
        let mut recording = self.as_recording(bytes.clone());
        // What both find out of a table is told once.
        recording.notes.retain(|note| !table.notes.contains(note));
        let found = [graph, table, recording];
        let hash = format!("{:016x}", xxh3_64(&bytes));
        if self.json {
            let readings: Vec<Value> = found.iter().map(document).collect();
            let document = json!({
                "file": shown, "bytes": bytes.len(), "xxh3": hash, "readings": readings,
            });
            say!("{document}");
        } else {
            say!("{shown}: {} bytes, XXH3-64 {hash}", bytes.len());
            if is_zip(&bytes)
                && let Ok(members) = members(&bytes)
            {
                say!("  archive of {}", printable(&members.join(", ")));
            }
            found.iter().for_each(tell);
        }
        match found.iter().any(|own| own.summary.is_ok()) {
            true => exit::OK,
            false => exit::INVALID,
        }
    }
}

fn document(found: &Found) -> Value {
    match &found.summary {
        Ok(summary) => json!({"as": found.what, "read_as": summary, "notes": found.notes}),
        Err(reason) => json!({"as": found.what, "refused": reason}),
    }
}

fn tell(found: &Found) {
    match &found.summary {
        Ok(summary) => say!("  as {}: {}", found.what, printable(summary)),
        Err(reason) => say!(
            "  as {}: refused: {}",
            found.what,
            reason.replace('\n', "\n  ")
        ),
    }
    for note in &found.notes {
        say!("    {}", printable(note));
    }
}

impl InfoArgs {
    fn as_graph(&self, bytes: &[u8]) -> Found {
        let what = "a graph (scenes, integrate --graph)";
        let options = self.reading.options(Path::new(&self.file), &self.dialect);
        let mut problems = Problems::default();
        options.validate(&mut problems, "options");
        let checked = match problems.list().first() {
            None => Ok(()),
            Some(problem) => Err(Faults::whole(format!(
                "{}: {}",
                problem.path, problem.message
            ))),
        };
        let read =
            checked.and_then(|()| read_graph(&options.path, bytes.to_vec(), &options.question()));
        let built = read.and_then(|file| build(file, &options, Reading::default()));
        match built {
            Ok(edges) => Found {
                what,
                summary: Ok(edges.summary),
                notes: edges.notes,
            },
            Err(faults) => Found {
                what,
                summary: Err(faults.to_string()),
                notes: Vec::new(),
            },
        }
    }

    fn as_recording(&self, bytes: Vec<u8>) -> Found {
        let asked = RecordingQuestion {
            dialect: self.dialect.options(),
            array: self.dialect.array.as_deref(),
            ..RecordingQuestion::default()
        };
        let name = self.file.display().to_string();
        let (summary, notes) = match read_recording(&name, bytes, &asked) {
            Ok(recording) => (Ok(recording.summary()), recording.notes),
            Err(faults) => (Err(faults.to_string()), Vec::new()),
        };
        Found {
            what: "a recording (Replay sensors, phi)",
            summary,
            notes,
        }
    }

    fn as_table(&self, bytes: &[u8]) -> Found {
        let what = "a table (Csv sensors, phi, states, parameters)";
        let asked = TableQuestion {
            dialect: self.dialect.options(),
            array: self.dialect.array.as_deref(),
            ..TableQuestion::default()
        };
        let name = self.file.display().to_string();
        let chosen = read_table(&name, bytes.to_vec(), &asked).and_then(|file| choose(file, &[]));
        match chosen {
            Ok(chosen) => {
                let mut notes = chosen.told();
                if chosen.file.missing.1 > 0 {
                    notes.push(format!("{} cells have no number", chosen.file.missing.1));
                }
                Found {
                    what,
                    summary: Ok(chosen.summary()),
                    notes,
                }
            }
            Err(faults) => Found {
                what,
                summary: Err(faults.to_string()),
                notes: Vec::new(),
            },
        }
    }
}
