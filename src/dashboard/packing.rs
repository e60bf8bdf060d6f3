//! Rectangles beside each other without overlap, in about the shape of a panel.

/// Width over height that a picture should have.
const ASPECT: f32 = 1.3;
/// Rectangles that are packed along a skyline; more of them stand on shelves.
const SKYLINE: usize = 200;
/// Widths that are tried, over the least that could do.
const WIDTHS: [f32; 6] = [1.0, 1.1, 1.2, 1.35, 1.5, 1.8];

/// Where the lower left corner of each rectangle comes to lie, and the size of all. The first are
/// placed first, so they should be the largest.
#[must_use]
pub fn pack(sizes: &[[f32; 2]]) -> (Vec<[f32; 2]>, [f32; 2]) {
    let (large, small) = sizes.split_at(sizes.len().min(SKYLINE));
    if small.is_empty() {
        return along_skylines(large);
    }
    // The many small ones stand on shelves, which are one rectangle among the large.
    let (on_shelves, block) = shelves(small);
    let mut sizes = large.to_vec();
    sizes.push(block);
    let (mut corners, size) = along_skylines(&sizes);
    let corner = corners.pop().unwrap_or_default();
    let lifted = on_shelves
        .iter()
        .map(|[x, y]| [x + corner[0], y + corner[1]]);
    corners.extend(lifted);
    (corners, size)
}

/// How long a picture of this size is for a panel.
fn extent([width, height]: [f32; 2]) -> f32 {
    (width / ASPECT).max(height)
}

fn along_skylines(sizes: &[[f32; 2]]) -> (Vec<[f32; 2]>, [f32; 2]) {
    let area: f32 = sizes.iter().map(|[width, height]| width * height).sum();
    let widest = sizes.iter().map(|size| size[0]).fold(0.0, f32::max);
    let least = (ASPECT * area).sqrt().max(widest);
    let beside = widest + sizes.get(1).map_or(0.0, |size| size[0]);
    let widths = WIDTHS.map(|factor| factor * least);
    let all = widths.into_iter().chain([beside]);
    let tried = all.map(|width| skyline(sizes, width));
    let best = tried.min_by(|a, b| extent(a.1).total_cmp(&extent(b.1)));
    best.unwrap_or_default()
}

/// Each rectangle as low as it can lie in a strip of this width, then as far left.
fn skyline(sizes: &[[f32; 2]], width: f32) -> (Vec<[f32; 2]>, [f32; 2]) {
    // Steps of the line from left to right: where each begins, and how high it is.
    let mut line: Vec<[f32; 2]> = vec![[0.0, 0.0]];
    let mut size = [0.0f32; 2];
    let mut corners = Vec::with_capacity(sizes.len());
    for [wide, high] in sizes {
        let height_at = |from: usize| {
            let end = line[from][0] + wide;
            let under = line[from..].iter().take_while(|step| step[0] < end);
            under.map(|step| step[1]).fold(0.0, f32::max)
        };
        let fits = |from: &usize| *from == 0 || line[*from][0] + wide <= width * 1.0001;
        let places = (0..line.len()).filter(fits);
        let best = places
            .map(|from| (height_at(from), from))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let (low, from) = best.unwrap_or_default();
        let corner = [line[from][0], low];
        let end = corner[0] + wide;
        let covered = line[from..].iter().take_while(|step| step[0] < end).count();
        let after = line[from + covered - 1][1];
        let ends_before = line.get(from + covered).is_none_or(|step| step[0] > end);
        let mut steps = vec![[corner[0], low + high]];
        if ends_before && end < width {
            steps.push([end, after]);
        }
        line.splice(from..from + covered, steps);
        size = [size[0].max(end), size[1].max(low + high)];
        corners.push(corner);
    }
    (corners, size)
}

/// Rows from left to right, each as high as its highest.
fn shelves(sizes: &[[f32; 2]]) -> (Vec<[f32; 2]>, [f32; 2]) {
    let area: f32 = sizes.iter().map(|[width, height]| width * height).sum();
    let width = (ASPECT * area).sqrt();
    let (mut at, mut high) = ([0.0f32; 2], 0.0f32);
    let mut size = [0.0f32; 2];
    let mut corners = Vec::with_capacity(sizes.len());
    for [wide, tall] in sizes {
        if at[0] > 0.0 && at[0] + wide > width {
            at = [0.0, at[1] + high];
            high = 0.0;
        }
        corners.push(at);
        at[0] += wide;
        high = high.max(*tall);
        size = [size[0].max(at[0]), size[1].max(at[1] + high)];
    }
    (corners, size)
}

