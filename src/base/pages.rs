//! Large arrays on large pages.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use bytemuck::Pod;
use memmap2::MmapMut;

/// Size of a large page on the common machines.
const LARGE_PAGE: usize = 1 << 21;
/// Bytes below which an array stays in ordinary memory.
const LARGE_FROM: usize = LARGE_PAGE / 4;

/// An array of fixed length that asks for 2 MiB pages when it is large.
///
/// Random access to a large array on 4 KiB pages waits for the page tables. The request is a wish:
/// where the system does not grant it, the array behaves the same and is slower.
pub struct Pages<T> {
    store: Store<T>,
}

enum Store<T> {
    Heap(Vec<T>),
    Mapped {
        map: MmapMut,
        /// The bytes in use begin where a large page does.
        start: usize,
        bytes: usize,
        item: PhantomData<T>,
    },
}

impl<T: Pod> Pages<T> {
    /// An array of zeros.
    #[must_use]
    pub fn zeroed(len: usize) -> Self {
        let bytes = len * size_of::<T>();
        let mapped = (bytes >= LARGE_FROM).then(|| map(bytes)).flatten();
        let store = match mapped {
            Some((map, start)) => Store::Mapped {
                map,
                start,
                bytes,
                item: PhantomData,
            },
            None => Store::Heap(vec![T::zeroed(); len]),
        };
        Self { store }
    }

    /// An array of these values.
    #[must_use]
    pub fn of(values: impl ExactSizeIterator<Item = T>) -> Self {
        let mut own = Self::zeroed(values.len());
        own.iter_mut()
            .zip(values)
            .for_each(|(own, value)| *own = value);
        own
    }
}

/// Zeroed memory, and the first place in it from which `bytes` can stand on large pages.
fn map(bytes: usize) -> Option<(MmapMut, usize)> {
    // Room to begin at a large page and to end with one.
    let map = MmapMut::map_anon(bytes.next_multiple_of(LARGE_PAGE) + LARGE_PAGE).ok()?;
    #[cfg(target_os = "linux")]
    map.advise(memmap2::Advice::HugePage).ok()?;
    let start = map.as_ptr().align_offset(LARGE_PAGE);
    (start <= LARGE_PAGE).then_some((map, start))
}

impl<T: Pod> Deref for Pages<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.store {
            Store::Heap(values) => values,
            Store::Mapped {
                map, start, bytes, ..
            } => bytemuck::cast_slice(&map[*start..*start + *bytes]),
        }
    }
}

impl<T: Pod> DerefMut for Pages<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.store {
            Store::Heap(values) => values,
            Store::Mapped {
                map, start, bytes, ..
            } => bytemuck::cast_slice_mut(&mut map[*start..*start + *bytes]),
        }
    }
}

impl<T: Pod> Default for Pages<T> {
    fn default() -> Self {
        Self::zeroed(0)
    }
}

impl<T: Pod> Clone for Pages<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::zeroed(self.len());
        copy.copy_from_slice(self);
        copy
    }
}

impl<T: Pod + fmt::Debug> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_arrays_begin_as_zeros_and_keep_what_is_written() {
        for len in [0, 1, 1000, LARGE_FROM / 8, LARGE_FROM / 4 + 3] {
            let mut values: Pages<f64> = Pages::zeroed(len);
            assert_eq!(values.len(), len);
            assert!(values.iter().all(|value| *value == 0.0));
            for (k, value) in values.iter_mut().enumerate() {
                *value = k as f64;
            }
            let copy = values.clone();
            values.fill(-1.0);
            assert!(copy.iter().enumerate().all(|(k, value)| *value == k as f64));
        }
    }
}
