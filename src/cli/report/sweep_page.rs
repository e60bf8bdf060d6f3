//! The page of a sweep: many runs of one scene, in the folders of their cells.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::base::RunStatus;
use crate::cli::figure_rows::Rows;
use crate::record::SavedRun;
use crate::record::claim::RESOLVED;
use crate::scenario::Parts;

use super::facts::quoted;
use super::html::{Page, Tone, badge, code, escaped, grouped};
use super::judged::{self, Judged};
use super::sweep_table::{SHOWN, TABLE, Table};
use super::{Written, inline};

/// The file of the plan in a sweep's folder.
pub const PLAN: &str = "plan.json";
/// The folder of the figures.
pub const FIGURES: &str = "figures";
/// The folder of the cells.
const CELLS: &str = "cells";
/// A table of more rows than this is folded away.
const FOLDED_FROM: usize = 50;
/// Figures at most, and bytes of one of them.
const FIGURES_MAX: usize = 60;
const FIGURE_BYTES: u64 = 2_000_000;

/// The page of a sweep's folder.
///
/// # Errors
/// When its plan cannot be read.
pub fn page(folder: &Path, parts: &Parts) -> Result<Written, String> {
    let path = folder.join(PLAN);
    let about = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(&path).map_err(|error| about(&error))?;
    let plan: Value = serde_json::from_str(&text).map_err(|error| about(&error))?;
    if !plan.is_object() {
        return Err(about(&"found no object, expected the plan of a sweep"));
    }
    let table = Table::read(folder);
    let scene = plan.get("scene").and_then(Value::as_str).unwrap_or("sweep");
    let mut page = Page::new(&format!("{scene} – report of a sweep"));
    head(&mut page, scene, &plan, &table);
    let (drawn, notes) = figures(&mut page, folder);
    for note in table.notes.iter().chain(&notes) {
        page.note(note);
    }
    cells(&mut page, &table);
    failures(&mut page, folder, &table, parts);
    again(&mut page, folder, &table);
    page.section("plan", "The plan");
    page.fold(PLAN);
    page.listing(&serde_json::to_string_pretty(&plan).unwrap_or(text));
    page.unfold();
    let said = format!("{} cells, {drawn} figures", table.count);
    Ok(Written {
        page: page.finish(),
        said,
    })
}

/// A value of the plan in words: texts as they are, lists with commas, the rest as JSON.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            let each: Vec<String> = list.iter().map(words).collect();
            each.join(", ")
        }
        Value::Object(fields) if fields.contains_key("low") && fields.contains_key("high") => {
            let is = |name: &str| fields.get(name) == Some(&Value::Bool(true));
            let log = if is("log") { ", logarithmic" } else { "" };
            let whole = if is("whole") { ", whole numbers" } else { "" };
            format!("{} … {}{log}{whole}", fields["low"], fields["high"])
        }
        Value::Object(fields) if fields.contains_key("list") || fields.contains_key("range") => {
            fields.values().map(words).collect::<String>()
        }
        Value::Object(fields) => {
            let each = fields.iter().map(|(name, value)| match value {
                Value::Bool(false) | Value::Null => String::new(),
                Value::Bool(true) => name.clone(),
                other => format!("{name} {}", words(other)),
            });
            let each: Vec<String> = each.filter(|own| !own.is_empty()).collect();
            each.join(", ")
        }
        other => other.to_string(),
    }
}

/// A text of at most so many letters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{} …", &text[..at]),
    }
}

fn head(page: &mut Page, scene: &str, plan: &Value, table: &Table) {
    page.raw("<header>\n<p class=\"kind\">Report of a sweep</p>");
    let mut badges = String::new();
    for (status, count) in &table.statuses {
        let (tone, sign) = tone(status);
        badges += &badge(tone, sign, &format!("{} {status}", grouped(*count)));
        badges.push(' ');
    }
    let name = escaped(scene);
    page.raw(&format!(
        "<div class=\"head\"><h1>{name}</h1>{badges}</div>"
    ));
    let planned = planned(plan);
    if let Some(planned) = planned.filter(|planned| *planned > table.count) {
        let text = format!(
            "{} of {planned} cells are in {TABLE}: the sweep was cut short, or still goes on.",
            table.count
        );
        page.banner(Tone::Warn, &text);
    }
    let mut facts = vec![("Cells", grouped(table.count))];
    for (name, key) in [
        ("Design", "design"),
        ("Searched for", "search"),
        ("Ticks of a cell", "ticks"),
        ("Statistics", "statistics"),
        ("Program", "tool"),
        ("Instruction set", "isa"),
    ] {
        match plan.get(key) {
            None | Some(Value::Null) => {}
            Some(value) => facts.push((name, escaped(&cut(&words(value), 400)))),
        }
    }
    if let Some(seeds) = plan.get("seeds").and_then(Value::as_array) {
        let text = match &seeds[..] {
            [first, .., last] => format!("{} from {first} to {last}", seeds.len()),
            one => words(&Value::Array(one.to_vec())),
        };
        facts.push(("Seeds", escaped(&text)));
    }
    page.facts(&facts);
    let axes = plan.get("axes").and_then(Value::as_array);
    let axes: Vec<Vec<String>> = axes
        .into_iter()
        .flatten()
        .map(|axis| {
            let path = axis.get("path").and_then(Value::as_str).unwrap_or("?");
            let values = axis.get("values").map_or(String::new(), words);
            vec![code(path), escaped(&cut(&values, 400))]
        })
        .collect();
    if !axes.is_empty() {
        page.table("What is varied", &["parameter", "values"], &axes);
    }
    page.contents();
    page.raw("</header>");
}

