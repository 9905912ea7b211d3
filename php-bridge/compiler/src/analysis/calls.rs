//! The call graph: which functions come to memory, which may call themselves, and what a call through
//! a table can reach.
//!
//! What is outside of the module is one node: imported functions and tables that can change lead
//! there, and from there any function can be called that is exported or referred to.

use std::collections::BTreeMap;

use crate::ir::{Expr, Function, Stmt, walk, walk_exprs};
use crate::module::{Item, Module};

/// A call through a table is followed to this many functions.
const MAX_FOLLOWED: usize = 256;

pub(crate) struct CallGraph {
    /// Whether each function uses memory, itself or through those it calls.
    pub(crate) uses_memory: Vec<bool>,
    /// Whether each function can come back to itself.
    pub(crate) recursive: Vec<bool>,
    /// The functions that each function calls.
    pub(crate) callees: Vec<Vec<u32>>,
    /// Whether each function is exported, or has a reference that can be had outside.
    pub(crate) exposed: Vec<bool>,
    /// Whether each function has such a reference.
    pub(crate) referenced: Vec<bool>,
    dispatchers: BTreeMap<(u32, u32), Dispatcher>,
}

/// How functions of one type are called through a table that nothing can change.
#[derive(Default)]
pub(crate) struct Dispatcher {
    /// The slots and the functions in them.
    pub(crate) slots: Vec<(u32, u32)>,
    /// The functions, each once.
    pub(crate) functions: Vec<u32>,
    /// One of them needs memory.
    pub(crate) memory: bool,
    /// One of them counts its depth.
    pub(crate) depth: bool,
}

impl Dispatcher {
    /// Whether there are so many functions that what is known of each is not followed through calls.
    pub(crate) fn is_wide(&self) -> bool {
        self.functions.len() > MAX_FOLLOWED
    }
}

impl CallGraph {
    pub(crate) fn new(module: &Module<'_>, functions: &[Function]) -> Self {
        let outside = functions.len();
        let mut dispatchers = dispatchers(module, functions);
        let wide: BTreeMap<_, _> = dispatchers
            .iter()
            .filter(|(_, dispatcher)| dispatcher.is_wide())
            .map(|(key, _)| *key)
            .zip(outside as u32 + 1..)
            .collect();
        let mut callees: Vec<Vec<u32>> = functions
            .iter()
            .map(|function| callees_of(module, &dispatchers, &wide, function, outside as u32))
            .collect();
        let referenced = referenced(module, functions);
        let mut exposed = referenced.clone();
        for export in &module.exports {
            if let Item::Function(function) = export.item {
                exposed[function as usize] = true;
            }
        }
        callees.push(
            (0..)
                .zip(&exposed)
                .filter_map(|(index, is)| is.then_some(index))
                .collect(),
        );
        callees.extend(wide_nodes(&dispatchers).map(|dispatcher| dispatcher.functions.clone()));
        let uses_memory = uses_memory(functions, &callees);
        let component = components(&callees);
        let recursive = callees.iter().zip(&component).map(|(callees, own)| {
            callees
                .iter()
                .any(|callee| component[*callee as usize] == *own)
        });
        let recursive: Vec<bool> = recursive.collect();
        callees.truncate(outside);
        for callees in &mut callees {
            callees.retain(|callee| (*callee as usize) < outside);
        }
        for dispatcher in dispatchers.values_mut() {
            let functions = || {
                dispatcher
                    .functions
                    .iter()
                    .map(|function| *function as usize)
            };
            dispatcher.memory = functions().any(|function| uses_memory[function]);
            dispatcher.depth = functions().any(|function| recursive[function]);
        }
        Self {
            uses_memory,
            recursive,
            callees,
            exposed,
            referenced,
            dispatchers,
        }
    }

    /// The functions that are called in ways that are not followed.
    pub(crate) fn wide_callees(&self) -> impl Iterator<Item = u32> {
        let functions = |dispatcher: &Dispatcher| dispatcher.functions.clone();
        wide_nodes(&self.dispatchers).flat_map(functions)
    }

    /// All dispatchers, by the table and the type.
    pub(crate) fn dispatchers(&self) -> impl Iterator<Item = ((u32, u32), &Dispatcher)> {
        self.dispatchers
            .iter()
            .map(|(key, dispatcher)| (*key, dispatcher))
    }

    /// How functions of a type are called through a table, if nothing can change it. The type is
    /// the first of those that are equal.
    pub(crate) fn dispatcher(&self, table: u32, canonical: u32) -> Option<&Dispatcher> {
        self.dispatchers.get(&(table, canonical))
    }
}

