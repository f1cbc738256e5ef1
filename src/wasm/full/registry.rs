//! What a number in JavaScript stands for.
#![allow(unsafe_code)] // What is pushed out is forgotten.

use super::memory::{self, Region};
use crate::Error;
use alloc::boxed::Box;
use alloc::string::String;
use core::cell::{Cell, RefCell};

/// Keeps the 64 values that were used last, and makes none twice: to ask for the same again answers the same number, so
/// that a Worker may do so for every request.
///
/// A number that was pushed out is [`Error::EngineForgotten`], and JavaScript then asks anew.
pub(super) struct Registry<T: 'static> {
    entries: RefCell<[Option<Entry<T>>; MOST]>,
    /// Where the entries lie.
    regions: [Region; MOST],
    /// Numbers given out.
    count: Cell<u32>,
}

struct Entry<T: 'static> {
    handle: u32,
    /// What it was made of.
    source: &'static str,
    value: &'static T,
    /// The call that used it last.
    used: u32,
}

impl<T> Registry<T> {
    pub(super) const fn new() -> Self {
        let (entries, regions) = ([const { None }; MOST], [const { Region::new() }; MOST]);
        Self { entries: RefCell::new(entries), regions, count: Cell::new(0) }
    }

    /// The number of the value of `source`, which `make` makes unless it is there.
    pub(super) fn handle(&'static self, source: &str, make: impl Fn() -> Result<T, Error>) -> Result<u32, Error> {
        if let Some(entry) = self.entries.borrow_mut().iter_mut().flatten().find(|entry| entry.source == source) {
            entry.used = memory::call();
            return Ok(entry.handle);
        }
        // Once in the memory of the call: of what is refused nothing is kept.
        make()?;
        let mut entries = self.entries.borrow_mut();
        let age =
            |entry: &Option<Entry<T>>| entry.as_ref().map_or(u32::MAX, |entry| memory::call().wrapping_sub(entry.used));
        let oldest = entries.iter_mut().zip(&self.regions).max_by_key(|(entry, _)| age(entry));
        let (entry, region) = oldest.filter(|(entry, _)| age(entry) > 0).ok_or(Error::EngineForgotten)?;
        *entry = None;
        // SAFETY: its entry is gone, and was not used in this call, which could still hold its value.
        unsafe { region.forget() };
        let (source, value) = region.keep(|| Ok((String::from(source).leak(), Box::leak(Box::new(make()?)))))?;
        let handle = self.count.get().wrapping_add(1);
        self.count.set(handle);
        *entry = Some(Entry { handle, source, value, used: memory::call() });
        Ok(handle)
    }

    /// The value of a number, for this call.
    pub(super) fn value(&self, handle: u64) -> Result<&'static T, Error> {
        let mut entries = self.entries.borrow_mut();
        let wanted = |entry: &&mut Entry<T>| u64::from(entry.handle) == handle;
        let entry = entries.iter_mut().flatten().find(wanted).ok_or(Error::EngineForgotten)?;
        entry.used = memory::call();
        Ok(entry.value)
    }
}

const MOST: usize = 64;
