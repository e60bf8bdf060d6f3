//! Rules of formulas, monitors and their texts, one by one.

use phantomos::logic::{Early, Formula, Monitor, MonitorState, blame, evaluate};

use crate::formula_oracle::Dice;

fn formula(text: &str) -> Formula {
    Formula::parse(text, None).unwrap_or_else(|error| panic!("{error}"))
}

fn robustness(text: &str, columns: &[&[f64]]) -> Vec<f64> {
    evaluate(&formula(text), columns, columns[0].len()).robustness
}

fn refused(text: &str) -> String {
    Formula::parse(text, Some(0.01)).unwrap_err().to_string()
}

#[test]
fn an_until_whose_witness_lies_at_the_end_of_its_interval_finds_it() {
    let hold = [1.0, 1.0, 1.0, -5.0, -5.0];
    let reach = [-9.0, -9.0, -9.0, 2.0, -9.0];
    let columns: [&[f64]; 2] = [&hold, &reach];
    // At the witness itself the left side need not hold.
    assert_eq!(robustness("a >= 0 until[0,3] b >= 0", &columns)[0], 1.0);
    assert_eq!(robustness("a >= 0 until[3,3] b >= 0", &columns)[0], 1.0);
    assert_eq!(robustness("a >= 0 until[0,2] b >= 0", &columns)[0], -9.0);
    assert_eq!(robustness("a >= 0 until b >= 0", &columns)[0], 1.0);
    let back: Vec<f64> = hold.iter().rev().copied().collect();
    let since: Vec<f64> = reach.iter().rev().copied().collect();
    assert_eq!(
        robustness("a >= 0 since[1,3] b >= 0", &[&back, &since])[4],
        1.0
    );
}

#[test]
fn a_conjunction_with_the_next_sample_keeps_small_numbers_beside_large_ones() {
    let x = [1e6, 1e-6, -1e6, 1e-6];
    let found = robustness("x >= 0 and next (x >= 0)", &[&x]);
    assert_eq!(found, [1e-6, -1e6, -1e6, 1e-6]);
    let own = formula("x >= 0 and next (x >= 0)");
    let mut monitor = Monitor::new(&own).unwrap();
    let mut told: Vec<f64> = Vec::new();
    for sample in x {
        told.extend(monitor.push(&[sample]).map(|own| own.robustness));
    }
    told.extend(monitor.finish().iter().map(|own| own.robustness));
    assert_eq!(told, found);
}

#[test]
fn evaluating_twice_gives_the_same() {
    let own = formula("always[0,3] (x >= 0.5 implies eventually[0,4] (y >= x)) or once (y < 0)");
    let mut dice = Dice(3);
    let columns = [dice.column(200, 1.0, 5), dice.column(200, 1.0, 5)];
    let mut monitor = Monitor::new(&own).unwrap();
    let mut run = |early: bool| {
        monitor.reset();
        let mut told = Vec::new();
        for (x, y) in columns[0].iter().zip(&columns[1]) {
            told.extend(monitor.push(&[*x, *y]));
            if early {
                assert_eq!(monitor.early(), monitor.early());
                assert_eq!(monitor.finish(), monitor.finish());
            }
        }
        told.extend(monitor.finish());
        told
    };
    assert_eq!(run(false), run(true));
}

#[test]
fn a_state_that_was_saved_in_the_middle_goes_on_with_the_same_bits() {
    let mut dice = Dice(5);
    for round in 0..400 {
        let own = dice.formula(3, 1.0, round % 2 == 0);
        let Ok(mut monitor) = Monitor::new(&own) else {
            continue;
        };
        let wide = monitor.signals().len();
        let rows: Vec<Vec<f64>> = (0..40).map(|_| dice.column(wide, 1.0, 10)).collect();
        for row in &rows[..17] {
            monitor.push(row);
        }
        let bytes = postcard::to_stdvec(monitor.state()).unwrap();
        let state: MonitorState = postcard::from_bytes(&bytes).unwrap();
        let mut other = Monitor::new(&own).unwrap();
        other.restore(state).unwrap();
        assert_eq!(other, monitor);
        for row in &rows[17..] {
            assert_eq!(other.push(row), monitor.push(row), "{own}");
            assert_eq!(other.early(), monitor.early(), "{own}");
        }
        assert_eq!(other.state(), monitor.state());
        assert_eq!(
            postcard::to_stdvec(other.state()),
            postcard::to_stdvec(monitor.state())
        );
    }
}

