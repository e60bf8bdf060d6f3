use super::*;
use crate::files::graph::{Direction, Names};
use proptest::prelude::*;

const SMALL: &str = r#"<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="edge" attr.name="weight" attr.type="double"><default>0.5</default></key>
  <key id="d1" for="edge" attr.name="delay" attr.type="double"/>
  <key id="d2" for="node" attr.name="weight" attr.type="double"/>
  <graph id="G" edgedefault="undirected">
    <node id="a"><data key="d2">7</data></node><node id="b&amp;c"/><node id="d"/>
    <edge source="a" target="b&amp;c"/>
    <edge source="d" target="a"><data key="d0">2</data><data key="d1">0.25</data></edge>
  </graph>
</graphml>"#;

fn read(text: &str) -> GraphFile {
    parse(text, &Cancel::default()).unwrap()
}

fn refused(text: &str) -> String {
    parse(text, &Cancel::default()).unwrap_err().to_string()
}

fn document(inner: &str) -> String {
    format!("<graphml>\n<graph edgedefault='directed'>\n{inner}\n</graph>\n</graphml>")
}

fn names(graph: &GraphFile) -> Vec<String> {
    (0..graph.names.len())
        .map(|vertex| graph.names.of(vertex))
        .collect()
}

fn labels(graph: &GraphFile) -> Vec<&str> {
    graph.labels.iter().map(AsRef::as_ref).collect()
}

/// The values of a column, by its name.
fn values(graph: &GraphFile, name: &str) -> Vec<Option<f64>> {
    let column = graph
        .columns
        .iter()
        .find(|column| column.name == name)
        .unwrap();
    (0..graph.edges.len())
        .map(|edge| column.value(edge))
        .collect()
}

#[test]
fn nodes_edges_and_data_are_read() {
    let graph = read(SMALL);
    assert_eq!(names(&graph), ["a", "b&c", "d"]);
    assert_eq!(graph.edges, [[0, 1], [2, 0]]);
    assert_eq!(graph.lines, [8, 9]);
    assert_eq!(graph.direction, Direction::Undirected);
    assert!(graph.lists_vertices);
    assert_eq!(values(&graph, "weight"), [Some(0.5), Some(2.0)]);
    assert_eq!(values(&graph, "delay"), [None, Some(0.25)]);
    assert_eq!(graph.notes, ["data of nodes are not read: \"weight\""]);
}

#[test]
fn references_and_raw_text_are_read_as_they_are_meant() {
    for written in [
        "&#50;",
        "<![CDATA[2]]>",
        " 2 ",
        "2.&#48;",
        "0x1p+1",
        "<!-- a -->2",
    ] {
        let graph = read(&SMALL.replace(">2<", &format!(">{written}<")));
        assert_eq!(values(&graph, "weight")[1], Some(2.0), "{written}");
    }
}

#[test]
fn nodes_may_come_behind_the_edges_that_name_them() {
    let graph = read(&document(
        "<edge source='b' target='a' weight='2'/><node id='c'/><node id='a'/><node id='b'/>",
    ));
    assert_eq!(names(&graph), ["c", "a", "b"]);
    assert_eq!(graph.edges, [[2, 1]]);
    assert_eq!(values(&graph, "weight"), [Some(2.0)]);
    assert_eq!(
        graph.notes,
        ["attributes of edges are read as data: \"weight\""]
    );
}

#[test]
fn directions_of_single_edges_are_kept_when_they_differ() {
    let edges = "<node id='a'/><edge source='a' target='a'/>\
                 <edge source='a' target='a' directed='false'/>";
    let graph = read(&document(edges));
    assert_eq!(graph.direction, Direction::Each(vec![true, false]));
    assert_eq!(
        graph.notes,
        ["1 of 2 edges are directed, the others undirected"]
    );
    let same = read(&document(&edges.replace("false", "true")));
    assert_eq!(same.direction, Direction::Directed);
    let unsaid = document(edges).replace(" edgedefault='directed'", "");
    assert!(
        refused(&unsaid).contains("line 3: 1 of 2 edges do not say"),
        "{}",
        refused(&unsaid)
    );
    let none = unsaid.replace(" directed='false'", "");
    assert_eq!(read(&none).direction, Direction::Unsaid);
}

