//! Spectrum, spectrogram and phase locking in the window: the numbers of the room `signal` on the
//! same samples, and a sentence where there are none.

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use phantomos::base::num;
use phantomos::dashboard::figures::{drawing_of, has_figure};
use phantomos::dashboard::locking::locking_of;
use phantomos::dashboard::locking_panel::LockingPlot;
use phantomos::dashboard::panels::Pane;
use phantomos::dashboard::sensed::{LATE_TICKS, SensedWindow};
use phantomos::dashboard::spectrogram::{Source, Spectrogram};
use phantomos::dashboard::spectrum_panel::{SpectrumPlot, series_of, source_of, spectrum_of};
use phantomos::dashboard::{Order, ViewState};
use phantomos::figure::Format;
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::registry::MetricId;
use phantomos::scenario::{Blueprint, load};
use phantomos::signal::SignalSettings;
use phantomos::signal::spectrum::welch;

use crate::dashboard::{harness, state_after, state_of};
use crate::fixtures::scene;
use crate::time_machine::{order, start, tick, until};

const OVER_TIME: SpectrumPlot = SpectrumPlot {
    over_time: true,
    of: Some(Source::Sensors),
};

fn only(state: &mut ViewState, pane: Pane) {
    state.layout.tree = egui_tiles::Tree::new_tabs("panels", vec![pane]);
}

fn texts(harness: &Harness<'_, ViewState>) -> Vec<String> {
    let nodes = harness.root().children_recursive();
    let said = nodes.filter_map(|node| {
        let node = node.accesskit_node();
        node.label().or_else(|| node.value())
    });
    said.collect()
}

fn holds(harness: &Harness<'_, ViewState>, wanted: &str) {
    let all = texts(harness);
    let found = all.iter().any(|text| text.contains(wanted));
    assert!(found, "{wanted:?} in {all:#?}");
}

fn window(state: &ViewState) -> &SensedWindow {
    state.view.as_ref().unwrap().sensed.as_ref().unwrap()
}

#[test]
fn the_matrix_has_the_means_that_metrics_csv_records() {
    let sets = [(
        "signal.metrics".to_owned(),
        "[\"phase_locking\", \"phase_lag_index\"]".to_owned(),
    )];
    let blueprint = Blueprint::new(load(&scene("hello"), &sets).unwrap()).unwrap();
    let mut simulation = Simulation::new(blueprint, SimOptions::default()).unwrap();
    // Results come in ticks that 4 divides; after 401 ticks the last one was 400.
    (0..401).for_each(|_| simulation.step().unwrap());
    let scopes = phantomos::dashboard::sensed::sensed_scopes(&mut simulation);
    assert_eq!((scopes.len(), scopes[0].channels.len()), (1, 24));
    assert_eq!(scopes[0].channels[3], "probe[3]");
    let own = SensedWindow::of(&scopes[0], &mut simulation).unwrap();
    let rows = std::mem::take(&mut simulation.records_mut().rows);
    for (lag, name) in [(false, "phase_locking"), (true, "phase_lag_index")] {
        let recorded = rows.iter().rev().find_map(|row| {
            let at = row.metrics.position(&MetricId::new(name))?;
            row.at(at).filter(|_| row.scope == "cluster")
        });
        let found = locking_of(&own, lag);
        assert_eq!(found.mean, recorded, "{name}");
        assert_eq!(found.valid.len(), 24);
        assert_eq!(found.value(3, 7), found.value(7, 3));
    }
}

#[test]
fn the_spectrogram_has_the_spectra_of_the_windows_samples() {
    let state = state_after("hello", 400);
    let own = window(&state);
    let series = series_of(&state, Source::Sensors).unwrap();
    let mut columns = Spectrogram::default();
    assert_eq!(columns.update(&series, usize::MAX), 1.0);
    let (segment, step) = (series.settings.segment, series.settings.step);
    assert_eq!((segment, step, series.range.1), (64, 16, 401));
    // The last 128 samples are those of the window; the newest column ends within them.
    let last = columns.len() - 1;
    let first_of_all = series.range.0.div_ceil(step) * step;
    let from = first_of_all + last * step;
    let place = from - (series.range.1 - own.window.len());
    let settings = SignalSettings::new(segment, segment, own.settings.sample_rate_hz);
    let mut mean = vec![0.0; settings.bins()];
    for channel in 0..24 {
        let mut samples = Vec::new();
        own.window.channel(channel, &mut samples);
        let (density, taken) = welch(&settings, &samples[place..place + segment]);
        assert_eq!(taken, 1);
        mean.iter_mut()
            .zip(density)
            .for_each(|(a, b)| *a += b / 24.0);
    }
    for (row, below) in columns.column(last).iter().enumerate() {
        let expected = 10.0 * num::ln(mean[row + 1]) / num::ln(10.0);
        let found = f64::from(below + columns.greatest_db());
        assert!((found - expected).abs() < 1e-3, "{row}: {found} {expected}");
    }
    // A sample is known two ticks after it was taken.
    let tick_s = state.chronicle().unwrap().tick_s;
    let middle = from as f64 + 31.5 - LATE_TICKS as f64;
    assert!((columns.time_s(last) - middle * tick_s).abs() < 1e-9);
    assert!(columns.time_s(last) < 400.0 * tick_s);
}

