//! Guarding amplitudes and states.

use bevy::prelude::*;

use crate::base::{Subject, num};
use crate::control::ControlLoop;
use crate::field::FieldState;
use crate::registry::{Class, DurableApp, OfComponent, OfResource};
use crate::resonator::components::LocalSlot;
use crate::resonator::observe::PlantRecords;
use crate::resonator::{Amplitude, Motion, Plant};
use crate::tick::{Before, NodeContext, PendingInputs, TickSystems};

use super::alert::{Rule, SafetyAlert, Severity};
use super::gate::OnExcess;
use super::guard::{GuardState, LoopBarriers, Seen};
use super::spec::OnNonFinite;
use super::state::{Alerts, LatestSafe, SafetyHold, SafetyKernel};

/// Looks for amplitudes and states out of bounds, as the last tick left them.
pub fn guard_plant(
    at: Res<NodeContext>,
    kernel: Res<SafetyKernel>,
    records: Res<PlantRecords>,
    inputs: Res<PendingInputs>,
    field: Res<FieldState>,
    mut alerts: ResMut<Alerts>,
    mut plant: ResMut<Plant>,
    mut motions: Query<(&LocalSlot, &mut Motion)>,
    mut amplitudes: Query<(&LocalSlot, &mut Amplitude)>,
) {
    let limit = kernel.0.max_amplitude;
    let clamp = kernel.0.on_excess == OnExcess::Clamp;
    let mut raise = |rule, severity, subject: Subject, value, action: &str| {
        alerts.0.push(SafetyAlert {
            rule,
            severity,
            subject,
            value,
            limit,
            action: action.to_owned(),
            tick: at.clock.tick,
            node: at.node,
        });
    };
    if let Some(vertex) = records.non_finite
        && kernel.0.on_non_finite == OnNonFinite::Stop
    {
        let subject = Subject::Vertex(vertex);
        raise(Rule::NonFinite, Severity::Stop, subject, f64::NAN, "none");
    }
    let severity = kernel.0.amplitude_severity;
    let action = if clamp { "clamped" } else { "none" };
    if records.peak_amplitude > limit {
        let subject = Subject::Resonators;
        let peak = records.peak_amplitude;
        raise(Rule::ResonatorAmplitude, severity, subject, peak, action);
        if clamp && !inputs.spares(&Subject::Resonators) {
            for (slot, mut motion) in &mut motions {
                if motion.x.abs() > limit {
                    motion.x = motion.x.clamp(-limit, limit);
                    plant.write(slot.0 as usize, [motion.x, motion.v]);
                }
            }
            for (slot, mut own) in &mut amplitudes {
                let modulus = num::hypot(own.x, own.y);
                if modulus > limit {
                    let scale = limit / modulus;
                    (own.x, own.y) = (scale * own.x, scale * own.y);
                    plant.write(slot.0 as usize, [own.x, own.y]);
                }
            }
        }
    }
    let peak = field.peak_amplitude();
    if at.node == at.home_of(0) && (peak > limit || peak.is_nan()) {
        // What can be clamped was, as the field was formed: see the aggregator.
        let subject = Subject::Field;
        raise(Rule::FieldAmplitude, severity, subject, peak, "none");
    }
}

/// Safety.
pub struct SafetyPlugin;

impl Plugin for SafetyPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<SafetyKernel>()
            .init_resource::<Alerts>()
            .init_resource::<SafetyHold>()
            .durable(OfComponent::<ControlLoop, LatestSafe, _>::whole(
                "safety.passed",
                Class::State,
            ))
            .durable(OfComponent::<ControlLoop, GuardState, _>::whole(
                "safety.guard",
                Class::State,
            ))
            .durable(OfComponent::<ControlLoop, LoopBarriers, Vec<Seen>>::part(
                "safety.barriers",
                Class::State,
                |own| own.seen.clone(),
                |own, seen| own.seen = seen,
            ))
            .durable(OfResource::<SafetyKernel, _>::whole(
                "safety.rules",
                Class::Replica,
            ))
            .durable(OfResource::<SafetyHold, _>::whole(
                "safety.hold",
                Class::Replica,
            ))
            .local::<Alerts>()
            .add_systems(Before, guard_plant.in_set(TickSystems::Guard));
    }
}
