//! The sizes that a column chunk says, held against the file before anything is decoded.

use parquet::basic::{Compression, Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;

use super::guard::{damaged, guarded};
use super::page_head::{PageKind, page_head};
use crate::files::fault::Faults;

/// How many times longer a page may become, with what is free: LZ4 grows 255-fold at most.
const GROWTH_MAX: i64 = 256;
const FREE_BYTES: i64 = 1024;
/// Bytes of a header that are looked at first, and at most: it may hold the least and greatest
/// text.
const HEAD_BYTES: [usize; 2] = [256, 1 << 20];
/// Encodings whose decoder makes room for as many values as the page says in its own data.
const BY_OWN_COUNT: [i64; 2] = [6, 7];

/// Gives up to so many bytes of a file from a place in it.
pub(super) type Fetch = dyn Fn(u64, usize) -> Result<Vec<u8>, ParquetError> + Send + Sync;

/// What is said of a column chunk, for messages.
pub(super) struct Chunk<'a> {
    pub about: &'a str,
    pub meta: &'a ColumnChunkMetaData,
    /// Rows of its row group.
    pub rows: i64,
    /// Bytes of the file.
    pub file_bytes: u64,
}

/// Refuses a compression that is not read, with what to do.
pub(super) fn check_compression(about: &str, found: Compression) -> Result<(), Faults> {
    use Compression::{LZ4, LZ4_RAW, SNAPPY, UNCOMPRESSED};
    if matches!(found, UNCOMPRESSED | SNAPPY | LZ4 | LZ4_RAW) {
        return Ok(());
    }
    let name = found.to_string();
    let name = name.split('(').next().unwrap_or_default();
    Err(Faults::whole(format!(
        "{about} is compressed by {name}, expected snappy, lz4 or none (pyarrow: \
         write_table(..., compression=\"snappy\"))"
    )))
}

/// Holds the pages of a column chunk against the file.
///
/// # Errors
/// When a size or count cannot be.
pub(super) fn check_pages(fetch: &Fetch, chunk: &Chunk<'_>) -> Result<(), Faults> {
    let wrong = |why: &str| damaged(chunk.about, why);
    let meta = chunk.meta;
    check_compression(chunk.about, meta.compression())?;
    let data = meta.data_page_offset();
    let begin = meta
        .dictionary_page_offset()
        .filter(|at| *at > 0)
        .unwrap_or(data)
        .min(data);
    let (Ok(begin), Ok(length)) = (u64::try_from(begin), u64::try_from(meta.compressed_size()))
    else {
        return Err(wrong("it says a place before the file's begin"));
    };
    let end = begin
        .checked_add(length)
        .filter(|end| *end <= chunk.file_bytes);
    let Some(end) = end else {
        return Err(wrong("it says a place beyond the file's end"));
    };
    let width = match meta.column_type() {
        Type::INT64 | Type::DOUBLE => 8,
        Type::INT96 => 12,
        _ => 4,
    };
    let width = match meta.column_descr().physical_type() {
        Type::FIXED_LEN_BYTE_ARRAY => i64::from(meta.column_descr().type_length()).max(1),
        _ => width,
    };
    let (mut at, mut values) = (begin, 0i64);
    while at < end {
        let mut head = None;
        for most in HEAD_BYTES {
            let found = guarded(chunk.about, || fetch(at, most))?;
            head = page_head(&found);
            if head.is_some() {
                break;
            }
        }
        let head = head.ok_or_else(|| wrong(&format!("no page begins at byte {at}")))?;
        let most = head.stored_bytes.saturating_mul(GROWTH_MAX) + FREE_BYTES;
        let left = end.saturating_sub(at + head.length as u64);
        let fits = u64::try_from(head.stored_bytes).is_ok_and(|stored| stored <= left);
        if !fits || !(0..=most).contains(&head.plain_bytes) || head.values < 0 {
            return Err(wrong(&format!(
                "the page at byte {at} has no possible size"
            )));
        }
        if head.kind == PageKind::Data && BY_OWN_COUNT.contains(&head.encoding) {
            return Err(Faults::whole(format!(
                "{} is encoded by differences of texts (DELTA_BYTE_ARRAY), expected PLAIN or a \
                 dictionary (pyarrow: write_table(...) without column_encoding)",
                chunk.about
            )));
        }
        match head.kind {
            PageKind::Data => values = values.saturating_add(head.values),
            PageKind::Dictionary if head.values.saturating_mul(width) > head.plain_bytes => {
                return Err(wrong("its dictionary says more values than it holds"));
            }
            _ => {}
        }
        at += head.length as u64 + head.stored_bytes as u64;
    }
    if values != chunk.rows {
        let (found, rows) = (values, chunk.rows);
        return Err(wrong(&format!(
            "its pages hold {found} cells, its row group says {rows} rows"
        )));
    }
    Ok(())
}
