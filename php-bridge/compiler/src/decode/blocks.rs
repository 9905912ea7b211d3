//! Blocks and branches: values go to the end of a block, or to the head of a loop, in variables.

use wasmparser::{BlockType, ValType};

use super::{Decoder, Frame, Kind, MAX_BLOCK_DEPTH, is_var};
use crate::effects::Effects;
use crate::error::Error;
use crate::ir::{Case, Expr, Stmt, Var};

impl Decoder<'_, '_> {
    pub(super) fn frame(&self, depth: u32) -> &Frame {
        &self.frames[self.frames.len() - 1 - depth as usize]
    }

    /// The variables that take the values of a branch.
    pub(super) fn targets(&self, depth: u32) -> Vec<Var> {
        let frame = self.frame(depth);
        match frame.kind {
            Kind::Loop { .. } => variables(&frame.params),
            _ => frame.results.clone(),
        }
    }

    /// The statements of a branch; takes its values from the stack.
    pub(super) fn branch(&mut self, depth: u32) -> Vec<Stmt> {
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
    pub(super) fn assignments(&mut self, targets: &[Var], values: Vec<Expr>) -> Vec<Stmt> {
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
    pub(super) fn leave(&mut self, stmts: Vec<Stmt>) {
        let height = self.frames.last().map_or(0, |frame| frame.height);
        for entry in self.stack.split_off(height) {
            if !entry.effects.is_pure() {
                self.list.push(Stmt::Eval(entry.expr));
            }
        }
        self.list.extend(stmts);
        self.dead = 1;
    }

    pub(super) fn block(&mut self, kind: Kind, ty: BlockType, offset: u64) -> Result<(), Error> {
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

    pub(super) fn push_frame(&mut self, kind: Kind, results: &[ValType], params: Vec<Expr>) {
        let end = self.label();
        let results: Vec<Var> = results.iter().map(|ty| self.temporary(*ty)).collect();
        for var in variables(&params).iter().chain(&results) {
            *self.reserved.entry(*var).or_default() += 1;
        }
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
    pub(super) fn finish_list(&mut self) -> Vec<Stmt> {
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

    pub(super) fn otherwise(&mut self) {
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

    pub(super) fn end(&mut self) {
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
        let params = variables(&frame.params);
        for var in params.iter().chain(&frame.results) {
            let blocks = self.reserved.remove(var).unwrap_or_default();
            if blocks > 1 {
                self.reserved.insert(*var, blocks - 1);
            }
        }
        self.release(&params);
        for var in frame.results {
            self.push(Expr::Var(var));
        }
    }

    pub(super) fn br_table(&mut self, targets: &wasmparser::BrTable<'_>) -> Result<(), Error> {
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
}

fn return_of(mut values: Vec<Expr>) -> Stmt {
    Stmt::Return(match values.len() {
        0 | 1 => values.pop(),
        _ => Some(Expr::Tuple(values)),
    })
}

/// The variables among expressions that are variables or constants.
fn variables(exprs: &[Expr]) -> Vec<Var> {
    let var = |expr: &Expr| match expr {
        Expr::Var(var) => Some(*var),
        _ => None,
    };
    exprs.iter().filter_map(var).collect()
}
