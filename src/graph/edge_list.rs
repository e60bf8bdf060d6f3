//! Edge lists as text: `source target [weight [delay]]` a line, by blanks or commas; `#` begins a
//! comment.

use thiserror::Error;

/// An edge of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgeRecord {
    /// Where it comes from.
    pub source: u64,
    /// Where it leads.
    pub target: u64,
    /// Its weight; 1 when the list gives none.
    pub weight: f64,
    /// How long what the source shows is under way, s; 0 when the list gives none.
    pub delay_s: f64,
}

/// What is wrong with a line.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {line}: {}expected {expected}", shown(found.as_deref()))]
pub struct EdgeListError {
    /// The line, from 1.
    pub line: usize,
    /// What stands there; not told of a text that has no edge before it, since it may be no edge
    /// list.
    pub found: Option<String>,
    /// What should.
    pub expected: &'static str,
}

fn shown(found: Option<&str>) -> String {
    found.map_or(String::new(), |found| format!("found {found:?}, "))
}

/// Characters of a line that a message shows at most.
const SHOWN: usize = 60;

/// Reads an edge list. Lines end with a line feed, a carriage return, or both.
///
/// # Errors
/// With the first line that is not an edge.
pub fn parse(text: &str) -> Result<Vec<EdgeRecord>, EdgeListError> {
    let mut edges = Vec::new();
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    for (k, line) in text.split(['\n', '\r']).enumerate() {
        let content = line.split('#').next().unwrap_or_default();
        let is_list = !edges.is_empty();
        let fault = |found: &str, expected: &'static str| EdgeListError {
            line: k + 1,
            found: is_list.then(|| found.chars().take(SHOWN).collect()),
            expected,
        };
        let parts: Vec<&str> = content.split(',').collect();
        if parts.len() > 1 && parts.iter().any(|part| part.trim().is_empty()) {
            return Err(fault(
                content.trim(),
                "a number on both sides of each comma",
            ));
        }
        let cells: Vec<&str> = parts
            .iter()
            .flat_map(|own| own.split_whitespace())
            .collect();
        let number = |cell: &str| {
            cell.parse()
                .map_err(|_| fault(cell, "the number of a vertex"))
        };
        match cells.as_slice() {
            [] => {}
            [source, target, rest @ ..] if rest.len() <= 2 => {
                let finite = |at: usize, absent: f64, expected| match rest.get(at) {
                    None => Ok(absent),
                    Some(cell) => {
                        let number = cell.parse().ok().filter(|x: &f64| x.is_finite());
                        number.ok_or_else(|| fault(cell, expected))
                    }
                };
                edges.push(EdgeRecord {
                    source: number(source)?,
                    target: number(target)?,
                    weight: finite(0, 1.0, "a finite weight")?,
                    delay_s: finite(1, 0.0, "a finite delay")?,
                });
            }
            _ => {
                return Err(fault(
                    content.trim(),
                    "source, target and perhaps a weight and a delay",
                ));
            }
        }
    }
    Ok(edges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_read_or_named() {
        let edges = parse("# a ring\n0 1\n1,2, 0.5 # half\n\n").unwrap();
        assert_eq!(edges.len(), 2);
        assert_eq!((edges[1].weight, edges[1].delay_s), (0.5, 0.0));
        assert_eq!(parse("0 1 2 0.3").unwrap()[0].delay_s, 0.3);
        assert!(parse("0 1 2 0.3 4").is_err());
        let error = parse("0 1\n1 x\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: found \"x\", expected the number of a vertex"
        );
        assert!(parse("0\n").is_err());
        assert!(parse("0 1 inf\n").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _ = parse(&text);
        }
    }
}
