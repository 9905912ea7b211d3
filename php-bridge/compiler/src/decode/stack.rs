//! The symbolic stack: expressions that wait to be consumed, and the temporaries that they move into.

use wasmparser::ValType;

use super::{Decoder, Entry, MAX_EXPR_DEPTH, is_var};
use crate::effects::Effects;
use crate::ir::{Expr, Stmt, Var};

impl Decoder<'_, '_> {
    pub(super) fn temporary(&mut self, ty: ValType) -> Var {
        let fitting = self
            .free
            .iter()
            .position(|var| self.vars[*var as usize] == ty);
        if let Some(index) = fitting {
            return self.free.swap_remove(index);
        }
        self.vars.push(ty);
        self.vars.len() as Var - 1
    }

    pub(super) fn push(&mut self, expr: Expr) {
        let effects = Effects::of(&expr);
        let depth = depth(&expr);
        self.stack.push(Entry {
            expr,
            effects,
            depth,
        });
        if depth > MAX_EXPR_DEPTH {
            let expr = self.pop();
            let expr = self.in_temporary(expr);
            self.push(expr);
        }
    }

    pub(super) fn pop_entry(&mut self) -> Entry {
        self.stack
            .pop()
            .expect("the validator has counted the stack")
    }

    pub(super) fn pop(&mut self) -> Expr {
        self.pop_entry().expr
    }

    pub(super) fn pop_many(&mut self, count: usize) -> Vec<Expr> {
        let rest = self.stack.split_off(self.stack.len() - count);
        rest.into_iter().map(|entry| entry.expr).collect()
    }

    pub(super) fn push_many(&mut self, exprs: &[Expr]) {
        exprs.iter().for_each(|expr| self.push(expr.clone()));
    }

    /// Sets a temporary to the expression and gives the temporary.
    pub(super) fn in_temporary(&mut self, expr: Expr) -> Expr {
        let var = self.temporary(self.type_of(&expr));
        self.emit(Stmt::Set(var, expr));
        Expr::Var(var)
    }

    /// An expression that no later statement changes.
    pub(super) fn stable(&mut self, expr: Expr) -> Expr {
        if self.is_stable(&expr) {
            expr
        } else {
            self.in_temporary(expr)
        }
    }

    pub(super) fn is_stable(&self, expr: &Expr) -> bool {
        match expr {
            Expr::I32(_) | Expr::I64(_) | Expr::F32(_) | Expr::F64(_) | Expr::RefNull => true,
            Expr::Var(var) => *var as usize >= self.locals,
            _ => false,
        }
    }

    pub(super) fn set(&mut self, var: Var, value: Expr) {
        if !is_var(&value, var) {
            self.emit(Stmt::Set(var, value));
        }
    }

    /// Adds a statement, after those entries of the stack that must be evaluated before it.
    pub(super) fn emit(&mut self, stmt: Stmt) {
        let mut effects = Effects::default();
        stmt.exprs(&mut |expr| effects.join(&Effects::of(expr)));
        effects.writes |= matches!(stmt, Stmt::Store { .. } | Stmt::SetGlobal(..));
        effects.may_trap |= matches!(stmt, Stmt::Store { .. });
        let used = effects.vars.clone();
        let mut first = Vec::new();
        for index in (0..self.stack.len()).rev() {
            let entry = &self.stack[index];
            if entry.effects.must_precede(&effects, stmt.targets()) {
                effects.join(&entry.effects);
                first.push(index);
            }
        }
        for index in first.into_iter().rev() {
            self.move_to_temporary(index);
        }
        self.list.push(stmt);
        self.release(&used);
    }

    pub(super) fn move_to_temporary(&mut self, index: usize) {
        let ty = self.type_of(&self.stack[index].expr);
        let var = self.temporary(ty);
        let entry = &mut self.stack[index];
        let expr = std::mem::replace(&mut entry.expr, Expr::Var(var));
        let used = std::mem::take(&mut entry.effects).vars;
        entry.effects.vars.push(var);
        entry.depth = 0;
        self.list.push(Stmt::Set(var, expr));
        self.release(&used);
    }

    /// Frees those temporaries of the list that nothing on the stack refers to any more.
    pub(super) fn release(&mut self, used: &[Var]) {
        for var in used.iter().filter(|var| **var as usize >= self.locals) {
            let waits = |entry: &Entry| entry.effects.vars.contains(var);
            let waiting = self.stack.iter().any(waits);
            let reserved = self.reserved.contains_key(var);
            if !waiting && !reserved && !self.free.contains(var) {
                self.free.push(*var);
            }
        }
    }

    /// Evaluates what has an effect now, since control flow may pass by its place of use.
    pub(super) fn settle(&mut self) {
        let impure = |entry: &Entry| !entry.effects.is_pure();
        if let Some(last) = self.stack.iter().rposition(impure) {
            for index in 0..=last {
                let effects = &self.stack[index].effects;
                if !effects.is_pure() || effects.reads_memory || effects.reads_globals {
                    self.move_to_temporary(index);
                }
            }
        }
    }
}

fn depth(expr: &Expr) -> usize {
    let mut deepest = 0;
    expr.operands(&mut |operand| deepest = deepest.max(depth(operand)));
    deepest + 1
}
