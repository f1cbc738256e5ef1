//! The allocator: a bump arena that is emptied, and wiped, after every call.
#![allow(unsafe_code)] // A global allocator is `unsafe` by its trait; the wipe writes raw memory.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Hands out memory upwards, and takes none back before the wipe; only the last block can change its size in place.
struct Arena {
    /// The first free address.
    top: AtomicUsize,
    /// The highest address handed out since the last wipe.
    high: AtomicUsize,
}

#[global_allocator]
static ARENA: Arena = Arena { top: AtomicUsize::new(0), high: AtomicUsize::new(0) };

unsafe extern "C" {
    static __heap_base: u8;
}

/// Gives everything back and overwrites it, and the stack that calls have left, with zeros. Nothing allocated before may
/// be used after.
#[inline(never)]
pub(super) fn wipe() {
    let here = 0_u8;
    let below = &raw const here as usize - STACK_USED;
    // SAFETY: the stack grows down, so nothing lives in the bytes below the frame of this function.
    unsafe { core::ptr::write_bytes(below as *mut u8, 0, STACK_USED - 64) };
    let base = base();
    let high = ARENA.high.load(Relaxed);
    if high > base {
        // SAFETY: `base..high` was handed out by this arena, so it lies in linear memory above all statics.
        unsafe { core::ptr::write_bytes(base as *mut u8, 0, high - base) };
    }
    ARENA.top.store(base, Relaxed);
    ARENA.high.store(base, Relaxed);
}

fn base() -> usize {
    // The linker defines the symbol; only its address means something.
    &raw const __heap_base as usize
}

impl Arena {
    /// Moves the top to `end`, growing the memory if need be.
    fn rise(&self, end: usize) -> bool {
        let missing = end.saturating_sub(memory_size::<0>() * PAGE);
        if missing > 0 && memory_grow::<0>(missing.div_ceil(PAGE)) == usize::MAX {
            return false;
        }
        self.top.store(end, Relaxed);
        self.high.fetch_max(end, Relaxed);
        true
    }
}

// SAFETY: one thread (the wasm has no shared memory); every block lies between the old and the new top, is aligned by
// rounding up, and overlaps no other, because the top only falls back over the block that was handed out last, when that
// one shrinks.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = self.top.load(Relaxed).max(base()).next_multiple_of(layout.align());
        match start.checked_add(layout.size()) {
            Some(end) if self.rise(end) => start as *mut u8,
            _ => core::ptr::null_mut(),
        }
    }

    /// Nothing: the next wipe takes all. So the compiler can leave out what would only free.
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let start = block as usize;
        if start + layout.size() == self.top.load(Relaxed) {
            return match start.checked_add(size) {
                Some(end) if self.rise(end) => block,
                _ => core::ptr::null_mut(),
            };
        }
        // SAFETY: the caller keeps `layout` true; the new block does not overlap the old one.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                core::ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
            }
            moved
        }
    }
}

const PAGE: usize = 65536;
/// Bytes; more than any function leaves secrets in.
const STACK_USED: usize = 4096;
