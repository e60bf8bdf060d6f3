//! A node's border: inbox → components before the tick, components → outbox after it.

use bevy::prelude::*;

use crate::actuation::{ActiveCommands, MountedActuator};
use crate::base::VertexId;
use crate::bus::Address;
use crate::control::{ControlLoop, Feedback, LoopTerms};
use crate::field::FieldState;
use crate::graph::Vertex;
use crate::phi::systems::LatestPhi;
use crate::registry::durable::{Durables, RecordSum};
use crate::registry::parameter::apply_edits;
use crate::registry::{
    Class, Demand, DurableApp, KeyIndex, LiveParameters, Metrics, Need, OfResource, Readings,
};
use crate::resonator::observe::PlantRecords;
use crate::resonator::{ForeignWrites, MaskFactor, Plant, Population};
use crate::safety::{Alerts, LatestSafe, SafetyHold, SafetyKernel};
use crate::sensors::channel::{ArrivedSamples, LocalSamples};
use crate::sensors::device::MountedDevice;
use crate::sensors::{Channel, SensorFrame};
use crate::signal::{SignalSynthesizer, SystemState};
use crate::tick::{After, ApplyEdits, Before, NodeContext, PendingInputs, TickSystems, Unpack};

use super::events::{DistributedEvent, Event, NodeReport};
use super::link::{Inbox, NodeLink};

/// Takes everything from the inbox to where the rooms look for it.
pub fn unpack(
    at: Res<NodeContext>,
    link: Res<NodeLink>,
    mut inbox: ResMut<Inbox>,
    mut inputs: ResMut<PendingInputs>,
    mut samples: ResMut<ArrivedSamples>,
    mut commands: ResMut<ActiveCommands>,
    mut feedback: ResMut<Feedback>,
    mut field: ResMut<FieldState>,
    safety: (ResMut<SafetyHold>, Res<SafetyKernel>),
    (metrics, mut readings): (Res<Metrics>, ResMut<Readings>),
    mut masks: Query<(&Vertex, &mut MaskFactor)>,
) {
    let (mut hold, kernel) = safety;
    inputs.0.clear();
    samples.0.clear();
    readings.begin(at.clock.tick, metrics.list().len());
    inbox.0.extend(link.down.drain());
    let mut arrived = std::mem::take(&mut inbox.0);
    arrived.sort_by(Event::delivery_order);
    for envelope in arrived {
        match envelope.payload {
            DistributedEvent::Samples(fragments) => samples.0.extend(fragments),
            DistributedEvent::Commands(list) => commands.arrived.extend(list),
            DistributedEvent::Feedback(value) => *feedback = value,
            DistributedEvent::Inputs(list) => inputs.0.extend(list),
            DistributedEvent::SafetyAlerts(list) => {
                for alert in &list {
                    hold.react(alert, kernel.0.hold_ticks, at.clock.tick);
                }
            }
            DistributedEvent::Mask(factors) => {
                for (vertex, mut mask) in &mut masks {
                    if let Some(factor) = factors.get(vertex.0.index()) {
                        mask.set_if_neq(MaskFactor(*factor));
                    }
                }
            }
            DistributedEvent::FieldState(state) => *field = state,
            DistributedEvent::Readings(list) => {
                for (scope, metric, value) in list {
                    readings.scope_mut(scope)[usize::from(metric)] = Some(value);
                }
            }
            // Vertices arrive in the hand-off; the rest is addressed to the coordinator.
            DistributedEvent::EntityMigration(_)
            | DistributedEvent::Report(_)
            | DistributedEvent::SystemStates(_)
            | DistributedEvent::PhiReport(_)
            | DistributedEvent::Terms(_)
            | DistributedEvent::Actuated(..) => {}
        }
    }
    samples.0.sort_by_key(|fragment| fragment.channel);
    commands.arrived.sort_by_key(|command| command.control());
}

