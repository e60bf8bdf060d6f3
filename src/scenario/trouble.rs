//! Problems that show only as a scene is built, at their places in its text.

use super::load::LoadedScene;
use super::report::{SceneError, Trouble};
use super::text::TextIndex;

/// A problem at its place in the scene.
pub(super) fn trouble(loaded: &LoadedScene, path: &str, message: &str) -> SceneError {
    let index = TextIndex::scan(&loaded.text);
    let trouble = Trouble::at_path(&index, path, message);
    SceneError::invalid(&loaded.shown_source(), &loaded.text, vec![trouble])
}
