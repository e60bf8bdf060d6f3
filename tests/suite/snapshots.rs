//! Save, restore and the registry of everything that a World holds.

use std::collections::BTreeSet;

use bevy::prelude::*;
use phantomos::base::{Input, NodeId, PopulationId};
use phantomos::graph::{Row, Vertex};
use phantomos::kernel::snapshot::REGISTRY;
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::resonator::{Kuramoto, MaskFactor, Phase, Population, VertexImage};
use phantomos::scenario::{Blueprint, load};

use crate::fixtures::scene;

fn build(name: &str, sets: &[(&str, &str)], plugins: Vec<fn(&mut App)>) -> Simulation {
    let sets: Vec<(String, String)> = sets
        .iter()
        .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
        .collect();
    let loaded = load(&scene(name), &sets).unwrap();
    let options = SimOptions {
        node_plugins: plugins,
        ..SimOptions::default()
    };
    Simulation::new(Blueprint::new(loaded).unwrap(), options).unwrap()
}

fn run(simulation: &mut Simulation, ticks: u64) {
    for _ in 0..ticks {
        simulation.step().unwrap();
    }
}

#[test]
fn a_hundred_ticks_after_a_restore_are_those_without() {
    for (name, at) in [
        ("hello", 307),
        ("replay", 150),
        ("trip", 90),
        ("overload", 35),
        ("delayed", 57),
        ("plastic", 41),
        ("van_der_pol", 33),
    ] {
        let mut plain = build(name, &[], Vec::new());
        run(&mut plain, at);
        let saved = plain.snapshot().unwrap();
        run(&mut plain, 100);
        let mut fresh = build(name, &[], Vec::new());
        fresh.restore(&saved).unwrap();
        assert_eq!(fresh.snapshot().unwrap(), saved, "{name}");
        run(&mut fresh, 100);
        assert_eq!(fresh.digest(), plain.digest(), "{name}");
        plain.restore(&saved).unwrap();
        run(&mut plain, 100);
        assert_eq!(fresh.digest(), plain.digest(), "{name} rewound");
    }
}

#[test]
fn snapshots_of_other_scenes_are_refused() {
    let saved = build("hello", &[], Vec::new()).snapshot().unwrap();
    assert!(build("trip", &[], Vec::new()).restore(&saved).is_err());
    assert!(
        build("hello", &[], Vec::new())
            .restore(&saved[..20])
            .is_err()
    );
}

#[test]
fn every_type_in_every_world_is_registered() {
    let known: BTreeSet<&str> = REGISTRY.iter().map(|(name, _)| *name).collect();
    let mut seen = BTreeSet::new();
    for name in ["hello", "replay", "host", "overload"] {
        let mut simulation = build(name, &[], Vec::new());
        run(&mut simulation, 3);
        for node in 0..4 {
            let world = simulation.node_world(NodeId(node)).unwrap();
            note_types(world, &mut seen);
        }
    }
    let missing: Vec<_> = seen
        .iter()
        .filter(|name| !known.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "not registered: {missing:?}");
    assert!(seen.len() > 40, "{}", seen.len());
}

/// The names of our own component and resource types that some entity of a World has.
fn note_types(world: &World, seen: &mut BTreeSet<String>) {
    for archetype in world.archetypes().iter().filter(|a| !a.is_empty()) {
        for component in archetype.components() {
            let info = world.components().get_info(*component).unwrap();
            let name = info.name().to_string();
            if name.starts_with("phantomos::") {
                seen.insert(name.rsplit("::").next().unwrap().to_owned());
            }
        }
    }
}

/// The digest one tick after `change` has been made to node 0's World at tick 20.
fn after(change: impl Fn(&mut World)) -> String {
    let mut simulation = build("hello", &[], Vec::new());
    run(&mut simulation, 20);
    change(simulation.node_world(NodeId(0)).unwrap());
    run(&mut simulation, 1);
    simulation.digest().to_string()
}

/// Every vertex of every node, ascending by id.
fn vertices(simulation: &mut Simulation) -> Vec<VertexImage> {
    let mut all = Vec::new();
    for node in 0..simulation.scene().cluster.nodes {
        let world = simulation.node_world(NodeId(node)).unwrap();
        let mut query = world.query_filtered::<EntityRef, With<Vertex>>();
        all.extend(query.iter(world).filter_map(VertexImage::of));
    }
    all.sort_by_key(|image| image.vertex);
    all
}

#[test]
fn migrated_vertices_keep_id_components_and_row() {
    let mut moving = build("overload", &[], Vec::new());
    let mut still = build("overload", &[("scheduler.policy", "Off")], Vec::new());
    run(&mut moving, 120);
    run(&mut still, 120);
    assert!(moving.placement() != still.placement());
    let (moved, kept) = (vertices(&mut moving), vertices(&mut still));
    assert_eq!(moved.len(), 300);
    assert_eq!(moved, kept);
    for (image, owner) in moved.iter().zip(moving.placement().to_vec()) {
        let world = moving.node_world(owner).unwrap();
        let mut query = world.query::<&Vertex>();
        assert!(query.iter(world).any(|vertex| vertex.0 == image.vertex));
    }
}

