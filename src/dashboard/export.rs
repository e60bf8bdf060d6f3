//! What is seen, as a file: CSV, SVG and PNG of a plot, each with the run's digest.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use bevy_egui::egui;

use crate::registry::MetricId;

use super::chronicle::Chronicle;
use super::execute::exports;
use super::metrics::{color, file_name};
use super::state::{Request, ViewState};

/// The menu of a plot.
pub fn menu(response: &egui::Response, state: &mut ViewState, metrics: &[MetricId]) {
    let rect = response.rect;
    response.context_menu(|ui| {
        let names = metrics.iter().map(|id| file_name(&state.metric(id)));
        let name: Vec<String> = names.collect();
        let base = exports().join(format!("{}_{}", state.stamp(), name.join("+")));
        let file = |ending: &str| PathBuf::from(format!("{}.{ending}", base.display()));
        if ui.button("save as CSV").clicked() {
            let text = csv(state, metrics);
            save(state, &file("csv"), &text);
            ui.close();
        }
        if ui.button("save as SVG").clicked() {
            let text = svg(state, metrics);
            save(state, &file("svg"), &text);
            ui.close();
        }
        if ui.button("save as PNG").clicked() {
            state
                .requests
                .push(Request::Picture(file("png"), Some(rect)));
            ui.close();
        }
        ui.separator();
        for (name, window) in [
            ("10 s", 10.0),
            ("40 s", 40.0),
            ("200 s", 200.0),
            ("all", f64::INFINITY),
        ] {
            if ui
                .selectable_label(state.plots.window_s == window, format!("show {name}"))
                .clicked()
            {
                state.plots.window_s = window;
                state.plots.follow = true;
                ui.close();
            }
        }
        ui.checkbox(&mut state.plots.follow, "follow the newest tick");
        ui.checkbox(&mut state.plots.log, "logarithm");
    });
}

/// Writes a text file and says so.
pub fn save(state: &mut ViewState, path: &Path, text: &str) {
    let written = std::fs::create_dir_all(exports()).and_then(|()| std::fs::write(path, text));
    state.say(match written {
        Ok(()) => format!("saved {}", path.display()),
        Err(error) => format!("cannot write {}: {error}", path.display()),
    });
}

/// The places in sight.
fn sight(state: &ViewState, chronicle: &Chronicle) -> std::ops::Range<usize> {
    let (from, to) = state.plots.shown_s;
    chronicle.place(from)..chronicle.place(to) + 1
}

/// Every value in sight, at full precision: a row a tick. The first line names the digest.
#[must_use]
pub fn csv(state: &ViewState, metrics: &[MetricId]) -> String {
    let (Some(view), Some(chronicle)) = (&state.view, state.chronicle()) else {
        return String::new();
    };
    let mut out = format!(
        "# {}, seed {}, digest {} at tick {}, scope {}\n",
        view.facts.scene.name, view.facts.scene.seed, view.digest, view.tick, state.scope
    );
    out.push_str("tick,t_s");
    for id in metrics {
        let _ = write!(out, ",{id}");
    }
    out.push('\n');
    let columns: Vec<_> = metrics
        .iter()
        .map(|id| chronicle.column(&state.scope, id))
        .collect();
    let longest = columns.iter().flatten().map(|c| c.len()).max().unwrap_or(0);
    let sight = sight(state, chronicle);
    for place in sight.start..sight.end.min(longest) {
        let values: Vec<_> = columns
            .iter()
            .map(|c| c.and_then(|c| c.at(place)))
            .collect();
        if values.iter().all(Option::is_none) {
            continue;
        }
        let _ = write!(
            out,
            "{},{}",
            place as u64 * chronicle.every,
            chronicle.time_s(place)
        );
        for value in values {
            match value {
                Some(value) => drop(write!(out, ",{value}")),
                None => out.push(','),
            }
        }
        out.push('\n');
    }
    out
}

/// Size of the drawing, and its margins: left, top, right, bottom.
const SIZE: (f64, f64) = (900.0, 360.0);
const MARGIN: (f64, f64, f64, f64) = (64.0, 28.0, 16.0, 46.0);

