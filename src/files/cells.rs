//! Text → lines → cells.

use std::ops::Range;

/// How the cells of a line are told apart.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub enum Separator {
    /// Tabulators.
    Tab,
    /// Semicolons.
    Semicolon,
    /// Commas.
    Comma,
    /// Vertical bars.
    Bar,
    /// Blanks and tabulators, any number of them.
    Blanks,
}

impl Separator {
    /// In the order in which they are tried.
    pub const ALL: [Self; 5] = [
        Self::Tab,
        Self::Semicolon,
        Self::Comma,
        Self::Bar,
        Self::Blanks,
    ];

    /// As messages have it.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Tab => "tabs",
            Self::Semicolon => "semicolons",
            Self::Comma => "commas",
            Self::Bar => "bars",
            Self::Blanks => "blanks",
        }
    }

    fn byte(self) -> u8 {
        match self {
            Self::Tab => b'\t',
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Bar => b'|',
            Self::Blanks => b' ',
        }
    }
}

/// The lines of a text with their numbers, from 1. They end with a line feed, a carriage return or
/// both. A line end within double quotes belongs to the cell when `quotes` is set.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: u64,
    quotes: bool,
}

/// The longest stretch of text that an open quote may swallow.
const QUOTED_MAX: usize = 1 << 20;

impl<'a> Lines<'a> {
    /// The lines of a text.
    #[must_use]
    pub fn new(text: &'a str, quotes: bool) -> Self {
        Self {
            text,
            at: 0,
            number: 0,
            quotes: quotes && memchr::memchr(b'"', text.as_bytes()).is_some(),
        }
    }

    /// The offset behind the last line given.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    fn end_of_line(&self, from: usize) -> (usize, usize) {
        let rest = &self.text.as_bytes()[from..];
        match memchr::memchr2(b'\n', b'\r', rest) {
            None => (self.text.len(), self.text.len()),
            Some(k) => {
                let both = rest[k] == b'\r' && rest.get(k + 1) == Some(&b'\n');
                (from + k, from + k + if both { 2 } else { 1 })
            }
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u64, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        self.number += 1;
        let number = self.number;
        let (mut end, mut next) = self.end_of_line(start);
        if self.quotes {
            let odd = |part: &str| part.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
            let first = (end, next);
            let mut is_open = odd(&self.text[start..end]);
            let mut more = 0;
            while is_open && next < self.text.len() && next - start < QUOTED_MAX {
                let from = next;
                (end, next) = self.end_of_line(from);
                is_open ^= odd(&self.text[from..end]);
                more += 1;
            }
            if is_open {
                // A quote that is never closed is a character like others.
                (end, next) = first;
            } else {
                self.number += more;
            }
        }
        self.at = next;
        Some((number, &self.text[start..end]))
    }
}

/// Puts the places of a line's cells into `cells`, without the blanks around them.
pub fn split(line: &str, separator: Separator, cells: &mut Vec<Range<usize>>) {
    cells.clear();
    let bytes = line.as_bytes();
    if separator == Separator::Blanks {
        split_blanks(bytes, cells);
        return;
    }
    let byte = separator.byte();
    let mut start = 0;
    loop {
        let begin = skip_blanks(bytes, start, byte);
        let end = if bytes.get(begin) == Some(&b'"') {
            let close = closing(bytes, begin + 1);
            let rest = memchr::memchr(byte, &bytes[close.min(bytes.len())..]);
            rest.map_or(bytes.len(), |k| close + k)
        } else {
            memchr::memchr(byte, &bytes[start..]).map_or(bytes.len(), |k| start + k)
        };
        cells.push(trimmed(bytes, start..end, byte));
        if end >= bytes.len() {
            break;
        }
        start = end + 1;
    }
}

fn split_blanks(bytes: &[u8], cells: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b' ' | b'\t') {
            at += 1;
            continue;
        }
        let start = at;
        if bytes[at] == b'"' {
            at = closing(bytes, at + 1).min(bytes.len());
        }
        while at < bytes.len() && !matches!(bytes[at], b' ' | b'\t') {
            at += 1;
        }
        cells.push(start..at);
    }
}

/// Behind the quote that closes what begins at `from`.
fn closing(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(k) = bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) {
        at += k + 1;
        if bytes.get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
    // Never closed: the quote is a character like others.
    from
}

fn is_blank(byte: u8, separator: u8) -> bool {
    byte != separator && matches!(byte, b' ' | b'\t')
}

fn skip_blanks(bytes: &[u8], from: usize, separator: u8) -> usize {
    let blanks = bytes[from..]
        .iter()
        .take_while(|byte| is_blank(**byte, separator));
    from + blanks.count()
}

fn trimmed(bytes: &[u8], cell: Range<usize>, separator: u8) -> Range<usize> {
    let own = &bytes[cell.clone()];
    let left = own
        .iter()
        .take_while(|byte| is_blank(**byte, separator))
        .count();
    let right = own[left..]
        .iter()
        .rev()
        .take_while(|byte| is_blank(**byte, separator))
        .count();
    cell.start + left..cell.end - right
}

/// A cell without its quotes; a doubled quote within stands for one.
#[must_use]
pub fn unquoted(cell: &str) -> std::borrow::Cow<'_, str> {
    let inner = cell
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if inner.contains("\"\"") => inner.replace("\"\"", "\"").into(),
        Some(inner) => inner.into(),
        None => cell.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(line: &str, separator: Separator) -> Vec<String> {
        let mut places = Vec::new();
        split(line, separator, &mut places);
        places
            .into_iter()
            .map(|place| unquoted(&line[place]).into_owned())
            .collect()
    }

    #[test]
    fn lines_end_in_three_ways_and_go_on_within_quotes() {
        let lines: Vec<_> = Lines::new("a\r\nb\rc\n\"d\ne\",1\nf", true).collect();
        assert_eq!(
            lines,
            [(1, "a"), (2, "b"), (3, "c"), (4, "\"d\ne\",1"), (6, "f")]
        );
        let open: Vec<_> = Lines::new("5\" long\nb", true).collect();
        assert_eq!(open, [(1, "5\" long"), (2, "b")]);
    }

    #[test]
    fn cells_are_told_apart() {
        assert_eq!(
            cells(" 1 ,\"a, \"\"b\"\"\", ", Separator::Comma),
            ["1", "a, \"b\"", ""]
        );
        assert_eq!(cells("  1\t 2  ", Separator::Blanks), ["1", "2"]);
        assert_eq!(cells("1\t\t2", Separator::Tab), ["1", "", "2"]);
        assert_eq!(cells("\"a b\" c", Separator::Blanks), ["a b", "c"]);
        assert_eq!(cells("", Separator::Comma), [""]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_splitter(text in "[a\" ,\t;\r\n0-9.é]{0,40}") {
            for (_, line) in Lines::new(&text, true) {
                for separator in Separator::ALL {
                    let _ = cells(line, separator);
                }
            }
        }
    }
}
