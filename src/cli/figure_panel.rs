//! A panel of `phantom figure`: which metrics of which scopes, and their curves.

use crate::base::problem::did_you_mean;
use crate::figure::colour::category;
use crate::figure::{Axis, Dash, Line, Mark, Panel};
use crate::record::SavedRun;
use crate::registry::metric::Need;
use crate::registry::{Metric, MetricId, Metrics};

use super::figure_rows::Rows;

/// The scope of the whole.
const CLUSTER: &str = "cluster";
/// Letters of an axis' name of several metrics.
const LETTERS: usize = 44;

/// The metrics of a panel, in one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Their names.
    pub names: Vec<String>,
    /// Their unit, empty for pure numbers.
    pub unit: &'static str,
}

/// What panels are made from.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// What the run recorded.
    pub rows: &'a Rows,
    /// The metrics that the program knows.
    pub metrics: &'a Metrics,
    /// The scopes that were asked for; empty for the usual one.
    pub scopes: &'a [String],
    /// Logarithmic vertical axes.
    pub log: bool,
}

fn known<'a>(metrics: &'a Metrics, name: &str) -> Option<&'a Metric> {
    metrics.find(&MetricId::from(name.to_owned()))
}

fn unit_in_words(unit: &str) -> &str {
    if unit.is_empty() {
        "a pure number"
    } else {
        unit
    }
}

/// The metrics that a text asks for, parted by commas.
///
/// # Errors
/// For a name that no metric has, and for metrics of more than one unit.
pub fn ask(text: &str, metrics: &Metrics) -> Result<Asked, String> {
    let mut names: Vec<String> = Vec::new();
    let mut units: Vec<&'static str> = Vec::new();
    for name in text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let Some(metric) = known(metrics, name) else {
            let list = metrics.list().iter().map(|metric| metric.id.as_str());
            let list: Vec<&str> = list.collect();
            let hint = did_you_mean(name, &list);
            return Err(format!(
                "--plot {name}: there is no such metric{hint}; phantom list metrics explains all"
            ));
        };
        if !names.iter().any(|own| own == name) {
            names.push(name.to_owned());
            units.push(metric.unit);
        }
    }
    match units.first() {
        None => Err(format!("--plot {text:?}: expected names of metrics")),
        Some(unit) if units.iter().all(|other| other == unit) => Ok(Asked { names, unit }),
        Some(_) => {
            let each = names.iter().zip(&units);
            let each = each.map(|(name, unit)| format!("{name}: {}", unit_in_words(unit)));
            let each: Vec<String> = each.collect();
            Err(format!(
                "--plot {text}: metrics of one panel need one unit ({}), expected a --plot for \
                 each unit",
                each.join(", ")
            ))
        }
    }
}

/// The scopes of a metric that are drawn: those asked for, else the cluster, else the only one that
/// has values.
fn scopes(name: &str, wanted: &Wanted) -> Result<Vec<String>, String> {
    let rows = wanted.rows;
    if !wanted.scopes.is_empty() {
        let lacking = wanted.scopes.iter().find(|scope| !rows.has(scope, name));
        return match lacking {
            None => Ok(wanted.scopes.to_vec()),
            Some(scope) => Err(not_recorded(name, Some(scope), wanted)),
        };
    }
    if rows.has(CLUSTER, name) {
        return Ok(vec![CLUSTER.to_owned()]);
    }
    let with = rows.scopes.iter().filter(|scope| rows.has(scope, name));
    let with: Vec<String> = with.cloned().collect();
    match with.len() {
        0 => Err(not_recorded(name, None, wanted)),
        1 => Ok(with),
        _ => Err(format!(
            "{name} has no values of the cluster, but of {}; expected --scope with some of them",
            with.join(", ")
        )),
    }
}

