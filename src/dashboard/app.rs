//! The window.

use std::time::{Duration, Instant};

use bevy::app::AppExit;
use bevy::asset::AssetEventSystems;
use bevy::prelude::*;
use bevy::window::{MonitorSelection, PrimaryWindow, WindowMode, WindowOccluded, WindowResolution};
use bevy_egui::egui::{self, UiBuilder};
use bevy_egui::{
    EguiContexts, EguiPlugin, EguiPostUpdateSet, EguiPreUpdateSet, EguiPrimaryContextPass,
};

use crate::base::{Cancel, RunStatus};
use crate::scenario::Parts;
use crate::scenario::view_spec::Arrangement;

use super::controls::dashboard;
use super::settings;
use super::state::{Request, ViewState};
use super::window_input::{own_modifiers, tooltips, without_pointer};
use super::window_pictures::{self, Wanted, WantedPicture, take_wanted};
use super::worker::Worker;

/// How the window opens.
#[derive(Clone, Debug)]
pub struct WindowPlan {
    /// Its title.
    pub title: String,
    /// Width and height, pixels.
    pub size: (u32, u32),
    /// Light instead of dark.
    pub light: bool,
    /// The arrangement to begin with.
    pub arrangement: Option<Arrangement>,
    /// A picture to take and close after.
    pub picture: Option<WantedPicture>,
    /// Whether it is not shown, and closes when the run is over.
    pub hidden: bool,
    /// Closes the window when it is set.
    pub cancel: Cancel,
}

#[derive(Resource)]
struct Front(std::sync::Mutex<Worker>);

/// What the panels show and keep.
#[derive(Resource)]
pub(super) struct Shown(pub(super) ViewState);

/// Set when somebody outside the window asks to stop.
#[derive(Resource)]
struct Asked(Cancel);

/// Why nobody can see the window.
#[derive(Resource, Default)]
struct Unseen {
    hidden: bool,
    covered: bool,
}

/// Time between pictures.
const FRAME: Duration = Duration::from_millis(16);
/// Time between looks while nobody sees them.
const UNSEEN: Duration = Duration::from_millis(250);

/// Opens the window on a worker, for scenes that may name these parts, and runs until it is closed.
/// The exit code is 0 unless the picture could not be saved.
#[must_use]
pub fn open(worker: Worker, parts: &Parts, plan: WindowPlan) -> u8 {
    let window = Window {
        title: plan.title,
        resolution: WindowResolution::new(plan.size.0, plan.size.1),
        visible: !plan.hidden,
        ..Window::default()
    };
    let mut state = ViewState::of(parts.clone());
    state.look.light = plan.light;
    let for_picture = plan.picture.is_some();
    if for_picture {
        state.bare = true;
    } else {
        state.use_settings(settings::directory());
    }
    state.first_arrangement = plan.arrangement;
    let mut app = App::new();
    app.add_plugins(DefaultPlugins.set(WindowPlugin {
        primary_window: Some(window),
        ..WindowPlugin::default()
    }))
    .add_plugins(EguiPlugin::default())
    .insert_resource(ClearColor(Color::srgb_u8(27, 27, 27)))
    .insert_resource(Front(std::sync::Mutex::new(worker)))
    .insert_resource(Shown(state))
    .add_systems(Startup, |mut commands: Commands| {
        // egui smooths its own edges; samples would only cost where the processor draws.
        commands.spawn((Camera2d, Msaa::Off));
    })
    // What egui changes of a texture has to reach the renderer in the frame that draws with it:
    // else glyphs that are new to the atlas are missing for a frame, which takes a second at 1 fps.
    .configure_sets(
        PostUpdate,
        EguiPostUpdateSet::PostProcessOutput.before(AssetEventSystems),
    )
    .add_systems(EguiPrimaryContextPass, draw)
    .add_systems(
        PreUpdate,
        own_modifiers
            .after(EguiPreUpdateSet::ProcessInput)
            .before(EguiPreUpdateSet::BeginPass),
    )
    .add_systems(Update, (answer, window_pictures::film).chain());
    if !for_picture {
        app.insert_resource(Unseen {
            hidden: plan.hidden,
            covered: false,
        })
        .add_systems(Update, pace);
    }
    if let Some(picture) = plan.picture {
        app.insert_resource(Wanted::new(picture))
            .add_systems(Update, (without_pointer, take_wanted));
    }
    if plan.hidden {
        app.add_systems(Update, close_when_done);
    }
    app.insert_resource(Asked(plan.cancel))
        .add_systems(Update, close_when_asked);
    match app.run() {
        AppExit::Success => 0,
        AppExit::Error(code) => code.get(),
    }
}

