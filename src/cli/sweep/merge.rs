//! `phantom sweep merge`: the cells of several folders of one plan in one.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::exit;
use crate::cli::say::{aside, say};
use crate::scenario::Parts;
use crate::study::Plan;
use crate::study::plan::{CELLS, PlanError, SCENE};

use super::after::{TableArgs, plan_of, table};

/// Arguments of `sweep merge`.
#[derive(Args, Debug)]
pub struct MergeArgs {
    /// Folders of one plan, of which each holds some cells.
    #[arg(required = true, num_args = 1.., value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
    /// The folder of all; it may be new, or one of this plan.
    #[arg(long, value_name = "FOLDER")]
    pub into: PathBuf,
}

fn failed(path: &Path, error: &io::Error) -> u8 {
    aside!("error: {}: {error}", path.display());
    exit::IO
}

/// Joins folders. A cell that two have is taken from the first, once both are known to have come to
/// the same digest.
///
/// # Errors
/// With the exit code, once the reason was told.
pub fn merge(args: &MergeArgs, parts: &Parts) -> Result<u8, u8> {
    let plans: Vec<Plan> = args
        .folders
        .iter()
        .map(|own| plan_of(own))
        .collect::<Result<_, _>>()?;
    let first = &plans[0];
    let mut all: Vec<(&PathBuf, &Plan)> = args.folders.iter().zip(&plans).collect();
    let there = match Plan::read(&args.into) {
        Ok(plan) => Some(plan),
        Err(PlanError::None) => None,
        Err(error) => {
            aside!("error: {}: {error}", args.into.display());
            return Err(exit::INVALID);
        }
    };
    all.extend(there.as_ref().map(|plan| (&args.into, plan)));
    for (folder, plan) in all {
        if let Some(difference) = first.difference(plan) {
            let (one, other) = (args.folders[0].display(), folder.display());
            aside!("error: {one} and {other} are of two plans: {difference}");
            return Err(exit::INVALID);
        }
    }
    let cells = args.into.join(CELLS);
    std::fs::create_dir_all(&cells).map_err(|error| failed(&cells, &error))?;
    let (mut taken, mut known) = (0, 0);
    for folder in &args.folders {
        let from = folder.join(CELLS);
        let list = std::fs::read_dir(&from).map_err(|error| failed(&from, &error))?;
        for entry in list {
            let entry = entry.map_err(|error| failed(&from, &error))?;
            let into = cells.join(entry.file_name());
            if into.exists() {
                same(&entry.path(), &into)?;
                known += 1;
                continue;
            }
            // Under another name until it is whole.
            let mut draft = into.clone().into_os_string();
            draft.push(".draft");
            let draft = PathBuf::from(draft);
            let moved = copy(&entry.path(), &draft).and_then(|()| std::fs::rename(&draft, &into));
            moved.map_err(|error| failed(&into, &error))?;
            taken += 1;
        }
    }
    if there.is_none() {
        let scene = args.into.join(SCENE);
        let copied = std::fs::copy(args.folders[0].join(SCENE), &scene);
        copied.map_err(|error| failed(&scene, &error))?;
        first
            .write(&args.into)
            .map_err(|error| failed(&args.into, &error))?;
    }
    say!("{taken} cells taken, {known} were there");
    let derived = TableArgs {
        folder: args.into.clone(),
        stats: Vec::new(),
        from: None,
    };
    table(&derived, parts)
}

/// Refuses two cells of one name with different ends.
fn same(one: &Path, other: &Path) -> Result<(), u8> {
    let digest = |path: &Path| {
        crate::record::SavedRun::open(path)
            .ok()
            .map(|own| own.manifest.digest)
    };
    match (digest(one), digest(other)) {
        (Some(a), Some(b)) if a != b => {
            aside!(
                "error: {} and {} are one cell with two digests, {a} and {b}",
                one.display(),
                other.display()
            );
            Err(exit::NOT_REPRODUCIBLE)
        }
        _ => Ok(()),
    }
}

fn copy(from: &Path, into: &Path) -> io::Result<()> {
    if into.exists() {
        std::fs::remove_dir_all(into)?;
    }
    std::fs::create_dir_all(into)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = into.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