/// Sends this tick's samples to the homes of their scopes.
pub fn publish_samples(
    at: Res<NodeContext>,
    mut link: ResMut<NodeLink>,
    mut samples: ResMut<LocalSamples>,
    (known, channels): (Res<KeyIndex<Channel>>, Query<&Channel>),
) -> Result {
    if at.nodes == 1 {
        // Everybody is at home here.
        let all = std::mem::take(&mut samples.0);
        if !all.is_empty() {
            let target = Address::Node(at.node);
            link.send(&at, target, DistributedEvent::Samples(all))?;
        }
        return Ok(());
    }
    let mut parcels = vec![Vec::new(); usize::from(at.nodes)];
    for fragment in &samples.0 {
        let entity = known.entity(u64::from(fragment.channel));
        let Some(channel) = entity.and_then(|entity| channels.get(entity).ok()) else {
            continue;
        };
        let home = at.home_of(channel.scope.index());
        parcels[home.index()].push(fragment.clone());
        let observer = at.home_of(0);
        if channel.phi_unit.is_some() && observer != home {
            parcels[observer.index()].push(fragment.clone());
        }
    }
    for (node, parcel) in parcels.into_iter().enumerate() {
        if !parcel.is_empty() {
            let target = Address::Node(crate::base::NodeId(node as u16));
            link.send(&at, target, DistributedEvent::Samples(parcel))?;
        }
    }
    Ok(())
}

/// Sends commands, states, reports and alerts of the populations that live here.
pub fn publish_homes(
    at: Res<NodeContext>,
    mut link: ResMut<NodeLink>,
    synthesizer: Option<Res<SignalSynthesizer>>,
    mut alerts: ResMut<Alerts>,
    populations: Query<(&Population, &SystemState)>,
    (loops, terms): (
        Query<(&ControlLoop, &LatestSafe)>,
        Query<(&ControlLoop, &LoopTerms)>,
    ),
    demand: Res<Demand>,
    reports: Query<&LatestPhi>,
    mut devices: Query<&mut MountedActuator>,
) -> Result {
    let tick = at.clock.tick;
    let due = synthesizer.is_some_and(|s| s.is_due(tick));
    if due {
        let mut states: Vec<_> = populations.iter().collect();
        states.sort_by_key(|(population, _)| population.id);
        let states = states.into_iter();
        let states: Vec<_> = states.map(|(own, state)| (own.id, state.clone())).collect();
        if !states.is_empty() {
            let payload = DistributedEvent::SystemStates(states);
            link.send(&at, Address::Coordinator, payload)?;
        }
    }
    let mut passed: Vec<_> = loops.iter().filter_map(|(_, latest)| latest.0).collect();
    passed.retain(|command| command.tick() == tick);
    passed.sort_by_key(crate::safety::SafeCommand::control);
    if !passed.is_empty() {
        link.send(&at, Address::AllNodes, DistributedEvent::Commands(passed))?;
    }
    if demand.may_need(Need::Loop) {
        let fresh = terms.iter().filter(|(_, own)| own.is_of(tick));
        let mut fresh: Vec<_> = fresh.map(|(own, terms)| (own.index, *terms)).collect();
        fresh.sort_by_key(|(index, _)| *index);
        if !fresh.is_empty() {
            link.send(&at, Address::Coordinator, DistributedEvent::Terms(fresh))?;
        }
    }
    for latest in &reports {
        if latest.fresh || latest.refused {
            let payload = DistributedEvent::PhiReport(Box::new(latest.clone()));
            link.send(&at, Address::Coordinator, payload)?;
        }
    }
    if !alerts.0.is_empty() {
        let payload = DistributedEvent::SafetyAlerts(std::mem::take(&mut alerts.0));
        link.send(&at, Address::Coordinator, payload)?;
    }
    let mut actuated = Vec::new();
    for mut device in &mut devices {
        actuated.extend(device.take_records()?);
    }
    if !actuated.is_empty() {
        let payload = DistributedEvent::Actuated(actuated);
        link.send(&at, Address::Coordinator, payload)?;
    }
    Ok(())
}

