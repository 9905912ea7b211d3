//! Expressions: trees that give a value.

use Instruction as I;
use wasm_encoder::{BlockType, Ieee32, Ieee64, Instruction, ValType};

use super::{Body, constant};
use crate::program::operators;

impl Body<'_, '_> {
    /// Pushes a value of a type: a tree of at most this depth.
    pub(super) fn expression(&mut self, ty: ValType, depth: usize) {
        if depth == 0 || self.budget == 0 {
            return self.leaf(ty);
        }
        match self.random.below(20) {
            0..3 => self.leaf(ty),
            3..5 => self.load(ty),
            5 => {
                self.expression(ty, depth - 1);
                let local = self.local(ty);
                self.push(I::LocalTee(local));
            }
            6 => {
                self.expression(ty, depth - 1);
                self.expression(ty, depth - 1);
                self.expression(ValType::I32, depth - 1);
                self.push(I::Select);
            }
            7 => {
                self.expression(ValType::I32, depth - 1);
                self.push(I::If(BlockType::Result(ty)));
                self.labels.push(Some(ty));
                self.expression(ty, depth - 1);
                self.push(I::Else);
                self.expression(ty, depth - 1);
                self.labels.pop();
                self.push(I::End);
            }
            8 => {
                self.push(I::Block(BlockType::Result(ty)));
                self.labels.push(Some(ty));
                self.expression(ty, depth - 1);
                self.expression(ValType::I32, depth - 1);
                self.push(I::BrIf(0));
                if self.random.one_in(2) {
                    self.push(I::Drop);
                    self.expression(ty, depth - 1);
                }
                self.labels.pop();
                self.push(I::End);
            }
            9 if self.random.one_in(2) => {
                let fits: Vec<usize> = self
                    .callees
                    .clone()
                    .filter(|index| self.program.functions[*index].results.first() == Some(&ty))
                    .collect();
                if fits.is_empty() {
                    self.leaf(ty);
                } else {
                    let index = *self.random.choose(&fits);
                    self.call(index);
                    self.take_results(index, 1);
                }
            }
            10 => {
                self.interlude();
                self.expression(ty, depth - 1);
            }
            _ => self.operation(ty, depth),
        }
    }

    /// An effect in the middle of an expression, whose operands are on the stack already.
    pub(super) fn interlude(&mut self) {
        let outer: Vec<usize> = (0..self.labels.len())
            .filter(|depth| self.labels[self.labels.len() - 1 - depth].is_none())
            .collect();
        match self.random.below(5) {
            0 if !outer.is_empty() => {
                let label = *self.random.choose(&outer);
                self.expression(ValType::I32, 1);
                self.push(I::BrIf(label as u32));
            }
            0 | 1 => self.store(),
            2 => self.set_global(),
            3 => self.call_statement(),
            _ => {
                let ty = self.ty();
                self.expression(ty, 2);
                let local = self.local(ty);
                self.push(I::LocalSet(local));
            }
        }
    }

    pub(super) fn leaf(&mut self, ty: ValType) {
        let program = self.program;
        match self.random.below(5) {
            0 | 1 => {
                let constant = constant(ty, self.random);
                self.push(constant);
            }
            2 => {
                let fits: Vec<u32> = (2..)
                    .zip(&program.globals)
                    .filter(|(_, (other, _))| *other == ty)
                    .map(|(index, _)| index)
                    .collect();
                match fits.is_empty() {
                    true => self.read(ty),
                    false => {
                        let index = *self.random.choose(&fits);
                        self.push(I::GlobalGet(index));
                    }
                }
            }
            _ => self.read(ty),
        }
    }

    /// Any local of a type, but for those that have held a NaN as an instruction gave it.
    pub(super) fn read(&mut self, ty: ValType) {
        let fits: Vec<usize> = (0..self.locals.len())
            .filter(|index| self.locals[*index] == ty && (ty == ValType::I32 || !self.kept[*index]))
            .collect();
        let local = *self.random.choose(&fits);
        self.push(I::LocalGet(local as u32));
    }

    pub(super) fn operation(&mut self, ty: ValType, depth: usize) {
        let operators = operators::of(ty);
        let operator = self.random.choose(operators).clone();
        if !self.program.floats
            && operator
                .params
                .iter()
                .any(|ty| matches!(ty, ValType::F32 | ValType::F64))
        {
            return self.leaf(ty);
        }
        for (index, param) in operator.params.iter().enumerate() {
            self.expression(*param, depth - 1);
            // A divisor is seldom zero, and a shift is often by a constant.
            if index == 1 && operator.divides && !self.random.one_in(8) {
                let (one, or) = match param {
                    ValType::I32 => (I::I32Const(1), I::I32Or),
                    _ => (I::I64Const(1), I::I64Or),
                };
                self.push(one);
                self.push(or);
            }
        }
        self.push(operator.instruction);
        if operator.canonicalize {
            self.canonicalize(ty);
        }
    }

    /// Which NaN arithmetic gives is not determined: this makes it the canonical one.
    pub(super) fn canonicalize(&mut self, ty: ValType) {
        let local = self.new_local(ty);
        let (nan, equal) = match ty {
            ValType::F32 => (I::F32Const(Ieee32::from(f32::NAN)), I::F32Eq),
            _ => (I::F64Const(Ieee64::from(f64::NAN)), I::F64Eq),
        };
        for instruction in [
            I::LocalTee(local),
            nan,
            I::LocalGet(local),
            I::LocalGet(local),
            equal,
            I::Select,
        ] {
            self.push(instruction);
        }
    }

    /// Calls a function, by its number or through the table.
    pub(super) fn call(&mut self, index: usize) {
        let signature = &self.program.functions[index];
        for param in &signature.params {
            self.expression(*param, 2);
        }
        if !self.is_small && self.random.one_in(3) {
            let slots: Vec<i32> = (1..)
                .zip(&self.program.table)
                .filter(|(_, function)| self.program.functions[**function as usize] == *signature)
                .map(|(slot, _)| slot)
                .collect();
            if slots.is_empty() || self.random.one_in(20) {
                self.expression(ValType::I32, 1);
                self.push(I::I32Const(15));
                self.push(I::I32And);
            } else {
                let slot = *self.random.choose(&slots);
                self.push(I::I32Const(slot));
            }
            self.push(I::CallIndirect {
                type_index: index as u32,
                table_index: 0,
            });
        } else {
            self.push(I::Call(index as u32));
        }
    }
}
