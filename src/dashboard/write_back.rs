//! A value that was set live, written into the scene's file where it stands there, so that remarks
//! and everything else stay.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use crate::scenario::overrides;
use crate::scenario::text::TextIndex;

use super::driver::Driver;
use super::order::SceneSource;

/// What to do where there is no file to write into.
const A_COPY: &str = "\"save scene as\" (Ctrl+D) writes a copy with the values set live";

impl Driver {
    /// Writes the value of a live parameter into the scene's file, or says why not. The run goes
    /// on; the scene begins with it when it is begun anew.
    pub(super) fn write_back(&mut self, path: &str, value: f64) {
        let said = match self.try_write_back(path, value) {
            Ok(file) => format!("{path}: {value} written into {file}"),
            Err(reason) => format!("{path} is not written into the scene's file: {reason}"),
        };
        self.tell(said);
    }

    fn try_write_back(&mut self, path: &str, value: f64) -> Result<String, String> {
        let file = match &self.plan.source {
            SceneSource::File(file) => file.clone(),
            SceneSource::BuiltIn(name) => {
                return Err(format!(
                    "{name} is part of the program and has none; {A_COPY} into scenes/"
                ));
            }
            SceneSource::Run(folder) => {
                return Err(format!("{} is a run that was; {A_COPY}", folder.display()));
            }
        };
        if !self.plan.blueprint.loaded.notes.is_empty() {
            return Err(format!("it is of an older version; {A_COPY}"));
        }
        let parameters = self.session.simulation.parameters();
        let parameter = parameters.find(path).ok_or("there is no such parameter")?;
        let written = match parameter.is_switch() {
            true => (value != 0.0).to_string(),
            false => format!("{value:?}"),
        };
        let shown = file.display().to_string();
        let old = fs::read_to_string(&file).map_err(|error| format!("{shown}: {error}"))?;
        let text = with_value(&old, path, &written, &self.plan.sets)?;
        let directory = file.parent().unwrap_or(Path::new(""));
        let again = self
            .plan
            .parts
            .parse(&text, &shown, directory, &self.plan.sets);
        let again = again.map_err(|error| format!("the scene would be wrong with it: {error}"))?;
        let live = crate::scenario::parameters::live_parameters(&again.scene, &self.plan.parts);
        if live.find(path).is_none_or(|own| own.initial != value) {
            return Err(
                "the scene would not begin with it, since something else sets it".to_owned(),
            );
        }
        replace(&file, &text).map_err(|error| format!("{shown}: {error}"))?;
        // What was written here is no reason to begin anew.
        self.watched = (Instant::now(), self.plan.source.modified());
        self.written = true;
        Ok(shown)
    }
}

/// The text of a scene with a value in the place of the number or truth value that stands at a
/// path, or inserted where the text leaves it to its default.
///
/// # Errors
/// When something else stands there, or an override sets it.
pub fn with_value(
    text: &str,
    path: &str,
    value: &str,
    sets: &[(String, String)],
) -> Result<String, String> {
    let is_within = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let by_set = sets
        .iter()
        .find(|(own, _)| is_within(path, own) || is_within(own, path));
    if let Some((own, given)) = by_set {
        return Err(format!(
            "--set {own}={given} sets it, whatever the file says"
        ));
    }
    if let Some(entry) = TextIndex::scan(text).find(path) {
        let found = text[entry.value.clone()].trim();
        let is_scalar = found.parse::<f64>().is_ok() || matches!(found, "true" | "false");
        if !is_scalar {
            let short: String = found.chars().take(60).collect();
            return Err(format!("{short} stands there, expected a single number"));
        }
    }
    overrides::apply(text, path, value)
}

/// Replaces a file at once: whoever reads it has the old text or the new one. A link stays one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let file = fs::canonicalize(file)?;
    let mut draft = file.file_name().unwrap_or_default().to_owned();
    draft.push(".draft");
    let draft = file.with_file_name(draft);
    let write = || {
        let mut out = File::create(&draft)?;
        out.write_all(text.as_bytes())?;
        out.set_permissions(fs::metadata(&file)?.permissions())?;
        out.sync_all()?;
        fs::rename(&draft, &file)
    };
    let done = write();
    if done.is_err() {
        let _ = fs::remove_file(&draft);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_single_values_are_replaced_and_remarks_stay() {
        let text =
            "( // remark\n  a: 1.5, // κ\n  b: Normal(mean: 1.0), c: true, d: File(path: \"x\"))";
        let with = |path, sets: &[(String, String)]| with_value(text, path, "2.0", sets);
        let found = with("a", &[]).unwrap();
        assert_eq!(found, text.replace("1.5", "2.0"));
        assert!(
            with("b", &[])
                .unwrap_err()
                .contains("Normal(mean: 1.0) stands there")
        );
        assert!(with("d", &[]).unwrap_err().contains("File(path: \"x\")"));
        assert!(with("e.f", &[]).unwrap().starts_with("(e: (f: 2.0), "));
        let sets = [("a".to_owned(), "3".to_owned())];
        assert!(with("a", &sets).unwrap_err().contains("--set a=3"));
        assert!(with("a.b", &sets).is_err() && with("ab", &sets).is_ok());
    }

    #[test]
    fn a_file_is_replaced_whole_and_keeps_its_link() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("s.ron");
        fs::write(&file, "old").unwrap();
        replace(&file, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }
}
