//! What holds for any figure: texts lie on the page, keep apart and say everything; shapes are
//! finite.

use super::super::chart::{ColourBar, Size};
use super::super::colour::{ColourMap, okabe_ito};
use super::super::drawing::{Dash, Shape};
use super::super::file::Format;
use super::super::mark::{
    Bars, Discs, Events, Heat, Labels, Level, Line, Mark, Marker, Points, Segments, Span,
};
use super::super::svg::svg;
use super::*;

/// The box of a text on the page: left, top, right, bottom; those at a slope are left out.
fn boxed(text: &Text) -> Option<[f64; 4]> {
    let width = font::width(&text.text, text.size, text.weight);
    let back = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5 * width,
        Anchor::End => width,
    };
    let (up, down) = (0.714 * text.size, 0.1 * text.size);
    let [x, y] = text.at;
    match text.turn_deg {
        0.0 => Some([x - back, y - up, x - back + width, y + down]),
        -90.0 => Some([x - up, y + back - width, x + down, y + back]),
        _ => None,
    }
}

fn check(drawing: &Drawing) {
    let [width, height] = drawing.size;
    let boxes: Vec<([f64; 4], &str)> = drawing
        .texts()
        .into_iter()
        .filter_map(|text| Some((boxed(text)?, text.text.as_str())))
        .collect();
    for ([left, top, right, bottom], text) in &boxes {
        let on = *left >= -0.01 && *top >= -0.01 && *right <= width + 0.01;
        assert!(
            on && *bottom <= height + 0.01,
            "{text} runs off: {left} {top} {right} {bottom}"
        );
    }
    for (k, (a, one)) in boxes.iter().enumerate() {
        for (b, other) in &boxes[..k] {
            let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
            assert!(apart, "{one:?} {a:?} lies on {other:?} {b:?}");
        }
    }
    let text = svg(drawing);
    assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
}

fn line(name: &str, scale: f64) -> Mark {
    let point = |k: u32| [f64::from(k) * 0.1, scale * f64::from(k * k % 37)];
    Mark::Line(Line::new(
        name,
        (0..100).map(point).collect(),
        okabe_ito::BLUE,
    ))
}

fn time(label: &str, unit: &str) -> Panel {
    Panel::new("", Axis::new("time", "s"), Axis::new(label, unit))
}

fn heat() -> Panel {
    let values = (0..60).map(|k| if k == 7 { f64::NAN } else { f64::from(k) });
    let mut panel = time("mode", "").with(Mark::Heat(Heat {
        x: [0.0, 3.0],
        y: [0.0, 6.0],
        columns: 10,
        values: values.collect(),
        map: ColourMap::Cividis,
        range: [0.0, 60.0],
    }));
    panel.colour_bar = Some(ColourBar {
        label: "amplitude".to_owned(),
        unit: "m".to_owned(),
        map: ColourMap::Cividis,
        range: [0.0, 60.0],
        scale: Scale::Linear,
    });
    panel
}

fn bars() -> Panel {
    let names = [
        "Kuramoto",
        "a model with a very long name that is never written out",
        "c",
    ];
    let at = vec![[0.0, 3.0], [1.0, 4.5e-7], [2.0, -1.0]];
    Panel::new(
        "Bars",
        Axis::new("", "").of_categories(&names),
        Axis::new("cost", "s"),
    )
    .with(Mark::Bars(Bars::new("cost", at, okabe_ito::GREEN)))
}

fn graph() -> Panel {
    let at: Vec<[f64; 2]> = (0..5).map(|k| [f64::from(k), f64::from(k % 2)]).collect();
    let mut panel = Panel::new("Graph", Axis::hidden(), Axis::hidden())
        .with(Mark::Segments(Segments {
            ends: at.windows(2).map(|pair| [pair[0], pair[1]]).collect(),
            width: 0.75,
            colour: okabe_ito::BLUE,
            colours: vec![],
            opacity: 1.0,
            name: String::new(),
        }))
        .with(Mark::Discs(Discs {
            at: at.clone(),
            radius: 4.0,
            colour: okabe_ito::SKY,
            colours: vec![],
            ring: [0; 3],
            name: "vertex".to_owned(),
        }))
        .with(Mark::Labels(Labels::new(vec![(at[0], "a".to_owned())])));
    panel.equal_aspect = true;
    panel
}

fn figures() -> Vec<Figure> {
    let mut found = Vec::new();
    let custom = Size::Custom {
        width_mm: 60.0,
        height_mm: 90.0,
    };
    for size in [Size::Column, Size::TwoColumns, Size::Slide, custom] {
        for scale in [1.0, -3.7e-9, 2.9e7, 0.013] {
            let mut first = time("order parameter", "").with(line("a", scale));
            first.title = "A panel with a title that is long enough to be in the way".to_owned();
            let second = time("force", "N")
                .with(line("force of the first", scale))
                .with(line("b", 2.0));
            let mut figure = Figure::new("Stacked", vec![first.clone(), second.clone()], size);
            figure.shared_x = true;
            figure.caption = vec!["scene a · seed 1".to_owned(), "word ".repeat(200)];
            found.push(figure.clone());
            second.clone_into(&mut first);
            first.y = first.y.log();
            first.x = first.x.log();
            found.push(Figure::new("", vec![first], size));
        }
        let mut grid = Figure::new("Grid", vec![heat(), bars(), graph(), time("y", "m")], size);
        grid.columns = 2;
        if size != custom {
            found.push(grid);
        }
        found.push(Figure::new("", vec![heat()], size));
        found.push(Figure::new("", vec![bars()], size));
        found.push(Figure::new("nothing", vec![], size));
    }
    found
}

