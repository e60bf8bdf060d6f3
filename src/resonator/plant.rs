//! The plant of one node: dense arrays gathered from the components of its vertices.

use std::ops::Range;

use bevy::prelude::Resource;

use crate::base::isa::Isa;
use crate::base::{PopulationId, RecordHasher, VertexId};
use crate::dynamics::dense::{DensePlant, Kind, Lane, NoiseKind, OwnPart, Pair, Segment};
use crate::graph::rcm::{nearer_order, reverse_cuthill_mckee};

use super::delay_line::{DelayLine, Mix};
use super::dynamics_spec::SlotOrder;
use super::image::VertexView;
use super::model::{ModelRef, Numbers};
use super::plasticity::PlasticityRules;

/// What a vertex shows to others and to sensors: (sin θ, cos θ), (x, 0) or (x, y).
pub type Seen = Pair;

/// From this many vertices on, an order for locality is looked for.
const ORDER_FROM: usize = 20_000;

/// The vertices of one node, gathered: a cache of their components, never a second truth.
#[derive(Resource, Clone, Debug, Default)]
pub struct Plant {
    /// The arrays.
    pub dense: DensePlant,
    /// Slots in the order of vertices, when slots themselves are in another.
    by_vertex: Option<Vec<u32>>,
    /// Place of each slot in the field, where there is one.
    position: Vec<[f64; 2]>,
    /// Factor of the slots of each segment in the global mask.
    pub(super) mask: Vec<Lane>,
    /// Sources of incoming edges that live on other nodes, ascending; their slots follow the local.
    pub halo: Vec<VertexId>,
    /// Past of sources that is heard late: (steps, source), ascending; their slots follow the halo.
    taps: Vec<(u32, VertexId)>,
    /// Sum of the hashes of what does not move.
    fixed_hash: u64,
    /// Slots of the segments whose edges adapt.
    plastic: Vec<Range<usize>>,
}

/// How a plant is to be gathered.
#[derive(Clone, Copy, Debug)]
pub struct Gathering<'a> {
    /// Populations of the scene, the whole cluster among them.
    pub populations: usize,
    /// How slots are ordered.
    pub order: SlotOrder,
    /// How noise depends on the state.
    pub noise_kind: NoiseKind,
    /// The instruction set of the kernels.
    pub isa: Isa,
    /// Whether there is a field, in which slots have places.
    pub has_field: bool,
    /// The populations whose edges adapt.
    pub rules: &'a PlasticityRules,
}

static NO_RULES: PlasticityRules = PlasticityRules(Vec::new());

impl Default for Gathering<'_> {
    fn default() -> Self {
        Self {
            populations: 0,
            order: SlotOrder::Scene,
            noise_kind: NoiseKind::Additive,
            isa: Isa::best(),
            has_field: false,
            rules: &NO_RULES,
        }
    }
}

impl Plant {
    /// Gathers vertices, which must ascend by id.
    #[must_use]
    pub fn gather(views: &[VertexView], how: Gathering<'_>) -> Self {
        let ids: Vec<VertexId> = views.iter().map(|view| view.vertex).collect();
        let mut halo: Vec<VertexId> = views
            .iter()
            .flat_map(|view| view.row.sources().filter(|source| view.delay(*source) == 0))
            .filter(|source| find(&ids, *source).is_none())
            .collect();
        halo.sort_unstable();
        halo.dedup();
        let taps = taps(views);
        let order = slot_order(views, &ids, how.order);
        let mut slot_of = vec![0u32; order.len()];
        order
            .iter()
            .enumerate()
            .for_each(|(slot, at)| slot_of[*at as usize] = slot as u32);
        let view = |slot: usize| &views[order[slot] as usize];
        let n = views.len();
        let mut segments = Vec::new();
        let mut mask = Vec::new();
        let mut start = 0;
        while start < n {
            let key = segment_key(view(start));
            let end = (start..n)
                .find(|slot| segment_key(view(*slot)) != key)
                .unwrap_or(n);
            segments.push(segment(key, start..end, &view, how.noise_kind));
            mask.push(Lane::of((start..end).map(|slot| view(slot).mask).collect()));
            start = end;
        }
        let populations = segments.iter().map(|s| s.population + 1).max().unwrap_or(0);
        let sources = |(delay, vertex): (u32, VertexId)| match find(&ids, vertex) {
            _ if delay > 0 => {
                let tap = taps.partition_point(|other| *other < (delay, vertex));
                (n + halo.len() + tap) as u32
            }
            Some(at) => slot_of[at],
            None => (n + halo.partition_point(|other| *other < vertex)) as u32,
        };
        let adapts = |population: usize| how.rules.of(population).is_some();
        let plastic = segments.iter().filter(|own| adapts(own.population));
        let plastic: Vec<Range<usize>> = plastic.map(|own| own.slots.clone()).collect();
        let dense = DensePlant::build(
            how.isa,
            segments,
            (0..n).map(|slot| view(slot).vertex).collect(),
            (0..n)
                .map(|slot| view(slot).model.image().state())
                .collect(),
            (halo.len() + taps.len(), populations.max(how.populations)),
            |slot| view(slot).row.len(),
            |slot, to, weights| {
                let own = view(slot);
                let late = |source| (own.delay(source), source);
                to.extend(own.row.sources().map(|source| sources(late(source))));
                weights.extend(own.row.iter().map(|entry| entry.weight));
            },
        );
        let sorted = order.is_sorted();
        Self {
            dense,
            by_vertex: (!sorted).then_some(slot_of),
            position: (0..n)
                .filter(|_| how.has_field)
                .map(|slot| view(slot).position)
                .collect(),
            mask,
            halo,
            taps,
            plastic,
            fixed_hash: views
                .iter()
                .map(|view| fixed_hash(view, adapts(view.population.index())))
                .fold(0, u64::wrapping_add),
        }
    }

