//! Figures → drawings: who gets which part of the page.

use super::axis::{Axis, Scale, Track};
use super::chart::{Figure, Legend, Panel};
use super::colour::QUIET;
use super::draw_axes::{Ticking, axes, bottom_room, left_room, right_room, ticking};
use super::draw_heat::{bar_width, colour_bar, is_drawable};
use super::draw_marks::draw;
use super::drawing::{Anchor, Drawing, Text};
use super::extent::{Way, range};
use super::font::{self, Weight};
use super::frame::Frame;
use super::legend::{Entry, draw_inside, draw_line, entries, line_height, lines, one_line};
use super::look::{Look, MM};

/// The lowest page that panels decide, and the highest, mm.
const HEIGHTS_MM: [f64; 2] = [30.0, 235.0];
/// Lines of a title, and of each line of the caption.
const TITLE_LINES: usize = 2;
const CAPTION_LINES: usize = 3;
/// Below this length of an axis, nothing is read any more, points.
const LEAST: f64 = 12.0;

/// What a panel needs around its frame, points.
#[derive(Clone, Copy, Debug, Default)]
struct Rooms {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Rooms {
    fn grown(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            right: self.right.max(other.right),
            top: self.top.max(other.top),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// The part of the page that a panel has with all that stands around it.
#[derive(Clone, Copy, Debug)]
struct Cell {
    corner: [f64; 2],
    size: [f64; 2],
    /// Whether the horizontal axis has its numbers.
    written: bool,
}

struct Page<'a> {
    figure: &'a Figure,
    look: Look,
    columns: usize,
    /// x and y of each panel, from least to greatest.
    ranges: Vec<[[f64; 2]; 2]>,
}

impl Figure {
    /// The figure as shapes on a page, ready to be written.
    #[must_use]
    pub fn drawing(&self) -> Drawing {
        let look = Look::of(self.size);
        let columns = self.columns.clamp(1, self.panels.len().max(1));
        let page = Page {
            figure: self,
            look,
            columns,
            ranges: ranges(self, columns),
        };
        page.drawn()
    }
}

fn ranges(figure: &Figure, columns: usize) -> Vec<[[f64; 2]; 2]> {
    let panels = &figure.panels;
    let of = |k: usize| {
        let panel = &panels[k];
        let mut sharing = vec![panel];
        if figure.shared_x {
            let others = panels.iter().skip(k % columns).step_by(columns);
            sharing = others.collect();
        }
        [range(&sharing, Way::X), range(&[panel], Way::Y)]
    };
    (0..panels.len()).map(of).collect()
}

impl Page<'_> {
    fn rows(&self) -> usize {
        self.figure.panels.len().div_ceil(self.columns)
    }

    fn drawn(&self) -> Drawing {
        let (look, figure) = (&self.look, self.figure);
        let margin = look.margin();
        let width = look.page.0;
        let room = width - 2.0 * margin;
        let title = font::wrapped(&figure.title, room, look.heading, Weight::Bold, TITLE_LINES);
        let caption: Vec<String> = figure
            .caption
            .iter()
            .flat_map(|line| {
                font::wrapped(line, room, look.caption, Weight::Regular, CAPTION_LINES)
            })
            .collect();
        let head = lines_height(title.len(), look.heading, 0.6 * look.heading);
        let foot = lines_height(caption.len(), look.caption, 0.7 * look.caption);
        let outside = head + foot + 2.0 * margin;
        let height = look.page.1.unwrap_or_else(|| {
            let [least, most] = HEIGHTS_MM.map(|mm| mm * MM);
            (self.wanted() + outside).clamp(least, most)
        });

        let mut drawing = Drawing::new([width, height], self.name());
        drawing.comment = figure.caption.join("; ");
        let mut y = margin;
        for line in &title {
            let at = [margin, y + 0.82 * look.heading];
            drawing.text(Text::new(at, line.as_str(), look.heading, Anchor::Start).bold());
            y += font::LEADING * look.heading;
        }
        let grid = [width - 2.0 * margin, (height - outside).max(LEAST)];
        self.panels(&mut drawing, [margin, margin + head], grid);
        let mut y = height - margin - foot + 0.7 * look.caption;
        for line in &caption {
            let at = [margin, y + 0.8 * look.caption];
            let text = Text::new(at, line.as_str(), look.caption, Anchor::Start);
            drawing.text(text.coloured(QUIET));
            y += font::LEADING * look.caption;
        }
        drawing
    }

    fn name(&self) -> String {
        let titles = self.figure.panels.iter().map(|panel| panel.title.as_str());
        let own = std::iter::once(self.figure.title.as_str());
        let first = own.chain(titles).find(|title| !title.is_empty());
        first.unwrap_or("figure").to_owned()
    }