#[test]
fn groups_are_flattened_and_told() {
    let nested = "<node id='g'>\n<graph><node id='x'/><node id='y'/></graph></node>";
    let graph = read(&document(&format!(
        "{nested}<node id='z'/><edge source='x' target='z'/>"
    )));
    assert_eq!(names(&graph), ["x", "y", "z"]);
    assert_eq!(graph.edges, [[0, 2]]);
    assert_eq!(
        graph.notes,
        ["group \"g\" of line 4 is a folder of 2 nodes, no vertex"]
    );
    let graph = read(&document(&format!("{nested}<edge source='x' target='g'/>")));
    assert_eq!(names(&graph), ["g", "x", "y"]);
    assert_eq!(graph.edges, [[1, 0]]);
    assert!(
        graph.notes[0].contains("a vertex too, since edges end at it"),
        "{:?}",
        graph.notes
    );
}

#[test]
fn ports_and_drawings_are_passed_over() {
    let graph = read(
        "<graphml xmlns='u' xmlns:y='v'><key id='n' for='node' yfiles.type='nodegraphics'/>
<key id='e' for='edge' yfiles.type='edgegraphics'/><graph edgedefault='directed'>
<node id='a'><data key='n'><y:Shape><y:NodeLabel>one<y:Model/></y:NodeLabel>\
<y:node id='q'/></y:Shape></data><port name='p'><data key='n'>7</data></port></node>
<y:node id='r'><node id='s'/></y:node>
<edge source='a' target='a' sourceport='p'><data key='e'><y:Line>x<y:EdgeLabel>1.5</y:EdgeLabel>
<y:EdgeLabel>2</y:EdgeLabel></y:Line></data></edge></graph></graphml>",
    );
    assert_eq!(
        (names(&graph), labels(&graph)),
        (vec!["a".to_owned()], vec!["one"])
    );
    assert_eq!(values(&graph, "EdgeLabel"), [Some(1.5)]);
    let notes = graph.notes.join("\n");
    assert!(notes.contains("1 <port>, 1 ends of edges"), "{notes}");
    assert!(notes.contains("1 labels are drawn beside"), "{notes}");
}

