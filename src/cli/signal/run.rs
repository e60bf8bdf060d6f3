//! From a recording to what is told of it.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value;

use crate::cli::answers::print_answers;
use crate::cli::exit;
use crate::cli::file_args::tell_reading;
use crate::cli::phi::effort::Watch;
use crate::registry::metric::MetricId;
use crate::signal::answer::answer;
use crate::signal::engine::SignalEngine;
use crate::signal::metrics::{self, SignalMetric};
use crate::signal::state::{Reason, SignalFlag, SystemState};
use crate::signal::stream::SignalStream;
use crate::signal::window::FrameWindow;
use crate::signal::windowed::Windowed;

use super::args::SignalArgs;
use super::explain::find;
use super::plot;
use super::read::{Asked, read};
use super::tell::{self, Found, OfWindow};

/// Metrics that are computed when none is named.
const USUAL: [&str; 16] = [
    "entropy_nats",
    "entropy_normalized",
    "coherence",
    "coherence_debiased",
    "resonance",
    "peak_hz",
    "crest",
    "peak_snr",
    "peak_width_hz",
    "quality",
    "msc",
    "msc_debiased",
    "global_coherence",
    "permutation_entropy",
    "phase_locking",
    "band_power",
];

/// Does what the arguments say.
pub fn run(args: &SignalArgs) -> Result<u8> {
    let path = args.input.as_deref().unwrap_or(Path::new(""));
    if let Some(case) = reference(path)? {
        ensure!(
            args.out.is_none() && args.plot.is_none(),
            "--out and --plot of a reference case, expected a recording"
        );
        let found = answer(&case).map_err(|error| anyhow!("{}: {error}", path.display()))?;
        match args.json {
            true => print_answers(vec![found], false)?,
            false => crate::cli::say::say!("{}", serde_json::to_string_pretty(&found)?),
        }
        return Ok(exit::OK);
    }
    let asked = read(path, args)?;
    let wanted = wanted(args)?;
    let found = analyze(&asked, wanted)?;
    let mut notes = asked.recording.notes.clone();
    notes.extend(asked.notes.iter().cloned());
    notes.extend(found.remarks.iter().cloned());
    tell_reading(path, &asked.recording.summary(), &notes);
    if let Some(out) = &args.out {
        tell::write_csv(out, &asked, &found)?;
    }
    if let Some(out) = &args.plot {
        plot::write(out, path, &asked, &found)?;
    }
    match args.json {
        true => print_answers(vec![tell::document(&asked, &found, &notes)], false)?,
        false => tell::table(&asked, &found),
    }
    Ok(exit::OK)
}

/// The reference case that a file is, when it is JSON.
fn reference(path: &Path) -> Result<Option<Value>> {
    let is_json = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"));
    if !is_json {
        return Ok(None);
    }
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| shown.clone())?;
    let case = serde_json::from_slice(&bytes).with_context(|| format!("{shown} is not JSON"))?;
    Ok(Some(case))
}

fn wanted(args: &SignalArgs) -> Result<Vec<(MetricId, SignalMetric)>> {
    let names: Vec<&str> = match args.metrics.is_empty() {
        true => USUAL.to_vec(),
        false => args.metrics.iter().map(String::as_str).collect(),
    };
    let mut wanted: Vec<(MetricId, SignalMetric)> = Vec::new();
    for name in names {
        let own = find(name)?;
        if !wanted.iter().any(|(id, _)| *id == own.about.id) {
            wanted.push((own.about.id.clone(), own));
        }
    }
    Ok(wanted)
}

/// Analyses all windows of a recording.
fn analyze(asked: &Asked, mut wanted: Vec<(MetricId, SignalMetric)>) -> Result<Found> {
    let names: Vec<MetricId> = wanted.iter().map(|(id, _)| id.clone()).collect();
    // The headline of the document has these, whoever asks for what.
    for own in metrics::list() {
        let is_headline = tell::HEADLINE
            .iter()
            .any(|(_, id)| *id == own.about.id.as_str());
        if is_headline && !names.contains(&own.about.id) {
            wanted.push((own.about.id.clone(), own));
        }
    }
    let told = wanted.clone();
    let mut engine = SignalEngine::new(asked.settings.clone(), wanted)?;
    let recording = &asked.recording;
    let (channels, window) = (recording.channels.len(), asked.settings.window);
    let mut stream = SignalStream::of(FrameWindow::new(channels, window));
    let mut found = Found::new(names, told);
    let watch = Watch::start(None);
    watch.stage("analysing");
    let mut block = Block::new(channels);
    let mut next = 0;
    for number in 0..asked.windows() {
        let start = number * asked.hop;
        // What lies between two windows is in neither.
        next = next.max(start);
        while next < start + window {
            let end = (start + window).min(next + Block::FRAMES);
            block.fill(asked, next..end);
            for frame in block.frames() {
                stream.push(frame)?;
            }
            next = end;
        }
        let mut state = SystemState::default();
        engine.analyze(&mut stream, asked.hop, &mut state);
        if state.flags.contains(&SignalFlag::NoPower) && block.is_saturated(asked, start, window) {
            for (_, outcome) in &mut state.values {
                *outcome = Err(Reason::Saturated);
            }
        }
        found.windows.push(OfWindow {
            start,
            bin: engine.peak_bin().filter(|_| state.is_measured()),
            state,
        });
        watch.tell((number + 1) as f64 / asked.windows() as f64);
    }
    watch.finish();
    let (_, chance) = engine.look(&mut stream, |own| {
        let of = |level: Option<fn(&Windowed<'_>) -> f64>| level.map(|level| level(own));
        let each = found.told.iter().map(|(id, metric)| {
            let reading = &metric.reading;
            (id.clone(), [of(reading.null_value), of(reading.level_95)])
        });
        each.collect()
    });
    found.chance = chance.unwrap_or_default();
    found.remark(asked);
    Ok(found)
}

/// Frames of a recording, a block at a time.
struct Block {
    channels: usize,
    frames: Vec<f64>,
    series: Vec<f64>,
    marks: Vec<bool>,
}

impl Block {
    const FRAMES: usize = 4096;

    fn new(channels: usize) -> Self {
        Self {
            channels,
            frames: Vec::new(),
            series: Vec::new(),
            marks: Vec::new(),
        }
    }

    fn fill(&mut self, asked: &Asked, range: std::ops::Range<usize>) {
        self.frames.resize(range.len() * self.channels, 0.0);
        self.series.resize(range.len(), 0.0);
        for c in 0..self.channels {
            asked.recording.samples(c, range.start, &mut self.series);
            let to = self.frames.iter_mut().skip(c).step_by(self.channels);
            for (to, x) in to.zip(&self.series) {
                *to = *x;
            }
        }
    }

    /// Whether some channel stands at an end of its range throughout a window.
    fn is_saturated(&mut self, asked: &Asked, start: usize, window: usize) -> bool {
        self.marks.resize(window, false);
        (0..self.channels).any(|c| {
            asked.recording.saturated(c, start, &mut self.marks);
            self.marks.iter().all(|own| *own)
        })
    }

    fn frames(&self) -> impl Iterator<Item = &[f64]> {
        self.frames.chunks_exact(self.channels)
    }
}
