//! Random scenes that combine everything, and what is left out of them to find the smallest that
//! still fails.

use crate::draw::Draw;

/// A population of a random scene.
#[derive(Clone, Debug)]
pub struct Group {
    pub count: usize,
    pub model: String,
    /// Fields beside name, count and model, each with its comma.
    pub more: Vec<String>,
}

/// A random scene in parts that can be left out one by one.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub ticks: u64,
    pub groups: Vec<Group>,
    /// Fields of the scene, each as `name: value`; every one may be left out.
    pub parts: Vec<String>,
    /// Lists of the scene: name and entries, each of which may be left out.
    pub lists: Vec<(&'static str, Vec<String>)>,
    /// Inputs that a person gives: the tick, and the line of inputs.jsonl without it.
    pub inputs: Vec<(u64, String)>,
    /// Nodes, placements and threads that the scene is run on.
    pub nodes: Vec<usize>,
}

impl Plan {
    /// The scene of a seed.
    pub fn draw(seed: u64) -> Self {
        let mut d = Draw::new(seed, 1);
        let family = d.below(5);
        let groups: Vec<Group> = (0..d.within(1, 3))
            .map(|_| group(&mut d, family, seed))
            .collect();
        let n: usize = groups.iter().map(|own| own.count).sum();
        let ticks = d.within(20, 90) as u64;
        let dt = *d.pick(&[&0.005, &0.01, &0.02]);
        let substeps = *d.pick(&[&1, &1, &2, &3]);
        let integrator = integrator(&mut d, family);
        let adaptive = integrator == "DormandPrince";
        let late = !adaptive && d.chance(0.3);
        let mut plan = Self {
            seed,
            ticks,
            groups,
            parts: Vec::new(),
            lists: Vec::new(),
            inputs: Vec::new(),
            nodes: vec![d.within(2, 4), d.within(2, 6)],
        };
        let tick_s = dt * f64::from(substeps);
        plan.quiet(adaptive);
        plan.parts
            .push(format!("clock: (dt_s: {dt}, substeps: {substeps})"));
        plan.parts.push(graph(&mut d, n, late.then_some(dt)));
        let scales = matches!(integrator, "EulerMaruyama" | "StochasticHeun") && family > 1;
        let noise = if scales && d.chance(0.4) {
            ", noise: Multiplicative"
        } else {
            ""
        };
        let order = d.pick(&["", ", order: Locality"]);
        plan.parts.push(format!(
            "dynamics: (integrator: {integrator}{noise}{order})"
        ));
        plan.parts.extend(field(&mut d, family, tick_s));
        plan.parts
            .push("signal: (window: 16, segment: 8, hop: 2)".to_owned());
        plan.sense(&mut d, n, family, adaptive);
        plan.place(&mut d, n);
        plan.act(&mut d, n, family, tick_s);
        plan
    }

    /// Takes out the noise, which an adaptive integrator cannot follow.
    fn quiet(&mut self, adaptive: bool) {
        for group in self.groups.iter_mut().filter(|_| adaptive) {
            group.more.retain(|field| !field.starts_with("noise"));
        }
    }