    /// The height of all rows that looks best at the page's width, points.
    fn wanted(&self) -> f64 {
        let width = self.look.page.0 / self.columns as f64;
        let rows = self.rows().max(1);
        // The more rows, the lower each.
        let share = [0.72, 0.5, 0.42, 0.38][rows.min(4) - 1];
        let narrow = if width > 120.0 * MM { 0.62 } else { 1.0 };
        let usual = (share * narrow * width).max(26.0 * MM);
        let page = self.look.page.0 - 2.0 * self.look.margin();
        let tall = self.cells([0.0; 2], [page, 4.0 * width * rows as f64]);
        let mut most = usual;
        for (k, panel) in self.figure.panels.iter().enumerate() {
            if panel.equal_aspect {
                most = most.max(self.of_equal_aspect(k, &tall[k]).min(150.0 * MM));
            }
        }
        most * rows as f64
    }

    /// The height of a panel whose frame has the width of its cell and equal scales both ways.
    fn of_equal_aspect(&self, k: usize, cell: &Cell) -> f64 {
        let mut rooms = Rooms::default();
        let mut height = 0.0;
        for _ in 0..2 {
            let mut frame = self.frame(k, cell, rooms);
            height = frame.size[1];
            frame.size[0] = cell.size[0] - rooms.left - rooms.right;
            rooms = rooms.grown(self.rooms(k, cell, &frame).0);
        }
        let wide = (cell.size[0] - rooms.left - rooms.right).max(LEAST);
        let [x, y] = self.ranges[k];
        let ratio = (y[1] - y[0]) / (x[1] - x[0]);
        let own = if ratio.is_finite() {
            ratio * wide
        } else {
            height
        };
        own + rooms.top + rooms.bottom
    }

    fn cells(&self, corner: [f64; 2], size: [f64; 2]) -> Vec<Cell> {
        let gap = 10.0 * self.look.scale;
        let (columns, rows) = (self.columns as f64, self.rows().max(1) as f64);
        let width = (size[0] - gap * (columns - 1.0)) / columns;
        let height = (size[1] - 0.7 * gap * (rows - 1.0)) / rows;
        let count = self.figure.panels.len();
        let one = |k: usize| {
            let (row, column) = ((k / self.columns) as f64, (k % self.columns) as f64);
            Cell {
                corner: [
                    corner[0] + column * (width + gap),
                    corner[1] + row * (height + 0.7 * gap),
                ],
                size: [width, height],
                written: !self.figure.shared_x || k + self.columns >= count,
            }
        };
        (0..count).map(one).collect()
    }

    /// The frame of a panel whose surroundings take so much.
    fn frame(&self, k: usize, cell: &Cell, rooms: Rooms) -> Frame {
        let panel = &self.figure.panels[k];
        let corner = [cell.corner[0] + rooms.left, cell.corner[1] + rooms.top];
        let size = [
            (cell.size[0] - rooms.left - rooms.right).max(LEAST),
            (cell.size[1] - rooms.top - rooms.bottom).max(LEAST),
        ];
        let track = |axis: &Axis, [low, high]: [f64; 2], start: f64, end: f64| Track {
            scale: axis.scale,
            low,
            high,
            start,
            end,
        };
        let [x, y] = self.ranges[k];
        let frame = Frame {
            corner,
            size,
            x: track(&panel.x, x, corner[0], corner[0] + size[0]),
            y: track(&panel.y, y, corner[1] + size[1], corner[1]),
        };
        let linear = panel.x.scale == Scale::Linear && panel.y.scale == Scale::Linear;
        if panel.equal_aspect && linear {
            frame.with_equal_aspect()
        } else {
            frame
        }
    }

    /// What a panel needs around itself in a frame.
    fn rooms(&self, k: usize, cell: &Cell, frame: &Frame) -> (Rooms, Ticking, Head) {
        let (panel, look) = (&self.figure.panels[k], &self.look);
        let ticking = ticking(panel, frame, look);
        let bar = panel.colour_bar.as_ref().filter(|bar| is_drawable(bar));
        let beside = bar.map_or(0.0, |bar| bar_width(bar, frame.size[1], look));
        let head = Head::of(panel, frame.size[0], look);
        let rooms = Rooms {
            left: left_room(panel, &ticking, frame, look),
            right: right_room(&ticking, frame, look).max(beside),
            top: head.height(look),
            bottom: bottom_room(panel, &ticking, look, cell.written),
        };
        (rooms, ticking, head)
    }

