//! What is known across functions: of parameters from all calls, of results, of globals.
//!
//! It begins with nothing known to be possible and grows until it holds for every call: each function
//! is emitted again as long as something it depends on has changed. Most pointers into the stack are
//! proven aligned and inside memory this way.

use std::collections::BTreeSet;

use crate::analysis::{CallGraph, Fact};
use crate::emit::unknown;
use crate::ir::{Expr, Function, walk_exprs};
use crate::module::{Item, Module};

/// After this many changes of one fact its range is taken to be anything, so that it ends.
const PATIENCE: u8 = 4;

pub(crate) struct Summary {
    params: Vec<Vec<Known>>,
    results: Vec<Known>,
    globals: Vec<Known>,
    reached: Vec<bool>,
    callers: Vec<Vec<u32>>,
    readers: Vec<Vec<u32>>,
    /// Functions to look at (again).
    pending: BTreeSet<u32>,
}

/// A fact that grows.
#[derive(Clone)]
struct Known {
    fact: Option<Fact>,
    changes: u8,
    anything: Fact,
}

impl Known {
    fn nothing(anything: Fact) -> Self {
        Self {
            fact: None,
            changes: 0,
            anything,
        }
    }

    /// Adds a possibility; tells whether that changed anything.
    fn add(&mut self, fact: Fact) -> bool {
        let joined = self.fact.map_or(fact, |known| known.join(fact));
        if self.fact == Some(joined) {
            return false;
        }
        self.changes = self.changes.saturating_add(1);
        let widened = if self.changes > PATIENCE {
            joined
                .within(self.anything.lo, self.anything.hi)
                .without_room()
        } else {
            joined
        };
        let changed = self.fact != Some(widened);
        self.fact = Some(widened);
        changed
    }
}

impl Summary {
    pub(crate) fn new(module: &Module<'_>, graph: &CallGraph, functions: &[Function]) -> Self {
        let count = functions.len();
        let nothing = |ty: &wasmparser::ValType| Known::nothing(unknown(*ty));
        let mut summary = Self {
            params: functions
                .iter()
                .map(|f| f.params.iter().map(nothing).collect())
                .collect(),
            results: functions
                .iter()
                .map(|f| {
                    f.results
                        .first()
                        .map_or_else(|| Known::nothing(Fact::I64), nothing)
                })
                .collect(),
            globals: module
                .globals
                .iter()
                .map(|global| nothing(&global.ty))
                .collect(),
            reached: vec![false; count],
            callers: vec![Vec::new(); count],
            readers: vec![Vec::new(); module.globals.len()],
            pending: BTreeSet::new(),
        };
        for (caller, function) in (0..).zip(functions) {
            for callee in &graph.callees[caller as usize] {
                summary.callers[*callee as usize].push(caller);
            }
            walk_exprs(&function.body, &mut |expr| {
                if let Expr::Global(global) = expr {
                    let readers = &mut summary.readers[*global as usize];
                    if readers.last() != Some(&caller) {
                        readers.push(caller);
                    }
                }
            });
        }
        for (global, known) in module.globals.iter().zip(&mut summary.globals) {
            let fact = match global.value {
                Some(Expr::I32(value)) => Fact::constant(value.into()),
                Some(Expr::I64(value)) => Fact::constant(value),
                _ => known.anything,
            };
            known.add(fact);
        }
        for export in &module.exports {
            if let Item::Global(global) = export.item
                && module.globals[global as usize].mutable
            {
                let known = &mut summary.globals[global as usize];
                known.add(known.anything);
            }
        }
        for function in graph.wide_callees() {
            summary.called_from_outside(function);
        }
        for (function, exposed) in (0..).zip(&graph.exposed) {
            // Behind the functions of the module is the one that instantiates it.
            if *exposed
                || module.start == Some(function)
                || function as usize >= module.functions.len()
            {
                summary.called_from_outside(function);
            }
        }
        summary
    }

    /// Takes everything to be possible: it holds for all calls, and there is nothing to look at again.
    pub(crate) fn give_up(&mut self) {
        let params = self.params.iter_mut().flatten();
        for known in params.chain(&mut self.results).chain(&mut self.globals) {
            known.fact = Some(known.anything);
        }
        self.pending.clear();
    }

    fn called_from_outside(&mut self, function: u32) {
        for param in &mut self.params[function as usize] {
            param.add(param.anything);
        }
        self.reached[function as usize] = true;
        self.pending.insert(function);
    }

    /// Whether anything can call a function: often it has been put in line wherever it was called.
    pub(crate) fn is_reached(&self, function: u32) -> bool {
        self.reached[function as usize]
    }

    /// The next function to look at.
    pub(crate) fn next(&mut self) -> Option<u32> {
        self.pending.pop_first()
    }

    pub(super) fn param(&self, function: u32, index: usize) -> Fact {
        let known = &self.params[function as usize][index];
        // A function that nothing calls is emitted all the same.
        known.fact.unwrap_or(known.anything)
    }

    /// What a call gives. As long as no return is known it does not matter what follows the call.
    pub(super) fn result(&self, function: u32) -> Fact {
        self.results[function as usize]
            .fact
            .unwrap_or_else(|| Fact::constant(0))
    }

    pub(super) fn global(&self, global: u32) -> Fact {
        let known = &self.globals[global as usize];
        known.fact.unwrap_or(known.anything)
    }

    pub(super) fn calls(&mut self, function: u32, arguments: &[Fact]) {
        let params = &mut self.params[function as usize];
        let mut changed = !std::mem::replace(&mut self.reached[function as usize], true);
        for (param, argument) in params.iter_mut().zip(arguments) {
            changed |= param.add(*argument);
        }
        if changed {
            self.pending.insert(function);
        }
    }

    pub(super) fn returns(&mut self, function: u32, fact: Fact) {
        if self.results[function as usize].add(fact) {
            let reached = &self.reached;
            let callers = self.callers[function as usize].iter();
            self.pending
                .extend(callers.filter(|caller| reached[**caller as usize]));
        }
    }

    pub(super) fn sets_global(&mut self, global: u32, fact: Fact) {
        if self.globals[global as usize].add(fact) {
            let reached = &self.reached;
            let readers = self.readers[global as usize].iter();
            self.pending
                .extend(readers.filter(|reader| reached[**reader as usize]));
        }
    }
}
