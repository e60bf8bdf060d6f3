//! The guide against the program: its commands print what it shows, and its tables are what the
//! program prints.

use std::fs;
use std::path::Path;

use crate::fixtures::{phantom, root};

/// A page whose console blocks stand as the test harness reads them: an empty line ends what a
/// command prints.
fn spaced(page: &str) -> String {
    let (mut inside, mut printed) = (false, false);
    let mut text = String::new();
    for line in page.lines() {
        if line.starts_with("```") {
            if inside {
                text.push('\n');
            }
            inside = line == "```console";
            printed = false;
        } else if inside && line.starts_with("$ ") {
            if printed {
                text.push('\n');
            }
            printed = false;
        } else if inside && !line.starts_with("? ") {
            printed = true;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// Writes the files that a page tells to save: the block below a line `<!-- file: NAME -->`.
fn save_files(page: &str, home: &Path) {
    for part in page.split("<!-- file: ").skip(1) {
        let (name, rest) = part.split_once(" -->\n```").unwrap();
        let (_, body) = rest.split_once('\n').unwrap();
        let (body, _) = body.split_once("```").unwrap();
        fs::write(home.join(name), body).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}

#[test]
fn every_command_of_the_guide_prints_what_the_guide_shows() {
    let home = tempfile::tempdir().unwrap();
    let cases = trycmd::TestCases::new();
    cases.register_bin("phantom", Path::new(env!("CARGO_BIN_EXE_phantom")));
    let mut paths = vec![root().join("README.md")];
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        paths.push(entry.unwrap().path());
    }
    let mut tested = 0;
    for path in paths
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
    {
        let page = fs::read_to_string(path).unwrap();
        if !page.contains("```console\n") {
            continue;
        }
        tested += 1;
        let own = home.path().join(path.file_name().unwrap());
        // The directory in which the commands of a page run, one after the other.
        let inside = own.with_extension("in");
        for folder in ["scenes", "examples/own_files"] {
            copy(&root().join(folder), &inside.join(folder));
        }
        save_files(&page, &inside);
        fs::write(&own, spaced(&page)).unwrap();
        cases.case(&own);
    }
    assert!(tested >= 9, "{tested} pages with commands");
    cases.run();
}

/// What a command prints, which must succeed.
fn printed(words: &[&str]) -> String {
    let done = phantom(words);
    assert_eq!(done.status.code(), Some(0), "{words:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// Holds the end of a page, from a marker on, against what a command prints. With the variable
/// `PHANTOM_GUIDE` set to `update` the page is rewritten instead.
fn ends_as(page: &str, marker: &str, words: &[&str]) {
    let path = root().join("docs").join(page);
    let text = fs::read_to_string(&path).unwrap();
    let table = printed(words);
    let begin = text.find(marker).unwrap_or(text.len());
    if std::env::var("PHANTOM_GUIDE").is_ok_and(|value| value == "update") {
        fs::write(&path, format!("{}{table}", &text[..begin])).unwrap();
        return;
    }
    let differs = text[begin..]
        .lines()
        .zip(table.lines())
        .find(|(own, other)| own != other);
    assert!(
        text[begin..] == table,
        "docs/{page} is not what `phantom {}` prints, first at {differs:?}; \
         PHANTOM_GUIDE=update rewrites it",
        words.join(" ")
    );
}

#[test]
fn the_reference_of_scenes_is_what_the_program_prints() {
    let marker = "## Fields of the scene itself";
    ends_as("reference.md", marker, &["schema", "--markdown"]);
}

#[test]
fn the_table_of_metrics_is_what_the_program_prints() {
    ends_as(
        "numbers.md",
        "| metric |",
        &["list", "metrics", "--markdown"],
    );
}

#[test]
fn markdown_is_of_metrics_alone_in_lists() {
    let done = phantom(&["list", "--markdown"]);
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.contains("phantom list metrics --markdown"), "{said}");
}

#[test]
fn every_command_has_a_manual_page() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("pages");
    let shown = folder.display().to_string();
    assert_eq!(printed(&["man", "--out", &shown]), "");
    let names = [
        "",
        "-run",
        "-man",
        "-completions",
        "-bench",
        "-bench-dynamics",
        "-graph-export",
    ];
    for name in names {
        let page = fs::read_to_string(folder.join(format!("phantom{name}.1"))).unwrap();
        let title = page.lines().find(|line| line.starts_with(".TH ")).unwrap();
        assert!(title.contains(&format!("phantom{name} 1 ")), "{title}");
        assert!(title.contains(env!("CARGO_PKG_VERSION")), "{title}");
    }
    // One page is printed as it is written.
    let one = printed(&["man", "bench", "dynamics"]);
    assert_eq!(
        one,
        fs::read_to_string(folder.join("phantom-bench-dynamics.1")).unwrap()
    );
    assert!(printed(&["man"]).contains("phantom\\-run(1)"));
    let wrong = phantom(&["man", "bnch"]);
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert!(said.contains("did you mean `bench`?"), "{said}");
    let nowhere = home.path().join("file");
    fs::write(&nowhere, "").unwrap();
    let refused = phantom(&["man", "--out", &nowhere.display().to_string()]);
    assert_eq!(refused.status.code(), Some(7));
}

#[test]
fn completions_name_every_command() {
    for (shell, sign) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef phantom"),
        ("fish", "complete -c"),
    ] {
        let script = printed(&["completions", shell]);
        assert!(script.contains(sign), "{shell}");
        for word in ["verify", "lyapunov", "completions", "time-limit"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(phantom(&["completions", "dos"]).status.code(), Some(2));
}
