//! What the driver tells of each tick beside rows and events, and of the shown one for panels.

use std::sync::Arc;

use crate::base::{Tick, VertexId};

use super::driver::Driver;
use super::kymograph::column_s;
use super::sensed::{CHANNELS, SensedWindow};
use super::view::field_column;
use super::worker::{News, lock};

/// The window of samples that was taken last, with what it was taken for: scope, branch, result or
/// tick, and whether ticks ran.
pub(super) type TakenWindow = ((String, usize, Tick, bool), Arc<SensedWindow>);

impl Driver {
    fn branch(&self) -> usize {
        self.history.as_ref().map_or(0, |h| h.current().number)
    }

    /// Tells of the field, the phase plane and the samples of sensors after a tick.
    pub(super) fn tell_tick(&mut self) {
        let number = self.branch();
        let simulation = &mut self.session.simulation;
        let tick = simulation.clock().tick;
        let window_s = simulation.scene().view.window_s;
        let every = column_s(window_s) / simulation.clock().tick_s();
        let every = every.ceil().max(1.0) as Tick;
        let mut news = Vec::new();
        if self.facts.has_plane() {
            let places = self.facts.followed().filter_map(|vertex| {
                let state = simulation.vertex_state(VertexId::from_index(vertex))?;
                Some(self.facts.place(vertex, state))
            });
            news.push(News::Plane(number, tick, places.collect()));
        }
        if tick.is_multiple_of(every) {
            let column = field_column(&simulation.aggregator().field);
            if !column.is_empty() {
                news.push(News::Field(number, tick, column));
            }
        }
        for (scope, own) in self.facts.sensed.iter().enumerate() {
            if let Some(frame) = own.frame(simulation, CHANNELS) {
                news.push(News::Samples(number, scope, tick, frame));
            }
        }
        if !news.is_empty() {
            let mut published = lock(&self.published);
            news.into_iter().for_each(|own| published.tell(own));
        }
    }

    /// The window of samples of the scope that panels show: as it is now, or while ticks run, as it
    /// was at one tick after the latest result.
    pub(super) fn sensed_window(&mut self) -> Option<Arc<SensedWindow>> {
        let scope = self.sensed.clone()?;
        let number = self.branch();
        let simulation = &mut self.session.simulation;
        let (tick, runs) = (simulation.clock().tick, simulation.state().may_tick());
        let hop = simulation.scene().signal.hop.max(1);
        let moment = match runs {
            true => tick.saturating_sub(1) / hop,
            false => tick,
        };
        let key = (scope, number, moment, runs);
        if let Some((known, own)) = &self.window
            && *known == key
        {
            return Some(own.clone());
        }
        let own = self.facts.sensed.iter().find(|own| own.name == key.0)?;
        let own = Arc::new(SensedWindow::of(own, simulation)?);
        self.window = Some((key, own.clone()));
        Some(own)
    }
}
