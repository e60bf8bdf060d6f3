//! When a step is compared with its halves, and what acts on the populations then.

use bevy::prelude::*;

use crate::base::Input;
use crate::phi::picture::PlantSize;
use crate::record::step_watch::StepWatch;
use crate::resonator::components::FeltGain;
use crate::resonator::drive::{Driven, Forces};
use crate::resonator::rates::{Acts, Limits};
use crate::scenario::Blueprint;

/// What the comparisons of a run need.
pub(super) struct StepCheck {
    pub(super) limits: Limits,
    /// Ticks in which a comparison may be made once.
    pub(super) period: u64,
    populations: Option<QueryState<Driven<'static>>>,
}

/// Operations of a tick apart from the plant's stages, and of a comparison apart from its: some for
/// each, and some a vertex.
const TICK_WORK: [u64; 2] = [50_000, 60];
const COPY_WORK: [u64; 2] = [50_000, 150];

/// Ticks in which one comparison is a hundredth of the work.
fn period(size: PlantSize, substeps: u32) -> u64 {
    let stages = size.tick_stages / u64::from(substeps.max(1));
    let step = stages * (1500 + 15 * size.vertices + 2 * size.row_entries);
    let tick = TICK_WORK[0] + TICK_WORK[1] * size.vertices + u64::from(substeps) * step;
    let comparison = COPY_WORK[0] + COPY_WORK[1] * size.vertices + 3 * step;
    (100 * comparison).div_ceil(tick).max(1)
}

impl StepCheck {
    /// For the plant of a scene; `None` when it is not to be compared.
    pub(super) fn of(blueprint: &Blueprint) -> Option<Self> {
        let scene = blueprint.scene();
        let limits = Limits::of(scene.dynamics.integrator)?;
        let size = PlantSize {
            vertices: scene.vertices() as u64,
            row_entries: blueprint.edges as u64,
            tick_stages: u64::from(scene.dynamics.integrator.stages() * scene.clock.substeps),
            ..PlantSize::default()
        };
        scene.dynamics.step_check.then(|| Self {
            limits,
            period: period(size, scene.clock.substeps),
            populations: None,
        })
    }

    /// What acts on each population, by number.
    pub(super) fn acts(&mut self, world: &mut World) -> Vec<Acts> {
        let felt = world.resource::<FeltGain>().0;
        let is_forced = !world.resource::<Forces>().0.is_empty();
        let populations = self.populations.get_or_insert_with(|| world.query());
        let mut all = Vec::new();
        let mut shared = Default::default();
        for (own, parameters, drive, means) in populations.iter(world) {
            let index = own.id.index();
            if index == 0 {
                shared = *drive;
            }
            if all.len() <= index {
                all.resize(index + 1, Default::default());
            }
            let mean: f64 = means.strengths().map(|(_, own)| own.abs()).sum();
            all[index] = (*parameters, *drive, mean);
        }
        let acts = all.into_iter().map(|(parameters, drive, mean)| {
            let drive = shared.plus(&drive);
            Acts {
                coupling: parameters.coupling + drive.coupling,
                mean,
                damping: drive.damping,
                shift: drive.frequency_shift,
                force: drive.force_now(),
                is_pushed: is_forced || felt != 0.0 || drive.field_gain != 0.0,
            }
        });
        acts.collect()
    }

    /// Whether what acts makes rates that differ by half from those of the last comparison, and
    /// that are not far below all limits.
    pub(super) fn has_changed(&self, watch: &StepWatch, acts: &[Acts], dt_s: f64) -> bool {
        let least = 0.25 * self.limits.least() / dt_s;
        watch.standings.iter().zip(acts).any(|(own, now)| {
            let before = own.acts.live_rate(own.weight);
            let now = now.live_rate(own.weight);
            let grown = now > 1.5 * before && now > least;
            grown || own.told.is_some() && now < before / 1.5
        })
    }
}

/// Inputs that change states or edges at once.
pub(super) fn is_jolt(input: &Input) -> bool {
    matches!(
        input,
        Input::Edge { .. } | Input::Tune { .. } | Input::Kick { .. } | Input::Write { .. }
    )
}
