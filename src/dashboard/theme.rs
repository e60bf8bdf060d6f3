//! Colours: Okabe–Ito for categories, a cyclic map of constant lightness for phases.

use bevy_egui::egui::Color32;

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
