//! `path=value` overrides: edits of a scene's text.

use super::text::{TextIndex, parent};

/// Puts `value`, as RON text, at `path`. A field that the text leaves to its default is inserted,
/// with the structs around it if need be. A number takes the place of the one in a variant that has
/// nothing else, as in `Constant(2.0)`. A path that ends in `[+]` puts one more element into a
/// list, in front of the others.
///
/// # Errors
/// With what was expected, when there is no such place.
pub fn apply(text: &str, path: &str, value: &str) -> Result<String, String> {
    if path.is_empty() {
        return Err("expected the path of a value, for example control.enabled".to_owned());
    }
    let index = TextIndex::scan(text);
    if let Some(list) = path.strip_suffix("[+]") {
        let Some(entry) = index.find(list) else {
            return apply(text, list, &format!("[{value}]"));
        };
        if !text[entry.value.clone()].starts_with('[') {
            let found = &text[entry.value.clone()];
            return Err(format!("{list} is {found} and no list"));
        }
        let mut out = text.to_owned();
        out.insert_str(entry.value.start + 1, &format!("{value}, "));
        return Ok(out);
    }
    if let Some(entry) = index.find(path) {
        let mut out = text.to_owned();
        let old = &text[entry.value.clone()];
        match lone_number(old).filter(|_| is_number(value)) {
            Some(inner) => {
                let start = entry.value.start + inner.start;
                out.replace_range(start..entry.value.start + inner.end, value);
            }
            None => out.replace_range(entry.value.clone(), value),
        }
        return Ok(out);
    }
    if path.ends_with(']') {
        return Err(no_element(&index, path));
    }
    let mut anchor = parent(path);
    let mut inserted = value.to_owned();
    let mut missing = last(path, anchor);
    while index.find(anchor).is_none() {
        if anchor.ends_with(']') {
            return Err(no_element(&index, anchor));
        }
        let around = parent(anchor);
        inserted = if is_map(anchor) {
            format!("{{{missing:?}: {inserted}}}")
        } else {
            format!("({missing}: {inserted})")
        };
        missing = last(anchor, around);
        anchor = around;
    }
    let entry = index.find(anchor).ok_or("the scene is empty")?;
    let open = text[entry.value.clone()].find(['(', '{']).ok_or_else(|| {
        let found = &text[entry.value.clone()];
        format!("{anchor} is {found} and has no field {missing}")
    })?;
    let mut out = text.to_owned();
    let at = entry.value.start + open + 1;
    if text[entry.value.start + open..].starts_with('{') {
        out.insert_str(at, &format!("{missing:?}: {inserted}, "));
    } else {
        out.insert_str(at, &format!("{missing}: {inserted}, "));
    }
    Ok(out)
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(f64::is_finite)
}

/// Where the number stands in a text like `Constant(2.0)`.
fn lone_number(text: &str) -> Option<std::ops::Range<usize>> {
    let open = text.find('(')?;
    let name = text[..open].trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let inner = text[open + 1..].strip_suffix(')')?;
    let number = inner.trim();
    let start = open + 1 + inner.find(number)?;
    (is_name && is_number(number)).then_some(start..start + number.len())
}

/// What is told of an element that a list does not have: how many it has.
fn no_element(index: &TextIndex, path: &str) -> String {
    let list = parent(path);
    let count = (0..)
        .take_while(|k| index.find(&format!("{list}[{k}]")).is_some())
        .count();
    let has = match count {
        0 => format!("{list} has none"),
        1 => format!("{list} has {list}[0] alone"),
        n => format!("{list} has {list}[0] to {list}[{}]", n - 1),
    };
    format!("the scene has no element {path}, {has}")
}

/// Whether what stands at a path is a map, whose keys are texts.
fn is_map(path: &str) -> bool {
    path.ends_with(".parameters")
}

fn last<'a>(path: &'a str, around: &str) -> &'a str {
    path[around.len()..].trim_start_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_replaced_or_inserted() {
        let text = "(a: 1, b: (c: 2), d: [(e: 3)])";
        assert_eq!(
            apply(text, "b.c", "7").unwrap(),
            "(a: 1, b: (c: 7), d: [(e: 3)])"
        );
        assert_eq!(
            apply(text, "b.x", "7").unwrap(),
            "(a: 1, b: (x: 7, c: 2), d: [(e: 3)])"
        );
        assert_eq!(
            apply(text, "p.q.r", "true").unwrap(),
            "(p: (q: (r: true)), a: 1, b: (c: 2), d: [(e: 3)])"
        );
        assert_eq!(
            apply(text, "d[0].f", "1").unwrap(),
            "(a: 1, b: (c: 2), d: [(f: 1, e: 3)])"
        );
        let own = r#"(m: Custom(name: "n", parameters: {"a": Uniform(low: 0)}))"#;
        assert_eq!(
            apply(own, "m.parameters.b", "2").unwrap(),
            r#"(m: Custom(name: "n", parameters: {"b": 2, "a": Uniform(low: 0)}))"#
        );
        assert_eq!(
            apply(own, "m.parameters.a.high", "2").unwrap(),
            r#"(m: Custom(name: "n", parameters: {"a": Uniform(high: 2, low: 0)}))"#
        );
        assert_eq!(
            apply(r#"(m: Custom(name: "n"))"#, "m.parameters.b", "2").unwrap(),
            r#"(m: Custom(parameters: {"b": 2}, name: "n"))"#
        );
        assert_eq!(
            apply(text, "d[+]", "(e: 4)").unwrap(),
            "(a: 1, b: (c: 2), d: [(e: 4), (e: 3)])"
        );
        assert_eq!(apply("(a: 1)", "b[+]", "2").unwrap(), "(b: [2], a: 1)");
        let constant = "(omega: Constant( 2.0 ), k: Normal(mean: 1, sd: 2))";
        assert_eq!(
            apply(constant, "omega", "3.5").unwrap(),
            "(omega: Constant( 3.5 ), k: Normal(mean: 1, sd: 2))"
        );
        assert_eq!(
            apply(constant, "omega", "Lorentz(1)").unwrap(),
            "(omega: Lorentz(1), k: Normal(mean: 1, sd: 2))"
        );
        assert!(apply(text, "a[+]", "1").unwrap_err().contains("no list"));
        assert!(
            apply(text, "d[1].e", "1")
                .unwrap_err()
                .contains("no element d[1]")
        );
        assert!(
            apply(text, "a.b", "1")
                .unwrap_err()
                .contains("has no field b")
        );
    }
}
