//! A graph file → edges of numbered vertices: which datum is the weight, which the delay, and what
//! becomes of loops and parallel edges. All that was chosen or left out is told.

use crate::files::fault::{Faults, SHOWN, shown};
use crate::files::graph::{Direction, EdgeColumn, GraphFile};

use super::choose_data::{Choice, choose_delay, choose_weight};
use super::entity_graph::{EntityGraph, GraphError};
use super::file_spec::{FileGraph, Loops, Parallel};
use super::number_vertices::{Numbered, number_vertices};

/// Edges of numbered vertices, directed, none of them twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileEdges {
    /// Number of vertices.
    pub vertices: usize,
    /// What the vertices are called; empty when by their numbers alone.
    pub names: Vec<Box<str>>,
    /// Source and target of each edge.
    pub ends: Vec<[u32; 2]>,
    /// The weight of each edge; empty when all are 1.
    pub weights: Vec<f64>,
    /// The delay of each edge, s; empty when there are none.
    pub delays_s: Vec<f64>,
    /// What was read, in one line.
    pub summary: String,
    /// What was detected, chosen and left out.
    pub notes: Vec<String>,
}

/// How the question is put.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// Number of vertices, where it is known.
    pub vertices: Option<usize>,
    /// Whether a fourth column without a name is a delay, as lists of the kind `EdgeList` have it.
    pub fourth_is_delay: bool,
}

/// Makes edges of a file.
///
/// # Errors
/// With all that is wrong, or the choices that the file leaves.
pub fn build(
    mut file: GraphFile,
    options: &FileGraph,
    reading: Reading,
) -> Result<FileEdges, Faults> {
    let mut notes = std::mem::take(&mut file.notes);
    let weight = choose_weight(&file.columns, options.weight.as_deref())?;
    let delay = choose_delay(
        &file.columns,
        options,
        reading.fourth_is_delay,
        weight.column,
    )?;
    let numbered = number_vertices(&file, options.first_id, reading.vertices)?;
    notes.extend(numbered.note.clone());
    notes.extend(weight.note.clone());
    notes.extend(delay.note.clone());
    let used = [weight.column, delay.column];
    notes.extend(left_out(&file.columns, &used));
    let mut faults = Faults::default();
    let weights = values(&file, &weight, 1.0, "weight", &mut faults, &mut notes);
    let mut delays = values(&file, &delay, 0.0, "delay", &mut faults, &mut notes);
    if let Some(speed) = options.speed.filter(|_| options.length.is_some()) {
        delays.iter_mut().for_each(|length| *length /= speed);
    }
    for (edge, delay) in delays.iter().enumerate().filter(|(_, delay)| **delay < 0.0) {
        faults.add(
            file.line(edge),
            0,
            format!("a delay of {delay} s, expected none below 0"),
        );
    }
    faults.or(())?;
    let direction = directed(&file, options, &mut notes);
    let stated = file.edges.len();
    let mut edges = Edges {
        ends: std::mem::take(&mut file.edges),
        weights,
        delays,
    };
    if let Some(map) = &numbered.map {
        for end in edges.ends.iter_mut().flatten() {
            *end = map.place(*end);
        }
    }
    let loops = treat_loops(&mut edges, &mut file.lines, options, &numbered)?;
    let both = match &direction {
        Direction::Undirected => double(&mut edges, &mut file.lines, |_| true),
        Direction::Each(flags) => double(&mut edges, &mut file.lines, |edge| !flags[edge]),
        Direction::Directed | Direction::Unsaid => 0,
    };
    let twice = treat_parallel(&mut edges, &file.lines, options, &numbered, both > 0)?;
    let mut parts = vec![
        file.format.to_string(),
        counted(numbered.count, "vertex", "vertices"),
        edges_shown(edges.ends.len(), stated, both),
        weight.shown("weight", &edges.weights, ""),
        delay.shown("delay", &edges.delays, " s"),
    ];
    let skipped = |count: usize, what: &str, plural: &str, done: &str| {
        (count > 0).then(|| format!("{} {done}", counted(count, what, plural)))
    };
    parts.extend(match options.loops {
        Loops::Keep => skipped(loops, "loop", "loops", "kept"),
        _ => skipped(loops, "loop", "loops", "skipped"),
    });
    let done = match options.parallel {
        Parallel::Sum => "summed",
        Parallel::Max => "left out beside a greater one",
        _ => "left out beside the first",
    };
    parts.extend(skipped(twice, "parallel edge", "parallel edges", done));
    Ok(FileEdges {
        vertices: numbered.count,
        names: numbered.names,
        ends: edges.ends,
        weights: edges.weights,
        delays_s: edges.delays,
        summary: parts.join(", "),
        notes,
    })
}

impl FileEdges {
    /// The weight of an edge.
    #[must_use]
    pub fn weight(&self, edge: usize) -> f64 {
        self.weights.get(edge).copied().unwrap_or(1.0)
    }

