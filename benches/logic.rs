//! How fast formulas are judged while samples arrive, beside RTAMT in the same run.
//!
//! `cargo bench --no-default-features --bench logic`
//!
//! Noise, a sample at a time. The peer is RTAMT's online monitor in discrete time
//! (`benches/peers/stl.py`), run by `python3`, or what the variable `PYTHON` names; without it the
//! column stays empty. The least of several runs counts on both sides, since whatever else runs on
//! the machine only adds.

use std::process::Command;
use std::time::Instant;

use phantomos::logic::{Formula, Monitor, evaluate};

const SAMPLES: usize = 100_000;
const ROUNDS: usize = 60;

/// A name, the formula, and what is asked of its times: ns a sample, or the ratio to the peer.
const FORMULAS: [(&str, &str, &str); 7] = [
    ("always", "always[0,1000] (x <= 2.5)", "45 ns, 1/4000"),
    ("eventually", "eventually[0,1000] (x >= 2.5)", ""),
    (
        "until",
        "(x >= -2.5) until[0,50] (y >= 2.5)",
        "100 ns, 1/2000",
    ),
    ("since", "(x >= -2.5) since[0,50] (y >= 2.5)", ""),
    ("nested", "always[0,100] eventually[0,50] (x >= 2.5)", ""),
    (
        "request",
        "always[0,100] ((x >= 2) implies eventually[0,20] (y >= 1))",
        "",
    ),
    ("historically", "historically[0,1000] (x <= 2.5)", ""),
];

/// Samples of x and y: sums of uniform numbers, nearly normal.
fn samples() -> Vec<[f64; 2]> {
    let mut seed = 1u64;
    let mut uniform = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut normal = || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    (0..SAMPLES).map(|_| [normal(), normal()]).collect()
}

/// Least time of a call a sample, ns.
fn time(mut call: impl FnMut()) -> f64 {
    let each = (0..ROUNDS).map(|_| {
        let begin = Instant::now();
        call();
        begin.elapsed().as_secs_f64() * 1e9 / SAMPLES as f64
    });
    each.fold(f64::INFINITY, f64::min)
}

/// Times of the peer, ns a sample, by name.
fn peers() -> serde_json::Value {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/stl.py");
    let pairs = FORMULAS.iter().flat_map(|(name, text, _)| [*name, *text]);
    match Command::new(&python).arg(script).args(pairs).output() {
        Ok(output) if output.status.success() => {
            // RTAMT may complain on standard output before.
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let last = text.lines().last().unwrap_or_default();
            serde_json::from_str(last).unwrap_or_default()
        }
        Ok(output) => {
            eprintln!("peer: {}", String::from_utf8_lossy(&output.stderr));
            serde_json::Value::Null
        }
        Err(error) => {
            eprintln!("peer: {python}: {error}");
            serde_json::Value::Null
        }
    }
}

fn main() {
    let samples = samples();
    let peers = peers();
    println!(
        "{:<14} {:>9} {:>12} {:>10} {:>9} {:>11}   asked",
        "ns a sample", "push", "push + early", "offline", "RTAMT", "push/RTAMT"
    );
    for (name, text, asked) in FORMULAS {
        let formula = Formula::parse(text, None).expect("a formula");
        let mut monitor = Monitor::new(&formula).expect("a bound");
        let wide = formula.signals().len();
        let mut sum = 0.0;
        let push = time(|| {
            for sample in &samples {
                if let Some(verdict) = monitor.push(&sample[..wide]) {
                    sum += verdict.robustness;
                }
            }
        });
        let early = time(|| {
            for sample in &samples {
                if let Some(verdict) = monitor.push(&sample[..wide]) {
                    sum += verdict.robustness;
                }
                if let Some(early) = monitor.early() {
                    sum += early.high;
                }
            }
        });
        let columns: Vec<Vec<f64>> = (0..wide)
            .map(|c| samples.iter().map(|own| own[c]).collect())
            .collect();
        let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let offline = time(|| sum += evaluate(&formula, &borrowed, SAMPLES).robustness[0]);
        std::hint::black_box(sum);
        let peer = peers[name].as_f64();
        let told = peer.map_or("-".to_owned(), |ns| format!("{ns:.0}"));
        let ratio = peer.map_or("-".to_owned(), |ns| format!("1/{:.0}", ns / push));
        println!(
            "{name:<14} {push:>9.1} {early:>12.1} {offline:>10.1} {told:>9} {ratio:>11}   {asked}"
        );
    }
}
