//! Many edges as one picture: where they lie dense it is brighter, and a still graph costs a frame
//! no more than a picture does.

use bevy_egui::egui::{Color32, ColorImage, Pos2};

use crate::base::num;

/// What one edge covers of a pixel that it passes through the middle of.
const STRENGTH: f64 = 0.16;
/// Steps per edge in the table of densities.
const FINE: f32 = 16.0;

/// Edges that lie over each other, counted per pixel.
pub struct EdgePicture {
    width: usize,
    height: usize,
    density: Vec<f32>,
}

impl EdgePicture {
    /// An empty picture, pixels.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            density: vec![0.0; width * height],
        }
    }

    /// Adds a line, smoothed over the two pixels beside it (Wu 1991). What lies outside is left
    /// out.
    pub fn line(&mut self, from: Pos2, to: Pos2) {
        let Some((from, to)) = clip(from, to, self.width as f32, self.height as f32) else {
            return;
        };
        let steep = (to.y - from.y).abs() > (to.x - from.x).abs();
        let turned = |p: Pos2| if steep { (p.y, p.x) } else { (p.x, p.y) };
        let (mut a, mut b) = (turned(from), turned(to));
        if a.0 > b.0 {
            (a, b) = (b, a);
        }
        let slope = if b.0 - a.0 > 1e-6 {
            (b.1 - a.1) / (b.0 - a.0)
        } else {
            0.0
        };
        let (along, across, steps) = if steep {
            (self.width, 1, self.width)
        } else {
            (1, self.width, self.height)
        };
        let first = a.0 as usize;
        let last = b.0 as usize;
        for step in first..=last {
            // The line at the middle of this step, in pixels' middles across.
            let x = (step as f32 + 0.5).clamp(a.0, b.0);
            let y = (a.1 + slope * (x - a.0) - 0.5).clamp(0.0, (steps - 1) as f32);
            let row = y as usize;
            let share = y - row as f32;
            let at = step * along + row * across;
            self.density[at] += 1.0 - share;
            if row + 1 < steps {
                self.density[at + across] += share;
            }
        }
    }

    /// The picture in a colour: k edges over each other cover 1 − (1 − s)^k of the ground.
    #[must_use]
    pub fn image(&self, color: Color32) -> ColorImage {
        let table: Vec<Color32> = (0..=1024)
            .map(|k| {
                let edges = f64::from(k) / f64::from(FINE);
                let cover = 1.0 - num::exp(edges * num::ln(1.0 - STRENGTH));
                color.gamma_multiply(cover as f32)
            })
            .collect();
        let last = table.len() - 1;
        let pixels = self
            .density
            .iter()
            .map(|edges| table[((edges * FINE) as usize).min(last)])
            .collect();
        ColorImage::new([self.width, self.height], pixels)
    }
}

/// The part of a line within a picture, if there is one (Liang & Barsky 1984).
fn clip(from: Pos2, to: Pos2, width: f32, height: f32) -> Option<(Pos2, Pos2)> {
    let along = to - from;
    if !along.x.is_finite() || !along.y.is_finite() {
        return None;
    }
    let (mut start, mut end) = (0.0_f32, 1.0_f32);
    // Just within, so that the last pixel is never passed.
    let far = [width - 1e-2, height - 1e-2];
    for (step, at, far) in [(along.x, from.x, far[0]), (along.y, from.y, far[1])] {
        if step.abs() < 1e-9 {
            if at < 0.0 || at > far {
                return None;
            }
            continue;
        }
        let (near, away) = ((0.0 - at) / step, (far - at) / step);
        start = start.max(near.min(away));
        end = end.min(near.max(away));
    }
    let inside = |p: Pos2| Pos2::new(p.x.clamp(0.0, far[0]), p.y.clamp(0.0, far[1]));
    (start <= end).then(|| (inside(from + start * along), inside(from + end * along)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the ends, a line stays within the picture and adds one edge to each step
        /// along it.
        #[test]
        fn a_line_adds_one_edge_a_step(
            ends in prop::array::uniform4(-40.0_f32..80.0), width in 3_usize..40, height in 3_usize..40,
        ) {
            let mut picture = EdgePicture::new(width, height);
            let (from, to) = (Pos2::new(ends[0], ends[1]), Pos2::new(ends[2], ends[3]));
            picture.line(from, to);
            let sum: f32 = picture.density.iter().sum();
            let steps = clip(from, to, width as f32, height as f32).map_or(0.0, |(a, b)| {
                let (x, y) = ((b.x as i32 - a.x as i32).abs(), (b.y as i32 - a.y as i32).abs());
                let steep = (b.y - a.y).abs() > (b.x - a.x).abs();
                1.0 + if steep { y } else { x } as f32
            });
            prop_assert!((sum - steps).abs() <= 0.01 * (1.0 + steps), "{sum} of {steps}");
        }
    }

    #[test]
    fn the_last_row_and_column_lose_at_most_their_outer_half() {
        let mut picture = EdgePicture::new(8, 4);
        picture.line(Pos2::new(0.0, 3.99), Pos2::new(7.99, 3.99));
        let sum: f32 = picture.density.iter().sum();
        assert!((sum - 8.0).abs() < 1e-3, "{sum}");
    }

    #[test]
    fn more_edges_cover_more() {
        let mut picture = EdgePicture::new(4, 4);
        (0..3).for_each(|_| picture.line(Pos2::new(0.0, 1.5), Pos2::new(3.9, 1.5)));
        picture.line(Pos2::new(0.0, 3.5), Pos2::new(3.9, 3.5));
        let image = picture.image(Color32::WHITE);
        let alpha = |x: usize, y: usize| image.pixels[y * 4 + x].a();
        assert!(alpha(2, 1) > 2 * alpha(2, 3) && alpha(2, 3) > 0);
        assert_eq!(alpha(2, 2), 0);
    }
}
