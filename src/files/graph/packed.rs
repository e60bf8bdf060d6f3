//! Graphs in zip archives: an array of an `.npz`, a sparse matrix as SciPy saves it, or a
//! connectome of The Virtual Brain (weights, tract lengths and centres as texts).

use super::super::archive::{member, members};
use super::super::array::{self, ArrayFile};
use super::super::dialect::DialectOptions;
use super::super::fault::Faults;
use super::super::table::read_text;
use super::super::table_file::TableFile;
use super::super::text::decode;
use super::data::{Direction, GraphFile, Names};
use super::edge_data::EdgeColumn;
use super::format::{GraphFormat, GraphQuestion};
use super::matrix;

/// Reads the graph of an archive.
///
/// # Errors
/// When it holds none, or several and none is named.
pub fn parse(bytes: &[u8], asked: &GraphQuestion<'_>) -> Result<GraphFile, Faults> {
    let all = members(bytes)?;
    let find = |ending: &str| all.iter().find(|name| name.ends_with(ending)).cloned();
    if asked.array.is_none()
        && let Some(weights) = find("weights.txt")
    {
        return connectome(
            bytes,
            &weights,
            [find("tract_lengths.txt"), find("centres.txt")],
            asked,
        );
    }
    let holds = |name: &str| all.iter().any(|own| own == name);
    if asked.array.is_none() && holds("data.npy") && holds("shape.npy") {
        return sparse(bytes, holds("indptr.npy"), asked);
    }
    matrix::of_array(array::read(bytes, asked.array)?, asked)
}

fn text_table(bytes: &[u8], name: &str, asked: &GraphQuestion<'_>) -> Result<TableFile, Faults> {
    let (text, _) = decode(member(bytes, name)?)?;
    let named = |faults: Faults| Faults::whole(format!("{name}: {faults}"));
    read_text(&text, &DialectOptions::default(), &[], &asked.cancel).map_err(named)
}

/// Weights from the column's area to the row's, as The Virtual Brain has them.
fn connectome(
    bytes: &[u8],
    weights: &str,
    [lengths, centres]: [Option<String>; 2],
    asked: &GraphQuestion<'_>,
) -> Result<GraphFile, Faults> {
    let turned = GraphQuestion {
        rows_are_targets: true,
        ..asked.clone()
    };
    let table = text_table(bytes, weights, asked)?;
    let n = table.table.rows;
    let mut graph = matrix::of_table(table, &turned)?;
    graph.notes = vec![format!(
        "a connectome of The Virtual Brain: {weights}, rows are targets, columns sources"
    )];
    if let Some(name) = lengths {
        let table = text_table(bytes, &name, asked)?.table;
        if [table.rows, table.columns] != [n, n] {
            let message = format!(
                "{name} is {} × {}, expected {n} × {n}",
                table.rows, table.columns
            );
            return Err(Faults::whole(message));
        }
        let mut column = EdgeColumn::new("tract_length", 0);
        let length = |ends: &[u32; 2]| table.numbers[ends[1] as usize * n + ends[0] as usize];
        column.values = graph.edges.iter().map(length).collect();
        column.numbers = column.values.len() as u64;
        graph.notes.push(format!(
            "{name} is the datum \"tract_length\" (length: \"tract_length\", speed: … make delays)"
        ));
        // Both directions of a pair may differ in length.
        let both = |i: usize, j: usize| table.numbers[i * n + j] == table.numbers[j * n + i];
        let alike = (0..n).all(|i| (0..i).all(|j| both(i, j)));
        if graph.direction == Direction::Undirected && !alike {
            graph
                .notes
                .push("lengths of both directions differ: the lower triangle holds".to_owned());
        }
        graph.columns.push(column);
    }
    if let Some(name) = centres {
        let (text, _) = decode(member(bytes, &name)?)?;
        let names = text
            .lines()
            .filter_map(|line| line.split_whitespace().next());
        let names: Vec<Box<str>> = names.map(Into::into).collect();
        if names.len() == n {
            graph.names = Names::Texts(names);
        } else {
            graph.notes.push(format!(
                "{name} has {} names, which are not used",
                names.len()
            ));
        }
    }
    Ok(graph)
}

/// The numbers of an array with one side, as whole numbers.
fn indices(bytes: &[u8], name: &str) -> Result<Vec<usize>, Faults> {
    let array: ArrayFile = array::read(&member(bytes, name)?, None)?;
    let whole = |value: &f64| value.fract() == 0.0 && (0.0..4e9).contains(value);
    match array.numbers.iter().find(|value| !whole(value)) {
        Some(odd) => Err(Faults::whole(format!(
            "{name} holds {odd}, expected whole numbers from 0 on"
        ))),
        None => Ok(array.numbers.iter().map(|value| *value as usize).collect()),
    }
}

