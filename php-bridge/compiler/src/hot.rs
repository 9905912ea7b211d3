//! The recording of what runs: which file each function goes into, and how it is written.
//!
//! A build with `--profile` counts for each function how often it was called and how many rounds its
//! loops made. The recording has `module` and the SHA-256 of the WebAssembly in its first line, then a
//! function's number and its count a line. Numbers mean nothing in another module, so the recording is
//! made anew in each build; one of another module is refused.

use crate::error::Error;

/// Of a thousand runs, how many are of functions that are written for speed: the inner loops. The
/// rest of what runs is most of the code, and half as long if it is written for size.
const FAST_SHARE: u128 = 900;

/// How often each function ran.
pub(crate) fn read(recording: &str, hash: &str, count: usize) -> Result<Vec<u64>, Error> {
    let mut lines = recording.lines();
    if lines.next().and_then(|line| line.strip_prefix("module ")) != Some(hash) {
        return Err(Error::options(
            "the recording is not of this module; record again with the module as it is now",
        ));
    }
    let mut runs = vec![0; count];
    for line in lines {
        let parsed = line
            .split_once(' ')
            .and_then(|(index, count)| Some((index.parse::<usize>().ok()?, count.parse().ok()?)))
            .filter(|(index, _)| *index < runs.len());
        let Some((index, count)) = parsed else {
            return Err(Error::options(format!(
                "{line:?} is not the number of a function and how often it ran"
            )));
        };
        runs[index] = count;
    }
    Ok(runs)
}

/// The functions that run at all.
pub(crate) fn hot(runs: &[u64]) -> Vec<bool> {
    runs.iter().map(|count| *count > 0).collect()
}

/// The functions that run most: as few as make [`FAST_SHARE`] of all runs.
pub(crate) fn fast(runs: &[u64]) -> Vec<bool> {
    let mut sorted = runs.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    // Each count is a u64, so that their sum, and a thousand times it, are not.
    let total: u128 = runs.iter().map(|count| u128::from(*count)).sum();
    let mut sum = 0;
    let least = sorted
        .into_iter()
        .find(|count| {
            sum += u128::from(*count);
            sum * 1000 >= total * FAST_SHARE
        })
        .unwrap_or_default()
        .max(1);
    runs.iter().map(|count| *count >= least).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_counts_have_a_sum() {
        assert_eq!(fast(&[u64::MAX, 1, u64::MAX]), [true, false, true]);
    }
}
