//! People's files with hostile bytes: cut, doubled, swapped, spliced; every reader has to end with an
//! answer or a refusal, and quickly.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use phantomos::files::columns::choose;
use phantomos::files::graph::{GraphFormat, GraphQuestion, read as read_graph};
use phantomos::files::recording::{RecordingQuestion, read as read_recording};
use phantomos::files::table::{TableQuestion, read as read_table};
use phantomos::graph::FileGraph;
use phantomos::graph::from_file::{Reading, build};

use crate::draw::Draw;
use crate::recordings;

/// The longest that a file of a few kilobytes may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest file that is made.
const LONGEST: usize = 1 << 16;

/// All files below some folders that are short enough, and recordings that are made.
pub fn grounds(folders: &[PathBuf]) -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return;
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                walk(&path, found);
            } else if let Ok(bytes) = std::fs::read(&path)
                && bytes.len() <= LONGEST
            {
                found.push((path.display().to_string(), bytes));
            }
        }
    }
    let mut found = recordings::all();
    folders.iter().for_each(|folder| walk(folder, &mut found));
    found
}

/// Another file made of one.
pub fn mutate(bytes: &[u8], d: &mut Draw) -> Vec<u8> {
    let mut own = bytes.to_vec();
    for _ in 0..1 + d.below(6) {
        if own.is_empty() {
            own.push(b'0');
        }
        let at = d.below(own.len());
        let to = at + d.below(own.len() - at + 1);
        match d.below(7) {
            0 => own.truncate(at),
            1 => own[at] = d.below(256) as u8,
            2 => {
                own.drain(at..to);
            }
            3 if own.len() < LONGEST => {
                let part = own[at..to].to_vec();
                own.splice(at..at, part);
            }
            4 => {
                let words: [&[u8]; 16] = [
                    b"\"",
                    b",",
                    b"\t",
                    b";",
                    b"\n",
                    b"1e999",
                    b"-1",
                    b"<edge",
                    b"</graph>",
                    b"&x;",
                    b"99999999999999999999",
                    b"\xff\xfe",
                    b"-1      ",
                    b"99999999",
                    b"+1e9\x14\x14\0",
                    b"data\xff\xff\xff\xff",
                ];
                own.splice(at..at, words[d.below(words.len())].iter().copied());
            }
            5 => own[at..to].reverse(),
            _ => {
                let other = to.min(own.len() - 1);
                own.swap(at, other);
            }
        }
    }
    own
}

/// Reads a file in every way; what breaks or takes too long is told.
pub fn try_file(name: &str, bytes: &[u8]) -> Result<(), String> {
    let begun = Instant::now();
    let formats = [
        None,
        Some(GraphFormat::GraphMl),
        Some(GraphFormat::EdgeList),
        Some(GraphFormat::Matrix),
        Some(GraphFormat::MatrixMarket),
        Some(GraphFormat::Gml),
        Some(GraphFormat::Gexf),
        Some(GraphFormat::Pajek),
        Some(GraphFormat::Metis),
    ];
    let all = || {
        for format in formats {
            let question = GraphQuestion {
                format,
                ..GraphQuestion::default()
            };
            if let Ok(file) = read_graph(name, bytes.to_vec(), &question) {
                let _ = build(file, &FileGraph::of(name), Reading::default());
            }
        }
        for columns in [
            &[][..],
            &["A2".to_owned()],
            &["3".to_owned(), "1".to_owned()],
        ] {
            let question = RecordingQuestion {
                columns,
                ..RecordingQuestion::default()
            };
            if let Ok(recording) = read_recording(name, bytes.to_vec(), &question) {
                let mut out = [0.0; 64];
                for channel in 0..recording.channels.len() {
                    recording.samples(channel, recording.len.saturating_sub(60), &mut out);
                    recording.saturated(channel, 0, &mut [false; 64]);
                }
            }
        }
        let table = read_table(name, bytes.to_vec(), &TableQuestion::default());
        let _ = table.and_then(|file| choose(file, &[]));
    };
    if catch_unwind(AssertUnwindSafe(all)).is_err() {
        return Err("a reader panics".to_owned());
    }
    let took = begun.elapsed();
    if took > PATIENCE {
        return Err(format!("the readers take {:.1} s", took.as_secs_f64()));
    }
    Ok(())
}