/// The number of cells that the plan has; `None` of a search, whose points come one by one.
fn planned(plan: &Value) -> Option<u64> {
    let length = |key: &str| {
        plan.get(key)
            .and_then(Value::as_array)
            .map(|own| own.len() as u64)
    };
    let cells = length("points")?.checked_mul(length("seeds")?)?;
    (cells > 0).then_some(cells)
}

fn tone(status: &str) -> (Tone, &'static str) {
    let is = |own: RunStatus| status == own.to_string();
    if is(RunStatus::Ok) {
        (Tone::Good, "✓")
    } else if is(RunStatus::AssertionFailed) || is(RunStatus::Error) {
        (Tone::Bad, "✖")
    } else if is(RunStatus::SafeStopped) {
        (Tone::Bad, "■")
    } else {
        (Tone::Warn, "…")
    }
}

/// Adds the pictures of the folder; gives their number, and what is wrong with others.
fn figures(page: &mut Page, folder: &Path) -> (usize, Vec<String>) {
    page.section("figures", "Figures");
    let mut notes = Vec::new();
    let listed = fs::read_dir(folder.join(FIGURES)).map(|own| {
        let paths = own.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        let mut paths: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|ending| ending == "svg"))
            .collect();
        paths.sort();
        paths
    });
    let paths = listed.unwrap_or_default();
    if paths.is_empty() {
        page.paragraph(&format!("There are no pictures in the folder {FIGURES}."));
    }
    if paths.len() > FIGURES_MAX {
        let text = format!("{} of {} pictures are shown.", FIGURES_MAX, paths.len());
        notes.push(text);
    }
    let mut drawn = 0;
    for (k, path) in paths.iter().take(FIGURES_MAX).enumerate() {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let below = format!("<b>{}</b>", escaped(&name.replace('_', " ")));
        match read_picture(path)
            .and_then(|text| inline::document(&format!("figure-{}", k + 1), &text, &below))
        {
            Ok(html) => {
                page.raw(&html);
                drawn += 1;
            }
            Err(told) => notes.push(format!("{} is not shown: {told}", path.display())),
        }
    }
    (drawn, notes)
}

fn read_picture(path: &Path) -> Result<String, String> {
    let meta = fs::symlink_metadata(path).map_err(|error| error.to_string())?;
    if !meta.is_file() || meta.len() > FIGURE_BYTES {
        return Err(format!(
            "expected a plain file of at most {FIGURE_BYTES} bytes"
        ));
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}

fn cells(page: &mut Page, table: &Table) {
    page.section("cells", "Cells");
    if table.count == 0 {
        return page.paragraph("There is no cell in the table.");
    }
    let numeric = |k: usize| {
        let mut some = table.rows.iter().take(100).filter_map(|row| row.get(k));
        some.all(|cell| cell.is_empty() || cell.parse::<f64>().is_ok())
    };
    let heads: Vec<String> = table
        .heads
        .iter()
        .enumerate()
        .map(|(k, head)| match numeric(k) {
            true => format!("#{head}"),
            false => head.clone(),
        })
        .collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let is_code = |k: usize| matches!(table.heads[k].as_str(), "id" | "digest");
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            let cells = row.iter().enumerate();
            let cells = cells.map(|(k, cell)| match table.heads[k].as_str() {
                "status" => {
                    let (tone, sign) = tone(cell);
                    badge(tone, sign, cell)
                }
                _ if is_code(k) => code(cell),
                _ => escaped(cell),
            });
            cells.collect()
        })
        .collect();
    let caption = match table.count as usize > SHOWN {
        true => format!(
            "The first {SHOWN} of {} cells; {TABLE} has all",
            grouped(table.count)
        ),
        false => format!("All {} cells", grouped(table.count)),
    };
    let is_folded = rows.len() > FOLDED_FROM;
    if is_folded {
        page.fold(&caption);
    }
    page.table(&caption, &heads, &rows);
    if is_folded {
        page.unfold();
    }
}

