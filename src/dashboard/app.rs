//! The window.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bevy::app::AppExit;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::window::{MonitorSelection, PrimaryWindow, WindowMode, WindowOccluded, WindowResolution};
use bevy_egui::egui::{self, UiBuilder};
use bevy_egui::{EguiContexts, EguiPlugin, EguiPrimaryContextPass};

use crate::base::{Cancel, RunStatus, Tick};
use crate::scenario::Parts;

use super::controls::dashboard;
use super::export::write_png;
use super::layout::Preset;
use super::state::{Request, ViewState};
use super::worker::Worker;

/// A picture that is wanted of the window before it closes.
#[derive(Clone, Debug)]
pub struct WantedPicture {
    /// Where it goes.
    pub file: PathBuf,
    /// The tick at which it is taken.
    pub at: Tick,
}

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
    pub preset: Option<Preset>,
    /// A picture to take and close after.
    pub picture: Option<WantedPicture>,
    /// Whether it is not shown, and closes when the run is over.
    pub hidden: bool,
    /// Closes the window when it is set.
    pub cancel: Cancel,
}

#[derive(Resource)]
struct Front(std::sync::Mutex<Worker>);

#[derive(Resource)]
struct Shown(ViewState);

/// The picture that is wanted, the frames that were drawn at its tick, and those in which nothing
/// moved.
#[derive(Resource)]
struct Wanted {
    picture: WantedPicture,
    frames: u32,
    still: u32,
}

/// Set when somebody outside the window asks to stop.
#[derive(Resource)]
struct Asked(Cancel);

/// The sequence of pictures that is being taken: where, how many, and when the last was.
#[derive(Resource, Default)]
struct Sequence(Option<(PathBuf, u32, std::time::Instant)>);

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

/// Frames in which nothing moves before a picture is taken.
const STILL: u32 = 12;
/// Frames after which a picture is taken although the graph has not settled.
const PATIENCE: u32 = 600;