fn flip(value: &mut f64) {
    *value = f64::from_bits(value.to_bits() ^ 1);
}

#[test]
fn one_bit_of_a_durable_field_changes_the_digest() {
    let plain = after(|_| {});
    assert_eq!(plain, after(|_| {}));
    type Change = fn(&mut World);
    let changes: [(&str, Change); 6] = [
        ("phase", |world| {
            flip(
                &mut world
                    .query::<&mut Phase>()
                    .iter_mut(world)
                    .next()
                    .unwrap()
                    .0,
            );
        }),
        ("omega", |world| {
            flip(
                &mut world
                    .query::<&mut Kuramoto>()
                    .iter_mut(world)
                    .next()
                    .unwrap()
                    .omega,
            );
        }),
        ("alpha", |world| {
            flip(
                &mut world
                    .query::<&mut Kuramoto>()
                    .iter_mut(world)
                    .next()
                    .unwrap()
                    .alpha,
            );
        }),
        ("weight", |world| {
            let mut rows = world.query::<&mut Row>();
            let mut row = rows.iter_mut(world).next().unwrap();
            let mut weights: Vec<f64> = row.iter().map(|entry| entry.weight).collect();
            flip(&mut weights[0]);
            row.set_weights(weights.into_iter());
        }),
        ("mask", |world| {
            flip(
                &mut world
                    .query::<&mut MaskFactor>()
                    .iter_mut(world)
                    .next()
                    .unwrap()
                    .0,
            );
        }),
        ("drive", |world| {
            // The cluster's lives on this node; those of other populations are replicas here.
            let mut drives = world.query::<(&Population, &mut phantomos::field::Drive)>();
            let mut drives = drives.iter_mut(world);
            let own = drives.find(|(own, _)| own.id == PopulationId::CLUSTER);
            flip(&mut own.unwrap().1.force);
        }),
    ];
    for (name, change) in changes {
        assert_ne!(after(change), plain, "{name}");
    }
}

fn kick(app: &mut App) {
    use phantomos::tick::{Before, NodeContext, TickSystems};
    app.add_systems(
        Before,
        (|at: Res<NodeContext>, mut phases: Query<(&Vertex, &mut Phase)>| {
            for (vertex, mut phase) in &mut phases {
                if at.clock.tick == 12 && vertex.0.0 == 7 {
                    phase.0 += 1.0;
                }
            }
        })
        .in_set(TickSystems::Control)
        .before(phantomos::control::systems::control),
    );
}

#[test]
fn a_foreign_write_holds_from_the_next_tick_and_is_an_input() {
    let mut kicked = build("hello", &[], vec![kick]);
    run(&mut kicked, 40);
    let records = kicked.log().records().to_vec();
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0].tick, 13);
    assert!(matches!(records[0].input, Input::Write { vertex, .. } if vertex.0 == 7));
    let mut plain = build("hello", &[], Vec::new());
    run(&mut plain, 40);
    assert_ne!(plain.digest(), kicked.digest());
    let loaded = load(&scene("hello"), &[]).unwrap();
    let options = SimOptions {
        replay: Some(kicked.log().clone()),
        ..SimOptions::default()
    };
    let mut replayed = Simulation::new(Blueprint::new(loaded).unwrap(), options).unwrap();
    run(&mut replayed, 40);
    assert_eq!(replayed.digest(), kicked.digest());
}

#[test]
fn edits_act_at_their_tick_and_wrong_ones_are_refused() {
    let set = |value| Input::Set {
        path: "populations[0].coupling".to_owned(),
        value,
    };
    let mut edited = build("hello", &[], Vec::new());
    edited.push_input(30, set(2.0)).unwrap();
    let mut plain = build("hello", &[], Vec::new());
    run(&mut edited, 30);
    run(&mut plain, 30);
    assert_eq!(edited.digest(), plain.digest());
    run(&mut edited, 1);
    run(&mut plain, 1);
    assert_ne!(edited.digest(), plain.digest());
    assert!(edited.push_input(40, set(f64::NAN)).is_err());
    let nowhere = Input::Set {
        path: "clock.dt_s".to_owned(),
        value: 1.0,
    };
    assert!(edited.push_input(40, nowhere).is_err());
    // What was put in is part of what is saved.
    let saved = edited.snapshot().unwrap();
    let mut fresh = build("hello", &[], Vec::new());
    fresh.restore(&saved).unwrap();
    assert_eq!(fresh.log(), edited.log());
    run(&mut edited, 20);
    run(&mut fresh, 20);
    assert_eq!(fresh.digest(), edited.digest());
}