    fn sense(&mut self, d: &mut Draw, n: usize, family: usize, adaptive: bool) {
        let spread = d.within(1, n.min(6));
        let noise = d.pick(&["", ", noise: 0.1"]);
        let faults = [
            "",
            "",
            ", faults: [Delay(ticks: 5), Noise(sd: 0.1)]",
            ", faults: [Stuck(from_s: 0.05, to_s: 0.2), Quantise(step: 0.05)]",
            ", faults: [Drift(per_s: 0.2), Bias(offset: -0.3, from_s: 0.1)]",
            ", faults: [Dropout(probability: 0.02), Delay(ticks: 2, from_s: 0.1)]",
        ];
        let (of_probe, of_mean) = (d.pick(&faults), d.pick(&faults));
        let mut sensors = vec![
            format!(
                "(name: \"probe\", device: Probe(vertices: Spread({spread})){noise}{of_probe})"
            ),
            format!("(name: \"mean\", device: Mean(){of_mean})"),
        ];
        if d.chance(0.3) {
            let wave = d.pick(&[
                "Sine",
                "Chirp(to_hz: 9.0, over_s: 0.5)",
                "Noise(color: Pink)",
                "Am(modulation_hz: 0.5, depth: 0.8)",
            ]);
            sensors.push(format!(
                "(name: \"tone\", device: Synthetic(channels: 2, frequency_hz: 3.0, noise: 0.2, \
                 wave: {wave}))"
            ));
        }
        self.lists.push(("sensors", sensors));
        let law = d.pick(&[
            "Original",
            "Pid(kp: 0.7, ki: 0.3, output_min: -1.0, output_max: 2.0)",
            "Pid(kp: 4.0, kd: 0.1, rate_per_s: 3.0)",
        ]);
        let mut outputs = vec!["Coupling", "Force", "FieldGain"];
        if !adaptive {
            outputs.push("Noise");
        }
        outputs.push(if family < 2 {
            "FrequencyShift"
        } else {
            "Force"
        });
        let outputs: Vec<&str> = (0..d.within(1, 2)).map(|_| d.pick(&outputs)).collect();
        let adaptation = d.pick(&["", ", adaptive: ()"]);
        let loops: Vec<String> = outputs
            .iter()
            .enumerate()
            .map(|(k, output)| {
                let measure = d.pick(&["Coherence", "EntropyNormalized"]);
                format!(
                    "(name: \"loop{k}\", scope: \"cluster\", measure: {measure}, setpoint: 0.8, \
                     law: {law}, output: {output}{adaptation})"
                )
            })
            .collect();
        self.parts
            .push(format!("control: (loops: [{}])", loops.join(", ")));
        let limit = d.real(0.3, 3.0);
        let excess = d.pick(&["Clamp", "Reject"]);
        let severity = d.pick(&["Warning", "Hold", "Stop"]);
        self.parts.push(format!(
            "safety: (max_energy: {limit}, max_amplitude: {}, on_excess: {excess}, hold_ticks: 5, \
             energy_severity: {}, amplitude_severity: {severity})",
            d.real(0.5, 6.0),
            d.pick(&["Warning", "Hold"]),
        ));
        if spread >= 2 && d.chance(0.35) {
            let measure = d.pick(&["Mi1", "Mi", "Si", "Iit4"]);
            let source = d.pick(&["Window", "Linearised", "Perturbed"]);
            let source = match measure {
                "Iit4" if source == "Linearised" => "Window",
                "Iit4" => source,
                _ if source == "Perturbed" => "Window",
                _ => source,
            };
            self.parts.push(format!(
                "phi: (units: [\"probe\"], measure: {measure}, source: {source}, window: 24, \
                 period_ticks: {}, latency_ticks: {}, repetitions: 4)",
                d.within(10, 25),
                d.within(1, 30),
            ));
        }
    }

    fn place(&mut self, d: &mut Draw, n: usize) {
        let policy = d.pick(&[
            "Off",
            "Original(threshold: 0.4)",
            "Balanced(tolerance: 0.01)",
        ]);
        let script: Vec<String> = (0..d.below(6))
            .map(|_| {
                let (tick, vertex) = (d.below(self.ticks as usize), d.below(n));
                format!("(tick: {tick}, vertex: {vertex}, to: {})", d.below(6))
            })
            .collect();
        self.parts.push(format!(
            "scheduler: (policy: {policy}, period_ticks: {}, script: [{}])",
            d.within(2, 9),
            script.join(", ")
        ));
        let edges = d.chance(0.5);
        let every = *d.pick(&[&1, &1, &3, &10]);
        self.parts.push(format!(
            "record: (plant: true, edges: {edges}, every_ticks: {every})"
        ));
        if d.chance(0.3) {
            self.parts.push("bus: (capacity: 16)".to_owned());
        }
    }

    /// Whether edges are observed.
    fn has_edges(&self) -> bool {
        self.parts.iter().any(|part| part.contains("edges: true"))
    }

