//! The files that a scene may read: those below its own folder, those below the folder in which a
//! person stands if the scene lies there, and those that a person named.
//!
//! A scene is often somebody else's. It must not show what lies elsewhere on the machine, neither
//! by playing it nor in the text of an error.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::files::source;

use super::shipped;

/// The longest text of a scene, bytes.
pub const SCENE_BYTES_MAX: u64 = 64_000_000;
/// The longest file that a scene reads, bytes.
const FILE_BYTES_MAX: u64 = 8_000_000_000;

/// Where a scene's files are looked for, and what it may read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileAccess {
    /// The folder that its paths are relative to; everything below it may be read.
    pub directory: PathBuf,
    /// Folders and files beyond it that may be read, too.
    pub allowed: Vec<PathBuf>,
    /// Where else its paths may be relative to: the folder of the scene that a run folder was made
    /// from, for what the folder holds no copy of.
    pub fallback: Option<PathBuf>,
    /// Whether the scene is one of the program, which has the data that it reads.
    pub is_shipped: bool,
}

impl FileAccess {
    /// A scene in `directory`. What stands in quotes in an override was named by a person, so if it
    /// is a file it may be read.
    #[must_use]
    pub fn new(directory: &Path, sets: &[(String, String)]) -> Self {
        let quoted = |value: &str| -> Vec<String> {
            let parts = value.split('"').skip(1).step_by(2);
            parts.map(str::to_owned).collect()
        };
        let named = sets.iter().flat_map(|(_, value)| quoted(value));
        let named = named.map(|name| directory.join(name));
        let named = named.filter(|file| file.is_file());
        Self {
            directory: directory.to_owned(),
            allowed: named.chain(project(directory)).collect(),
            fallback: None,
            is_shipped: false,
        }
    }

    /// What the program itself has of a path in the scene.
    #[must_use]
    pub fn shipped(&self, path: &str) -> Option<&'static [u8]> {
        self.is_shipped.then(|| shipped::data(path)).flatten()
    }

    /// The scene's own folder; that of a bare file name is the present one.
    #[must_use]
    pub fn root(&self) -> &Path {
        match self.directory.as_os_str().is_empty() {
            true => Path::new("."),
            false => &self.directory,
        }
    }

    /// The file of a path in the scene.
    #[must_use]
    pub fn find(&self, path: &str) -> PathBuf {
        let file = self.directory.join(path);
        match &self.fallback {
            Some(other) if !file.exists() && other.join(path).exists() => other.join(path),
            _ => file,
        }
    }

    /// Reads a file by its path in the scene; gives its name for messages, and its bytes.
    ///
    /// # Errors
    /// When it cannot be read, is no plain file, or is not among what the scene may read.
    pub fn read(&self, path: &str) -> Result<(String, Vec<u8>), String> {
        if let Some(bytes) = self.shipped(path) {
            return Ok((path.to_owned(), bytes.to_vec()));
        }
        let file = self.find(path);
        let shown = file.display().to_string();
        let fault = |reason: String| format!("cannot read {shown}: {reason}");
        let real = std::fs::canonicalize(&file).map_err(|error| fault(error.to_string()))?;
        let own = self.root();
        let roots = std::iter::once(own).chain(self.allowed.iter().map(PathBuf::as_path));
        let roots = roots.chain(self.fallback.as_deref());
        let mut roots = roots.filter_map(|root| std::fs::canonicalize(root).ok());
        if !roots.any(|root| real.starts_with(root)) {
            return Err(fault(format!(
                "it is below neither the scene's folder {} nor the present one, expected a file \
                 there or --allow-read DIR",
                own.display()
            )));
        }
        let bytes = match source::is_parts(&real) {
            true => source::read(&real).map_err(|error| error.to_string()),
            false => read_plain(&real, FILE_BYTES_MAX),
        };
        let bytes = bytes.map_err(fault)?;
        Ok((shown, bytes))
    }
}

/// The folder in which a person stands, when a scene lies below it: both belong to one project. Not
/// the root of the machine, and not what holds a person's home.
fn project(directory: &Path) -> Option<PathBuf> {
    let here = std::fs::canonicalize(".").ok()?;
    let scene = match directory.as_os_str().is_empty() {
        true => here.clone(),
        false => std::fs::canonicalize(directory).ok()?,
    };
    let home = std::env::var_os("HOME").and_then(|home| std::fs::canonicalize(home).ok());
    let is_wide = here.parent().is_none() || home.is_some_and(|home| home.starts_with(&here));
    (scene.starts_with(&here) && scene != here && !is_wide).then_some(here)
}

/// Reads a plain file of at most `most` bytes; a pipe or a device could go on for ever.
///
/// # Errors
/// With the reason.
pub fn read_plain(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let meta = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !meta.is_file() {
        return Err("it is no plain file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    let read = file.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("it has more than {most} bytes"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_below_the_folder_or_named_are_read() {
        let home = tempfile::tempdir().unwrap();
        let inside = home.path().join("scenes");
        std::fs::create_dir(&inside).unwrap();
        std::fs::write(inside.join("in.txt"), "0 1").unwrap();
        std::fs::write(home.path().join("out.txt"), "0 1").unwrap();
        let plain = FileAccess::new(&inside, &[]);
        assert_eq!(plain.read("in.txt").unwrap().1, b"0 1");
        let refused = plain.read("../out.txt").unwrap_err();
        assert!(refused.contains("--allow-read"), "{refused}");
        assert!(plain.read(".").is_err());
        let set = (
            "graph.kind".to_owned(),
            "EdgeList(path: \"../out.txt\")".to_owned(),
        );
        assert!(FileAccess::new(&inside, &[set]).read("../out.txt").is_ok());
        let mut more = plain.clone();
        more.allowed.push(home.path().to_owned());
        assert!(more.read("../out.txt").is_ok());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(home.path().join("out.txt"), inside.join("link")).unwrap();
            assert!(plain.read("link").is_err());
        }
    }
}