/// Hashes the durable records of this World.
pub fn hash_records(world: &mut World) -> Result {
    let at = world.resource::<NodeContext>();
    let (completed, first) = (at.clock.tick + 1, at.node == at.home_of(0));
    let sum = Durables::hash(world, completed, first)?;
    *world.resource_mut::<RecordSum>() = sum;
    Ok(())
}

/// Tells the coordinator the record hashes, and what else it merges, of this node.
pub fn publish_report(
    at: Res<NodeContext>,
    mut link: ResMut<NodeLink>,
    plant: Res<Plant>,
    mut records: ResMut<PlantRecords>,
    mut writes: ResMut<ForeignWrites>,
    sum: Res<RecordSum>,
    devices: Query<&MountedDevice>,
    (demand, frames): (Res<Demand>, Query<(&Population, &SensorFrame)>),
    watched: Res<WatchedVertices>,
) -> Result {
    let mut sensors = Vec::new();
    if demand.needs(Need::Samples, at.clock.tick + 1) {
        let healths = frames.iter().filter_map(|(population, frame)| {
            let own = frame.health.summary(frame.taken_at)?;
            Some((population.id, own))
        });
        sensors.extend(healths);
        sensors.sort_by_key(|(scope, _)| *scope);
    }
    let report = NodeReport {
        vertices: records.vertices,
        record: records.record,
        deposits: records.deposits.take(),
        plants: std::mem::take(&mut records.populations),
        streams: std::mem::take(&mut records.streams),
        sensors,
        records: *sum,
        projections: std::mem::take(&mut records.projections),
        foreign_writes: std::mem::take(&mut writes.0),
        watched: watched.seen_of(&plant),
        row_entries: plant.dense.row_entries() as u64,
        devices: devices.iter().count() as u64,
        node: at.node,
    };
    link.send(&at, Address::Coordinator, DistributedEvent::Report(report))?;
    Ok(())
}

/// The vertices that the scene watches, ascending.
#[derive(Resource, Clone, Debug, Default)]
pub struct WatchedVertices(pub Vec<VertexId>);

impl WatchedVertices {
    fn seen_of(&self, plant: &Plant) -> Vec<(VertexId, [f64; 3])> {
        let here = self.0.iter().filter_map(|vertex| {
            let slot = plant.slot_of(*vertex)?;
            let [first, second] = plant.state(slot);
            Some((*vertex, [plant.observable(slot), first, second]))
        });
        here.collect()
    }
}

/// Lets a node send its samples, where a scene has channels.
pub fn set_up_samples(app: &mut App, channels: usize) {
    if channels > 0 {
        let publish = publish_samples.in_set(TickSystems::Publish);
        app.add_systems(After, publish.before(publish_homes));
    }
}

/// The border of a node.
pub struct NodePlugin;

impl Plugin for NodePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Inbox>()
            .init_resource::<WatchedVertices>()
            .init_resource::<PendingInputs>()
            .init_resource::<Metrics>()
            .init_resource::<Readings>()
            .init_resource::<Demand>()
            .init_resource::<RecordSum>()
            .durable(OfResource::<NodeLink, u64>::part(
                "node.sequence",
                Class::Transport,
                |own| own.sequence,
                |own, sequence| own.sequence = sequence,
            ))
            .durable(OfResource::<Inbox, Vec<Event>>::part(
                "node.inbox",
                Class::Transport,
                |own| own.0.clone(),
                |own, envelopes| own.0 = envelopes,
            ))
            .local::<Durables>()
            .local::<RecordSum>()
            .local::<NodeContext>()
            .local::<LiveParameters>()
            .local::<WatchedVertices>()
            .local::<PendingInputs>()
            .local::<super::handoff::DepartOrders>()
            .init_resource::<super::handoff::DepartOrders>()
            .add_systems(
                Before,
                (unpack.in_set(Unpack), apply_edits.in_set(ApplyEdits)),
            )
            .add_systems(
                After,
                (publish_homes, hash_records, publish_report)
                    .chain()
                    .in_set(TickSystems::Publish),
            )
            .add_systems(crate::tick::Depart, super::handoff::depart)
            .add_systems(crate::tick::Arrive, super::handoff::arrive);
    }
}