    /// Fills what is heard late, `node` (0, ½ or 1) of a step into the present one.
    pub fn hear(&mut self, line: &DelayLine, node: f64) {
        let first = self.len() + self.halo.len();
        let mut mix = (0, Mix::new());
        for (k, (delay, vertex)) in self.taps.iter().enumerate() {
            if mix.0 != *delay {
                mix = (*delay, line.mix(*delay, node));
            }
            let heard = line.heard(&mix.1, vertex.index());
            self.dense.set_shown(first + k, heard);
        }
    }

    /// Number of vertices on this node.
    #[must_use]
    pub fn len(&self) -> usize {
        self.dense.len()
    }

    /// Whether the node holds no vertex.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.dense.is_empty()
    }

    /// The vertex of every slot.
    #[must_use]
    pub fn ids(&self) -> &[VertexId] {
        self.dense.ids()
    }

    /// The slot of a vertex that lives here.
    #[must_use]
    pub fn slot_of(&self, vertex: VertexId) -> Option<usize> {
        match &self.by_vertex {
            None => find(self.ids(), vertex),
            Some(slots) => {
                let at = slots.partition_point(|slot| self.ids()[*slot as usize] < vertex);
                let slot = *slots.get(at)? as usize;
                (self.ids()[slot] == vertex).then_some(slot)
            }
        }
    }

    /// The slots in the order of vertices.
    pub fn slots(&self) -> impl Iterator<Item = usize> + '_ {
        let at = |k: usize| self.by_vertex.as_ref().map_or(k, |slots| slots[k] as usize);
        (0..self.len()).map(at)
    }

    /// The state of a slot: (θ, 0), (θ, θ′), (x, v) or (x, y).
    #[must_use]
    pub fn state(&self, slot: usize) -> [f64; 2] {
        let second = self.dense.second().get(slot);
        [self.dense.first()[slot], second.copied().unwrap_or(0.0)]
    }

    /// The row of a slot as (source's slot, weight), ascending by source; slots beyond the local
    /// ones are of the halo.
    pub fn row(&self, slot: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let (sources, weights) = self.dense.row(slot);
        let sources = sources.iter().map(|source| *source as usize);
        sources.zip(weights.iter().copied())
    }

    /// The segment of a slot, and the slot's number there.
    #[must_use]
    pub fn segment(&self, slot: usize) -> (&Segment, usize) {
        let segment = &self.dense.segments()[self.dense.segment_of(slot)];
        (segment, slot - segment.slots.start)
    }

    /// The model of a slot.
    #[must_use]
    pub fn kind(&self, slot: usize) -> Kind {
        self.segment(slot).0.kind
    }

    /// Place of a slot in the field; the origin where there is no field.
    #[must_use]
    pub fn position(&self, slot: usize) -> [f64; 2] {
        self.position.get(slot).copied().unwrap_or_default()
    }

    /// What sensors observe of a slot: cos θ, or x.
    #[must_use]
    pub fn observable(&self, slot: usize) -> f64 {
        if self.kind(slot).is_phase() {
            self.dense.shown(slot)[1]
        } else {
            self.dense.first()[slot]
        }
    }

    /// Calls `visit(slot, observable)` for the slots of a range of one segment.
    pub fn observe(&self, segment: &Segment, mut visit: impl FnMut(usize, f64)) {
        let phase = segment.kind.is_phase();
        for slot in segment.slots.clone() {
            let shown = self.dense.shown(slot);
            visit(slot, if phase { shown[1] } else { shown[0] });
        }
    }

    /// Takes a state from outside.
    pub fn write(&mut self, slot: usize, state: [f64; 2]) {
        self.dense.write(slot, state[0], state[1]);
    }

    /// The record of the vertices here: the hashes of what does not move and of the states, each
    /// added up over vertices, so that records of several nodes add up too and no order matters.
    #[must_use]
    pub fn record(&self) -> [u64; 2] {
        let plastic = self.plastic.iter().cloned();
        let weights = plastic.map(|slots| self.weight_hash(slots));
        [
            weights.fold(self.fixed_hash, u64::wrapping_add),
            self.dense.state_hash(),
        ]
    }
}

