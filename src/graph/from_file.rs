//! A graph file → edges of numbered vertices: which datum is the weight, which the delay, and what
//! becomes of loops and parallel edges. All that was chosen or left out is told.

use crate::files::fault::Faults;
use crate::files::graph::{Direction, EdgeColumn, GraphFile, GraphFormat};

use super::choose_data::{Choice, choose_delay, choose_weight};
use super::entity_graph::{EntityGraph, GraphError};
use super::file_spec::{FileGraph, Loops, Parallel};
use super::number_vertices::number_vertices;
use super::sift::{Edges, double, treat_loops, treat_parallel};

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
    let late = options.length.as_deref().or(options.delay.as_deref());
    let weight = choose_weight(&file.columns, options.weight.as_deref(), late)?;
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
    let mut values = |choice: &Choice, plain, what: &str| {
        let taken = take_values(&mut file, choice, used == [choice.column; 2]);
        fill_values(&file, choice, taken, (plain, what), &mut faults, &mut notes)
    };
    let weights = values(&weight, 1.0, "weight");
    let mut delays = values(&delay, 0.0, "delay");
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
    parts.extend(dropped(options, loops, twice));
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

/// The numbers of the chosen column; a copy when another choice is of the same column.
fn take_values(file: &mut GraphFile, choice: &Choice, copy: bool) -> Vec<f64> {
    let Some(column) = choice.column.and_then(|k| file.columns.get_mut(k)) else {
        return Vec::new();
    };
    match copy {
        true => column.values.clone(),
        false => std::mem::take(&mut column.values),
    }
}

/// A finite number for each edge, or an empty list when all are `plain`.
fn fill_values(
    file: &GraphFile,
    choice: &Choice,
    mut list: Vec<f64>,
    (plain, what): (f64, &str),
    faults: &mut Faults,
    notes: &mut Vec<String>,
) -> Vec<f64> {
    let Some(column) = choice.column.map(|k| &file.columns[k]) else {
        return Vec::new();
    };
    let mut absent = 0;
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
        // Every entry of a symmetric matrix is a directed edge already.
        (Some(true), Direction::Undirected) if file.format == GraphFormat::Matrix => {
            Direction::Undirected
        }
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
                "the file does not say whether edges lead both ways: they are felt in one \
                 direction, from the first end to the second (directed: false, --undirected for \
                 both)"
                    .to_owned(),
            );
            Direction::Directed
        }
        (None, said) => said.clone(),
    }
}

/// What became of loops and parallel edges.
fn dropped(options: &FileGraph, loops: usize, twice: usize) -> Vec<String> {
    let mut parts = Vec::new();
    if loops > 0 {
        let done = if options.loops == Loops::Keep {
            "kept"
        } else {
            "skipped"
        };
        parts.push(format!("{} {done}", counted(loops, "loop", "loops")));
    }
    if twice > 0 {
        let done = match options.parallel {
            Parallel::Sum => "summed",
            Parallel::Max => "left out beside a greater one",
            _ => "left out beside the first",
        };
        let edges = counted(twice, "parallel edge", "parallel edges");
        parts.push(format!("{edges} {done}"));
    }
    parts
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