/// Adds the assertions that failed, by cell.
fn failures(page: &mut Page, folder: &Path, table: &Table, parts: &Parts) {
    if table.failures == 0 {
        return;
    }
    page.section("assertions", "Assertions that failed");
    if table.failures as usize > table.failed.len() {
        let (some, all) = (table.failed.len(), table.failures);
        page.note(&format!(
            "Those of the first {some} of {all} cells in which one failed."
        ));
    }
    for id in &table.failed {
        page.raw(&format!("<h3>{}</h3>", code(id)));
        match judged_cell(&folder.join(CELLS).join(id), parts) {
            Ok(judged) => {
                let failed = |own: &Judged| own.judgement.failure.is_some();
                let judged: Vec<Judged> = judged.into_iter().filter(failed).collect();
                judged::table(page, &judged, "Judged again from the rows of the cell");
            }
            Err(told) => page.note(&told),
        }
    }
}

fn judged_cell(folder: &Path, parts: &Parts) -> Result<Vec<Judged>, String> {
    let saved = SavedRun::open(folder).map_err(|error| error.to_string())?;
    let loaded = parts.load(&folder.join(RESOLVED), &[]);
    let scene = loaded.map_err(|error| error.to_string())?.scene;
    let range = [f64::NEG_INFINITY, f64::INFINITY];
    let rows = Rows::read(&saved, &judged::needed(&scene), range);
    let rows = rows.map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(judged::judge(&scene, &rows))
}

fn again(page: &mut Page, folder: &Path, table: &Table) {
    page.section("repeat", "Go on, repeat");
    page.paragraph(
        "The command that made the sweep, run again with the same folder, goes on with the cells \
         that are missing. Each cell is a run folder of its own, to report and to verify:",
    );
    let at = table.heads.iter().position(|head| head == "id");
    let id = at
        .and_then(|at| table.rows.first()?.get(at))
        .map_or("ID", String::as_str);
    let cell = quoted(&folder.join(CELLS).join(id).display().to_string());
    page.listing(&format!("phantom verify {cell}\nphantom report {cell}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_is_told_with_what_is_missing_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let plan = serde_json::json!({
            "format": 1, "tool": "phantomos 0", "scene": "a<b", "design": "grid", "ticks": 10,
            "axes": [{"path": "populations[0].coupling", "values": {"list": ["0", "1"]}},
                {"path": "b", "values": {"range": {"low": 0.5, "high": 2, "log": true}}}],
            "points": [["0"], ["1"]], "seeds": [1, 2], "search": null, "statistics": ["order:mean"],
        });
        fs::write(at(PLAN), plan.to_string()).unwrap();
        let parts = Parts::default();
        let text = page(folder.path(), &parts).unwrap().page;
        assert!(text.contains("cells.csv: it is missing"), "{text}");
        assert!(text.contains("<h1>a&lt;b</h1>") && text.contains("0 of 4 cells"));
        fs::write(
            at(TABLE),
            "id,point,populations[0].coupling,seed,digest,status,ticks,order:mean\n\
             ab,0,0,1,d,ok,10,0.5\ncd,1,1,1,e,assertion_failed,10,0.75\ntorn\n",
        )
        .unwrap();
        fs::create_dir(at(FIGURES)).unwrap();
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>t</title></svg>";
        fs::write(at("figures/response.svg"), svg).unwrap();
        fs::write(at("figures/bad.svg"), svg.replace("title>", "script>")).unwrap();
        let written = page(folder.path(), &parts).unwrap();
        let text = written.page;
        assert_eq!(written.said, "2 cells, 1 figures");
        for part in [
            "1 assertion_failed",
            "bad.svg is not shown: it has an element &lt;script&gt;",
            "<b>response</b>",
            "0, 1</td>",
            "0.5 … 2, logarithmic</td>",
            "2 from 1 to 2",
            "1 lines have too few",
            "<td class=\"number\">0.75</td>",
            "2 of 4 cells",
            "phantom verify ",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        fs::write(at(PLAN), "[]").unwrap();
        assert!(page(folder.path(), &parts).is_err());
    }
}
