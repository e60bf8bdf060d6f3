//! What is seen of a spectrogram: the columns and bins in sight, their picture, and its cells.

use std::collections::BTreeMap;

use bevy_egui::egui::{Color32, ColorImage, Context, TextureId};

use super::heat;
use super::live_picture::LivePicture;
use super::spectrogram::{RANGE_DB, Spectrogram};
use super::theme::Look;

/// Rows of the picture at least, where there are so many.
const LEAST_ROWS: usize = 8;
/// Cells of the picture at most, along time and along frequency.
const CELLS: [usize; 2] = [512, 256];

/// A cell under the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// Time of the middle of its segment, s.
    pub time_s: f64,
    /// Frequency of its bin, Hz.
    pub hz: f64,
    /// Power below the greatest of all columns, dB, ≤ 0.
    pub below_db: f32,
}

impl Spectrogram {
    /// Bins up to the highest one that any column has a colour of its own in, and a little more:
    /// those that the picture shows. Above them all is as dark.
    #[must_use]
    pub fn shown_rows(&self) -> usize {
        let least = self.greatest - RANGE_DB;
        let loud = self.peaks.iter().rposition(|peak| *peak > least);
        let rows = loud.map_or(self.rows, |row| row + 1);
        (rows + rows.div_ceil(8)).max(LEAST_ROWS).min(self.rows)
    }

    /// The columns whose cells touch a range of time, of those whose samples were all there at
    /// `now_s`, the time of the newest sample.
    #[must_use]
    pub fn between(&self, (from_s, to_s): (f64, f64), now_s: f64) -> (usize, usize) {
        let half = 0.5 * self.step_s();
        let place = |t: f64| ((t - self.time_s(0)) / self.step_s()).clamp(-1.0, 1e15);
        let (first, last) = (place(from_s - half).ceil(), place(to_s + half).floor());
        let whole = place(now_s - 0.5 * (self.segment as f64 - 1.0) / self.rate_hz + 1e-6 * half);
        let end = (last.min(whole.floor()) + 1.0).max(0.0) as usize;
        let end = end.min(self.len());
        ((first.max(0.0) as usize).min(end), end)
    }

    /// The cell at a time and frequency among columns `from .. to`.
    #[must_use]
    pub fn probe(&self, time_s: f64, hz: f64, (from, to): (usize, usize)) -> Option<Probe> {
        let column = ((time_s - self.time_s(0)) / self.step_s()).round();
        let bin = (hz / self.bin_hz()).round();
        if !(column >= from as f64 && column < to as f64 && bin >= 1.0) {
            return None;
        }
        let (column, row) = (column as usize, bin as usize - 1);
        let level = *self.levels.get(column * self.rows + row)?;
        (row < self.rows && !level.is_nan()).then(|| Probe {
            time_s: self.time_s(column),
            hz: bin * self.bin_hz(),
            below_db: level - self.greatest,
        })
    }

    /// Columns and bins that share a cell of the picture of columns `from .. to`; a cell shows the
    /// greatest of them.
    #[must_use]
    pub fn grouped(&self, (from, to): (usize, usize)) -> (usize, usize) {
        let columns = (to - from).div_ceil(CELLS[0]).max(1);
        (columns, self.shown_rows().div_ceil(CELLS[1]).max(1))
    }

    /// The picture of the shown bins of columns `from .. to`: time to the right, frequency upwards.
    /// `gap` is the colour where there is no value.
    #[must_use]
    pub fn image(
        &self,
        (from, to): (usize, usize),
        colours: &[Color32; 256],
        gap: Color32,
    ) -> ColorImage {
        let (wide, high) = self.grouped((from, to));
        let size = [
            (to - from).div_ceil(wide).max(1),
            self.shown_rows().div_ceil(high).max(1),
        ];
        let mut pixels = vec![gap; size[0] * size[1]];
        for x in 0..size[0] {
            let columns = from + x * wide..(from + (x + 1) * wide).min(to);
            for y in 0..size[1] {
                let rows = y * high..((y + 1) * high).min(self.shown_rows());
                let mut most = f32::NAN;
                for column in columns.clone() {
                    let own = &self.levels[column * self.rows..(column + 1) * self.rows];
                    most = own[rows.clone()].iter().fold(most, |most, x| most.max(*x));
                }
                if !most.is_nan() {
                    let share = 1.0 + (most - self.greatest) / RANGE_DB;
                    let colour = colours[(255.0 * share.clamp(0.0, 1.0)) as usize];
                    pixels[(size[1] - 1 - y) * size[0] + x] = colour;
                }
            }
        }
        ColorImage::new(size, pixels)
    }
}

