//! Workloads for `wasm2php` and its peers, compiled to one module that all of them run.
//!
//! ```text
//!   ptr = alloc(len); write len bytes at ptr; checksum = sha256(ptr, len)
//! ```
//!
//! Each gives a checksum of its result, so that whoever runs it can be seen to be right. The input is
//! left as it was: a workload can run any number of times.

/// Takes `len` bytes for an input, aligned for numbers. They stay taken.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u64 {
    vec![0; len.div_ceil(8)].leak().as_mut_ptr()
}

/// The first word of the input's SHA-256, of the crate that everybody uses.
///
/// # Safety
///
/// `ptr` has `len` bytes from [`alloc`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sha256(ptr: *const u8, len: usize) -> u32 {
    use sha2::{Digest, Sha256};
    // SAFETY: by the contract above.
    let input = unsafe { std::slice::from_raw_parts(ptr, len) };
    let digest = Sha256::digest(input);
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// Parses the input as JSON and prints it again; the checksum is of what was printed.
///
/// # Safety
///
/// `ptr` has `len` bytes from [`alloc`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn json(ptr: *const u8, len: usize) -> u32 {
    // SAFETY: by the contract above.
    let input = unsafe { std::slice::from_raw_parts(ptr, len) };
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(input) else {
        return 0;
    };
    let text = value.to_string();
    let sampled = text.bytes().step_by(16);
    sampled.fold(text.len() as u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    })
}

/// Sorts `count` numbers; the checksum is of every sixteenth.
///
/// # Safety
///
/// `ptr` has `count` numbers in memory from [`alloc`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sort(ptr: *const u32, count: usize) -> u32 {
    // SAFETY: by the contract above.
    let mut numbers = unsafe { std::slice::from_raw_parts(ptr, count) }.to_vec();
    numbers.sort_unstable();
    let sampled = numbers.iter().step_by(16);
    sampled.fold(0, |sum: u32, number| {
        sum.wrapping_mul(31).wrapping_add(*number)
    })
}

/// Mixes 32-bit integers: shifts, exclusive or, sums and products that wrap.
#[unsafe(no_mangle)]
pub extern "C" fn int_loop(rounds: u32) -> u32 {
    let mut x: u32 = 2_463_534_242;
    let mut sum: u32 = 0;
    for round in 0..rounds {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        sum = sum.wrapping_mul(31).wrapping_add(x ^ round);
    }
    sum
}

/// Counts the steps of all points of a Mandelbrot set of `size` times `size` points.
#[unsafe(no_mangle)]
pub extern "C" fn float_loop(size: u32) -> u32 {
    let step = 3.0 / f64::from(size);
    let mut steps = 0;
    for row in 0..size {
        let y0 = f64::from(row) * step - 1.5;
        for column in 0..size {
            let x0 = f64::from(column) * step - 2.0;
            let (mut x, mut y) = (0.0, 0.0);
            let mut left = 50;
            while left > 0 && x * x + y * y <= 4.0 {
                (x, y) = (x * x - y * y + x0, 2.0 * x * y + y0);
                left -= 1;
                steps += 1;
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checksum(workload: unsafe extern "C" fn(*const u8, usize) -> u32, input: &[u8]) -> u32 {
        // SAFETY: the slice is that long.
        unsafe { workload(input.as_ptr(), input.len()) }
    }

    #[test]
    fn sha256_is_that_of_the_standard() {
        assert_eq!(checksum(sha256, b"abc"), 0xba78_16bf);
    }

    #[test]
    fn json_is_printed_without_spaces() {
        let printed = checksum(json, br#"{"a":[1,2.5,"\n"],"b":null}"#);
        let spaced = b"{ \"b\" : null, \"a\" :\n [ 1, 2.5, \"\\n\" ] }";
        assert_eq!(checksum(json, spaced), printed);
        assert_eq!(checksum(json, b"{"), 0);
    }

    #[test]
    fn numbers_are_sorted_as_unsigned() {
        let numbers: Vec<u32> = (0..32).map(|n| n * 0x0800_0000).rev().collect();
        let mut sorted = numbers.clone();
        sorted.sort();
        let expected = sorted[0].wrapping_mul(31).wrapping_add(sorted[16]);
        // SAFETY: the list is that long.
        assert_eq!(unsafe { sort(numbers.as_ptr(), numbers.len()) }, expected);
    }

    #[test]
    fn loops_count_rounds() {
        assert_eq!(int_loop(0), 0);
        // One point far outside: only its first step stays inside.
        assert_eq!(float_loop(1), 1);
    }
}
