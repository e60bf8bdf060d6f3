//! Where the vertices of a graph lie in its picture. Each component is laid out by forces for
//! itself, in a scale in which neighbours keep a readable distance; the components then stand
//! beside each other, the largest first, and the vertices without an edge in rows beside them. So
//! neither small components nor lone vertices set the scale of a large one.

use super::force::ForceLayout;
use super::packing::{pack, rows_beside};
use super::spacing::{distance, keep_apart, least_distance, usual_distance};

/// Least distance between vertices, where the usual one of neighbours is 1.
pub const LEAST: f32 = 0.8;
/// Free room between components.
const GAP: f32 = 1.6;
/// How much larger a crowd that does not part is drawn at most.
const STRETCH: f32 = 2.0;
/// Looks at vertices to keep them apart: while the picture moves, and once it stands still.
const LOOKS: [usize; 2] = [40_000, 2_000_000];

/// A layout in progress.
#[derive(Clone, Debug, Default)]
pub struct GraphLayout {
    vertices: usize,
    components: Vec<Component>,
    /// Vertices without an edge.
    alone: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Component {
    vertices: Vec<u32>,
    edges: Vec<[u32; 2]>,
    force: ForceLayout,
}

impl GraphLayout {
    /// Begins with a graph.
    #[must_use]
    pub fn new(vertices: usize, edges: &[[u32; 2]]) -> Self {
        let joined = edges.iter().filter(|[a, b]| a != b);
        let mut roots: Vec<u32> = (0..vertices as u32).collect();
        for [a, b] in joined.clone() {
            let (a, b) = (root(&mut roots, *a), root(&mut roots, *b));
            roots[a.max(b) as usize] = a.min(b);
        }
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); vertices];
        let mut own = vec![0; vertices];
        for k in 0..vertices as u32 {
            let of = &mut members[root(&mut roots, k) as usize];
            own[k as usize] = of.len() as u32;
            of.push(k);
        }
        let mut inner: Vec<Vec<[u32; 2]>> = vec![Vec::new(); vertices];
        for [a, b] in joined {
            let of = root(&mut roots, *a) as usize;
            inner[of].push([own[*a as usize], own[*b as usize]]);
        }
        let mut alone = Vec::new();
        let mut components = Vec::new();
        for (list, edges) in members.into_iter().zip(inner) {
            match list.len() {
                0 => {}
                1 => alone.extend(list),
                _ => components.push(Component::new(list, edges)),
            }
        }
        components.sort_by_key(|own| std::cmp::Reverse(own.vertices.len()));
        Self {
            vertices,
            components,
            alone,
        }
    }

    /// Begins with vertices whose edges nobody tells, spread evenly.
    #[must_use]
    pub fn without_edges(vertices: usize) -> Self {
        let all = (0..vertices as u32).collect();
        Self {
            vertices,
            components: vec![Component::new(all, Vec::new())],
            alone: Vec::new(),
        }
    }

    /// Goes on from the places of an earlier layout of these vertices, and warms up a little.
    pub fn resume(&mut self, places: &[[f32; 2]]) {
        if places.len() == self.vertices {
            for component in &mut self.components {
                component.resume(places);
            }
        }
    }

    /// Whether the picture stands still.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.components.iter().all(|own| own.force.is_settled())
    }

    /// One step of all vertices.
    pub fn advance(&mut self) {
        for component in &mut self.components {
            component.force.advance();
        }
    }

    /// Place of each vertex, in usual distances of neighbours.
    #[must_use]
    pub fn places(&self) -> Vec<[f32; 2]> {
        let mut pictures: Vec<Picture> = self.components.iter().map(Component::picture).collect();
        pictures.sort_by(|a, b| (b.size[0] * b.size[1]).total_cmp(&(a.size[0] * a.size[1])));
        let sizes: Vec<[f32; 2]> = pictures.iter().map(|own| own.size).collect();
        let (corners, size) = pack(&sizes);
        let mut places = vec![[0.0; 2]; self.vertices];
        for (picture, corner) in pictures.iter().zip(corners) {
            for (vertex, place) in picture.vertices.iter().zip(&picture.places) {
                places[*vertex as usize] = [place[0] + corner[0], place[1] + corner[1]];
            }
        }
        let rows = rows_beside(size, self.alone.len(), 0.5 * GAP);
        for (vertex, place) in self.alone.iter().zip(rows) {
            places[*vertex as usize] = place;
        }
        places
    }
}

