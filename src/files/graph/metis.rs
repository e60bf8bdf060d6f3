//! METIS graphs (`.graph`; Karypis and Kumar, METIS manual 5.1, section 4.1.1): undirected, a line
//! of neighbours for each vertex, numbered from 1.
//!
//! Every edge stands in the lines of both its ends and is given once. Weights and sizes of vertices
//! are passed over.

use crate::base::cancel::Cancel;

use super::super::cells::Lines;
use super::super::fault::{Faults, shown};
use super::super::number::{Decimal, number};
use super::data::{Direction, GraphFile, Names};
use super::edge_data::EdgeData;
use super::format::GraphFormat;
use super::sizes::vertex;
use super::xml::STOPPED;

/// Lines between two looks at whether somebody asks to stop.
const PIECES: u64 = 4096;
/// Lines of neighbours that are looked at to tell the format.
const LOOKED_AT: usize = 50;

/// The first line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Header {
    line: u64,
    vertices: u64,
    edges: u64,
    /// Whether vertices have a size, how many weights they have, and whether edges have weights.
    has_size: bool,
    vertex_weights: usize,
    has_weights: bool,
}

fn header(line: u64, text: &str) -> Result<Header, String> {
    let words: Vec<&str> = text.split_whitespace().take(5).collect();
    let wrong = || {
        format!(
            "the first line is {}, expected the numbers of vertices and of edges, and perhaps the \
             format (000 to 111) and the number of weights of a vertex",
            shown(text)
        )
    };
    let whole = |k: usize| words.get(k).and_then(|word| word.parse::<u64>().ok());
    let (Some(vertices), Some(edges), true) = (whole(0), whole(1), words.len() <= 4) else {
        return Err(wrong());
    };
    let format = words.get(2).copied().unwrap_or("0");
    if format.len() > 3 || !format.bytes().all(|digit| matches!(digit, b'0' | b'1')) {
        return Err(wrong());
    }
    let digit = |k: usize| format.bytes().rev().nth(k) == Some(b'1');
    let own = if words.len() > 3 {
        whole(3).ok_or_else(wrong)?
    } else {
        1
    };
    let own = usize::try_from(own).map_err(|_| wrong())?;
    Ok(Header {
        line,
        vertices,
        edges,
        has_size: digit(2),
        vertex_weights: if digit(1) { own } else { 0 },
        has_weights: digit(0),
    })
}

/// The lines that are no remarks.
fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    Lines::new(text, false).filter(|(_, line)| !line.trim_start().starts_with('%'))
}

/// Whether a text has a first line as METIS has it, and as many lines of whole numbers behind it.
#[must_use]
pub fn is_metis(text: &str) -> bool {
    let mut lines = lines(text);
    let Some(Ok(header)) = lines.next().map(|(line, own)| header(line, own)) else {
        return false;
    };
    let (mut count, mut last) = (0u64, 0u64);
    for (k, (_, line)) in lines.enumerate() {
        count += 1;
        if !line.trim().is_empty() {
            last = count;
        }
        let is_whole = |word: &str| word.parse::<u64>().is_ok();
        if k < LOOKED_AT && !line.split_whitespace().all(is_whole) || last > header.vertices {
            return false;
        }
    }
    count >= header.vertices
}

/// An edge as it stands in the line of one of its ends, the lower end first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Half {
    ends: [u32; 2],
    line: u32,
    weight: f64,
}

#[derive(Default)]
struct Halves {
    faults: Faults,
    /// Those in the lines of the lower ends, and of the upper.
    lower: Vec<Half>,
    upper: Vec<Half>,
}