    /// The graph of these edges.
    ///
    /// # Errors
    /// When there is no room for its vertices.
    pub fn graph(&self, capacity: usize) -> Result<EntityGraph, GraphError> {
        let mut graph = EntityGraph::with_vertices(self.vertices, capacity)?;
        let edges = self.ends.iter().enumerate();
        graph.add_checked(edges.map(|(edge, ends)| (*ends, self.weight(edge))));
        Ok(graph)
    }

    /// The edges with delays, as source, target and seconds.
    pub fn delayed(&self) -> impl Iterator<Item = ([u32; 2], f64)> + '_ {
        let all = self.ends.iter().copied().zip(self.delays_s.iter().copied());
        all.filter(|(_, delay)| *delay != 0.0)
    }
}

struct Edges {
    ends: Vec<[u32; 2]>,
    weights: Vec<f64>,
    delays: Vec<f64>,
}

impl Edges {
    fn keep(&mut self, lines: &mut Vec<u32>, keep: impl Fn(usize) -> bool) {
        fn thin<T>(list: &mut Vec<T>, keep: &impl Fn(usize) -> bool) {
            let mut at = 0;
            list.retain(|_| {
                at += 1;
                keep(at - 1)
            });
        }
        thin(&mut self.ends, &keep);
        thin(&mut self.weights, &keep);
        thin(&mut self.delays, &keep);
        thin(lines, &keep);
    }
}

/// A finite number for each edge, or an empty list when all are `plain`.
fn values(
    file: &GraphFile,
    choice: &Choice,
    plain: f64,
    what: &str,
    faults: &mut Faults,
    notes: &mut Vec<String>,
) -> Vec<f64> {
    let Some(column) = choice.column.map(|k| &file.columns[k]) else {
        return Vec::new();
    };
    let mut absent = 0;
    let mut list = column.values.clone();
    list.resize(file.edges.len(), f64::NAN);
    for (edge, value) in list.iter_mut().enumerate() {
        if value.is_nan() {
            *value = column.default.unwrap_or_else(|| {
                absent += 1;
                plain
            });
        }
        if value.is_infinite() {
            let found = format!("{} is {value}, expected a finite {what}", column.shown());
            faults.add(file.line(edge), 0, found);
        }
    }
    if absent > 0 {
        let (count, name) = (counted(absent, "edge has", "edges have"), column.shown());
        notes.push(format!("{count} no {name}: the {what} {plain} is taken"));
    }
    list
}

fn left_out(columns: &[EdgeColumn], used: &[Option<usize>; 2]) -> Option<String> {
    let unused = columns
        .iter()
        .enumerate()
        .filter(|(k, _)| !used.contains(&Some(*k)));
    let names: Vec<String> = unused.map(|(_, column)| column.told()).collect();
    (!names.is_empty()).then(|| format!("data of edges left out: {}", names.join(", ")))
}

fn directed(file: &GraphFile, options: &FileGraph, notes: &mut Vec<String>) -> Direction {
    match (options.directed, &file.direction) {
        (Some(true), Direction::Unsaid | Direction::Directed) => Direction::Directed,
        (Some(true), _) => {
            notes.push("edges are felt in one direction, as is said, against the file".to_owned());
            Direction::Directed
        }
        (Some(false), Direction::Undirected) => Direction::Undirected,
        (Some(false), _) => {
            notes.push("edges are felt in both directions, as is said".to_owned());
            Direction::Undirected
        }
        (None, Direction::Unsaid) => {
            notes.push(
                "the file does not say whether edges lead both ways: they are felt in one direction, \
                 from the first end to the second (directed: false, --undirected for both)"
                    .to_owned(),
            );
            Direction::Directed
        }
        (None, said) => said.clone(),
    }
}

fn treat_loops(
    edges: &mut Edges,
    lines: &mut Vec<u32>,
    options: &FileGraph,
    numbered: &Numbered,
) -> Result<usize, Faults> {
    let count = edges.ends.iter().filter(|[a, b]| a == b).count();
    if count == 0 {
        return Ok(0);
    }
    match options.loops {
        Loops::Keep => {}
        Loops::Skip => {
            let is_edge: Vec<bool> = edges.ends.iter().map(|[a, b]| a != b).collect();
            edges.keep(lines, |edge| is_edge[edge]);
        }
        Loops::Refuse => {
            let mut faults = Faults::default();
            for (edge, [a, _]) in edges.ends.iter().enumerate().filter(|(_, [a, b])| a == b) {
                let weight = edges.weights.get(edge).map(|w| format!(" of weight {w}"));
                let message = format!(
                    "an edge{} leads from {} to itself, expected none; loops: Skip (--loops skip) \
                     leaves them out",
                    weight.unwrap_or_default(),
                    numbered.shown(*a)
                );
                faults.add(
                    lines.get(edge).map_or(0, |line| u64::from(*line)),
                    0,
                    message,
                );
            }
            return Err(faults);
        }
    }
    Ok(count)
}

