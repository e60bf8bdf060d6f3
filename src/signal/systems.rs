//! Windows and their analysis for the populations that live on this node.

use bevy::prelude::*;

use crate::base::Tick;
use crate::registry::{Class, DurableApp, OfComponent};
use crate::resonator::Population;
use crate::sensors::SensorFrame;
use crate::tick::NodeContext;

use super::engine::SignalEngine;
use super::state::SystemState;
use super::window::FrameWindow;

/// The latest samples of a population's channels.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct SignalWindow(pub FrameWindow);

/// The engine and its rhythm: a result in every tick that `hop` divides.
#[derive(Resource)]
pub struct SignalSynthesizer {
    /// Plans and scratch memory; holds no state of the run.
    pub engine: SignalEngine,
    /// Ticks between two results.
    pub hop: u64,
}

impl SignalSynthesizer {
    /// Whether `tick` brings a result.
    #[must_use]
    pub fn is_due(&self, tick: Tick) -> bool {
        tick.is_multiple_of(self.hop)
    }
}

/// Moves the windows on and, every hop, analyses them.
pub fn synthesize(
    at: Res<NodeContext>,
    synthesizer: Option<ResMut<SignalSynthesizer>>,
    mut populations: Query<(&SensorFrame, &mut SignalWindow, &mut SystemState)>,
) -> Result {
    let Some(mut synthesizer) = synthesizer else {
        return Ok(());
    };
    for (frame, mut window, mut state) in &mut populations {
        if frame.fresh {
            window.0.push(&frame.values)?;
        }
        if synthesizer.is_due(at.clock.tick) {
            *state = synthesizer.engine.analyze(&window.0);
        }
    }
    Ok(())
}

/// Synthesis of signals.
pub struct SignalPlugin;

impl Plugin for SignalPlugin {
    fn build(&self, app: &mut App) {
        app.durable(
            OfComponent::<Population, SignalWindow, FrameWindow>::part(
                "signal.window",
                Class::State,
                |own| own.0.clone(),
                |own, window| own.0 = window,
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