#[test]
fn a_spectrum_is_of_sensors_unless_the_mean_is_recorded() {
    let plain = SpectrumPlot::default();
    let state = state_after("hello", 400);
    assert_eq!(source_of(&state, &plain), Ok(Source::Sensors));
    let found = spectrum_of(&state, Source::Sensors).unwrap();
    assert_eq!(found.of, "24 channels of \"cluster\"");
    assert!((found.peak_hz.unwrap() - 1.0).abs() < 0.3, "{found:?}");
    let mut state = state_after("van_der_pol", 400);
    assert_eq!(source_of(&state, &plain), Ok(Source::Mean));
    assert_eq!(source_of(&state, &OVER_TIME), Ok(Source::Sensors));
    assert_eq!(
        spectrum_of(&state, Source::Mean).unwrap().of,
        "mean of \"cluster\""
    );
    "valves".clone_into(&mut state.scope);
    assert_eq!(source_of(&state, &OVER_TIME), Ok(Source::Mean));
    let mut state = state_after("hello", 40);
    "ring".clone_into(&mut state.scope);
    let missing = source_of(&state, &plain).unwrap_err();
    assert!(missing.contains("record: (plant: true)"), "{missing}");
}

#[test]
fn both_panels_open_in_every_scene_and_state() {
    let scenes = [
        ("hello", 400),
        ("hello", 3),
        ("trip", 300),
        ("cluster", 5),
        ("replay", 200),
        ("host", 5),
        ("van_der_pol", 300),
        ("wave", 100),
        ("faulty", 300),
    ];
    for (name, ticks) in scenes {
        let mut state = state_after(name, ticks);
        let scopes = state.chronicle().unwrap().scopes().map(str::to_owned);
        let scopes: Vec<String> = scopes.collect();
        let lag = LockingPlot { lag: true };
        let panes = [
            Pane::Spectrum(SpectrumPlot::default()),
            Pane::Spectrum(OVER_TIME),
            Pane::Locking(LockingPlot::default()),
            Pane::Locking(lag),
        ];
        for scope in scopes {
            state.scope.clone_from(&scope);
            for pane in &panes {
                for light in [false, true] {
                    state.look.light = light;
                    only(&mut state, pane.clone());
                    let mut shown = harness(state);
                    shown.run_steps(2);
                    state = std::mem::take(shown.state_mut());
                }
            }
        }
    }
}

#[test]
fn choices_are_kept_and_the_pointer_reads_numbers() {
    let mut state = state_after("hello", 400);
    only(&mut state, Pane::Spectrum(SpectrumPlot::default()));
    let mut shown = harness(state);
    holds(&shown, "24 channels of \"cluster\": peak at");
    shown.get_by_label("spectrogram").click();
    shown.run_steps(4);
    holds(&shown, "columns in sight");
    holds(&shown, "segments of 1.2800 s, bins of 0.7812 Hz");
    let rect = shown.get_by_label_contains("columns in sight").rect();
    // Eight seconds of forty are known.
    let at = rect.left_top() + 0.15 * rect.size();
    let at = bevy_egui::egui::pos2(at.x, rect.bottom() - 0.1 * rect.height());
    shown.hover_at(at);
    shown.run_steps(20);
    let told = |text: &String| text.contains(" Hz: ") && text.ends_with("relative to the greatest");
    assert!(texts(&shown).iter().any(told), "{:#?}", texts(&shown));
    let mut state = std::mem::take(shown.state_mut());
    only(&mut state, Pane::Locking(LockingPlot::default()));
    let mut shown = harness(state);
    holds(&shown, "phase-locking value of 24 channels, mean 0.");
    let mean = locking_of(window(shown.state()), false).mean.unwrap();
    holds(&shown, &format!("mean {mean:.4}"));
    shown.get_by_label("lag").click();
    shown.run_steps(3);
    holds(&shown, "phase-lag index of 24 channels");
    let rect = shown.get_by_label_contains("phase-lag index of").rect();
    shown.hover_at(rect.center() + bevy_egui::egui::vec2(-60.0, 40.0));
    shown.run_steps(20);
    let value = locking_of(window(shown.state()), true);
    let pairs = (0..24).flat_map(|i| (0..24).map(move |j| (i, j)));
    let said = texts(&shown);
    let told = pairs.filter(|(i, j)| i != j && said.contains(&value.told(*i, *j)));
    assert_eq!(told.count(), 1, "{said:#?}");
}

