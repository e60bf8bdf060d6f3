//! Colours as bytes of sRGB: Okabe–Ito for categories, cividis and viridis for magnitudes, a cyclic
//! map of constant lightness for phases, and inks for a light ground.

use crate::base::num;

/// Red, green and blue of sRGB, 0 to 255.
pub type Rgb = [u8; 3];

/// The palette of Okabe & Ito (2008) without black: told apart with any kind of colour vision.
pub mod okabe_ito {
    use super::Rgb;

    /// Orange.
    pub const ORANGE: Rgb = [230, 159, 0];
    /// Sky blue.
    pub const SKY: Rgb = [86, 180, 233];
    /// Bluish green.
    pub const GREEN: Rgb = [0, 158, 115];
    /// Yellow: weak on white, for areas only.
    pub const YELLOW: Rgb = [240, 228, 66];
    /// Blue.
    pub const BLUE: Rgb = [0, 114, 178];
    /// Vermilion.
    pub const VERMILION: Rgb = [213, 94, 0];
    /// Reddish purple.
    pub const PURPLE: Rgb = [204, 121, 167];
}

/// Axes and letters on a light ground.
pub const INK: Rgb = [26, 26, 26];
/// Letters and lines that stand back.
pub const QUIET: Rgb = [90, 90, 90];
/// The ground of a page.
pub const PAPER: Rgb = [255, 255, 255];
/// Cells of a heat map without a value.
pub const GAP: Rgb = [222, 222, 222];

/// Categories on a light ground, the best told apart first; the last is black.
const CATEGORIES: [Rgb; 7] = [
    okabe_ito::BLUE,
    okabe_ito::VERMILION,
    okabe_ito::GREEN,
    okabe_ito::PURPLE,
    okabe_ito::ORANGE,
    okabe_ito::SKY,
    INK,
];

/// The colour of a category on a light ground. Numbers beyond seven begin again.
#[must_use]
pub fn category(number: usize) -> Rgb {
    CATEGORIES[number % CATEGORIES.len()]
}

/// Which colours stand for values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourMap {
    /// Blue to yellow, the same for colour-blind readers (Nuñez, Anderton & Renslow 2018).
    #[default]
    Cividis,
    /// Violet over green to yellow (van der Walt & Smith 2015).
    Viridis,
    /// Once around the hues at constant lightness: for angles, whose ends meet.
    Phase,
    /// Blue below the middle, orange above it, near white in the middle.
    Diverging,
}

impl ColourMap {
    /// The colour at a share from 0 to 1; shares beyond are clamped.
    #[must_use]
    pub fn at(self, share: f64) -> Rgb {
        match self {
            Self::Cividis => blended(&CIVIDIS, share as f32),
            Self::Viridis => blended(&VIRIDIS, share as f32),
            Self::Phase => phase(num::TAU * share.clamp(0.0, 1.0)),
            Self::Diverging => diverging(2.0 * share as f32 - 1.0, true),
        }
    }
}

/// A colour of cividis at a share from 0 to 1.
#[must_use]
pub fn cividis(share: f32) -> Rgb {
    blended(&CIVIDIS, share)
}

/// A colour of viridis at a share from 0 to 1.
#[must_use]
pub fn viridis(share: f32) -> Rgb {
    blended(&VIRIDIS, share)
}

fn blended(table: &[Rgb], share: f32) -> Rgb {
    let at = share.clamp(0.0, 1.0) * (table.len() - 1) as f32;
    let k = (at as usize).min(table.len() - 2);
    let rest = at - k as f32;
    let mix = |a: u8, b: u8| (f32::from(a) + rest * (f32::from(b) - f32::from(a))) as u8;
    let (a, b) = (table[k], table[k + 1]);
    [mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2])]
}

/// Cividis at ninths (Nuñez, Anderton & Renslow 2018).
const CIVIDIS: [Rgb; 10] = [
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
const VIRIDIS: [Rgb; 10] = [
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

/// A value from −1 to 1: blue below zero, orange above, the ground's grey at zero.
#[must_use]
pub fn diverging(value: f32, light: bool) -> Rgb {
    let ends = if value < 0.0 {
        okabe_ito::SKY
    } else {
        okabe_ito::ORANGE
    };
    let middle = if light { 245.0 } else { 30.0 };
    let share = value.abs().clamp(0.0, 1.0);
    ends.map(|end| (middle + share * (f32::from(end) - middle)) as u8)
}

/// A phase in rad as a colour of constant lightness and chroma (Oklch, Ottosson 2020).
#[must_use]
pub fn phase(angle_rad: f64) -> Rgb {
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
    linear.map(|x| {
        let x = x.clamp(0.0, 1.0);
        let encoded = if x <= 0.003_130_8 {
            12.92 * x
        } else {
            1.055 * num::pow(x, 1.0 / 2.4) - 0.055
        };
        (encoded * 255.0).round() as u8
    })
}

/// A colour made darker, so that it is read as a line or as letters on a light ground.
#[must_use]
pub fn darkened(colour: Rgb) -> Rgb {
    colour.map(|c| (f32::from(c) * 0.72) as u8)
}

/// A colour mixed with paper: 0 is paper, 1 the colour.
#[must_use]
pub fn tinted(colour: Rgb, share: f64) -> Rgb {
    let share = share.clamp(0.0, 1.0);
    colour.map(|c| (255.0 - share * (255.0 - f64::from(c))).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_begin_and_end_as_published() {
        assert_eq!(ColourMap::Cividis.at(0.0), [0, 34, 78]);
        assert_eq!(ColourMap::Cividis.at(1.0), [254, 232, 56]);
        assert_eq!(ColourMap::Viridis.at(-3.0), [68, 1, 84]);
        assert_eq!(ColourMap::Viridis.at(1.0), [253, 231, 37]);
        assert_eq!(ColourMap::Phase.at(0.0), ColourMap::Phase.at(1.0));
        assert_eq!(ColourMap::Diverging.at(0.5), [245, 245, 245]);
    }

    #[test]
    fn categories_begin_again() {
        assert_eq!(category(0), category(7));
        assert_eq!(tinted([0, 0, 0], 0.0), PAPER);
    }
}
