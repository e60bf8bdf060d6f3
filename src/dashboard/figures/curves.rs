//! Curves that are not over time: transition, phase plane, modes.

use crate::figure::{Axis, Bars, Dash, Figure, Line, Mark, Panel, Points, Size};

use super::super::modes_panel::modes_of;
use super::super::plane_panel::plane_of;
use super::super::state::ViewState;
use super::super::sweep_panel::sweep_of;
use super::super::theme;
use super::on_paper;

fn one(panel: Panel) -> Figure {
    Figure::new("", vec![panel], Size::default())
}

/// Order over a swept parameter, with the theory where there is one.
pub fn sweep(state: &ViewState) -> Option<Figure> {
    let found = sweep_of(state).ok()?;
    let mut panel = Panel::new(
        "",
        Axis::new(found.label, found.unit),
        Axis::new("order r", "").within(-0.03, 1.03),
    );
    for (name, points, color) in found.ways {
        panel = panel.with(Mark::Line(Line::new(name, points, on_paper(color))));
    }
    if let Some((name, points)) = found.theory {
        panel = panel.with(Mark::Line(Line {
            dash: Dash::Dashed,
            ..Line::new(name, points, [26, 26, 26])
        }));
    }
    Some(one(panel))
}

/// The phase plane.
pub fn plane(state: &ViewState) -> Option<Figure> {
    let found = plane_of(state)?;
    let mut panel = Panel::new("", Axis::new(found.x, ""), Axis::new(found.y, ""));
    panel.equal_aspect = found.round;
    for (points, population) in found.ways {
        let colour = crate::figure::colour::tinted(on_paper(theme::node(population)), 0.4);
        panel = panel.with(Mark::Line(Line {
            width: 0.6,
            ..Line::new("", points, colour)
        }));
    }
    for (k, (name, places)) in found.dots.into_iter().enumerate() {
        let points = Points::new(name, places, on_paper(theme::node(k)));
        panel = panel.with(Mark::Points(points));
    }
    Some(one(panel))
}

/// The modes of the field.
pub fn modes(state: &ViewState) -> Option<Figure> {
    let view = state.view.as_ref()?;
    let modes = modes_of(&view.facts.scene.field.kind, &view.modes)?;
    let grid = view.modes.grid.as_ref();
    let plate = grid.is_some_and(|grid| grid.domain.ny() > 1);
    let at = modes.iter().map(|mode| [mode.at, mode.height]).collect();
    let mut x = Axis::new(
        if plate {
            "mode (x, y)"
        } else {
            "number of the mode"
        },
        "",
    );
    if plate {
        x.names = modes
            .iter()
            .map(|mode| (mode.at, mode.name.clone()))
            .collect();
    }
    let panel = Panel::new("", x, Axis::new("height", ""));
    let bars = Bars::new("", at, on_paper(theme::FIELD));
    Some(one(panel.with(Mark::Bars(bars))))
}
