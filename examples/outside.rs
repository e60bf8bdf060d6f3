//! Closes a loop with a process outside: this program is a heater, and the scene beside it steers
//! the heater over lines of JSON.
//!
//! ```text
//! cargo run --example outside -- path/to/phantom
//! ```
//!
//! The heater reads commands from the run's standard output and writes its temperature, once for
//! each command, to the run's standard input, so that neither runs ahead of the other by more than
//! what the lines between them hold. A line with `"safe":true` is the run's last word.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// T′ = (20 − T)/5 + 2 u: a heater in a room of 20 °C that answers within 5 s.
fn heated(temperature: f64, power: f64, seconds: f64) -> f64 {
    temperature + seconds * ((20.0 - temperature) / 5.0 + 2.0 * power)
}

fn main() -> Result<(), Box<dyn Error>> {
    let phantom = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "phantom".to_owned());
    let scene = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/outside.ron");
    let folder = std::env::temp_dir().join(format!("outside-{}", std::process::id()));
    let mut run = Command::new(phantom)
        .args(["run", scene, "--quiet", "--force", "--out"])
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (Some(mut to), Some(from)) = (run.stdin.take(), run.stdout.take()) else {
        return Err("the run has no pipes".into());
    };
    let mut temperature = 20.0;
    let mut tell = |temperature: f64| {
        writeln!(
            to,
            "{{\"channel\": \"temperature\", \"value\": {temperature}}}"
        )
    };
    tell(temperature)?;
    let mut commands = 0;
    for line in BufReader::new(from).lines() {
        let command: serde_json::Value = serde_json::from_str(&line?)?;
        let power = command["value"]
            .as_f64()
            .ok_or("a command without a value")?;
        temperature = heated(temperature, power, 0.02);
        if command["safe"] == true {
            println!("safe value {power} at tick {}", command["tick"]);
            continue;
        }
        commands += 1;
        if commands % 100 == 0 {
            println!(
                "tick {}: {power:.2} of power, {temperature:.1} °C",
                command["tick"]
            );
        }
        // Who has ended does not listen any more.
        let _ = tell(temperature);
    }
    let status = run.wait()?;
    println!("{commands} commands, {temperature:.1} °C, {status}");
    std::fs::remove_dir_all(&folder)?;
    if !status.success() || (temperature - 60.0).abs() > 5.0 {
        return Err("the heater did not come to 60 °C".into());
    }
    Ok(())
}
