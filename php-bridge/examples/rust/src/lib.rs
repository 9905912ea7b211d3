//! Makes a slug of a title: a message goes in, an answer comes out.

use std::sync::Mutex;

static ANSWER: Mutex<String> = Mutex::new(String::new());

fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// Room for a message.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    Vec::with_capacity(length).leak().as_mut_ptr()
}

/// Takes the message at `pointer`; gives the address of the answer and, in the lower half, its length.
///
/// # Safety
///
/// `pointer` comes from [`alloc`], with `length` bytes written there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn call(pointer: *mut u8, length: usize) -> u64 {
    let message = unsafe { Vec::from_raw_parts(pointer, length, length) };
    let mut answer = ANSWER.lock().unwrap();
    *answer = slug(&String::from_utf8_lossy(&message));
    (answer.as_ptr() as u64) << 32 | answer.len() as u64
}

/// Forgets the answer.
#[unsafe(no_mangle)]
pub extern "C" fn reset() {
    *ANSWER.lock().unwrap() = String::new();
}
