//! What was found: as a table, as JSON, as CSV over time.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::cli::say::say;
use crate::registry::metric::MetricId;
use crate::signal::metrics::SignalMetric;
use crate::signal::state::{Outcome, Reason, SignalFlag, SystemState};

use super::read::Asked;

/// The names of a headline, and the metrics that they are.
pub const HEADLINE: [(&str, &str); 9] = [
    ("entropy_nats", "entropy_nats"),
    ("entropy_norm", "entropy_normalized"),
    ("coherence", "coherence"),
    ("peak_hz_interp", "peak_hz"),
    ("snr", "peak_snr"),
    ("crest", "crest"),
    ("msc_mean", "msc"),
    ("msc_debiased", "msc_debiased"),
    ("resonance", "resonance"),
];

/// A window and what it gave.
pub struct OfWindow {
    /// Its first sample.
    pub start: usize,
    /// The bin of the spectral peak.
    pub bin: Option<usize>,
    /// Its metrics.
    pub state: SystemState,
}

/// All windows.
pub struct Found {
    /// The metrics that were asked for, in order.
    pub names: Vec<MetricId>,
    /// All that were computed.
    pub told: Vec<(MetricId, SignalMetric)>,
    /// The windows, in order.
    pub windows: Vec<OfWindow>,
    /// Of the last window with a value: what chance gives of a metric, and what it exceeds in 5 %
    /// of windows; where that is known.
    pub chance: Vec<(MetricId, [Option<f64>; 2])>,
    /// Remarks on the windows and channels.
    pub remarks: Vec<String>,
}

/// A metric over all windows.
pub struct Summary {
    /// Mean over the windows with a value, or why there is none in any.
    pub mean: Outcome,
    /// Standard deviation over them.
    pub sd: f64,
    /// Least and greatest.
    pub range: [f64; 2],
    /// Share of windows with a value.
    pub share: f64,
}

impl Found {
    /// Nothing yet.
    pub fn new(names: Vec<MetricId>, told: Vec<(MetricId, SignalMetric)>) -> Self {
        Self {
            names,
            told,
            windows: Vec::new(),
            chance: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Says which channels were left out of how many windows, and why.
    pub fn remark(&mut self, asked: &Asked) {
        let channels = &asked.recording.channels;
        let mut lost = vec![(0usize, 0usize); channels.len()];
        for own in &self.windows {
            for flag in &own.state.flags {
                match flag {
                    SignalFlag::ChannelNonFinite(c) => lost[*c as usize].0 += 1,
                    SignalFlag::ChannelNoPower(c) => lost[*c as usize].1 += 1,
                    SignalFlag::NoPower => lost.iter_mut().for_each(|own| own.1 += 1),
                    SignalFlag::NoValidChannel => lost.iter_mut().for_each(|own| own.0 += 1),
                    _ => {}
                }
            }
        }
        let all = self.windows.len();
        for (channel, (broken, constant)) in channels.iter().zip(lost) {
            for (count, why) in [
                (broken, "missing or infinite samples"),
                (constant, "no variation"),
            ] {
                if count > 0 {
                    let of = match all {
                        1 => String::new(),
                        _ => format!(" in {count} of {all} windows"),
                    };
                    self.remarks
                        .push(format!("channel {:?} is left out{of}: {why}", channel.name));
                }
            }
        }
        if all == 1
            && self
                .windows
                .iter()
                .any(|own| own.state.coverage.0 < own.state.coverage.1)
        {
            self.remarks.push(
                "one bad sample takes a channel out of its window: --window with fewer samples \
                 keeps the rest"
                    .to_owned(),
            );
        }
        self.saturated(asked);
    }

    /// Says which channels stand at the ends of what their device can show.
    fn saturated(&mut self, asked: &Asked) {
        let mut marks = vec![false; 1 << 14];
        for (c, channel) in asked.recording.channels.iter().enumerate() {
            let mut count = 0usize;
            for from in (0..asked.recording.len).step_by(marks.len()) {
                let size = marks.len().min(asked.recording.len - from);
                asked.recording.saturated(c, from, &mut marks[..size]);
                count += marks[..size].iter().filter(|own| **own).count();
            }
            // A peak alone may touch the end; a clipped one stays there.
            if count * 1000 > asked.recording.len {
                let share = 100.0 * count as f64 / asked.recording.len as f64;
                self.remarks.push(format!(
                    "channel {:?} is saturated: {share:.1} % of its samples stand at the ends of \
                     its range",
                    channel.name
                ));
            }
        }
    }

    /// A metric over all windows.
    pub fn summary(&self, id: &MetricId) -> Summary {
        let outcomes = self.windows.iter().filter_map(|own| own.state.outcome(id));
        let values: Vec<f64> = outcomes.clone().filter_map(Result::ok).collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let square = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
        let reason = outcomes.filter_map(Result::err).min();
        let ends = values
            .iter()
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], x| {
                [a.min(*x), b.max(*x)]
            });
        Summary {
            mean: match values.len() {
                0 => Err(reason.unwrap_or(Reason::TooShort)),
                _ => Ok(mean),
            },
            sd: (square / count).sqrt(),
            range: ends,
            share: count / self.windows.len().max(1) as f64,
        }
    }

