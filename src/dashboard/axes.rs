//! Axes of plots: where ticks stand and what is written at them.

use std::ops::RangeInclusive;

use bevy_egui::egui::{self, FontId, Rangef};
use egui_plot::{AxisHints, GridInput, GridMark};

use crate::base::num;

use super::theme;

/// Points between two labels of an axis of values at most, and at least.
const VALUE_LABELS: (f64, f64) = (60.0, 15.5);
/// Points between two labels along a horizontal axis at most, and at least.
const LEVEL_LABELS: (f64, f64) = (160.0, 52.0);
/// Points between two powers of ten.
const POWER_LABELS: f64 = 20.0;
/// Labels of an axis at least, where they can be told apart.
const LEAST_LABELS: f64 = 4.0;
/// Points between two grid lines at least, as egui_plot has it.
const LEAST_SPACING: f64 = 8.0;
/// Width of an axis of values, points: the same for all plots, so that their times are aligned.
const WIDTH: f32 = 58.0;

/// The greatest 1, 2 or 5 times a power of ten that is not above `most`.
#[must_use]
pub fn step_below(most: f64) -> f64 {
    if !(most.is_finite() && most > 0.0) {
        return 1.0;
    }
    let power = ten_to((num::ln(most) / num::ln(10.0)).floor() as i32);
    let fits = |factor: f64| factor * power <= most * (1.0 + 1e-9);
    let factor = [5.0, 2.0, 1.0].into_iter().find(|factor| fits(*factor));
    factor.unwrap_or(0.5) * power
}

/// The least 1, 2 or 5 times a power of ten that is not below `least`.
fn step_above(least: f64) -> f64 {
    let below = step_below(least);
    let is_round = |step: &f64| (step_below(*step) / step - 1.0).abs() < 1e-6;
    let enough = |step: &f64| *step >= least * (1.0 - 1e-9);
    let mut next = [1.0, 2.0, 2.5].into_iter().map(|factor| factor * below);
    next.find(|step| enough(step) && is_round(step))
        .unwrap_or(10.0 * below)
}

fn ten_to(power: i32) -> f64 {
    let mut value = 1.0;
    for _ in 0..power.unsigned_abs() {
        value *= 10.0;
    }
    if power < 0 { 1.0 / value } else { value }
}

/// Multiples of a step within bounds, each a whole number of steps from 0.
fn multiples((low, high): (f64, f64), step: f64) -> Vec<GridMark> {
    let (first, last) = ((low / step).ceil(), (high / step).floor());
    if !(last - first).is_finite() || last - first > 1000.0 {
        return Vec::new();
    }
    let count = (last - first).max(-1.0) as i64;
    let mark = |k: i64| GridMark {
        value: (first + k as f64) * step,
        step_size: step,
    };
    (0..=count).map(mark).collect()
}

/// Ticks at most and at least so many points apart: four of them where there is room.
fn linear(input: &GridInput, (most, least): (f64, f64)) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let length = length(input);
    let step = step_below((high - low) / (length / most).max(LEAST_LABELS));
    let needed = (high - low) * least / length;
    multiples(
        input.bounds,
        if step < needed {
            step_above(needed)
        } else {
            step
        },
    )
}

/// Length of an axis, points.
fn length(input: &GridInput) -> f64 {
    let (low, high) = input.bounds;
    ((high - low) / (input.base_step_size / LEAST_SPACING)).max(1.0)
}

/// Ticks of an axis whose values are decimal logarithms: whole powers of ten, finer ones where
/// these would be fewer than four.
fn decades(input: &GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let whole = multiples(input.bounds, 1.0);
    let room = (length(input) / POWER_LABELS).max(LEAST_LABELS);
    if whole.len() as f64 > room {
        let step = (whole.len() as f64 / room).ceil();
        return multiples(input.bounds, step);
    }
    if whole.len() as f64 >= LEAST_LABELS {
        return whole;
    }
    let within = [1.0, 2.0, 5.0].map(|factor| num::ln(factor) / num::ln(10.0));
    let powers = (low.floor() as i64)..=(high.floor() as i64);
    let fine: Vec<GridMark> = powers
        .flat_map(|power| within.map(|share| power as f64 + share))
        .filter(|value| (low..=high).contains(value))
        .map(|value| GridMark {
            value,
            step_size: 0.3,
        })
        .collect();
    if fine.len() as f64 >= LEAST_LABELS {
        return fine;
    }
    // Within less than a decade, at round values.
    let ends = [low, high].map(|power| num::exp(power * num::ln(10.0)));
    let step = step_below((ends[1] - ends[0]) / LEAST_LABELS);
    let values = multiples((ends[0], ends[1]), step).into_iter();
    let marks = values.filter(|mark| mark.value > 0.0).map(|mark| GridMark {
        value: num::ln(mark.value) / num::ln(10.0),
        step_size: (high - low) / LEAST_LABELS,
    });
    marks.collect()
}

/// Ticks of an axis of values.
pub fn value_ticks(input: &GridInput, log: bool) -> Vec<GridMark> {
    if log {
        decades(input)
    } else {
        linear(input, VALUE_LABELS)
    }
}

/// Ticks of a horizontal axis.
#[must_use]
pub fn level_ticks(input: &GridInput) -> Vec<GridMark> {
    linear(input, LEVEL_LABELS)
}

/// A number as ticks of a step write it: with as many decimals as the step needs, or with a power
/// of ten where it is very large or small.
#[must_use]
pub fn tick_text(value: f64, step: f64) -> String {
    if value.abs() < 0.5 * step.abs() * 1e-6 {
        return "0".to_owned();
    }
    let size = value.abs().max(step.abs());
    if !(1e-4..1e6).contains(&size) {
        return scientific(value);
    }
    let decimals = (-(num::ln(step.abs().max(1e-12)) / num::ln(10.0)) - 1e-9).ceil();
    let text = format!("{value:.*}", decimals.clamp(0.0, 9.0) as usize);
    text.replace('-', "−")
}

