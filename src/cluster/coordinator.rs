//! The coordinator's border: Collect → Aggregate → Route.

use std::collections::BTreeMap;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::InputRecord;
use crate::base::{Digest, Input, NodeId, PopulationId, Subject, Tick, VertexId};
use crate::bus::{Address, Ledger};
use crate::control::Feedback;
use crate::control::terms::LatestTerms;
use crate::dynamics::step_control::StepControl;
use crate::field::FieldEngine;
use crate::phi::systems::LatestPhi;
use crate::registry::durable::{Durables, RecordSum};
use crate::registry::parameter::apply_edits;
use crate::registry::{Class, DurableApp, LiveParameters, OfResource};
use crate::resonator::systems::Past;
use crate::safety::state::DueAlerts;
use crate::safety::{Rule, SafeCommand, SafetyAlert, SafetyKernel};
use crate::signal::{SystemState, metrics::COHERENCE};
use crate::tick::{Coordinate, CoordinatorSystems, NodeContext, PendingInputs};

use super::advance_field::{ClusterField, advance_field};
use super::aggregator::Aggregator;
use super::alerts::{OpenBreaches, operator_stop};
use super::collected::Collected;
use super::events::{DistributedEvent, Event};
use super::link::NodeLinks;
use super::router::deliver;

/// The node of each vertex. Local to the coordinator: placement is no state of the run.
#[derive(Resource, Clone, Debug, Default, Serialize, Deserialize)]
pub struct Placement(pub Vec<NodeId>);

/// Envelopes for the nodes.
#[derive(Resource, Clone, Debug, Default)]
pub struct Outgoing {
    /// Waiting to be routed.
    pub envelopes: Vec<Event>,
    /// Number of the coordinator's next envelope.
    pub sequence: u64,
}

impl Outgoing {
    /// Adds a payload from the coordinator itself.
    pub fn push(&mut self, context: &NodeContext, target: Address, payload: DistributedEvent) {
        let envelope = self.seal(context, target, payload);
        self.envelopes.push(envelope);
    }

    /// The coordinator's next envelope.
    pub fn seal(
        &mut self,
        context: &NodeContext,
        target: Address,
        payload: DistributedEvent,
    ) -> Event {
        self.sequence += 1;
        payload.seal(context.node, target, self.sequence)
    }
}

/// The latest of everything that metrics and views show.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClusterState {
    /// Signals of each sensed population.
    pub signals: BTreeMap<PopulationId, SystemState>,
    /// Φ.
    pub phi: LatestPhi,
    /// The command of each loop that passed last.
    pub commands: BTreeMap<u32, SafeCommand>,
    /// How long the next step of an adaptive integrator may be.
    pub steps: StepControl,
    /// Whether a rule with severity `Stop` was broken, and in which tick.
    pub stop: Option<Tick>,
    /// Alerts so far.
    pub alerts: u64,
}

/// The digest of the run.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDigest(pub Digest);

/// The vertices of each unit of Φ.
#[derive(Resource, Clone, Debug, Default)]
pub struct UnitVertices(pub Vec<Vec<VertexId>>);

/// States written to components from outside, for the input log.
#[derive(Resource, Clone, Debug, Default)]
pub struct NewInputs(pub Vec<InputRecord>);

