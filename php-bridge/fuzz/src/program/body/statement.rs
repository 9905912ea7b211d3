//! Statements.

use Instruction as I;
use wasm_encoder::{BlockType, Instruction, ValType};

use super::Body;
use crate::program::STACK;

impl Body<'_, '_> {
    pub(super) fn few_statements(&mut self) {
        if self.random.one_in(3) {
            self.if_statement(1);
        }
        if self.random.one_in(3) {
            self.statement(0);
        }
    }

    pub(super) fn statements(&mut self, depth: usize) {
        for _ in 0..1 + self.random.below(5) {
            self.statement(depth);
        }
    }

    pub(super) fn statement(&mut self, depth: usize) {
        let nested = depth > 0 && self.budget > 0;
        match self.random.below(if nested { 17 } else { 9 }) {
            0..4 => {
                let ty = self.ty();
                self.expression(ty, 4);
                let local = self.local(ty);
                self.push(I::LocalSet(local));
            }
            4 => self.set_global(),
            5..8 => self.store(),
            8 => {
                let ty = self.ty();
                self.expression(ty, 3);
                self.push(I::Drop);
            }
            9 => self.call_statement(),
            10 | 11 => self.if_statement(depth),
            12 | 13 => self.loop_statement(depth),
            14 => self.block(depth),
            15 => self.switch(depth),
            _ => self.bulk(),
        }
    }

    pub(super) fn set_global(&mut self) {
        let program = self.program;
        let fits: Vec<u32> = (2..)
            .zip(&program.globals)
            .filter(|(_, (_, mutable))| *mutable)
            .map(|(index, _)| index)
            .collect();
        if fits.is_empty() {
            return;
        }
        let index = *self.random.choose(&fits);
        self.expression(program.globals[index as usize - 2].0, 4);
        self.push(I::GlobalSet(index));
    }

    pub(super) fn if_statement(&mut self, depth: usize) {
        self.expression(ValType::I32, 3);
        self.push(I::If(BlockType::Empty));
        self.labels.push(None);
        self.statements(depth - 1);
        self.leave();
        if self.random.one_in(2) {
            self.push(I::Else);
            self.statements(depth - 1);
            self.leave();
        }
        self.labels.pop();
        self.push(I::End);
    }

    /// At the end of statements: sometimes a branch to somewhere, a return or a trap.
    pub(super) fn leave(&mut self) {
        match self.random.below(12) {
            0 | 1 => {
                let depth = self.random.below(self.labels.len());
                self.branch_value(depth);
                self.push(I::Br(depth as u32));
            }
            2 => {
                for ty in &self.signature.results {
                    self.expression(*ty, 2);
                }
                self.push(I::Return);
            }
            3 if self.random.one_in(4) => self.push(I::Unreachable),
            _ => {}
        }
    }

    pub(super) fn branch_value(&mut self, depth: usize) {
        if let Some(ty) = self.labels[self.labels.len() - 1 - depth] {
            self.expression(ty, 2);
        }
    }

    /// A loop that counts, up or down, at its head or its end.
    pub(super) fn loop_statement(&mut self, depth: usize) {
        let counter = self.new_local(ValType::I32);
        let rounds = 1 + self.random.below(12) as i32;
        let up = self.random.one_in(2);
        let step = *self.random.choose(&[1, 1, 4, 8]);
        let (from, to) = if up {
            (0, rounds * step)
        } else {
            (rounds * step, 0)
        };
        self.push(I::I32Const(from));
        self.push(I::LocalSet(counter));
        self.push(I::Block(BlockType::Empty));
        self.push(I::Loop(BlockType::Empty));
        self.labels.extend([None, None]);
        self.burn();
        self.statements(depth - 1);
        if self.random.one_in(4) {
            self.expression(ValType::I32, 2);
            self.push(I::BrIf(1));
        }
        self.push(I::LocalGet(counter));
        self.push(I::I32Const(if up { step } else { -step }));
        self.push(I::I32Add);
        self.push(I::LocalTee(counter));
        if up {
            self.push(I::I32Const(to));
            let compare = self
                .random
                .choose(&[I::I32LtU, I::I32LtS, I::I32Ne])
                .clone();
            self.push(compare);
        }
        self.push(I::BrIf(0));
        self.labels.truncate(self.labels.len() - 2);
        self.push(I::End);
        self.push(I::End);
    }

    pub(super) fn block(&mut self, depth: usize) {
        self.push(I::Block(BlockType::Empty));
        self.labels.push(None);
        for _ in 0..1 + self.random.below(3) {
            self.statements(depth - 1);
            let label = self.random.below(self.labels.len());
            if self.labels[self.labels.len() - 1 - label].is_none() {
                self.expression(ValType::I32, 3);
                self.push(I::BrIf(label as u32));
            }
        }
        self.labels.pop();
        self.push(I::End);
    }

    pub(super) fn switch(&mut self, depth: usize) {
        let cases = 2 + self.random.below(4);
        for _ in 0..cases {
            self.push(I::Block(BlockType::Empty));
            self.labels.push(None);
        }
        self.expression(ValType::I32, 3);
        if !self.random.one_in(3) {
            self.push(I::I32Const(7));
            self.push(I::I32And);
        }
        let targets: Vec<u32> = (0..self.random.below(9))
            .map(|_| self.random.below(cases) as u32)
            .collect();
        let default = self.random.below(cases) as u32;
        self.push(I::BrTable(targets.into(), default));
        for case in 0..cases {
            self.labels.pop();
            self.push(I::End);
            if case + 1 < cases {
                self.statements(depth - 1);
                if self.random.one_in(2) {
                    self.push(I::Br((cases - case - 2) as u32));
                }
            }
        }
    }

    pub(super) fn call_statement(&mut self) {
        let indices: Vec<usize> = self.callees.clone().collect();
        if indices.is_empty() {
            return;
        }
        let index = *self.random.choose(&indices);
        self.call(index);
        self.take_results(index, 0);
    }

    /// Puts the results behind the first few into locals, or drops them.
    pub(super) fn take_results(&mut self, index: usize, kept: usize) {
        for ty in self.program.functions[index].results[kept..].iter().rev() {
            if self.random.one_in(2) {
                let local = self.local(*ty);
                self.push(I::LocalSet(local));
            } else {
                self.push(I::Drop);
            }
        }
    }

    /// A frame on the stack in memory, around statements.
    pub(super) fn frame(&mut self) {
        let size = 16 * (1 + self.random.below(8) as i32);
        let pointer = self.new_local(ValType::I32);
        self.push(I::GlobalGet(STACK));
        self.push(I::I32Const(size));
        self.push(I::I32Sub);
        self.push(I::LocalTee(pointer));
        self.push(I::GlobalSet(STACK));
        self.statements(3);
        self.push(I::LocalGet(pointer));
        self.push(I::I32Const(size));
        self.push(I::I32Add);
        self.push(I::GlobalSet(STACK));
    }
}
