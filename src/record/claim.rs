//! Making a folder this run's own: no two runs write into one, and nothing outside it is touched.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::lines::{COMMANDS, EVENTS, INPUTS, METRICS};
use super::manifest::Manifest;
use super::parquet_names::{PARTS, PARTS_NEW, PARTS_OLD};
use super::parquet_parts::clear_parts;
use super::states::{LAST_STATE, STATES, STATES_ARRAY, STATES_RAW, VELOCITIES};

/// The scene with every value spelled out.
pub const RESOLVED: &str = "scene.resolved.ron";
/// What, when, with what and how it ended.
pub const MANIFEST: &str = "manifest.json";
/// The manifest while it is written.
pub(super) const DRAFT: &str = "manifest.json.draft";

/// The folder of copies of what the scene reads.
pub const COPIES: &str = "inputs";

/// The page that `phantom report` writes about a run.
pub const REPORT: &str = "report.html";

/// All files of a run folder but copies.
const FILES: [&str; 13] = [
    INPUTS,
    METRICS,
    EVENTS,
    COMMANDS,
    RESOLVED,
    MANIFEST,
    DRAFT,
    STATES,
    STATES_RAW,
    STATES_ARRAY,
    VELOCITIES,
    LAST_STATE,
    REPORT,
];

/// The directories of part files.
const DIRECTORIES: [&str; 3] = [PARTS, PARTS_OLD, PARTS_NEW];

/// Where a run folder is made.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// Under `runs/`, with a name of its own.
    Fresh,
    /// In this folder, which is made when there is none.
    At {
        /// The folder.
        path: &'a Path,
        /// Whether a run that it holds already is replaced.
        force: bool,
    },
}

/// A folder that this process alone writes to, as long as the lock on its inputs is held.
pub(super) struct Claimed {
    pub(super) path: PathBuf,
    pub(super) inputs: File,
}

/// Claims a folder. The file of inputs is what stands for the claim: who creates it owns the
/// folder.
///
/// # Errors
/// When the folder holds a run already, is a link or a file, or another run writes there.
pub(super) fn claim(place: Place, manifest: &Manifest) -> io::Result<Claimed> {
    let path = match place {
        Place::Fresh => make_fresh(manifest)?,
        Place::At { path, force } => {
            make(path)?;
            let mut names = FILES.iter().chain(&DIRECTORIES);
            if let Some(name) = names.find(|name| is_there(&path.join(name))) {
                if !force {
                    return Err(refused(
                        ErrorKind::AlreadyExists,
                        path,
                        &format!(
                            "it holds a run already ({name}), expected an empty or new folder, or \
                             --force to replace that run"
                        ),
                    ));
                }
                clear(path)?;
            }
            path.to_owned()
        }
    };
    let inputs = create(&path, INPUTS)?;
    lock(&inputs, &path)?;
    if matches!(place, Place::Fresh) {
        point_last(&path);
    }
    Ok(Claimed { path, inputs })
}

/// Creates a file of the folder, which must not be there, not even as a link.
pub(super) fn create(folder: &Path, name: &str) -> io::Result<File> {
    let opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(folder.join(name));
    opened.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => refused(
            ErrorKind::AlreadyExists,
            folder,
            &format!("another run has begun there ({name})"),
        ),
        kind => refused(kind, &folder.join(name), &error.to_string()),
    })
}

/// Opens a file of a folder for reading, unless it is a link or no file.
///
/// # Errors
/// When it is not a plain file or cannot be opened.
pub fn open_plain(folder: &Path, name: &str) -> io::Result<File> {
    let file = folder.join(name);
    let meta = fs::symlink_metadata(&file)?;
    if !meta.is_file() {
        return Err(io::Error::other("it is a link or no plain file"));
    }
    File::open(file)
}

fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn refused(kind: ErrorKind, path: &Path, text: &str) -> io::Error {
    io::Error::new(kind, format!("{}: {text}", path.display()))
}

fn make(path: &Path) -> io::Result<()> {
    let about = |error: io::Error| refused(error.kind(), path, &error.to_string());
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_symlink() => Err(refused(
            ErrorKind::AlreadyExists,
            path,
            "it is a link, expected the name of a folder itself",
        )),
        Ok(meta) if meta.is_dir() => Ok(()),
        Ok(_) => Err(refused(
            ErrorKind::NotADirectory,
            path,
            "it is a file, expected a folder",
        )),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(path).map_err(about)
        }
        Err(error) => Err(about(error)),
    }
}

