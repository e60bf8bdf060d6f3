//! What a page says of itself: the few numbers of its header that decide how much is decoded.
//!
//! A header is a struct in Thrift's compact protocol (fields as type and distance to the one
//! before, whole numbers as zigzag varints); what is of no interest is passed over.

/// The kind of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    Data,
    Dictionary,
    Other,
}

/// A page's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageHead {
    pub kind: PageKind,
    /// Bytes of the page when it is decompressed.
    pub plain_bytes: i64,
    /// Bytes of the page in the file.
    pub stored_bytes: i64,
    /// Values of the page, with those that are missing.
    pub values: i64,
    /// Number of the encoding of its values.
    pub encoding: i64,
    /// Bytes of the header itself.
    pub length: usize,
}

/// Structs within structs that are followed at most.
const DEPTH: u32 = 16;

/// Reads the header that bytes begin with; none when they end before it does or are none.
pub(super) fn page_head(bytes: &[u8]) -> Option<PageHead> {
    let mut reader = Reader { bytes, at: 0 };
    let mut head = PageHead {
        kind: PageKind::Other,
        plain_bytes: -1,
        stored_bytes: -1,
        values: 0,
        encoding: -1,
        length: 0,
    };
    let mut field = 0;
    while let Some(kind) = reader.field(&mut field)? {
        match (field, kind) {
            (1, INT) => {
                head.kind = match reader.int()? {
                    0 | 3 => PageKind::Data,
                    2 => PageKind::Dictionary,
                    _ => PageKind::Other,
                }
            }
            (2, INT) => head.plain_bytes = reader.int()?,
            (3, INT) => head.stored_bytes = reader.int()?,
            (5 | 7, STRUCT) => reader.values(2, &mut head)?,
            (8, STRUCT) => reader.values(4, &mut head)?,
            (_, kind) => reader.skip(kind, DEPTH)?,
        }
    }
    head.length = reader.at;
    Some(head)
}

const INT: u8 = 5;
const STRUCT: u8 = 12;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn int(&mut self) -> Option<i64> {
        let raw = self.varint()?;
        Some((raw >> 1) as i64 ^ -((raw & 1) as i64))
    }

    /// The type of the next field, and its number; `Some(None)` at the end of the struct.
    fn field(&mut self, number: &mut i64) -> Option<Option<u8>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        *number = match byte >> 4 {
            0 => self.int()?,
            step => number.checked_add(i64::from(step))?,
        };
        Some(Some(byte & 0x0f))
    }

    /// The struct of a page of data or of a dictionary: its count of values, then its encoding.
    fn values(&mut self, encoding: i64, head: &mut PageHead) -> Option<()> {
        let mut field = 0;
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (1, INT) => head.values = self.int()?,
                (own, INT) if own == encoding => head.encoding = self.int()?,
                (_, kind) => self.skip(kind, DEPTH)?,
            }
        }
        Some(())
    }

    fn pass(&mut self, bytes: u64) -> Option<()> {
        let bytes = usize::try_from(bytes).ok()?;
        self.at = self
            .at
            .checked_add(bytes)
            .filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            // Truth values of fields stand in the type itself.
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(drop),
            7 => self.pass(8),
            8 => {
                let length = self.varint()?;
                self.pass(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = match head >> 4 {
                    15 => self.varint()?,
                    count => u64::from(count),
                };
                for _ in 0..count {
                    match head & 0x0f {
                        1 | 2 => self.pass(1)?,
                        kind => self.skip(kind, depth)?,
                    }
                }
                Some(())
            }
            STRUCT => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, depth)?;
                }
                Some(())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_and_counts_of_a_page_are_read() {
        // Type 0, 100 bytes, 60 in the file; 7 values in encoding 8; statistics that are passed
        // over.
        let bytes = [
            0x15, 0x00, 0x15, 0xc8, 0x01, 0x15, 0x78, 0x2c, 0x15, 0x0e, 0x15, 0x10, 0x15, 0x06,
            0x15, 0x06, 0x1c, 0x18, 0x02, 0xff, 0xff, 0x11, 0x00, 0x00, 0x00, 0xaa,
        ];
        let head = page_head(&bytes).unwrap();
        assert_eq!((head.plain_bytes, head.stored_bytes), (100, 60));
        assert_eq!((head.values, head.encoding), (7, 8));
        assert_eq!((head.kind, head.length), (PageKind::Data, bytes.len() - 1));
        assert!(page_head(&bytes[..12]).is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = page_head(&bytes);
        }
    }
}
