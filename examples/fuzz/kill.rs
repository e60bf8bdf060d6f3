//! Live runs that are killed at any moment: what they leave has to be a run that can be repeated.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::draw::Draw;

/// A live scene whose readings come every few ticks.
fn scene(d: &mut Draw) -> String {
    format!(
        r#"(version: 2, name: "killed", ticks: 1000000000, live: true, seed: {},
    clock: (dt_s: {}), graph: (kind: Ring(neighbors: 2)),
    populations: [(name: "a", count: {}, coupling: 0.4, noise: 0.05,
        model: Kuramoto(omega: Normal(mean: 3.0, sd: 0.3)))],
    sensors: [
        (name: "host", device: Host(readings: [CpuLoad, MemoryUsed], period_ticks: {})),
        (name: "probe", device: Probe(vertices: Spread(4))),
    ],
    signal: (window: 32, segment: 16, hop: 2), cluster: (nodes: {}),
    field: (kind: Synthesis(gain: 1.0, modes: 8), felt_gain: 0.2),
    control: (loops: [(name: "l", setpoint: 0.9, law: Pid(kp: 1.0))]),
    record: (plant: true, edges: {}, every_ticks: {}))
"#,
        d.below(1000),
        d.pick(&["0.0001", "0.0005", "0.002"]),
        d.within(8, 200),
        d.within(1, 4),
        d.within(1, 4),
        d.chance(0.5),
        d.within(1, 3),
    )
}

/// Starts a live run, kills it, and runs again what it left. The signal is drawn, too.
pub fn kill(phantom: &Path, seed: u64, scratch: &Path) -> Result<(), String> {
    let mut d = Draw::new(seed, 3);
    let (file, out) = (scratch.join("killed.ron"), scratch.join("killed"));
    std::fs::write(&file, scene(&mut d)).map_err(|error| error.to_string())?;
    let mut child = Command::new(phantom)
        .args(["run", "--force", "--out"])
        .arg(&out)
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    std::thread::sleep(Duration::from_millis(d.within(250, 1800) as u64));
    let signal = d.pick(&["-KILL", "-KILL", "-KILL", "-TERM", "-INT", "-HUP"]);
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    sent.map_err(|error| error.to_string())?;
    let status = child.wait().map_err(|error| error.to_string())?;
    if signal != "-KILL" && status.code() != Some(130) {
        return Err(format!("{signal}: it ended with {status}"));
    }
    let verified = Command::new(phantom).arg("verify").arg(&out).output();
    let verified = verified.map_err(|error| error.to_string())?;
    if verified.status.success() {
        return Ok(());
    }
    let said = [verified.stdout, verified.stderr].concat();
    Err(format!("{signal}: {}", String::from_utf8_lossy(&said)))
}
