//! A person's own graph and initial state, put into a case of `phantom integrate`.

use std::path::Path;

use anyhow::{Result, anyhow, bail, ensure};
use serde_json::{Map, Value, json};

use crate::files::columns::Chosen;
use crate::files::graph::GraphFile;
use crate::graph::from_file::{Reading, build};
use crate::graph::{FileEdges, FileGraph};

/// Columns that are states; all others are parameters.
const STATES: [&str; 4] = ["theta", "x", "y", "v"];

/// Puts the graph of a file into a case.
///
/// # Errors
/// When the file cannot be read, is no graph, or has delays, which no case takes edge by edge.
pub fn put_graph(case: &mut Value, options: &FileGraph, found: &GraphFile) -> Result<FileEdges> {
    let shown = &options.path;
    ensure!(
        case.is_object(),
        "expected a case as a JSON object, found {case}"
    );
    ensure!(
        case.get("graph").is_none_or(Value::is_object),
        "graph: expected an object, found {}",
        case["graph"]
    );
    let reading = Reading {
        vertices: counted(case)?,
        fourth_is_delay: false,
    };
    let edges = build(found.clone(), options, reading);
    let edges = edges.map_err(|faults| anyhow!("{shown}: {faults}"))?;
    if let Some(([source, target], delay)) = edges.delayed().next() {
        bail!(
            "{shown}: the edge from {source} to {target} has a delay of {delay} s, expected none \
             (--delay none leaves delays out); scenes take delays of edges"
        );
    }
    let list = edges.ends.iter().enumerate();
    let list: Vec<Value> = list
        .map(|(edge, [source, target])| json!([source, target, edges.weight(edge)]))
        .collect();
    case["graph"] = json!({"n": edges.vertices, "symmetric": false, "edges": list});
    Ok(edges)
}

/// How many vertices a case has: as its graph says, or as many as it has states and parameters of
/// single vertices.
fn counted(case: &Value) -> Result<Option<usize>> {
    let lists = ["init", "params"]
        .into_iter()
        .filter_map(|part| case.get(part)?.as_object());
    let lists = lists.flat_map(|part| part.iter());
    let lengths = lists.filter_map(|(name, value)| Some((name, value.as_array()?.len())));
    let mut found: Option<(String, usize)> = None;
    for (name, length) in lengths {
        match &found {
            None => found = Some((name.clone(), length)),
            Some((first, other)) if *other != length => {
                bail!("{first} has {other} numbers and {name} {length}, expected as many of both")
            }
            Some(_) => {}
        }
    }
    let n = case["graph"]["n"].as_u64().map(|n| n as usize);
    Ok(n.or(found.map(|(_, length)| length)))
}

/// Puts one row for each vertex into a case: states (`theta`, `x`, `y`, `v`) and parameters by the
/// names of a CSV file's columns, or the model's states in their order from an array without names.
///
/// # Errors
/// When the file is no table, or has other than the model's number of columns.
pub fn put_state(case: &mut Value, path: &Path, found: &Chosen) -> Result<()> {
    let shown = || path.display().to_string();
    let found = &found.file;
    ensure!(
        case.is_object(),
        "expected a case as a JSON object, found {case}"
    );
    for part in ["graph", "init", "params"] {
        let own = case.get(part);
        let fits = own.is_none_or(Value::is_object);
        ensure!(fits, "{part}: expected an object, found {}", case[part]);
    }
    let model = case["model"].as_str().unwrap_or_default().to_owned();
    let states = states_of(&model)?;
    let names: Vec<String> = if !found.is_named() {
        ensure!(
            states.len() == found.table.columns,
            "{}: {} columns without names, expected {}",
            shown(),
            found.table.columns,
            states.join(" and ")
        );
        states.iter().map(|name| (*name).to_owned()).collect()
    } else {
        let named = found.columns.iter();
        named
            .map(|column| column.name.clone().unwrap_or_default())
            .collect()
    };
    for (k, name) in names.iter().enumerate() {
        let parameters = parameters_of(&model);
        ensure!(
            states.contains(&name.as_str()) || parameters.contains(&name.as_str()),
            "{}: column {name:?}, expected one of {}, {}",
            shown(),
            states.join(", "),
            parameters.join(", ")
        );
        ensure!(
            !names[..k].contains(name),
            "{}: two columns {name:?}, expected one",
            shown()
        );
        let column: Vec<f64> = found.table.iter_rows().map(|row| row[k]).collect();
        if let Some(row) = column.iter().position(|value| !value.is_finite()) {
            bail!(
                "{}: {name} of vertex {row} is {}, expected a number",
                shown(),
                column[row]
            );
        }
        // Two names of one thing: the file's takes the place of the case's.
        let other = match name.as_str() {
            "zeta" => "gamma",
            "gamma" => "zeta",
            "omega" => "omega0",
            "omega0" => "omega",
            _ => "",
        };
        if let Some(params) = case.get_mut("params").and_then(Value::as_object_mut) {
            params.remove(other);
        }
        let part = if STATES.contains(&name.as_str()) {
            "init"
        } else {
            "params"
        };
        let Some(object) = case.as_object_mut() else {
            bail!("expected a case as a JSON object");
        };
        let entry = object
            .entry(part)
            .or_insert_with(|| Value::Object(Map::new()));
        entry[name.as_str()] = json!(column);
    }
    let (rows, n) = (found.table.rows as u64, case["graph"]["n"].as_u64());
    if case.get("graph").is_some() && n.is_none_or(|n| n < rows) {
        case["graph"]["n"] = json!(rows);
    }
    Ok(())
}

/// The parameters that a model has for each vertex.
fn parameters_of(model: &str) -> &'static [&'static str] {
    match model {
        "kuramoto" | "kuramoto_inertial" => &["omega"],
        "harmonic" => &["omega", "omega0", "zeta", "gamma", "F"],
        "van_der_pol" => &["mu", "omega"],
        _ => &["mu", "omega", "c2"],
    }
}

fn states_of(model: &str) -> Result<&'static [&'static str]> {
    match model {
        "kuramoto" => Ok(&["theta"]),
        "kuramoto_inertial" => Ok(&["theta", "v"]),
        "harmonic" | "van_der_pol" => Ok(&["x", "v"]),
        "stuart_landau" => Ok(&["x", "y"]),
        other => bail!(
            "model {other:?} takes no table without names, expected kuramoto, kuramoto_inertial, \
             harmonic, van_der_pol or stuart_landau"
        ),
    }
}
