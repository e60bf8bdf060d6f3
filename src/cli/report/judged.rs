//! The assertions of a scene, judged again from the rows of a run folder.

use crate::base::Tick;
use crate::cli::figure_rows::Rows;
use crate::scenario::{Judge, Judgement, Scene, Standing};

use super::html::{Page, Tone, badge, code, escaped, short};
use super::log::moment;

/// What became of an assertion, in words and in numbers.
pub struct Judged {
    /// In words.
    pub judgement: Judgement,
    /// In numbers.
    pub standing: Standing,
}

/// The metrics that the assertions of a scene read.
#[must_use]
pub fn needed(scene: &Scene) -> Vec<String> {
    let reads = scene.assertions.iter();
    let reads = reads.flat_map(|own| own.reads(scene.row_s()));
    reads
        .map(|(metric, _)| metric.as_str().to_owned())
        .collect()
}

/// Judges the assertions of a scene by rows, whose metrics are those [`needed`].
#[must_use]
pub fn judge(scene: &Scene, rows: &Rows) -> Vec<Judged> {
    let row_s = scene.row_s();
    let tick_s = scene.clock.dt_s * f64::from(scene.clock.substeps);
    let mut judges: Vec<Judge> = scene
        .assertions
        .iter()
        .map(|own| Judge::new(own, row_s))
        .collect();
    let names = needed(scene);
    let scopes: Vec<(&String, Vec<(&String, &[[f64; 2]])>)> = rows
        .scopes
        .iter()
        .map(|scope| {
            let of = names.iter().map(|name| (name, rows.points(scope, name)));
            (scope, of.collect())
        })
        .collect();
    if names.is_empty() || judges.is_empty() {
        return judged(&judges);
    }
    // The rows of a moment, scope by scope, as they were recorded.
    let mut at = vec![0; scopes.len()];
    loop {
        let time = |k: usize| {
            let (_, series) = &scopes[k];
            series
                .first()
                .and_then(|(_, points)| points.get(at[k]))
                .map(|point| point[0])
        };
        let times = (0..scopes.len()).filter_map(time);
        let Some(now) = times.reduce(f64::min) else {
            return judged(&judges);
        };
        let due: Vec<usize> = (0..scopes.len())
            .filter(|k| time(*k) == Some(now))
            .collect();
        let tick = (now / tick_s).round() as Tick;
        for k in due {
            let (scope, series) = &scopes[k];
            let value = |name: &str| {
                let found = series.iter().find(|(own, _)| own.as_str() == name);
                let point = found.and_then(|(_, points)| points.get(at[k]));
                point
                    .map(|point| point[1])
                    .filter(|value| value.is_finite())
            };
            for judge in &mut judges {
                judge.see((tick, now), scope, |metric| value(metric.as_str()));
            }
            at[k] += 1;
        }
    }
}

fn judged(judges: &[Judge]) -> Vec<Judged> {
    let each = judges.iter().map(|own| Judged {
        judgement: own.judgement(),
        standing: own.standing(),
    });
    each.collect()
}

/// Adds the table of assertions.
pub fn table(page: &mut Page, judged: &[Judged], caption: &str) {
    let rows: Vec<Vec<String>> = judged.iter().map(row).collect();
    let heads = ["", "assertion", "#value", "#margin", "decided at", "found"];
    page.table(caption, &heads, &rows);
}

fn row(own: &Judged) -> Vec<String> {
    let failure = own.judgement.failure.as_ref();
    let sign = match failure {
        None => badge(Tone::Good, "✓", "holds"),
        Some(_) => badge(Tone::Bad, "✖", "fails"),
    };
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), short);
    let value = failure.and_then(|own| own.value).or(own.standing.value);
    let margin = failure.and_then(|own| own.margin).or(own.standing.margin);
    let at = failure
        .and_then(|own| own.tick.zip(own.t_s))
        .or(own.standing.moment);
    vec![
        sign,
        code(&own.judgement.assertion),
        shown(value),
        shown(margin),
        at.map_or(String::new(), |(tick, t_s)| escaped(&moment(tick, t_s))),
        failure.map_or(String::new(), |own| escaped(&own.message)),
    ]
}
