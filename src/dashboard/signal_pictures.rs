//! What the panels of spectra and of phase locking keep between frames.

use super::column_picture::ColumnPicture;
use super::locking_panel::LockingView;
use super::order::Order;
use super::spectrogram::Spectrogram;
use super::spectrum_panel::KnownSpectrum;
use super::state::ViewState;

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
