//! Colours: Okabe–Ito for categories, a cyclic map of constant lightness for phases, cividis and
//! viridis for magnitudes, and the two looks of the window.

use bevy_egui::egui::epaint::text::{FontInsert, FontPriority, InsertFontFamily};
use bevy_egui::egui::{self, Color32};
use serde::{Deserialize, Serialize};

use crate::base::num;
use crate::figure::colour::{self, Rgb, okabe_ito};
use crate::figure::font::Weight;

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

/// Colours of curves that have none of their own left, in turn.
pub const CURVES: [Color32; 7] = [COHERENCE, ENTROPY, RESONANCE, REFERENCE, FIELD, BLUE, ALERT];

/// The smallest size of text, points.
pub const SMALL: f32 = 12.0;

/// Contrast of text with its ground at least (WCAG 2.1, level AA).
pub const CONTRAST: f64 = 4.5;

/// How the window looks; kept between starts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// Light background.
    pub light: bool,
    /// Viridis instead of cividis.
    pub viridis: bool,
    /// Size of everything, 1 as it comes.
    pub zoom: f32,
    /// Whether the guided tour was offered before.
    pub tour_offered: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            light: false,
            viridis: false,
            zoom: 1.0,
            tour_offered: false,
        }
    }
}

impl Look {
    /// Applies the look to a context, and takes over a size that was changed there.
    pub fn apply(&mut self, context: &egui::Context) {
        let theme = if self.light {
            egui::Theme::Light
        } else {
            egui::Theme::Dark
        };
        if context.theme() != theme {
            context.set_theme(theme);
        }
        let done = egui::Id::new("styles of the dashboard");
        if context.data(|data| data.get_temp::<bool>(done)).is_none() {
            context.data_mut(|data| data.insert_temp(done, true));
            context.style_mut_of(egui::Theme::Dark, |style| legible(style, true));
            context.style_mut_of(egui::Theme::Light, |style| legible(style, false));
            context.set_zoom_factor(self.zoom.clamp(0.5, 3.0));
            context.add_font(signs());
        } else {
            self.zoom = context.zoom_factor();
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

/// The font of figures, for signs that egui's own have not: superscripts of powers of ten.
fn signs() -> FontInsert {
    let families = [egui::FontFamily::Proportional, egui::FontFamily::Monospace];
    FontInsert::new(
        "figures",
        egui::FontData::from_static(Weight::Regular.file()),
        families
            .map(|family| InsertFontFamily {
                family,
                priority: FontPriority::Lowest,
            })
            .to_vec(),
    )
}

/// Sizes and colours of text that can be read.
fn legible(style: &mut egui::Style, dark: bool) {
    use egui::{FontFamily, FontId, TextStyle};
    let sizes = [
        (TextStyle::Small, SMALL, FontFamily::Proportional),
        (TextStyle::Body, 13.0, FontFamily::Proportional),
        (TextStyle::Button, 13.0, FontFamily::Proportional),
        (TextStyle::Monospace, 12.5, FontFamily::Monospace),
        (TextStyle::Heading, 18.0, FontFamily::Proportional),
    ];
    style.text_styles = sizes
        .map(|(name, size, family)| (name, FontId::new(size, family)))
        .into();
    style.spacing.tooltip_width = 360.0;
    let visuals = &mut style.visuals;
    visuals.hyperlink_color = on_ground(COHERENCE, dark);
    visuals.warn_fg_color = on_ground(ENTROPY, dark);
    visuals.error_fg_color = on_ground(ALERT, dark);
    visuals.weak_text_color = Some(quiet(dark));
    let text = Color32::from_gray(if dark { 200 } else { 40 });
    visuals.widgets.noninteractive.fg_stroke.color = text;
    visuals.widgets.inactive.fg_stroke.color = text;
}

/// Text that is not read first.
#[must_use]
pub fn quiet(dark: bool) -> Color32 {
    Color32::from_gray(if dark { 172 } else { 84 })
}

/// The ground of panels, which is egui's own.
#[must_use]
pub fn ground(dark: bool) -> Color32 {
    Color32::from_gray(if dark { 27 } else { 248 })
}

/// Relative luminance, 0 … 1 (WCAG 2.1).
fn luminance(color: Color32) -> f64 {
    let linear = |byte: u8| {
        let share = f64::from(byte) / 255.0;
        match share <= 0.040_45 {
            true => share / 12.92,
            false => num::pow((share + 0.055) / 1.055, 2.4),
        }
    };
    let [r, g, b, _] = color.to_array();
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// A colour of areas through which the ground is seen: `share` of it, 0 … 1. On a light ground it
/// is a tint that hides most of the ground, which else would leave it grey.
#[must_use]
pub fn shade(color: Color32, share: f32, dark: bool) -> Color32 {
    if dark {
        return color.gamma_multiply(share);
    }
    let share = (1.3 * share).clamp(0.0, 1.0);
    let mix = |c: u8| (255.0 - share * (255.0 - f32::from(c))) as u8;
    let [r, g, b, _] = color.to_array().map(mix);
    Color32::from_rgb(r, g, b).gamma_multiply(0.8)
}

/// Whether two colours are hard to tell apart where both are darkened for a light ground: the two
/// blues, and yellow, orange and vermilion.
#[must_use]
pub fn is_like(a: Color32, b: Color32) -> bool {
    let blues = [COHERENCE, BLUE];
    let warm = [ENTROPY, FIELD, ALERT];
    a == b
        || [&blues[..], &warm[..]]
            .iter()
            .any(|own| own.contains(&a) && own.contains(&b))
}

/// Contrast of two colours, 1 … 21 (WCAG 2.1).
#[must_use]
pub fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

/// The colour, as far towards white on a dark ground or black on a light one as text of it needs to
/// be read.
#[must_use]
pub fn on_ground(color: Color32, dark: bool) -> Color32 {
    let end = if dark { 255.0 } else { 0.0 };
    let mixed = |step: u8| {
        let share = f32::from(step) / 16.0;
        let mix = |c: u8| (f32::from(c) + share * (end - f32::from(c))) as u8;
        Color32::from_rgb(mix(color.r()), mix(color.g()), mix(color.b()))
    };
    let ground = ground(dark);
    let mut steps = (0..=16).map(mixed);
    steps
        .find(|mixed| contrast(*mixed, ground) >= CONTRAST)
        .unwrap_or_else(|| mixed(16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_every_colour_is_read_on_both_grounds() {
        for dark in [true, false] {
            let ground = ground(dark);
            assert!(contrast(quiet(dark), ground) >= CONTRAST);
            for color in CURVES.into_iter().chain(NODES) {
                let shown = on_ground(color, dark);
                assert!(contrast(shown, ground) >= CONTRAST, "{color:?} {dark}");
            }
            let mut style = egui::Style {
                visuals: match dark {
                    true => egui::Visuals::dark(),
                    false => egui::Visuals::light(),
                },
                ..egui::Style::default()
            };
            legible(&mut style, dark);
            let visuals = &style.visuals;
            assert_eq!(visuals.panel_fill, ground);
            for text in [
                visuals.text_color(),
                visuals.weak_text_color(),
                visuals.hyperlink_color,
            ] {
                assert!(contrast(text, ground) >= CONTRAST, "{text:?} {dark}");
            }
            assert!(style.text_styles.values().all(|font| font.size >= SMALL));
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let (black, white) = (Color32::BLACK, Color32::WHITE);
        assert!((contrast(black, white) - 21.0).abs() < 1e-9);
        let gray = Color32::from_rgb(118, 118, 118);
        assert!((contrast(gray, white) - 4.54).abs() < 0.01);
    }
}