fn draw(
    mut contexts: EguiContexts,
    front: Res<Front>,
    mut shown: ResMut<Shown>,
    unseen: Option<Res<Unseen>>,
) -> Result {
    if let Ok(worker) = front.0.lock() {
        worker.exchange(&mut shown.0);
    }
    if unseen.is_some_and(|unseen| unseen.hidden || unseen.covered) {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let bare = shown.0.bare || shown.0.film.is_some();
    tooltips(context, !bare);
    let mut root = egui::Ui::new(
        context.clone(),
        "dashboard".into(),
        UiBuilder::new()
            .layer_id(egui::LayerId::background())
            .max_rect(context.viewport_rect()),
    );
    dashboard(&mut root, &mut shown.0);
    shown.0.keep_settings();
    Ok(())
}

/// Draws no more often than somebody looks, so that the processor is the simulation's. The event
/// loop's own pacing does not hold for windows that are hidden or without vertical sync.
fn pace(
    mut unseen: ResMut<Unseen>,
    mut occluded: MessageReader<WindowOccluded>,
    mut last: Local<Option<Instant>>,
) {
    if let Some(message) = occluded.read().last() {
        unseen.covered = message.occluded;
    }
    let frame = if unseen.hidden || unseen.covered {
        UNSEEN
    } else {
        FRAME
    };
    if let Some(last) = *last {
        std::thread::sleep(frame.saturating_sub(last.elapsed()));
    }
    *last = Some(Instant::now());
}

/// Does what the panels asked of the window.
fn answer(
    mut commands: Commands,
    mut shown: ResMut<Shown>,
    mut windows: Query<&mut Window, With<PrimaryWindow>>,
    mut exit: MessageWriter<AppExit>,
) {
    for request in std::mem::take(&mut shown.0.requests) {
        match request {
            Request::Picture(file) => window_pictures::take(&mut commands, file),
            Request::Film(into) => {
                let said = window_pictures::begin_or_end(&mut shown.0, into);
                shown.0.say(said);
            }
            Request::SaveScene(path, text) => {
                let said = shown.0.save_scene(&path, &text);
                shown.0.say(said);
            }
            Request::FullScreen => {
                for mut window in &mut windows {
                    window.mode = match window.mode {
                        WindowMode::Windowed => {
                            WindowMode::BorderlessFullscreen(MonitorSelection::Current)
                        }
                        _ => WindowMode::Windowed,
                    };
                }
            }
            Request::Close => {
                exit.write(AppExit::Success);
            }
        }
    }
}

/// Closes the hidden window with the exit code that `phantom run` would give.
fn close_when_done(shown: Res<Shown>, mut exit: MessageWriter<AppExit>) {
    if let Some(verdict) = &shown.0.verdict {
        for failure in verdict.failures() {
            eprintln!("{}: {failure}", verdict.status);
        }
        exit.write(coded(verdict.status.exit_code()));
    }
}

fn close_when_asked(asked: Res<Asked>, mut exit: MessageWriter<AppExit>) {
    if asked.0.is_requested() {
        exit.write(coded(RunStatus::Interrupted.exit_code()));
    }
}

pub(super) fn coded(code: u8) -> AppExit {
    std::num::NonZeroU8::new(code).map_or(AppExit::Success, AppExit::Error)
}
