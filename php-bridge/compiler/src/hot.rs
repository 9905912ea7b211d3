//! The list of functions that run: which file each function goes into.
//!
//! A build with `--profile` gives the list in its first line, `module` and the SHA-256 of the
//! WebAssembly, then the number of one function a line. Numbers mean nothing in another module, so the
//! list is made anew in each build; a list of another module is refused.

use crate::error::Error;

pub(crate) fn read(list: &str, hash: &str, count: usize) -> Result<Vec<bool>, Error> {
    let mut lines = list.lines();
    if lines.next().and_then(|line| line.strip_prefix("module ")) != Some(hash) {
        return Err(Error::options(
            "the list of functions that run is not of this module",
        ));
    }
    let mut hot = vec![false; count];
    for line in lines {
        let function = line
            .parse()
            .ok()
            .and_then(|index: usize| hot.get_mut(index));
        let Some(function) = function else {
            return Err(Error::options(format!(
                "no function has the number {line:?}"
            )));
        };
        *function = true;
    }
    Ok(hot)
}
