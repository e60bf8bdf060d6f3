//! The files that a scene was built from: what they held, and what they were read as.

use xxhash_rust::xxh3::xxh3_64;

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its path, as in the scene.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// XXH3-64 of it, as 16 hexadecimal digits.
    pub xxh3: String,
    /// What it was read as, in one line.
    pub read_as: String,
    /// What was detected, chosen and left out.
    pub notes: Vec<String>,
}

/// A file's path, length and hash, before it is known what it holds.
#[derive(Clone, Debug)]
pub struct Claim(InputFile);

/// All of them, in the order in which they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs(Vec<InputFile>);

impl Inputs {
    /// Length and hash of a file.
    #[must_use]
    pub fn claim(&self, path: &str, bytes: &[u8]) -> Claim {
        Claim(InputFile {
            path: path.to_owned(),
            bytes: bytes.len() as u64,
            xxh3: format!("{:016x}", xxh3_64(bytes)),
            read_as: String::new(),
            notes: Vec::new(),
        })
    }

    /// Adds a file; one that is there already gains what is said of it anew.
    pub fn add(&mut self, claim: Claim, read_as: &str, notes: &[String]) {
        let mut file = claim.0;
        file.read_as = read_as.to_owned();
        file.notes = notes.to_vec();
        match self.0.iter_mut().find(|own| own.path == file.path) {
            None => self.0.push(file),
            Some(own) => {
                for text in std::iter::once(file.read_as).chain(file.notes) {
                    if own.read_as != text && !own.notes.contains(&text) {
                        own.notes.push(text);
                    }
                }
            }
        }
    }

    /// Adds to what is said of the graph file, which is the first.
    pub fn tell_of_graph(&mut self, note: Option<String>) {
        if let Some(file) = self.0.first_mut() {
            file.notes.extend(note);
        }
    }

    /// The files.
    pub fn iter(&self) -> impl Iterator<Item = &InputFile> {
        self.0.iter()
    }

    /// Lines for people: what each file was read as, then what was detected and chosen.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let of = |file: &InputFile| {
            let first = format!("{}: {}", file.path, file.read_as);
            let rest = file
                .notes
                .iter()
                .map(|note| format!("{}: {note}", file.path));
            std::iter::once(first).chain(rest).collect::<Vec<String>>()
        };
        self.0.iter().flat_map(of).collect()
    }
}
