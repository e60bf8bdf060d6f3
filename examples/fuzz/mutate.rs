//! Scenes and cases with a leaf changed, given to the real program: it has to answer in time, with one
//! of its exit codes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::draw::Draw;

/// What a leaf is replaced with.
const HOSTILE: [&str; 38] = [
    "0",
    "1",
    "-1",
    "2",
    "1e300",
    "-1e300",
    "1e-300",
    "1e308",
    "5e-324",
    "NaN",
    "inf",
    "-inf",
    "18446744073709551615",
    "9223372036854775808",
    "4294967296",
    "65536",
    "1000000000",
    "-0.0",
    "0.5",
    "\"\"",
    "\"a\"",
    "\"cluster\"",
    "\"a,b\\n\"",
    "\"\\u{1b}[31m\"",
    "\"../../etc/passwd\"",
    "[]",
    "[1, 2]",
    "()",
    "true",
    "None",
    "Some(1)",
    "Uniform(low: 1e308, high: -1e308)",
    "Normal(mean: 0.0, sd: 1e308)",
    "Complete",
    "Iit4",
    "Perturbed",
    "DormandPrince",
    "Reject",
];

/// The time that a run is given.
const LIMIT_S: f64 = 1.0;
/// The time after which it counts as hanging.
const HANG: Duration = Duration::from_secs(3);

/// A file that mutants are made of, and the command that takes them.
pub struct Ground {
    pub name: String,
    pub text: String,
    pub is_scene: bool,
}

/// What went wrong with a mutant.
pub struct Fault {
    pub told: String,
    pub text: String,
}

/// The leaves of a text: numbers, words and strings, by their bytes.
fn leaves(text: &str) -> Vec<std::ops::Range<usize>> {
    let (bytes, mut list, mut at) = (text.as_bytes(), Vec::new(), 0);
    let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'+');
    while at < bytes.len() {
        let start = at;
        if bytes[at..].starts_with(b"//") {
            while at < bytes.len() && bytes[at] != b'\n' {
                at += 1;
            }
        } else if bytes[at] == b'"' {
            at += 1;
            while at < bytes.len() && bytes[at] != b'"' {
                at += 1 + usize::from(bytes[at] == b'\\');
            }
            at = (at + 1).min(bytes.len());
            list.push(start..at);
        } else if is_word(bytes[at]) {
            while at < bytes.len() && is_word(bytes[at]) {
                at += 1;
            }
            list.push(start..at);
        } else {
            at += 1;
        }
    }
    list.retain(|leaf| text.is_char_boundary(leaf.start) && text.is_char_boundary(leaf.end));
    list
}

/// A text with one to three leaves changed.
pub fn mutate(ground: &Ground, d: &mut Draw) -> String {
    let mut text = ground.text.clone();
    for _ in 0..d.within(1, 3) {
        let leaves = leaves(&text);
        if leaves.is_empty() {
            return text;
        }
        let leaf = leaves[d.below(leaves.len())].clone();
        let other = leaves[d.below(leaves.len())].clone();
        match d.below(10) {
            // A part of the text twice, or not at all.
            0 => {
                let copy = text[leaf.clone()].to_owned();
                text.insert_str(leaf.end, &format!(", {copy}"));
            }
            1 => text.replace_range(leaf.start.min(other.start)..leaf.start.max(other.start), ""),
            2 => {
                let word = text[other].to_owned();
                text.replace_range(leaf, &word);
            }
            _ => text.replace_range(leaf, d.pick(&HOSTILE)),
        }
    }
    text
}

fn command(phantom: &Path, ground: &Ground, file: &Path, out: &Path) -> Command {
    let mut command = Command::new(phantom);
    let limit = LIMIT_S.to_string();
    if ground.is_scene {
        command.arg("run").arg(file).args(["--time-limit", &limit]);
        command.arg("--out").arg(out).arg("--force");
    } else if ground.name.contains("signal/") {
        // Cases of signals are few kinds; all others there are of control and safety.
        let of_signals = ["metrics_", "stream_", "dft_", "edge_", "qcurve"];
        let is_signal = of_signals.iter().any(|own| ground.name.contains(own));
        command.arg(if is_signal { "signal" } else { "control" });
        command.args(["--json", "--input"]).arg(file);
    } else if ground.name.contains("iit") {
        command.args(["phi", "--json", "--deadline", &limit, "--input"]);
        command.arg(file);
    } else {
        command.args(["integrate", "--json", "--time-limit", &limit, "--input"]);
        command.arg(file);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// Runs the program on a text.
pub fn try_text(
    phantom: &Path,
    ground: &Ground,
    text: String,
    scratch: &Path,
) -> Result<(), Fault> {
    let end = if ground.is_scene { "ron" } else { "json" };
    let file = scratch.join(format!("mutant.{end}"));
    let said = scratch.join("said.txt");
    let fault = |told: String| Fault {
        told,
        text: text.clone(),
    };
    let prepared = std::fs::write(&file, &text).and_then(|()| std::fs::File::create(&said));
    let stderr = prepared.map_err(|error| fault(error.to_string()))?;
    let mut command = command(phantom, ground, &file, &scratch.join("out"));
    let begun = Instant::now();
    let mut child = command
        .stderr(stderr)
        .spawn()
        .map_err(|error| fault(error.to_string()))?;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begun.elapsed() > HANG => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(fault(format!("it was alive after {} s", HANG.as_secs())));
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(3)),
            Err(error) => return Err(fault(error.to_string())),
        }
    };
    let words = std::fs::read(&said).unwrap_or_default();
    let words = String::from_utf8_lossy(&words).into_owned();
    let known = [0, 1, 2, 3, 4, 5, 7, 124];
    if words.contains("panicked") {
        return Err(fault(format!("it panicked: {words}")));
    }
    match status.code() {
        Some(code) if known.contains(&code) => Ok(()),
        code => Err(fault(format!("it ended with {code:?}: {words}"))),
    }
}

/// The files of a directory that mutants are made of.
pub fn grounds(directories: &[PathBuf]) -> Vec<Ground> {
    let mut list = Vec::new();
    for directory in directories {
        let entries = std::fs::read_dir(directory).into_iter().flatten();
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in files {
            let end = file
                .extension()
                .map(|end| end.to_string_lossy().into_owned());
            let (is_scene, is_case) = (
                end.as_deref() == Some("ron"),
                end.as_deref() == Some("json"),
            );
            let Ok(text) = std::fs::read_to_string(&file) else {
                continue;
            };
            if (is_scene || is_case) && text.len() < 200_000 {
                let name = file.display().to_string();
                list.push(Ground {
                    name,
                    text,
                    is_scene,
                });
            }
        }
    }
    list
}
