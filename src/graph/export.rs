//! A graph → GraphML, a list of edges, or a matrix of weights. What is written is read back as the
//! same graph, to the last bit of its weights.

use std::io::{self, Write};

/// A directed edge to be written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExportEdge {
    /// Where it comes from.
    pub source: usize,
    /// Where it leads.
    pub target: usize,
    /// Its weight.
    pub weight: f64,
    /// Its delay, s.
    pub delay_s: f64,
}

/// Writes a list: `source target weight`, and the delay where any edge has one.
///
/// # Errors
/// When it cannot be written.
pub fn edge_list(
    out: &mut dyn Write,
    edges: impl Iterator<Item = ExportEdge> + Clone,
) -> io::Result<()> {
    let late = edges.clone().any(|edge| edge.delay_s != 0.0);
    let delay = if late { " delay" } else { "" };
    writeln!(out, "# source target weight{delay}")?;
    for edge in edges {
        write!(out, "{} {} {}", edge.source, edge.target, edge.weight)?;
        if late {
            write!(out, " {}", edge.delay_s)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes GraphML: `vertices` are their number, what they are called (if they are), and the
/// population of each.
///
/// # Errors
/// When it cannot be written.
pub fn graph_ml(
    out: &mut dyn Write,
    (count, names, population): (usize, &[Box<str>], &dyn Fn(usize) -> String),
    edges: impl Iterator<Item = ExportEdge> + Clone,
) -> io::Result<()> {
    let late = edges.clone().any(|edge| edge.delay_s != 0.0);
    let key = |id: &str, of: &str, name: &str, kind: &str| {
        format!("  <key id=\"{id}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>")
    };
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
    )?;
    writeln!(out, "{}", key("name", "node", "name", "string"))?;
    writeln!(out, "{}", key("population", "node", "population", "string"))?;
    writeln!(out, "{}", key("weight", "edge", "weight", "double"))?;
    if late {
        writeln!(out, "{}", key("delay", "edge", "delay", "double"))?;
    }
    writeln!(out, "  <graph id=\"G\" edgedefault=\"directed\">")?;
    for vertex in 0..count {
        write!(out, "    <node id=\"v{vertex}\">")?;
        if let Some(name) = names.get(vertex) {
            write!(out, "<data key=\"name\">{}</data>", escaped(name))?;
        }
        let population = escaped(&population(vertex));
        writeln!(out, "<data key=\"population\">{population}</data></node>")?;
    }
    for edge in edges {
        let (source, target, weight) = (edge.source, edge.target, edge.weight);
        write!(out, "    <edge source=\"v{source}\" target=\"v{target}\">")?;
        write!(out, "<data key=\"weight\">{weight}</data>")?;
        if late {
            write!(out, "<data key=\"delay\">{}</data>", edge.delay_s)?;
        }
        writeln!(out, "</edge>")?;
    }
    writeln!(out, "  </graph>\n</graphml>")
}

/// Writes a matrix as `.npy`, entry (i, j) the weight of the edge from i to j.
///
/// # Errors
/// When it cannot be written.
pub fn matrix(
    out: &mut dyn Write,
    count: usize,
    edges: impl Iterator<Item = ExportEdge>,
) -> io::Result<()> {
    let mut cells = vec![0.0f64; count * count];
    for edge in edges {
        cells[edge.source * count + edge.target] = edge.weight;
    }
    let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({count}, {count}), }}");
    let filled = (10 + text.len() + 1).next_multiple_of(64) - 10;
    let header = format!("{text:<width$}\n", width = filled - 1);
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&(header.len() as u16).to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    cells
        .iter()
        .try_for_each(|cell| out.write_all(&cell.to_le_bytes()))
}

fn escaped(text: &str) -> String {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;");
    plain.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::file_spec::FileGraph;
    use super::super::from_file::{FileEdges, Reading, build};
    use super::*;
    use crate::files::graph::read;

    const EDGES: [(usize, usize, f64, f64); 3] = [
        (0, 1, 0.1 + 0.2, 0.25),
        (2, 1, -1e-300, 0.0),
        (1, 0, 7.0, 0.5),
    ];

    fn edges() -> impl Iterator<Item = ExportEdge> + Clone {
        EDGES
            .iter()
            .map(|(source, target, weight, delay_s)| ExportEdge {
                source: *source,
                target: *target,
                weight: *weight,
                delay_s: *delay_s,
            })
    }

    fn again(name: &str, bytes: Vec<u8>) -> FileEdges {
        let options = FileGraph::of(name);
        let file = read(name, bytes, &options.question()).unwrap();
        let reading = Reading {
            vertices: Some(4),
            ..Reading::default()
        };
        build(file, &options, reading).unwrap()
    }

    fn sorted(found: &FileEdges) -> Vec<(u32, u32, u64)> {
        let all = found.ends.iter().enumerate();
        let all = all.map(|(k, [a, b])| (*a, *b, found.weight(k).to_bits()));
        let mut list: Vec<_> = all.collect();
        list.sort_unstable();
        list
    }

    #[test]
    fn what_is_written_is_read_back() {
        let names: Vec<Box<str>> = ["a", "b & c", "<d>", "e"].map(Into::into).to_vec();
        let mut xml = Vec::new();
        graph_ml(&mut xml, (4, &names, &|_| "all".to_owned()), edges()).unwrap();
        let markup = again("g.graphml", xml);
        assert_eq!((markup.vertices, &*markup.names[1]), (4, "b & c"));
        let mut text = Vec::new();
        edge_list(&mut text, edges()).unwrap();
        let list = again("g.txt", text);
        let mut array = Vec::new();
        matrix(&mut array, 4, edges()).unwrap();
        let table = again("g.npy", array);
        assert_eq!(sorted(&markup), sorted(&list));
        assert_eq!(sorted(&markup), sorted(&table));
        assert_eq!(markup.delayed().count(), 2);
        assert_eq!(list.delayed().count(), 2);
    }
}
