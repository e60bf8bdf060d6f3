//! From a window of samples or a picture of the plant to a report.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::base::VertexId;

use super::binarise::{KRICHEVSKY_TROFIMOV as PRIOR, counted_tpm, counting_work};
use super::covariance::WindowError;
use super::error::PhiError;
use super::gauss::lyapunov::flow_work;
use super::gauss::{GaussError, Measure};
use super::iit4::{self, Network, Tpm};
use super::lesion::without_edges;
use super::linearise::{LEAK, VARIABLES_MAX, linearised_within};
use super::measure_gauss::{finish, gaussian, method, minimum_settings, unaffordable};
use super::measure_iit4::report as iit4_report;
use super::measure_window::window;
use super::perturb::{Perturbation, perturbed_within, perturbed_work};
use super::picture::{PlantPicture, PlantSize, layout_work};
use super::report::{PhiBound, PhiReport};
use super::settings::PhiSource;
use super::spec::{MAX_UNITS, PhiSpec};
use super::work::{Budget, OPERATIONS, Stop};

/// What is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PhiInput {
    /// One series of samples for each unit.
    Window(Vec<Vec<f64>>),
    /// The plant, and the vertices of each unit.
    Plant(Box<PlantPicture>, Vec<Vec<VertexId>>),
    /// The picture comes later in this tick.
    Awaited,
    /// A plant that is refused for its size and number of units alone, so that no picture was
    /// taken.
    Beyond(PlantSize, usize),
}

/// Measures what is given, until `stop` says so.
///
/// # Errors
/// When there are too many units, samples are unusable, a system cannot be measured, it takes more
/// work than the settings allow before there is a value, or `stop` said so.
pub fn measure(
    input: &PhiInput,
    settings: &PhiSpec,
    stop: Stop<'_>,
) -> Result<PhiReport, PhiError> {
    let asked = || stop();
    let mut budget = Budget::new(settings.budget).with_stop(&asked);
    let found = measured(input, settings, (&mut budget, stop));
    if budget.stopped() || stop() {
        return Err(PhiError::Stopped);
    }
    found
}

