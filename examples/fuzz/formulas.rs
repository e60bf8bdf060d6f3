//! Formulas with hostile characters: each has to be refused with a place, or to read back from its own
//! text and give the same bits over a whole trace and while samples arrive.

use std::panic::{AssertUnwindSafe, catch_unwind};

use phantomos::logic::{Formula, Monitor, evaluate};

use crate::draw::Draw;

/// What mutants are made of.
const GROUND: [&str; 6] = [
    "always[0, 50 ms] (abs(x - \"y z\") <= 0.5 and slow.c@p < 1)",
    "(x >= 0 until[2,7] y > 1e-3) -> eventually[0:3] not (0 <= x + 2 * y <= 1)",
    "historically (x > 0 since[1,4] (y / 4 < 1)) xor once[0,2] rise (x >= y)",
    "always (x > 1 implies next (y < -1)) or fall (x <= 0) <-> prev prev (y >= x)",
    "eventually[4294967296,inf] (x >= 0) && !(y > 2) || x < 1",
    "¬(x ≥ 1) ∧ (y ≤ 2 ∨ x > 0) → always[1,3] eventually[0,2] (x * y > 0)",
];

/// What is put in, beside parts of formulas.
const ODD: [&str; 20] = [
    "[", "]", "(", ")", "\"", "\\", "@", ".", "9", "e", "-", "<", "=", "ß", "∞", "\0", "\u{301}",
    "not ", "[0,inf]", "1e999",
];

/// The samples of a trace that a formula is judged on.
const SAMPLES: usize = 20;

fn mutate(d: &mut Draw) -> String {
    let mut own: Vec<char> = d.pick(&GROUND).chars().collect();
    for _ in 0..d.below(6) {
        let at = d.below(own.len().max(1)).min(own.len());
        let to = (at + d.below(12)).min(own.len());
        match d.below(5) {
            0 => {
                own.drain(at..to);
            }
            1 => {
                own.splice(at..at, d.pick(&ODD).chars());
            }
            2 => {
                let part: Vec<char> = own[at..to].to_vec();
                let times = 1 + d.below(3) * d.below(200);
                own.splice(at..at, part.repeat(times));
            }
            3 => own[at..to].reverse(),
            _ => {
                let other: Vec<char> = d.pick(&GROUND).chars().collect();
                let from = d.below(other.len());
                own.splice(at..to, other[from..].iter().copied());
            }
        }
    }
    own.into_iter().collect()
}

/// What is wrong with how a text is taken; whether it is a formula.
fn check(text: &str, d: &mut Draw) -> Result<bool, String> {
    let formula = match Formula::parse(text, Some(0.01)) {
        Ok(formula) => formula,
        Err(error) if error.expected.is_empty() => {
            return Err("it is refused without a word".to_owned());
        }
        Err(error) => {
            let _ = error.to_string();
            return Ok(false);
        }
    };
    let written = formula.to_string();
    if Formula::parse(&written, None).as_ref() != Ok(&formula) {
        return Err(format!("{written} does not read back"));
    }
    let wide = formula.signals().len();
    let sample = |d: &mut Draw| match d.below(30) {
        0 => f64::NAN,
        1 => f64::NEG_INFINITY,
        _ => d.real(-2.0, 2.0),
    };
    let columns: Vec<Vec<f64>> = (0..wide)
        .map(|_| (0..SAMPLES).map(|_| sample(d)).collect())
        .collect();
    let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let whole = evaluate(&formula, &borrowed, SAMPLES);
    let Ok(mut monitor) = Monitor::new(&formula) else {
        return Ok(true);
    };
    let mut told = Vec::new();
    for t in 0..SAMPLES {
        let row: Vec<f64> = columns.iter().map(|own| own[t]).collect();
        told.extend(monitor.push(&row));
        monitor.early();
    }
    told.extend(monitor.finish());
    let same = |own: &phantomos::logic::Verdict| {
        let other = whole.at(own.instant as usize);
        other.is_some_and(|other| other.robustness.to_bits() == own.robustness.to_bits())
    };
    match told.iter().all(same) {
        true => Ok(true),
        false => Err("arriving samples give other verdicts than the whole trace".to_owned()),
    }
}

/// Takes so many formulas; gives how many were taken wrongly.
pub fn parse_all(first: u64, count: u64) -> usize {
    let (mut read, mut failed) = (0, 0);
    for seed in first..first + count {
        let mut d = Draw::new(seed, 4);
        let text = mutate(&mut d);
        let found = catch_unwind(AssertUnwindSafe(|| check(&text, &mut d)));
        match found.unwrap_or_else(|_| Err("it panicked".to_owned())) {
            Ok(is_formula) => read += u64::from(is_formula),
            Err(told) => {
                failed += 1;
                let shown: String = text.chars().take(2_000).collect();
                eprintln!("formula {seed}: {told}\n{shown}\n");
            }
        }
    }
    println!("{count} hostile formulas were taken, {read} are formulas, {failed} failed");
    failed
}