    /// What the scene does to itself, and what a person does to it.
    fn act(&mut self, d: &mut Draw, n: usize, family: usize, tick_s: f64) {
        let second = if family == 0 { 0.0 } else { 0.1 };
        let (mut schedule, mut crossings) = (Vec::new(), Vec::new());
        for _ in 0..d.below(4) {
            let at = tick_s * d.below(self.ticks as usize) as f64;
            let (a, b) = (d.below(n), d.below(n));
            schedule.push(match d.below(4) {
                0 => format!(
                    "At(at_s: {at}, then: [Kick(vertex: {a}, first: 0.4, second: {second})])"
                ),
                1 if a != b => {
                    let weight = d.pick(&["0.0", "0.7", "-0.5"]);
                    format!(
                        "At(at_s: {at}, then: [Edge(source: {a}, target: {b}, weight: {weight}), \
                         Set(path: \"populations[0].coupling\", value: 0.5)])"
                    )
                }
                2 => format!(
                    "Ramp(path: \"populations[0].coupling\", from: 0.1, to: 0.9, start_s: {at}, \
                     end_s: {})",
                    at + 10.0 * tick_s
                ),
                _ => format!(
                    "At(at_s: {at}, then: [Set(path: \"safety.max_amplitude\", value: 0.8)])"
                ),
            });
        }
        for k in 0..d.below(3) {
            let of = match d.below(4) {
                0 => "Metric(metric: \"order\")".to_owned(),
                1 => "Metric(metric: \"mean\", scope: \"p0\")".to_owned(),
                2 if family < 2 && self.has_edges() => "Metric(metric: \"local_order\")".to_owned(),
                _ => format!("Vertex(vertex: {})", d.below(n)),
            };
            let level = d.real(-0.5, 0.9);
            let vertex = d.below(n);
            let then = match d.below(3) {
                0 => "Set(path: \"populations[0].coupling\", value: 0.3)".to_owned(),
                1 => format!("Kick(vertex: {vertex}, first: 0.2, second: {second})"),
                _ => String::new(),
            };
            crossings.push(format!(
                "(name: \"c{k}\", of: {of}, level: {level}, direction: Either, then: [{then}])"
            ));
        }
        self.lists.push(("schedule", schedule));
        self.lists.push(("crossings", crossings));
        for _ in 0..d.below(5) {
            let tick = d.below(self.ticks as usize) as u64;
            let (a, b) = (d.below(n), d.below(n));
            let line = match d.below(5) {
                0 => format!("\"kick\":{{\"vertex\":{a},\"first\":0.3,\"second\":{second}}}"),
                1 if a != b => {
                    format!("\"edge\":{{\"source\":{a},\"target\":{b},\"weight\":0.4}}")
                }
                2 => format!("\"move\":{{\"vertex\":{a},\"to\":{}}}", d.below(5)),
                3 => "\"spare\":{\"subject\":\"resonators\"}".to_owned(),
                _ => "\"set\":{\"path\":\"populations[0].coupling\",\"value\":0.6}".to_owned(),
            };
            self.inputs.push((tick, line));
        }
        self.inputs.sort_by_key(|(tick, _)| *tick);
    }

    /// The scene as RON.
    pub fn text(&self) -> String {
        let groups: Vec<String> = self
            .groups
            .iter()
            .enumerate()
            .map(|(k, own)| {
                let more: String = own.more.iter().map(|field| format!(", {field}")).collect();
                format!(
                    "(name: \"p{k}\", count: {}, model: {}{more})",
                    own.count, own.model
                )
            })
            .collect();
        let mut fields = vec![
            "version: 2".to_owned(),
            "name: \"fuzz\"".to_owned(),
            format!("seed: {}", self.seed),
            format!("ticks: {}", self.ticks),
            format!(
                "populations: [\n        {}\n    ]",
                groups.join(",\n        ")
            ),
        ];
        fields.extend(self.parts.iter().cloned());
        for (name, entries) in self.lists.iter().filter(|(_, list)| !list.is_empty()) {
            fields.push(format!("{name}: [{}]", entries.join(", ")));
        }
        format!("(\n    {},\n)\n", fields.join(",\n    "))
    }

    /// The input log, one JSON object a line.
    pub fn log(&self) -> String {
        let lines = self.inputs.iter();
        let lines = lines.map(|(tick, line)| format!("{{\"tick\":{tick},{line}}}\n"));
        lines.collect()
    }

    /// Plans with one thing less.
    pub fn smaller(&self) -> Vec<Self> {
        let mut list = Vec::new();
        let mut add = |change: &dyn Fn(&mut Self)| {
            let mut own = self.clone();
            change(&mut own);
            list.push(own);
        };
        for k in 0..self.parts.len() {
            add(&|own| drop(own.parts.remove(k)));
        }
        for (k, (_, entries)) in self.lists.iter().enumerate() {
            for m in 0..entries.len() {
                add(&|own| drop(own.lists[k].1.remove(m)));
            }
        }
        for k in 0..self.inputs.len() {
            add(&|own| drop(own.inputs.remove(k)));
        }
        for (k, group) in self.groups.iter().enumerate() {
            if self.groups.len() > 1 {
                add(&|own| drop(own.groups.remove(k)));
            }
            if group.count > 1 {
                add(&|own| own.groups[k].count = own.groups[k].count.div_ceil(2));
            }
            for m in 0..group.more.len() {
                add(&|own| drop(own.groups[k].more.remove(m)));
            }
        }
        if self.ticks > 1 {
            add(&|own| own.ticks = own.ticks.div_ceil(2));
        }
        list
    }
}