/// Takes out the files of an earlier run, and nothing else. Links are taken out, not followed.
fn clear(path: &Path) -> io::Result<()> {
    // Held until the files are gone, so that a run that still writes keeps them.
    let held = open_plain(path, INPUTS).ok();
    held.as_ref().map_or(Ok(()), |file| lock(file, path))?;
    let copies = copies_of(path);
    for name in FILES.into_iter().chain(copies.iter().map(String::as_str)) {
        match fs::remove_file(path.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(refused(error.kind(), &path.join(name), &error.to_string()));
            }
            _ => {}
        }
    }
    for name in DIRECTORIES {
        clear_parts(&path.join(name));
    }
    // It stays when somebody put something else there.
    let _ = fs::remove_dir(path.join(COPIES));
    Ok(())
}

/// The copies that an earlier run's manifest names, all of them within the folder of copies.
fn copies_of(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path.join(MANIFEST)).unwrap_or_default();
    let Ok(manifest) = serde_json::from_str::<Manifest>(&text) else {
        return Vec::new();
    };
    let names = manifest.inputs.into_iter().filter_map(|input| input.copy);
    let within = |name: &String| {
        let rest = name
            .strip_prefix(COPIES)
            .and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|rest| !rest.contains(['/', '\\']) && rest != "..")
    };
    names.filter(within).collect()
}

fn lock(file: &File, folder: &Path) -> io::Result<()> {
    match file.try_lock() {
        // Some file systems have no locks; creating the file alone has to do there.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(refused(
            ErrorKind::ResourceBusy,
            folder,
            "another run is writing there",
        )),
    }
}

/// A new folder under `runs/`. Runs that begin in the same second get numbers.
fn make_fresh(manifest: &Manifest) -> io::Result<PathBuf> {
    let runs = Path::new("runs");
    make_runs(runs)?;
    let base = format!("{}_{}_s{}", manifest.started, manifest.scene, manifest.seed);
    let mut name = base.clone();
    let mut number = 1;
    loop {
        let path = runs.join(&name);
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                number += 1;
                name = format!("{base}_{number}");
            }
            Err(error) => return Err(refused(error.kind(), &path, &error.to_string())),
        }
    }
}

fn make_runs(runs: &Path) -> io::Result<()> {
    fs::create_dir_all(runs).map_err(|error| refused(error.kind(), runs, &error.to_string()))
}

/// Makes `runs/last` point to the newest run. A file or folder of that name is somebody's own and
/// stays. That the link cannot be made is no reason to stop a run.
fn point_last(path: &Path) {
    let Some(name) = path.file_name() else {
        return;
    };
    let last = path.with_file_name("last");
    let replaceable = fs::symlink_metadata(&last).map_or(true, |meta| meta.is_symlink());
    if !replaceable {
        return;
    }
    #[cfg(unix)]
    {
        // Made beside and moved over, so that it points somewhere at any moment.
        let mut draft = name.to_owned();
        draft.push(".last");
        let draft = path.with_file_name(draft);
        if std::os::unix::fs::symlink(name, &draft).is_ok() && fs::rename(&draft, &last).is_err() {
            let _ = fs::remove_file(&draft);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        serde_json::from_value(serde_json::json!({
            "format": 2, "status": "running", "tool": "", "isa": "", "platform": "", "scene": "s",
            "scene_hash": "", "seed": 1, "nodes": 1, "threads": 1, "argv": [], "started": "t",
            "ticks": 0, "digest": "", "wall_s": 0.0,
        }))
        .unwrap()
    }

    fn at(path: &Path, force: bool) -> io::Result<Claimed> {
        claim(Place::At { path, force }, &manifest())
    }

    #[test]
    fn a_folder_belongs_to_one_run() {
        let home = tempfile::tempdir().unwrap();
        let first = at(home.path(), false).unwrap();
        let second = at(home.path(), false).map(|_| ()).unwrap_err();
        assert!(second.to_string().contains("--force"), "{second}");
        let forced = at(home.path(), true).map(|_| ()).unwrap_err();
        assert!(forced.to_string().contains("is writing there"), "{forced}");
        drop(first);
        assert!(at(home.path(), true).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_neither_followed_nor_written_through() {
        let home = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let link = home.path().join("link");
        std::os::unix::fs::symlink(other.path(), &link).unwrap();
        assert!(at(&link, true).is_err());
        let target = other.path().join("precious.txt");
        fs::write(&target, "kept").unwrap();
        let folder = home.path().join("run");
        fs::create_dir(&folder).unwrap();
        std::os::unix::fs::symlink(&target, folder.join(METRICS)).unwrap();
        assert!(at(&folder, false).is_err());
        assert!(at(&folder, true).is_ok());
        assert_eq!(fs::read_to_string(&target).unwrap(), "kept");
        std::os::unix::fs::symlink(&target, folder.join(EVENTS)).unwrap();
        assert!(open_plain(&folder, EVENTS).is_err());
    }
}
