//! The ranges of axes that nobody gave: from the marks.

use super::axis::{Axis, Scale};
use super::chart::Panel;
use super::mark::Mark;
use super::number::{decade, log10, power_of_ten};

/// Which axis is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The horizontal one.
    X,
    /// The vertical one.
    Y,
}

/// Least and greatest value so far, and whether marks want air beyond them.
#[derive(Clone, Copy, Debug)]
struct Extent {
    low: f64,
    high: f64,
    loose: bool,
    log: bool,
}

impl Extent {
    fn take(&mut self, value: f64) {
        if value.is_finite() && (!self.log || value > 0.0) {
            self.low = self.low.min(value);
            self.high = self.high.max(value);
        }
    }

    fn take_all(&mut self, values: impl IntoIterator<Item = f64>) {
        for value in values {
            self.take(value);
        }
    }
}

/// The least and greatest value of an axis of panels that share it.
#[must_use]
pub fn range(panels: &[&Panel], way: Way) -> [f64; 2] {
    let Some(first) = panels.first() else {
        return [0.0, 1.0];
    };
    let axis = |panel: &Panel| match way {
        Way::X => panel.x.clone(),
        Way::Y => panel.y.clone(),
    };
    let scale = axis(first).scale;
    let log = scale == Scale::Log10;
    let given: Vec<[f64; 2]> = panels
        .iter()
        .filter_map(|panel| given(&axis(panel)))
        .collect();
    if !given.is_empty() {
        let low = given.iter().map(|r| r[0]).fold(f64::INFINITY, f64::min);
        let high = given.iter().map(|r| r[1]).fold(f64::NEG_INFINITY, f64::max);
        return [low, high];
    }
    let mut extent = Extent {
        low: f64::INFINITY,
        high: f64::NEG_INFINITY,
        loose: way == Way::Y,
        log,
    };
    for panel in panels {
        for mark in &panel.marks {
            match way {
                Way::X => across(mark, &mut extent),
                Way::Y => upwards(mark, &mut extent),
            }
        }
        for (at, _) in &axis(panel).names {
            extent.take_all([at - 0.6, at + 0.6]);
        }
    }
    padded(extent, panels.iter().any(|p| only_cells(p)))
}

/// A given range that is one.
fn given(axis: &Axis) -> Option<[f64; 2]> {
    let [low, high] = axis.range?;
    let log = axis.scale == Scale::Log10;
    let fine = low.is_finite() && high.is_finite() && low < high && (!log || low > 0.0);
    fine.then_some([low, high])
}

/// Whether cells of colour fill the panel, so that air around them would be a rim.
fn only_cells(panel: &Panel) -> bool {
    panel.marks.iter().any(|mark| matches!(mark, Mark::Heat(_)))
}

fn padded(extent: Extent, tight: bool) -> [f64; 2] {
    let Extent {
        low,
        high,
        loose,
        log,
    } = extent;
    if low > high {
        return if log { [0.1, 10.0] } else { [0.0, 1.0] };
    }
    if log {
        if low == high {
            return [low / 3.0, high * 3.0];
        }
        if tight {
            return [low, high];
        }
        if !loose {
            return snapped(log10(low), log10(high), 1.0)
                .map(tenfold)
                .map(|x| x.max(f64::MIN_POSITIVE));
        }
        let air = 0.04 * (log10(high) - log10(low));
        let factor = crate::base::num::exp(air * std::f64::consts::LN_10);
        return [
            (low / factor).max(f64::MIN_POSITIVE),
            (high * factor).min(power_of_ten(308)),
        ];
    }
    // Differences that doubles hardly tell apart are none.
    let size = low.abs().max(high.abs());
    if high - low <= 1e-12 * size || low == high {
        let air = if size > 0.0 { 0.5 * size } else { 1.0 };
        return [low - air, high + air];
    }
    if tight {
        return [low, high];
    }
    if !loose {
        let step = power_of_ten(decade(high - low));
        let step = [0.2, 0.5, 1.0].map(|k| k * step);
        let few = step.into_iter().find(|step| (high - low) / step <= 8.0);
        return snapped(low, high, few.unwrap_or(step[2]));
    }
    let air = 0.05 * (high - low);
    let keep_zero = |end: f64, value: f64| {
        if value * end < 0.0 || value == 0.0 {
            0.0
        } else {
            end
        }
    };
    [keep_zero(low - air, low), keep_zero(high + air, high)]
}

fn tenfold(power: f64) -> f64 {
    let whole = power.round();
    if (power - whole).abs() < 1e-12 {
        return power_of_ten(whole as i32);
    }
    crate::base::num::exp(power * std::f64::consts::LN_10)
}

/// Ends that nearly reach a multiple of a step do reach it, so that it has its tick.
fn snapped(low: f64, high: f64, step: f64) -> [f64; 2] {
    let near = 0.025 * (high - low);
    let (below, above) = ((low / step).floor() * step, (high / step).ceil() * step);
    [
        if low - below <= near { below } else { low },
        if above - high <= near { above } else { high },
    ]
}

