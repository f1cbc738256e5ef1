//! The allocator: what a call allocates lies in one region, which is wiped as a whole when the call is over. To free a part
//! of it does nothing, so that the compiler leaves out what would only free. What outlives calls has regions of its own.
#![allow(unsafe_code)] // A global allocator is `unsafe` by its trait; the wipe writes raw memory.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ops::Deref;

/// Memory that is handed out upwards and given back as a whole.
pub(super) struct Region {
    /// A list of chunks, each with a [`Header`]; they stay the region's.
    first: Cell<*mut Header>,
    /// The one of them that is in use.
    chunk: Cell<*mut Header>,
    /// The next address in it.
    top: Cell<usize>,
}

/// At the start of a chunk.
#[repr(C, align(16))]
struct Header {
    next: *mut Header,
    end: usize,
}

struct Heap {
    /// Where blocks come from.
    current: Cell<&'static Region>,
    /// The first address that belongs to no chunk.
    free: Cell<usize>,
    /// Outermost calls so far.
    calls: Cell<u32>,
}

#[global_allocator]
static HEAP: Local<Heap> = Local::new(Heap { current: Cell::new(&CALL), free: Cell::new(0), calls: Cell::new(0) });
static CALL: Region = Region::new();

unsafe extern "C" {
    static __heap_base: u8;
    static __stack_high: u8;
}

impl Region {
    pub(super) const fn new() -> Self {
        let none = core::ptr::null_mut();
        Self { first: Cell::new(none), chunk: Cell::new(none), top: Cell::new(0) }
    }

    /// What `work` allocates is in this region, and stays until it is forgotten.
    pub(super) fn keep<T>(&'static self, work: impl FnOnce() -> T) -> T {
        let before = HEAP.current.replace(self);
        let made = work();
        HEAP.current.set(before);
        made
    }

    /// Wipes everything in it.
    ///
    /// # Safety
    /// Nothing of it may be used after.
    pub(super) unsafe fn forget(&self) {
        let (first, used) = (self.first.get(), self.chunk.get());
        let mut chunk = first;
        // SAFETY: the chunks of the list are valid, and each was handed out up to its end, or to the top in the last one.
        while let Some(header) = unsafe { chunk.as_ref() } {
            let end = if chunk == used { self.top.get() } else { header.end };
            let start = chunk.wrapping_add(1) as usize;
            // SAFETY: as above.
            unsafe { core::ptr::write_bytes(start as *mut u8, 0, end - start) };
            chunk = if chunk == used { core::ptr::null_mut() } else { header.next };
        }
        self.enter(first);
    }

    fn enter(&self, chunk: *mut Header) {
        self.chunk.set(chunk);
        self.top.set(chunk.wrapping_add(1) as usize);
    }

    fn end(&self) -> usize {
        // SAFETY: it is a chunk of the list, or none.
        unsafe { self.chunk.get().as_ref() }.map_or(0, |header| header.end)
    }

    fn alloc(&self, layout: Layout) -> *mut u8 {
        loop {
            let start = self.top.get().next_multiple_of(layout.align());
            match start.checked_add(layout.size()) {
                None => return core::ptr::null_mut(),
                Some(end) if end <= self.end() => {
                    self.top.set(end);
                    return start as *mut u8;
                }
                // SAFETY: as in `end`.
                Some(_) => match unsafe { self.chunk.get().as_mut() } {
                    Some(header) if !header.next.is_null() => self.enter(header.next),
                    last => {
                        let chunk = HEAP.chunk(layout.size());
                        if chunk.is_null() {
                            return core::ptr::null_mut();
                        }
                        match last {
                            Some(header) => header.next = chunk,
                            None => self.first.set(chunk),
                        }
                        self.enter(chunk);
                    }
                },
            }
        }
    }
}

impl Heap {
    /// A new chunk with room for `size` bytes, or null.
    fn chunk(&self, size: usize) -> *mut Header {
        // The linker defines the symbol; only its address means something.
        let start = self.free.get().max((&raw const __heap_base as usize).next_multiple_of(CHUNK));
        let Some(end) = start.checked_add(size.saturating_add(CHUNK)).map(|end| end & !(CHUNK - 1)) else {
            return core::ptr::null_mut();
        };
        let missing = end.saturating_sub(memory_size::<0>() * PAGE);
        if missing > 0 && memory_grow::<0>(missing.div_ceil(PAGE)) == usize::MAX {
            return core::ptr::null_mut();
        }
        self.free.set(end);
        let chunk = start as *mut Header;
        // SAFETY: the memory from `start` to `end` is there, is aligned, and is nobody's yet.
        unsafe { chunk.write(Header { next: core::ptr::null_mut(), end }) };
        chunk
    }
}

// SAFETY: one thread (the wasm has no shared memory). A block lies between the old and the new top of its region, aligned by
// rounding up, and overlaps no other: the top falls back only over the block that was handed out last, when that one
// shrinks, and when the region is forgotten.
unsafe impl GlobalAlloc for Local<Heap> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > align_of::<Header>() { core::ptr::null_mut() } else { self.current.get().alloc(layout) }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let region = self.current.get();
        let (start, before) = (block as usize, layout.size());
        if start + before == region.top.get() && start.checked_add(size).is_some_and(|end| end <= region.end()) {
            region.top.set(start + size);
            // SAFETY: what is cut off is the block's.
            unsafe { core::ptr::write_bytes(block.add(size.min(before)), 0, before.saturating_sub(size)) };
            return block;
        }
        if size <= before {
            return block;
        }
        // SAFETY: the caller keeps `layout` true; the new block does not overlap the old one.
        unsafe {
            let moved = region.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                core::ptr::copy_nonoverlapping(block, moved, before);
            }
            moved
        }
    }
}

/// Which outermost call it is.
pub(super) fn call() -> u32 {
    HEAP.calls.get()
}

/// Wipes what a call has left in memory and on the stack. JavaScript calls it when the outermost call is over (`link.ts`):
/// nothing lives there then. For the few calls that every request makes, less of the stack is enough, which takes its time
/// and the processor's nearest memory.
#[unsafe(no_mangle)]
extern "C" fn end(is_shallow: bool) {
    HEAP.current.set(&CALL);
    HEAP.calls.set(call().wrapping_add(1));
    // SAFETY: what outlives a call is kept in other regions.
    unsafe { CALL.forget() };
    let used = if is_shallow { STACK_USED_BY_SHALLOW } else { STACK_USED };
    // The linker defines the symbol; only its address means something.
    let top = core::hint::black_box(&raw const __stack_high as usize);
    // SAFETY: the stack is larger, grows down from there, and nothing but `top` lives on it, which is not read after this.
    unsafe { core::ptr::write_bytes((top - used) as *mut u8, 0, used) };
}

/// A value for a `static`: there is one thread only.
pub(super) struct Local<T>(T);

// SAFETY: the wasm has no shared memory, and so no second thread.
unsafe impl<T> Sync for Local<T> {}
// SAFETY: as above.
unsafe impl Sync for Region {}

impl<T> Local<T> {
    pub(super) const fn new(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Local<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

const PAGE: usize = 65_536;
/// Bytes; the sizes of chunks are multiples of it.
const CHUNK: usize = 16_384;
/// Bytes; more than any function uses: `tests/js/server-hostile.test.js` looks for what is left.
const STACK_USED: usize = 16_384;
/// Bytes; the same of those functions.
const STACK_USED_BY_SHALLOW: usize = 4096;
