//! Parameters and initial states of vertices from files.

use std::collections::BTreeMap;

use crate::base::Problems;
use crate::files::columns::choose;
use crate::files::table::{TableQuestion, read as read_table};
use crate::files::vertex_rows::refuse_shuffled;
use crate::resonator::distribution::{Distribution, FileValues};
use crate::resonator::spec::PopulationSpec;

use super::inputs::Inputs;
use super::load::LoadedScene;
use super::report::SceneError;
use super::trouble::trouble;

/// The populations of a scene with the values of files in place of their names.
///
/// # Errors
/// When a file cannot be read, has other than a value for each vertex, or values that the scene
/// itself might not have.
pub fn read_parameters(
    loaded: &LoadedScene,
    inputs: &mut Inputs,
    names: &[Box<str>],
) -> Result<Vec<PopulationSpec>, SceneError> {
    let mut populations = loaded.scene.populations.clone();
    let total = loaded.scene.vertices();
    let mut first = 0;
    for (k, population) in populations.iter_mut().enumerate() {
        let count = population.count;
        let mut has_file = false;
        for (name, values) in population.model.distributions_mut() {
            let Distribution::File(file) = values else {
                continue;
            };
            has_file = true;
            let place = format!("populations[{k}].model.{name}");
            let own = names.get(first..first + count).unwrap_or_default();
            let read = column(loaded, file, (first, count, total), (own, names), inputs);
            let read = read.map_err(|message| trouble(loaded, &place, &message))?;
            *values = Distribution::Values(read);
        }
        if has_file {
            let mut problems = Problems::default();
            population.validate(&mut problems, &format!("populations[{k}]"));
            if let Some(problem) = problems.list().first() {
                return Err(trouble(loaded, &problem.path, &problem.message));
            }
        }
        first += count;
    }
    Ok(populations)
}

fn column(
    loaded: &LoadedScene,
    values: &FileValues,
    (first, count, total): (usize, usize, usize),
    (own, names): (&[Box<str>], &[Box<str>]),
    inputs: &mut Inputs,
) -> Result<Vec<f64>, String> {
    let (file, bytes) = loaded.files.read(&values.path)?;
    let claim = inputs.claim(&values.path, &bytes);
    let asked: Vec<String> = values.column.iter().cloned().collect();
    let question = TableQuestion {
        dialect: values.dialect.clone(),
        array: values.array.as_deref(),
        columns: &asked,
        ..TableQuestion::default()
    };
    let read = read_table(&file, bytes, &question);
    let chosen = read.and_then(|read| {
        refuse_shuffled(&read)?;
        choose(read, &asked)
    });
    let chosen = chosen.map_err(|faults| format!("{file}: {faults}"))?;
    let table = &chosen.file;
    if table.columns.len() != 1 {
        let names: Vec<String> = table.columns.iter().map(|own| own.shown()).collect();
        return Err(format!(
            "{file}: it has {} columns of numbers ({}), expected one to be named: column: \"NAME\"",
            names.len(),
            names.join(", ")
        ));
    }
    let rows = table.table.rows;
    let begin = if rows == count {
        0
    } else if rows == total {
        first
    } else {
        return Err(format!(
            "{file}: {rows} rows, expected {count}, one for each vertex of the population, or \
             {total}, one for each of the scene"
        ));
    };
    let mut told = chosen.told();
    let known = if rows == count { own } else { names };
    let order = match &table.labels {
        Some((column, labels)) => match order_by_names(labels, known) {
            Ok(Some(order)) => {
                told.push(format!(
                    "rows are vertices by the names of {}",
                    column.shown()
                ));
                Some(order)
            }
            Ok(None) => None,
            Err(message) => return Err(format!("{file}: {}: {message}", column.shown())),
        },
        None => None,
    };
    if values.scale != 1.0 {
        told.push(format!("values are multiplied by {}", values.scale));
    }
    inputs.add(claim, &chosen.summary(), &told);
    let numbers = &table.table.numbers;
    if let Some(vertex) = (begin..begin + count).find(|vertex| {
        let row = order.as_ref().map_or(*vertex, |order| order[*vertex]);
        numbers[row].is_nan()
    }) {
        let place = table
            .missing
            .0
            .first()
            .map(|(line, _)| format!(" (the first gap is in line {line})"));
        return Err(format!(
            "{file}: row {} has no number{}; expected one for each vertex",
            vertex + 1,
            place.unwrap_or_default()
        ));
    }
    let row = |vertex: usize| order.as_ref().map_or(vertex, |order| order[vertex]);
    let all = (begin..begin + count).map(|vertex| numbers[row(vertex)] * values.scale);
    Ok(all.collect())
}

/// The row of each vertex, when rows are named as the graph's file names vertices; none when they
/// have other names altogether.
///
/// # Errors
/// When only some of the names are those of vertices, or one comes twice.
fn order_by_names(labels: &[String], names: &[Box<str>]) -> Result<Option<Vec<usize>>, String> {
    let rows: BTreeMap<&str, usize> = labels.iter().map(String::as_str).zip(0..).collect();
    let found: Vec<Option<usize>> = names
        .iter()
        .map(|name| rows.get(&**name).copied())
        .collect();
    let missing = found.iter().position(Option::is_none);
    match (missing, found.iter().flatten().count()) {
        (_, 0) => Ok(None),
        (Some(vertex), _) => Err(format!(
            "no row is named {:?}, while others have names of vertices; expected one for each",
            names[vertex]
        )),
        (None, _) if rows.len() != labels.len() => {
            Err("a name comes twice, expected a row for each vertex".to_owned())
        }
        (None, _) => Ok(Some(found.into_iter().flatten().collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_matched_by_the_names_of_vertices() {
        let names: Vec<Box<str>> = ["MT", "V1", "V2"].map(Into::into).to_vec();
        let order = |labels: [&str; 3]| order_by_names(&labels.map(str::to_owned), &names);
        assert_eq!(order(["V1", "V2", "MT"]), Ok(Some(vec![2, 0, 1])));
        assert_eq!(order(["a", "b", "c"]), Ok(None));
        assert!(order(["V1", "V2", "x"]).unwrap_err().contains("\"MT\""));
        assert_eq!(order_by_names(&["a".to_owned()], &[]), Ok(None));
    }
}