fn group(d: &mut Draw, family: usize, seed: u64) -> Group {
    let large = seed % 97 == 13;
    let count = if large { 2100 } else { d.within(1, 14) };
    let omega = format!("omega: Normal(mean: {}, sd: 0.4)", d.real(0.5, 5.0));
    let model = match family {
        0 => format!("Kuramoto({omega}, alpha: {})", d.real(0.0, 0.6)),
        1 => format!("Inertial({omega}, inertia: Constant({}))", d.real(0.4, 2.0)),
        2 => format!(
            "Harmonic(omega: Uniform(low: 1.0, high: 6.0), gamma: Constant({}), \
             force: Constant(0.3), force_omega: Constant(2.0))",
            d.real(0.0, 0.6)
        ),
        3 => "VanDerPol(omega: Uniform(low: 1.0, high: 3.0), mu: Constant(0.8))".to_owned(),
        _ => format!("StuartLandau({omega}, mu: Constant(0.7), c2: Constant(0.2))"),
    };
    let mut more = vec![format!("coupling: {}", d.real(0.0, 0.8))];
    if d.chance(0.5) {
        more.push(format!("noise: {}", d.real(0.01, 0.2)));
    }
    if d.chance(0.3) {
        more.push("mean_field: [(of: \"p0\", strength: 0.3)]".to_owned());
    }
    if d.chance(0.2) {
        more.push("plasticity: (rate: 0.5, gain: 1.1, shift: 0.2)".to_owned());
    }
    Group { count, model, more }
}

fn integrator(d: &mut Draw, family: usize) -> &'static str {
    let mut list = vec![
        "Rk4",
        "EulerMaruyama",
        "StochasticHeun",
        "SymplecticEuler",
        "DormandPrince",
    ];
    if (1..4).contains(&family) {
        list.push("Leapfrog");
    }
    d.pick(&list)
}

fn graph(d: &mut Draw, n: usize, late: Option<f64>) -> String {
    let mut kinds = vec!["Empty".to_owned(), "ErdosRenyi(p: 0.3)".to_owned()];
    if n >= 3 {
        kinds.push("Ring(neighbors: 1)".to_owned());
    }
    if n >= 6 {
        kinds.push("WattsStrogatz(neighbors: 2, rewire: 0.3)".to_owned());
        kinds.push("BarabasiAlbert(edges: 2)".to_owned());
    }
    if n < 60 {
        kinds.push("Complete".to_owned());
    } else {
        kinds.retain(|kind| !kind.starts_with("Erdos"));
    }
    let kind = &kinds[d.below(kinds.len())];
    let delay = match late {
        None => String::new(),
        Some(dt) if d.chance(0.6) => {
            format!(", delay: Uniform({})", dt * d.within(1, 6) as f64)
        }
        Some(_) => ", delay: Distance(speed: 20.0)".to_owned(),
    };
    format!("graph: (kind: {kind}, weight: {}{delay})", d.real(0.2, 1.0))
}

fn field(d: &mut Draw, family: usize, tick_s: f64) -> Option<String> {
    let felt = d.real(0.0, 0.6);
    let kind = match d.below(6) {
        0 => "Synthesis(gain: 0.8, modes: 6)".to_owned(),
        1 => "Synthesis(law: Modal, gain: 0.8, modes: 5)".to_owned(),
        2 if family < 2 => "Synthesis(law: MeanPhase, gain: 0.8)".to_owned(),
        3 => "Wave(modes: 5, damping: 0.2, source_gain: 0.7)".to_owned(),
        4 => format!(
            "Grid(x: (length: 1.0, cells: 24), law: Wave(speed: {}, damping: 0.1), \
             source_gain: 0.4)",
            (0.2 / tick_s).min(1.0) * 0.1
        ),
        _ => return None,
    };
    Some(format!("field: (kind: {kind}, felt_gain: {felt})"))
}
