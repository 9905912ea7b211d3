//! The body of a function: statements, and expressions as trees.

mod access;
mod expression;
mod statement;

use std::ops::Range;

use wasm_encoder::{BlockType, ConstExpr, Function, Ieee32, Ieee64, Instruction, ValType};

use super::{FUEL, Program, Signature, TYPES};
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
}