/// A number with two digits and a power of ten, like `2.5·10⁻⁵`.
fn scientific(value: f64) -> String {
    let power = (num::ln(value.abs()) / num::ln(10.0) + 1e-9).floor() as i32;
    let digits = value / ten_to(power);
    let digits = format!("{digits:.1}");
    let digits = digits.trim_end_matches(".0").replace('-', "−");
    format!("{digits}·{}", power_of_ten(power))
}

/// `10ⁿ`.
#[must_use]
pub fn power_of_ten(power: i32) -> String {
    let digits = power.to_string();
    let raised = digits.chars().map(|letter| match letter {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or('⁰'),
    });
    format!("10{}", raised.collect::<String>())
}

/// What stands at a tick of an axis whose values are decimal logarithms.
#[must_use]
pub fn log_text(mark: f64) -> String {
    let whole = mark.round();
    if (mark - whole).abs() < 1e-9 {
        return power_of_ten(whole as i32);
    }
    let value = num::exp(mark * num::ln(10.0));
    // Three digits tell ticks of a part of a decade apart.
    let text = tick_text(value, step_below(value) / 100.0);
    match text.contains('.') && !text.contains('·') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// An axis of values.
#[must_use]
pub fn value_axis(ui: &egui::Ui, log: bool) -> AxisHints<'static> {
    let text = move |mark: GridMark, _: &RangeInclusive<f64>| match log {
        true => log_text(mark.value),
        false => tick_text(mark.value, mark.step_size),
    };
    let axis = AxisHints::new_y().formatter(text).min_thickness(WIDTH);
    styled(axis, ui, Rangef::new(8.0, 9.0))
}

/// An axis of time.
#[must_use]
pub fn time_axis(ui: &egui::Ui) -> AxisHints<'static> {
    let text = |mark: GridMark, range: &RangeInclusive<f64>| {
        // A label at the very end would be cut off.
        let room = (range.end() - mark.value) / (range.end() - range.start());
        match room > 0.025 {
            true => format!("{} s", tick_text(mark.value, mark.step_size)),
            false => String::new(),
        }
    };
    styled(
        AxisHints::new_x().formatter(text),
        ui,
        Rangef::new(30.0, 31.0),
    )
}

/// An axis of numbers with a title.
#[must_use]
pub fn plain_axis<'a>(ui: &egui::Ui, title: impl Into<egui::WidgetText>) -> AxisHints<'a> {
    let text = |mark: GridMark, _: &RangeInclusive<f64>| tick_text(mark.value, mark.step_size);
    let axis = AxisHints::new_x().formatter(text).label(title);
    styled(axis, ui, Rangef::new(30.0, 31.0))
}

/// Labels of a size and colour that can be read.
pub fn styled<'a>(axis: AxisHints<'a>, ui: &egui::Ui, spacing: Rangef) -> AxisHints<'a> {
    axis.label_spacing(spacing)
        .tick_label_color(theme::quiet(ui.visuals().dark_mode))
        .tick_label_font(FontId::proportional(theme::SMALL))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(low: f64, high: f64, points: f64) -> GridInput {
        GridInput {
            bounds: (low, high),
            base_step_size: (high - low) / points * LEAST_SPACING,
        }
    }

    #[test]
    fn an_axis_of_any_range_and_height_has_four_labels() {
        let ranges = [(0.0, 1.0), (-0.06, 1.06), (0.93, 0.9301), (-3e5, 7e6)];
        for (low, high) in ranges {
            for points in [60.0, 100.0, 160.0, 400.0] {
                let ticks = value_ticks(&input(low, high, points), false);
                let least = if points < 100.0 { 2 } else { 4 };
                assert!(
                    (least..=24).contains(&ticks.len()),
                    "{low} {high}: {ticks:?}"
                );
                let apart = ticks[0].step_size / (high - low) * points;
                assert!(apart > 15.0, "labels do not touch: {apart}");
                let mut texts: Vec<_> = ticks
                    .iter()
                    .map(|tick| tick_text(tick.value, tick.step_size))
                    .collect();
                texts.dedup();
                assert_eq!(texts.len(), ticks.len(), "{texts:?}");
            }
        }
    }

    #[test]
    fn powers_of_ten_stand_at_an_axis_of_logarithms() {
        let texts = |low, high| -> Vec<String> {
            let ticks = value_ticks(&input(low, high, 120.0), true);
            ticks.iter().map(|tick| log_text(tick.value)).collect()
        };
        assert_eq!(texts(-3.2, 1.1), ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]);
        assert_eq!(texts(-0.4, 1.0), ["0.5", "10⁰", "2", "5", "10¹"]);
        assert!(texts(-30.0, 30.0).len() <= 8);
        assert_eq!(texts(0.26, 0.5), ["2", "2.2", "2.4", "2.6", "2.8", "3"]);
    }

    #[test]
    fn ticks_are_written_without_rests_of_arithmetic() {
        assert_eq!(tick_text(0.1 + 0.2, 0.1), "0.3");
        assert_eq!(tick_text(-0.25, 0.05), "−0.25");
        assert_eq!(tick_text(2.5e-5, 5e-6), "2.5·10⁻⁵");
        assert_eq!(tick_text(1e-17, 0.1), "0");
        assert_eq!(tick_text(12_000.0, 2000.0), "12000");
        assert_eq!(step_below(0.3), 0.2);
        let above = [0.3, 0.2, 3.0, 6.0, 1.0].map(step_above);
        assert_eq!(above, [0.5, 0.2, 5.0, 10.0, 1.0]);
    }
}
