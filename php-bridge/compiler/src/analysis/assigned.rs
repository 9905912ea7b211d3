//! Definite assignment: PHP has no locals that begin as zero.

use std::collections::HashMap;

use crate::ir::{Function, Label, Stmt, Var, walk};

/// The variables that may be read before they are set, parameters left out: only these need the zero
/// that WebAssembly gives them.
pub(crate) fn read_before_set(function: &Function) -> Vec<Var> {
    let mut state = vec![false; function.vars.len()];
    state[..function.params.len()].fill(true);
    let mut flow = Flow {
        found: vec![false; function.vars.len()],
        ends: HashMap::new(),
    };
    flow.list(&function.body, Some(state));
    (0..)
        .zip(flow.found)
        .filter_map(|(var, found)| found.then_some(var))
        .collect()
}

/// Which variables are set; `None` where code cannot be reached.
type State = Option<Vec<bool>>;

struct Flow {
    found: Vec<bool>,
    ends: HashMap<Label, Vec<bool>>,
}

impl Flow {
    fn list(&mut self, list: &[Stmt], mut state: State) -> State {
        for stmt in list {
            state = self.stmt(stmt, state);
        }
        state
    }

    fn read(&mut self, stmt: &Stmt, state: &State) {
        let Some(state) = state else { return };
        stmt.exprs(&mut |expr| {
            let mut vars = Vec::new();
            vars.extend(crate::effects::Effects::of(expr).vars);
            for var in vars {
                self.found[var as usize] |= !state[var as usize];
            }
        });
    }

    fn leave_to(&mut self, label: Label, state: State) {
        if let Some(state) = state {
            let joined = join(self.ends.remove(&label), Some(state));
            self.ends.extend(joined.map(|state| (label, state)));
        }
    }

    fn stmt(&mut self, stmt: &Stmt, state: State) -> State {
        match stmt {
            Stmt::Set(..) | Stmt::SetMany(..) => {
                self.read(stmt, &state);
                state.map(|mut state| {
                    for var in stmt.targets() {
                        state[*var as usize] = true;
                    }
                    state
                })
            }
            Stmt::Block { end, body } => {
                let after = self.list(body, state);
                join(self.ends.remove(end), after)
            }
            Stmt::Loop { end, body, .. } => {
                self.list(body, state);
                self.ends.remove(end)
            }
            Stmt::DoWhile { end, body, .. } => {
                let after = self.list(body, state);
                self.read(stmt, &after);
                join(self.ends.remove(end), after)
            }
            Stmt::If {
                then, otherwise, ..
            } => {
                self.read(stmt, &state);
                let then = self.list(then, state.clone());
                let otherwise = self.list(otherwise, state);
                join(then, otherwise)
            }
            Stmt::Switch { end, cases, .. } => {
                self.read(stmt, &state);
                let mut after = None;
                for case in cases {
                    after = self.list(&case.body, join(after, state.clone()));
                }
                join(self.ends.remove(end), after)
            }
            Stmt::Branch(label) => {
                self.leave_to(*label, state);
                None
            }
            Stmt::Return(_) | Stmt::Unreachable => {
                self.read(stmt, &state);
                None
            }
            Stmt::SetGlobal(..) | Stmt::Store { .. } | Stmt::Eval(_) => {
                self.read(stmt, &state);
                state
            }
        }
    }
}

fn join(a: State, b: State) -> State {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.iter().zip(b).map(|(a, b)| *a && b).collect()),
        (a, b) => a.or(b),
    }
}

/// The variables that the list sets.
pub(crate) fn assigned_in(list: &[Stmt]) -> Vec<Var> {
    let mut vars = Vec::new();
    walk(list, &mut |stmt| vars.extend(stmt.targets()));
    vars
}