/// Gathers what the nodes sent and brings it into order.
pub fn collect(
    at: Res<NodeContext>,
    links: Res<NodeLinks>,
    inputs: Res<PendingInputs>,
    mut collected: ResMut<Collected>,
    mut outgoing: ResMut<Outgoing>,
    mut cluster: ResMut<ClusterState>,
    (mut terms, mut due): (ResMut<LatestTerms>, ResMut<DueAlerts>),
    mut new_inputs: ResMut<NewInputs>,
) -> Result {
    *collected = Collected::default();
    // Written to only when there is something, so that its hash stands.
    if !due.0.is_empty() {
        collected.raised.append(&mut due.0);
    }
    let mut arrived: Vec<Event> = links.0.iter().flat_map(|(up, _)| up.drain()).collect();
    arrived.sort_by(Event::delivery_order);
    for envelope in arrived {
        if let DistributedEvent::Report(report) = envelope.payload {
            collected.reports.push(report);
            continue;
        }
        match &envelope.payload {
            DistributedEvent::SafetyAlerts(list) => collected.raised.extend_from_slice(list),
            DistributedEvent::Commands(list) => {
                collected.commands.extend_from_slice(list);
                let latest = list.iter().map(|command| (command.control(), *command));
                cluster.commands.extend(latest);
            }
            DistributedEvent::Actuated(list) => collected.actuated.extend_from_slice(list),
            DistributedEvent::Terms(list) => terms.0.extend(list.iter().copied()),
            DistributedEvent::SystemStates(list) => {
                collected.states.extend_from_slice(list);
                cluster.signals.extend(list.iter().cloned());
            }
            DistributedEvent::PhiReport(latest) => {
                collected.phi_fresh = latest.fresh;
                collected.phi_refused = latest.refused;
                cluster.phi = (**latest).clone();
            }
            _ => {}
        }
        if envelope.target != Address::Coordinator {
            outgoing.envelopes.push(envelope);
        }
    }
    if inputs.0.contains(&Input::Stop) {
        collected.raised.push(operator_stop(at.clock.tick, at.node));
    }
    let tick = at.clock.tick;
    let mut writes: Vec<_> = collected
        .reports
        .iter()
        .flat_map(|report| report.foreign_writes.iter().copied())
        .collect();
    writes.sort_by_key(|(vertex, ..)| *vertex);
    for (vertex, first, second) in writes {
        let input = Input::Write {
            vertex,
            first,
            second,
        };
        new_inputs.0.push(InputRecord { tick, input });
    }
    for (k, (up, down)) in links.0.iter().enumerate() {
        if !up.ledger().balances() || !down.ledger().balances() {
            return Err(format!("the links of node{k} lost an envelope").into());
        }
    }
    Ok(())
}

/// Forms field, mask, feedback and the cluster's alerts.
pub fn aggregate(
    at: Res<NodeContext>,
    inputs: Res<PendingInputs>,
    engine: ResMut<ClusterField>,
    mut aggregator: ResMut<Aggregator>,
    mut collected: ResMut<Collected>,
    mut outgoing: ResMut<Outgoing>,
    mut breaches: ResMut<OpenBreaches>,
    mut cluster: ResMut<ClusterState>,
    units: Res<UnitVertices>,
    safety: Res<SafetyKernel>,
) -> Result {
    let own = collected
        .states
        .iter()
        .find(|(population, _)| *population == PopulationId::CLUSTER);
    let fresh = own.map(|(_, state)| state.clone());
    if let Some(state) = &fresh {
        aggregator.state = state.clone();
    }
    let clamp = safety.0.on_excess == crate::safety::OnExcess::Clamp
        && !breaches.spares_field()
        && !inputs.spares(&Subject::Field);
    let limit = clamp.then_some(safety.0.max_amplitude);
    let excess = advance_field(engine, &mut aggregator, &collected, limit)?;
    if let Some((value, limit)) = excess {
        collected.raised.push(SafetyAlert {
            rule: Rule::FieldAmplitude,
            severity: safety.0.amplitude_severity,
            subject: Subject::Field,
            value,
            limit,
            action: "clamped".to_owned(),
            tick: at.clock.tick,
            node: at.node,
        });
    }
    // What the nodes have already is not sent again.
    if !aggregator.field.amplitudes.is_empty() && aggregator.is_changed() {
        let payload = DistributedEvent::FieldState(aggregator.field.clone());
        outgoing.push(&at, Address::AllNodes, payload);
    }
    if let Some(coherence) = fresh.and_then(|state| state.value(&COHERENCE)) {
        let spec = &aggregator.spec;
        let feedback = Feedback::suggest(
            coherence,
            spec.target_coherence,
            spec.gain_rate,
            at.clock.tick,
        );
        outgoing.push(&at, Address::AllNodes, DistributedEvent::Feedback(feedback));
    }
    if collected.phi_fresh
        && let Some(report) = &cluster.phi.report
    {
        aggregator.apply_complex(report, &units.0)?;
        let payload = DistributedEvent::Mask(aggregator.global_mask.clone());
        outgoing.push(&at, Address::AllNodes, payload);
    }
    let mut raised = std::mem::take(&mut collected.raised);
    collected.alerts = match raised.is_empty() && breaches.is_empty() {
        // Written to only when it changes, so that its hash stands.
        true => Vec::new(),
        false => {
            breaches.spare(&mut raised, &inputs);
            breaches.admit(raised)
        }
    };
    if !collected.alerts.is_empty() {
        cluster.alerts += collected.alerts.len() as u64;
    }
    let mut severities = collected.alerts.iter().map(|alert| alert.severity);
    if severities.any(|severity| severity == crate::safety::Severity::Stop) {
        cluster.stop.get_or_insert(at.clock.tick);
    }
    if !collected.alerts.is_empty() {
        let payload = DistributedEvent::SafetyAlerts(collected.alerts.clone());
        outgoing.push(&at, Address::AllNodes, payload);
    }
    Ok(())
}

