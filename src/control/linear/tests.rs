use super::*;
use crate::base::num;
use crate::control::pid::PidSpec;

fn plant(numerator: &[f64], denominator: &[f64], delay_s: f64) -> LinearPlant {
    LinearPlant::new(numerator, denominator, delay_s).unwrap()
}

fn law(text: &str) -> PidSpec {
    ron::from_str(text).unwrap()
}

/// y of the plant for a constant input of 1.
fn answer(own: &LinearPlant, ts: f64, count: usize) -> Vec<f64> {
    let mut at = Discrete::new(own, ts).unwrap().at_rest();
    (0..count)
        .map(|_| {
            let y = at.output();
            at.advance(1.0);
            y
        })
        .collect()
}

#[test]
fn sampled_plants_answer_a_step_exactly() {
    let near = |found: f64, expected: f64| {
        let off = (found - expected).abs();
        assert!(off < 1e-11 * expected.abs().max(1.0), "{found} {expected}");
    };
    for ts in [1e-3, 0.1, 3.0] {
        // A lag, 1/(s + 1)³, an integrator with lag, an unstable plant, a stiff one, a resonance.
        let lag = answer(&plant(&[2.0], &[5.0, 1.0], 2.0 * ts), ts, 40);
        let third = answer(&plant(&[1.0], &[1.0, 3.0, 3.0, 1.0], 0.0), ts, 40);
        let double = answer(&plant(&[1.0], &[1.0, 1.0, 0.0], 0.0), ts, 40);
        let unstable = answer(&plant(&[1.0], &[1.0, -0.1], 0.0), ts, 40);
        let stiff = answer(&plant(&[1e4], &[1.0, 10_001.0, 1e4], 0.0), ts, 40);
        // Zeros: one that cancels a pole, and one on the right, by which it begins the wrong way.
        let cancelled = answer(&plant(&[1.0, 2.0], &[1.0, 3.0, 2.0], 0.0), ts, 40);
        let wrong_way = answer(&plant(&[-1.0, 1.0], &[1.0, 2.0, 1.0], 0.0), ts, 40);
        let swing = answer(&plant(&[4.0], &[1.0, 0.0, 4.0], 0.0), ts, 40);
        for k in 0..40 {
            let t = k as f64 * ts;
            let late = (t - 2.0 * ts).max(0.0);
            near(lag[k], -2.0 * num::exp_m1(-late / 5.0));
            near(third[k], 1.0 - (1.0 + t + t * t / 2.0) * num::exp(-t));
            near(double[k], t + num::exp_m1(-t));
            near(unstable[k], 10.0 * num::exp_m1(0.1 * t));
            let (fast, slow) = (num::exp(-1e4 * t), num::exp(-t));
            near(stiff[k], 1.0 + (fast - 1e4 * slow) / 9999.0);
            near(cancelled[k], -num::exp_m1(-t));
            near(wrong_way[k], 1.0 - (1.0 + 2.0 * t) * num::exp(-t));
            near(swing[k], 1.0 - num::cos(2.0 * t));
        }
    }
}

#[test]
fn plants_that_are_none_are_refused_with_what_was_expected() {
    for (numerator, denominator, delay, word) in [
        (&[1.0][..], &[0.0, 1.0][..], 0.0, "leading"),
        (&[1.0, 1.0], &[1.0, 1.0], 0.0, "algebraic"),
        (&[1.0], &[1.0], 0.0, "algebraic"),
        (&[0.0], &[1.0, 1.0], 0.0, "other than 0"),
        (&[], &[1.0, 1.0], 0.0, "at least one"),
        (&[1.0], &[], 0.0, "at least one"),
        (&[f64::NAN], &[1.0, 1.0], 0.0, "finite"),
        (&[1e300], &[1e-300, 1.0], 0.0, "finite"),
        (&[1.0], &[1.0, 1.0], -1.0, "≥ 0 s"),
        (&[1.0], &[1.0; 30], 0.0, "at most"),
    ] {
        let error = LinearPlant::new(numerator, denominator, delay).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(word) && text.contains("found"), "{text}");
    }
    let own = plant(&[0.0, 0.0, 3.0], &[2.0, 4.0], 0.0);
    assert_eq!(
        (own.numerator(), own.denominator()),
        (&[1.5][..], &[1.0, 2.0][..])
    );
    let fast = plant(&[1.0], &[1.0, -1e6], 0.0);
    assert!(
        Discrete::new(&fast, 1.0)
            .unwrap_err()
            .to_string()
            .contains("shorter")
    );
    let late = plant(&[1.0], &[1.0, 1.0], 1e9);
    assert!(
        Discrete::new(&late, 1e-3)
            .unwrap_err()
            .to_string()
            .contains("slowly")
    );
    for ts in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(Discrete::new(&own, ts).is_err());
    }
}

