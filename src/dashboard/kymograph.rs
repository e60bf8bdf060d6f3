//! The field over time: modes by tick become a picture of u(x, t), newest on the right.

use bevy_egui::egui::{Color32, ColorImage};

use crate::base::Tick;
use crate::field::FieldState;
use crate::field::modes::for_each_mode;

use super::chronicle::Chronicle;
use super::theme;
use super::view::FIELD_SAMPLES;

/// Columns of the picture.
pub const COLUMNS: usize = 256;
/// Plant seconds between columns at most, or a tick where that is longer.
pub const COLUMN_S: f64 = 0.1;

/// Plant seconds between columns for plots that show a span of so many.
#[must_use]
pub fn column_s(window_s: Option<f64>) -> f64 {
    window_s.map_or(COLUMN_S, |window_s| COLUMN_S.min(window_s / COLUMNS as f64))
}

/// The field over the last columns.
#[derive(Clone, Debug, Default)]
pub struct Kymograph {
    /// What the table of shapes was made for, and φₖ(x) for each place and mode.
    basis: Option<FieldState>,
    shapes: Vec<f32>,
    /// Ticks and values that are in the picture.
    columns: Vec<(Tick, Vec<f32>)>,
    /// Greatest |u| in sight.
    pub scale: f32,
    key: (usize, Tick, usize),
}

impl Kymograph {
    /// Brings the picture to a tick of a branch. Tells whether it has changed.
    pub fn update(
        &mut self,
        field: &FieldState,
        branch: usize,
        chronicle: &Chronicle,
        now: Tick,
    ) -> bool {
        let known = chronicle.fields.partition_point(|(tick, _)| *tick <= now);
        let shown = &chronicle.fields[known.saturating_sub(COLUMNS)..known];
        let key = (
            branch,
            shown.last().map_or(0, |column| column.0),
            shown.len(),
        );
        if self.key == key {
            return false;
        }
        if self.key.0 != branch {
            self.columns.clear();
        }
        self.key = key;
        self.learn(field);
        let modes = field.amplitudes.len();
        // Columns that were in the last picture are taken over.
        let old = std::mem::take(&mut self.columns);
        let mut old = old.into_iter().peekable();
        let mut columns = Vec::with_capacity(shown.len());
        for (tick, amplitudes) in shown {
            while old.next_if(|(other, _)| other < tick).is_some() {}
            let column = match old.next_if(|(other, _)| other == tick) {
                Some((_, column)) => column,
                _ => self.column(amplitudes, modes),
            };
            columns.push((*tick, column));
        }
        self.columns = columns;
        let all = self.columns.iter().flat_map(|(_, column)| column);
        self.scale = all.fold(1e-12, |most, u| most.max(u.abs()));
        true
    }

    fn learn(&mut self, field: &FieldState) {
        let same = |known: &FieldState| {
            known.basis == field.basis && known.amplitudes.len() == field.amplitudes.len()
        };
        if self.basis.as_ref().is_some_and(same) {
            return;
        }
        self.basis = Some(field.clone());
        self.columns.clear();
        self.shapes.clear();
        if field.grid.is_some() {
            return;
        }
        let last = (FIELD_SAMPLES - 1) as f64;
        for place in 0..FIELD_SAMPLES {
            for_each_mode(
                field.basis,
                place as f64 / last,
                field.amplitudes.len(),
                |_, shape| {
                    self.shapes.push(shape as f32);
                },
            );
        }
    }

    fn column(&self, amplitudes: &[f32], modes: usize) -> Vec<f32> {
        if self
            .basis
            .as_ref()
            .is_some_and(|known| known.grid.is_some())
        {
            // Of a line of cells, values were kept.
            let mut values = amplitudes.to_vec();
            values.resize(FIELD_SAMPLES, 0.0);
            return values;
        }
        let rows = self.shapes.chunks_exact(modes.max(1));
        rows.map(|shapes| {
            shapes
                .iter()
                .zip(amplitudes)
                .map(|(shape, q)| shape * q)
                .sum()
        })
        .collect()
    }

    /// The ticks and the values of each column that is in sight, the oldest first; values lie from
    /// x = 0 to x = 1.
    #[must_use]
    pub fn columns(&self) -> (Vec<Tick>, Vec<&[f32]>) {
        let columns = self.columns.iter();
        columns
            .map(|(tick, column)| (*tick, column.as_slice()))
            .unzip()
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// First and last tick in sight.
    #[must_use]
    pub fn ticks(&self) -> (Tick, Tick) {
        let first = self.columns.first().map_or(0, |c| c.0);
        (first, self.columns.last().map_or(0, |c| c.0))
    }

    /// The picture: time to the right, x = 0 at the bottom.
    #[must_use]
    pub fn image(&self, light: bool) -> ColorImage {
        let empty = theme::diverging(0.0, light);
        let mut pixels = vec![empty; COLUMNS * FIELD_SAMPLES];
        let offset = COLUMNS - self.columns.len();
        let table: Vec<Color32> = (0..=510)
            .map(|k| theme::diverging((k as f32 - 255.0) / 255.0, light))
            .collect();
        for (k, (_, column)) in self.columns.iter().enumerate() {
            for (row, u) in column.iter().enumerate() {
                let value = (u / self.scale).clamp(-1.0, 1.0);
                let color = table[((value + 1.0) * 255.0) as usize];
                pixels[(FIELD_SAMPLES - 1 - row) * COLUMNS + offset + k] = color;
            }
        }
        ColorImage::new([COLUMNS, FIELD_SAMPLES], pixels)
    }

    /// Where the columns that there are begin in the picture, as a share from the left.
    #[must_use]
    pub fn begin(&self) -> f32 {
        (COLUMNS - self.columns.len().clamp(16, COLUMNS)) as f32 / COLUMNS as f32
    }

    /// Tick and u at a place of the picture: shares from the left and from the bottom, 0 … 1.
    #[must_use]
    pub fn probe(&self, along: f32, x: f32) -> Option<(Tick, f32)> {
        let offset = COLUMNS - self.columns.len();
        let column = (along * COLUMNS as f32) as usize;
        let (tick, values) = self.columns.get(column.checked_sub(offset)?)?;
        let row = (x * (FIELD_SAMPLES - 1) as f32).round() as usize;
        Some((*tick, *values.get(row)?))
    }
}
