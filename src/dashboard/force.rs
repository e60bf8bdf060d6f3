//! A force-directed layout: edges pull, vertices push one another off (Fruchterman & Reingold
//! 1991), the pushes summed over a quadtree (Barnes & Hut 1986), with a step that cools until the
//! picture stands still.

/// A quadtree's opening angle: a cell that is seen smaller than this counts as one body.
const THETA: f32 = 0.9;
/// Cells do not divide below this depth, so that coinciding vertices end the recursion.
const DEEPEST: u32 = 24;
/// The step at which the layout is settled, in edge lengths.
const STILL: f32 = 0.004;

/// A layout in progress. Coordinates are in edge lengths.
#[derive(Clone, Debug, Default)]
pub struct ForceLayout {
    /// Place of each vertex.
    pub places: Vec<[f32; 2]>,
    edges: Vec<[u32; 2]>,
    degrees: Vec<f32>,
    step: f32,
    cells: Vec<Cell>,
    pushes: Vec<[f32; 2]>,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    center: [f32; 2],
    mass: f32,
    side: f32,
    /// First of four children, or 0.
    children: u32,
    /// The one body of a leaf.
    body: u32,
}

const NOBODY: u32 = u32::MAX;

impl ForceLayout {
    /// Begins with the vertices on a sunflower's spiral, in order.
    #[must_use]
    pub fn new(vertices: usize, edges: &[[u32; 2]]) -> Self {
        let mut degrees = vec![1.0; vertices];
        for [a, b] in edges {
            degrees[*a as usize] += 1.0;
            degrees[*b as usize] += 1.0;
        }
        let golden = 2.399_963_2_f64;
        let places = (0..vertices).map(|k| {
            let radius = 0.8 * (k as f64 + 0.5).sqrt();
            let (s, c) = crate::base::num::sin_cos(golden * k as f64);
            [(radius * c) as f32, (radius * s) as f32]
        });
        let spread = (vertices as f32).sqrt();
        Self {
            places: places.collect(),
            edges: edges.to_vec(),
            degrees,
            step: (0.1 * spread).clamp(0.5, 8.0),
            cells: Vec::new(),
            pushes: vec![[0.0; 2]; vertices],
        }
    }

    /// Goes on from these places and warms up a little.
    pub fn resume(&mut self, places: Vec<[f32; 2]>) {
        self.places = places;
        self.step = 0.3;
    }

    /// One more than the edges of a vertex.
    #[must_use]
    pub fn degree(&self, vertex: u32) -> f32 {
        self.degrees[vertex as usize]
    }

    /// Whether the picture stands still.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.step < STILL
    }

    /// One step of all vertices.
    pub fn advance(&mut self) {
        if self.is_settled() {
            return;
        }
        self.plant();
        for k in 0..self.places.len() {
            self.pushes[k] = self.push(k);
        }
        for [a, b] in &self.edges {
            let (a, b) = (*a as usize, *b as usize);
            let (pa, pb) = (self.places[a], self.places[b]);
            let (dx, dy) = (pb[0] - pa[0], pb[1] - pa[1]);
            let length = (dx * dx + dy * dy).sqrt();
            // Hubs are pulled by many edges, so each pulls them less.
            let pull_a = length / self.degrees[a].sqrt();
            let pull_b = length / self.degrees[b].sqrt();
            self.pushes[a][0] += pull_a * dx;
            self.pushes[a][1] += pull_a * dy;
            self.pushes[b][0] -= pull_b * dx;
            self.pushes[b][1] -= pull_b * dy;
        }
        for (place, push) in self.places.iter_mut().zip(&self.pushes) {
            // A weak pull to the middle keeps separate components in sight.
            let fx = push[0] - 0.05 * place[0];
            let fy = push[1] - 0.05 * place[1];
            let force = (fx * fx + fy * fy).sqrt();
            if force > 1e-9 {
                let way = force.min(self.step) / force;
                place[0] += way * fx;
                place[1] += way * fy;
            }
        }
        self.step *= 0.985;
    }

    /// Builds the quadtree.
    fn plant(&mut self) {
        let mut low = [f32::INFINITY; 2];
        let mut high = [f32::NEG_INFINITY; 2];
        for place in &self.places {
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        let side = (high[0] - low[0]).max(high[1] - low[1]).max(1e-3);
        self.cells.clear();
        self.cells.push(Cell::empty(side));
        for body in 0..self.places.len() {
            self.insert(body as u32, low);
        }
        for cell in &mut self.cells {
            if cell.mass > 0.0 {
                cell.center[0] /= cell.mass;
                cell.center[1] /= cell.mass;
            }
        }
    }

    fn insert(&mut self, body: u32, root: [f32; 2]) {
        let place = self.places[body as usize];
        let (mut at, mut corner) = (0usize, root);
        for depth in 0.. {
            let cell = &mut self.cells[at];
            let lone = cell.body;
            let was_empty = cell.mass == 0.0;
            cell.mass += 1.0;
            cell.center[0] += place[0];
            cell.center[1] += place[1];
            if was_empty {
                cell.body = body;
                return;
            }
            if cell.children == 0 {
                if depth >= DEEPEST {
                    cell.body = NOBODY;
                    return;
                }
                let half = 0.5 * cell.side;
                let first = self.cells.len() as u32;
                self.cells[at].children = first;
                self.cells[at].body = NOBODY;
                self.cells.extend([Cell::empty(half); 4]);
                if lone != NOBODY {
                    let old = self.places[lone as usize];
                    let (child, _) = quadrant(old, corner, half);
                    let moved = &mut self.cells[first as usize + child];
                    moved.mass = 1.0;
                    moved.center = old;
                    moved.body = lone;
                }
            }
            let half = 0.5 * self.cells[at].side;
            let (child, next) = quadrant(place, corner, half);
            at = self.cells[at].children as usize + child;
            corner = next;
        }
    }

    /// What all others push a vertex by.
    fn push(&self, k: usize) -> [f32; 2] {
        let place = self.places[k];
        let mut sum = [0.0; 2];
        let mut stack = [0u32; 4 * DEEPEST as usize + 8];
        let mut open = 1;
        while open > 0 {
            open -= 1;
            let cell = &self.cells[stack[open] as usize];
            if cell.mass == 0.0 || cell.body == k as u32 {
                continue;
            }
            let dx = place[0] - cell.center[0];
            let dy = place[1] - cell.center[1];
            let squared = dx * dx + dy * dy;
            if cell.children == 0 || cell.side * cell.side < THETA * THETA * squared {
                // Vertices on one spot part in a direction of their own.
                let (dx, dy, squared) = if squared < 1e-6 {
                    let turn = (k % 16) as f32 / 16.0 - 0.5;
                    (1e-2 * turn, 1e-2 * (0.5 - turn.abs()), 1e-4)
                } else {
                    (dx, dy, squared)
                };
                sum[0] += cell.mass * dx / squared;
                sum[1] += cell.mass * dy / squared;
            } else {
                for child in 0..4 {
                    stack[open] = cell.children + child;
                    open += 1;
                }
            }
        }
        sum
    }
}

