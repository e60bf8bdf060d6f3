//! `phantom control step`.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::cli::answers::print_answers;
use crate::cli::exit;
use crate::cli::say::{aside, say};
use crate::control::linear::assess;

use super::args::StepArgs;
use super::plot::{self, Shown};
use super::tell;

/// Simulates a loop and tells what it did.
pub fn run(args: &StepArgs) -> Result<u8> {
    let (plant, ts) = args.plant.read()?;
    let law = args.law()?;
    ensure!(
        args.setpoint.is_finite(),
        "--setpoint: found {}, expected a finite number",
        args.setpoint
    );
    let found = assess(&plant, &law, ts, args.setpoint, args.show.time()?)?;
    let mut notes = tell::notes(&law, &found);
    if args.kp == 0.0 && args.ki == 0.0 && args.kd == 0.0 {
        notes.push("all gains are 0: give --kp, --ki or --kd".to_owned());
    }
    for note in &notes {
        aside!("note: {note}");
    }
    if let Some(out) = &args.show.plot {
        let shown = Shown {
            title: args.plant.shown(),
            law: &law,
            found: &found,
            relay: None,
        };
        plot::write(out, &shown)?;
    }
    if args.show.json {
        let mut out = tell::document(&law, &found, &notes);
        out.insert("plant".to_owned(), json!(args.plant.shown()));
        out.insert("series".to_owned(), tell::series(&found));
        print_answers(vec![Value::Object(out)], false)?;
        return Ok(exit::OK);
    }
    say!(
        "{}, sampled every {} s",
        args.plant.shown(),
        tell::digits(ts)
    );
    tell::table(&found);
    say!("  law: {},", tell::ron(&law));
    Ok(exit::OK)
}
