//! Loops, second directions and parallel edges.

use crate::files::fault::{Faults, SHOWN, shown};

use super::file_spec::{FileGraph, Loops, Parallel};
use super::number_vertices::Numbered;

/// Edges while they are sifted; lists of weights and delays may be empty.
pub(super) struct Edges {
    pub ends: Vec<[u32; 2]>,
    pub weights: Vec<f64>,
    pub delays: Vec<f64>,
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

/// Refuses, drops or keeps loops; gives how many there were.
pub(super) fn treat_loops(
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
pub(super) fn double(
    edges: &mut Edges,
    lines: &mut Vec<u32>,
    both: impl Fn(usize) -> bool,
) -> usize {
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
pub(super) fn treat_parallel(
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
                "{} edges {} {} {} {}{}, expected one; parallel: Sum, First or Max (--parallel \
                 sum, …) makes one of them{hint}",
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
    if options.parallel == Parallel::Sum {
        refuse_two_delays(edges, lines, numbered, &groups)?;
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

/// A sum has one delay.
fn refuse_two_delays(
    edges: &Edges,
    lines: &[u32],
    numbered: &Numbered,
    groups: &[Vec<u32>],
) -> Result<(), Faults> {
    let mut faults = Faults::default();
    for group in groups {
        let delay = |edge: &u32| edges.delays.get(*edge as usize).copied().unwrap_or(0.0);
        let first = group.first().map_or(0.0, delay);
        if let Some(other) = group.iter().find(|edge| delay(edge) != first) {
            let [a, b] = edges.ends[group[0] as usize];
            let line = lines
                .get(*other as usize)
                .map_or(0, |line| u64::from(*line));
            let message = format!(
                "edges from {} to {} have delays of {first} s and {} s, which make no sum; \
                 expected one delay, or parallel: First or Max",
                numbered.shown(a),
                numbered.shown(b),
                delay(other)
            );
            faults.add(line, 0, message);
        }
    }
    faults.or(())
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

impl Numbered {
    /// A vertex as messages have it: by its name in the file.
    fn shown(&self, vertex: u32) -> String {
        match self.names.get(vertex as usize) {
            Some(name) => shown(name),
            None => format!("v{vertex}"),
        }
    }
}