impl Cell {
    fn empty(side: f32) -> Self {
        Self {
            center: [0.0; 2],
            mass: 0.0,
            side,
            children: 0,
            body: NOBODY,
        }
    }
}

fn quadrant(place: [f32; 2], corner: [f32; 2], half: f32) -> (usize, [f32; 2]) {
    let right = place[0] >= corner[0] + half;
    let upper = place[1] >= corner[1] + half;
    let shift = |on: bool| if on { half } else { 0.0 };
    (
        usize::from(right) + 2 * usize::from(upper),
        [corner[0] + shift(right), corner[1] + shift(upper)],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_settles_into_a_ring() {
        let n = 24;
        let edges: Vec<[u32; 2]> = (0..n).map(|k| [k, (k + 1) % n]).collect();
        let mut layout = ForceLayout::new(n as usize, &edges);
        let mut steps = 0;
        while !layout.is_settled() {
            layout.advance();
            steps += 1;
            assert!(steps < 1000);
        }
        let length = |[a, b]: [u32; 2]| {
            let (a, b) = (layout.places[a as usize], layout.places[b as usize]);
            ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
        };
        let edge_mean = edges.iter().map(|e| length(*e)).sum::<f32>() / n as f32;
        let across = (0..n / 2).map(|k| length([k, k + n / 2])).sum::<f32>() / 12.0;
        assert!(across > 3.0 * edge_mean, "{across} {edge_mean}");
    }

    #[test]
    fn vertices_on_one_spot_part_and_stay_finite() {
        let mut layout = ForceLayout::new(40, &[[0, 1]]);
        layout.places = vec![[1.0, 1.0]; 40];
        for _ in 0..200 {
            layout.advance();
        }
        assert!(layout.places.iter().flatten().all(|x| x.is_finite()));
        assert_ne!(layout.places[0], layout.places[7]);
    }

    #[test]
    fn the_tree_agrees_with_the_sum_over_all_pairs() {
        let mut layout = ForceLayout::new(300, &[]);
        layout.plant();
        for k in [0, 17, 299] {
            let place = layout.places[k];
            let mut exact = [0.0f32; 2];
            for (j, other) in layout.places.iter().enumerate().filter(|(j, _)| *j != k) {
                let _ = j;
                let (dx, dy) = (place[0] - other[0], place[1] - other[1]);
                let squared = dx * dx + dy * dy;
                exact[0] += dx / squared;
                exact[1] += dy / squared;
            }
            let tree = layout.push(k);
            let size = (exact[0].powi(2) + exact[1].powi(2)).sqrt().max(10.0);
            let off = ((tree[0] - exact[0]).powi(2) + (tree[1] - exact[1]).powi(2)).sqrt();
            assert!(off / size < 0.15, "{off} of {size}");
        }
    }
}