#[test]
fn a_state_of_another_formula_is_refused_and_bytes_from_elsewhere_never_panic() {
    let mut monitor = Monitor::new(&formula("always[0,3] (x >= 0)")).unwrap();
    let other = Monitor::new(&formula("x >= 0 until[0,3] y >= 0")).unwrap();
    let error = monitor.restore(other.state().clone()).unwrap_err();
    assert!(
        error.to_string().contains("always[0,3] (x >= 0)"),
        "{error}"
    );
    let text = "x >= 0 until[0,3] (y >= 0 since[0,2] prev (x > 1))";
    let mut monitor = Monitor::new(&formula(text)).unwrap();
    for k in 0..9 {
        monitor.push(&[f64::from(k), 1.0]);
    }
    let bytes = postcard::to_stdvec(monitor.state()).unwrap();
    let mut dice = Dice(9);
    for _ in 0..20_000 {
        let mut own = bytes.clone();
        for _ in 0..=dice.below(3) {
            let place = dice.below(own.len() as u64) as usize;
            own[place] = dice.below(256) as u8;
        }
        let Ok(state) = postcard::from_bytes::<MonitorState>(&own) else {
            continue;
        };
        let mut other = monitor.clone();
        if other.restore(state).is_ok() {
            for k in 0..9 {
                other.push(&[f64::from(k), 1.0]);
                other.early();
            }
        }
    }
}

#[test]
fn what_is_certain_is_told_before_the_verdict_is_final() {
    let mut monitor = Monitor::new(&formula("always[0,1000] (x <= 1)")).unwrap();
    assert_eq!(monitor.early(), None);
    assert_eq!(monitor.push(&[0.5]), None);
    let open = Early {
        instant: 0,
        low: f64::NEG_INFINITY,
        high: 0.5,
        invalid: false,
    };
    assert_eq!(monitor.early(), Some(open));
    assert_eq!(open.decided(), None);
    monitor.push(&[3.0]);
    assert_eq!(monitor.early().and_then(|own| own.decided()), Some(false));
    let mut monitor = Monitor::new(&formula("eventually (x >= 1)")).unwrap();
    monitor.push(&[3.0]);
    assert_eq!(monitor.early().and_then(|own| own.decided()), Some(true));
    let mut monitor = Monitor::new(&formula("eventually[0,9] (x >= 1)")).unwrap();
    monitor.push(&[f64::NAN]);
    let early = monitor.early().unwrap();
    assert!(early.invalid);
    assert_eq!(
        (early.decided(), early.high),
        (Some(false), f64::NEG_INFINITY)
    );
    // Exactly on the border nothing is decided.
    let mut monitor = Monitor::new(&formula("x >= 1 or next (x >= 9)")).unwrap();
    monitor.push(&[1.0]);
    let early = monitor.early().unwrap();
    assert_eq!((early.low, early.decided()), (0.0, None));
}

#[test]
fn formulas_without_an_upper_bound_are_judged_at_the_first_instant_or_refused() {
    let own = formula("always (x >= 0 implies eventually[0,2] (y >= 1))");
    let mut monitor = Monitor::new(&own).unwrap();
    for (x, y) in [(1.0, 0.0), (-1.0, 0.0), (-1.0, 3.0), (-1.0, 0.0)] {
        assert_eq!(monitor.push(&[x, y]), None);
        assert_eq!(monitor.early().map(|own| own.instant), Some(0));
    }
    let last = monitor.finish();
    assert_eq!(last.len(), 1);
    assert_eq!((last[0].instant, last[0].robustness), (0, 1.0));
    let nested = Monitor::new(&formula("always (x >= 0 implies eventually (y >= 1))"));
    let error = nested.unwrap_err().to_string();
    assert!(
        error.contains("found `eventually` without an upper bound within `always`"),
        "{error}"
    );
}

#[test]
fn huge_intervals_cost_no_more_than_their_samples() {
    let own = formula("always[7,4294967296] (x >= 0) or eventually[4294967296,4294967296] (x > 1)");
    let mut monitor = Monitor::new(&own).unwrap();
    for k in 0..50 {
        assert_eq!(monitor.push(&[f64::from(k)]), None);
        monitor.early();
    }
    let told = monitor.finish();
    assert_eq!(told.len(), 50);
    assert_eq!(told[3].robustness, 10.0);
}

