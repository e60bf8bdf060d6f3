//! Scenes to open: those beside the open one, or those that are part of the program.

use std::path::{Path, PathBuf};

use bevy_egui::egui::{
    self, ColorImage, RichText, TextureHandle, TextureOptions, WidgetInfo, WidgetType,
};

use crate::record::claim::RESOLVED;
use crate::scenario::{LoadedScene, Parts, SceneError, shipped};

use super::order::{Order, SceneSource};
use super::state::ViewState;
use super::theme;

/// Pictures of the scenes that come with the program.
const PREVIEWS: [(&str, &[u8]); 22] = [
    ("faulty", include_bytes!("../../assets/previews/faulty.png")),
    ("hello", include_bytes!("../../assets/previews/hello.png")),
    (
        "cluster",
        include_bytes!("../../assets/previews/cluster.png"),
    ),
    ("host", include_bytes!("../../assets/previews/host.png")),
    (
        "overload",
        include_bytes!("../../assets/previews/overload.png"),
    ),
    ("replay", include_bytes!("../../assets/previews/replay.png")),
    ("trip", include_bytes!("../../assets/previews/trip.png")),
    ("exact", include_bytes!("../../assets/previews/exact.png")),
    (
        "maximise",
        include_bytes!("../../assets/previews/maximise.png"),
    ),
    (
        "lorentz",
        include_bytes!("../../assets/previews/lorentz.png"),
    ),
    (
        "ott_antonsen",
        include_bytes!("../../assets/previews/ott_antonsen.png"),
    ),
    (
        "chimera",
        include_bytes!("../../assets/previews/chimera.png"),
    ),
    ("wave", include_bytes!("../../assets/previews/wave.png")),
    ("modes", include_bytes!("../../assets/previews/modes.png")),
    (
        "delayed",
        include_bytes!("../../assets/previews/delayed.png"),
    ),
    (
        "plastic",
        include_bytes!("../../assets/previews/plastic.png"),
    ),
    (
        "van_der_pol",
        include_bytes!("../../assets/previews/van_der_pol.png"),
    ),
    (
        "autotune",
        include_bytes!("../../assets/previews/autotune.png"),
    ),
    ("seek", include_bytes!("../../assets/previews/seek.png")),
    ("mrac", include_bytes!("../../assets/previews/mrac.png")),
    (
        "barrier",
        include_bytes!("../../assets/previews/barrier.png"),
    ),
    (
        "failover",
        include_bytes!("../../assets/previews/failover.png"),
    ),
];

/// A scene that can be opened.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneEntry {
    /// Where it is.
    pub source: SceneSource,
    /// Its name.
    pub name: String,
    /// What it shows, or why it cannot be opened.
    pub description: Result<String, String>,
}

/// The list of scenes.
#[derive(Clone, Debug)]
pub struct SceneList {
    /// In order of names.
    pub entries: Vec<SceneEntry>,
}

/// Opens a scene, for the worker, with the parts that it may name and changes of its text.
///
/// # Errors
/// When it cannot be read or is wrong.
pub fn open(
    parts: &Parts,
    source: &SceneSource,
    sets: &[(String, String)],
) -> Result<LoadedScene, SceneError> {
    match source {
        SceneSource::File(path) => parts.load(path, sets),
        SceneSource::BuiltIn(name) => parts.load_shipped(name, sets),
        SceneSource::Run(path) => parts.load(&path.join(RESOLVED), sets),
    }
}

impl SceneList {
    /// The scenes of a directory, or those of the program when it holds none; they may name these
    /// parts.
    #[must_use]
    pub fn of(directory: &Path, parts: &Parts) -> Self {
        let files = std::fs::read_dir(directory).into_iter().flatten();
        let mut paths: Vec<PathBuf> = files
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|ext| ext == "ron"))
            .collect();
        paths.sort();
        let mut sources: Vec<SceneSource> = paths.into_iter().map(SceneSource::File).collect();
        if sources.is_empty() {
            let shipped = shipped::SCENES.iter();
            sources = shipped.map(|own| SceneSource::BuiltIn(own.name)).collect();
        }
        let entries = sources.into_iter().map(|source| {
            let name = match &source {
                SceneSource::File(path) => path
                    .file_stem()
                    .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
                SceneSource::BuiltIn(name) => (*name).to_owned(),
                SceneSource::Run(path) => path.display().to_string(),
            };
            let description = open(parts, &source, &[])
                .map(|loaded| loaded.scene.description)
                .map_err(|error| error.to_string());
            SceneEntry {
                source,
                name,
                description,
            }
        });
        Self {
            entries: entries.collect(),
        }
    }

    /// A scene by its place in the list.
    #[must_use]
    pub fn source(&self, place: usize) -> Option<SceneSource> {
        self.entries.get(place).map(|entry| entry.source.clone())
    }
}

