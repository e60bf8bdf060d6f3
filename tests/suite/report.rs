//! `phantom report`: a run or a sweep as one page.

use std::fs;
use std::path::Path;

use crate::fixtures::{command, run, scene};

/// Writes the report of a folder; gives its text.
fn report(folder: &Path, arguments: &[&str]) -> String {
    let shown = folder.display().to_string();
    let (code, said, told) = command("report", &[&[shown.as_str()], arguments].concat());
    assert_eq!(code, 0, "{told}");
    assert!(said.contains("report.html: "), "{said}");
    fs::read_to_string(folder.join("report.html")).unwrap()
}

/// A page that is well formed, and that nothing has to be loaded for.
fn is_whole(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    for word in [
        "<script", "http://", "https://", "<link", "@import", "url(http",
    ] {
        let names = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"];
        let plain = names
            .iter()
            .fold(page.to_owned(), |text, name| text.replace(name, ""));
        assert!(!plain.contains(word), "{word}");
    }
    assert!(!page.contains("NaN"));
    let mut open: Vec<String> = Vec::new();
    let body = page
        .split_once("</head>")
        .unwrap()
        .1
        .split_once("</html>")
        .unwrap()
        .0;
    for tag in body.split('<').skip(1) {
        let name = tag.split([' ', '>', '\n', '/']).next().unwrap_or_default();
        let inner = tag.split('>').next().unwrap_or_default();
        if let Some(closed) = tag.strip_prefix('/') {
            let closed = closed.split('>').next().unwrap_or_default();
            assert_eq!(open.pop().as_deref(), Some(closed), "{tag}");
        } else if !inner.ends_with('/') && name != "br" {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "open at the end: {open:?}");
    let ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "names of elements: {ids:?}");
}

#[test]
fn a_run_becomes_a_page_that_needs_nothing_else() {
    let set = "assertions=[(metric: \"coherence\", take: Max, at_least: 0.5), \
               (metric: \"coherence\", take: Max, at_most: 0.75), \
               (formula: \"eventually (coherence >= 0.5)\")]";
    let (end, code, out) = run(&scene("hello"), &["--ticks", "600", "--set", set]);
    assert_eq!(code, 4);
    let page = report(out.path(), &[]);
    is_whole(&page);
    for part in [
        "<h1>hello</h1>",
        "A PID loop finds the coupling",
        "Watch coherence climb to the setpoint",
        end["digest"].as_str().unwrap(),
        "an assertion failed",
        "2 of 3 hold, judged again",
        "<code>coherence:max &lt;= 0.75</code>",
        "coherence of cluster is",
        "phantom verify ",
        "<svg",
        "prefers-color-scheme: dark",
        "MI1",
        "WattsStrogatz(",
        "Nothing: no alert",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(page.matches("✖</span> fails").count(), 1);
    assert_eq!(page.matches("✓</span> holds").count(), 2);
    let again = report(out.path(), &[]);
    assert_eq!(page, again, "the same twice");
    let chosen = report(out.path(), &["--plot", "coherence", "--plot", "command"]);
    assert!(chosen.contains("<b>Coherence</b>") && chosen.contains("figure-2"));
    assert!(chosen.contains("chosen by --plot"));
}

#[test]
fn what_safety_did_is_told_with_cause_action_and_effect() {
    let (_, code, out) = run(&scene("trip"), &[]);
    assert_eq!(code, 5);
    let page = report(out.path(), &[]);
    for part in [
        "stopped by safety",
        "Safety stopped this run after tick",
        "max_amplitude",
        "every node drops its drive, the run ends",
        "the plots of the scene&#39;s view",
        "<td class=\"number\">2011</td>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.matches("<svg").count() >= 2);
}

#[test]
fn a_scene_declares_the_figures_of_its_report() {
    let set = "figures=[(title: \"How <fast> it locks\", caption: \"A & B.\", curves: [(metric: \
               \"order\"), (metric: \"command\"), (metric: \"order\", scope: \"ring\")])]";
    let (_, code, out) = run(&scene("hello"), &["--ticks", "300", "--set", set]);
    assert_eq!(code, 0);
    let page = report(out.path(), &[]);
    assert!(page.contains("<b>How &lt;fast&gt; it locks</b>. A &amp; B."));
    assert!(page.contains("those that the scene declares"));
    assert!(!page.contains("How <fast>"));
    let bad = "figures=[(title: \" \", curves: [(metric: \"ordr\", scope: \"rong\")]), (title: \
               \"t\", curves: [])]";
    let (code, _, told) = command("run", &["hello", "--set", bad]);
    assert_eq!(code, 3);
    for part in [
        "figures[0].title: found \" \", expected what it shows",
        "figures[0].curves[0].metric",
        "did you mean `order`?",
        "figures[0].curves[0].scope",
        "figures[1].curves",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn a_run_that_was_cut_short_says_so_and_shows_what_is_there() {
    let (_, _, out) = run(&scene("overload"), &["--ticks", "60"]);
    let path = out.path().join("manifest.json");
    let mut manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    manifest["status"] = "running".into();
    manifest["digest"] = "".into();
    manifest["files"] = serde_json::json!({});
    fs::write(&path, manifest.to_string()).unwrap();
    let events = out.path().join("events.jsonl");
    let text = fs::read_to_string(&events).unwrap();
    let torn = format!("{}\nno event\n{{\"tick\":", text.trim_end());
    fs::write(&events, torn).unwrap();
    let page = report(out.path(), &[]);
    for part in [
        "was cut short, or still goes on: its folder tells it up to tick 60",
        "of events.jsonl is no event",
        "ends within an event",
        "The rest is shown.",
        "load 1.680 beyond threshold 0.8",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // What a finished run's file holds is what it claims, or the folder is refused.
    let (_, _, whole) = run(&scene("hello"), &["--ticks", "30"]);
    fs::write(whole.path().join("events.jsonl"), "torn").unwrap();
    let shown = whole.path().display().to_string();
    let (code, _, told) = command("report", &[&shown]);
    assert!(code == 6 && told.contains("events.jsonl"), "{told}");
    let nowhere = whole.path().join("nowhere").display().to_string();
    assert_eq!(command("report", &[&nowhere]).0, 7);
}

#[test]
fn a_file_that_is_no_report_stays() {
    let (_, code, out) = run(&scene("hello"), &["--ticks", "30"]);
    assert_eq!(code, 0);
    let folder = out.path().display().to_string();
    let place = tempfile::tempdir().unwrap();
    let own = place.path().join("deep/page.html");
    let shown = own.display().to_string();
    assert_eq!(command("report", &[&folder, "--out", &shown]).0, 0);
    fs::write(&own, "<html>mine</html>").unwrap();
    let (code, _, told) = command("report", &[&folder, "--out", &shown]);
    assert!(code == 2 && told.contains("no report of phantom"), "{told}");
    assert_eq!(fs::read_to_string(&own).unwrap(), "<html>mine</html>");
    assert_eq!(
        command("report", &[&folder, "--out", &shown, "--force"]).0,
        0
    );
    let (code, _, told) = command("report", &[&folder, "--plot", "coherense"]);
    assert!(
        code == 2 && told.contains("did you mean `coherence`?"),
        "{told}"
    );
    // The report is no part of the run.
    report(out.path(), &[]);
    assert_eq!(command("verify", &[&folder]).0, 0);
}
