//! Commands of one's own beside those of the program, and scenes brought to the current version.

use std::fs;

use clap::Args;
use phantomos::cli::{Command, Program, exit};
use phantomos::scenario::Parts;

use crate::fixtures::phantom;

/// Arguments of `half`.
#[derive(Args)]
struct HalfArgs {
    /// The number.
    #[arg(long)]
    of: f64,
}

impl Command for HalfArgs {
    const NAME: &'static str = "half";
    const ABOUT: &'static str = "Half of a number, as the exit code";

    fn run(&self, _parts: &Parts) -> u8 {
        (0.5 * self.of) as u8
    }
}

/// Arguments of another `run`.
#[derive(Args)]
struct OtherRunArgs {}

impl Command for OtherRunArgs {
    const NAME: &'static str = "run";
    const ABOUT: &'static str = "Nothing";

    fn run(&self, _parts: &Parts) -> u8 {
        99
    }
}

fn with_half() -> Program {
    Program::default().command::<HalfArgs>()
}

#[test]
fn a_command_of_ones_own_stands_beside_those_of_the_program() {
    let code = with_half().run_from(["phantom", "half", "--of", "42.5"]);
    assert_eq!(code.unwrap(), 21);
    let wrong = with_half().run_from(["phantom", "half", "--of", "many"]);
    assert_eq!(wrong.unwrap_err().exit_code(), i32::from(exit::USAGE));
    let help = with_half().run_from(["phantom", "-h"]).unwrap_err();
    assert_eq!(help.exit_code(), 0);
    let text = help.to_string();
    let names = [
        "run",
        "verify",
        "replay",
        "diff",
        "figure",
        "report",
        "phi",
        "integrate",
        "lyapunov",
        "bench",
        "check",
        "list",
        "half",
    ];
    let places = names.map(|name| text.find(&format!("\n  {name} ")));
    assert!(places.iter().all(Option::is_some), "{text}");
    assert!(places.is_sorted(), "{text}");
    let own = with_half().run_from(["phantom", "half", "--help"]);
    let text = own.unwrap_err().to_string();
    assert!(text.starts_with(HalfArgs::ABOUT), "{text}");
    assert!(text.contains("Usage: phantom half --of <OF>"), "{text}");
}

#[test]
fn two_commands_of_one_name_are_refused() {
    let refused = |program: Program, name: &str| {
        let error = program.run_from(["phantom", "list"]).unwrap_err();
        assert_eq!(error.exit_code(), i32::from(exit::USAGE));
        let expected = format!("error: there is a command named {name:?} already\n");
        assert_eq!(error.to_string(), expected);
    };
    refused(with_half().command::<HalfArgs>(), "half");
    refused(with_half().command::<OtherRunArgs>(), "run");
}

#[test]
fn an_unknown_command_is_an_error_of_usage() {
    let words = ["compute", "--fast"];
    let error = Program::default().run_from(["phantom", words[0], words[1]]);
    assert_eq!(error.unwrap_err().exit_code(), i32::from(exit::USAGE));
    assert_eq!(phantom(&words).status.code(), Some(2));
    // A single word is a scene.
    assert_eq!(phantom(&["compute"]).status.code(), Some(2));
    assert_eq!(phantom(&["./compute.ron"]).status.code(), Some(7));
}

const OLD: &str = r#"(version: 1, name: "old",
    populations: [(name: "a", count: 4, model: Kuramoto())],
    schedule: [Set(path: "populations[0].coupling", value: 2.0, at_s: 0.1)])"#;

#[test]
fn a_scene_of_an_older_version_is_rewritten_once() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("old.ron");
    let shown = file.display().to_string();
    fs::write(&file, OLD).unwrap();
    #[cfg(unix)]
    let allowed = {
        use std::os::unix::fs::PermissionsExt;
        let only_mine = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&file, only_mine).unwrap();
        || fs::metadata(&file).unwrap().permissions().mode() & 0o777
    };
    let check = |more: &[&str]| {
        let mut all = vec!["check", &shown];
        all.extend(more);
        let done = phantom(&all);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(0), "{said}");
        let verdict = String::from_utf8(done.stdout).unwrap();
        assert!(verdict.contains("old.ron: ok, 4 vertices"), "{verdict}");
        (said, fs::read_to_string(&file).unwrap())
    };
    let (said, text) = check(&[]);
    assert!(said.contains(&format!("{shown}: note: ")), "{said}");
    assert_eq!(text, OLD);
    let (said, new) = check(&["--migrate"]);
    let expected = format!("{shown}: migrated to version 2: ");
    assert!(said.contains(&expected), "{said}");
    assert_ne!(new, OLD);
    let (said, text) = check(&["--migrate"]);
    let expected = format!("{shown}: of the current version already\n");
    assert!(
        said.contains(&expected) && !said.contains("migrated"),
        "{said}"
    );
    assert_eq!(text, new);
    let (said, _) = check(&[]);
    assert!(!said.contains("note: "), "{said}");
    #[cfg(unix)]
    assert_eq!(allowed(), 0o600);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn the_file_of_a_wrong_scene_stays_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("wrong.ron");
    let shown = file.display().to_string();
    let wrong = [
        OLD.replace("\"old\"", "\"o l d\""),
        OLD.replace("Kuramoto()", "Kuramoto("),
    ];
    for text in wrong {
        fs::write(&file, &text).unwrap();
        let done = phantom(&["check", "--migrate", &shown]);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(3), "{said}");
        assert!(!said.contains("migrated to version"), "{said}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}
