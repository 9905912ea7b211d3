//! Decodes a function body: WebAssembly's stack becomes expression trees, its blocks become
//! structured statements.
//!
//! An expression stays on the symbolic stack until something consumes it. A statement that could
//! change its value, or be observed without it, first moves it into a temporary. Operands are
//! evaluated from left to right in PHP as in WebAssembly, so inside one tree nothing moves.

mod instantiate;
mod operator;

use wasmparser::{BlockType, FunctionBody, Operator, ValType};

use crate::effects::Effects;
use crate::error::Error;
use crate::ir::{Case, Expr, Function, Label, Stmt, Var};
use crate::module::Module;

pub(crate) use instantiate::instantiation;

/// Deeper trees are cut with a temporary, so that neither this compiler nor PHP's runs out of stack.
const MAX_EXPR_DEPTH: usize = 60;

/// Deeper nesting of blocks is refused, for the same reason. Compilers stay far below.
const MAX_BLOCK_DEPTH: usize = 1000;

/// An imported function: all that it does is to call what was given.
pub(crate) fn import(module: &Module<'_>, index: u32) -> Function {
    let ty = module.function_type(index);
    let call = Expr::CallImport {
        import: index,
        arguments: (0..ty.params().len() as Var).map(Expr::Var).collect(),
    };
    let body = match ty.results() {
        [] => vec![Stmt::Eval(call)],
        _ => vec![Stmt::Return(Some(call))],
    };
    Function {
        params: ty.params().to_vec(),
        results: ty.results().to_vec(),
        vars: ty.params().to_vec(),
        body,
    }
}

/// Decodes the body of a function. It has been validated.
pub(crate) fn function(
    module: &Module<'_>,
    index: u32,
    body: &FunctionBody<'_>,
) -> Result<Function, Error> {
    let ty = module.function_type(index);
    let mut vars = ty.params().to_vec();
    for local in body.get_locals_reader()? {
        let (count, ty) = local?;
        vars.extend((0..count).map(|_| ty));
    }
    let mut decoder = Decoder {
        module,
        locals: vars.len(),
        vars,
        free: Vec::new(),
        stack: Vec::new(),
        frames: Vec::new(),
        list: Vec::new(),
        labels: 0,
        dead: 0,
    };
    decoder.push_frame(Kind::Function, ty.results(), Vec::new());
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        decoder.operator(&operator, offset)?;
    }
    Ok(Function {
        params: ty.params().to_vec(),
        results: ty.results().to_vec(),
        vars: decoder.vars,
        body: decoder.list,
    })
}

struct Entry {
    expr: Expr,
    effects: Effects,
    depth: usize,
}

enum Kind {
    Function,
    Block,
    Loop {
        head: Label,
    },
    /// The condition, and the first list once `else` has been seen.
    If {
        condition: Expr,
        then: Option<Vec<Stmt>>,
    },
}

struct Frame {
    kind: Kind,
    end: Label,
    /// Where the values of the block go.
    results: Vec<Var>,
    /// What a loop or either side of an `if` begins with. Those of a loop are variables, which a branch
    /// to its head sets.
    params: Vec<Expr>,
    height: usize,
    /// The list that the block itself will be part of.
    outer: Vec<Stmt>,
}

struct Decoder<'m, 'a> {
    module: &'m Module<'a>,
    vars: Vec<ValType>,
    /// How many of `vars` the module declared; the rest are temporaries.
    locals: usize,
    free: Vec<Var>,
    stack: Vec<Entry>,
    frames: Vec<Frame>,
    list: Vec<Stmt>,
    labels: Label,
    /// Blocks opened in code that cannot be reached, plus one; 0 where code can be reached.
    dead: usize,
}

