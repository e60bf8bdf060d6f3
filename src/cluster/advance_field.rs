//! The field's part of the coordinator's tick.

use bevy::prelude::*;

use crate::base::ExactSum;
use crate::field::grid::DepositSum;
use crate::field::{FieldEngine, SynthesisLaw};
use crate::resonator::observe::PlantSums;
use crate::signal::metrics::COHERENCE;

use super::aggregator::Aggregator;
use super::collected::Collected;

/// The engine of the field, when the scene has one.
#[derive(Resource, Clone, Debug, Default)]
pub struct ClusterField(pub Option<FieldEngine>);

/// Moves the field on; amplitudes beyond `limit` are clamped, and told as (greatest, limit).
pub(super) fn advance_field(
    mut engine: ResMut<ClusterField>,
    aggregator: &mut ResMut<Aggregator>,
    collected: &Collected,
    limit: Option<f64>,
) -> Result<Option<(f64, f64)>> {
    let Some(engine) = &mut engine.0 else {
        return Ok(None);
    };
    let coherence = aggregator.state.value(&COHERENCE).unwrap_or_default();
    let within = || limit.is_none_or(|limit| aggregator.field.peak_amplitude() <= limit);
    if engine.is_made_of(coherence) && within() {
        return Ok(None);
    }
    // Written to only from here on, so that the hash of a field that stands still does, too.
    let aggregator = &mut **aggregator;
    if aggregator.field.grid.is_some() {
        let mut deposits: Option<DepositSum> = None;
        for part in collected.reports.iter().filter_map(|r| r.deposits.as_ref()) {
            match &mut deposits {
                None => deposits = Some(part.clone()),
                Some(sum) => sum.merge(part)?,
            }
        }
        let count = collected.reports.iter().map(|r| r.vertices).sum();
        engine.advance_grid(&mut aggregator.field, deposits.as_ref(), count)?;
    } else if engine.synthesis() == Some(SynthesisLaw::Coherence) {
        engine.synthesize(&mut aggregator.field, coherence);
    } else if engine.synthesis() == Some(SynthesisLaw::MeanPhase) {
        let mut all = PlantSums::default();
        let plants = collected.reports.iter().flat_map(|report| &report.plants);
        plants.for_each(|(_, sums)| all.merge(sums));
        let mean = all.shown.mean(all.count);
        engine.synthesize_mean_phase(&mut aggregator.field, mean);
    } else {
        let modes = aggregator.field.amplitudes.len();
        let mut sums = vec![ExactSum::default(); modes];
        for report in &collected.reports {
            for (sum, part) in sums.iter_mut().zip(&report.projections) {
                sum.merge(part);
            }
        }
        let vertices: u64 = collected.reports.iter().map(|r| r.vertices).sum();
        let scale = 2.0 / vertices.max(1) as f64;
        let sources: Vec<f64> = sums.iter().map(|sum| scale * sum.value()).collect();
        if engine.synthesis().is_some() {
            engine.synthesize_modal(&mut aggregator.field, &sources);
        } else {
            engine.advance(&mut aggregator.field, &sources);
        }
    }
    let peak = aggregator.field.amplitudes.iter();
    let peak = peak.fold(0.0, |peak: f64, q| peak.max(q.abs()));
    let excess = limit
        .filter(|limit| peak > *limit)
        .map(|limit| (peak, limit));
    if let Some((_, limit)) = excess {
        engine.forget_field();
        for q in &mut aggregator.field.amplitudes {
            *q = q.clamp(-limit, limit);
        }
    }
    Ok(excess)
}