/// Seconds between pictures of a sequence.
const SEQUENCE_S: f32 = 1.0 / 30.0;

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
    if !for_picture {
        state.settings = settings();
    }
    state.first_preset = plan.preset;
    let mut app = App::new();
    app.add_plugins(DefaultPlugins.set(WindowPlugin {
        primary_window: Some(window),
        ..WindowPlugin::default()
    }))
    .add_plugins(EguiPlugin::default())
    .insert_resource(ClearColor(Color::srgb_u8(27, 27, 27)))
    .insert_resource(Front(std::sync::Mutex::new(worker)))
    .insert_resource(Shown(state))
    .init_resource::<Sequence>()
    .add_systems(Startup, |mut commands: Commands| {
        // egui smooths its own edges; samples would only cost where the processor draws.
        commands.spawn((Camera2d, Msaa::Off));
    })
    .add_systems(EguiPrimaryContextPass, draw)
    .add_systems(Update, (answer, picture_sequence).chain());
    if !for_picture {
        app.insert_resource(Unseen {
            hidden: plan.hidden,
            covered: false,
        })
        .add_systems(Update, pace);
    }
    if let Some(picture) = plan.picture {
        let (frames, still) = (0, 0);
        app.insert_resource(Wanted {
            picture,
            frames,
            still,
        })
        .add_systems(Update, take_picture);
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

/// Where layouts are kept.
fn settings() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let base = set("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".config")))
        .or_else(|| set("APPDATA").map(PathBuf::from));
    base.map(|base| base.join("phantomos"))
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
    let mut root = egui::Ui::new(
        context.clone(),
        "dashboard".into(),
        UiBuilder::new()
            .layer_id(egui::LayerId::background())
            .max_rect(context.viewport_rect()),
    );
    dashboard(&mut root, &mut shown.0);
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
    mut contexts: EguiContexts,
    mut shown: ResMut<Shown>,
    mut sequence: ResMut<Sequence>,
    mut windows: Query<&mut Window, With<PrimaryWindow>>,
    mut exit: MessageWriter<AppExit>,
) {
    let scale = contexts
        .ctx_mut()
        .map_or(1.0, |context| context.pixels_per_point());
    for request in std::mem::take(&mut shown.0.requests) {
        match request {
            Request::Picture(file, part) => {
                let part = part.map(|rect| {
                    let low = rect.min * scale;
                    let size = rect.size() * scale;
                    [low.x, low.y, size.x, size.y].map(|x| x.max(0.0) as u32)
                });
                commands.spawn(Screenshot::primary_window()).observe(
                    move |captured: On<ScreenshotCaptured>, mut shown: ResMut<Shown>| {
                        let said = match save(&captured, &file, part, &shown.0) {
                            Ok(()) => format!("saved {}", file.display()),
                            Err(error) => error,
                        };
                        shown.0.say(said);
                    },
                );
            }
            Request::Sequence(into) => {
                let told = match (&into, &sequence.0) {
                    (Some(into), _) => format!("pictures go to {}", into.display()),
                    (None, Some((into, count, _))) => {
                        format!("{count} pictures in {}", into.display())
                    }
                    (None, None) => "no pictures were being taken".to_owned(),
                };
                shown.0.say(told);
                sequence.0 = into.map(|into| (into, 0, std::time::Instant::now()));
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

fn picture_sequence(mut commands: Commands, mut sequence: ResMut<Sequence>) {
    let Some((into, count, last)) = &mut sequence.0 else {
        return;
    };
    if *count > 0 && last.elapsed().as_secs_f32() < SEQUENCE_S {
        return;
    }
    *count += 1;
    *last = std::time::Instant::now();
    let file = into.join(format!("frame_{count:06}.png"));
    commands.spawn(Screenshot::primary_window()).observe(
        move |captured: On<ScreenshotCaptured>, mut shown: ResMut<Shown>| {
            if let Err(error) = save(&captured, &file, None, &shown.0) {
                shown.0.say(error);
            }
        },
    );
}

/// Closes the hidden window with the exit code that `phantom run` would give.
fn close_when_done(shown: Res<Shown>, mut exit: MessageWriter<AppExit>) {
    if let Some(verdict) = &shown.0.verdict {
        for failure in &verdict.failures {
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

fn coded(code: u8) -> AppExit {
    std::num::NonZeroU8::new(code).map_or(AppExit::Success, AppExit::Error)
}

fn take_picture(
    mut commands: Commands,
    mut wanted: ResMut<Wanted>,
    shown: Res<Shown>,
    mut exit: MessageWriter<AppExit>,
) {
    let Some(view) = &shown.0.view else {
        return;
    };
    let at = wanted.picture.at;
    if view.tick < at {
        let verdict = shown.0.verdict.as_ref();
        if let Some(verdict) = verdict.filter(|verdict| verdict.status != RunStatus::Interrupted) {
            let (tick, status) = (view.tick, verdict.status);
            eprintln!("no picture: the run ended ({status}) at tick {tick}, before --at {at}");
            exit.write(coded(verdict.status.exit_code().max(1)));
        }
        return;
    }
    wanted.frames += 1;
    // Panels find their sizes in the first frames, and the graph settles.
    if shown.0.graph.is_settled() || wanted.frames > PATIENCE {
        wanted.still += 1;
    }
    if wanted.still == STILL {
        commands
            .spawn(Screenshot::primary_window())
            .observe(save_wanted);
    }
}

fn save_wanted(
    captured: On<ScreenshotCaptured>,
    wanted: Res<Wanted>,
    shown: Res<Shown>,
    mut exit: MessageWriter<AppExit>,
) {
    match save(&captured, &wanted.picture.file, None, &shown.0) {
        Ok(()) => exit.write(AppExit::Success),
        Err(error) => {
            eprintln!("{error}");
            exit.write(AppExit::from_code(7))
        }
    };
}

/// Saves a picture, or a part of it, with scene, tick and digest as texts in it.
fn save(
    captured: &ScreenshotCaptured,
    file: &std::path::Path,
    part: Option<[u32; 4]>,
    state: &ViewState,
) -> Result<(), String> {
    let image = captured.image.clone().try_into_dynamic();
    let mut image = image.map_err(|error| error.to_string())?;
    if let Some([x, y, width, height]) = part {
        image = image.crop_imm(x, y, width, height);
    }
    let rgb = image.to_rgb8();
    let mut texts = Vec::new();
    if let Some(view) = &state.view {
        texts.push(("Software", "phantomos".to_owned()));
        texts.push((
            "Title",
            format!("{} at tick {}", view.facts.scene.name, view.tick),
        ));
        texts.push(("Comment", format!("digest {}", view.digest)));
    }
    write_png(file, rgb.dimensions(), rgb.as_raw(), &texts)
}