/// What a picture is of: first and last column, columns and bins that there were, the greatest
/// power, the colours.
type Made = ((usize, usize), [usize; 2], u32, (bool, bool));

/// A picture of some columns of a spectrogram, with the columns that each of its textures is of.
#[derive(Default)]
pub struct ColumnPicture {
    picture: LivePicture,
    of: BTreeMap<TextureId, (usize, usize)>,
    made: Option<Made>,
}

impl ColumnPicture {
    /// The texture to show and its columns, brought up to columns `range` first.
    pub fn show(
        &mut self,
        context: &Context,
        own: &Spectrogram,
        range: (usize, usize),
        look: Look,
    ) -> Option<(TextureId, (usize, usize))> {
        let greatest = own.greatest_db().to_bits();
        let size = [own.len(), own.shown_rows()];
        let made = (range, size, greatest, (look.light, look.viridis));
        if self.made != Some(made) && range.0 < range.1 {
            let colours = heat::table(look);
            let image = own.image(range, &colours, heat::gap(!look.light));
            let texture = self.picture.set(context, "spectrogram", image);
            self.of.insert(texture, range);
            self.made = Some(made);
        }
        let shown = self.picture.shown(context)?;
        Some((shown, *self.of.get(&shown)?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::spectrogram::tests::{at_once, series};
    use super::*;
    use crate::base::num;
    use crate::signal::SignalSettings;

    #[test]
    fn a_probe_tells_what_the_picture_shows_there() {
        let own = at_once(500);
        let now_s = 499.0 / 50.0 - 0.04;
        let all = own.between((-10.0, 100.0), now_s);
        assert_eq!(all, (0, 58));
        let found = own.probe(own.time_s(20) + 0.05, 12.6, all).unwrap();
        assert_eq!((found.time_s, found.hz), (own.time_s(20), 12.5));
        assert_eq!(found.below_db, own.column(20)[7]);
        assert!(own.probe(own.time_s(20), 0.2, all).is_none(), "no mean");
        assert!(own.probe(-3.0, 12.5, all).is_none());
        assert!(own.probe(own.time_s(20), 12.5, (21, 58)).is_none());
        // In the past, only segments whose samples were all there are shown.
        assert_eq!(
            own.between((0.0, 9.0), own.time_s(9) + 0.5 * 31.0 / 50.0).1,
            10
        );
        assert_eq!(
            own.between((0.0, 9.0), own.time_s(9) + 0.5 * 30.0 / 50.0).1,
            9
        );
        assert_eq!(
            own.between((5.0, 2.0), 9.0).0,
            own.between((5.0, 2.0), 9.0).1
        );
        let colours = std::array::from_fn(|k| Color32::from_gray(k as u8));
        let image = own.image((10, 58), &colours, Color32::RED);
        assert_eq!((image.size, own.shown_rows()), ([48, 16], 16));
        let below = own.column(20)[7];
        let grey = (255.0 * (1.0 + below / RANGE_DB).clamp(0.0, 1.0)) as u8;
        assert_eq!(image.pixels[8 * 48 + 10], Color32::from_gray(grey));
    }

    #[test]
    fn bins_that_are_all_dark_are_not_shown() {
        let mut slow = series(400);
        slow.settings = SignalSettings::new(128, 128, 50.0);
        slow.channels = 1;
        slow.sample = Box::new(|_, k| num::sin(num::TAU * 2.0 * k as f64 / 50.0));
        let mut own = Spectrogram::default();
        own.update(&slow, usize::MAX);
        let rows = own.shown_rows();
        assert!((8..32).contains(&rows) && own.rows() == 64, "{rows}");
        let dark = |row: &f32| *row < -RANGE_DB;
        assert!(own.column(0)[rows..].iter().all(dark));
        let colours = std::array::from_fn(|k| Color32::from_gray(k as u8));
        let image = own.image((0, own.len()), &colours, Color32::RED);
        assert_eq!(image.size, [own.len(), rows]);
    }

    #[test]
    fn cells_without_a_value_have_a_colour_of_their_own() {
        let mut broken = series(100);
        broken.sample = Box::new(|_, _| f64::NAN);
        let mut own = Spectrogram::default();
        own.update(&broken, usize::MAX);
        assert!(own.probe(own.time_s(1), 12.5, (0, 4)).is_none());
        let image = own.image((0, own.len()), &[Color32::BLUE; 256], Color32::RED);
        assert!(image.pixels.iter().all(|pixel| *pixel == Color32::RED));
    }
}
