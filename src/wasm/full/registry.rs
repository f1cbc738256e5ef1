//! What a number in JavaScript stands for.

use crate::Error;
use crate::base::Wiped;
use alloc::{rc::Rc, string::String, vec::Vec};
use core::cell::RefCell;

/// Keeps the 64 values that were used last, and makes none twice: to ask for the same again answers the same number, so
/// that a Worker may do so for every request.
///
/// A number that was pushed out is [`Error::EngineForgotten`], and JavaScript then asks anew.
pub(super) struct Registry<T>(RefCell<State<T>>);

struct State<T> {
    /// The one that was used last is the last.
    entries: Vec<Entry<T>>,
    /// Numbers given out.
    count: u32,
}

struct Entry<T> {
    handle: u32,
    /// What it was made of.
    source: Wiped<String>,
    value: Rc<T>,
}

impl<T> Registry<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(State { entries: Vec::new(), count: 0 }))
    }

    /// The number of the value of `source`, which `make` makes unless it is there.
    pub(super) fn handle(&self, source: Wiped<String>, make: impl FnOnce() -> Result<T, Error>) -> Result<u32, Error> {
        let known = |entry: &Entry<T>| *entry.source == *source;
        if let Some(entry) = self.0.borrow_mut().latest(known) {
            return Ok(entry.handle);
        }
        let value = Rc::new(make()?);
        let mut state = self.0.borrow_mut();
        if state.entries.len() >= MOST {
            state.entries.remove(0);
        }
        state.count = state.count.wrapping_add(1);
        let handle = state.count;
        state.entries.push(Entry { handle, source, value });
        Ok(handle)
    }

    /// The value of a number. It is the caller's: nothing stays borrowed while it is used.
    pub(super) fn value(&self, handle: u64) -> Result<Rc<T>, Error> {
        let mut state = self.0.borrow_mut();
        let entry = state.latest(|entry| u64::from(entry.handle) == handle).ok_or(Error::EngineForgotten)?;
        Ok(Rc::clone(&entry.value))
    }
}

impl<T> State<T> {
    /// Finds an entry and makes it the latest.
    fn latest(&mut self, wanted: impl Fn(&Entry<T>) -> bool) -> Option<&Entry<T>> {
        let at = self.entries.iter().rposition(wanted)?;
        self.entries.get_mut(at..)?.rotate_left(1);
        self.entries.last()
    }
}

const MOST: usize = 64;
