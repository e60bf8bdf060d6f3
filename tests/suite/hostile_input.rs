//! Scenes, tables and inputs that are wrong on purpose: refused in time, in words, without a panic.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use phantomos::base::{Input, VertexId};
use phantomos::scenario::{Blueprint, parse};

use crate::fixtures::phantom;
use crate::plant_steps::build;

#[test]
fn hostile_scenes_are_refused_in_time() {
    let graph = |kind: &str, count: usize| {
        format!(
            r#"(version: 2, name: "g", graph: (kind: {kind}, capacity: 10000000),
            populations: [(name: "a", count: {count}, model: Kuramoto())])"#
        )
    };
    let cases = [
        graph("Ring(neighbors: 9223372036854775808)", 10),
        graph(
            "WattsStrogatz(neighbors: 9223372036854775808, rewire: 0.1)",
            10,
        ),
        graph("Ring(neighbors: 4000000)", 10_000_000),
        graph("WattsStrogatz(neighbors: 4000000, rewire: 0.1)", 10_000_000),
        graph("BarabasiAlbert(edges: 1000000)", 10_000_000),
        graph("Complete", 20_000),
        graph("Lattice(rows: 9223372036854775808, columns: 2)", 10),
        graph(
            "StochasticBlock(sizes: [18446744073709551615, 2], within: 0.1, between: 0.1)",
            10,
        ),
        format!(
            "(version: 2, name: \"l\", populations: [{}])",
            "(name: \"a\", count: 0, modell: 3), ".repeat(20_000)
        ),
        format!(
            "(version: 2, name: \"l\", populations: [{}])",
            "(name: \"a\", count: 0), ".repeat(20_000)
        ),
    ];
    for text in cases {
        let begun = Instant::now();
        let judged = parse(&text, "s.ron", Path::new("."), &[]).and_then(Blueprint::new);
        let said = judged.expect_err("a refusal").to_string();
        assert!(said.len() < 60_000, "{} bytes", said.len());
        assert!(begun.elapsed() < Duration::from_secs(5), "{:.200}", text);
    }
    let many: Vec<String> = (0..65_534)
        .map(|k| format!("(name: \"p{k}\", count: 1, model: Kuramoto())"))
        .collect();
    let text = format!(
        "(version: 2, name: \"m\", graph: (capacity: 70000), populations: [{}])",
        many.join(",")
    );
    let begun = Instant::now();
    assert!(parse(&text, "m", Path::new("."), &[]).is_ok());
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_no_scenes() {
    let home = tempfile::tempdir().unwrap();
    let pipe = home.path().join("pipe.ron");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    for path in [pipe.as_path(), Path::new("/dev/zero"), home.path()] {
        let done = phantom(&["check", &path.display().to_string()]);
        assert_eq!(done.status.code(), Some(7), "{}", path.display());
    }
}

#[test]
fn a_kick_of_a_rate_that_a_phase_lacks_is_refused_live_too() {
    let text = r#"(version: 2, name: "k", populations: [
        (name: "a", count: 2, model: Kuramoto()), (name: "b", count: 2, model: Inertial())])"#;
    let mut simulation = build(text, &[]).unwrap();
    let kick = |vertex: u64| Input::Kick {
        vertex: VertexId(vertex),
        first: 0.0,
        second: 1.0,
    };
    assert!(simulation.push_input(0, kick(0)).is_err());
    assert!(simulation.push_input(0, kick(2)).is_ok());
}

#[test]
fn tables_and_lists_are_not_read_otherwise_than_meant() {
    use phantomos::files::graph::{GraphQuestion, read as read_graph};
    use phantomos::files::table::{TableQuestion, read as read_table};
    let table = |text: &str| read_table("a.csv", text.into(), &TableQuestion::default());
    let mixed = table("1,lost,3\n4,5,6\n").unwrap_err().to_string();
    assert!(mixed.contains("\"lost\""), "{mixed}");
    assert_eq!(table("1,NA,3\n4,5,6\n").unwrap().missing.1, 1);
    assert_eq!(table("1,2\r3,4\r").unwrap().table.rows, 2);
    let named = table("a,b\r1,2\r").unwrap();
    assert_eq!(named.columns[1].name.as_deref(), Some("b"));
    let list = |text: &str| read_graph("a.txt", text.into(), &GraphQuestion::default());
    assert_eq!(list("0 1\r1 2\r2 3\r").unwrap().edges.len(), 3);
    assert_eq!(list("0 1\r\n1 2\r\n").unwrap().edges.len(), 2);
    let error = list("0,1,2\n0,,1\n1,2,1\n").unwrap_err();
    assert_eq!((error.list()[0].line, error.list()[0].column), (2, 2));
    // A text that is no list is not shown.
    let secret = list("root:x:0:0\n").unwrap_err().to_string();
    assert!(!secret.contains("root"), "{secret}");
}
