//! How fast graph files are read, and how much memory that takes.
//!
//! `cargo bench --no-default-features --bench files`
//!
//! A list of 1e7 edges with weights between 1e6 vertices, and GraphML of 1e6 edges between 1e5, are
//! written to memory and read as scenes read them, on one thread. The peak is that of the process
//! (`VmHWM`), less what it had before, over the number of edges; it holds the text itself.

use std::fmt::Write;
use std::time::Instant;

use phantomos::base::random::{KeyedRng, Purpose};
use phantomos::files::graph::read;
use phantomos::graph::FileGraph;
use phantomos::graph::file_spec::{Loops, Parallel};
use phantomos::graph::from_file::{Reading, build};

/// Bytes from /proc/self/status; 0 where there is none.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    1024 * number.unwrap_or(0)
}

fn drawn(rng: &mut KeyedRng, below: usize) -> usize {
    ((rng.uniform() * below as f64) as usize).min(below - 1)
}

fn list(edges: usize, vertices: usize) -> String {
    let mut rng = KeyedRng::new(1, Purpose::Graph, 0, 0);
    let mut text = String::with_capacity(22 * edges);
    for _ in 0..edges {
        let (a, b) = (drawn(&mut rng, vertices), drawn(&mut rng, vertices));
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{a} {b} {:.4}", rng.uniform());
    }
    text
}

fn markup(edges: usize, vertices: usize) -> String {
    let mut rng = KeyedRng::new(2, Purpose::Graph, 0, 0);
    let mut text = String::with_capacity(90 * edges);
    text += "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n<key id=\"d0\" for=\"edge\" \
             attr.name=\"weight\" attr.type=\"double\"/>\n<graph edgedefault=\"directed\">\n";
    for vertex in 0..vertices {
        let _ = writeln!(text, "<node id=\"n{vertex}\"/>");
    }
    for _ in 0..edges {
        let (a, b) = (drawn(&mut rng, vertices), drawn(&mut rng, vertices));
        let weight = rng.uniform();
        let _ = writeln!(
            text,
            "<edge source=\"n{a}\" target=\"n{b}\"><data key=\"d0\">{weight:.4}</data></edge>"
        );
    }
    text + "</graph></graphml>"
}

fn time(name: &str, text: String, edges: usize, limit_s: f64) {
    let length = text.len();
    let before = memory("VmRSS").saturating_sub(length as u64);
    let options = FileGraph {
        parallel: Parallel::Sum,
        loops: Loops::Skip,
        ..FileGraph::of(name)
    };
    let begun = Instant::now();
    let file = read(name, text.into_bytes(), &options.question());
    let file = file.unwrap_or_else(|faults| panic!("{name}: {faults}"));
    let built = build(file, &options, Reading::default());
    let built = built.unwrap_or_else(|faults| panic!("{name}: {faults}"));
    let graph = built
        .graph(usize::MAX)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let seconds = begun.elapsed().as_secs_f64();
    let peak = memory("VmHWM").saturating_sub(before) as f64 / edges as f64;
    println!(
        "{name:<12} {edges:>9} edges {:>6.1} MB {seconds:>7.2} s ({} {limit_s} s) {:>7.0} MB/s  peak \
         {peak:.0} bytes an edge ({:.0} of them the text); {} edges kept",
        length as f64 / 1e6,
        if seconds <= limit_s { "≤" } else { "ABOVE" },
        length as f64 / 1e6 / seconds,
        length as f64 / edges as f64,
        graph.edge_count()
    );
}

fn main() {
    // The smaller one first: the peak of the process never falls.
    time("g.graphml", markup(1_000_000, 100_000), 1_000_000, 3.0);
    time("g.txt", list(10_000_000, 1_000_000), 10_000_000, 6.0);
}
