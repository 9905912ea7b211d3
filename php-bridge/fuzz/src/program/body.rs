//! The body of a function: statements, and expressions as trees.

use std::ops::Range;

use wasm_encoder::{BlockType, ConstExpr, Function, Ieee32, Ieee64, Instruction, MemArg, ValType};

use super::{FUEL, Program, STACK, Signature, TYPES};
use crate::random::{FLOATS, INTEGERS, Random};
use Instruction as I;

/// Makes the body of a function.
pub(super) fn function(program: &Program, index: usize, random: &mut Random) -> Function {
    let signature = &program.functions[index];
    let is_small = index >= program.small;
    let mut locals = signature.params.clone();
    // Of each type there is one.
    locals.extend(TYPES);
    locals.extend((0..random.below(4)).map(|_| TYPES[random.below(4)]));
    let mut body = Body {
        program,
        signature,
        callees: if is_small {
            index + 1..program.functions.len()
        } else {
            0..program.functions.len()
        },
        is_small,
        // Counters and pointers of loops and frames: only read from outside of what owns them.
        kept: vec![false; locals.len()],
        locals,
        labels: Vec::new(),
        instructions: Vec::new(),
        budget: if is_small {
            random.below(12)
        } else {
            10 + random.below(400)
        },
        random,
    };
    if is_small {
        body.few_statements();
    } else {
        body.burn();
        if body.random.one_in(2) {
            body.frame();
        } else {
            body.statements(3);
        }
    }
    for ty in &signature.results {
        body.expression(*ty, if is_small { 2 } else { 5 });
    }
    let own = body.locals[signature.params.len()..].iter().copied();
    let mut function = Function::new_with_locals_types(own);
    for instruction in &body.instructions {
        function.instruction(instruction);
    }
    function.instruction(&I::End);
    function
}

/// A constant as a global begins with it.
pub(super) fn constant_expression(ty: ValType, random: &mut Random) -> ConstExpr {
    ConstExpr::extended([constant(ty, random)])
}

fn constant(ty: ValType, random: &mut Random) -> I<'static> {
    let integer = match random.below(3) {
        0 => random.below(20) as i64,
        1 => *random.choose(&INTEGERS),
        _ => random.next().cast_signed() >> random.below(64),
    };
    let float = match random.below(3) {
        0 => random.below(20) as f64,
        1 => *random.choose(&FLOATS),
        _ => (random.next().cast_signed() >> random.below(64)) as f64 / 1024.0,
    };
    match ty {
        ValType::I32 => I::I32Const(integer as i32),
        ValType::I64 => I::I64Const(integer),
        ValType::F32 => I::F32Const(Ieee32::from(float as f32)),
        _ => I::F64Const(Ieee64::from(float)),
    }
}

struct Body<'p, 'r> {
    program: &'p Program,
    signature: &'p Signature,
    /// The functions that it may call.
    callees: Range<usize>,
    /// Has no loops, and is small enough to be put in where it is called.
    is_small: bool,
    locals: Vec<ValType>,
    /// Locals that statements by chance do not set: counters and pointers, which are i32, and those that
    /// floats pass through on their way to the canonical NaN.
    kept: Vec<bool>,
    /// What a branch to each label carries, the innermost last.
    labels: Vec<Option<ValType>>,
    instructions: Vec<I<'static>>,
    /// Instructions that may still be made, roughly.
    budget: usize,
    random: &'r mut Random,
}

impl Body<'_, '_> {
    fn push(&mut self, instruction: I<'static>) {
        self.budget = self.budget.saturating_sub(1);
        self.instructions.push(instruction);
    }

    /// Ends the program when it has run for too long.
    fn burn(&mut self) {
        for instruction in [
            I::GlobalGet(FUEL),
            I::I32Eqz,
            I::If(BlockType::Empty),
            I::Unreachable,
            I::End,
            I::GlobalGet(FUEL),
            I::I32Const(1),
            I::I32Sub,
            I::GlobalSet(FUEL),
        ] {
            self.instructions.push(instruction);
        }
    }

    fn ty(&mut self) -> ValType {
        TYPES[self.random.below(if self.program.floats { 4 } else { 2 })]
    }

    fn new_local(&mut self, ty: ValType) -> u32 {
        self.locals.push(ty);
        self.kept.push(true);
        self.locals.len() as u32 - 1
    }

