//! The time bar: transport, pace, and a line of time with frames, bookmarks and branches.

use bevy_egui::egui::{self, Color32, Rect, Sense, Stroke, WidgetInfo, WidgetType, pos2, vec2};

use crate::base::Tick;
use crate::kernel::{Branch, KernelState};

use super::commands::{Command, SPEEDS};
use super::execute::execute;
use super::order::Order;
use super::plot_marks::color_of_grade;
use super::state::ViewState;
use super::theme;

/// The bar at the bottom.
#[expect(clippy::too_many_lines, reason = "waits to be split")]
pub fn timebar(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = &state.view else {
        ui.weak("The time bar appears with the first tick.");
        return;
    };
    let (running, speed) = (view.state.may_tick(), view.speed);
    let stopped = view.state == KernelState::SafeStopped;
    let live = view.tick >= view.time.head();
    let mut commands = Vec::new();
    let mut orders = Vec::new();
    ui.horizontal_wrapped(|ui| {
        let mut button = |ui: &mut egui::Ui, text: &str, help: &str, on: bool, command| {
            let response = ui.add_enabled(on, egui::Button::new(text));
            if response.on_hover_text(help).clicked() {
                commands.push(command);
            }
        };
        button(ui, "⏮", "to the first tick, key Home", true, Command::Start);
        button(ui, "◀ back", "one tick back, key ,", true, Command::Back);
        let play = if running { "⏸ pause" } else { "▶ play" };
        button(ui, play, "Space", !stopped, Command::PlayPause);
        button(ui, "⏭ step", "one tick, key .", !stopped, Command::Step);
        button(
            ui,
            "live",
            "the newest tick of this branch, key End",
            !live || !running,
            Command::Live,
        );
        ui.separator();
        for (value, label) in SPEEDS {
            let pace = ui.selectable_label(speed == value, label);
            if pace
                .on_hover_text("plant seconds per second; keys [ and ]")
                .clicked()
            {
                orders.push(Order::Speed(value));
            }
        }
        ui.separator();
        button(
            ui,
            "fork",
            "part a branch here and compare both futures, key F",
            true,
            Command::Fork,
        );
        button(
            ui,
            "bookmark",
            "remember this tick, key B",
            true,
            Command::Bookmark,
        );
        let record = if state.film.is_some() {
            "■ end film"
        } else {
            "film"
        };
        button(
            ui,
            record,
            "a film: a PNG every 1/25 s of plant time at ×1, Ctrl+R",
            true,
            Command::Record,
        );
        button(
            ui,
            "⟲ reset",
            "begin the scene anew, key R",
            true,
            Command::Reset,
        );
        button(
            ui,
            "■ stop safely",
            "the safety kernel drops every drive and ends the run",
            !stopped,
            Command::Stop,
        );
        branches(ui, state, &mut orders);
    });
    line(ui, state, &mut orders);
    let context = ui.ctx().clone();
    for command in commands {
        execute(command, state, &context);
    }
    state.orders.extend(orders);
}

/// Letters of the branches.
fn branches(ui: &mut egui::Ui, state: &ViewState, orders: &mut Vec<Order>) {
    let Some(view) = state.view.as_ref().filter(|v| v.time.branches.len() > 1) else {
        return;
    };
    ui.separator();
    for branch in &view.time.branches {
        let letter = Branch::letter(branch.number);
        let help = match branch.parent {
            Some((parent, tick)) => format!("parts from {} at tick {tick}", Branch::letter(parent)),
            None => "the run as it began".to_owned(),
        };
        let label = ui.selectable_label(
            branch.number == view.time.current,
            format!("branch {letter}"),
        );
        if label.on_hover_text(help).clicked() {
            orders.push(Order::Switch(branch.number));
        }
    }
}