#[test]
fn texts_lie_on_the_page_and_keep_apart() {
    for figure in figures() {
        check(&figure.drawing());
    }
}

#[test]
fn axes_have_four_numbers_where_there_is_room() {
    for range in [
        [0.0, 1.0],
        [0.0, 9.99],
        [-0.3, 1.7],
        [100.0, 101.0],
        [0.0, 3e5],
    ] {
        let mut panel = time("y", "m").with(line("", 1.0));
        panel.y.range = Some(range);
        panel.x.range = Some([0.0, range[1] - range[0]]);
        let texts = Figure::new("", vec![panel], Size::Column).drawing();
        let texts = texts.texts();
        let count = |anchor| texts.iter().filter(|t| t.anchor == anchor).count();
        assert!(count(Anchor::End) >= 4, "{range:?}");
        // The two titles stand in the middle too.
        assert!(count(Anchor::Middle) >= 4 + 2, "{range:?}");
    }
}

#[test]
fn a_stack_is_built_of_what_it_was_given() {
    let events = Mark::Events(Events {
        at: vec![2.0, 4.0, f64::NAN, 99.0],
        colour: okabe_ito::VERMILION,
        dash: Dash::Solid,
        tip: Some(Marker::Down),
        name: "alert".to_owned(),
    });
    let span = |from| {
        Mark::Span(Span {
            from,
            to: from + 1.0,
            colour: okabe_ito::ORANGE,
            name: "driven".to_owned(),
        })
    };
    let level = Mark::Level(Level {
        at: 20.0,
        colour: okabe_ito::PURPLE,
        dash: Dash::Dashed,
        name: "limit".to_owned(),
    });
    let mut upper = time("order", "").with(line("r", 1.0)).with(events);
    upper.x.range = Some([0.0, 10.0]);
    let lower = time("force", "N")
        .with(line("f", 1.0))
        .with(span(1.0))
        .with(span(3.0))
        .with(level);
    let mut figure = Figure::new("Two", vec![upper, lower], Size::Column);
    figure.shared_x = true;
    let drawing = figure.drawing();
    let text = svg(&drawing);
    let count = |what: &str| text.matches(what).count();
    assert_eq!(count("class=\"line\""), 2);
    assert_eq!(count("class=\"event\""), 2, "those in range");
    assert_eq!(count("class=\"span\""), 2);
    assert_eq!(count("class=\"level\""), 1);
    assert_eq!(count(">driven<"), 1, "one entry for both spans");
    assert_eq!(count(">time (s)<"), 1, "below the lowest");
    assert_eq!(count(">force (N)<"), 1);
    let frames: Vec<[f64; 2]> = drawing
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Clipped([x, _], [w, _], _) => Some([*x, *w]),
            _ => None,
        })
        .collect();
    assert_eq!(frames.len(), 2);
    assert_eq!(frames[0], frames[1], "frames are aligned");
}

#[test]
fn pages_are_as_wide_as_their_presets() {
    for (size, width, height) in [
        (Size::Column, 85.0, None),
        (Size::TwoColumns, 178.0, None),
        (Size::Slide, 254.0, Some(143.0)),
    ] {
        let drawing = Figure::new("", vec![time("y", "")], size).drawing();
        assert!((drawing.size[0] / MM - width).abs() < 1e-9);
        if let Some(height) = height {
            assert!((drawing.size[1] / MM - height).abs() < 1e-9);
        }
        let png = Format::Png.bytes(&drawing).unwrap();
        let wide = u32::from_be_bytes(png[16..20].try_into().unwrap());
        assert_eq!(f64::from(wide), (width * 300.0 / 25.4).round());
    }
}

#[test]
fn nonsense_makes_a_page_too() {
    let nan = f64::NAN;
    let mut panel = time("y", "").with(Mark::Line(Line::new("n", vec![[nan, nan]; 3], [0; 3])));
    panel.y.range = Some([nan, 1.0]);
    panel.marks.push(Mark::Points(Points::new(
        "p",
        vec![[1.0, f64::INFINITY]],
        [0; 3],
    )));
    panel.marks.push(Mark::Heat(Heat {
        x: [nan, 1.0],
        y: [0.0, 0.0],
        columns: 0,
        values: vec![1.0],
        map: ColourMap::Phase,
        range: [1.0, 1.0],
    }));
    panel.equal_aspect = true;
    let mut figure = Figure::new("", vec![panel], Size::Column);
    figure.columns = 0;
    for size in [(nan, 0.0), (-1.0, 1e12), (3.0, 3.0)] {
        figure.size = Size::Custom {
            width_mm: size.0,
            height_mm: size.1,
        };
        let drawing = figure.drawing();
        assert!(!svg(&drawing).contains("NaN"));
        assert!(Format::Pdf.bytes(&drawing).is_ok());
    }
}