/// Reads a graph.
///
/// # Errors
/// With all that is wrong.
pub fn parse(text: &str, cancel: &Cancel) -> Result<GraphFile, Faults> {
    let mut lines = lines(text);
    let Some((line, first)) = lines.find(|(_, line)| !line.trim().is_empty()) else {
        return Err(Faults::whole("it is empty, expected a graph of METIS"));
    };
    let head = header(line, first).map_err(|message| Faults::at(line, 0, message))?;
    let mut halves = Halves::default();
    let (mut vertices, mut beyond) = (0u64, 0u64);
    for (line, own) in lines {
        if line % PIECES == 0 && cancel.is_requested() {
            return Err(Faults::whole(STOPPED));
        }
        if vertices == head.vertices {
            if !own.trim().is_empty() {
                beyond += 1;
                if beyond == 1 {
                    let message = format!(
                        "found a line behind those of all {vertices} vertices, expected none"
                    );
                    halves.faults.add(line, 0, message);
                }
            }
            continue;
        }
        if let Err(message) = halves.take(&head, vertices, line, own) {
            halves.faults.add(line, 0, message);
        }
        vertices += 1;
    }
    if cancel.is_requested() {
        return Err(Faults::whole(STOPPED));
    }
    if vertices < head.vertices {
        let message = format!(
            "it says that there are {} vertices, found lines of {vertices}",
            head.vertices
        );
        halves.faults.add(head.line, 0, message);
        return Err(halves.faults);
    }
    halves.finish(&head)
}

