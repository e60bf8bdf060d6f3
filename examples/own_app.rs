//! A scene inside an app of one's own, headless, with a system in every node World.
//!
//! `cargo run --example own_app`

use bevy::app::ScheduleRunnerPlugin;
use bevy::prelude::*;
use phantomos::graph::Vertex;
use phantomos::kernel::PhantomPlugins;
use phantomos::kernel::plugins::PhantomRun;
use phantomos::resonator::Phase;
use phantomos::scenario::load;
use phantomos::signal::metrics::COHERENCE;
use phantomos::tick::{After, NodeContext, TickSystems};

/// Runs in every node World: says what vertex 0 does, wherever it lives.
fn watch_vertex(app: &mut App) {
    app.add_systems(
        After,
        (|at: Res<NodeContext>, phases: Query<(&Vertex, &Phase)>| {
            for (vertex, phase) in &phases {
                if vertex.0.0 == 0 && at.clock.tick.is_multiple_of(200) {
                    println!("tick {}: θ = {:.3} on {}", at.clock.tick, phase.0, at.node);
                }
            }
        })
        .in_set(TickSystems::Publish)
        .ambiguous_with_all(),
    );
}

fn main() -> Result {
    let scene = load("scenes/hello.ron".as_ref(), &[])?;
    let mut app = App::new();
    app.add_plugins(MinimalPlugins.set(ScheduleRunnerPlugin::run_loop(std::time::Duration::ZERO)))
        .add_plugins(PhantomPlugins::new(scene).node_plugin(watch_vertex))
        .add_systems(
            Update,
            |run: Res<PhantomRun>, mut exit: MessageWriter<AppExit>| {
                let simulation = run.simulation();
                if simulation.clock().tick == 1000 {
                    let state = &simulation.aggregator().state;
                    let coherence = state.value(&COHERENCE).unwrap_or_default();
                    println!("coherence {coherence:.4}, digest {}", simulation.digest());
                    exit.write(AppExit::Success);
                }
            },
        );
    app.run();
    Ok(())
}
