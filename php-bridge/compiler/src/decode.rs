//! Decodes a function body: WebAssembly's stack becomes expression trees, its blocks become
//! structured statements.
//!
//! An expression stays on the symbolic stack until something consumes it. A statement that could
//! change its value, or be observed without it, first moves it into a temporary. Operands are
//! evaluated from left to right in PHP as in WebAssembly, so inside one tree nothing moves.

mod operator;

use wasmparser::{BlockType, FunctionBody, Operator, ValType};

use crate::effects::Effects;
use crate::error::Error;
use crate::ir::{Case, Expr, Function, Label, Stmt, Var};
use crate::module::Module;

/// Deeper trees are cut with a temporary, so that neither this compiler nor PHP's runs out of stack.
const MAX_EXPR_DEPTH: usize = 60;

/// Deeper nesting of blocks is refused, for the same reason. Compilers stay far below.
const MAX_BLOCK_DEPTH: usize = 1000;

/// Decodes the body of a function. It has been validated.
pub(crate) fn function(
    module: &Module<'_>,
    index: u32,
    body: &FunctionBody<'_>,
) -> Result<Function, Error> {
    let ty = module.function_type(index);
    if ty.results().len() > 1 {
        return Err(Error::unsupported("multi-value", body.range().start));
    }
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
    let result = ty.results().first().copied();
    decoder.push_frame(Kind::Function, result);
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        decoder.operator(&operator, offset)?;
    }
    Ok(Function {
        params: ty.params().to_vec(),
        result,
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
    /// Where the value of the block goes, and its type.
    result: Option<(Var, ValType)>,
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
                // The value stays on the stack if the branch is not taken.
                let kept = self.result_of(*relative_depth).map(|_| self.pop());
                let kept = kept.map(|value| self.stable(value));
                if let Some(value) = &kept {
                    self.push(value.clone());
                }
                let then = self.branch(*relative_depth);
                if let Some(value) = kept {
                    self.push(value);
                }
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

    /// Sets a temporary to the expression and gives the temporary.
    fn in_temporary(&mut self, expr: Expr) -> Expr {
        let var = self.temporary(self.type_of(&expr));
        self.emit(Stmt::Set(var, expr));
        Expr::Var(var)
    }

    /// An expression that no later statement changes.
    fn stable(&mut self, expr: Expr) -> Expr {
        match expr {
            Expr::I32(_) | Expr::I64(_) | Expr::F32(_) | Expr::F64(_) => expr,
            Expr::Var(var) if var as usize >= self.locals => expr,
            _ => self.in_temporary(expr),
        }
    }

    fn set(&mut self, var: Var, value: Expr) {
        if !matches!(value, Expr::Var(same) if same == var) {
            self.emit(Stmt::Set(var, value));
        }
    }

    /// Adds a statement, after those entries of the stack that must be evaluated before it.
    fn emit(&mut self, stmt: Stmt) {
        let mut effects = Effects::default();
        stmt.exprs(&mut |expr| effects.join(&Effects::of(expr)));
        let target = match &stmt {
            Stmt::Set(var, _) => Some(*var),
            _ => None,
        };
        effects.writes |= matches!(stmt, Stmt::Store { .. } | Stmt::SetGlobal(..));
        effects.may_trap |= matches!(stmt, Stmt::Store { .. });
        let used = effects.vars.clone();
        let mut first = Vec::new();
        for index in (0..self.stack.len()).rev() {
            let entry = &self.stack[index];
            if entry.effects.must_precede(&effects, target) {
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
            let result = self
                .frames
                .iter()
                .any(|frame| frame.result.is_some_and(|r| r.0 == *var));
            if *var as usize >= self.locals && !waiting && !result && !self.free.contains(var) {
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

    fn result_of(&self, depth: u32) -> Option<Var> {
        let frame = &self.frames[self.frames.len() - 1 - depth as usize];
        match frame.kind {
            Kind::Loop { .. } => None,
            _ => frame.result.map(|(var, _)| var),
        }
    }

    /// The statements of a branch; takes its value, if any, from the stack.
    fn branch(&mut self, depth: u32) -> Vec<Stmt> {
        let result = self.result_of(depth);
        let value = result.map(|_| self.pop());
        let frame = &self.frames[self.frames.len() - 1 - depth as usize];
        match (&frame.kind, result, value) {
            (Kind::Function, _, value) => vec![Stmt::Return(value)],
            (Kind::Loop { head }, ..) => vec![Stmt::Branch(*head)],
            (_, Some(var), Some(value)) => vec![Stmt::Set(var, value), Stmt::Branch(frame.end)],
            _ => vec![Stmt::Branch(frame.end)],
        }
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
        let result = match ty {
            BlockType::Empty => None,
            BlockType::Type(ty) => Some(ty),
            BlockType::FuncType(_) => return Err(Error::unsupported("multi-value", offset)),
        };
        for index in 0..self.stack.len() {
            let stable = match self.stack[index].expr {
                Expr::I32(_) | Expr::I64(_) | Expr::F32(_) | Expr::F64(_) => true,
                Expr::Var(var) => var as usize >= self.locals,
                _ => false,
            };
            if !stable {
                self.move_to_temporary(index);
            }
        }
        self.push_frame(kind, result);
        Ok(())
    }

    fn push_frame(&mut self, kind: Kind, result: Option<ValType>) {
        let end = self.label();
        let result = result.map(|ty| (self.temporary(ty), ty));
        self.frames.push(Frame {
            kind,
            end,
            result,
            height: self.stack.len(),
            outer: std::mem::take(&mut self.list),
        });
    }

    /// Sets the result of the innermost block, where its end is reached.
    fn finish_list(&mut self) -> Vec<Stmt> {
        let frame = self.frames.last().expect("a list belongs to a frame");
        let (result, end) = (frame.result, frame.end);
        let (is_loop, is_function) = (
            matches!(frame.kind, Kind::Loop { .. }),
            matches!(frame.kind, Kind::Function),
        );
        if self.dead == 0 {
            let value = result.map(|_| self.pop());
            match (value, result) {
                (value, _) if is_function => self.list.push(Stmt::Return(value)),
                (Some(value), Some((var, _))) => self.set(var, value),
                _ => {}
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
            ..
        }) = self.frames.last_mut()
        {
            *then = Some(list);
            self.stack.truncate(*height);
        }
    }

    fn end(&mut self) {
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
        if let Some((var, _)) = frame.result {
            self.push(Expr::Var(var));
        }
    }

    fn br_table(&mut self, targets: &wasmparser::BrTable<'_>) -> Result<(), Error> {
        let index = self.pop();
        let value = self.result_of(targets.default()).map(|_| self.pop());
        let value = value.map(|value| self.in_temporary(value));
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
                    if let Some(value) = &value {
                        self.push(value.clone());
                    }
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

fn depth(expr: &Expr) -> usize {
    let mut deepest = 0;
    expr.operands(&mut |operand| deepest = deepest.max(depth(operand)));
    deepest + 1
}
