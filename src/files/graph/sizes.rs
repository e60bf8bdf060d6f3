//! Vertices that are numbered from 1, as many as a file says.

use super::data::Names;

/// Vertices that a file may say it has without regard to its length.
const FREE: u64 = 1 << 20;
/// How many more it may say it has for each of its bytes.
const PER_BYTE: u64 = 16;

/// The names of so many vertices, 1, 2, ….
///
/// # Errors
/// When a text of this length cannot mean that many.
pub fn numbered(vertices: u64, text_len: usize) -> Result<Names, String> {
    let most = FREE + PER_BYTE * text_len as u64;
    if vertices > most {
        return Err(format!(
            "it says that there are {vertices} vertices, far more than its {text_len} bytes can \
             join; expected at most {most}"
        ));
    }
    Ok(Names::Numbers((1..=vertices).collect()))
}

/// The place of the vertex that a number from 1 names.
///
/// # Errors
/// When it is none.
pub fn vertex(text: &str, vertices: u64) -> Result<u32, String> {
    let found = text
        .parse::<u64>()
        .ok()
        .filter(|number| (1..=vertices).contains(number));
    let place = found.and_then(|number| u32::try_from(number - 1).ok());
    place.ok_or_else(|| {
        let text = super::super::fault::shown(text);
        format!("found the vertex {text}, expected a number from 1 to {vertices}")
    })
}