impl Decoder<'_, '_> {
    fn operator(&mut self, operator: &Operator<'_>, offset: u64) -> Result<(), Error> {
        if self.dead > 0 {
            match operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                    self.dead += 1;
                }
                Operator::End if self.dead > 1 => self.dead -= 1,
                Operator::Else if self.dead == 1 => self.otherwise(),
                Operator::End => self.end(),
                _ => {}
            }
            return Ok(());
        }
        match operator {
            Operator::Nop => {}
            Operator::Block { blockty } => self.block(Kind::Block, *blockty, offset)?,
            Operator::Loop { blockty } => {
                let head = self.label();
                self.block(Kind::Loop { head }, *blockty, offset)?;
            }
            Operator::If { blockty } => {
                let condition = self.pop();
                self.block(
                    Kind::If {
                        condition,
                        then: None,
                    },
                    *blockty,
                    offset,
                )?;
            }
            Operator::Else => self.otherwise(),
            Operator::End => self.end(),
            Operator::Br { relative_depth } => {
                let branch = self.branch(*relative_depth);
                self.leave(branch);
            }
            Operator::BrIf { relative_depth } => {
                let condition = self.pop();
                self.settle();
                // The values stay on the stack if the branch is not taken.
                let kept = self.pop_many(self.targets(*relative_depth).len());
                let kept: Vec<Expr> = kept.into_iter().map(|value| self.stable(value)).collect();
                self.push_many(&kept);
                let then = self.branch(*relative_depth);
                self.push_many(&kept);
                self.emit(Stmt::If {
                    condition,
                    then,
                    otherwise: Vec::new(),
                });
            }
            Operator::BrTable { targets } => self.br_table(targets)?,
            Operator::Return => {
                let branch = self.branch(self.frames.len() as u32 - 1);
                self.leave(branch);
            }
            Operator::Unreachable => self.leave(vec![Stmt::Unreachable]),
            Operator::Drop => {
                let entry = self.pop_entry();
                if !entry.effects.is_pure() {
                    self.emit(Stmt::Eval(entry.expr));
                }
            }
            Operator::LocalGet { local_index } => self.push(Expr::Var(*local_index)),
            Operator::LocalSet { local_index } => {
                let value = self.pop();
                self.set(*local_index, value);
            }
            Operator::LocalTee { local_index } => {
                let value = self.pop();
                self.set(*local_index, value);
                self.push(Expr::Var(*local_index));
            }
            Operator::GlobalSet { global_index } => {
                let value = self.pop();
                self.emit(Stmt::SetGlobal(*global_index, value));
            }
            Operator::Select | Operator::TypedSelect { .. } => self.select(),
            _ => self.value(operator, offset)?,
        }
        Ok(())
    }

    fn label(&mut self) -> Label {
        self.labels += 1;
        self.labels
    }

    fn temporary(&mut self, ty: ValType) -> Var {
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

    fn push(&mut self, expr: Expr) {
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

    fn pop_entry(&mut self) -> Entry {
        self.stack
            .pop()
            .expect("the validator has counted the stack")
    }

    fn pop(&mut self) -> Expr {
        self.pop_entry().expr
    }

    fn pop_many(&mut self, count: usize) -> Vec<Expr> {
        let rest = self.stack.split_off(self.stack.len() - count);
        rest.into_iter().map(|entry| entry.expr).collect()
    }

    fn push_many(&mut self, exprs: &[Expr]) {
        exprs.iter().for_each(|expr| self.push(expr.clone()));
    }

    /// Sets a temporary to the expression and gives the temporary.
    fn in_temporary(&mut self, expr: Expr) -> Expr {
        let var = self.temporary(self.type_of(&expr));
        self.emit(Stmt::Set(var, expr));
        Expr::Var(var)
    }

    /// An expression that no later statement changes.
    fn stable(&mut self, expr: Expr) -> Expr {
        if self.is_stable(&expr) {
            expr
        } else {
            self.in_temporary(expr)
        }
    }

    fn is_stable(&self, expr: &Expr) -> bool {
        match expr {
            Expr::I32(_) | Expr::I64(_) | Expr::F32(_) | Expr::F64(_) | Expr::RefNull => true,
            Expr::Var(var) => *var as usize >= self.locals,
            _ => false,
        }
    }

    fn set(&mut self, var: Var, value: Expr) {
        if !is_var(&value, var) {
            self.emit(Stmt::Set(var, value));
        }
    }

    /// Adds a statement, after those entries of the stack that must be evaluated before it.
    fn emit(&mut self, stmt: Stmt) {
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

    fn move_to_temporary(&mut self, index: usize) {
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
    fn release(&mut self, used: &[Var]) {
        for var in used {
            let waiting = self
                .stack
                .iter()
                .any(|entry| entry.effects.vars.contains(var));
            let reserved = self.frames.iter().any(|frame| {
                let is_param = |param: &Expr| matches!(param, Expr::Var(param) if param == var);
                frame.results.contains(var) || frame.params.iter().any(is_param)
            });
            if *var as usize >= self.locals && !waiting && !reserved && !self.free.contains(var) {
                self.free.push(*var);
            }
        }
    }

    /// Evaluates what has an effect now, since control flow may pass by its place of use.
    fn settle(&mut self) {
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

    fn frame(&self, depth: u32) -> &Frame {
        &self.frames[self.frames.len() - 1 - depth as usize]
    }

    /// The variables that take the values of a branch.
    fn targets(&self, depth: u32) -> Vec<Var> {
        let frame = self.frame(depth);
        match frame.kind {
            Kind::Loop { .. } => variables(&frame.params),
            _ => frame.results.clone(),
        }
    }

    /// The statements of a branch; takes its values from the stack.
    fn branch(&mut self, depth: u32) -> Vec<Stmt> {
        let targets = self.targets(depth);
        let values = self.pop_many(targets.len());
        let frame = self.frame(depth);
        let label = match frame.kind {
            Kind::Function => return vec![return_of(values)],
            Kind::Loop { head } => head,
            _ => frame.end,
        };
        let mut stmts = self.assignments(&targets, values);
        stmts.push(Stmt::Branch(label));
        stmts
    }

    /// Sets all targets as if at once: a value may mention the targets before it.
    fn assignments(&mut self, targets: &[Var], values: Vec<Expr>) -> Vec<Stmt> {
        let mentions = |value: &Expr, vars: &[Var]| {
            let used = Effects::of(value).vars;
            used.iter().any(|var| vars.contains(var))
        };
        let clash = (0..)
            .zip(&values)
            .any(|(index, value)| mentions(value, &targets[..index]));
        let pairs = targets.iter().zip(values);
        if !clash {
            let changes = pairs.filter(|(var, value)| !is_var(value, **var));
            return changes.map(|(var, value)| Stmt::Set(*var, value)).collect();
        }
        let (mut first, mut then, mut used) = (Vec::new(), Vec::new(), Vec::new());
        for (target, value) in pairs {
            let var = self.temporary(self.type_of(&value));
            first.push(Stmt::Set(var, value));
            then.push(Stmt::Set(*target, Expr::Var(var)));
            used.push(var);
        }
        self.free.append(&mut used);
        first.append(&mut then);
        first
    }

    /// Adds statements after which the code of this block cannot be reached.
    fn leave(&mut self, stmts: Vec<Stmt>) {
        let height = self.frames.last().map_or(0, |frame| frame.height);
        for entry in self.stack.split_off(height) {
            if !entry.effects.is_pure() {
                self.list.push(Stmt::Eval(entry.expr));
            }
        }
        self.list.extend(stmts);
        self.dead = 1;
    }

    fn block(&mut self, kind: Kind, ty: BlockType, offset: u64) -> Result<(), Error> {
        if self.frames.len() > MAX_BLOCK_DEPTH {
            let what = format!("nesting of more than {MAX_BLOCK_DEPTH} blocks");
            return Err(Error::unsupported(what, offset));
        }
        let (params, results) = match ty {
            BlockType::Empty => (&[][..], &[][..]),
            BlockType::Type(ref ty) => (&[][..], std::slice::from_ref(ty)),
            BlockType::FuncType(index) => {
                let ty = &self.module.types[index as usize];
                (ty.params(), ty.results())
            }
        };
        for index in 0..self.stack.len() {
            if !self.is_stable(&self.stack[index].expr) {
                self.move_to_temporary(index);
            }
        }
        let values = self.pop_many(params.len());
        let params = match kind {
            Kind::Loop { .. } => {
                let vars: Vec<Var> = params.iter().map(|ty| self.temporary(*ty)).collect();
                let sets = vars.iter().zip(&values);
                let sets = sets.map(|(var, value)| Stmt::Set(*var, value.clone()));
                self.list.extend(sets);
                self.release(&variables(&values));
                vars.into_iter().map(Expr::Var).collect()
            }
            _ => values,
        };
        self.push_frame(kind, results, params.clone());
        self.push_many(&params);
        Ok(())
    }

    fn push_frame(&mut self, kind: Kind, results: &[ValType], params: Vec<Expr>) {
        let end = self.label();
        let results = results.iter().map(|ty| self.temporary(*ty)).collect();
        self.frames.push(Frame {
            kind,
            end,
            results,
            params,
            height: self.stack.len(),
            outer: std::mem::take(&mut self.list),
        });
    }

    /// Sets the results of the innermost block, where its end is reached.
    fn finish_list(&mut self) -> Vec<Stmt> {
        let frame = self.frames.last().expect("a list belongs to a frame");
        let (results, end) = (frame.results.clone(), frame.end);
        let (is_loop, is_function) = (
            matches!(frame.kind, Kind::Loop { .. }),
            matches!(frame.kind, Kind::Function),
        );
        if self.dead == 0 {
            let values = self.pop_many(results.len());
            if is_function {
                self.list.push(return_of(values));
            } else {
                for (var, value) in results.into_iter().zip(values) {
                    self.set(var, value);
                }
            }
            if is_loop {
                self.list.push(Stmt::Branch(end));
            }
        }
        self.dead = 0;
        std::mem::take(&mut self.list)
    }

    fn otherwise(&mut self) {
        let list = self.finish_list();
        if let Some(Frame {
            kind: Kind::If { then, .. },
            height,
            params,
            ..
        }) = self.frames.last_mut()
        {
            *then = Some(list);
            self.stack.truncate(*height);
            let params = params.clone();
            self.push_many(&params);
        }
    }

    fn end(&mut self) {
        if let Some(Frame {
            kind: Kind::If { then: None, .. },
            results,
            ..
        }) = self.frames.last()
            && !results.is_empty()
        {
            // What it was given is what it gives.
            self.otherwise();
        }
        let body = self.finish_list();
        let frame = self
            .frames
            .pop()
            .expect("the validator has paired the blocks");
        self.stack.truncate(frame.height);
        self.list = frame.outer;
        let end = frame.end;
        match frame.kind {
            Kind::Function => {
                self.list = body;
                return;
            }
            Kind::Block => self.list.push(Stmt::Block { end, body }),
            Kind::Loop { head } => self.list.push(Stmt::Loop { head, end, body }),
            Kind::If { condition, then } => {
                let (then, otherwise) = match then {
                    Some(then) => (then, body),
                    None => (body, Vec::new()),
                };
                let body = vec![Stmt::If {
                    condition,
                    then,
                    otherwise,
                }];
                self.list.push(Stmt::Block { end, body });
            }
        }
        self.release(&variables(&frame.params));
        for var in frame.results {
            self.push(Expr::Var(var));
        }
    }

    fn br_table(&mut self, targets: &wasmparser::BrTable<'_>) -> Result<(), Error> {
        let index = self.pop();
        let values = self.pop_many(self.targets(targets.default()).len());
        let values: Vec<Expr> = values.into_iter().map(|value| self.stable(value)).collect();
        let mut cases: Vec<(u32, Case)> = Vec::new();
        let targets: Vec<u32> = targets
            .targets()
            .chain([Ok(targets.default())])
            .collect::<Result<_, _>>()?;
        for (value_of_index, depth) in targets.iter().enumerate() {
            let is_default = value_of_index + 1 == targets.len();
            let position = match cases.iter().position(|(seen, _)| seen == depth) {
                Some(position) => position,
                None => {
                    self.push_many(&values);
                    let body = self.branch(*depth);
                    let case = Case {
                        values: Vec::new(),
                        is_default: false,
                        body,
                    };
                    cases.push((*depth, case));
                    cases.len() - 1
                }
            };
            let case = &mut cases[position].1;
            if is_default {
                case.is_default = true;
                case.values.clear();
            } else {
                case.values.push(value_of_index as u32);
            }
        }
        let end = self.label();
        let cases = cases.into_iter().map(|(_, case)| case).collect();
        self.leave(vec![Stmt::Switch { end, index, cases }]);
        Ok(())
    }

    /// PHP evaluates one side only: what has an effect is evaluated before.
    fn select(&mut self) {
        let condition = self.pop_entry();
        let condition = if condition.effects.calls {
            self.in_temporary(condition.expr)
        } else {
            condition.expr
        };
        let top = self.stack.len();
        for index in [top - 2, top - 1] {
            if !self.stack[index].effects.is_pure() {
                self.settle();
            }
        }
        let [a, b] = [self.pop(), self.pop()];
        self.push(Expr::Select(Box::new(condition), Box::new(b), Box::new(a)));
    }

    fn type_of(&self, expr: &Expr) -> ValType {
        operator::type_of(self.module, &self.vars, expr)
    }
}

fn return_of(mut values: Vec<Expr>) -> Stmt {
    Stmt::Return(match values.len() {
        0 | 1 => values.pop(),
        _ => Some(Expr::Tuple(values)),
    })
}

fn is_var(expr: &Expr, var: Var) -> bool {
    matches!(expr, Expr::Var(same) if *same == var)
}

/// The variables among expressions that are variables or constants.
fn variables(exprs: &[Expr]) -> Vec<Var> {
    let var = |expr: &Expr| match expr {
        Expr::Var(var) => Some(*var),
        _ => None,
    };
    exprs.iter().filter_map(var).collect()
}

fn depth(expr: &Expr) -> usize {
    let mut deepest = 0;
    expr.operands(&mut |operand| deepest = deepest.max(depth(operand)));
    deepest + 1
}