#[test]
fn a_push_allocates_nothing_once_warm() {
    let text =
        "always[0,100] (x >= 0 until[2,30] y >= 0) and (once[3,40] (x > 1) since[0,9] y < 2)";
    let mut monitor = Monitor::new(&formula(text)).unwrap();
    let mut dice = Dice(1);
    let rows: Vec<Vec<f64>> = (0..3000).map(|_| dice.column(2, 1.0, 1)).collect();
    for row in &rows[..600] {
        monitor.push(row);
        monitor.early();
    }
    let count = allocation_counter::measure(|| {
        for row in &rows[600..] {
            std::hint::black_box(monitor.push(row));
            std::hint::black_box(monitor.early());
        }
    });
    assert_eq!(count.count_total, 0);
}

#[test]
fn the_comparison_that_decides_has_the_robustness_of_the_verdict() {
    let mut dice = Dice(21);
    let (mut told, mut silent) = (0, 0);
    for round in 0..4000 {
        let depth = 1 + round % 3;
        let own = dice.formula(depth, 1.0, true);
        let columns: Vec<_> = own
            .signals()
            .iter()
            .map(|_| dice.column(12, 1.0, 8))
            .collect();
        let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let whole = evaluate(&own, &borrowed, 12);
        let differs = own.to_string().contains("xor") || own.to_string().contains("iff");
        for t in 0..12 {
            let verdict = whole.at(t).unwrap();
            let Some(found) = blame(&own, &borrowed, 12, t) else {
                silent += 1;
                let end = verdict.robustness.is_infinite() || differs;
                assert!(end && verdict.valid, "{own} at {t}");
                continue;
            };
            told += 1;
            let bad = found.samples.iter().any(|(_, x)| !x.is_finite());
            match verdict.valid {
                true => {
                    let same = found.robustness.abs() == verdict.robustness.abs();
                    assert!(same || differs, "{own} at {t}: {found:?} {verdict:?}");
                }
                false => assert!(bad || found.robustness.is_nan(), "{own} at {t}: {found:?}"),
            }
        }
    }
    assert!(told > 10 * silent / 2, "{told} {silent}");
    assert_eq!(blame(&formula("x > 0"), &[&[1.0]], 1, 7), None);
}

#[test]
fn texts_are_read_as_people_write_them() {
    let same = |a: &str, b: &str| assert_eq!(formula(a), formula(b), "{a}");
    same(
        "!x>1 && y<2 || z>=3 -> w<=4 <-> v>5",
        "((((not (x > 1)) and y < 2) or z >= 3) implies w <= 4) iff v > 5",
    );
    same(
        "a > 0 -> b > 0 -> c > 0",
        "a > 0 implies (b > 0 implies c > 0)",
    );
    same(
        "a > 0 or b > 0 xor c > 0 and d > 0",
        "a > 0 or (b > 0 xor (c > 0 and d > 0))",
    );
    same(
        "always x > 0 until[0:3] y > 0",
        "(always (x > 0)) until[0,3] (y > 0)",
    );
    same("0 <= x < 1", "0 <= x and x < 1");
    same("always[2,inf] (x ≥ 1)", "always[2 : inf] x >= 1");
    same(
        "x + 2 * y - abs(z) / 4 >= -1e-3",
        "((x + (2 * y)) - (abs(z) / 4)) >= -0.001",
    );
    same("coherence@drive > 0.5", "\"coherence@drive\" > 0.5");
    assert_eq!(
        formula("x > 0 and slow.y@a.b < \"a \\\" b\"").signals(),
        ["a \" b", "slow.y@a.b", "x"]
    );
    let timed = Formula::parse(
        "always[0, 50 ms] (x > 0) and once[20ms,0.1 s] (x > 0)",
        Some(0.01),
    );
    assert_eq!(
        timed,
        Ok(formula("always[0,5] (x > 0) and once[2,10] (x > 0)"))
    );
    assert_eq!(
        formula("always[0,5] next once[0,9] (x > 0)").horizon(),
        Some(6)
    );
    assert_eq!(
        formula("always[0,5] next once[0,9] (x > 0)").past(),
        Some(9)
    );
    assert_eq!(formula("x > 0 until y > 0").horizon(), None);
    assert_eq!(formula("historically (x > 0)").past(), None);
}

