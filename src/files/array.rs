//! NumPy's arrays: `.npy`, and `.npz`, which is a zip archive of them.
//!
//! Read: floats of 2, 4 and 8 bytes, whole numbers of 1 … 8 bytes, truth values, of either byte
//! order, in C or Fortran order, and records whose fields are such numbers (one column a field).
//! Not read: complex numbers, long doubles, texts, times and pickled objects; each is refused by
//! the name of its type.

use npyz::{DType, NpyHeader, Order, TypeChar, TypeStr};

use super::archive::member;
pub use super::archive::{is_zip, members};
use super::array_cells::{read_cells, turned};
use super::fault::Faults;

/// The longest header that is looked at; NumPy itself stops at 10,000 characters.
const HEADER_MAX: usize = 1 << 20;
/// Brackets within each other in a header; those of records within records are few.
const DEPTH_MAX: u32 = 24;

const READ: &str = "f2, f4, f8, i1 … i8, u1 … u8 or ?";

/// An array as its file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayFile {
    /// Lengths of its sides.
    pub shape: Vec<u64>,
    /// Its type, as NumPy writes it.
    pub dtype: String,
    /// Names of the fields of records; empty for plain numbers.
    pub fields: Vec<String>,
    /// Its numbers, the last side fastest; of records, the field fastest.
    pub numbers: Vec<f64>,
    /// What is to be told.
    pub notes: Vec<String>,
}

/// Whether bytes begin like a `.npy` file.
#[must_use]
pub fn is_npy(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x93NUMPY")
}

/// Reads a `.npy` file, or of a `.npz` archive the named array, or the only one.
///
/// # Errors
/// When the bytes are no such file, or its type or shape are not read.
pub fn read(bytes: &[u8], name: Option<&str>) -> Result<ArrayFile, Faults> {
    if is_zip(bytes) {
        return read_archive(bytes, name);
    }
    if let Some(name) = name {
        let message = format!("it is one array without a name, expected no --array {name}");
        return Err(Faults::whole(message));
    }
    read_npy(bytes)
}

fn read_archive(bytes: &[u8], name: Option<&str>) -> Result<ArrayFile, Faults> {
    let all = members(bytes)?;
    let arrays: Vec<&str> = all
        .iter()
        .filter_map(|file| npyz::npz::array_name_from_file_name(file))
        .collect();
    let chosen = match (name, arrays.as_slice()) {
        (_, []) => {
            let message = "it is a zip archive without arrays (.npy), expected a .npz of NumPy";
            return Err(Faults::whole(message));
        }
        (None, [only]) => *only,
        (None, many) => {
            return Err(Faults::whole(format!(
                "the .npz archive holds {} arrays, expected one to be named: --array {}",
                many.len(),
                many.join(" | ")
            )));
        }
        (Some(name), many) => *many.iter().find(|own| **own == name).ok_or_else(|| {
            let known = many.join(", ");
            Faults::whole(format!(
                "the .npz archive holds no array {name:?}, expected one of: {known}"
            ))
        })?,
    };
    let inner = member(bytes, &npyz::npz::file_name_from_array_name(chosen))?;
    let mut array = read_npy(&inner)?;
    array
        .notes
        .push(format!("array {chosen:?} of the .npz archive"));
    Ok(array)
}

fn read_npy(bytes: &[u8]) -> Result<ArrayFile, Faults> {
    let bytes = mended(bytes)?;
    let mut rest = bytes.as_slice();
    let header = NpyHeader::from_reader(&mut rest).map_err(|error| header_fault(&error))?;
    let shape = header.shape().to_vec();
    let dtype = header.dtype();
    let text = dtype.descr();
    let fields = fields(&dtype, &text, &shape)?;
    let size: Option<u64> = dtype.num_bytes().map(|size| size as u64);
    let count = shape
        .iter()
        .try_fold(1u64, |product, side| product.checked_mul(*side));
    let needed = count
        .zip(size)
        .and_then(|(count, size)| count.checked_mul(size));
    let shown = shown_shape(&shape);
    let Some(needed) = needed.filter(|needed| *needed <= rest.len() as u64) else {
        return Err(Faults::whole(format!(
            "the .npy file says shape {shown} of {text}, which is more than the {} bytes of \
             numbers that it holds",
            rest.len()
        )));
    };
    if needed == 0 {
        let message = format!("the .npy file says shape {shown} of {text}, which holds no number");
        return Err(Faults::whole(message));
    }
    let data = &rest[..needed as usize];
    let count = count.unwrap_or(0) as usize;
    let mut numbers = vec![0.0; count * fields.len()];
    let size = size.unwrap_or(1) as usize;
    let (width, mut offset) = (fields.len(), 0);
    for (k, (_, kind)) in fields.iter().enumerate() {
        let cells = data
            .chunks_exact(size.max(1))
            .map(|record| &record[offset..]);
        read_cells(kind, cells, numbers.iter_mut().skip(k).step_by(width))?;
        offset += kind.num_bytes().unwrap_or(0);
    }
    if header.order() == Order::Fortran {
        numbers = turned(&numbers, &shape, width);
    }
    let plain = matches!(dtype, DType::Plain(_));
    let names = fields.into_iter().map(|(name, _)| name);
    Ok(ArrayFile {
        dtype: text,
        fields: if plain { Vec::new() } else { names.collect() },
        numbers,
        notes: Vec::new(),
        shape,
    })
}

