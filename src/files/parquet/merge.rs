//! Several files of the same columns as one, without decoding them.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result as Outcome};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{ChunkReader, FileReader};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::SerializedFileWriter;

use super::file::{ParquetFile, shared};
use super::guard::guarded;
use crate::files::fault::Faults;

/// One file with the row groups of all parts, each with its name, in order; its metadata are those
/// of the first.
///
/// # Errors
/// When a part is damaged or has other columns than the first, or there is none.
pub fn merge(parts: Vec<(String, Vec<u8>)>) -> Result<Vec<u8>, Faults> {
    let mut writer: Option<SerializedFileWriter<Vec<u8>>> = None;
    for (name, bytes) in parts {
        let source = shared(bytes);
        // Held against its own end before anything is copied.
        ParquetFile::open(source.clone(), source.clone())
            .map_err(|faults| Faults::whole(format!("{name}: {faults}")))?;
        guarded(&name, || append(&mut writer, &source))?;
    }
    let none = || Faults::whole("the directory holds no part files, expected *.parquet");
    let writer = writer.ok_or_else(none)?;
    guarded("the directory", || writer.into_inner())
}

fn append<R: ChunkReader + Clone + 'static>(
    writer: &mut Option<SerializedFileWriter<Vec<u8>>>,
    source: &R,
) -> Outcome<()> {
    let reader = SerializedFileReader::new(source.clone())?;
    let file = reader.metadata().file_metadata();
    let schema = file.schema_descr().root_schema_ptr();
    let writer = match writer {
        Some(writer) => writer,
        None => {
            let metadata = file.key_value_metadata().cloned();
            let properties = WriterProperties::builder()
                .set_key_value_metadata(metadata)
                .build();
            let made = SerializedFileWriter::new(Vec::new(), schema.clone(), Arc::new(properties))?;
            writer.insert(made)
        }
    };
    copy_groups(writer, &reader, source)
}

/// Adds the row groups of a file to one that is being written, without decoding them.
///
/// # Errors
/// When the file is damaged or has other columns, or the other cannot be written.
pub fn append_groups<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    file: File,
) -> Result<(), Faults> {
    guarded("the part", || {
        let reader = SerializedFileReader::new(file.try_clone()?)?;
        copy_groups(writer, &reader, &file)
    })
}

fn copy_groups<W: Write + Send, R: ChunkReader + 'static>(
    writer: &mut SerializedFileWriter<W>,
    reader: &SerializedFileReader<R>,
    source: &R,
) -> Outcome<()> {
    let schema = reader
        .metadata()
        .file_metadata()
        .schema_descr()
        .root_schema_ptr();
    if *writer.schema_descr().root_schema() != *schema {
        let text = "it has other columns than the first part, expected the same in every part";
        return Err(ParquetError::General(text.to_owned()));
    }
    for group in reader.metadata().row_groups() {
        let rows = group.num_rows();
        let mut into = writer.next_row_group()?;
        for chunk in group.columns() {
            let close = ColumnCloseResult {
                bytes_written: chunk.compressed_size().unsigned_abs(),
                rows_written: rows.unsigned_abs(),
                metadata: chunk.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            into.append_column(source, close)?;
        }
        into.close()?;
    }
    Ok(())
}
