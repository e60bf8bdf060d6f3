//! Replica-exchange Monte Carlo over bipartitions (Kitazono, Kanai & Oizumi, Entropy 20, 2018): a
//! heuristic for measures that are not submodular.
//!
//! Replicas at different temperatures move one unit across the cut at a time and accept by the rule
//! of Metropolis; after every sweep neighbours in temperature may swap. Temperatures fall
//! geometrically from the spread of the value over the first random cuts; the coldest replica
//! starts at the best cut of one unit from the rest. Every draw is keyed, so a run repeats bit by
//! bit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::num;
use crate::base::random::KeyedRng;

use super::draws::{Draw, below, stream};
use super::error::GaussError;
use super::least::{Found, Least};
use super::measure::Evaluator;
use crate::phi::work::Budget;

/// How replicas are run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExchangeSettings {
    /// Replicas, at least 1.
    pub replicas: usize,
    /// Sweeps; each proposes as many moves per replica as there are units.
    pub sweeps: usize,
    /// Ratio of the lowest temperature to the highest.
    pub coldest: f64,
    /// Seed of all draws.
    pub seed: u64,
}

impl Default for ExchangeSettings {
    fn default() -> Self {
        Self {
            replicas: 6,
            sweeps: 100,
            coldest: 1e-3,
            seed: 0,
        }
    }
}

struct Replica {
    inside: Vec<bool>,
    score: f64,
    rng: KeyedRng,
}

/// Values that were computed, by side; a side counts once.
struct Known<'a> {
    evaluator: &'a Evaluator,
    scores: BTreeMap<Vec<bool>, f64>,
    least: Least,
}

impl Known<'_> {
    /// The score of a side; `None` when the budget ended.
    fn score(
        &mut self,
        inside: &[bool],
        budget: &mut Budget<'_>,
    ) -> Result<Option<f64>, GaussError> {
        // A side and its complement are the same cut: the one without unit 0 is kept.
        let flip = inside[0];
        let key: Vec<bool> = inside.iter().map(|own| *own != flip).collect();
        if let Some(score) = self.scores.get(&key) {
            return Ok(Some(*score));
        }
        let side: Vec<usize> = (0..key.len()).filter(|unit| key[*unit]).collect();
        let score = self.least.see(self.evaluator, &side, budget)?;
        if let Some(score) = score {
            self.scores.insert(key, score);
        }
        Ok(score)
    }
}

/// The cut with the least score that was visited; `None` when the budget ended before the first.
pub(crate) fn replica_exchange(
    evaluator: &Evaluator,
    normalized: bool,
    settings: &ExchangeSettings,
    budget: &mut Budget<'_>,
) -> Result<Option<Found>, GaussError> {
    let mut known = Known {
        evaluator,
        scores: BTreeMap::new(),
        least: Least::new(normalized),
    };
    run(&mut known, settings, budget)?;
    Ok(known.least.found)
}

/// Runs until the sweeps or the budget end.
fn run(
    known: &mut Known<'_>,
    settings: &ExchangeSettings,
    budget: &mut Budget<'_>,
) -> Result<(), GaussError> {
    let n = known.evaluator.len();
    let count = settings.replicas.max(1);
    let mut replicas = Vec::with_capacity(count);
    for k in 0..count {
        let mut rng = stream(settings.seed, Draw::Exchange, k as u64);
        let mut inside = random_side(n, &mut rng);
        if k + 1 == count {
            match best_single(known, budget)? {
                Some(single) => inside = single,
                None => return Ok(()),
            }
        }
        let Some(score) = known.score(&inside, budget)? else {
            return Ok(());
        };
        replicas.push(Replica { inside, score, rng });
    }
    let temperatures = ladder(&replicas, settings.coldest);
    let mut swaps = stream(settings.seed, Draw::Exchange, u64::MAX);
    for sweep in 0..settings.sweeps {
        for (replica, temperature) in replicas.iter_mut().zip(&temperatures) {
            // Proposals whose values are known already cost a look-up each.
            if !budget.spend((n * (200 + 2 * n)) as u64) {
                return Ok(());
            }
            for _ in 0..n {
                if !step(replica, *temperature, known, budget)? {
                    return Ok(());
                }
            }
        }
        for k in (sweep % 2..count.saturating_sub(1)).step_by(2) {
            let slope = 1.0 / temperatures[k + 1] - 1.0 / temperatures[k];
            let gain = slope * (replicas[k + 1].score - replicas[k].score);
            if gain >= 0.0 || swaps.uniform() < num::exp(gain) {
                let (a, b) = replicas.split_at_mut(k + 1);
                std::mem::swap(&mut a[k].inside, &mut b[0].inside);
                std::mem::swap(&mut a[k].score, &mut b[0].score);
            }
        }
    }
    Ok(())
}

/// The best cut that parts one unit from the rest; `None` when the budget ended.
fn best_single(
    known: &mut Known<'_>,
    budget: &mut Budget<'_>,
) -> Result<Option<Vec<bool>>, GaussError> {
    let n = known.evaluator.len();
    let mut best = (f64::INFINITY, vec![false; n]);
    for unit in 0..n {
        let mut inside = vec![false; n];
        inside[unit] = true;
        let Some(score) = known.score(&inside, budget)? else {
            return Ok(None);
        };
        if unit == 0 || score < best.0 {
            best = (score, inside);
        }
    }
    Ok(Some(best.1))
}

/// One proposal; false when the budget ended.
fn step(
    replica: &mut Replica,
    temperature: f64,
    known: &mut Known<'_>,
    budget: &mut Budget<'_>,
) -> Result<bool, GaussError> {
    let n = replica.inside.len();
    let unit = below(&mut replica.rng, n);
    replica.inside[unit] = !replica.inside[unit];
    let size = replica.inside.iter().filter(|own| **own).count();
    let mut accepted = false;
    if size > 0 && size < n {
        let Some(score) = known.score(&replica.inside, budget)? else {
            return Ok(false);
        };
        let fall = (replica.score - score) / temperature;
        accepted = fall >= 0.0 || replica.rng.uniform() < num::exp(fall);
        if accepted {
            replica.score = score;
        }
    }
    if !accepted {
        replica.inside[unit] = !replica.inside[unit];
    }
    Ok(true)
}

/// Every unit by a fair coin, but neither side empty.
fn random_side(n: usize, rng: &mut KeyedRng) -> Vec<bool> {
    let mut inside: Vec<bool> = (0..n).map(|_| rng.uniform() < 0.5).collect();
    let size = inside.iter().filter(|own| **own).count();
    if size == 0 || size == n {
        let unit = below(rng, n);
        inside[unit] = !inside[unit];
    }
    inside
}

/// Temperatures from the spread of the first scores down to `coldest` of it.
fn ladder(replicas: &[Replica], coldest: f64) -> Vec<f64> {
    let count = replicas.len() as f64;
    let mean = replicas.iter().map(|r| r.score).sum::<f64>() / count;
    let spread = replicas
        .iter()
        .map(|r| (r.score - mean) * (r.score - mean))
        .sum::<f64>();
    let hottest = (spread / count).sqrt().max(0.1 * mean.abs()).max(1e-9);
    let last = replicas.len().saturating_sub(1).max(1) as f64;
    let fall = num::ln(coldest.clamp(1e-12, 1.0));
    (0..replicas.len())
        .map(|k| hottest * num::exp(fall * k as f64 / last))
        .collect()
}
