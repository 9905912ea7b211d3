//! Puts small functions in where they are called: to PHP a call costs as much as twenty operations.
//!
//! This happens before the blocks of functions are shaped. What was a `return` becomes a branch to the
//! end of a block, and shaping makes most of these blocks disappear.

use wasmparser::ValType;

use crate::analysis::{CallGraph, assigned_in, read_before_set};
use crate::effects::Effects;
use crate::ir::{Expr, Function, IntCompare, Label, Stmt, Var, Width, walk, walk_exprs};

/// A function of at most this many parts goes in everywhere: the call of it would be as long.
const TINY: usize = 3;

/// A function of at most this many parts goes into those that are written for speed.
const SMALL: usize = 12;

/// No function grows to more parts than this.
const LARGE: usize = 2000;

/// Puts calls of small functions in line.
pub(crate) fn inline(functions: &mut [Function], graph: &CallGraph, fast: &[bool]) {
    let mut sizes: Vec<usize> = functions.iter().map(size).collect();
    for caller in callees_first(graph, functions.len()) {
        let function = &mut functions[caller];
        let mut body = std::mem::take(&mut function.body);
        let mut inliner = Inliner {
            vars: std::mem::take(&mut function.vars),
            labels: last_label(&body),
            size: sizes[caller],
            fast: fast[caller],
            functions,
            graph,
            sizes: &sizes,
            free: Vec::new(),
        };
        inliner.list(&mut body);
        let (vars, size) = (inliner.vars, inliner.size);
        functions[caller].vars = vars;
        functions[caller].body = body;
        sizes[caller] = size;
    }
}

/// The functions in an order in which those that a function calls come before it, but for recursion.
fn callees_first(graph: &CallGraph, count: usize) -> Vec<usize> {
    let mut order = Vec::with_capacity(count);
    let mut seen = vec![false; count];
    for root in 0..count {
        let mut work = vec![(root, 0)];
        while let Some((function, edge)) = work.pop() {
            if edge == 0 && std::mem::replace(&mut seen[function], true) {
                continue;
            }
            match graph.callees[function].get(edge) {
                Some(callee) => work.extend([(function, edge + 1), (*callee as usize, 0)]),
                None => order.push(function),
            }
        }
    }
    order
}

/// How many statements and operators a function has.
fn size(function: &Function) -> usize {
    let mut size = 0;
    walk(&function.body, &mut |_| size += 1);
    walk_exprs(&function.body, &mut |expr| {
        let is_leaf = matches!(
            expr,
            Expr::Var(_) | Expr::I32(_) | Expr::I64(_) | Expr::F32(_) | Expr::F64(_)
        );
        size += usize::from(!is_leaf);
    });
    size
}

fn last_label(body: &[Stmt]) -> Label {
    let mut last = 0;
    walk(body, &mut |stmt| match stmt {
        Stmt::Block { end, .. } | Stmt::Switch { end, .. } => last = last.max(*end),
        Stmt::Loop { head, end, .. } => last = last.max(*head).max(*end),
        _ => {}
    });
    last
}

/// Where the result of a function goes that is put in.
#[derive(Clone, Copy)]
enum Target {
    Nowhere,
    Var(Var),
    /// The caller returns it too.
    Return,
}

struct Inliner<'f> {
    functions: &'f [Function],
    graph: &'f CallGraph,
    sizes: &'f [usize],
    /// The caller's.
    vars: Vec<ValType>,
    labels: Label,
    size: usize,
    fast: bool,
    /// Variables that were added and are not in use.
    free: Vec<Var>,
}

