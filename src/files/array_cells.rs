//! The cells of an array, as numbers.

use npyz::{DType, Deserialize, TypeChar, TypeRead, TypeStr};

use super::fault::Faults;

/// Reads cells of a type that is read into numbers.
pub(super) fn read_cells<'a>(
    kind: &TypeStr,
    cells: impl Iterator<Item = &'a [u8]>,
    into: impl Iterator<Item = &'a mut f64>,
) -> Result<(), Faults> {
    match (kind.type_char(), kind.size_field()) {
        (TypeChar::Float, 2) => cast(kind, cells, into, |x: half::f16| x.to_f64()),
        (TypeChar::Float, 4) => cast(kind, cells, into, |x: f32| f64::from(x)),
        (TypeChar::Float, _) => cast(kind, cells, into, |x: f64| x),
        (TypeChar::Bool, _) => cast(kind, cells, into, |x: bool| f64::from(u8::from(x))),
        (TypeChar::Int, 1) => cast(kind, cells, into, |x: i8| f64::from(x)),
        (TypeChar::Int, 2) => cast(kind, cells, into, |x: i16| f64::from(x)),
        (TypeChar::Int, 4) => cast(kind, cells, into, |x: i32| f64::from(x)),
        (TypeChar::Int, _) => cast(kind, cells, into, |x: i64| x as f64),
        (TypeChar::Uint, 1) => cast(kind, cells, into, |x: u8| f64::from(x)),
        (TypeChar::Uint, 2) => cast(kind, cells, into, |x: u16| f64::from(x)),
        (TypeChar::Uint, 4) => cast(kind, cells, into, |x: u32| f64::from(x)),
        _ => cast(kind, cells, into, |x: u64| x as f64),
    }
}

fn cast<'a, T: Deserialize>(
    kind: &TypeStr,
    cells: impl Iterator<Item = &'a [u8]>,
    into: impl Iterator<Item = &'a mut f64>,
    make: impl Fn(T) -> f64,
) -> Result<(), Faults> {
    let fault = |error: String| Faults::whole(format!("the .npy file, type '{kind}': {error}"));
    let reader =
        T::reader(&DType::Plain(kind.clone())).map_err(|error| fault(error.to_string()))?;
    for (cell, slot) in cells.zip(into) {
        let value: T = reader
            .read_one(cell)
            .map_err(|error| fault(error.to_string()))?;
        *slot = make(value);
    }
    Ok(())
}

/// Numbers with the first side fastest, put into the order with the last side fastest.
pub(super) fn turned(numbers: &[f64], shape: &[u64], width: usize) -> Vec<f64> {
    let sides: Vec<usize> = shape.iter().map(|side| *side as usize).collect();
    let count: usize = sides.iter().product();
    let mut out = Vec::with_capacity(numbers.len());
    let mut index = vec![0usize; sides.len()];
    for _ in 0..count {
        let mut at = 0;
        for (side, k) in sides.iter().zip(&index).rev() {
            at = at * side + k;
        }
        out.extend_from_slice(&numbers[at * width..(at + 1) * width]);
        for (side, k) in sides.iter().zip(index.iter_mut()).rev() {
            *k += 1;
            if *k < *side {
                break;
            }
            *k = 0;
        }
    }
    out
}
