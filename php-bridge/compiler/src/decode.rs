//! Decodes a function body: WebAssembly's stack becomes expression trees, its blocks become
//! structured statements.
//!
//! An expression stays on the symbolic stack until something consumes it. A statement that could
//! change its value, or be observed without it, first moves it into a temporary. Operands are
//! evaluated from left to right in PHP as in WebAssembly, so inside one tree nothing moves.

mod blocks;
mod instantiate;
mod operator;
mod stack;

use std::collections::BTreeMap;

use wasmparser::{FunctionBody, Operator, ValType};

use crate::effects::Effects;
use crate::error::Error;
use crate::ir::{Expr, Function, Label, Stmt, Var};
use crate::module::Module;

pub(crate) use instantiate::instantiation;

/// Deeper trees are cut with a temporary, so that neither this compiler nor PHP's runs out of stack.
const MAX_EXPR_DEPTH: usize = 60;

/// Deeper nesting of blocks is refused, for the same reason. Compilers stay far below.
const MAX_BLOCK_DEPTH: usize = 1000;

/// What is done for an operator grows with what is on the stack and with the blocks around it, and
/// for a branch with the number of variables, of which something is known at each label. Functions
/// of which the sum is larger are refused: real ones stay below a hundredth of it.
const MAX_WORK: usize = 200_000_000;

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
        reserved: BTreeMap::new(),
        stack: Vec::new(),
        frames: Vec::new(),
        list: Vec::new(),
        labels: 0,
        dead: 0,
    };
    decoder.push_frame(Kind::Function, ty.results(), Vec::new());
    let mut reader = body.get_operators_reader()?;
    let mut work = 0;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        decoder.operator(&operator, offset)?;
        work += decoder.stack.len() + decoder.frames.len();
        if is_branch(&operator) {
            work += decoder.vars.len() / 2;
        }
        if work > MAX_WORK {
            let what = "a function of this size, with so many variables and so deep a nesting,";
            return Err(Error::unsupported(what, offset));
        }
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
    /// Temporaries that blocks begin or end with, and how many blocks: they are not free before these
    /// have ended.
    reserved: BTreeMap<Var, u32>,
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

fn is_branch(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
    )
}

fn is_var(expr: &Expr, var: Var) -> bool {
    matches!(expr, Expr::Var(same) if *same == var)
}
