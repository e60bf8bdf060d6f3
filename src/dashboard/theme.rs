//! Colours: Okabe–Ito for categories, a cyclic map of constant lightness for phases, cividis and
//! viridis for magnitudes, and the two looks of the window.

use bevy_egui::egui::{self, Color32};
use serde::{Deserialize, Serialize};

use crate::base::num;

/// Entropy.
pub const ENTROPY: Color32 = Color32::from_rgb(230, 159, 0);
/// Coherence.
pub const COHERENCE: Color32 = Color32::from_rgb(86, 180, 233);
/// Resonance.
pub const RESONANCE: Color32 = Color32::from_rgb(0, 158, 115);
/// Setpoints and limits.
pub const REFERENCE: Color32 = Color32::from_rgb(204, 121, 167);
/// Alerts.
pub const ALERT: Color32 = Color32::from_rgb(213, 94, 0);
/// The field.
pub const FIELD: Color32 = Color32::from_rgb(240, 228, 66);

/// Peak frequencies, and what acts.
pub const BLUE: Color32 = Color32::from_rgb(0, 114, 178);

/// Dark or light, and which map shows magnitudes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Light background.
    pub light: bool,
    /// Viridis instead of cividis.
    pub viridis: bool,
}

impl Look {
    /// Applies the look to a context.
    pub fn apply(self, context: &egui::Context) {
        let theme = if self.light {
            egui::Theme::Light
        } else {
            egui::Theme::Dark
        };
        if context.theme() != theme {
            context.set_theme(theme);
        }
    }

    /// A magnitude from 0 to 1 as a colour; dark is small, bright is large.
    #[must_use]
    pub fn magnitude(self, share: f32) -> Color32 {
        let table = if self.viridis { &VIRIDIS } else { &CIVIDIS };
        let at = share.clamp(0.0, 1.0) * (table.len() - 1) as f32;
        let k = (at as usize).min(table.len() - 2);
        let rest = at - k as f32;
        let mix = |a: u8, b: u8| (f32::from(a) + rest * (f32::from(b) - f32::from(a))) as u8;
        let (a, b) = (table[k], table[k + 1]);
        Color32::from_rgb(mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2]))
    }
}

/// Cividis at ninths (Nuñez, Anderton & Renslow 2018).
const CIVIDIS: [[u8; 3]; 10] = [
    [0, 34, 78],
    [17, 53, 111],
    [60, 77, 110],
    [87, 93, 109],
    [111, 112, 115],
    [138, 135, 121],
    [165, 156, 116],
    [195, 179, 105],
    [225, 204, 85],
    [254, 232, 56],
];

/// Viridis at ninths (van der Walt & Smith 2015).
const VIRIDIS: [[u8; 3]; 10] = [
    [68, 1, 84],
    [72, 40, 120],
    [62, 73, 137],
    [49, 104, 142],
    [38, 130, 142],
    [31, 158, 137],
    [53, 183, 121],
    [110, 206, 88],
    [181, 222, 43],
    [253, 231, 37],
];

/// A value from −1 to 1: blue below zero, orange above, the background's grey at zero.
#[must_use]
pub fn diverging(value: f32, light: bool) -> Color32 {
    let ends = if value < 0.0 {
        [86, 180, 233]
    } else {
        [230, 159, 0]
    };
    let middle = if light { 245.0 } else { 30.0 };
    let share = value.abs().clamp(0.0, 1.0);
    let mix = |end: u8| (middle + share * (f32::from(end) - middle)) as u8;
    Color32::from_rgb(mix(ends[0]), mix(ends[1]), mix(ends[2]))
}

/// A table of [`phase`] colours for drawing many vertices: 256 around the circle.
#[must_use]
pub fn phase_table() -> [Color32; 256] {
    std::array::from_fn(|k| phase(num::TAU * k as f64 / 256.0))
}

/// The entry of a phase table for an angle in rad.
#[must_use]
pub fn phase_index(angle_rad: f32) -> usize {
    let turn = angle_rad / std::f32::consts::TAU;
    ((turn - turn.floor()) * 256.0) as usize % 256
}

/// Colours of nodes, by number.
const NODES: [Color32; 7] = [
    Color32::from_rgb(86, 180, 233),
    Color32::from_rgb(230, 159, 0),
    Color32::from_rgb(0, 158, 115),
    Color32::from_rgb(204, 121, 167),
    Color32::from_rgb(240, 228, 66),
    Color32::from_rgb(0, 114, 178),
    Color32::from_rgb(213, 94, 0),
];

/// The colour of a node; numbers beyond seven begin again, so views also write the number.
#[must_use]
pub fn node(number: usize) -> Color32 {
    NODES[number % NODES.len()]
}

/// A phase in rad as a colour of constant lightness and chroma (Oklch, Ottosson 2020).
#[must_use]
pub fn phase(angle_rad: f64) -> Color32 {
    let (lightness, chroma) = (0.74, 0.125);
    let (s, c) = num::sin_cos(angle_rad);
    let (a, b) = (chroma * c, chroma * s);
    let cube = |x: f64| x * x * x;
    let l = cube(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b);
    let m = cube(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b);
    let s = cube(lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b);
    let linear = [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ];
    let [r, g, b] = linear.map(|x| {
        let x = x.clamp(0.0, 1.0);
        let encoded = if x <= 0.003_130_8 {
            12.92 * x
        } else {
            1.055 * num::pow(x, 1.0 / 2.4) - 0.055
        };
        (encoded * 255.0).round() as u8
    });
    Color32::from_rgb(r, g, b)
}

/// A colour that is read on a dark or on a light ground.
#[must_use]
pub fn on_ground(color: Color32, dark: bool) -> Color32 {
    if dark {
        return color;
    }
    let darker = |c: u8| (f32::from(c) * 0.72) as u8;
    Color32::from_rgb(darker(color.r()), darker(color.g()), darker(color.b()))
}
