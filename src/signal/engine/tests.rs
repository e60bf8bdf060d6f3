use super::*;
use crate::base::num;
use crate::base::random::{KeyedRng, Purpose};
use crate::signal::metrics::{self, COHERENCE, ENTROPY, PEAK, RESONANCE};

fn engine(window: usize, segment: usize) -> SignalEngine {
    let settings = SignalSettings::new(window, segment, 100.0);
    let all = metrics::list().into_iter();
    let wanted = all.map(|own| (own.about.id.clone(), own)).collect();
    SignalEngine::new(settings, wanted).unwrap()
}

fn analyze(engine: &mut SignalEngine, channels: &[Vec<f64>]) -> SystemState {
    let channels: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
    engine.analyze_channels(&channels)
}

fn tone(samples: usize, hz: f64, phase: f64) -> Vec<f64> {
    (0..samples)
        .map(|k| num::sin(num::TAU * hz * k as f64 / 100.0 + phase))
        .collect()
}

fn noise(channels: usize, frame: u64) -> Vec<f64> {
    let draw = |c| KeyedRng::new(5, Purpose::Sensor, c as u64, frame).normal();
    (0..channels).map(draw).collect()
}

fn texts(state: &SystemState) -> Vec<String> {
    state.flags.iter().map(ToString::to_string).collect()
}

#[test]
fn an_engine_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<SignalEngine>();
}

#[test]
fn numbers_come_with_the_first_segment_and_not_before() {
    let mut engine = engine(64, 32);
    let mut stream = SignalStream::new(2, 64);
    let mut state = SystemState::default();
    for (k, x) in tone(70, 12.5, 0.0).into_iter().enumerate() {
        engine.analyze(&mut stream, 1, &mut state);
        assert_eq!(state.valid, k >= 32, "{k}");
        if k < 32 {
            assert_eq!(texts(&state), ["warming_up"]);
            assert_eq!(state.outcome(&ENTROPY), Some(Err(Reason::TooShort)));
        } else {
            let expected: &[&str] = if k < 48 { &["msc_undefined"] } else { &[] };
            assert_eq!(texts(&state), expected, "{k}");
            assert!((state.value(&PEAK).unwrap() - 12.5).abs() < 0.1);
            assert!((state.value(&COHERENCE).unwrap() - 1.0).abs() < 1e-14);
        }
        stream.push(&[x, x]).unwrap();
    }
}

/// A window that has moved on, one that is resumed from its samples alone, and one that is seen
/// for the first time give the same bits, whatever was broken in between.
#[test]
fn a_stream_gives_the_bits_of_its_window_alone() {
    for (window, segment, hop) in [(64, 32, 4), (100, 30, 7), (128, 64, 64), (90, 45, 1)] {
        let mut engine = engine(window, segment);
        let mut stream = SignalStream::new(5, window);
        let mut state = SystemState::default();
        for frame in 0..2000u64 {
            let mut row = noise(5, frame);
            row[1] += 3.0 * num::sin(0.3 * frame as f64);
            match frame {
                300..310 | 900 => row[2] = f64::NAN,
                500 => row[0] = f64::INFINITY,
                1000..1300 => row[3] = 0.25,
                1500..1600 => row.iter_mut().for_each(|x| *x *= 1e200),
                1600..1700 => row.iter_mut().for_each(|x| *x *= 1e-200),
                _ => {}
            }
            stream.push(&row).unwrap();
            if frame % hop != 0 {
                continue;
            }
            engine.analyze(&mut stream, hop as usize, &mut state);
            let mut fresh = SystemState::default();
            let mut resumed = SignalStream::of(stream.window().clone());
            engine.analyze(&mut resumed, hop as usize, &mut fresh);
            assert_eq!(fresh, state, "window {window}, hop {hop}, frame {frame}");
            if frame % 300 == 0 {
                stream = resumed;
            }
        }
    }
}

#[test]
fn scale_changes_no_number() {
    for n in [512usize, 511] {
        let series = |c: i32| tone(n, 7.3 + 0.1 * f64::from(c), f64::from(c));
        let channels: Vec<Vec<f64>> = (0..3).map(series).collect();
        let mut engine = engine(n, 127);
        // The first two depend on the unit, the third on the logarithm of the scale by rounding.
        let of_scale = ["band_power", "gaussian_entropy_nats", "log_decrement"];
        let compared = |state: &SystemState| {
            let mut values = state.values.clone();
            values.retain(|(id, _)| !of_scale.contains(&id.as_str()));
            values
        };
        let plain = analyze(&mut engine, &channels);
        // Powers of two keep every digit of the channels, so nothing may differ at all.
        for exponent in [-900, -1, 900] {
            let factor = num::pow(2.0, f64::from(exponent));
            let scale = |own: &Vec<f64>| own.iter().map(|x| x * factor).collect();
            let scaled: Vec<Vec<f64>> = channels.iter().map(scale).collect();
            assert_eq!(compared(&analyze(&mut engine, &scaled)), compared(&plain));
        }
    }
}

#[test]
fn silence_is_a_value_that_nobody_acts_on() {
    let mut engine = engine(64, 32);
    for (channels, flag, reason) in [
        (vec![vec![0.0; 64]; 2], "no_power", Reason::Constant),
        (vec![vec![0.1; 64]; 1], "no_power", Reason::Constant),
        (
            vec![vec![f64::NAN; 64]; 2],
            "no_valid_channel",
            Reason::NonFinite,
        ),
        (
            vec![vec![f64::NAN; 64], vec![2.0; 64]],
            "no_valid_channel",
            Reason::NonFinite,
        ),
    ] {
        let state = analyze(&mut engine, &channels);
        assert_eq!(texts(&state), [flag]);
        assert!(state.valid && !state.is_measured());
        assert_eq!(state.value(&ENTROPY), Some(0.0));
        assert_eq!(state.value(&COHERENCE), Some(0.0));
        assert_eq!(state.outcome(&PEAK), Some(Err(reason)));
    }
}

#[test]
fn a_spread_of_rounding_is_no_power() {
    for (spread, flags) in [(1e-13, &["no_power"][..]), (1e-11, &["single_channel"])] {
        let series = (0..64).map(|k| 1.0 + spread * f64::from(k % 2)).collect();
        let state = analyze(&mut engine(64, 32), &[series]);
        assert_eq!(texts(&state), flags, "{spread}");
    }
}

#[test]
fn a_change_outside_all_segments_spoils_nothing() {
    // 200 samples hold segments up to sample 191; the third channel varies behind that only.
    let mut late = vec![0.0; 200];
    late[199] = 1.0;
    let channels = [tone(200, 12.5, 0.0), tone(200, 12.5, 0.0), late];
    let state = analyze(&mut engine(200, 32), &channels);
    assert!(state.flags.is_empty());
    assert!(
        (state.value(&PEAK).unwrap() - 12.5).abs() < 0.1,
        "{state:?}"
    );
    assert!(state.value(&RESONANCE).unwrap() > 1.0, "{state:?}");
}

#[test]
fn a_metric_that_nobody_wants_costs_no_stage() {
    let settings = SignalSettings::new(64, 32, 100.0);
    let wanted = metrics::find(&ENTROPY).unwrap();
    let engine = SignalEngine::new(settings, vec![(ENTROPY, wanted)]).unwrap();
    for stage in [Stage::Phases, Stage::Phasors, Stage::Shared, Stage::Causal] {
        assert!(!engine.stages.has(stage), "{stage:?}");
    }
    assert!(engine.stages.has(Stage::Spectra));
}
