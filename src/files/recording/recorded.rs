//! A recording, whatever file it came from.

use std::ops::Range;

use super::super::fault::{Faults, shown};
use super::super::table_file::{Table, TableFile};
use super::cells::Track;
use super::channel::RecordedChannel;
use super::pick::pick;

/// A span without samples in any channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first sample that is missing, from 0.
    pub from: usize,
    /// Samples that are missing, at least 1.
    pub missing: usize,
}

/// The most samples of a recording with its gaps filled.
pub(super) const LENGTH_MAX: usize = 1 << 28;

/// Names of channels that a summary tells.
const NAMES_TOLD: usize = 8;

/// Samples of a channel that are put into a table in one go.
const SAMPLES_A_PART: usize = 1 << 14;

/// Samples that follow each other without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its first sample in the recording.
    pub at: usize,
    /// Its first sample among those that are there.
    pub from: usize,
    pub len: usize,
}

/// Several channels that were sampled together.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The channels.
    pub channels: Vec<RecordedChannel>,
    /// Samples a second, Hz, as the file says, its column of times tells or a person says; none
    /// when nobody does.
    pub sample_rate_hz: Option<f64>,
    /// Samples of every channel, missing ones included.
    pub len: usize,
    /// Spans without samples, in order; between them single samples of a channel may be missing.
    pub gaps: Vec<Gap>,
    /// What was detected, assumed and left out, for people.
    pub notes: Vec<String>,
    tracks: Vec<Track>,
    pieces: Vec<Piece>,
}

impl Recording {
    /// Channels with their samples, which all have the same number.
    pub(super) fn of_tracks(channels: Vec<RecordedChannel>, tracks: Vec<Track>) -> Self {
        let len = tracks.iter().map(Track::len).min().unwrap_or(0);
        Self {
            channels,
            sample_rate_hz: None,
            len,
            gaps: Vec::new(),
            notes: Vec::new(),
            tracks,
            pieces: vec![Piece {
                at: 0,
                from: 0,
                len,
            }],
        }
    }

    /// Channels with their names and values; a missing value is NaN.
    ///
    /// # Errors
    /// When one has another number of values than the first.
    pub fn of_series(
        series: Vec<(String, Vec<f64>)>,
        sample_rate_hz: Option<f64>,
    ) -> Result<Self, Faults> {
        let len = series.first().map_or(0, |(_, values)| values.len());
        if let Some((name, values)) = series.iter().find(|(_, values)| values.len() != len) {
            let found = values.len();
            return Err(Faults::whole(format!(
                "channel {name:?} has {found} samples, expected {len} as the first has"
            )));
        }
        let channel = |(k, (name, _)): (usize, &(String, Vec<f64>))| RecordedChannel {
            name: name.clone(),
            unit: String::new(),
            number: k + 1,
        };
        let channels = series.iter().enumerate().map(channel).collect();
        let tracks = series.into_iter().map(|(_, values)| Track::plain(values));
        let mut own = Self::of_tracks(channels, tracks.collect());
        own.sample_rate_hz = sample_rate_hz;
        Ok(own)
    }

    /// Puts what is there at its places, in order and without overlap; the gaps lie between.
    pub(super) fn lay(&mut self, pieces: Vec<Piece>) {
        let mut end = 0;
        self.gaps.clear();
        for piece in &pieces {
            if piece.at > end {
                self.gaps.push(Gap {
                    from: end,
                    missing: piece.at - end,
                });
            }
            end = piece.at + piece.len;
        }
        self.len = end;
        self.pieces = pieces;
    }

    /// How much is missing between which parts, when something is; `between` says what.
    pub(super) fn gaps_told(&self, between: &str) -> Option<String> {
        let first = self.gaps.first()?;
        let missing: usize = self.gaps.iter().map(|gap| gap.missing).sum();
        let plural = if self.gaps.len() == 1 { "" } else { "s" };
        Some(format!(
            "{} gap{plural} between {between}: {missing} of {} samples are missing, the first {} \
             from sample {} on (of 0 …)",
            self.gaps.len(),
            self.len,
            first.missing,
            first.from
        ))
    }

    /// Takes the sample rate that a person says, and tells when the file says another.
    pub(super) fn say_rate(&mut self, said_hz: Option<f64>) {
        let Some(said) = said_hz else {
            return;
        };
        let found = self.sample_rate_hz.replace(said);
        if let Some(found) = found.filter(|found| (found - said).abs() > 1e-6 * said) {
            self.notes.push(format!(
                "the sample rate is {said} Hz as is said, not {found} Hz as the file has it"
            ));
        }
    }

