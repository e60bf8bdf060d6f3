use super::*;
use crate::files::graph::Direction;
use proptest::prelude::*;

const SMALL: &str = r#"Creator "me [1]"
graph [
  # a remark
  directed 1
  multigraph 1
  node [ id 7 label "A &quot;1&quot;" graphics [ x 1.0 fill [ r 1 ] ] ]
  node [
    id 3
    label "B"
  ]
  edge [ source 3 target 7 key 0 weight -0.5 kind "road" graphics [ width 2 ] ]
  edge
  [
    source 7
    target 3
    value 1E2
  ]
]
"#;

fn read(text: &str) -> GraphFile {
    parse(text, &Cancel::default()).unwrap()
}

fn refused(text: &str) -> String {
    parse(text, &Cancel::default()).unwrap_err().to_string()
}

#[test]
fn nodes_edges_and_data_are_read() {
    let graph = read(SMALL);
    assert_eq!(
        (graph.names.of(0), graph.names.of(1)),
        ("7".to_owned(), "3".to_owned())
    );
    assert_eq!(graph.labels[0].as_ref(), "A \"1\"");
    assert_eq!(
        (graph.edges.as_slice(), graph.lines[1]),
        (&[[1, 0], [0, 1]][..], 12)
    );
    assert_eq!(graph.direction, Direction::Directed);
    let values: Vec<_> = graph
        .columns
        .iter()
        .map(|own| (own.name.as_str(), own.value(0), own.value(1)))
        .collect();
    let expected = [
        ("key", Some(0.0), None),
        ("weight", Some(-0.5), None),
        ("kind", None, None),
        ("value", None, Some(100.0)),
    ];
    assert_eq!(values, expected);
    let notes = [
        "lists within edges are not read: \"graphics\"",
        "data of nodes are not read: \"graphics\"",
    ];
    assert_eq!(graph.notes, notes);
}

#[test]
fn groups_of_yed_are_folders() {
    let text = "graph [ node [ id 0 isGroup 1 ] node [ id 1 gid 0 ] node [ id 2 gid 0 ]
edge [ source 1 target 2 ] ]";
    let graph = read(text);
    assert_eq!((graph.names.len(), graph.edges), (2, vec![[0, 1]]));
    let notes = graph.notes.join("\n");
    assert!(
        notes.contains("group \"0\" of line 1 is a folder of 2 nodes, no vertex"),
        "{notes}"
    );
    assert!(notes.contains("does not say directed"), "{notes}");
}

#[test]
fn what_is_wrong_is_named() {
    let message = refused(
        &SMALL
            .replace("target 7", "target 9")
            .replace("id 3", "id 7"),
    );
    assert!(message.contains("line 7: found a second node \"7\" (the first is in line 6)"));
    assert!(
        message.contains("line 11: an edge ends at \"9\""),
        "{message}"
    );
    for (text, part) in [
        ("graph [ node [ ] ]", "node without id"),
        (
            "graph [ edge [ source 1 source 2 target 3 ] ]",
            "several source",
        ),
        ("graph [ directed 2 ]", "expected 0 or 1"),
        (
            "graph [\nnode [",
            "line 2: the text ends within the list of line 2",
        ),
        ("graph [ ] graph [ ]", "a second graph"),
        ("graph [ 5 ]", "found \"5\", expected a key"),
        ("graph [ a ]", "expected a value of \"a\""),
        (
            "graph [ a \"x ]",
            "line 1, column 11: found a quote that is never closed",
        ),
        ("]", "no list to be open"),
        ("", "found no graph"),
    ] {
        let message = refused(text);
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn gml_is_told_from_tables() {
    assert!(is_gml(SMALL) && is_gml("# x\nVersion 1 graph\n["));
    for text in [
        "a b 1\n",
        "source,target\n1,2",
        "graph 1",
        "1 2\n",
        "",
        "a 1\nb 2",
        "[graph [",
    ] {
        assert!(!is_gml(text), "{text}");
    }
    let deep = read(&format!(
        "graph [ {} ]",
        "a [ ".repeat(50_000) + &"] ".repeat(50_000)
    ));
    assert!(deep.edges.is_empty());
}

proptest! {
    #[test]
    fn no_cut_and_no_text_breaks_it(at in 0..SMALL.len(), text in "[\\[\\]\"#& a-z0-9\n]{0,40}") {
        let begin = SMALL.get(..at).unwrap_or_default();
        let rest = SMALL.get(at..).unwrap_or_default();
        for own in [begin.to_owned(), format!("{begin}{text}{rest}"), text] {
            let _ = parse(&own, &Cancel::default());
            let _ = is_gml(&own);
        }
    }
}
