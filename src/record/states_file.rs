//! states.csv or states.npy, and velocities.csv, of an open run folder.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use crate::base::Tick;
use crate::scenario::record_spec::{StatesFormat, StatesSpec};

use super::claim::{create, open_plain};
use super::hashed::HashedFile;
use super::lines::Batch;
use super::manifest::FileClaim;
use super::states::{STATES, STATES_ARRAY, STATES_RAW, VELOCITIES, VELOCITIES_HEAD, states_head};

/// The files of states.
pub(super) struct StatesFile {
    rows: HashedFile,
    velocities: Option<HashedFile>,
    columns: Vec<String>,
    is_array: bool,
    count: u64,
    line: String,
}

impl StatesFile {
    /// Makes the files that a scene asks for.
    ///
    /// # Errors
    /// When they are there or cannot be written.
    pub fn create(folder: &Path, spec: &StatesSpec, columns: &[String]) -> io::Result<Self> {
        let is_array = spec.format == StatesFormat::Npy;
        let name = if is_array { STATES_RAW } else { STATES };
        let open = |name| create(folder, name).map(|file| HashedFile::new(name, file));
        let mut own = Self {
            rows: open(name)?,
            velocities: (spec.velocity_ticks > 0)
                .then(|| open(VELOCITIES))
                .transpose()?,
            columns: columns.to_vec(),
            is_array,
            count: 0,
            line: String::new(),
        };
        if !is_array {
            own.rows.line(&states_head(columns))?;
        }
        if let Some(velocities) = &mut own.velocities {
            velocities.line(VELOCITIES_HEAD)?;
        }
        Ok(own)
    }

    /// Takes what was recorded.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&mut self, batch: &Batch) -> io::Result<()> {
        for row in &batch.states {
            if self.is_array {
                self.count += 1;
                let first = [row.tick as f64, row.t_s];
                for value in first.iter().chain(&row.values) {
                    self.rows.write_all(&value.to_le_bytes())?;
                }
            } else {
                row.write(&mut self.line);
                self.rows.line(&self.line)?;
            }
        }
        if let Some(velocities) = &mut self.velocities {
            for row in &batch.velocities {
                velocities.line(&row.line())?;
            }
        }
        Ok(())
    }

    /// Takes over the rows of another folder up to a tick.
    ///
    /// # Errors
    /// When files cannot be read or written.
    pub fn inherit(&mut self, folder: &Path, before: Tick) -> io::Result<()> {
        if self.is_array {
            let width = 8 * (2 + self.columns.len());
            let mut row = vec![0; width];
            let mut from = BufReader::new(open_plain(folder, STATES_RAW)?);
            while from.read_exact(&mut row).is_ok() {
                let mut tick = [0; 8];
                tick.copy_from_slice(&row[..8]);
                if f64::from_le_bytes(tick) <= before as f64 {
                    self.rows.write_all(&row)?;
                    self.count += 1;
                }
            }
        } else {
            copy_rows(&mut self.rows, folder, before)?;
        }
        match &mut self.velocities {
            Some(velocities) => copy_rows(velocities, folder, before),
            None => Ok(()),
        }
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.rows.flush()?;
        self.velocities.as_mut().map_or(Ok(()), HashedFile::flush)
    }

    /// Names of the files as they are now.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let velocities = self.velocities.as_ref().map(|file| file.name.to_string());
        std::iter::once(self.rows.name.to_string()).chain(velocities)
    }

    /// Closes the files of a folder, an array with its header; gives what they hold.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn close(&mut self, folder: &Path) -> io::Result<Vec<(String, FileClaim)>> {
        self.flush()?;
        let velocities = self.velocities.iter().map(HashedFile::claim);
        let mut claims: Vec<(String, FileClaim)> = velocities.collect();
        if !self.is_array {
            claims.push(self.rows.claim());
            return Ok(claims);
        }
        let array = write_array(folder, self.count, 2 + self.columns.len())?;
        fs::remove_file(folder.join(STATES_RAW))?;
        claims.push(array);
        Ok(claims)
    }
}

fn copy_rows(into: &mut HashedFile, folder: &Path, before: Tick) -> io::Result<()> {
    for line in BufReader::new(open_plain(folder, &into.name)?).lines() {
        let line = line?;
        let tick = line
            .split(',')
            .next()
            .and_then(|tick| tick.parse::<Tick>().ok());
        if tick.is_some_and(|tick| tick <= before) {
            into.line(&line)?;
        }
    }
    Ok(())
}

/// The array of the raw numbers.
fn write_array(folder: &Path, rows: u64, columns: usize) -> io::Result<(String, FileClaim)> {
    let file: File = create(folder, STATES_ARRAY)?;
    let mut array = HashedFile::new(STATES_ARRAY, file);
    let text =
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // Magic, version and length are 10 bytes; numbers begin at a multiple of 64.
    let filled = (10 + text.len() + 1).next_multiple_of(64) - 10;
    let header = format!("{text:<width$}\n", width = filled - 1);
    array.write_all(b"\x93NUMPY\x01\x00")?;
    array.write_all(&(header.len() as u16).to_le_bytes())?;
    array.write_all(header.as_bytes())?;
    let mut from = BufReader::new(open_plain(folder, STATES_RAW)?);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        array.write_all(&buffer[..count])?;
    }
    array.flush()?;
    Ok(array.claim())
}
