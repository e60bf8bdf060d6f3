//! The table of a sweep's cells in columns: cells.parquet.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Stored};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use crate::registry::Metrics;

use super::plan::{TABLE_PARQUET, replace};
use super::table::Table;

/// The values of a column.
enum Cells {
    Whole(Vec<i64>),
    Texts(Vec<String>),
    Numbers(Vec<Option<f64>>),
}

impl Table {
    /// Its columns with their names, in the order of cells.csv. What is varied is a column of
    /// numbers where all its values are some, else of texts.
    fn cells(&self) -> Vec<(String, Cells)> {
        let whole = |of: &dyn Fn(&super::table::CellRow) -> u64| {
            // Seeds beyond 2⁶³ are told by the column's type, which is without a sign.
            Cells::Whole(self.rows.iter().map(|row| of(row) as i64).collect())
        };
        let texts = |of: &dyn Fn(&super::table::CellRow) -> String| {
            Cells::Texts(self.rows.iter().map(of).collect())
        };
        let mut all = vec![texts(&|row| row.id.clone()), whole(&|row| row.point as u64)];
        for axis in 0..self.axes.len() {
            let values = self
                .rows
                .iter()
                .map(|row| row.values.get(axis).map_or("", String::as_str));
            let values: Vec<&str> = values.collect();
            let numbers: Option<Vec<Option<f64>>> = values
                .iter()
                .map(|text| match *text {
                    "" => Some(None),
                    text => text.parse().ok().map(Some),
                })
                .collect();
            all.push(match numbers {
                Some(numbers) => Cells::Numbers(numbers),
                None => Cells::Texts(values.into_iter().map(str::to_owned).collect()),
            });
        }
        all.extend([
            whole(&|row| row.seed),
            texts(&|row| row.digest.clone()),
            texts(&|row| row.status.to_string()),
            whole(&|row| row.ticks),
        ]);
        if self.is_search() {
            all.push(Cells::Numbers(
                self.rows.iter().map(|row| row.objective).collect(),
            ));
        }
        for column in 0..self.columns.len() {
            let values = self
                .rows
                .iter()
                .map(|row| row.statistics.get(column).copied().flatten());
            all.push(Cells::Numbers(values.collect()));
        }
        self.head().into_iter().zip(all).collect()
    }

    /// Writes cells.parquet, at once: the columns of cells.csv, with their units as a JSON object
    /// by column in the metadata `phantomos.units`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_parquet(&self, sweep: &Path, metrics: &Metrics) -> io::Result<PathBuf> {
        let units = self.columns.iter().filter_map(|own| {
            let unit = own.take.unit(metrics.find(&own.metric)?.unit);
            (!unit.is_empty()).then(|| (own.to_string(), unit.into()))
        });
        let units = serde_json::Value::Object(units.collect()).to_string();
        let bytes = encoded(&self.cells(), units).map_err(io::Error::other)?;
        let path = sweep.join(TABLE_PARQUET);
        replace(&path, &bytes)?;
        Ok(path)
    }
}

fn field(name: &str, cells: &Cells) -> Result<TypePtr, ParquetError> {
    let (stored, logical, repetition) = match cells {
        Cells::Whole(_) => (
            Stored::INT64,
            Some(LogicalType::integer(64, false)),
            Repetition::REQUIRED,
        ),
        Cells::Texts(_) => (
            Stored::BYTE_ARRAY,
            Some(LogicalType::String),
            Repetition::REQUIRED,
        ),
        Cells::Numbers(_) => (Stored::DOUBLE, None, Repetition::OPTIONAL),
    };
    let field = Type::primitive_type_builder(name, stored)
        .with_repetition(repetition)
        .with_logical_type(logical);
    field.build().map(Arc::new)
}

fn encoded(columns: &[(String, Cells)], units: String) -> Result<Vec<u8>, ParquetError> {
    let fields: Result<Vec<TypePtr>, ParquetError> = columns
        .iter()
        .map(|(name, cells)| field(name, cells))
        .collect();
    let schema = Type::group_type_builder("cells")
        .with_fields(fields?)
        .build()?;
    let facts = vec![KeyValue::new("phantomos.units".to_owned(), units)];
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("phantomos ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(facts))
        .build();
    let (schema, properties) = (Arc::new(schema), Arc::new(properties));
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties)?;
    let mut group = writer.next_row_group()?;
    for (_, cells) in columns {
        let Some(mut column) = group.next_column()? else {
            break;
        };
        match (column.untyped(), cells) {
            (ColumnWriter::Int64ColumnWriter(own), Cells::Whole(values)) => {
                own.write_batch(values, None, None)?;
            }
            (ColumnWriter::ByteArrayColumnWriter(own), Cells::Texts(values)) => {
                let texts: Vec<ByteArray> = values
                    .iter()
                    .map(|text| ByteArray::from(text.as_str()))
                    .collect();
                own.write_batch(&texts, None, None)?;
            }
            (ColumnWriter::DoubleColumnWriter(own), Cells::Numbers(values)) => {
                let present: Vec<i16> = values.iter().map(|own| i16::from(own.is_some())).collect();
                let numbers: Vec<f64> = values.iter().copied().flatten().collect();
                own.write_batch(&numbers, Some(&present), None)?;
            }
            _ => return Err(ParquetError::General("a column of another type".to_owned())),
        }
        column.close()?;
    }
    group.close()?;
    writer.into_inner()
}

#[cfg(test)]
mod tests {
    use super::super::sample::table;
    use super::*;
    use crate::files::parquet::ParquetFile;

    #[test]
    fn columns_come_back_from_a_reader_of_parquet() {
        let folder = tempfile::tempdir().unwrap();
        let table = table(&[(0, "0.5", 1, Some(1.0)), (1, "2", u64::MAX, None)]);
        let path = table
            .write_parquet(folder.path(), &Metrics::default())
            .unwrap();
        let file = std::fs::File::open(path).unwrap();
        assert_eq!(ParquetFile::of_file(file).unwrap().groups(), 1);
    }
}
