//! The scenes that come with the program, with the data that they read: part of it, so that they
//! run by their names in any directory.

/// A scene of the program.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its name, by which it is opened.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Scenes by name.
macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// All of them, in order of names.
        pub const SCENES: &[Shipped] = &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../scenes/", $name, ".ron")),
        }),*];
    };
}

shipped!(
    "autotune",
    "barrier",
    "chimera",
    "cluster",
    "delayed",
    "exact",
    "failover",
    "faulty",
    "hello",
    "host",
    "lorentz",
    "maximise",
    "million",
    "modes",
    "mrac",
    "ott_antonsen",
    "overload",
    "plastic",
    "replay",
    "seek",
    "trip",
    "van_der_pol",
    "wave",
);

/// The files that these scenes read, by their paths there.
const DATA: &[(&str, &[u8])] = &[("ringdown.csv", include_bytes!("../../scenes/ringdown.csv"))];

/// The scene of a name.
#[must_use]
pub fn scene(name: &str) -> Option<&'static Shipped> {
    SCENES.iter().find(|own| own.name == name)
}

/// What a file holds that a scene of the program reads.
#[must_use]
pub fn data(path: &str) -> Option<&'static [u8]> {
    DATA.iter()
        .find(|(own, _)| *own == path)
        .map(|(_, bytes)| *bytes)
}

/// Names of all scenes.
#[must_use]
pub fn names() -> Vec<&'static str> {
    SCENES.iter().map(|own| own.name).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::{Blueprint, Parts};

    #[test]
    fn every_scene_of_the_directory_is_part_of_the_program_with_what_it_reads() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes");
        let files = std::fs::read_dir(directory).unwrap();
        let mut found: Vec<String> = files
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|own| own == "ron"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        found.sort();
        assert_eq!(found, names());
        for own in SCENES.iter().filter(|own| own.name != "million") {
            let mut loaded = Parts::default().load(Path::new(own.name), &[]).unwrap();
            assert_eq!(loaded.scene.name, own.name);
            assert!(
                loaded.source.contains("comes with the program"),
                "{}",
                loaded.source
            );
            // Nothing of it lies on the disk.
            loaded.files.directory = Path::new("/nowhere").to_owned();
            Blueprint::new(loaded).unwrap();
        }
    }
}
