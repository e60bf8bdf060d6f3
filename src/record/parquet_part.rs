//! The schema of metrics.parquet, and the writing of one part file.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Stored};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result as Outcome};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type, TypePtr};
use serde_json::{Value, json};

use super::hashed::HashedFile;
use super::manifest::Manifest;
use super::row_block::RowBlock;
use super::rows::Columns;

/// Columns before those of metrics.
pub(super) const FIRST: [&str; 3] = ["tick", "t_s", "scope"];
/// The last column.
pub(super) const FLAGS: &str = "flags";

/// What every part file of a run has in common.
#[derive(Clone)]
pub(super) struct PartForm {
    schema: TypePtr,
    properties: Arc<WriterProperties>,
}

impl PartForm {
    /// The form of a run's parts: a column for each metric, and as metadata their units, names and
    /// meanings as JSON objects by column, and what the manifest says of the run.
    ///
    /// # Errors
    /// When the columns make no schema.
    pub fn new(columns: &Columns, manifest: &Manifest) -> io::Result<Self> {
        let by_column = |of: &dyn Fn(&str) -> Option<String>| -> String {
            let ids = FIRST
                .iter()
                .copied()
                .chain(columns.metrics().map(|own| own.id.as_str()));
            let fields = ids.filter_map(|id| Some((id.to_owned(), Value::from(of(id)?))));
            Value::Object(fields.collect()).to_string()
        };
        let metric = |id: &str| columns.metrics().find(|own| own.id.as_str() == id);
        let facts = [
            (
                "units",
                by_column(&|id| match id {
                    "t_s" => Some("s".to_owned()),
                    id => Some(metric(id)?.unit.to_owned()).filter(|unit| !unit.is_empty()),
                }),
            ),
            (
                "labels",
                by_column(&|id| Some(metric(id)?.label.to_string())),
            ),
            ("help", by_column(&|id| Some(metric(id)?.help.to_string()))),
            ("scene", manifest.scene.clone()),
            ("seed", manifest.seed.to_string()),
            ("scene_hash", manifest.scene_hash.clone()),
            ("tool", manifest.tool.clone()),
            (
                "run",
                json!({"started": manifest.started, "isa": manifest.isa}).to_string(),
            ),
        ];
        let facts = facts.map(|(key, value)| KeyValue::new(format!("phantomos.{key}"), value));
        let path = |name: &str| ColumnPath::new(vec![name.to_owned()]);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(manifest.tool.clone())
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true)
            .set_dictionary_enabled(false)
            .set_column_encoding(path("tick"), Encoding::DELTA_BINARY_PACKED)
            .set_column_statistics_enabled(path("tick"), EnabledStatistics::Chunk)
            .set_column_dictionary_enabled(path("scope"), true)
            .set_column_dictionary_enabled(path(FLAGS), true)
            .set_key_value_metadata(Some(facts.to_vec()));
        Ok(Self {
            schema: Arc::new(schema(columns).map_err(io::Error::other)?),
            properties: Arc::new(properties.build()),
        })
    }
}

fn schema(columns: &Columns) -> Outcome<Type> {
    let field = |name: &str, stored: Stored, is_nullable: bool| {
        let is_text = stored == Stored::BYTE_ARRAY;
        let field = Type::primitive_type_builder(name, stored)
            .with_repetition(match is_nullable {
                true => Repetition::OPTIONAL,
                false => Repetition::REQUIRED,
            })
            .with_logical_type(is_text.then_some(LogicalType::String))
            .build();
        field.map(Arc::new)
    };
    let [tick, t_s, scope] = FIRST;
    let mut fields = vec![
        field(tick, Stored::INT64, false)?,
        field(t_s, Stored::DOUBLE, false)?,
        field(scope, Stored::BYTE_ARRAY, false)?,
    ];
    for metric in columns.metrics() {
        fields.push(field(metric.id.as_str(), Stored::DOUBLE, true)?);
    }
    fields.push(field(FLAGS, Stored::BYTE_ARRAY, false)?);
    Type::group_type_builder("metrics")
        .with_fields(fields)
        .build()
}

/// A part file that is being written.
pub(super) struct PartFile {
    pub writer: SerializedFileWriter<HashedFile>,
    /// Rows so far.
    pub rows: u64,
}

impl PartFile {
    /// Begins a part.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(file: HashedFile, form: &PartForm) -> io::Result<Self> {
        let (schema, properties) = (form.schema.clone(), form.properties.clone());
        let writer = SerializedFileWriter::new(file, schema, properties);
        Ok(Self {
            writer: writer.map_err(plain)?,
            rows: 0,
        })
    }

    /// Adds rows as one row group.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn group(&mut self, blocks: &[RowBlock]) -> io::Result<()> {
        let rows: usize = blocks.iter().map(RowBlock::len).sum();
        self.rows += rows as u64;
        write_group(&mut self.writer, blocks).map_err(plain)
    }

    /// Ends the part; it is on the disk then.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(self) -> io::Result<HashedFile> {
        let mut file = self.writer.into_inner().map_err(plain)?;
        file.flush()?;
        file.sync()?;
        Ok(file)
    }
}

fn write_group(writer: &mut SerializedFileWriter<HashedFile>, blocks: &[RowBlock]) -> Outcome<()> {
    let mut group = writer.next_row_group()?;
    let (mut at, mut numbers, mut present) = (0, Vec::new(), Vec::new());
    while let Some(mut column) = group.next_column()? {
        match column.untyped() {
            ColumnWriter::Int64ColumnWriter(own) => {
                let ticks = blocks.iter().flat_map(|block| &block.ticks);
                let ticks: Vec<i64> = ticks.map(|tick| *tick as i64).collect();
                own.write_batch(&ticks, None, None)?;
            }
            ColumnWriter::DoubleColumnWriter(own) if at == 1 => {
                numbers.clear();
                blocks
                    .iter()
                    .for_each(|block| numbers.extend_from_slice(&block.times));
                own.write_batch(&numbers, None, None)?;
            }
            ColumnWriter::DoubleColumnWriter(own) => {
                numbers.clear();
                present.clear();
                for block in blocks {
                    let values = block
                        .values
                        .get(at - FIRST.len())
                        .map_or(&[][..], Vec::as_slice);
                    numbers.extend(values.iter().filter(|value| !value.is_nan()));
                    present.extend(values.iter().map(|value| i16::from(!value.is_nan())));
                }
                own.write_batch(&numbers, Some(&present), None)?;
            }
            ColumnWriter::ByteArrayColumnWriter(own) => {
                let mut texts: Vec<ByteArray> = Vec::new();
                for block in blocks {
                    texts.extend((0..block.len()).map(|row| {
                        ByteArray::from(match at {
                            2 => block.scope(row),
                            _ => block.flags(row),
                        })
                    }));
                }
                own.write_batch(&texts, None, None)?;
            }
            _ => return Err(ParquetError::General("a column of another type".to_owned())),
        }
        column.close()?;
        at += 1;
    }
    group.close().map(drop)
}

/// What the library failed by: mostly the file's own error, whose kind and words are kept.
pub(super) fn plain(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(own) => *own,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}