    fn panels(&self, drawing: &mut Drawing, corner: [f64; 2], size: [f64; 2]) {
        let cells = self.cells(corner, size);
        let mut rooms: Vec<Rooms> = vec![Rooms::default(); cells.len()];
        // Ticks need a frame, and the frame what ticks take: rooms grow until they suffice.
        for _ in 0..4 {
            let needed: Vec<Rooms> = cells
                .iter()
                .enumerate()
                .map(|(k, cell)| self.rooms(k, cell, &self.frame(k, cell, rooms[k])).0)
                .collect();
            rooms = needed
                .iter()
                .zip(&rooms)
                .map(|(a, b)| a.grown(*b))
                .collect();
            self.align(&mut rooms);
        }
        for (k, cell) in cells.iter().enumerate() {
            let panel = &self.figure.panels[k];
            let look = &self.look;
            let frame = self.frame(k, cell, rooms[k]);
            let (_, ticking, head) = self.rooms(k, cell, &frame);
            let cut = !(panel.x.hidden && panel.y.hidden);
            draw(drawing, &panel.marks, &frame, look, cut);
            axes(drawing, panel, &frame, &ticking, look, cell.written);
            if let Some(bar) = panel.colour_bar.as_ref().filter(|bar| is_drawable(bar)) {
                colour_bar(drawing, bar, &frame, look);
            }
            head.draw(drawing, &frame, look);
            if panel.legend == Legend::Inside {
                draw_inside(drawing, &entries(&panel.marks), &panel.marks, &frame, look);
            }
        }
    }

    /// Panels of a column begin and end at the same x, those of a row at the same y.
    fn align(&self, rooms: &mut [Rooms]) {
        let columns = self.columns;
        for k in 0..columns {
            let all = rooms.iter().skip(k).step_by(columns);
            let most = all.fold(Rooms::default(), |a, b| a.grown(*b));
            for own in rooms.iter_mut().skip(k).step_by(columns) {
                (own.left, own.right) = (most.left, most.right);
            }
        }
        for row in rooms.chunks_mut(columns) {
            let most = row.iter().fold(Rooms::default(), |a, b| a.grown(*b));
            for own in row {
                (own.top, own.bottom) = (most.top, most.bottom);
            }
        }
    }
}

fn lines_height(count: usize, size: f64, gap: f64) -> f64 {
    if count == 0 {
        0.0
    } else {
        count as f64 * font::LEADING * size + gap
    }
}

/// What stands above a frame: a title and lines of the legend.
struct Head {
    title: Vec<String>,
    /// The legend's only line stands beside the title.
    beside: bool,
    lines: Vec<Vec<Entry>>,
}

impl Head {
    fn of(panel: &Panel, room: f64, look: &Look) -> Self {
        let title = font::wrapped(&panel.title, room, look.title, Weight::Bold, TITLE_LINES);
        let list = match panel.legend {
            Legend::Above => entries(&panel.marks),
            Legend::Inside | Legend::None => Vec::new(),
        };
        let words = |line: &String| font::width(line, look.title, Weight::Bold);
        let used = title.first().map_or(0.0, words) + 1.5 * look.title;
        let alone = title.len() == 1 && used + one_line(&list, look) <= room;
        let beside = title.is_empty() || alone;
        Self {
            title,
            beside: beside && one_line(&list, look) <= room,
            lines: lines(&list, room, look),
        }
    }

    fn height(&self, look: &Look) -> f64 {
        let above = usize::from(self.beside && !self.lines.is_empty()).max(self.title.len());
        let below = if self.beside { 0 } else { self.lines.len() };
        let all = 1.25 * look.title * above as f64 + below as f64 * line_height(look);
        // A number at the upper end of the axis stands half above it.
        if all > 0.0 {
            all + 0.45 * look.small
        } else {
            0.4 * look.small
        }
    }

    fn draw(&self, drawing: &mut Drawing, frame: &Frame, look: &Look) {
        let left = frame.left();
        let mut y = frame.top() - self.height(look);
        let first = y + 0.95 * look.title;
        for line in &self.title {
            let at = [left, y + 0.95 * look.title];
            drawing.text(Text::new(at, line.as_str(), look.title, Anchor::Start).bold());
            y += 1.25 * look.title;
        }
        if self.beside {
            if let Some(line) = self.lines.first() {
                let x = if self.title.is_empty() {
                    left
                } else {
                    frame.right() - one_line(line, look)
                };
                draw_line(drawing, line, [x, first], look);
            }
            return;
        }
        for line in &self.lines {
            draw_line(drawing, line, [left, y + 0.9 * look.small], look);
            y += line_height(look);
        }
    }
}

#[cfg(test)]
mod tests;
