//! What is told of a run in few words: its status, its manifest, how it is repeated.

use crate::base::RunStatus;
use crate::record::Manifest;

use super::html::{Tone, code, escaped, grouped};

/// Facts of a manifest that stand nowhere else on the page, as names and HTML.
#[must_use]
pub fn manifest_facts(manifest: &Manifest) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Program", escaped(&manifest.tool)),
        ("Instruction set", escaped(&manifest.isa)),
        ("Platform", escaped(&manifest.platform)),
        ("Worker threads", manifest.threads.to_string()),
        ("Scene’s hash", code(&manifest.scene_hash)),
        ("Format of the folder", manifest.format.to_string()),
    ];
    if let Some(directory) = &manifest.scene_directory {
        facts.push(("Scene’s directory", code(directory)));
    }
    if !manifest.allow_read.is_empty() {
        let list: Vec<String> = manifest.allow_read.iter().map(|own| code(own)).collect();
        facts.push(("Allowed to read", list.join("<br>")));
    }
    let files = manifest.files.iter().map(|(name, claim)| {
        let bytes = grouped(claim.bytes);
        format!("{} {bytes} bytes, {}", code(name), code(&claim.xxh3))
    });
    let files: Vec<String> = files.collect();
    if !files.is_empty() {
        facts.push(("Files", files.join("<br>")));
    }
    facts
}

/// A status as a tone, a sign and words.
#[must_use]
pub fn status(status: RunStatus) -> (Tone, &'static str, &'static str) {
    match status {
        RunStatus::Running => (Tone::Warn, "…", "cut short"),
        RunStatus::Ok => (Tone::Good, "✓", "ok"),
        RunStatus::AssertionFailed => (Tone::Bad, "✖", "an assertion failed"),
        RunStatus::SafeStopped => (Tone::Bad, "■", "stopped by safety"),
        RunStatus::TimeLimit => (Tone::Warn, "◷", "time limit reached"),
        RunStatus::Interrupted => (Tone::Warn, "‖", "interrupted"),
        RunStatus::Error => (Tone::Bad, "✖", "broke off"),
    }
}

/// A text that begins with a capital letter and ends with a full stop.
#[must_use]
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{}{stop}", first.unwrap_or_default(), letters.as_str())
}

/// `20261201T013047Z` as a date and a time.
#[must_use]
pub fn in_words(started: &str) -> Option<String> {
    let is_plain = started.len() == 16 && started.is_ascii() && started.ends_with('Z');
    is_plain.then(|| {
        let part = |from: usize, to: usize| &started[from..to];
        format!(
            "{}-{}-{} {}:{}:{} UTC",
            part(0, 4),
            part(4, 6),
            part(6, 8),
            part(9, 11),
            part(11, 13),
            part(13, 15)
        )
    })
}

/// A command line as a shell reads it, with the program's bare name.
#[must_use]
pub fn command(argv: &[String]) -> String {
    let mut words: Vec<String> = argv.iter().map(|word| quoted(word)).collect();
    if let Some(first) = words.first_mut() {
        "phantom".clone_into(first);
    }
    words.join(" ")
}

/// A word as a shell reads it.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_quoted_as_a_shell_reads_them() {
        let argv = ["/a/b/phantom", "run", "a b.ron", "--set", "x=\"it's\""];
        let argv: Vec<String> = argv.map(str::to_owned).to_vec();
        assert_eq!(
            command(&argv),
            "phantom run 'a b.ron' --set 'x=\"it'\\''s\"'"
        );
        assert_eq!(
            in_words("20261201T013047Z").as_deref(),
            Some("2026-12-01 01:30:47 UTC")
        );
        assert_eq!(in_words("now"), None);
        assert_eq!(sentence("a ring rings"), "A ring rings.");
    }
}
