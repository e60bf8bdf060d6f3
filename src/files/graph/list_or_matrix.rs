//! A list of edges or a matrix: which of both a text without further marks is.

use super::super::detect::{Content, detect};
use super::super::fault::Faults;
use super::edge_list::end_columns;
use super::format::{GraphFormat, GraphQuestion};
use super::matrix;

/// A list of edges or a matrix: which of both a text without further marks is.
///
/// # Errors
/// When it could be both, or neither.
pub fn list_or_matrix(text: &str, asked: &GraphQuestion<'_>) -> Result<GraphFormat, Faults> {
    let dialect = detect(text, &asked.dialect, Content::Edges)?;
    let named = end_columns(&dialect).1;
    if named || text.contains('{') {
        return Ok(GraphFormat::EdgeList);
    }
    let Some(shape) = matrix::shape(text, &asked.dialect) else {
        return Ok(GraphFormat::EdgeList);
    };
    if !shape.is_square {
        return Ok(GraphFormat::EdgeList);
    }
    if shape.columns > 4 || !shape.has_ends {
        return Ok(GraphFormat::Matrix);
    }
    match (shape.may_be_matrix, shape.may_be_list) {
        (false, _) => return Ok(GraphFormat::EdgeList),
        // As a list it would name an edge twice.
        (true, false) => return Ok(GraphFormat::Matrix),
        (true, true) => {}
    }
    let n = shape.columns;
    Err(Faults::whole(format!(
        "it is a matrix of {n} × {n} weights, or a list of {n} edges in {n} columns; expected \
         one to be said: format Matrix or EdgeList (--graph-format matrix, --graph-format \
         edge-list)"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_matrix_is_told_from_a_list() {
        let format = |text| list_or_matrix(text, &GraphQuestion::default());
        assert_eq!(
            format("0,1.5,0\n1.5,0,0.7\n0,0.7,0\n").unwrap(),
            GraphFormat::Matrix
        );
        assert_eq!(
            format("0 1 1.5\n1 2 0.7\n2 0 0.3\n").unwrap(),
            GraphFormat::EdgeList
        );
        assert_eq!(format("0 1\n1 2\n2 0\n").unwrap(), GraphFormat::EdgeList);
        assert_eq!(
            format("0 1 0\n1 0 1\n0 1 0\n").unwrap(),
            GraphFormat::Matrix
        );
        assert_eq!(format("0 1\n1 2\n").unwrap(), GraphFormat::EdgeList);
        assert_eq!(
            format("a b 2\nb c 3\nc a 1\n").unwrap(),
            GraphFormat::EdgeList
        );
        let both = format("0 1\n1 0\n").unwrap_err().to_string();
        assert!(
            both.contains("2 × 2") && both.contains("--graph-format"),
            "{both}"
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[a0-2,; \t\"#%{}':\r\n.-]{0,80}") {
            let _ = list_or_matrix(&text, &GraphQuestion::default());
        }
    }
}