/// For each table that nothing can change and each type that is called through it, what is there.
fn dispatchers(module: &Module<'_>, functions: &[Function]) -> BTreeMap<(u32, u32), Dispatcher> {
    let mut dispatchers: BTreeMap<(u32, u32), Dispatcher> = BTreeMap::new();
    for function in functions {
        walk_exprs(&function.body, &mut |expr| {
            if let Expr::CallIndirect { table, ty, .. } = expr
                && module.tables[*table as usize].fixed.is_some()
            {
                let canonical = module.canonical[*ty as usize];
                dispatchers.entry((*table, canonical)).or_default();
            }
        });
    }
    for (table, slots) in (0..).zip(&module.tables) {
        for (slot, function) in slots.fixed.iter().flatten() {
            let ty = module.functions[*function as usize];
            let canonical = module.canonical[ty as usize];
            if let Some(dispatcher) = dispatchers.get_mut(&(table, canonical)) {
                dispatcher.slots.push((*slot, *function));
                dispatcher.functions.push(*function);
            }
        }
    }
    for dispatcher in dispatchers.values_mut() {
        dispatcher.functions.sort_unstable();
        dispatcher.functions.dedup();
    }
    dispatchers
}

/// The functions that a reference can be had of, which may be called from anywhere.
fn referenced(module: &Module<'_>, functions: &[Function]) -> Vec<bool> {
    let mut referenced = vec![false; functions.len()];
    let mut refers = |expr: &Expr| {
        if let Expr::RefFunc(function) = expr {
            referenced[*function as usize] = true;
        }
    };
    for element in &module.elements {
        let is_fixed = element
            .target
            .as_ref()
            .is_some_and(|(table, _)| module.tables[*table as usize].fixed.is_some());
        if !element.is_declared && !is_fixed {
            element.items.iter().for_each(&mut refers);
        }
    }
    for function in functions {
        walk_exprs(&function.body, &mut refers);
    }
    referenced
}

/// The dispatchers that are nodes of the graph by themselves.
fn wide_nodes(dispatchers: &BTreeMap<(u32, u32), Dispatcher>) -> impl Iterator<Item = &Dispatcher> {
    dispatchers
        .values()
        .filter(|dispatcher| dispatcher.is_wide())
}

/// The nodes that a function leads to: functions, what is outside, and wide dispatchers behind that.
fn callees_of(
    module: &Module<'_>,
    dispatchers: &BTreeMap<(u32, u32), Dispatcher>,
    wide: &BTreeMap<(u32, u32), u32>,
    function: &Function,
    outside: u32,
) -> Vec<u32> {
    let mut callees = Vec::new();
    walk_exprs(&function.body, &mut |expr| match expr {
        Expr::Call { function, .. } => callees.push(*function),
        Expr::CallImport { .. } => callees.push(outside),
        Expr::CallIndirect { table, ty, .. } => {
            let canonical = module.canonical[*ty as usize];
            let key = (*table, canonical);
            match (wide.get(&key), dispatchers.get(&key)) {
                (Some(node), _) => callees.push(*node),
                (None, Some(dispatcher)) => callees.extend(&dispatcher.functions),
                (None, None) => callees.push(outside),
            }
        }
        _ => {}
    });
    callees.sort_unstable();
    callees.dedup();
    callees
}

/// Whether each node comes to memory. The one behind the functions is what is outside, which does so
/// by itself.
fn uses_memory(functions: &[Function], callees: &[Vec<u32>]) -> Vec<bool> {
    let outside = functions.len();
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); callees.len()];
    for (caller, callees) in callees.iter().enumerate() {
        for callee in callees.iter().filter(|_| caller != outside) {
            callers[*callee as usize].push(caller);
        }
    }
    let mut uses: Vec<bool> = functions.iter().map(touches_memory).collect();
    uses.resize(callees.len(), false);
    let mut work: Vec<usize> = (0..uses.len()).filter(|node| uses[*node]).collect();
    while let Some(node) = work.pop() {
        for caller in &callers[node] {
            if !std::mem::replace(&mut uses[*caller], true) {
                work.push(*caller);
            }
        }
    }
    uses
}

fn touches_memory(function: &Function) -> bool {
    let mut found = false;
    walk(&function.body, &mut |stmt| {
        found = found || matches!(stmt, Stmt::Store { .. })
    });
    walk_exprs(&function.body, &mut |expr| {
        found = found || matches!(expr, Expr::Load { .. })
    });
    found
}

/// Tarjan's algorithm, with its recursion as a stack of its own.
fn components(callees: &[Vec<u32>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let count = callees.len();
    let (mut index, mut low) = (vec![NONE; count], vec![NONE; count]);
    let (mut component, mut open) = (vec![NONE; count], Vec::new());
    let mut next = 0;
    for root in 0..count {
        if index[root] != NONE {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                index[node] = next;
                low[node] = next;
                next += 1;
                open.push(node);
            }
            if let Some(callee) = callees[node].get(edge) {
                let callee = *callee as usize;
                work.push((node, edge + 1));
                if index[callee] == NONE {
                    work.push((callee, 0));
                } else if component[callee] == NONE {
                    low[node] = low[node].min(index[callee]);
                }
                continue;
            }
            if low[node] == index[node] {
                while let Some(member) = open.pop() {
                    component[member] = node;
                    if member == node {
                        break;
                    }
                }
            }
            if let Some((parent, _)) = work.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
        }
    }
    component
}