/// The least vertex of a component so far; ways to it become shorter.
fn root(roots: &mut [u32], of: u32) -> u32 {
    let mut at = of;
    while roots[at as usize] != at {
        roots[at as usize] = roots[roots[at as usize] as usize];
        at = roots[at as usize];
    }
    at
}

/// A component as it is drawn, in a frame with half a gap on each side.
struct Picture<'a> {
    vertices: &'a [u32],
    places: Vec<[f32; 2]>,
    size: [f32; 2],
}

impl Component {
    fn new(vertices: Vec<u32>, edges: Vec<[u32; 2]>) -> Self {
        let force = ForceLayout::new(vertices.len(), &edges);
        Self {
            vertices,
            edges,
            force,
        }
    }

    /// Takes places of all vertices, in the scale in which pulls and pushes are in balance.
    fn resume(&mut self, all: &[[f32; 2]]) {
        let n = self.vertices.len() as f32;
        let own = self.vertices.iter().map(|k| all[*k as usize]);
        let sum = own
            .clone()
            .fold([0.0; 2], |s, p| [s[0] + p[0], s[1] + p[1]]);
        let middle = sum.map(|x| x / n);
        let mut places: Vec<[f32; 2]> = own
            .map(|place| [place[0] - middle[0], place[1] - middle[1]])
            .collect();
        // Over all edges the pull does a work of length³, over all pairs the push does one of 1.
        let work: f32 = self
            .edges
            .iter()
            .map(|[a, b]| {
                let length = distance(places[*a as usize], places[*b as usize]);
                length.powi(3) / self.force.degree(*a).sqrt().max(1.0)
            })
            .sum();
        if work > 0.0 && work.is_finite() {
            let scale = (0.5 * n * (n - 1.0) / work).cbrt();
            for place in &mut places {
                *place = place.map(|x| scale * x);
            }
        }
        self.force.resume(places);
    }

