//! The cells of a column chunk.

use parquet::basic::Type;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};

use super::kind::{ColumnKind, ParquetColumn, day, moment, time_of_day};
use crate::base::num;

/// Cells that are decoded at once.
const BATCH: usize = 8192;

/// The numbers of a column; NaN where a cell is missing.
pub(super) fn numbers(
    column: &ParquetColumn,
    reader: ColumnReader,
    out: &mut Vec<f64>,
) -> Result<()> {
    use ColumnReader as R;
    let kind = column.kind;
    match reader {
        R::BoolColumnReader(own) => each(own, column, out, |x| f64::from(u8::from(*x))),
        R::Int32ColumnReader(own) => match kind {
            ColumnKind::Unsigned => each(own, column, out, |x| f64::from(*x as u32)),
            ColumnKind::Decimal(scale) => each(own, column, out, |x| scaled(f64::from(*x), scale)),
            _ => each(own, column, out, |x| f64::from(*x)),
        },
        R::Int64ColumnReader(own) => match kind {
            ColumnKind::Unsigned => each(own, column, out, |x| *x as u64 as f64),
            ColumnKind::Decimal(scale) => each(own, column, out, |x| scaled(*x as f64, scale)),
            _ => each(own, column, out, |x| *x as f64),
        },
        R::FloatColumnReader(own) => each(own, column, out, |x| f64::from(*x)),
        R::DoubleColumnReader(own) => each(own, column, out, |x| *x),
        R::ByteArrayColumnReader(own) => {
            each(own, column, out, |x| bytes_as_number(x.data(), kind))
        }
        R::FixedLenByteArrayColumnReader(own) => {
            each(own, column, out, |x| bytes_as_number(x.data(), kind))
        }
        R::Int96ColumnReader(_) => Err(ParquetError::General("INT96 is no number".to_owned())),
    }
}

/// Shows the texts of a column in order; `None` where a cell is missing.
pub(super) fn texts(
    column: &ParquetColumn,
    reader: ColumnReader,
    mut show: impl FnMut(Option<&str>) -> Result<()>,
) -> Result<()> {
    use ColumnReader as R;
    let kind = column.kind;
    match reader {
        R::ByteArrayColumnReader(own) => every(own, column, |cell| match cell {
            Some(bytes) => show(Some(utf8(bytes)?)),
            None => show(None),
        }),
        R::Int32ColumnReader(own) => every(own, column, |cell| {
            show(cell.map(|x| time_text(i64::from(*x), kind)).as_deref())
        }),
        R::Int64ColumnReader(own) => every(own, column, |cell| {
            show(cell.map(|x| time_text(*x, kind)).as_deref())
        }),
        R::Int96ColumnReader(own) => every(own, column, |cell| {
            show(
                cell.map(|x| time_text(julian_ns(x.data()), kind))
                    .as_deref(),
            )
        }),
        _ => Err(ParquetError::General("it holds no texts".to_owned())),
    }
}

/// Whole numbers of a column, which must be stored so and never be missing.
pub(super) fn integers(
    column: &ParquetColumn,
    reader: ColumnReader,
    out: &mut Vec<i64>,
) -> Result<()> {
    let ColumnReader::Int64ColumnReader(own) = reader else {
        let stored = column.stored;
        return Err(ParquetError::General(format!(
            "it is of {stored}, expected {}",
            Type::INT64
        )));
    };
    every(own, column, |cell| {
        let missing = || ParquetError::General("a cell is missing".to_owned());
        out.push(*cell.ok_or_else(missing)?);
        Ok(())
    })
}

/// Moments of INT96: nanoseconds of a day, and the Julian day.
fn julian_ns(words: &[u32]) -> i64 {
    let [low, high, day] = [0, 1, 2].map(|k| words.get(k).copied().unwrap_or(0));
    let of_day = (u64::from(high) << 32 | u64::from(low)) as i64;
    let days = i64::from(day) - 2_440_588;
    days.saturating_mul(86_400_000_000_000)
        .saturating_add(of_day)
}

fn time_text(count: i64, kind: ColumnKind) -> String {
    match kind {
        ColumnKind::Moment(a_second) => moment(count, a_second),
        ColumnKind::TimeOfDay(a_second) => time_of_day(count, a_second),
        _ => day(count),
    }
}

fn utf8(bytes: &ByteArray) -> Result<&str> {
    let text = std::str::from_utf8(bytes.data());
    text.map_err(|error| ParquetError::General(format!("a text is not UTF-8: {error}")))
}

fn scaled(whole: f64, scale: i32) -> f64 {
    // Powers of ten up to 22 are exact, so that 15 digits come out as a text would.
    whole / num::pow(10.0, f64::from(scale))
}

fn bytes_as_number(bytes: &[u8], kind: ColumnKind) -> f64 {
    match kind {
        ColumnKind::Half => match bytes {
            [low, high] => half::f16::from_le_bytes([*low, *high]).to_f64(),
            _ => f64::NAN,
        },
        ColumnKind::Decimal(scale) => {
            // Two's complement, the greater byte first.
            let sign = bytes.first().is_some_and(|byte| *byte & 0x80 != 0);
            let begin: i128 = if sign { -1 } else { 0 };
            let add = |sum: i128, byte: &u8| sum << 8 | i128::from(*byte);
            scaled(bytes.iter().fold(begin, add) as f64, scale)
        }
        _ => f64::NAN,
    }
}

fn each<T: DataType>(
    reader: ColumnReaderImpl<T>,
    column: &ParquetColumn,
    out: &mut Vec<f64>,
    make: impl Fn(&T::T) -> f64,
) -> Result<()> {
    batches(reader, column, |values, present| {
        if values.len() == present.len() || present.is_empty() {
            out.extend(values.iter().map(&make));
        } else {
            let mut values = values.iter();
            let cell = |is: &i16| match is {
                0 => f64::NAN,
                _ => values.next().map_or(f64::NAN, &make),
            };
            out.extend(present.iter().map(cell));
        }
        Ok(())
    })
}

fn every<T: DataType>(
    reader: ColumnReaderImpl<T>,
    column: &ParquetColumn,
    mut show: impl FnMut(Option<&T::T>) -> Result<()>,
) -> Result<()> {
    batches(reader, column, |values, present| {
        if present.is_empty() {
            return values.iter().try_for_each(|value| show(Some(value)));
        }
        let mut values = values.iter();
        present.iter().try_for_each(|is| match is {
            0 => show(None),
            _ => show(values.next()),
        })
    })
}

/// Batches of values, and of 1 or 0 for each cell where cells may be missing.
fn batches<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    column: &ParquetColumn,
    mut take: impl FnMut(&[T::T], &[i16]) -> Result<()>,
) -> Result<()> {
    let (mut values, mut present) = (Vec::new(), Vec::new());
    loop {
        values.clear();
        present.clear();
        let levels = column.is_nullable.then_some(&mut present);
        let (rows, ..) = reader.read_records(BATCH, levels, None, &mut values)?;
        if rows == 0 {
            return Ok(());
        }
        take(&values, &present)?;
    }
}
