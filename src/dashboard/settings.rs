//! What is kept between starts: how the window looks, and where panels stand.

use std::path::{Path, PathBuf};

use super::state::ViewState;
use super::theme::Look;

/// The directory of settings of this user, if there is one.
#[must_use]
pub fn directory() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let base = set("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".config")))
        .or_else(|| set("APPDATA").map(PathBuf::from));
    base.map(|base| base.join("phantomos"))
}

fn file(directory: &Path) -> PathBuf {
    directory.join("look.ron")
}

/// The look that was kept; the one that it comes with, when there is none or it cannot be read.
#[must_use]
pub fn look(directory: &Path) -> Look {
    let text = std::fs::read_to_string(file(directory));
    let kept = text.ok().and_then(|text| ron::from_str(&text).ok());
    kept.unwrap_or_default()
}

/// Keeps a look.
///
/// # Errors
/// When it cannot be written.
pub fn keep_look(directory: &Path, look: &Look) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let text = ron::to_string(look).map_err(std::io::Error::other)?;
    std::fs::write(file(directory), text)
}

impl ViewState {
    /// Takes settings from a directory: the look, unless the window was asked for a light one.
    pub fn use_settings(&mut self, directory: Option<PathBuf>) {
        if let Some(own) = &directory {
            let light = self.look.light;
            self.look = look(own);
            self.look.light |= light;
            self.kept_look = self.look;
            self.tour.offered = !self.look.tour_offered;
        }
        self.settings = directory;
    }

    /// Keeps the look when it has changed. What cannot be written is told once.
    pub fn keep_settings(&mut self) {
        if self.look == self.kept_look {
            return;
        }
        self.kept_look = self.look;
        let kept = self.settings.as_ref().map(|own| keep_look(own, &self.look));
        if let Some(Err(error)) = kept {
            self.say(format!("settings cannot be kept: {error}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_comes_back_and_a_broken_one_is_the_first() {
        let place = tempfile::tempdir().unwrap();
        let own = Look {
            light: true,
            zoom: 1.2,
            ..Look::default()
        };
        keep_look(place.path(), &own).unwrap();
        assert_eq!(look(place.path()), own);
        std::fs::write(place.path().join("look.ron"), "(light: 3").unwrap();
        assert_eq!(look(place.path()), Look::default());
    }

    #[test]
    fn a_change_of_the_look_is_kept_and_the_tour_is_offered_once() {
        let place = tempfile::tempdir().unwrap();
        let mut state = ViewState::new();
        state.use_settings(Some(place.path().to_path_buf()));
        assert!(state.tour.offered);
        state.look.light = true;
        state.look.tour_offered = true;
        state.keep_settings();
        let mut next = ViewState::new();
        next.use_settings(Some(place.path().to_path_buf()));
        assert!(next.look.light && !next.tour.offered);
    }
}