impl Inliner<'_> {
    fn list(&mut self, list: &mut Vec<Stmt>) {
        for mut stmt in std::mem::take(list) {
            stmt.lists_mut(&mut |inner| self.list(inner));
            self.stmt(stmt, list);
        }
    }

    /// Adds a statement, after what its calls have become.
    fn stmt(&mut self, mut stmt: Stmt, list: &mut Vec<Stmt>) {
        let mut results = Vec::new();
        loop {
            let mut before = Effects::default();
            let mut path = Vec::new();
            let found = stmt
                .exprs_mut()
                .into_iter()
                .position(|expr| self.find(expr, &mut before, &mut path));
            let Some(index) = found else { break };
            let call = follow(stmt.exprs_mut().swap_remove(index), &path);
            let Expr::Call {
                function,
                arguments,
            } = std::mem::replace(call, Expr::I32(0))
            else {
                unreachable!("that is what was looked for")
            };
            let target = match stmt {
                Stmt::Set(var, _) if path.is_empty() => Target::Var(var),
                Stmt::Eval(_) if path.is_empty() => Target::Nowhere,
                Stmt::Return(_) if path.is_empty() => Target::Return,
                _ => {
                    let var = self.variable(self.functions[function as usize].results[0]);
                    results.push(var);
                    *follow(stmt.exprs_mut().swap_remove(index), &path) = Expr::Var(var);
                    Target::Var(var)
                }
            };
            self.put_in(function, arguments, target, list);
            if path.is_empty() && !matches!(target, Target::Var(var) if results.contains(&var)) {
                return;
            }
        }
        list.push(stmt);
        self.free.extend(results);
    }

    /// Finds the first call that can be made before the rest of the statement; `before` is what would be
    /// evaluated before it, `path` the operands on the way to it, the last first.
    fn find(&self, expr: &mut Expr, before: &mut Effects, path: &mut Vec<usize>) -> bool {
        // Only one side of it is evaluated.
        if matches!(expr, Expr::Select(..)) {
            before.join(&Effects::of(expr));
            return false;
        }
        let can_wait = before.is_pure() && !before.reads_memory && !before.reads_globals;
        let found = expr
            .operands_mut()
            .into_iter()
            .position(|operand| self.find(operand, before, path));
        if let Some(index) = found {
            path.push(index);
            return true;
        }
        if let Expr::Call { function, .. } = expr
            && can_wait
            && self.takes(*function)
        {
            return true;
        }
        before.join(&Effects::of(expr));
        false
    }

    fn takes(&self, function: u32) -> bool {
        let function = function as usize;
        let limit = if self.fast { SMALL } else { TINY };
        let size = self.sizes[function];
        // Several results are one value only for the statement that takes them apart.
        self.functions[function].results.len() < 2
            && !self.graph.recursive[function]
            && size <= limit
            && self.size + size <= LARGE
    }

    fn variable(&mut self, ty: ValType) -> Var {
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

    /// Adds the body of a function, with its arguments in place of its parameters.
    fn put_in(
        &mut self,
        function: u32,
        arguments: Vec<Expr>,
        target: Target,
        list: &mut Vec<Stmt>,
    ) {
        let callee = &self.functions[function as usize];
        self.size += self.sizes[function as usize];
        let assigned = assigned_in(&callee.body);
        let mut added = Vec::new();
        let mut values: Vec<Expr> = Vec::with_capacity(callee.vars.len());
        for (param, argument) in (0..).zip(arguments) {
            let stays = matches!(argument, Expr::Var(_) | Expr::I32(_) | Expr::I64(_));
            if stays && !assigned.contains(&param) {
                values.push(argument);
                continue;
            }
            let var = self.variable(callee.vars[param as usize]);
            added.push(var);
            list.push(Stmt::Set(var, argument));
            values.push(Expr::Var(var));
        }
        for ty in &callee.vars[callee.params.len()..] {
            let var = self.variable(*ty);
            added.push(var);
            values.push(Expr::Var(var));
        }
        for local in read_before_set(callee) {
            if let Expr::Var(var) = values[local as usize] {
                list.push(Stmt::Set(var, zero(callee.vars[local as usize])));
            }
        }
        let end = self.labels + 1;
        let copy = Copy {
            values: &values,
            labels: end,
            end,
            target,
        };
        let mut body = callee.body.clone();
        copy.list(&mut body);
        self.labels = end + last_label(&callee.body);
        list.push(Stmt::Block { end, body });
        self.free.extend(added);
    }
}