/// The scenes, and what is wrong with the open one's new text.
pub fn scenes(ui: &mut egui::Ui, state: &mut ViewState) {
    if let Some(error) = state
        .view
        .as_ref()
        .and_then(|view| view.scene_error.clone())
    {
        broken(ui, &error);
    }
    if let Some(view) = &state.view {
        super::files_list::files(ui, &view.facts.files);
    }
    let open_now = state
        .view
        .as_ref()
        .map(|view| view.facts.scene.name.clone());
    let mut chosen = None;
    egui::ScrollArea::vertical().show(ui, |ui| {
        for (k, entry) in state.scenes.entries.iter().enumerate() {
            let is_open = open_now.as_deref() == Some(entry.name.as_str());
            let frame = egui::Frame::group(ui.style()).inner_margin(5.0);
            let response = frame.show(ui, |ui| {
                ui.set_width(ui.available_width());
                if let Some(texture) = preview(ui, &entry.name) {
                    let width = ui.available_width().min(240.0);
                    let size = texture.size_vec2();
                    ui.image((texture.id(), size * (width / size.x)));
                }
                ui.horizontal(|ui| {
                    let title = RichText::new(&entry.name).strong();
                    let button =
                        ui.add_enabled(entry.description.is_ok(), egui::Button::new(title));
                    let label = format!("open scene {}", entry.name);
                    button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &label));
                    if button.clicked() {
                        chosen = Some(entry.source.clone());
                    }
                    if is_open {
                        ui.weak("open");
                    }
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        if k < 9 {
                            ui.weak(format!("{}", k + 1)).on_hover_text("its key");
                        }
                    });
                });
                match &entry.description {
                    Ok(text) => ui.add(egui::Label::new(RichText::new(text).small()).wrap()),
                    Err(error) => ui
                        .colored_label(
                            theme::on_ground(theme::ALERT, ui.visuals().dark_mode),
                            "✖ this scene is wrong",
                        )
                        .on_hover_text(RichText::new(error).monospace()),
                };
            });
            response.response.on_hover_text(match &entry.source {
                SceneSource::File(path) => path.display().to_string(),
                SceneSource::BuiltIn(_) => "part of the program".to_owned(),
                SceneSource::Run(path) => format!("the run of {}", path.display()),
            });
        }
    });
    if let Some(source) = chosen {
        state.leave(Order::Open(source));
    }
}

fn broken(ui: &mut egui::Ui, error: &str) {
    ui.colored_label(
        theme::on_ground(theme::ALERT, ui.visuals().dark_mode),
        "✖ The scene's new text is wrong; the old world runs on.",
    );
    egui::ScrollArea::vertical()
        .id_salt("scene error")
        .max_height(190.0)
        .show(ui, |ui| {
            let text = RichText::new(error).monospace();
            ui.add(egui::Label::new(text).wrap().selectable(true));
        });
    ui.separator();
}

fn preview(ui: &egui::Ui, name: &str) -> Option<TextureHandle> {
    let (_, bytes) = PREVIEWS.iter().find(|(own, _)| *own == name)?;
    let id = egui::Id::new(("preview", name));
    if let Some(held) = ui.data(|data| data.get_temp::<TextureHandle>(id)) {
        return Some(held);
    }
    let mut decoder = png::Decoder::new(std::io::Cursor::new(*bytes));
    // Pictures with a palette become plain colours, too.
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut pixels).ok()?;
    let size = [info.width as usize, info.height as usize];
    let image = ColorImage::from_rgb(size, pixels.get(..size[0] * size[1] * 3)?);
    let texture = ui.ctx().load_texture(name, image, TextureOptions::LINEAR);
    ui.data_mut(|data| data.insert_temp(id, texture.clone()));
    Some(texture)
}

impl ViewState {
    /// The scene's text with the values that were set live.
    ///
    /// # Errors
    /// When a value has no place in the text.
    pub fn scene_text(&self) -> Result<String, String> {
        let view = self.view.as_ref().ok_or("there is no scene yet")?;
        let mut text = view.facts.text.clone();
        // What a ramp does stands in the text already; what a person set goes there.
        let mut edits = view.edits.clone();
        edits.extend(self.edits.clone());
        for (path, value) in &edits {
            let found = view.facts.parameters.find(path);
            let Some(parameter) = found.filter(|p| p.initial != *value) else {
                continue;
            };
            let written = if parameter.is_switch() {
                (*value != 0.0).to_string()
            } else {
                format!("{value:?}")
            };
            text = crate::scenario::overrides::apply(&text, path, &written)
                .map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(text)
    }

    /// A free file name for the scene with its live values, beside the open one or in `scenes/`,
    /// and its text.
    ///
    /// # Errors
    /// When a value has no place in the text.
    pub fn scene_copy(&self) -> Result<(PathBuf, String), String> {
        let text = self.scene_text()?;
        let view = self.view.as_ref().ok_or("there is no scene yet")?;
        let source = Path::new(&view.facts.source);
        let directory = source.parent().filter(|_| source.is_file());
        let directory = directory.map_or_else(|| PathBuf::from("scenes"), Path::to_path_buf);
        let name = &view.facts.scene.name;
        let mut free = (2..).map(|k| directory.join(format!("{name}-{k}.ron")));
        let path = free.find(|path| !path.exists());
        path.map(|path| (path, text))
            .ok_or_else(|| "no file name is free".to_owned())
    }

    /// Writes a scene and lists it. Says what it did.
    pub fn save_scene(&mut self, path: &Path, text: &str) -> String {
        let directory = path.parent().unwrap_or(Path::new("."));
        let written = std::fs::create_dir_all(directory).and_then(|()| std::fs::write(path, text));
        match written {
            Ok(()) => {
                self.scenes = SceneList::of(directory, &self.parts);
                format!("scene saved as {}", path.display())
            }
            Err(error) => format!("cannot write {}: {error}", path.display()),
        }
    }
}