#[test]
fn what_is_missing_has_a_sentence_with_the_remedy() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("own.ron");
    let text = "(version: 2, name: \"own\", seed: 3, ticks: 100, clock: (dt_s: 0.01),
        populations: [(name: \"all\", count: 8, coupling: 0.05, model: Kuramoto())],
        sensors: [])";
    std::fs::write(&path, text).unwrap();
    let mut state = state_of(&path, 20);
    only(&mut state, Pane::Locking(LockingPlot::default()));
    holds(
        &harness(state),
        "This scene has no sensors. sensors: [(name:",
    );
    let mut state = state_of(&path, 20);
    only(&mut state, Pane::Spectrum(OVER_TIME));
    holds(&harness(state), "Nothing is known of \"cluster\"");
    let mut state = state_after("hello", 40);
    "ring".clone_into(&mut state.scope);
    only(&mut state, Pane::Locking(LockingPlot::default()));
    holds(
        &harness(state),
        "No sensor looks at \"ring\". Sensors look at cluster",
    );
    let mut state = state_after("hello", 40);
    only(&mut state, Pane::Locking(LockingPlot::default()));
    holds(&harness(state), "warming up: 39 of the 64 samples");
    let mut state = state_after("hello", 40);
    only(&mut state, Pane::Spectrum(OVER_TIME));
    holds(
        &harness(state),
        "A column takes 64 samples, one a tick; 39 are there",
    );
}

#[test]
fn figures_of_both_panels_name_their_run() {
    let mut state = state_after("hello", 400);
    state.plots.shown_s = (0.0, 8.0);
    let svg = |pane: &Pane| {
        assert!(has_figure(pane));
        let drawing = drawing_of(pane, &state).unwrap();
        String::from_utf8(Format::Svg.bytes(&drawing).unwrap()).unwrap()
    };
    let panes = [
        (
            Pane::Spectrum(SpectrumPlot::default()),
            "power density of 24",
        ),
        (Pane::Spectrum(OVER_TIME), "frequency (Hz)"),
        (Pane::Locking(LockingPlot::default()), "phase-locking value"),
        (Pane::Locking(LockingPlot { lag: true }), "phase-lag index"),
    ];
    for (pane, wanted) in panes {
        let text = svg(&pane);
        assert!(text.contains(wanted) && text.contains("digest"), "{pane:?}");
        assert!(!text.contains("NaN"), "{pane:?}");
    }
    assert!(svg(&Pane::Locking(LockingPlot::default())).contains("probe[20]"));
}

#[test]
fn a_worker_gives_the_window_while_a_panel_shows_it() {
    let (worker, mut state) = start(&scene("hello"));
    order(&worker, &mut state, vec![Order::RunTo(300)]);
    until(&worker, &mut state, |s| tick(s) == 300);
    assert!(
        state.view.as_ref().unwrap().sensed.is_none(),
        "nobody looks"
    );
    let at_300 = state.chronicle().unwrap().samples[0].clone();
    assert_eq!((at_300.first(), at_300.end()), (2, 301));
    only(&mut state, Pane::Locking(LockingPlot::default()));
    let mut shown = harness(state);
    shown.run_steps(2);
    let mut state = std::mem::take(shown.state_mut());
    let asked = Order::Sense(Some("cluster".to_owned()));
    assert_eq!(state.orders.iter().filter(|own| **own == asked).count(), 1);
    let sensed = |s: &ViewState| s.view.as_ref().is_some_and(|view| view.sensed.is_some());
    until(&worker, &mut state, sensed);
    assert_eq!(window(&state).tick, 300);
    // In the past, the window is that of the past, and samples stay known.
    order(&worker, &mut state, vec![Order::Seek(200)]);
    until(&worker, &mut state, |s| {
        tick(s) == 200 && window(s).tick == 200
    });
    assert_eq!(window(&state), window(&state_after("hello", 200)));
    assert_eq!(state.chronicle().unwrap().samples[0], at_300);
    // A fork has the samples that were known by then.
    order(&worker, &mut state, vec![Order::Fork, Order::RunTo(320)]);
    until(&worker, &mut state, |s| s.branch() == 1 && tick(s) == 320);
    let again = &state.chronicle().unwrap().samples[0];
    assert_eq!((again.first(), again.end()), (2, 321));
    assert!((2..301).all(|tick| again.at(5, tick) == at_300.at(5, tick)));
    // Nobody looks any more.
    only(&mut state, Pane::Notes);
    let mut shown = harness(state);
    shown.run_steps(2);
    let mut state = std::mem::take(shown.state_mut());
    assert!(state.orders.contains(&Order::Sense(None)));
    until(&worker, &mut state, |s| !sensed(s));
}
