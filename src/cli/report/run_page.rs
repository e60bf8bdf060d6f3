//! The page of a run.

use std::fmt::Write as _;
use std::io::Read;

use crate::base::RunStatus;
use crate::cli::exit;
use crate::cli::figure_rows::Rows;
use crate::cli::run::{complain, refuse};
use crate::cli::summary::rate;
use crate::record::SavedRun;
use crate::record::claim::{RESOLVED, open_plain};
use crate::record::lines::COMMANDS;
use crate::scenario::{Parts, Scene};

use super::facts::{in_words, sentence, status};
use super::figures::{Shown, Wish, asked, drawn, figure, of_phi, of_scene};
use super::html::{Page, Tone, badge, code, escaped, grouped, short};
use super::log::{Log, table};
use super::{ReportArgs, Written, judged, told};

/// What the page is made of.
pub struct Run<'a> {
    /// The command line.
    pub args: &'a ReportArgs,
    /// The folder.
    pub saved: &'a SavedRun,
    /// Its scene.
    pub scene: &'a Scene,
    /// The rows that are needed.
    pub rows: Rows,
    /// Its events.
    pub log: Log,
    /// Its figures.
    pub figures: Vec<Shown>,
    /// The tick up to which the folder tells it.
    pub end: u64,
    /// Commands that took effect.
    pub commands: u64,
}

/// The page of a run folder.
///
/// # Errors
/// With the exit code, once the reason has been told.
pub fn page(args: &ReportArgs, parts: &Parts) -> Result<Written, u8> {
    let opened = SavedRun::open(&args.folder).and_then(|saved| {
        saved.check_files()?;
        let end = saved.end()?;
        Ok((saved, end))
    });
    let (saved, end) = opened.map_err(|error| refuse(&error))?;
    let loaded = parts.load(&saved.path.join(RESOLVED), &[]);
    let scene = loaded.map_err(|error| complain(&error))?.scene;
    let metrics = parts.metrics_of(&scene);
    let wishes = match args.plots.is_empty() {
        true => of_scene(&scene, &metrics),
        false => asked(&args.plots, &metrics).map_err(|text| told(&text, exit::USAGE))?,
    };
    let phi = of_phi();
    let curves = wishes.iter().chain([&phi]).flat_map(|own| &own.curves);
    let mut names: Vec<String> = curves.map(|(name, _)| name.clone()).collect();
    names.extend(judged::needed(&scene));
    names.sort();
    names.dedup();
    let everything = [f64::NEG_INFINITY, f64::INFINITY];
    let rows = Rows::read(&saved, &names, everything)
        .map_err(|error| told(&format!("{}: {error}", saved.path.display()), exit::IO))?;
    let log = Log::read(&saved, rows.range()).map_err(|text| told(&text, exit::IO))?;
    let commands = lines_of(&saved, COMMANDS).map_err(|text| told(&text, exit::IO))?;
    let draw = |wish: &Wish| drawn(wish, &rows, &metrics, &log.moments);
    let figures: Vec<Shown> = wishes.iter().map(draw).collect();
    let phi = draw(&phi);
    let text = resolved(&saved).map_err(|text| told(&text, exit::IO))?;
    let run = Run {
        args,
        saved: &saved,
        scene: &scene,
        rows,
        log,
        figures,
        end,
        commands,
    };
    Ok(run.written(&phi, &text))
}

/// Lines of a table but its head.
fn lines_of(saved: &SavedRun, name: &str) -> Result<u64, String> {
    let about = |error: std::io::Error| format!("{}: {error}", saved.path.join(name).display());
    let mut file = open_plain(&saved.path, name).map_err(about)?;
    let (mut count, mut buffer) = (0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer).map_err(about)?;
        if read == 0 {
            return Ok(u64::saturating_sub(count, 1));
        }
        count += memchr::memchr_iter(b'\n', &buffer[..read]).count() as u64;
    }
}

