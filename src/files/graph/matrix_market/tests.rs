use super::*;
use proptest::prelude::*;

const SMALL: &str = "%%MatrixMarket matrix coordinate real general
% by hand

3 3 4
1 2 0.5
3 1 -1e1

2 2 0
3 3 4
";

fn read(text: &str) -> GraphFile {
    parse(text, &GraphQuestion::default()).unwrap()
}

fn refused(text: &str) -> String {
    parse(text, &GraphQuestion::default())
        .unwrap_err()
        .to_string()
}

#[test]
fn entries_are_edges_from_rows_to_columns_or_back() {
    let graph = read(SMALL);
    assert_eq!((graph.names.len(), graph.names.of(2)), (3, "3".to_owned()));
    assert_eq!(graph.edges, [[0, 1], [2, 0], [2, 2]]);
    assert_eq!(graph.lines, [5, 6, 9]);
    assert_eq!(graph.columns[0].values, [0.5, -10.0, 4.0]);
    assert_eq!(graph.direction, Direction::Directed);
    let notes = [
        "rows are sources, columns are targets",
        "1 entry is 0 and no edge",
    ];
    assert_eq!(graph.notes, notes);
    let asked = GraphQuestion {
        rows_are_targets: true,
        ..GraphQuestion::default()
    };
    assert_eq!(
        parse(SMALL, &asked).unwrap().edges,
        [[1, 0], [0, 2], [2, 2]]
    );
}

#[test]
fn symmetries_and_patterns_are_read_as_they_are_meant() {
    let symmetric = SMALL.replace("general", "symmetric").replace("1 2", "2 1");
    let graph = read(&symmetric);
    assert_eq!(
        (graph.edges, graph.direction),
        (vec![[1, 0], [2, 0], [2, 2]], Direction::Undirected)
    );
    assert!(
        refused(&SMALL.replace("general", "symmetric")).contains("line 5: found an entry above")
    );
    let skew = read("%%MatrixMarket matrix coordinate integer skew-symmetric\n2 2 1\n2 1 3\n");
    assert_eq!(
        (skew.edges, &skew.columns[0].values),
        (vec![[1, 0], [0, 1]], &vec![3.0, -3.0])
    );
    assert!(
        skew.notes[0].contains("with the other sign"),
        "{:?}",
        skew.notes
    );
    let pattern = read("%%matrixmarket MATRIX coordinate pattern general\n2 2 1\n2 1\n");
    assert_eq!((pattern.edges.len(), pattern.columns.len()), (1, 0));
}

#[test]
fn dense_matrices_are_read_column_by_column() {
    let graph = read("%%MatrixMarket matrix array real general\n2 2\n1\n2\n0\n4\n");
    assert_eq!(graph.edges, [[0, 0], [1, 0], [1, 1]]);
    assert_eq!(graph.columns[0].values, [1.0, 2.0, 4.0]);
    let half = read("%%MatrixMarket matrix array real symmetric\n3 3\n1\n2\n3\n4\n5\n6\n");
    assert_eq!(half.edges, [[0, 0], [1, 0], [2, 0], [1, 1], [2, 1], [2, 2]]);
    let skew = read("%%MatrixMarket matrix array real skew-symmetric\n3 3\n1\n2\n3\n");
    assert_eq!(skew.edges, [[1, 0], [0, 1], [2, 0], [0, 2], [2, 1], [1, 2]]);
    assert!(
        refused("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n5\n")
            .contains("line 2: the sizes say that there are 4 entries, found 5")
    );
}

#[test]
fn what_is_wrong_is_named() {
    for (from, to, part) in [
        ("real", "complex", "line 1: the matrix is complex"),
        ("general", "hermitian", "the matrix is hermitian"),
        ("3 3 4", "3 2 4", "line 4: the matrix is 3 × 2"),
        ("3 3 4", "3 3 5", "there are 5 entries, found 4"),
        ("3 3 4", "9999999999 9999999999 4", "far more than its"),
        ("3 3 4", "3 3", "expected rows, columns and entries"),
        (
            "1 2 0.5",
            "1 4 0.5",
            "line 5: found the vertex \"4\", expected a number from 1 to 3",
        ),
        ("1 2 0.5", "1 0 0.5", "found the vertex \"0\""),
        ("1 2 0.5", "1 2", "line 5: the entry is \"\""),
        ("1 2 0.5", "1 2 0.5 1", "behind the entry"),
        ("%%Ma", "%Ma", "the first line is"),
        ("matrix c", "vector c", "it is a \"vector\""),
    ] {
        let message = refused(&SMALL.replacen(from, to, 1));
        assert!(message.contains(part), "{to}: {message}");
    }
    let skew = SMALL.replace("general", "skew-symmetric");
    assert!(refused(&skew).contains("line 9: entry 3, 3 of a skew-symmetric matrix is not 0"));
    assert!(refused("").contains("the first line is"));
    assert!(refused("%%MatrixMarket matrix array real general\n").contains("ends before"));
}

proptest! {
    #[test]
    fn no_cut_and_no_text_breaks_it(at in 0..SMALL.len(), text in "[%a0-9 .\n-]{0,30}") {
        let begin = SMALL.get(..at).unwrap_or_default();
        let rest = SMALL.get(at..).unwrap_or_default();
        for kind in ["real general", "real symmetric", "integer skew-symmetric"] {
            for own in [begin.to_owned(), format!("{begin}{text}{rest}")] {
                let _ = parse(&own.replace("real general", kind), &GraphQuestion::default());
            }
            let dense = format!("%%MatrixMarket matrix array {kind}\n{text}");
            let _ = parse(&dense, &GraphQuestion::default());
        }
    }
}
