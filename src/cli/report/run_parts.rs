//! The page of a run from the measurements of Φ on: what it read, and how it is repeated.

use super::facts::{command, manifest_facts, quoted};
use super::figures::{Shown, figure};
use super::html::{Page, code, escaped, grouped};
use super::log::moment;
use super::run_page::Run;

impl Run<'_> {
    /// Adds what is known of Φ.
    pub fn phi(&self, page: &mut Page, shown: &Shown) {
        let (spec, log) = (&self.scene.phi, &self.log);
        if spec.units.is_empty() {
            return;
        }
        page.section("phi", "Integrated information");
        let mut facts = Vec::new();
        match &log.phi {
            Some(event) => {
                facts.push(("Last value", format!("<b>{}</b>", escaped(&event.action))));
                facts.push(("Reported at", moment(event.tick, event.t_s)));
                facts.push(("How", escaped(&event.cause)));
            }
            None => facts.push(("Last value", "there was no report".to_owned())),
        }
        facts.push(("Quantity", escaped(spec.measure.quantity())));
        let words = format!(
            "{:?} of sensors {}, every {} ticks, reported {} ticks later; search {:?}, budget {} \
             units of work",
            spec.source,
            spec.units.join(", "),
            spec.period_ticks,
            spec.latency_ticks,
            spec.search,
            grouped(spec.budget)
        );
        facts.push(("Measured", escaped(&words)));
        if let Some(event) = &log.phi_refusal {
            let text = format!(
                "{}, the last at {}: {}",
                grouped(log.phi_refusals),
                moment(event.tick, event.t_s),
                event.action
            );
            facts.push(("Refusals", escaped(&text)));
        }
        page.facts(&facts);
        let is_new = |own: &Shown| own.wish.curves.iter().all(|(name, _)| name != "phi_nats");
        if shown.drawing.is_ok() && self.figures.iter().all(|own| is_new(own) || own.wish.loose) {
            figure(page, "figure-phi", shown);
        }
    }

    /// Adds the files that the scene reads.
    pub fn inputs(&self, page: &mut Page) {
        let inputs = &self.saved.manifest.inputs;
        if inputs.is_empty() {
            return;
        }
        page.section("inputs", "What the run read");
        let rows: Vec<Vec<String>> = inputs
            .iter()
            .map(|own| {
                let kept = match &own.copy {
                    Some(copy) => format!("copy {}", code(copy)),
                    None => format!("from {}", code(&own.source)),
                };
                let notes: Vec<String> = own.notes.iter().map(|note| escaped(note)).collect();
                vec![
                    code(&own.path),
                    escaped(&own.read_as),
                    grouped(own.bytes),
                    code(&own.xxh3),
                    kept,
                    notes.join("<br>"),
                ]
            })
            .collect();
        let heads = ["file", "read as", "#bytes", "XXH3-64", "kept", "detected"];
        page.table("Files that the scene reads", &heads, &rows);
    }

    /// Adds how the run is repeated, and its manifest.
    pub fn repeat(&self, page: &mut Page) {
        let manifest = &self.saved.manifest;
        page.section("repeat", "Repeat it");
        page.paragraph("The command that made it:");
        page.listing(&command(&manifest.argv));
        page.paragraph(
            "The folder holds the scene and all inputs. This runs them again and compares every \
             row, event, command and the digest:",
        );
        let folder = quoted(&self.args.folder.display().to_string());
        page.listing(&format!("phantom verify {folder}"));
        page.raw("<h3>Manifest</h3>");
        page.facts(&manifest_facts(manifest));
    }
}
