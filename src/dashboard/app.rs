//! The window.

use std::path::PathBuf;

use bevy::app::AppExit;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::window::WindowResolution;
use bevy_egui::egui::{self, UiBuilder};
use bevy_egui::{EguiContexts, EguiPlugin, EguiPrimaryContextPass};

use crate::base::Tick;
use crate::kernel::KernelState;

use super::layout::dashboard;
use super::view::ViewState;
use super::worker::Worker;

/// A picture that is wanted of the window.
#[derive(Resource, Clone, Debug)]
pub struct WantedPicture {
    /// Where it goes.
    pub file: PathBuf,
    /// The tick at which it is taken.
    pub at: Tick,
    /// Frames that have been drawn at that tick.
    drawn: u32,
}

impl WantedPicture {
    /// A picture of the window at a tick.
    #[must_use]
    pub fn new(file: PathBuf, at: Tick) -> Self {
        Self { file, at, drawn: 0 }
    }
}

#[derive(Resource)]
struct Front(std::sync::Mutex<Worker>);

#[derive(Resource)]
struct Shown(ViewState);

/// Opens the window on a worker and runs until it is closed. The exit code is 0 unless the picture
/// could not be saved.
#[must_use]
pub fn open(worker: Worker, picture: Option<WantedPicture>, title: &str) -> u8 {
    let window = Window {
        title: title.to_owned(),
        resolution: WindowResolution::new(1280, 800),
        ..Window::default()
    };
    let mut app = App::new();
    app.add_plugins(DefaultPlugins.set(WindowPlugin {
        primary_window: Some(window),
        ..WindowPlugin::default()
    }))
    .add_plugins(EguiPlugin::default())
    .insert_resource(ClearColor(Color::srgb_u8(27, 27, 27)))
    .insert_resource(Front(std::sync::Mutex::new(worker)))
    .insert_resource(Shown(ViewState::new()))
    .add_systems(Startup, |mut commands: Commands| {
        commands.spawn(Camera2d);
    })
    .add_systems(EguiPrimaryContextPass, draw);
    if let Some(picture) = picture {
        app.insert_resource(picture)
            .add_systems(Update, take_picture);
    }
    match app.run() {
        AppExit::Success => 0,
        AppExit::Error(code) => code.get(),
    }
}

fn draw(mut contexts: EguiContexts, front: Res<Front>, mut shown: ResMut<Shown>) -> Result {
    if let Ok(worker) = front.0.lock() {
        worker.exchange(&mut shown.0);
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

fn take_picture(mut commands: Commands, mut picture: ResMut<WantedPicture>, shown: Res<Shown>) {
    let there = shown.0.view.as_ref().is_some_and(|view| {
        // A run that ended before its time is shown as it ended.
        let over = view.state == KernelState::SafeStopped || view.error.is_some();
        view.tick >= picture.at || over
    });
    if !there {
        return;
    }
    picture.drawn += 1;
    // Panels settle to their sizes in the first frames.
    if picture.drawn == 10 {
        commands
            .spawn(Screenshot::primary_window())
            .observe(save_picture);
    }
}

fn save_picture(
    captured: On<ScreenshotCaptured>,
    picture: Res<WantedPicture>,
    mut exit: MessageWriter<AppExit>,
) {
    let saved = captured
        .image
        .clone()
        .try_into_dynamic()
        .map_err(|error| error.to_string())
        .and_then(|image| {
            let file = &picture.file;
            image
                .to_rgb8()
                .save(file)
                .map_err(|error| error.to_string())
        });
    match saved {
        Ok(()) => exit.write(AppExit::Success),
        Err(error) => {
            eprintln!("cannot save {}: {error}", picture.file.display());
            exit.write(AppExit::from_code(7))
        }
    };
}