#[test]
fn what_is_no_formula_is_refused_with_its_place() {
    let told = refused("always[0,5] (x >= 1) nad y > 2");
    let shown = "column 22: found nad, expected an operator such as and, or the end\n  \
                 always[0,5] (x >= 1) nad y > 2\n                       ^";
    assert_eq!(told, shown);
    for (text, part) in [
        ("", "column 1: found the end, expected a formula"),
        (
            "x",
            "found the number x, expected a formula, such as x >= 0",
        ),
        ("(x > 1) + 2 > 1", "found a formula, expected a number"),
        ("x = 1", "expected one of >=, >, <=, <; for equality"),
        ("x > 1 > 0 < 3", "expected >= or >, as before in the chain"),
        (
            "always[3,2] (x > 0)",
            "column 10: found 2 after 3, expected an upper bound",
        ),
        (
            "always[0.5,2] (x > 0)",
            "found 0.5, expected a whole number of samples",
        ),
        (
            "always[0,5000000000] (x > 0)",
            "expected a whole number of samples, 0 … 4294967296",
        ),
        (
            "always[0, 15 ms] (x > 0)",
            "found 15 ms, expected a whole number of samples, which are 0.01 s",
        ),
        (
            "always[1, 2 s] (x > 0)",
            "expected a unit at both bounds or at none",
        ),
        ("always[0, 2 parsec] (x > 0)", "expected a unit of time"),
        (
            "always[inf,inf] (x > 0)",
            "found inf, expected a whole number",
        ),
        ("x / y > 1", "found y, expected a constant other than 0"),
        ("x / 0 > 1", "found 0, expected a constant other than 0"),
        ("x > 1e999", "found 1e999, expected a finite number"),
        ("x > 1 and", "found the end, expected a formula"),
        ("(x > 1", "found the end, expected an operator, or )"),
        (
            "x > 1)",
            "found ), expected an operator such as and, or the end",
        ),
        ("and > 1", "quote names that are operators"),
        ("x > 1 ; y", "found ';', expected a name"),
        ("\"x > 1", "found a name without an end, expected \""),
        ("x\n > ?", "line 2, column 4: found '?'"),
    ] {
        let told = refused(text);
        assert!(told.contains(part), "{text}: {told}");
    }
    let told = Formula::parse("always[0, 1 s] (x > 0)", None).unwrap_err();
    assert!(
        told.expected
            .contains("the time between samples is not known"),
        "{told}"
    );
}

#[test]
fn deep_long_and_mutilated_texts_are_read_or_refused() {
    for (open, close) in [
        ("(", ")"),
        ("not ", ""),
        ("-", ""),
        ("abs(", ")"),
        ("x > 1 -> ", ""),
    ] {
        for count in [100, 120, 1000, 60_000] {
            let text = format!("{}x > 1{}", open.repeat(count), close.repeat(count));
            let found = Formula::parse(&text, None);
            assert!(found.is_ok() || count >= 100, "{open} {count}");
        }
    }
    assert!(refused(&"x > 1 and ".repeat(7000)).contains("at most 65536 characters"));
    assert!(refused(&format!("{}x > 1", "x > 1 and ".repeat(400))).contains("at most 128"));
    let base = "always[0, 50 ms] (abs(x - \"y z\") <= 0.5 and slow.c@p < 2 until[1:7] -x > 1e-3) -> ¬(1 < y)";
    let mut dice = Dice(31);
    let odd = [
        '[', ']', '(', ')', '"', '\\', '@', '.', '9', 'e', '-', '<', '=', 'ß', '∞', '\u{0}',
        '\u{301}',
    ];
    let mut read = 0;
    for _ in 0..60_000 {
        let mut own: Vec<char> = base.chars().collect();
        for _ in 0..=dice.below(4) {
            let place = dice.below(own.len() as u64) as usize;
            match dice.below(4) {
                0 => own[place] = odd[dice.below(odd.len() as u64) as usize],
                1 => own.insert(place, odd[dice.below(odd.len() as u64) as usize]),
                2 if own.len() > 1 => {
                    own.remove(place);
                }
                _ => {
                    let other = dice.below(own.len() as u64) as usize;
                    own.swap(place, other);
                }
            }
        }
        let text: String = own.into_iter().collect();
        match Formula::parse(&text, Some(0.01)) {
            Ok(formula) => {
                read += 1;
                assert_eq!(Formula::parse(&formula.to_string(), None), Ok(formula));
            }
            Err(error) => assert!(!error.expected.is_empty() && !error.to_string().is_empty()),
        }
    }
    assert!(read > 1000, "{read}");
}