fn zero(ty: ValType) -> Expr {
    match ty {
        ValType::I64 => Expr::I64(0),
        ValType::F32 => Expr::F32(0),
        ValType::F64 => Expr::F64(0),
        ValType::Ref(_) => Expr::RefNull,
        _ => Expr::I32(0),
    }
}

/// The operand that a path leads to.
fn follow<'e>(mut expr: &'e mut Expr, path: &[usize]) -> &'e mut Expr {
    for index in path.iter().rev() {
        expr = expr.operands_mut().swap_remove(*index);
    }
    expr
}

/// Makes a function's body a part of another function.
struct Copy<'v> {
    /// What stands for each variable.
    values: &'v [Expr],
    /// What is added to each label.
    labels: Label,
    /// Where a return goes.
    end: Label,
    target: Target,
}

impl Copy<'_> {
    fn list(&self, list: &mut Vec<Stmt>) {
        for mut stmt in std::mem::take(list) {
            for expr in stmt.exprs_mut() {
                self.expr(expr);
            }
            stmt.lists_mut(&mut |inner| self.list(inner));
            match stmt {
                Stmt::Return(value) => self.leave(value, list),
                Stmt::If {
                    condition,
                    then,
                    otherwise,
                } => match truth(&condition) {
                    Some(true) => list.extend(then),
                    Some(false) => list.extend(otherwise),
                    None => list.push(Stmt::If {
                        condition,
                        then,
                        otherwise,
                    }),
                },
                mut stmt => {
                    self.rename(&mut stmt);
                    list.push(stmt);
                }
            }
        }
    }

    fn leave(&self, value: Option<Expr>, list: &mut Vec<Stmt>) {
        match (self.target, value) {
            (Target::Return, value) => {
                list.push(Stmt::Return(value));
                return;
            }
            (Target::Var(var), Some(value)) => list.push(Stmt::Set(var, value)),
            (_, Some(value)) if !Effects::of(&value).is_pure() => list.push(Stmt::Eval(value)),
            _ => {}
        }
        list.push(Stmt::Branch(self.end));
    }

    fn rename(&self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Set(var, _) => *var = self.var(*var),
            Stmt::SetMany(vars, _) => vars.iter_mut().for_each(|var| *var = self.var(*var)),
            Stmt::Block { end, .. }
            | Stmt::Switch { end, .. }
            | Stmt::DoWhile { end, .. }
            | Stmt::Branch(end) => *end += self.labels,
            Stmt::Loop { head, end, .. } => {
                *head += self.labels;
                *end += self.labels;
            }
            _ => {}
        }
    }

    /// What stands for a variable that the function sets, which is a variable too.
    fn var(&self, var: Var) -> Var {
        match self.values[var as usize] {
            Expr::Var(new) => new,
            _ => var,
        }
    }

    fn expr(&self, expr: &mut Expr) {
        if let Expr::Var(var) = expr {
            *expr = self.values[*var as usize].clone();
            return;
        }
        for operand in expr.operands_mut() {
            self.expr(operand);
        }
    }
}

/// What a condition is that arguments have made constant.
fn truth(condition: &Expr) -> Option<bool> {
    match condition {
        Expr::I32(value) => Some(*value != 0),
        Expr::Eqz(Width::W32, inner) => truth(inner).map(|truth| !truth),
        Expr::IntCompare(Width::W32, op, a, b) => match (&**a, &**b) {
            (Expr::I32(a), Expr::I32(b)) => Some(compare(*op, *a, *b)),
            _ => None,
        },
        _ => None,
    }
}

fn compare(op: IntCompare, a: u32, b: u32) -> bool {
    let (x, y) = (a.cast_signed(), b.cast_signed());
    match op {
        IntCompare::Eq => a == b,
        IntCompare::Ne => a != b,
        IntCompare::LtS => x < y,
        IntCompare::LtU => a < b,
        IntCompare::GtS => x > y,
        IntCompare::GtU => a > b,
        IntCompare::LeS => x <= y,
        IntCompare::LeU => a <= b,
        IntCompare::GeS => x >= y,
        IntCompare::GeU => a >= b,
    }
}