    /// `512 samples of 8 channels "Fp1", "Fp2", … at 256 Hz`.
    #[must_use]
    pub fn summary(&self) -> String {
        let plural = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            many => format!("{many} {one}s"),
        };
        let names = self.channels.iter().take(NAMES_TOLD);
        let names: Vec<String> = names.map(|channel| shown(&channel.name)).collect();
        let more = if self.channels.len() > names.len() {
            ", …"
        } else {
            ""
        };
        let rate = match self.sample_rate_hz {
            Some(rate) => format!("at {rate} Hz"),
            None => "of an unknown sample rate".to_owned(),
        };
        format!(
            "{} of {} {}{more} {rate}",
            plural(self.len, "sample"),
            plural(self.channels.len(), "channel"),
            names.join(", ")
        )
    }

    /// Puts the physical values of a channel from a sample on in `out`, NaN where a sample is
    /// missing, beyond the end, and for a channel (from 0) that is not there.
    pub fn samples(&self, channel: usize, from: usize, out: &mut [f64]) {
        out.fill(f64::NAN);
        if let Some(track) = self.tracks.get(channel) {
            self.each_piece(from, out.len(), |cells, place| {
                track.values(cells, &mut out[place]);
            });
        }
    }

    /// Puts in `out` which samples of a channel (from 0) stand at the least or the greatest value
    /// that the recorder could write, or beyond. Never so where a sample is missing, and where the
    /// limits are unknown.
    pub fn saturated(&self, channel: usize, from: usize, out: &mut [bool]) {
        out.fill(false);
        if let Some(track) = self.tracks.get(channel) {
            self.each_piece(from, out.len(), |cells, place| {
                track.at_limits(cells, &mut out[place]);
            });
        }
    }

    /// The physical values of the least and the greatest sample that the recorder of a channel
    /// (from 0) could write, the lesser first; none when they are unknown, as for numbers with
    /// decimals.
    #[must_use]
    pub fn limits(&self, channel: usize) -> Option<[f64; 2]> {
        let track = self.tracks.get(channel)?;
        let [a, b] = track.limits?.map(|limit| track.scale.value(limit));
        Some([a.min(b), a.max(b)])
    }

    /// Samples in rows and channels in columns, NaN where a sample is missing.
    ///
    /// # Errors
    /// When these are more than 2^28 numbers.
    pub fn into_table(self) -> Result<TableFile, Faults> {
        let columns = self.channels.len();
        let count = self.len.checked_mul(columns);
        let Some(count) = count.filter(|count| *count <= LENGTH_MAX) else {
            return Err(Faults::whole(format!(
                "{} samples of {columns} channels are more than {LENGTH_MAX} numbers, expected \
                 fewer channels (--columns) or a shorter recording",
                self.len
            )));
        };
        let mut numbers = vec![0.0; count];
        let mut part = vec![0.0; self.len.min(SAMPLES_A_PART)];
        for k in 0..columns {
            for from in (0..self.len).step_by(SAMPLES_A_PART) {
                let len = part.len().min(self.len - from);
                self.samples(k, from, &mut part[..len]);
                let slots = numbers[from * columns + k..].iter_mut().step_by(columns);
                slots
                    .zip(&part[..len])
                    .for_each(|(slot, value)| *slot = *value);
            }
        }
        let table = Table {
            rows: self.len,
            columns,
            numbers,
        };
        let mut file = TableFile::bare(table, self.notes);
        for (column, channel) in file.columns.iter_mut().zip(self.channels) {
            column.name = Some(channel.name);
            column.number = channel.number;
            column.unit = channel.unit;
        }
        Ok(file)
    }

    /// Calls for each piece of a span with the range among the samples that are there, and that of
    /// its place from the begin of the span.
    fn each_piece(&self, from: usize, len: usize, mut of: impl FnMut(Range<usize>, Range<usize>)) {
        let to = from.saturating_add(len);
        let first = self
            .pieces
            .partition_point(|piece| piece.at + piece.len <= from);
        for piece in &self.pieces[first..] {
            let (begin, end) = (piece.at.max(from), (piece.at + piece.len).min(to));
            if begin >= end {
                break;
            }
            let cells = piece.from + begin - piece.at;
            of(cells..cells + end - begin, begin - from..end - from);
        }
    }

    /// The channels that are asked for, in this order: by name, or by number in the file where no
    /// name is a number; all when nothing is asked for.
    ///
    /// # Errors
    /// With all that are not there, the names that are there and the nearest of them; and with
    /// those that are asked for twice.
    pub fn chosen(mut self, names_or_numbers: &[String]) -> Result<Self, Faults> {
        if names_or_numbers.is_empty() {
            return Ok(self);
        }
        let places = pick(&self.channels, names_or_numbers)?;
        let channels = std::mem::take(&mut self.channels).into_iter();
        let tracks = std::mem::take(&mut self.tracks);
        let mut all: Vec<Option<_>> = channels.zip(tracks).map(Some).collect();
        for place in places {
            if let Some((channel, track)) = all.get_mut(place).and_then(Option::take) {
                self.channels.push(channel);
                self.tracks.push(track);
            }
        }
        Ok(self)
    }
}
