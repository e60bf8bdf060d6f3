//! Parquet as the common writers have it, and as nobody should.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::DoubleType;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use super::super::table::{TableQuestion, read as read_table};
use super::super::table_file::TableFile;
use super::super::{Faults, source};

fn fixture(name: &str) -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/files/parquet");
    own.join(name)
}

fn read_bytes(bytes: Vec<u8>) -> Result<TableFile, Faults> {
    read_table("a.parquet", bytes, &TableQuestion::default())
}

fn read(name: &str) -> Result<TableFile, Faults> {
    read_bytes(source::read(&fixture(name)).unwrap())
}

fn refused(name: &str) -> String {
    read(name).unwrap_err().to_string()
}

#[test]
fn every_compression_gives_the_same_table_as_the_text() {
    let text = read_table(
        "a.csv",
        std::fs::read(fixture("plain.csv")).unwrap(),
        &TableQuestion::default(),
    );
    let text = text.unwrap();
    for name in ["none", "snappy", "lz4", "v2_delta"] {
        let found = read(&format!("{name}.parquet")).unwrap();
        let names = |own: &TableFile| -> Vec<String> {
            own.columns.iter().map(|column| column.shown()).collect()
        };
        assert_eq!(names(&found), names(&text), "{name}");
        let bits = |own: &TableFile| -> Vec<u64> {
            own.table.numbers.iter().map(|x| x.to_bits()).collect()
        };
        assert_eq!(bits(&found), bits(&text), "{name}");
        assert_eq!(found.missing.1, text.missing.1, "{name}");
        assert_eq!(found.labels, text.labels, "{name}");
        assert_eq!(found.texts, text.texts, "{name}");
    }
}

#[test]
fn the_older_form_of_lz4_is_read() {
    let schema = "message m { required double x; optional double y; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::LZ4)
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for levels in [None, Some([1, 0, 1, 0].as_slice())] {
        let values = if levels.is_some() {
            &[5.0, 7.0][..]
        } else {
            &[1.0, 2.0, 3.0, 4.0]
        };
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<DoubleType>()
            .write_batch(values, levels, None)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    let found = read_bytes(writer.into_inner().unwrap()).unwrap();
    assert_eq!(found.table.numbers[..3], [1.0, 5.0, 2.0]);
    assert_eq!(found.missing, (vec![(2, 2), (4, 2)], 2));
}

#[test]
fn types_are_read_as_a_text_would_have_them() {
    let found = read("types.parquet").unwrap();
    let column = |name: &str| -> Vec<f64> {
        let at = found
            .columns
            .iter()
            .position(|own| own.name.as_deref() == Some(name));
        found.table.column(at.unwrap()).collect()
    };
    assert_eq!(column("bool")[..2], [1.0, 0.0]);
    assert_eq!(column("u8")[..2], [255.0, 0.0]);
    assert_eq!(column("u64")[0], u64::MAX as f64);
    assert_eq!(column("i8")[..2], [-128.0, 127.0]);
    assert_eq!(column("half")[..2], [1.5, -0.25]);
    assert_eq!(column("single")[0], f64::from(0.1_f32));
    assert_eq!(column("decimal")[..2], [123.45, -0.01]);
    assert_eq!(column("decimal_wide")[..2], [123.45, -0.01]);
    assert_eq!(column("digits")[..2], [0.5, 2.0]);
    assert!(column("i8")[2].is_nan(), "a null is missing");
    let text = |name: &str| {
        let own = found
            .texts
            .iter()
            .find(|(own, _)| own.name.as_deref() == Some(name));
        own.unwrap().1.clone()
    };
    assert_eq!(text("moment_ms"), "2024-02-29 12:00:00.250");
    assert_eq!(text("moment_ns"), "2024-02-29 12:00:00.250000001");
    assert_eq!(text("day"), "2024-02-29");
    assert_eq!(text("time"), "10:00:01.000001");
    assert_eq!(text("name"), "ä,\"b\"");
    let old = read("int96.parquet").unwrap();
    assert_eq!(old.texts[0].1, "2024-02-29 12:00:00.250000000");
}

#[test]
fn what_is_not_read_is_refused_with_what_to_do() {
    for codec in ["zstd", "gzip", "brotli"] {
        let said = refused(&format!("{codec}.parquet"));
        assert!(said.contains(&codec.to_uppercase()), "{said}");
        assert!(said.contains("compression=\"snappy\""), "{said}");
    }
    let said = refused("nested.parquet");
    assert!(
        said.contains("nested") && said.contains("--columns"),
        "{said}"
    );
    let wanted = ["x".to_owned()];
    let asked = TableQuestion {
        columns: &wanted,
        ..TableQuestion::default()
    };
    let bytes = std::fs::read(fixture("nested.parquet")).unwrap();
    let found = read_table("nested.parquet", bytes, &asked).unwrap();
    assert_eq!(found.table.numbers, [1.0, 2.0]);
    let said = refused("mixed.parquet");
    assert!(
        said.contains("row 3 of column 1 \"a\" is \"x\", expected a number"),
        "{said}"
    );
}

#[test]
fn a_directory_of_parts_is_one_table() {
    let home = tempfile::tempdir().unwrap();
    for (part, name) in [("part-0.parquet", "snappy"), ("part-1.parquet", "none")] {
        let from = fixture(&format!("{name}.parquet"));
        std::fs::copy(from, home.path().join(part)).unwrap();
    }
    std::fs::write(home.path().join("_SUCCESS.parquet"), "not a part").unwrap();
    assert!(source::is_parts(home.path()));
    let found = read_bytes(source::read(home.path()).unwrap()).unwrap();
    let single = read("snappy.parquet").unwrap();
    assert_eq!(found.table.rows, 2 * single.table.rows);
    std::fs::copy(fixture("types.parquet"), home.path().join("part-2.parquet")).unwrap();
    let said = source::read(home.path()).unwrap_err().to_string();
    assert!(
        said.contains("part-2.parquet") && said.contains("other columns"),
        "{said}"
    );
    let empty = tempfile::tempdir().unwrap();
    assert!(
        source::read(empty.path())
            .unwrap_err()
            .to_string()
            .contains("no part files")
    );
}

#[test]
fn a_torn_file_is_refused_at_every_length() {
    let whole = std::fs::read(fixture("snappy.parquet")).unwrap();
    for length in (4..whole.len()).step_by(7) {
        let said = read_bytes(whole[..length].to_vec())
            .unwrap_err()
            .to_string();
        assert!(said.contains("damaged or cut short"), "{length}: {said}");
    }
}

#[test]
fn forged_bytes_give_an_error_or_a_table_and_never_much_memory() {
    for name in ["snappy", "lz4", "v2_delta", "types"] {
        let whole = std::fs::read(fixture(&format!("{name}.parquet"))).unwrap();
        for at in 0..whole.len() {
            for byte in [0x00, 0x7f, 0xff] {
                let mut forged = whole.clone();
                forged[at] = byte;
                let _ = read_bytes(forged);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_break_the_reader(
        marks in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = std::fs::read(fixture("lz4.parquet")).unwrap();
        for (at, byte) in marks {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read_bytes(bytes);
    }
}