#[test]
fn ultimate_points_are_those_of_textbooks() {
    for (own, ku, wu) in [
        (plant(&[1.0], &[1.0, 3.0, 3.0, 1.0], 0.0), 8.0, 3f64.sqrt()),
        (plant(&[1.0], &[1.0, 4.0, 6.0, 4.0, 1.0], 0.0), 4.0, 1.0),
        (
            plant(&[1.0], &[10.0, 1.0], 2.0),
            8.502_424_988_445_016,
            0.844_341_344_979_234_4,
        ),
        // An integrator with delay: ω L = π/2.
        (plant(&[1.0], &[1.0, 0.0], 0.5), num::PI, num::PI),
    ] {
        let found = own.ultimate(1.0).unwrap();
        assert!((found.gain / ku - 1.0).abs() < 1e-12, "{found:?}");
        assert!(
            (num::TAU / found.period_s / wu - 1.0).abs() < 1e-12,
            "{found:?}"
        );
    }
    let reversed = plant(&[-1.0], &[1.0, 3.0, 3.0, 1.0], 0.0);
    assert!((reversed.ultimate(-1.0).unwrap().gain + 8.0).abs() < 1e-10);
    assert!(plant(&[1.0], &[1.0, 1.0], 0.0).ultimate(1.0).is_none());
}

#[test]
fn margins_and_stability_are_those_of_the_sampled_loop() {
    // 1/(s + 1)³ under Kp: margin 8/Kp when sampled fast, and the border is where it says.
    let own = plant(&[1.0], &[1.0, 3.0, 3.0, 1.0], 0.0);
    let sampled = Discrete::new(&own, 0.05).unwrap();
    let at = |kp: f64| PidSpec {
        kp,
        ..PidSpec::default()
    };
    let whole = SampledLoop {
        plant: &sampled,
        law: &at(2.0),
    };
    let margins = whole.margins();
    let gain = margins.gain.unwrap();
    assert!((3.5..4.0).contains(&gain), "{margins:?}");
    assert_eq!(whole.stability(), Stability::Stable);
    for (factor, stable) in [(0.999, true), (1.001, false)] {
        let law = at(2.0 * gain * factor);
        let own = SampledLoop {
            plant: &sampled,
            law: &law,
        };
        let found = own.stability();
        assert_eq!(found == Stability::Stable, stable, "{found:?}");
        if !stable {
            assert_eq!(found, Stability::Unstable(2));
        }
        // As the answer to a step says.
        let reference = vec![1.0; 9000];
        let series = LoopRun::new(&sampled, &law, &reference).run();
        let swing = |part: &[f64]| {
            let ends = part
                .iter()
                .fold([f64::MAX, f64::MIN], |[a, b], y| [a.min(*y), b.max(*y)]);
            ends[1] - ends[0]
        };
        let (early, late) = (swing(&series.y[1000..2000]), swing(&series.y[8000..9000]));
        assert_eq!(late < early, stable, "{early} {late}");
    }
    // The delay margin: with so many more samples of delay the loop is still stable or not.
    let law = law("(kp: 2.5, ki: 0.25)");
    let own = plant(&[1.0], &[10.0, 1.0], 2.0);
    let sampled = Discrete::new(&own, 0.1).unwrap();
    let whole = SampledLoop {
        plant: &sampled,
        law: &law,
    };
    let margins = whole.margins();
    let degrees = margins.phase_rad.unwrap().to_degrees();
    assert!(
        (55.0..65.0).contains(&degrees) && margins.sensitivity < 2.0,
        "{margins:?}"
    );
    let spare = (margins.delay_s.unwrap() / 0.1) as usize;
    for (more, stable) in [(0, true), (spare, true), (spare + 1, false), (400, false)] {
        let later = Discrete::with_delay(&own, 0.1, 20 + more).unwrap();
        let whole = SampledLoop {
            plant: &later,
            law: &law,
        };
        assert_eq!(whole.stability() == Stability::Stable, stable, "{more}");
    }
}

#[test]
fn unstable_plants_have_a_least_gain() {
    let own = plant(&[1.0], &[1.0, -1.0], 0.0);
    let sampled = Discrete::new(&own, 0.02).unwrap();
    let law = law("(kp: 4, ki: 2)");
    let whole = SampledLoop {
        plant: &sampled,
        law: &law,
    };
    assert_eq!(whole.stability(), Stability::Stable);
    let least = whole.margins().gain_least.unwrap();
    for (factor, stable) in [(least * 1.001, true), (least * 0.999, false), (0.0, false)] {
        let weaker = PidSpec {
            kp: 4.0 * factor,
            ki: 2.0 * factor,
            ..law.clone()
        };
        let whole = SampledLoop {
            plant: &sampled,
            law: &weaker,
        };
        assert_eq!(whole.stability() == Stability::Stable, stable, "{factor}");
    }
}