    /// A local of a type that may be set.
    fn local(&mut self, ty: ValType) -> u32 {
        let fits: Vec<usize> = (0..self.locals.len())
            .filter(|index| self.locals[*index] == ty && !self.kept[*index])
            .collect();
        *self.random.choose(&fits) as u32
    }

    /// A frame on the stack in memory, around statements.
    fn frame(&mut self) {
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

    fn few_statements(&mut self) {
        if self.random.one_in(3) {
            self.if_statement(1);
        }
        if self.random.one_in(3) {
            self.statement(0);
        }
    }

    fn statements(&mut self, depth: usize) {
        for _ in 0..1 + self.random.below(5) {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: usize) {
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

    fn set_global(&mut self) {
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

    fn store(&mut self) {
        let ty = self.ty();
        self.address();
        self.expression(ty, 4);
        let (store, width): (fn(MemArg) -> I<'static>, u32) = match (ty, self.random.below(4)) {
            (ValType::I32, 0) => (I::I32Store8, 0),
            (ValType::I32, 1) => (I::I32Store16, 1),
            (ValType::I32, _) => (I::I32Store, 2),
            (ValType::I64, 0) => (I::I64Store8, 0),
            (ValType::I64, 1) => (I::I64Store16, 1),
            (ValType::I64, 2) => (I::I64Store32, 2),
            (ValType::I64, _) => (I::I64Store, 3),
            (ValType::F32, _) => (I::F32Store, 2),
            _ => (I::F64Store, 3),
        };
        let memarg = self.memarg(width);
        self.push(store(memarg));
    }

    fn load(&mut self, ty: ValType) {
        self.address();
        let (load, width): (fn(MemArg) -> I<'static>, u32) = match (ty, self.random.below(9)) {
            (ValType::I32, 0) => (I::I32Load8S, 0),
            (ValType::I32, 1) => (I::I32Load8U, 0),
            (ValType::I32, 2) => (I::I32Load16S, 1),
            (ValType::I32, 3) => (I::I32Load16U, 1),
            (ValType::I32, _) => (I::I32Load, 2),
            (ValType::I64, 0) => (I::I64Load8S, 0),
            (ValType::I64, 1) => (I::I64Load8U, 0),
            (ValType::I64, 2) => (I::I64Load16S, 1),
            (ValType::I64, 3) => (I::I64Load16U, 1),
            (ValType::I64, 4) => (I::I64Load32S, 2),
            (ValType::I64, 5) => (I::I64Load32U, 2),
            (ValType::I64, _) => (I::I64Load, 3),
            (ValType::F32, _) => (I::F32Load, 2),
            _ => (I::F64Load, 3),
        };
        let memarg = self.memarg(width);
        self.push(load(memarg));
    }

    /// The offset is mostly a multiple of the width, and the alignment mostly the width: both as a
    /// compiler has them, and not always true of the address.
    fn memarg(&mut self, width: u32) -> MemArg {
        let offset = match self.random.below(8) {
            0..3 => 0,
            3..6 => (self.random.below(16) << width) as u64,
            6 => self.random.below(64) as u64,
            _ if self.random.one_in(12) => {
                *self
                    .random
                    .choose(&[65_528, 65_535, 0x7fff_ffff, 0xffff_fffc])
            }
            _ => 0,
        };
        let align = if self.random.one_in(4) {
            self.random.below(width as usize + 1) as u32
        } else {
            width
        };
        MemArg {
            offset,
            align,
            target: wasm_encoder::MemArgTarget::Memory(0),
            ordering: None,
        }
    }

    /// An address that is mostly inside memory, and of which often something is known.
    fn address(&mut self) {
        match self.random.below(8) {
            0 => {
                let address = self.random.below(65_536) as i32;
                let mask = self.random.choose(&[-1, -4, -8]);
                self.push(I::I32Const(address & mask));
            }
            1 => self.push(I::GlobalGet(STACK)),
            2 => {
                // An element of an array.
                self.expression(ValType::I32, 2);
                let shapes = [(255, 2), (4095, 3), (0xbfff, 0), (63, 4)];
                let (mask, shift) = *self.random.choose(&shapes);
                for instruction in [
                    I::I32Const(mask),
                    I::I32And,
                    I::I32Const(shift),
                    I::I32Shl,
                    I::I32Const(self.random.below(512) as i32 * 8),
                    I::I32Add,
                ] {
                    self.push(instruction);
                }
            }
            3 => {
                // A pointer that may be out of bounds.
                let local = self.local(ValType::I32);
                self.push(I::LocalGet(local));
                if !self.random.one_in(8) {
                    self.push(I::I32Const(0x7ff8));
                    self.push(I::I32And);
                }
            }
            4 => {
                // Mostly the pointer to a frame, or a counter.
                let pointers: Vec<usize> = (0..self.locals.len())
                    .filter(|index| self.locals[*index] == ValType::I32 && self.kept[*index])
                    .collect();
                if pointers.is_empty() {
                    self.push(I::GlobalGet(STACK));
                } else {
                    let pointer = *self.random.choose(&pointers);
                    self.push(I::LocalGet(pointer as u32));
                }
            }
            5 => {
                self.expression(ValType::I32, 3);
                self.push(I::I32Const(0x7ffc));
                self.push(I::I32And);
                let local = self.local(ValType::I32);
                self.push(I::LocalTee(local));
            }
            _ => {
                self.expression(ValType::I32, 3);
                let masks = if self.random.one_in(12) {
                    [0xfffc, 0xffff, -4, 0x3_fffc, 0x7fff_fffc]
                } else {
                    [0x7ffc, 0x3ff8, 0x7fff, 0x3ffe, 0xff]
                };
                let mask = *self.random.choose(&masks);
                self.push(I::I32Const(mask));
                self.push(I::I32And);
            }
        }
    }

    fn if_statement(&mut self, depth: usize) {
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
    fn leave(&mut self) {
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

    fn branch_value(&mut self, depth: usize) {
        if let Some(ty) = self.labels[self.labels.len() - 1 - depth] {
            self.expression(ty, 2);
        }
    }

    /// A loop that counts, up or down, at its head or its end.
    fn loop_statement(&mut self, depth: usize) {
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

    fn block(&mut self, depth: usize) {
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

    fn switch(&mut self, depth: usize) {
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

    fn bulk(&mut self) {
        self.address();
        let length = |this: &mut Self| {
            this.expression(ValType::I32, 1);
            let mask = *this.random.choose(&[7, 63, 127]);
            this.push(I::I32Const(mask));
            this.push(I::I32And);
        };
        match self.random.below(3) {
            0 => {
                self.expression(ValType::I32, 2);
                length(self);
                self.push(I::MemoryFill(0));
            }
            1 if self.program.passive > 0 => {
                let (from, bytes) = (self.random.below(8), self.random.below(40));
                self.push(I::I32Const(from as i32));
                self.push(I::I32Const(bytes as i32));
                self.push(I::MemoryInit {
                    mem: 0,
                    data_index: 0,
                });
                if self.random.one_in(10) {
                    self.push(I::DataDrop(0));
                }
            }
            _ => {
                self.address();
                length(self);
                self.push(I::MemoryCopy {
                    src_mem: 0,
                    dst_mem: 0,
                });
            }
        }
    }

    fn call_statement(&mut self) {
        let indices: Vec<usize> = self.callees.clone().collect();
        if indices.is_empty() {
            return;
        }
        let index = *self.random.choose(&indices);
        self.call(index);
        self.take_results(index, 0);
    }

    /// Puts the results behind the first few into locals, or drops them.
    fn take_results(&mut self, index: usize, kept: usize) {
        for ty in self.program.functions[index].results[kept..].iter().rev() {
            if self.random.one_in(2) {
                let local = self.local(*ty);
                self.push(I::LocalSet(local));
            } else {
                self.push(I::Drop);
            }
        }
    }

    /// Calls a function, by its number or through the table.
    fn call(&mut self, index: usize) {
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

    /// Pushes a value of a type: a tree of at most this depth.
    fn expression(&mut self, ty: ValType, depth: usize) {
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
    fn interlude(&mut self) {
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

    fn leaf(&mut self, ty: ValType) {
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
    fn read(&mut self, ty: ValType) {
        let fits: Vec<usize> = (0..self.locals.len())
            .filter(|index| self.locals[*index] == ty && (ty == ValType::I32 || !self.kept[*index]))
            .collect();
        let local = *self.random.choose(&fits);
        self.push(I::LocalGet(local as u32));
    }

    fn operation(&mut self, ty: ValType, depth: usize) {
        let operators = super::operators::of(ty);
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
    fn canonicalize(&mut self, ty: ValType) {
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
}