    /// What chance gives of a metric, and what it exceeds in 5 % of windows.
    fn by_chance(&self, id: &MetricId) -> [Option<f64>; 2] {
        let own = self.chance.iter().find(|(other, _)| other == id);
        own.map_or([None; 2], |(_, levels)| *levels)
    }

    /// Mean share of channels that were valid.
    pub fn coverage(&self) -> f64 {
        let share = |own: &OfWindow| {
            let (valid, all) = own.state.coverage;
            f64::from(valid) / f64::from(all.max(1))
        };
        self.windows.iter().map(share).sum::<f64>() / self.windows.len().max(1) as f64
    }
}

/// A number as people read it: six digits.
fn digits(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        format!("{value:.5e}")
    } else {
        format!("{value:.6}")
    }
}

/// Prints the table.
pub fn table(asked: &Asked, found: &Found) {
    let settings = &asked.settings;
    let window_s = settings.window as f64 / settings.sample_rate_hz;
    say!(
        "{} channels at {} Hz; {} of {} samples ({window_s:.3} s); segments of {}, {} a window, {}",
        asked.recording.channels.len(),
        settings.sample_rate_hz,
        match found.windows.len() {
            1 => "one window".to_owned(),
            many => format!("{many} windows"),
        },
        settings.window,
        settings.segment,
        settings.segments(settings.window),
        settings.taper,
    );
    let many = found.windows.len() > 1;
    match many {
        true => say!(
            "{:<26} {:>13} {:>13} {:>13} {:>13} {:>9}  unit",
            "metric",
            "mean",
            "sd",
            "least",
            "greatest",
            "windows"
        ),
        false => say!(
            "{:<26} {:>13} {:>13} {:>13}  unit",
            "metric",
            "value",
            "by chance",
            "5 % level"
        ),
    }
    for id in &found.names {
        let own = found.summary(id);
        let about = found.told.iter().find(|(other, _)| other == id);
        let unit = about.map_or("", |(_, own)| own.about.unit);
        match (own.mean, many) {
            (Err(reason), _) => say!("{:<26} {:>13}", id.as_str(), reason.to_string()),
            (Ok(mean), false) => {
                let level = |x: Option<f64>| x.map_or(String::new(), digits);
                let [null, level_95] = found.by_chance(id).map(level);
                let value = digits(mean);
                say!(
                    "{:<26} {value:>13} {null:>13} {level_95:>13}  {unit}",
                    id.as_str()
                );
            }
            (Ok(mean), true) => say!(
                "{:<26} {:>13} {:>13} {:>13} {:>13} {:>7.1} %  {unit}",
                id.as_str(),
                digits(mean),
                digits(own.sd),
                digits(own.range[0]),
                digits(own.range[1]),
                100.0 * own.share
            ),
        }
    }
    say!("channels used: {:.1} %", 100.0 * found.coverage());
}

