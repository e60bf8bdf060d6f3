//! A Parquet file: its columns and row groups.

use std::fs::File;

use parquet::column::page::Page;
use parquet::column::reader::ColumnReader;
use parquet::file::reader::{ChunkReader, FileReader};
use parquet::file::serialized_reader::SerializedFileReader;

use super::column;
use super::guard::{damaged, guarded};
use super::kind::{ParquetColumn, column as column_of};
use super::pages::{Chunk, Fetch, check_compression, check_pages};
use crate::files::fault::Faults;

/// Bytes behind the metadata: their length, and the magic.
const TAIL: u64 = 8;

/// An open Parquet file.
pub struct ParquetFile {
    reader: Box<dyn FileReader>,
    fetch: Box<Fetch>,
    file_bytes: u64,
    columns: Vec<ParquetColumn>,
}

impl ParquetFile {
    /// Opens a file in memory.
    ///
    /// # Errors
    /// When it is no whole Parquet file.
    pub fn of_bytes(bytes: Vec<u8>) -> Result<Self, Faults> {
        let shared = shared(bytes);
        Self::open(shared.clone(), shared)
    }

    /// Opens a file on a disk; what is asked for is read from there.
    ///
    /// # Errors
    /// When it cannot be read or is no whole Parquet file.
    pub fn of_file(file: File) -> Result<Self, Faults> {
        let again = file.try_clone();
        let again = again.map_err(|error| Faults::whole(error.to_string()))?;
        Self::open(file, again)
    }

    /// Of two handles of the same bytes.
    pub(super) fn open<R: ChunkReader + 'static>(own: R, again: R) -> Result<Self, Faults> {
        let about = "the Parquet file";
        let file_bytes = own.len();
        let fetch: Box<Fetch> = Box::new(move |at, most| {
            let left = again.len().saturating_sub(at);
            let most = usize::try_from(left).unwrap_or(most).min(most);
            Ok(again.get_bytes(at, most)?.to_vec())
        });
        let tail = guarded(about, || {
            fetch(file_bytes.saturating_sub(TAIL), TAIL as usize)
        })?;
        match tail.as_slice() {
            [.., b'P', b'A', b'R', b'E'] => {
                return Err(Faults::whole(
                    "its metadata are encrypted, expected them plain",
                ));
            }
            [a, b, c, d, b'P', b'A', b'R', b'1'] => {
                let length = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
                if length + 12 > file_bytes {
                    let why =
                        format!("it says {length} bytes of metadata and has {file_bytes} in all");
                    return Err(damaged(about, &why));
                }
            }
            _ => {
                let why = format!("it has {file_bytes} bytes and does not end with PAR1");
                return Err(damaged(about, &why));
            }
        }
        let make = || Ok(Box::new(SerializedFileReader::new(own)?) as Box<dyn FileReader>);
        let reader = guarded(about, make)?;
        let metadata = reader.metadata();
        let leaves = metadata.file_metadata().schema_descr().columns();
        let columns: Vec<ParquetColumn> = leaves.iter().map(|leaf| column_of(leaf)).collect();
        for group in metadata.row_groups() {
            if group.num_rows() < 0 || group.num_columns() != columns.len() {
                return Err(damaged(about, "a row group does not fit its schema"));
            }
            for (chunk, column) in group.columns().iter().zip(&columns) {
                check_compression(&format!("column {:?}", column.name), chunk.compression())?;
            }
        }
        Ok(Self {
            reader,
            fetch,
            file_bytes,
            columns,
        })
    }

    /// Its columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[ParquetColumn] {
        &self.columns
    }

    /// How many row groups it has.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.reader.num_row_groups()
    }

    /// Rows of a row group, as it says; at most 2⁶³.
    #[must_use]
    pub fn rows_of(&self, group: usize) -> u64 {
        let groups = self.reader.metadata().row_groups();
        groups
            .get(group)
            .map_or(0, |own| own.num_rows().unsigned_abs())
    }

    /// Rows of all row groups, as they say.
    #[must_use]
    pub fn rows(&self) -> u64 {
        (0..self.groups()).fold(0u64, |sum, group| sum.saturating_add(self.rows_of(group)))
    }

    /// Bytes of the file.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// The value of a key of the file's own metadata.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        let own = self
            .reader
            .metadata()
            .file_metadata()
            .key_value_metadata()?;
        own.iter().find(|own| own.key == key)?.value.as_deref()
    }

    /// The numbers of a column of numbers in a row group, added to `out`; NaN where a cell is
    /// missing.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn numbers(&self, group: usize, at: usize, out: &mut Vec<f64>) -> Result<(), Faults> {
        let (about, reader) = self.chunk(group, at)?;
        guarded(&about, || column::numbers(&self.columns[at], reader, out))
    }

    /// The whole numbers of a column of 64 bits in which no cell is missing, added to `out`.
    ///
    /// # Errors
    /// When the file is damaged, or the column is another.
    pub fn integers(&self, group: usize, at: usize, out: &mut Vec<i64>) -> Result<(), Faults> {
        let (about, reader) = self.chunk(group, at)?;
        guarded(&about, || column::integers(&self.columns[at], reader, out))
    }

    /// Shows the texts of a column of texts or times in a row group; `None` where a cell is
    /// missing.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn texts(
        &self,
        group: usize,
        at: usize,
        mut show: impl FnMut(Option<&str>),
    ) -> Result<(), Faults> {
        let (about, reader) = self.chunk(group, at)?;
        guarded(&about, || {
            column::texts(&self.columns[at], reader, |cell| {
                show(cell);
                Ok(())
            })
        })
    }

    /// The reader of a column chunk whose pages were held against the file.
    fn chunk(&self, group: usize, at: usize) -> Result<(String, ColumnReader), Faults> {
        let metadata = self.reader.metadata();
        let found = metadata.row_groups().get(group).zip(self.columns.get(at));
        let Some((own, column)) = found else {
            return Err(Faults::whole(format!(
                "it has no column {at} in row group {group}"
            )));
        };
        let about = format!("column {:?}", column.name);
        let chunk = Chunk {
            about: &about,
            meta: own.column(at),
            rows: own.num_rows(),
            file_bytes: self.file_bytes,
        };
        check_pages(&self.fetch, &chunk)?;
        let reader = guarded(&about, || {
            self.reader.get_row_group(group)?.get_column_reader(at)
        })?;
        Ok((about, reader))
    }
}

/// Bytes as the library shares them. It names their type in the pages that it gives.
pub(super) fn shared(bytes: Vec<u8>) -> impl ChunkReader + Clone + 'static {
    let page = Page::DictionaryPage {
        buf: bytes.into(),
        num_values: 0,
        encoding: parquet::basic::Encoding::PLAIN,
        is_sorted: false,
    };
    page.buffer().clone()
}
