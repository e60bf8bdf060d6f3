//! Φ: the latest report with what it is worth, its cut, complexes, lesions and structure.

use bevy_egui::egui::{
    self, Color32, ProgressBar, RichText, Sense, Shape, Stroke, WidgetInfo, WidgetType, vec2,
};

use crate::base::Tick;
use crate::phi::report::{PhiBound, PhiReport, Significance, StructureReport};

use super::phi_picture;
use super::state::ViewState;
use super::theme;
use super::view::View;

/// Names in a list before it is cut short.
const NAMED: usize = 16;
/// Complexes that are listed.
const LISTED: usize = 12;

/// The latest report of Φ.
pub fn phi(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    if view.facts.units.is_empty() {
        ui.weak(
            "This scene measures no Φ. phi: (units: [\"sensor\"]) names sensors whose channels \
             are its units.",
        );
        return;
    }
    let kind = match view.facts.units.first() {
        Some(name) if name.starts_with("mean") => "population means",
        _ => "channels",
    };
    let symbol = view.facts.scene.phi.measure.quantity();
    ui.weak(format!(
        "{symbol} of {} units: {kind}",
        view.facts.units.len()
    ));
    if let Some(reason) = &view.phi.refusal {
        ui.colored_label(
            theme::on_ground(theme::ALERT, ui.visuals().dark_mode),
            format!("✖ {reason}"),
        );
    }
    let Some(report) = &view.phi.report else {
        if view.phi.refusal.is_none() {
            ui.label("no report yet: its window fills, or the first is not due");
        }
        return;
    };
    head(ui, view, report);
    egui::ScrollArea::vertical().show(ui, |ui| {
        phi_picture::units(ui, report, view.facts.units.len());
        egui::Grid::new("phi")
            .num_columns(2)
            .show(ui, |ui| facts(ui, view, report));
        for flag in &report.flags {
            ui.colored_label(
                theme::on_ground(theme::ALERT, ui.visuals().dark_mode),
                format!("⚠ {flag}"),
            );
        }
        if !report.lesions.is_empty() {
            lesions(ui, view, report);
        }
        if !report.edge_lesions.is_empty() {
            edge_lesions(ui, report);
        }
        match &report.structure {
            // What is no system has no structure, whatever its parts specify.
            Some(_) if report.value == 0.0 => {
                ui.separator();
                ui.weak(
                    "φ_s is 0: the units are no system at this tick, so there is no structure.",
                );
            }
            Some(structure) => unfolded(ui, view, structure, report),
            None => {}
        }
    });
}

fn head(ui: &mut egui::Ui, view: &View, report: &PhiReport) {
    let dark = ui.visuals().dark_mode;
    ui.horizontal_wrapped(|ui| {
        let text = format!("{} = {}", report.quantity(), report.value_text());
        ui.label(RichText::new(text).heading());
        if report.unit() != "nats" {
            ui.weak(format!("= {:.4} nats", report.value));
        }
        let color = match report.bound {
            PhiBound::Exact => theme::RESONANCE,
            PhiBound::Estimate => theme::COHERENCE,
            PhiBound::Lower | PhiBound::Upper => theme::ENTROPY,
        };
        let color = theme::on_ground(color, dark);
        sign(ui, report.bound, color);
        ui.colored_label(color, report.bound.name())
            .on_hover_text(worth(report.bound));
        ui.weak(time_of(view, view.phi.taken_at));
    });
    let Some(text) = report.chance_text() else {
        return;
    };
    let told = match report.above_chance() {
        Some(true) => RichText::new(format!("✔ {text}")),
        _ => {
            let color = theme::on_ground(theme::ENTROPY, dark);
            RichText::new(format!("⚠ {text}")).color(color)
        }
    };
    ui.add(egui::Label::new(told).wrap()).on_hover_text(
        "Values of this kind are above zero by themselves, for finite windows. In surrogates each unit \
         is looked at at another time: what they give, too, tells nothing of connections.",
    );
}

