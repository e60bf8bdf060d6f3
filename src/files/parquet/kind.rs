//! What the cells of a column are, and how they become numbers or texts.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

/// A column of a Parquet file.
#[derive(Clone, Debug, PartialEq)]
pub struct ParquetColumn {
    /// Its name; of a nested one, its path with dots.
    pub name: String,
    /// What its cells are.
    pub kind: ColumnKind,
    /// Whether a cell may be missing.
    pub(super) is_nullable: bool,
    pub(super) stored: Type,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColumnKind {
    /// Numbers as they are stored; truth values are 1 and 0.
    Number,
    /// Whole numbers without a sign.
    Unsigned,
    /// Floats of two bytes.
    Half,
    /// Whole numbers over ten to this power.
    Decimal(i32),
    /// Texts in UTF-8.
    Text,
    /// Moments, by units a second since 1970.
    Moment(i64),
    /// Times of a day, by units a second.
    TimeOfDay(i64),
    /// Days since 1970.
    Day,
    /// What is not read, in words.
    NotRead(&'static str),
}

impl ColumnKind {
    /// Whether the column is of numbers.
    #[must_use]
    pub fn is_number(self) -> bool {
        use ColumnKind::{Decimal, Half, Number, Unsigned};
        matches!(self, Number | Unsigned | Half | Decimal(_))
    }
}

/// What a leaf of the schema is.
pub(super) fn column(leaf: &ColumnDescriptor) -> ParquetColumn {
    let parts = leaf.path().parts();
    // A level of definition more than a nullable column has is a struct or a list.
    let nested = parts.len() > 1 || leaf.max_rep_level() > 0 || leaf.max_def_level() > 1;
    ParquetColumn {
        name: parts.join("."),
        kind: match nested {
            true => ColumnKind::NotRead("nested (a list, map or struct)"),
            false => kind(leaf),
        },
        is_nullable: leaf.max_def_level() > 0,
        stored: leaf.physical_type(),
    }
}

fn kind(leaf: &ColumnDescriptor) -> ColumnKind {
    let scale = leaf.type_scale();
    match (leaf.physical_type(), leaf.logical_type_ref()) {
        (_, Some(LogicalType::Decimal(own))) => decimal(own.scale),
        (Type::INT32 | Type::INT64, Some(LogicalType::Integer(own))) => match own.is_signed {
            true => ColumnKind::Number,
            false => ColumnKind::Unsigned,
        },
        (Type::INT32, Some(LogicalType::Date)) => ColumnKind::Day,
        (Type::INT64, Some(LogicalType::Timestamp(own))) => ColumnKind::Moment(a_second(&own.unit)),
        (Type::INT32 | Type::INT64, Some(LogicalType::Time(own))) => {
            ColumnKind::TimeOfDay(a_second(&own.unit))
        }
        (Type::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Float16)) => ColumnKind::Half,
        (Type::BYTE_ARRAY, Some(LogicalType::String | LogicalType::Enum | LogicalType::Json)) => {
            ColumnKind::Text
        }
        (Type::INT96, _) => ColumnKind::Moment(1_000_000_000),
        (stored, _) => by_converted(stored, leaf.converted_type(), scale),
    }
}

/// Older files have this type alone.
fn by_converted(stored: Type, converted: ConvertedType, scale: i32) -> ColumnKind {
    use ConvertedType as C;
    match (stored, converted) {
        (_, C::DECIMAL) => decimal(scale),
        (Type::BYTE_ARRAY, C::UTF8 | C::ENUM | C::JSON) => ColumnKind::Text,
        (Type::INT32 | Type::INT64, C::UINT_8 | C::UINT_16 | C::UINT_32 | C::UINT_64) => {
            ColumnKind::Unsigned
        }
        (Type::INT32, C::DATE) => ColumnKind::Day,
        (Type::INT64, C::TIMESTAMP_MILLIS) => ColumnKind::Moment(1_000),
        (Type::INT64, C::TIMESTAMP_MICROS) => ColumnKind::Moment(1_000_000),
        (Type::INT32, C::TIME_MILLIS) => ColumnKind::TimeOfDay(1_000),
        (Type::INT64, C::TIME_MICROS) => ColumnKind::TimeOfDay(1_000_000),
        (Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY, _) => {
            ColumnKind::NotRead("of bytes that are no text")
        }
        _ => ColumnKind::Number,
    }
}

/// Beyond 38 digits there is no decimal type.
fn decimal(scale: i32) -> ColumnKind {
    match (0..=38).contains(&scale) {
        true => ColumnKind::Decimal(scale),
        false => ColumnKind::NotRead("of decimals with a scale beyond 38"),
    }
}

fn a_second(unit: &TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    }
}

/// A moment as `2026-12-01 10:00:01.250`, as pandas writes it.
pub(super) fn moment(count: i64, a_second: i64) -> String {
    let (seconds, rest) = (count.div_euclid(a_second), count.rem_euclid(a_second));
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    format!("{} {}", day(days), clock(of_day, rest, a_second))
}

/// A time of day as `10:00:01.250`.
pub(super) fn time_of_day(count: i64, a_second: i64) -> String {
    clock(
        count.div_euclid(a_second),
        count.rem_euclid(a_second),
        a_second,
    )
}

fn clock(seconds: i64, rest: i64, a_second: i64) -> String {
    let (minutes, hours) = (seconds / 60 % 60, seconds / 3600);
    let whole = format!("{hours:02}:{minutes:02}:{:02}", seconds % 60);
    let digits = match (rest, a_second) {
        (0, _) => return whole,
        (_, 1_000) => 3,
        (_, 1_000_000) => 6,
        _ => 9,
    };
    format!("{whole}.{rest:0digits$}")
}

/// A day as `2026-12-01`.
///
/// After Hinnant, "chrono-compatible low-level date algorithms" (2013).
pub(super) fn day(days: i64) -> String {
    let z = i128::from(days) + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = era * 400 + year_of_era + i128::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_dates() {
        assert_eq!(moment(0, 1_000), "1970-01-01 00:00:00");
        assert_eq!(moment(1_709_164_800_250, 1_000), "2024-02-29 00:00:00.250");
        assert_eq!(moment(-1, 1_000_000), "1969-12-31 23:59:59.999999");
        assert_eq!(
            time_of_day(36_001_000_000_001, 1_000_000_000),
            "10:00:01.000000001"
        );
        assert!(!moment(i64::MIN, 1_000).is_empty() && !day(i64::MAX).is_empty());
    }
}
