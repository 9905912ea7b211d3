//! The heap that the compiled core would take: its allocator only bumps, so that is the sum of everything that
//! a step asks for. Pointers are twice as long here as there, so what holds here holds there.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Bytes that a step may take beside its message, which has 512 KiB at most; the compiled core has 4 MiB.
const MOST: usize = 2 * 1024 * 1024;

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
    /// The newest piece grows in place.
    static NEWEST: Cell<usize> = const { Cell::new(0) };
}

/// What some work takes.
pub(crate) fn taken_by<T>(work: impl FnOnce() -> T) -> (T, usize) {
    TAKEN.set(0);
    let result = work();
    (result, TAKEN.get())
}

/// Panics if that is more than a step may take.
pub(crate) fn check(message: usize, bytes: usize) {
    assert!(
        bytes <= MOST,
        "a message of {message} bytes takes {bytes} bytes of memory"
    );
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

impl Counting {
    fn took(&self, pointer: *mut u8, layout: Layout) -> *mut u8 {
        TAKEN.set(TAKEN.get().next_multiple_of(layout.align()) + layout.size());
        NEWEST.set(pointer as usize);
        pointer
    }
}

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's.
        self.took(unsafe { System.alloc(layout) }, layout)
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if NEWEST.get() == pointer as usize {
            TAKEN.set(TAKEN.get().saturating_sub(layout.size()));
        }
        // SAFETY: the caller's.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        // SAFETY: the caller promises that the size is one of a layout.
        let layout = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        self.took(moved, layout)
    }
}
