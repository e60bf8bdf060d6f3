//! metrics.parquet while a run goes on: part files, each whole before it bears its name, and few
//! large ones at the end.
//!
//! ```text
//! rows ─► .part-00007.parquet ─ fsync, rename ─► metrics.parquet/part-00007.parquet
//! end:  metrics.parquet/* ─► metrics.parquet.new/part-0000k.parquet
//!       metrics.parquet ─ rename ─► metrics.parquet.old;  .new ─ rename ─► metrics.parquet
//! ```
//!
//! A reader takes `metrics.parquet`, or `metrics.parquet.old` where there is none: each row once at
//! any moment.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::files::parquet::append_groups;

use super::hashed::{HashedFile, named};
use super::manifest::FileClaim;
use super::parquet_names::{PARTS, PARTS_NEW, PARTS_OLD};
use super::parquet_part::{PartFile, PartForm};
use super::parquet_read::read_group;
use super::row_block::RowBlock;
use crate::files::parquet::ParquetFile;

/// Rows of a row group at most: some 50 MB of numbers with all metrics.
const GROUP_ROWS: usize = 1 << 17;
/// Rows of a part from which it goes into a larger one as it is.
const LARGE_ROWS: u64 = 1 << 16;
/// Rows from which a larger part ends.
const PART_ROWS: u64 = 1 << 22;

/// The part files of a run.
pub(super) struct PartsWriter {
    folder: PathBuf,
    form: PartForm,
    waiting: Vec<RowBlock>,
    rows: usize,
    claims: Vec<(String, FileClaim)>,
}

impl PartsWriter {
    /// Makes the directory, with a first part that holds the schema and no rows.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(folder: &Path, form: PartForm) -> io::Result<Self> {
        make_directory(&folder.join(PARTS))?;
        let mut own = Self {
            folder: folder.to_owned(),
            form,
            waiting: Vec::new(),
            rows: 0,
            claims: Vec::new(),
        };
        own.write(&[])?;
        Ok(own)
    }

    /// Takes rows; full row groups become a part.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn take(&mut self, block: &RowBlock) -> io::Result<()> {
        self.rows += block.len();
        self.waiting.push(block.clone());
        if self.rows >= GROUP_ROWS {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Makes a part of what waits.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let blocks = std::mem::take(&mut self.waiting);
        self.rows = 0;
        self.write(&blocks)
    }

    fn write(&mut self, blocks: &[RowBlock]) -> io::Result<()> {
        let number = self.claims.len();
        let mut part = begin(&self.folder, PARTS, number, &self.form)?;
        if !blocks.is_empty() {
            part.group(blocks)?;
        }
        self.claims.push(end(&self.folder, PARTS, number, part)?);
        Ok(())
    }

    /// What the parts hold.
    pub fn claims(&self) -> Vec<(String, FileClaim)> {
        self.claims.clone()
    }

    /// Makes few large parts of many small ones. Where that fails, they stay as they are.
    pub fn compact(&mut self) {
        if self.claims.len() <= 2 {
            return;
        }
        if let Ok(claims) = self.merged() {
            self.claims = claims;
        }
        // Of a directory that was not swapped in, or was swapped out.
        if self.folder.join(PARTS).is_dir() {
            for name in [PARTS_NEW, PARTS_OLD] {
                clear_parts(&self.folder.join(name));
            }
        }
    }

    fn merged(&self) -> io::Result<Vec<(String, FileClaim)>> {
        let into = self.folder.join(PARTS_NEW);
        make_directory(&into)?;
        let (mut claims, mut open): (Vec<_>, Option<PartFile>) = (Vec::new(), None);
        let (mut waiting, mut rows) = (Vec::new(), 0);
        for (name, _) in &self.claims {
            let whole = || File::open(self.folder.join(name)).map_err(|error| named(name, &error));
            let faulty =
                |faults: crate::files::Faults| io::Error::other(format!("{name}: {faults}"));
            let part = ParquetFile::of_file(whole()?).map_err(faulty)?;
            if part.rows() == 0 {
                continue;
            }
            let is_large = part.rows() >= LARGE_ROWS;
            if rows > 0 && (is_large || rows >= GROUP_ROWS) {
                self.opened(&mut open, claims.len())?.group(&waiting)?;
                (waiting, rows) = (Vec::new(), 0);
            }
            if is_large {
                let own = self.opened(&mut open, claims.len())?;
                append_groups(&mut own.writer, whole()?).map_err(faulty)?;
                own.rows += part.rows();
            } else {
                for group in 0..part.groups() {
                    let block = read_group(&part, group, None, false).map_err(faulty)?;
                    rows += block.len();
                    waiting.push(block);
                }
            }
            if let Some(full) = open.take_if(|own| own.rows >= PART_ROWS) {
                claims.push(end(&self.folder, PARTS_NEW, claims.len(), full)?);
            }
        }
        if rows > 0 {
            self.opened(&mut open, claims.len())?.group(&waiting)?;
        }
        if let Some(last) = open {
            claims.push(end(&self.folder, PARTS_NEW, claims.len(), last)?);
        }
        sync_directory(&into);
        let at = |name: &str| self.folder.join(name);
        fs::rename(at(PARTS), at(PARTS_OLD))?;
        if let Err(error) = fs::rename(at(PARTS_NEW), at(PARTS)) {
            fs::rename(at(PARTS_OLD), at(PARTS))?;
            return Err(error);
        }
        sync_directory(&self.folder);
        let renamed = claims.into_iter().map(|(name, claim)| {
            let file = name.rsplit('/').next().unwrap_or_default();
            (format!("{PARTS}/{file}"), claim)
        });
        Ok(renamed.collect())
    }

    fn opened<'a>(
        &self,
        open: &'a mut Option<PartFile>,
        number: usize,
    ) -> io::Result<&'a mut PartFile> {
        match open {
            Some(own) => Ok(own),
            None => Ok(open.insert(begin(&self.folder, PARTS_NEW, number, &self.form)?)),
        }
    }
}

