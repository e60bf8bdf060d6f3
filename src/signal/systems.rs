//! Windows and their analysis for the populations that live on this node.

use bevy::prelude::*;

use crate::base::Tick;
use crate::registry::{Class, DurableApp, OfComponent};
use crate::resonator::Population;
use crate::sensors::SensorFrame;
use crate::tick::NodeContext;

use super::engine::SignalEngine;
use super::state::SystemState;
use super::stream::SignalStream;
use super::window::FrameWindow;

/// The latest samples of a population's channels: the scene's window, and those beside it.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct SignalWindows(pub Vec<SignalStream>);

/// The engines and their rhythm: a result in every tick that `hop` divides.
#[derive(Resource)]
pub struct SignalSynthesizer {
    /// Plans and scratch memory, one for each window; they hold no state of the run.
    pub engines: Vec<SignalEngine>,
    /// Ticks between two results.
    pub hop: u64,
    /// What the windows beside the first give, on its way into the state.
    pub(super) further: SystemState,
}

impl SignalSynthesizer {
    /// Whether `tick` brings a result.
    #[must_use]
    pub fn is_due(&self, tick: Tick) -> bool {
        tick.is_multiple_of(self.hop)
    }

    /// Analyses the windows of a population.
    fn analyze(&mut self, windows: &mut SignalWindows, state: &mut SystemState) {
        let hop = usize::try_from(self.hop).unwrap_or(usize::MAX);
        let each = self.engines.iter_mut().zip(&mut windows.0);
        for (number, (engine, stream)) in each.enumerate() {
            if number == 0 {
                engine.analyze(stream, hop, state);
            } else {
                engine.analyze(stream, hop, &mut self.further);
                state.values.append(&mut self.further.values);
            }
        }
    }
}

/// Moves the windows on and, every hop, analyses them.
pub fn synthesize(
    at: Res<NodeContext>,
    synthesizer: Option<ResMut<SignalSynthesizer>>,
    mut populations: Query<(&SensorFrame, &mut SignalWindows, &mut SystemState)>,
) -> Result {
    let Some(mut synthesizer) = synthesizer else {
        return Ok(());
    };
    for (frame, mut windows, mut state) in &mut populations {
        if frame.fresh {
            for stream in &mut windows.0 {
                stream.push(&frame.values)?;
            }
        }
        if synthesizer.is_due(at.clock.tick) {
            synthesizer.analyze(&mut windows, &mut state);
        }
    }
    Ok(())
}

/// Synthesis of signals.
pub struct SignalPlugin;

impl Plugin for SignalPlugin {
    fn build(&self, app: &mut App) {
        app.durable(
            OfComponent::<Population, SignalWindows, Vec<FrameWindow>>::part(
                "signal.window",
                Class::State,
                |own| own.0.iter().map(|own| own.window().clone()).collect(),
                |own, windows| own.0 = windows.into_iter().map(SignalStream::of).collect(),
            )
            .rarely(),
        )
        .durable(OfComponent::<Population, SystemState, _>::whole(
            "signal.state",
            Class::State,
        ))
        .local::<SignalSynthesizer>();
    }
}
