//! Recordings in tables and arrays.

use super::super::columns::choose;
use super::super::fault::Faults;
use super::super::table::{TableQuestion, read as read_table};
use super::RecordingQuestion;
use super::cells::Track;
use super::channel::RecordedChannel;
use super::recorded::Recording;

/// # Errors
/// When the bytes are no table, or its columns are no channels.
pub(super) fn read(
    name: &str,
    bytes: Vec<u8>,
    asked: &RecordingQuestion<'_>,
) -> Result<Recording, Faults> {
    let question = TableQuestion {
        dialect: asked.dialect.clone(),
        array: asked.array,
        columns: asked.columns,
        cancel: asked.cancel.clone(),
    };
    let chosen = choose(read_table(name, bytes, &question)?, asked.columns)?;
    let notes = chosen.told();
    let table = &chosen.file.table;
    let channels = chosen.file.columns.iter().map(|column| RecordedChannel {
        name: column.name.clone().unwrap_or_default(),
        unit: String::new(),
        number: column.number,
    });
    let tracks = (0..table.columns).map(|k| Track::plain(table.column(k).collect()));
    let mut own = Recording::of_tracks(channels.collect(), tracks.collect());
    own.notes = notes;
    Ok(own)
}