/// The document: names of a headline, and all that was asked for.
pub fn document(asked: &Asked, found: &Found, notes: &[String]) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    for (name, id) in HEADLINE {
        let own = found.summary(&id.into());
        put(name, own.mean.map_or(Value::Null, |x| json!(x)));
    }
    let settings = &asked.settings;
    if let [own] = found.windows.as_slice() {
        put("peak_bin", json!(own.bin));
        put(
            "peak_hz_bin",
            json!(own.bin.map(|bin| bin as f64 * settings.bin_hz())),
        );
    }
    put("segments", json!(settings.segments(settings.window)));
    let mut metrics = Map::new();
    for id in &found.names {
        let own = found.summary(id);
        let mut entry = json!({"coverage": own.share});
        match own.mean {
            Ok(mean) => entry["value"] = json!(mean),
            Err(reason) => {
                entry["value"] = Value::Null;
                entry["reason"] = json!(reason.to_string());
            }
        }
        for (name, level) in ["by_chance", "level_95"]
            .into_iter()
            .zip(found.by_chance(id))
        {
            if let Some(level) = level {
                entry[name] = json!(level);
            }
        }
        if found.windows.len() > 1 && own.mean.is_ok() {
            entry["sd"] = json!(own.sd);
            entry["least"] = json!(own.range[0]);
            entry["greatest"] = json!(own.range[1]);
        }
        metrics.insert(id.to_string(), entry);
    }
    put("metrics", Value::Object(metrics));
    put("windows", json!(found.windows.len()));
    put("window", json!(settings.window));
    put("hop", json!(asked.hop));
    put("nperseg", json!(settings.segment));
    put("overlap", json!(settings.segment - settings.step));
    put("taper", json!(settings.taper.to_string()));
    put("band_hz", json!(settings.band_hz));
    put("fs", json!(settings.sample_rate_hz));
    put("samples", json!(asked.recording.len));
    let names = asked.recording.channels.iter().map(|own| own.name.clone());
    put("channels", names.collect());
    put("coverage", json!(found.coverage()));
    let mut flags: Vec<String> = Vec::new();
    for flag in found.windows.iter().flat_map(|own| &own.state.flags) {
        let text = flag.to_string();
        if !flags.contains(&text) {
            flags.push(text);
        }
    }
    put("flags", json!(flags));
    put("notes", json!(notes));
    Value::Object(out)
}

/// Writes the metrics of every window as CSV; a cell is empty where there is no value.
pub fn write_csv(path: &Path, asked: &Asked, found: &Found) -> Result<()> {
    let shown = || path.display().to_string();
    let file = std::fs::File::create(path).with_context(shown)?;
    let mut out = std::io::BufWriter::new(file);
    let heads: Vec<&str> = found.names.iter().map(MetricId::as_str).collect();
    writeln!(out, "start,t_s,{},valid_channels,flags", heads.join(",")).with_context(shown)?;
    for own in &found.windows {
        let middle = own.start as f64 + 0.5 * asked.settings.window as f64;
        write!(
            out,
            "{},{}",
            own.start,
            middle / asked.settings.sample_rate_hz
        )
        .with_context(shown)?;
        for id in &found.names {
            let cell = own.state.value(id).map_or(String::new(), |x| x.to_string());
            write!(out, ",{cell}").with_context(shown)?;
        }
        let flags: Vec<String> = own.state.flags.iter().map(ToString::to_string).collect();
        writeln!(out, ",{},{}", own.state.coverage.0, flags.join(" ")).with_context(shown)?;
    }
    out.flush().with_context(shown)?;
    Ok(())
}
