//! Parameters and initial states of vertices from files.

use crate::base::Problems;
use crate::files::TableFile;
use crate::files::columns::{choose, refuse_shuffled};
use crate::files::table::{TableQuestion, read as read_table};
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
            let read = column(loaded, file, (first, count, total), inputs);
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
    refuse_missing(table, &file)?;
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
    if values.scale != 1.0 {
        told.push(format!("values are multiplied by {}", values.scale));
    }
    inputs.add(claim, &chosen.summary(), &told);
    let all = table.table.numbers[begin..begin + count].iter();
    Ok(all.map(|value| value * values.scale).collect())
}

fn refuse_missing(table: &TableFile, file: &str) -> Result<(), String> {
    let count = table.missing.1;
    if count == 0 {
        return Ok(());
    }
    let place = table.missing.0.first();
    let place = place.map(|(line, _)| format!(", the first in line {line}"));
    Err(format!(
        "{file}: {count} cells have no number{}; expected one for each vertex",
        place.unwrap_or_default()
    ))
}