    fn picture(&self) -> Picture<'_> {
        let mut places = self.force.places.clone();
        let usual = usual_distance(&places).unwrap_or(1.0);
        for place in &mut places {
            *place = place.map(|x| x / usual);
        }
        let still = self.force.is_settled();
        keep_apart(&mut places, LEAST, LOOKS[usize::from(still)]);
        let least = if still {
            least_distance(&places)
        } else {
            LEAST
        };
        let stretch = (LEAST / least).clamp(1.0, STRETCH);
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for place in &mut places {
            *place = place.map(|x| x * stretch);
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        for place in &mut places {
            *place = [0, 1].map(|axis| place[axis] - low[axis] + 0.5 * GAP);
        }
        Picture {
            vertices: &self.vertices,
            places,
            size: [0, 1].map(|axis| high[axis] - low[axis] + GAP),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clique(from: u32, n: u32) -> Vec<[u32; 2]> {
        let all = (0..n).flat_map(|b| (0..b).map(move |a| [from + a, from + b]));
        all.collect()
    }

    fn ring(from: u32, n: u32) -> Vec<[u32; 2]> {
        (0..n).map(|k| [from + k, from + (k + 1) % n]).collect()
    }

    fn settle(mut layout: GraphLayout) -> Vec<[f32; 2]> {
        let mut steps = 0;
        while !layout.is_settled() {
            layout.advance();
            steps += 1;
            assert!(steps < 1_000);
        }
        let places = layout.places();
        assert!(places.iter().flatten().all(|x| x.is_finite()));
        places
    }

    fn settled(n: usize, edges: &[[u32; 2]]) -> Vec<[f32; 2]> {
        settle(GraphLayout::new(n, edges))
    }

    fn box_of(places: &[[f32; 2]]) -> [[f32; 2]; 2] {
        let over = |f: fn(f32, f32) -> f32, from: f32| {
            let all = places.iter();
            all.fold([from; 2], |b, p| [f(b[0], p[0]), f(b[1], p[1])])
        };
        [
            over(f32::min, f32::INFINITY),
            over(f32::max, f32::NEG_INFINITY),
        ]
    }

    /// Least distance over the longer side of the picture.
    fn share(places: &[[f32; 2]]) -> f32 {
        let [low, high] = box_of(places);
        least_distance(places) / (high[0] - low[0]).max(high[1] - low[1])
    }

    #[test]
    fn two_lone_vertices_do_not_press_thirty_onto_a_heap() {
        let places = settled(32, &clique(0, 30));
        assert!(share(&places) > 0.07, "{}", share(&places));
        let [low, high] = box_of(&places[..30]);
        for [x, y] in &places[30..] {
            let outside = *x > high[0] || *x < low[0] || *y > high[1] || *y < low[1];
            assert!(outside, "beside the component, not in it");
        }
        let [all_low, all_high] = box_of(&places);
        for axis in 0..2 {
            let part = (high[axis] - low[axis]) / (all_high[axis] - all_low[axis]);
            assert!(part > 0.6, "the component fills the picture: {part}");
        }
    }

    #[test]
    fn equal_components_stand_side_by_side_in_one_scale() {
        let mut edges = clique(0, 16);
        edges.extend(clique(16, 16));
        let places = settled(32, &edges);
        assert!(share(&places) > 0.07, "{}", share(&places));
        let [one, other] = [box_of(&places[..16]), box_of(&places[16..])];
        let apart = |axis: usize| one[1][axis] < other[0][axis] || other[1][axis] < one[0][axis];
        assert!(apart(0) || apart(1), "{one:?} {other:?}");
        let side = |b: [[f32; 2]; 2]| b[1][0] - b[0][0];
        let ratio = side(one) / side(other);
        assert!((0.8..1.25).contains(&ratio), "{ratio}");
    }

    #[test]
    fn five_hundred_lone_vertices_leave_room_for_five_hundred_joined() {
        let mut edges = ring(0, 500);
        edges.extend((0..500).map(|k| [k, (k * 7 + 3) % 500]));
        let places = settled(1_000, &edges);
        assert!(
            least_distance(&places) > 0.95 * LEAST,
            "{}",
            least_distance(&places)
        );
        assert!(share(&places) > 0.01, "{}", share(&places));
        let [low, high] = box_of(&places[..500]);
        let [all_low, all_high] = box_of(&places);
        let area = |low: [f32; 2], high: [f32; 2]| (high[0] - low[0]) * (high[1] - low[1]);
        let part = area(low, high) / area(all_low, all_high);
        assert!(part > 0.3, "{part}");
    }

    #[test]
    fn components_of_many_sizes_keep_their_vertices_apart() {
        let (mut edges, mut n) = (clique(0, 40), 40);
        for size in [25, 12, 9, 5, 4, 3, 3, 2, 2, 2, 2] {
            edges.extend(ring(n, size));
            n += size;
        }
        for k in 0..300 {
            edges.push([n + 2 * k, n + 2 * k + 1]);
        }
        n += 600 + 17;
        // A hub with leaves, and a chain.
        edges.extend((1..60).map(|k| [n, n + k]));
        n += 60;
        edges.extend((1..50).map(|k| [n + k - 1, n + k]));
        n += 50;
        let places = settled(n as usize, &edges);
        assert!(
            least_distance(&places) > 0.95 * LEAST,
            "{}",
            least_distance(&places)
        );
        assert!(share(&places) > 0.008, "{}", share(&places));
    }

    #[test]
    fn only_lone_vertices_stand_in_rows() {
        let places = settled(100, &[]);
        assert_eq!(least_distance(&places), 1.0);
        assert!(share(&places) > 0.08, "{}", share(&places));
    }

    #[test]
    fn a_vertex_or_none_has_a_place() {
        assert_eq!(settled(1, &[]), [[0.0, 0.0]]);
        assert_eq!(settled(1, &[[0, 0]]), [[0.0, 0.0]]);
        assert_eq!(settled(0, &[]), Vec::<[f32; 2]>::new());
        assert_eq!(settle(GraphLayout::without_edges(1)).len(), 1);
    }

    #[test]
    fn the_same_graph_has_the_same_picture() {
        let mut edges = ring(0, 40);
        edges.extend(clique(40, 9));
        assert_eq!(settled(60, &edges), settled(60, &edges));
    }

    #[test]
    fn a_cut_edge_moves_the_picture_little() {
        let edges = ring(0, 60);
        let before = settled(60, &edges);
        let mut layout = GraphLayout::new(60, &edges[1..]);
        layout.resume(&before);
        let begun = layout.places();
        let [low, high] = box_of(&before);
        let side = high[0] - low[0];
        for (a, b) in before.iter().zip(&begun) {
            let moved = distance(*a, *b);
            assert!(moved < 0.1 * side, "{moved} of {side}");
        }
        assert!(least_distance(&settle(layout)) > 0.95 * LEAST);
    }

    #[test]
    fn a_joined_vertex_leaves_the_rows() {
        let mut edges = clique(0, 12);
        let before = settled(16, &edges);
        edges.push([3, 14]);
        let mut layout = GraphLayout::new(16, &edges);
        layout.resume(&before);
        let places = settle(layout);
        assert!(share(&places) > 0.06, "{}", share(&places));
    }
}
