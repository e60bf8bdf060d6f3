use super::*;
use crate::files::graph::Direction;
use proptest::prelude::*;

const SMALL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.3" xmlns:viz="http://www.gexf.net/1.3/viz" version="1.3">
<graph defaultedgetype="directed"><attributes class="edge" mode="static">
<attribute id="0" title="delay" type="double"><default>0.5</default></attribute>
<attribute id="1" title="road" type="string"/></attributes>
<nodes><node id="a" label="Alpha"><viz:size value="3"/><nodes>
<node id="b" label="Beta"/></nodes></node><node id="c" label="Gamma" pid="a"/></nodes>
<edges><edge id="0" source="a" target="b" weight="2.5"><attvalues>
<attvalue for="0" value="0.25"/><attvalue for="1" value="wide"/></attvalues></edge>
<edge source="c" target="a" type="undirected"><spells><spell start="1"/></spells></edge>
</edges></graph></gexf>"#;

fn refused(text: &str) -> String {
    parse(text, &Cancel::default()).unwrap_err().to_string()
}

#[test]
fn nodes_edges_and_data_are_read() {
    let graph = parse(SMALL, &Cancel::default()).unwrap();
    assert_eq!(graph.edges, [[0, 1], [2, 0]]);
    assert_eq!(graph.labels[2].as_ref(), "Gamma");
    assert_eq!(graph.direction, Direction::Each(vec![true, false]));
    let values: Vec<_> = graph
        .columns
        .iter()
        .map(|own| {
            (
                own.name.as_str(),
                own.value(0),
                own.value(1),
                own.text_count,
            )
        })
        .collect();
    let expected = [
        ("delay", Some(0.25), Some(0.5), 0),
        ("road", None, None, 1),
        ("weight", Some(2.5), Some(1.0), 0),
    ];
    assert_eq!(values, expected);
    let notes = graph.notes.join("\n");
    assert!(notes.contains("2 nodes are within others"), "{notes}");
    assert!(notes.contains("1 of 2 edges have no weight"), "{notes}");
    assert!(notes.contains("times (spells"), "{notes}");
}

#[test]
fn what_is_wrong_is_named() {
    let message = refused(
        &SMALL
            .replace("target=\"b\"", "target=\"x\"")
            .replace("undi", "a"),
    );
    assert!(
        message.contains("line 10, column 1: the type of an edge is \"arected\""),
        "{message}"
    );
    assert!(
        message.contains("line 8: an edge ends at \"x\""),
        "{message}"
    );
    assert!(refused("<graphml/>").contains("expected <gexf>"));
    assert!(refused("<gexf/>").contains("no <graph>"));
}

#[test]
fn values_over_time_are_no_number() {
    let text = SMALL.replace(
        "for=\"1\" value=\"wide\"",
        "for=\"0\" value=\"3\" start=\"2\"",
    );
    let graph = parse(&text, &Cancel::default()).unwrap();
    assert!(!graph.columns[0].is_numeric());
}

proptest! {
    #[test]
    fn no_cut_and_no_text_breaks_it(at in 0..SMALL.len(), text in "[<>/a-z\"'=& ]{0,40}") {
        let begin = SMALL.get(..at).unwrap_or_default();
        let _ = parse(begin, &Cancel::default());
        let rest = SMALL.get(at..).unwrap_or_default();
        let _ = parse(&format!("{begin}{text}{rest}"), &Cancel::default());
    }
}
