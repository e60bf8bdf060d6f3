//! A channel of a recording.

/// A channel of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedChannel {
    /// What the file calls it, told apart from others of the same name; its number when the file
    /// has no name for it.
    pub name: String,
    /// Unit of its values as the file writes it, such as `uV`; empty when unknown.
    pub unit: String,
    /// Its place in the file, from 1.
    pub number: usize,
}