/// The sign of a bound, the same in the plot.
fn sign(ui: &mut egui::Ui, bound: PhiBound, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(11.0, 11.0), Sense::hover());
    let (at, painter) = (rect.center(), ui.painter());
    let triangle = |down: f32| {
        let corners = [(0.0, 4.5), (-4.5, -3.5), (4.5, -3.5)];
        let corners = corners.map(|(x, y)| at + vec2(x, down * y));
        Shape::convex_polygon(corners.to_vec(), color, Stroke::NONE)
    };
    match bound {
        PhiBound::Exact => painter.circle_filled(at, 4.5, color),
        PhiBound::Estimate => painter.circle_stroke(at, 4.0, Stroke::new(1.5, color)),
        PhiBound::Upper => painter.add(triangle(1.0)),
        PhiBound::Lower => painter.add(triangle(-1.0)),
    };
}

fn worth(bound: PhiBound) -> &'static str {
    match bound {
        PhiBound::Exact => "The quantity itself, of the model that was measured.",
        PhiBound::Estimate => "Of a model that was estimated from samples.",
        PhiBound::Upper => {
            "The true value is not greater: the search is a heuristic or ended early."
        }
        PhiBound::Lower => "The true value is not less.",
    }
}

fn facts(ui: &mut egui::Ui, view: &View, report: &PhiReport) {
    let mut line = |name: &str, value: String, help: &str| {
        ui.weak(name).on_hover_text(help);
        ui.add(egui::Label::new(value).wrap());
        ui.end_row();
    };
    line(
        "measured",
        time_of(view, view.phi.taken_at),
        "The tick at which its window or picture was taken.",
    );
    line(
        "method",
        report.method.clone(),
        "Measure, search and source.",
    );
    if !report.cut.is_empty() {
        let pairs = report
            .cut
            .iter()
            .map(|[from, to]| format!("{from} to {to}"));
        line(
            "weakest cut",
            shortened(pairs),
            "The influences whose loss changes least; dashed in the graph.",
        );
    } else if !report.mip.0.is_empty() {
        let (a, b) = &report.mip;
        let (small, large) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        line(
            "weakest cut",
            format!("{} | {}", set(small), set(large)),
            "The two sides with the least information between them; dashed in the graph.",
        );
    }
    line(
        "major complex",
        set(&report.major_complex),
        "The units that hold together best; the aggregator's mask is made of them.",
    );
    let listed = report.complexes.iter().take(LISTED);
    let complexes = listed.map(|(units, value)| {
        let value = report.in_unit(*value);
        format!("{{{}}} {value:.4} {}", set(units), report.unit())
    });
    line(
        "complexes",
        match report.complexes.len() {
            0 => "none".to_owned(),
            count => format!("{count}: {}", shortened(complexes)),
        },
        "Sets that hold together better than any set around them, with their values; colours in \
         the graph, coloured by complex.",
    );
    if let Some(test) = &report.significance {
        line(
            "by chance",
            chance(report, test),
            "What circularly shifted copies of the series give.",
        );
    }
    line(
        "cost",
        format!("{} of {}", report.cost, view.facts.scene.phi.budget),
        "Units of work of the measurement (about a microsecond each), and the budget.",
    );
    let phi = &view.facts.scene.phi;
    let rounds = phi.latency_ticks.div_ceil(phi.period_ticks.max(1)).max(1);
    let due = view.phi.taken_at + rounds * phi.period_ticks;
    line(
        "next",
        format!("taken at tick {due}"),
        "When the next one is taken.",
    );
}

/// A tick with its plant time.
fn time_of(view: &View, tick: Tick) -> String {
    let clock = &view.facts.scene.clock;
    let time_s = tick as f64 * clock.dt_s * f64::from(clock.substeps);
    format!("at {time_s:.2} s, tick {tick}")
}

fn chance(report: &PhiReport, test: &Significance) -> String {
    let text = report.chance_text().unwrap_or_default();
    let interval = test.interval.map_or_else(String::new, |(low, high)| {
        format!("; 95 % interval {low:.4} … {high:.4}")
    });
    format!(
        "{text}, p = {:.3} of {}{interval}",
        test.p_value, test.surrogates
    )
}

