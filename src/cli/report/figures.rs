//! Which figures the report of a run shows, and what is drawn in them.

use std::fmt::Write as _;

use crate::cli::figure_events::{Moments, marks};
use crate::cli::figure_panel::{Asked, Wanted, ask, not_recorded, panel_of};
use crate::cli::figure_rows::Rows;
use crate::figure::{Drawing, Figure, Size};
use crate::registry::{MetricId, Metrics};
use crate::scenario::Scene;

use super::html::{Page, escaped};
use super::inline;

/// Scopes of a curve that names none and has no values of the cluster, at most.
const SCOPES_MAX: usize = 7;
/// The metrics of a run whose scene declares no figure and no plot.
const MAIN: [&str; 3] = ["entropy_nats", "coherence", "resonance"];
/// And those of one without sensors, which has none of them: as many, of these that have values.
const OTHERS: [&str; 5] = ["order", "energy", "field_energy", "command", "local_order"];

/// A figure that is to be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// What it shows.
    pub title: String,
    /// A sentence below it.
    pub caption: String,
    /// Logarithmic axes of values.
    pub log: bool,
    /// Metrics with their scopes, where they are told.
    pub curves: Vec<(String, Option<String>)>,
    /// Whether only what has values is shown, without a word of the rest.
    pub loose: bool,
    /// Whether each curve has axes of its own, and there are as many as there are main metrics.
    pub apart: bool,
}

/// A figure as it came out, or why there is none.
pub struct Shown {
    /// What was to be shown.
    pub wish: Wish,
    /// The drawing.
    pub drawing: Result<Drawing, String>,
    /// What could not be drawn of it.
    pub notes: Vec<String>,
}

/// The figures that `--plot` asks for.
///
/// # Errors
/// For a name that no metric has, and for metrics of more than one unit.
pub fn asked(plots: &[String], metrics: &Metrics) -> Result<Vec<Wish>, String> {
    let wish = |text: &String| {
        let Asked { names, .. } = ask(text, metrics)?;
        let curves: Vec<_> = names.into_iter().map(|name| (name, None)).collect();
        Ok(Wish {
            title: titled(&curves, metrics),
            curves,
            ..Wish::default()
        })
    };
    plots.iter().map(wish).collect()
}

/// The figures that a scene declares, else the plots of its view, else the main metrics.
#[must_use]
pub fn of_scene(scene: &Scene, metrics: &Metrics) -> Vec<Wish> {
    let curve =
        |metric: &MetricId, scope: &Option<String>| (metric.as_str().to_owned(), scope.clone());
    if !scene.figures.is_empty() {
        let figures = scene.figures.iter();
        let wish = figures.map(|own| Wish {
            title: own.title.clone(),
            caption: own.caption.clone(),
            log: own.log,
            curves: own
                .curves
                .iter()
                .map(|c| curve(&c.metric, &c.scope))
                .collect(),
            ..Wish::default()
        });
        return wish.collect();
    }
    if !scene.view.plots.is_empty() {
        let plots = scene.view.plots.iter().map(|own| {
            let curves: Vec<_> = own
                .curves
                .iter()
                .map(|c| curve(&c.metric, &c.scope))
                .collect();
            Wish {
                title: titled(&curves, metrics),
                log: own.log,
                curves,
                ..Wish::default()
            }
        });
        return plots.collect();
    }
    // Only what may have values is read.
    let all = match scene.sensors.is_empty() {
        true => &OTHERS[..],
        false => &MAIN[..],
    };
    vec![Wish {
        title: "Main metrics".to_owned(),
        curves: all.iter().map(|name| ((*name).to_owned(), None)).collect(),
        loose: true,
        apart: true,
        ..Wish::default()
    }]
}

/// The measurements of Φ over time.
#[must_use]
pub fn of_phi() -> Wish {
    let names = ["phi_nats", "phi_chance_nats"];
    Wish {
        title: "Φ over time".to_owned(),
        curves: names.map(|name| (name.to_owned(), None)).to_vec(),
        loose: true,
        ..Wish::default()
    }
}

