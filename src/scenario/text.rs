//! Where each path of a scene lies in its text.
//!
//! A scanner for RON's surface (structs, tuples, lists, maps, strings, numbers, comments) that
//! remembers the byte range of every value. It accepts whatever it can make sense of: RON's own
//! parser judges the text, this index only tells where things are.

use std::collections::BTreeMap;
use std::ops::Range;

/// Brackets within brackets that are followed; the parser refuses deeper ones.
const DEPTH_MAX: usize = 200;

/// A value in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path, for example `populations[1].count`.
    pub path: String,
    /// The bytes of the value.
    pub value: Range<usize>,
    /// The bytes of the whole entry: with its key, if it has one.
    pub whole: Range<usize>,
}

/// The values of a text, outer before inner.
#[derive(Clone, Debug, Default)]
pub struct TextIndex {
    entries: Vec<Entry>,
    /// The first entry of each path.
    places: BTreeMap<String, usize>,
}

impl TextIndex {
    /// Scans a text.
    #[must_use]
    pub fn scan(text: &str) -> Self {
        let mut scanner = Scanner::new(text, 0);
        scanner.attributes();
        let start = scanner.at;
        scanner.value(String::new(), start);
        let mut places = BTreeMap::new();
        for (k, entry) in scanner.entries.iter().enumerate() {
            places.entry(entry.path.clone()).or_insert(k);
        }
        Self {
            entries: scanner.entries,
            places,
        }
    }

    /// All entries, outer before inner and in the order of the text.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of exactly this path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Entry> {
        self.places.get(path).map(|at| &self.entries[*at])
    }

    /// The entry of this path or of the nearest one around it.
    #[must_use]
    pub fn nearest(&self, path: &str) -> Option<&Entry> {
        let mut path = path;
        loop {
            if let Some(entry) = self.find(path) {
                return Some(entry);
            }
            if path.is_empty() {
                return None;
            }
            path = parent(path);
        }
    }

    /// The innermost entry whose text holds the byte at `offset`.
    #[must_use]
    pub fn innermost(&self, offset: usize) -> Option<&Entry> {
        let smallest = |holds: &dyn Fn(&Range<usize>) -> bool| {
            let around = self.entries.iter().filter(|entry| holds(&entry.whole));
            around.min_by_key(|entry| entry.whole.len())
        };
        // A value that is missing altogether has no byte of its own: its border counts then.
        smallest(&|whole| whole.contains(&offset))
            .or_else(|| smallest(&|whole| whole.end == offset))
    }
}

/// The path around `path`; the empty path is the whole scene.
#[must_use]
pub fn parent(path: &str) -> &str {
    path.rfind(['.', '[']).map_or("", |at| &path[..at])
}