/// Sends what waits to the nodes.
pub fn route(links: Res<NodeLinks>, mut outgoing: ResMut<Outgoing>) -> Result {
    Ok(deliver(&links, std::mem::take(&mut outgoing.envelopes))?)
}

/// Hashes the durable records of the coordinator.
pub fn hash_records(world: &mut World) -> Result {
    let completed = world.resource::<NodeContext>().clock.tick + 1;
    let sum = Durables::hash(world, completed, false)?;
    *world.resource_mut::<RecordSum>() = sum;
    Ok(())
}

/// Chains the digest of this tick: the sums of the vertices' records and of all others.
pub fn chain_digest(
    at: Res<NodeContext>,
    collected: Res<Collected>,
    placement: Res<Placement>,
    own: Res<RecordSum>,
    mut digest: ResMut<RunDigest>,
) -> Result {
    let reports = &collected.reports;
    let seen: u64 = reports.iter().map(|report| report.vertices).sum();
    let expected = placement.0.len() as u64;
    if seen != expected {
        return Err(format!("{seen} of {expected} vertices were reported by the nodes").into());
    }
    let (mut vertices, mut others) = (RecordSum::default(), *own);
    for report in reports {
        vertices.merge(&RecordSum(report.record));
        others.merge(&report.records);
    }
    let [a, b] = vertices.0;
    let [c, d] = others.0;
    digest.0 = digest.0.chain(at.clock.tick + 1, &[seen, a, b, c, d]);
    Ok(())
}

/// Sums the ledgers of all links.
#[must_use]
pub fn total_ledger(links: &NodeLinks) -> Ledger {
    let mut total = Ledger::default();
    for (up, down) in &links.0 {
        total.add(&up.ledger());
        total.add(&down.ledger());
    }
    total
}

/// The coordinator's border.
pub struct CoordinatorPlugin;

impl Plugin for CoordinatorPlugin {
    fn build(&self, app: &mut App) {
        use CoordinatorSystems as C;
        app.init_resource::<Placement>()
            .init_resource::<Collected>()
            .init_resource::<Outgoing>()
            .init_resource::<ClusterState>()
            .init_resource::<UnitVertices>()
            .init_resource::<ClusterField>()
            .init_resource::<NewInputs>()
            .init_resource::<OpenBreaches>()
            .init_resource::<PendingInputs>()
            .init_resource::<SafetyKernel>()
            .init_resource::<RunDigest>()
            .init_resource::<RecordSum>()
            .init_resource::<Past>()
            .durable(OfResource::<Aggregator, _>::whole(
                "aggregator",
                Class::State,
            ))
            .durable(OfResource::<ClusterState, _>::whole(
                "cluster",
                Class::State,
            ))
            .durable(OfResource::<OpenBreaches, _>::whole(
                "cluster.breaches",
                Class::State,
            ))
            .durable(OfResource::<ClusterField, Option<f64>>::part(
                "field.gain",
                Class::State,
                |own| own.0.as_ref().map(FieldEngine::gain),
                |own, gain| {
                    if let Some((engine, gain)) = own.0.as_mut().zip(gain) {
                        engine.set_gain(gain);
                    }
                },
            ))
            .durable(OfResource::<Past, _>::whole("delays.past", Class::State).rarely())
            .durable(OfResource::<SafetyKernel, _>::whole(
                "safety.rules",
                Class::Replica,
            ))
            .durable(OfResource::<RunDigest, _>::whole(
                "cluster.digest",
                Class::Transport,
            ))
            .durable(OfResource::<Placement, _>::whole(
                "cluster.placement",
                Class::Transport,
            ))
            .durable(OfResource::<Outgoing, u64>::part(
                "cluster.sequence",
                Class::Transport,
                |own| own.sequence,
                |own, sequence| own.sequence = sequence,
            ))
            .local::<Durables>()
            .local::<RecordSum>()
            .local::<NodeContext>()
            .local::<NodeLinks>()
            .local::<LiveParameters>()
            .local::<Collected>()
            .local::<UnitVertices>()
            .local::<NewInputs>()
            .local::<PendingInputs>()
            .add_systems(
                Coordinate,
                (
                    apply_edits.in_set(C::Ingest),
                    collect.in_set(C::Collect),
                    aggregate.in_set(C::Aggregate),
                    route.in_set(C::Route),
                    (hash_records, chain_digest).chain().in_set(C::Digest),
                ),
            );
    }
}
