//! Names of variables: the more often one is written, the shorter it is.

use crate::ir::{Expr, Function, Stmt, walk, walk_exprs};

/// `$d` is the depth of recursion, `$k` the bound of stores, `$m` memory, `$t` the instance in
/// functions that are not methods of it.
const RESERVED: [&str; 4] = ["d", "k", "m", "t"];

/// The names of a function's variables, by index.
pub(super) fn names(function: &Function) -> Vec<String> {
    let mut uses = vec![0usize; function.vars.len()];
    walk(&function.body, &mut |stmt| {
        if let Stmt::Set(var, _) = stmt {
            uses[*var as usize] += 1;
        }
    });
    walk_exprs(&function.body, &mut |expr| {
        if let Expr::Var(var) = expr {
            uses[*var as usize] += 1;
        }
    });
    let mut order: Vec<usize> = (0..uses.len()).collect();
    order.sort_by_key(|var| std::cmp::Reverse(uses[*var]));
    let mut names = vec![String::new(); uses.len()];
    for (rank, var) in order.into_iter().enumerate() {
        names[var] = name(rank);
    }
    names
}

/// The n-th name: `$a` to `$Z`, then two characters, then three.
fn name(index: usize) -> String {
    const FIRST: &[u8] = b"abcefghijlnopqrsuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const NEXT: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    debug_assert!(
        !FIRST
            .iter()
            .any(|byte| RESERVED[..].concat().as_bytes().contains(byte))
    );
    let mut name = String::from("$");
    name.push(char::from(FIRST[index % FIRST.len()]));
    let mut rest = index / FIRST.len();
    while rest > 0 {
        rest -= 1;
        name.push(char::from(NEXT[rest % NEXT.len()]));
        rest /= NEXT.len();
    }
    // The one name that PHP does not let us have.
    if name == "$this" {
        "$this_".to_owned()
    } else {
        name
    }
}

/// Temporaries of emission: each is used by one statement at a time.
pub(super) struct Temporaries {
    first: usize,
    used: usize,
    most: usize,
}

impl Temporaries {
    pub(super) fn new(first: usize) -> Self {
        Self {
            first,
            used: 0,
            most: 0,
        }
    }

    pub(super) fn take(&mut self) -> String {
        self.used += 1;
        self.most = self.most.max(self.used);
        name(self.first + self.used - 1)
    }

    /// A statement has ended.
    pub(super) fn release(&mut self) {
        self.used = 0;
    }

    pub(super) fn most(&self) -> usize {
        self.most
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_differ() {
        let all: std::collections::HashSet<String> = (0..50_000).map(name).collect();
        assert_eq!(all.len(), 50_000);
        assert!(!all.contains("$this"));
        assert!(!all.contains("$m"));
    }
}