/// What is wrong with a header, without a piece of it: the parser quotes all of what it was given.
fn header_fault(error: &std::io::Error) -> Faults {
    let text = error.to_string();
    let text = if text.starts_with("could not parse") {
        "no dictionary of Python, expected 'descr', 'fortran_order' and 'shape' in braces"
    } else {
        text.as_str()
    };
    Faults::whole(format!("the header of the .npy file: {text}"))
}

/// The bytes with a header that can be parsed: of known length, and without the `L` that Python 2
/// wrote behind long numbers.
fn mended(bytes: &[u8]) -> Result<Vec<u8>, Faults> {
    let cut = || Faults::whole("the .npy file is cut short within its header");
    if !is_npy(bytes) {
        let message = "these bytes do not begin like a .npy file, expected \\x93NUMPY";
        return Err(Faults::whole(message));
    }
    let (length, begin) = match bytes.get(6..) {
        Some([1, _, a, b, ..]) => (usize::from(u16::from_le_bytes([*a, *b])), 10),
        Some([2 | 3, _, a, b, c, d, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 12),
        Some([1..=3, ..]) | None | Some([]) => return Err(cut()),
        Some([other, ..]) => {
            let message = format!("version {other} of the .npy format, expected 1, 2 or 3");
            return Err(Faults::whole(message));
        }
    };
    if length > HEADER_MAX {
        return Err(Faults::whole(format!(
            "the header of the .npy file says that it is {length} bytes long, expected at most \
             {HEADER_MAX}"
        )));
    }
    let header = bytes.get(begin..begin + length).ok_or_else(cut)?;
    let mut own = bytes.to_vec();
    let (mut in_text, mut depth, mut deepest) = (false, 0u32, 0u32);
    for (k, byte) in header.iter().enumerate() {
        in_text ^= *byte == b'\'';
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
        let behind_digit = k > 0 && header[k - 1].is_ascii_digit();
        if *byte == b'L' && behind_digit && !in_text {
            own[begin + k] = b' ';
        }
    }
    if deepest > DEPTH_MAX {
        return Err(Faults::whole(format!(
            "the header of the .npy file has {deepest} brackets within each other, expected at \
             most {DEPTH_MAX}"
        )));
    }
    Ok(own)
}

/// The fields of a type, one without a name for plain numbers.
fn fields(dtype: &DType, text: &str, shape: &[u64]) -> Result<Vec<(String, TypeStr)>, Faults> {
    let shape = shown_shape(shape);
    match dtype {
        DType::Plain(kind) => {
            refuse_kind(kind, &format!("shape {shape}"))?;
            Ok(vec![(String::new(), kind.clone())])
        }
        DType::Record(list) => {
            let names: Vec<&str> = list.iter().map(|field| field.name.as_str()).collect();
            let names = names.join(", ");
            let field = |field: &npyz::Field| match &field.dtype {
                DType::Plain(kind) => {
                    let place = format!("field {:?} of the fields {names}", field.name);
                    refuse_kind(kind, &place)?;
                    Ok((field.name.clone(), kind.clone()))
                }
                _ => Err(Faults::whole(format!(
                    "the .npy file holds records of the fields {names}, of which {:?} is no \
                     number; expected {READ}",
                    field.name
                ))),
            };
            let fields: Result<Vec<_>, Faults> = list.iter().map(field).collect();
            let fields = fields?;
            if fields.is_empty() {
                return Err(Faults::whole("the .npy file holds records without fields"));
            }
            Ok(fields)
        }
        DType::Array(..) => Err(Faults::whole(format!(
            "the .npy file holds cells of type {text}, expected {READ}"
        ))),
    }
}

fn refuse_kind(kind: &TypeStr, place: &str) -> Result<(), Faults> {
    let (what, remedy) = match (kind.type_char(), kind.size_field()) {
        (TypeChar::Float, 2 | 4 | 8) | (TypeChar::Bool, 1) => return Ok(()),
        (TypeChar::Int | TypeChar::Uint, 1 | 2 | 4 | 8) => return Ok(()),
        (TypeChar::Float, _) => ("long doubles", "; astype(float) makes one of them"),
        (TypeChar::Complex, _) => (
            "complex numbers",
            "; save the real or imaginary part, the modulus or the phase",
        ),
        (TypeChar::Object, _) => (
            "pickled objects, which are never read",
            "; astype(float) makes numbers of them",
        ),
        (TypeChar::ByteStr | TypeChar::UnicodeStr, _) => ("texts", "; astype(float) reads them"),
        (TypeChar::TimeDelta | TypeChar::DateTime, _) => {
            ("times", "; astype(float) makes numbers of them")
        }
        _ => ("no numbers that are read", ""),
    };
    Err(Faults::whole(format!(
        "the .npy file ({place}) holds {what}: type '{kind}', expected {READ}{remedy}"
    )))
}

/// `(8, 3)`.
#[must_use]
pub fn shown_shape(shape: &[u64]) -> String {
    match shape {
        [only] => format!("({only},)"),
        many => {
            let sides: Vec<String> = many.iter().map(u64::to_string).collect();
            format!("({})", sides.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn npy(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn header(descr: &str, order: &str, shape: &str) -> String {
        format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n")
    }

    fn doubles(values: &[f64]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    #[test]
    fn types_orders_and_python_2_are_read() {
        let data = doubles(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let c = npy(&header("'<f8'", "False", "(2, 3)"), &data);
        let table = |bytes: &[u8]| read(bytes, None).unwrap().into_table().unwrap().table;
        assert_eq!(table(&c).numbers, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let fortran = npy(&header("'<f8'", "True", "(3L, 2L)"), &data);
        assert_eq!(table(&fortran).numbers, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        let big: Vec<u8> = [1i16, -2].iter().flat_map(|x| x.to_be_bytes()).collect();
        assert_eq!(
            table(&npy(&header("'>i2'", "False", "(2,)"), &big)).numbers,
            [1.0, -2.0]
        );
        let half = npy(&header("'<f2'", "False", "(1, 1)"), &[0x00, 0x3e]);
        assert_eq!(table(&half).numbers, [1.5]);
        let flags = npy(&header("'|b1'", "False", "(2,)"), &[1, 0]);
        assert_eq!(table(&flags).numbers, [1.0, 0.0]);
    }

    #[test]
    fn records_and_sides_of_units_become_columns() {
        let fields = "[('A', '<f8'), ('B', '<f8')]";
        let data = doubles(&[1.0, 2.0, 3.0, 4.0]);
        let found = read(&npy(&header(fields, "False", "(2,)"), &data), None).unwrap();
        let table = found.into_table().unwrap();
        assert_eq!(table.columns[1].name.as_deref(), Some("B"));
        assert_eq!(table.table.numbers, [1.0, 2.0, 3.0, 4.0]);
        let tensor = doubles(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        let found = read(&npy(&header("'<f8'", "False", "(2, 2, 2)"), &tensor), None).unwrap();
        let table = found.into_table().unwrap();
        assert_eq!(
            table.table.numbers,
            [0.0, 1.0, 4.0, 5.0, 2.0, 3.0, 6.0, 7.0]
        );
        assert!(
            table
                .notes
                .iter()
                .any(|note| note.contains("first unit fastest"))
        );
    }

    #[test]
    fn what_is_not_read_is_named_by_type_and_shape() {
        let refused = |descr: &str, shape: &str| {
            let bytes = npy(&header(descr, "False", shape), &[0; 64]);
            let found = read(&bytes, None).and_then(ArrayFile::into_table);
            found.unwrap_err().to_string()
        };
        assert!(refused("'<c16'", "(2,)").contains("type '<c16', expected f2"));
        assert!(refused("'<f16'", "(2,)").contains("astype(float)"));
        assert!(refused("'|O'", "(2,)").contains("'|O'"));
        assert!(refused("'<f8'", "(2, 2, 2, 1)").contains("(2, 2, 2, 1)"));
        assert!(refused("'<f8'", "(9000000000000000000, 9)").contains("more than the 64 bytes"));
        let broken = npy("{'descr': '<f8', 'shape", &[0; 64]);
        let broken = read(&broken, None).unwrap_err().to_string();
        assert!(broken.contains("no dictionary of Python"), "{broken}");
        assert!(!broken.contains("<f8"), "{broken}");
        let forged = b"\x93NUMPY\x02\x00\xff\xff\xff\xffabc".to_vec();
        let deep = npy(&"(".repeat(60_000), &[]);
        assert!(
            read(&deep, None)
                .unwrap_err()
                .to_string()
                .contains("brackets")
        );
        assert!(
            read(&forged, None)
                .unwrap_err()
                .to_string()
                .contains("bytes long")
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(
            text in "[{}'a-z_:,() <f8i124TrueFalsL]{0,90}",
            data in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let _ = read(&npy(&text, &data), None).and_then(ArrayFile::into_table);
            let mut zip = b"PK\x03\x04".to_vec();
            zip.extend(&data);
            let _ = read(&zip, None);
        }
    }
}
