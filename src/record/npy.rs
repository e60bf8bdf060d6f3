//! NumPy's `.npy` files: one array of numbers or truth values, of one or two dimensions.

use thiserror::Error;

/// The most numbers that are read, so that a broken header allocates nothing absurd.
const NUMBERS_MAX: usize = 1 << 28;

/// Why bytes are not a table.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NpyError {
    /// The first bytes are not those of the format.
    #[error("these bytes do not begin like a .npy file, expected \\x93NUMPY")]
    Magic,
    /// A version of the format that is not known.
    #[error("version {0} of the .npy format, expected 1, 2 or 3")]
    Version(u8),
    /// The header says something else than expected.
    #[error("the header of the .npy file: {0}")]
    Header(String),
    /// The file is shorter than its header says.
    #[error("the .npy file holds {found} bytes of numbers, its header says {expected}")]
    Short {
        /// Bytes behind the header.
        found: usize,
        /// Bytes that the shape and type ask for.
        expected: usize,
    },
}

/// A table of numbers, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Rows.
    pub rows: usize,
    /// Columns; a one-dimensional array has one.
    pub columns: usize,
    /// rows × columns numbers, row by row.
    pub numbers: Vec<f64>,
}

impl Table {
    /// The rows.
    pub fn iter_rows(&self) -> impl Iterator<Item = &[f64]> {
        // A chunk of 0 numbers does not exist; a table without columns has no numbers either.
        self.numbers.chunks_exact(self.columns.max(1))
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Float,
    Signed,
    Unsigned,
}

/// Reads an array of `f4`, `f8`, `i1` … `i8`, `u1` … `u8` or `?`, little- or big-endian, in C or
/// Fortran order.
///
/// # Errors
/// When the bytes are not such an array.
pub fn read_npy(bytes: &[u8]) -> Result<Table, NpyError> {
    let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or(NpyError::Magic)?;
    let [major, _minor, rest @ ..] = rest else {
        return Err(NpyError::Magic);
    };
    let (length, rest) = match (major, rest) {
        (1, [a, b, rest @ ..]) => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        (2 | 3, [a, b, c, d, rest @ ..]) => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest),
        (1..=3, _) => return Err(NpyError::Header("it is cut short".to_owned())),
        (other, _) => return Err(NpyError::Version(*other)),
    };
    let Some((header, data)) = rest.split_at_checked(length) else {
        return Err(NpyError::Header("it is cut short".to_owned()));
    };
    let header = String::from_utf8_lossy(header);
    let (kind, size, big) = number_type(&header)?;
    let fortran = match entry(&header, "fortran_order")? {
        text if text.starts_with("True") => true,
        text if text.starts_with("False") => false,
        text => {
            let message = format!("fortran_order is {}, expected True or False", shown(text));
            return Err(NpyError::Header(message));
        }
    };
    let (rows, columns) = shape(entry(&header, "shape")?)?;
    let count = rows.checked_mul(columns).filter(|n| *n <= NUMBERS_MAX);
    let Some(count) = count else {
        let message = format!("{rows} × {columns} numbers, expected at most {NUMBERS_MAX}");
        return Err(NpyError::Header(message));
    };
    let expected = count * size;
    let Some(data) = data.get(..expected) else {
        let found = data.len();
        return Err(NpyError::Short { found, expected });
    };
    let mut numbers: Vec<f64> = data
        .chunks_exact(size)
        .map(|raw| number(raw, kind, big))
        .collect();
    if fortran && rows > 1 && columns > 1 {
        let turned = (0..count).map(|k| numbers[(k % columns) * rows + k / columns]);
        numbers = turned.collect();
    }
    Ok(Table {
        rows,
        columns,
        numbers,
    })
}

/// What stands behind `'name':` in the header.
fn entry<'a>(header: &'a str, name: &str) -> Result<&'a str, NpyError> {
    let quoted = [format!("'{name}'"), format!("\"{name}\"")];
    let found = quoted.iter().find_map(|q| header.split_once(q.as_str()));
    let value = found.and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
    value
        .map(str::trim_start)
        .ok_or_else(|| NpyError::Header(format!("it has no {name}")))
}

fn shown(text: &str) -> String {
    text.chars().take(24).collect()
}

