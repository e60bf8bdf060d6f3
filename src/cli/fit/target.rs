//! What a search is for: numbers, and a recording with the sensors that it is compared with.

use crate::cli::exit;
use crate::cli::file_args::tell_reading;
use crate::cli::run::fail;
use crate::cli::say::aside;
use crate::cli::sweep::base::Base;
use crate::files::recording::{Recording, RecordingQuestion, read as read_recording};
use crate::kernel::sensed::{SensedScope, sensed_scopes};
use crate::kernel::{Session, SimOptions};
use crate::study::features::{Features, SAMPLES_MIN};
use crate::study::goal::{Compare, Goal, RecordingGoal};

use super::{CompareArg, FitArgs, Target, invalid};

/// The recording that is a target, with its rate in Hz.
pub fn recording(args: &FitArgs) -> Result<Option<(Recording, f64)>, u8> {
    let mut files = args.target.iter().filter_map(|own| match own {
        Target::Recording(path) => Some(path),
        Target::Number(..) => None,
    });
    let Some(path) = files.next() else {
        return Ok(None);
    };
    if files.next().is_some() {
        return Err(invalid("two recordings, expected one"));
    }
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        aside!("error: {shown}: {error}; a number is written METRIC:STATISTIC=NUMBER");
        exit::IO
    })?;
    let question = RecordingQuestion {
        dialect: args.dialect.options(),
        array: args.dialect.array.as_deref(),
        columns: &args.channels,
        sample_rate_hz: args.fs,
        ..RecordingQuestion::default()
    };
    let own = read_recording(&shown, bytes, &question);
    let own = own.map_err(|faults| invalid(&format!("{shown}: {faults}")))?;
    tell_reading(path, &own.summary(), &own.notes);
    let Some(rate) = own.sample_rate_hz else {
        let told = "does not say how many samples it has a second, expected --fs";
        return Err(invalid(&format!("{shown} {told}")));
    };
    Ok(Some((own, rate)))
}

/// What the search is for, once every name in it is known.
pub fn goal(args: &FitArgs, base: &Base, recording: Option<(Recording, f64)>) -> Result<Goal, u8> {
    let numbers = args.target.iter().filter_map(|own| match own {
        Target::Number(column, value) => Some((column.clone(), *value)),
        Target::Recording(_) => None,
    });
    let mut goal = Goal {
        numbers: numbers.collect(),
        recording: None,
        from_s: args.from,
    };
    let Some((own, rate)) = recording else {
        return Ok(goal);
    };
    let session = Session::open(base.loaded.clone(), SimOptions::default());
    let mut session = session.map_err(|error| fail(&error))?;
    let scope = scope(args, sensed_scopes(&mut session.simulation))?;
    let places = places(&own, &scope)?;
    let count = own.channels.len();
    let tick_s = session.simulation.clock().tick_s();
    let by = args.compare.iter().map(|by| match by {
        CompareArg::Rates => Compare::Rates,
        CompareArg::Locking => Compare::Locking,
        CompareArg::Trace => Compare::Trace,
    });
    let by: Vec<Compare> = by.collect();
    if by.contains(&Compare::Trace) && (rate * tick_s - 1.0).abs() > 1e-9 {
        let ticks = 1.0 / tick_s;
        return Err(invalid(&format!(
            "--compare trace: the recording has {rate} samples a second and the scene {ticks} \
             ticks, expected the same"
        )));
    }
    let skipped = ((args.from * rate).round() as usize).min(own.len);
    let channels: Vec<Vec<f64>> = (0..count)
        .map(|channel| {
            let mut samples = vec![0.0; own.len - skipped];
            own.samples(channel, skipped, &mut samples);
            samples
        })
        .collect();
    let features = Features::of(&channels, rate).ok_or_else(|| {
        invalid(&format!(
            "the recording has {} samples of each channel from {} s on; expected {SAMPLES_MIN} or \
             more without a gap, and channels that move",
            own.len - skipped,
            args.from
        ))
    })?;
    let scope = scope.name;
    goal.recording = Some(RecordingGoal {
        scope,
        places,
        channels,
        features,
        by,
    });
    Ok(goal)
}

/// The scope whose sensors are compared.
fn scope(args: &FitArgs, mut scopes: Vec<SensedScope>) -> Result<SensedScope, u8> {
    let names: Vec<&str> = scopes.iter().map(|own| own.name.as_str()).collect();
    let list = names.join(", ");
    let place = match (&args.scope, &scopes[..]) {
        (Some(name), _) => scopes.iter().position(|own| own.name == *name),
        (None, [_]) => Some(0),
        (None, []) => {
            return Err(invalid(
                "the scene has no sensors that a recording could resemble",
            ));
        }
        (None, _) => {
            let told = format!("sensors look at {list}, expected --scope with one of them");
            return Err(invalid(&told));
        }
    };
    let told = || format!("--scope: no sensors look at it, expected one of {list}");
    let place = place.ok_or_else(|| invalid(&told()))?;
    Ok(scopes.swap_remove(place))
}

/// For each channel of the recording, its place among those of the scope: by their names, else in
/// their order where there are equally many.
fn places(own: &Recording, scope: &SensedScope) -> Result<Vec<usize>, u8> {
    let there: Vec<&str> = own.channels.iter().map(|own| own.name.as_str()).collect();
    let find = |name: &&str| scope.channels.iter().position(|own| own == name);
    let named: Option<Vec<usize>> = there.iter().map(find).collect();
    if let Some(places) = named {
        return Ok(places);
    }
    if there.len() == scope.channels.len() {
        let (first, second) = (there[0], &scope.channels[0]);
        aside!("note: the channels are taken in their order: {first} is {second}, …");
        return Ok((0..there.len()).collect());
    }
    let known: Vec<&str> = scope.channels.iter().map(String::as_str).collect();
    Err(invalid(&format!(
        "the recording has {} channels ({}), the sensors of {} have {} ({}); expected the same \
         names or numbers, --channels chooses some",
        there.len(),
        few(&there),
        scope.name,
        known.len(),
        few(&known)
    )))
}

fn few(names: &[&str]) -> String {
    match names.len() {
        0..=4 => names.join(", "),
        _ => format!("{}, …, {}", names[..3].join(", "), names[names.len() - 1]),
    }
}
