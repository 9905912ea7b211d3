//! The call graph: which functions come to memory, and which may call themselves.

use crate::ir::{Expr, Function, Stmt, walk, walk_exprs};
use crate::module::Module;

pub(crate) struct CallGraph {
    /// Whether each function uses memory, itself or through those it calls.
    pub(crate) uses_memory: Vec<bool>,
    /// Whether each function can come back to itself.
    pub(crate) recursive: Vec<bool>,
    /// The functions that each function calls.
    pub(crate) callees: Vec<Vec<u32>>,
}

impl CallGraph {
    pub(crate) fn new(module: &Module<'_>, functions: &[Function]) -> Self {
        let callees: Vec<Vec<u32>> = functions
            .iter()
            .map(|function| callees(module, function))
            .collect();
        let mut uses_memory: Vec<bool> = functions.iter().map(touches_memory).collect();
        loop {
            let mut changed = false;
            for (function, callees) in callees.iter().enumerate() {
                if !uses_memory[function] && callees.iter().any(|c| uses_memory[*c as usize]) {
                    uses_memory[function] = true;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let component = components(&callees);
        let recursive = callees.iter().zip(&component).map(|(callees, own)| {
            callees
                .iter()
                .any(|callee| component[*callee as usize] == *own)
        });
        let recursive = recursive.collect();
        Self {
            uses_memory,
            recursive,
            callees,
        }
    }
}

/// The functions that a table slot of this type can hold.
pub(crate) fn indirect_callees<'m>(
    module: &'m Module<'_>,
    ty: u32,
) -> impl Iterator<Item = (u32, u32)> + 'm {
    let table = module
        .table
        .iter()
        .flat_map(|table| table.elements.iter().copied());
    table.filter(move |(_, function)| *module.function_type(*function) == module.types[ty as usize])
}

fn callees(module: &Module<'_>, function: &Function) -> Vec<u32> {
    let mut callees = Vec::new();
    walk_exprs(&function.body, &mut |expr| match expr {
        Expr::Call { function, .. } => callees.push(*function),
        Expr::CallIndirect { ty, .. } => {
            callees.extend(indirect_callees(module, *ty).map(|(_, function)| function));
        }
        _ => {}
    });
    callees.sort_unstable();
    callees.dedup();
    callees
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
