//! Pictures of places: field, graph, phase circle, nodes.

use crate::base::num;
use crate::figure::colour::{ColourMap, INK, QUIET};
use crate::figure::{
    Arrows, Axis, Bars, ColourBar, Discs, Figure, Heat, Legend, Line, Mark, Panel, Points, Scale,
    Segments, Size,
};

use super::super::circle_panel::orders;
use super::super::graph_vertices::colors;
use super::super::state::ViewState;
use super::super::theme;
use super::{on_paper, plain};

/// The field over place and time, or on a plate as it is now.
pub fn field(state: &ViewState) -> Option<Figure> {
    let view = state.view.as_ref()?;
    let plate = view.modes.grid.as_ref().filter(|grid| grid.domain.ny() > 1);
    let (heat, x, y) = match plate {
        Some(grid) => {
            let x = grid.domain.x().length;
            let y = grid.domain.y().map_or(1.0, |axis| axis.length);
            let most = grid.u.iter().fold(1e-12, |most: f64, u| most.max(u.abs()));
            let heat = Heat {
                x: [0.0, x],
                y: [0.0, y],
                columns: grid.domain.nx(),
                values: grid.u.clone(),
                map: ColourMap::Diverging,
                range: [-most, most],
            };
            (heat, Axis::new("x", ""), Axis::new("y", ""))
        }
        None => {
            let (ticks, columns) = state.kymograph.columns();
            let tick_s = state.chronicle()?.tick_s;
            let places = columns.first()?.len();
            let row = |place: usize| columns.iter().map(move |own| f64::from(own[place]));
            let most = f64::from(state.kymograph.scale);
            let ends = [*ticks.first()?, *ticks.last()?].map(|tick| tick as f64 * tick_s);
            let heat = Heat {
                x: [ends[0], ends[1].max(ends[0] + tick_s)],
                y: [0.0, 1.0],
                columns: columns.len(),
                values: (0..places).flat_map(row).collect(),
                map: ColourMap::Diverging,
                range: [-most, most],
            };
            (heat, Axis::new("time", "s"), Axis::new("place x", ""))
        }
    };
    let mut panel = Panel::new("", x, y);
    panel.equal_aspect = plate.is_some();
    panel.colour_bar = Some(ColourBar {
        label: "u".to_owned(),
        unit: String::new(),
        map: heat.map,
        range: heat.range,
        scale: Scale::Linear,
    });
    Some(Figure::new(
        "",
        vec![panel.with(Mark::Heat(heat))],
        Size::default(),
    ))
}

/// The entity graph as it is laid out, in the colours that are chosen.
pub fn graph(state: &ViewState) -> Option<Figure> {
    let view = state.view.as_ref()?;
    let places = state.graph.layout_places();
    if places.len() != view.angles.len() {
        return None;
    }
    let at = |vertex: u32| places[vertex as usize].map(f64::from);
    let mut panel = Panel::new("", Axis::hidden(), Axis::hidden());
    panel.equal_aspect = true;
    panel.legend = Legend::Above;
    let many = view.facts.edges.len();
    panel.marks.push(Mark::Segments(Segments {
        ends: view
            .facts
            .edges
            .iter()
            .map(|[a, b]| [at(*a), at(*b)])
            .collect(),
        width: if many > 2_000 { 0.2 } else { 0.5 },
        colour: QUIET,
        colours: Vec::new(),
        opacity: if many > 2_000 { 0.25 } else { 0.6 },
        name: String::new(),
    }));
    let color = colors(state, view);
    let n = places.len();
    panel.marks.push(Mark::Discs(Discs {
        at: (0..n as u32).map(at).collect(),
        radius: (60.0 / (n as f64).sqrt()).clamp(0.6, 6.0),
        colour: INK,
        colours: (0..n).map(|vertex| plain(color(vertex))).collect(),
        ring: INK,
        name: format!("vertices by {}", state.graph.color_name()),
    }));
    Some(Figure::new("", vec![panel], Size::default()))
}

/// Phases on the circle with order parameters.
pub fn circle(state: &ViewState) -> Option<Figure> {
    let view = state.view.as_ref()?;
    let mut panel = Panel::new(
        "",
        Axis::new("cos θ", "").within(-1.1, 1.1),
        Axis::new("sin θ", "").within(-1.1, 1.1),
    );
    panel.equal_aspect = true;
    let around = (0..=180).map(|k| {
        let (s, c) = num::sin_cos(num::TAU * f64::from(k) / 180.0);
        [c, s]
    });
    panel = panel.with(Mark::Line(Line {
        width: 0.6,
        ..Line::new("", around.collect(), QUIET)
    }));
    let largest = view.amplitudes.iter().copied().fold(1e-9, f32::max);
    let populations = &view.facts.scene.populations;
    for (number, population) in populations.iter().enumerate() {
        let own = view.facts.populations.iter().enumerate();
        let own = own.filter(|(_, of)| usize::from(**of) == number);
        let at = own.map(|(vertex, _)| {
            let (s, c) = num::sin_cos(f64::from(view.angles[vertex]));
            let r = f64::from(view.amplitudes[vertex] / largest);
            [r * c, r * s]
        });
        let colour = on_paper(theme::node(number));
        let name = if populations.len() > 1 {
            population.name.as_str()
        } else {
            ""
        };
        panel = panel.with(Mark::Points(Points {
            size: 2.2,
            ..Points::new(name, at.collect(), colour)
        }));
    }
    let (all, own) = orders(view);
    let arrow = |[c, s]: [f64; 2], colour, name: String| {
        Mark::Arrows(Arrows {
            ends: vec![[[0.0, 0.0], [c, s]]],
            width: 1.2,
            colour,
            gap: 0.0,
            name,
        })
    };
    if own.len() > 1 && own.len() <= 8 {
        for (k, mean) in own.into_iter().enumerate() {
            panel = panel.with(arrow(mean, on_paper(theme::node(k)), String::new()));
        }
    }
    let order = num::hypot(all[0], all[1]);
    panel = panel.with(arrow(all, INK, format!("order r = {order:.3}")));
    Some(Figure::new("", vec![panel], Size::default()))
}

/// Modelled load and vertices of each node.
pub fn nodes(state: &ViewState) -> Option<Figure> {
    let view = state.view.as_ref()?;
    let names: Vec<String> = (0..view.loads.len()).map(|k| format!("node {k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let colours: Vec<_> = (0..names.len()).map(|k| on_paper(theme::node(k))).collect();
    let bars = |values: Vec<f64>, label: &str| {
        let at = values.into_iter().enumerate().map(|(k, v)| [k as f64, v]);
        let panel = Panel::new(
            "",
            Axis::new("", "").of_categories(&names),
            Axis::new(label, ""),
        );
        panel.with(Mark::Bars(Bars {
            colours: colours.clone(),
            ..Bars::new("", at.collect(), INK)
        }))
    };
    let vertices = view.node_vertices.iter().map(|own| *own as f64).collect();
    let panels = vec![
        bars(view.loads.clone(), "modelled load over capacity"),
        bars(vertices, "vertices"),
    ];
    let mut figure = Figure::new("", panels, Size::default());
    figure.columns = 2;
    Some(figure)
}