/// The first byte from `at` on that is neither a blank nor part of a comment.
#[must_use]
pub fn skip_blank(text: &str, at: usize) -> usize {
    let mut scanner = Scanner::new(text, at);
    scanner.blank();
    scanner.at
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    entries: Vec<Entry>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Self {
            bytes: text.as_bytes(),
            at,
            depth: 0,
            entries: Vec::new(),
        }
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn starts(&self, with: &[u8]) -> bool {
        self.bytes[self.at.min(self.bytes.len())..].starts_with(with)
    }

    fn blank(&mut self) {
        loop {
            if self.peek().is_ascii_whitespace() {
                self.at += 1;
            } else if self.starts(b"//") {
                while self.at < self.bytes.len() && self.peek() != b'\n' {
                    self.at += 1;
                }
            } else if self.starts(b"/*") {
                self.block_comment();
            } else {
                return;
            }
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.bytes.len() {
            if self.starts(b"/*") {
                depth += 1;
                self.at += 2;
            } else if self.starts(b"*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += 1;
            }
        }
    }

    fn attributes(&mut self) {
        self.blank();
        while self.starts(b"#!") {
            while self.at < self.bytes.len() && self.peek() != b']' {
                self.at += 1;
            }
            self.at += 1;
            self.blank();
        }
    }

    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        if self.starts(b"r#") {
            self.at += 2;
        }
        while self.peek().is_ascii_alphanumeric()
            || matches!(self.peek(), b'_' | b'.' | b'+' | b'-')
        {
            self.at += 1;
        }
        start..self.at
    }

    /// Whether a string without escapes begins here.
    fn starts_raw(&self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let marks = rest.iter().take_while(|byte| **byte == b'#').count();
        rest.get(marks) == Some(&b'"')
    }

    fn string(&mut self) {
        if self.peek() == b'r' {
            self.at += 1;
            let start = self.at;
            while self.peek() == b'#' {
                self.at += 1;
            }
            let mut close = vec![b'"'];
            close.extend(vec![b'#'; self.at - start]);
            self.at += 1;
            while self.at < self.bytes.len() && !self.starts(&close) {
                self.at += 1;
            }
            self.at = (self.at + close.len()).min(self.bytes.len());
            return;
        }
        let quote = self.peek();
        self.at += 1;
        while self.at < self.bytes.len() && self.peek() != quote {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.bytes.len());
    }

    fn value(&mut self, path: String, whole_start: usize) {
        self.blank();
        let start = self.at;
        let slot = self.entries.len();
        self.entries.push(Entry {
            path: path.clone(),
            value: start..start,
            whole: whole_start..start,
        });
        match self.peek() {
            b'"' | b'\'' => self.string(),
            b'r' if self.starts_raw() => self.string(),
            b'[' => self.items(&path, b']', false),
            b'{' => self.items(&path, b'}', false),
            b'(' => self.items(&path, b')', true),
            _ => {
                self.word();
                let end = self.at;
                self.blank();
                if self.peek() == b'(' {
                    self.items(&path, b')', true);
                } else {
                    self.at = end;
                }
            }
        }
        let end = self.at;
        self.entries[slot].value.end = end;
        self.entries[slot].whole.end = end;
    }

    /// The inside of brackets. In round ones a lone unnamed value has the path of its parent.
    fn items(&mut self, path: &str, close: u8, round: bool) {
        self.at += 1;
        if self.depth == DEPTH_MAX {
            return;
        }
        self.depth += 1;
        self.inside(path, close, round);
        self.depth -= 1;
    }

    fn inside(&mut self, path: &str, close: u8, round: bool) {
        let mut count = 0;
        let first = self.entries.len();
        loop {
            self.blank();
            if self.at >= self.bytes.len() {
                return;
            }
            if self.peek() == close {
                self.at += 1;
                break;
            }
            if matches!(self.peek(), b',' | b':' | b')' | b']' | b'}') {
                self.at += 1;
                continue;
            }
            let start = self.at;
            match self.key() {
                Some(key) => {
                    let dot = if path.is_empty() { "" } else { "." };
                    self.value(format!("{path}{dot}{key}"), start);
                }
                None => self.value(format!("{path}[{count}]"), start),
            }
            count += 1;
            if self.at == start {
                self.at += 1;
            }
        }
        if round && count == 1 && self.entries.len() > first {
            let inner = format!("{path}[0]");
            for entry in &mut self.entries[first..] {
                if let Some(rest) = entry.path.strip_prefix(&inner) {
                    entry.path = format!("{path}{rest}");
                }
            }
        }
    }

    /// `name:` ahead, consumed; nothing is consumed when there is none.
    fn key(&mut self) -> Option<String> {
        let start = self.at;
        if self.peek() == b'"' {
            self.string();
        } else {
            self.word();
        }
        let name = start..self.at;
        self.blank();
        if !name.is_empty() && self.peek() == b':' {
            self.at += 1;
            let text = String::from_utf8_lossy(&self.bytes[name]).into_owned();
            let plain = text.strip_prefix("r#").unwrap_or(&text);
            return Some(plain.trim_matches('"').to_owned());
        }
        self.at = start;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_lead_to_their_values() {
        let text = r###"#![enable(implicit_some)]
// a scene
(a: 1, b: [(c: "x, ] (", d: Pid(kp: 2.5)), Off], e: Constant(0.5), f: Shares([1, 2]),
 /* g: (no), */ r#g: (1, 2), h: {"k": 3}, i: r##"), "#"##, j: 4)"###;
        let index = TextIndex::scan(text);
        let at = |path: &str| &text[index.find(path).unwrap().value.clone()];
        assert_eq!(at("a"), "1");
        assert_eq!(at("b[0].c"), "\"x, ] (\"");
        assert_eq!(at("b[0].d.kp"), "2.5");
        assert_eq!(at("b[1]"), "Off");
        assert_eq!(at("e"), "Constant(0.5)");
        assert_eq!(at("f[1]"), "2");
        assert_eq!(at("g[1]"), "2");
        assert_eq!(at("h.k"), "3");
        assert_eq!(at("j"), "4");
        assert_eq!(index.nearest("b[0].d.ki").unwrap().path, "b[0].d");
        assert_eq!(
            index.innermost(text.find("2.5").unwrap()).unwrap().path,
            "b[0].d.kp"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_scanner_panic_or_hang(text in "[a-c0-9:,()\\[\\]{}\"'r#/* \\\\é\n]{0,80}") {
            let index = TextIndex::scan(&text);
            for entry in &index.entries {
                prop_assert!(entry.value.end <= text.len());
                prop_assert!(entry.value.start <= entry.value.end);
            }
        }
    }
}