fn part_name(number: usize) -> String {
    format!("part-{number:05}.parquet")
}

fn begin(folder: &Path, directory: &str, number: usize, form: &PartForm) -> io::Result<PartFile> {
    let name = format!("{directory}/{}", part_name(number));
    let draft = folder
        .join(directory)
        .join(format!(".{}", part_name(number)));
    let file = OpenOptions::new().write(true).create_new(true).open(draft);
    let file = file.map_err(|error| named(&name, &error))?;
    PartFile::begin(HashedFile::new(&name, file), form)
}

fn end(
    folder: &Path,
    directory: &str,
    number: usize,
    part: PartFile,
) -> io::Result<(String, FileClaim)> {
    let claim = part.end()?.claim();
    let (file, at) = (part_name(number), folder.join(directory));
    fs::rename(at.join(format!(".{file}")), at.join(&file))
        .map_err(|error| named(&claim.0, &error))?;
    Ok(claim)
}

/// Makes a directory; one that is there may hold what is not ours, but no parts.
fn make_directory(path: &Path) -> io::Result<()> {
    let about = |error: &io::Error| named(&path.display().to_string(), error);
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let is_own = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir());
            let is_free = crate::files::source::parts_of(path).is_ok_and(|parts| parts.is_empty());
            if is_own && is_free {
                Ok(())
            } else {
                Err(about(&error))
            }
        }
        done => done.map_err(|error| about(&error)),
    }
}

/// Takes out the part files of a directory, whole ones and drafts, then the directory if nothing
/// else is in it. Links are taken out, not followed.
pub(super) fn clear_parts(path: &Path) {
    let Ok(meta) = fs::symlink_metadata(path) else {
        return;
    };
    if !meta.is_dir() {
        let _ = fs::remove_file(path);
        return;
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let own = name.trim_start_matches('.');
        if own.starts_with("part-") && own.ends_with(".parquet") {
            let _ = fs::remove_file(entry.path());
        }
    }
    let _ = fs::remove_dir(path);
}

/// Brings renames in a directory to the disk, where the operating system can.
fn sync_directory(path: &Path) {
    if let Ok(directory) = File::open(path) {
        let _ = directory.sync_all();
    }
}