/// What a measurement may work, and who ends it.
type Limits<'a, 'b> = (&'a mut Budget<'b>, Stop<'a>);

fn measured(
    input: &PhiInput,
    settings: &PhiSpec,
    limits: Limits<'_, '_>,
) -> Result<PhiReport, PhiError> {
    let found = match input {
        PhiInput::Window(samples) => samples.len(),
        PhiInput::Plant(_, units) => units.len(),
        PhiInput::Awaited => return Err(PhiError::Unfit("there is no picture of the plant")),
        PhiInput::Beyond(size, units) => {
            let refused = refused_by_size(settings, *size, *units, 1);
            return Err(refused.unwrap_or(PhiError::Unfit("the plant is too large")));
        }
    };
    if found > MAX_UNITS {
        return Err(PhiError::TooMany {
            found,
            limit: MAX_UNITS,
        });
    }
    match (input, settings.measure.gaussian()) {
        (PhiInput::Window(samples), Some(kind)) => window(samples, kind, settings, limits.0),
        (PhiInput::Window(samples), None) => counted(samples, settings, limits),
        (PhiInput::Plant(picture, units), Some(kind)) => {
            model(picture, units, kind, settings, limits.0)
        }
        (PhiInput::Plant(picture, units), None) => perturbed(picture, units, settings, limits),
        (PhiInput::Awaited | PhiInput::Beyond(..), _) => {
            Err(PhiError::Unfit("there is no picture of the plant"))
        }
    }
}

/// Why a plant of such a size cannot be measured, whatever its state: it has too many variables, or
/// the least work of its measurement is more than is allowed. `repetitions` is the least number of
/// runs from each state.
#[must_use]
pub fn refused_by_size(
    settings: &PhiSpec,
    size: PlantSize,
    units: usize,
    repetitions: u32,
) -> Option<PhiError> {
    let allowed = settings.budget;
    let refuse = |what, operations: u64, advice| {
        let needed = operations.div_ceil(OPERATIONS);
        (needed > allowed).then_some(PhiError::TooMuchWork {
            what,
            needed,
            allowed,
            advice,
        })
    };
    match settings.source {
        PhiSource::Window => None,
        PhiSource::Linearised => {
            let found = usize::try_from(size.variables).unwrap_or(usize::MAX);
            if found > VARIABLES_MAX {
                return Some(PhiError::TooLarge { found });
            }
            refuse(
                "the covariance of the linearised plant",
                flow_work(found),
                "raise it, or take a plant of fewer vertices",
            )
        }
        PhiSource::Perturbed => refuse(
            "running the plant on from every state of the units",
            perturbed_work(size, units, settings.lag_ticks, repetitions),
            "raise it, or lower phi.repetitions, phi.lag_ticks or the number of units",
        ),
    }
}

fn model(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    kind: Measure,
    settings: &PhiSpec,
    budget: &mut Budget<'_>,
) -> Result<PhiReport, PhiError> {
    if let Some(refused) = refused_by_size(settings, picture.size(), units.len(), 1) {
        return Err(refused);
    }
    if !picture.is_noisy() {
        return Err(PhiError::Noiseless);
    }
    let source = "linearised dynamics at the present state";
    if units.len() < 2 {
        let flags = vec!["fewer_than_two_units".to_owned()];
        return Ok(PhiReport::zero(
            settings.measure,
            method(kind, None, source),
            flags,
        ));
    }
    budget.spend(layout_work(picture.size()));
    let system = match linearised_within(picture, units, (settings.lag_ticks, LEAK), budget) {
        Err(GaussError::Ended { .. }) => {
            let advice = "raise it, or take a plant of fewer vertices";
            let what = "the covariance of the linearised plant";
            return Err(unaffordable(what, budget, advice));
        }
        found => found?,
    };
    let mut report = gaussian(&system, kind, settings, (source, Vec::new()), budget)?;
    if settings.lesions {
        let search = minimum_settings(kind, settings, system.len());
        let lag = settings.lag_ticks;
        report.edge_lesions = without_edges(picture, units, lag, &search, budget);
        finish(&mut report, budget);
    }
    Ok(report)
}

fn counted(
    samples: &[Vec<f64>],
    settings: &PhiSpec,
    (budget, stop): Limits<'_, '_>,
) -> Result<PhiReport, PhiError> {
    if !budget.spend(counting_work(
        samples.len(),
        samples.first().map_or(0, Vec::len),
    )) {
        let advice = "raise it, or shorten phi.window";
        return Err(unaffordable(
            "counting transitions of the window",
            budget,
            advice,
        ));
    }
    let lag = usize::try_from(settings.lag_ticks).unwrap_or(usize::MAX);
    for (unit, series) in samples.iter().enumerate() {
        if series.iter().any(|x| !x.is_finite()) {
            return Err(WindowError::NonFinite { unit }.into());
        }
        let on = series.iter().filter(|x| **x >= settings.threshold).count();
        if on == 0 || on == series.len() {
            return Err(PhiError::Constant {
                unit,
                state: if on == 0 { "off" } else { "on" },
                threshold: settings.threshold,
            });
        }
    }
    let counted = counted_tpm(samples, settings.threshold, lag, PRIOR).ok_or(PhiError::Unfit(
        "the window is no longer than phi.lag_ticks, or there are more than 20 units",
    ))?;
    let states = counted.visits.len();
    let source = format!(
        "transitions of {} samples over {lag}",
        samples.first().map_or(0, Vec::len)
    );
    let flags = vec![format!(
        "states_seen:{} of {states}, probabilities ±{:.2}",
        counted.seen(),
        counted.half_width()
    )];
    let network = network(&counted.rows, counted.state)?;
    let mut report = iit4_report(&network, settings, (&source, flags), (budget, stop))?;
    if report.bound == PhiBound::Exact {
        report.bound = PhiBound::Estimate;
    }
    Ok(report)
}

fn perturbed(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    settings: &PhiSpec,
    (budget, stop): Limits<'_, '_>,
) -> Result<PhiReport, PhiError> {
    let noisy = picture.is_noisy();
    let repetitions = if noisy { settings.repetitions } else { 1 };
    let size = picture.size();
    if let Some(refused) = refused_by_size(settings, size, units.len(), repetitions) {
        return Err(refused);
    }
    let how = Perturbation {
        threshold: settings.threshold,
        lag_ticks: settings.lag_ticks,
        repetitions: settings.repetitions,
    };
    budget.spend(layout_work(size));
    let found = perturbed_within(picture, units, &how, budget);
    if budget.ended() {
        let what = "running the plant on from every state of the units";
        let advice = "raise it, or lower phi.repetitions, phi.lag_ticks or the number of units";
        return Err(unaffordable(what, budget, advice));
    }
    let (rows, state) = found.map_err(PhiError::Plant)?;
    let source = format!(
        "model perturbed into every state, over {} ticks",
        how.lag_ticks
    );
    let flags = if noisy {
        let width = 0.98 / f64::from(how.repetitions.max(1)).sqrt();
        let text = format!(
            "{} runs a state, probabilities ±{width:.2}",
            how.repetitions
        );
        vec![text]
    } else {
        Vec::new()
    };
    budget.spend(100 * rows.len() as u64);
    let network = network(&rows, state)?;
    let mut report = iit4_report(&network, settings, (&source, flags), (budget, stop))?;
    if noisy && report.bound == PhiBound::Exact {
        report.bound = PhiBound::Estimate;
    }
    Ok(report)
}

fn network(rows: &[Vec<f64>], state: u32) -> Result<Network, PhiError> {
    let n = rows.first().map_or(0, Vec::len);
    let tpm = Tpm::from_rows(rows)?;
    let states: Vec<u8> = (0..n).map(|unit| (state >> unit & 1) as u8).collect();
    let none: Option<&[Vec<u8>]> = None;
    Ok(Network::new(tpm, none, &states, iit4::Limits::default())?)
}

/// A symmetric matrix as rows, for messages and files.
#[must_use]
pub fn rows_of(matrix: &DMatrix<f64>) -> Vec<Vec<f64>> {
    (0..matrix.nrows())
        .map(|i| (0..matrix.ncols()).map(|k| matrix[(i, k)]).collect())
        .collect()
}
