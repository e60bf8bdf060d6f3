//! Sensors of a scene → devices and channels.

use crate::files::columns::choose;
use crate::files::table::{TableQuestion, read as read_table};
use crate::registry::part::{Opening, guarded};
use crate::sensors::csv_replay::CsvReplay;
use crate::sensors::device::SensorDevice;
use crate::sensors::host::Host;
use crate::sensors::spec::CsvSpec;
use crate::sensors::synthetic::Synthetic;
use crate::sensors::{Channel, DeviceSpec};

use super::inputs::Inputs;
use super::load::LoadedScene;
use super::report::SceneError;
use super::trouble::trouble;

/// The most columns of a device of a user.
const COLUMNS_MAX: usize = 4096;

/// Opens the device of a sensor that the simulation owns; none for others.
///
/// # Errors
/// When a file cannot be read, or a device of a user refuses its parameters.
pub fn open_owned(
    loaded: &LoadedScene,
    sensor: usize,
    inputs: &mut Inputs,
) -> Result<Option<Box<dyn SensorDevice>>, SceneError> {
    let spec = &loaded.scene.sensors[sensor];
    match &spec.device {
        DeviceSpec::Probe { .. } | DeviceSpec::Mean { .. } | DeviceSpec::Host { .. } => Ok(None),
        DeviceSpec::Synthetic {
            channels,
            frequency_hz,
            amplitude,
            phase_step,
            noise,
        } => Ok(Some(Box::new(Synthetic {
            channels: *channels,
            frequency_hz: *frequency_hz,
            amplitude: *amplitude,
            phase_step: *phase_step,
            noise: *noise,
            seed: loaded.scene.seed,
            sensor: sensor as u32,
        }))),
        DeviceSpec::Csv(recording) => {
            let device = open_recording(loaded, recording, inputs);
            let place = format!("sensors[{sensor}].device.path");
            let device = device.map_err(|message| trouble(loaded, &place, &message))?;
            Ok(Some(Box::new(device)))
        }
        DeviceSpec::Custom(own) => {
            let clock = &loaded.scene.clock;
            let tick_s = clock.dt_s * f64::from(clock.substeps);
            let read = |path: &str| loaded.files.read(path);
            let opening = Opening::new(loaded.scene.seed, sensor as u32, tick_s).with_files(&read);
            let device = loaded.parts.sensors.open(own, opening);
            let place = format!("sensors[{sensor}].device");
            let device = device.map_err(|message| trouble(loaded, &place, &message))?;
            let who = format!("sensor {:?}", own.name);
            let columns = guarded(&who, || device.columns().len());
            let columns = columns.map_err(|error| trouble(loaded, &place, &error.to_string()))?;
            if !(1..=COLUMNS_MAX).contains(&columns) {
                let message = format!("{who} has {columns} columns, expected 1 … {COLUMNS_MAX}");
                return Err(trouble(loaded, &place, &message));
            }
            Ok(Some(device))
        }
    }
}

fn open_recording(
    loaded: &LoadedScene,
    recording: &CsvSpec,
    inputs: &mut Inputs,
) -> Result<CsvReplay, String> {
    let (file, bytes) = loaded.files.read(&recording.path)?;
    let claim = inputs.claim(&recording.path, &bytes);
    let asked = TableQuestion {
        dialect: recording.dialect.clone(),
        array: recording.array.as_deref(),
        columns: &recording.columns,
        ..TableQuestion::default()
    };
    let read = read_table(&file, bytes, &asked);
    let chosen = read.and_then(|read| choose(read, &recording.columns));
    let chosen = chosen.map_err(|faults| format!("{file}: {faults}"))?;
    let mut notes = chosen.told();
    if chosen.file.missing.1 > 0 {
        let count = chosen.file.missing.1;
        notes.push(format!(
            "{count} cells have no number: no sample there, and a flag"
        ));
    }
    let clock = &loaded.scene.clock;
    let row_s = clock.dt_s * f64::from(clock.substeps) * recording.period_ticks as f64;
    if let Some(step) = chosen.step
        && (step - row_s).abs() > 0.02 * row_s
    {
        notes.push(format!(
            "its times rise by {step:.6} from row to row, and a row is played every {row_s} s"
        ));
    }
    inputs.add(claim, &chosen.summary(), &notes);
    Ok(CsvReplay::new(
        chosen.file,
        recording.period_ticks,
        recording.at_end,
    ))
}

/// The channels of all sensors.
///
/// # Errors
/// As [`open_owned`].
pub fn open_channels(
    loaded: &LoadedScene,
    inputs: &mut Inputs,
) -> Result<Vec<Channel>, SceneError> {
    let ranges = loaded.scene.ranges();
    let mut channels: Vec<Channel> = Vec::new();
    for (sensor, spec) in loaded.scene.sensors.iter().enumerate() {
        let columns = match (&spec.device, open_owned(loaded, sensor, inputs)?) {
            (_, Some(device)) => device.columns(),
            (DeviceSpec::Host { readings, .. }, None) => Host::open(readings).columns(),
            _ => Vec::new(),
        };
        let first = channels.len() as u32;
        channels.extend(spec.channels(first, sensor as u32, &columns, &ranges));
    }
    Ok(channels)
}