fn titled(curves: &[(String, Option<String>)], metrics: &Metrics) -> String {
    let mut labels: Vec<String> = Vec::new();
    for (name, scope) in curves {
        let metric = metrics.find(&MetricId::from(name.clone()));
        let label = metric.map_or(name.clone(), |own| own.label.to_string());
        let label = match scope.as_deref() {
            None | Some("cluster") => label,
            Some(scope) => format!("{label} of {scope}"),
        };
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let text = labels.join(", ");
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Draws a figure of rows; alerts, edits and stops are marked.
#[must_use]
pub fn drawn(wish: &Wish, rows: &Rows, metrics: &Metrics, moments: &Moments) -> Shown {
    let mut notes = Vec::new();
    let wanted = Wanted {
        rows,
        metrics,
        scopes: &[],
        log: wish.log,
    };
    // By unit, in the order in which units come.
    let mut groups: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for (name, scope) in chosen(wish, rows) {
        let found = scopes(name, scope.as_deref(), rows);
        if found.is_empty() && !wish.loose {
            notes.push(not_recorded(name, scope.as_deref(), &wanted));
        }
        let metric = metrics.find(&MetricId::from(name.clone()));
        let unit = metric.map_or("", |own| own.unit).to_owned();
        for scope in found {
            let curve = (name.clone(), scope);
            match groups
                .iter_mut()
                .find(|(own, _)| *own == unit && !wish.apart)
            {
                Some((_, curves)) => curves.push(curve),
                None => groups.push((unit.clone(), vec![curve])),
            }
        }
    }
    let mut panels = Vec::new();
    for (unit, curves) in &groups {
        match panel_of(curves, unit, &wanted) {
            Ok((mut panel, _)) => {
                // The first panel tells what the marks are.
                panel.marks.extend(marks(moments, panels.is_empty()));
                panels.push(panel);
            }
            Err(told) => notes.push(told.trim_start_matches("--log: ").to_owned()),
        }
    }
    let drawing = if panels.is_empty() {
        Err("There is nothing to draw: the rows of this run have no values of it.".to_owned())
    } else {
        let figure = Figure {
            shared_x: true,
            ..Figure::new("", panels, Size::TwoColumns)
        };
        let mut drawing = figure.drawing();
        drawing.title.clone_from(&wish.title);
        Ok(drawing)
    };
    Shown {
        wish: wish.clone(),
        drawing,
        notes,
    }
}

/// The curves of a figure: of a loose one the first few that have values.
fn chosen<'a>(wish: &'a Wish, rows: &Rows) -> Vec<&'a (String, Option<String>)> {
    let has = |own: &&(String, Option<String>)| {
        !wish.loose || !scopes(&own.0, own.1.as_deref(), rows).is_empty()
    };
    let most = if wish.apart { MAIN.len() } else { usize::MAX };
    wish.curves.iter().filter(has).take(most).collect()
}

/// The scopes in which a metric has values: the one that is told, else the cluster, else others.
fn scopes(name: &str, told: Option<&str>, rows: &Rows) -> Vec<String> {
    let has = |scope: &str| rows.has(scope, name);
    match told {
        Some(scope) if has(scope) => vec![scope.to_owned()],
        Some(_) => Vec::new(),
        None if has("cluster") => vec!["cluster".to_owned()],
        None => {
            let with = rows.scopes.iter().filter(|scope| has(scope));
            with.take(SCOPES_MAX).cloned().collect()
        }
    }
}

/// Adds a figure, or says why it is not there; tells whether it is.
pub fn figure(page: &mut Page, id: &str, own: &Shown) -> bool {
    let title = escaped(&own.wish.title);
    let notes: String = own.notes.iter().fold(String::new(), |mut all, note| {
        let _ = write!(all, "<br><span class=\"note\">{}</span>", escaped(note));
        all
    });
    match &own.drawing {
        Ok(drawing) => {
            let caption = match own.wish.caption.as_str() {
                "" => String::new(),
                text => format!(". {}", escaped(text)),
            };
            let below = format!("<b>{title}</b>{caption}{notes}");
            page.raw(&inline::figure(id, drawing, &below));
            true
        }
        Err(reason) => {
            page.raw(&format!("<h3>{title}</h3>"));
            page.note(reason);
            own.notes.iter().for_each(|note| page.note(note));
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Metric;
    use crate::registry::metric::{Family, Need};

    #[test]
    fn curves_of_two_units_have_axes_of_their_own() {
        let one = |name: &'static str| {
            Metric::new(MetricId::new(name), name, Need::States, Family::Motion, "")
        };
        let metrics = Metrics::new(vec![one("order"), one("energy").unit("J"), one("mean")]);
        let mut rows = Rows {
            scopes: vec!["a".to_owned()],
            ..Rows::default()
        };
        for name in ["order", "energy"] {
            let key = ("a".to_owned(), name.to_owned());
            rows.recorded.push(key.clone());
            rows.series.insert(key, vec![[0.0, 1.0], [1.0, 2.0]]);
        }
        let wish = Wish {
            title: titled(&[("order".to_owned(), None)], &metrics),
            curves: ["order", "energy", "mean"]
                .map(|name| (name.to_owned(), None))
                .to_vec(),
            ..Wish::default()
        };
        assert_eq!(wish.title, "Order");
        let shown = drawn(&wish, &rows, &metrics, &Moments::default());
        let texts = shown.drawing.unwrap();
        let texts: Vec<&str> = texts.texts().iter().map(|own| own.text.as_str()).collect();
        assert!(
            texts.iter().any(|text| text.contains("energy (J)")),
            "{texts:?}"
        );
        assert!(
            shown.notes[0].contains("did not record mean"),
            "{:?}",
            shown.notes
        );
        let none = Wish {
            curves: vec![("mean".to_owned(), None)],
            loose: true,
            ..Wish::default()
        };
        assert!(
            drawn(&none, &rows, &metrics, &Moments::default())
                .drawing
                .is_err()
        );
    }
}