fn number_type(header: &str) -> Result<(Kind, usize, bool), NpyError> {
    let text = entry(header, "descr")?;
    let told = || {
        let message = format!(
            "its numbers are {}, expected f4, f8, i1 … i8, u1 … u8 or ?",
            shown(text)
        );
        NpyError::Header(message)
    };
    let inner = text.strip_prefix(['\'', '"']).ok_or_else(told)?;
    let inner = inner.split(['\'', '"']).next().unwrap_or_default();
    let big = inner.starts_with('>');
    let inner = inner.trim_start_matches(['<', '>', '=', '|']);
    match inner {
        "f8" => Ok((Kind::Float, 8, big)),
        "f4" => Ok((Kind::Float, 4, big)),
        "?" | "b1" => Ok((Kind::Unsigned, 1, big)),
        _ => {
            let size = match inner.get(1..) {
                Some("1") => 1,
                Some("2") => 2,
                Some("4") => 4,
                Some("8") => 8,
                _ => return Err(told()),
            };
            match inner.get(..1) {
                Some("i") => Ok((Kind::Signed, size, big)),
                Some("u") => Ok((Kind::Unsigned, size, big)),
                _ => Err(told()),
            }
        }
    }
}

fn number(raw: &[u8], kind: Kind, big: bool) -> f64 {
    let mut word = [0_u8; 8];
    for (k, byte) in raw.iter().enumerate() {
        let place = if big { raw.len() - 1 - k } else { k };
        word[place] = *byte;
    }
    let bits = u64::from_le_bytes(word);
    let unused = 64 - 8 * raw.len() as u32;
    match kind {
        Kind::Float if raw.len() == 4 => f64::from(f32::from_bits(bits as u32)),
        Kind::Float => f64::from_bits(bits),
        Kind::Signed => (((bits << unused) as i64) >> unused) as f64,
        Kind::Unsigned => bits as f64,
    }
}

fn shape(text: &str) -> Result<(usize, usize), NpyError> {
    let inner = text
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .map(|(inner, _)| inner);
    let sides: Option<Vec<usize>> = inner.and_then(|inner| {
        let parts = inner.split(',').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(|part| part.parse().ok()).collect()
    });
    match sides.as_deref() {
        Some([rows]) => Ok((*rows, 1)),
        Some([rows, columns]) => Ok((*rows, *columns)),
        _ => Err(NpyError::Header(format!(
            "its shape is {}, expected one or two sides",
            shown(text)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(descr: &str, order: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn arrays_of_every_type_and_order_are_read() {
        let floats: Vec<u8> = (0..6).flat_map(|k| f64::from(k).to_le_bytes()).collect();
        let c = read_npy(&file("<f8", "False", "(2, 3)", &floats)).unwrap();
        assert_eq!((c.rows, c.columns), (2, 3));
        assert_eq!(c.numbers, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let fortran = read_npy(&file("<f8", "True", "(2, 3)", &floats)).unwrap();
        assert_eq!(fortran.numbers, [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
        let big: Vec<u8> = (0..2)
            .flat_map(|k| (f64::from(k) - 0.5).to_be_bytes())
            .collect();
        assert_eq!(
            read_npy(&file(">f8", "False", "(2,)", &big))
                .unwrap()
                .numbers,
            [-0.5, 0.5]
        );
        let small = read_npy(&file("|i1", "False", "(2,)", &[255, 3])).unwrap();
        assert_eq!(small.numbers, [-1.0, 3.0]);
        let truth = read_npy(&file("|b1", "False", "(1, 2)", &[0, 1])).unwrap();
        assert_eq!(truth.iter_rows().next().unwrap(), [0.0, 1.0]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(read_npy(b"a,b\n1,2\n"), Err(NpyError::Magic));
        let short = read_npy(&file("<f8", "False", "(2, 3)", &[0; 40]));
        assert_eq!(
            short,
            Err(NpyError::Short {
                found: 40,
                expected: 48
            })
        );
        let huge = read_npy(&file("<f8", "False", "(99999999999, 99999999999)", &[]));
        assert!(huge.unwrap_err().to_string().contains("at most"));
        let strange = read_npy(&file("<c16", "False", "(2,)", &[0; 32]));
        assert!(strange.unwrap_err().to_string().contains("expected f4, f8"));
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_npy(&bytes);
            let mut headed = b"\x93NUMPY\x01\x00".to_vec();
            headed.extend(&bytes);
            let _ = read_npy(&headed);
        }

        #[test]
        fn no_header_breaks_the_reader(
            header in ".{0,120}", data in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
            bytes.extend((header.len() as u16).to_le_bytes());
            bytes.extend(header.as_bytes());
            bytes.extend(data);
            let _ = read_npy(&bytes);
        }
    }
}
