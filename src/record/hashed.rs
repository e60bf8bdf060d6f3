//! Files that know what was written to them.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::manifest::FileClaim;

/// Bytes that wait for the operating system at most.
const BUFFER: usize = 1 << 16;

/// A file that knows the length and hash of what was written to it. Its errors name it.
pub(super) struct HashedFile {
    pub name: Arc<str>,
    file: BufWriter<File>,
    hash: Xxh3,
    bytes: u64,
}

impl HashedFile {
    pub fn new(name: &str, file: File) -> Self {
        Self {
            name: name.into(),
            file: BufWriter::with_capacity(BUFFER, file),
            hash: Xxh3::new(),
            bytes: 0,
        }
    }

    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.write_all(text.as_bytes())?;
        self.write_all(b"\n")
    }

    pub fn claim(&self) -> (String, FileClaim) {
        let claim = FileClaim {
            bytes: self.bytes,
            xxh3: format!("{:016x}", self.hash.digest()),
        };
        (self.name.to_string(), claim)
    }

    /// Brings it to the disk itself, beyond the operating system.
    pub fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        let name = self.name.clone();
        self.file
            .get_ref()
            .sync_all()
            .map_err(|error| named(&name, &error))
    }
}

impl Write for HashedFile {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let name = self.name.clone();
        self.file
            .write_all(part)
            .map_err(|error| named(&name, &error))?;
        self.hash.update(part);
        self.bytes += part.len() as u64;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let name = self.name.clone();
        self.file.flush().map_err(|error| named(&name, &error))
    }
}

/// An error with the name of the file in which it happened.
pub(super) fn named(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name}: {error}"))
}
