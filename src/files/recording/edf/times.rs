//! When the records of a file of EDF+ or BDF+ begin, from the annotation that keeps the time.

use super::super::super::fault::Faults;
use super::super::recorded::{LENGTH_MAX, Piece};

/// The first time in a record's annotations, s from the start of the file: a sign, digits, and a
/// decimal point perhaps, before a byte 20 or 21.
pub(super) fn onset_s(annotations: &[u8]) -> Option<f64> {
    let end = annotations
        .iter()
        .take(40)
        .position(|byte| matches!(byte, 20 | 21))?;
    let text = std::str::from_utf8(&annotations[..end]).ok()?;
    let digits = text.strip_prefix(['+', '-'])?;
    let is_plain = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let onset: f64 = text.parse().ok()?;
    (is_plain && onset.is_finite()).then_some(onset)
}

/// Where records lie that begin at `onsets_s`: each directly behind the one before it, unless it
/// begins half a sample later or more.
///
/// # Errors
/// When a record begins before the end of the one before it, or a gap is too long.
pub(super) fn lay(
    onsets_s: &[f64],
    record_s: f64,
    samples: usize,
    notes: &mut Vec<String>,
) -> Result<Vec<Piece>, Faults> {
    let rate_hz = samples as f64 / record_s;
    let first_s = onsets_s.first().copied().unwrap_or(0.0);
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut end, mut before_s) = (0usize, first_s - record_s);
    for (k, onset_s) in onsets_s.iter().enumerate() {
        let late = (onset_s - before_s - record_s) * rate_hz;
        if late < -1.0 {
            return Err(Faults::whole(format!(
                "record {} begins at {onset_s} s, before the end of record {k} at {} s; expected \
                 records in the order of time that do not overlap",
                k + 1,
                before_s + record_s
            )));
        }
        let at = if late > 0.5 {
            // A gap ends where the clock says, so that fractions of samples do not add up.
            let at = ((onset_s - first_s) * rate_hz)
                .round()
                .max(end as f64 + 1.0);
            if at + samples as f64 > LENGTH_MAX as f64 {
                return Err(Faults::whole(format!(
                    "record {} begins at {onset_s} s, {:.3} s behind record {k}: with its gaps \
                     filled the recording is {at:.0} samples long there, expected at most \
                     {LENGTH_MAX}",
                    k + 1,
                    onset_s - before_s - record_s
                )));
            }
            at as usize
        } else {
            end
        };
        match pieces.last_mut() {
            Some(piece) if piece.at + piece.len == at => piece.len += samples,
            _ => pieces.push(Piece {
                at,
                from: k * samples,
                len: samples,
            }),
        }
        end = at + samples;
        before_s = *onset_s;
    }
    let drift_s = before_s + record_s - first_s - end as f64 / rate_hz;
    if drift_s.abs() * rate_hz > 1.5 {
        notes.push(format!(
            "at its end the times of the records are {drift_s:.6} s off what the sample rate says"
        ));
    }
    Ok(pieces)
}

/// A note when records that are said to follow each other begin at other times.
pub(super) fn told_against(onsets_s: &[f64], record_s: f64) -> Option<String> {
    let off = |k: usize| onsets_s[k] - onsets_s[k - 1] - record_s;
    // A millisecond beside rounding: what a recorder's own clock may differ by.
    let late = (1..onsets_s.len()).find(|k| off(*k).abs() > 1e-3)?;
    Some(format!(
        "record {} begins at {} s, {:.6} s off the end of the one before it; the file says that it \
         is continuous and is taken so",
        late + 1,
        onsets_s[late],
        off(late)
    ))
}
