//! What the panels of spectra and of phase locking keep between frames.

use std::collections::BTreeMap;

use bevy_egui::egui::{Context, TextureId};

use super::live_picture::LivePicture;
use super::locking_panel::LockingView;
use super::order::Order;
use super::spectrogram::Spectrogram;
use super::spectrum_panel::KnownSpectrum;
use super::state::ViewState;
use super::theme::Look;

/// A picture of some columns of a spectrogram, with the columns that each of its textures is of.
#[derive(Default)]
pub struct ColumnPicture {
    picture: LivePicture,
    of: BTreeMap<TextureId, (usize, usize)>,
    /// What the newest is of: first and last column, those that there were, the colours.
    made: Option<((usize, usize), usize, u32, (bool, bool))>,
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
        let made = (range, own.len(), greatest, (look.light, look.viridis));
        if self.made != Some(made) && range.0 < range.1 {
            let colours = super::heat::table(look);
            let image = own.image(range, &colours, super::heat::gap(!look.light));
            let texture = self.picture.set(context, "spectrogram", image);
            self.of.insert(texture, range);
            self.made = Some(made);
        }
        let shown = self.picture.shown(context)?;
        Some((shown, *self.of.get(&shown)?))
    }
}

/// What the panels keep.
#[derive(Default)]
pub struct SignalPictures {
    /// The columns that are known.
    pub spectrogram: Spectrogram,
    /// Their picture.
    pub columns: ColumnPicture,
    /// The spectrum that was drawn last.
    pub(super) spectrum: Option<KnownSpectrum>,
    /// Phase locking.
    pub(super) locking: LockingView,
    /// The scope whose window of samples a panel of this frame shows.
    pub wanted: Option<String>,
    /// The scope whose window the worker was asked for.
    asked: Option<String>,
}

impl ViewState {
    /// Asks the worker for the window of samples that panels showed in this frame, or for none.
    pub fn ask_for_samples(&mut self) {
        let wanted = self.signals.wanted.take();
        if wanted != self.signals.asked {
            self.orders.push(Order::Sense(wanted.clone()));
            self.signals.asked = wanted;
        }
    }

    /// Forgets what panels of signals know of a run. What the worker was asked for holds on.
    pub(super) fn forget_signals(&mut self) {
        let asked = self.signals.asked.take();
        self.signals = SignalPictures {
            asked,
            ..SignalPictures::default()
        };
    }
}
