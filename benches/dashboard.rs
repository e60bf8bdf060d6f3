//! What the window costs, without one: frames of the whole dashboard, decimation, layout, the
//! field's picture, and the time machine.
//!
//! `cargo bench --bench dashboard`. Figures are the median of repeated runs.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bevy_egui::egui;
use phantomos::dashboard::ViewState;
use phantomos::dashboard::chronicle::Chronicle;
use phantomos::dashboard::column::Column;
use phantomos::dashboard::controls::dashboard;
use phantomos::dashboard::force::ForceLayout;
use phantomos::dashboard::kymograph::Kymograph;
use phantomos::dashboard::view::{View, facts};
use phantomos::dashboard::worker::News;
use phantomos::field::FieldState;
use phantomos::field::modes::Basis;
use phantomos::kernel::{History, SimOptions, Simulation};
use phantomos::scenario::view_spec::Arrangement;
use phantomos::scenario::{Blueprint, load};

fn scene(name: &str, sets: &[(&str, &str)]) -> Simulation {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenes/{name}.ron"));
    let sets: Vec<_> = sets
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect();
    let blueprint = load(&path, &sets).and_then(Blueprint::new);
    let blueprint = blueprint.unwrap_or_else(|error| panic!("{error}"));
    Simulation::new(blueprint, SimOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// Median seconds of `runs` calls.
fn median(runs: usize, mut call: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let begun = Instant::now();
            call();
            begun.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn report(name: &str, seconds: f64, limit_ms: f64) {
    let ms = 1e3 * seconds;
    println!("{name:<58} {ms:>9.3} ms   (at most {limit_ms} ms asked)");
}

fn frame_of_the_cluster() {
    let mut simulation = scene("cluster", &[]);
    let mut state = ViewState::new();
    let tick_s = simulation.clock().tick_s();
    state.take_news(News::Restarted { every: 1, tick_s });
    for _ in 0..300 {
        simulation.step().unwrap_or_else(|error| panic!("{error}"));
        for row in std::mem::take(&mut simulation.records_mut().rows) {
            state.take_news(News::Row(0, row));
        }
    }
    let facts = Arc::new(facts(&mut simulation, 0));
    let look = median(20, || {
        black_box(View::of(&mut simulation, &facts, None));
    });
    report("a view of 10,000 vertices, on the worker", look, 4.0);
    state.take_view(View::of(&mut simulation, &facts, None));
    for preset in Arrangement::ALL {
        state.layout.arrange(preset, None);
        let context = egui::Context::default();
        let input = || egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(
                egui::Pos2::ZERO,
                egui::vec2(1920.0, 1080.0),
            )),
            ..egui::RawInput::default()
        };
        let mut frame = || {
            let mut output = context.run_ui(input(), |ui| dashboard(ui, &mut state));
            // No renderer takes them here.
            output.textures_delta.clear();
            black_box(context.tessellate(output.shapes, output.pixels_per_point));
        };
        let begun = Instant::now();
        while begun.elapsed().as_secs_f64() < 3.0 {
            frame();
        }
        let seconds = median(60, &mut frame);
        let name = format!("a frame at 10,000 entities, {}", preset.name());
        report(&name, seconds, 4.0);
    }
}

fn three_series_of_a_million() {
    let columns: Vec<Column> = (0..3u64)
        .map(|salt| {
            let mut column = Column::default();
            let mut bits = salt + 1;
            for k in 0..1_000_000 {
                bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                column.set(k, (bits >> 40) as f64);
            }
            column
        })
        .collect();
    let seconds = median(200, || {
        for column in &columns {
            black_box(column.decimate(1, 999_999, 1_000));
        }
    });
    report("3 series of 1e6 points to 1,000 columns", seconds, 2.0);
}

fn layout_step() {
    let edges: Vec<[u32; 2]> = (0..5_000u32)
        .map(|k| [k % 1_000, (k * 7 + 13 + k / 1_000) % 1_000])
        .filter(|[a, b]| a != b)
        .collect();
    let mut layout = ForceLayout::new(1_000, &edges);
    let seconds = median(100, || layout.advance());
    report(
        "a step of the layout, 1,000 vertices and 5,000 edges",
        seconds,
        4.0,
    );
    let edges: Vec<[u32; 2]> = (0..20_000u32)
        .map(|k| [k % 10_000, (k + 1 + k / 10_000) % 10_000])
        .collect();
    let mut layout = ForceLayout::new(10_000, &edges);
    let seconds = median(20, || layout.advance());
    println!(
        "{:<58} {:>9.3} ms   (on a thread of its own)",
        "a step at 10,000 vertices",
        1e3 * seconds
    );
}

fn field_picture() {
    let mut chronicle = Chronicle::new(1, 0.01);
    let field = FieldState::at_rest(Basis::HalfWaves, 32);
    let mut kymograph = Kymograph::default();
    let mut tick = 0;
    let seconds = median(400, || {
        tick += 1;
        let modes = (0..32).map(|k| ((tick * (k + 1)) % 17) as f32).collect();
        chronicle.take_field(tick, modes);
        kymograph.update(&field, 0, &chronicle, tick);
        black_box(kymograph.image(false));
    });
    report("the field's 256×256 picture, made anew", seconds, 1.0);
}

fn time_machine() {
    for name in ["hello", "cluster"] {
        let mut plain = scene(name, &[]);
        let ticks = if name == "hello" { 20_000 } else { 800 };
        let bare = median(1, || {
            (0..ticks).for_each(|_| plain.step().unwrap_or_else(|e| panic!("{e}")))
        });
        let mut simulation = scene(name, &[]);
        let mut history =
            History::begin(&mut simulation, 1 << 30).unwrap_or_else(|e| panic!("{e}"));
        let kept = median(1, || {
            for _ in 0..ticks {
                history
                    .step(&mut simulation)
                    .unwrap_or_else(|e| panic!("{e}"));
            }
        });
        println!(
            "{name}: {:.1} % of a tick goes to {} frames of {:.1} MiB together; {:+.1} % wall time",
            100.0 * history.overhead(),
            history.current().frame_ticks().count(),
            history.bytes() as f64 / f64::from(1 << 20),
            100.0 * (kept / bare - 1.0)
        );
        let mut slowest = 0.0f64;
        for k in 0..60u64 {
            let to = (k * 7_919) % ticks;
            let begun = Instant::now();
            history
                .seek(&mut simulation, to)
                .unwrap_or_else(|e| panic!("{e}"));
            slowest = slowest.max(begun.elapsed().as_secs_f64());
        }
        report(&format!("{name}: the slowest of 60 seeks"), slowest, 250.0);
    }
}

fn main() {
    three_series_of_a_million();
    layout_step();
    field_picture();
    frame_of_the_cluster();
    time_machine();
}
