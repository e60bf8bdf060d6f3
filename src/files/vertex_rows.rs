//! Tables whose rows are vertices: are they in order?

use super::fault::Faults;
use super::names::plain_name;
use super::table_file::TableFile;

/// Names of columns that say which vertex a row is.
pub(super) const VERTICES: [&str; 8] = [
    "vertex", "id", "node", "nodeid", "vertexid", "index", "v", "unnamed0",
];

/// Refuses tables of vertices whose rows are not in order, by a column that numbers them.
///
/// # Errors
/// With the first row that is out of order.
pub fn refuse_shuffled(file: &TableFile) -> Result<(), Faults> {
    for (k, column) in file.columns.iter().enumerate() {
        let name = column.name.as_deref().map(plain_name).unwrap_or_default();
        let values: Vec<f64> = file.table.column(k).collect();
        // Without a name, a first column of each number from 0 or 1 on numbers the rows.
        let numbers =
            k == 0 && file.columns.len() > 1 && name.is_empty() && is_permutation(&values);
        if !VERTICES.contains(&name.as_str()) && !numbers {
            continue;
        }
        let late = values.windows(2).position(|pair| pair[1] != pair[0] + 1.0);
        if let Some(row) = late {
            let shown = column.shown();
            return Err(Faults::whole(format!(
                "rows are taken as vertices in order, but {shown} has {} in row {} and {} in row \
                 {}; expected rows in the order of vertices",
                values[row],
                row + 1,
                values[row + 1],
                row + 2
            )));
        }
    }
    Ok(())
}

/// Whether numbers are 0 … n − 1 or 1 … n in some order.
fn is_permutation(values: &[f64]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let first = sorted.first().copied().unwrap_or(2.0);
    let all = sorted.windows(2).all(|pair| pair[1] == pair[0] + 1.0);
    all && (first == 0.0 || first == 1.0)
}
