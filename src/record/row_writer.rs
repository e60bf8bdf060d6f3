//! The thread that writes rows of metrics: making text and columns of numbers costs more than a
//! small tick, so the run only copies its values.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::scenario::record_spec::RecordFormat;

use super::claim::create;
use super::hashed::HashedFile;
use super::lines::METRICS;
use super::manifest::{FileClaim, Manifest};
use super::parquet_part::PartForm;
use super::parquet_parts::PartsWriter;
use super::row_block::RowBlock;
use super::rows::{Columns, MetricRow, write_block_line};

/// Rows that are handed over at once.
const BLOCK_ROWS: usize = 512;
/// Blocks that wait at most; a run that is faster than the disk waits for it.
const BLOCKS_WAITING: usize = 64;

type Claims = Vec<(String, FileClaim)>;

enum Order {
    Rows(RowBlock),
    Flush,
    /// Flush and say what the files hold.
    Tell(Sender<Claims>),
    /// Flush for the last time.
    Close,
}

/// The handle of the thread.
pub(super) struct RowWriter {
    columns: Columns,
    block: RowBlock,
    orders: Option<Sender<Order>>,
    failure: Arc<Mutex<Option<io::Error>>>,
    thread: Option<JoinHandle<Claims>>,
}

impl RowWriter {
    /// Makes the files of a folder and starts the thread.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn create(
        folder: &Path,
        format: RecordFormat,
        columns: Columns,
        manifest: &Manifest,
    ) -> io::Result<Self> {
        let mut files = Files {
            csv: None,
            parts: None,
            line: String::new(),
        };
        if format.has_csv() {
            let mut csv = HashedFile::new(METRICS, create(folder, METRICS)?);
            csv.line(&columns.head())?;
            csv.flush()?;
            files.csv = Some(csv);
        }
        if format.has_parquet() {
            let form = PartForm::new(&columns, manifest)?;
            files.parts = Some(PartsWriter::create(folder, form)?);
        }
        Self::start(files, columns)
    }

    fn start(mut files: Files, columns: Columns) -> io::Result<Self> {
        let (orders, inbox) = bounded(BLOCKS_WAITING);
        let failure = Arc::new(Mutex::new(None));
        let told = failure.clone();
        let write = move || {
            if let Err(error) = files.obey(&inbox) {
                *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
            files.claims()
        };
        let thread = std::thread::Builder::new()
            .name("rows".to_owned())
            .spawn(write)?;
        Ok(Self {
            block: RowBlock::new(columns.len()),
            columns,
            orders: Some(orders),
            failure,
            thread: Some(thread),
        })
    }

    /// Takes a row.
    ///
    /// # Errors
    /// When rows before it could not be written.
    pub fn take(&mut self, row: &MetricRow) -> io::Result<()> {
        let words = (row.scope.as_str(), row.flags.as_str());
        self.block
            .push((row.tick, row.t_s), words, self.columns.values(row));
        if self.block.len() >= BLOCK_ROWS {
            self.hand_over()
        } else {
            Ok(())
        }
    }

    /// Takes rows of the same metrics.
    ///
    /// # Errors
    /// As [`RowWriter::take`].
    pub fn take_block(&mut self, block: RowBlock) -> io::Result<()> {
        self.hand_over()?;
        self.order(Order::Rows(block))
    }

    /// Has everything written, without waiting for it.
    ///
    /// # Errors
    /// As [`RowWriter::take`].
    pub fn flush(&mut self) -> io::Result<()> {
        self.hand_over()?;
        self.order(Order::Flush)
    }

    /// Waits until everything is written; gives what the files hold.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn claims(&mut self) -> io::Result<Claims> {
        self.hand_over()?;
        let (answer, claims) = bounded(1);
        self.order(Order::Tell(answer))?;
        claims.recv().map_err(|_| self.failed())
    }

    /// Writes everything and ends the thread; gives what the files hold.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn close(mut self) -> io::Result<Claims> {
        self.hand_over()?;
        self.order(Order::Close)?;
        let claims = self.join();
        let failure = self
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        failure.map_or_else(|| claims.ok_or_else(|| self.failed()), Err)
    }

    fn hand_over(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let empty = RowBlock::new(self.columns.len());
        let block = std::mem::replace(&mut self.block, empty);
        self.order(Order::Rows(block))
    }

    fn order(&mut self, order: Order) -> io::Result<()> {
        match &self.orders {
            Some(orders) if orders.send(order).is_ok() => Ok(()),
            _ => Err(self.failed()),
        }
    }

    /// Why the thread has ended.
    fn failed(&self) -> io::Error {
        let failure = self
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        failure.unwrap_or_else(|| io::Error::other("rows of metrics cannot be written any more"))
    }

    fn join(&mut self) -> Option<Claims> {
        self.orders = None;
        self.thread.take()?.join().ok()
    }
}

impl Drop for RowWriter {
    /// What waits is written; that it fails can no longer be told.
    fn drop(&mut self) {
        if self.thread.is_some() {
            let _ = self.hand_over();
            let _ = self.join();
        }
    }
}

/// The files that the thread writes.
struct Files {
    csv: Option<HashedFile>,
    parts: Option<PartsWriter>,
    line: String,
}

impl Files {
    fn obey(&mut self, inbox: &Receiver<Order>) -> io::Result<()> {
        for order in inbox {
            match order {
                Order::Rows(block) => self.write(&block)?,
                Order::Flush => self.flush()?,
                Order::Tell(answer) => {
                    self.flush()?;
                    // Whoever asked may have gone.
                    let _ = answer.send(self.claims());
                }
                Order::Close => {
                    self.flush()?;
                    self.parts.iter_mut().for_each(PartsWriter::compact);
                    return Ok(());
                }
            }
        }
        self.flush()
    }

    fn write(&mut self, block: &RowBlock) -> io::Result<()> {
        if let Some(csv) = &mut self.csv {
            self.line.clear();
            for row in 0..block.len() {
                write_block_line(&mut self.line, block, row);
                self.line.push('\n');
            }
            csv.write_all(self.line.as_bytes())?;
        }
        match &mut self.parts {
            Some(parts) => parts.take(block),
            None => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let csv = self.csv.as_mut().map_or(Ok(()), HashedFile::flush);
        csv.and(self.parts.as_mut().map_or(Ok(()), PartsWriter::flush))
    }

    fn claims(&self) -> Claims {
        let csv = self.csv.iter().map(HashedFile::claim);
        csv.chain(self.parts.iter().flat_map(PartsWriter::claims))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_with_the_file_and_ends_the_writing() {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let files = Files {
            csv: Some(HashedFile::new(METRICS, full)),
            parts: None,
            line: String::new(),
        };
        let mut writer = RowWriter::start(files, Columns::default()).unwrap();
        let failed = (0..1_000_000).find_map(|tick| {
            let row = MetricRow {
                tick,
                ..MetricRow::default()
            };
            writer.take(&row).err()
        });
        let said = failed.unwrap_or_else(|| writer.close().unwrap_err());
        assert_eq!(said.kind(), io::ErrorKind::StorageFull);
        assert!(
            said.to_string().starts_with("metrics.csv: No space left"),
            "{said}"
        );
    }
}