impl Halves {
    fn take(&mut self, head: &Header, own: u64, line: u64, text: &str) -> Result<(), String> {
        let mut words = text.split_whitespace();
        let passed = head
            .vertex_weights
            .saturating_add(usize::from(head.has_size));
        for k in 0..passed {
            let word = words.next();
            if word.and_then(|word| number(word, Decimal::Point)).is_none() {
                return Err(format!(
                    "the size or weight {} of the vertex is {}, expected a number",
                    k + 1,
                    shown(word.unwrap_or_default())
                ));
            }
        }
        let own = u32::try_from(own).map_err(|_| "too many vertices")?;
        while let Some(word) = words.next() {
            let other = vertex(word, head.vertices)?;
            let mut weight = 1.0;
            if head.has_weights {
                let word = words.next().unwrap_or_default();
                weight = number(word, Decimal::Point).ok_or_else(|| {
                    format!(
                        "the weight of an edge is {}, expected a number",
                        shown(word)
                    )
                })?;
            }
            let half = Half {
                ends: [own.min(other), own.max(other)],
                line: u32::try_from(line).unwrap_or(u32::MAX),
                weight,
            };
            match own.cmp(&other) {
                std::cmp::Ordering::Less => self.lower.push(half),
                std::cmp::Ordering::Greater => self.upper.push(half),
                std::cmp::Ordering::Equal => {
                    return Err(format!(
                        "vertex {} names itself, and a graph of METIS has no loops",
                        own + 1
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether each edge stands in both lines, once and with one weight.
    fn check(&mut self) {
        let by_ends = |a: &Half, b: &Half| a.ends.cmp(&b.ends);
        self.upper.sort_by(by_ends);
        let mut lower = self.lower.clone();
        lower.sort_by(by_ends);
        let (mut a, mut b) = (lower.iter().peekable(), self.upper.iter().peekable());
        let mut before = None;
        loop {
            let order = match (a.peek(), b.peek()) {
                (None, None) => break,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(one), Some(two)) => one.ends.cmp(&two.ends),
            };
            let (one, two) = match order {
                std::cmp::Ordering::Less => (a.next(), None),
                std::cmp::Ordering::Greater => (b.next(), None),
                std::cmp::Ordering::Equal => (a.next(), b.next()),
            };
            let Some(one) = one else {
                break;
            };
            let [u, v] = one.ends.map(|end| u64::from(end) + 1);
            let line = u64::from(one.line);
            match two {
                None if before == Some(one.ends) => {
                    self.faults.add(
                        line,
                        0,
                        format!("the edge {u}–{v} stands twice in this line"),
                    );
                }
                None => {
                    let (own, other) = if order.is_lt() { (u, v) } else { (v, u) };
                    let message = format!(
                        "vertex {own} names {other}, and the line of {other} does not name {own}"
                    );
                    self.faults.add(line, 0, message);
                }
                Some(_) if before == Some(one.ends) => {
                    self.faults.add(
                        line,
                        0,
                        format!("the edge {u}–{v} stands twice in this line"),
                    );
                }
                Some(two) if two.weight != one.weight => {
                    let message = format!(
                        "the edge {u}–{v} weighs {} here and {} in line {}",
                        one.weight, two.weight, two.line
                    );
                    self.faults.add(line, 0, message);
                }
                Some(_) => {}
            }
            before = Some(one.ends);
        }
    }

    fn finish(mut self, head: &Header) -> Result<GraphFile, Faults> {
        self.check();
        let found = self.lower.len();
        if self.faults.is_empty() && found as u64 != head.edges {
            let message = format!("it says that there are {} edges, found {found}", head.edges);
            self.faults.add(head.line, 0, message);
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let mut data = EdgeData::default();
        if head.has_weights {
            let column = data.column("weight");
            for (edge, half) in self.lower.iter().enumerate() {
                data.put_number(column, edge, half.weight);
            }
        }
        let mut notes = Vec::new();
        if head.has_size {
            notes.push("sizes of vertices are not read".to_owned());
        }
        match head.vertex_weights {
            0 => {}
            1 => notes.push("weights of vertices are not read".to_owned()),
            own => notes.push(format!("weights of vertices ({own} of each) are not read")),
        }
        Ok(GraphFile {
            names: Names::Numbers((1..=head.vertices).collect()),
            lists_vertices: true,
            first_id: Some(1),
            edges: self.lower.iter().map(|half| half.ends).collect(),
            lines: self.lower.iter().map(|half| half.line).collect(),
            direction: Direction::Undirected,
            columns: data.finish(found),
            notes,
            ..GraphFile::empty(GraphFormat::Metis)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: &str =
        "% by hand\n4 3 011\n5 2 10 3 20\n6 1 10 3 30\n% in between\n7 2 30 1 20\n8\n";

    fn refused(text: &str) -> String {
        parse(text, &Cancel::default()).unwrap_err().to_string()
    }

    #[test]
    fn each_edge_is_given_once() {
        let graph = parse(SMALL, &Cancel::default()).unwrap();
        assert_eq!((graph.names.len(), graph.names.of(3)), (4, "4".to_owned()));
        assert_eq!(
            (graph.edges.as_slice(), graph.lines),
            (&[[0, 1], [0, 2], [1, 2]][..], vec![3, 3, 4])
        );
        assert_eq!(graph.columns[0].values, [10.0, 20.0, 30.0]);
        assert_eq!(graph.direction, Direction::Undirected);
        assert_eq!(graph.notes, ["weights of vertices are not read"]);
    }

    #[test]
    fn blank_lines_are_vertices_without_neighbours() {
        let graph = parse("3 1\n\n3\n2\n\n", &Cancel::default()).unwrap();
        assert_eq!((graph.edges, graph.columns.len()), (vec![[1, 2]], 0));
        assert!(is_metis("3 1\n\n3\n2\n\n") && is_metis(SMALL));
        for text in [
            "",
            "3 1\n\n3\n",
            "3 1\na\nb\nc\n",
            "3 1\n1\n2\n3\n4\n",
            "1 2 3\n1\n",
            "a b\n",
        ] {
            assert!(!is_metis(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, part) in [
            (
                "2 1\n2\n\n",
                "line 2: vertex 1 names 2, and the line of 2 does not name 1",
            ),
            (
                "2 1\n\n1\n",
                "line 3: vertex 2 names 1, and the line of 1 does not name 2",
            ),
            ("2 1\n2 2\n1\n", "line 2: the edge 1–2 stands twice"),
            ("2 1\n2 2\n1 1\n", "line 2: the edge 1–2 stands twice"),
            (
                "2 1 1\n2 5\n1 6\n",
                "line 2: the edge 1–2 weighs 5 here and 6 in line 3",
            ),
            (
                "2 2\n2\n1\n",
                "line 1: it says that there are 2 edges, found 1",
            ),
            (
                "99999999 1\n2\n1\n",
                "it says that there are 99999999 vertices, found lines of 2",
            ),
            ("2 1\n2\n1\n1\n", "line 4: found a line behind"),
            ("2 1\n1\n\n", "names itself"),
            ("2 1\n3\n1\n", "line 2: found the vertex \"3\""),
            ("2 1 1\n2\n1 3\n", "the weight of an edge is \"\""),
            ("2 1 2\n", "the first line is"),
        ] {
            let message = refused(text);
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    proptest! {
        #[test]
        fn no_cut_and_no_text_breaks_it(at in 0..SMALL.len(), text in "[%a0-9 .\n-]{0,30}") {
            let begin = SMALL.get(..at).unwrap_or_default();
            let rest = SMALL.get(at..).unwrap_or_default();
            for own in [begin.to_owned(), format!("{begin}{text}{rest}"), text] {
                let _ = parse(&own, &Cancel::default());
                let _ = is_metis(&own);
            }
        }
    }
}
