//! A queue in an array that grows by doubling and is never given back.

use serde::{Deserialize, Serialize};

/// A queue; its length is a power of two, or 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ring<T> {
    items: Vec<T>,
    head: usize,
    len: usize,
}

impl<T> Default for Ring<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            head: 0,
            len: 0,
        }
    }
}

impl<T: Copy> Ring<T> {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn place(&self, k: usize) -> usize {
        (self.head + k) & (self.items.len().wrapping_sub(1))
    }

    /// The item at a place behind the oldest.
    #[inline]
    pub(super) fn get(&self, k: usize) -> Option<T> {
        match k < self.len {
            true => self.items.get(self.place(k)).copied(),
            false => None,
        }
    }

    #[inline]
    pub(super) fn set(&mut self, k: usize, item: T) {
        let place = self.place(k);
        if let Some(own) = self.items.get_mut(place) {
            *own = item;
        }
    }

    #[inline]
    pub(super) fn push(&mut self, item: T) {
        if self.len == self.items.len() {
            self.grow(item);
        }
        let place = self.place(self.len);
        if let Some(own) = self.items.get_mut(place) {
            *own = item;
            self.len += 1;
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let first = self.get(0)?;
        self.head = self.place(1);
        self.len -= 1;
        Some(first)
    }

    #[cold]
    fn grow(&mut self, filler: T) {
        let capacity = (2 * self.items.len()).max(4);
        let mut larger = Vec::with_capacity(capacity);
        larger.extend((0..self.len).filter_map(|k| self.get(k)));
        larger.resize(capacity, filler);
        (self.items, self.head) = (larger, 0);
    }

    /// Becomes the same as another, in the memory that it has.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.items.clone_from(&other.items);
        (self.head, self.len) = (other.head, other.len);
    }

    /// Whether bytes from outside have the form of a queue.
    pub(super) fn is_sound(&self) -> bool {
        let capacity = self.items.len();
        let form = capacity == 0 || capacity.is_power_of_two();
        form && self.len <= capacity && (self.head < capacity || self.head == 0)
    }
}