/// Adds the other direction of undirected edges; gives how many.
fn double(edges: &mut Edges, lines: &mut Vec<u32>, both: impl Fn(usize) -> bool) -> usize {
    let count = edges.ends.len();
    let mut added = 0;
    for edge in 0..count {
        let [a, b] = edges.ends[edge];
        if a == b || !both(edge) {
            continue;
        }
        added += 1;
        edges.ends.push([b, a]);
        if let Some(weight) = edges.weights.get(edge).copied() {
            edges.weights.push(weight);
        }
        if let Some(delay) = edges.delays.get(edge).copied() {
            edges.delays.push(delay);
        }
        if let Some(line) = lines.get(edge).copied() {
            lines.push(line);
        }
    }
    added
}

/// Refuses, merges or drops edges between the same ends; gives how many went.
fn treat_parallel(
    edges: &mut Edges,
    lines: &[u32],
    options: &FileGraph,
    numbered: &Numbered,
    doubled: bool,
) -> Result<usize, Faults> {
    let groups = parallel(&edges.ends, numbered.count);
    if groups.is_empty() {
        return Ok(0);
    }
    let line = |edge: u32| lines.get(edge as usize).map_or(0, |line| u64::from(*line));
    if options.parallel == Parallel::Refuse {
        let mut faults = Faults::default();
        for group in groups.iter().take(4 * SHOWN) {
            let [a, b] = edges.ends[group[0] as usize];
            if doubled && a > b {
                // The same two edges, seen from their other end.
                continue;
            }
            let mut own: Vec<u64> = group.iter().map(|edge| line(*edge)).collect();
            own.sort_unstable();
            let places: Vec<String> = own.iter().take(4).map(u64::to_string).collect();
            let hint = if doubled {
                "; a file that lists both directions needs no undirected edges"
            } else {
                ""
            };
            let message = format!(
                "{} edges {} {} {} {}{}, expected one; parallel: Sum, First or Max (--parallel sum, …) \
                 makes one of them{hint}",
                group.len(),
                if doubled { "join" } else { "lead from" },
                numbered.shown(a),
                if doubled { "and" } else { "to" },
                numbered.shown(b),
                match own.first() {
                    Some(0) | None => String::new(),
                    Some(_) => format!(" (lines {})", places.join(" and ")),
                }
            );
            faults.add(own.first().copied().unwrap_or(0), 0, message);
        }
        return Err(faults);
    }
    let mut keep = vec![true; edges.ends.len()];
    let mut gone = 0;
    for group in groups {
        gone += group.len() - 1;
        let first = group[0] as usize;
        if edges.weights.is_empty() && options.parallel == Parallel::Sum {
            edges.weights = vec![1.0; edges.ends.len()];
        }
        let weight = |edge: &u32| edges.weights.get(*edge as usize).copied().unwrap_or(1.0);
        let kept = match options.parallel {
            Parallel::Sum => {
                let sum = group.iter().map(weight).sum();
                edges.weights[first] = sum;
                first
            }
            Parallel::Max => {
                let best = group.iter().copied().reduce(|best, edge| {
                    if weight(&edge) > weight(&best) {
                        edge
                    } else {
                        best
                    }
                });
                best.map_or(first, |edge| edge as usize)
            }
            Parallel::First | Parallel::Refuse => first,
        };
        for edge in group {
            keep[edge as usize] = edge as usize == kept;
        }
    }
    edges.keep(&mut Vec::new(), |edge| keep[edge]);
    Ok(gone)
}

/// Edges with the same ends, in groups of two and more, each ascending.
fn parallel(ends: &[[u32; 2]], vertices: usize) -> Vec<Vec<u32>> {
    let mut starts = vec![0usize; vertices + 1];
    for [_, target] in ends {
        starts[*target as usize + 1] += 1;
    }
    for k in 0..vertices {
        starts[k + 1] += starts[k];
    }
    let mut next = starts.clone();
    let mut sorted = vec![(0u32, 0u32); ends.len()];
    for (edge, [source, target]) in ends.iter().enumerate() {
        let place = &mut next[*target as usize];
        sorted[*place] = (*source, edge as u32);
        *place += 1;
    }
    drop(next);
    let mut groups = Vec::new();
    for k in 0..vertices {
        let row = &mut sorted[starts[k]..starts[k + 1]];
        row.sort_unstable();
        for same in row
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() > 1)
        {
            groups.push(same.iter().map(|(_, edge)| *edge).collect());
        }
    }
    groups.sort_unstable_by_key(|group: &Vec<u32>| group[0]);
    groups
}

fn edges_shown(directed: usize, stated: usize, both: usize) -> String {
    let shown = counted(directed, "directed edge", "directed edges");
    match both {
        0 => shown,
        both if both == stated && directed == 2 * both => {
            format!("{shown} ({})", counted(both, "undirected", "undirected"))
        }
        both => format!("{shown} ({both} of them from undirected ones)"),
    }
}

/// `1 loop`, `3 loops`.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

impl Numbered {
    /// A vertex as messages have it: by its name in the file.
    fn shown(&self, vertex: u32) -> String {
        match self.names.get(vertex as usize) {
            Some(name) => shown(name),
            None => format!("v{vertex}"),
        }
    }
}