/// The line of time. Dragging it goes to a tick.
#[expect(clippy::too_many_lines, reason = "waits to be split")]
fn line(ui: &mut egui::Ui, state: &mut ViewState, orders: &mut Vec<Order>) {
    let Some(view) = &state.view else {
        return;
    };
    let time = &view.time;
    let lanes = time.branches.len().clamp(1, 4) as f32;
    let height = 16.0 + 5.0 * lanes;
    let size = vec2(ui.available_width(), height);
    let (response, painter) = ui.allocate_painter(size, Sense::click_and_drag());
    let rect = response.rect.shrink2(vec2(6.0, 2.0));
    let latest = time
        .branches
        .iter()
        .map(|b| b.head)
        .max()
        .unwrap_or(1)
        .max(1);
    let end = latest.max(view.facts.scene.ticks.min(latest * 4)).max(1);
    let x = |tick: Tick| rect.left() + tick as f32 / end as f32 * rect.width();
    let at = |x: f32| {
        ((x - rect.left()) / rect.width() * end as f32)
            .round()
            .max(0.0) as Tick
    };
    let visuals = ui.visuals();
    painter.rect_filled(rect, 3.0, visuals.extreme_bg_color);
    for branch in &time.branches {
        let lane = branch.number.min(3) as f32;
        let y = rect.top() + 5.0 + 5.0 * lane;
        let from = branch.parent.map_or(0, |(_, tick)| tick);
        let own = branch.number == time.current;
        let color = theme::on_ground(theme::node(branch.number), visuals.dark_mode);
        let stroke = Stroke::new(if own { 4.0 } else { 2.0 }, color);
        painter.hline(x(from)..=x(branch.head), y, stroke);
        if let Some((parent, tick)) = branch.parent {
            let above = rect.top() + 5.0 + 5.0 * parent.min(3) as f32;
            painter.vline(x(tick), above..=y, Stroke::new(1.5, color));
        }
    }
    violations(&painter, state, (rect.bottom() - 9.0, visuals.dark_mode), x);
    let weak = visuals.weak_text_color();
    for frame in &time.frames {
        let tick = Stroke::new(1.0, weak.gamma_multiply(0.5));
        painter.vline(x(*frame), rect.bottom() - 5.0..=rect.bottom() - 1.0, tick);
    }
    for mark in state.bookmarks.iter().filter(|m| m.branch == time.current) {
        let tip = pos2(x(mark.tick), rect.bottom() - 6.0);
        let points = vec![tip, tip + vec2(-4.0, 6.0), tip + vec2(4.0, 6.0)];
        painter.add(egui::Shape::convex_polygon(
            points,
            theme::ENTROPY,
            Stroke::NONE,
        ));
    }
    let here = Rect::from_center_size(
        pos2(x(view.tick), rect.center().y),
        vec2(3.0, rect.height()),
    );
    painter.rect_filled(here, 1.0, visuals.strong_text_color());
    let text = format!(
        "time bar: tick {} of {}, branch {}",
        view.tick,
        time.head(),
        Branch::letter(time.current)
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Slider, true, &text));
    let tick_s = state.chronicle().map_or(0.01, |own| own.tick_s);
    let pointer = response.interact_pointer_pos().or(response.hover_pos());
    let Some(pointer) = pointer.filter(|_| !state.bare) else {
        let end_s = end as f64 * tick_s;
        let told = format!(
            "0 s … {} s; the scene has {} ticks",
            super::export::seconds((end_s * 100.0).round() / 100.0),
            view.facts.scene.ticks
        );
        ui.weak(told);
        return;
    };
    let tick = at(pointer.x).min(time.head());
    if response.clicked() || response.dragged() {
        orders.push(Order::Seek(tick));
    }
    let first = time.frames.first().copied().unwrap_or(0);
    let megabytes = time.bytes as f64 / f64::from(1 << 20);
    let (cost, share) = (1e3 * time.cost_s(tick), 100.0 * time.overhead);
    let (branch, head) = (Branch::letter(time.current), time.head());
    let violated = violated_at(state, tick as f64 * tick_s);
    ui.weak(format!(
        "{:.2} s, tick {tick}{violated}: about {cost:.0} ms to go there; reachable: ticks {first} \
         … {head} of branch {branch}; {} frames, {megabytes:.1} MiB, {share:.1} % of the ticks' \
         time",
        tick as f64 * tick_s,
        time.frames.len()
    ));
    let faint = Color32::from_gray(128).gamma_multiply(0.6);
    painter.vline(x(tick), rect.y_range(), Stroke::new(1.0, faint));
}

/// Violations of rules in the shown branch, as bars along the line of time.
fn violations(
    painter: &egui::Painter,
    state: &ViewState,
    (top, dark): (f32, bool),
    x: impl Fn(Tick) -> f32,
) {
    let (Some(view), Some(chronicle)) = (&state.view, state.chronicle()) else {
        return;
    };
    let mut right = f32::NEG_INFINITY;
    for own in chronicle.violations.list() {
        let end = own.over.map_or(view.time.head(), |(tick, _)| tick);
        let (from, to) = (x(own.from), x(end).max(x(own.from) + 2.0));
        // What lies within a pixel of the one before is not seen.
        if to < right + 1.0 {
            continue;
        }
        right = to;
        let bar = Rect::from_x_y_ranges(from..=to, top..=top + 3.0);
        let color = theme::on_ground(color_of_grade(own.grade), dark);
        painter.rect_filled(bar, 1.0, color);
    }
}

/// The rules that are violated at a time in s, in words that follow a comma; empty without any.
fn violated_at(state: &ViewState, time_s: f64) -> String {
    let found = state.chronicle().into_iter();
    let found = found.flat_map(|own| own.violations.between((time_s, time_s)));
    let names: Vec<String> = found.take(3).map(|own| format!("{:?}", own.rule)).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(", rule {} violated", names.join(" and ")),
    }
}