/// A matrix of `scipy.sparse.save_npz`: `csr`, `csc` or `coo`.
fn sparse(bytes: &[u8], compressed: bool, asked: &GraphQuestion<'_>) -> Result<GraphFile, Faults> {
    let shape = indices(bytes, "shape.npy")?;
    let &[n, columns] = shape.as_slice() else {
        return Err(Faults::whole("its sparse matrix has not two sides"));
    };
    if n != columns {
        return Err(Faults::whole(format!(
            "a sparse matrix of {n} × {columns}, expected a square one"
        )));
    }
    let data = array::read(&member(bytes, "data.npy")?, None)?.numbers;
    let form = member(bytes, "format.npy")?;
    let by_column = form.windows(3).any(|part| part == b"csc");
    let (rows, columns) = if compressed {
        let (starts, inner) = (
            indices(bytes, "indptr.npy")?,
            indices(bytes, "indices.npy")?,
        );
        let ordered = starts.windows(2).all(|pair| pair[0] <= pair[1]);
        let whole = starts.len() == n + 1 && starts.last() == Some(&inner.len());
        if !ordered || !whole || inner.len() != data.len() {
            return Err(Faults::whole(
                "the indices of its sparse matrix do not fit each other",
            ));
        }
        let ranges = starts.windows(2).enumerate();
        let outer = ranges.flat_map(|(k, pair)| std::iter::repeat_n(k, pair[1] - pair[0]));
        let outer: Vec<usize> = outer.collect();
        if by_column {
            (inner, outer)
        } else {
            (outer, inner)
        }
    } else {
        (indices(bytes, "row.npy")?, indices(bytes, "col.npy")?)
    };
    if rows.len() != data.len() || columns.len() != data.len() {
        return Err(Faults::whole(
            "the indices of its sparse matrix do not fit its data",
        ));
    }
    if rows.iter().chain(&columns).any(|place| *place >= n) {
        return Err(Faults::whole(format!(
            "its sparse matrix has entries beyond {n} × {n}"
        )));
    }
    let mut graph = GraphFile::empty(GraphFormat::Matrix);
    let mut weight = EdgeColumn::new("weight", 0);
    for ((row, column), value) in rows.into_iter().zip(columns).zip(data) {
        if value != 0.0 {
            let pair = if asked.rows_are_targets {
                [column, row]
            } else {
                [row, column]
            };
            graph.edges.push(pair.map(|place| place as u32));
            weight.values.push(value);
        }
    }
    weight.numbers = weight.values.len() as u64;
    graph.columns = vec![weight];
    graph.names = Names::Numbers((0..n as u64).collect());
    graph.lists_vertices = true;
    graph.direction = Direction::Directed;
    let rows = if asked.rows_are_targets {
        "targets"
    } else {
        "sources"
    };
    graph.notes.push(format!(
        "a sparse matrix of SciPy: rows are {rows}, every entry is an edge"
    ));
    Ok(graph)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use zip::write::SimpleFileOptions;

    fn packed(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn npy(descr: &str, count: usize, data: &[u8]) -> Vec<u8> {
        let shape = format!("({count},)");
        let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn whole(values: &[i32]) -> Vec<u8> {
        let data: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        npy("<i4", values.len(), &data)
    }

    #[test]
    fn a_connectome_has_lengths_names_and_rows_as_targets() {
        let files = [
            ("weights.txt", b"0 2\n1 0\n".to_vec()),
            ("tract_lengths.txt", b"0 20\n30 0\n".to_vec()),
            ("centres.txt", b"left 1 2 3\nright 4 5 6\n".to_vec()),
        ];
        let found = parse(&packed(&files), &GraphQuestion::default()).unwrap();
        assert_eq!(
            (found.names.of(1), found.edges.len()),
            ("right".to_owned(), 2)
        );
        let at = found.edges.iter().position(|ends| *ends == [1, 0]).unwrap();
        let values: Vec<_> = found
            .columns
            .iter()
            .map(|column| column.values[at])
            .collect();
        assert_eq!(values, [2.0, 20.0]);
    }

    #[test]
    fn a_sparse_matrix_is_read_by_its_form_and_checked() {
        let data: Vec<u8> = [1.5f64, 2.5]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let files = |form: &[u8], last| {
            packed(&[
                ("indices.npy", whole(&[1, last])),
                ("indptr.npy", whole(&[0, 1, 2, 2])),
                ("format.npy", npy("|S3", 1, form)),
                ("shape.npy", whole(&[3, 3])),
                ("data.npy", npy("<f8", 2, &data)),
            ])
        };
        let read = |form: &[u8], last| parse(&files(form, last), &GraphQuestion::default());
        assert_eq!(read(b"csr", 2).unwrap().edges, [[0, 1], [1, 2]]);
        assert_eq!(read(b"csc", 2).unwrap().edges, [[1, 0], [2, 1]]);
        assert!(
            read(b"csr", 7)
                .unwrap_err()
                .to_string()
                .contains("beyond 3 × 3")
        );
        assert!(parse(&packed(&[("a.txt", vec![])]), &GraphQuestion::default()).is_err());
    }
}
