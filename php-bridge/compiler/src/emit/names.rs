//! Names of variables.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::ir::{Expr, Function, walk, walk_exprs};

/// `$d` is the depth of recursion, `$k` the bound of stores, `$m` memory, `$t` the instance in
/// functions that are not methods of it; the others are PHP's.
const RESERVED: [&str; 6] = ["d", "k", "m", "t", "this", "GLOBALS"];

/// The names of a function's variables by index, and those of emission's own. Words that the module
/// has for parameters and locals are taken as they are where nothing is in the way.
pub(super) fn names<'w>(
    function: &Function,
    words: impl Iterator<Item = (u32, &'w str)>,
) -> (Vec<String>, Temporaries) {
    let mut uses = vec![0usize; function.vars.len()];
    walk(&function.body, &mut |stmt| {
        for var in stmt.targets() {
            uses[*var as usize] += 1;
        }
    });
    walk_exprs(&function.body, &mut |expr| {
        if let Expr::Var(var) = expr {
            uses[*var as usize] += 1;
        }
    });
    let mut names = vec![String::new(); uses.len()];
    let mut given = BTreeSet::new();
    for (var, word) in words {
        if let Some(name) = names.get_mut(var as usize) {
            let word = distinct(word, var, &given);
            *name = format!("${word}");
            given.insert(word);
        }
    }
    let mut short = ShortNames { given, next: 0 };
    let mut order: Vec<usize> = (0..uses.len()).collect();
    order.sort_by_key(|var| std::cmp::Reverse(uses[*var]));
    for var in order {
        if names[var].is_empty() {
            names[var] = short.take();
        }
    }
    let temporaries = Temporaries {
        short,
        names: Vec::new(),
        used: 0,
    };
    (names, temporaries)
}

/// The word, changed if it is reserved or given already.
fn distinct(word: &str, var: u32, given: &BTreeSet<String>) -> String {
    // `$this` is looked for in the text of a function.
    let mut word = match word.strip_prefix("this") {
        Some(_) => format!("_{word}"),
        None if word.starts_with(|c: char| c.is_ascii_digit()) => format!("_{word}"),
        None => word.to_owned(),
    };
    if RESERVED.contains(&word.as_str()) || given.contains(&word) {
        let _ = write!(word, "_{var}");
    }
    while given.contains(&word) {
        word.push('_');
    }
    word
}

/// Names for what has none: the more often a variable is written, the shorter.
struct ShortNames {
    given: BTreeSet<String>,
    next: usize,
}

impl ShortNames {
    fn take(&mut self) -> String {
        loop {
            let name = short(self.next);
            self.next += 1;
            if !self.given.contains(&name[1..]) {
                return name;
            }
        }
    }
}

/// The n-th short name: `$a` to `$Z`, then two characters, then three.
fn short(index: usize) -> String {
    const FIRST: &[u8] = b"abcefghijlnopqrsuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const NEXT: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut name = String::from("$");
    name.push(char::from(FIRST[index % FIRST.len()]));
    let mut rest = index / FIRST.len();
    while rest > 0 {
        rest -= 1;
        name.push(char::from(NEXT[rest % NEXT.len()]));
        rest /= NEXT.len();
    }
    name
}

/// Temporaries of emission: each is used by one statement at a time.
pub(super) struct Temporaries {
    short: ShortNames,
    names: Vec<String>,
    used: usize,
}

impl Temporaries {
    pub(super) fn take(&mut self) -> String {
        if self.used == self.names.len() {
            self.names.push(self.short.take());
        }
        self.used += 1;
        self.names[self.used - 1].clone()
    }

    /// A name for the whole function.
    pub(super) fn reserve(&mut self) -> String {
        self.short.take()
    }

    /// A statement has ended.
    pub(super) fn release(&mut self) {
        self.used = 0;
    }

    /// How many there are at most at a time, so far.
    pub(super) fn most(&self) -> usize {
        self.names.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{RESERVED, distinct, short};

    #[test]
    fn short_names_differ() {
        let all: BTreeSet<String> = (0..50_000).map(short).collect();
        assert_eq!(all.len(), 50_000);
        for reserved in RESERVED {
            assert!(!all.contains(&format!("${reserved}")));
        }
    }

    #[test]
    fn given_names_differ() {
        let mut given = BTreeSet::new();
        for (var, word, expected) in [
            (0, "count", "count"),
            (1, "count", "count_1"),
            (2, "count_3", "count_3"),
            (3, "count", "count_3_"),
            (4, "m", "m_4"),
            (5, "this", "_this"),
            (6, "this_one", "_this_one"),
            (7, "1st", "_1st"),
            (8, "GLOBALS", "GLOBALS_8"),
        ] {
            let word = distinct(word, var, &given);
            assert_eq!(word, expected);
            given.insert(word);
        }
    }
}