fn across(mark: &Mark, extent: &mut Extent) {
    match mark {
        Mark::Line(line) => extent.take_all(line.points.iter().map(|p| p[0])),
        Mark::Points(points) => {
            extent.loose = true;
            extent.take_all(points.at.iter().map(|p| p[0]));
        }
        Mark::Bars(bars) => {
            let half = 0.5 * bars.width;
            let edges = bars.at.iter().flat_map(|p| [p[0] - half, p[0] + half]);
            extent.loose = true;
            extent.take_all(edges);
        }
        Mark::Band(band) => extent.take_all(band.points.iter().map(|p| p[0])),
        Mark::Span(span) => extent.take_all([span.from, span.to]),
        Mark::Events(events) => extent.take_all(events.at.iter().copied()),
        Mark::Heat(heat) => extent.take_all(heat.x),
        Mark::Level(_) => {}
        Mark::Segments(_) | Mark::Discs(_) | Mark::Arrows(_) | Mark::Labels(_) => {
            extent.loose = true;
            extent.take_all(places(mark).map(|p| p[0]));
        }
    }
}

fn upwards(mark: &Mark, extent: &mut Extent) {
    match mark {
        Mark::Line(line) => extent.take_all(line.points.iter().map(|p| p[1])),
        Mark::Points(points) => extent.take_all(points.at.iter().map(|p| p[1])),
        Mark::Bars(bars) => {
            extent.take(bars.base);
            extent.take_all(bars.at.iter().map(|p| p[1]));
        }
        Mark::Band(band) => extent.take_all(band.points.iter().flat_map(|p| [p[1], p[2]])),
        Mark::Level(level) => extent.take(level.at),
        Mark::Heat(heat) => extent.take_all(heat.y),
        Mark::Span(_) | Mark::Events(_) => {}
        Mark::Segments(_) | Mark::Discs(_) | Mark::Arrows(_) | Mark::Labels(_) => {
            extent.take_all(places(mark).map(|p| p[1]));
        }
    }
}

fn places(mark: &Mark) -> Box<dyn Iterator<Item = [f64; 2]> + '_> {
    match mark {
        Mark::Segments(segments) => Box::new(segments.ends.iter().flatten().copied()),
        Mark::Arrows(arrows) => Box::new(arrows.ends.iter().flatten().copied()),
        Mark::Discs(discs) => Box::new(discs.at.iter().copied()),
        Mark::Labels(labels) => Box::new(labels.at.iter().map(|(at, _)| *at)),
        _ => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::mark::{Bars, Line};
    use super::*;

    fn panel(points: Vec<[f64; 2]>) -> Panel {
        let line = Line::new("", points, [0; 3]);
        Panel::new("", Axis::new("x", ""), Axis::new("y", "")).with(Mark::Line(line))
    }

    #[test]
    fn curves_fill_x_and_have_air_in_y() {
        let of = panel(vec![
            [0.0, -1.0],
            [f64::NAN, 9.0],
            [10.0, 3.0],
            [4.0, f64::INFINITY],
        ]);
        assert_eq!(range(&[&of], Way::X), [0.0, 10.0]);
        assert_eq!(
            range(&[&panel(vec![[0.003, 0.0], [9.99, 0.0]])], Way::X),
            [0.0, 10.0]
        );
        assert_eq!(
            range(&[&panel(vec![[0.3, 0.0], [9.4, 0.0]])], Way::X),
            [0.3, 9.4]
        );
        let [low, high] = range(&[&of], Way::Y);
        assert!(low < -1.0 && high > 9.0 && high < 10.0);
    }

    #[test]
    fn air_does_not_cross_zero() {
        assert_eq!(
            range(&[&panel(vec![[0.0, 0.01], [1.0, 1.0]])], Way::Y)[0],
            0.0
        );
        let bars = Bars::new("", vec![[1.0, 5.0]], [0; 3]);
        let of = Panel::default().with(Mark::Bars(bars));
        assert_eq!(range(&[&of], Way::Y)[0], 0.0);
    }

    #[test]
    fn nothing_and_one_value_have_a_range_too() {
        assert_eq!(range(&[&Panel::default()], Way::X), [0.0, 1.0]);
        assert_eq!(range(&[], Way::X), [0.0, 1.0]);
        assert_eq!(range(&[&panel(vec![[2.0, 4.0]])], Way::Y), [2.0, 6.0]);
        assert_eq!(range(&[&panel(vec![[2.0, 0.0]])], Way::Y), [-1.0, 1.0]);
        let mut of = panel(vec![[1.0, -4.0], [2.0, 0.0]]);
        of.y.scale = Scale::Log10;
        assert_eq!(range(&[&of], Way::Y), [0.1, 10.0]);
        of.y.range = Some([5.0, 5.0]);
        assert_eq!(range(&[&of], Way::Y), [0.1, 10.0], "no range is given");
    }
}