/// Places one from the other in rows, so many of them, right of or below a picture of this size
/// with this margin inside, whichever makes the whole smaller.
#[must_use]
pub fn rows_beside(size: [f32; 2], count: usize, margin: f32) -> Vec<[f32; 2]> {
    if count == 0 {
        return Vec::new();
    }
    let across = |columns: usize| [columns as f32, count.div_ceil(columns) as f32];
    let empty = size[0] <= 0.0;
    let most = |side: f32| ((side - 2.0 * margin) as usize + 1).min(count);
    let square = (ASPECT * count as f32).sqrt().ceil() as usize;
    let right = count.div_ceil(most(size[1].max(2.0 * margin)));
    let below = most(size[0].max(2.0 * margin));
    let with_right = [
        size[0] + margin + right as f32,
        size[1].max(across(right)[1]),
    ];
    let with_below = [
        size[0].max(below as f32),
        size[1] + margin + across(below)[1],
    ];
    let beside = extent(with_right) <= extent(with_below);
    let columns = match (empty, beside) {
        (true, _) => square.min(count),
        (false, true) => right,
        (false, false) => below,
    };
    let [wide, high] = across(columns);
    // In the middle of the side, and so far off that nobody takes them for a part of the picture.
    let corner = match (empty, beside) {
        (true, _) => [0.0, 0.0],
        (false, true) => [size[0] + margin, 0.5 * (size[1] - high + 1.0)],
        (false, false) => [0.5 * (size[0] - wide + 1.0), size[1] + margin],
    };
    (0..count)
        .map(|k| [(k % columns) as f32, (k / columns) as f32])
        .map(|[x, y]| [corner[0] + x, corner[1] + y])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sizes: &[[f32; 2]], loss: f32) {
        let (corners, whole) = pack(sizes);
        assert_eq!(corners.len(), sizes.len());
        for (k, (a, s)) in corners.iter().zip(sizes).enumerate() {
            for (b, t) in corners[..k].iter().zip(sizes) {
                let apart = |axis: usize| {
                    a[axis] + s[axis] <= b[axis] + 1e-3 || b[axis] + t[axis] <= a[axis] + 1e-3
                };
                assert!(apart(0) || apart(1), "{a:?} {s:?} over {b:?} {t:?}");
            }
            assert!(a[0] + s[0] <= whole[0] + 1e-3 && a[1] + s[1] <= whole[1] + 1e-3);
        }
        let area: f32 = sizes.iter().map(|[w, h]| w * h).sum();
        assert!(
            ASPECT * extent(whole).powi(2) <= loss * area,
            "{whole:?} for {area}"
        );
    }

    #[test]
    fn rectangles_do_not_overlap_and_little_room_is_lost() {
        let wavy = |k: usize| [1.0 + (k * 7 % 5) as f32, 1.0 + (k * 3 % 4) as f32];
        let mut few: Vec<[f32; 2]> = (0..90).map(wavy).collect();
        few.sort_by(|a, b| (b[0] * b[1]).total_cmp(&(a[0] * a[1])));
        check(&few, 1.5);
        let mut many: Vec<[f32; 2]> = (0..1_000).map(wavy).collect();
        many.sort_by(|a, b| b[1].total_cmp(&a[1]));
        check(&many, 1.7);
    }

    #[test]
    fn the_small_stand_beside_the_large() {
        let mut sizes = vec![[10.0, 10.0]];
        sizes.extend([[1.0, 1.0]; 12]);
        check(&sizes, 1.6);
    }

    #[test]
    fn rows_lie_outside_of_the_picture_and_apart() {
        for (size, count) in [([9.0, 7.0], 2), ([9.0, 7.0], 500), ([3.0, 40.0], 33)] {
            let rows = rows_beside(size, count, 0.8);
            assert_eq!(rows.len(), count);
            assert!(rows.iter().all(|[x, y]| *x >= size[0] || *y >= size[1]));
            let distinct: std::collections::BTreeSet<[i32; 2]> =
                rows.iter().map(|p| p.map(|x| (8.0 * x) as i32)).collect();
            assert_eq!(distinct.len(), count);
        }
    }

    #[test]
    fn nothing_and_one_have_their_own_size() {
        assert_eq!(pack(&[]), (vec![], [0.0, 0.0]));
        assert_eq!(pack(&[[2.0, 7.0]]), (vec![[0.0, 0.0]], [2.0, 7.0]));
    }
}
