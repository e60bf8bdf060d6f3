//! Formulas and traces drawn at random: while samples arrive, over the whole trace and straight
//! from the definitions, all the same.

use crate::formula_oracle::{Dice, Told, Trace};
use phantomos::logic::{Early, Formula, Monitor, Verdict, evaluate};

/// Pairs of a formula and a trace; `LOGIC_PAIRS` asks for more.
fn pairs() -> u64 {
    let asked = std::env::var("LOGIC_PAIRS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

fn columns_of<'a>(formula: &Formula, columns: &'a [Vec<f64>]) -> Vec<&'a [f64]> {
    let place = |name: &String| {
        ["x", "y", "z.b@p"]
            .iter()
            .position(|own| own == name)
            .unwrap()
    };
    formula
        .signals()
        .iter()
        .map(|name| columns[place(name)].as_slice())
        .collect()
}

fn robustness(told: Told) -> f64 {
    if told.nan {
        f64::NEG_INFINITY
    } else {
        told.low
    }
}

/// The same verdict, to the bit.
fn same(a: &Verdict, b: &Verdict) -> bool {
    let bits = a.robustness.to_bits() == b.robustness.to_bits();
    bits && (a.instant, a.valid) == (b.instant, b.valid)
}

fn check_whole(formula: &Formula, columns: &[Vec<f64>]) -> Vec<Verdict> {
    let samples = columns[0].len();
    let whole = evaluate(formula, &columns_of(formula, columns), samples);
    let trace = Trace {
        columns,
        known: samples as i64,
        end: Some(samples as i64),
    };
    for t in 0..samples {
        let told = trace.at(formula, t as i64);
        let found = whole.at(t).unwrap();
        assert_eq!(
            found.robustness,
            robustness(told),
            "{formula} at {t} of {columns:?}"
        );
        // A zero without a sign, so that the order of a minimum does not matter.
        assert!(found.robustness != 0.0 || found.robustness.is_sign_positive());
        assert_eq!(found.valid, !told.bad, "{formula} at {t} of {columns:?}");
    }
    (0..samples).map(|t| whole.at(t).unwrap()).collect()
}

fn check_early(formula: &Formula, trace: &Trace<'_>, early: &Early, last: &mut Option<Early>) {
    let told = trace.at(formula, early.instant as i64);
    let (low, high) = match told.nan {
        true => (f64::NEG_INFINITY, f64::NEG_INFINITY),
        false => (told.low, told.high),
    };
    let place = format!("{formula}, {} of {:?}", trace.known, trace.columns);
    assert_eq!((early.low, early.high), (low, high), "{place}");
    assert_eq!(early.invalid, told.bad, "{place}");
    if let Some(before) = last.filter(|own| own.instant == early.instant)
        && !told.nan
    {
        assert!(
            before.low <= early.low && early.high <= before.high,
            "{place}"
        );
    }
    *last = Some(*early);
}

fn check_arriving(formula: &Formula, columns: &[Vec<f64>], whole: &[Verdict], early: bool) {
    let own = columns_of(formula, columns);
    let Ok(mut monitor) = Monitor::new(formula) else {
        assert_eq!(formula.horizon(), None, "{formula}");
        return;
    };
    let mut last = None;
    let mut told: Vec<Verdict> = Vec::new();
    for t in 0..whole.len() {
        let sample: Vec<f64> = own.iter().map(|column| column[t]).collect();
        told.extend(monitor.push(&sample));
        if early && let Some(found) = monitor.early() {
            let trace = Trace {
                columns,
                known: t as i64 + 1,
                end: None,
            };
            check_early(formula, &trace, &found, &mut last);
            let end = &whole[found.instant as usize];
            let inside = (found.low..=found.high).contains(&end.robustness);
            let lost = end.robustness == f64::NEG_INFINITY && !end.valid;
            assert!(
                inside || lost,
                "{formula} of {columns:?}: {found:?} {end:?}"
            );
        }
    }
    let final_before = whole.len() as u64 - told.len() as u64;
    if let Some(horizon) = formula.horizon() {
        assert_eq!(final_before, horizon.min(whole.len() as u64), "{formula}");
    }
    told.extend(monitor.finish());
    let expected = match formula.horizon() {
        Some(_) => whole,
        None => &whole[..whole.len().min(1)],
    };
    assert_eq!(told.len(), expected.len(), "{formula} of {columns:?}");
    for (a, b) in told.iter().zip(expected) {
        assert!(same(a, b), "{formula} of {columns:?}: {a:?} {b:?}");
    }
}

#[test]
fn arriving_and_whole_traces_give_what_the_definitions_say() {
    let mut dice = Dice(7);
    let mut early = 0;
    for pair in 0..pairs() {
        let scale = [1e-6, 1e-3, 1.0, 1e3, 1e6][(pair % 5) as usize];
        let depth = 1 + dice.below(3);
        let endless = pair % 4 == 0;
        let formula = dice.formula(depth, scale, endless);
        let samples = dice.below([26, 16, 9, 9][depth as usize]) as usize;
        let odd = [0, 0, 40, 150][dice.below(4) as usize];
        let columns: Vec<Vec<f64>> = (0..3).map(|_| dice.column(samples, scale, odd)).collect();
        let whole = check_whole(&formula, &columns);
        let asked = pair % 3 == 0;
        early += u64::from(asked);
        check_arriving(&formula, &columns, &whole, asked);
    }
    assert!(early * 3 >= pairs());
}

#[test]
fn windows_that_end_at_the_last_sample_are_whole() {
    let mut dice = Dice(11);
    for horizon in 0..9u64 {
        for operator in ["always", "eventually", "once", "historically"] {
            for from in 0..=horizon {
                let text = format!("{operator}[{from},{horizon}] x >= y");
                let until = format!("(x >= 0) until[{from},{horizon}] (y >= 0)");
                let since = format!("(x >= 0) since[{from},{horizon}] (y >= 0)");
                for text in [text, until, since] {
                    let formula = Formula::parse(&text, None).unwrap();
                    for samples in [horizon, horizon + 1, horizon + 2] {
                        let column = |dice: &mut Dice| dice.column(samples as usize, 1.0, 30);
                        let columns: Vec<_> = (0..3).map(|_| column(&mut dice)).collect();
                        let whole = check_whole(&formula, &columns);
                        check_arriving(&formula, &columns, &whole, true);
                    }
                }
            }
        }
    }
}

#[test]
fn long_traces_give_the_same_while_they_arrive() {
    let mut dice = Dice(13);
    for round in 0..300 {
        let formula = dice.formula(3, 1.0, round % 2 == 0);
        let columns: Vec<_> = (0..3).map(|_| dice.column(700, 1.0, 3)).collect();
        let whole = evaluate(&formula, &columns_of(&formula, &columns), 700);
        let whole: Vec<Verdict> = (0..700).map(|t| whole.at(t).unwrap()).collect();
        check_arriving(&formula, &columns, &whole, false);
    }
}

#[test]
fn the_text_of_a_formula_reads_back_as_the_same() {
    let mut dice = Dice(17);
    for _ in 0..30_000 {
        let scale = [1e-9, 1e-3, 1.0, 1e20][dice.below(4) as usize];
        let depth = dice.below(5);
        let formula = dice.formula(depth, scale, true);
        let text = formula.to_string();
        assert_eq!(Formula::parse(&text, None).as_ref(), Ok(&formula), "{text}");
    }
}