#[test]
fn keys_of_other_domains_and_of_none_are_read_and_told() {
    let text = "<graphml><key id='w' for='node' attr.name='weight'/>
<key id='x' for='all' attr.name='speed' attr.type='string'><default>fast</default></key>
<key id='k' for='node' attr.name='kind'/><key id='k' for='edge' attr.name='kind'/>
<graph edgedefault='directed'><node id='a'><data key='k'>q</data></node>
<edge source='a' target='a'><data key='w'>3</data><data key='x'>4</data><data key='u'>5</data>
<data key='k'>road</data></edge></graph></graphml>";
    let graph = read(text);
    for (name, value) in [("weight", 3.0), ("speed", 4.0), ("u", 5.0)] {
        assert_eq!(values(&graph, name), [Some(value)]);
    }
    let kind = graph.columns.iter().find(|own| own.name == "kind").unwrap();
    assert_eq!(
        (kind.text_count, &kind.texts[0]),
        (1, &(6, "road".to_owned()))
    );
    let notes = graph.notes.join("\n");
    for part in [
        "\"u\" is declared by no <key>",
        "of the key \"weight\", which is declared for node (line 1)",
        "\"speed\": declared as text",
        "defaults of \"speed\" are no numbers",
        "data of nodes are not read: \"kind\"",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
}

#[test]
fn data_of_one_name_are_told_apart() {
    let text = "<graphml><key id='d0' for='edge' attr.name='weight'/>
<key id='d7' for='edge' attr.name='weight'/><graph edgedefault='directed'><node id='a'/>
<edge source='a' target='a'><data key='d7'>3</data><data key='d0'>4</data></edge>
</graph></graphml>";
    let graph = read(text);
    assert_eq!(values(&graph, "weight"), [Some(4.0)]);
    assert_eq!(values(&graph, "weight (d7)"), [Some(3.0)]);
    assert!(
        graph.notes[0].ends_with("are named with their keys: \"weight (d7)\""),
        "{:?}",
        graph.notes
    );
    let twice = read(&text.replace("key='d0'>", "key='d7'>"));
    assert!(!twice.columns[0].is_numeric());
    assert_eq!(twice.columns[0].texts, [(3, "several values".to_owned())]);
}

#[test]
fn keys_may_be_declared_behind_their_use() {
    let graph = read(&document(
        "<node id='a'/><edge source='a' target='a'><data key='d0'>3</data></edge>
<key id='d0' for='edge' attr.name='weight'/>",
    ));
    assert_eq!(values(&graph, "weight"), [Some(3.0)]);
    assert!(graph.notes.is_empty(), "{:?}", graph.notes);
}

#[test]
fn elements_may_have_a_prefix() {
    let text = SMALL.replace("xmlns=", "xmlns:g=").replace("</", "</g:");
    let text = text
        .replace('<', "<g:")
        .replace("<g:/g:", "</g:")
        .replace("<g:?", "<?");
    let graph = read(&text);
    assert_eq!((names(&graph), graph.edges.len()), (names(&read(SMALL)), 2));
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    let text = SMALL
        .replace("target=\"b&amp;c\"", "target=\"e\"")
        .replace("source=\"d\"", "source=\"f\"")
        .replace("id=\"d\"", "id=\"a\"");
    assert_eq!(
        refused(&text),
        "line 7, column 68: found a second <node> \"a\" (the first is in line 7), expected one
  line 8: an edge ends at \"e\", expected the id of a <node>
  line 9: an edge ends at \"f\", expected the id of a <node>"
    );
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    for (inner, part) in [
        ("<hyperedge/>\n<hyperedge/>", "line 3: found 2 <hyperedge>"),
        ("<node/>", "line 3, column 1: <node> without id"),
        ("<edge target='a'/>", "<edge> without source"),
        ("<edge source='a' source='a' target='a'/>", "stands twice"),
        ("<node id='&x;'/>", "x"),
        (
            "<node id='a'><data key='k'>&x;</data></node>",
            "found &x;, which is not declared",
        ),
        (
            "<node id='a'>",
            "found </graph>, expected </node>, which line 3 opens",
        ),
        (
            "</graph><graph edgedefault='directed'>",
            "a second <graph> (the first is in line 2)",
        ),
        ("<locator/>", "in another file"),
    ] {
        let message = refused(&document(inner));
        assert!(message.contains(part), "{inner}: {message}");
    }
    let bomb = format!("<!DOCTYPE g [<!ENTITY lol \"lol\">]>{SMALL}")
        .replace("<?xml version=\"1.0\"?>", "");
    assert!(
        refused(&bomb).contains("declares the entity \"lol\""),
        "{}",
        refused(&bomb)
    );
    assert!(refused("<svg/>").contains("found <svg>, expected <graphml>"));
    assert!(refused("").contains("found no <graph>"));
    assert!(refused("<graphml/>").contains("found no <graph>"));
    let cut = refused(&SMALL[..SMALL.len() - 19]);
    assert!(
        cut.contains("the document ends within <graph> of line 6"),
        "{cut}"
    );
    let two = format!("{SMALL}<graphml/>");
    assert!(refused(&two).contains("second root element"));
}

#[test]
fn whoever_asks_to_stop_is_obeyed() {
    let cancel = Cancel::default();
    cancel.request(crate::base::cancel::CancelCause::Interrupted);
    let stopped = parse(SMALL, &cancel).unwrap_err();
    assert_eq!(stopped.to_string(), "reading was stopped before its end");
}

#[test]
fn deep_nesting_and_many_data_take_no_more_than_the_file() {
    let deep: String = (0..100_000)
        .map(|k| format!("<graph><node id='{k}'>"))
        .collect();
    assert!(refused(&format!("<graphml>{deep}")).contains("ends within <node>"));
    let keys: String = (0..3_000)
        .map(|k| format!("<key id='k{k}' for='edge'/>"))
        .collect();
    let edges = "<edge source='a' target='a'/>".repeat(20_000);
    let data: String = (0..3_000)
        .map(|k| format!("<data key='k{k}'>1</data>"))
        .collect();
    let text = document(&format!(
        "{keys}<node id='a'/>{edges}<edge source='a' target='a'>{data}</edge>"
    ));
    assert!(refused(&text).contains("far more than the file"));
}

#[test]
fn names_of_all_vertices_are_labels() {
    let keys = "<key id='n' for='node' attr.name='Name'/>";
    let nodes = "<node id='a'><data key='n'>V1</data></node><node id='b'/>";
    let some = read(&document(&format!("{keys}{nodes}")));
    assert!(some.labels.is_empty());
    assert_eq!(
        some.notes,
        ["labels (\"name\") are not used: 1 of 2 vertices have one"]
    );
    let nodes = nodes.replace("'b'/>", "'b'><data key='n'>V2</data></node>");
    assert_eq!(
        labels(&read(&document(&format!("{keys}{nodes}")))),
        ["V1", "V2"]
    );
    assert!(matches!(some.names, Names::Texts(_)));
}

proptest! {
    #[test]
    fn no_cut_and_no_text_breaks_it(at in 0..SMALL.len(), text in "[<>/a-z\"'=& !?-]{0,40}") {
        let _ = parse(SMALL.get(..at).unwrap_or_default(), &Cancel::default());
        let rest = SMALL.get(at..).unwrap_or_default();
        let own = format!("{}{text}{rest}", SMALL.get(..at).unwrap_or_default());
        let _ = parse(&own, &Cancel::default());
        let _ = parse(&text, &Cancel::default());
    }
}
