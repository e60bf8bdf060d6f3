//! A person's own graph and initial state, put into a case of `phantom integrate`.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use crate::graph::{edge_list, graphml};
use crate::record::table::read_table;

/// Columns that are states; all others are parameters.
const STATES: [&str; 4] = ["theta", "x", "y", "v"];

/// Puts the graph of a file into a case: GraphML by its extension, else an edge list (`source
/// target [weight]` a line). Both directions are felt when `undirected`.
///
/// # Errors
/// When the file cannot be read, is no graph, or has delays, which no case takes edge by edge.
pub fn put_graph(case: &mut Value, path: &Path, undirected: bool) -> Result<()> {
    let shown = || path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(shown)?;
    let extension = path.extension().and_then(|extension| extension.to_str());
    let (edges, nodes) = if extension.is_some_and(|e| e.eq_ignore_ascii_case("graphml")) {
        let found = graphml::parse(&text).with_context(shown)?;
        ensure!(
            !undirected,
            "{}: GraphML says itself which edges are undirected, expected no --undirected",
            shown()
        );
        (found.edges, found.names.len() as u64)
    } else {
        (edge_list::parse(&text).with_context(shown)?, 0)
    };
    if let Some(late) = edges.iter().find(|edge| edge.delay_s != 0.0) {
        let (source, target, delay) = (late.source, late.target, late.delay_s);
        bail!(
            "{}: the edge from {source} to {target} has a delay of {delay} s, expected none; scenes \
             take delays of edges",
            shown()
        );
    }
    if let Some(own) = edges.iter().find(|edge| edge.source == edge.target) {
        bail!(
            "{}: an edge from {} to itself, expected another",
            shown(),
            own.source
        );
    }
    let mut pairs: Vec<(u64, u64)> = edges
        .iter()
        .map(|edge| match undirected {
            true => (edge.source.min(edge.target), edge.source.max(edge.target)),
            false => (edge.source, edge.target),
        })
        .collect();
    pairs.sort_unstable();
    if let Some(twice) = pairs.windows(2).find(|pair| pair[0] == pair[1]) {
        let (from, to) = twice[0];
        let (joined, hint) = match undirected {
            true => (
                "between",
                "; a list of both directions needs no --undirected",
            ),
            false => ("from", ""),
        };
        bail!(
            "{}: there are two edges {joined} {from} and {to}, expected one{hint}",
            shown()
        );
    }
    ensure!(
        case.is_object(),
        "expected a case as a JSON object, found {case}"
    );
    ensure!(
        case.get("graph").is_none_or(Value::is_object),
        "graph: expected an object, found {}",
        case["graph"]
    );
    let last = edges.iter().map(|edge| edge.source.max(edge.target)).max();
    let known = case["graph"]["n"].as_u64();
    ensure!(
        last.is_none_or(|last| last < u64::from(u32::MAX)),
        "{}: vertex {}, expected one below {}",
        shown(),
        last.unwrap_or_default(),
        u32::MAX
    );
    let named = last.map_or(0, |last| last + 1).max(nodes);
    let list: Vec<Value> = edges
        .iter()
        .map(|edge| json!([edge.source, edge.target, edge.weight]))
        .collect();
    case["graph"] = json!({
        "n": known.unwrap_or(named).max(named),
        "symmetric": undirected,
        "edges": list,
    });
    Ok(())
}

/// Puts one row for each vertex into a case: states (`theta`, `x`, `y`, `v`) and parameters by the
/// names of a CSV file's columns, or the model's states in their order from an array without names.
///
/// # Errors
/// When the file is no table, or has other than the model's number of columns.
pub fn put_state(case: &mut Value, path: &Path) -> Result<()> {
    let shown = || path.display().to_string();
    let bytes = std::fs::read(path).with_context(shown)?;
    let found = read_table(path, &bytes, &[]).with_context(shown)?;
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
    let names = if found.names.is_empty() {
        ensure!(
            states.len() == found.table.columns,
            "{}: {} columns without names, expected {}",
            shown(),
            found.table.columns,
            states.join(" and ")
        );
        states.iter().map(|name| (*name).to_owned()).collect()
    } else {
        found.names
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
