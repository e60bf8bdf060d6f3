//! Files that know what was written to them.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use xxhash_rust::xxh3::Xxh3;

use super::manifest::FileClaim;

/// A file that knows the length and hash of what was written to it.
pub(super) struct HashedFile {
    pub name: &'static str,
    pub file: BufWriter<File>,
    hash: Xxh3,
    bytes: u64,
}

impl HashedFile {
    pub fn new(name: &'static str, file: File) -> Self {
        Self {
            name,
            file: BufWriter::new(file),
            hash: Xxh3::new(),
            bytes: 0,
        }
    }

    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.write(text.as_bytes())?;
        self.write(b"\n")
    }

    pub fn write(&mut self, part: &[u8]) -> io::Result<()> {
        self.file.write_all(part)?;
        self.hash.update(part);
        self.bytes += part.len() as u64;
        Ok(())
    }

    pub fn claim(&self) -> (String, FileClaim) {
        let claim = FileClaim {
            bytes: self.bytes,
            xxh3: format!("{:016x}", self.hash.digest()),
        };
        (self.name.to_owned(), claim)
    }
}
