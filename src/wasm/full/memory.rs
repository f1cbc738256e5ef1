//! The allocator: what is given back is wiped, as texts and JSON pass through many hands that do not do it themselves.
#![allow(unsafe_code)] // A global allocator is `unsafe` by its trait; the wipe writes raw memory.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::ops::Deref;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Blocks of 16 bytes, 32, 64 and so on, each size with a list of those that were given back. Nothing is ever joined or
/// split, so the memory is as large as the greatest use of every size together.
struct Heap {
    /// The first address that was never handed out.
    top: AtomicUsize,
    /// For each size (as a power of two) a free block, which holds the address of the next.
    free: [AtomicUsize; 32],
}

#[global_allocator]
static HEAP: Heap = Heap { top: AtomicUsize::new(0), free: [const { AtomicUsize::new(0) }; 32] };

unsafe extern "C" {
    static __heap_base: u8;
    static __stack_high: u8;
}

impl Heap {
    /// A new block at the top, growing the memory if need be.
    fn rise(&self, size: usize) -> Option<usize> {
        // The linker defines the symbol; only its address means something.
        let base = (&raw const __heap_base as usize).next_multiple_of(ALIGN);
        let start = self.top.load(Relaxed).max(base);
        let end = start.checked_add(size)?;
        let missing = end.saturating_sub(memory_size::<0>() * PAGE);
        if missing > 0 && memory_grow::<0>(missing.div_ceil(PAGE)) == usize::MAX {
            return None;
        }
        self.top.store(end, Relaxed);
        Some(start)
    }
}

// SAFETY: one thread (the wasm has no shared memory). A block is either in its list, or at most one caller's; it begins at
// a multiple of 16, as all sizes are, and is as large as its size says.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let power = power(layout.size());
        let (Some(free), true) = (self.free.get(power), layout.align() <= ALIGN) else {
            return core::ptr::null_mut();
        };
        let block = free.load(Relaxed) as *mut usize;
        if block.is_null() {
            return self.rise(1 << power).map_or(core::ptr::null_mut(), |start| start as *mut u8);
        }
        // SAFETY: `dealloc` has left the address of the next one there.
        free.store(unsafe { block.replace(0) }, Relaxed);
        block.cast()
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some(free) = self.free.get(power(layout.size())) else { return };
        // SAFETY: the block has the size of its layout, which is 16 bytes in a block at least, and nobody uses it any more.
        unsafe {
            wipe(block, layout.size());
            block.cast::<usize>().write(free.load(Relaxed));
        }
        free.store(block as usize, Relaxed);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps `layout` true; what is cut off is wiped, and the new block does not overlap the old one.
        unsafe {
            if power(size) == power(layout.size()) {
                wipe(block.add(size.min(layout.size())), layout.size().saturating_sub(size));
                return block;
            }
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                core::ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

/// The power of two that so many bytes fit into.
const fn power(size: usize) -> usize {
    let size = if size < ALIGN { ALIGN } else { size };
    (usize::BITS - (size - 1).leading_zeros()) as usize
}

/// Overwrites what a call has left on the stack. JavaScript calls it when the outermost call is over (`link.ts`): nothing
/// lives on the stack then. For the few calls that every request makes, less of it is enough, which takes its time and the
/// processor's nearest memory.
#[unsafe(no_mangle)]
extern "C" fn wipe_stack(is_shallow: bool) {
    let used = if is_shallow { STACK_USED_BY_SHALLOW } else { STACK_USED };
    // The linker defines the symbol; only its address means something.
    let top = core::hint::black_box(&raw const __stack_high as usize);
    // SAFETY: the stack is larger, grows down from there, and nothing but `top` lives on it, which is not read after this.
    unsafe { core::ptr::write_bytes((top - used) as *mut u8, 0, used) };
}

/// Zeros that the optimiser does not take for needless, as it may those over memory that is freed next.
///
/// # Safety
/// `at` must be valid for writes of `size` bytes.
#[inline(never)]
unsafe fn wipe(at: *mut u8, size: usize) {
    // SAFETY: passed on from the caller.
    unsafe { core::ptr::write_bytes(core::hint::black_box(at), 0, size) };
    core::hint::black_box(at);
}

/// A value for a `static`: there is one thread only.
pub(super) struct Local<T>(T);

// SAFETY: the wasm has no shared memory, and so no second thread.
unsafe impl<T> Sync for Local<T> {}

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
/// No type asks for more.
const ALIGN: usize = 16;
/// Bytes; more than any function uses: `tests/js/server-hostile.test.js` looks for what is left.
const STACK_USED: usize = 16_384;
/// Bytes; the same of those functions.
const STACK_USED_BY_SHALLOW: usize = 4096;
