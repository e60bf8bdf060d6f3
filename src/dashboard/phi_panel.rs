//! Φ: the latest report with what it is worth, its cut, complexes, lesions and structure.

use bevy_egui::egui::{
    self, Color32, ProgressBar, RichText, Sense, Shape, Stroke, WidgetInfo, WidgetType, vec2,
};

use crate::base::num;
use crate::phi::report::{PhiBound, PhiReport, Significance, StructureReport};
use crate::phi::settings::PhiMeasure;

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
    ui.weak(format!("Φ of {} units: {kind}", view.facts.units.len()));
    if let Some(reason) = &view.phi.refusal {
        ui.colored_label(theme::ALERT, format!("✖ {reason}"));
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
            ui.colored_label(theme::ALERT, format!("⚠ {flag}"));
        }
        if !report.lesions.is_empty() {
            lesions(ui, report, &view.facts.units);
        }
        if !report.edge_lesions.is_empty() {
            edge_lesions(ui, report);
        }
        if let Some(structure) = &report.structure {
            unfolded(ui, structure, report);
        }
    });
}

fn head(ui: &mut egui::Ui, view: &View, report: &PhiReport) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("{:.4} nats", report.value)).heading());
        if view.facts.scene.phi.measure == PhiMeasure::Iit4 {
            ui.weak(format!("= {:.4} bits", report.value / num::ln(2.0)));
        }
        let color = match report.bound {
            PhiBound::Exact => theme::RESONANCE,
            PhiBound::Estimate => theme::COHERENCE,
            PhiBound::Lower | PhiBound::Upper => theme::ENTROPY,
        };
        let color = theme::on_ground(color, ui.visuals().dark_mode);
        sign(ui, report.bound, color);
        ui.colored_label(color, report.bound.name())
            .on_hover_text(worth(report.bound));
    });
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
        format!("at tick {}", view.phi.taken_at),
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
    let complexes = listed.map(|(units, value)| format!("{{{}}} {value:.4}", set(units)));
    line(
        "complexes",
        format!("{}: {}", report.complexes.len(), shortened(complexes)),
        "Sets that hold together better than any set around them, with their values in nats; \
         colours in the graph, coloured by complex.",
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

fn lesions(ui: &mut egui::Ui, report: &PhiReport, names: &[String]) {
    ui.separator();
    ui.strong("without each unit").on_hover_text(
        "Φ of the other units, each left out in turn. Short bars: the unit carries Φ. Bars beyond \
         the mark: the unit dilutes it.",
    );
    let finite = report.lesions.iter().copied().filter(|x| x.is_finite());
    let most = finite.fold(report.value, f64::max).max(1e-12);
    egui::Grid::new("lesions").num_columns(3).show(ui, |ui| {
        for (unit, value) in report.lesions.iter().enumerate() {
            let name = names.get(unit).map_or("", String::as_str);
            ui.weak(format!("{unit}")).on_hover_text(name);
            if value.is_finite() {
                let bar = ProgressBar::new((value / most) as f32).desired_width(120.0);
                let bar = bar.desired_height(9.0).fill(theme::REFERENCE);
                ui.add(bar).widget_info(|| {
                    let text = format!("Φ without unit {unit}: {value:.4} nats");
                    WidgetInfo::labeled(WidgetType::ProgressIndicator, true, &text)
                });
                ui.label(format!("{value:.4} ({:+.4})", value - report.value));
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
    ui.strong("without each connection").on_hover_text(format!(
        "Φ when one connection between {between} is cut: those that carry most come first."
    ));
    let mut sorted: Vec<&(u32, u32, f64)> = report.edge_lesions.iter().collect();
    sorted.sort_by(|a, b| a.2.total_cmp(&b.2));
    egui::Grid::new("connections")
        .num_columns(2)
        .show(ui, |ui| {
            for (from, to, value) in sorted.into_iter().take(LISTED) {
                ui.weak(format!("{from} to {to}"));
                ui.label(format!("{value:.4} ({:+.4})", value - report.value));
                ui.end_row();
            }
        });
}

fn unfolded(ui: &mut egui::Ui, structure: &StructureReport, report: &PhiReport) {
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        ui.strong(format!("Φ = {:.4} bits", structure.big_phi))
            .on_hover_text(
                "Big Φ of IIT 4.0: Σφ_d of distinctions and Σφ_r of their relations. \
             (Albantakis et al. 2023)",
            );
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
            theme::ENTROPY,
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
    format!("{}{more}", shown.join(" "))
}
