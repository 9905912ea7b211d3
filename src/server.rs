//! The C ABI of the module that PHP runs: JSON in, JSON out, no imports.
//!
//! ```text
//!   ptr = alloc(len); write len bytes at ptr
//!   packed = call(ptr, len); read (packed & 0xffffffff) bytes at packed >> 32
//!   reset()
//! ```
//!
//! The only file with `unsafe`: memory is handed across the boundary, and the allocator bumps.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::UnsafeCell;

/// Takes `len` bytes for a message.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    // Not zeroed: the caller writes all of it.
    Vec::with_capacity(len).leak().as_mut_ptr()
}

/// Runs one step. Returns the answer's place: pointer in the upper, length in the lower 32 bits.
///
/// # Safety
///
/// `ptr` and `len` are those of a buffer from [`alloc`] that has been written; this call takes it over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn call(ptr: *mut u8, len: usize) -> u64 {
    // SAFETY: by the contract above the buffer has that capacity, and the caller has written all of it.
    let message = unsafe { Vec::from_raw_parts(ptr, len, len) };
    let answer = match String::from_utf8(message) {
        Ok(message) => crate::step_bytes(&message),
        Err(_) => crate::step_bytes(""),
    };
    let answer = answer.into_boxed_slice();
    let len = answer.len() as u64;
    let ptr = Box::into_raw(answer).cast::<u8>() as u64;
    ptr << 32 | len
}

/// Gives back all memory at once. Nothing from before may be used after.
#[unsafe(no_mangle)]
pub extern "C" fn reset() {
    ALLOCATOR.rewind();
}

unsafe extern "C" {
    /// Where the linker's own data ends.
    static __heap_base: u8;
}

/// Never frees: a step is short, and [`reset`] ends it. Half the code of a real allocator and none
/// of its work.
struct Bump {
    /// The next free byte; 0 before the first allocation.
    next: UnsafeCell<usize>,
}

// SAFETY: wasm32-unknown-unknown without atomics has one thread.
unsafe impl Sync for Bump {}

#[global_allocator]
static ALLOCATOR: Bump = Bump {
    next: UnsafeCell::new(0),
};

impl Bump {
    const PAGE: usize = 65_536;

    fn rewind(&self) {
        // SAFETY: one thread, and no allocation is in use any more.
        unsafe { *self.next.get() = 0 }
    }
}

// SAFETY: every allocation is a fresh piece between the linker's data and the memory's end.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread.
        unsafe {
            let next = self.next.get();
            if *next == 0 {
                *next = &raw const __heap_base as usize;
            }
            let start = (*next + layout.align() - 1) & !(layout.align() - 1);
            let end = start + layout.size();
            let have = memory_size(0) * Self::PAGE;
            if end > have && memory_grow(0, (end - have).div_ceil(Self::PAGE)) == usize::MAX {
                return core::ptr::null_mut();
            }
            *next = end;
            start as *mut u8
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: one thread; `ptr` is one of ours of `layout`.
        unsafe {
            let next = self.next.get();
            // The newest piece grows in place, which is what a string under construction does.
            if ptr as usize + layout.size() == *next {
                let grown = Layout::from_size_align_unchecked(size, 1);
                *next = ptr as usize;
                return self.alloc(grown);
            }
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                core::ptr::copy_nonoverlapping(ptr, moved, layout.size().min(size));
            }
            moved
        }
    }
}
