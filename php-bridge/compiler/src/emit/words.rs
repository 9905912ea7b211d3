//! Word indices: where a variable is the base of several accesses, a fourth of it is kept beside it.
//!
//! `$m[$a+8>>2]` is `$m[$w+2]` with `$w=$a>>2`, whatever the lowest bits of `$a` are. Memory is most of
//! what compiled code does, and a shift is a sixth of an access.

use std::cell::Cell;

use crate::emit::Emitter;
use crate::emit::names::Temporaries;
use crate::ir::Var;

/// So many accesses pay for one computation of the index, in time and in bytes.
const WORTH: u64 = 3;

/// A round of a loop counts as often as this.
const ROUNDS: u64 = 8;

/// Deeper loops count no more.
const MAX_DEPTH: u32 = 4;

/// The variables with an index of their own, and what the code would gain by others.
#[derive(Default)]
pub(super) struct Words {
    /// By variable: the name of the index, if there is one.
    names: Vec<Option<String>>,
    accesses: Vec<Cell<u64>>,
    assignments: Vec<u64>,
    /// Loops around this point.
    loops: u32,
}

impl Words {
    pub(super) fn new(variables: usize, params: usize) -> Self {
        let mut words = Self {
            names: vec![None; variables],
            accesses: vec![Cell::new(0); variables],
            assignments: vec![0; variables],
            loops: 0,
        };
        words.assignments[..params].fill(1);
        words
    }

    pub(super) fn name(&self, var: Var) -> Option<&str> {
        self.names[var as usize].as_deref()
    }

    pub(super) fn enter_loop(&mut self) {
        self.loops += 1;
    }

    pub(super) fn leave_loop(&mut self) {
        self.loops -= 1;
    }

    fn weight(&self) -> u64 {
        ROUNDS.pow(self.loops.min(MAX_DEPTH))
    }

    pub(super) fn accesses(&self, var: Var) {
        let accesses = &self.accesses[var as usize];
        accesses.set(accesses.get() + self.weight());
    }

    fn assigns(&mut self, var: Var) {
        self.assignments[var as usize] += self.weight();
    }

    /// The variables for which an index is worth it, with names.
    pub(super) fn chosen(&self, temporaries: &mut Temporaries) -> Option<Self> {
        let count = self.names.len();
        let mut chosen = Self::new(count, 0);
        for var in 0..count {
            let accesses = self.accesses[var].get();
            if accesses > 0 && accesses >= self.assignments[var] * WORTH {
                chosen.names[var] = Some(temporaries.reserve());
            }
        }
        chosen.names.iter().any(Option::is_some).then_some(chosen)
    }
}

impl Emitter<'_> {
    /// Brings the index of a variable up to date after an assignment to it.
    pub(super) fn keep_word(&mut self, var: Var) {
        self.words.assigns(var);
        if let Some(word) = self.words.name(var) {
            let line = format!("{word}={}>>2;", self.names[var as usize]);
            self.line(line);
        }
    }
}
