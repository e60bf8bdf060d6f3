//! A fuzzer: random scenes that combine everything are run on different nodes, threads and placements,
//! with other recording options, through folder, replay, save and restore, and the past; live runs are
//! killed and repeated; scenes, cases, files and formulas are mutilated. Whatever fails is shrunk to the
//! smallest scene that still does, printed, and ends the program with exit code 1.
//!
//! ```sh
//! cargo run --release --example fuzz -- --seeds 0..2000 --kills 200 --mutants 20000 --files 200000 \
//!     --formulas 1000000
//! cargo run --example fuzz -- --seeds 0..50 --kills 10 --mutants 100 --files 500 --formulas 5000  # in CI
//! ```

mod compare;
mod draw;
mod files;
mod formulas;
mod kill;
mod mutate;
mod plan;
mod recordings;

use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use compare::{Outcome, compare, shrink};
use draw::Draw;
use plan::Plan;

/// What to try.
#[derive(Parser)]
struct Arguments {
    /// Seeds of random scenes that are run in many ways, for example 0..50.
    #[arg(long, value_parser = parse_range, default_value = "0..0")]
    seeds: Range<u64>,
    /// Live runs that are killed and repeated; numbered from the first seed.
    #[arg(long, default_value_t = 0)]
    kills: u64,
    /// Scenes and cases with hostile leaves; numbered from the first seed.
    #[arg(long, default_value_t = 0)]
    mutants: u64,
    /// People's files with hostile bytes; numbered from the first seed.
    #[arg(long, default_value_t = 0)]
    files: u64,
    /// Formulas with hostile characters; numbered from the first seed.
    #[arg(long, default_value_t = 0)]
    formulas: u64,
    /// The program, for kills and mutants; the one beside this example when absent.
    #[arg(long)]
    phantom: Option<PathBuf>,
    /// Directories of scenes (.ron) and cases (.json) that mutants are made of.
    #[arg(long, default_values = [
        "scenes", "tests/fixtures/dynamics", "tests/fixtures/iit", "tests/fixtures/signal",
    ])]
    ground: Vec<PathBuf>,
    /// Print the scene of each seed and run nothing.
    #[arg(long)]
    show: bool,
}

fn parse_range(text: &str) -> Result<Range<u64>, String> {
    let ends = text.split_once("..");
    let ends = ends.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    ends.map(|(from, to)| from..to)
        .ok_or_else(|| "expected FROM..TO, for example 0..50".to_owned())
}

fn bar(count: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(count);
    let template = format!("{{bar:30}} {{pos}}/{{len}} {what}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.show {
        for seed in arguments.seeds {
            let plan = Plan::draw(seed);
            println!("// seed {seed}\n{}{}", plan.text(), plan.log());
        }
        return ExitCode::SUCCESS;
    }
    let scratch = match tempfile::tempdir() {
        Ok(scratch) => scratch,
        Err(error) => {
            eprintln!("no directory for scratch files: {error}");
            return ExitCode::from(7);
        }
    };
    let own = std::env::current_exe().ok();
    let beside = own.and_then(|own| Some(own.parent()?.parent()?.join("phantom")));
    let phantom = arguments.phantom.clone().or(beside).unwrap_or_default();
    let mut failed = 0;
    failed += compare_all(&arguments, scratch.path());
    failed += kill_all(&arguments, &phantom, scratch.path());
    failed += mutate_all(&arguments, &phantom, scratch.path());
    failed += read_all(&arguments);
    failed += formulas::parse_all(arguments.seeds.start, arguments.formulas);
    if failed > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn compare_all(arguments: &Arguments, scratch: &std::path::Path) -> usize {
    let (begun, bar) = (
        Instant::now(),
        bar(arguments.seeds.clone().count() as u64, "scenes"),
    );
    let (mut held, mut refused, mut failed) = (0, 0, 0);
    let folder = scratch.join("run");
    for seed in arguments.seeds.clone() {
        let plan = Plan::draw(seed);
        match compare(&plan, &folder) {
            Outcome::Same(count) => held += count,
            Outcome::Refused(reason) => {
                refused += 1;
                if std::env::var_os("FUZZ_REFUSED").is_some() {
                    eprintln!("seed {seed} is refused: {reason}");
                }
            }
            Outcome::Different(_) => {
                failed += 1;
                let (least, told) = shrink(&plan, &folder);
                let (text, log) = (least.text(), least.log());
                eprintln!("seed {seed}: {told}\nthe smallest scene that fails:\n{text}{log}");
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{held} comparisons of {} scenes held, {failed} scenes failed, {refused} were refused; \
         {seconds:.0} s",
        arguments.seeds.clone().count()
    );
    failed
}

fn kill_all(arguments: &Arguments, phantom: &std::path::Path, scratch: &std::path::Path) -> usize {
    let (bar, first) = (bar(arguments.kills, "kills"), arguments.seeds.start);
    let mut failed = 0;
    for seed in first..first + arguments.kills {
        if let Err(told) = kill::kill(phantom, seed, scratch) {
            failed += 1;
            eprintln!("kill {seed}: {told}");
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!(
        "{} runs were killed, {failed} of them do not repeat",
        arguments.kills
    );
    failed
}

fn mutate_all(
    arguments: &Arguments,
    phantom: &std::path::Path,
    scratch: &std::path::Path,
) -> usize {
    let (bar, first) = (bar(arguments.mutants, "mutants"), arguments.seeds.start);
    let mut grounds = mutate::grounds(&arguments.ground);
    let drawn = (0..40).map(|seed| mutate::Ground {
        name: format!("seed {seed}"),
        text: Plan::draw(seed).text(),
        is_scene: true,
    });
    grounds.extend(drawn);
    let mut failed = 0;
    for seed in first..first + arguments.mutants {
        let mut d = Draw::new(seed, 2);
        let ground = &grounds[d.below(grounds.len())];
        let text = mutate::mutate(ground, &mut d);
        if let Err(fault) = mutate::try_text(phantom, ground, text, scratch) {
            failed += 1;
            let (name, told) = (&ground.name, fault.told);
            let shown: String = fault.text.chars().take(4_000).collect();
            eprintln!("mutant {seed} of {name}: {told}\n{shown}\n");
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("{} mutants were tried, {failed} failed", arguments.mutants);
    failed
}

fn read_all(arguments: &Arguments) -> usize {
    let (bar, first) = (bar(arguments.files, "files"), arguments.seeds.start);
    let grounds = files::grounds(&[PathBuf::from("tests/fixtures/files")]);
    let (mut failed, mut tried) = (0, 0);
    for seed in first..first + arguments.files {
        if grounds.is_empty() {
            eprintln!("no files below tests/fixtures/files");
            return 1;
        }
        let mut d = Draw::new(seed, 3);
        let (name, bytes) = &grounds[d.below(grounds.len())];
        let mutant = files::mutate(bytes, &mut d);
        tried += 1;
        if let Err(told) = files::try_file(name, &mutant) {
            failed += 1;
            let shown = String::from_utf8_lossy(&mutant[..mutant.len().min(2_000)]).into_owned();
            eprintln!("file {seed} of {name}: {told}\n{shown}\n");
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("{tried} hostile files were read, {failed} failed");
    failed
}
