//! Bytes → text: gzip, byte order marks, UTF-16, and the encoding that an XML document declares.

use std::io::Read;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;

use super::fault::Faults;

/// Bytes that a compressed file may hold without regard to its length.
const FREE_BYTES: u64 = 64 << 20;
/// How many times longer than the file its contents may be beyond that. Text shrinks some tenfold.
const GROWTH_MAX: u64 = 200;

/// A file after gzip is undone.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// Its name without `.gz`.
    pub name: String,
    /// Its contents.
    pub bytes: Vec<u8>,
    /// What is to be told of it.
    pub notes: Vec<String>,
}

/// Undoes gzip where the bytes begin like it.
///
/// # Errors
/// When the data are damaged or cut short, or grow out of all proportion.
pub fn unpack(name: &str, bytes: Vec<u8>) -> Result<Unpacked, Faults> {
    if !bytes.starts_with(b"\x1f\x8b") {
        return Ok(Unpacked {
            name: name.to_owned(),
            bytes,
            notes: Vec::new(),
        });
    }
    let most = FREE_BYTES + GROWTH_MAX * bytes.len() as u64;
    let mut inner = Vec::new();
    let read = MultiGzDecoder::new(bytes.as_slice())
        .take(most + 1)
        .read_to_end(&mut inner);
    if let Err(error) = read {
        let (found, got) = (bytes.len(), inner.len());
        return Err(Faults::whole(format!(
            "its gzip data are damaged or cut short after {got} bytes of contents ({error}; the \
             file has {found} bytes); expected a whole .gz file"
        )));
    }
    if inner.len() as u64 > most {
        return Err(Faults::whole(format!(
            "its gzip data hold more than {most} bytes, {GROWTH_MAX} times its own length; \
             expected a file that is compressed less, or the contents themselves"
        )));
    }
    let lower = name.to_ascii_lowercase();
    let bare = if lower.ends_with(".gz") {
        &name[..name.len() - 3]
    } else {
        name
    };
    Ok(Unpacked {
        name: bare.to_owned(),
        bytes: inner,
        notes: vec!["gzip undone".to_owned()],
    })
}

/// The text of a file, without a byte order mark, and its encoding when that is not UTF-8.
///
/// A byte order mark decides, then the `encoding` of an XML declaration, then whether the bytes are
/// UTF-8; what is none of these is read as Latin-1 (its superset windows-1252), which is told.
///
/// # Errors
/// When the bytes are no text.
pub fn decode(bytes: Vec<u8>) -> Result<(String, Option<String>), Faults> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        if encoding == UTF_8 {
            return match String::from_utf8(bytes) {
                Ok(text) => Ok((text[mark..].to_owned(), None)),
                Err(error) => Err(not_utf8(&error)),
            };
        }
        return whole(encoding, &bytes[mark..], encoding.name());
    }
    let declared = declared(&bytes);
    if let Some(name) = &declared
        && let Some(encoding) = Encoding::for_label(name.as_bytes())
        && encoding != UTF_8
        && encoding != UTF_16LE
        && encoding != UTF_16BE
    {
        return whole(encoding, &bytes, name);
    }
    if let Some(encoding) = bare_utf16(&bytes) {
        return whole(encoding, &bytes, encoding.name());
    }
    if let Some(place) = bytes.iter().position(|byte| *byte == 0) {
        return Err(Faults::whole(format!(
            "it is no text: byte {place} is 0; expected text, .npy or .npz"
        )));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, None)),
        Err(error) if declared.is_some() => Err(not_utf8(&error)),
        Err(error) => {
            let bytes = error.into_bytes();
            let name = "Latin-1 (windows-1252), since it is not UTF-8";
            whole(WINDOWS_1252, &bytes, name)
        }
    }
}

fn not_utf8(error: &std::string::FromUtf8Error) -> Faults {
    let at = error.utf8_error().valid_up_to();
    let before = &error.as_bytes()[..at];
    let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    Faults::at(
        line,
        0,
        format!("byte {at} is no UTF-8, which it says it is"),
    )
}

fn whole(
    encoding: &'static Encoding,
    bytes: &[u8],
    name: &str,
) -> Result<(String, Option<String>), Faults> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken {
        return Err(Faults::whole(format!("its bytes are no {name}")));
    }
    Ok((text.into_owned(), Some(name.to_owned())))
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(256)];
    let head: String = head.iter().map(|byte| char::from(*byte)).collect();
    let rest = head.trim_start().strip_prefix("<?xml")?;
    let declaration = rest.split_once("?>")?.0;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = value[1..].split(quote).next()?;
    Some(name.to_owned())
}

/// UTF-16 without a mark: of the first characters, which are ASCII, every second byte is 0.
fn bare_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(64)];
    if head.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).all(|byte| *byte == 0);
    match (zeros(0), zeros(1)) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn packed(contents: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(contents).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn gzip_is_undone_and_its_damage_named() {
        let whole = packed(b"0 1\n1 2\n");
        let opened = unpack("a.txt.gz", whole.clone()).unwrap();
        assert_eq!(
            (opened.name.as_str(), opened.bytes.as_slice()),
            ("a.txt", &b"0 1\n1 2\n"[..])
        );
        let cut = unpack("a.gz", whole[..whole.len() - 6].to_vec()).unwrap_err();
        assert!(
            cut.to_string()
                .contains("gzip data are damaged or cut short"),
            "{cut}"
        );
        let bomb = packed(&vec![0u8; 130 << 20]);
        let refused = unpack("b.gz", bomb).unwrap_err().to_string();
        assert!(refused.contains("times its own length"), "{refused}");
    }

    #[test]
    fn encodings_are_found_and_named() {
        let text = "<?xml version='1.0' encoding='ISO-8859-1'?>é";
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        assert_eq!(
            decode(latin).unwrap(),
            (text.to_owned(), Some("ISO-8859-1".to_owned()))
        );
        let wide = |mark: bool| {
            let units = "a,b\n1,é".encode_utf16();
            let mut bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
            if mark {
                bytes.splice(0..0, [0xff, 0xfe]);
            }
            bytes
        };
        assert_eq!(decode(wide(true)).unwrap().0, "a,b\n1,é");
        assert_eq!(
            decode(b"\xef\xbb\xbfa".to_vec()).unwrap(),
            ("a".to_owned(), None)
        );
        let told = decode(b"Fr\xe9d,1".to_vec()).unwrap();
        assert_eq!(told.0, "Fréd,1");
        assert!(told.1.unwrap().contains("not UTF-8"));
        assert!(
            decode(b"ab\0cd".to_vec())
                .unwrap_err()
                .to_string()
                .contains("no text")
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = decode(bytes.clone());
            let mut packed = b"\x1f\x8b".to_vec();
            packed.extend(bytes);
            let _ = unpack("a.gz", packed);
        }
    }
}