fn resolved(saved: &SavedRun) -> Result<String, String> {
    let about = |error: std::io::Error| format!("{}: {error}", saved.path.join(RESOLVED).display());
    let mut text = String::new();
    let read = open_plain(&saved.path, RESOLVED).and_then(|mut own| own.read_to_string(&mut text));
    read.map_err(about)?;
    Ok(text)
}

impl Run<'_> {
    fn written(&self, phi: &Shown, resolved: &str) -> Written {
        let mut page = Page::new(&format!("{} – report of a run", self.scene.name));
        self.head(&mut page);
        self.numbers(&mut page);
        let drawn = self.figures(&mut page);
        self.assertions(&mut page);
        self.safety(&mut page);
        self.phi(&mut page, phi);
        self.inputs(&mut page);
        self.repeat(&mut page);
        page.section("scene", "The scene");
        page.note(
            "Every value spelled out, those of defaults and of changes on the command line too.",
        );
        page.fold(RESOLVED);
        page.listing(resolved);
        page.unfold();
        let plural = if drawn == 1 { "" } else { "s" };
        let said = format!(
            "{}, {drawn} figure{plural}, {} events of safety",
            self.saved.manifest.status, self.log.safety.count
        );
        Written {
            page: page.finish(),
            said,
        }
    }

    fn head(&self, page: &mut Page) {
        let (manifest, scene) = (&self.saved.manifest, self.scene);
        let (tone, sign, words) = status(manifest.status);
        page.raw("<header>\n<p class=\"kind\">Report of a run</p>");
        let (name, sign) = (escaped(&scene.name), badge(tone, sign, words));
        page.raw(&format!("<div class=\"head\"><h1>{name}</h1>{sign}</div>"));
        if !scene.description.is_empty() {
            let lead = escaped(&sentence(&scene.description));
            page.raw(&format!("<p class=\"lead\">{lead}</p>"));
        }
        self.ending(page);
        for paragraph in scene
            .notes
            .split("\n\n")
            .map(str::trim)
            .filter(|own| !own.is_empty())
        {
            let words: Vec<&str> = paragraph.split_whitespace().collect();
            page.paragraph(&words.join(" "));
        }
        let nodes = match manifest.nodes {
            1 => "1 node".to_owned(),
            n => format!("{n} nodes"),
        };
        let mut facts = vec![
            ("Seed", escaped(&manifest.seed.to_string())),
            ("Placed on", nodes),
        ];
        if !manifest.digest.is_empty() {
            facts.push(("Digest", code(&manifest.digest)));
        }
        if let Some(began) = in_words(&manifest.started) {
            facts.push(("Began", escaped(&began)));
        }
        if !manifest.is_cut() {
            let speed = rate(self.end as f64 / manifest.wall_s);
            let took = format!("{} s of wall time ({speed})", short(manifest.wall_s));
            facts.push(("Took", took));
        }
        page.facts(&facts);
        page.contents();
        page.raw("</header>");
    }

    /// What nobody should miss: why a run ended before its last tick.
    fn ending(&self, page: &mut Page) {
        let (manifest, ticks) = (&self.saved.manifest, self.scene.ticks);
        let end = self.end;
        match manifest.status {
            RunStatus::Running => page.banner(
                Tone::Warn,
                &format!(
                    "This run was cut short, or still goes on: its folder tells it up to tick \
                     {end} of {ticks}. It claims nothing of its files, and has no digest."
                ),
            ),
            RunStatus::SafeStopped => {
                let by = self.log.stopped_by.as_ref().map_or(String::new(), |own| {
                    format!(" by {}: {}", own.about, own.cause)
                });
                let text = format!("Safety stopped this run after tick {end} of {ticks}{by}.");
                page.banner(Tone::Bad, &text);
            }
            RunStatus::Error => {
                let error = manifest
                    .error
                    .as_deref()
                    .unwrap_or("the folder does not say why");
                let text = format!("This run broke off after tick {end} of {ticks}: {error}.");
                page.banner(Tone::Bad, &text);
            }
            RunStatus::TimeLimit | RunStatus::Interrupted => {
                let text = format!("This run was ended early, after tick {end} of {ticks}.");
                page.banner(Tone::Warn, &text);
            }
            RunStatus::Ok | RunStatus::AssertionFailed => {}
        }
        let (torn, count) = &self.log.torn;
        if *count > 0 {
            let more = *count - torn.len() as u64;
            let more = match more {
                0 => String::new(),
                more => format!("; and {more} lines more"),
            };
            let text = format!("{}{more}. The rest is shown.", torn.join("; "));
            page.banner(Tone::Warn, &text);
        }
    }

    fn numbers(&self, page: &mut Page) {
        let clock = &self.scene.clock;
        let time_s = self.end as f64 * clock.dt_s * f64::from(clock.substeps);
        let tiles = [
            ("ticks", grouped(self.end), ""),
            ("plant time", short(time_s), " s"),
            ("vertices", grouped(self.scene.vertices() as u64), ""),
            ("commands that took effect", grouped(self.commands), ""),
            ("alerts", grouped(self.log.alerts), ""),
            ("rule violations", grouped(self.log.violations), ""),
            ("migrations", grouped(self.log.migrations), ""),
            ("reports of Φ", grouped(self.log.phi_reports), ""),
        ];
        page.section("numbers", "In numbers");
        let mut html = "<dl class=\"tiles\">".to_owned();
        for (name, value, unit) in tiles {
            let _ = write!(
                html,
                "<div><dt>{name}</dt><dd>{value}<small>{unit}</small></dd></div>"
            );
        }
        page.raw(&(html + "</dl>"));
    }

    /// Adds the figures; gives how many there are.
    fn figures(&self, page: &mut Page) -> usize {
        page.section("figures", "Figures");
        let mut count = 0;
        for (k, own) in self.figures.iter().enumerate() {
            count += usize::from(figure(page, &format!("figure-{}", k + 1), own));
        }
        let source = match (self.args.plots.is_empty(), self.scene.figures.is_empty()) {
            (false, _) => "chosen by --plot",
            (true, false) => "those that the scene declares",
            (true, true) if self.scene.view.plots.is_empty() => {
                "main metrics, since the scene declares no figures"
            }
            (true, true) => "the plots of the scene's view",
        };
        if let Some([first, last]) = self.rows.ticks {
            page.note(&format!(
                "Figures: {source}. Rows of ticks {first} to {last}; extremes are kept in each \
                 column of the picture."
            ));
        }
        count
    }

    fn assertions(&self, page: &mut Page) {
        if self.scene.assertions.is_empty() {
            return;
        }
        page.section("assertions", "Assertions");
        let judged = judged::judge(self.scene, &self.rows);
        let failed = judged
            .iter()
            .filter(|own| own.judgement.failure.is_some())
            .count();
        let status = self.saved.manifest.status;
        let is_judged = matches!(status, RunStatus::Ok | RunStatus::AssertionFailed);
        if !is_judged {
            page.banner(
                Tone::Warn,
                "The run ended before its last tick, so its assertions were not judged. This is \
                 what they come to up to there.",
            );
        } else if (failed > 0) != (status == RunStatus::AssertionFailed) {
            let text = format!(
                "The run itself ended as {status:?}; judged from its rows, {failed} fail. Rows \
                 have no values that are not finite, which fail while a run goes on."
            );
            page.banner(Tone::Warn, &text);
        }
        let caption = format!(
            "{} of {} hold, judged again from the rows of the folder",
            judged.len() - failed,
            judged.len()
        );
        judged::table(page, &judged, &caption);
    }

    fn safety(&self, page: &mut Page) {
        page.section("safety", "What safety did");
        let none = "Nothing: no alert, no rule violated, no intervention.";
        table(page, "Interventions and alerts", &self.log.safety, none);
        if self.log.others.count > 0 {
            page.raw("<h3>Other events</h3>");
            table(
                page,
                "Edits, crossings and migrations",
                &self.log.others,
                "",
            );
        }
    }
}