/// The past that any of these vertices hears, once each.
fn taps(views: &[VertexView]) -> Vec<(u32, VertexId)> {
    let late = views.iter().filter(|view| !view.delays.is_empty());
    let mut taps: Vec<(u32, VertexId)> = late
        .flat_map(|view| {
            let sources = view.row.sources();
            sources.map(|source| (view.delay(source), source))
        })
        .filter(|(delay, _)| *delay > 0)
        .collect();
    taps.sort_unstable();
    taps.dedup();
    taps
}

fn find(ids: &[VertexId], vertex: VertexId) -> Option<usize> {
    // Where a node holds v0 … vn without gaps, a vertex stands at its own number.
    if ids.get(vertex.index()) == Some(&vertex) {
        return Some(vertex.index());
    }
    ids.binary_search(&vertex).ok()
}

fn segment_key(view: &VertexView) -> (PopulationId, Kind) {
    (view.population, view.model.image().kind())
}

/// Which view stands at each slot: by population and model, and there by vertex or for locality.
fn slot_order(views: &[VertexView], ids: &[VertexId], wanted: SlotOrder) -> Vec<u32> {
    let mut order: Vec<u32> = (0..views.len() as u32).collect();
    let local = match wanted {
        SlotOrder::Scene => false,
        SlotOrder::Locality => true,
        SlotOrder::Auto => views.len() >= ORDER_FROM,
    };
    if local {
        let mut start = vec![0usize];
        let mut sources = Vec::new();
        for view in views {
            let own = view.row.sources().filter_map(|source| find(ids, source));
            sources.extend(own.map(|at| at as u32));
            start.push(sources.len());
        }
        let found = match wanted {
            SlotOrder::Locality => Some(reverse_cuthill_mckee(&start, &sources)),
            SlotOrder::Auto | SlotOrder::Scene => nearer_order(&start, &sources),
        };
        order = found.unwrap_or(order);
    }
    let key = |at: &u32| {
        let (population, kind) = segment_key(&views[*at as usize]);
        (population, kind as u8)
    };
    order.sort_by_cached_key(key);
    order
}

fn segment<'a>(
    (population, kind): (PopulationId, Kind),
    slots: Range<usize>,
    view: &impl Fn(usize) -> &'a VertexView<'a>,
    noise_kind: NoiseKind,
) -> Segment {
    let mut own = Segment::new(kind, population.index(), slots.clone());
    let numbers = slots.clone().map(|slot| view(slot).model.image().numbers());
    let numbers: Vec<Numbers> = numbers.collect();
    let lane = |number: fn(&Numbers) -> f64| Lane::of(numbers.iter().map(number).collect());
    own.omega = lane(|n| n.omega);
    own.rate = lane(|n| n.rate);
    own.twist = lane(|n| n.twist);
    own.twist_cos = lane(|n| n.twist_cos);
    own.swing = lane(|n| n.swing);
    own.swing_omega = lane(|n| n.swing_omega);
    if !kind.is_phase() {
        let weights = slots.map(|slot| view(slot).row.iter().map(|entry| entry.weight).sum());
        own.row_weight = Lane::of(weights.collect());
    }
    own.noise_kind = noise_kind;
    own.own = own_part(own.slots.clone(), view);
    own
}

/// The model of one's own of a segment that has one.
fn own_part<'a>(
    slots: Range<usize>,
    view: &impl Fn(usize) -> &'a VertexView<'a>,
) -> Option<OwnPart> {
    let own = |slot: usize| match view(slot).model {
        ModelRef::Own(own, _) => Some(own),
        _ => None,
    };
    let model = own(slots.start)?.model;
    let parameters = (0..model.parameters().len()).map(|k| {
        let values = slots.clone().filter_map(own).map(|own| own.parameters[k]);
        Lane::of(values.collect())
    });
    Some(OwnPart {
        model,
        parameters: parameters.collect(),
    })
}

/// The hash of what does not move: id, population, place, mask, parameters and row, of plastic rows
/// the sources only. A change of any of them gathers the plant anew.
fn fixed_hash(view: &VertexView, is_plastic: bool) -> u64 {
    let mut hasher = RecordHasher::default();
    hasher
        .start(view.vertex.0)
        .word(u64::from(view.population.0))
        .float(view.position[0])
        .float(view.position[1])
        .float(view.mask);
    view.model.image().hash_into(&mut hasher);
    for entry in view.row {
        hasher.word(entry.source().0);
        if !is_plastic {
            hasher.float(entry.weight);
        }
    }
    for (source, delay) in view.delays {
        hasher.word(source.0).word(u64::from(*delay));
    }
    hasher.finish()
}
