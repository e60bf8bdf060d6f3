//! Save, restore and the registry of everything that a World holds.

use std::collections::{BTreeMap, BTreeSet};

use bevy::prelude::*;
use phantomos::base::{Input, NodeId, PopulationId};
use phantomos::graph::{Row, Vertex};
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::registry::Class;
use phantomos::registry::durable::{Durables, RecordSum};
use phantomos::registry::facts::RARELY;
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
    let shipped = std::fs::read_dir(scene("hello").parent().unwrap()).unwrap();
    let paths = shipped.map(|entry| entry.unwrap().path());
    let names = paths.filter(|path| path.extension().is_some_and(|own| own == "ron"));
    let names: BTreeSet<String> = names
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(names.len() > 14, "{names:?}");
    // A million vertices would take minutes here; what a host reads is of the present.
    for name in names
        .iter()
        .filter(|name| !["million", "host"].contains(&name.as_str()))
    {
        let at = match name.as_str() {
            "hello" => 307,
            "replay" => 150,
            _ => 57,
        };
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

/// A World of a run by number; the coordinator's comes after those of the nodes.
fn world(simulation: &mut Simulation, number: u16) -> &mut World {
    match number < simulation.scene().cluster.nodes {
        true => simulation.node_world(NodeId(number)).unwrap(),
        false => simulation.coordinator_world(),
    }
}

#[test]
fn every_type_in_every_world_is_declared_by_its_room() {
    let mut unknown = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for name in ["hello", "replay", "host", "overload", "wave", "exact"] {
        let mut simulation = build(name, &[("cluster.nodes", "2")], Vec::new());
        run(&mut simulation, 3);
        for number in 0..3 {
            let world = world(&mut simulation, number);
            let durables = world.resource::<Durables>();
            for archetype in world.archetypes().iter().filter(|a| !a.is_empty()) {
                for component in archetype.components() {
                    let info = world.components().get_info(*component).unwrap();
                    let (name, id) = (info.name().to_string(), info.type_id().unwrap());
                    if name.starts_with("phantomos::") {
                        seen.insert(name.clone());
                        if !durables.knows(id) {
                            unknown.insert((number, name));
                        }
                    }
                }
            }
        }
    }
    assert!(unknown.is_empty(), "not declared: {unknown:#?}");
    assert!(seen.len() > 60, "{}", seen.len());
}

/// The sum of the hashes of a World's records when all are due.
fn hashes(world: &mut World) -> RecordSum {
    Durables::hash(world, RARELY, true).unwrap()
}

#[test]
fn one_bit_of_every_record_is_in_the_digest_unless_it_is_on_its_way() {
    let mut flipped = BTreeSet::new();
    for (name, ticks) in [
        ("hello", 60),
        ("exact", 60),
        ("host", 20),
        ("trip", 2_000),
        ("wave", 40),
        ("delayed", 40),
        ("lorentz", 40),
    ] {
        let mut simulation = build(name, &[("cluster.nodes", "2")], Vec::new());
        run(&mut simulation, ticks);
        for number in 0..3 {
            let world = world(&mut simulation, number);
            let classes: BTreeMap<&str, Class> =
                world.resource::<Durables>().list().into_iter().collect();
            let image = Durables::save(world, false).unwrap();
            let plain = hashes(world);
            for (k, (record, bytes)) in image.iter().enumerate() {
                for place in 0..bytes.len() {
                    let mut other = image.clone();
                    other[k].1[place] ^= 1;
                    // A bit may make another length or variant of it, which is no such record.
                    if Durables::restore(world, &other).is_err()
                        || Durables::save(world, false).unwrap() != other
                    {
                        continue;
                    }
                    let same = hashes(world) == plain;
                    let on_its_way = classes[record.as_str()] == Class::Transport;
                    assert_eq!(
                        same, on_its_way,
                        "{name}, World {number}, {record}, byte {place}"
                    );
                    flipped.insert(record.clone());
                    if place > 64 {
                        break;
                    }
                }
                Durables::restore(world, &image).unwrap();
            }
            assert_eq!(hashes(world), plain, "{name}, World {number}");
        }
    }
    assert!(flipped.len() > 25, "{flipped:?}");
}

#[test]
fn replicas_are_the_same_in_every_world() {
    for name in ["hello", "wave", "trip", "lorentz"] {
        let mut simulation = build(name, &[("cluster.nodes", "3")], Vec::new());
        for _ in 0..5 {
            run(&mut simulation, 41);
            let mut first: BTreeMap<String, Vec<u8>> = BTreeMap::new();
            for number in 0..4 {
                let world = world(&mut simulation, number);
                let classes: BTreeMap<&str, Class> =
                    world.resource::<Durables>().list().into_iter().collect();
                for (record, bytes) in Durables::save(world, false).unwrap() {
                    if classes[record.as_str()] == Class::Replica {
                        let known = first.entry(record.clone()).or_insert_with(|| bytes.clone());
                        assert_eq!(*known, bytes, "{name}, World {number}, {record}");
                    }
                }
            }
            assert!(first.len() > 8, "{:?}", first.keys());
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
