//! The part files of metrics.parquet, read back.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::files::Faults;
use crate::files::parquet::{ColumnKind, ParquetFile};
use crate::files::source::parts_of;

use super::parquet_names::directory;
use super::parquet_part::{FIRST, FLAGS};
use super::row_block::RowBlock;

/// How often the directory is listed again when parts vanish, since larger ones are swapped in.
const TRIES: usize = 5;

/// The open part files of a run, in order, with their paths. They stay readable when they are
/// replaced.
pub(super) fn open_parts(folder: &Path) -> io::Result<VecDeque<(PathBuf, File)>> {
    let mut tries = 0;
    loop {
        tries += 1;
        let missing = || io::Error::from(ErrorKind::NotFound);
        let found = directory(folder).ok_or_else(missing).and_then(|path| {
            let parts = parts_of(&path)?.into_iter();
            let open = parts.map(|part| {
                if fs::symlink_metadata(&part)?.is_file() {
                    Ok((part.clone(), File::open(&part)?))
                } else {
                    Err(io::Error::other(format!("{} is a link", part.display())))
                }
            });
            open.collect::<io::Result<VecDeque<_>>>()
        });
        match found {
            Err(error) if error.kind() == ErrorKind::NotFound && tries < TRIES => {}
            found => return found,
        }
    }
}

/// The metrics of a part, by the names of their columns.
///
/// # Errors
/// When its columns are not those of metrics.parquet.
pub(super) fn metrics_of(part: &ParquetFile) -> Result<Vec<String>, Faults> {
    let columns = part.columns();
    let is = |at: usize, name: &str| columns.get(at).is_some_and(|own| own.name == name);
    let ends = columns.len() > FIRST.len() && is(columns.len() - 1, FLAGS);
    if !ends || !FIRST.iter().enumerate().all(|(at, name)| is(at, name)) {
        return Err(Faults::whole(
            "its columns are others, expected tick, t_s, scope … flags",
        ));
    }
    let metrics = &columns[FIRST.len()..columns.len() - 1];
    if let Some(other) = metrics.iter().find(|own| own.kind != ColumnKind::Number) {
        return Err(Faults::whole(format!(
            "column {:?} is not of numbers",
            other.name
        )));
    }
    Ok(metrics.iter().map(|own| own.name.clone()).collect())
}

/// The rows of a row group, with the metrics at these places, or all; bare ones have neither times
/// nor flags.
pub(super) fn read_group(
    part: &ParquetFile,
    group: usize,
    places: Option<&[usize]>,
    is_bare: bool,
) -> Result<RowBlock, Faults> {
    let all = metrics_of(part)?.len();
    let every: Vec<usize> = (0..all).collect();
    let places = places.unwrap_or(&every);
    let mut block = RowBlock::new(places.len());
    let mut ticks = Vec::new();
    part.integers(group, 0, &mut ticks)?;
    block.ticks = ticks.into_iter().map(i64::unsigned_abs).collect();
    if !is_bare {
        part.numbers(group, 1, &mut block.times)?;
    }
    for (column, at) in block.values.iter_mut().zip(places) {
        part.numbers(group, FIRST.len() + at, column)?;
    }
    let texts = [(2, true), (FIRST.len() + all, false)];
    for (at, is_scope) in texts.into_iter().filter(|own| own.1 || !is_bare) {
        part.texts(group, at, |text| {
            block.push_word(text.unwrap_or_default(), is_scope)
        })?;
    }
    if is_bare {
        block.fill_bare();
    }
    match block.is_even() {
        true => Ok(block),
        false => Err(Faults::whole("its columns have different numbers of cells")),
    }
}