/// Why there is nothing to draw of a metric, and what would change that.
pub fn not_recorded(name: &str, scope: Option<&str>, wanted: &Wanted) -> String {
    let rows = wanted.rows;
    let of = scope.map_or(String::new(), |scope| format!(" of {scope}"));
    let fits = |(own, _): &&(String, String)| scope.is_none_or(|scope| own == scope);
    let somewhere = rows.recorded.iter().filter(fits);
    if somewhere.clone().any(|(_, metric)| metric == name) {
        return format!("{name}{of} has no value in this range of time");
    }
    let mut shown: Vec<&str> = Vec::new();
    for (_, metric) in somewhere {
        if !shown.contains(&metric.as_str()) {
            shown.push(metric);
        }
    }
    let list = match shown.len() {
        0 => "nothing".to_owned(),
        _ => shown.join(", "),
    };
    let how = known(wanted.metrics, name).map_or("", |metric| how_to_record(metric.needs));
    format!("the run did not record {name}{of}, but {list}{how}")
}

/// What would make a run record what needs this, as the end of a sentence.
pub fn how_to_record(needs: Need) -> &'static str {
    match needs {
        Need::States | Need::Rates => "; `--set record.plant=true` records it",
        Need::Edges => "; `--set record.edges=true` records it",
        Need::GridField => "; it needs a field on a grid, and `record: (plant: true)`",
        Need::Signals => "; it needs sensors, and a run longer than their window",
        Need::Samples => "; it needs sensors",
        Need::Phi => "; it needs the part `phi` of the scene",
        Need::Loop => "; it needs a loop of `control`",
        Need::Rules => "; it needs a rule of `safety`",
        Need::Cluster | Need::Placement => "; an assertion or a crossing that names it records it",
        Need::Own => "; `record: (plant: true)` records it",
    }
}

/// The panel of some metrics, and how many values it shows.
///
/// # Errors
/// When the run has no values of one of them.
pub fn panel(asked: &Asked, wanted: &Wanted) -> Result<(Panel, usize), String> {
    let mut curves: Vec<(String, String)> = Vec::new();
    for name in &asked.names {
        let scopes = scopes(name, wanted)?;
        curves.extend(scopes.into_iter().map(|scope| (name.clone(), scope)));
    }
    panel_of(&curves, asked.unit, wanted)
}

