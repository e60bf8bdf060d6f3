//! GML text → keys, values and brackets.

use std::borrow::Cow;

/// The longest key.
const KEY_MAX: usize = 60;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub enum Token<'a> {
    /// A key, or a value without quotes.
    Word(&'a str),
    /// A value in quotes, without its entities.
    Text(Cow<'a, str>),
    /// `[`
    Open,
    /// `]`
    Close,
}

/// The tokens of a text. Lines that begin with `#` are remarks.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The line of the token that came last, from 1, and where that line begins.
    pub line: u64,
    line_start: usize,
    token_start: usize,
    counted: usize,
    newline: u8,
}

impl<'a> Tokens<'a> {
    /// The tokens of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let has_newline = memchr::memchr(b'\n', text.as_bytes()).is_some();
        Self {
            text,
            at: 0,
            line: 1,
            line_start: 0,
            token_start: 0,
            counted: 0,
            newline: if has_newline { b'\n' } else { b'\r' },
        }
    }

    /// The character of its line at which the last token begins, from 1.
    #[must_use]
    pub fn column(&self) -> u64 {
        let part = self.text.get(self.line_start..self.token_start);
        part.map_or(0, |part| part.chars().count() as u64 + 1)
    }

    fn mark(&mut self, start: usize) {
        let between = self
            .text
            .as_bytes()
            .get(self.counted..start)
            .unwrap_or_default();
        for k in memchr::memchr_iter(self.newline, between) {
            self.line += 1;
            self.line_start = self.counted + k + 1;
        }
        self.counted = start;
        self.token_start = start;
    }

    /// The next token; none at the end.
    ///
    /// # Errors
    /// When a text in quotes does not end.
    pub fn take(&mut self) -> Result<Option<Token<'a>>, String> {
        let bytes = self.text.as_bytes();
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let blanks = rest
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            self.at += blanks;
            if bytes.get(self.at) != Some(&b'#') {
                break;
            }
            let rest = bytes.get(self.at..).unwrap_or_default();
            self.at += memchr::memchr(self.newline, rest).unwrap_or(rest.len());
        }
        let start = self.at;
        self.mark(start);
        let Some(first) = bytes.get(start) else {
            return Ok(None);
        };
        let token = match first {
            b'[' => Token::Open,
            b']' => Token::Close,
            b'"' => {
                let rest = bytes.get(start + 1..).unwrap_or_default();
                let Some(length) = memchr::memchr(b'"', rest) else {
                    return Err("found a quote that is never closed".to_owned());
                };
                self.at = start + length + 2;
                let inner = self
                    .text
                    .get(start + 1..start + 1 + length)
                    .unwrap_or_default();
                return Ok(Some(Token::Text(unescaped(inner))));
            }
            _ => {
                let rest = bytes.get(start..).unwrap_or_default();
                let ends =
                    |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b'"');
                let length = rest.iter().position(ends).unwrap_or(rest.len());
                self.at = start + length;
                return Ok(Some(Token::Word(
                    self.text.get(start..self.at).unwrap_or_default(),
                )));
            }
        };
        self.at = start + 1;
        Ok(Some(token))
    }
}

/// Whether a word may be a key.
#[must_use]
pub fn is_key(word: &str) -> bool {
    let mut bytes = word.bytes();
    let first = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    first && word.len() <= KEY_MAX && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A text with its entities resolved; `&` that begins none stays.
fn unescaped(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, own) = rest.split_at(at);
        out.push_str(before);
        let end = own.bytes().take(12).position(|byte| byte == b';');
        let name = end.and_then(|end| own.get(1..end));
        let found = name.and_then(|name| match name {
            "quot" => Some('"'),
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            name => {
                let digits = name.strip_prefix('#')?;
                let code = match digits.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => digits.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (found, end) {
            (Some(found), Some(end)) => {
                out.push(found);
                rest = own.get(end + 1..).unwrap_or_default();
            }
            _ => {
                out.push('&');
                rest = own.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_their_lines_and_entities_are_resolved() {
        let mut tokens = Tokens::new("# r [\ngraph [\n a \"x &quot;y&quot; &#233; AT&T\" ]1");
        let mut found = Vec::new();
        while let Some(token) = tokens.take().unwrap() {
            found.push((tokens.line, tokens.column(), token));
        }
        let text = Token::Text("x \"y\" é AT&T".into());
        assert_eq!(
            found,
            [
                (2, 1, Token::Word("graph")),
                (2, 7, Token::Open),
                (3, 2, Token::Word("a")),
                (3, 4, text),
                (3, 34, Token::Close),
                (3, 35, Token::Word("1")),
            ]
        );
    }
}