fn lesions(ui: &mut egui::Ui, view: &View, report: &PhiReport) {
    let names = &view.facts.units;
    let symbol = view.facts.scene.phi.measure.quantity();
    ui.separator();
    ui.strong(format!("{symbol} without each unit, {}", report.unit()))
        .on_hover_text(
            "The value of the other units, each left out in turn. Short bars: the unit carries it. \
             Bars beyond the mark: the unit dilutes it.",
        );
    let finite = report.lesions.iter().copied().filter(|x| x.is_finite());
    let most = finite.fold(report.value, f64::max).max(1e-12);
    egui::Grid::new("lesions").num_columns(3).show(ui, |ui| {
        for (unit, value) in report.lesions.iter().enumerate() {
            let name = names.get(unit).map_or("", String::as_str);
            ui.weak(format!("{unit}")).on_hover_text(name);
            let shown = report.in_unit(*value);
            if value.is_finite() {
                let bar = ProgressBar::new((value / most) as f32).desired_width(120.0);
                let bar = bar.desired_height(9.0).fill(theme::REFERENCE);
                ui.add(bar).widget_info(|| {
                    let text =
                        format!("{symbol} without unit {unit}: {shown:.4} {}", report.unit());
                    WidgetInfo::labeled(WidgetType::ProgressIndicator, true, &text)
                });
                let less = report.in_unit(value - report.value);
                ui.label(format!("{shown:.4} ({less:+.4})"));
            } else {
                ui.weak("the budget ended");
                ui.label("");
            }
            ui.end_row();
        }
    });
}

fn edge_lesions(ui: &mut egui::Ui, report: &PhiReport) {
    let between = if report.states.is_empty() {
        "vertices"
    } else {
        "units"
    };
    ui.separator();
    let head = format!("without each connection, {}", report.unit());
    ui.strong(head).on_hover_text(format!(
        "The value when one connection between {between} is cut: those that carry most come first."
    ));
    let mut sorted: Vec<&(u32, u32, f64)> = report.edge_lesions.iter().collect();
    sorted.sort_by(|a, b| a.2.total_cmp(&b.2));
    egui::Grid::new("connections")
        .num_columns(2)
        .show(ui, |ui| {
            for (from, to, value) in sorted.into_iter().take(LISTED) {
                ui.weak(format!("{from} to {to}"));
                let (shown, less) = (report.in_unit(*value), report.in_unit(value - report.value));
                ui.label(format!("{shown:.4} ({less:+.4})"));
                ui.end_row();
            }
        });
}

fn unfolded(ui: &mut egui::Ui, view: &View, structure: &StructureReport, report: &PhiReport) {
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        ui.strong(format!("structure: Φ = {:.4} bits", structure.big_phi))
            .on_hover_text(
                "Structure integrated information, big Φ of IIT 4.0: Σφ_d of distinctions and Σφ_r \
                 of their relations; another quantity than φ_s. (Albantakis et al. 2023)",
            );
        ui.weak(time_of(view, report.tick.max(view.phi.taken_at)));
        ui.weak(format!(
            "{} distinctions Σφ_d {:.4} · {} relations Σφ_r {:.4}",
            structure.distinctions.len(),
            structure.sum_phi_d,
            structure.relations,
            structure.sum_phi_r
        ));
    });
    if !structure.strict {
        ui.colored_label(
            theme::on_ground(theme::ENTROPY, ui.visuals().dark_mode),
            "⚠ ties: one of several structures with the same φ_s",
        );
    }
    phi_picture::structure(ui, structure, report);
}

fn shortened(items: impl Iterator<Item = String>) -> String {
    let mut shown: Vec<String> = items.take(NAMED + 1).collect();
    if shown.len() > NAMED {
        shown[NAMED] = "…".to_owned();
    }
    shown.join("  ")
}

fn set(list: &[u32]) -> String {
    let shown: Vec<String> = list.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if list.len() > NAMED { " …" } else { "" };
    match list.is_empty() {
        true => "none".to_owned(),
        false => format!("{}{more}", shown.join(" ")),
    }
}