#[test]
fn a_step_is_told_by_its_numbers() {
    let reference = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let y = [0.0, 0.0, 0.5, 1.2, 1.01, 1.0];
    let u = [0.0, 1.0, 0.5, -0.5, 0.0, 0.0];
    let found = step_metrics(&reference, &y, &u, 0.5, 1);
    let step = found.step.unwrap();
    assert!((step.overshoot_percent - 20.0).abs() < 1e-12);
    assert_eq!((step.settling_s, step.rise_s), (Some(1.5), Some(0.5)));
    assert_eq!(
        (found.u_max, found.u_min, found.total_variation_u),
        (1.0, -0.5, 3.0)
    );
    assert!((found.iae - 0.855).abs() < 1e-12);
    assert!(step_metrics(&[1.0; 6], &y, &u, 0.5, 1).step.is_none());
    assert!(step_metrics(&[], &[], &[], 0.5, 1).y_final.is_nan());
}

#[test]
fn poles_are_found_wherever_they_are() {
    let product = |roots: &[f64]| {
        roots.iter().fold(vec![1.0], |own, root| {
            let mut next = own.clone();
            next.push(0.0);
            for (k, x) in own.iter().enumerate() {
                next[k + 1] -= root * x;
            }
            next
        })
    };
    for roots in [
        &[-1.0, -2.0, -3.0][..],
        &[-1e6, -1.0, -1e-6],
        &[0.0, 0.0, -5.0],
        &[-1.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0, -8.0],
        &[2.0, -0.5],
    ] {
        let mut found: Vec<f64> = plant(&[1.0], &product(roots), 0.0)
            .poles()
            .iter()
            .map(|own| own.re)
            .collect();
        found.sort_unstable_by(f64::total_cmp);
        let mut expected = roots.to_vec();
        expected.sort_unstable_by(f64::total_cmp);
        for (a, b) in found.iter().zip(&expected) {
            assert!((a - b).abs() <= 1e-9 * b.abs(), "{found:?} {expected:?}");
        }
    }
    // Unit roots, on which steps of eigenvalues stand still.
    for degree in 2..=20 {
        let mut denominator = vec![0.0; degree + 1];
        denominator[0] = 1.0;
        for last in [1.0, -1.0] {
            denominator[degree] = last;
            let poles = plant(&[1.0], &denominator, 0.0).poles();
            assert_eq!(poles.len(), degree);
            assert!(poles.iter().all(|own| (own.norm_sqr() - 1.0).abs() < 1e-12));
        }
    }
    let triple = plant(&[1.0], &[1.0, 3.0, 3.0, 1.0], 0.0).growth();
    assert!((triple + 1.0).abs() < 1e-4, "{triple}");
}

#[test]
fn plants_of_any_numbers_are_assessed_or_refused() {
    use crate::base::random::{KeyedRng, Purpose};
    let (mut assessed, mut refused) = (0, 0);
    for round in 0..240 {
        let mut rng = KeyedRng::new(11, Purpose::Sensor, 0, round);
        let mut draw = |wide: f64| {
            let size = num::pow(10.0, wide * (rng.uniform() - 0.5));
            match (rng.uniform() * 12.0) as u32 {
                0 => 0.0,
                1 => 1.0,
                2 => -size,
                3 => 1e300,
                _ => size,
            }
        };
        let order = 1 + round as usize % 6;
        let wide = [2.0, 20.0, 300.0][round as usize % 3];
        let denominator: Vec<f64> = (0..=order).map(|_| draw(wide)).collect();
        let numerator: Vec<f64> = (0..order.min(2)).map(|_| draw(wide)).collect();
        let delay = if round % 2 == 0 { 0.0 } else { draw(2.0).abs() };
        let own = match LinearPlant::new(&numerator, &denominator, delay) {
            Ok(own) => own,
            Err(error) => {
                assert!(error.to_string().contains("expected"));
                refused += 1;
                continue;
            }
        };
        let ultimate = own.ultimate(own.sign());
        assert!(ultimate.is_none_or(|own| own.period_s > 0.0 && own.gain != 0.0));
        let law = PidSpec {
            kp: draw(2.0),
            ki: draw(2.0),
            kd: draw(2.0),
            derivative_filter_s: 0.1,
            ..PidSpec::default()
        };
        let ts = usual_sample_s(&own);
        match assess(&own, &law, ts, 1.0, Some(200.0 * ts)) {
            Ok(_) => assessed += 1,
            Err(error) => {
                assert!(error.to_string().contains("expected"), "{error}");
                refused += 1;
            }
        }
    }
    assert!(assessed > 50 && refused > 20, "{assessed} {refused}");
}
