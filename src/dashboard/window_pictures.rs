//! Pictures of the window: the one that is wanted before it closes, those that a person asks for,
//! and films.

use std::path::{Path, PathBuf};

use bevy::app::AppExit;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use crate::base::{RunStatus, Tick};

use super::app::{Shown, coded};
use super::film::{Film, Need};
use super::state::ViewState;

/// A picture that is wanted of the window before it closes.
#[derive(Clone, Debug)]
pub struct WantedPicture {
    /// Where it goes.
    pub file: PathBuf,
    /// The tick at which it is taken.
    pub at: Tick,
}

/// The picture that is wanted, the frames that were drawn at its tick, and those in which nothing
/// moved.
#[derive(Resource)]
pub struct Wanted {
    /// The picture.
    pub picture: WantedPicture,
    frames: u32,
    still: u32,
}

impl Wanted {
    /// Of a picture of which nothing was drawn yet.
    #[must_use]
    pub fn new(picture: WantedPicture) -> Self {
        Self {
            picture,
            frames: 0,
            still: 0,
        }
    }
}

/// Frames in which nothing moves before a picture is taken.
const STILL: u32 = 12;
/// Frames after which a picture is taken although the graph has not settled.
const PATIENCE: u32 = 600;

/// Takes a picture of the window as it is now.
pub fn take(commands: &mut Commands, file: PathBuf) {
    commands.spawn(Screenshot::primary_window()).observe(
        move |captured: On<ScreenshotCaptured>, mut shown: ResMut<Shown>| {
            let said = match save(&captured, &file, &shown.0) {
                Ok(()) => format!("saved {}", file.display()),
                Err(error) => error,
            };
            shown.0.say(said);
        },
    );
}

/// Begins a film in a folder, or ends the one that is being taken. Says what it did.
pub fn begin_or_end(state: &mut ViewState, into: Option<PathBuf>) -> String {
    let pace = state.view.as_ref().map(|view| (view.tick, view.speed));
    match (into, state.film.take(), pace) {
        (Some(folder), _, Some((tick, pace))) => {
            let tick_s = state.chronicle().map_or(0.01, |own| own.tick_s);
            let film = Film::new(folder, tick, tick_s, pace);
            let told = format!(
                "a picture every {} ticks ({} s of plant time) goes to {}",
                film.step,
                super::export::seconds(film.step as f64 * tick_s),
                film.folder.display()
            );
            state.film = Some(film);
            told
        }
        (_, Some(film), _) => format!("{} pictures in {}", film.taken, film.folder.display()),
        _ => "no film was being taken".to_owned(),
    }
}

/// Goes on with the film: lets the run go on to the next picture, or takes it.
pub(super) fn film(mut commands: Commands, mut shown: ResMut<Shown>) {
    let state = &mut shown.0;
    let (Some(film), Some(view)) = (&mut state.film, &state.view) else {
        return;
    };
    match film.look(view) {
        Need::Wait => {}
        Need::Run(order) => {
            let over = view.error.is_some() || state.verdict.is_some();
            if over {
                let said = begin_or_end(state, None);
                state.say(format!("the run has ended: {said}"));
            } else {
                state.orders.push(order);
            }
        }
        Need::Picture(file) => {
            commands.spawn(Screenshot::primary_window()).observe(
                move |captured: On<ScreenshotCaptured>, mut shown: ResMut<Shown>| {
                    if let Err(error) = save(&captured, &file, &shown.0) {
                        shown.0.film = None;
                        shown.0.say(error);
                    }
                },
            );
        }
    }
}

/// Takes the wanted picture when its tick is there and nothing moves any more, and closes.
pub(super) fn take_wanted(
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
    match save(&captured, &wanted.picture.file, &shown.0) {
        Ok(()) => exit.write(AppExit::Success),
        Err(error) => {
            eprintln!("{error}");
            exit.write(AppExit::from_code(7))
        }
    };
}

/// Saves a picture with scene, tick and digest as texts in it.
fn save(captured: &ScreenshotCaptured, file: &Path, state: &ViewState) -> Result<(), String> {
    let image = captured.image.clone().try_into_dynamic();
    let rgb = image.map_err(|error| error.to_string())?.to_rgb8();
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

/// Writes a picture with the digest as a text in it.
///
/// # Errors
/// When the file cannot be written.
fn write_png(
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
