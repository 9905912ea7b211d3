//! Constant expressions: what globals begin with, offsets and elements of segments.

use wasmparser::{ConstExpr, Operator};

use crate::error::Error;
use crate::ir::{Expr, IntBinary, Width};

/// Longer sums are refused, so that this compiler does not run out of stack.
const MAX_LENGTH: usize = 100;

/// Reads a constant expression. It has been validated.
pub(super) fn constant(expr: &ConstExpr<'_>) -> Result<Expr, Error> {
    let mut reader = expr.get_operators_reader();
    let mut stack = Vec::new();
    for _ in 0..MAX_LENGTH {
        let offset = reader.original_position();
        let value = match reader.read()? {
            Operator::I32Const { value } => Expr::I32(value.cast_unsigned()),
            Operator::I64Const { value } => Expr::I64(value),
            Operator::F32Const { value } => Expr::F32(value.bits()),
            Operator::F64Const { value } => Expr::F64(value.bits()),
            Operator::RefNull { .. } => Expr::RefNull,
            Operator::RefFunc { function_index } => Expr::RefFunc(function_index),
            Operator::GlobalGet { global_index } => Expr::Global(global_index),
            Operator::I32Add => binary(&mut stack, Width::W32, IntBinary::Add),
            Operator::I32Sub => binary(&mut stack, Width::W32, IntBinary::Sub),
            Operator::I32Mul => binary(&mut stack, Width::W32, IntBinary::Mul),
            Operator::I64Add => binary(&mut stack, Width::W64, IntBinary::Add),
            Operator::I64Sub => binary(&mut stack, Width::W64, IntBinary::Sub),
            Operator::I64Mul => binary(&mut stack, Width::W64, IntBinary::Mul),
            Operator::End => return Ok(pop(&mut stack)),
            other => {
                let what = format!("{other:?} in a constant expression");
                return Err(Error::unsupported(what, offset));
            }
        };
        stack.push(value);
    }
    let what = format!("a constant expression of more than {MAX_LENGTH} instructions");
    Err(Error::unsupported(what, reader.original_position()))
}

fn pop(stack: &mut Vec<Expr>) -> Expr {
    stack.pop().expect("the validator has counted the stack")
}

fn binary(stack: &mut Vec<Expr>, width: Width, op: IntBinary) -> Expr {
    let b = pop(stack);
    let a = pop(stack);
    let folded = |a: i64, b: i64| match op {
        IntBinary::Add => a.wrapping_add(b),
        IntBinary::Sub => a.wrapping_sub(b),
        _ => a.wrapping_mul(b),
    };
    match (&a, &b) {
        (Expr::I32(a), Expr::I32(b)) => Expr::I32(folded((*a).into(), (*b).into()) as u32),
        (Expr::I64(a), Expr::I64(b)) => Expr::I64(folded(*a, *b)),
        _ => Expr::IntBinary(width, op, Box::new(a), Box::new(b)),
    }
}
