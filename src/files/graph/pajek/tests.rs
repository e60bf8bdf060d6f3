use super::*;
use proptest::prelude::*;

const SMALL: &str = "% made by hand\r
*Vertices 4\r
1 \"north end\" 0.1 0.2 0.5 ic Red\r
2 b\r
*Arcs :1 \"roads\"\r
1 2 0.5 c Blue\r
2 1\r
*edges\r
3 4 2\r
*ArcsList
4 1 2
";

fn read(text: &str) -> GraphFile {
    parse(text, &Cancel::default()).unwrap()
}

fn refused(text: &str) -> String {
    parse(text, &Cancel::default()).unwrap_err().to_string()
}

#[test]
fn sections_are_read_and_told() {
    let graph = read(SMALL);
    assert_eq!((graph.names.len(), graph.names.of(3)), (4, "4".to_owned()));
    assert_eq!(graph.edges, [[0, 1], [1, 0], [2, 3], [3, 0], [3, 1]]);
    assert_eq!(graph.lines, [6, 7, 9, 11, 11]);
    assert_eq!(
        graph.direction,
        Direction::Each(vec![true, true, false, true, true])
    );
    let weight = graph
        .columns
        .iter()
        .find(|own| own.name == "weight")
        .unwrap();
    let values: Vec<_> = (0..5).map(|edge| weight.value(edge)).collect();
    assert_eq!(
        values,
        [Some(0.5), Some(1.0), Some(2.0), Some(1.0), Some(1.0)]
    );
    let notes = graph.notes.join("\n");
    for part in [
        "3 of 5 lines have no weight",
        "1 sections are of numbered relations",
        "drawing and times of 1 edges",
        "4 of 5 are arcs",
        "2 of 4 vertices have one",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
}

#[test]
fn labels_of_all_vertices_are_kept() {
    let graph = read("*Vertices 2\n2 \"two\"\n1 \"one \"\n*Arcs\n1 2\n");
    assert_eq!(
        graph
            .labels
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<&str>>(),
        ["one", "two"]
    );
    assert!(graph.columns.is_empty());
}

#[test]
fn matrices_are_arcs_from_rows_to_columns() {
    let graph = read("*Network x\n*Vertices 2\n*Matrix\n0 2\n-1 0\n");
    assert_eq!(graph.edges, [[0, 1], [1, 0]]);
    assert_eq!(graph.columns[0].value(1), Some(-1.0));
    let two = read("*Vertices 3 2\n*Matrix\n4\n5\n");
    assert_eq!(two.edges, [[0, 2], [1, 2]]);
    assert!(
        two.notes[0].contains("two kinds (2 and 1)"),
        "{:?}",
        two.notes
    );
    assert!(refused("*Vertices 2\n*Matrix\n0 2 1\n").contains("line 2: *Matrix has 3 numbers"));
}

#[test]
fn what_is_wrong_is_named() {
    for (text, part) in [
        (
            "*Vertices 2\n3 a",
            "line 2: found the vertex \"3\", expected a number from 1 to 2",
        ),
        ("*Vertices 2\n1 a\n1 b", "line 3: found the vertex 1 twice"),
        ("*Vertices 2\n*Arcs\n1", "expected two vertices"),
        ("*Vertices 2\n*Arcs\n1 2 1,5", "the weight is \"1,5\""),
        ("*Vertices 2\n*Arcs\n0 2", "found the vertex \"0\""),
        (
            "*Vertices 2\n*Vertices 2",
            "a second *Vertices (the first is in line 1)",
        ),
        ("*Arcs\n1 2", "expected *Vertices before it"),
        ("*Vertices 2\n*Strange", "found the section \"Strange\""),
        ("*Vertices 99999999999", "far more than its 21 bytes"),
        ("*Vertices", "without their number"),
        (
            "*Network a\n*Vertices 1\n*Network b",
            "line 3: found a second network",
        ),
        ("", "found no *Vertices"),
    ] {
        let message = refused(text);
        assert!(message.contains(part), "{text}: {message}");
    }
    assert!(is_pajek(SMALL) && is_pajek("*network x") && !is_pajek("% asym\n1 2\n"));
    let project = read("*Vertices 1\n*Partition p\n*Vertices 1\n3\n");
    assert_eq!(
        project.notes,
        ["1 lines of partitions, vectors and such are not read"]
    );
}

proptest! {
    #[test]
    fn no_cut_and_no_text_breaks_it(at in 0..SMALL.len(), text in "[*\"a-z0-9 .\n-]{0,40}") {
        let begin = SMALL.get(..at).unwrap_or_default();
        let rest = SMALL.get(at..).unwrap_or_default();
        for own in [begin.to_owned(), format!("{begin}{text}{rest}"), format!("*vertices {text}")] {
            let _ = parse(&own, &Cancel::default());
            let _ = is_pajek(&own);
        }
    }
}