/// The panel of curves in one unit, each a metric of a scope, and how many values it shows.
///
/// # Errors
/// When an axis is to be logarithmic and no value is above zero.
pub fn panel_of(
    curves: &[(String, String)],
    unit: &str,
    wanted: &Wanted,
) -> Result<(Panel, usize), String> {
    const DASHES: [Dash; 4] = [Dash::Solid, Dash::Dashed, Dash::Dotted, Dash::DashDot];
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in curves {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let label = |name: &str| {
        let metric = known(wanted.metrics, name);
        metric.map_or(name.to_owned(), |metric| metric.label.to_string())
    };
    let labels: Vec<String> = names.iter().map(|name| label(name)).collect();
    let joined = labels.join(", ");
    let title = if joined.chars().count() <= LETTERS {
        joined
    } else {
        "value".to_owned()
    };
    let mut panel = Panel::new("", Axis::new("time", "s"), Axis::new(title, unit));
    let (mut points, mut ends) = (0, [f64::INFINITY, f64::NEG_INFINITY]);
    for (k, (name, scope)) in curves.iter().enumerate() {
        let of = wanted.rows.points(scope, name);
        let drawn = |p: &&[f64; 2]| p[1].is_finite() && (!wanted.log || p[1] > 0.0);
        for point in of.iter().filter(drawn) {
            points += 1;
            ends = [ends[0].min(point[1]), ends[1].max(point[1])];
        }
        let one_scope = curves.iter().all(|(_, other)| other == scope);
        let told = match (names.len(), one_scope) {
            (1, _) if curves.len() == 1 && scope == CLUSTER => String::new(),
            (1, _) => scope.clone(),
            (_, true) if scope == CLUSTER => label(name),
            _ => format!("{}, {scope}", label(name)),
        };
        let mut line = Line::new(told, of.to_vec(), category(k));
        line.dash = DASHES[k / 7 % DASHES.len()];
        panel.marks.push(Mark::Line(line));
    }
    if wanted.log {
        panel.y = panel.y.log();
        if points == 0 {
            let names = names.join(", ");
            return Err(format!(
                "--log: {names} has no value above zero in this range"
            ));
        }
        return Ok((panel, points));
    }
    // What has a greatest value is shown up to there, from zero on.
    let tops = names.iter().map(|name| known(wanted.metrics, name)?.top);
    let top = tops.collect::<Option<Vec<f64>>>();
    if let Some(top) = top.and_then(|tops| tops.into_iter().reduce(f64::max)) {
        let (low, high) = (ends[0].min(0.0), ends[1].max(top));
        if low < high {
            panel.y = panel.y.within(low, high);
        }
    }
    Ok((panel, points))
}

/// Which run it is, and how much of it.
#[must_use]
pub fn caption(saved: &SavedRun, rows: &Rows, scopes: &[String]) -> String {
    let manifest = &saved.manifest;
    let mut facts = vec![format!("scene {}", manifest.scene)];
    if !scopes.is_empty() {
        facts.push(format!("scope {}", scopes.join(", ")));
    }
    facts.push(format!("seed {}", manifest.seed));
    let last = rows.ticks.map(|[_, last]| last);
    let short: String = manifest.digest.chars().take(12).collect();
    if manifest.is_cut() {
        facts.push("cut short".to_owned());
    } else if last == Some(manifest.ticks) {
        facts.push(format!("digest {short}"));
    } else {
        facts.push(format!("digest {short} after {} ticks", manifest.ticks));
    }
    if let Some([first, last]) = rows.ticks {
        facts.push(format!("ticks {first}–{last}"));
    }
    facts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::metric::Family;

    fn metrics() -> Metrics {
        let one = |name: &'static str| {
            Metric::new(MetricId::new(name), name, Need::States, Family::Motion, "")
        };
        Metrics::new(vec![one("order"), one("energy").unit("J"), one("mean")])
    }

    #[test]
    fn metrics_of_a_panel_have_one_unit() {
        let asked = ask("order, mean,order", &metrics()).unwrap();
        assert_eq!(asked.names, ["order", "mean"]);
        let told = ask("order,energy", &metrics()).unwrap_err();
        assert!(told.contains("order: a pure number, energy: J"), "{told}");
        let told = ask("ordr", &metrics()).unwrap_err();
        assert!(told.contains("did you mean `order`?"), "{told}");
        assert!(ask(" , ", &metrics()).is_err());
    }

    #[test]
    fn what_was_not_recorded_is_told_with_what_was() {
        let mut rows = Rows {
            scopes: [CLUSTER, "a", "b"].map(str::to_owned).to_vec(),
            ..Rows::default()
        };
        for scope in ["a", "b"] {
            rows.recorded.push((scope.to_owned(), "mean".to_owned()));
            let key = (scope.to_owned(), "mean".to_owned());
            rows.series.insert(key, vec![[0.0, 1.0], [1.0, f64::NAN]]);
        }
        let metrics = metrics();
        let mut wanted = Wanted {
            rows: &rows,
            metrics: &metrics,
            scopes: &[],
            log: false,
        };
        let told = panel(&ask("order", &metrics).unwrap(), &wanted).unwrap_err();
        assert!(
            told.contains("did not record order, but mean; `--set"),
            "{told}"
        );
        let mean = ask("mean", &metrics).unwrap();
        let told = panel(&mean, &wanted).unwrap_err();
        assert!(told.contains("but of a, b"), "{told}");
        let scopes = ["b".to_owned()];
        wanted.scopes = &scopes;
        let (panel, points) = panel(&mean, &wanted).unwrap();
        assert_eq!((panel.marks.len(), points), (1, 1));
    }
}
