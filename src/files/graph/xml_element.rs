//! The begin of an XML element: its name and attributes.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

/// The begin of an element.
#[derive(Debug)]
pub struct Element<'a> {
    start: BytesStart<'a>,
    /// Whether it ends at once.
    pub is_empty: bool,
    /// Whether it is of the root's namespace.
    pub is_own: bool,
    /// Its line, from 1.
    pub line: u64,
}

impl<'a> Element<'a> {
    /// An element of the root's namespace.
    #[must_use]
    pub fn new(start: BytesStart<'a>, is_empty: bool, line: u64) -> Self {
        Self {
            start,
            is_empty,
            is_own: true,
            line,
        }
    }

    /// Its tag.
    #[must_use]
    pub fn start(&self) -> &BytesStart<'a> {
        &self.start
    }

    /// Its name without a prefix.
    #[must_use]
    pub fn local(&self) -> &[u8] {
        self.start.local_name().into_inner()
    }

    /// Its name as it stands.
    #[must_use]
    pub fn name(&self) -> String {
        String::from_utf8_lossy(self.start.name().as_ref()).into_owned()
    }

    /// Calls `each` with the names and values of the attributes.
    ///
    /// # Errors
    /// With what is wrong with one of them.
    pub fn attributes<'s>(
        &'s self,
        mut each: impl FnMut(&'s [u8], Cow<'s, str>),
    ) -> Result<(), String> {
        let mut all = self.start.attributes();
        for attribute in all.with_checks(false) {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let plain = match &attribute.value {
                Cow::Borrowed(bytes) if !bytes.iter().any(needs_care) => std::str::from_utf8(bytes),
                _ => Ok(""),
            };
            let value = match plain {
                Ok(plain) if !plain.is_empty() => Cow::Borrowed(plain),
                _ => attribute
                    .normalized_value(XmlVersion::default())
                    .map_err(|error| format!("attribute {:?}: {error}", attribute.key))?,
            };
            each(attribute.key.into_inner(), value);
        }
        Ok(())
    }

    /// The values of some attributes.
    ///
    /// # Errors
    /// With what is wrong with an attribute, or that one of them stands twice.
    pub fn some<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<[Option<Cow<'_, str>>; N], String> {
        let mut found = [const { None }; N];
        let mut twice = None;
        self.attributes(|name, value| {
            let place = names.iter().position(|own| own.as_bytes() == name);
            if let Some(place) = place
                && let Some(free) = found.get_mut(place)
                && free.replace(value).is_some()
            {
                twice = names.get(place);
            }
        })?;
        match twice {
            Some(name) => Err(format!("attribute {name:?} stands twice, expected it once")),
            None => Ok(found),
        }
    }
}

/// Whether an attribute with this byte is not its own value.
fn needs_care(byte: &u8) -> bool {
    matches!(byte, b'&' | b'\t' | b'\r' | b'\n')
}