/// What is in sight as a drawing with axes, legend and the digest. Like the plot, it shows two
/// points a column of pixels and loses no extreme.
#[must_use]
#[expect(clippy::too_many_lines, reason = "waits to be split")]
pub fn svg(state: &ViewState, metrics: &[MetricId]) -> String {
    let (Some(view), Some(chronicle)) = (&state.view, state.chronicle()) else {
        return String::new();
    };
    let (width, height) = SIZE;
    let (left, top, right, bottom) = MARGIN;
    let (from, to) = state.plots.shown_s;
    let sight = sight(state, chronicle);
    let columns: Vec<_> = metrics
        .iter()
        .filter_map(|id| Some((state.metric(id), chronicle.column(&state.scope, id)?)))
        .collect();
    let mut low = f64::INFINITY;
    let mut high = f64::NEG_INFINITY;
    for (metric, column) in &columns {
        if let Some((a, b)) = column.extremes(sight.start, sight.end) {
            (low, high) = (low.min(a), high.max(b).max(metric.top.unwrap_or(b)));
        }
    }
    if low > high {
        (low, high) = (0.0, 1.0);
    }
    if low >= 0.0 {
        low = 0.0;
    }
    let span = (high - low).max(1e-12);
    let x = |t: f64| left + (t - from) / (to - from).max(1e-12) * (width - left - right);
    let y = |v: f64| height - bottom - (v - low) / span * (height - top - bottom);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for k in 0..=5 {
        let share = f64::from(k) / 5.0;
        let (t, v) = (from + share * (to - from), low + share * span);
        let _ = writeln!(
            out,
            "<line x1=\"{left}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{v:.3}</text>\
             <text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{t:.1} s</text>",
            width - right,
            left - 6.0,
            y(v) + 4.0,
            x(t),
            height - bottom + 16.0,
            y = y(v),
        );
    }
    let mut legend = left;
    for (metric, column) in columns {
        let [r, g, b, _] = super::theme::on_ground(color(&metric), false).to_array();
        let ink = format!("#{r:02x}{g:02x}{b:02x}");
        let pixels = (width - left - right) as usize;
        for run in column.decimate(sight.start, sight.end, pixels) {
            let points: Vec<String> = run
                .iter()
                .map(|(place, v)| format!("{:.2},{:.2}", x(chronicle.time_s(*place)), y(*v)))
                .collect();
            let _ = writeln!(
                out,
                "<polyline fill=\"none\" stroke=\"{ink}\" stroke-width=\"1.6\" points=\"{}\"/>",
                points.join(" ")
            );
        }
        let name = format!("{} {}", metric.label, metric.unit);
        let _ = writeln!(
            out,
            "<text x=\"{legend}\" y=\"18\" fill=\"{ink}\" font-weight=\"bold\">{name}</text>"
        );
        legend += 9.0 * name.chars().count() as f64 + 12.0;
    }
    let _ = writeln!(
        out,
        "<text x=\"{left}\" y=\"{}\" fill=\"#666\" font-size=\"10\">{}, scope {}, seed {}, digest {} \
         at tick {}</text>\n</svg>",
        height - 8.0,
        view.facts.scene.name,
        state.scope,
        view.facts.scene.seed,
        view.digest,
        view.tick
    );
    out
}

/// Writes a picture with the digest as a text in it.
///
/// # Errors
/// When the file cannot be written.
pub fn write_png(
    path: &Path,
    size: (u32, u32),
    rgb: &[u8],
    texts: &[(&str, String)],
) -> Result<(), String> {
    let told = |error: &dyn std::fmt::Display| format!("cannot save {}: {error}", path.display());
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(|error| told(&error))?;
    }
    let file = std::fs::File::create(path).map_err(|error| told(&error))?;
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), size.0, size.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    for (name, text) in texts {
        encoder
            .add_text_chunk((*name).to_owned(), text.clone())
            .map_err(|error| told(&error))?;
    }
    let mut writer = encoder.write_header().map_err(|error| told(&error))?;
    writer.write_image_data(rgb).map_err(|error| told(&error))
}
