//! Statements and control flow.

use std::fmt::Write;

use wasmparser::ValType;

use crate::analysis::{Fact, assigned_in};
use crate::emit::{Breakable, Emitter, unknown};
use crate::ir::{Case, Expr, IntBinary, Label, Stmt, Var, Width};
use crate::shape::{FUNCTION_END, not};

impl Emitter<'_> {
    pub(super) fn list(&mut self, list: &[Stmt]) {
        let mut rest = list;
        while let [stmt, after @ ..] = rest {
            rest = after;
            match (stmt, after) {
                // The stack pointer goes into a local and back: one statement.
                (Stmt::Set(var, value), [Stmt::SetGlobal(global, Expr::Var(same)), after @ ..])
                    if same == var =>
                {
                    let name = self.shared.module.names.global(*global);
                    let target = format!("{}->{name}=", self.this);
                    self.set(*var, value, &target);
                    let fact = self.facts[*var as usize];
                    self.shared.summary.borrow_mut().sets_global(*global, fact);
                    rest = after;
                }
                _ => self.stmt(stmt),
            }
            self.temporaries.release();
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Set(var, value) => self.set(*var, value, ""),
            Stmt::SetMany(vars, call) => {
                let call = self.expr(call).code;
                let names: Vec<&str> = vars
                    .iter()
                    .map(|var| self.names[*var as usize].as_str())
                    .collect();
                let line = format!("[{}]={};", names.join(","), call.text);
                self.line(line);
                for var in vars {
                    self.facts[*var as usize] = unknown(self.function.vars[*var as usize]);
                    self.keep_word(*var);
                }
            }
            Stmt::SetGlobal(global, value) => {
                let value = self.exact(value);
                self.shared
                    .summary
                    .borrow_mut()
                    .sets_global(*global, value.fact);
                let this = self.this;
                let name = self.shared.module.names.global(*global);
                self.line(format!("{this}->{name}={};", value.code.text));
            }
            Stmt::Store {
                access,
                address,
                offset,
                value,
            } => {
                self.store(*access, address, *offset, value);
            }
            Stmt::Eval(expr) => {
                let value = self.expr(expr).code;
                self.line(format!("{};", value.text));
            }
            Stmt::Return(Some(value)) => {
                let value = self.exact(value);
                self.shared
                    .summary
                    .borrow_mut()
                    .returns(self.index, value.fact);
                self.line(format!("return {};", value.code.text));
            }
            Stmt::Return(None) => self.line("return;"),
            Stmt::Unreachable => {
                let this = self.this;
                self.line(format!("{this}->unreachable();"));
            }
            Stmt::Branch(label) => self.branch(*label),
            Stmt::Block { end, body } => {
                self.line("do{");
                self.breakable(*end, None, body);
                self.line("}while(0);");
                self.join_end(*end, true);
            }
            Stmt::Loop { head, end, body } => self.endless(*head, *end, body),
            Stmt::DoWhile {
                end,
                body,
                condition,
            } => {
                self.forget_assigned(body);
                self.line("do{");
                self.count_round();
                self.words.enter_loop();
                self.breakable(*end, None, body);
                let condition = self.condition(condition);
                self.words.leave_loop();
                self.line(format!("}}while({});", condition.text));
                self.join_end(*end, true);
            }
            Stmt::If {
                condition,
                then,
                otherwise,
            } => self.branches(condition, then, otherwise),
            Stmt::Switch { end, index, cases } => self.switch(*end, index, cases),
        }
    }

    /// Sets a variable; `target` is written before, to be set to the same.
    fn set(&mut self, var: Var, value: &Expr, target: &str) {
        let name = self.names[var as usize].clone();
        if let Expr::IntBinary(Width::W32, IntBinary::Add, a, b) = value
            && let (Expr::Var(same), Expr::I32(step)) = (&**a, &**b)
            && *same == var
        {
            let sum = self.expr(value);
            let step = *step as i32;
            if sum.fact.is_u32() && step != i32::MIN {
                let op = if step < 0 { "-=" } else { "+=" };
                self.line(format!("{target}{name}{op}{};", step.unsigned_abs()));
                self.keep_word(var);
                self.facts[var as usize] = sum.fact;
                return;
            }
        }
        let value = self.exact(value);
        self.line(format!("{target}{name}={};", value.code.text));
        self.keep_word(var);
        self.facts[var as usize] = match self.function.vars[var as usize] {
            ValType::I32 | ValType::I64 => value.fact,
            other => unknown(other),
        };
    }

    fn branch(&mut self, label: Label) {
        let levels = self.breakables.iter().rev();
        let found = levels.enumerate().find_map(|(depth, breakable)| {
            let word = if breakable.end == label {
                "break"
            } else if breakable.head == Some(label) {
                "continue"
            } else {
                return None;
            };
            Some((word, depth + 1))
        });
        match found {
            _ if label == FUNCTION_END => self.line("return;"),
            Some((word, 1)) => self.line(format!("{word};")),
            Some((word, depth)) => self.line(format!("{word} {depth};")),
            None => unreachable!("a branch goes to a construct around it"),
        }
        let facts = self.facts.clone();
        self.ends
            .entry(label)
            .and_modify(|known| join(known, &facts))
            .or_insert(facts);
    }

    /// The body of something that `break` leaves.
    fn breakable(&mut self, end: Label, head: Option<Label>, body: &[Stmt]) {
        self.breakables.push(Breakable { end, head });
        self.list(body);
        self.breakables.pop();
    }

    /// Continues behind a construct with what all ways to its end have in common.
    fn join_end(&mut self, end: Label, falls: bool) {
        if let Some(known) = self.ends.remove(&end) {
            if falls {
                join(&mut self.facts, &known);
            } else {
                self.facts = known;
            }
        }
    }

    fn count_round(&mut self) {
        if self.shared.profile {
            let count = self.count();
            self.line(count);
        }
    }

    fn endless(&mut self, head: Label, end: Label, body: &[Stmt]) {
        self.forget_assigned(body);
        let body = match body {
            [
                Stmt::If {
                    condition,
                    then,
                    otherwise,
                },
                rest @ ..,
            ] if otherwise.is_empty() && matches!(then[..], [Stmt::Branch(to)] if to == end) => {
                let condition = self.condition(&not(condition.clone()));
                self.line(format!("while({}){{", condition.text));
                self.ends.insert(end, self.facts.clone());
                rest
            }
            _ => {
                self.line("while(1){");
                body
            }
        };
        self.count_round();
        self.words.enter_loop();
        self.breakable(end, Some(head), body);
        self.words.leave_loop();
        self.line("}");
        self.ends.remove(&head);
        self.join_end(end, false);
    }

    /// Forgets what is known of the variables that a loop sets, since its head is reached again.
    fn forget_assigned(&mut self, body: &[Stmt]) {
        for var in assigned_in(body) {
            self.facts[var as usize] = unknown(self.function.vars[var as usize]);
        }
    }

    fn branches(&mut self, condition: &Expr, then: &[Stmt], otherwise: &[Stmt]) {
        // PHP has no cheap negation that holds for a NaN too: the other side comes first, even if empty.
        if let Expr::Eqz(_, inner) = condition
            && matches!(**inner, Expr::FloatCompare(..))
        {
            return self.branches(inner, otherwise, then);
        }
        let condition = self.condition(condition);
        self.temporaries.release();
        let before = self.facts.clone();
        self.line(format!("if({}){{", condition.text));
        let start = self.out.len();
        self.list(then);
        self.unwrap_single(start, "");
        let after_then = std::mem::replace(&mut self.facts, before);
        if !otherwise.is_empty() {
            let is_chain = matches!(otherwise, [Stmt::If { .. }]);
            let start = self.out.len();
            self.line(if is_chain { "else" } else { "else{" });
            let body = self.out.len();
            self.list(otherwise);
            if is_chain {
                // What the condition needed computed before it stands between.
                if self.out[body..].starts_with("if(") {
                    self.out.replace_range(body - 1..body, "");
                } else {
                    self.out.replace_range(start..body, "else{\n");
                    self.line("}");
                }
            } else {
                self.unwrap_single(body, " ");
            }
        }
        let leaves = |list: &[Stmt]| list.last().is_some_and(Stmt::leaves);
        if leaves(otherwise) {
            self.facts = after_then;
        } else if !leaves(then) {
            join(&mut self.facts, &after_then);
        }
    }

    /// Closes the braces that were opened before `start`, or leaves them out around one statement.
    fn unwrap_single(&mut self, start: usize, space: &str) {
        let body = &self.out[start..];
        let single = body.trim_end().find('\n').is_none();
        let plain = ["break", "continue", "return", "$"]
            .iter()
            .any(|word| body.starts_with(word));
        if single && plain && body.ends_with(";\n") {
            self.out.replace_range(start - 2..start, space);
        } else {
            self.line("}");
        }
    }

    fn switch(&mut self, end: Label, index: &Expr, cases: &[Case]) {
        let index = self.exact(index).code;
        self.temporaries.release();
        self.line(format!("switch({}){{", index.text));
        let before = self.facts.clone();
        self.breakables.push(Breakable { end, head: None });
        let mut falls = false;
        for case in cases {
            let mut labels = String::new();
            for value in &case.values {
                let _ = write!(labels, "case {value}:");
            }
            if case.is_default {
                labels.push_str("default:");
            }
            self.line(labels);
            if falls {
                join(&mut self.facts, &before);
            } else {
                self.facts.clone_from(&before);
            }
            self.list(&case.body);
            falls = !case.body.last().is_some_and(Stmt::leaves);
        }
        self.breakables.pop();
        self.line("}");
        self.join_end(end, falls);
    }
}

fn join(facts: &mut [Fact], others: &[Fact]) {
    for (fact, other) in facts.iter_mut().zip(others) {
        *fact = fact.join(*other);
    }
}
