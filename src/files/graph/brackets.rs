//! The data that NetworkX writes behind an edge of a list: a dictionary in Python's notation, as
//! `{'weight': 1.5, 'kind': 'road'}`.

/// Calls `each` with every key and value; values that are no texts are given as they are written.
///
/// # Errors
/// With what was found and what was expected.
pub fn entries(text: &str, mut each: impl FnMut(&str, &str)) -> Result<(), String> {
    let fault = |found: &str| {
        let found: String = found.chars().take(40).collect();
        Err(format!(
            "found {found:?}, expected data as {{'name': value, …}}"
        ))
    };
    let text = text.trim();
    let Some(inner) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    else {
        return fault(text);
    };
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let Some((key, behind)) = quoted(rest) else {
            return fault(rest);
        };
        let Some(value) = behind.trim_start().strip_prefix(':') else {
            return fault(behind);
        };
        let value = value.trim_start();
        let (value, behind) = match quoted(value) {
            Some(found) => found,
            None => value.split_at(end_of_value(value)),
        };
        each(key, value.trim());
        rest = behind.trim_start();
        if let Some(next) = rest.strip_prefix(',') {
            rest = next.trim_start();
        } else if !rest.is_empty() {
            return fault(rest);
        }
    }
    Ok(())
}

/// A text in single or double quotes, and what stands behind it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = &text[1..];
    let mut is_escaped = false;
    for (place, c) in inner.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return Some((&inner[..place], &inner[place + 1..])),
            _ => {}
        }
    }
    None
}

/// The end of a value that is no text: the next comma outside of brackets.
fn end_of_value(text: &str) -> usize {
    let mut depth = 0usize;
    for (place, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return place,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Vec<(String, String)>, String> {
        let mut list = Vec::new();
        entries(text, |key, value| {
            list.push((key.to_owned(), value.to_owned()))
        })?;
        Ok(list)
    }

    #[test]
    fn keys_and_values_are_read() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let found = read("{'weight': 1.5, \"kind\": 'a, b', 'at': (1, 2)}").unwrap();
        let expected = [
            pair("weight", "1.5"),
            pair("kind", "a, b"),
            pair("at", "(1, 2)"),
        ];
        assert_eq!(found, expected);
        assert_eq!(read("{}").unwrap(), []);
        assert!(read("{'a' 1}").is_err() && read("{'a': 1").is_err() && read("{a: 1}").is_err());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[{}'\":,a1 ()\\\\]{0,30}") {
            let _ = read(&text);
        }
    }
}
