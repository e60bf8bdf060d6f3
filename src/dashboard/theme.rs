//! Colours: Okabe–Ito for categories, a cyclic map of constant lightness for phases, cividis and
//! viridis for magnitudes, and the two looks of the window.

use bevy_egui::egui::{self, Color32};
use serde::{Deserialize, Serialize};

use crate::base::num;
use crate::figure::colour::{self, Rgb, okabe_ito};

/// A colour of figures as one of the window.
const fn shown([r, g, b]: Rgb) -> Color32 {
    Color32::from_rgb(r, g, b)
}

/// Entropy.
pub const ENTROPY: Color32 = shown(okabe_ito::ORANGE);
/// Coherence.
pub const COHERENCE: Color32 = shown(okabe_ito::SKY);
/// Resonance.
pub const RESONANCE: Color32 = shown(okabe_ito::GREEN);
/// Setpoints and limits.
pub const REFERENCE: Color32 = shown(okabe_ito::PURPLE);
/// Alerts.
pub const ALERT: Color32 = shown(okabe_ito::VERMILION);
/// The field.
pub const FIELD: Color32 = shown(okabe_ito::YELLOW);

/// Peak frequencies, and what acts.
pub const BLUE: Color32 = shown(okabe_ito::BLUE);

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
        shown(if self.viridis {
            colour::viridis(share)
        } else {
            colour::cividis(share)
        })
    }
}

/// A value from −1 to 1: blue below zero, orange above, the background's grey at zero.
#[must_use]
pub fn diverging(value: f32, light: bool) -> Color32 {
    shown(colour::diverging(value, light))
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
const NODES: [Color32; 7] = [COHERENCE, ENTROPY, RESONANCE, REFERENCE, FIELD, BLUE, ALERT];

/// The colour of a node; numbers beyond seven begin again, so views also write the number.
#[must_use]
pub fn node(number: usize) -> Color32 {
    NODES[number % NODES.len()]
}

/// A phase in rad as a colour of constant lightness and chroma (Oklch, Ottosson 2020).
#[must_use]
pub fn phase(angle_rad: f64) -> Color32 {
    shown(colour::phase(angle_rad))
}

/// A colour that is read on a dark or on a light ground.
#[must_use]
pub fn on_ground(color: Color32, dark: bool) -> Color32 {
    if dark {
        return color;
    }
    let [r, g, b, _] = color.to_array();
    shown(colour::darkened([r, g, b]))
}
